"""For generated models, kerlint says which layers mix what they keep, refuse a tensor, or are lost, on the line of the call."""

from __future__ import annotations

from oracle.reuse import repeats
from oracle.reuse.judging import RULES, disagreements
from oracle.reuse.observing import observe
from oracle.reuse.programs import Program, text_of
from oracle.reuse.programs import programs as reuse_programs
from oracle.running import findings, for_every, numbered


def test_every_reuse_is_judged_as_keras_shows_it(programs: int) -> None:
    for_every(reuse_programs(), programs, _agrees)


def _agrees(program: Program) -> None:
    text = text_of(program)
    found = disagreements(observe(text, program.style), findings(text, RULES))
    assert not found, "\n".join([numbered(text), *found])


def test_layers_that_stand_twice_in_a_sequential_are_lost_as_kerlint_says(programs: int) -> None:
    for_every(repeats.programs(), programs, _agrees_on_repeats)


def _agrees_on_repeats(program: repeats.Program) -> None:
    text = repeats.text_of(program)
    said = [one for one in findings(text, ("KER104",)) if one.severity != "info"]
    lost = repeats.is_lost(text)
    assert bool(said) == lost, f"{numbered(text)}\nlost: {lost}, said: {said}"
