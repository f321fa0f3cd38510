"""What slicing gives: modules with what is not needed left blank, and a stretch of program cut out of one of them.

Plain data that can be sent to another process. Knows nothing of how it came about.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlicedModule:
    """One file of a slice. Line n of `text` is line n of the program; what was left out is blank."""

    name: str
    aliases: tuple[str, ...]
    """Other absolute names under which imports of the slice reach this very file."""
    path: str
    """The file; for a folder without `__init__.py` that an import goes through, the folder."""
    text: str
    is_package: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a project that some names need. The first module is the one that was asked for."""

    modules: tuple[SlicedModule, ...]


@dataclass(frozen=True, slots=True)
class BodyParameter:
    """A parameter of the function whose body was cut, with its default and annotation as written."""

    name: str
    default: str | None
    annotation: str | None
    kind: str = "positional"
    """`positional`, `keyword`, `star` (`*args`) or `double_star` (`**kwargs`)."""
    is_read: bool = True
    """Whether what is left of the body reads it."""


@dataclass(frozen=True, slots=True)
class BodySlice:
    """A stretch of program that runs in the namespace of the first module of `slice`, after that module.

    `text` stands at indentation 0 and on the lines of the file. For a function, the first module holds what the body names
    globally. For a module's own body (no function), everything that is kept of that module (its imports, classes and
    functions too) is in `text`, and the first module is blank, except for star imports and for what other files of the slice
    import from it.
    """

    slice: Slice
    text: str
    parameters: tuple[BodyParameter, ...]
