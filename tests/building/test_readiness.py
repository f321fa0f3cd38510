"""Whether a model has its variables when weights arrive."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from kerlint.building.readiness import Readiness, has_unbuilt_layer, readiness
from kerlint.execution.events import Construction, MethodCall
from kerlint.preprocessing.story import Story
from kerlint.project import Project
from kerlint.sources.source import Source
from kerlint.version import KerasVersion

SCORER = """
import keras
from keras import layers


class Scorer(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(1)

    def call(self, rows):
        return self.head(rows)


class Served(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = keras.Sequential([keras.Input((8,)), layers.Dense(1)])

    def call(self, rows):
        return self.body(rows)

"""


class _Target:
    version = KerasVersion(3, 15)


def story_of(code: str, folder: Path) -> Story:
    return Story(Project(lambda path: _Target()).module(Source(str(folder / "program.py"), SCORER + dedent(code))))


def state(code: str, folder: Path) -> Readiness:
    """What the first model that the code makes has when `load_weights` comes."""
    story = story_of(code, folder)
    trace = story.module.body_trace
    model = next(e.instance for e in trace.of(Construction) if e.instance.class_name in ("Scorer", "keras.Sequential"))
    load = next(event for event in trace.of(MethodCall) if event.method == "load_weights")
    return readiness(trace, model, load, story.holdings)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", Readiness.NONE),
        ("model.compile('adam', 'mse')", Readiness.NONE),
        ("print(model)", Readiness.NONE),
        ("model.build((None, 8))", Readiness.BY_SHAPE),
        ("model(rows)", Readiness.MAYBE),
        ("model.head(rows)", Readiness.MAYBE),
        ("model.head.build((None, 8))", Readiness.MAYBE),
        ("model.fit(rows, labels)", Readiness.MAYBE),
        ("model.call(rows)", Readiness.MAYBE),
        ("prepare(model)", Readiness.MAYBE),
        ("helper.prepare(model)", Readiness.MAYBE),
        ("model.built = True", Readiness.MAYBE),
    ],
)
def test_what_happens_before_decides(before: str, expected: Readiness, tmp_path: Path) -> None:
    assert state(f"model = Scorer()\n{before}\nmodel.load_weights('a.weights.h5')", tmp_path) is expected


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("layers.Dense(1)", Readiness.NONE),
        ("keras.Input((8,)), layers.Dense(1)", Readiness.MAYBE),
        ("layers.Dense(1, input_shape=(8,))", Readiness.MAYBE),
        ("*more", Readiness.MAYBE),
    ],
)
def test_a_sequential_waits_for_its_input(layers: str, expected: Readiness, tmp_path: Path) -> None:
    assert state(f"model = keras.Sequential([{layers}])\nmodel.load_weights('a.weights.h5')", tmp_path) is expected


def test_a_part_that_knows_its_input_needs_no_call(tmp_path: Path) -> None:
    story = story_of("scorer = Scorer()\nserved = Served()", tmp_path)
    made = {e.instance.class_name: e.instance for e in story.module.body_trace.of(Construction)}
    assert has_unbuilt_layer(made["Scorer"], story.holdings)
    assert not has_unbuilt_layer(made["Served"], story.holdings)
