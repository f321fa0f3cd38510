"""Which files of a project are searched for the uses of what one of them defines."""

from __future__ import annotations

from pathlib import Path

import pytest

import kerlint.files
from kerlint.files import FileLayout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("one/net.py", "one/train.py", "two/other.py", ".cache/copy.py", "venv/lib.py", "scratch/copy.py"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("from net import Block\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/scratch/\n")
    return tmp_path


def searched(project: Path, name: str = "one/net.py") -> list[str]:
    found = FileLayout().files_holding(project / name, "Block")
    return [path.relative_to(project).as_posix() for path in found]


def test_hidden_ignored_and_made_folders_are_left_out(project: Path) -> None:
    assert searched(project) == ["one/net.py", "one/train.py", "two/other.py"]


def test_a_file_in_an_ignored_folder_has_that_folder_for_its_project(project: Path) -> None:
    assert searched(project, "scratch/copy.py") == ["scratch/copy.py"]
    assert searched(project, ".cache/copy.py") == [".cache/copy.py"]


def test_of_a_large_project_the_folder_round_the_file_is_searched(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kerlint.files, "_MOST_FILES", 2)
    assert searched(project) == ["one/net.py", "one/train.py"]
    assert searched(project, "two/other.py") == ["two/other.py"]


def test_a_folder_that_is_too_large_by_itself_is_not_searched(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kerlint.files, "_MOST_FILES", 1)
    assert searched(project) == []


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name in ("hub/__init__.py", "hub/src/__init__.py", "hub/src/tests/__init__.py", "hub/src/tests/mocks/mock.py", "a.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("from hub import Block\n")
    return tmp_path


def test_a_folder_without_init_inside_a_package_belongs_to_that_package(package: Path) -> None:
    assert FileLayout().project_root(package / "hub/src/tests/mocks/mock.py") == package / "hub"
    assert FileLayout().project_root(package / "hub/src/__init__.py") == package / "hub"


def test_a_package_inside_such_a_folder_belongs_to_the_outer_package(package: Path) -> None:
    inner = package / "hub/src/tests/mocks/inner"
    inner.mkdir()
    (inner / "__init__.py").touch()
    assert FileLayout().project_root(inner / "__init__.py") == package / "hub"


def test_a_folder_that_is_in_no_package_is_its_own_project(package: Path) -> None:
    assert FileLayout().project_root(package / "a.py") == package


def test_imports_see_only_packages_without_a_gap(package: Path) -> None:
    beside = package / "hub/src/tests/mocks/beside.py"
    inner = package / "hub/src/tests/mocks/inner"
    inner.mkdir()
    (inner / "__init__.py").touch()
    beside.touch()
    assert FileLayout().module_file(inner / "__init__.py", "beside", 0) == beside


def test_what_is_in_a_package_is_not_imported_by_its_own_name(tmp_path: Path) -> None:
    """`import tokenizers` in a package that has a folder of that name means somebody else's library."""
    package = tmp_path / "package"
    for folder in (package, package / "src", package / "src" / "tokenizers", package / "src" / "models"):
        folder.mkdir()
        (folder / "__init__.py").touch()
    layout = FileLayout()
    assert layout.project_root(package / "src" / "models" / "one.py") == package
    assert layout.module_file(package / "src" / "models" / "one.py", "tokenizers", 0) is None
    assert layout.module_file(package / "src" / "models" / "one.py", "package.src.tokenizers", 0) is not None
