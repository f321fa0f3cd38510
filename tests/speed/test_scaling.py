"""What grows: exponents are those of the power law, trees hold what they should, and no rule is quadratic in call sites."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest

pytest.importorskip("psutil")

from benchmarks.speed.scaling.fitting import exponent
from benchmarks.speed.scaling.growing import one_file, one_package, packages, projects
from benchmarks.speed.scaling.page import scaling_lines
from benchmarks.speed.scaling.results import Point, Series, read_series, write_series
from benchmarks.speed.scaling.sites import PROGRAMS
from kerlint.core import CoreSettings
from kerlint.linter import Input, lint


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_exponent_is_that_of_the_power_law(power: float) -> None:
    assert exponent([(size, 3 * size**power) for size in (1, 2, 4, 8)]) == pytest.approx(power)


def test_too_few_points_have_no_exponent() -> None:
    assert exponent([(1, 2.0), (2, 0.0)]) is None


def test_series_are_kept_and_shown(tmp_path: Path) -> None:
    series = [Series("tree", "times", 1.0, [Point(1, 3.0, 100.0, 5), Point(2, 5.0, 100.0, 10)])]
    write_series(tmp_path / "series.json", series)
    assert read_series(tmp_path / "series.json") == series
    assert "| tree | 3.00 | 5.00 | 1.00 | 100 | 0.00 |" in scaling_lines(series)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "hub"
    (folder / "layers").mkdir(parents=True)
    (folder / "__init__.py").write_text("from hub.layers.block import Block\n")
    (folder / "layers" / "__init__.py").touch()
    (folder / "layers" / "block.py").write_text("from __future__ import annotations\n\n\nclass Block:\n    hub = 'hubs'\n")
    return folder


def test_grown_trees_import_their_own_parts(package: Path, tmp_path: Path) -> None:
    packages(package, tmp_path / "side", 2)
    assert (tmp_path / "side/hub_1/__init__.py").read_text() == "from hub_1.layers.block import Block\n"
    one_package(package, tmp_path / "grown", 2)
    assert (tmp_path / "grown/hub/part_1/__init__.py").read_text() == "from hub.part_1.layers.block import Block1\n"
    assert "class Block1:" in (tmp_path / "grown/hub/part_1/layers/block.py").read_text()
    projects(package, tmp_path / "archive", 2)
    assert len(list((tmp_path / "archive").rglob("block.py"))) == 2
    assert b"__future__" not in one_file(package, 1)


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_with_many_sites_are_programs(name: str) -> None:
    assert len(ast.dump(ast.parse(PROGRAMS[name](20)))) > len(ast.dump(ast.parse(PROGRAMS[name](10))))


@pytest.mark.slow
def test_fixes_of_many_paths_cost_what_they_are(tmp_path: Path) -> None:
    """They grew with the square: 2.7 seconds for 500, 36 for 2,000."""
    path = tmp_path / "program.py"
    taken = []
    for count in (500, 2000):
        saves = "".join(f'    model.save("m{number}")\n' for number in range(count))
        path.write_text(f"import keras\n\n\ndef keep(model: keras.Model):\n{saves}", encoding="utf-8")
        started = time.process_time()
        found = lint([Input(str(path))], CoreSettings(isolated=True).finder()).findings
        taken.append(time.process_time() - started)
        assert len(found) == count and all(finding.fix is not None for finding in found)
    assert taken[1] < 10 * taken[0]


@pytest.mark.slow
def test_saves_and_loads_cost_what_they_are(tmp_path: Path) -> None:
    """They grew with more than the square: 1.1 seconds for 100, 22 for 400."""
    path = tmp_path / "program.py"
    taken = []
    for count in (100, 400):
        path.write_text(PROGRAMS["persistence: saves and loads"](count), encoding="utf-8")
        started = time.process_time()
        found = lint([Input(str(path))], CoreSettings(isolated=True).finder()).findings
        taken.append(time.process_time() - started)
        assert len(found) == count
    assert taken[1] < 10 * taken[0]
