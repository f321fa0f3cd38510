"""`kerlint rule` as Markdown, and `kerlint config`: what they print for everything that there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from kerlint.explain import as_markdown, as_text
from kerlint.options import KEYS
from kerlint.rules import Rule, all_rules

Run = Callable[..., Any]


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
def test_programs_are_fenced_and_nothing_else_is_changed(rule: Rule) -> None:
    page = as_markdown([rule])
    assert page.startswith(f"# {rule.name} ({rule.code})\n")
    parts = re.split(r"^```(?:python)?\n", page, flags=re.MULTILINE)
    assert len(parts) % 2 == 1, "each fence is closed"
    for outside in parts[0::2]:
        assert not re.search(r"^    ", outside, re.MULTILINE)
    for program in parts[1::2]:
        assert program.strip() and not program.startswith("\n") and not program.endswith("\n\n")
    indented = ["    " + line if number % 2 and line else line for number, part in enumerate(parts) for line in part.split("\n")]
    words = " ".join(indented).split()
    assert words == as_text([rule]).split()


def test_markdown_can_be_asked_for(kerlint_run: Run) -> None:
    ran = kerlint_run("rule", "KER106", "--output-format", "markdown")
    assert re.search(r"(?s)## Example\n```python\n.*TimeDistributed\(.*?\n```\n", ran.out)
    every = kerlint_run("rule", "--all", "--output-format", "markdown").out
    assert re.findall(r"^# .*\((KER\d+)\)$", every, re.MULTILINE) == list(all_rules())


def test_every_setting_is_listed_with_its_meaning(kerlint_run: Run) -> None:
    lines = kerlint_run("config").lines
    assert {line.split()[0] for line in lines} == set(KEYS)
    assert all(len(line.split()) > 2 for line in lines)
    for key in KEYS:
        name, meaning = kerlint_run("config", key).lines
        assert name == key
        assert any(meaning.strip() in line for line in lines)


def test_an_unknown_setting_is_one_line(kerlint_run: Run) -> None:
    ran = kerlint_run("config", "colour")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "'colour' is no setting" in ran.err
