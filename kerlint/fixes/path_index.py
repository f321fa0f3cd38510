"""All paths that a module reads and writes, in the orders in which the fix of one of them asks for the others.

Made once a module, so that a file of many bad paths costs what it is. Knows nothing of edits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import field

from kerlint.execution.values import Text
from kerlint.finding import Edit
from kerlint.persistence.endings import known_tail, shown, with_suffix
from kerlint.persistence.paths import texts_of
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk

TOGETHER = {
    Operation.SAVE: (Operation.SAVE, Operation.LOAD),
    Operation.SAVE_WEIGHTS: (Operation.SAVE_WEIGHTS, Operation.LOAD_WEIGHTS),
    Operation.CHECKPOINT: (Operation.CHECKPOINT, Operation.LOAD, Operation.LOAD_WEIGHTS),
}
"""What is done with the file that is renamed, its writing first: all of it must find the file under its new name."""

_SUFFIXES = (".keras", ".weights.h5")

Pieces = tuple[object, ...]
"""A path that is known in full, or what it is made of: two are the same path where their pieces are."""


@dataclass(frozen=True)
class PathIndex:
    """`uses` are those whose path can be one text alone; `names_now` has, by suffix and new name, what would get that name."""

    uses: dict[Pieces, list[FileUse]] = field(default_factory=lambda: defaultdict(list))
    names_now: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    doubtful: dict[Operation, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Last parts of paths that are read from somewhere where that operation writes nothing."""
    places: dict[Operation, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Where the paths of an operation stand in the module itself: their first tokens."""
    bound: dict[str, list[ir.Assign]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Where each name stands, as its binding or read."""
    defined: set[str] = field(default_factory=set)
    """Names of parameters, functions and classes."""
    renamed: dict[tuple[Pieces, str, Operation], tuple[Edit, ...]] = field(default_factory=dict)
    """What was worked out of the edits of a path: all that write it share them."""


def pieces_of(text: Text) -> Pieces:
    """What tells whether two texts are the same path."""
    if text.known is not None:
        return (text.known.removeprefix("./"),)
    return tuple(part if isinstance(part, str) else (part.value.number, part.spec) for part in text.parts)


def last_part(text: Text) -> str:
    """What is known of the last part of a path."""
    return known_tail(text)[0].rpartition("/")[2]


def paths_of(module: Module) -> PathIndex:
    """The index of a module. To be asked by `module.answer`."""
    index = PathIndex()
    for use in uses_of(module):
        texts = texts_of(use)
        if len(texts) == 1:
            index.uses[pieces_of(texts[0])].append(use)
        for text in texts:
            for suffix in _SUFFIXES:
                index.names_now[suffix, with_suffix(text, suffix)].add(shown(text))
        if use.module is module and (path := use.path_node) is not None:
            index.places[use.operation].add(path.value.first if isinstance(path, ir.Argument) else path.first)
    _add_doubtful(module, index)
    _add_names(module, index)
    return index


def _add_doubtful(module: Module, index: PathIndex) -> None:
    for use in uses_of(module):
        for text in texts_of(use):
            beside = {other.operation for other in index.uses.get(pieces_of(text), ())}
            for writing, (_, *reading) in TOGETHER.items():
                if use.operation in reading and writing not in beside:
                    index.doubtful[writing].add(last_part(text))


def _add_names(module: Module, index: PathIndex) -> None:
    for node in walk(module.facts.body):
        match node:
            case ir.Name():
                index.named[node.id].append(node.first)
            case ir.Assign():
                for name in {target.id for target in node.targets if isinstance(target, ir.Name)}:
                    index.bound[name].append(node)
            case ir.Parameter() | ir.FunctionFacts() | ir.ClassFacts():
                index.defined.add(node.name)
