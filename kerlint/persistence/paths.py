"""What the path of a save or load is known to be: its texts, by default values too, and whether it is a folder.

Turns the value of a path argument into the texts that it can be, all of them or none. Knows nothing of Keras's formats.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from kerlint.execution.events import Event, FunctionCall, MethodCall, Trace
from kerlint.execution.guards import TRUTH, Guard
from kerlint.execution.values import Derived, Literal, Parameter, Reference, Text, TextHole, Value, alternatives, literal
from kerlint.persistence.endings import ends_with
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir

_MAKES_FOLDERS = frozenset(
    ("os.makedirs", "os.mkdir", "tensorflow.io.gfile.makedirs", "tensorflow.io.gfile.mkdir", "tensorflow.gfile.MakeDirs")
)
_FLAGS = ("absl.flags.", "tensorflow.compat.v1.flags.", "tensorflow.flags.", "tensorflow.app.flags.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A path that certainly has none of the wanted endings; without a text it is a folder that the program makes."""

    text: Text | None


def refusal(use: FileUse, endings: Iterable[str]) -> Refusal | None:
    """What is wrong with the path of a use, if that is certain whatever it is."""
    texts = texts_of(use)
    fits = [ends_with(text, endings) for text in texts]
    if texts and not any(fit is not False for fit in fits):
        return Refusal(texts[0])
    return Refusal(None) if True not in fits and is_folder(use) else None


def texts_of(use: FileUse) -> list[Text]:
    """Every text that the path can be; empty when one of them is not known."""
    # Each rule compares a use with all others.
    return use.trace.answer((texts_of, id(use.event)), lambda: _Reading(use).texts() if use.path is not None else [])


def known_path(use: FileUse) -> str | None:
    """The path in full, when there is one and it is known."""
    texts = texts_of(use)
    known = texts[0].known if len(texts) == 1 else None
    return known.removeprefix("./") if known is not None else None


class _Reading:
    """Reads the path of one use; what holds where it stands decides whether a default can be meant."""

    def __init__(self, use: FileUse) -> None:
        self.path = use.path
        self.trace = use.trace
        self.guard = use.event.guard
        self.numbering = use.module.project.numbering
        self.trusts_defaults = not (use.operation in (Operation.LOAD, Operation.LOAD_WEIGHTS) and _is_conditional(use))
        """A load under a condition often runs for all but the default."""

    def texts(self) -> list[Text]:
        """Every text that the path can be; empty when one is not known."""
        found: list[Text] = []
        for guard, leaf in alternatives(self.path) if self.path is not None else ():
            if self._is_absent(leaf):
                continue
            text = self._text(leaf, guard)
            if text is None:
                return []
            found.append(text)
        return found

    def _is_absent(self, value: Value) -> bool:
        """None, and a parameter that is None unless somebody gives it: the other alternatives say what it is by default."""
        if isinstance(value, Parameter):
            return isinstance(value.facts.default, ir.Constant) and value.facts.default.value is None
        return isinstance(value, Literal) and value.value is None

    def _text(self, value: Value, guard: Guard) -> Text | None:
        if not isinstance(value, Text):
            return self._default(value, guard)
        parts: list[str | TextHole] = []
        for part in value.parts:
            default = self._default(part.value, guard) if isinstance(part, TextHole) and not part.spec else None
            parts.extend(default.parts if default is not None else (part,))
        joined = _joined(parts)
        return dataclasses.replace(value, parts=joined) if any(joined) else None

    def _default(self, value: Value, guard: Guard) -> Text | None:
        """The text that a parameter or a command line option is unless somebody says otherwise."""
        match value:
            case Parameter(facts=ir.Parameter(default=ir.Constant(value=str() as default))):
                return Text(value.number, (default,)) if default and self._may_be(value, default, guard) else None
            case Derived(operator=name, operands=(Derived(operator="call", operands=(Derived() as method, *_)),)) if (
                self.trusts_defaults
                and name.startswith("attribute:")
                and method.operator in ("attribute:parse_args", "attribute:parse_known_args")
            ):
                return _option(self.trace, method.operands[0], name[10:])
            case Reference() if self.trusts_defaults and value.name.startswith(_FLAGS):
                return _flag(self.trace.module, value.name.rpartition(".")[2])
            case Derived(operator="call", operands=(Derived(operator="attribute:strftime"), Text() as pattern, *_)):
                return _date(value, pattern.known) if pattern.known else None
        return None

    def _may_be(self, value: Value, text: str, guard: Guard) -> bool:
        """Whether the value can be this text where the path is used."""
        if not self.trusts_defaults:
            return False
        number = self.numbering.of("literal", "str", text)
        return not any(
            condition.subject == value.number
            and (condition.constant == number or (condition.holds and condition.constant != TRUTH))
            and condition.holds != (condition.constant == number)
            for condition in self.guard | guard
        )


def _is_conditional(use: FileUse) -> bool:
    """Whether a call happens in some runs of the program only.

    That the file is run as a program is no condition, nor is a choice of models of which each one comes to the call.
    """
    run_as_program = use.module.project.numbering.of("literal", "str", "__main__")
    others = {
        condition
        for event in use.trace.answer(_events_at, lambda: _events_at(use.trace)).get(id(use.event.node), ())
        if event is not use.event
        for condition in event.guard
    }
    return any(
        condition.constant != run_as_program and condition.opposite not in others
        for condition in use.event.guard
    )


def _events_at(trace: Trace) -> dict[int, list[Event]]:
    """The events of a trace by their node."""
    found: dict[int, list[Event]] = {}
    for event in trace.events:
        found.setdefault(id(event.node), []).append(event)
    return found


def _joined(parts: list[str | TextHole]) -> tuple[str | TextHole, ...]:
    joined: list[str | TextHole] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)


def _date(value: Value, pattern: str) -> Text:
    """What the clock will say: digits, then what stands behind the last directive."""
    position = pattern.rfind("%") + 2
    return Text(value.number, (TextHole(value, "d"), pattern[position:])) if position > 1 else Text(value.number, (pattern,))


def _option(trace: Trace, parser: Value, name: str) -> Text | None:
    for event in _events(trace):
        if isinstance(event, MethodCall) and event.method == "add_argument" and event.receiver.number == parser.number:
            given = [literal(argument) for argument in event.arguments.positional]
            names = {text.lstrip("-").replace("-", "_") for text in given if isinstance(text, str) and text.startswith("--")}
            if name in names or literal(event.arguments.get("dest")) == name:
                return _written(event.arguments.get("default"))
    return None


def _flag(module: Module, name: str) -> Text | None:
    for event in module.body_trace.of(FunctionCall):
        if event.name.rpartition(".")[2].startswith("DEFINE_") and literal(event.arguments.get("name", 0)) == name:
            return _written(event.arguments.get("default", 1))
    return None


def _written(value: Value | None) -> Text | None:
    """A constant as it stands in a string."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Literal) and type(value.value) in (int, float):
        return Text(value.number, (str(value.value),))
    return None


def _events(trace: Trace) -> Iterator[object]:
    yield from trace.events
    body = trace.module.body_trace
    if body is not trace:
        yield from body.events


# --- folders ------------------------------------------------------------------------------------------------------------


def is_folder(use: FileUse) -> bool:
    """Whether the program makes a folder of that path, or puts other files into it."""
    if use.path is None:
        return False
    events = use.trace.events
    return _root(use.path) in use.trace.answer(is_folder, lambda: {root for event in events for root in _folders_of(event)})


def _folders_of(event: object) -> Iterator[int]:
    """What an event treats as a folder."""
    if isinstance(event, MethodCall):
        if event.method == "mkdir":
            yield _root(event.receiver)
    elif isinstance(event, FunctionCall):
        if event.name in _MAKES_FOLDERS and event.arguments.positional:
            yield _root(event.arguments.positional[0])
    else:
        return
    for value in (*event.arguments.values(), *([event.receiver] if isinstance(event, MethodCall) else [])):
        folder = _folder_around(value)
        if folder is not None:
            yield _root(folder)


def _folder_around(value: Value) -> Value | None:
    """The folder in which a value is a path: `f"{folder}/name"`."""
    if not isinstance(value, Text) or len(value.parts) < 2:
        return None
    first, second = value.parts[0], value.parts[1]
    return first.value if isinstance(first, TextHole) and isinstance(second, str) and second.startswith("/") else None


def _root(value: Value) -> int:
    """What a path was made of, when it is nothing but that: `Path(folder)` and `str(folder)` are `folder`."""
    while isinstance(value, Text) and len(value.parts) == 1 and isinstance(value.parts[0], TextHole):
        value = value.parts[0].value
    return value.number
