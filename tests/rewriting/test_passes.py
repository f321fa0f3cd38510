"""Passes go on until nothing changes, whatever the fixes do to each other. What is found is played by functions here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kerlint import disk
from kerlint.cache.findings import FindingsCache
from kerlint.finding import Edit, Finding, Fix, Severity, Span
from kerlint.linter import Input, Outcome
from kerlint.rewriting.passes import MOST_PASSES, fixed

pytestmark = pytest.mark.usefixtures("folder")


def change(path: str, column: int, text: str, end: int | None = None) -> Finding:
    span = Span(1, column, 1, end or column)
    return Finding(path, span, "KER301", "name", "told", Severity.ERROR, fix=Fix("Mend", (Edit(span, text),)))


def text_of(item: Input) -> str:
    return (disk.read_bytes(item.path) if item.data is None else item.data).decode()


def test_a_fix_may_bring_another_to_light() -> None:
    Path("a.py").write_text("a = 1\n")

    def lint(inputs: Sequence[Input], known: FindingsCache) -> Outcome:
        (item,) = inputs
        text = text_of(item)
        found = () if "111" in text else (change("a.py", 5, "1"),)
        return Outcome(found, 1)

    result = fixed([Input("a.py")], lint, lambda finding: True)
    assert result.after == {"a.py": b"a = 111\n"} and result.before == {"a.py": b"a = 1\n"}
    assert len(result.findings) == 2 and result.outcome.findings == ()
    assert Path("a.py").read_text() == "a = 1\n", "nothing is written here"


def test_fixes_that_undo_each_other_end() -> None:
    Path("a.py").write_text("a = 1\n")

    def lint(inputs: Sequence[Input], known: FindingsCache) -> Outcome:
        return Outcome((change("a.py", 5, "2" if "1" in text_of(inputs[0]) else "1", 6),), 1)

    result = fixed([Input("a.py")], lint, lambda finding: True)
    assert result.complaints == [f"fixes were still found after {MOST_PASSES} passes; please report it"]


def test_a_file_that_cannot_be_fixed_is_left_and_the_others_are_fixed() -> None:
    Path("a.py").write_text("a = (1)\n")
    Path("b.py").write_text("b = 1\n")

    def lint(inputs: Sequence[Input], known: FindingsCache) -> Outcome:
        others = () if "2" in text_of(inputs[1]) else (change("b.py", 5, "2", 6),)
        return Outcome((change("a.py", 5, "", 6), *others), 2)

    result = fixed([Input("a.py"), Input("b.py")], lint, lambda finding: True)
    assert result.after == {"b.py": b"b = 2\n"}
    assert result.complaints == [
        "a.py: the fix of KER301 would leave no valid program; please report it; nothing more was fixed there"
    ]


def test_what_is_handed_over_is_changed_in_hand() -> None:
    def lint(inputs: Sequence[Input], known: FindingsCache) -> Outcome:
        return Outcome(() if "2" in text_of(inputs[0]) else (change("stdin", 5, "2", 6),), 1)

    result = fixed([Input("stdin", b"a = 1\n")], lint, lambda finding: True)
    assert [item.data for item in result.inputs] == [b"a = 2\n"]


def test_a_program_may_become_empty() -> None:
    def lint(inputs: Sequence[Input], known: FindingsCache) -> Outcome:
        return Outcome((change("stdin", 1, "", 6),) if text_of(inputs[0]).strip() else (), 1)

    assert fixed([Input("stdin", b"a = 1")], lint, lambda finding: True).after == {"stdin": b""}


def test_only_what_may_be_fixed_is() -> None:
    def lint(inputs: Sequence[Input], known: FindingsCache) -> Outcome:
        return Outcome((change("stdin", 5, "2", 6),), 1)

    assert not fixed([Input("stdin", b"a = 1\n")], lint, lambda finding: False).after
