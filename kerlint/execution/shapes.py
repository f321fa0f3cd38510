"""How many channels and axes a tensor has, where the source says so.

Which parameter of a layer sets the last axis, and which layers keep it, is Keras's own behaviour and comes from
`kerlint.knowledge`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerlint.execution.values import Choice, Collection, Derived, Instance, Literal, Parameter, Value, literal

if TYPE_CHECKING:
    from kerlint.knowledge import KerasClass


def channels_of(value: Value | None) -> int | None:
    """The size of the last axis, where known."""
    match value:
        case Derived() | Parameter():
            return value.channels
        case Choice():
            found = {channels_of(inner) for _, inner in value.alternatives}
            return found.pop() if len(found) == 1 else None
    return None


def rank_of(value: Value | None) -> int | None:
    """The number of axes, the batch included, where known."""
    match value:
        case Derived():
            return value.rank
        case Choice():
            found = {rank_of(inner) for _, inner in value.alternatives}
            return found.pop() if len(found) == 1 else None
    return None


def output_shape(layer: KerasClass, instance: Instance, given: Value | None) -> tuple[int | None, int | None]:
    """Channels and rank of what a Keras layer makes of a tensor."""
    if layer.channels_from is not None:
        names = [p.name for p in layer.parameters]
        position = names.index(layer.channels_from) if layer.channels_from in names else None
        count = literal(instance.arguments.get(layer.channels_from, position))
        channels = count if isinstance(count, int) and not isinstance(count, bool) else None
        return channels, None
    if layer.keeps_last_axis:
        return channels_of(given), None
    return None, None


def declared_shape(value: Value | None, *, batch_included: bool) -> tuple[int | None, int | None]:
    """Channels and rank of a shape as it is written: `(28, 28, 1)` gives 1 channel and rank 4."""
    if not isinstance(value, Collection) or value.is_open or not value.elements:
        return None, None
    last = value.elements[-1][1]
    channels = last.value if isinstance(last, Literal) and isinstance(last.value, int) else None
    return channels, len(value.elements) + (0 if batch_included else 1)
