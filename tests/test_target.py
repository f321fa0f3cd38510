from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerlint.target import NEWEST, Target, Targets
from kerlint.version import KERAS_2, KERAS_3, KerasVersion


def target_of(folder: Path) -> Target:
    return Targets().of(str(folder))


def version(folder: Path) -> KerasVersion:
    return target_of(folder).version


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("keras>=3", "3"),
        ("keras", "3"),
        ("Keras==3.4.1", "3.4"),
        ("keras==3.4.*", "3.4"),
        ("keras~=3.4.0", "3.4"),
        ("keras~=3.4", "3"),
        ("keras<3", "2.15"),
        ("keras<=2.12", "2.12"),
        ("keras>=2.4,<3.6", "3.5"),
        ("keras==2.3.1", "2.3"),
        ("keras>=4", "3"),
        ("keras[extra]==3.3.3 ; python_version > '3.9'  # why", "3.3"),
        ("tensorflow==2.15.*", "2.15"),
        ("tensorflow<2.16", "2.15"),
        ("tensorflow>=2.16", "3"),
        ("tensorflow>=2.4", "3"),
        ("tensorflow==2.15.1", "2.15"),
        ("tensorflow==2.4.0", "2.4"),
        ("tensorflow-gpu==2.3", "2.4"),
        ("tensorflow-cpu<=2.9.1", "2.9"),
        ("tensorflow<2", "2.2"),
        ("tf-keras\ntensorflow>=2.16", "3"),
        ("tf-keras==2.15.0", "2.15"),
        ("tf-keras>=2.16", "3"),
        ("keras\ntensorflow<2.16", "2.15"),
        ("keras==3.1.0\ntensorflow", "3.1"),
        ("keras>=3\ntensorflow<2.10", "3"),
        ("keras==3.4.1 --hash=sha256:00 \\\n    --hash=sha256:11", "3.4"),
        ("-e .\n--index-url https://example.org\nkeras==3.2\n???", "3.2"),
    ],
)
def test_requirements_lead_to_the_newest_keras_admitted(folder: Path, lines: str, expected: str) -> None:
    (folder / "requirements.txt").write_text(lines + "\n")
    assert version(folder) == KerasVersion.parse(expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["numpy", "keras==3.4.1"]\n'),
        ("pyproject.toml", '[project]\nname = "x"\n[project.optional-dependencies]\ntf = ["keras<3.5"]\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["keras<3.5", {include-group = "x"}]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.10"\nkeras = "~3.4"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nkeras = {version = "3.4.1", optional = true}\n'),
        ("pyproject.toml", '[tool.poetry.group.tf.dependencies]\nkeras = [{version = ">=3.1,<3.5"}]\n'),
        ("pyproject.toml", '[project]\nname = "keras"\nversion = "3.4.1"\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    numpy\n    keras==3.4.1\n"),
        ("setup.cfg", "[options.extras_require]\ntf =\n    keras<3.5\n"),
        ("setup.py", 'from setuptools import setup\nsetup(name="x", install_requires=["numpy", "keras==3.4.1"])\n'),
        ("setup.py", 'REQUIRED = ["keras<3.5"]\nsetup(install_requires=REQUIRED)\n'),
        ("setup.py", 'setup(extras_require={"tf": ["keras<3.5"]})\n'),
        ("Pipfile", '[packages]\nkeras = "==3.4.1"\n'),
        ("Pipfile.lock", json.dumps({"default": {"keras": {"version": "==3.4.1"}}})),
        ("poetry.lock", '[[package]]\nname = "keras"\nversion = "3.4.1"\n'),
        ("uv.lock", 'version = 1\n\n[[package]]\nname = "keras"\nversion = "3.4.1"\nsource = {}\n'),
        ("pdm.lock", '[[package]]\nname = "Keras"\nversion = "3.4.1"\n'),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - keras=3.4.1=pyhd8ed1ab_0\n"),
        ("environment.yml", "dependencies:\n  - conda-forge::keras=3.4\n"),
        ("environment.yaml", "dependencies:\n  - pip:\n    - keras==3.4.1\n"),
        ("requirements-dev.txt", "keras<3.5\n"),
        ("requirements/base.txt", "keras<3.5\n"),
        ("x-1.0.dist-info/METADATA", "Name: x\nVersion: 1.0\nRequires-Dist: keras <3.5 ; extra == 'tf'\n\nkeras==3.9\n"),
        ("keras-3.4.1.dist-info/METADATA", "Name: keras\nVersion: 3.4.1\n\n"),
    ],
)
def test_every_kind_of_requirement_file_is_read(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    target = target_of(folder)
    assert target.version == KerasVersion(3, 4)
    assert target.said_by == str(path)


def test_tf_keras_itself_is_keras_2(folder: Path) -> None:
    (folder / "tf_keras-2.21.0.dist-info").mkdir()
    (folder / "tf_keras-2.21.0.dist-info/METADATA").write_text("Name: tf-keras\nVersion: 2.21.0\n\n")
    assert version(folder) == KERAS_2


def test_included_requirements_count(folder: Path) -> None:
    (folder / "requirements.txt").write_text("-r base.txt\n--requirement=requirements.txt\n# keras\n")
    (folder / "base.txt").write_text("keras==3.4.1\n-r requirements.txt\n")
    assert version(folder) == KerasVersion(3, 4)


def test_a_lock_file_is_more_exact_than_a_range(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["keras>=3"]\n')
    (folder / "uv.lock").write_text('[[package]]\nname = "keras"\nversion = "3.4.1"\n')
    assert version(folder) == KerasVersion(3, 4)


def test_the_nearest_folder_that_speaks_of_keras_decides(folder: Path) -> None:
    (folder / "requirements.txt").write_text("keras==3.4.1\n")
    deep = folder / "old" / "src"
    deep.mkdir(parents=True)
    assert version(deep) == KerasVersion(3, 4)
    (folder / "old" / "requirements.txt").write_text("numpy\n")
    assert version(deep) == KerasVersion(3, 4)
    (folder / "old" / "setup.py").write_text("setup(install_requires=['keras<3'])\n")
    assert version(deep) == KERAS_2


def test_nothing_above_the_repository_counts(folder: Path) -> None:
    (folder / "requirements.txt").write_text("keras==3.4.1\n")
    (folder / "inner" / ".git").mkdir(parents=True)
    assert target_of(folder / "inner") == NEWEST


def test_outside_repositories_the_first_folder_with_requirements_decides(folder: Path) -> None:
    (folder / ".git").rmdir()
    (folder / "requirements.txt").write_text("keras==3.4.1\n")
    (folder / "inner" / "src").mkdir(parents=True)
    (folder / "inner" / "setup.py").write_text("setup()\n")
    assert target_of(folder / "inner" / "src") == NEWEST


def test_of_wheels_unpacked_side_by_side_each_package_has_its_own(folder: Path) -> None:
    for name, package, requirement in (("first", "one", "keras<3"), ("second", "two", "keras==3.4.1")):
        wheel = folder / f"{name}-1.0.dist-info"
        wheel.mkdir()
        (wheel / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\nRequires-Dist: {requirement}\n\n")
        (wheel / "RECORD").write_text(f"{package}/__init__.py,,\n")
        (folder / package / "sub").mkdir(parents=True)
    assert version(folder / "one" / "sub") == KERAS_2
    assert version(folder / "two") == KerasVersion(3, 4)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\nkeras"),
        ("setup.py", "keras = ("),
        ("setup.cfg", "keras"),
        ("Pipfile.lock", "{keras"),
        ("requirements.txt", "keras===\x00???"),
        ("environment.yml", "- keras=>>3"),
        ("pyproject.toml", 'project = "keras"'),
        ("pyproject.toml", 'project.dependencies = [1, "keras @ https://example.org/x.whl"]'),
    ],
)
def test_what_cannot_be_read_leaves_the_newest(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    assert version(folder) == KERAS_3
