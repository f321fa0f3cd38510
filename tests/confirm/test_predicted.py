"""A verdict rests on what the finding says: what an error names, what came back changed, and nothing else."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy
import pytest


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The judgement, with a stand-in for Keras: it knows words only."""
    if "keras" not in sys.modules:
        keras = ModuleType("keras")
        keras.layers = SimpleNamespace(Layer=object)  # type: ignore[attr-defined]
        keras.Model = object  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "keras", keras)
    from kerlint.confirm.worker.looks import predicted

    return predicted.shows


def request(code: str, message: str, *about: str) -> dict[str, Any]:
    return {"code": code, "message": message, "about": about}


def load(error: str, **more: Any) -> dict[str, Any]:
    return {"step": "load", "error": error, **more}


FALLS_BACK = request("KER202", "get_config() of B does not hold width: it silently falls back to its default on load", "width")
DICT = request("KER206", 'get_config() of B holds a layer as it is under "inner": the constructor gets a dict on load', "inner")
KEY = request("KER207", '"scale" in get_config() is no parameter of B: loading raises; remove the key')


@pytest.mark.parametrize(
    ("asked", "attempt"),
    [
        (FALLS_BACK, load("TypeError: B.__init__() missing 1 required positional argument: 'width'")),
        (FALLS_BACK, {"step": "compared", "difference": 0.0, "changed": {"width": ["3", "2"]}}),
        (FALLS_BACK, load("ValueError: expected 2 variables, received 4", changed={"width": ["3", "2"]})),
        (DICT, {"step": "compared", "difference": 0.0, "changed": {"inner": ["Dense", "{…}"]}}),
        (DICT, {"step": "call", "error": "TypeError: 'dict' object is not callable", "changed": {"inner": ["Dense", "{…}"]}}),
        (DICT, load('TypeError: argument "inner" must be a callable')),
        (KEY, load("TypeError: B.__init__() got an unexpected keyword argument 'scale'")),
        (KEY, load("TypeError: ('Keyword argument not understood:', 'scale')")),
        (
            request("KER201", "B has no get_config() and f is a function: saving anything that holds it raises", "f"),
            {"step": "save", "error": "NotImplementedError: Object B was created by passing non-serializable argument values"},
        ),
        (
            request("KER206", 'get_config() of B holds a set under "names": saving raises TypeError', "names"),
            {"step": "save", "error": "TypeError: Cannot serialize object {1, 2} of type <class 'set'>."},
        ),
        (
            request("KER211", "get_config() of B reads self.depth, which nothing sets: saving raises AttributeError"),
            {"step": "save", "error": "AttributeError: 'B' object has no attribute 'depth'"},
        ),
    ],
)
def test_what_the_message_says_is_shown(shows: Any, asked: dict[str, Any], attempt: dict[str, Any]) -> None:
    assert shows(asked, attempt, True)


@pytest.mark.parametrize(
    ("asked", "attempt"),
    [
        (FALLS_BACK, load("TypeError: B.__init__() got an unexpected keyword argument 'scale'")),
        (FALLS_BACK, {"step": "compared", "difference": 1.0, "scale": 1.0, "changed": {"other": ["3", "2"]}}),
        (DICT, {"step": "save", "error": "ValueError: Cannot get a config of a model before it has been built"}),
        (DICT, {"step": "save", "error": "OSError: could not get source code"}),
        (DICT, load("ValueError: Layer 'dense_11' expected 0 variables, but received 2")),
        (DICT, load("ValueError: Layer 'inner' expected 0 variables, but received 2")),
        (KEY, load("TypeError: B.__init__() got an unexpected keyword argument 'name'")),
        (
            request("KER201", "B has no get_config(): saving anything that holds it raises NotImplementedError", "f"),
            {
                "step": "save",
                "error": "RuntimeError: In layer 'B', you forgot to call `super().__init__()` as the first statement",
            },
        ),
        (
            request("KER204", "__init__ of B does not take trainable, which the stored configuration holds"),
            load("TypeError: B.__init__() got an unexpected keyword argument 'scale'"),
        ),
    ],
)
def test_another_failure_shows_nothing(shows: Any, asked: dict[str, Any], attempt: dict[str, Any]) -> None:
    assert not shows(asked, attempt, True)


def test_an_object_that_a_setter_makes_again_is_not_changed(shows: Any) -> None:
    from kerlint.confirm.worker.scenarios import contract

    class Initializer:
        def get_config(self) -> dict[str, Any]:
            return {"seed": 1}

    value = Initializer()
    rebuilt, kept = SimpleNamespace(_first=Initializer()), SimpleNamespace(_first={"seed": 1})
    assert contract.is_made_again(value, SimpleNamespace(_first=value), rebuilt)
    assert not contract.is_made_again(value, SimpleNamespace(_first=value), kept)
    assert not contract.is_made_again(numpy.ones(2), SimpleNamespace(), SimpleNamespace())
