"""Whom the serialization contract concerns."""

from __future__ import annotations

from pathlib import Path

from kerlint.project import Project
from kerlint.serialization.subjects import Subject, subjects
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3

PART = """
import keras

class Part(keras.layers.Layer):
    def __init__(self, function):
        super().__init__()
        self.function = function
"""

WHOLE = """
import keras
from part import Part

class Whole(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.part = Part(keras.ops.tanh)
"""


class Target:
    version = KERAS_3


def subject_named(name: str, folder: Path, **files: str) -> Subject:
    for stem, text in files.items():
        (folder / f"{stem}.py").write_text(text)
    project = Project(lambda _: Target())
    first = next(iter(files))
    module = project.module(read_source(str(folder / f"{first}.py")))
    return next(subject for subject in subjects(module, project) if subject.contract.name == name)


def test_a_public_layer_is_concerned(tmp_path: Path) -> None:
    assert subject_named("Part", tmp_path, part=PART).is_concerned


def test_a_layer_that_only_another_layer_makes_is_not_concerned_even_from_another_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    assert not subject_named("Part", tmp_path, part=PART, whole=WHOLE).is_concerned


def test_a_registered_layer_is_concerned_whoever_makes_it(tmp_path: Path) -> None:
    registered = PART.replace("class Part", '@keras.saving.register_keras_serializable("tests")\nclass Part')
    assert subject_named("Part", tmp_path, part=registered, whole=WHOLE).is_concerned


def test_a_layer_that_a_function_puts_into_a_graph_is_concerned(tmp_path: Path) -> None:
    graph = "\ndef graph(x):\n    return Part(keras.ops.tanh)(x)\n"
    assert subject_named("Part", tmp_path, part=PART + graph, whole=WHOLE).is_concerned


def test_a_class_inside_a_function_is_nobody_elses_matter(tmp_path: Path) -> None:
    inner = "import keras\n\ndef make():\n    class Inner(keras.layers.Layer):\n        pass\n"
    assert not subject_named("Inner", tmp_path, inner=inner).is_concerned


def test_a_base_that_leaves_methods_open_is_not_concerned(tmp_path: Path) -> None:
    assert not subject_named(
        "Part", tmp_path, part=PART + "\n    def distance(self, x):\n        raise NotImplementedError\n"
    ).is_concerned


def test_a_program_that_trains_and_keeps_nothing_is_idle(tmp_path: Path) -> None:
    assert subject_named("Part", tmp_path, part=PART + "\nmodel.fit(x, y)\n").is_idle


def test_a_program_that_keeps_only_weights_is_idle(tmp_path: Path) -> None:
    assert subject_named("Part", tmp_path, part=PART + "\nmodel.save_weights('a.weights.h5')\n").is_idle


def test_a_program_that_saves_a_model_is_not_idle(tmp_path: Path) -> None:
    assert not subject_named("Part", tmp_path, part=PART + "\nmodel.fit(x, y)\nmodel.save('a.keras')\n").is_idle


def test_a_picture_saved_is_no_model_saved(tmp_path: Path) -> None:
    saving = "\nfrom PIL import Image\nmodel.fit(x, y)\nImage.fromarray(x).save('a.png')\n"
    assert subject_named("Part", tmp_path, part=PART + saving).is_idle


def test_a_library_that_neither_trains_nor_saves_is_not_idle(tmp_path: Path) -> None:
    assert not subject_named("Part", tmp_path, part=PART).is_idle


def test_a_registered_layer_with_a_private_name_that_only_another_makes_is_not_concerned(tmp_path: Path) -> None:
    hidden = PART.replace("class Part", '@keras.saving.register_keras_serializable("tests")\nclass _Part')
    owner = WHOLE.replace("Part", "_Part")
    assert not subject_named("_Part", tmp_path, part=hidden, whole=owner).is_concerned


def test_a_table_of_the_project_registers_nothing(tmp_path: Path) -> None:
    listed = "TABLE = {}\ndef register(name):\n    def keep(cls):\n        TABLE[name] = cls\n        return cls\n    return keep"
    part = PART.replace("class Part", f'{listed}\n@register("part")\nclass Part')
    assert not subject_named("Part", tmp_path, part=part, whole=WHOLE).is_concerned


def test_a_layer_made_through_a_chosen_class_is_made_by_its_owner(tmp_path: Path) -> None:
    chosen = WHOLE.replace("self.part = Part(", "kind = Part if kwargs else Part\n        self.part = kind(")
    assert not subject_named("Part", tmp_path, part=PART, whole=chosen).is_concerned
    chosen = WHOLE.replace("self.part = Part(", 'self.part = {"part": Part}[kwargs["kind"]](')
    assert subject_named("Part", tmp_path, part=PART, whole=chosen).is_concerned


def test_a_layer_whose_calls_never_come_to_keras_is_not_concerned_unless_another_is_given_it(tmp_path: Path) -> None:
    own = PART + "\n    def __call__(self, x):\n        return self.function(x)\n"
    assert not subject_named("Part", tmp_path, part=own).is_concerned
    given = own + "\ndef build():\n    return keras.Sequential([Part(keras.ops.tanh)])\n"
    assert subject_named("Part", tmp_path, part=given).is_concerned
