"""Gives the path of a save another ending, where it is written, and the loads of the same path in the same file with it.

A path is changed where its end stands in a string: of the call itself, of `os.path.join` and the like, or of a name that is bound
once and used for nothing but such paths. A path of which not all is known here is left alone.
"""

from __future__ import annotations

import re

from kerlint.execution.values import Text
from kerlint.finding import Applicability, Edit, Fix
from kerlint.fixes.editing import edit, tokens_of
from kerlint.fixes.path_index import TOGETHER, last_part, paths_of, pieces_of
from kerlint.persistence.endings import names_a_directory, replaced_length, shown, with_suffix
from kerlint.persistence.paths import texts_of
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import last_name, positional
from kerlint.sources.tokens import Tokens

_STRING = re.compile(r"""[A-Za-z]*(?P<quote>\"\"\"|'''|"|')(?P<content>.*)(?P=quote)""", re.DOTALL)
_ENDS_IN_PLACEHOLDER = re.compile(r"\}$|%[^%\s]*[A-Za-z]$")
_HANDS_ON_ITS_LAST = ("Path", "PurePath", "PosixPath", "PurePosixPath", "join", "joinpath", "str", "fspath")
_HANDS_ON_ITS_OBJECT = ("as_posix", "absolute", "resolve", "__str__", "__fspath__")


def other_ending(module: Module, use: FileUse, suffix: str) -> Fix | None:
    """The fix by which the path of a use ends in `suffix`; None where the path is not written here, or not for this alone.

    It is unsafe: other programs may look for the file under its old name.
    """
    texts = texts_of(use)
    if use.module is not module or len(texts) != 1 or names_a_directory(texts[0]):
        return None
    text, index = texts[0], module.answer(paths_of)
    names_now = index.names_now[suffix, with_suffix(text, suffix)]
    if names_now != {shown(text)} or last_part(text) in index.doubtful[use.operation]:
        return None  # one file would be written over another, or would be looked for in vain
    if _edit(module, tokens_of(module), use, text, suffix, TOGETHER[use.operation]) is None:
        return None
    key = pieces_of(text), suffix, use.operation
    if key not in index.renamed:
        index.renamed[key] = _renamed(module, text, suffix, TOGETHER[use.operation])
    return Fix(f"Save to {with_suffix(text, suffix)}", index.renamed[key], Applicability.UNSAFE)


def _renamed(module: Module, text: Text, suffix: str, together: tuple[Operation, ...]) -> tuple[Edit, ...]:
    """The edits of a path wherever the module writes or reads it."""
    uses = module.answer(paths_of).uses[pieces_of(text)]
    found = (_edit(module, tokens_of(module), use, text, suffix, together) for use in uses if use.operation in together)
    return tuple(sorted({one for one in found if one is not None}, key=lambda one: one.span))


def _edit(
    module: Module, tokens: Tokens, use: FileUse, text: Text, suffix: str, together: tuple[Operation, ...]
) -> Edit | None:
    if use.module is not module:
        return None
    string = _last_string(_defined(module, use, together))
    found = _STRING.fullmatch(tokens.word(string.last)) if string is not None else None
    if string is None or found is None or not _is_end_of(found["content"], string, text):
        return None
    end = tokens.ends[string.last] - len(found["quote"])
    return edit(tokens, end - replaced_length(found["content"], text, suffix), end, suffix)


def _is_end_of(content: str, string: ir.Node, text: Text) -> bool:
    """Whether what a string holds is how the path ends."""
    last = text.parts[-1]
    if isinstance(last, str):
        if isinstance(string, ir.FormattedString):
            end = string.parts[-1] if string.parts else None
            return isinstance(end, str) and content.endswith(end) and last.endswith(end)
        return bool(content) and (last.endswith(content) or content.endswith(last))
    return _ENDS_IN_PLACEHOLDER.search(content) is not None


def _last_string(node: ir.Node | None) -> ir.Node | None:
    """The string in which an expression's text ends."""
    match node:
        case ir.Argument():
            return _last_string(node.value)
        case ir.Constant(value=str()) | ir.FormattedString():
            return node
        case ir.Operation(rest=(("%", _),)):
            return _last_string(node.start)
        case ir.Operation(rest=(*_, ("+" | "/", operand))):
            return _last_string(operand)
        case ir.Call(function=ir.Attribute(name="format", value=template)):
            return _last_string(template)
        case ir.Call(function=ir.Attribute(name=name, value=path), arguments=()) if name in _HANDS_ON_ITS_OBJECT:
            return _last_string(path)
        case ir.Call() if last_name(node.function) in _HANDS_ON_ITS_LAST:
            given = positional(node)
            return _last_string(given[-1]) if given and len(given) == len(node.arguments) else None
    return None


def _defined(module: Module, use: FileUse, together: tuple[Operation, ...]) -> ir.Node | None:
    """The path where it is written: in the call, or where the name is bound that stands in the call."""
    node = use.path_node.value if isinstance(use.path_node, ir.Argument) else use.path_node
    if not isinstance(node, ir.Name):
        return node
    bound = module.answer(paths_of).bound[node.id]
    if len(bound) != 1 or len(bound[0].targets) != 1 or not _names_only_paths(module, node.id, together):
        return None
    return bound[0].value


def _names_only_paths(module: Module, name: str, together: tuple[Operation, ...]) -> bool:
    """Whether a name, once bound, is read as the path for these operations alone."""
    index = module.answer(paths_of)
    read_otherwise = [first for first in index.named[name] if not any(first in index.places[one] for one in together)]
    return name not in index.defined and len(read_otherwise) == 1  # its binding
