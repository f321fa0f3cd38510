"""TensorFlow variables that an object keeps as attributes, and which of them are state.

Turns the stores of an object into those whose variable is trained or assigned. Knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, FunctionCall, MethodCall
from kerlint.execution.running import ClassRun
from kerlint.execution.values import (
    Arguments,
    Collection,
    Literal,
    Mapping,
    Parameter,
    Reference,
    Text,
    Value,
    alternatives,
    is_literal,
)
from kerlint.tracking.creation import PASSES

RAW_VARIABLE = "tensorflow.Variable"


def raw_variables(run: ClassRun) -> Iterator[tuple[AttributeStore, bool]]:
    """The stores of a `tf.Variable` that is state, each with whether it is in a container."""
    if run.instance is None:
        return
    made = {
        call.result.number: call.arguments for trace in run.traces for call in trace.of(FunctionCall) if call.name == RAW_VARIABLE
    }
    if not made:
        return
    assigned = {
        call.receiver.number for trace in run.traces for call in trace.of(MethodCall) if call.method.startswith("assign")
    }
    reset = _reset(run)
    for trace in (run.init, run.build):
        for store in trace.of(AttributeStore) if trace is not None else ():
            if store.instance.number != run.instance.number or store.name is None:
                continue
            direct = [leaf for _, leaf in alternatives(store.value)]
            inside = [leaf for value in direct for leaf in _elements(value)]
            for values, is_contained in ((direct, False), (inside, True)):
                found = [v.number for v in values if v.number in made and v.number not in reset]
                if any(_is_state(made[number], number in assigned) for number in found):
                    yield store, is_contained
                    break


def _reset(run: ClassRun) -> set[int]:
    """The variables that the object's own methods, apart from the passes, set to a value given there: no state to keep."""
    return {
        call.receiver.number
        for name, trace in run.passes.items()
        if name not in PASSES
        for call in trace.of(MethodCall)
        if call.method == "assign" and isinstance(call.arguments.get("value", 0), Literal | Text | Parameter)
    }


def _elements(value: Value) -> list[Value]:
    if isinstance(value, Collection):
        return [leaf for element in value.values() for _, leaf in alternatives(element)]
    if isinstance(value, Mapping):
        return [leaf for slot in value.slots.values() for _, entry in slot.entries for _, leaf in alternatives(entry)]
    return []


def _is_state(arguments: Arguments, is_assigned: bool) -> bool:
    """Whether something would change it; a text is no weight of any kind."""
    return not isinstance(arguments.get("initial_value", 0), Text) and (is_assigned or _is_trainable(arguments))


def _is_trainable(arguments: Arguments) -> bool:
    """Whether training would change it, were it found: a number that no one assigns is a constant."""
    trainable = arguments.get("trainable", 1)
    if trainable is not None and not is_literal(trainable, True):
        return False
    value, dtype = arguments.get("initial_value", 0), arguments.get("dtype")
    if isinstance(value, Literal) and not isinstance(value.value, float):
        return False
    return not (isinstance(dtype, Reference) and "float" not in dtype.name)
