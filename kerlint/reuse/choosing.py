"""Which of the reports on one layer are made: the gravest, once for a layer and once for a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerlint.finding import Report, Severity
from kerlint.reuse.passes import Reuse

_GRAVITY = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def first_of_each(judged: Iterable[tuple[Reuse, Report]]) -> Iterator[Report]:
    """For each layer of each trace its gravest report, the earliest of equals; for each place the gravest of these."""
    by_layer: dict[tuple[int, int], tuple[int, Report]] = {}
    for reuse, report in judged:
        key = (id(reuse.trace), reuse.instance.number)
        gravity = _gravity(report)
        if key not in by_layer or gravity < by_layer[key][0]:
            by_layer[key] = (gravity, report)
    by_place: dict[object, tuple[int, Report]] = {}
    for gravity, report in by_layer.values():
        if report.span not in by_place or gravity < by_place[report.span][0]:
            by_place[report.span] = (gravity, report)
    yield from (report for _, report in by_place.values())


def _gravity(report: Report) -> int:
    return _GRAVITY.index(report.severity) if report.severity is not None else 0
