"""Which parts of a project can come to know which: never fewer than the linker follows, and few more."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest

from kerlint.cache.resting import members, resting
from kerlint.dependencies import Dependencies
from kerlint.files import FileLayout
from kerlint.linter import Input, Linter
from kerlint.options import Options
from kerlint.project import Module, Project
from kerlint.reach import ImportGraph, Imports
from kerlint.settings import SettingsFinder
from kerlint.sources.source import read_source
from kerlint.target import Target
from kerlint.version import KERAS_3

FIXTURES = Path(__file__).parents[1] / "fixtures"


def write(folder: Path, texts: dict[str, str]) -> Path:
    (folder / "setup.cfg").touch()
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def know(folder: Path, importer: str, target: str) -> bool:
    return FileLayout().can_know(folder / importer, folder / target)


@pytest.mark.parametrize(
    "text",
    [
        "import two",
        "import two.deep.net as net",
        "import os, two",
        "from two import *",
        "from two.deep import net",
        "    from two import (\n        Block,\n    )",
        "if True: from two import Block",
        "x = 1; import os; import two",
        "from two \\\n    import Block",
        "import \\\n    two",
        "import os, \\\n    sys, \\\n    two",
        "from os import (path,  # (see above)\n    sep)\nimport two",
        "importlib.import_module('two.deep')",
    ],
)
def test_every_form_of_import_leads_to_a_package(text: str, tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("one/__init__.py", "two/__init__.py", "two/deep/__init__.py", "two/b.py"), ""))
    write(tmp_path, {"one/a.py": text + "\n"})
    assert know(tmp_path, "one/a.py", "two/b.py") and know(tmp_path, "one/__init__.py", "two/deep/__init__.py")
    assert not know(tmp_path, "two/b.py", "one/a.py")


@pytest.mark.parametrize(
    ("importer", "text", "target"),
    [
        ("run.py", "import net", "net.py"),
        ("run.py", "import net", "src/net.py"),
        ("tests/run.py", "import net", "net.py"),
        ("tests/deep/run.py", "from ... import net", "net.py"),
        ("tests/run.py", "from ..lib import net", "lib/net.py"),
        ("run.py", "import lib.net", "lib/net.py"),
        ("run.py", "from lib import (\n    # (all)\n    train,\n    net,\n)", "lib/net.py"),
        ("run.py", "from lib.deep import net", "lib/deep/__init__.py"),
        ("run.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": "import os\nimport net\n"}]}), "net.py"),
        ("run.ipynb", json.dumps({"cells": [{"source": ["from lib import (\n", "  net)"]}]}, indent=1), "lib/net.py"),
    ],
)
def test_programs_know_what_lies_beside_above_and_along_the_way(importer: str, text: str, target: str, tmp_path: Path) -> None:
    write(tmp_path, {target: "", importer: text})
    assert know(tmp_path, importer, target) and not know(tmp_path, target, importer)


@pytest.mark.parametrize(
    ("importer", "text", "target"),
    [
        ("run.py", "import network\nnet = two = 1", "net.py"),
        ("first/run.py", "import net", "second/net.py"),
        ("first/run.py", "from .net import Block", "second/net.py"),
        ("first/run.py", "from first.net import Block", "second/net.py"),
        ("one/__init__.py", "from one.net import Block", "two/one/__init__.py"),
    ],
)
def test_the_name_alone_is_no_import(importer: str, text: str, target: str, tmp_path: Path) -> None:
    write(tmp_path, {importer: text, target: ""})
    assert not know(tmp_path, importer, target)


def test_within_a_package_and_all_that_lies_in_it_every_file_may_know_every_other(tmp_path: Path) -> None:
    names = ["pkg/__init__.py", "pkg/a.py", "pkg/deep/__init__.py", "pkg/deep/b.py", "pkg/scripts/run.py"]
    write(tmp_path, dict.fromkeys(names, ""))
    assert all(know(tmp_path, one, other) for one, other in itertools.permutations(names, 2))


def test_what_is_known_through_others_is_known(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import b", "b.py": "import c", "c.py": "import d\nimport b", "d.py": "", "e.py": "import a"})
    for one, other in itertools.permutations("abcde", 2):
        expected = one < other if "e" not in (one, other) else one == "e"
        assert know(tmp_path, f"{one}.py", f"{other}.py") == (expected or (one, other) == ("c", "b")), (one, other)


def test_of_a_file_that_is_not_searched_nothing_is_known(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", ".hidden/b.py": ""})
    (tmp_path / ".hidden" / "c.py").write_text("x = 1\n" * 400_000)
    assert ImportGraph({"a.py": {"a.py": ()}}).knowing("b.py") is None
    assert not know(tmp_path, ".hidden/b.py", "a.py")


def test_the_answer_rests_on_itself_alone(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "b.py": "import a\n"})
    layout = FileLayout()
    with Dependencies() as asked:
        assert layout.can_know(tmp_path / "b.py", tmp_path / "a.py")
    found = resting([asked])
    assert [found.things[place] for place in members(found.bits[0])] == [("reach", tmp_path, str(tmp_path / "a.py"))]


def test_a_graph_after_a_change_is_the_graph_of_the_changed_files(tmp_path: Path) -> None:
    chance = random.Random(5)
    names = ["a.py", "b.py", "one/__init__.py", "one/c.py", "two/__init__.py", "two/deep/d.py", "loose/e.py"]
    lines = ["import a", "import b", "from one import c", "import two", "from loose import e", "from . import b", "x = 1"]
    write(tmp_path, dict.fromkeys(names, ""))
    before = graph(tmp_path)
    for _ in range(60):
        changed = {name: "\n".join(chance.sample(lines, chance.randint(0, 3))) for name in chance.sample(names, 2)}
        write(tmp_path, changed)
        after = before.after({str(tmp_path / name): text.encode() for name, text in changed.items()})
        before = graph(tmp_path)
        assert {part: dict(files) for part, files in after.imports.items()} == before.imports


def graph(folder: Path) -> ImportGraph:
    layout = FileLayout()
    layout.can_know(folder / "a.py", folder / "b.py")
    return layout.graphs[folder]


def test_a_change_that_leads_nowhere_else_is_none() -> None:
    imports: Imports = {"/a.py": {"/a.py": ()}, "/p": {"/p/__init__.py": ("/a.py",), "/p/b.py": ()}}
    graph = ImportGraph(imports)
    assert graph.after({"/p/__init__.py": b"x = 1\nimport a, os\n", "/p/b.py": b"import p\n", "/gone.py": b"import a"}) is graph
    after = graph.after({"/p/__init__.py": b""})
    assert [g.knowing("/a.py") for g in (graph, after)] == [frozenset({"/a.py", "/p"}), frozenset({"/a.py"})]


def test_a_class_of_the_same_name_elsewhere_is_not_even_read(tmp_path: Path) -> None:
    text = (
        "import keras\n\n\nclass Block(keras.layers.Layer):\n    def __init__(self, units):\n        super().__init__()\n"
        "        self.dense = keras.layers.Dense(units)\n\n    def call(self, x):\n        return self.dense(x)\n"
    )
    copies = {f"{name}/{file}": text for name in ("one", "two") for file in ("__init__.py", "net.py")}
    write(tmp_path, {**copies, "script.py": text, "user.py": "from two import Block\n\nBlock(1)\n"})
    linter = Linter(SettingsFinder((Options(root="."),), lambda prefix: True, isolated=True))
    assert linter.check(Input(str(tmp_path / "two" / "net.py")))
    read = {module.path.relative_to(tmp_path).as_posix() for module in linter.project.modules()}
    assert read == {"two/net.py", "two/__init__.py", "user.py"}


# --- held against what is linked --------------------------------------------------------------------------------------


def assert_all_linked_is_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Follows each file with nothing but its imports; gives how many other files that led to."""
    monkeypatch.setattr(Project, "files_using", lambda self, module, word: [module])
    count = 0
    for path in sorted(folder.rglob("*.py")):
        layout = FileLayout()
        project = Project(lambda path: Target(KERAS_3, "here"), layout=layout)
        try:
            module: Module = project.module(read_source(str(path)))
        except Exception:  # fixtures of bad input
            continue
        assert module.traces is not None and all(run is not None for run in module.class_runs)
        for other in project.modules():
            assert layout.can_know(path, other.path), (path, other.path)
            count += other is not module
    return count


def test_all_that_fixtures_link_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert assert_all_linked_is_known(FIXTURES, monkeypatch) > 20


@pytest.mark.parametrize("seed", range(4))
def test_all_that_random_projects_link_is_known(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    folders = ["", "src", "src/lib", "one", "one/two", "one/two/three", "lib", "lib/one"]
    inits = [folder for folder in folders if folder and chance.random() < 0.5]
    files = [f"{folder}/{name}.py".lstrip("/") for folder in folders for name in ("net", "lib", "train") if chance.random() < 0.6]
    names = ["net", "lib", "train", "one", "two", "three"]
    texts: dict[str, str] = {}
    for file in [*files, *(f"{folder}/__init__.py" for folder in inits)]:
        lines = [f"class {chance.choice('ABC')}:\n    pass"]
        for _ in range(chance.randint(0, 3)):
            way = ".".join(chance.sample(names, chance.randint(1, 3)))
            dots = "." * chance.randint(0, 3)
            what = chance.choice([*names, "A", "B", "*"])
            form = chance.choice([f"import {way}", f"from {dots}{way} import {what}", f"from {dots or '.'} import {what}"])
            used = what if what != "*" and form.startswith("from") else way
            lines += [form, f"value{len(lines)} = {used}{chance.choice(['', '.A', '.net.A', '.two'])}()"]
        texts[file] = "\n".join(lines) + "\n"
    assert_all_linked_is_known(write(tmp_path, texts), monkeypatch)
