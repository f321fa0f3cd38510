"""What can be said of the end of a path: the only part of it that Keras looks at when it chooses a format.

Turns a text known in full or in parts into an extension, or into "no extension", and answers whether it ends in a given
suffix: yes, no, or nobody knows. Knows nothing of formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kerlint.execution.values import Derived, Literal, Parameter, Text, TextHole, Value
from kerlint.semantics import syntax as ir

HOLE = "…"
"""Stands in a message for the part of a path that is not known."""

NUMBER_SPECIFICATION = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?\d*[,_]?(?:\.\d+)?[bcdeEfFgGnoxX%]")
DATE_ENDS_IN_DIGITS = re.compile(r"%[YmdHMSyjfIUWGVu]$")
EXTENSION = re.compile(r"[^./\\](\.[A-Za-z][A-Za-z0-9]*)$")
ARITHMETIC = frozenset(("-", "*", "/", "//", "**", "<<", ">>"))
NUMERIC_CALLS = frozenset(("builtins.int", "builtins.len", "builtins.round", "builtins.abs", "builtins.float", "time.time"))


def ends_with(text: Text, suffixes: Iterable[str]) -> bool | None:
    """Whether the text ends in one of the suffixes; None when that depends on a part that is not known."""
    tail, is_whole = known_tail(text)
    may_end = False
    for suffix in suffixes:
        if tail.endswith(suffix):
            return True
        may_end = may_end or (not is_whole and suffix.endswith(tail))
    return None if may_end else False


def known_tail(text: Text) -> tuple[str, bool]:
    """The known end of a text, and whether it is all that matters: the whole text, or all behind a slash or a number."""
    tail = ""
    for part in reversed(text.parts):
        if isinstance(part, str):
            tail = part + tail
            continue
        if _is_number(part):
            # No suffix that Keras knows ends in digits of a number in the name, `.h5` being cut only by `.h{n}`.
            return "0" + tail, True
        return tail, "/" in tail
    return tail, True


def extension_of(text: Text) -> str | None:
    """The extension (`.tf`) that a text ends in; None where it has none, as `v1.0` and `runs.d/model` have none."""
    found = EXTENSION.search("x" + known_tail(text)[0])
    return found[1] if found else None


def names_a_directory(text: Text) -> bool:
    """Whether the text ends in a slash."""
    tail, _ = known_tail(text)
    return tail.endswith("/")


def shown(text: Text) -> str:
    """The text as a message shows it, in quotes, with an ellipsis for each part that is not known."""
    inner = "".join(part if isinstance(part, str) else HOLE for part in text.parts)
    return f'"{re.sub(f"{HOLE}+", HOLE, inner)}"'


def with_suffix(text: Text, suffix: str) -> str:
    """The text as it would be shown with another extension."""
    inner = shown(text)[1:-1].rstrip("/")
    return f'"{inner[: len(inner) - replaced_length(inner, text, suffix)]}{suffix}"'


def replaced_length(written: str, text: Text, suffix: str) -> int:
    """How many characters at the end of what is written of a text another extension takes the place of."""
    old = extension_of(text) or ""
    stem = written.removesuffix(old)
    if suffix.startswith(".weights"):
        stem = stem.removesuffix(".weights")
    return len(written) - len(stem)


def stem_of(text: Text) -> str | None:
    """A known text without its last extension."""
    known = text.known
    if known is None:
        return None
    old = extension_of(text)
    return known.removesuffix(".weights.h5") if known.endswith(".weights.h5") else known[: -len(old)] if old else known


def _is_number(hole: TextHole) -> bool:
    """Whether what stands in the hole ends in a digit, whatever it is."""
    if hole.spec and (NUMBER_SPECIFICATION.fullmatch(hole.spec) or DATE_ENDS_IN_DIGITS.search(hole.spec)):
        return True
    return not hole.spec and _is_numeric(hole.value)


def _is_numeric(value: Value) -> bool:
    match value:
        case Literal():
            return isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
        case Parameter():
            return _is_numeric_parameter(value.facts)
        case Derived(operator="element", operands=(Derived(operator="range"), *_)):
            return True
        case Derived(operator="call", operands=(function, *_)):
            return getattr(function, "name", None) in NUMERIC_CALLS
        case Derived(operator="+", operands=operands):
            return any(_is_numeric(operand) for operand in operands)
        case Derived():
            return value.operator in ARITHMETIC and any(_is_numeric(operand) for operand in value.operands)
    return False


def _is_numeric_parameter(facts: ir.Parameter) -> bool:
    if isinstance(facts.annotation, ir.Name):
        return facts.annotation.id in ("int", "float")
    default = facts.default
    return isinstance(default, ir.Constant) and type(default.value) in (int, float)
