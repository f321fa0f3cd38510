"""Turns the keys of a configuration, and the words of the command line, into Markdown."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from typing import TypeGuard
from unittest import mock

from kerlint import arguments
from kerlint.keys import KEYS, Key, default_of, every_key, option_of

HEAD = """\
# Settings

Every key of `[tool.kerlint]` in `pyproject.toml`. In `kerlint.toml` and `.kerlint.toml` the same keys stand at the top, without
`tool.kerlint`.
[Configuration](configuration.md) says which file counts and how selectors and patterns work. This page and the
[JSON schema](configuration.md#editors-and-the-schema) are made of one table, and the tests hold what kerlint accepts against it.
"""

COMMANDS = """\
# Command line

`kerlint PATHS` is short for `kerlint check PATHS`. The command line beats the configuration file.
"""


def keys_table() -> str:
    """The short table on the page about configuration."""
    lines = ["| key | meaning | value | default |", "|---|---|---|---|"]
    for key in KEYS:
        name = f"[`{key.name}`](settings.md#{_anchor(key.name)})"
        default = "version control, caches, virtual environments, builds" if _is_long(key.default) else default_of(key)
        lines.append(f"| {name} | {key.meaning} | {_values(key)} | {default} |")
    return "\n".join(lines)


def _values(key: Key) -> str:
    return f"keys {', '.join(f'`{inner.name}`' for inner in key.keys)}" if key.keys else key.values


def _is_long(default: object) -> TypeGuard[list[str]]:
    return isinstance(default, list) and len(default) > 3


def settings_page() -> str:
    """A section a key, with an example."""
    return "\n".join([HEAD, *(_section(name, key) for name, key in every_key())])


def _section(name: str, key: Key) -> str:
    table = name.rpartition(".")[0]
    where = f".{table}" if table else ""
    inner = ", ".join(f"[`{one.name}`](#{_anchor(name)}{one.name})" for one in key.keys)
    rows = [("Value", f"keys {inner}" if inner else key.values), ("Default", default_of(key))]
    if option := option_of(name, key):
        rows.append(("On the command line", f"`{option}`"))
    return "\n".join(
        [
            f"## {name}",
            "",
            f"{key.meaning[0].upper()}{key.meaning[1:]}.",
            "",
            "| | |",
            "|---|---|",
            *(f"| {title} | {text} |" for title, text in rows),
            "",
            f"```toml\n[tool.kerlint{where}]\n{key.example}\n```",
            "",
        ]
    )


def _anchor(name: str) -> str:
    """The anchor that GitHub and MkDocs both give a heading of this name."""
    return name.replace(".", "")


def options() -> frozenset[str]:
    """Every long option of every command, and the short ones."""
    parsers = _parsers().values()
    return frozenset(option for parser in parsers for action in parser._actions for option in action.option_strings)


def _parsers() -> dict[str, argparse.ArgumentParser]:
    return {name: getattr(arguments, f"_{name}_parser")() for name in arguments.COMMANDS}


def commands_page() -> str:
    """What `--help` prints, for each command."""
    with mock.patch.dict(os.environ, {"COLUMNS": "110", "NO_COLOR": "1"}):
        helps = [(name, parser.format_help()) for name, parser in _parsers().items()]
    return "\n".join([COMMANDS, *_helps(helps)])


def _helps(helps: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, text in helps:
        yield f"## kerlint {name}\n\n```text\n{text.rstrip()}\n```\n"
