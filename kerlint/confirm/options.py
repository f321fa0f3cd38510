"""Turns a `[tool.kerlint.confirm]` table into options: which interpreter, how far a probe may go, hints for classes.

Raises `ValueError` with one line for the user. Knows nothing of probes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from kerlint.confirm.planning.hints import read_hint

_NUMBERS = ("seconds", "memory", "jobs")
_KEYS = ("python", *_NUMBERS, "hints")


@dataclass(frozen=True, slots=True)
class ConfirmOptions:
    """How findings are confirmed. `seconds` and `memory` (in megabytes) bound one stage of a probe, `jobs` run at once;
    `hints` say what a class or function is given, by its name.
    """

    python: str | None = None
    seconds: int = 90
    memory: int = 4096
    jobs: int = 2
    hints: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)


def read_confirm_options(table: Mapping[str, object], root: str) -> ConfirmOptions:
    """The options in the table of a configuration file in the folder `root`, which relative paths are meant from."""
    for key in table:
        if key not in _KEYS:
            raise ValueError(f"unknown key {key!r}; allowed are {', '.join(sorted(_KEYS))}")
    values: dict[str, int] = {}
    for key in _NUMBERS:
        number = table.get(key)
        if number is not None:
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise ValueError(f"{key} must be a whole number from 1")
            values[key] = number
    python, hints = table.get("python"), table.get("hints", {})
    if python is not None and not (isinstance(python, str) and python):
        raise ValueError("python must be the path of an interpreter")
    if not isinstance(hints, dict):
        raise ValueError("hints must be a table of names")
    return ConfirmOptions(
        python=_path(python, root) if python is not None else None,
        hints={name: _hint(name, text) for name, text in hints.items()},
        **values,
    )


def _path(python: str, root: str) -> str:
    """A path with a folder in it is meant from the configuration file, a bare name from the PATH."""
    return os.path.join(root, os.path.expanduser(python)) if os.path.dirname(python) else python


def _hint(name: str, text: object) -> Mapping[str, object]:
    hint = read_hint(text) if isinstance(text, str) else {}
    if not hint:
        raise ValueError(f"hints.{name} must be a text such as \"input=(None, 28, 28, 1), arguments={{'units': 3}}\"")
    return hint
