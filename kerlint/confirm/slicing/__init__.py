"""Cuts the smallest executable part out of a project, without running anything."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from kerlint.confirm.slicing.bodies import cut_body
from kerlint.confirm.slicing.flattening import flattened
from kerlint.confirm.slicing.following import Following
from kerlint.confirm.slicing.slices import BodyParameter, BodySlice, Slice, SlicedModule
from kerlint.confirm.slicing.writing import write_slice
from kerlint.deep import on_deep_stack
from kerlint.project import Module, Project

__all__ = ["BodyParameter", "BodySlice", "Slice", "SlicedModule", "flatten", "slice_body", "slice_names"]

Result = TypeVar("Result")


def slice_names(project: Project, module: Module, names: Collection[str]) -> Slice:
    """What top-level names of a module need: their statements and transitively all that these name, through the project."""
    return _however_deep(lambda: _slice_names(project, module, names))


def _slice_names(project: Project, module: Module, names: Collection[str]) -> Slice:
    following = Following(project, module)
    for name in sorted(names):
        following.want(module.path, name, None)
    following.finish()
    return write_slice(following, module.path)


def slice_body(project: Project, module: Module, function: str | None, anchors: Collection[int]) -> BodySlice:
    """What lines of a function's body need, or of the module's own body when `function` is None.

    `function` is a qualified name: `train`, `Trainer.train`, `outer.inner`. Statements of the functions around it that it
    needs stand with it. Raises LookupError when the module has no such function, or is no program.
    """
    return _however_deep(lambda: cut_body(project, module, function, anchors))


def flatten(slice: Slice) -> str | None:
    """One text that holds what the modules of a slice hold; None where they cannot be put together."""
    return _however_deep(lambda: flattened(slice))


def _however_deep(work: Callable[[], Result]) -> Result:
    """The result of work on trees that may be nested deeper than the stack at hand."""
    try:
        return work()
    except RecursionError:
        return on_deep_stack(work)
