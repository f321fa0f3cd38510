"""What a constructor's parameters are tried with: by their uses, names and annotations; and how errors change that."""

from __future__ import annotations

import inspect

import pytest

from kerlint.confirm.worker.making.arguments import Call, calls_to_try
from kerlint.confirm.worker.making.candidates import by_name, candidates
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


def after(text: str) -> list[Call]:
    search = Told(text)
    found = []
    for call in calls_to_try(Pair, [], None, SOURCE, {}, None, search):  # type: ignore[arg-type]
        found.append(call)
        search.troubles.append(text)
    return found


def test_an_argument_that_a_base_asks_for_is_given() -> None:
    assert dict(after("Base.__init__() missing 1 required positional argument: 'kernel_size'")[1].keywords)["kernel_size"] == "2"


def test_guesses_come_to_an_end() -> None:
    assert 10 < len(after("ValueError: no")) <= 48
