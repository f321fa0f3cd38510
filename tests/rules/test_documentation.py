"""A rule's docstring is its documentation page, and what it shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kerlint.rules import Rule, all_rules
from scripts.documentation.examples import code_of, printed_for, sections

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SECTIONS = ("What it does", "Why is this bad?", "Example", "Use instead", "Fix", "Keras versions", "References")

RULES = [rule for rule in all_rules().values() if rule.check is not None]

SHOWN = [rule for rule in all_rules().values() if code_of(sections(rule.documentation)["Example"]).strip()]

ALSO = {"KER311": ("KER301",), "KER911": ("KER301",)}
"""What else is true of an example: a SavedModel is what KER311 is about; what a misspelt comment does not silence is reported."""


def name_of(rule: Rule) -> str:
    return rule.code


def section(rule: Rule, title: str) -> str:
    """The text between a section's heading and the next."""
    return sections(rule.documentation).get(title, "")


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_docstring_begins_with_code_and_name(rule: Rule) -> None:
    assert rule.documentation.splitlines()[0] == f"{rule.code} {rule.name}."


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_docstring_has_every_section_in_order(rule: Rule) -> None:
    expected = [title for title in SECTIONS if title != "Fix" or rule.is_fixable]
    assert re.findall(r"^## (.*)$", rule.documentation, re.MULTILINE) == expected
    assert all(section(rule, title).strip() for title in expected)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_summary_is_one_sentence_that_fits_a_table(rule: Rule) -> None:
    assert rule.summary.startswith("Reports ")
    assert rule.summary.endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_rule_has_bad_and_good_fixtures(rule: Rule) -> None:
    names = [path.name for path in (FIXTURES / rule.code).glob("*")]
    assert any(name.startswith("bad_") for name in names)
    assert any(name.startswith("good_") for name in names)


def test_codes_and_names_are_distinct() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", SHOWN, ids=name_of)
def test_the_example_is_reported_by_the_command_beside_it(rule: Rule, tmp_path: Path) -> None:
    printed = printed_for(code_of(section(rule, "Example")), rule, tmp_path)
    reported = re.findall(r"^example\.py:\d+:\d+: (KER\d{3}) ", printed, re.MULTILINE)
    assert rule.code in reported
    assert set(reported) <= {rule.code, *ALSO.get(rule.code, ())}


@pytest.mark.parametrize("rule", SHOWN, ids=name_of)
def test_what_to_use_instead_is_reported_by_no_rule_at_all(rule: Rule, tmp_path: Path) -> None:
    code = code_of(section(rule, "Use instead"))
    assert printed_for(code, rule, tmp_path, "--select ALL --preview") == "kerlint: nothing found in 1 file\n"


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_example_is_a_program_and_not_what_to_use_instead(rule: Rule) -> None:
    programs = [code_of(section(rule, title)) for title in ("Example", "Use instead")]
    assert programs[0] != programs[1]
    for program in programs:
        compile(program, "example.py", "exec")
        assert "import keras" in program or "from keras" in program


def test_only_what_cannot_be_shown_has_no_example() -> None:
    assert {rule.code for rule in all_rules().values()} - {rule.code for rule in SHOWN} == {"KER902", "KER999"}
