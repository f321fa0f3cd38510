"""What a constructor's parameters are tried with: by their uses, names and annotations; and how errors change that."""

from __future__ import annotations

import inspect

import pytest

from kerlint.confirm.worker.making.arguments import Call, calls_to_try
from kerlint.confirm.worker.making.candidates import by_name, candidates, of_kind
from kerlint.confirm.worker.making.failures import Failure


def tried(name: str, source: str, annotation: object = inspect.Parameter.empty) -> list[str]:
    parameter = inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)
    return candidates(parameter, source)


def in_class(name: str, *lines: str) -> str:
    body = "\n".join(f"        {line}" for line in lines)
    return f"class Block:\n    def __init__(self, {name}):\n        self.{name} = {name}\n\n    def call(self, x):\n{body}\n"


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("things", "a, b, c = self.things", "(8, 8, 8,)"),
        ("things", "for thing in self.things: x = x % thing", "[8, 8]"),
        ("things", "for i, thing in enumerate(self.things): x = thing + 'text'", "['a', 'a']"),
        ("things", "x = [0 for a, b in self.things]", "[(8, 8), (8, 8)]"),
        ("things", "x = self.things['depth']", "{'depth': 8}"),
        ("things", "x = self.things[2]", "(8, 8, 8)"),
        ("block", "name = 'res' + str(3) + self.block + '_branch'", "'a'"),
        ("encoder", "x = self.encoder.inputs", "keras.Sequential([keras.Input((8,)), keras.layers.Dense(8)])"),
        ("thing", "x = self.thing(x)", "keras.layers.Dense(8)"),
        ("thing", "for i in range(self.thing): pass", "2"),
        ("thing", "x = x[..., : x.shape[-1] // self.thing]", "8"),
        ("thing", "x = activations.get(self.thing)(x)", "'relu'"),
        ("kernel_initializer", "x = self.kernel_initializer(x)", "'glorot_uniform'"),
        ("thing", "if self.thing == 'sum': x = 1", "'sum'"),
    ],
)
def test_a_use_says_what_a_parameter_is(name: str, line: str, expected: str) -> None:
    assert tried(name, in_class(name, line))[0] == expected


def test_an_annotation_rules_out_other_kinds() -> None:
    assert tried("thing", in_class("thing", "x = self.thing(x)"), int)[0] == "8"


def test_an_attribute_that_holds_something_else_says_nothing() -> None:
    lines = ["self.thing = Dense(thing)", "", "    def call(self, x):", "        return self.thing(x)"]
    source = "class Block:\n    def __init__(self, thing):\n        " + "\n".join(lines) + "\n"
    assert tried("thing", source)[0] == "8"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("model_dim", "8"), ("n_encoder_layer", "2"), ("num_heads", "2"), ("max_len", "6"), ("steps", "2"), ("batch_size", "4"),
        ("num_classes", "3"), ("dropout_rate", "0.5"), ("generator", "keras.layers.Dense(8)"),
        ("discriminator", "keras.layers.Dense(8)"),
    ],
)  # fmt: skip
def test_a_name_says_what_a_parameter_is(name: str, expected: str) -> None:
    assert by_name(name)[0] == expected


class Pair:
    def __init__(self, alpha: object, units: object, mode: str = "sum") -> None:
        self.alpha, self.units = alpha, units


SOURCE = inspect.getsource(Pair)


def meant(name: str, kind: str, source: str = "", annotation: object = inspect.Parameter.empty) -> str:
    return of_kind(kind, inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation), source)[0]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("alpha_initializer", "layer or function", "keras.initializers.HeNormal(seed=1)"),
        ("kernel_regularizer", "layer or function", "keras.regularizers.L2(0.25)"),
        ("decay_schedule_fn", "layer or function", "keras.optimizers.schedules.ExponentialDecay(0.5, 8, 0.25)"),
        ("loss", "class or function", "keras.losses.Huber(delta=2.0)"),
        ("loss_fn", "function", "keras.losses.mean_squared_error"),
        ("tokenizer", "class or function", "str.split"),
        ("activation_fn", "layer or function", "keras.activations.relu"),
        ("skip_py_fn", "class or function", "keras.activations.relu"),
        ("inner", "layer or function", "keras.layers.Dense(8)"),
        ("gamma_initializer", "layer", "keras.initializers.HeNormal(seed=1)"),
        ("loss_network", "model", "keras.layers.Dense(8)"),
    ],
)
def test_what_is_called_is_of_the_kind_that_its_name_says(name: str, kind: str, expected: str) -> None:
    assert meant(name, kind) == expected


def test_what_is_called_is_of_the_kind_that_its_use_says() -> None:
    lines = ["w = self.add_weight(shape=(1,), initializer=self.start)"]
    assert meant("start", "layer or function", in_class("start", *lines)) == "keras.initializers.HeNormal(seed=1)"


class Net:
    def __init__(self, encoder: object, width: object) -> None:
        self.encoder, self.width = encoder, width


@pytest.mark.parametrize("kinds", [{"encoder": "model"}, {"encoder": "layer"}])
def test_what_is_meant_to_be_an_object_is_never_none(kinds: dict[str, str]) -> None:
    real = [Call(("None", "3"), (), True)]
    found = list(calls_to_try(Net, real, None, inspect.getsource(Net), kinds))
    assert found and all("encoder=None" not in str(call) and not str(call).startswith("None") for call in found)
    assert "keras.layers.Dense(8)" in str(found[0]) and "width=3" in str(found[0])


def test_what_a_method_calls_as_a_layer_is_never_none() -> None:
    source = (
        "class Net:\n    def __init__(self, encoder, width):\n        self.encoder = encoder\n\n"
        "    def call(self, x):\n        return self.encoder(x)\n"
    )
    assert all("encoder=None" not in str(call) for call in calls_to_try(Net, [Call(("None", "3"))], None, source, {}))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["x = Dense(8)(given)"], "keras.Input((8,))"),
        (["super().__init__(inputs=given, outputs=f(given))"], "keras.Input((8,))"),
        (["super().__init__(given, outputs)"], "keras.Input((8,))"),
        (["self.dense = layers.Dense(8)", "x = self.dense(given)"], "keras.Input((8,))"),
        (["x = Dense(8)(given[0])"], "[keras.Input((8,)), keras.Input((8,))]"),
        (["x = [Dense(8)(part) for part in given]"], "[keras.Input((8,)), keras.Input((8,))]"),
    ],
)
def test_a_constructor_that_makes_a_graph_gets_inputs(lines: list[str], expected: str) -> None:
    body = "\n".join(f"        {line}" for line in lines)
    assert tried("given", f"class Net:\n    def __init__(self, given):\n{body}\n")[0] == expected


def test_what_a_call_hands_to_a_layer_is_no_input_of_a_graph() -> None:
    assert "keras.Input" not in " ".join(tried("scale", in_class("scale", "return Dense(8)(self.scale)")))


def test_a_partly_known_call_is_completed() -> None:
    first = next(calls_to_try(Pair, [Call((), (("units", "64"),), True)], None, SOURCE, {}))
    assert dict(first.keywords) == {"units": "64", "alpha": "0.5"} and not first.is_real


def test_a_whole_real_call_comes_first_and_as_it_is() -> None:
    real = Call(("0.1", "32"), (), True)
    assert next(calls_to_try(Pair, [Call((), (("units", "64"),), True), real], None, SOURCE, {})) == real


class Told:
    """A search that remembers one failure for every attempt."""

    def __init__(self, text: str) -> None:
        self.text, self.troubles = text, []  # type: ignore[var-annotated]
        self.farthest = None

    def failure_of(self, what: str) -> Failure:
        return Failure(what, self.text, (self.text,), ())


def after(text: str, cls: type = Pair) -> list[Call]:
    search = Told(text)
    found = []
    for call in calls_to_try(cls, [], None, inspect.getsource(cls), {}, None, search):  # type: ignore[arg-type]
        found.append(call)
        search.troubles.append(text)
    return found


def test_an_argument_that_a_base_asks_for_is_given() -> None:
    assert dict(after("Base.__init__() missing 1 required positional argument: 'kernel_size'")[1].keywords)["kernel_size"] == "2"


def test_guesses_come_to_an_end() -> None:
    assert 10 < len(after("ValueError: no")) <= 48


class Either:
    def __init__(self, encoder: object = None, width: object = None) -> None:
        self.made = encoder or width


def test_what_may_be_left_out_is_given_where_the_error_asks_for_it() -> None:
    found = [str(call) for call in after("give an encoder or a width", Either)]
    assert found[0] == "" and {"width=8", "encoder=keras.layers.Dense(8)"} <= set(found)
    assert [str(call) for call in after("ValueError: no", Either)] == [""]
