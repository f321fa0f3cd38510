"""The figures as a small picture: CPU seconds by tool, on a logarithmic scale, one row of bars a tree.

Written as SVG by hand, so that it is a few kilobytes and has colours for light and for dark pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import ceil, floor, log10
from pathlib import Path

from benchmarks.speed.results import Results
from benchmarks.speed.tools import CHANGED, FIXIT, FLAKE8, KERLINT, PYLINT, RUFF, RUFF_WARM, TORCHFIX_ALL, WARM
from benchmarks.speed.trees import TITLES

_SHOWN = (KERLINT, WARM, CHANGED, RUFF, RUFF_WARM, FLAKE8, PYLINT, FIXIT, TORCHFIX_ALL)
_WIDTH, _LEFT, _RIGHT, _BAR, _TITLE = 760, 190, 70, 17, 30
_STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.kerlint { fill: #d00000 }
.other { fill: #8c959f }
.line { stroke: #d0d7de }
.small { font-size: 10px; fill: #57606a }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 }
 .kerlint { fill: #ff5a5a }
 .other { fill: #6e7681 }
 .line { stroke: #30363d }
 .small { fill: #8b949e }
}"""


def write_plot(path: Path, results: Results) -> None:
    """Writes the picture; the same figures give the same file."""
    panels = [(tree, [tool for tool in _SHOWN if (tree, tool) in results.runs]) for tree in results.trees]
    height = sum(_TITLE + _BAR * len(tools) + 12 for _, tools in panels) + 20
    body = "\n".join(_panels(results, panels, height))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="CPU seconds by tool">'
    path.write_text(f"{head}\n<style>\n{_STYLE}\n</style>\n{body}\n</svg>\n", encoding="utf-8", newline="\n")


def _panels(results: Results, panels: list[tuple[str, list[str]]], height: int) -> Iterator[str]:
    every = [results.median_of(tree, tool, "cpu") or 0.0 for tree, tools in panels for tool in tools]
    first, last = floor(log10(max(min(every, default=1), 0.001))), ceil(log10(max(max(every, default=1), 0.01)))
    for power in range(first, last + 1):
        x = _across(10.0**power, first, last)
        yield f'<path class="line" d="M{x:.0f} 24V{height - 22}"/>'
        yield f'<text class="small" x="{x:.0f}" y="{height - 8}" text-anchor="middle">{10.0**power:g} s</text>'
    top = 0
    for tree, tools in panels:
        files, megabytes = results.trees[tree]
        title = f"{escape(TITLES.get(tree, tree))}: {files} files, {megabytes:.0f} MB"
        yield f'<text class="title" x="8" y="{top + 20}">{title}</text>'
        top += _TITLE
        for tool in tools:
            seconds = results.median_of(tree, tool, "cpu") or 0.0
            end = _across(max(seconds, 10.0**first), first, last)
            kind = "kerlint" if tool.startswith("kerlint") else "other"
            yield f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(tool)}</text>'
            yield f'<rect class="{kind}" x="{_LEFT}" y="{top + 2}" width="{max(end - _LEFT, 1):.0f}" height="{_BAR - 5}"/>'
            yield f'<text class="small" x="{end + 5:.0f}" y="{top + 12}">{seconds:.{2 if seconds < 10 else 0}f} s</text>'
            top += _BAR
        top += 12


def _across(seconds: float, first: int, last: int) -> float:
    """Where a number of seconds lies from left to right."""
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (log10(seconds) - first) / max(last - first, 1)
