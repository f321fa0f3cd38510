"""Files shared out to processes: what is found is the same, small work stays in one, and a lost process loses nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from kerlint import workers
from kerlint.disk import observed
from kerlint.linter import Input, Linter, lint
from kerlint.options import Options
from kerlint.settings import SettingsFinder

FIXTURES = Path(__file__).parents[1] / "fixtures"


def is_known(prefix: str) -> bool:
    return True


def make_finder() -> SettingsFinder:
    return SettingsFinder((Options(root="/", select=("ALL",)),), is_known, None, None, True)


@pytest.fixture
def inputs() -> list[Input]:
    return [Input(str(path)) for folder in ("KER101", "KER501") for path in sorted((FIXTURES / folder).rglob("*.py"))[:8]]


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 3])
def test_the_findings_do_not_depend_on_the_processes(processes: int, inputs: list[Input]) -> None:
    alone = lint(inputs, make_finder())
    with observed() as observations:
        together = workers.lint_in_processes(inputs, make_finder, processes)
    assert alone.findings and together.findings == alone.findings
    assert together.files == alone.files
    assert {item.path for item in inputs} <= {path for _, _, _, path in observations}


@pytest.mark.slow
def test_a_killed_process_loses_nothing(inputs: list[Input], monkeypatch: pytest.MonkeyPatch) -> None:
    if multiprocessing.get_start_method(allow_none=True) not in (None, "fork") or not hasattr(signal, "SIGKILL"):
        pytest.skip("the mark that kills is inherited by a fork")
    alone, parent, check = lint(inputs, make_finder()), os.getpid(), Linter.check

    def deadly(self: Linter, item: Input) -> object:
        if item == inputs[3] and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return check(self, item)

    monkeypatch.setattr(Linter, "check", deadly)
    assert workers.lint_in_processes(inputs, make_finder, 2).findings == alone.findings


def test_small_work_stays_in_one_process(inputs: list[Input], tmp_path: Path) -> None:
    assert workers.processes_for(inputs[:5], 8) == 1
    large = tmp_path / "large.py"
    large.write_text("x = 1\n" * 200_000)
    assert workers.processes_for([Input(str(large))] * 4, 1) == 1
    assert workers.processes_for([Input(str(large))] * 4, 8) == 4
    assert workers.processes_for([*([Input(str(large))] * 4), Input("stdin", b"x")], 8) == 1


def test_every_file_is_taken_once() -> None:
    context = multiprocessing.get_context("spawn")
    regions = workers._Regions(context.Array("q", [0, 5]), context.Array("q", [5, 7], lock=False))
    second = regions.taken(1)
    taken = [next(second) for _ in range(4)]
    assert taken == [5, 6, 4, 3]
    assert list(regions.taken(0)) == [0, 1, 2]
    assert list(second) == []


def test_thefinder_of_can_be_sent_to_another_process() -> None:
    import pickle

    from kerlint.arguments import parse
    from kerlint.framing import finder_of

    made = pickle.loads(pickle.dumps(partial(finder_of, parse(["--select", "KER1", "."]))))()
    assert made.settings_of(os.getcwd()).selection.holds("KER101")
