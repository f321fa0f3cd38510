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
    if layer.is_a("keras.layers.TimeDistributed"):
        return _of_each_step(instance, given)
    rank = _output_rank(layer, instance, given)
    if layer.name in _ARRANGED_BY_ARGUMENTS or _has_other_axes(instance):
        return None, rank
    if any(base in _MERGES for base in layer.bases):
        return _merged(layer, instance, given)
    if layer.channels_from is not None:
        names = [p.name for p in layer.parameters]
        position = names.index(layer.channels_from) if layer.channels_from in names else None
        count = literal(instance.arguments.get(layer.channels_from, position))
        channels = count if isinstance(count, int) and not isinstance(count, bool) else None
        return channels, rank
    if layer.keeps_last_axis:
        return channels_of(given), rank
    return None, rank


_MERGES = frozenset(f"keras.src.layers.merging.base_merge.{name}" for name in ("Merge", "_Merge"))
_ARRANGED_BY_ARGUMENTS = frozenset(
    f"keras.layers.{name}" for name in ("Layer", "Lambda", "Permute", "Reshape", "RepeatVector", "Wrapper", "Bidirectional")
)
"""Layers that keep the last axis or not by what they are given."""


def _has_other_axes(instance: Instance) -> bool:
    """Whether an argument moves the channels elsewhere, or multiplies them."""
    data_format = instance.arguments.get("data_format")
    if data_format is not None and literal(data_format) != "channels_last":
        return True
    multiplier = instance.arguments.get("depth_multiplier")
    return multiplier is not None and literal(multiplier) != 1


def _of_each_step(instance: Instance, given: Value | None) -> tuple[int | None, int | None]:
    inner = instance.arguments.get("layer", 0)
    if not isinstance(inner, Instance) or inner.info is not None:
        return None, None
    layer = inner.module.knowledge.find_class(inner.class_name)
    return (output_shape(layer, inner, given)[0] if layer is not None else None), None


def _merged(layer: KerasClass, instance: Instance, given: Value | None) -> tuple[int | None, int | None]:
    """Concatenation along the last axis adds the channels up; what is added or multiplied has the same."""
    if not isinstance(given, Collection) or given.is_open or not given.elements:
        return None, None
    counts = [channels_of(value) for value in given.values()]
    ranks = {rank_of(value) for value in given.values()}
    rank = ranks.pop() if len(ranks) == 1 else None
    known = [count for count in counts if count is not None]
    if len(known) != len(counts):
        return None, rank
    if layer.name == "keras.layers.Concatenate":
        axis = literal(instance.arguments.get("axis", 0))
        return (sum(known) if axis in (None, -1) else None), rank
    return (known[0] if len(set(known)) == 1 and layer.name != "keras.layers.Dot" else None), rank


def _output_rank(layer: KerasClass, instance: Instance, given: Value | None) -> int | None:
    """`…2D` in a layer's name says how many spatial axes there are; a global pooling or Flatten leaves two axes."""
    name = layer.name.rpartition(".")[2]
    if name == "Flatten":
        return 2
    if name[-2:] in ("1D", "2D", "3D"):
        keeps = instance.arguments.get("keepdims")
        if name.startswith("Global"):
            return 2 if keeps is None or literal(keeps) is False else None
        return int(name[-2]) + 2 if "LSTM" not in name else None
    if layer.name in _ARRANGED_BY_ARGUMENTS or "RNN" in name or layer.stateful_argument:
        return None
    if layer.keeps_last_axis or (layer.channels_from is not None and layer.takes_any_rank):
        return rank_of(given)
    return None


def declared_shape(value: Value | None, *, batch_included: bool) -> tuple[int | None, int | None]:
    """Channels and rank of a shape as it is written: `(28, 28, 1)` gives 1 channel and rank 4."""
    if not isinstance(value, Collection) or value.is_open or not value.elements:
        return None, None
    last = value.elements[-1][1]
    channels = last.value if isinstance(last, Literal) and isinstance(last.value, int) else None
    return channels, len(value.elements) + (0 if batch_included else 1)
