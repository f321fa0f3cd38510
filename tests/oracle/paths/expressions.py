"""Every form in which programs write a path: a target becomes the lines that prepare it and the expression that is it.

A form says whether its ending can be worked out by reading. What Keras makes of the path is not asked here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

FOLDERS = ("", "", "out/", "runs.d/", "./", "out/deep/")
STEMS = ("model", "best-model", "v1.0", "my.model", "model_01")
ENDINGS = (
    ".keras", ".keras", ".keras", ".h5", ".hdf5", ".weights.h5", ".tf", "", "/", ".KERAS", ".H5", ".ckpt", ".pb", ".zip",
    ".json", "_weights.h5", ".h5.keras", ".keras.h5", ".keras/", ".weights", ".weights.hdf5", ".0",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """The path that is meant. A folder ends in a slash or is empty."""

    folder: str
    stem: str
    ending: str

    @property
    def name(self) -> str:
        return self.stem + self.ending

    @property
    def text(self) -> str:
        return self.folder + self.name


@dataclass(frozen=True)
class Written:
    """A path as a program has it: statements of the module's top, and an expression that needs them."""

    lines: tuple[str, ...]
    expression: str
    is_computable: bool = True


@dataclass(frozen=True)
class Form:
    """One way to write a path, and the targets that can be written so."""

    write: Callable[[Target, int], Written]
    fits: Callable[[Target], bool]
    is_exact: bool
    """Whether the path is the target's very text, or the same with `./` before it."""


FORMS: dict[str, Form] = {}


def form(
    fits: Callable[[Target], bool] = lambda target: True, is_exact: bool = True
) -> Callable[[Callable[[Target, int], Written]], None]:
    """Registers a way to write a path."""

    def add(write: Callable[[Target, int], Written]) -> None:
        FORMS[write.__name__] = Form(write, fits, is_exact)

    return add


def targets(prefix: str = "", endings: tuple[str, ...] = ENDINGS) -> st.SearchStrategy[Target]:
    """Paths in a few folders, with names that hold dots in wrong places."""
    stems = st.sampled_from([prefix + stem for stem in STEMS])
    return st.builds(Target, st.sampled_from(FOLDERS), stems, st.sampled_from(endings))


def forms_of(target: Target) -> st.SearchStrategy[str]:
    """The forms in which a target can be written."""
    return st.sampled_from([name for name, form in FORMS.items() if form.fits(target)])


def written(target: Target, form: str, number: int) -> Written:
    """The target in one form; the number keeps the names of several paths apart."""
    return FORMS[form].write(target, number)


def is_suffix(target: Target) -> bool:
    """Whether the ending is a suffix for pathlib."""
    return target.ending.startswith(".") and not target.ending.endswith("/") and len(target.ending) > 1


def has_folder(target: Target) -> bool:
    """Whether the path names a folder."""
    return bool(target.folder)


def is_plain(target: Target) -> bool:
    """Whether the path does not end in a slash."""
    return not target.ending.endswith("/")
