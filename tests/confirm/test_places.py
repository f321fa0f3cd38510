"""The definitions round a finding, and the lines of its statement."""

from __future__ import annotations

from kerlint.confirm.planning.places import places_round, statement_lines
from kerlint.confirm.planning.shapes import shapes_in
from kerlint.finding import Span

TEXT = """\
import keras

if True:
    @decorated
    class Outer:
        class Inner:
            def call(self, x):
                return self.norm(
                    x
                )

def build():
    class Local:
        pass
    return Local
"""


def at(line: int) -> Span:
    return Span(line, 1, line, 2)


def test_places_are_named_from_the_outside_in() -> None:
    assert [place.name for place in places_round(TEXT, at(8))] == ["Outer", "Outer.Inner", "Outer.Inner.call"]


def test_a_decorator_belongs_to_its_class() -> None:
    assert [place.name for place in places_round(TEXT, at(4))] == ["Outer"]


def test_a_class_of_a_function_is_known_as_such() -> None:
    function, local = places_round(TEXT, at(13))
    assert (function.in_function, local.in_function) == (False, True)


def test_the_top_of_a_module_has_no_place() -> None:
    assert places_round(TEXT, at(1)) == ()


def test_a_statement_has_all_its_lines_and_a_compound_one_its_header() -> None:
    assert statement_lines(TEXT, at(9)) == (8, 10)
    assert statement_lines(TEXT, at(7)) == (7, 7)


def test_shapes_are_those_written_out_nearest_first() -> None:
    written = ("keras.Input((28, 28, 1))", "layer.build((None, 4))", "Dense(3, input_shape=(7,))", "Input(shape=[None, 5])")
    text = "\n".join([*written, "Input(shape=size)"])
    assert shapes_in(text, 3) == ((7,), (4,), (None, 5), (28, 28, 1))
    assert shapes_in("Input(8)\nInput((0,))\nInput(batch_shape=(2, 3))", 1) == ((8,), (3,))
