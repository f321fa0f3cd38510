"""Which way a save takes through Keras, in the words of the measured table, and what Keras then does with a layer's state.

Turns a save, its path and the target version into an outcome. Knows nothing of programs.
"""

from __future__ import annotations

from kerlint.execution.values import Instance, Text, Value, alternatives
from kerlint.knowledge import Knowledge
from kerlint.persistence.endings import ends_with
from kerlint.preprocessing.layers import short_name
from kerlint.preprocessing.story import Save, is_model
from kerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured: `ok`, `silent:…` or `raises:<Exception>@<step>`."""

    text: str

    @property
    def is_fine(self) -> bool:
        return self.text == "ok"

    @property
    def is_silent(self) -> bool:
        return self.text.startswith("silent")

    @property
    def step(self) -> str:
        """The step at which it raises."""
        return self.text.partition("@")[2]


def measured(knowledge: Knowledge, layer: Instance, what: str) -> Outcome | None:
    """What Keras does with that kind of layer; None where nothing was measured."""
    text = knowledge.outcome("adapt", f"{short_name(layer)} {what}")
    return Outcome(text) if text is not None and not text.startswith("not") else None


def route_of(save: Save, knowledge: Knowledge) -> str | None:
    """The case of the table that a save is; None where the path is not known well enough."""
    kept = [found for _, found in alternatives(save.model) if isinstance(found, Instance)]
    holder = "in_subclassed_model" if kept and kept[0].info is not None else "in_model"
    path = known_path(save.path)
    if path is None or not kept or not is_model(kept[0]):
        return None
    if save.form == "save_weights":
        if ends_with(path, (".weights.h5",)):
            return "weights_into_new .weights.h5"
        if ends_with(path, (".h5", ".hdf5", ".keras")) is False and knowledge.version.major == 2:
            return "weights_into_new (none)"
        return "weights_into_new .h5" if ends_with(path, (".h5", ".hdf5")) and knowledge.version.major == 2 else None
    if save.form != "save":
        return None
    if ends_with(path, (".keras",)):
        return f"{holder} .keras"
    if ends_with(path, (".h5", ".hdf5")):
        return "in_model .h5" if holder == "in_model" else None
    return None


def known_path(path: Value | None) -> Text | None:
    """A path, when it is one text."""
    return path if isinstance(path, Text) else None
