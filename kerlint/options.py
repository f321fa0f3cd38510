"""Turns a `[tool.kerlint]` table into `Options`: what one layer (a file, the command line) asks for, checked.

Every mistake becomes one line that names the place, the key and what is allowed. Knows nothing of files and of Keras's
rules beyond the codes it is told of.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kerlint.records import dataclass
from kerlint.reporters import FORMATS
from kerlint.version import InvalidVersion, KerasVersion

if TYPE_CHECKING:
    from kerlint.confirm.options import ConfirmOptions

OUTPUT_FORMATS = tuple(FORMATS)

IsKnown = Callable[[str], bool]


class InvalidOption(ValueError):
    """A setting that cannot be obeyed; the text is one line for the user."""


@dataclass(frozen=True, slots=True)
class Options:
    """What one layer says; None where it says nothing. Patterns are relative to the folder `root`."""

    root: str
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    extend_ignore: tuple[str, ...] | None = None
    per_file_ignores: Mapping[str, tuple[str, ...]] | None = None
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] | None = None
    force_exclude: bool | None = None
    respect_gitignore: bool | None = None
    preview: bool | None = None
    target_keras: KerasVersion | None = None
    output_format: str | None = None
    confirm: ConfirmOptions | None = None
    baseline: str | None = None
    unsafe_fixes: bool | None = None
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] | None = None
    extend_safe_fixes: tuple[str, ...] | None = None
    extend_unsafe_fixes: tuple[str, ...] | None = None
    ignore_noqa: bool | None = None
    """Only the command line says this."""


def read_options(table: Mapping[str, object], root: str, is_known: IsKnown) -> Options:
    """The options that a table holds. Raises InvalidOption for an unknown key, a wrong type or an unknown code."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            raise InvalidOption(f"unknown key {key!r}; allowed are {', '.join(sorted(_READERS))}")
        values[key.replace("-", "_")] = reader(key, value, is_known)
    if (confirm := values.get("confirm")) is not None:
        values["confirm"] = _confirm(confirm, root)
    if (baseline := values.get("baseline")) is not None:
        values["baseline"] = os.path.join(root, baseline)
    return Options(root=root, **values)


def check_selectors(key: str, selectors: tuple[str, ...], is_known: IsKnown) -> tuple[str, ...]:
    """The selectors in capitals. Raises InvalidOption for one that names no rule."""
    capitals = tuple(selector.strip().upper() for selector in selectors)
    for written, selector in zip(selectors, capitals, strict=True):
        if selector != "ALL" and not (selector and is_known(selector)):
            raise InvalidOption(
                f"{key}: {written!r} is neither a code of kerlint, nor the beginning of one, nor ALL; "
                "`kerlint rule --all` lists the codes"
            )
    return capitals


def read_target(key: str, value: object) -> KerasVersion:
    """A Keras version. Raises InvalidOption; a float is refused, because 3.10 would be read as 3.1."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise InvalidOption(f'{key} must be a text such as "2.15" or "3", not {_kind(value)}')
    try:
        return KerasVersion.parse(value)
    except InvalidVersion as error:
        raise InvalidOption(f"{key}: {error}") from error


def read_per_file_ignores(items: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """`PATTERN:CODE` items, as the command line has them; one without a colon adds a code to the pattern before it."""
    codes: dict[str, tuple[str, ...]] = {}
    pattern = None
    for item in items:
        left, colon, code = item.rpartition(":")
        pattern = left.strip() if colon else pattern
        if not pattern or not code.strip():
            raise InvalidOption(f"per-file-ignores: {item!r} is not of the form PATTERN:CODE[,CODE]")
        codes[pattern] = (*codes.get(pattern, ()), code)
    return codes


def _texts(key: str, value: object, is_known: IsKnown) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidOption(f"{key} must be a list of texts, not {_kind(value)}")
    return tuple(value)


def _selectors(key: str, value: object, is_known: IsKnown) -> tuple[str, ...]:
    return check_selectors(key, _texts(key, value, is_known), is_known)


def _truth(key: str, value: object, is_known: IsKnown) -> bool:
    if not isinstance(value, bool):
        raise InvalidOption(f"{key} must be true or false, not {_kind(value)}")
    return value


def _target(key: str, value: object, is_known: IsKnown) -> KerasVersion:
    return read_target(key, value)


def _format(key: str, value: object, is_known: IsKnown) -> str:
    if value not in OUTPUT_FORMATS:
        raise InvalidOption(f"{key} must be one of {', '.join(OUTPUT_FORMATS)}, not {value!r}")
    return str(value)


def _per_file(key: str, value: object, is_known: IsKnown) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise InvalidOption(f"{key} must be a table of patterns with lists of codes, not {_kind(value)}")
    return {pattern: _selectors(f"{key}.{pattern!r}", codes, is_known) for pattern, codes in value.items()}


def _file(key: str, value: object, is_known: IsKnown) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidOption(f"{key} must be the path of a file, not {_kind(value) if value else 'an empty text'}")
    return value


def _table(key: str, value: object, is_known: IsKnown) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InvalidOption(f"{key} must be a table, not {_kind(value)}")
    return value


def _confirm(table: Mapping[str, object], root: str) -> ConfirmOptions:
    from kerlint.confirm.options import read_confirm_options

    try:
        return read_confirm_options(table, root)
    except ValueError as error:
        raise InvalidOption(f"confirm: {error}") from error


def _kind(value: object) -> str:
    names = {bool: "a truth value", int: "an integer", float: "a number with a point", str: "a text", list: "a list"}
    kind = names.get(type(value), "a table" if isinstance(value, dict) else type(value).__name__)
    return "a list of other things" if kind == "a list" else kind


_READERS: dict[str, Callable[[str, object, IsKnown], object]] = {
    "select": _selectors,
    "ignore": _selectors,
    "extend-select": _selectors,
    "extend-ignore": _selectors,
    "per-file-ignores": _per_file,
    "exclude": _texts,
    "extend-exclude": _texts,
    "force-exclude": _truth,
    "respect-gitignore": _truth,
    "preview": _truth,
    "target-keras": _target,
    "output-format": _format,
    "confirm": _table,
    "baseline": _file,
    "unsafe-fixes": _truth,
    "fixable": _selectors,
    "unfixable": _selectors,
    "extend-safe-fixes": _selectors,
    "extend-unsafe-fixes": _selectors,
}

KEYS = tuple(_READERS)
"""What a configuration may set."""
