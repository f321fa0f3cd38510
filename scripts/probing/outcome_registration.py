"""Whether a load finds a class or function of the program that saved it.

The load runs in a fresh process. Cases read `layer importable .keras`: what is looked for, where it is defined and
how it is made known, and the route.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from probing.cases import Case, step

DEFINITION = """
import keras
class Program(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 2
def program_loss(y, p):
    return keras.losses.mean_squared_error(y, p)
def program_activation(x):
    return x * 2
class ProgramModel(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(2)
    def call(self, inputs):
        return self.dense(inputs)
"""
REGISTER = """
for thing in (Program, ProgramModel, program_loss, program_activation):
    keras.utils.register_keras_serializable(package="probe")(thing)
"""
MODELS = {
    "layer": "m = keras.Sequential([keras.Input((4,)), Program()])",
    "model": "import numpy; m = ProgramModel(); m(numpy.zeros((1, 4)))",
    "loss": "m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]); m.compile('sgd', program_loss)",
    "activation": "m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation=program_activation)])",
}
NAMES = {"layer": "Program", "model": "ProgramModel", "loss": "program_loss", "activation": "program_activation"}


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for kind in MODELS:
        for route in (".keras", ".h5") if kind in ("layer", "loss") else (".keras",):
            for where in ("importable", "main"):
                for known in ("unknown", "custom_objects", "scope", "registered at load", "registered but not imported"):
                    found[f"{kind} {where} {known} {route}"] = partial(_measure, kind, where, known, route)
            found[f"{kind} importable unknown compile=False {route}"] = partial(
                _measure, kind, "importable", "unknown", route, "compile=False"
            )
    return found


def _measure(kind: str, where: str, known: str, route: str, argument: str = "") -> str:
    register = REGISTER if known.startswith("registered") else ""
    Path("program.py").write_text(DEFINITION + register)
    source = "from program import *\n" if where == "importable" else DEFINITION + register
    prologue = "import os, sys; sys.path.insert(0, os.getcwd()); import keras\n"
    step("save")
    _run(prologue + source + MODELS[kind] + f"\nm.save('saved{route}')")
    step("load")
    arguments = [argument] if argument else []
    again = ""
    if known in ("custom_objects", "scope", "registered at load"):
        again = source
    if known == "custom_objects":
        arguments.append(f"custom_objects={{'{NAMES[kind]}': {NAMES[kind]}}}")
    load = ", ".join(["'saved" + route + "'", *arguments])
    call = f"m = keras.models.load_model({load})"
    if known == "scope":
        call = f"with keras.utils.custom_object_scope({{'{NAMES[kind]}': {NAMES[kind]}}}):\n    {call}"
    _run(prologue + again + call)
    return "ok"


def _run(program: str) -> None:
    """Runs a program in a forked child of this process, which has Keras imported and nothing of the program."""
    child = os.fork()
    if child == 0:
        try:
            exec(compile(program, "__main__", "exec"), _main_module())
        except BaseException as error:
            Path("error.txt").write_text(type(error).__name__)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        name = Path("error.txt").read_text() if Path("error.txt").exists() else "ProcessDied"
        raise type(name, (Exception,), {})


def _main_module() -> dict:
    module = type(sys)("__main__")
    sys.modules["__main__"] = module
    return vars(module)
