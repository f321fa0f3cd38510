"""Small programs that make a model, write it, and read what they wrote: the grammar, and the text of each program.

A program is a model and acts in order; each act is one call of Keras with one path, in one of the surroundings in which
programs make such calls. The writer remembers on which lines the statement of each act stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from oracle.paths import computed_forms, written_forms
from oracle.paths.expressions import FORMS, Target, Written, forms_of, targets, written

IMPORTS = """\
import argparse, dataclasses, datetime, enum, functools, os, tempfile, time, types
from pathlib import Path

import keras
import numpy as np
"""
FAMILIES = (written_forms, computed_forms)
"""Where the forms are, which make themselves known."""

MODELS = {
    "functional": (
        "inputs = keras.Input((3,))",
        "model = keras.Model(inputs, keras.layers.Dense(2)(inputs))",
    ),
    "with operators": (
        "inputs = keras.Input((3,))",
        "hidden = keras.layers.Dense(2)(inputs)",
        "model = keras.Model(inputs, hidden * 2 + hidden)",
    ),
    "with operations": (
        "inputs = keras.Input((3,))",
        "model = keras.Model(inputs, keras.ops.mean(keras.layers.Dense(2)(inputs), axis=-1, keepdims=True))",
    ),
    "with slices": (
        "inputs = keras.Input((3,))",
        "model = keras.Model(inputs, keras.layers.Dense(2)(inputs[:, :2]))",
    ),
    "sequential": ("model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])",),
    "sequential that grows": (
        "model = keras.Sequential()",
        "model.add(keras.Input((3,)))",
        "model.add(keras.layers.Dense(2))",
    ),
    "subclass": (
        "@keras.saving.register_keras_serializable()",
        "class Net(keras.Model):",
        "    def __init__(self, **kwargs):",
        "        super().__init__(**kwargs)",
        "        self.dense = keras.layers.Dense(2)",
        "    def call(self, inputs):",
        "        return self.dense(inputs)",
        "model = Net()",
        "model(np.ones((1, 3), 'float32'))",
    ),
    "made by a function": (
        "def make():",
        "    inputs = keras.Input((3,))",
        "    return keras.Model(inputs, keras.layers.Dense(2)(inputs))",
        "model = make()",
    ),
}
LOSSES = (None, None, "'mse'", "'mae'", "'mean_squared_error'", "keras.losses.MeanSquaredError()", "'huber'")
ARGUMENTS = {
    "save": ("", "", "", "overwrite=True", "include_optimizer=False", "zipped=True", "zipped=False", "save_format='tf'",
             "save_format='h5'", "save_format='keras'", "save_format=None", "save_traces=False", "signatures=None",
             "options=None"),
    "save_weights": ("", "", "overwrite=True", "save_format='h5'", "save_format='tf'", "options=None"),
    "checkpoint": ("", "save_weights_only=True", "save_weights_only=True", "save_weights_only=False", "save_best_only=True",
                   "monitor='loss'", "save_freq='epoch'", "period=1", "options=None", "save_format='tf'"),
    "load": ("", "", "compile=False", "safe_mode=False", "custom_objects=None", "options=None"),
    "load_weights": ("", "", "skip_mismatch=False", "options=None"),
    "export": ("verbose=False",),
}  # fmt: skip
READING = ("load", "load_weights")


@dataclass(frozen=True)
class Act:
    """One call of Keras with one path."""

    operation: str
    call: str
    target: Target
    form: str
    argument: str
    surrounding: str
    other: Target | None = None
    """The path in another run of the program, when what happens outside decides between two."""

    @property
    def is_reading(self) -> bool:
        return self.operation in READING


@dataclass(frozen=True)
class Program:
    """A model and what is done with it."""

    model: str
    loss: str | None
    fits: bool
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Text:
    """A program as it is run, and the lines of each act."""

    text: str
    lines: tuple[range, ...]


CALLS = {
    "save": ("{model}.save({path})", "{model}.save(filepath={path})", "keras.models.save_model({model}, {path})",
             "keras.saving.save_model({model}, filepath={path})"),
    "save_weights": ("{model}.save_weights({path})", "{model}.save_weights(filepath={path})"),
    "checkpoint": ("callbacks.append(keras.callbacks.ModelCheckpoint({path}))",
                   "callbacks.append(keras.callbacks.ModelCheckpoint(filepath={path}))"),
    "load": ("loaded.append(keras.models.load_model({path}))", "loaded.append(keras.saving.load_model(filepath={path}))"),
    "load_weights": ("{model}.load_weights({path})", "{model}.load_weights(filepath={path})"),
    "export": ("{model}.export({path})",),
}  # fmt: skip


def _with_argument(call: str, argument: str) -> str:
    return call.replace("{path}", f"{{path}}, {argument}") if argument else call


# --- surroundings: a call and the expression of its path become statements ----------------------------------------------

Surrounding = Callable[[str, str, int], list[str]]


def _called(call: str, path: str, model: str = "model") -> str:
    return call.replace("{model}", model).replace("{path}", path)


SURROUNDINGS: dict[str, Surrounding] = {
    "plain": lambda call, path, n: [_called(call, path)],
    "variable": lambda call, path, n: [f"target_{n} = {path}", _called(call, f"target_{n}")],
    "helper": lambda call, path, n: [f"def keep_{n}(model, path):", f"    {_called(call, 'path')}", f"keep_{n}(model, {path})"],
    "helper by keyword": lambda call, path, n: [
        f"def keep_{n}(net: keras.Model, *, path: str = 'other.keras'):",
        f"    {_called(call, 'path', 'net')}",
        f"keep_{n}(model, path={path})",
    ],
    "helper with default": lambda call, path, n: [
        f"default_{n} = {path}", f"def keep_{n}(model, path=default_{n}):", f"    {_called(call, 'path')}", f"keep_{n}(model)",
    ],
    "helper that changes nothing": lambda call, path, n: [
        f"def keep_{n}(model, path):", "    def inner(target):", f"        {_called(call, 'target')}", "    inner(path)",
        f"keep_{n}(model, {path})",
    ],
    "object": lambda call, path, n: [
        f"class Keeper{n}:", "    def __init__(self, model, path):", "        self.model = model", "        self.path = path",
        "    def keep(self):", f"        {_called(call, 'self.path', 'self.model')}", f"Keeper{n}(model, {path}).keep()",
    ],
    "object with default": lambda call, path, n: [
        f"class Keeper{n}:", f"    path = {path}", "    def __init__(self, model):", "        self.model = model",
        "    def keep(self):", f"        {_called(call, 'self.path', 'self.model')}", f"keeper_{n} = Keeper{n}(model)",
        f"keeper_{n}.keep()",
    ],
    "function": lambda call, path, n: ["def main():", f"    target = {path}", f"    {_called(call, 'target')}", "main()"],
    "condition": lambda call, path, n: ["if len(callbacks) < 9:", f"    {_called(call, path)}"],
    "loop": lambda call, path, n: ["for turn in range(1):", f"    {_called(call, path)}"],
    "loop over paths": lambda call, path, n: [f"for path in [{path}]:", f"    {_called(call, 'path')}"],
    "loop over pairs": lambda call, path, n: [f"for name, path in [('best', {path})]:", f"    {_called(call, 'path')}"],
    "cleaning up": lambda call, path, n: ["try:", f"    {_called(call, path)}", "finally:", "    done = True"],
    "context": lambda call, path, n: ["with keras.name_scope('scope'):", f"    {_called(call, path)}"],
    "lambda": lambda call, path, n: [f"keep_{n} = lambda path: {_called(call, 'path')}", f"keep_{n}({path})"],
    "partial": lambda call, path, n: [
        f"def keep_{n}(model, path):", f"    {_called(call, 'path')}", f"functools.partial(keep_{n}, path={path})(model)",
    ],
    "unpacked arguments": lambda call, path, n: [
        f"given_{n} = [model, {path}]", f"def keep_{n}(model, path):", f"    {_called(call, 'path')}", f"keep_{n}(*given_{n})",
    ],
    "unpacked keywords": lambda call, path, n: [
        f"given_{n} = {{'path': {path}}}", f"def keep_{n}(model, path):", f"    {_called(call, 'path')}",
        f"keep_{n}(model, **given_{n})",
    ],
    "walrus": lambda call, path, n: [f"if (target_{n} := {path}):", f"    {_called(call, f'target_{n}')}"],
    "folder made first": lambda call, path, n: [
        f"target_{n} = {path}", f"os.makedirs(os.path.dirname(target_{n}) or '.', exist_ok=True)", _called(call, f"target_{n}"),
    ],
}  # fmt: skip


CONDITIONAL = ("condition", "walrus", "cleaning up", "loop", "loop over paths", "loop over pairs")


# --- the grammar --------------------------------------------------------------------------------------------------------


def acts(operation: str, target: Target, other: Target | None = None) -> st.SearchStrategy[Act]:
    """One call of an operation on that target, written in any form, in any surrounding."""
    return st.builds(
        Act, st.just(operation), st.sampled_from(CALLS[operation]), st.just(target),
        forms_of(target).filter(lambda form: operation not in READING or form != "seconds"),  # a file of another second
        st.sampled_from(ARGUMENTS[operation]), st.sampled_from(sorted(SURROUNDINGS)), st.just(other),
    )  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A program of one to three writes, some of which are read again, or of a read of what lies there."""
    drawn: list[Act] = []
    fits = False
    for prefix in ("", "other-")[: draw(st.integers(1, 2))]:
        kind = draw(st.sampled_from(("write", "write", "pair", "read")))
        if kind == "pair":
            pair = draw(pairs(prefix))
            drawn += pair
            fits = fits or pair[0].operation == "checkpoint"
            continue
        writes = draw(st.sampled_from(("save",) * 4 + ("save_weights",) * 2 + ("checkpoint",) * 2))
        operation = writes if kind == "write" else draw(st.sampled_from(READING))
        drawn.append(draw(acts(operation, draw(targets(prefix)), draw(st.one_of(st.none(), st.none(), targets(prefix))))))
    loss = draw(st.sampled_from(LOSSES)) if not fits else "keras.losses.MeanSquaredError()"
    return Program(draw(st.sampled_from(sorted(MODELS))), loss, fits, tuple(drawn))


SIMPLE = (".keras", ".keras", ".h5", ".hdf5", ".weights.h5", "", ".tf")


@st.composite
def pairs(draw: st.DrawFn, prefix: str) -> list[Act]:
    """A write and a read of the same name, sometimes with another ending."""
    target = draw(targets(prefix, SIMPLE))
    writing = draw(st.sampled_from(("save", "save", "save_weights", "checkpoint")))
    reading = draw(st.sampled_from(READING))
    ending = draw(st.sampled_from((target.ending, target.ending, *SIMPLE)))
    again = Target(target.folder, target.stem, ending)
    first = draw(acts(writing, target).filter(lambda act: FORMS[act.form].is_exact))
    second = draw(acts(reading, again).filter(lambda act: FORMS[act.form].is_exact))
    return [first, second]


# --- the writer ---------------------------------------------------------------------------------------------------------


def text_of(program: Program) -> Text:
    """The program, and on which lines each act stands."""
    lines = [*IMPORTS.splitlines(), "callbacks = []", "loaded = []", *MODELS[program.model]]
    if program.loss is not None:
        lines.append(f"model.compile('sgd', loss={program.loss}, run_eagerly=True)")
    places = []
    for number, act in enumerate(program.acts):
        path = path_of(act, number)
        lines += path.lines
        begins = len(lines) + 1
        lines += SURROUNDINGS[act.surrounding](_with_argument(act.call, act.argument), path.expression, number)
        places.append(range(begins, len(lines) + 1))
        if act.operation == "checkpoint" and program.fits:
            lines.append("model.fit(np.ones((2, 3), 'float32'), np.ones((2, 1), 'float32'), callbacks=callbacks, verbose=0)")
    return Text("\n".join(lines) + "\n", tuple(places))


def path_of(act: Act, number: int) -> Written:
    """The path of an act; one of two, when a variable of the environment decides."""
    path = written(act.target, act.form, number)
    is_computable = path.is_computable and not _may_be_meant_otherwise(act)
    if act.other is None:
        return Written(path.lines, path.expression, is_computable)
    choice = f"({path.expression}) if os.environ.get('KEEP_FIRST') else {act.other.text!r}"
    return Written(path.lines, choice, is_computable)


def _may_be_meant_otherwise(act: Act) -> bool:
    """Whether the path may be fit for all that can be read.

    Where a load depends on a condition, the default of an option is often the one value for which it does not run. And
    weights are read from `.weights.json` as well, which a date can be told from only by who knows what dates look like. What
    a class body takes from a global may be any value that the global ever has.
    """
    is_option = act.is_reading and act.form == "option_of_the_command_line" and act.surrounding in CONDITIONAL
    is_global_in_class = act.form == "chosen_by_statement" and act.surrounding == "object with default"
    return (
        is_option
        or is_global_in_class
        or (act.operation == "load_weights" and act.form == "written_date" and act.target.ending == ".json")
    )


def is_same_name(one: Target, other: Target) -> bool:
    """Whether two paths differ in their endings only."""
    return (one.folder.removeprefix("./"), one.stem) == (other.folder.removeprefix("./"), other.stem)


def writes_weights(act: Act) -> bool:
    """Whether an act writes the weights alone."""
    return act.operation == "save_weights" or (act.operation == "checkpoint" and act.argument == "save_weights_only=True")
