"""The page of figures: a table for each tree, every figure beside its ratio to kerlint's, and the figure as a picture."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.speed.results import Results

KERLINT = "kerlint"

_INTRODUCTION = """\
Whole processes on the same trees, each tool once a round and all of them in turn, so that a slow minute of the machine hits
all alike. Figures are medians; *times kerlint* is the median of the ratios within a round. CPU counts user and system time of
all processes, memory what they hold together. The tools find different things: this compares what it costs to run them over
code, not what they know. `python -m benchmarks.speed` makes this page."""


def speed_page(results: Results) -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    yield "# Speed beside other linters"
    yield ""
    yield from _INTRODUCTION.splitlines()
    yield ""
    yield "![CPU seconds by tool and tree](speed.svg)"
    for tree, (files, megabytes) in results.trees.items():
        yield ""
        yield f"## {tree}: {files} files, {megabytes:.1f} MB"
        yield ""
        yield "| tool | CPU s | times kerlint | wall s | times kerlint | memory MB | files/s | MB/s | runs |"
        yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
        yield from (_row(results, tree, tool, files, megabytes) for tool in results.tools(tree))
    yield ""
    yield "Measured with " + ", ".join(f"{name} {value}" for name, value in results.about.items()) + "."


def _row(results: Results, tree: str, tool: str, files: int, megabytes: float) -> str:
    cpu, wall, memory = (results.median_of(tree, tool, figure) or 0.0 for figure in ("cpu", "wall", "memory"))
    ratios = [_shown(results.ratio(tree, tool, KERLINT, figure)) for figure in ("cpu", "wall")]
    speeds = f"{files / wall:.0f} | {megabytes / wall:.2f}" if wall else "- | -"
    count = len(results.runs[tree, tool])
    return f"| {tool} | {cpu:.2f} | {ratios[0]} | {wall:.2f} | {ratios[1]} | {memory:.0f} | {speeds} | {count} |"


def _shown(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
