"""Plays a body on the stage of a rehearsal: under which shapes it comes to the finding's lines, and what was done there.

Turns a request into a `Played`. Knows nothing of verdicts.
"""

from __future__ import annotations

import ast
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..modules import bound_by
from ..scenarios.adapting import WORDS, kind_of
from ..scenarios.in_small import InSmall, Step
from .blanking import without_data
from .bodies import BodyRun, run_body

_SHAPES = ((8,), (1,), ())
_SECONDS = 15.0
_NEEDLESS = ("name", "trainable", "dtype", "batch_input_shape", "batch_shape", "build_config", "vocabulary_size")
_DECISIVE = {
    "KER401": ("adapt",),
    "KER402": ("adapt",),
    "KER404": ("save", "save_weights", "checkpoint"),
    "KER405": ("save", "checkpoint"),
    "KER407": ("clone_model", "model_from_json", "model_from_config", "from_config", "set_weights"),
}


@dataclass
class Played:
    """What a rehearsal showed."""

    stage: InSmall
    run: BodyRun | None
    request: Mapping[str, Any]
    trouble: str | None = None
    used: dict[str, Any] = field(default_factory=dict)

    def here(self, *names: str) -> list[Step]:
        """The steps of these names on the finding's lines."""
        return [step for step in self.stage.of(*names) if _is_here(step, self.request)]

    @property
    def saves(self) -> list[Step]:
        """What was written whole, exported or as weights."""
        return [step for step in self.stage.steps if "form" in step.more and "error" not in step.more]

    @property
    def models(self) -> list[Any]:
        """The models that were made."""
        return [] if self.run is None else self.run.models

    @property
    def made_here(self) -> list[Any]:
        """The layers that the finding's lines made."""
        return [] if self.run is None else self.run.watch.made_at(self.request["path"], self.request["lines"])

    def saved(self, model: Any, path: str) -> list[Step]:
        """Writes a model as a whole, as whoever saves it later would."""
        step = Step("save", model, ("", 0))
        self.stage.steps.append(step)
        self.stage._written(model, "save", path, lambda to: self.stage.originals["save"](model, to))
        return [] if "error" in step.more else [step]

    def config_of(self, layer: Any) -> dict[str, Any]:
        """What the layer's constructor was given: its configuration before anything was told to it."""
        first = next((step for step in self.stage.of("adapt") if step.thing is layer), None)
        config: dict[str, Any] = first.more["config"] if first is not None else layer.get_config()
        return config

    def sketch(self, layer: Any, call: str) -> str:
        """A call with the expression that makes such a layer for `{made}`; empty where that cannot be written out."""
        given = self.config_of(layer)
        config = {name: value for name, value in given.items() if value not in (None, []) and name not in _NEEDLESS}
        text = ", ".join(f"{name}={value!r}" for name, value in config.items())
        try:
            for value in config.values():
                ast.literal_eval(repr(value))
        except (ValueError, SyntaxError):
            return ""
        return call.replace("{made}", f"keras.layers.{kind_of(layer)}({text})")


def _is_here(step: Step, request: Mapping[str, Any]) -> bool:
    path, (first, last) = request["path"], request["lines"]
    return bool(step.place[0] == path and first <= step.place[1] <= last)


def play(
    request: Mapping[str, Any], *, tells: bool = True, trains: bool = False, download: bool = False, generation: int = 0
) -> Played:
    """Tries shapes for the data until the body reaches the finding's lines and comes to its end."""
    request = _blanked(request)
    paths = {module["path"] for module in request["modules"]} | {
        request["path"],
        request["facts"].get("body_path", request["path"]),
    }
    stage = InSmall(paths, tells=tells, trains=trains).begin()
    stage.generation, stage.renames = generation, request["code"] in ("KER401", "KER402")
    _download_nothing(is_network=download)
    home = os.getcwd()
    shapes = [tuple(6 if size is None else size for size in shape) for shape in request.get("inputs", ())]
    best: Played | None = None
    deadline = time.monotonic() + _SECONDS
    for number, shape in enumerate(dict.fromkeys([*shapes[:3], *_SHAPES])):
        os.makedirs(f"{home}/play{number}", exist_ok=True)
        os.chdir(f"{home}/play{number}")
        played = _played(request, stage, shape)
        if played.trouble is None:
            return played
        best = best or played
        if time.monotonic() > deadline:
            break
    assert best is not None
    return best


def _played(request: Mapping[str, Any], stage: InSmall, shape: Sequence[int]) -> Played:
    stage.shapes = [tuple(shape)]
    reached: list[tuple[BodyRun, list[Step]]] = []

    def accepts(run: BodyRun) -> bool:
        steps, stage.steps = stage.steps, []
        if _reaches(run, steps, request):
            reached.append((run, steps))
            return _trouble(run, steps, request) is None
        return False

    stage.steps = []
    run = run_body(request, accepts=accepts)
    if not reached:
        if run.trouble is None:
            return Played(stage, run, request, "the lines of the finding were not reached")
        return Played(stage, run, request, run.trouble)
    run, stage.steps = reached[-1] if _trouble(*reached[-1], request) is None else reached[0]
    used = {**run.used, "data": f"made rows {tuple(shape)}"}
    return Played(stage, run, request, None if request["code"] == "KER403" else _trouble(run, stage.steps, request), used)


def _trouble(run: BodyRun, steps: Sequence[Step], request: Mapping[str, Any]) -> str | None:
    """Why the body did not come to its end, where that matters.

    What only makes names that nothing reads does not count. Once something is saved, what goes wrong later does not count
    for a layer that is in no file, if it has nothing to do with the layer.
    """
    told = [step.thing for step in steps if step.name == "adapt" and _is_here(step, request)]
    names = {name for name, value in run.namespace.items() if any(value is layer for layer in told)}
    is_saved = request["code"] == "KER401" and any("form" in step.more and "error" not in step.more for step in steps)
    read = {
        node.id
        for node in ast.walk(ast.parse(run.subject["text"]))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for failure in run.failures:
        bound = _bound_between(run.subject["text"], failure.first, failure.last)
        is_later = is_saved and failure.first > request["lines"][1] and not names & failure.reads
        if (not bound or bound & read) and not is_later:
            return str(failure)
    return None


def _bound_between(text: str, first: int, last: int) -> set[str]:
    statements = [node for node in ast.parse(text).body if node.lineno >= first and (node.end_lineno or 0) <= last]
    return {name for statement in statements for name in bound_by(statement)}


def _reaches(run: BodyRun, steps: Sequence[Step], request: Mapping[str, Any]) -> bool:
    if request["code"] == "KER403":
        return bool(run.watch.made_at(request["path"], request["lines"])) or any(
            step.name == "adapt" and _is_here(step, request) for step in steps
        )
    names = _DECISIVE[request["code"]]
    return any(step.name in names and (_is_here(step, request) or step.name == "checkpoint") for step in steps)


def _blanked(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request without the data that its program takes."""
    subjects = [
        {**subject, "text": without_data(subject["text"])}
        for subject in (request["subject"], *request["others"])
        if "text" in subject
    ]
    modules = [{**module, "text": without_data(module["text"])} for module in request["modules"]]
    hints = dict(request.get("hints") or {})
    hints["arguments"] = {**_rows_to_go_through(request["subject"]["text"]), **(hints.get("arguments") or {})}
    return {**request, "subject": subjects[0], "others": subjects[1:], "modules": modules, "hints": hints}


def _rows_to_go_through(text: str) -> dict[str, str]:
    """For names that a loop goes through, lists of two: their elements are data, which is not looked at."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.For):
            target, through = node.target, node.iter
            if (
                isinstance(through, ast.Call)
                and isinstance(through.func, ast.Name)
                and through.func.id == "enumerate"
                and through.args
            ):
                through = through.args[0]
                target = target.elts[1] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else target
            if isinstance(through, ast.Name):
                element = "(" + "0, " * len(target.elts) + ")" if isinstance(target, ast.Tuple) else "0"
                found[through.id] = f"[{element}, {element}]"
    return found


def _download_nothing(is_network: bool) -> None:
    """A file that the program fetches is a small text; weights of a network of Keras are written when they are read."""

    def get_file(fname: Any = None, origin: Any = None, *_: Any, **__: Any) -> str:
        path = os.path.join("downloaded", os.path.basename(str(fname or origin)))
        if not is_network:
            os.makedirs("downloaded", exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(f"{word} {word}, {index}" for index in range(40) for word in WORDS[0]))
        return path

    for module in list(sys.modules.values()):
        if "keras" in getattr(module, "__name__", "") and callable(vars(module).get("get_file")):
            module.get_file = get_file  # type: ignore[attr-defined]


__all__ = ["Played", "play"]
