"""A rule's docstring is its documentation page, and what it shows is true."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path

import pytest

from kerlint.cli import main
from kerlint.rules import Rule, all_rules
from kerlint.version import KerasVersion

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SECTIONS = ("What it does", "Why is this bad?", "Example", "Use instead", "Keras versions", "References")
VERSIONS = ("3", "2.15", "3.0", "3.3", "3.6", "3.8", "3.11", "3.14")

RULES = [rule for rule in all_rules().values() if rule.check is not None]


def name_of(rule: Rule) -> str:
    return rule.code


def section(rule: Rule, title: str) -> str:
    """The text between a section's heading and the next."""
    match = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", rule.documentation, re.MULTILINE | re.DOTALL)
    return match[1].strip("\n") if match else ""


def code_in(text: str) -> str:
    """The indented lines of a section, without their indentation."""
    lines = [line for line in text.splitlines() if line.startswith("    ") or not line.strip()]
    return textwrap.dedent("\n".join(lines)).strip("\n") + "\n"


def is_complete_program(code: str) -> bool:
    """Whether the code imports what it uses: only then can a linter be asked for its opinion."""
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(code)))


def target_of(rule: Rule) -> str:
    """The newest version for which the rule speaks."""
    return next(text for text in VERSIONS if KerasVersion.parse(text) in rule.keras)


def codes_reported(code: str, rule: Rule, folder: Path, capsys: pytest.CaptureFixture[str]) -> set[str]:
    program = folder / "example.py"
    program.write_text(code, encoding="utf-8")
    options = ["--isolated", "--no-cache", "--output-format", "json", "--target-keras", target_of(rule)]
    assert main([*options, "--select", rule.code, str(program)]) in (0, 1)
    return {finding["code"] for finding in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_docstring_begins_with_code_and_name(rule: Rule) -> None:
    assert rule.documentation.splitlines()[0] == f"{rule.code} {rule.name}."


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_docstring_has_every_section_in_order(rule: Rule) -> None:
    assert re.findall(r"^## (.*)$", rule.documentation, re.MULTILINE) == list(SECTIONS)
    assert all(section(rule, title).strip() for title in SECTIONS)


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


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_code_in_the_docstring_is_python(rule: Rule) -> None:
    for title in ("Example", "Use instead"):
        assert code_in(section(rule, title)).strip(), f"{title} shows no code"
        ast.parse(code_in(section(rule, title)))


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_example_is_reported(rule: Rule, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = code_in(section(rule, "Example"))
    if not is_complete_program(code):
        pytest.skip("the example is a fragment")
    assert codes_reported(code, rule, tmp_path, capsys) == {rule.code}


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_what_to_use_instead_is_not_reported(rule: Rule, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = code_in(section(rule, "Use instead"))
    if not is_complete_program(code):
        pytest.skip("the repair is a fragment")
    assert codes_reported(code, rule, tmp_path, capsys) == set()
