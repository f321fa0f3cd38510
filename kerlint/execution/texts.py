"""Strings and paths: how they are put together, and what of them stays known.

Follows f-strings, `+`, `%`, `.format`, `str`, `os.path`, `pathlib` and temporary files. A part that is not known stays in
its place as a hole, so that a known ending is known whatever stands before it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from kerlint.execution.machine import Machine, library
from kerlint.execution.values import Arguments, Collection, Literal, Mapping, Text, TextHole, Value, literal
from kerlint.semantics import syntax as ir

Part = str | TextHole
TEMPORARY_FILE = "temporary file"
"""The operator of an open file that has a name."""


def text(machine: Machine, parts: Iterable[Part], *, is_path: bool = False) -> Text:
    """A text of these parts, neighbours joined."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    if is_path and len(joined) > 0 and isinstance(joined[-1], str) and joined != ["/"]:
        joined[-1] = joined[-1].rstrip("/")
        joined = [part for part in joined if part != ""]
    if not joined:
        joined = [""]
    key = tuple(part if isinstance(part, str) else (part.value.number, part.spec) for part in joined)
    if not is_path and len(joined) == 1 and isinstance(joined[0], str):
        number = machine.numbering.of("literal", "str", joined[0])
    else:
        number = machine.numbering.of("text", is_path, key)
    return Text(number, tuple(joined), is_path)


def as_parts(value: Value, spec: str = "") -> list[Part]:
    """The parts that a value gives when it is written into a string."""
    if isinstance(value, Text) and not spec:
        return list(value.parts)
    if isinstance(value, Literal) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
        try:
            return [format(value.value, spec)]
        except ValueError:
            return [str(value.value)]
    return [TextHole(value, spec)]


def operate(machine: Machine, left: Value, operator: str, right: Value) -> Text | None:
    """`+` of strings, `/` of paths and `%` of a template; None for anything else."""
    if operator == "+" and any(isinstance(side, Text) for side in (left, right)):
        both = not any(isinstance(side, (Literal, Collection)) for side in (left, right))
        return text(machine, [*as_parts(left), *as_parts(right)]) if both else None
    if operator == "/" and (_is_path(left) or _is_path(right)):
        return join(machine, [left, right], is_path=True)
    if operator == "%" and isinstance(left, Text) and left.known is not None:
        return _percent(machine, left.known, right)
    return None


def _is_path(value: Value) -> bool:
    return isinstance(value, Text) and value.is_path


def join(machine: Machine, pieces: Iterable[Value], *, is_path: bool = False) -> Text:
    """Pieces of a path with a slash between them."""
    parts: list[Part] = []
    for piece in pieces:
        new = as_parts(piece)
        if new and isinstance(new[0], str) and new[0].startswith("/"):
            parts = []
        elif parts not in ([], [""]) and not (isinstance(parts[-1], str) and parts[-1].endswith("/")):
            parts.append("/")
        parts.extend(new)
    return text(machine, parts, is_path=is_path)


_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*[\d*]*(?:\.[\d*]+)?[hlL]?([diouxXeEfFgGcrsa%])")


def _percent(machine: Machine, template: str, right: Value) -> Text:
    values = right.values() if isinstance(right, Collection) else [right]
    parts: list[Part] = []
    position = taken = 0
    for found in _PERCENT.finditer(template):
        parts.append(template[position : found.start()])
        position = found.end()
        if found[2] == "%":
            parts.append("%")
        elif found[1] is not None:
            held = right.values_of(found[1]) if isinstance(right, Mapping) else []
            parts.extend(as_parts(held[-1]) if held else [TextHole(machine.unknown())])
        else:
            value = values[taken] if taken < len(values) else machine.unknown()
            taken += 1
            spec = found[2].replace("i", "d") if found[2] in "dieEfFgG" and not isinstance(value, Text) else ""
            parts.extend([TextHole(value, spec)] if spec and not isinstance(value, Literal) else as_parts(value))
    parts.append(template[position:])
    return text(machine, parts)


_FIELD = re.compile(r"\{\{|\}\}|\{(\w*)((?:\.\w+|\[\w+\])*)(?:![rsa])?(?::([^{}]*))?\}")


def _format(machine: Machine, template: Text, arguments: Arguments) -> Text:
    parts: list[Part] = []
    automatic = 0
    for piece in template.parts:
        if isinstance(piece, TextHole):
            parts.append(piece)
            continue
        position = 0
        for found in _FIELD.finditer(piece):
            parts.append(piece[position : found.start()])
            position = found.end()
            if found[0] in ("{{", "}}"):
                parts.append(found[0][0])
                continue
            key = found[1] or ""
            if not key:
                value = arguments.get("", automatic)
                automatic += 1
            else:
                value = arguments.get("", int(key)) if key.isdecimal() else arguments.get(key)
            if value is None or found[2]:
                parts.append(TextHole(machine.unknown(), found[3] or ""))
            else:
                parts.extend(as_parts(value, found[3] or ""))
        parts.append(piece[position:])
    return text(machine, parts)


# --- methods and attributes -------------------------------------------------------------------------------------------


def attribute(machine: Machine, owner: Text, name: str) -> Value | None:
    """Parts of a path: `parent`, `name`, `stem`, `suffix`; and the value of an enumeration's member, which a text has not."""
    if not owner.is_path:
        return owner if name == "value" else None
    head, tail = _split(owner.parts)
    match name:
        case "parent" if any(isinstance(part, TextHole) for part in tail):
            return text(machine, [TextHole(machine.derived("attribute:parent", owner))], is_path=True)
        case "parent":
            return text(machine, head or ["."], is_path=True)
        case "name" if owner.known == ".":
            return machine.literal("")
        case "name":
            return text(machine, _last_segment(machine, owner))
        case "stem" | "suffix":
            divided = _divide(tail)
            if divided is None:
                return None
            return text(machine, divided[0]) if name == "stem" else machine.literal(divided[1])
    return None


def _divide(parts: Iterable[Part]) -> tuple[list[Part], str] | None:
    """A path without its extension, and the extension; None when the dot may lie in a part that is not known."""
    *before, last = parts
    if not isinstance(last, str) or last.rstrip("/").endswith("."):
        return None  # a last dot belongs to pathlib's stem up to Python 3.13, and is the suffix from 3.14
    if before and "/" not in last:
        stem, dot, suffix = last.rpartition(".")
        return ([*before, stem], dot + suffix) if dot else None
    stem, suffix = posixpath.splitext(last)
    return [*before, stem], suffix


def _split(parts: tuple[Part, ...]) -> tuple[list[Part], list[Part]]:
    """The parts before and behind the last slash that is known."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, str) and "/" in part:
            before, _, behind = part.rpartition("/")
            return [*parts[:index], before or ("/" if index == 0 else "")], [behind, *parts[index + 1 :]]
    return [], list(parts)


def _last_segment(machine: Machine, owner: Text) -> list[Part]:
    """What stands behind the last slash; a part that is not known may hold a slash itself, so only its end counts."""
    tail = _split(owner.parts)[1]
    if not any(isinstance(part, TextHole) for part in tail):
        return tail
    last = tail[-1]
    return [TextHole(machine.derived("basename", owner)), *([last] if isinstance(last, str) else [])]


def method(machine: Machine, owner: Text, name: str, arguments: Arguments) -> Value | None:
    """The outcome of a method of a string or path; None when it is not understood."""
    match name:
        case "format":
            return _format(machine, owner, arguments)
        case "joinpath":
            return join(machine, [owner, *arguments.positional], is_path=True)
        case "with_suffix" if arguments.positional:
            suffix = literal(arguments.positional[0])
            if isinstance(suffix, str):
                divided = _divide(owner.parts)
                stem = divided[0] if divided is not None else [TextHole(machine.unknown())]
                return text(machine, [*stem, suffix], is_path=True)
        case "with_name" if arguments.positional:
            folder = attribute(machine, owner, "parent") if owner.is_path else None
            return join(machine, [folder, arguments.positional[0]], is_path=True) if folder is not None else None
        case "as_posix" | "resolve" | "absolute" | "expanduser" | "__str__" | "__fspath__" if owner.is_path:
            return text(machine, owner.parts, is_path=name in ("resolve", "absolute", "expanduser"))
        case "join" if owner.known is not None and arguments.positional:
            pieces = arguments.positional[0]
            if isinstance(pieces, Collection) and not pieces.is_open:
                parts: list[Part] = []
                for index, piece in enumerate(pieces.values()):
                    parts.extend([owner.known] if index else [])
                    parts.extend(as_parts(piece))
                return text(machine, parts)
        case "replace" | "lower" | "upper" | "strip" | "rstrip" | "lstrip" | "removesuffix" | "removeprefix" | "title":
            given = [literal(value) for value in arguments.positional]
            if owner.known is not None and not owner.is_path and all(isinstance(item, str) for item in given):
                changed = getattr(owner.known, name)(*given)
                return machine.literal(changed) if isinstance(changed, str) else None
        case "endswith" | "startswith" if owner.known is not None and arguments.positional:
            wanted = literal(arguments.positional[0])
            if isinstance(wanted, str):
                return machine.literal(bool(getattr(owner.known, name)(wanted)))
    return None


# --- functions ----------------------------------------------------------------------------------------------------------


@library("os.path.join", "posixpath.join", "tensorflow.io.gfile.join", "ntpath.join")
def _join(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    if not arguments.positional or arguments.is_open:
        return None
    return join(machine, arguments.positional)


@library("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath")
def _path(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    if arguments.is_open:
        return None
    return join(machine, arguments.positional, is_path=True) if arguments.positional else text(machine, ["."], is_path=True)


@library("os.path.abspath", "os.path.normpath", "os.path.realpath")
def _normal(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    given = _str(machine, arguments, node)
    parts = given.parts if isinstance(given, Text) else ()
    if parts and isinstance(parts[-1], str) and parts != ("/",):
        return text(machine, [*parts[:-1], parts[-1].rstrip("/")])
    return given


@library("builtins.str", "os.fspath", "os.path.expanduser")
def _str(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    if len(arguments.positional) != 1:
        return None
    given = arguments.positional[0]
    if isinstance(given, (Collection, Mapping)):
        return None
    return text(machine, as_parts(given))


@library("pathlib.Path.cwd", "pathlib.Path.home")
def _known_folder(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    return text(machine, [TextHole(machine.unknown()), "/"], is_path=True)


@library("os.path.basename")
def _basename(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    return text(machine, _last_segment(machine, given)) if isinstance(given, Text) else None


@library("os.path.splitext")
def _splitext(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    divided = _divide(given.parts) if isinstance(given, Text) else None
    if divided is None:
        return None
    return machine.collection("tuple", [text(machine, divided[0]), machine.literal(divided[1])])


@library("tempfile.mktemp")
def _temporary_name(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    return _ending_in(machine, arguments.get("suffix", 0))


@library("tempfile.mkstemp")
def _temporary_descriptor(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    name = _ending_in(machine, arguments.get("suffix", 0))
    return machine.collection("tuple", [machine.unknown(), name]) if name is not None else None


@library("tempfile.NamedTemporaryFile")
def _temporary_file(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    name = _ending_in(machine, arguments.get("suffix", 4))
    return machine.derived(TEMPORARY_FILE, name) if name is not None else None


def _ending_in(machine: Machine, suffix: Value | None) -> Text | None:
    """A made-up name in a folder of temporary files, whose ending was asked for."""
    return text(machine, [TextHole(machine.unknown()), *suffix.parts]) if isinstance(suffix, Text) else None
