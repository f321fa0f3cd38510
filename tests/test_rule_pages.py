"""`kerlint rule` as Markdown, and `kerlint config`: what they print for everything that there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.confirm.options import _KEYS as CONFIRM_KEYS
from kerlint.explain import as_markdown, as_text
from kerlint.options import KEYS
from kerlint.rules import Rule, all_rules
from scripts.documentation.settings import settings_page

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
    names = [line.split()[0] for line in lines]
    assert {name for name in names if "." not in name} == set(KEYS)
    assert [name for name in names if "." in name] == [f"confirm.{key}" for key in CONFIRM_KEYS]
    assert all(len(line.split()) > 2 for line in lines)


def test_one_setting_is_told_as_the_page_of_settings_tells_it(kerlint_run: Run) -> None:
    page = settings_page()
    names = [line.split()[0] for line in kerlint_run("config").lines]
    for name in names:
        first, meaning, *rows = kerlint_run("config", name).lines
        told = dict(row.strip().split(": ", 1) for row in rows)
        section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert first == name and meaning.strip().lower() in section.lower()
        assert told["default"] in section and f"\n{told['example']}\n" in section
        assert ("option" in told) is ("On the command line" in section)
        assert told.get("option", "") in section


def test_what_is_listed_is_what_can_be_written(kerlint_run: Run, folder: Path) -> None:
    for name in (line.split()[0] for line in kerlint_run("config").lines):
        example = kerlint_run("config", name).out.partition("example: ")[2].strip()
        table = name.rpartition(".")[0]
        (folder / "kerlint.toml").write_text((f"[{table}]\n" if table else "") + example + "\n")
        assert kerlint_run("--show-settings").code == 0, example


def test_an_unknown_setting_is_one_line(kerlint_run: Run) -> None:
    ran = kerlint_run("config", "colour")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "'colour' is no setting" in ran.err


def test_every_setting_is_among_those_that_hold_for_a_path(kerlint_run: Run, folder: Path) -> None:
    (folder / "kerlint.toml").write_text('confirm = { seconds = 5, hints = { Patches = "input=(None, 8)" } }\n')
    told = dict(line.strip().split(" = ", 1) for line in kerlint_run("--show-settings").lines[1:])
    merged = {"confirm", "extend-select", "extend-ignore", "extend-exclude"}
    assert set(told) >= {line.split()[0] for line in kerlint_run("config").lines} - merged
    assert (told["confirm.seconds"], told["confirm.hints"]) == ("5", "Patches")
