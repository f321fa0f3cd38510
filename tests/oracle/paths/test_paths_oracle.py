"""For generated programs that save and load, kerlint says what Keras does with each path, on the line where it does it."""

from __future__ import annotations

from oracle.paths import unbuilt
from oracle.paths.judging import disagreements
from oracle.paths.observing import observe
from oracle.paths.programs import Program, text_of
from oracle.paths.programs import programs as path_programs
from oracle.running import findings, for_every, numbered

RULES = ("KER301", "KER302", "KER303", "KER304", "KER305", "KER306", "KER307", "KER310")


def test_every_path_is_judged_as_keras_judges_it(programs: int) -> None:
    for_every(path_programs(), programs, _agrees)


def _agrees(program: Program) -> None:
    text = text_of(program)
    found = disagreements(program, text, observe(program, text), findings(text.text, RULES))
    assert not found, "\n".join([numbered(text.text), *found])


def test_weights_that_find_no_variables_are_seen(programs: int) -> None:
    for_every(unbuilt.programs(), programs, _agrees_on_weights)


def _agrees_on_weights(program: unbuilt.Program) -> None:
    text, line = unbuilt.text_of(program)
    said = [one.line for one in findings(text, ("KER308",))]
    if unbuilt.is_own_business(program):
        return
    lost = unbuilt.is_lost(program, text)
    assert said == ([line] if lost else []), f"{numbered(text)}\nlost: {lost}, said on lines {said}"
