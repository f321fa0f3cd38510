"""An archive of projects on Dask: the findings of the command, also where workers are killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint import cli, console
from kerlint.archives import Task, paths_of, run_task, tasks_of
from kerlint.core import CoreSettings
from kerlint.finding import Finding
from kerlint.linter import in_order
from kerlint.reporters import reporter
from kerlint.reporters.run import Run

FIXTURES = Path(__file__).parents[1] / "fixtures"
CODES = ("KER101", "KER106", "KER207", "KER301", "KER501")
SETTINGS = CoreSettings()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with a project for each of some rules."""
    folder = tmp_path / "archive"
    for code in CODES:
        project = folder / code.lower()
        project.mkdir(parents=True)
        for path in sorted((FIXTURES / code).glob("*.py"))[:4]:
            shutil.copy(path, project / path.name)
        (project / "setup.cfg").touch()
    return folder


@pytest.fixture
def printed(archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command prints in the folder."""
    monkeypatch.chdir(archive)
    assert cli.main([".", "--no-cache", "-q"]) == console.FOUND
    return capsys.readouterr().out


def zipped(archive: Path) -> Path:
    place = archive.with_suffix(".zip")
    with zipfile.ZipFile(place, "w") as file:
        for path in sorted(archive.rglob("*")):
            file.write(path, path.relative_to(archive))
        file.writestr("../outside.py", "import keras\n")
    return place


def tarred(archive: Path) -> Path:
    place = archive.with_suffix(".tar.gz")
    with tarfile.open(place, "w:gz") as file:
        for path in sorted(archive.iterdir()):
            file.add(path, path.name)
    return place


def test_tasks_find_what_the_command_finds_in_any_form_and_share(archive: Path, printed: str) -> None:
    for place in (archive, zipped(archive), tarred(archive)):
        tasks = tasks_of(str(place), files_a_task=3)
        assert len(tasks) > len(CODES)
        assert as_printed([finding for task in tasks for finding in run_task(task, SETTINGS)]) == printed
    assert not (archive.parent / "outside.py").exists()


def as_printed(findings: list[Finding]) -> str:
    return reporter("flake8")(Run(in_order(findings)))


def test_halves_have_the_same_files(archive: Path) -> None:
    for whole in (Task(str(archive), "ker101"), Task(str(archive), "ker101", 1, 3)):
        one, two = whole.halves()
        assert paths_of(whole, SETTINGS) == paths_of(one, SETTINGS) + paths_of(two, SETTINGS)


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive")
    with pytest.raises(ValueError, match="neither a folder nor a zip or tar file"):
        tasks_of(str(tmp_path / "text"))


@pytest.fixture
def client() -> Iterator[object]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'kerlint[dask]'")
    dask = pytest.importorskip("dask")
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):  # of 3: each takes seconds
        cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        with cluster, distributed.Client(cluster) as connected:
            yield connected


def deadly_once(task: Task, settings: CoreSettings) -> tuple[Finding, ...]:
    """Kills the worker that first comes to one project, in the middle of its work."""
    mark = Path(task.archive).with_name("killed")
    if task.project == "ker207" and not mark.exists():
        mark.touch()
        run_task(task, settings)
        os.kill(os.getpid(), signal.SIGKILL)
    return run_task(task, settings)


def deadly_file(task: Task, settings: CoreSettings) -> tuple[Finding, ...]:
    """Kills whoever checks one file."""
    if any(path.endswith(DEADLY.name) for path in paths_of(task, settings)):
        os.kill(os.getpid(), signal.SIGKILL)
    return run_task(task, settings)


DEADLY = sorted((FIXTURES / "KER106").glob("*.py"))[1]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of Dask, about its own processes
class TestOnACluster:
    """The functions that kill are taken by the workers from this file."""

    def test_a_killed_worker_loses_no_file(
        self, client: object, archive: Path, printed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kerlint import on_dask

        monkeypatch.setattr(on_dask, "run_task", deadly_once)
        found = on_dask.scan(client, tasks_of(str(archive)), SETTINGS)
        assert (archive.parent / "killed").exists()
        assert as_printed(list(found)) == printed

    def test_a_file_that_kills_its_workers_is_a_finding_and_the_others_are_checked(
        self, client: object, archive: Path, printed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kerlint import on_dask

        monkeypatch.setattr(on_dask, "run_task", deadly_file)
        found = on_dask.scan(client, tasks_of(str(archive)), SETTINGS)
        (lost,) = [finding for finding in found if finding.code == "KER999"]
        assert lost.path == os.path.join("ker106", DEADLY.name)
        others = [line for line in printed.splitlines() if not line.startswith(lost.path)]
        assert as_printed([finding for finding in found if finding.path != lost.path]).splitlines() == others

    def test_the_program_scans_an_archive(self, archive: Path, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
        from kerlint import on_dask

        pytest.importorskip("distributed", reason="Dask is not installed: pip install 'kerlint[dask]'")
        assert on_dask.main([str(zipped(archive)), "--workers", "1"]) == 1
        assert capsys.readouterr().out == printed


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["distributed", "concurrent"])
def test_the_programs_in_the_documentation_run(archive: Path, engine: str) -> None:
    if engine == "distributed":
        pytest.importorskip("distributed", reason="Dask is not installed: pip install 'kerlint[dask]'")
    page = (FIXTURES.parent / "docs" / "scaling-out.md").read_text(encoding="utf-8")
    (program,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if f"from {engine}" in block]
    place = zipped(archive)
    local = 'Client(n_workers=1, threads_per_worker=1, dashboard_address=None)'
    (place.parent / "program.py").write_text(program.replace('Client("tcp://head:8786")', local), encoding="utf-8")
    command = [sys.executable, "program.py"]
    done = subprocess.run(command, cwd=place.parent, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert len(printed) == len(CODES) if engine == "concurrent" else any("ker101" in line for line in printed)
