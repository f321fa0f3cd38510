"""A class comes back from a file as it was, unless kerlint says that it does not."""

from __future__ import annotations

from oracle.running import findings, for_every, numbered
from oracle.serialization.expecting import complaints
from oracle.serialization.grammar import Program
from oracle.serialization.grammar import programs as generated
from oracle.serialization.observing import CannotBeMade, Observed, observe
from oracle.serialization.writing import text_of


def _observed(program: Program) -> Observed | None:
    try:
        return observe(program, text_of(program))
    except CannotBeMade:
        return None


def _of_base(program: Program) -> Observed | None:
    return _observed(program.base) if program.base is not None else None


def test_a_class_is_reported_exactly_when_a_file_does_not_keep_it(programs: int) -> None:
    def claim(program: Program) -> None:
        text = text_of(program)
        observed = _observed(program)
        if observed is None:
            return
        said = findings(text, ("KER2",))
        wrong = list(complaints(text, observed, said, lambda: _of_base(program)))
        assert not wrong, "\n".join([*wrong, "Keras: " + str(observed), *map(str, said), "", numbered(text)])

    for_every(generated(), programs, claim)
