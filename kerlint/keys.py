"""The keys of a configuration, one row each: what a key holds, what holds without it, what it means.

Documentation, the JSON schema and `kerlint config` are made of these rows, and the tests hold the reader in `options` and the
defaults in `settings` against them. Linting itself never looks here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum

from kerlint.confirm.options import ConfirmOptions
from kerlint.options import OUTPUT_FORMATS
from kerlint.records import dataclass
from kerlint.settings import DEFAULT_EXCLUDE


class Kind(Enum):
    """What a value may be, in the words of the documentation."""

    SELECTORS = "list of codes, prefixes of codes, or `ALL`"
    PATTERNS = "list of patterns"
    CODES_BY_PATTERN = "table: pattern to list of codes"
    TRUTH = "`true` or `false`"
    VERSION = '`"2"`, `"2.15"`, `"3"`, `"3.6"` …'
    CHOICE = "one of"
    PATH = "path, as a text"
    COUNT = "whole number from 1"
    HINTS = "table: name of a class or function to text"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `default` is a TOML value, None where nothing is said; then `without` says what holds."""

    name: str
    kind: Kind
    meaning: str
    example: str
    default: object = None
    without: str = ""
    option: str = ""
    """The option that says the same, where it is not the name of a key at the top."""
    choices: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    """Of a table, the keys that stand in it."""

    @property
    def values(self) -> str:
        """What may be written, in words."""
        return f"one of {', '.join(f'`{choice}`' for choice in self.choices)}" if self.choices else self.kind.value


_CONFIRMING = ConfirmOptions()

_CONFIRM_KEYS = (
    Key(
        "python", Kind.PATH, "the interpreter that has Keras; a path is meant from the folder of the configuration file",
        'python = ".venv/bin/python"', without="the interpreter that runs kerlint", option="--python",
    ),
    Key("seconds", Kind.COUNT, "how long one step of a probe may take", "seconds = 30", _CONFIRMING.seconds),
    Key("memory", Kind.COUNT, "how many megabytes one step of a probe may take", "memory = 2048", _CONFIRMING.memory),
    Key("jobs", Kind.COUNT, "how many probes run at once", "jobs = 4", _CONFIRMING.jobs),
    Key(
        "hints", Kind.HINTS, "what a class or function is given, by its name",
        """hints = { Patches = "input=(None, 28, 28, 1), arguments={'size': 7}" }""", {},
    ),
)  # fmt: skip

KEYS = (
    Key(
        "select", Kind.SELECTORS, "the codes that speak, in place of the default",
        'select = ["KER1", "KER301"]', without="every code but those of severity info",
    ),
    Key("ignore", Kind.SELECTORS, "codes that do not speak", 'ignore = ["KER910"]', []),
    Key("extend-select", Kind.SELECTORS, "codes that speak on top of what is selected", 'extend-select = ["KER306"]', []),
    Key("extend-ignore", Kind.SELECTORS, "codes that do not speak either", 'extend-ignore = ["KER104"]', []),
    Key(
        "per-file-ignores", Kind.CODES_BY_PATTERN, "codes that do not speak in files that match the pattern",
        'per-file-ignores = { "tests/*" = ["KER2"] }', {},
    ),
    Key(
        "exclude", Kind.PATTERNS, "files and folders to leave out, in place of the default list",
        'exclude = ["build", "legacy/*.py"]', list(DEFAULT_EXCLUDE),
    ),
    Key(
        "extend-exclude", Kind.PATTERNS, "files and folders to leave out as well",
        'extend-exclude = ["notebooks/scratch/*"]', [],
    ),
    Key(
        "force-exclude", Kind.TRUTH, "leave excluded files out also when they are named on the command line, as pre-commit does",
        "force-exclude = true", False,
    ),
    Key("respect-gitignore", Kind.TRUTH, "leave out what `.gitignore` files name", "respect-gitignore = false", True),
    Key("preview", Kind.TRUTH, "let the rules of the preview group speak as well", "preview = true", False),
    Key(
        "target-keras", Kind.VERSION, "the Keras to judge by",
        'target-keras = "3.6"', without="what the project requires, else the newest Keras",
    ),
    Key(
        "baseline", Kind.PATH, "leave out the findings that this file holds; meant from the folder of the configuration file",
        'baseline = "kerlint-baseline.json"', without="no baseline",
    ),
    Key(
        "unsafe-fixes", Kind.TRUTH, "make also fixes after which the program may do something else", "unsafe-fixes = true", False,
    ),
    Key("fixable", Kind.SELECTORS, "the codes whose findings are fixed", 'fixable = ["KER3", "KER910"]', ["ALL"]),
    Key("unfixable", Kind.SELECTORS, "codes whose findings are not fixed", 'unfixable = ["KER201"]', []),
    Key(
        "extend-safe-fixes", Kind.SELECTORS, "codes whose fixes are taken to be safe", 'extend-safe-fixes = ["KER301"]', [],
    ),
    Key(
        "extend-unsafe-fixes", Kind.SELECTORS, "codes whose fixes are taken to be unsafe",
        'extend-unsafe-fixes = ["KER910"]', [],
    ),
    Key(
        "output-format", Kind.CHOICE, "how findings are printed; the folder where kerlint starts counts",
        'output-format = "json"', "flake8", choices=OUTPUT_FORMATS,
    ),
    Key(
        "confirm", Kind.TABLE, "how findings are confirmed; the folder where kerlint starts counts",
        'confirm = { python = ".venv/bin/python", seconds = 30 }', {}, keys=_CONFIRM_KEYS,
    ),
)  # fmt: skip


def default_of(key: Key) -> str:
    """What holds when the key is not given, in words or as TOML writes it."""
    if key.default is None:
        return key.without
    if isinstance(key.default, list) and key.default:
        return ", ".join(f"`{item}`" for item in key.default)
    return f"`{_toml(key.default)}`"


def option_of(name: str, key: Key) -> str:
    """The option that says the same on the command line; empty where none does. `name` is the dotted name."""
    return key.option or ("" if "." in name or key.keys else f"--{name}")


def _toml(value: object) -> str:
    """A default as TOML writes it; JSON writes texts, truth values, numbers and lists of texts the same way."""
    return "{}" if isinstance(value, Mapping) else json.dumps(value)


def every_key() -> Iterator[tuple[str, Key]]:
    """All keys with their dotted names, those of a table after it."""
    for key in KEYS:
        yield key.name, key
        yield from ((f"{key.name}.{inner.name}", inner) for inner in key.keys)
