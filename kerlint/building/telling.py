"""How a model learns that it is in training, and which of its layers never hear of it.

Turns a class into the `call` that cannot be told, the layer that stays in inference mode, and whether the project fits
the model. Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, LayerCall, MethodCall
from kerlint.execution.running import ClassRun
from kerlint.execution.values import FunctionValue, Instance, Parameter, SuperValue, Value, alternatives, is_literal, literal
from kerlint.knowledge import Knowledge
from kerlint.preprocessing.holding import Holdings
from kerlint.preprocessing.story import TRAINING, Story, allocation
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
    own = ("__call__", "__new__", "fit", "train_function", "make_train_function")
    return found[1] if all(info.find_method(name) is None for name in own) else None


def silenced_layers(run: ClassRun, knowledge: Knowledge) -> Iterator[Instance]:
    """The layers that `call` uses, that may differ in training, and that nobody tells."""
    trace, instance = run.passes.get("call"), run.instance
    if trace is None or instance is None or is_made_of_a_graph(run):
        return
    if "train_step" in run.passes and not steps_through_call(run, knowledge.version):
        return
    holdings = Holdings(run.traces)
    frozen = frozen_in(run)
    for event in trace.of(LayerCall):
        if event.is_deferred or any(_tells_training(site.callee) for site in event.stack[1:]):
            continue
        told = event.arguments.get("training")
        if told is not None and not _is_handed_on(told) and not is_literal(told, None) and not is_literal(told, False):
            continue
        for layer in inside(event.instance, holdings):
            if layer.number not in frozen and differs(layer, knowledge, is_sure=False):
                yield layer


def _is_handed_on(told: Value) -> bool:
    """Whether it is the `training` of an inner `call`, which Keras hands on from a call around that was told nothing."""
    return isinstance(told, Parameter) and told.name == "training" and told.function.name == "call"


def inside(layer: Instance, holdings: Holdings) -> list[Instance]:
    """The layer, and what a functional model holds; what other calls reach has events of its own."""
    if layer.info is None and layer.class_name == "keras.Model":
        return holdings.of(layer)
    return [layer]


def differs(layer: Instance, knowledge: Knowledge, *, is_sure: bool) -> bool:
    """Whether a layer of Keras, made as it is, behaves differently in training; not sure, whether it may."""
    known = knowledge.find_class(layer.class_name) if layer.info is None else None
    if known is None or layer.arguments.is_open or is_literal(layer.arguments.get("trainable"), False):
        return False
    names = [parameter.name for parameter in known.parameters]
    if known.differs_in_training:
        rate = layer.arguments.get("rate", names.index("rate") if "rate" in names else None)
        return rate is None or not (_may_be_zero(rate) if is_sure else _is_zero(rate))
    given = [layer.arguments.get(name, names.index(name) if name in names else None) for name in known.differs_with]
    if not is_sure:
        return any(value is not None and not _is_zero(value) for value in given)
    return any(isinstance(literal(value), float) and not _is_zero(value) for value in given if value is not None)


def _is_zero(value: Value) -> bool:
    constant = literal(value)
    return isinstance(constant, (int, float)) and not isinstance(constant, bool) and constant == 0


def _may_be_zero(value: Value) -> bool:
    """Whether a rate is zero, or is left to a parameter that is zero unless somebody says otherwise."""
    if isinstance(value, Parameter) and isinstance(value.facts.default, ir.Constant):
        return not value.facts.default.value
    return _is_zero(value)


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


def fitted_models(info: ClassInfo, module: Module, project: Project) -> Iterator[tuple[Instance, Holdings]]:
    """The objects of the class, or of one that inherits its `call`, that the project fits."""
    found = info.find_method("call")
    for other in project.files_using(module, info.name):
        if not any(name in other.source.text for name in TRAINING):
            continue  # only sooner: what stands in a comment fits nothing
        for trace in other.traces:
            for event in trace.of(MethodCall):
                for _, model in alternatives(event.receiver) if event.method in TRAINING else ():
                    if isinstance(model, Instance) and model.info is not None and model.info.find_method("call") == found:
                        yield model, other.answer(Story).holdings


def silenced_while_fitted(info: ClassInfo, module: Module, project: Project) -> str | None:
    """The class of a layer that stays in inference mode while the project fits a model of the class."""
    places: dict[int, Instance] = {}
    for layer in silenced_layers(project.class_run(info), module.knowledge):
        places.setdefault(allocation(layer), layer)
    for model, holdings in fitted_models(info, module, project) if places else ():
        made = {allocation(layer): layer for layer in holdings.of(model)}
        for place, layer in places.items():  # what `build` makes is not there yet: then the class itself must be sure
            if differs(made.get(place, layer), module.knowledge, is_sure=True):
                return layer.class_name.rpartition(".")[2]
    return None
