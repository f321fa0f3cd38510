"""The source lines by which a person can run a body again, for reproduction scripts. Knows nothing of verdicts."""

from __future__ import annotations

import ast
import re
from typing import Any

import keras

from .bodies import RETURNED, BodyRun


def lines_of_body(run: BodyRun) -> list[str] | None:
    """The statements with what was assumed before them; None where they cannot stand in a function."""
    text = run.subject["text"]
    if re.search(r"^\s*(from __future__|from \S+ import \*)", text, re.MULTILINE):
        return None
    lines = []
    for name, assumed in run.used.items():
        value = source_of(run, assumed)
        if value is None:
            return None
        lines.append(f"{name} = {value}")
    return lines + [line for line in text.splitlines() if line.strip()]


def source_of(run: BodyRun, assumed: str) -> str | None:
    """What was assumed for a name as an expression; None where there is none."""
    form = f"keras.Input(shape={run.form.shape!r}, dtype={run.form.dtype!r})"
    if assumed.startswith("a tensor") and run.form.is_symbol:
        return form
    if assumed.startswith("three tensors") and run.form.is_symbol:
        return f"[{form} for _ in range(3)]"
    try:
        ast.parse(assumed, mode="eval")
    except SyntaxError:
        return None
    return assumed


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


__all__ = ["keras", "lines_of_body", "name_of", "source_of", "way_to"]
