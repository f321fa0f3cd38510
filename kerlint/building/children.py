"""Which layers a `build` method builds although somebody else made them, and may have built them.

Turns a class into such calls. Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, FunctionCall, MethodCall
from kerlint.execution.running import ClassRun
from kerlint.execution.values import Derived, Instance, Parameter, Reference, Value, alternatives
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import dotted, walk
from kerlint.version import KerasVersion

SEQUENTIAL_AGAIN = KerasVersion(3, 5)
"""From here on a Sequential that is built may be built again."""

WRAPPED = ("attribute:layer", "attribute:forward_layer", "attribute:backward_layer", "attribute:cell")


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """A child as the user calls it (`self.inner`), and where it is built."""

    name: str
    event: MethodCall


def rebuilt_children(info: ClassInfo, project: Project) -> Iterator[Child]:
    """The calls `self.child.build(…)` of a layer on children that are deserialized with it."""
    run = project.class_run(info)
    if run.build is None or run.instance is None:
        return
    method = run.build.function
    calls: dict[int, list[MethodCall]] = {}
    for event in run.build.of(MethodCall):
        is_own = not event.stack or event.stack[-1].function is method
        is_layers = all(value.number != run.instance.number for value in event.arguments.values())
        if event.method == "build" and is_own and is_layers and not event.is_deferred and not asks_whether_built(event, method):
            calls.setdefault(id(event.node), []).append(event)
    for events in calls.values():
        children = [found for event in events for _, found in alternatives(event.receiver)]
        given = [found for found in children if comes_from_outside(found, run)]
        if not given or is_conditional(events, children):
            continue
        if (is_wrapped(given, run) or is_deserialized(run)) and may_have_weights(given, info, project):
            yield Child(spelled(events[0]), events[0])


def is_conditional(events: list[MethodCall], children: list[Value]) -> bool:
    """Whether a call depends on more than on there being a child at all: on something that also holds the other way is no
    condition, as when the constructor stores the child in two ways and `build` builds either.
    """
    numbers = {child.number for child in children} | {event.receiver.number for event in events}
    asked = {condition for event in events for condition in event.guard}
    return any(
        condition.subject not in numbers
        and condition.constant not in numbers
        and condition.opposite not in asked
        for condition in asked
    )


def comes_from_outside(value: Value, run: ClassRun) -> bool:
    """Whether a child was handed to the constructor, or made from a configuration."""
    if isinstance(value, Parameter):
        return True
    if not isinstance(value, Derived):
        return False
    if value.operator in ("element", "index"):
        return any(isinstance(found, Parameter) for _, found in alternatives(value.operands[0]))
    if value.operator == "call" and value.operands and isinstance(value.operands[0], Reference):
        name = value.operands[0].name
        return name.startswith("keras.") and name.rpartition(".")[2] in ("deserialize", "get", "deserialize_keras_object")
    return is_wrapped([value], run)


def is_wrapped(values: list[Value], run: ClassRun) -> bool:
    """Whether a child is the one that Keras's own Wrapper holds, stores and deserializes."""
    if not run.info.is_subclass_of("keras.layers.Wrapper"):
        return False
    assert run.instance is not None
    own = run.instance.number
    return any(isinstance(v, Derived) and v.operator in WRAPPED and v.operands[0].number == own for v in values)


def is_deserialized(run: ClassRun) -> bool:
    """Whether the class makes children from its configuration when it is loaded."""
    traces = [trace for trace in (run.init, run.passes.get("from_config")) if trace is not None]
    return any("deserialize" in event.name for trace in traces for event in trace.of(FunctionCall))


def asks_whether_built(event: MethodCall, build: ir.FunctionFacts | None) -> bool:
    """Whether the method asks for the child's `built`, under which the call then stands."""
    if build is None or not isinstance(event.node, ir.Call) or not isinstance(event.node.function, ir.Attribute):
        return False
    child = dotted(event.node.function.value)
    questions = [node for node in walk(build.body) if isinstance(node, ir.Attribute) and node.name == "built"]
    return any(dotted(question.value) == child for question in questions)


def may_have_weights(children: list[Value], info: ClassInfo, project: Project) -> bool:
    """Whether a child can be one that must not be built twice, by what the project hands over and by the annotation."""
    for child in children:
        if not isinstance(child, Parameter):
            return True
        if _names_a_model(child.facts.annotation) and info.module.target >= SEQUENTIAL_AGAIN:
            continue
        handed = list(_handed_over(info, child.name, project))
        if not handed or any(_has_weights(value) for value in handed):
            return True
    return False


def _handed_over(info: ClassInfo, parameter: str, project: Project) -> Iterator[Value]:
    names = [p.name for p in info.constructor[1].parameters[1:]] if info.constructor else []
    position = names.index(parameter) if parameter in names else None
    for module in project.files_using(info.module, info.name):
        for trace in module.traces:
            for event in trace.of(Construction):
                if event.instance.info is info:
                    value = event.instance.arguments.get(parameter, position)
                    if value is not None:
                        yield from (found for _, found in alternatives(value))


def _has_weights(value: Value) -> bool:
    if not isinstance(value, Instance):
        return True
    if value.info is not None:
        return value.info.kind == "layer"
    known = value.module.knowledge.find_class(value.class_name)
    if known is None or known.kind == "model":
        return known is None or value.module.target < SEQUENTIAL_AGAIN
    return known.has_weights


def _names_a_model(annotation: ir.Expr | None) -> bool:
    name = annotation.name if isinstance(annotation, ir.Attribute) else getattr(annotation, "id", "")
    return name in ("Model", "Sequential")


def spelled(event: MethodCall) -> str:
    """The child as it is written before `.build`."""
    node = event.node
    if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
        span, text = event.module.span(node.function.value), event.module.text
        if span.line == span.end_line:
            return text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]
    return "the child"
