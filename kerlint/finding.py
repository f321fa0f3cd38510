"""The vocabulary of the whole program: where something is, how bad it is, and what is said of it.

Knows nothing of Keras, of libcst or of output formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from kerlint.records import dataclass


class Severity(Enum):
    """What a finding costs its reader.

    ERROR: it will raise, at the call or when the file is loaded. WARNING: it runs, and state is lost or mixed.
    INFO: fragile or merely legacy; shown only where a selector asks for it by its code.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class VerdictKind(Enum):
    """What a probe found out: the defect was seen, it was put to the test and did not happen, or nothing can be said."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one program: lines and columns from 1, columns in characters, the end exclusive.

    In a notebook these are lines of the one program that its code cells make; the reporters translate them.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a finding: the other call site, the attribute's definition, the base class."""

    path: str
    span: Span
    message: str
    cell: int | None = None


class Applicability(Enum):
    """How far a fix can be trusted, in ruff's words.

    SAFE: the program does what it did, or what it certainly meant. UNSAFE: it does something else, such as writing another file,
    which somebody has to want.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """New text in place of a stretch of the finding's own file; an empty stretch is a place to put something in.

    Counted as a finding is: in a notebook inside the cell `cell`.
    """

    span: Span
    content: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a finding: all of its edits, which do not overlap, or none. `message` says what they do, as an order."""

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.UNSAFE


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule says of one place; the registry makes a `Finding` of it. No severity means the rule's own."""

    span: Span
    message: str
    severity: Severity | None = None
    related: tuple[Related, ...] = ()
    about: tuple[str, ...] = ()
    """The parameters, keys or attributes that it speaks of, by name; `name=kind` where it says of what kind the value is.
    It is what a probe has to look at."""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run of Keras said of a finding.

    `evidence` holds what was observed: numbers, the exception's type and first line, and the versions of Keras, its
    backend and Python. `used` says what was run on which input. `seconds` is the time that the probe took.
    """

    kind: VerdictKind
    summary: str
    evidence: Mapping[str, object] = field(default_factory=dict, hash=False)
    used: Mapping[str, object] = field(default_factory=dict, hash=False)
    seconds: float = 0.0
    reproduction: str | None = None
    """The script that shows it, where one was written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One report of one rule in one file.

    `path` is the file as the user named it; `cell` is the notebook's code cell, counted from 1 over all cells, and
    then `span` counts its lines inside that cell. `noqa_line` is the last line of the statement concerned.
    """

    path: str
    span: Span
    code: str
    name: str
    message: str
    severity: Severity
    related: tuple[Related, ...] = ()
    cell: int | None = None
    noqa_line: int | None = None
    about: tuple[str, ...] = ()
    verdict: Verdict | None = None
    fix: Fix | None = None

    @property
    def is_refuted(self) -> bool:
        """Whether a run of Keras showed that it does not happen."""
        return self.verdict is not None and self.verdict.kind is VerdictKind.REFUTED
