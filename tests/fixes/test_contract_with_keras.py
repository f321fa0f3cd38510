"""What the fixes make of the fixtures' classes survives a file: saved, and loaded in another process, it is the same."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixes.fixing import fix
from test_fixtures import FIXTURES

CODES = ("KER201", "KER202", "KER203", "KER204", "KER205")


@dataclass(frozen=True)
class Case:
    """An object of a fixture, made with other arguments than the defaults."""

    program: str
    expression: str
    shape: tuple[int, ...] = (4,)

    def __str__(self) -> str:
        return f"{self.program}: {self.expression}"


NETWORK = "keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])"

KERAS_3 = [
    Case("KER201/bad_constraint_is_reset.py", "Clip(0.25)"),
    Case("KER201/bad_decorator_leaves_the_configuration.py", "Temperature(3.0, name='hot')"),
    Case("KER201/bad_functional_silently_reset.py", "Encoder('tanh')"),
    Case("KER201/bad_functional_subclass.py", "Classifier(3, width=5)"),
    Case("KER201/bad_functional_that_takes_no_keywords.py", "Encoder('tanh', name='coder')"),
    Case("KER201/bad_initializer_object_as_default.py", "Offset(keras.initializers.RandomNormal(stddev=0.5))"),
    Case("KER201/bad_initializer_requires_a_value.py", "Fill(3.0)"),
    Case("KER201/bad_layer_takes_a_layer.py", "Gated(keras.layers.Dense(4), bias=2.0)"),
    Case("KER201/bad_list_of_layers_without_kwargs.py", "Chain([keras.layers.Dense(3), keras.layers.ReLU()])"),
    Case("KER201/bad_loss_forgets_its_temperature.py", "Contrast(5.0)"),
    Case("KER201/bad_loss_that_takes_no_name.py", "Masked(0.5)"),
    Case("KER201/bad_metric_forgets_its_threshold.py", "HitRate(0.75)"),
    Case("KER201/bad_model_refuses_its_defaults.py", "Mild(7)"),
    Case("KER201/bad_model_required_argument.py", "Regressor(6, depth=3)"),
    Case("KER201/bad_model_saves_itself_first.py", f"Regularised({NETWORK}, strength=0.5)"),
    Case("KER201/bad_model_silently_reset.py", "Scaled(50.0)"),
    Case("KER201/bad_regularizer_cannot_be_saved.py", "Stretch(0.5)"),
    Case("KER201/bad_required_layer_behind_an_optional_one.py", "Residual(inner=keras.layers.Dense(4))"),
    Case("KER201/bad_required_layer_behind_an_optional_one.py", f"Residual(shortcut=keras.layers.ReLU(), inner={NETWORK})"),
    Case("KER201/bad_weights_only_is_info.py", "Forecaster(3)", (2, 4)),
    Case("KER202/bad_abstract_base_forgets_for_all_its_children.py", "Power(scale=2.0, offset=3.0, exponent=3)"),
    Case("KER202/bad_argument_that_also_compiles.py", "Task(3, ready=False)"),
    Case("KER202/bad_base_forgets_what_is_handed_on_by_position.py", "Position2D(concat=True)"),
    Case("KER202/bad_base_in_another_file/image.py", "Windowed(2.0, window=2, border='wrap')"),
    Case("KER202/bad_child_of_custom_layer_adds_a_parameter.py", "GatedPool(3, gate='sigmoid')", (6, 2)),
    Case("KER202/bad_child_ends_automatic_storing.py", "ShiftedScale(shift=2.0, factor=3.0)"),
    Case("KER202/bad_flag_not_stored.py", "Interaction(3, scaling=True)"),
    Case("KER202/bad_grandparent_is_asked.py", "ColourNoise(0.5, 2.0, channels=4)"),
    Case("KER202/bad_loss_argument_not_stored.py", "Focal(alpha=0.5, gamma=3.0)"),
    Case("KER202/bad_made_into_a_layer_beside_the_stored_one.py", "Table(3, rate=0.5)", (3,)),
    Case("KER202/bad_mixin_before_a_layer_of_keras.py", "ScaledDense(3, offset=2.0, factor=4.0)"),
    Case("KER202/bad_model_forgets_an_option.py", "Encoder(3, activation='tanh')"),
    Case("KER202/bad_only_the_base_is_returned.py", "Jitter(2.0, seed=3)"),
    Case("KER202/bad_put_again_into_what_is_stored.py", "Weights({'scale': 2.0}, bias=3.0)"),
    Case("KER202/bad_refuses_one_of_three.py", "Noisy('other')"),
    Case("KER202/bad_registered_and_public.py", "Head(3, scale=2.0)"),
    Case("KER202/bad_registered_by_a_class_of_the_project.py", "Decoder(3, ratio=2.0)"),
    Case("KER202/bad_subclass_of_dense_adds_a_parameter.py", "Scaled(3, gain=2.0)"),
    Case("KER203/bad_constructor_requires_the_name.py", "Named('mine', weight=3.0, trainable=False)"),
    Case("KER203/bad_loss_own_keys_only.py", "Dice(2.0, reduction='sum', name='mine')"),
    Case("KER203/bad_metric_own_keys_only.py", "TopShare(3, name='mine')"),
    Case("KER203/bad_own_keys_only.py", "Axial(axis=1, trainable=False, name='mine')"),
    Case("KER204/bad_base_that_can_be_called.py", "Spectrum(2, name='mine', trainable=False)"),
    Case("KER204/bad_fixed_name_without_get_config.py", "Gate(3.0, trainable=False)"),
    Case("KER204/bad_kwargs_taken_and_dropped.py", "Damp(0.25, trainable=False, name='mine')"),
    Case("KER204/bad_loss_takes_nothing.py", "Huberish(reduction='sum')"),
    Case("KER204/bad_merged_configuration_without_kwargs.py", "Crop(1)", (4, 2)),
    Case("KER204/bad_metric_takes_only_a_name.py", "Spread(name='mine')"),
    Case("KER204/bad_model_without_kwargs.py", "Small()"),
    Case("KER204/bad_only_the_name_is_taken.py", "Squash(name='mine', trainable=False)"),
    Case("KER204/bad_plain_layer_without_kwargs.py", "Shift(3.0)"),
    Case("KER205/bad_class_with_a_new_of_its_own.py", "Counted()"),
    Case("KER205/bad_layer_not_named_at_load.py", "Scale(3.0)"),
    Case("KER205/bad_subclassed_model_not_named.py", "Classifier()"),
]

KERAS_2 = [
    Case("KER201/bad_regularizer_cannot_be_saved_keras_2.py", "Sparse(0.5)"),
    Case("KER202/bad_regulariser_that_keras_2_does_not_keep.py", "Penalised(3, activity_regularizer='l2')"),
    Case("KER203/bad_name_given_by_the_constructor.py", "Attention(3.0, trainable=False)"),
    Case("KER203/bad_old_spelling.py", "SqueezedSum(-1, trainable=False)"),
    Case("KER204/bad_merged_configuration_without_kwargs_keras_2.py", "Crop(1)", (4, 2)),
    Case("KER204/bad_fixed_name_of_a_model_keras_2.py", "Net()"),
    Case("KER205/bad_keras_2_needs_the_name_too.py", "Scale()"),
]

HAS_KERAS = importlib.util.find_spec("keras") is not None
KERAS_2_PYTHON = os.environ.get("KERLINT_KERAS_2_PYTHON", "")

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]


def _both(cases: list[Case], python: str, target: str, folder: Path) -> dict[str, tuple[Any, Any]]:
    """What each object is before it is saved and after it is loaded, by two processes, once the fixtures are fixed."""
    listed = []
    for number, case in enumerate(cases):
        top, _, rest = case.program.partition("/")
        name, _, inner = rest.partition("/")
        copy = folder / str(number) / name
        source = FIXTURES / top / name
        copy.parent.mkdir()
        shutil.copytree(source, copy) if source.is_dir() else shutil.copyfile(source, copy)
        assert fix(copy, target, CODES).done, f"nothing is fixed in {case.program}"
        program = copy / inner if inner else copy
        listed.append([str(program), case.expression, case.shape, str(folder / str(number) / "model.keras")])
    (folder / "cases.json").write_text(json.dumps(listed))
    script = Path(__file__).parent / "round_trip.py"
    found = []
    for what in ("save", "load"):
        ran = subprocess.run([python, str(script), what, str(folder / "cases.json")], cwd=folder, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr[-2000:]
        found.append(json.loads(ran.stdout.splitlines()[-1]))
    return {str(case): (saved, loaded) for case, saved, loaded in zip(cases, *found, strict=True)}


@pytest.fixture(scope="module")
def on_keras_3(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    return _both(KERAS_3, sys.executable, "3", tmp_path_factory.mktemp("keras_3"))


PROGRAMS = (
    "KER205/bad_best_checkpoint_is_loaded.py",
    "KER205/bad_function_named_like_one_of_keras.py",
    "KER205/bad_functions_in_compile.py",
    "KER205/bad_layer_not_named_at_load.py",
    "KER205/bad_objects_given_to_layers.py",
)

RUN = """
import json, runpy, sys
told = []
for program in sys.argv[1:]:
    try:
        names = runpy.run_path(program, run_name="__main__")
        told.append(float(names["main"]()) if "named_like" in program else 0.0)
    except Exception as error:
        told.append(str(error))
print(json.dumps(told))
"""


@pytest.mark.skipif(not HAS_KERAS, reason="needs Keras")
def test_programs_load_what_they_saved(tmp_path: Path) -> None:
    paths = []
    for program in PROGRAMS:
        path = tmp_path / program.replace("/", "_")
        shutil.copyfile(FIXTURES / program, path)
        assert fix(path, "3", CODES).done
        paths.append(str(path))
    ran = subprocess.run([sys.executable, "-c", RUN, *paths], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout.splitlines()[-1]) == [0.0] * len(PROGRAMS)


@pytest.fixture(scope="module")
def on_keras_2(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    return _both(KERAS_2, KERAS_2_PYTHON, "2.15", tmp_path_factory.mktemp("keras_2"))


@pytest.mark.skipif(not HAS_KERAS, reason="needs Keras")
@pytest.mark.parametrize("case", KERAS_3, ids=str)
def test_a_fixed_class_survives_its_file(case: Case, on_keras_3: dict[str, tuple[Any, Any]]) -> None:
    saved, loaded = on_keras_3[str(case)]
    assert saved[0] == case.expression.partition("(")[0], saved
    assert loaded == saved


@pytest.mark.skipif(not KERAS_2_PYTHON, reason="KERLINT_KERAS_2_PYTHON names no Python with Keras 2.15")
@pytest.mark.parametrize("case", KERAS_2, ids=str)
def test_a_fixed_class_survives_its_file_on_keras_2(case: Case, on_keras_2: dict[str, tuple[Any, Any]]) -> None:
    saved, loaded = on_keras_2[str(case)]
    assert saved[0] == case.expression.partition("(")[0], saved
    assert loaded == saved
