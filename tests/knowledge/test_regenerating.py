"""The data against the Keras that is installed: a small part is generated again and compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.knowledge import knowledge_for
from kerlint.version import KerasVersion

SCRIPTS = Path(__file__).parents[2] / "scripts"
PROGRAM = """
import json, sys
import keras
from probing.attributes import attributes
from probing.cases import run_cases
from probing.describe import describe_class
from probing.inventory import canonical_names, take_inventory
from probing.isolation import isolated
import importlib
inventory = take_inventory()
canonical = canonical_names(inventory, frozenset({"keras.layers.Layer"}))
names = sys.argv[2].split(",")
classes = {name: isolated(lambda: describe_class(getattr(keras.layers, name), canonical, True)) for name in names}
outcomes = {}
for table, case in (item.split("/") for item in sys.argv[3].split(",")):
    cases = importlib.import_module(f"probing.outcome_{table}").cases()
    outcomes[f"{table}/{case}"] = isolated(lambda: run_cases({case: cases[case]}))[case]
open(sys.argv[1], "w").write(json.dumps({"version": keras.__version__, "classes": classes, "outcomes": outcomes,
    "attributes": attributes()}))
"""
CLASSES = ("Dense", "BatchNormalization", "LSTM", "Dropout", "Normalization")
CASES = (
    "paths/save (none) functional",
    "paths/save .keras functional",
    "containers/nested_list layer .keras",
    "arguments/layer required bare int",
    "adapt/Normalization clone_model",
    "reuse/BatchNormalization two sites same channels subclassed",
)


@pytest.mark.keras
def test_the_installed_keras_does_what_the_data_says(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    output = tmp_path / "generated.json"
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS), "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", PROGRAM, str(output), ",".join(CLASSES), ",".join(CASES)]
    subprocess.run(command, check=True, env=environment, cwd=tmp_path, capture_output=True)
    generated = json.loads(output.read_text())
    version = KerasVersion.parse(generated["version"])
    knowledge = knowledge_for(version)
    if knowledge.generated != version:
        pytest.skip(f"Keras {version} was not generated")
    for name, described in generated["classes"].items():
        found = knowledge.find_class(f"keras.layers.{name}")
        assert found is not None
        assert list(found.config_keys or ()) == described["config"]
        assert {flag for flag in described["flags"] if not getattr(found, flag)} == set()
    for case, outcome in generated["outcomes"].items():
        assert knowledge.outcome(*case.split("/")) == outcome
    for kind, names in generated["attributes"].items():
        assert knowledge.attributes_of_base(kind) == set(names)
