"""Which files have anything to do with Keras, held against the closure of their imports; and what that answer rests on."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.cache.resting import members, resting
from kerlint.dependencies import Dependencies
from kerlint.files import FileLayout
from kerlint.relevance import Relevance

NAMES = [f"m{number}" for number in range(7)]


def texts_of(imports: dict[str, list[str]], marked: set[str]) -> dict[str, str]:
    """Programs that import each other by names that do not hold the word."""
    return {
        name: "".join(f"import {other}\n" for other in others) + ("import keras\n" if name in marked else "")
        for name, others in imports.items()
    }


def write(folder: Path, texts: dict[str, str]) -> None:
    (folder / "setup.cfg").touch()
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)


def asked(folder: Path, order: list[str]) -> dict[str, bool]:
    relevance = Relevance(FileLayout())
    return {name: relevance.of(folder / f"{name}.py", (folder / f"{name}.py").read_bytes()) for name in order}


def closure(imports: dict[str, list[str]], marked: set[str]) -> dict[str, bool]:
    reaching = set(marked)
    while more := {name for name, others in imports.items() if reaching & set(others)} - reaching:
        reaching |= more
    return {name: name in reaching for name in imports}


@pytest.mark.parametrize("order", list(itertools.permutations(("a", "b", "c"))))
def test_a_circle_is_relevant_whichever_file_is_asked_first(order: tuple[str, ...], tmp_path: Path) -> None:
    write(tmp_path, {"a": "import b\n", "b": "import a\nimport c\n", "c": "import keras\n"})
    assert asked(tmp_path, list(order)) == {"a": True, "b": True, "c": True}


def test_other_words_and_files_that_are_not_there_lead_nowhere(tmp_path: Path) -> None:
    write(tmp_path, {"a": "import numpy, b\nfrom . import missing\nfrom os import path\n", "b": "import ker, tensors\n"})
    assert asked(tmp_path, ["a", "b"]) == {"a": False, "b": False}


@pytest.mark.parametrize("source", ["import a\n", ["import os\n", "import a"], ["from a import N"], "from a import (\nN)"])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_notebook_is_relevant_through_what_it_imports(source: object, indent: int | None, tmp_path: Path) -> None:
    write(tmp_path, {"a": "import keras\n", "ab": "x = 1\n"})
    book = tmp_path / "book.ipynb"
    for found, cell in [(True, source), (False, "import ab\n"), (False, "print('import a')")]:
        text = json.dumps({"cells": [{"cell_type": "code", "source": cell}], "metadata": {}}, indent=indent)
        assert Relevance(FileLayout()).of(book, text.encode()) == found


def test_a_name_that_is_imported_from_a_package_can_be_its_module(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").touch()
    (tmp_path / "pkg/inner.py").write_text("import tensorflow\n")
    inside = "if x:\n  import os, pkg.inner as p\n"
    write(tmp_path, {"a": "from pkg import other, inner\n", "b": "from pkg import other\n", "c": inside})
    assert asked(tmp_path, ["a", "b", "c"]) == {"a": True, "b": False, "c": True}


@pytest.mark.parametrize("seed", range(40))
def test_the_answer_is_the_closure_of_the_imports_and_rests_on_what_it_says(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    imports = {name: chance.sample(NAMES, chance.randrange(3)) for name in NAMES}
    marked = {name for name in NAMES if chance.random() < 0.12}
    write(tmp_path, texts_of(imports, marked))
    order = chance.sample(NAMES, len(NAMES))
    relevance, found, followed = Relevance(FileLayout()), {}, []
    for name in order:
        with Dependencies() as dependencies:
            found[name] = relevance.of(tmp_path / f"{name}.py", (tmp_path / f"{name}.py").read_bytes())
        followed.append(dependencies)
    assert found == closure(imports, marked)

    rests = resting(followed)
    on = {name: {rests.things[place][1].stem for place in members(bits)} for name, bits in zip(order, rests.bits, strict=True)}
    for changed in NAMES:
        other = {**imports, changed: chance.sample(NAMES, chance.randrange(3))}
        otherwise = closure(other, marked ^ ({changed} if chance.random() < 0.5 else set()))
        for name in NAMES:
            assert found[name] == otherwise[name] or changed in on[name] | {name}


def test_programs_without_keras_need_no_rule(tmp_path: Path) -> None:
    write(tmp_path, {"a": "import b\n", "b": "x = 1  # noqa: E501\n"})
    program = "import sys; from kerlint import cli; cli.main(sys.argv[1:]); print(*sys.modules, sep='\\n')"
    for words, imported in (("-q",), False), (("-q", "--select=KER1"), True):
        command = [sys.executable, "-c", program, "--no-cache", *words, "."]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True)
        modules = done.stdout.split()
        assert "kerlint.linter" in modules
        assert any(name.startswith("kerlint.rules.ker101") for name in modules) == imported
        assert ("kerlint.execution.machine" in modules) == imported
