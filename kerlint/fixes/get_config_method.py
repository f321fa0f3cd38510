"""Writes a whole method behind the last one of a class, as the class's others are written.

Turns a class and lines into an edit. Knows nothing of what a configuration holds.
"""

from __future__ import annotations

from kerlint.finding import Edit
from kerlint.fixes.editing import edit
from kerlint.fixes.layout import block_end, body_indentation, indentation, is_too_long, line_end, quoted
from kerlint.semantics import syntax as ir
from kerlint.sources.tokens import Tokens


def get_config_of(
    tokens: Tokens, facts: ir.ClassFacts, entries: dict[str, str], *, with_base: bool, rebuilt: dict[str, str]
) -> Edit | None:
    """A `get_config` that returns these keys with their expressions, behind what the base stores where there is a base to ask.

    Where values must be `rebuilt` from what is stored, by these expressions of `config`, a `from_config` follows.
    """
    place = _last_method(facts)
    inner = body_indentation(tokens, place) if place is not None else None
    if place is None or inner is None:
        return None
    outer = indentation(tokens, tokens.starts[place.first])
    items = [*(["**super().get_config()"] if with_base else []), *(f"{quoted(tokens, k)}: {v}" for k, v in entries.items())]
    lines = [f"{inner}return {{{', '.join(items)}}}"]
    if is_too_long(tokens, lines[0]):
        step = inner.removeprefix(outer)
        lines = [f"{inner}return {{", *(f"{inner}{step}{item}," for item in items), f"{inner}}}"]
    methods = [[f"{outer}def get_config(self):", *lines]]
    if rebuilt:
        made = [f"{inner}config[{quoted(tokens, key)}] = {value}" for key, value in rebuilt.items()]
        methods.append([f"{outer}@classmethod", f"{outer}def from_config(cls, config):", *made, f"{inner}return cls(**config)"])
    return _behind_methods(tokens, facts, place, methods)


def _behind_methods(tokens: Tokens, facts: ir.ClassFacts, place: ir.FunctionFacts, methods: list[list[str]]) -> Edit | None:
    """The lines as the last methods of a class, with as many blank lines before each as its others have."""
    end = block_end(tokens, place.first)
    if end is None:
        return None
    blank = _blank_lines_before(tokens, place) if len(facts.methods) > 1 else 1
    new = line_end(tokens)
    return edit(tokens, end, end, "".join(new * blank + "".join(new + line for line in lines) for lines in methods))


def _last_method(facts: ir.ClassFacts) -> ir.FunctionFacts | None:
    methods = [statement for statement in facts.body if isinstance(statement, ir.FunctionFacts)]
    return methods[-1] if methods else None


def _blank_lines_before(tokens: Tokens, method: ir.FunctionFacts) -> int:
    """How many blank lines stand before a definition, its decorators and its comments."""
    first = method.decorators[0].first - 1 if method.decorators else method.first - 1
    line = tokens.place(tokens.starts[first])[0] - 1
    while line > 1 and _text(tokens, line).lstrip().startswith("#"):
        line -= 1
    blank = 0
    while line - blank > 1 and not _text(tokens, line - blank).strip():
        blank += 1
    return min(blank, 2)


def _text(tokens: Tokens, line: int) -> str:
    end = tokens.line_starts[line] if line < len(tokens.line_starts) else len(tokens.text)
    return tokens.text[tokens.line_starts[line - 1] : end]
