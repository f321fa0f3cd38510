"""Puts Keras's decorator before a class or function, so that Keras finds it again by its name.

Turns a definition into a fix. Knows nothing of which definitions need it.
"""

from __future__ import annotations

from kerlint.finding import Applicability, Fix
from kerlint.fixes.editing import edit, tokens_of
from kerlint.fixes.keras_names import spelt
from kerlint.fixes.layout import begins_line, indentation, line_end
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted, text_of
from kerlint.serialization.names import qualified
from kerlint.sources.tokens import Tokens

_DECORATORS = ("keras.saving.register_keras_serializable", "keras.utils.register_keras_serializable")


def registered(module: Module, definition: ir.ClassFacts | ir.FunctionFacts) -> Fix | None:
    """The fix that registers a class or function of the file's own scope; None where the file has no name for the decorator.

    It is unsafe: the name that is written into files becomes another one, so that files which were saved before are loaded with
    `custom_objects` only, as before.
    """
    if any(cell.indent for cell in module.source.cells):
        return None  # a new line would have to be indented with its cell
    if definition.decorators or not any(statement is definition for statement in module.facts.body):
        return None
    tokens = tokens_of(module)
    keyword = definition.first - 1
    if keyword > 0 and tokens.word(keyword - 1) == "async":
        return None
    decorator = _as_others(module, tokens, definition) or _new(module, definition)
    if decorator is None or not begins_line(tokens, keyword):
        return None
    start = tokens.starts[keyword]
    content = f"@{decorator}{line_end(tokens)}{indentation(tokens, start)}"
    message = f"Register {definition.name}; files saved before still need custom_objects"
    return Fix(message, (edit(tokens, start, start, content),), Applicability.UNSAFE)


def _new(module: Module, definition: ir.ClassFacts | ir.FunctionFacts) -> str | None:
    found = spelt(module, _DECORATORS[0], definition)
    return f"{found}()" if found is not None else None


def _as_others(module: Module, tokens: Tokens, definition: ir.ClassFacts | ir.FunctionFacts) -> str | None:
    """How the file registers what it defines above, with its package and under no name of its own."""
    for statement in module.facts.body:
        if statement.first >= definition.first or not isinstance(statement, (ir.ClassFacts, ir.FunctionFacts)):
            continue
        for decorator in statement.decorators:
            if isinstance(decorator, ir.Call) and qualified(module, decorator.function) in _DECORATORS:
                packages = [a for a in decorator.arguments if a.keyword in (None, "package") and text_of(a.value) is not None]
                root = (dotted(decorator.function) or "").partition(".")[0]
                if len(packages) == len(decorator.arguments) <= 1 and len(module.bindings.get(root, ())) == 1:
                    return tokens.text[tokens.starts[decorator.first] : tokens.ends[decorator.last]]
    return None
