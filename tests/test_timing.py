"""`--timing`: the stages are there, add up, and change nothing; without it nothing is wrapped."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from kerlint import cli, console, linter, timing, workers
from kerlint.rules import all_rules
from kerlint.timing import Clock, as_table, measured

FIXTURES = Path(__file__).parents[1] / "fixtures"
PROGRAMS = [str(path) for path in sorted((FIXTURES / "KER101").glob("*.py"))[:10]]


def spend(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_time_counts_for_the_innermost_stage_alone() -> None:
    clock = Clock()
    clock.enter("KER101")
    spend(0.02)
    clock.enter("executing")
    spend(0.06)
    clock.leave()
    clock.leave()
    assert clock.seconds["executing"] >= 0.06
    assert 0.02 <= clock.seconds["KER101"] < 0.06


def test_each_stage_of_a_run_is_told_on_standard_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = [*PROGRAMS, "--select", "KER1", "--isolated", "--cache-dir", str(tmp_path / "cache")]
    assert cli.main(arguments) == console.FOUND
    plain = capsys.readouterr()
    assert cli.main([*arguments, "--timing", "--no-cache"]) == console.FOUND
    timed = capsys.readouterr()
    assert timed.out == plain.out
    assert timed.err.startswith(plain.err)
    rows = dict(re.findall(r"^  (\S[\w ]*?) +([\d.]+) s", timed.err, re.MULTILINE))
    for stage in "starting reading lexing parsing translating executing rules suppressions reporting KER101".split():
        assert stage in rows, stage
    for stage in ("parsing", "translating", "executing"):
        assert float(rows[stage]) > 0, stage
    total = float(re.search(r"kerlint: ([\d.]+) CPU seconds of one process", timed.err).group(1))  # type: ignore[union-attr]
    stages = [float(seconds) for name, seconds in rows.items() if not name.startswith("KER")]
    assert sum(stages) == pytest.approx(total, abs=0.02)


@pytest.mark.slow
def test_what_is_cached_is_not_parsed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = [*PROGRAMS, "--isolated", "--cache-dir", str(tmp_path / "cache"), "--timing"]
    cli.main(arguments)
    assert re.search(r"^  parsing ", capsys.readouterr().err, re.MULTILINE)
    cli.main(arguments)
    again = capsys.readouterr().err
    assert re.search(r"^  cached facts ", again, re.MULTILINE)
    assert not re.search(r"^  parsing ", again, re.MULTILINE)


def test_every_wrapper_is_taken_off_again() -> None:
    before = linter.read_source, linter.heeded, dict(all_rules())
    with measured():
        assert linter.read_source is not before[0]
        assert timing.running() is not None
    assert (linter.read_source, linter.heeded, dict(all_rules())) == before
    assert timing.running() is None


def test_an_error_leaves_its_stage_and_takes_the_wrappers_off() -> None:
    before = linter.read_source
    with measured() as clock:
        with pytest.raises(linter.CannotRead):
            linter.read_source("no_such_file.py")
        assert clock._stages == ["starting", "other"]
    assert clock._stages == ["starting"]
    assert linter.read_source is before


@pytest.mark.slow
def test_the_time_of_several_processes_is_their_sum(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "processes_for", lambda inputs, jobs: jobs)
    cli.main([*PROGRAMS, "--isolated", "--no-cache", "--timing", "-j", "2"])
    said = capsys.readouterr().err
    assert " CPU seconds of 3 processes, by stage:" in said
    parsing = re.search(r"^  parsing +([\d.]+) s", said, re.MULTILINE)
    assert parsing is not None and float(parsing.group(1)) > 0


def test_the_table_shows_the_costliest_rules_first() -> None:
    clock = Clock({"starting": 0.5, "KER101": 0.1, "KER202": 0.3, "parsing": 1.1})
    lines = as_table(clock).splitlines()
    assert lines[0] == "kerlint: 2.00 CPU seconds of one process, by stage:"
    assert lines.index("  KER202                     0.300 s  15.0%") < lines.index("  KER101                     0.100 s   5.0%")
    assert "  rules                      0.400 s  20.0%" in lines
