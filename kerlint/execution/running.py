"""Starts the machine: for a module's body, for a function with unknown arguments, for a class as an object of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING

from kerlint.execution.calls import initialize
from kerlint.execution.events import Trace
from kerlint.execution.guards import ALWAYS
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import Arguments, FunctionValue, Instance, Value
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import dotted
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import walk

if TYPE_CHECKING:
    from kerlint.project import Module, Project


@dataclass(slots=True, eq=False)
class ClassRun:
    """What a class does: an object of it, made with unknown arguments, and a trace for each way into it.

    `instance.attributes` hold what the constructor and `build` stored. `passes` holds a trace for each other method, as
    if it was the first to be called, but for private helpers that an earlier pass has followed already.
    """

    info: ClassInfo
    instance: Instance | None = None
    init: Trace | None = None
    build: Trace | None = None
    passes: dict[str, Trace] = field(default_factory=dict)

    @property
    def traces(self) -> list[Trace]:
        """All of them."""
        return [trace for trace in (self.init, self.build, *self.passes.values()) if trace is not None]


_MOST_VARIANTS = 4
"""How often one function is followed from others that do nothing but call it, as `ResNet50`, `ResNet101` and so on do."""


def run_functions(project: Project, module: Module) -> list[Trace]:
    """Executes the functions of a module, but for private helpers that another one has followed, and for further variants."""
    traces: list[Trace] = []
    followed: Counter[int] = Counter()
    named = {function.name: function for function in module.functions}
    for function in sorted(module.functions, key=lambda function: function.name.startswith("_")):
        if function.name.startswith("_") and id(function) in followed:
            continue
        made = named.get(_made_variant(function) or "")
        if made is None or followed[id(made)] < _MOST_VARIANTS:
            traces.append(run_function(project, module, function))
            followed.update(traces[-1].followed)
    return traces


def _made_variant(function: ir.FunctionFacts) -> str | None:
    """The name of the one function that this one calls, with arguments of its own, to return what that gives."""
    last = function.body[-1] if function.body else None
    if not isinstance(last, ir.Return) or not isinstance(last.value, ir.Call) or not isinstance(last.value.function, ir.Name):
        return None
    calls = [node.function for node in walk(function.body) if isinstance(node, ir.Call) and node is not last.value]
    return last.value.function.id if all(_gives_names_only(called, function) for called in calls) else None


def _gives_names_only(called: ir.Expr, function: ir.FunctionFacts) -> bool:
    """Whether it is `locals()`, or a method of a parameter: `kwargs.pop("name")`."""
    if isinstance(called, ir.Attribute) and isinstance(called.value, ir.Name):
        return function.parameter(called.value.id) is not None
    return isinstance(called, ir.Name) and called.id == "locals"


def run_module(project: Project, module: Module) -> Trace:
    """Executes the body of a module."""
    machine = Machine(project, module, None, None)
    frame = Frame(module)
    machine.live[id(module)] = frame
    return machine.run(lambda: machine.execute(frame, module.facts.body) and None)


def run_function(project: Project, module: Module, function: ir.FunctionFacts) -> Trace:
    """Executes a function of a module with arguments of which only the names are known."""
    machine = Machine(project, module, function, None)
    value = FunctionValue(machine.numbering.of("function", id(function), 0), function, module)
    return machine.run(lambda: _enter(machine, value, machine.symbols(function, module, skip_first=False)))


def _enter(machine: Machine, value: FunctionValue, arguments: Arguments) -> None:
    machine.trace.returned = machine.enter(value, arguments, value.facts, value.module)


def run_class(project: Project, info: ClassInfo) -> ClassRun:
    """Makes an object of a class, builds it, and calls each method that the class defines."""
    starter = Machine(project, info.module, None, info)
    number = starter.numbering.of("self", id(info.facts))
    instance = Instance(
        number, info.name, info, Arguments(is_open=True), info.facts, info.module, ALWAYS, is_symbolic=True
    )
    run = ClassRun(info, instance)
    run.init = _construct(project, info, instance)
    if info.kind in ("layer", "model") and info.find_method("build") is not None:
        run.build = _run_method(project, info, instance, "build")
    followed: set[int] = set()
    for name in _methods_to_follow(info):
        found = info.find_method(name)
        if found is not None and not (name.startswith("_") and id(found[1]) in followed):
            trace = run.passes[name] = _run_method(project, info, instance, name)
            followed |= trace.followed
    return run


def _construct(project: Project, info: ClassInfo, instance: Instance) -> Trace:
    machine = Machine(project, info.module, None, info)
    found = info.constructor
    if found is None:
        return machine.trace
    machine.trace.function = found[1]
    arguments = machine.symbols(found[1], found[0].module, skip_first=True)
    return machine.run(lambda: initialize(machine, Frame(info.module), instance, arguments, found[1]))


def _run_method(project: Project, info: ClassInfo, instance: Instance, name: str) -> Trace:
    found = info.find_method(name)
    assert found is not None
    owner, facts = found
    machine = Machine(project, owner.module, facts, info)
    machine.built.add(instance.number)
    decorators = {(dotted(decorator) or [""])[-1] for decorator in facts.decorators}
    receiver: Value | None = instance
    if "staticmethod" in decorators:
        receiver = None
    elif "classmethod" in decorators:
        receiver = project.class_value(info.module, info.facts)
    number = machine.numbering.of("method", id(facts), receiver.number if receiver else 0)
    value = FunctionValue(number, facts, owner.module, None, receiver, owner)
    return machine.run(
        lambda: _enter(machine, value, machine.symbols(facts, owner.module, skip_first=receiver is not None))
    )


_WAYS_IN = ("call", "__call__", "get_config", "train_step", "test_step", "predict_step")
"""Methods that Keras itself calls: followed for each class that has them, wherever they are defined."""


def _methods_to_follow(info: ClassInfo) -> list[str]:
    """Keras's ways into the class, then the methods that it defines itself.

    What other methods find in `self` is what the constructor, `build` and the methods before them have stored. A method
    that is only inherited is followed where it is defined.
    """
    names = [name for name in _WAYS_IN if info.find_method(name) is not None]
    names += [name for name in info.facts.methods if name not in names]
    return [name for name in names if name not in ("__init__", "build", "__new__")]
