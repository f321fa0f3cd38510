"""The table of keys, the reader, the defaults, the command line and the JSON schemas say the same."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema")

from kerlint.confirm.options import ConfirmOptions  # noqa: E402
from kerlint.keys import KEYS, Key, Kind, every_key  # noqa: E402
from kerlint.options import _READERS, OUTPUT_FORMATS, InvalidOption, Options, read_options  # noqa: E402
from kerlint.rules import all_rules  # noqa: E402
from kerlint.settings import DEFAULT_EXCLUDE, Settings  # noqa: E402
from kerlint.toml import parse_toml  # noqa: E402
from scripts.documentation.schemas import FILES, schema_files  # noqa: E402
from scripts.documentation.settings import option_of, options  # noqa: E402

SCHEMA, PYPROJECT = (json.loads(text) for text in schema_files().values())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
CODES = list(all_rules())


def is_read(table: dict[str, Any]) -> bool:
    try:
        read_options(table, "/root", lambda prefix: any(code.startswith(prefix) for code in CODES))
    except InvalidOption:
        return False
    return True


def is_valid(table: dict[str, Any]) -> bool:
    return bool(VALIDATOR.is_valid(table))


def test_every_key_that_is_read_is_documented() -> None:
    assert {key.name for key in KEYS} == _READERS.keys()
    assert {key.name.replace("-", "_") for key in KEYS} <= {field.name for field in dataclasses.fields(Options)}
    [confirm] = [key for key in KEYS if key.name == "confirm"]
    assert {key.name for key in confirm.keys} == {field.name for field in dataclasses.fields(ConfirmOptions)}


def test_what_a_key_says_can_be_said_on_the_command_line() -> None:
    named = {name: option_of(name, key) for name, key in every_key()}
    assert set(named.values()) - {""} <= options()
    assert {name for name, option in named.items() if not option} == {
        "confirm", "confirm.seconds", "confirm.memory", "confirm.jobs", "confirm.hints",
    }  # fmt: skip


def test_the_documented_defaults_are_those_that_hold() -> None:
    documented = {name: key.default for name, key in every_key()}
    held = Settings()
    assert {name: documented[name] for name in ("force-exclude", "respect-gitignore", "preview", "output-format")} == {
        "force-exclude": held.force_exclude,
        "respect-gitignore": held.respect_gitignore,
        "preview": held.preview,
        "output-format": held.output_format,
    }
    assert documented["exclude"] == list(DEFAULT_EXCLUDE)
    assert documented["select"] is None
    assert [documented[f"confirm.{name}"] for name in ("seconds", "memory", "jobs")] == [90, 4096, 2]


@pytest.mark.parametrize(("name", "key"), list(every_key()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_example_of_every_key_is_read_and_valid(name: str, key: Key) -> None:
    table: dict[str, Any] = dict(parse_toml(key.example))
    assert list(table) == [key.name]
    whole = {"confirm": table} if "." in name else table
    assert is_read(whole)
    assert is_valid(whole)
    assert jsonschema.Draft7Validator(PYPROJECT).is_valid({"project": {"name": "x"}, "tool": {"kerlint": whole, "ruff": {}}})


@pytest.mark.parametrize(("name", "key"), list(every_key()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_default_of_every_key_may_be_written(name: str, key: Key) -> None:
    if key.default is None:
        assert key.without
        return
    whole = {"confirm": {key.name: key.default}} if "." in name else {key.name: key.default}
    assert is_read(whole)
    assert is_valid(whole)


def test_unknown_keys_are_refused_in_both_files() -> None:
    assert not is_valid({"selekt": []})
    assert not is_valid({"confirm": {"second": 3}})
    assert not jsonschema.Draft7Validator(PYPROJECT).is_valid({"tool": {"kerlint": {"selekt": []}}})


def test_the_schemas_are_schemas_and_complete_codes() -> None:
    for schema in (SCHEMA, PYPROJECT):
        jsonschema.Draft7Validator.check_schema(schema)
        assert set(CODES) <= set(schema["definitions"]["selector"]["anyOf"][0]["enum"])


def test_the_schemas_are_in_the_package() -> None:
    assert [file.name for file in schema_files()] == list(FILES)
    assert all(file.parent.name == "kerlint" for file in schema_files())


WORDS = st.one_of(
    st.sampled_from(["ALL", "all", " KER1 ", "ker30", "KER", "K", "", " ", "KER1\n", "KER198", "E501", "KER1011", "ALLE", "A"]),
    st.sampled_from(CODES),
    st.text(max_size=4),
)
VERSIONS = st.one_of(
    st.sampled_from(["2", "2.15", "3", "3.6.1", "3.", ".3", "4", "3.x", " 3 ", "03", "3.6.1.2", ">=3", "", "-3", "3 .6", "23"]),
    st.sampled_from([2, 3, 4, 0, -3]),
    st.text(alphabet="0123456789. ", max_size=6),
    st.integers(),
)
HINTS = st.dictionaries(st.text(max_size=3), st.sampled_from(["input=(None, 3)", "arguments={'units': 3}", 3, ["x"]]), max_size=2)
FORMATS = [*OUTPUT_FORMATS, "xml", "", "FLAKE8"]
PROPER: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.SELECTORS: st.lists(WORDS, max_size=3),
    Kind.PATTERNS: st.lists(st.text(max_size=5), max_size=2),
    Kind.CODES_BY_PATTERN: st.dictionaries(st.text(max_size=5), st.lists(WORDS, max_size=2), max_size=2),
    Kind.TRUTH: st.booleans(),
    Kind.VERSION: VERSIONS,
    Kind.CHOICE: st.sampled_from(FORMATS),
    Kind.PATH: st.text(max_size=5),
    Kind.COUNT: st.integers(min_value=-2, max_value=200),
    Kind.HINTS: HINTS,
}
SCALARS = st.one_of(
    st.booleans(), st.integers(-3, 200), st.text(max_size=3), st.dates(),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2), max_leaves=3
)


def tables(keys: tuple[Key, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Tables with the right keys and mostly the right kinds of values, and at times another key."""
    values = {key.name: tables(key.keys) if key.keys else PROPER[key.kind] for key in keys}
    # What the text of a hint means, the schema cannot say: other values of that key are no tables of texts.
    other_values = {key.name: SCALARS if key.kind is Kind.HINTS else ANYTHING for key in keys}
    known = st.fixed_dictionaries({}, optional={name: value | other_values[name] for name, value in values.items()})
    others = st.dictionaries(st.text(max_size=4), ANYTHING, max_size=1)
    return known | st.builds(lambda one, other: {**other, **one}, known, others)


@given(tables(KEYS))
@example({"target-keras": "3.6"})
@example({"per-file-ignores": {"": []}, "confirm": {}})
@settings(max_examples=200, deadline=None)
def test_schema_and_reader_take_and_refuse_the_same(table: dict[str, Any]) -> None:
    assert is_valid(table) == is_read(table)


@given(st.one_of(*(st.fixed_dictionaries({key.name: tables(key.keys) if key.keys else PROPER[key.kind]}) for key in KEYS)))
@settings(max_examples=200, deadline=None)
def test_they_agree_on_every_single_key(table: dict[str, Any]) -> None:
    assert is_valid(table) == is_read(table)


def test_two_things_the_schema_cannot_say() -> None:
    whole_float, senseless_hint = {"confirm": {"seconds": 90.0}}, {"confirm": {"hints": {"Patches": "size 7"}}}
    for table in (whole_float, senseless_hint):
        assert is_valid(table)
        assert not is_read(table)
