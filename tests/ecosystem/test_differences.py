"""What counts as a difference, what the judgements make of it, and how it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.ecosystem.baseline import Sighting, read_baseline, shortened, write_baseline
from benchmarks.ecosystem.differences import Change, Kind, differences, is_regression, meaning
from benchmarks.ecosystem.labels import InvalidLabels, Judgements, read_labels
from benchmarks.ecosystem.showing import LONGEST_COMMENT, as_markdown, as_text

Seen = Callable[..., Sighting]
Judged = Callable[..., Judgements]


def kinds(changes: tuple[Change, ...]) -> list[tuple[Kind, int]]:
    return [(change.kind, change.sighting.line) for change in changes]


def test_nothing_differs_from_itself(seen: Seen) -> None:
    assert differences([seen(1), seen(2)], [seen(2), seen(1)]) == ()


def test_new_and_gone_are_told_in_the_order_of_places(seen: Seen) -> None:
    assert kinds(differences([seen(2), seen(3)], [seen(1), seen(3)])) == [(Kind.NEW, 1), (Kind.GONE, 2)]


def test_other_words_at_the_same_place_are_no_new_finding(seen: Seen) -> None:
    (change,) = differences([seen(message="old")], [seen(message="new")])
    assert (change.kind, change.before) == (Kind.REWORDED, seen(message="old"))


def test_another_column_or_severity_is_seen(seen: Seen) -> None:
    assert kinds(differences([seen(column=1)], [seen(column=9)])) == [(Kind.REWORDED, 1)]
    assert kinds(differences([seen()], [seen(is_info=True)])) == [(Kind.REWORDED, 1)]


def test_one_of_two_at_a_place_that_goes_is_seen(seen: Seen) -> None:
    both = [seen(message="units"), seen(message="rate")]
    (change,) = differences(both, both[:1])
    assert (change.kind, change.sighting.message) == (Kind.GONE, "rate")


def test_another_code_is_another_finding(seen: Seen) -> None:
    changes = differences([seen(code="KER201")], [seen(code="KER202")])
    assert kinds(changes) == [(Kind.GONE, 1), (Kind.NEW, 1)]


@pytest.mark.parametrize(
    ("kind", "label", "worse", "said"),
    [
        (Kind.NEW, "FALSE", True, "REGRESSION"),
        (Kind.NEW, "TRUE", False, "judged TRUE"),
        (Kind.NEW, "DEBATABLE", False, "judged DEBATABLE"),
        (Kind.GONE, "TRUE", True, "REGRESSION"),
        (Kind.GONE, "FALSE", False, "repaired"),
        (Kind.GONE, "DEBATABLE", False, "judged DEBATABLE"),
        (Kind.REWORDED, "FALSE", False, "judged FALSE"),
    ],
)
def test_a_change_is_told_with_its_judgement(kind: Kind, label: str, worse: bool, said: str, seen: Seen, judged: Judged) -> None:
    change, judgements = Change(kind, seen(message="other words")), judged((seen(), label))
    assert is_regression(change, judgements) is worse
    assert said in meaning(change, judgements)


def test_what_nobody_judged_says_so(seen: Seen, judged: Judged) -> None:
    change = Change(Kind.NEW, seen(2))
    assert meaning(change, judged((seen(1), "TRUE"))) == "not judged"


def test_the_text_groups_by_package_and_counts(seen: Seen, judged: Judged) -> None:
    changes = differences([seen(1), seen(4, message="old")], [seen(4), seen(7, name="beta"), seen(8, name="beta")])
    assert as_text(changes, ["gamma 3.0: gone"], judged((seen(7, name="beta"), "FALSE")), 3).splitlines() == [
        "alpha 1.0",
        "  - a.py:1:5: KER202 said [not judged]",
        "  - a.py:4:5: KER202 old",
        "  + a.py:4:5: KER202 said [the same place; not judged]",
        "",
        "beta 2.0",
        "  + a.py:7:5: KER202 said [REGRESSION: judged FALSE, the false alarm is back]",
        "  + a.py:8:5: KER202 said [not judged]",
        "",
        "FAILED gamma 3.0: gone",
        "kerlint on 3 packages: 2 new, 1 gone, 1 reworded (1 known to be wrong, 1 new to be judged); 1 failed",
    ]


def test_no_difference_is_one_line(judged: Judged) -> None:
    assert as_text((), [], judged(), 1) == "kerlint on 1 package: no difference\n"


def test_markdown_folds_each_package(seen: Seen, judged: Judged) -> None:
    text = as_markdown(differences([seen(2, is_info=True)], [seen(1, cell=3)]), [], judged(), 1)
    assert "<details><summary>alpha 1.0: 1 new, 1 gone</summary>\n\n```diff\n" in text
    assert "\n+ a.py:cell 3:1:5: KER202 said [not judged]\n" in text
    assert "\n- a.py:2:5: KER202 (info) said [not judged]\n" in text


def test_markdown_that_gets_too_long_is_cut_between_packages(seen: Seen, judged: Judged) -> None:
    many = [seen(line, message="m" * 100, name="beta") for line in range(600)]
    text = as_markdown(differences([], [seen(1), *many]), [], judged(), 2)
    assert "alpha 1.0: 1 new" in text
    assert text.endswith("and 1 package more: run the check to see them\n")
    assert len(text) < LONGEST_COMMENT


def test_the_baseline_is_sorted_and_read_as_it_was_written(seen: Seen, tmp_path: Path) -> None:
    sightings = [seen(10), seen(9, cell=0), seen(9, is_info=True, message="“x” …"), seen(1, name="beta")]
    write_baseline(tmp_path / "baseline.jsonl", sightings)
    assert [one.line for one in read_baseline(tmp_path / "baseline.jsonl")] == [9, 10, 9, 1]
    assert set(read_baseline(tmp_path / "baseline.jsonl")) == set(sightings)


def test_a_message_is_kept_on_one_line_of_at_most_a_hundred_characters() -> None:
    assert shortened("two\n lines") == "two lines"
    assert (len(shortened("m" * 101)), shortened("m" * 101)[-1]) == (100, "…")


LABEL = (
    '{"source": "pypi", "name": "alpha", "version_or_commit": "1.0", "path": "a.py", "line": 1, "rule": "get_config", '
    '"code": "KER202", "label": "TRUE", "keras": ["3"], "why": "so"}'
)


def test_a_truth_counts_for_the_keras_of_the_package(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(LABEL + "\n")
    labels = read_labels(tmp_path / "labels.jsonl")
    for major, known in ((3, True), (2, False)):
        assert (Judgements(labels, {("alpha", "1.0"): major}).of(seen()) is not None) is known


def test_a_column_tells_two_findings_of_one_line_apart(seen: Seen, tmp_path: Path) -> None:
    false = LABEL.replace('"TRUE"', '"FALSE"').replace('"line": 1', '"line": 1, "column": 9')
    (tmp_path / "labels.jsonl").write_text(f"{LABEL}\n{false}\n")
    judgements = Judgements(read_labels(tmp_path / "labels.jsonl"), {("alpha", "1.0"): 3})
    told = [judgements.of(seen(column=column)) for column in (5, 9)]
    assert [judgement and judgement.value for judgement in told] == ["TRUE", "FALSE"]


def test_where_two_judgements_differ_the_worse_counts(seen: Seen, judged: Judged) -> None:
    told = judged((seen(), "TRUE"), (seen(), "FALSE"), (seen(), "DEBATABLE")).of(seen())
    assert told is not None
    assert told.value == "FALSE"


@pytest.mark.parametrize(("old", "new"), [('"TRUE"', '"YES"'), ("KER202", "KER2"), ('"why"', '"because"'), ("{", "[")])
def test_a_line_that_is_no_label_is_named(old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(f"{LABEL}\n{LABEL.replace(old, new)}\n")
    with pytest.raises(InvalidLabels, match=r"labels\.jsonl:2"):
        read_labels(tmp_path / "labels.jsonl")
