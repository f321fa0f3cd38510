"""One run as the reporters see it: what was found, how it ended, and how its reader looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from kerlint.finding import Finding
from kerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """`findings` are in their final order. `handed_over` holds programs that came on standard input, by their name."""

    findings: Sequence[Finding]
    exit_code: int = 0
    handed_over: Mapping[str, bytes] = field(default_factory=dict)
    colour: bool = False
    """Whether the output may hold ANSI colours."""
    width: int | None = None
    """Columns of the terminal that it is read on; None where nothing limits a line."""

    @property
    def failed(self) -> bool:
        """Whether kerlint could not do its work, whatever was found."""
        return self.exit_code not in (0, 1)
