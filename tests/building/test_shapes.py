"""Where a `build` method adds a tuple to the shape."""

from __future__ import annotations

from textwrap import indent

import pytest

from kerlint.building.shapes import tuple_sums
from kerlint.semantics import read_module
from kerlint.semantics import syntax as ir
from kerlint.sources.source import Source


def sums_in(body: str) -> int:
    facts = read_module(Source("program.py", "def build(self, input_shape):\n" + indent(body, "    ") + "\n"))
    (build,) = [statement for statement in facts.body if isinstance(statement, ir.FunctionFacts)]
    return len(list(tuple_sums(build)))


@pytest.mark.parametrize(
    "body",
    [
        "self.size = input_shape[:-1] + (3,)",
        "self.size = input_shape + (1,)",
        "self.size = (None,) + input_shape[1:]",
        "shape = input_shape\nself.size = shape[1:] + tuple(more)",
        "left, right = input_shape\nself.size = left[1:] + (right[-1],)",
        "self.size = input_shape[0][1:] + (3,)",
        "if self.wide:\n    self.child.build(input_shape[:-1] + (8,))",
    ],
)
def test_a_list_plus_a_tuple_is_found(body: str) -> None:
    assert sums_in(body) == 1


@pytest.mark.parametrize(
    "body",
    [
        "self.size = tuple(input_shape)[:-1] + (3,)",
        "input_shape = tuple(input_shape)\nself.size = input_shape + (1,)",
        "input_shape = tf.TensorShape(input_shape)\nself.size = input_shape[1:] + (1,)",
        "self.size = (*input_shape[:-1], 3)",
        "self.size = input_shape[1:] + [3]",
        "self.size = input_shape[-1] + 3",
        "self.size = other + (3,)",
        "if isinstance(input_shape, list):\n    input_shape = tuple(input_shape)\nself.size = input_shape + (1,)",
        "for shape in shapes:\n    self.size = shape + (1,)",
    ],
)
def test_what_copes_with_a_list_is_not(body: str) -> None:
    assert sums_in(body) == 0
