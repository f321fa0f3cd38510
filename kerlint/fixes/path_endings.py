"""Gives the path of a save another ending, where it is written, and the loads of the same path in the same file with it.

A path is changed where its end stands in a string: of the call itself, of `os.path.join` and the like, or of a name that is bound
once and used for nothing but such paths. A path of which not all is known here is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.execution.values import Text
from kerlint.finding import Applicability, Edit, Fix
from kerlint.fixes.editing import edit, tokens_of
from kerlint.persistence.endings import known_tail, names_a_directory, replaced_length, shown, with_suffix
from kerlint.persistence.paths import texts_of
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import last_name, positional, walk
from kerlint.sources.tokens import Tokens

_STRING = re.compile(r"""[A-Za-z]*(?P<quote>\"\"\"|'''|"|')(?P<content>.*)(?P=quote)""", re.DOTALL)
_ENDS_IN_PLACEHOLDER = re.compile(r"\}$|%[^%\s]*[A-Za-z]$")
_HANDS_ON_ITS_LAST = ("Path", "PurePath", "PosixPath", "PurePosixPath", "join", "joinpath", "str", "fspath")
_HANDS_ON_ITS_OBJECT = ("as_posix", "absolute", "resolve", "__str__", "__fspath__")
_READS = {
    Operation.SAVE: (Operation.SAVE, Operation.LOAD),
    Operation.SAVE_WEIGHTS: (Operation.SAVE_WEIGHTS, Operation.LOAD_WEIGHTS),
    Operation.CHECKPOINT: (Operation.CHECKPOINT, Operation.LOAD, Operation.LOAD_WEIGHTS),
}
"""What is done with the file that is renamed, its writing first: all of it must find the file under its new name."""


def other_ending(module: Module, use: FileUse, suffix: str) -> Fix | None:
    """The fix by which the path of a use ends in `suffix`; None where the path is not written here, or not for this alone.

    It is unsafe: other programs may look for the file under its old name.
    """
    texts = texts_of(use)
    if use.module is not module or len(texts) != 1 or names_a_directory(texts[0]):
        return None
    if _is_taken(module, texts[0], suffix) or _may_be_read_elsewhere(module, use, texts[0]):
        return None
    tokens = tokens_of(module)
    own = _edit(module, tokens, use, texts[0], suffix, _READS[use.operation])
    if own is None:
        return None
    edits = {own, *_elsewhere(module, tokens, use, texts[0], suffix)}
    return Fix(f"Save to {with_suffix(texts[0], suffix)}", tuple(sorted(edits, key=lambda one: one.span)), Applicability.UNSAFE)


def _is_taken(module: Module, text: Text, suffix: str) -> bool:
    """Whether another path of the module has the new name, or would get it: one file would be written over the other."""
    others = (other for use in uses_of(module) for other in texts_of(use))
    wanted = with_suffix(text, suffix)
    return any(shown(other) != shown(text) and with_suffix(other, suffix) == wanted for other in others)


def _may_be_read_elsewhere(module: Module, use: FileUse, text: Text) -> bool:
    """Whether the module reads a file of the same name from a folder that may be the same, and that it writes nowhere else."""
    name, together = _name(text), _READS[use.operation]
    written = [texts_of(other) for other in uses_of(module) if other.operation is use.operation]
    read = [found for other in uses_of(module) if other.operation in together[1:] for found in texts_of(other)]
    return any(_name(found) == name and not any(_same_path(texts, found) for texts in written) for found in read)


def _name(text: Text) -> str:
    """What is known of the last part of a path."""
    return known_tail(text)[0].rpartition("/")[2]


def _elsewhere(module: Module, tokens: Tokens, use: FileUse, text: Text, suffix: str) -> Iterator[Edit]:
    """The same for the loads of the same path."""
    together = _READS[use.operation]
    for other in uses_of(module):
        if other.module is module and other.operation in together and _same_path(texts_of(other), text):
            found = _edit(module, tokens, other, text, suffix, together)
            if found is not None:
                yield found


def _same_path(texts: list[Text], text: Text) -> bool:
    """Whether a path can be nothing but this text, be it known in full or made of the same values."""
    return len(texts) == 1 and _pieces(texts[0]) == _pieces(text)


def _pieces(text: Text) -> list[object]:
    if text.known is not None:
        return [text.known.removeprefix("./")]
    return [part if isinstance(part, str) else (part.value.number, part.spec) for part in text.parts]


def _edit(
    module: Module, tokens: Tokens, use: FileUse, text: Text, suffix: str, together: tuple[Operation, ...]
) -> Edit | None:
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
    bound = [
        statement
        for statement in walk(module.facts.body)
        if isinstance(statement, ir.Assign)
        and any(isinstance(target, ir.Name) and target.id == node.id for target in statement.targets)
    ]
    if len(bound) != 1 or len(bound[0].targets) != 1 or not _names_only_paths(module, node.id, together):
        return None
    return bound[0].value


def _names_only_paths(module: Module, name: str, together: tuple[Operation, ...]) -> bool:
    """Whether a name, once bound, is read as the path for these operations alone."""
    nodes = list(walk(module.facts.body))
    if any(isinstance(node, (ir.Parameter, ir.FunctionFacts, ir.ClassFacts)) and node.name == name for node in nodes):
        return False
    paths = {
        path.value.first if isinstance(path, ir.Argument) else path.first
        for use in uses_of(module)
        if use.module is module and use.operation in together and (path := use.path_node) is not None
    }
    read = [node.first for node in nodes if isinstance(node, ir.Name) and node.id == name]
    return len([first for first in read if first not in paths]) == 1  # its binding
