"""The figures by rule, and that the page in the docs is what the files say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.ecosystem import BASELINE, LABELS, PACKAGES, PRECISION_PAGE
from benchmarks.ecosystem.baseline import Sighting, read_baseline
from benchmarks.ecosystem.labels import Judgements, read_labels
from benchmarks.ecosystem.packages import Package, read_packages
from benchmarks.ecosystem.page import precision_page
from benchmarks.ecosystem.precision import by_rule, share, tally, wilson
from kerlint.finding import Severity
from kerlint.rules import Rule, all_rules
from kerlint.version import VersionRange

Seen = Callable[..., Sighting]
Judged = Callable[..., Judgements]

NOTHING_OFF: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (95, 100, 0.8883, 0.9785), (1, 1, 0.2065, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilsons_interval(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=1e-4)


def test_nothing_judged_has_no_share() -> None:
    assert (wilson(0, 0), share(0, 0)) == (None, None)


def test_debatable_findings_move_the_bounds_only(seen: Seen, judged: Judged) -> None:
    labels = ["TRUE"] * 6 + ["FALSE"] * 2 + ["DEBATABLE"] * 2
    sightings = [seen(line) for line in range(12)]
    counts = tally(sightings, judged(*zip(sightings, labels, strict=False)), NOTHING_OFF)
    assert (counts.findings, counts.judged, counts.true, counts.false, counts.debatable) == (12, 10, 6, 2, 2)
    assert (counts.precision, counts.lowest, counts.highest) == (0.75, 0.6, 0.8)


def test_packages_are_counted_once(seen: Seen, judged: Judged) -> None:
    assert tally([seen(1), seen(2), seen(1, name="beta")], judged(), NOTHING_OFF).packages == 2


def test_what_is_info_or_off_is_not_on_by_default(seen: Seen, judged: Judged) -> None:
    sightings = [seen(1), seen(2, is_info=True), seen(3, code="KER306")]
    assert tally(sightings, judged(), frozenset({"KER306"})).on_by_default == 1


def test_labels_without_a_finding_are_missed_or_repaired(seen: Seen, judged: Judged) -> None:
    judgements = judged((seen(1), "TRUE"), (seen(2), "TRUE"), (seen(3), "FALSE"), (seen(4), "DEBATABLE"))
    counts = by_rule(["KER202", "KER203"], [seen(1)], judgements, NOTHING_OFF)
    assert (counts["KER202"].missed, counts["KER202"].repaired, counts["KER203"].missed) == (1, 1, 0)


def test_a_truth_of_another_keras_is_neither_judged_nor_missed(seen: Seen, judged: Judged) -> None:
    judgements = judged((seen(1), "TRUE"), (seen(2), "TRUE"), keras=(2,))
    counts = by_rule(["KER202"], [seen(1)], judgements, NOTHING_OFF)["KER202"]
    assert (counts.judged, counts.missed) == (0, 0)


def silent(module: Any, project: Any) -> Iterator[Any]:
    yield from ()


def rule(code: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(code, code.lower(), severity, VersionRange(""), silent, "")


RULES = {code: rule(code) for code in ("KER201", "KER202", "KER203")} | {"KER306": rule("KER306", Severity.INFO)}
PINNED = (Package("alpha", "1.0", 3, "alpha.whl", "0" * 64), Package("beta", "2.0", 2, "beta.whl", "0" * 64))


def row(page: str, code: str) -> list[str]:
    (line,) = (line for line in page.splitlines() if line.startswith(f"| {code} "))
    return [cell.strip() for cell in line.split("|")[2:-1]]


@pytest.fixture
def page(seen: Seen, judged: Judged) -> str:
    often = [seen(line, "KER202", is_info=line == 9) for line in range(10)]
    legacy, own = seen(20, "KER306", is_info=True, name="beta"), seen(1, "KER901", name="beta")
    labels = ["TRUE"] * 5 + ["FALSE", "DEBATABLE", "TRUE"]
    judgements = judged(*zip(often, labels, strict=False), (legacy, "TRUE"), (seen(30, "KER203"), "TRUE"))
    return precision_page(PINNED, [*often, legacy, seen(40, "KER201"), own], judgements, RULES)


def test_a_row_of_the_page(page: str) -> None:
    figures = ["10", "1", "8", "6", "1", "1", "85 %", "75-87 %", "48-97 %", "0", "0"]
    assert row(page, "KER202") == ["ker202", "9 of 10", *figures]


def test_rules_that_are_off_by_default_say_so(page: str) -> None:
    assert row(page, "KER306")[:4] == ["ker306", "no: info", "1", "1"]


def test_a_silent_rule_shows_its_misses(page: str) -> None:
    assert row(page, "KER203") == ["ker203", "yes", "0", "0", "-", "0", "0", "0", "-", "-", "-", "1", "0"]


def test_the_headline_counts_what_a_user_sees(page: str) -> None:
    assert "**Of 10 findings that a user sees by default, 8 were judged: 6 true, 1 false, 1 debatable; precision 85 %" in page
    assert "there are 12 findings" in page


def test_samples_and_what_nobody_judged_are_named(page: str) -> None:
    assert "- Below 90 % and not in preview: KER202.\n" in page
    assert "- Judged by a sample: KER202 (8 of 10).\n" in page
    assert "- Not judged yet: KER201.\n" in page
    assert "- Found nowhere in these packages: KER203.\n" in page
    assert "- 1 finding more says that a file cannot be read or is no Python 3; it is not judged.\n" in page


def test_a_rule_in_preview_is_off_by_default(seen: Seen, judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.ecosystem.page._is_preview", lambda entry: entry.code == "KER202")
    page = precision_page(PINNED, [seen()], judged(), RULES)
    assert row(page, "KER202")[1] == "no: preview"
    assert "kerlint reports 1 place, 0 of them by default. None was judged yet." in page


def test_only_what_has_no_false_one_is_a_hundred_percent(seen: Seen, judged: Judged) -> None:
    sightings = [seen(line) for line in range(500)]
    pairs = [(one, "FALSE" if one.line == 0 else "TRUE") for one in sightings]
    assert row(precision_page(PINNED, sightings, judged(*pairs), RULES), "KER202")[8] == "99 %"


def test_the_page_in_the_docs_is_what_the_files_say() -> None:
    packages = read_packages(PACKAGES)
    judgements = Judgements(read_labels(LABELS), {(one.name, one.version): one.keras for one in packages})
    assert PRECISION_PAGE.read_text(encoding="utf-8") == precision_page(
        packages, read_baseline(BASELINE), judgements, all_rules()
    ), "run `python -m benchmarks.ecosystem precision`"


def test_every_label_and_every_finding_is_of_a_pinned_package_and_a_known_rule() -> None:
    pinned = {(package.name, package.version) for package in read_packages(PACKAGES)}
    labels, sightings = read_labels(LABELS), read_baseline(BASELINE)
    assert {(one.name, one.version) for one in labels} | {(one.name, one.version) for one in sightings} <= pinned
    assert {one.code for one in labels} | {one.code for one in sightings} <= all_rules().keys()


def test_the_list_holds_enough_of_both_kerases() -> None:
    packages = read_packages(PACKAGES)
    assert len(packages) >= 40
    for part in ("", "ci"):
        assert {package.keras for package in packages if package.part in (part, "ci")} == {2, 3}
    assert len({replace(package, part="").filename for package in packages}) == len(packages)
