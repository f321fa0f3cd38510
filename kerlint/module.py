"""One file of a project: its facts, its classes, and the traces of what its code does, made when they are asked for.

Knows nothing of rules and of reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kerlint.dependencies import Answers, rests_on_text, told_of
from kerlint.execution.events import Trace
from kerlint.execution.running import ClassRun, run_functions, run_module
from kerlint.finding import Related, Span
from kerlint.knowledge import Knowledge, knowledge_for
from kerlint.records import dataclass
from kerlint.semantics import ModuleFacts
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import Binding
from kerlint.semantics.classes import ClassInfo
from kerlint.sources.program import Source
from kerlint.version import KerasVersion

if TYPE_CHECKING:
    from kerlint.project import Project

Said = TypeVar("Said")


@dataclass(slots=True, eq=False)
class Module:
    """One file of a project: its facts, its classes, and the traces of what its code does."""

    path: Path
    source: Source
    facts: ModuleFacts
    project: Project
    target: KerasVersion
    bindings: dict[str, list[Binding]]
    stars: list[ir.ImportFrom]
    classes: list[ClassInfo] = field(default_factory=list)
    _answers: Answers = field(default_factory=dict)
    _kept: Answers = field(default_factory=dict)

    @property
    def knowledge(self) -> Knowledge:
        """What Keras does in the version this file is written for."""
        return knowledge_for(self.target)

    @property
    def is_notebook(self) -> bool:
        return bool(self.source.cells)

    def span(self, node: ir.Node) -> Span:
        """Where a node stands."""
        return self.facts.span(node)

    def related(self, node: ir.Node, message: str) -> Related:
        """A place of this file that belongs to a finding."""
        return Related(self.source.path, self.span(node), message)

    def answer(self, question: Callable[[Module], Said]) -> Said:
        """What a function says of this module, asked once while the module is checked: several rules share one model of it."""
        return told_of(self._answers, question, self)

    def kept_answer(self, question: Callable[[Module], Said]) -> Said:
        """The same, kept as long as the module, as other modules ask it too."""
        return told_of(self._kept, question, self)

    @property
    def text(self) -> str:
        """The program, with its comments and all."""
        rests_on_text(self.path)
        return self.source.text

    def forget_traces(self) -> None:
        """Lets go of what the code does, once nobody asks for it any more: traces are larger than facts."""
        self._answers.clear()
        self.project.numbering.forget()
        for info in self.classes:
            self.project.forget_run(info)

    @property
    def functions(self) -> list[ir.FunctionFacts]:
        """The functions of the module's own scope, in order."""
        return [s for s in ir.statements_of_scope(self.facts.body) if isinstance(s, ir.FunctionFacts)]

    @property
    def body_trace(self) -> Trace:
        """What importing or running this file does."""
        return self.answer(_body_trace)

    @property
    def function_traces(self) -> list[Trace]:
        """What each function of the module does, whatever it is given."""
        return self.answer(_function_traces)

    @property
    def class_runs(self) -> list[ClassRun]:
        """What each class of the module does, as an object of its own; not those that only inherit what other files do."""
        return [self.project.class_run(info) for info in self.answer(_classes_with_code)]

    @property
    def traces(self) -> list[Trace]:
        """Everything that the code of this file does: its body, its functions, and the methods of its classes."""
        return [self.body_trace, *self.function_traces, *(trace for run in self.class_runs for trace in run.traces)]


def _body_trace(module: Module) -> Trace:
    return run_module(module.project, module)


def _function_traces(module: Module) -> list[Trace]:
    return run_functions(module.project, module)


def _classes_with_code(module: Module) -> list[ClassInfo]:
    statements = ir.statements_of_scope(module.facts.body)
    made_here = {s.name for s in statements if isinstance(s, (ir.FunctionFacts, ir.ClassFacts))}
    return [info for info in module.classes if info.brings_code(made_here)]
