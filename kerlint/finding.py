"""The vocabulary of the whole program: where something is, how bad it is, and what is said of it.

Knows nothing of Keras, of libcst or of output formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """What a finding costs its reader.

    ERROR: it will raise, at the call or when the file is loaded. WARNING: it runs, and state is lost or mixed.
    INFO: fragile or merely legacy; shown only where a selector asks for it by its code.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


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


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule says of one place; the registry makes a `Finding` of it. No severity means the rule's own."""

    span: Span
    message: str
    severity: Severity | None = None
    related: tuple[Related, ...] = ()


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
