"""What the worker is asked: one request a finding, as plain data that crosses to another interpreter.

Knows nothing of how requests are made and of how they are answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from kerlint.confirm.slicing.slices import SlicedModule


@dataclass(frozen=True, slots=True)
class ConstructorCall:
    """The arguments of a real instantiation, as source text."""

    positional: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ClassSubject:
    """A class to make objects of, and the calls by which the project makes them."""

    module: str
    name: str
    calls: tuple[ConstructorCall, ...] = ()
    kind: str = "class"


@dataclass(frozen=True, slots=True)
class BodySubject:
    """A stretch of program to run: the text of a function's or module's body, cut down, and the function's parameters.

    A parameter is its name, the source of its default and of its annotation ("" where there is none), and the roles in
    which the body uses it (`tensor`, `model`, `data`).
    """

    module: str
    name: str
    text: str
    parameters: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    kind: str = "body"


@dataclass(frozen=True, slots=True)
class CallSubject:
    """A call to repeat with a stand-in model: the method or function, its path as far as it is known, its other arguments."""

    function: str
    path: str | None
    keywords: tuple[tuple[str, str], ...] = ()
    kind: str = "call"


Subject = ClassSubject | BodySubject | CallSubject


@dataclass(frozen=True, slots=True)
class Request:
    """All that a probe is told of a finding.

    `lines` are the first and last line of the finding in its file, `about` the names that it speaks of, `kinds` of what kind
    their values are, `inputs` the shapes that the project itself gives (without batch axis), `hints` what the user says,
    `facts` what only one probe asks.
    """

    code: str
    probe: str
    path: str
    lines: tuple[int, int]
    subject: Subject
    others: tuple[Subject, ...] = ()
    modules: tuple[SlicedModule, ...] = ()
    about: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict, hash=False)
    message: str = ""
    related: tuple[tuple[str, int, int], ...] = ()
    inputs: tuple[tuple[int | None, ...], ...] = ()
    hints: Mapping[str, object] = field(default_factory=dict, hash=False)
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    def as_data(self) -> dict[str, object]:
        """As JSON can carry it."""
        return asdict(self)
