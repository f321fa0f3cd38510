"""Which layers outlive the process: they are in a saved model, written out, or handed to somebody who may do so.

Turns a story into the answer whether an adapted layer's state is kept. Silence is the answer wherever that is not known.
"""

from __future__ import annotations

from kerlint.dependencies import remembered
from kerlint.execution.events import AttributeStore, Construction, FunctionCall, LayerCall, MethodCall
from kerlint.execution.values import Arguments, Derived, Instance, Mapping, Value, alternatives, parts_of
from kerlint.preprocessing.holding import carried, owners_of
from kerlint.preprocessing.layers import adapting_class
from kerlint.preprocessing.story import RUNS, Story, allocation, is_model
from kerlint.project import Project

WRITING_METHODS = frozenset(("get_weights", "save_assets", "save_own_variables", "save", "export", "state_dict"))
READING = ("get_vocabulary", "get_weights", "get_config")
LEARNED = frozenset(("mean", "variance", "adapt_mean", "adapt_variance", "bin_boundaries", "variables", "weights", "input_mean"))
LOOKING = frozenset(
    (
        "print", "len", "enumerate", "dict", "zip", "list", "sorted", "range", "tuple", "set", "isinstance", "type", "repr",
        "str", "max", "min", "sum", "display", "id", "hasattr", "getattr",
    )
)  # fmt: skip
"""Functions of Python that look at what they are given and keep nothing."""

HARMLESS_PREFIXES = ("keras.", "tensorflow.", "numpy.", "matplotlib.", "pandas.")
DATA_METHODS = frozenset(
    (
        "map", "apply", "flat_map", "batch", "prefetch", "shuffle", "cache", "repeat", "filter", "unbatch", "interleave",
        "format", "index", "count", "append", "extend", "compile", "summary", "get_layer", "add", "update", "items", "values",
    )
)  # fmt: skip


class Keeping:
    """What the program that a story tells of keeps."""

    def __init__(self, story: Story, project: Project) -> None:
        self.story = story
        self.project = project

    @remembered
    def saved(self) -> frozenset[int]:
        """The allocations of all objects in what is saved."""
        return frozenset(
            allocation(layer)
            for save in self.story.saves
            for owner in [save.model, *owners_of(save.model)]
            for layer in self.story.holdings.of(owner)
        )

    def is_kept(self, layer: Instance) -> bool:
        """Whether the layer, or what it learned, may outlive the process."""
        place = allocation(layer)
        kept = self.saved | self._passed | self._returned | self._written
        return place in kept or self._is_named_elsewhere(layer)

    def is_written(self, layer: Instance) -> bool:
        """Whether the program reads out what the layer learned and passes it on."""
        return allocation(layer) in self._written

    def is_handed_on(self, layer: Instance) -> bool:
        """Whether the layer is given to somebody whose doings are not followed."""
        return allocation(layer) in self._passed

    @remembered
    def _passed(self) -> frozenset[int]:
        found: set[int] = set()
        for trace in self.story.traces:
            for event in trace.events:
                match event:
                    case FunctionCall() if _may_keep(event.name):
                        found |= self._in_arguments(event.arguments)
                    case MethodCall() if self._is_foreign(event):
                        found |= self._in_arguments(event.arguments)
                    case LayerCall():
                        found |= self._in_arguments(event.arguments)
                    case AttributeStore() if not isinstance(event.instance, Instance):
                        found |= self._in_value(event.value)
        return frozenset(found)

    @remembered
    def _returned(self) -> frozenset[int]:
        found: set[int] = set()
        for trace in self.story.roots:
            if trace.returned is not None:
                found |= self._in_value(trace.returned)
        return frozenset(found)

    def _is_foreign(self, event: MethodCall) -> bool:
        """Whether an argument of the method leaves what is followed."""
        return event.method not in RUNS and event.method not in DATA_METHODS and event.method != "adapt"

    @remembered
    def _written(self) -> frozenset[int]:
        found: set[int] = set()
        read: dict[int, int] = {}
        for call in self.story.methods(*WRITING_METHODS, *READING):
            if any(isinstance(owner, Instance) and is_model(owner) for _, owner in alternatives(call.receiver)):
                continue
            for layer in self.story.touched(call):
                if call.method == "get_vocabulary":
                    read[call.result.number] = allocation(layer)
                else:
                    found.add(allocation(layer))
        for trace in self.story.traces:
            for event in trace.events:
                match event:
                    case FunctionCall() if event.name.rpartition(".")[2] in LOOKING:
                        continue
                    case FunctionCall() | MethodCall():
                        values = list(event.arguments.values())
                    case Construction():
                        values = list(event.instance.arguments.values())
                    case AttributeStore():
                        values = [event.value]
                    case _:
                        continue
                for value in values:
                    found |= _learned_in(value, read)
        for trace in self.story.roots:
            if trace.returned is not None:
                found |= _learned_in(trace.returned, read)
        return frozenset(found)

    def _in_arguments(self, arguments: Arguments) -> set[int]:
        return {place for value in arguments.values() for place in self._in_value(value)}

    def _in_value(self, value: Value) -> set[int]:
        return {allocation(layer) for layer in carried(value, self.story.holdings)}

    def _is_named_elsewhere(self, layer: Instance) -> bool:
        """Whether another file speaks of what holds the layer: of the class and the attribute, or of the file and the global."""
        place, module = allocation(layer), self.story.module
        if module.is_notebook:
            return False
        pairs = {
            (event.instance.class_name, event.name)
            for trace in self.story.traces for event in trace.of(AttributeStore)
            if event.name is not None and isinstance(event.instance, Instance) and place in self._in_value(event.value)
        }  # fmt: skip
        for name in module.bindings:
            value = self.project.global_value(module, name)
            if value is not None and place in self._in_value(value):
                pairs.add((module.path.stem, name))
        return any(self._are_mentioned(owner, name) for owner, name in pairs)

    def _are_mentioned(self, owner: str, name: str) -> bool:
        path, layout = self.story.module.path, self.project.layout
        mentioning = {path, *layout.files_holding(path, owner)}
        return any(other in mentioning and other != path for other in layout.files_holding(path, name))


def _may_keep(name: str) -> bool:
    """Whether a function outside the project may keep what it is given."""
    return name.rpartition(".")[2] not in LOOKING and not name.startswith(HARMLESS_PREFIXES)


def _learned_in(value: Value, read: dict[int, int]) -> set[int]:
    """The layers whose state, as far as the program has read it, is in a value."""
    found: set[int] = set()
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number in seen:
            continue
        seen.add(current.number)
        if current.number in read:
            found.add(read[current.number])
        if isinstance(current, Derived):
            if current.operator.partition(":")[2] in LEARNED and isinstance(current.operands[0], Instance):
                layer = current.operands[0]
                if adapting_class(layer) is not None:
                    found.add(allocation(layer))
            if current.operator == "index":
                continue
        if isinstance(current, Mapping):
            pending.extend(current.open_marks)
        pending.extend(parts_of(current))
    return found
