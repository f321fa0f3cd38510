"""What a model holds, and what is handed on with it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from kerlint.execution.events import Construction, MethodCall
from kerlint.execution.values import Instance
from kerlint.preprocessing.holding import owners_of
from kerlint.preprocessing.layers import adapting_class, is_given, is_made_up, short_name
from kerlint.preprocessing.story import Story
from kerlint.project import Project
from kerlint.sources.source import Source
from kerlint.version import KerasVersion


class _Target:
    version = KerasVersion(3, 15)


def story_of(code: str, folder: Path) -> Story:
    text = "import keras\nimport numpy as np\nfrom keras import layers\n" + dedent(code)
    return Story(Project(lambda path: _Target()).module(Source(str(folder / "program.py"), text)))


def held_by_last(story: Story) -> set[str]:
    """The classes of what the last object that is made holds."""
    last = [event.instance for trace in story.roots for event in trace.of(Construction)][-1]
    return {short_name(found) for found in story.holdings.of(last)}


@pytest.mark.parametrize(
    "code",
    [
        "keras.Sequential([layers.Normalization(), layers.Dense(1)])",
        "x = keras.Input((4,))\nkeras.Model(x, layers.Dense(1)(layers.Normalization()(x)))",
        "x = keras.Input((4,))\ny = layers.concatenate([layers.Normalization()(x), x])\nkeras.Model({'x': x}, {'y': y})",
        "inner = keras.Sequential([layers.Normalization()])\nx = keras.Input((4,))\nkeras.Model(x, inner(x))",
    ],
)
def test_a_model_holds_its_layers(code: str, tmp_path: Path) -> None:
    assert "Normalization" in held_by_last(story_of(code, tmp_path))


def test_a_number_read_from_a_layer_does_not_bring_the_layer_along(tmp_path: Path) -> None:
    story = story_of(
        """
        words = layers.TextVectorization()
        size = words.vocabulary_size()
        keras.Sequential([layers.Embedding(size, 8), layers.Dense(1)])
        """,
        tmp_path,
    )
    assert "TextVectorization" not in held_by_last(story)


def test_layers_reached_through_a_model_are_owned_by_it(tmp_path: Path) -> None:
    story = story_of("model = keras.Sequential([layers.Normalization()])\nmodel.get_layer('scale').adapt(data)", tmp_path)
    (adapt,) = [event for trace in story.roots for event in trace.of(MethodCall) if event.method == "adapt"]
    assert [short_name(owner) for owner in owners_of(adapt.receiver)] == ["Sequential"]
    assert [short_name(layer) for layer in story.touched(adapt)] == ["Normalization"]


def test_data_mapped_by_a_function_was_made_with_the_layers_that_it_calls(tmp_path: Path) -> None:
    story = story_of(
        """
        import tensorflow as tf
        norm = layers.Normalization()
        other = layers.Normalization()
        data = tf.data.Dataset.from_tensor_slices(rows).map(lambda row: norm(row))
        model = keras.Sequential([layers.Dense(1)])
        model.fit(data)
        """,
        tmp_path,
    )
    (fit,) = story.methods("fit")
    used, unused = [event.instance for event in story.module.body_trace.of(Construction)][:2]
    assert story.feeds(fit.arguments.positional[0], used)
    assert not story.feeds(fit.arguments.positional[0], unused)


def first_layer(code: str, folder: Path) -> Instance:
    made = [event.instance for event in story_of(code, folder).module.body_trace.of(Construction)]
    return next(instance for instance in made if adapting_class(instance) is not None)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("layers.Normalization()", False),
        ("layers.Normalization(axis=None)", False),
        ("layers.Normalization(mean=0.0, variance=1.0)", True),
        ("layers.Discretization([0.0, 1.0])", True),
        ("layers.Discretization(num_bins=3)", False),
        ("layers.StringLookup(vocabulary=None)", False),
        ("layers.StringLookup(vocabulary='words.txt')", True),
        ("layers.TextVectorization(100)", False),
        ("layers.TextVectorization(**options)", True),
        ("layers.TextVectorization(output_mode=None)", True),
    ],
)
def test_the_constructor_tells_whether_a_layer_was_told(code: str, given: bool, tmp_path: Path) -> None:
    assert is_given(first_layer(code, tmp_path)) is given


@pytest.mark.parametrize(
    ("data", "made_up"),
    [("['word']", True), ("np.zeros((1, 4))", True), ("np.array([['word']])", True), ("texts", False), ("['a', 'b']", False)],
)
def test_a_single_constant_is_a_made_up_sample(data: str, made_up: bool, tmp_path: Path) -> None:
    (adapt,) = story_of(f"layers.TextVectorization().adapt({data})", tmp_path).methods("adapt")
    assert is_made_up(adapt.arguments.positional[0]) is made_up
