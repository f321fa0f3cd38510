"""What grows with what, as the second part of the page of figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.speed.scaling.results import Series

_INTRODUCTION = """\
CPU seconds of `kerlint --no-cache`, each size run once, and the exponent of a power law fitted to them after what a run takes for
an almost empty program: 1 means that twice as much takes twice as long, 2 four times. Memory is the exponent of the peak as it
is. `python -m benchmarks.speed.scaling` measures it. The trees are keras-hub several times over: as projects of their own, as
packages side by side in one project (where every class has a double in each package), and as one package of more and more parts
with class names of their own. Of a project of more than 5,000 files only the folder round a file that is small enough is
searched for uses."""


def scaling_lines(series: Sequence[Series]) -> list[str]:
    """The lines; none where nothing was measured."""
    return list(_lines(series)) if series else []


def _lines(series: Sequence[Series]) -> Iterator[str]:
    yield from ("", "## How it grows", "", *_INTRODUCTION.splitlines())
    for unit in dict.fromkeys(one.unit for one in series):
        rows = [one for one in series if one.unit == unit]
        sizes = [point.size for point in rows[0].points]
        yield from ("", f"| {unit} | {' | '.join(f'{size:,}' for size in sizes)} | CPU exponent | MB at most | MB exponent |")
        yield f"|---|{'---:|' * (len(sizes) + 3)}"
        for one in rows:
            seconds = " | ".join(f"{point.cpu:.2f}" for point in one.points)
            exponents = _shown(one.cpu_exponent), _shown(one.memory_exponent)
            yield f"| {one.name} | {seconds} | {exponents[0]} | {one.points[-1].memory:.0f} | {exponents[1]} |"


def _shown(exponent: float | None) -> str:
    return "-" if exponent is None else f"{exponent:.2f}"
