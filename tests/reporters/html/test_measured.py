"""What a verdict's evidence becomes: plots of numbers, tables of changes, words. Nothing of it is lost; odd data does no harm."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from kerlint.finding import Verdict, VerdictKind
from kerlint.reporters.html.bars import Bar, plot
from kerlint.reporters.html.evidence import evidence
from kerlint.reporters.html.measured import Seen, seen_in

MIXED = {
    "calls": 2, "written": 2, "passes": 60, "train_eval": 1.53, "train_eval_apart": 0.36, "shared_apart": 1.51,
    "state": ["moving_mean"], "statistics": {"moving_mean": {"channel": 3, "shared": -0.68, "alone": [0.72, -1.9]}},
    "keras": "3.15.1", "backend": "tensorflow 2.21.0", "python": "3.11.7",
}  # fmt: skip


def seen(**noted: Any) -> Seen:
    return seen_in(Verdict(VerdictKind.CONFIRMED, "so it is", noted))


def wrong(found: Seen) -> list[tuple[str, float]]:
    return [(bar.label, bar.value) for one in found.plots for bar in one.bars if bar.is_wrong]


def test_a_shared_layer_is_shown_beside_a_layer_for_each_call() -> None:
    found = seen(**MIXED)
    assert [one.axis for one in found.plots] == ["difference of outputs, 95th percentile", "moving_mean", "times"]
    assert [bar.value for bar in found.plots[1].bars] == [0.72, -1.9, -0.68]
    assert wrong(found) == [
        ("training and inference, one layer for all calls", 1.53),
        ("inference, one layer and a layer for each call", 1.51),
        ("kept for all calls, used in inference", -0.68),
        ("times its state was written", 2.0),
    ]
    assert dict(found.facts) == {
        "passes": "60", "state": "moving_mean", "versions": "Keras 3.15.1, tensorflow 2.21.0, Python 3.11.7"
    }  # fmt: skip


def test_what_does_no_harm_is_not_marked() -> None:
    assert wrong(seen(train_eval=0.1, train_eval_apart=0.1, shared_apart=0.0, difference=0.0, layers=3, layers_loaded=3)) == []


@pytest.mark.parametrize(
    ("shapes", "axis", "sizes"),
    [
        ([[None, 32, 32, 8], [None, 16, 16, 24]], "channels", [8, 24]),
        ([[None, 8, 8, 4], [None, 4]], "dimensions", [4, 2]),
    ],
)
def test_a_refused_call_shows_what_both_were_given(shapes: list[object], axis: str, sizes: list[int]) -> None:
    found = seen(error="ValueError: no", shapes=shapes)
    assert [(one.axis, [bar.value for bar in one.bars]) for one in found.plots] == [(axis, sizes)]
    assert found.error == "ValueError: no"


def test_outputs_of_other_shapes_stay_words() -> None:
    found = seen(shapes=[[[8, 14, 14, 16]], [[8, 29, 29, 16]]], layers=4, layers_loaded=3)
    assert [one.axis for one in found.plots] == ["layers"]
    assert ("shapes", "[[8, 14, 14, 16]], [[8, 29, 29, 16]]") in found.facts


@pytest.mark.parametrize(
    ("noted", "title"),
    [
        ({"step": "compared", "difference": 3.0, "scale": 4.0}, "Outputs of the same input, before saving and after loading"),
        ({"step": "compared", "route": "configuration", "difference": 3.0}, "Outputs of the same input, before and after"),
        ({"written": 2, "difference": 0.3}, "The second call, from a fresh start and after the first"),
        ({"variables": [1, 1], "difference": 0.3}, "Two calls on the same input"),
        ({"difference": "differs by 14", "gap": 14.0, "scale": 3.0}, "Outputs of the same input"),
    ],
)
def test_a_difference_says_of_what_it_is(noted: dict[str, Any], title: str) -> None:
    assert title in [one.title for one in seen(**noted).plots]


def test_settings_that_come_back_as_others_are_a_table() -> None:
    html = evidence(Verdict(VerdictKind.CONFIRMED, "s", {"changed": {"offset": ["0.5", "0.0"]}}))
    assert "<th scope=\"row\">offset</th><td>0.5</td><td>0.0</td>" in html


def test_a_verdict_without_evidence_is_its_words() -> None:
    html = evidence(Verdict(VerdictKind.UNDECIDED, "no `arguments` were found"))
    assert "no <code>arguments</code> were found" in html
    assert "<figure" not in html
    assert "<details" not in html


@pytest.mark.parametrize("odd", [None, "nan", [], {}, "x", True, [1, "a"], {"a": 1}, [[1], [2]], -1, float("nan"), float("inf")])
def test_evidence_of_any_shape_is_shown(odd: Any) -> None:
    more = "layers layers_loaded difference scale shapes error changed variables trainable gap train_eval_equal_steps"
    names = (*MIXED, *more.split())
    for name in names:
        html = evidence(Verdict(VerdictKind.CONFIRMED, "s", {**MIXED, "error": "e", "difference": 1.0, "scale": 2.0, name: odd}))
        assert "confirmed" in html
    evidence(Verdict(VerdictKind.CONFIRMED, "s", dict.fromkeys(names, odd)))


def picture(*bars: Bar) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", plot("Title", "metres", bars))[0])  # type: ignore[index]


def test_a_plot_has_its_axis_ticks_and_figures() -> None:
    svg = picture(Bar("one", 3.0), Bar("other", 7.5, is_wrong=True))
    texts = {kind: [t.text for t in svg.iter("text") if t.get("class") == kind] for kind in ("axis", "tick", "figure", None)}
    assert texts == {"axis": ["metres"], "tick": ["0", "2", "4", "6", "8"], "figure": ["3", "7.5"], None: ["one", "other"]}
    assert svg.get("aria-label") == "Title (metres). one: 3; other: 7.5"
    one, other = (float(rect.get("width", "")) for rect in svg.iter("rect"))
    assert other / one == pytest.approx(2.5, rel=0.01)


def test_bars_below_zero_go_to_the_left_of_it() -> None:
    one, other = ((float(r.get("x", "")), float(r.get("width", ""))) for r in picture(Bar("a", -2.0), Bar("b", 1.0)).iter("rect"))
    assert one[0] + one[1] == pytest.approx(other[0])
    assert one[1] / other[1] == pytest.approx(2.0, rel=0.01)


def test_counts_have_no_half_ticks() -> None:
    ticks = [text.text for text in picture(Bar("a", 1.0), Bar("b", 2.0)).iter("text") if text.get("class") == "tick"]
    assert ticks == ["0", "1", "2"]


@pytest.mark.parametrize("value", [0.0, 1e-12, 1e12, 123456.0, -0.001])
def test_any_number_fits(value: float) -> None:
    svg = picture(Bar("a", value))
    assert 1 <= len([text for text in svg.iter("text") if text.get("class") == "tick"]) <= 8
    assert all(-1 <= float(rect.get("x", "")) <= 340 for rect in svg.iter("rect"))
