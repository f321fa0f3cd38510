"""The source lines by which a person can run a body again, for reproduction scripts. Knows nothing of verdicts."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from .assumed import Form
from .bodies import RETURNED, BodyRun


def lines_of_body(run: BodyRun) -> list[str] | None:
    """The statements with what was assumed before them; None where they cannot stand in a function."""
    return _lines(run, run.subject["text"].splitlines())


def lines_that_ran(run: BodyRun) -> list[str] | None:
    """The same without the statements that failed."""
    failed = {line for failure in run.failures for line in range(failure.first, failure.last + 1)}
    lines = enumerate(run.subject["text"].splitlines(), 1)
    return _lines(run, [line for number, line in lines if number not in failed])


def _lines(run: BodyRun, text: Sequence[str]) -> list[str] | None:
    if any(re.match(r"\s*(from __future__|from \S+ import \*)", line) for line in text):
        return None
    read = set(re.findall(r"\w+", "\n".join(text)))
    lines = []
    for name, assumed in run.used.items():
        if name not in read:
            continue
        value = source_of(run, assumed)
        if value is None:
            return None
        lines.append(f"{name} = {value}")
    return lines + [line for line in text if line.strip()]


def source_of(run: BodyRun, assumed: str) -> str | None:
    """What was assumed for a name as an expression; None where there is none."""
    tensors = re.match("a tensor|three tensors", assumed)
    if tensors is not None:
        one = _tensor(run.form)
        return f"[{one} for _ in range(3)]" if one is not None and tensors.group() == "three tensors" else one
    numbers = re.fullmatch(r"made (whole )?numbers (\([\d, ]*\))", assumed)
    if numbers is not None:
        return f"numpy.ones({numbers.group(2)}{', dtype=int' if numbers.group(1) else ''})"
    try:
        ast.parse(assumed, mode="eval")
    except SyntaxError:
        return None
    return assumed


def _tensor(form: Form) -> str | None:
    if form.is_symbol:
        return f"keras.Input(shape={form.shape!r}, dtype={form.dtype!r})"
    shape = tuple(int(size) for size in form.tensor(0).shape)
    return f"numpy.ones({shape}, dtype={form.dtype!r})" if form.dtype != "string" else None


def name_of(run: BodyRun, thing: Any) -> str | None:
    """The name under which a body holds an object."""
    own = [name for name, value in run.namespace.items() if value is thing and (name == RETURNED or not name.startswith("__"))]
    return own[0] if own else None


def way_to(thing: Any, layer: Any) -> str | None:
    """An expression that finds a layer inside a layer or model called `thing`."""
    if thing is layer:
        return "thing"
    flatten = getattr(thing, "_flatten_layers", None)
    inner = list(flatten()) if flatten is not None else []
    place = next((place for place, other in enumerate(inner) if other is layer), None)
    return None if place is None else f"list(thing._flatten_layers())[{place}]"


__all__ = ["lines_of_body", "lines_that_ran", "name_of", "source_of", "way_to"]
