"""Runs all that the rules would look at, and notes what some expressions were worth each time that they were evaluated.

For that time the machine's `evaluate` is another one that also notes; the machine itself need not know that it is watched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kerlint.execution.events import Site, Trace
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import Value
from kerlint.module import Module
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir

_MOST_FILES = 20
"""Other files whose calls into a function are followed."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What an expression was worth once, and the calls through which the machine came there."""

    value: Value
    stack: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen: by the id of each node its worths, and the traces that were followed."""

    worths: dict[int, list[Worth]]
    traces: list[Trace]


def watch(project: Project, module: Module, nodes: Iterable[ir.Node], function: ir.FunctionFacts | None) -> Watched:
    """Follows the module, and the files of the project that name the function round the nodes."""
    worths: dict[int, list[Worth]] = {id(node): [] for node in nodes}
    with _noting(worths):
        traces = list(module.traces)
        if function is not None and not function.name.startswith("__") and function.name not in ("call", "build"):
            for other in project.files_using(module, function.name)[1 : _MOST_FILES + 1]:
                traces += other.traces
    return Watched(worths, traces)


@contextmanager
def _noting(worths: dict[int, list[Worth]]) -> Iterator[None]:
    evaluate = Machine.evaluate

    def noting(machine: Machine, frame: Frame, expression: ir.Expr) -> Value:
        value = evaluate(machine, frame, expression)
        if (known := worths.get(id(expression))) is not None:
            known.append(Worth(value, machine.stack))
        return value

    Machine.evaluate = noting  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Machine.evaluate = evaluate  # type: ignore[method-assign]
