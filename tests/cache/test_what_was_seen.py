"""Whatever changes what kerlint says is noticed; what changes nothing is not taken for a change."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kerlint import cli
from kerlint.cache.seen import renewed
from kerlint.disk import observed

if TYPE_CHECKING:
    from kerlint.cache.seen import Seen

BASE = """
import keras

class Base(keras.layers.Layer):
    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.units = units
"""
KEEPING = BASE + """
    def get_config(self):
        return {**super().get_config(), "units": self.units}
"""
TOO_OLD = "from setuptools import setup\nsetup(name='x', install_requires=['keras<3'])\n"
CHILD = """
from base import Base

class Child(Base):
    def __init__(self, scale=2.0, units=1, **kwargs):
        super().__init__(units=units, **kwargs)
        self.scale = scale

    def call(self, inputs):
        return inputs * self.scale * self.units

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}
"""
SAVING = 'import keras\nfrom paths import PATH\n\nkeras.Sequential([keras.layers.Dense(1)]).save(PATH)\n'
PLAIN = 'import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("plain")\n'
REUSED = """
import keras
from blocks import make

inputs = keras.Input((4,))
norm = make()
outputs = norm(keras.layers.Dense(4)(norm(inputs)))
"""
BLOCKS = "import keras\n\ndef make():\n    return keras.layers.BatchNormalization()\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    files = {
        "setup.cfg": "", "src/base.py": BASE, "src/child.py": CHILD, "src/saving.py": SAVING, "src/reused.py": REUSED,
        "src/plain.py": PLAIN,
        "src/blocks.py": BLOCKS, "src/inner/more.py": "import keras\n", "requirements.txt": "keras>=3\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    return folder


def run(capsys: pytest.CaptureFixture[str], path: str = "src") -> tuple[str, list[Seen]]:
    """What kerlint prints, and what it saw."""
    capsys.readouterr()
    with observed() as observations:
        cli.main([path])
    return capsys.readouterr().out, list(observations)


def holds(seen: list[Seen]) -> bool:
    return all(renewed(one, time.time_ns()) is not None for one in seen)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def alike(path: str, old: str, new: str) -> None:
    """Other content of the same length, with the old time of change."""
    before = os.stat(path)
    assert len(old) == len(new)
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def linked(target: str, path: str) -> None:
    """A link in the place of what was there."""
    os.rename(path, f"{path}.before")
    os.symlink(target, path)


CHANGES: dict[str, Callable[[], object]] = {
    "a base in another file": lambda: write("src/base.py", KEEPING),
    "the same size and time": lambda: alike("src/blocks.py", "BatchNormalization", "LayerNormalization"),
    "a file that an import did not find": lambda: write("src/paths.py", 'PATH = "model"\n'),
    "a package that an import did not find": lambda: write("src/paths/__init__.py", 'PATH = "model"\n'),
    "a file less": lambda: os.remove("src/base.py"),
    "a file by another name": lambda: os.rename("src/base.py", "src/bases.py"),
    "one more file": lambda: write("src/inner/saving.py", SAVING.replace("from paths import PATH", 'PATH = "model"')),
    "a file in a new folder": lambda: write("src/new/saving.py", 'import keras\nkeras.Model().save("model")\n'),
    "a setting": lambda: write("pyproject.toml", '[tool.kerlint]\nignore = ["KER1"]\n'),
    "a setting further up": lambda: write("../kerlint.toml", 'ignore = ["KER1"]\n'),
    "a setting further down": lambda: write("src/.kerlint.toml", 'ignore = ["KER1"]\n'),
    "a requirement": lambda: write("requirements.txt", "keras<3\n"),
    "a requirement further up": lambda: (os.remove("requirements.txt"), os.remove("setup.cfg"), write("../setup.py", TOO_OLD)),
    "another requirement file": lambda: write("src/requirements.txt", "keras==2.15\n"),
    "what git ignores": lambda: (os.mkdir(".git"), write(".gitignore", "reused.py\n")),
    "a link in place of a file": lambda: (write("base", KEEPING), linked("../base", "src/base.py")),
    "a folder in place of a file": lambda: (os.remove("src/base.py"), os.mkdir("src/base.py")),
    "a user of a class in another folder": lambda: write(
        "tests/use.py", "from src.child import Child\nimport keras\nkeras.Sequential([Child(scale=3.0)]).save('model.keras')\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_the_findings_is_noticed(change: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, seen = run(capsys)
    assert all(code in before for code in ("KER101", "KER202", "KER301")) and holds(seen)
    CHANGES[change]()
    after, _ = run(capsys)
    assert not holds(seen)
    if change != "a user of a class in another folder":
        assert before != after


HARMLESS: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "a touch": lambda: os.utime("src/base.py"),
    "the same text": lambda: write("src/base.py", BASE),
    "a copy put in place": lambda: (shutil.copy("src/base.py", "../copy"), os.replace("../copy", "src/base.py")),
    "what tools leave": lambda: (os.mkdir("src/__pycache__"), os.mkdir("src/.ruff_cache")),
    "something next to the project": lambda: write("../elsewhere.py", "import keras\n"),
    "something above the project": lambda: write("../../elsewhere/notes.txt", "buy milk"),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_nothing_is_no_change(change: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, seen = run(capsys)
    HARMLESS[change]()
    assert holds(seen)
    assert run(capsys)[0] == before


def test_one_file_alone_rests_on_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, seen = run(capsys, "src/child.py")
    assert holds(seen)
    write("src/base.py", KEEPING)
    assert not holds(seen)


def test_a_change_while_kerlint_runs_is_noticed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with observed() as observations:
        cli.main(["src/child.py"])
        write("src/base.py", KEEPING)
        cli.main(["src/child.py"])  # reads the other text; the first look counts
    assert not holds(list(observations))
