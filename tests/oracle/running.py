"""What every family of generated programs shares: a program's text becomes findings, and the same text runs with Keras.

Knows nothing of any rule. Truth is what the installed Keras does when the text is executed here, in this process: the programs
are our own. Nothing of `kerlint.confirm` is used, which is another opinion on what Keras does.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest import mock

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from kerlint.linter import Input, lint
from kerlint.options import Options
from kerlint.settings import SettingsFinder
from kerlint.version import KerasVersion

Program = TypeVar("Program")

_numbers = itertools.count()


@dataclass(frozen=True, order=True)
class Said:
    """A finding, by what can be compared with what happened."""

    line: int
    code: str
    message: str
    severity: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.code} {self.message}"


def for_every(strategy: SearchStrategy[Program], programs: int, claim: Callable[[Program], None]) -> None:
    """Makes the claim of that many generated programs, the same ones in every run, and shrinks the first that breaks it."""

    @settings(
        max_examples=programs,
        deadline=None,
        database=None,
        derandomize=True,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(strategy)
    def claimed(program: Program) -> None:
        claim(program)

    claimed()


def installed_keras() -> KerasVersion:
    """The Keras that the programs run with."""
    import keras

    return KerasVersion.parse(keras.__version__)


def findings(text: str, select: tuple[str, ...] = ("ALL",), target: KerasVersion | None = None) -> tuple[Said, ...]:
    """What kerlint says of a program for the installed Keras, no matter what is configured around here."""
    with tempfile.TemporaryDirectory() as folder:
        options = Options(root=folder, select=select, target_keras=target or installed_keras())
        finder = SettingsFinder((options,), lambda prefix: True, None, None, True)
        outcome = lint([Input(os.path.join(folder, "program.py"), text.encode())], finder)
    return tuple(sorted(Said(f.span.line, f.code, f.message, f.severity.value) for f in outcome.findings))


@contextmanager
def executed(text: str, keeps_names: bool = False) -> Iterator[types.ModuleType]:
    """The module that a program's text makes. Its folder, its warnings and what it registers with Keras are its own.

    So are Keras's automatic names, unless it is to go on with them like a process that has made layers before; such a process
    draws other random numbers as well.
    """
    import keras

    number = next(_numbers)
    state = random.getstate()
    if not keeps_names:
        _forget_session(number)
    keras.utils.set_random_seed(8 if keeps_names else 7)
    name = f"generated_program_{number}"
    module = types.ModuleType(name)
    module.__dict__["__file__"] = "program.py"
    custom = keras.saving.get_custom_objects()
    known = dict(custom)
    sys.modules[name] = module
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            exec(compile(text, "program.py", "exec"), module.__dict__)
            yield module
        finally:
            os.chdir(before)
            random.setstate(state)
            del sys.modules[name]
            custom.clear()
            custom.update(known)


def _forget_session(number: int) -> None:
    """Keras counts its automatic names from the start again.

    It collects garbage as well, which takes a quarter of a second with TensorFlow in memory: once in fifty is enough.
    """
    import keras

    if number % 50 == 0:
        keras.utils.clear_session()
        return
    with mock.patch("gc.collect"):
        keras.utils.clear_session()


def raised(action: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """What an action gave, and what it raised."""
    try:
        return action(), None
    except Exception as error:  # whatever Keras raises is an observation
        return None, error


def numbered(text: str) -> str:
    """The program with its line numbers, for the message of a failure."""
    return "\n".join(f"{number:3} {line}" for number, line in enumerate(text.splitlines(), 1))
