"""What Keras does with every path of a program: each statement of it is run, and what it raised or wrote is kept.

A statement that raises does not keep the next one from running, so that each act has its own outcome. Where a program
reads what it never writes, a file of the form that the ending promises lies there.
"""

from __future__ import annotations

import ast
import functools
import os
import tempfile
import traceback
import types
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from oracle.paths.programs import Act, Program, Text, is_same_name, path_of
from oracle.running import executed, raised

CHOOSES = "KEEP_FIRST"


@dataclass
class Outcome:
    """What came of one act. `lines` are those of the program through which the exceptions came."""

    errors: list[Exception] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    warned: list[str] = field(default_factory=list)
    hdf5: str | None = None
    """The HDF5 file of a whole model that was written."""
    reload: Exception | None = None
    """What loading that file again raises."""


@dataclass
class Run:
    """One run of a program."""

    outcomes: list[Outcome]
    trouble: Exception | None = None
    """An exception of a statement that is no act: then the generator is wrong."""


def observe(program: Program, text: Text) -> list[Run]:
    """The outcome of every act, in one run, or in two where the environment decides on a path."""
    choices = ("", "1") if any(act.other is not None for act in program.acts) else ("1",)
    return [_run(program, text, choice) for choice in choices]


def _run(program: Program, text: Text, choice: str) -> Run:
    run = Run([Outcome() for _ in program.acts])
    with executed("") as module, _surroundings(choice) as warned:
        for folder in ("out/deep", "runs.d"):
            os.makedirs(folder)
        for statement in ast.parse(text.text).body:
            number = next((n for n, lines in enumerate(text.lines) if statement.lineno in lines), None)
            if number is not None and statement.lineno == text.lines[number].start:
                _give_file(program, number, module)
            before, told, held = _files(), len(warned), len(module.__dict__.get("callbacks", ()))
            _, error = raised(functools.partial(_execute, statement, module))
            if number is None:
                run.trouble = run.trouble or error
                continue
            outcome = run.outcomes[number]
            if error is not None:
                outcome.errors.append(error)
                outcome.lines |= _lines(error)
            outcome.warned += warned[told:]
            for callback in module.__dict__["callbacks"][held:]:
                _end_an_epoch(callback, module)
            if program.acts[number].operation in ("save", "checkpoint"):
                outcome.hdf5 = next((path for path in sorted(_files() - before) if _is_model_in_hdf5(path)), outcome.hdf5)
        for outcome in run.outcomes:
            if outcome.hdf5 is not None:
                _, outcome.reload = raised(functools.partial(_load, outcome.hdf5))
    return run


def _execute(statement: ast.stmt, module: types.ModuleType) -> None:
    exec(compile(ast.Module([statement], []), "program.py", "exec"), module.__dict__)


@contextmanager
def _surroundings(choice: str) -> Iterator[list[str]]:
    """Temporary files of the program in its own folder, what decides between two paths, and what Keras logs."""
    warned: list[str] = []
    with (
        mock.patch.object(tempfile, "tempdir", os.getcwd()),
        mock.patch.dict(os.environ, {CHOOSES: choice}),
        mock.patch("absl.logging.warning", lambda message, *rest: warned.append(str(message))),
    ):
        yield warned


def _lines(error: Exception) -> set[int]:
    frames = traceback.extract_tb(error.__traceback__)
    return {frame.lineno for frame in frames if frame.filename == "program.py" and frame.lineno is not None}


def _files() -> set[tuple[str, int, int]]:
    found = set()
    for folder, _, names in os.walk("."):
        for name in names:
            path = os.path.join(folder, name)
            state = os.stat(path)
            found.add((path, state.st_mtime_ns, state.st_size))
    return found


def _is_model_in_hdf5(file: tuple[str, int, int]) -> bool:
    import h5py

    if zipfile.is_zipfile(file[0]) or not h5py.is_hdf5(file[0]):
        return False
    with h5py.File(file[0]) as opened:
        return "model_config" in opened.attrs


def _load(file: Any) -> Any:
    import keras

    return keras.saving.load_model(file[0])


def _end_an_epoch(callback: Any, module: types.ModuleType) -> None:
    """Makes a checkpoint write, as `fit` would after its first epoch."""
    callback.set_model(module.__dict__["model"])
    raised(lambda: callback.on_epoch_end(0, {"loss": 1.0, "val_loss": 1.0}))


# --- files that were there before -----------------------------------------------------------------------------------------


def _give_file(program: Program, number: int, module: types.ModuleType) -> None:
    """Puts a file where an act reads, unless the program is to write it."""
    act = program.acts[number]
    if act.is_reading and not is_written(program, number):
        expression = compile(path_of(act, number).expression, "path", "eval")
        _give(os.fspath(eval(expression, module.__dict__)), act, module)


def is_written(program: Program, number: int) -> bool:
    """Whether an earlier act writes what this one means to read, in one form or another."""
    act = program.acts[number]
    return any(not other.is_reading and is_same_name(other.target, act.target) for other in program.acts[:number])


def _give(path: str, act: Act, module: types.ModuleType) -> None:
    import keras

    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    if act.operation == "load_weights":
        model = module.__dict__["model"]
    if path.endswith(".weights.h5") and act.operation == "load_weights":
        model.save_weights(path)
    elif path.endswith((".keras", ".h5", ".hdf5")):
        keras.saving.save_model(model, path)
    elif not os.path.exists(path):
        os.makedirs(path)
