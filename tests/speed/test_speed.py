"""The benchmark itself: what did no work is refused, figures are kept, claims are computed, and growth is fitted."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("psutil")

from benchmarks.speed import tools
from benchmarks.speed.__main__ import others_of
from benchmarks.speed.claims import claims
from benchmarks.speed.environments import Environment
from benchmarks.speed.measuring import Run, measured
from benchmarks.speed.page import speed_page
from benchmarks.speed.plot import write_plot
from benchmarks.speed.results import Results, read_results, write_results
from benchmarks.speed.running import NotMeasured, run_in_rounds
from benchmarks.speed.trees import Tree

TREE = Tree("keras-hub", Path("keras-hub"), 10, 2.0)


def results() -> Results:
    found = Results(about={"Python": "3.11"}, findings={"keras-hub": 7})
    for slow in (1.0, 10.0, 1.0):  # the machine is slow in the second round
        for tool, cpu, wall in (
            (tools.KERLINT, 2.0, 4.0), (tools.WARM, 0.1, 0.1), (tools.CHANGED, 0.5, 0.4), (tools.RUFF, 0.5, 1.0),
            (tools.FLAKE8, 1.0, 1.0), (tools.TORCHFIX_ALL, 80.0, 80.0),
        ):  # fmt: skip
            found.add(TREE, tool, Run(cpu * slow, wall * slow, 100.0, 1), 10)
    return found


def test_a_ratio_compares_runs_of_one_round() -> None:
    assert results().ratio("keras-hub", tools.RUFF, tools.KERLINT, "cpu") == 0.25
    assert results().ratio("keras-hub", tools.PYLINT, tools.KERLINT, "cpu") is None


def test_claims_are_computed_from_the_runs_and_say_what_is_not_met() -> None:
    said = {claim.what: (claim.measured, claim.met) for claim in claims(results())}
    assert said["CPU of TorchFix, every file marked, to kerlint cold"] == ("40.0", True)
    assert said["CPU of flake8 `--select=F`, to kerlint cold"] == ("0.50", False)
    assert said["wall seconds after one changed file, over the warm run"] == ("0.30", False)
    assert said["CPU of kerlint cold, to ruff `--no-cache` (an aim beyond)"] == ("4.00", True)
    assert not any("pylint" in what for what in said)  # was not run


def test_the_page_shows_claims_medians_and_ratios() -> None:
    page = speed_page(results())
    assert "| CPU of flake8 `--select=F`, to kerlint cold | keras-hub | at least 1 | 0.50 | **not met** |" in page
    assert "## keras-hub: 10 files, 2.0 MB" in page
    assert "| kerlint | 2.00 | 1.00 | 4.00 | 4.00 | 1.00 | 4.00 | 100 | 2 | 0.50 | 10 | 3 |" in page
    assert "Measured with Python 3.11." in page


def test_the_picture_is_valid_and_has_a_bar_for_each_tool(tmp_path: Path) -> None:
    write_plot(tmp_path / "plot.svg", results())
    root = ElementTree.parse(tmp_path / "plot.svg").getroot()
    assert len(root.findall("{http://www.w3.org/2000/svg}rect")) == 6
    assert (tmp_path / "plot.svg").stat().st_size < 10_000


def test_what_was_measured_is_kept(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results())
    assert read_results(tmp_path / "results.json") == results()


def test_the_page_has_the_trees_in_one_order_whichever_was_measured_last(tmp_path: Path) -> None:
    found = Results()
    for name in ("plain", "a tree of my own", "keras", "keras-hub"):
        found.add(replace(TREE, name=name), tools.RUFF, Run(1.0, 1.0, 1.0, 0), 10)
    write_results(tmp_path / "results.json", found)
    assert list(read_results(tmp_path / "results.json").trees) == ["keras-hub", "keras", "plain", "a tree of my own"]


def test_other_trees_are_kept_and_those_measured_anew_are_not() -> None:
    found = results()
    found.add(replace(TREE, name="keras"), tools.RUFF, Run(1.0, 1.0, 1.0, 0), 10)
    rest = found.without(["keras-hub"], {"ruff": "1"})
    assert (set(rest.trees), set(rest.runs), rest.findings) == ({"keras"}, {("keras", tools.RUFF)}, {})
    assert rest.about == {"Python": "3.11", "ruff": "1"} and "keras-hub" in found.trees


def test_runs_of_other_versions_are_not_mixed(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results())
    with pytest.raises(NotMeasured, match="another Python"):
        others_of(tmp_path / "results.json", ["keras"], {"Python": "3.12"})


def test_a_process_is_measured_with_its_children_and_heard(tmp_path: Path) -> None:
    busy = "held = bytearray(50_000_000); import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); print('done'); sys.exit(3)"
    run, printed, said = measured([sys.executable, "-c", parent], tmp_path)
    assert (run.exit_code, printed, said) == (3, "done\n", "")
    assert 0.2 <= run.cpu < 5
    assert run.memory > 50


# --- what is measured at all ----------------------------------------------------------------------------------------------

ENVIRONMENTS = {name: Environment(name, Path("environments") / name) for name in ("kerlint", "ruff", "flake8", "fixit")}
SAYS = {
    tools.NO_CACHE: "kerlint: 2 findings in 2 of 10 files; 1 fixable with --fix, 1 more with --unsafe-fixes\n",
    tools.FLAKE8: "10         total files processed\n",
    tools.FIXIT: "🛠️  10 files checked, 2 files with errors 🛠️\n",
}


def run_one(name: str, printed: str, code: int = 0, rounds: int = 1, budget: float = 100.0, wall: float = 1.0) -> Results:
    """One tool on the tree, that prints something and takes some time."""
    (tool,) = [replace(tool, around=tools._nothing) for tool in tools.tools(ENVIRONMENTS) if tool.name == name]
    found = Results()
    run_in_rounds([TREE], [tool], rounds, budget, found, lambda command, folder: (Run(1.0, wall, 50.0, code), printed, ""))
    return found


@pytest.mark.parametrize("name", SAYS)
def test_a_tool_that_looked_at_all_files_is_measured(name: str) -> None:
    assert run_one(name, SAYS[name]).files == {("keras-hub", name): 10}


@pytest.mark.parametrize("name", SAYS)
@pytest.mark.parametrize("said", ["", "0 files clean\n", "0          total files processed\n"])
def test_a_tool_that_looked_at_nothing_is_no_fast_tool(name: str, said: str) -> None:
    with pytest.raises(NotMeasured, match="looked at 0 of 10 files"):
        run_one(name, said)


def test_a_tool_that_broke_off_is_no_fast_tool() -> None:
    with pytest.raises(NotMeasured, match="ended with -9"):
        run_one(tools.FIXIT, SAYS[tools.FIXIT], code=-9)


@pytest.mark.parametrize(("budget", "rounds"), [(100.0, 5), (25.0, 2), (1.0, 1)])
def test_the_budget_bounds_the_rounds_and_leaves_one(budget: float, rounds: int) -> None:
    found = run_one(tools.FIXIT, SAYS[tools.FIXIT], rounds=5, budget=budget, wall=10.0)
    assert len(found.runs["keras-hub", tools.FIXIT]) == rounds


def test_the_modes_of_kerlint_leave_the_rounds_together() -> None:
    modes = [replace(tool, around=tools._nothing) for tool in tools.tools(ENVIRONMENTS) if tool.name in tools.SAME_FINDINGS]

    def takes(command: Sequence[str], folder: Path) -> tuple[Run, str, str]:
        return Run(1, 9.0 if "-j" in command else 0.1, 1, 0), "", "kerlint: nothing found in 10 files\n"

    found = Results()
    run_in_rounds([TREE], modes, 5, 20.0, found, takes)
    assert {len(runs) for runs in found.runs.values()} == {2}


def test_modes_that_find_different_things_end_the_benchmark() -> None:
    modes = [replace(tool, around=tools._nothing) for tool in tools.tools(ENVIRONMENTS) if tool.name in tools.SAME_FINDINGS]

    def differs(command: Sequence[str], folder: Path) -> tuple[Run, str, str]:
        lost = "" if "-j" in command else "b.py:2:1: KER102 …\n"
        return Run(1, 1, 1, 1), f"a.py:1:1: KER101 …\n{lost}", "kerlint: 2 findings in 2 of 10 files\n"

    with pytest.raises(NotMeasured, match=r"kerlint -j 2 differs from kerlint in 1 lines, such as b\.py:2:1"):
        run_in_rounds([TREE], modes, 1, 100.0, Results(), differs)


def test_a_changed_file_is_as_it_was_afterwards(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text("x = 1\n")
    with tools._with_a_line("y = 2", tmp_path):
        assert (tmp_path / "b.py").read_text() == "x = 1\n\ny = 2\n"
    assert (tmp_path / "b.py").read_text() == "x = 1\n"
