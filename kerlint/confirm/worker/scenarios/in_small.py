"""Lets a program run with made data: what it adapts, trains, saves, loads and copies happens in small, and is noted."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Collection, Sequence
from typing import Any, Callable

import keras
import numpy

from .adapting import (
    KINDS,
    dense,
    does,
    in_one_line,
    inputs_for,
    kind_of,
    learners_in,
    move_weights,
    rerooted,
    rows_for,
    structure_of,
    targets_for,
    write_legacy_weights,
)

RUNS = ("fit", "fit_generator", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
FUNCTIONS = {
    "fit": "train",
    "evaluate": "test",
    "predict": "predict",
    "train_on_batch": "train",
    "test_on_batch": "test",
    "predict_on_batch": "predict",
}


class Step:
    """Something that the program did, with which object, on which of its lines."""

    def __init__(self, name: str, thing: Any, place: tuple[str, int], **more: Any) -> None:
        self.name, self.thing, self.place, self.more = name, thing, place, more


class InSmall:
    """What was noted. `tells` says whether layers learn anything, `trains` whether models are really fitted."""

    def __init__(
        self, paths: Collection[str], shapes: Sequence[Sequence[int]] = (), tells: bool = True, trains: bool = False
    ) -> None:
        self.paths, self.shapes, self.tells, self.trains = (
            frozenset(paths),
            [tuple(shape) for shape in shapes] or [(8,)],
            tells,
            trains,
        )
        self.generation = 0
        """Which rows the first `adapt` of a layer sees."""
        self.renames = False
        """Whether a path that Keras refuses is given an ending that it takes."""
        self.steps: list[Step] = []
        self.originals: dict[str, Any] = {}
        self._replaced: list[tuple[Any, str, Any]] = []

    def note(self, name: str, thing: Any, **more: Any) -> Step:
        """Adds a step; its line is that of the program's innermost frame, if the program itself made the call."""
        frame = sys._getframe(2)
        file = frame.f_code.co_filename
        self.steps.append(Step(name, thing, (file, frame.f_lineno) if file in self.paths else ("", 0), **more))
        return self.steps[-1]

    def of(self, *names: str) -> list[Step]:
        """The steps of these names, in order."""
        return [step for step in self.steps if step.name in names]

    def begin(self) -> InSmall:
        """Puts itself between the program and Keras, until it steps aside."""
        for name in KINDS:
            self.originals["adapt:" + name] = getattr(keras.layers, name).adapt
            self.originals["config:" + name] = getattr(keras.layers, name).get_config
        self.originals.update(
            {
                name: getattr(keras.Model, name)
                for name in (*RUNS, "save", "save_weights", "load_weights")
                if hasattr(keras.Model, name)
            }
        )
        for name in KINDS:
            self._replace(getattr(keras.layers, name), "adapt", self._adapt)
        for name in RUNS:
            if hasattr(keras.Model, name):
                self._replace(keras.Model, name, self._run_of(name))
        for name in ("save", "save_weights", "export"):
            if hasattr(keras.Model, name):
                self._replace(keras.Model, name, self._save_of(name))
        self._replace(keras.callbacks.ModelCheckpoint, "__init__", self._callback)
        self._replace(keras.Model, "load_weights", self._load_weights)
        self._replace(keras.Model, "set_weights", self._copying("set_weights"))
        classes = [*(getattr(keras.layers, name) for name in KINDS), keras.Model, keras.Sequential]
        for cls in classes:
            for name in ("get_config", "to_json", "get_weights"):
                if hasattr(cls, name):
                    self._replace(cls, name, self._reading(name))
        for name in ("clone_model", "model_from_json", "model_from_config", "save_model", "load_model"):
            self._replace_function(name)
        for cls in classes:
            self._replace_from_config(cls)
        return self

    def end(self) -> None:
        """Steps aside."""
        for owner, name, original in reversed(self._replaced):
            setattr(owner, name, original) if original is not None else delattr(owner, name)

    def _replace(self, cls: type, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._put(cls, name, wrap(getattr(cls, name)))

    def _put(self, owner: Any, name: str, value: Any) -> None:
        self._replaced.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, value)

    # what is told to layers

    def _adapt(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def adapt(layer: Any, data: Any = None, *_: Any, **__: Any) -> None:
            generation = self.generation + sum(1 for step in self.of("adapt") if step.thing is layer)
            config = self.originals["config:" + kind_of(layer)](layer) if generation == self.generation else None
            step = self.note("adapt", layer, generation=generation, config=config)
            holders = [made for made in self._models() if any(inner is layer for inner in learners_in(made))]
            step.more["before"] = [(model, self._outputs(model, 0)) for model in holders] if self.trains else []
            if self.tells:
                step.more["rows"] = self._told(layer, data, generation, original)
            step.more["after"] = [(model, self._outputs(model, 0)) for model in holders] if self.trains else []

        return adapt

    def _told(self, layer: Any, data: Any, generation: int, original: Callable[..., Any]) -> Any:
        """Tells a layer what the program writes out, or else made rows of the shape that the program gives it later."""
        if data is not None:
            try:
                original(layer, data)
                return data
            except Exception:
                pass
        rows = rows_for(layer, generation, self.shapes[0])
        original(layer, rows)
        return rows

    def _models(self) -> list[Any]:
        found: list[Any] = []
        for step in self.steps:
            if isinstance(step.thing, keras.Model) and not any(step.thing is other for other in found):
                found.append(step.thing)
        return found

    def _outputs(self, model: Any, generation: int) -> Any:
        rows = inputs_for(model, generation, self.shapes)
        return does(model, rows) if rows is not None else {"error": "no input was found"}

    # what runs

    def _run_of(self, name: str) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def run(model: Any, *_: Any, **named: Any) -> Any:
                step = self.note(name, model)
                result: Any = History()
                is_needed = self.trains or name.startswith("predict") or not model.built
                rows = inputs_for(model, len(self.of("adapt")) > 1, self.shapes) if is_needed else None
                if FUNCTIONS.get(name) == "train" and not self.trains:
                    move_weights(model)
                if self.trains and rows is not None:
                    try:
                        result = self._really(model, name, rows, original)
                        step.more["result"] = result
                    except Exception as error:
                        step.more["error"] = in_one_line(error)
                elif name.startswith("predict") and rows is not None:
                    found = does(model, rows)
                    result = found.get("values", numpy.zeros((1, 1)))
                for callback in named.get("callbacks") or ():
                    if type(callback).__name__ == "ModelCheckpoint":
                        self._checkpoint(model, callback)
                return result

            return run

        return wrap

    def _really(self, model: Any, name: str, rows: Any, original: Callable[..., Any]) -> Any:
        """One pass of the real method, on made rows and targets that it takes."""
        if name in ("predict", "predict_on_batch"):
            return original(model, rows, verbose=0) if name == "predict" else original(model, rows)
        last: Exception = ValueError("not compiled")
        for target in targets_for(model, rows):
            try:
                if name.endswith("on_batch"):
                    return original(model, rows, target)
                return original(model, rows, target, batch_size=4096, verbose=0, **({"epochs": 1} if name == "fit" else {}))
            except Exception as error:
                last = error
        raise last

    def again(self, model: Any, name: str, fresh: bool) -> Any:
        """What a run gives now, with what was traced before or, if `fresh`, traced anew. Weights stay as they are."""
        if fresh:
            getattr(model, f"make_{FUNCTIONS[name]}_function")(force=True)
        rows = inputs_for(model, 0, self.shapes)
        before = [numpy.asarray(variable) for variable in model.weights]
        if FUNCTIONS[name] == "train":
            model.optimizer.learning_rate = 0.0
        result = self._really(model, name, rows, self.originals[name])
        for variable, value in zip(model.weights, before):
            if value.dtype.kind == "f":
                variable.assign(value)
        if isinstance(getattr(result, "history", None), dict):
            return numpy.asarray([result.history["loss"][-1]])
        return numpy.ravel(
            dense(result) if not isinstance(result, (float, list, tuple)) else numpy.asarray(result, dtype="float64")
        )

    # what goes to disk and comes back

    def _save_of(self, name: str) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def save(model: Any, path: Any = "model.keras", *args: Any, **named: Any) -> Any:
                frame = sys._getframe(1)
                if self.paths and frame.f_code.co_filename not in self.paths:
                    return original(model, path, *args, **named)
                self.note(name, model)
                return self._written(model, name, named.pop("filepath", path), lambda to: original(model, to, *args, **named))

            return save

        return wrap

    def _written(self, model: Any, form: str, path: Any, write: Callable[[str], Any]) -> None:
        step = self.steps[-1]
        to = self._taken(rerooted(str(path)), form == "save_weights") if form != "export" else rerooted(str(path))
        step.more.update(path=to, form=form, index=len([s for s in self.steps if "form" in s.more]))
        if not self.tells:
            return
        os.makedirs(os.path.dirname(to) or ".", exist_ok=True)
        try:
            if structure_of(model) is None or not model.built:
                inputs_for(model, 0, self.shapes)
            write(to)
        except Exception as error:
            step.more["error"] = in_one_line(error)

    def _taken(self, path: str, only_weights: bool) -> str:
        """The path, with an ending that this Keras takes if it would be refused for it."""
        endings = (".weights.h5",) if only_weights else (".keras", ".h5", ".hdf5")
        return path if not self.renames or not hasattr(keras, "ops") or path.endswith(endings) else path.rstrip("/") + endings[0]

    def _callback(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def init(callback: Any, filepath: Any, *args: Any, **named: Any) -> None:
            only = named.get("save_weights_only", args[3] if len(args) > 3 else False)
            try:
                original(callback, filepath, *args, **named)
            except ValueError:
                original(callback, self._taken(str(filepath), bool(only)), *args, **named)

        return init

    def _checkpoint(self, model: Any, callback: Any) -> None:
        """Writes what the callback would write after an epoch."""
        only = bool(callback.save_weights_only)
        names = re.findall(r"\{([A-Za-z_]\w*)", str(callback.filepath))
        path = str(callback.filepath).format(**{name: 1 if name in ("epoch", "batch") else 0.5 for name in names})
        self.steps.append(Step("checkpoint", model, ("", 0)))
        form = "save_weights" if only else "save"
        self._written(model, form, path, lambda to: self.originals[form](model, to))

    def _load_weights(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def load_weights(model: Any, path: Any = "", *args: Any, **named: Any) -> Any:
            to = rerooted(str(named.pop("filepath", path)))
            step = self.note("load_weights", model, path=to)
            if not os.path.exists(to) and not os.path.exists(to + ".index"):
                step.more.update(made=True, twin=self.leave_weights(model, to))
            return original(model, to, *args, **named)

        return load_weights

    def leave_weights(self, model: Any, path: str) -> Any:
        """Writes the weights file that a told model of the same make would have left. Gives that model."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        twin = keras.models.clone_model(model)
        for layer in learners_in(twin):
            self.originals["adapt:" + kind_of(layer)](layer, rows_for(layer, 0, self.shapes[0]))
        move_weights(twin)
        if path.endswith((".h5", ".hdf5")) and not path.endswith(".weights.h5"):
            write_legacy_weights(twin, path)
        else:
            self.originals["save_weights"](twin, path)
        return twin if len(twin.layers) < 60 else None

    # copies

    def _copying(self, name: str) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def copy(model: Any, *args: Any, **named: Any) -> Any:
                source = self._source_of(args[0] if args else named.get("weights"))
                self.note(name, model, source=source)
                return original(model, *args, **named)

            return copy

        return wrap

    def _reading(self, name: str) -> Callable[..., Any]:
        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def read(thing: Any, *args: Any, **named: Any) -> Any:
                result = original(thing, *args, **named)
                if not self.paths or sys._getframe(1).f_code.co_filename in self.paths:
                    self.note(name, thing, result=result)
                return result

            return read

        return wrap

    def _source_of(self, value: Any) -> Any:
        """The object of which a configuration or list of weights was read."""
        for step in reversed(self.of("get_config", "to_json", "get_weights")):
            if step.more["result"] is value or (isinstance(value, str) and step.more["result"] == value):
                return step.thing
        return None

    def _replace_function(self, name: str) -> None:
        original = getattr(keras.models, name, None)
        if original is None:
            return

        @functools.wraps(original)
        def function(*args: Any, **named: Any) -> Any:
            if self.paths and sys._getframe(1).f_code.co_filename not in self.paths:
                return original(*args, **named)
            if name == "save_model":
                model, path = (*args, named.get("filepath"))[:2]
                self.note("save", model)
                rest = {key: value for key, value in named.items() if key != "filepath"}
                return self._written(model, "save", path, lambda to: original(model, to, *args[2:], **rest))
            if name == "load_model":
                named["filepath" if not args else "_"] = rerooted(str(args[0] if args else named["filepath"]))
                result = original(named.pop("_"), *args[1:], **named) if args else original(**named)
                self.note(name, result)
                return result
            given = args[0] if args else next(iter(named.values()))
            source = given if name == "clone_model" else self._source_of(given)
            step = self.note(name, None, source=source)
            step.thing = original(*args, **named)
            return step.thing

        for module in list(sys.modules.values()):
            if "keras" in getattr(module, "__name__", "") and vars(module).get(name) is original:
                self._put(module, name, function)

    def _replace_from_config(self, cls: Any) -> None:
        original = cls.from_config.__func__

        def from_config(owner: Any, config: Any, *args: Any, **named: Any) -> Any:
            direct = not self.paths or sys._getframe(1).f_code.co_filename in self.paths
            result = original(owner, config, *args, **named)
            if direct:
                self.note("from_config", result, source=self._source_of(config))
            return result

        self._put(cls, "from_config", classmethod(from_config))


class History:
    """What stands in for the outcome of a training that was left out."""

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = _Anything()
        self.epoch = [0]


class _Anything(dict):  # type: ignore[type-arg]
    def __missing__(self, _: str) -> list[float]:
        return [0.5]
