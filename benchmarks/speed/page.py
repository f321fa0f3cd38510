"""The page of figures: what was wanted and what came of it, then a table for each tree, and what grows with what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.speed.claims import claims
from benchmarks.speed.results import Results
from benchmarks.speed.tools import KERLINT, RUFF
from benchmarks.speed.trees import TITLES

_INTRODUCTION = """\
Whole processes on the same trees, each tool in an environment of its own and with its own defaults, without configuration. A
round runs each tool once, so that a slow minute of the machine hits all alike. Figures are medians over the rounds, ratios the
medians of the ratios within a round. CPU counts user and system time of all processes; memory is what they hold at once, and
what they share is counted in each. The tools find different things: this compares what it costs to run them over code,
not what they know. `python -m benchmarks.speed` measures and makes this page."""

_METHOD = """\
- *kerlint* is a run without a cache, which it writes; the rows below it follow on each other. *One file changed*: a statement
  is added to the file in the middle of the tree. *Changed back*: it has its old text again.
- The files that a tool looked at are counted by its own word. The benchmark breaks off where they are not those of the tree.
- A tool that took longer than its budget on a tree has fewer rounds, at least one; the last column says how many.
- TorchFix parses only files that hold the word *torch*. *Every file marked* is the same tree with that word in a comment at the
  end of each file: what it costs where it is meant to be used.
- The tree without Keras holds modules of the standard library of 1 to 8 KB, again and again, each with its number in a comment.
  Fixit and TorchFix are left out there: the one would take most of an hour, the other has nothing to look at."""


_IN_THE_WAY = """\
What was tried on keras-hub 0.32.0 with CPython 3.11 in November 2026, in shares of kerlint's first run as it then was:

- Reading everything with libcst was 31 %, about six seconds of CPU, more than a quarter of pylint's time for this alone. Python's
  own parser reads the same in a fifth of that, and does so now; libcst reads what that parser does not take.
- Of what is left, following what the code does is 40 %, the rules are 24 %, tokens, parser and translation 19 %, cycles that
  are collected 6 %, the cache 5 %. No function of kerlint has more than 4 %.
- Packing all that was read for the cache was a twentieth to an eighth. A first run packs now what others rest on, no leaves.
- A file that holds no word of a selected rule is not parsed. With all rules on, such files take less than 1 % of the time.
- Methods that a class only inherits are followed once more for it where Keras calls them: 3 % of the time.
- Calls inside calls are followed to the third once a trace has taken 200 steps. To the fourth, after 600 steps, it took a fifth
  longer, and nothing more was found in 75 packages; to the second it evaluates 22 % less, and one true finding of 610 goes.
- 14 % of what is evaluated stands in calls that a file makes again with the same values. What they read and change on the way is
  not known before, so they are followed again.
- Never to collect cycles takes 53 MB more, and no less time. A lexer in one regular expression saved 1 %. Not kept.
- To write two files for each program into the cache took more than a second; one file of SQLite's for all takes a fortieth.
- Not to follow what cannot matter: if it was known beforehand which functions and methods make no object, call no layer and store
  nothing, leaving all of them out would save 8 %. Classes that only inherit what other files do are left out: that saved 8 %.
- Not to take a second turn of loops in which nothing happens would save 7 %, and lose what the second element is.
- mypyc made the whole 1.23 to 1.30 times faster, crashed on some programs, and wants code that is harder to read. Not kept.
- Lighter nodes, and a smaller text, for libcst saved 3 to 10 %. Not kept."""


_HEAD = (
    "| tool | CPU s | to kerlint | to ruff | wall s | to kerlint | to ruff | MB of memory | files/s | MB/s | files | rounds |",
    f"|---|{'---:|' * 11}",
)


def speed_page(results: Results, scaling: Sequence[str] = ()) -> str:
    """The whole page as Markdown; `scaling` are the lines of its second part."""
    return "\n".join([*_lines(results), *scaling]) + "\n"


def _lines(results: Results) -> Iterator[str]:
    yield from ("# Speed beside other linters", "", *_INTRODUCTION.splitlines(), "")
    yield from ("![CPU seconds by tool and tree](speed.svg)", "", "## What it has to show", "")
    yield from ("| what | tree | wanted | measured | |", "|---|---|---:|---:|---|")
    for claim in claims(results):
        yield f"| {claim.what} | {claim.tree} | {claim.wanted} | {claim.measured} | {'met' if claim.met else '**not met**'} |"
    for tree, (files, megabytes) in results.trees.items():
        yield from ("", f"## {TITLES.get(tree, tree)}: {files} files, {megabytes:.1f} MB", "")
        yield from _HEAD
        yield from (_row(results, tree, tool, megabytes) for tool in results.tools(tree))
    yield from ("", "## What stands in the way", "", *_IN_THE_WAY.splitlines(), "")
    yield from ("## How it is measured", "", *_METHOD.splitlines(), "")
    yield "Measured with " + ", ".join(f"{name} {value}" for name, value in results.about.items()) + "."


def _row(results: Results, tree: str, tool: str, megabytes: float) -> str:
    cells = [tool]
    for figure in ("cpu", "wall"):
        ratios = (_shown(results.ratio(tree, tool, other, figure)) for other in (KERLINT, RUFF))
        cells += [_shown(results.median_of(tree, tool, figure)), *ratios]
    wall, files = results.median_of(tree, tool, "wall") or 0.0, results.files[tree, tool]
    share = files / results.trees[tree][0]
    cells.append(f"{results.median_of(tree, tool, 'memory') or 0:.0f}")
    cells += [f"{files / wall:.0f}", f"{megabytes * share / wall:.2f}"] if wall else ["-", "-"]
    return f"| {' | '.join([*cells, str(files), str(len(results.runs[tree, tool]))])} |"


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.2f}" if figure < 10 else f"{figure:.0f}"
