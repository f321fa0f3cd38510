"""How a model learns that it is in training, and which of its layers never hear of it.

Turns a class into the `call` that cannot be told, the layer that stays in inference mode, and whether the project fits
the model. Knows nothing of messages.
"""

from __future__ import annotations

from kerlint.execution.events import AttributeStore, LayerCall, MethodCall
from kerlint.execution.running import ClassRun
from kerlint.execution.values import FunctionValue, Instance, SuperValue, Value, alternatives, is_literal, literal
from kerlint.knowledge import Knowledge
from kerlint.preprocessing.holding import Holdings
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.version import KerasVersion

TOLD_BY_STEP = KerasVersion(3, 10)
"""From here on `self(x, training=True)` in a `train_step` reaches the layers although `call` has no such parameter."""


def forgetful_call(info: ClassInfo) -> ir.FunctionFacts | None:
    """The `call` of a subclass of Model that has no `training`; None where Keras does not call it, or others may."""
    base = info.keras_base
    if info.kind != "model" or base is None or base.name != "keras.Model" or not info.is_fully_known:
        return None
    found = info.find_method("call")
    if found is None or found[1].parameter("training") is not None or found[1].decorators:
        return None
    if any(info.find_method(name) is not None for name in ("__call__", "fit", "__new__", "train_function", "make_train_function")):
        return None
    return found[1]


def silenced_layer(run: ClassRun, knowledge: Knowledge) -> str | None:
    """The first layer that `call` uses, that differs in training, and that nobody tells."""
    trace, instance = run.passes.get("call"), run.instance
    if trace is None or instance is None or is_made_of_a_graph(run):
        return None
    if "train_step" in run.passes and not steps_through_call(run, knowledge.version):
        return None
    holdings = Holdings(run.traces)
    frozen = frozen_in(run)
    for event in trace.of(LayerCall):
        if event.is_deferred or any(_tells_training(site.callee) for site in event.stack[1:]):
            continue
        told = event.arguments.get("training")
        if told is not None and not is_literal(told, None) and not is_literal(told, False):
            continue
        for layer in inside(event.instance, holdings):
            if layer.number not in frozen and differs(layer, knowledge):
                return layer.class_name.rpartition(".")[2]
    return None


def inside(layer: Instance, holdings: Holdings) -> list[Instance]:
    """The layer, and what a functional model holds; what other calls reach has events of its own."""
    if layer.info is None and layer.class_name == "keras.Model":
        return holdings.of(layer)
    return [layer]


def differs(layer: Instance, knowledge: Knowledge) -> bool:
    """Whether a layer of Keras, made as it is, behaves differently in training."""
    known = knowledge.find_class(layer.class_name) if layer.info is None else None
    if known is None or layer.arguments.is_open or is_literal(layer.arguments.get("trainable"), False):
        return False
    names = [parameter.name for parameter in known.parameters]
    if known.differs_in_training:
        rate = layer.arguments.get("rate", names.index("rate") if "rate" in names else None)
        return rate is None or not _is_zero(rate)
    given = [layer.arguments.get(name, names.index(name) if name in names else None) for name in known.differs_with]
    return any(isinstance(literal(value), float) and not _is_zero(value) for value in given if value is not None)


def _is_zero(value: Value) -> bool:
    constant = literal(value)
    return isinstance(constant, (int, float)) and not isinstance(constant, bool) and constant == 0


def _tells_training(callee: Value) -> bool:
    """Whether a `call` on the way says by its default that it is in training."""
    if not isinstance(callee, FunctionValue):
        return False
    parameter = callee.facts.parameter("training")
    return parameter is not None and isinstance(parameter.default, ir.Constant) and parameter.default.value is True


def is_made_of_a_graph(run: ClassRun) -> bool:
    """Whether the constructor hands inputs and outputs to Model, so that no `call` is needed."""
    if run.init is None:
        return False
    return any(
        event.method == "__init__" and (event.arguments.positional or {"inputs", "outputs"} & set(event.arguments.keywords))
        for event in run.init.of(MethodCall)
        if isinstance(event.receiver, SuperValue)
    )


def frozen_in(run: ClassRun) -> set[int]:
    """The layers that the class sets `trainable = False`."""
    return {
        event.instance.number for trace in run.traces for event in trace.of(AttributeStore)
        if event.name == "trainable" and isinstance(event.instance, Instance) and is_literal(event.value, False)
    }  # fmt: skip


def steps_through_call(run: ClassRun, version: KerasVersion) -> bool:
    """Whether the class's own `train_step` calls the model itself, and on this Keras cannot tell it about training."""
    assert run.instance is not None
    calls = [
        event for event in run.passes["train_step"].of(LayerCall)
        if event.instance.number == run.instance.number and not is_nested(event)
    ]  # fmt: skip
    told = [event for event in calls if is_literal(event.arguments.get("training"), True)]
    return bool(told) and len(told) == len(calls) and version < TOLD_BY_STEP


def is_nested(event: LayerCall) -> bool:
    """Whether the call happens inside another one's `call`."""
    return any(site.function is not None and site.function.name == "call" for site in event.stack)


def is_fitted(info: ClassInfo, module: Module, project: Project, training: frozenset[str]) -> bool:
    """Whether the project fits an object of the class, or of one that inherits its `call`."""
    found = info.find_method("call")
    for other in [module, *(m for m in project.files_mentioning(module, info.name) if m is not module)]:
        if not any(name in other.source.text for name in training):
            continue
        for trace in other.traces:
            for event in trace.of(MethodCall):
                if event.method in training:
                    for _, model in alternatives(event.receiver):
                        if isinstance(model, Instance) and model.info is not None and model.info.find_method("call") == found:
                            return True
    return False
