"""Layers and variables that come into being while a layer is called, and not once before.

Turns the traces of `call` and of the training steps into the places where that happens in the class itself. Knows nothing
of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, Construction, Event, FunctionCall, MethodCall, Trace
from kerlint.execution.guards import TRUTH
from kerlint.execution.running import ClassRun
from kerlint.execution.values import FunctionValue, Instance, SuperValue, Value
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk
from kerlint.tracking.variables import (
    CREATES_WEIGHT,
    VARIABLE_FUNCTIONS,
    creates_variables,
    has_weights,
    instances_in,
    is_layer,
    is_never_called_by_keras,
    off_unless_given,
)

PASSES = ("call", "train_step", "test_step", "predict_step")
"""The methods that Keras compiles into one graph, where nothing may be created."""


@dataclass(frozen=True, slots=True, eq=False)
class Creation:
    """Something with variables that a pass creates: its name as the user knows it, and where the class does it."""

    name: str
    module: Module
    node: ir.Node
    method: str
    """The method of the class in which that stands."""
    is_kept_once: bool
    """Whether it is stored in the object, under a condition, so that it happens in the first call only."""
    is_random_state: bool
    """Whether its only variables are the state of a random generator."""
    waits_for: str | None
    """The parameter that has to be given for the random generator to be there at all."""
    is_added: bool
    """Whether the object itself is asked for it, so that it is an addition to the object, kept or not."""
    has_variables: bool
    """Whether there are any; a layer without is an addition to the object all the same, when it is kept."""


def creations_in_passes(project: Project, run: ClassRun) -> Iterator[Creation]:
    """What the passes of a class create, each where the class's own code does it."""
    if run.instance is None:
        return
    for name in PASSES[1:] if is_never_called_by_keras(run.info) else PASSES:
        trace = run.passes.get(name)
        for event in trace.events if trace is not None else ():
            created = _created(project, run.instance, event)
            if created is None or _is_part_of_another(project, run.instance, event):
                continue
            if _is_never_reached(project, run, event):
                continue
            module, node, method = _place_in_class(run.instance, event, name)
            if node is not event.node and event.guard:
                continue  # a function that creates something in one of its cases, which may never be this one
            is_kept = trace is not None and _is_kept(trace, run.instance, event)
            has_variables = _has_variables(project, event)
            if not has_variables and not is_kept:
                continue
            if is_kept and any(site.function is not None and "build" in site.function.name for site in event.stack):
                continue  # a `build` by another name, which sees itself to being called once
            waits = trace is not None and _waits_for_own_state(trace, run, name, event)
            if waits and not is_kept:
                continue  # once, and where it is kept is not seen
            once = waits or (is_kept and trace is not None and _is_asked_for_first(trace, run.instance, event))
            made = event.instance if isinstance(event, Construction) else None
            random = made is not None and not has_weights(project, made)
            waits_for = off_unless_given(made) if made is not None and random else None
            once = once or not has_variables
            added = isinstance(event, MethodCall)
            yield Creation(created, module, node, method, once, random, waits_for, added, has_variables)


def _has_variables(project: Project, event: Event) -> bool:
    return not isinstance(event, Construction) or creates_variables(project, event.instance)


def _created(project: Project, owner: Instance, event: Event) -> str | None:
    """What an event creates, if it has variables or is a layer."""
    if isinstance(event, Construction):
        made = creates_variables(project, event.instance) or is_layer(project, event.instance)
        return event.instance.class_name.rpartition(".")[2] if made else None
    if isinstance(event, MethodCall) and event.method in CREATES_WEIGHT:
        receiver = event.receiver.instance if isinstance(event.receiver, SuperValue) else event.receiver
        return "a weight" if receiver.number == owner.number else None
    if isinstance(event, FunctionCall) and event.name in VARIABLE_FUNCTIONS:
        return "tf.Variable" if event.name == "tensorflow.Variable" else event.name
    return None


def _is_part_of_another(project: Project, owner: Instance, event: Event) -> bool:
    """Whether it happens inside another object, whose class answers for it, or in a `build`."""
    for site in event.stack:
        if site.function is None:
            continue
        receiver = site.callee.receiver if isinstance(site.callee, FunctionValue) else None
        if site.function.name in ("__init__", "build") or (
            isinstance(receiver, Instance) and receiver.number != owner.number and is_layer(project, receiver)
        ):
            return True
    return False


def _is_never_reached(project: Project, run: ClassRun, event: Event) -> bool:
    """Whether it waits for `self.built` to be false: Keras builds an object before it calls it."""
    assert run.instance is not None
    built = project.numbering.derived.get(("attribute:built", (), run.instance.number))
    return built is not None and any(
        c.subject == built.number and c.constant == TRUTH and not c.holds for c in event.guard
    )


def _place_in_class(owner: Instance, event: Event, method: str) -> tuple[Module, ir.Node, str]:
    """Where it happens, or where the class's own methods call the function in which it happens; with the name of the method."""
    for site in event.stack:
        callee = site.callee
        own = isinstance(callee, FunctionValue) and callee.receiver is not None and callee.receiver.number == owner.number
        if not own:
            return site.module, site.node, method
        method = site.function.name if site.function is not None else method
    return event.module, event.node, method


def _is_kept(trace: Trace, owner: Instance, event: Event) -> bool:
    """Whether what an event makes is stored in an attribute of the object."""
    return any(True for _ in _stores_of(trace, owner, event))


def _is_asked_for_first(trace: Trace, owner: Instance, event: Event) -> bool:
    """Whether it is stored under a condition, so that it happens once."""
    return any(
        event.guard or (store.stack and _asks_before(store.stack[-1].function, store))
        for store in _stores_of(trace, owner, event)
    )


def _waits_for_own_state(trace: Trace, run: ClassRun, method: str, event: Event) -> bool:
    """Whether the way to it leads through a test of an attribute that the same pass then stores: it happens once."""
    assert run.instance is not None
    own, found = run.instance.number, run.info.find_method(method)
    changed = {store.name for store in trace.of(AttributeStore) if store.instance.number == own}
    functions = [found[1] if found is not None else None, *(site.function for site in event.stack)]
    nodes = [*(site.node for site in event.stack), event.node]
    return any(
        function is not None and any(_asks_for(run, test, changed) for test in _tests_before(function, node))
        for function, node in zip(functions, nodes, strict=True)
    )


def _tests_before(function: ir.FunctionFacts, node: ir.Node) -> Iterator[ir.Expr]:
    """The tests of the branches in which a node stands."""
    for statement in ir.statements_of_scope(function.body):
        if isinstance(statement, ir.If) and statement.first <= node.first and node.last <= statement.last:
            for test, body in statement.arms:
                yield test
                if any(one.first <= node.first and node.last <= one.last for one in body):
                    break


def _asks_for(run: ClassRun, test: ir.Expr, attributes: set[str | None]) -> bool:
    """Whether a test reads one of the attributes, itself or by a method of the class that it calls."""
    asked = [test]
    for node in walk(test):
        if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
            helper = run.info.find_method(node.function.name)
            asked += [] if helper is None else [s.value for s in helper[1].body if isinstance(s, ir.Return) and s.value]
    return any(_names(node, name) for expression in asked for node in walk(expression) for name in attributes if name)


def _stores_of(trace: Trace, owner: Instance, event: Event) -> Iterator[AttributeStore]:
    for store in trace.of(AttributeStore):
        if store.instance.number == owner.number and _has_made(event, store.value):
            yield store


def _has_made(event: Event, value: Value) -> bool:
    if isinstance(event, Construction):
        return any(inside.number == event.instance.number for inside in instances_in(value))
    return isinstance(event, MethodCall | FunctionCall) and event.result.number == value.number


def _asks_before(function: ir.FunctionFacts | None, store: AttributeStore) -> bool:
    """Whether the store stands under a test that names the attribute: `if self.x is None`, `if not hasattr(self, "x")`.

    The machine takes such a test as decided by what the constructor stored, as it is in the first call.
    """
    return function is not None and any(
        any(_names(node, store.name) for node in walk(test))
        and any(node is store.node for node in walk(body))
        for statement in ir.statements_of_scope(function.body)
        if isinstance(statement, ir.If)
        for test, body in statement.arms
    )


def _names(node: ir.Node, attribute: str | None) -> bool:
    return (isinstance(node, ir.Attribute) and node.name == attribute) or (
        isinstance(node, ir.Constant) and node.value == attribute
    )


def holds_layers_to_build(project: Project, run: ClassRun) -> bool:
    """Whether the object has sub-layers before it is called and no `build` of its own.

    Keras 3 then runs `call` once to build them, while the object can still be added to.
    """
    if run.instance is None or run.info.find_method("build") is not None:
        return False
    init = run.init
    return init is not None and any(
        is_layer(project, inside)
        for store in init.of(AttributeStore)
        if store.instance.number == run.instance.number
        for inside in instances_in(store.value)
    )


