"""A file that an editor or a hook hands over by itself is judged as in the whole project."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kerlint.cli import main

FIXTURES = Path(__file__).parent.parent / "fixtures"
PROGRAMS = sorted(folder for folder in FIXTURES.glob("KER*/*") if folder.is_dir() and len(list(folder.rglob("*.py"))) > 1)


def findings(capsys: pytest.CaptureFixture[str], *paths: Path) -> list[object]:
    main(["--isolated", "--no-cache", "--select", "ALL", "--output-format", "json", *map(str, paths)])
    reported: list[object] = json.loads(capsys.readouterr().out)
    return reported


@pytest.mark.parametrize("folder", PROGRAMS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_findings_are_the_same(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "program"))
    whole = findings(capsys, copy)
    alone = [finding for file in sorted(copy.rglob("*.py")) for finding in findings(capsys, file)]
    assert sorted(map(str, alone)) == sorted(map(str, whole))
