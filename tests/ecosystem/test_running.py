"""The commands on packages that lie in the cache already, so that nothing is fetched."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import benchmarks.ecosystem.__main__ as command
from benchmarks.ecosystem.baseline import read_baseline
from benchmarks.ecosystem.index import IndexFailed
from benchmarks.ecosystem.packages import Package
from benchmarks.ecosystem.pinning import entry
from benchmarks.ecosystem.running import KerlintFailed, sighting, sightings_in

SAVING = "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(2)])\nmodel.save('model')\n"
ALPHA = Package("alpha", "1.0", 3, "alpha-1.0-py3-none-any.whl", "0" * 64, "ci")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache with the archive of alpha, and files beside it in place of the committed ones."""
    archive = tmp_path / "cache" / "archives" / ALPHA.filename
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("alpha/saving.py", SAVING)
        opened.writestr("json.py", "raise SystemExit('a module of the package was imported')\n")
    packages = tmp_path / "packages.toml"
    pinned = entry(ALPHA).replace(ALPHA.sha256, hashlib.sha256(archive.read_bytes()).hexdigest())
    packages.write_text(pinned, encoding="utf-8")
    monkeypatch.setattr(command, "PACKAGES", packages)
    monkeypatch.setattr(command, "BASELINE", tmp_path / "baseline.jsonl")
    monkeypatch.setattr(command, "LABELS", tmp_path / "labels.jsonl")
    monkeypatch.setattr(command, "PRECISION_PAGE", tmp_path / "precision.md")
    yield tmp_path / "cache"


@pytest.mark.slow
def test_update_then_check_finds_no_difference_and_a_change_is_shown(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--cache", str(cache), "--part", "ci", "-j", "2"]
    assert command.main(["update", *arguments]) == 0
    baseline = cache.parent / "baseline.jsonl"
    (found,) = read_baseline(baseline)
    assert (found.path, found.line, found.code) == ("alpha/saving.py", 4, "KER301")
    capsys.readouterr()

    baseline.write_text(baseline.read_text(encoding="utf-8").replace('"line": 4', '"line": 3'), encoding="utf-8")
    label = {"name": "alpha", "version_or_commit": "1.0", "path": "alpha/saving.py", "line": 3, "code": "KER301"}
    label |= {"label": "TRUE", "keras": ["3"], "why": "raises"}
    (cache.parent / "labels.jsonl").write_text(json.dumps(label) + "\n", encoding="utf-8")
    assert command.main(["check", *arguments, "--markdown", str(cache.parent / "comment.md")]) == 1
    shown = capsys.readouterr().out
    assert "  + alpha/saving.py:4:" in shown
    assert "[REGRESSION: judged TRUE, the defect is no longer reported]" in shown
    assert "kerlint on 1 package: 1 new, 1 gone" in (cache.parent / "comment.md").read_text(encoding="utf-8")

    assert command.main(["update", *arguments]) == 0
    assert command.main(["check", *arguments]) == 0
    assert command.main(["precision"]) == 0
    assert "KER301" in (cache.parent / "precision.md").read_text(encoding="utf-8")


def test_what_cannot_be_had_is_a_failure_and_no_difference(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(package: Package, cache: Path) -> Path:
        raise IndexFailed(f"{package.title}: the index no longer holds it")

    monkeypatch.setattr(command, "folder_of", gone)
    (cache.parent / "baseline.jsonl").write_text(
        '{"name": "alpha", "version": "1.0", "path": "a.py", "line": 1, "column": 1, "code": "KER301", "message": "m"}\n'
    )
    assert command.main(["check", "--cache", str(cache)]) == 2
    assert capsys.readouterr().out == (
        "FAILED alpha 1.0: the index no longer holds it\nkerlint on 1 package: no difference; 1 failed\n"
    )


def test_an_unknown_package_is_wrong_usage(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check", "--package", "gamma"]) == 2
    assert capsys.readouterr().err == "gamma is not in the list\n"


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(KerlintFailed, match=r"alpha 1\.0: exit code 2"):
        sightings_in(ALPHA, tmp_path / "missing")


def test_paths_are_relative_and_cells_count_from_0(tmp_path: Path) -> None:
    finding = {
        "filename": str(tmp_path / "notes" / "a.ipynb"),
        "cell": 1,
        "location": {"row": 3, "column": 5},
        "code": "KER306",
        "message": "m",
        "severity": "info",
    }
    found = sighting(ALPHA, tmp_path, finding)
    assert (found.path, found.cell, found.is_info) == ("notes/a.ipynb", 0, True)
