"""The two functions of the core: facts travel, and findings are those of the command."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kerlint import core
from kerlint.core import CoreSettings, facts_of, findings_of
from kerlint.linter import Input, lint
from kerlint.options import Options
from kerlint.version import KerasVersion

FIXTURES = Path(__file__).parents[1] / "fixtures"
SETTINGS = CoreSettings((Options(root="/", select=("ALL",), target_keras=KerasVersion.parse("2.15")),), isolated=True)


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    """A base class in one file, what is wrong with its child in another, a program that is none, and one that is not text."""
    files = {
        "base.py": "import keras\n\n\nclass Base(keras.layers.Layer):\n    pass\n",
        "child.py": "from base import Base\n\n\nclass Child(Base):\n    def __init__(self, units):\n"
        "        super().__init__()\n        self.units = units\n\n"
        "    def get_config(self):\n        return {**super().get_config(), 'units': self.units}\n",
        "broken.py": "import keras.layers\ndef (:\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "no_text.py").write_bytes(b"import keras\n\xff\xfe\n")
    return [str(tmp_path / name) for name in (*files, "no_text.py")]


def test_findings_are_those_of_the_command_with_facts_and_without(paths: list[str]) -> None:
    expected = lint([Input(path) for path in paths], SETTINGS.finder()).findings
    assert {finding.code for finding in expected} >= {"KER204", "KER900", "KER901"}
    facts = [pickle.loads(pickle.dumps(facts_of(path, Path(path).read_bytes()))) for path in paths]
    assert findings_of(paths, SETTINGS) == expected
    assert findings_of(paths, SETTINGS, facts) == expected
    assert findings_of(paths, pickle.loads(pickle.dumps(SETTINGS)), facts) == expected


def test_a_text_whose_facts_are_given_is_not_parsed_again(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    facts = [facts_of(path, Path(path).read_bytes()) for path in paths]
    expected = findings_of(paths, SETTINGS)
    monkeypatch.setattr(core, "read_module", lambda source: pytest.fail(f"{source.path} is parsed"))
    assert findings_of(paths, SETTINGS, facts) == expected


def test_facts_of_another_text_are_not_taken(paths: list[str]) -> None:
    stale = facts_of(paths[1], b"import keras\n")
    assert findings_of(paths, SETTINGS, [stale]) == findings_of(paths, SETTINGS)


def test_one_file_is_judged_in_its_project(paths: list[str]) -> None:
    alone = findings_of(paths[1:2], SETTINGS)
    assert alone == tuple(finding for finding in findings_of(paths, SETTINGS) if finding.path == paths[1])
    assert any(finding.code == "KER204" for finding in alone)
