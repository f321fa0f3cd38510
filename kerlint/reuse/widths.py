"""Which sizes two uses of one layer disagree on, where the source tells them. Knows nothing of messages."""

from __future__ import annotations

from kerlint.execution.shapes import channels_of, rank_of
from kerlint.execution.values import Instance, is_literal
from kerlint.records import dataclass
from kerlint.reuse.passes import Reuse, tensor_of
from kerlint.reuse.states import keras_base
from kerlint.semantics.expecting import expects_failure


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two sizes that one layer cannot have both; `unit` says of what."""

    first: int
    second: int
    unit: str

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.first == 1 else self.unit
        return f"{self.first} {unit}, then {self.second}"


def mismatch(reuse: Reuse) -> Mismatch | None:
    """What the layer will refuse at the second call: another last axis, or another number of dimensions."""
    base = keras_base(reuse.instance)
    if base is None or not base.input_last_axis_bound or not _is_about_the_last_axis(reuse.instance):
        return None
    one, other = tensor_of(reuse.first), tensor_of(reuse.second)
    channels = channels_of(one), channels_of(other)
    if channels[0] is not None and channels[1] is not None and channels[0] != channels[1]:
        return Mismatch(channels[0], channels[1], "channels")
    ranks = rank_of(one), rank_of(other)
    if not base.takes_any_rank and ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
        return Mismatch(ranks[0], ranks[1], "dimensions")
    return None


def _is_about_the_last_axis(instance: Instance) -> bool:
    """Whether no argument turns the layer to another axis."""
    if instance.info is not None and instance.info.find_method("call") is not None:
        return False
    axis = instance.arguments.get("axis")
    data_format = instance.arguments.get("data_format")
    if axis is not None and not is_literal(axis, -1):
        return False
    return data_format is None or is_literal(data_format, "channels_last")


def is_expected_to_fail(reuse: Reuse) -> bool:
    """Whether the call stands where an exception is awaited: under `pytest.raises`, or in a `try` that handles it."""
    return expects_failure(reuse.module.facts.body, reuse.node)
