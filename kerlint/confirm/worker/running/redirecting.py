"""Catches what a program saves, loads and fits, so that its statements run and files and training do not happen.

Gives the calls in their order, with the model, the path, the arguments and the lines of the slice. Knows nothing of paths.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable

import keras

from ..scenarios.replacing import holders_of, methods_of_model, replaced

FUNCTIONS = ("save_model", "load_model")


@dataclass(frozen=True)
class Caught:
    """One call that was caught."""

    name: str
    model: Any
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    sites: tuple[tuple[str, int], ...]

    @property
    def path(self) -> str:
        """The path, where it is one."""
        path = self.keywords.get("filepath", self.arguments[0] if self.arguments else "")
        return str(path) if isinstance(path, str) or hasattr(path, "__fspath__") else ""

    @property
    def others(self) -> dict[str, Any]:
        """The other arguments by name."""
        return {name: value for name, value in self.keywords.items() if name not in ("filepath", "model")}


@contextmanager
def caught(paths: Collection[str], real: Mapping[str, Callable[..., Any]] | None = None) -> Iterator[list[Caught]]:
    """Catches in the block; `real` says what to do in the stead of some calls, with the original as first argument."""
    calls: list[Caught] = []
    instead = dict(real or {})
    with replaced(
        [
            *((keras.Model, name, _method(name, own, calls, paths, instead)) for name, own in methods_of_model().items()),
            *((module, name, _function(name, calls, paths)) for name in FUNCTIONS for module in holders_of(name)),
        ]
    ):
        yield calls


def _method(
    name: str, original: Any, calls: list[Caught], paths: Collection[str], instead: Mapping[str, Any]
) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **keywords: Any) -> Any:
        calls.append(Caught(name, self, arguments, keywords, _sites(paths)))
        return instead[name](original, self, *arguments, **keywords) if name in instead else None

    return method


def _function(name: str, calls: list[Caught], paths: Collection[str]) -> Callable[..., Any]:
    def function(*arguments: Any, **keywords: Any) -> Any:
        if name == "save_model":
            model = keywords.get("model", arguments[0] if arguments else None)
            calls.append(Caught("save", model, arguments[1:] if "model" not in keywords else arguments, keywords, _sites(paths)))
            return None
        raise FileNotFoundError("nothing is loaded here")

    return function


def _sites(paths: Collection[str]) -> tuple[tuple[str, int], ...]:
    found = []
    frame: Any = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename in paths:
            found.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)
