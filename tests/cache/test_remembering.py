"""The program remembers a run: the next one prints the same and reads nothing, and no broken memory changes what is said."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint import cli
from kerlint.cache import folder, runs, snapshot
from kerlint.disk import observed

PROGRAM = 'import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n'
SAID = "program.py:3:48: KER301"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "program.py").write_text(PROGRAM)
    old = time.time() - 60
    os.utime(tmp_path / "project" / "program.py", (old, old))
    return tmp_path / "project"


@pytest.fixture
def poison(tmp_path: Path) -> dict[str, str]:
    """An environment in which importing the parser, and so reading anything, fails."""
    folder = tmp_path / "poison"
    folder.mkdir()
    (folder / "ast.py").write_text("raise SystemExit('the parser was imported')\n")
    return {"PYTHONPATH": str(folder)}


def kerlint(project: Path, *words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kerlint", *words]
    return subprocess.run(
        command, cwd=project, capture_output=True, text=True, encoding="utf-8", env={**os.environ, **(environment or {})}
    )


def snapshots(project: Path) -> list[Path]:
    kept = project / folder.NAME / "runs"
    return sorted(kept.iterdir()) if kept.is_dir() else []


def test_the_second_run_reads_nothing(project: Path, poison: dict[str, str]) -> None:
    first = kerlint(project, ".")
    assert first.returncode == 1 and SAID in first.stdout and "1 finding" in first.stderr
    second = kerlint(project, ".", environment=poison)
    assert (second.returncode, second.stdout, second.stderr) == (first.returncode, first.stdout, first.stderr)
    (project / "program.py").write_text(PROGRAM.replace('"model"', '"model.keras"'))
    assert "the parser was imported" in kerlint(project, ".", environment=poison).stderr
    assert kerlint(project, ".").returncode == 0


@pytest.mark.parametrize("cache", [(), ("--cache-dir=kept",)])
def test_each_way_to_ask_is_remembered(project: Path, poison: dict[str, str], cache: tuple[str, ...]) -> None:
    ways = [(), ("program.py",), (".", "--select=KER3")]
    for _ in range(2):
        said = [kerlint(project, *way, *cache).stdout for way in ways]
    assert [kerlint(project, *way, *cache, environment=poison).stdout for way in ways] == said


def test_the_cache_keeps_out_of_the_way(project: Path) -> None:
    kerlint(project, ".")
    cache = project / folder.NAME
    assert (cache / ".gitignore").read_text().endswith("*\n")
    assert (cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


@pytest.mark.parametrize(
    "words",
    [
        ("--no-cache", "."),
        ("--show-files", "."),
        ("--version",),
        ("rule", "KER101"),
        ("-",),
        ("explain", "program.py:3"),
        ("config",),
    ],
)
def test_what_is_not_remembered_leaves_nothing(project: Path, words: tuple[str, ...]) -> None:
    kerlint(project, *words)
    assert not (project / folder.NAME).exists()


def test_a_run_that_tells_its_timing_is_not_remembered(project: Path) -> None:
    first, second = (kerlint(project, "--timing", ".") for _ in range(2))
    assert first.stdout == second.stdout
    assert "CPU seconds of one process" in second.stderr
    assert snapshots(project) == []


@pytest.mark.parametrize("words", [("--add-noqa", "."), ("--write-baseline", "b.json", ".")])
def test_a_run_that_writes_is_run_each_time(project: Path, words: tuple[str, ...]) -> None:
    for _ in range(2):
        (project / "program.py").write_text(PROGRAM)
        (project / "b.json").unlink(missing_ok=True)
        assert "1 finding" in kerlint(project, *words).stderr
        assert (project / "b.json").exists() or "noqa" in (project / "program.py").read_text()
    assert snapshots(project) == []


def test_a_baseline_is_among_what_was_seen(project: Path, poison: dict[str, str]) -> None:
    kerlint(project, "--write-baseline=b.json", ".")
    for _ in range(2):
        assert kerlint(project, "--baseline=b.json", ".").returncode == 0
    assert kerlint(project, "--baseline=b.json", ".", environment=poison).returncode == 0
    (project / "b.json").write_text('{"kerlint-baseline": 1, "files": {}}')
    assert SAID in kerlint(project, "--baseline=b.json", ".").stdout


def test_a_run_that_went_wrong_is_not_remembered(project: Path) -> None:
    assert kerlint(project, ".", "missing").returncode == 2
    assert snapshots(project) == []


def broken(data: bytes) -> Iterator[bytes]:
    yield b""
    yield data[:-1]
    yield data + b"x"
    yield data.replace(b"KER301", b"KER302")
    yield data[: len(data) // 2]
    yield b"kerlint snapshot 2" + data[18:]
    yield b"kerlint snapshot 1\n00000000\n"
    yield bytes(range(256))


def test_what_is_no_snapshot_is_passed_over(project: Path) -> None:
    kerlint(project, ".")
    (path,) = snapshots(project)
    data = path.read_bytes()
    question = data.split(b"\n", 3)[3]
    length = int(data.split(b"\n", 3)[2].split()[1])
    asked = question[:length].decode()
    assert snapshot.read(data, asked) is not None
    assert snapshot.read(data, asked + " ") is None
    for other in broken(data):
        path.write_bytes(other)
        assert runs.recall(str(project / folder.NAME), asked) == (None, None)
    again = kerlint(project, ".")
    assert SAID in again.stdout and path.read_bytes() != other


def test_a_foreign_folder_is_left_alone(project: Path) -> None:
    (project / "mine").mkdir()
    (project / "mine" / "notes").write_text("dear diary")
    assert SAID in kerlint(project, ".", "--cache-dir", "mine").stdout
    assert [path.name for path in (project / "mine").iterdir()] == ["notes"]
    assert "is no cache of kerlint" in kerlint(project, "clean", "--cache-dir=mine").stderr
    assert (project / "mine" / "notes").read_text() == "dear diary"


def test_clean_removes_the_cache(project: Path) -> None:
    kerlint(project, ".", "--cache-dir=kept")
    assert (project / "kept" / "runs").is_dir()
    assert kerlint(project, "clean", "--cache-dir", "kept").stderr == "kerlint: removed kept\n"
    assert not (project / "kept").exists()
    assert kerlint(project, "clean", "--cache-dir", "kept").returncode == 0


def test_a_cache_that_cannot_be_written_is_none(project: Path) -> None:
    (project / "taken").write_text("a file")
    for place in ("taken", "taken/below"):
        assert SAID in kerlint(project, ".", f"--cache-dir={place}").stdout


def test_runs_at_the_same_time_do_not_disturb_each_other(project: Path, poison: dict[str, str]) -> None:
    command = [sys.executable, "-m", "kerlint", "."]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, cwd=project, text=True, **pipes) for _ in range(4)]
    said = [process.communicate()[0] for process in started]
    assert len(set(said)) == 1 and SAID in said[0]
    assert kerlint(project, ".", environment=poison).stdout == said[0]
    assert all("." not in path.name for path in snapshots(project))


def test_a_cache_that_another_run_is_only_making_is_nothing_that_was_seen(project: Path) -> None:
    (project / folder.NAME).mkdir()
    (project / folder.NAME / "left.py").write_text(PROGRAM)
    with observed() as observations:
        assert cli.main([str(project), "--isolated", "--quiet", "--no-cache"]) == 1
    assert not [path for _, _, _, path in observations if folder.NAME in path]


def test_a_cache_does_not_grow_without_end(project: Path) -> None:
    cache = str(project / folder.NAME)
    for number in range(40):
        runs.keep(cache, f"question {number}", (0, "", ""), [])
    assert len(snapshots(project)) == 32
    assert runs.recall(cache, "question 39") == ((0, "", ""), None)


def test_settings_under_the_name_of_a_program_are_read_each_time(project: Path) -> None:
    settings = project.parent / "settings.py"
    settings.write_text('select = ["KER1"]\n')
    os.utime(settings, (time.time() - 60,) * 2)
    words = (".", f"--config={settings}")
    assert kerlint(project, *words).returncode == 0
    settings.write_text('select = ["KER3"]\n')
    assert SAID in kerlint(project, *words).stdout
