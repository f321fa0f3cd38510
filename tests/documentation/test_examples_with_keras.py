"""Keras confirms what the page of each rule shows: the example does what the page says."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.rules import all_rules
from kerlint.version import KERAS_3
from scripts.documentation.examples import code_of, sections, target_of

pytestmark = [
    pytest.mark.keras,
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras"),
]

EXAMPLES = {
    code: code_of(sections(rule.documentation)["Example"])
    for code, rule in all_rules().items()
    if rule.check is not None and target_of(rule) == KERAS_3
}


def test_every_example_for_the_newest_keras_is_confirmed(folder: Path, kerlint_run: Callable[..., Any]) -> None:
    for code, example in EXAMPLES.items():
        (folder / code / ".git").mkdir(parents=True)
        (folder / code / "example.py").write_text(example, encoding="utf-8")
    files = [f"{code}/example.py" for code in EXAMPLES]
    ran = kerlint_run("--isolated", "--confirm", "--extend-select", "KER306", "--output-format", "json", *files)
    told = [entry for entry in json.loads(ran.out) if Path(entry["filename"]).parent.name == entry["code"]]
    assert {entry["code"] for entry in told} == EXAMPLES.keys()
    assert {entry["code"]: entry["verdict"]["summary"] for entry in told if entry["verdict"]["kind"] != "confirmed"} == {}
