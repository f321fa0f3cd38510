"""Which Keras a program is written for, and for which Keras a rule holds.

Turns `"2"`, `"2.15"`, `"3"`, `"3.6"` into a comparable version and `">=3,<3.7"` into a question that a version answers.
Knows nothing of where the text came from.
"""

from __future__ import annotations

from kerlint.records import dataclass

NEWEST_2 = (2, 15)
"""The last Keras 2; tf-keras carries it on unchanged (measured: 1031 cases alike with tf-keras 2.21)."""

NEWEST_3 = (3, 15)
"""The newest Keras that the knowledge tables were measured with."""


class InvalidVersion(ValueError):
    """The text names no Keras version that kerlint knows."""


@dataclass(frozen=True, slots=True, order=True)
class KerasVersion:
    """A Keras minor, such as 2.15 or 3.6."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @classmethod
    def parse(cls, text: str) -> KerasVersion:
        """Reads `2`, `2.15`, `3`, `3.6` or `3.6.1`; a bare major means its newest minor.

        Raises InvalidVersion for anything else, and for a major other than 2 and 3.
        """
        parts = text.strip().split(".")
        if not 1 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts):
            raise InvalidVersion(f"{text!r} is no Keras version; write 2, 2.15, 3 or 3.x")
        major = int(parts[0])
        if major not in (2, 3):
            raise InvalidVersion(f"Keras {text} is not known; write 2, 2.15, 3 or 3.x")
        if len(parts) == 1:
            return cls(*(NEWEST_2 if major == 2 else NEWEST_3))
        return cls(major, int(parts[1]))


KERAS_2 = KerasVersion(*NEWEST_2)
KERAS_3 = KerasVersion(*NEWEST_3)


@dataclass(frozen=True, slots=True)
class VersionRange:
    """The Keras versions for which something holds, as in `>=3,<3.7`; the empty text means every version."""

    text: str

    def __contains__(self, version: object) -> bool:
        return isinstance(version, KerasVersion) and all(_holds(version, clause) for clause in self.clauses)

    @property
    def clauses(self) -> tuple[tuple[str, KerasVersion], ...]:
        """Each comparison with its bound; a bare major as a bound means its first minor."""
        return tuple(_clause(part.strip()) for part in self.text.split(",") if part.strip())


def _clause(text: str) -> tuple[str, KerasVersion]:
    operator = next((op for op in (">=", "<=", "==", "<", ">") if text.startswith(op)), None)
    if operator is None:
        raise InvalidVersion(f"{text!r} is no comparison with a Keras version")
    major, _, minor = text[len(operator) :].strip().partition(".")
    return operator, KerasVersion(int(major), int(minor or 0))


def _holds(version: KerasVersion, clause: tuple[str, KerasVersion]) -> bool:
    operator, bound = clause
    match operator:
        case ">=":
            return version >= bound
        case "<=":
            return version <= bound
        case "<":
            return version < bound
        case ">":
            return version > bound
        case _:
            return version == bound
