"""The figures as a picture: CPU seconds by tool, on a logarithmic scale, one row of bars a tree."""

from __future__ import annotations

from pathlib import Path

from benchmarks.speed.results import Results

_KERLINT, _OTHER = "#d00000", "#8a8a8a"


def write_plot(path: Path, results: Results) -> None:
    """Writes an SVG. Needs matplotlib."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "kerlint"  # the same figures give the same file
    trees = list(results.trees)
    figure, rows = pyplot.subplots(len(trees), 1, figsize=(8, 0.6 + 1.9 * len(trees)), squeeze=False, layout="constrained")
    for axes, tree in zip(rows[:, 0], trees, strict=True):
        names = results.tools(tree)[::-1]
        values = [results.median_of(tree, name, "cpu") or 0.0 for name in names]
        colours = [_KERLINT if name.startswith("kerlint") else _OTHER for name in names]
        bars = axes.barh(names, values, color=colours)
        axes.bar_label(bars, labels=[f" {value:.2f} s" for value in values], fontsize=8)
        axes.set_xscale("log")
        axes.margins(x=0.15)
        axes.set_title(f"{tree}: {results.trees[tree][0]} files, CPU seconds", fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
