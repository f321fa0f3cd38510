"""Under which path a file keeps a layer that an object holds under several attributes.

Keras walks the attributes of an object in one fixed order and keeps each layer where it meets it first. An attribute whose
name was made from an automatic name is met under another name in the object that is loaded. Knows nothing of reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, Trace
from kerlint.execution.running import ClassRun
from kerlint.execution.values import Derived, Instance, Text, TextHole, Value, alternatives
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.tracking.variables import has_own_name, has_weights, instances_in
from kerlint.version import KerasVersion

TRACKED_BY_MODEL = "layers"
"""The attribute under which every Model has its layers, in the order in which they were set."""


@dataclass(frozen=True, slots=True, eq=False)
class Unstable:
    """A layer set under a name made from its automatic one. `stable` are its other attributes, which are met later."""

    event: AttributeStore
    layer: Instance
    stable: tuple[str, ...]


def unstable_attributes(project: Project, run: ClassRun, version: KerasVersion) -> Iterator[Unstable]:
    """The layers of an object that a file keeps under a name which the loaded object does not have."""
    if run.instance is None:
        return
    for trace in _setting_up(run):
        for event in trace.of(AttributeStore):
            if event.name is not None or event.name_value is None or event.instance.number != run.instance.number:
                continue
            for _, layer in alternatives(event.value):
                if not isinstance(layer, Instance) or has_own_name(project, layer) is not False:
                    continue
                name = made_from_name_of(layer, event.name_value)
                if name is None or not has_weights(project, layer):
                    continue
                stable = stable_attributes(run, layer)
                if not any(is_met_before(attribute, name, version) for attribute in stable):
                    yield Unstable(event, layer, tuple(name for name in stable if name != TRACKED_BY_MODEL))


def _setting_up(run: ClassRun) -> Iterator[Trace]:
    """The traces of what happens before a save: the constructor, `build`, and methods that the owner may call."""
    for trace in (run.init, run.build):
        if trace is not None:
            yield trace


def made_from_name_of(layer: Instance, name: Value) -> str | None:
    """The attribute's name with the automatic name written out, when it was made from that of the layer."""
    parts: tuple[str | TextHole, ...] = name.parts if isinstance(name, Text) else (TextHole(name),)
    text = ""
    found = False
    for part in parts:
        if isinstance(part, str):
            text += part
        elif _is_name_of(layer, part.value):
            text += automatic_name(layer)
            found = True
        else:
            return None
    return text if found else None


def _is_name_of(layer: Instance, value: Value) -> bool:
    return (
        isinstance(value, Derived)
        and value.operator in ("attribute:name", "attribute:_name")
        and value.operands[0].number == layer.number
    )


def automatic_name(layer: Instance) -> str:
    """What Keras calls the first layer of a class: the class's name in snake case."""
    name = layer.class_name.rpartition(".")[2]
    split = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", split).lower()


def stable_attributes(run: ClassRun, layer: Instance) -> list[str]:
    """The attributes with a name of their own under which an object holds a layer, itself or in a container."""
    held = [
        name
        for name, slot in (run.instance.attributes if run.instance is not None else {}).items()
        if any(inside.number == layer.number for _, value in slot.entries for inside in instances_in(value))
    ]
    return [*held, TRACKED_BY_MODEL] if run.info.kind == "model" else held


def is_met_before(attribute: str, other: str, version: KerasVersion) -> bool:
    """Whether the walk comes to one attribute before the other.

    Keras 3 goes up the alphabet, with private names last; Keras 2 goes down.
    """
    if version.major == 2:
        return attribute > other
    return _ascending(attribute) < _ascending(other)


def _ascending(attribute: str) -> str:
    return "~" + attribute if attribute.startswith("_") else attribute
