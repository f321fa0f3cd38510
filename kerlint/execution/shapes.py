"""How many channels and axes a tensor has, where the source says so: a number, or a multiple of one that nobody knows.

Which parameter of a layer sets the last axis, and which layers keep it, is Keras's own behaviour and comes from
`kerlint.knowledge`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kerlint.execution.values import Choice, Collection, Derived, Instance, Literal, Parameter, Value, literal
from kerlint.records import dataclass

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
        count = literal(_channels_argument(layer, instance))
        channels = count if isinstance(count, int) and not isinstance(count, bool) else None
        return channels, rank
    if layer.keeps_last_axis:
        return channels_of(given), rank
    return None, rank


def _channels_argument(layer: KerasClass, instance: Instance) -> Value | None:
    """What a layer is given for the size of its last axis."""
    names = [p.name for p in layer.parameters]
    position = names.index(layer.channels_from) if layer.channels_from in names else None
    return instance.arguments.get(layer.channels_from, position) if layer.channels_from is not None else None


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


# --- multiples of a number that nobody knows ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Multiple:
    """A width between `low` and `high` times an unknown number of channels, which is positive because a layer has it."""

    root: int
    name: str
    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        if self.low != self.high:
            return f"at most {self.high} * {self.name}"
        return self.name if self.low == 1 else f"{self.low} * {self.name}"

    def differs_from(self, other: Multiple) -> bool:
        """Whether the two cannot be the same, whatever the number is."""
        return self.root == other.root and (self.high < other.low or other.high < self.low)


_FOLLOWED = 200
"""How many tensors are followed back for the width of one."""


def multiple_of(value: Value | None, known: dict[int, Multiple | None] | None = None) -> Multiple | None:
    """The last axis of a tensor as a multiple of a number that nobody knows: what `Dense(units * 2)` makes."""
    known = {} if known is None else known
    if value is None or len(known) > _FOLLOWED:
        return None
    if value.number not in known:
        known[value.number] = None
        known[value.number] = _multiple(value, known)
    return known[value.number]


def _multiple(value: Value, known: dict[int, Multiple | None]) -> Multiple | None:
    match value:
        case Choice():
            return _common([multiple_of(inner, known) for _, inner in value.alternatives])
        case Derived(operator="call", operands=(Instance(info=None) as instance, *given)):
            layer = instance.module.knowledge.find_class(instance.class_name)
            return _made_by(layer, instance, given[0] if given else None, known) if layer is not None else None
        case Derived(operator="+" | "-" | "*" | "/", operands=operands):
            return _common([multiple_of(operand, known) for operand in operands if not isinstance(operand, Literal)], equal=True)
    return None


def _made_by(layer: KerasClass, instance: Instance, given: Value | None, known: dict[int, Multiple | None]) -> Multiple | None:
    """What comes out of a layer, by the same rules as a number of channels."""
    if layer.name in _ARRANGED_BY_ARGUMENTS or _has_other_axes(instance) or layer.is_a("keras.layers.TimeDistributed"):
        return None
    if any(base in _MERGES for base in layer.bases):
        return _merged_multiples(layer, instance, given, known)
    if layer.channels_from is not None:
        return _counted(_channels_argument(layer, instance))
    return multiple_of(given, known) if layer.keeps_last_axis else None


def _merged_multiples(
    layer: KerasClass, instance: Instance, given: Value | None, known: dict[int, Multiple | None]
) -> Multiple | None:
    if not isinstance(given, Collection) or given.is_open or layer.name == "keras.layers.Dot":
        return None
    parts = [multiple_of(value, known) for value in given.values()]
    if layer.name != "keras.layers.Concatenate":
        return _common(parts, equal=True)
    roots = [part for part in parts if part is not None]
    if len(roots) != len(parts) or len({part.root for part in roots}) != 1:
        return None
    if literal(instance.arguments.get("axis", 0)) not in (None, -1):
        return None
    low, high = sum((part.low for part in roots), Fraction()), sum((part.high for part in roots), Fraction())
    return Multiple(roots[0].root, roots[0].name, low, high)


def _common(found: list[Multiple | None], *, equal: bool = False) -> Multiple | None:
    """One width for several: all between the smallest and the largest; with `equal`, only where they are the same."""
    widths = [width for width in found if width is not None]
    if not widths or len(widths) != len(found) or len({width.root for width in widths}) != 1:
        return None
    low, high = min(width.low for width in widths), max(width.high for width in widths)
    return None if equal and low != high else Multiple(widths[0].root, widths[0].name, low, high)


def _counted(count: Value | None) -> Multiple | None:
    """A number of channels as it is written: `units`, `units * 2`, `units // 2`."""
    if count is None or literal(count) is not None or isinstance(count, (Collection, Literal)):
        return None
    match count:
        case (
            Derived(operator="*", operands=(Literal(value=int() as factor), other))
            | Derived(operator="*", operands=(other, Literal(value=int() as factor)))
        ) if not isinstance(factor, bool) and factor > 0:
            inner = _counted(other)
            return None if inner is None else Multiple(inner.root, inner.name, inner.low * factor, inner.high * factor)
        case Derived(operator="//", operands=(other, Literal(value=int() as divisor))) if (
            not isinstance(divisor, bool) and divisor > 1
        ):
            inner = _counted(other)
            return None if inner is None else Multiple(inner.root, inner.name, Fraction(), inner.high / divisor)
    name = _name_of(count)
    return Multiple(count.number, name, Fraction(1), Fraction(1)) if name is not None else None


def _name_of(count: Value) -> str | None:
    """What the source calls a number that is not known."""
    if isinstance(count, Parameter):
        return count.name
    if isinstance(count, Derived) and count.operator.startswith("attribute:"):
        return count.operator.partition(":")[2]
    return None
