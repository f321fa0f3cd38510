"""Which programs are parsed for which rules: no word that a rule names may keep it from what it would have said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint.knowledge import Knowledge, knowledge_for
from kerlint.knowledge.loading import extension, extension_names, generated_versions, part_of
from kerlint.linter import Input, Linter, lint
from kerlint.options import Options
from kerlint.rules import Rule, all_rules, is_known
from kerlint.settings import SettingsFinder
from kerlint.version import KerasVersion
from kerlint.words import CONFIGURED, LAYERS

FIXTURES = Path(__file__).parents[1] / "fixtures"
CONFIGURED_KINDS = {"layer", "model", "metric", "loss", "optimizer", "initializer", "regularizer", "constraint", "schedule"}
CHECKS = [entry for entry in all_rules().values() if entry.check is not None]


def names_of(knowledge: Knowledge) -> Iterator[str]:
    """Every name by which a class can be had: where it stands, its aliases, and where Keras itself keeps it."""
    version = knowledge.generated
    yield from part_of(version, "classes")
    yield from part_of(version, "names")["aliases"]
    yield from part_of(version, "private")
    for package in extension_names():
        content = extension(package) or {}
        yield from content["classes"]
        yield from content["aliases"]


@pytest.mark.parametrize("version", generated_versions(), ids=str)
def test_every_name_of_a_class_holds_a_word_of_its_kind(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    kinds = {name: found.kind for name in names_of(knowledge) if (found := knowledge.find_class(name)) is not None}
    assert len([name for name, kind in kinds.items() if kind in ("layer", "model")]) > 150
    for name, kind in kinds.items():
        assert kind not in ("layer", "model") or any(word in name for word in LAYERS), name
        assert kind not in CONFIGURED_KINDS or any(word in name for word in CONFIGURED), name


def finder(*codes: str) -> SettingsFinder:
    return SettingsFinder((Options(root="/", select=codes),), is_known, isolated=True)


def expected_in(path: Path) -> set[str]:
    return set(re.findall(r"#.*?\b(KER\d{3}):\d", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("entry", CHECKS, ids=lambda entry: entry.code)
def test_no_word_keeps_a_rule_from_what_it_reports(entry: Rule) -> None:
    """Its fixtures, wherever in them it speaks."""
    asked = 0
    for path in sorted((FIXTURES / entry.code).rglob("*.py")):
        if entry.code in expected_in(path):
            asked += 1
            assert Linter(finder()).concerns((entry,), path, path.read_bytes()), path
    assert asked


def parsed(folder: Path, *codes: str) -> set[str]:
    """The files below a folder that are parsed when these codes are selected."""
    linter = Linter(finder(*codes))
    for path in sorted(folder.glob("*.py")):
        linter.check(Input(str(path)))
    return {module.path.stem for module in linter.project.modules()}


def test_a_file_without_the_words_of_the_selected_rules_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import keras\nnorm = keras.layers.Normalization()\n")
    (tmp_path / "adapts.py").write_text("import keras\nnorm = keras.layers.Normalization()\nnorm.adapt(DATA)\n")
    (tmp_path / "neither.py").write_text("import keras\nprint(keras.__version__)\n")
    assert parsed(tmp_path, "KER401") == {"adapts"}
    assert parsed(tmp_path, "KER401", "KER101") == {"adapts", "layers"}
    assert parsed(tmp_path, "ALL") == {"adapts", "layers"}


def test_a_program_of_which_only_its_syntax_is_asked_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import keras\nx = (\n")
    found = lint([Input(str(tmp_path / "broken.py"))], finder("KER901")).findings
    assert [finding.code for finding in found] == ["KER901"]


@pytest.mark.parametrize("by", ["from .paths import put", "from .paths import *", "from . import paths\nput = paths.put"])
def test_what_another_file_renames_is_found(by: str, tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").touch()
    (tmp_path / "pkg/paths.py").write_text("from keras.models import save_model as put\nfrom keras import Sequential as Chain\n")
    program = tmp_path / "pkg/program.py"
    program.write_text(f"{by}\nfrom .paths import Chain\nput(Chain([]), 'model')\n")
    assert b"save" not in program.read_bytes()
    assert [finding.code for finding in lint([Input(str(program))], finder("KER301")).findings] == ["KER301"]
