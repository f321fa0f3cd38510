"""How often one execution can reach one layer, and on which tensors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from textwrap import dedent, indent

import pytest

from kerlint.execution.events import LayerCall
from kerlint.execution.guards import contradict
from kerlint.project import Module

Follow = Callable[..., Module]

LAYER = """
import keras
from keras import layers

class Block(layers.Layer):
    def __init__(self, norm_first=False, depth=3, **kwargs):
        super().__init__(**kwargs)
        self.norm_first = norm_first
        self.bn = layers.BatchNormalization()
        self.other = layers.BatchNormalization()
        self.dense = layers.Dense(4)
        self.bns = [layers.BatchNormalization() for _ in range(depth)]
        self.same = [layers.BatchNormalization()] * 3
        self.table = {"a": layers.BatchNormalization(), "b": layers.BatchNormalization()}

    def helper(self, x):
        return self.bn(x)

    def call(self, x, y=None, training=False, mask=None):
"""


def uses(module: Module, name: str = "keras.layers.BatchNormalization") -> int:
    """The most calls of one instance on different tensors that one execution of `call` makes."""
    trace = next(run.passes["call"] for run in module.class_runs if run.info.name == "Block")
    calls = [event for event in trace.of(LayerCall) if event.instance.class_name == name]
    most = 1 if calls else 0
    for one, other in combinations(calls, 2):
        if one.instance.number != other.instance.number or contradict(one.guard, other.guard):
            continue
        if one.arguments.positional[0].number != other.arguments.positional[0].number:
            most = 2
    return most


ONE_USE = {
    "a_single_call": "return self.bn(x)",
    "if_and_else": "if mask is None:\n    return self.bn(x)\nelse:\n    return self.bn(y)",
    "early_return": "if training:\n    return self.bn(x)\nreturn self.bn(y)",
    "two_opposite_ifs": (
        "if self.norm_first:\n    x = self.bn(x)\nx = self.dense(x)\nif not self.norm_first:\n    x = self.bn(x)\nreturn x"
    ),
    "conditional_expression_and_its_opposite": (
        "h = self.bn(x) if self.norm_first else x\nh = self.dense(h)\nreturn h if self.norm_first else self.bn(h)"
    ),
    "elif_of_different_constants": "if mask == 'a':\n    return self.bn(x)\nelif mask == 'b':\n    return self.bn(y)\nreturn x",
    "two_ifs_of_different_constants": "if mask == 'a':\n    x = self.bn(x)\nif mask == 'b':\n    x = self.bn(x)\nreturn x",
    "raise_in_the_other_arm": "if mask is None:\n    x = self.bn(x)\nelse:\n    raise ValueError\nreturn x",
    "the_same_tensor_twice": "return self.bn(x) + self.bn(x)",
    "another_layer_of_a_list_a_turn": "for bn in self.bns:\n    x = bn(x)\nreturn x",
    "another_index_a_turn": "for i in range(len(self.bns)):\n    x = self.bns[i](self.dense(x))\nreturn x",
    "enumerate": "for i, bn in enumerate(self.bns):\n    x = bn(x)\nreturn x",
    "zip": "for bn, other in zip(self.bns, [1, 2, 3]):\n    x = bn(x)\nreturn x",
    "each_layer_of_a_dict": "for bn in self.table.values():\n    x = bn(x)\nreturn x",
    "two_keys_of_a_dict": "return self.table['b'](self.table['a'](x))",
    "two_indices": "return self.bns[1](self.bns[0](x))",
    "two_attributes": "return self.other(self.bn(x))",
    "made_anew_each_turn": "for _ in range(3):\n    x = layers.BatchNormalization()(x)\nreturn x",
    "a_match_statement": "match mask:\n    case 'a':\n        return self.bn(x)\n    case _:\n        return self.bn(y)",
    "try_and_except": "try:\n    x = self.bn(x)\nexcept ValueError:\n    x = self.bn(y)\nreturn x",
    "lambda_never_called": "f = lambda t: self.bn(t)\nreturn self.bn(x)",
    "and_with_its_opposite": "if self.norm_first and training:\n    return self.bn(x)\nreturn self.bn(y)",
    "a_tensorflow_cond": (
        "import tensorflow as tf\nreturn tf.cond(training, lambda: self.bn(x), lambda: self.bn(y))"
    ),
}

TWO_USES = {
    "one_after_the_other": "return self.bn(self.dense(self.bn(x)))",
    "side_by_side": "return self.bn(x) + self.bn(y)",
    "a_loop_over_a_range": "for _ in range(3):\n    x = self.bn(self.dense(x))\nreturn x",
    "a_loop_over_unknown_data": "for t in y:\n    x = x + self.bn(t)\nreturn x",
    "a_while_loop": "while self.more():\n    x = self.bn(x)\nreturn x",
    "a_comprehension": "return [self.bn(t) for t in y]",
    "a_helper_called_twice": "return self.helper(self.helper(x))",
    "a_helper_and_directly": "return self.bn(self.helper(x))",
    "a_multiplied_list": "for bn in self.same:\n    x = bn(x)\nreturn x",
    "one_index_in_a_loop": "for _ in range(2):\n    x = self.bns[0](x)\nreturn x",
    "an_alias": "norm = self.bn\nreturn norm(self.bn(x))",
    "one_arm_and_behind_it": "if training:\n    x = self.bn(x)\nreturn self.bn(self.dense(x))",
    "a_local_function": "def norm(t):\n    return self.bn(t)\nreturn norm(norm(x))",
    "a_lambda_called_twice": "norm = lambda t: self.bn(t)\nreturn norm(norm(x))",
    "map_fn": "import tensorflow as tf\nreturn tf.map_fn(lambda t: self.bn(t), x)",
    "builtin_map": "return list(map(self.bn, [x, y]))",
    "getattr": "return getattr(self, 'bn')(self.bn(x))",
    "different_conditions": "if training:\n    x = self.bn(x)\nif mask is not None:\n    x = self.bn(x)\nreturn x",
    "positional_partial": "import functools\nf = functools.partial(self.bn, training=True)\nreturn f(f(x))",
    "dunder_call": "return self.bn.__call__(self.bn(x))",
}


@pytest.mark.parametrize("name", ONE_USE)
def test_one_use(name: str, follow: Follow) -> None:
    assert uses(follow(LAYER + indent(dedent(ONE_USE[name]), " " * 8) + "\n")) == 1


@pytest.mark.parametrize("name", TWO_USES)
def test_two_uses(name: str, follow: Follow) -> None:
    assert uses(follow(LAYER + indent(dedent(TWO_USES[name]), " " * 8) + "\n")) == 2
