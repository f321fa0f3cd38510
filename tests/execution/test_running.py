"""Which code of a module is followed, and how often."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.execution.events import Construction
from kerlint.project import Module

Follow = Callable[..., Module]

BUILDER = """
import keras
from keras import layers

def Network(widths, name="network", **kwargs):
    inputs = x = keras.Input((8,))
    for width in widths:
        x = layers.Dense(width)(x)
    return keras.Model(inputs, x, name=name)
"""


def followed(module: Module) -> list[str]:
    return [trace.function.name for trace in module.function_traces if trace.function is not None]


def test_a_builder_is_followed_from_a_few_of_its_variants(follow: Follow) -> None:
    """Hundreds of them, in libraries of pretrained models, would take as many times as long and show nothing new."""
    variant = "def Network{0}(**kwargs):\n    kwargs.pop('a', 0)\n    return Network([{0}], **kwargs)\n\n"
    variants = "".join(variant.format(n) for n in range(1, 8))
    assert followed(follow(BUILDER + variants)) == ["Network", "Network1", "Network2", "Network3"]


def test_what_makes_something_of_its_own_is_no_variant(follow: Follow) -> None:
    others = "".join(f"def Other{n}():\n    layers.Dense({n})\n    return Network([{n}])\n\n" for n in range(1, 8))
    module = follow(BUILDER + others)
    assert followed(module) == ["Network", *(f"Other{n}" for n in range(1, 8))]
    assert all(list(trace.of(Construction)) for trace in module.function_traces)


def test_a_class_that_only_inherits_from_another_file_is_not_followed(follow: Follow) -> None:
    base = """
import keras

class Base(keras.layers.Layer):
    inner = None
    def call(self, x):
        return self.inner(x) if self.inner else x
"""
    module = follow(
        """
from base import Base

class Plain(Base):
    size = 3

class Lends(Base):
    inner = Plain

class Changes(Base):
    def call(self, x):
        return super().call(x)

class Below(Changes):
    pass
""",
        base=base,
    )
    assert [run.info.name for run in module.class_runs] == ["Lends", "Changes", "Below"]
