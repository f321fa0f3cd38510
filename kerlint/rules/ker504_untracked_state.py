"""KER504 untracked-state.

## What it does
Reports layers and variables that an object keeps where Keras does not look for them: in a plain object, a deque, a closure, a
module's global, a container inside a container, a `tf.Variable`, an attribute name that Keras uses itself.

## Why is this bad?
What Keras does not find is not trained, or not saved, or both. Nothing says so: training runs, the file is written, and the
model that is loaded has fresh random weights there.

## Example
    import keras

    class Heads:
        def __init__(self):
            self.query = keras.layers.Dense(4)

    class Attention(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.heads = Heads()

        def call(self, x):
            return self.heads.query(x)

## Use instead
    import keras

    class Heads(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.query = keras.layers.Dense(4)

    class Attention(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.heads = Heads()

        def call(self, x):
            return self.heads.query(x)

## Keras versions
All, place by place as measured. Containers in containers of a Layer are saved from Keras 3.15 on. A `tf.Variable` is tracked
by Keras 2 and not by Keras 3. A layer that a Model sets before `super().__init__()` raises on Keras 2.

## References
https://github.com/keras-team/keras/issues/20598
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, LayerCall, MethodCall
from kerlint.execution.running import ClassRun
from kerlint.execution.values import Derived, Instance, Slot, SuperValue, Value, is_literal
from kerlint.finding import Report, Severity, Span
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics import syntax as ir
from kerlint.tracking.holding import lost_layers
from kerlint.tracking.raw_variables import raw_variables
from kerlint.tracking.variables import LAYER_KINDS, has_weights, instances_in, is_called_by_keras, is_layer
from kerlint.words import LAYERS

_STEPS = {"construct": "setting it", "call": "the first call", "train": "fit", "load": "loading"}
_WORDS = {"untrained": "not trained", "unsaved": "not saved"}


@rule("KER504", "untracked-state", severity=Severity.WARNING, probe="tracking", words_reached=LAYERS)
def untracked_state(module: Module, project: Project) -> Iterator[Report]:
    said: set[Span] = set()
    for run in module.class_runs:
        if run.info.kind not in LAYER_KINDS or run.instance is None or not is_called_by_keras(run.info):
            continue
        for report in (
            *_in_attributes(module, project, run),
            *_in_variables(module, run),
            *_outside_the_object(module, project, run),
            *_before_super_init(module, project, run),
        ):
            if report.span not in said:
                said.add(report.span)
                yield report


def _fate(module: Module, outcome: str | None, *, trained: bool = True) -> str | None:
    """`not trained and not saved`, from what was measured; None when nothing is lost.

    On Keras 2 it was measured that `.keras` loses it; the older formats keep some of it.
    """
    kind, _, lost = (outcome or "").partition(":")
    words = [_WORDS[word] for word in lost.split(",") if word in _WORDS and (trained or word != "untrained")]
    if kind != "silent" or not words:
        return None
    return " and ".join(words) + (" in a .keras file" if module.target.major == 2 and words[-1] == _WORDS["unsaved"] else "")


def _is_constant(variable: Value) -> bool:
    """Whether a tf.Variable is made with `trainable=False`."""
    if not isinstance(variable, Derived) or "trainable" not in variable.keywords:
        return False
    behind = len(variable.keywords) - variable.keywords.index("trainable")
    return is_literal(variable.operands[-behind], False)


def _in_attributes(module: Module, project: Project, run: ClassRun) -> Iterator[Report]:
    for lost in lost_layers(project, run, module.knowledge):
        if lost.store.module is module:
            classes = sorted({layer.class_name.rpartition(".")[2] for layer in lost.layers})
            names, verb = " and ".join(classes), "is" if len(classes) == 1 else "are"
            place = f"self.{lost.store.name}"
            if (fate := _fate(module, lost.outcome)) is not None:
                message = f"{names} in {place} {verb} {fate}: Keras does not look into {lost.holder}"
                yield Report(lost.store.span, f"{message}; hold it in an attribute of its own or in a plain list")
            elif lost.outcome.startswith("raises:"):
                error, _, step = lost.outcome.removeprefix("raises:").partition("@")
                what = f"Keras has an attribute of that name itself, {_STEPS.get(step, step)} raises {error}"
                message = f"{names} in {place}: {what}"
                yield Report(lost.store.span, f"{message}; use another name", Severity.ERROR)


def _in_variables(module: Module, run: ClassRun) -> Iterator[Report]:
    for store, is_contained in raw_variables(run):
        pattern = "tf_variable_in_list" if is_contained else "tf_variable"
        outcome = module.knowledge.outcome("containers", f"{pattern} {run.info.kind} .keras")
        fate = _fate(module, outcome, trained=not _is_constant(store.value))
        if fate and store.module is module:
            message = f"self.{store.name} is a tf.Variable, which Keras 3 does not track: {fate}"
            yield Report(store.span, f"{message}; use self.add_weight or keras.Variable")


def _outside_the_object(module: Module, project: Project, run: ClassRun) -> Iterator[Report]:
    """Layers of the class body and of the module that `call` uses."""
    trace = run.passes.get("call")
    calls = [call for call in trace.of(LayerCall) if call.module is module] if trace is not None else []
    held = {i.number for slot in _attributes(run) for _, value in slot.entries for i in instances_in(value)}
    loose = [call for call in calls if call.instance.number not in held and not call.instance.is_symbolic]
    for call in loose:
        if not has_weights(project, call.instance):
            continue
        if (target := _class_attribute(run, call.instance)) is not None:
            fate = _fate(module, module.knowledge.outcome("containers", f"class_attribute {run.info.kind} .keras"))
            if fate:
                yield Report(
                    module.span(target),
                    f"{target.id} belongs to the class and not to its objects, which share it: {fate}; create it in __init__",
                )
        elif (name := _global_name(module, project, call.instance)) is not None:
            fate = _fate(module, module.knowledge.outcome("containers", f"global {run.info.kind} .keras"))
            if fate:
                message = f"{name} is a global of the module, which {run.info.name} does not hold: {fate}"
                yield Report(call.span, f"{message}; set it as an attribute in __init__")


def _attributes(run: ClassRun) -> list[Slot]:
    return list(run.instance.attributes.values()) if run.instance is not None else []


def _class_attribute(run: ClassRun, layer: Instance) -> ir.Name | None:
    """The name to which the class body gives a layer."""
    for statement in ir.statements_of_scope(run.info.facts.body):
        if isinstance(statement, ir.Assign) and statement.value is layer.node and isinstance(statement.targets[0], ir.Name):
            return statement.targets[0]
    return None


def _global_name(module: Module, project: Project, layer: Instance) -> str | None:
    """The module's name for a layer that its body makes."""
    for name, bindings in module.bindings.items():
        if any(isinstance(b, ir.Assign) and b.first <= layer.node.first <= b.last for b in bindings) and layer.module is module:
            return name
    return None


def _before_super_init(module: Module, project: Project, run: ClassRun) -> Iterator[Report]:
    """A Model's layers that are set before `super().__init__()`, where that raises."""
    outcome = module.knowledge.outcome("containers", f"attribute_before_super_init {run.info.kind} .keras")
    if run.init is None or run.instance is None or not (outcome or "").startswith("raises:"):
        return
    started = [e.order for e in run.init.of(MethodCall) if e.method == "__init__" and isinstance(e.receiver, SuperValue)]
    for store in run.init.of(AttributeStore):
        own = store.module is module and store.instance.number == run.instance.number
        if own and started and store.order < started[0] and is_layer(project, store.value):
            message = f"self.{store.name} is set before super().__init__(): constructing {run.info.name} raises"
            yield Report(store.span, f"{message}; call super().__init__() first", Severity.ERROR)
            return
