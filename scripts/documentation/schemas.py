"""Turns the keys of a configuration into JSON schemas for editors: one for `kerlint.toml`, one for `pyproject.toml`.

The schemas take what the reader in `kerlint.options` takes, but for two things that JSON schema cannot say: a whole number
written with a point, and what the text of a hint means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from kerlint.keys import KEYS, Key, Kind
from kerlint.links import SITE
from kerlint.rules import all_rules

ROOT = Path(__file__).parents[2]
FILES = ("kerlint.schema.json", "kerlint.pyproject.schema.json")

_DRAFT = "http://json-schema.org/draft-07/schema#"
_PROBE = "A Keras version: 2 means 2.15, 3 the newest Keras 3 that kerlint knows."


def schema_files() -> dict[Path, str]:
    """The text of each schema, by the file in the package that holds it."""
    table = _table(KEYS)
    own: dict[str, object] = {"title": "kerlint", "description": "kerlint.toml and .kerlint.toml", **table}
    tool: dict[str, object] = {"type": "object", "properties": {"kerlint": {"description": "Settings of kerlint", **table}}}
    shared: dict[str, object] = {"title": "kerlint in pyproject.toml", "type": "object", "properties": {"tool": tool}}
    return {
        ROOT / "kerlint" / name: _text({"$schema": _DRAFT, "$id": SITE + name, **schema, "definitions": _definitions()})
        for name, schema in zip(FILES, (own, shared), strict=True)
    }


def _text(schema: Mapping[str, object]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _table(keys: Iterable[Key]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": {key.name: _property(key) for key in keys}}


def _property(key: Key) -> dict[str, object]:
    described: dict[str, object] = {"description": _plain(key.meaning)}
    if key.default is not None:
        described["default"] = key.default
    return {**described, **_values(key)}


def _plain(text: str) -> str:
    return (text[0].upper() + text[1:]).replace("`", "") + "."


def _values(key: Key) -> dict[str, object]:
    selectors: dict[str, object] = {"type": "array", "items": {"$ref": "#/definitions/selector"}}
    match key.kind:
        case Kind.SELECTORS:
            return selectors
        case Kind.PATTERNS:
            return {"type": "array", "items": {"type": "string"}}
        case Kind.CODES_BY_PATTERN:
            return {"type": "object", "additionalProperties": selectors}
        case Kind.TRUTH:
            return {"type": "boolean"}
        case Kind.VERSION:
            return {"allOf": [{"$ref": "#/definitions/version"}]}
        case Kind.CHOICE:
            return {"enum": list(key.choices)}
        case Kind.PATH:
            return {"type": "string", "minLength": 1}
        case Kind.COUNT:
            return {"type": "integer", "minimum": 1}
        case Kind.HINTS:
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case Kind.TABLE:
            return _table(key.keys)


def _definitions() -> dict[str, object]:
    codes = list(all_rules())
    groups = sorted({code[:4] for code in codes})
    return {
        "selector": {
            "description": "A code, the beginning of codes, or ALL. Capitals do not matter.",
            "anyOf": [{"enum": ["ALL", *groups, *codes]}, {"type": "string", "pattern": _beginning_of(codes)}],
        },
        "version": {
            "description": _PROBE,
            "anyOf": [
                {"enum": ["2", "2.15", "3"]},
                {"type": "string", "pattern": r"^\s*0*[23](\.\d+){0,2}\s*$"},
                {"type": "integer", "enum": [2, 3]},
            ],
        },
    }


def _beginning_of(codes: Iterable[str]) -> str:
    """A pattern for ALL and for every text with which a code begins."""
    return rf"^\s*({_letter('A')}{_letter('L')}{_letter('L')}|{_branches(tuple(codes))})\s*$"


def _letter(letter: str) -> str:
    return f"[{letter}{letter.lower()}]" if letter.isalpha() else letter


def _branches(words: tuple[str, ...]) -> str:
    """The words that begin alike share their beginning, and any of it may stand alone."""
    branches = []
    for first in dict.fromkeys(word[0] for word in words):
        rest = tuple(word[1:] for word in words if word[0] == first and len(word) > 1)
        branches.append(_letter(first) + (f"({_branches(rest)})?" if rest else ""))
    return "|".join(branches)
