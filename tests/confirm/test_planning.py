"""A finding that cannot be planned says why, and leaves the others alone."""

from __future__ import annotations

from typing import Any

import pytest

from kerlint.confirm import planning
from kerlint.finding import Finding, Severity, Span

FINDING = Finding("a.py", Span(1, 1, 1, 2), "KER202", "incomplete-get-config", "message", Severity.WARNING)
NOTHING: Any = None


@pytest.mark.parametrize(
    ("error", "words"),
    [(RecursionError(), "nested too deeply"), (KeyError("thing"), "internal error in planning (KeyError: 'thing')")],
)
def test_an_error_becomes_a_reason(monkeypatch: pytest.MonkeyPatch, error: Exception, words: str) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setitem(planning._PLANNERS, "serialization", fail)
    made = planning.plan(FINDING, NOTHING, NOTHING, {})
    assert isinstance(made, str) and words in made


def test_every_rule_names_a_family_that_has_a_planner() -> None:
    from kerlint.rules import all_rules

    families = {rule.probe for rule in all_rules().values() if rule.check is not None}
    assert families == set(planning._PLANNERS)
