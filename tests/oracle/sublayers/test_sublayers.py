"""What a layer or model is made of comes back from a file, unless kerlint says that it does not."""

from __future__ import annotations

from oracle.running import findings, for_every, numbered
from oracle.sublayers.grammar import Program, text_of
from oracle.sublayers.grammar import programs as generated
from oracle.sublayers.observing import observe

CODES = ("KER501", "KER502", "KER503", "KER504")


def test_a_sublayer_is_reported_exactly_when_its_state_is_lost(programs: int) -> None:
    def claim(program: Program) -> None:
        text = text_of(program)
        observed = observe(program, text)
        said = findings(text, CODES)
        told = "\n".join([f"Keras: {observed}", *(str(finding) for finding in said), "", numbered(text)])
        assert observed.is_well == (not said), told

    for_every(generated(), programs, claim)
