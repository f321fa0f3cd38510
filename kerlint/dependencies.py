"""What answers rest on: the files that were looked at and the words that were searched for while they were worked out.

An answer that is remembered remembers this too, so that whoever is told it rests on the same. Thus it is known, once a file is
checked, which changes of other files can change what is found in it. One check at a time is followed in a process.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, overload

Value = TypeVar("Value")


Thing = tuple[Literal["tokens", "text", "word", "reach"], Path, str]
"""A file of which the tokens count, one of which every character does, a search for a word below a folder, or the question which
parts of the project below it can come to know one.
"""


class Dependencies:
    """What one thing rests on, directly: things, and what others rest on whose answers were used."""

    __slots__ = ("_outer", "direct")

    def __init__(self) -> None:
        self.direct: set[Thing | Dependencies] = set()
        self._outer: Dependencies | None = None

    def __enter__(self) -> Dependencies:
        """What is asked in the block is what this rests on."""
        global _asking
        self._outer, _asking = _asking, self
        return self

    def __exit__(self, *exception: object) -> None:
        global _asking
        assert self._outer is not None
        _asking, self._outer = self._outer, None


class Answer(Generic[Value]):
    """A remembered answer, and what it rests on, which outlives it."""

    __slots__ = ("rests", "value")

    def __init__(self, value: Value) -> None:
        """With what is said meanwhile, should the question be met again before it is answered."""
        self.rests = Dependencies()
        self.value = value

    @classmethod
    def of(cls, work: Callable[[], Value]) -> Answer[Value]:
        """The answer that some work gives."""
        answer = cls.__new__(cls)
        answer.rests = Dependencies()
        with answer.rests:
            answer.value = work()
        return answer

    def told(self) -> Value:
        """The answer; whoever is asking rests on it from now on."""
        _asking.direct.add(self.rests)
        return self.value


Subject = TypeVar("Subject")
Answers = dict[Callable[[Any], object], Answer[Any]]


def told_of(answers: Answers, question: Callable[[Subject], Value], subject: Subject) -> Value:
    """What a function says of something, asked once and kept among its answers."""
    known: Answer[Value] | None = answers.get(question)
    if known is None:
        known = answers[question] = Answer.of(lambda: question(subject))
    return known.told()


_asking: Dependencies = Dependencies()
"""For whom questions are asked now; at first for nobody."""


def rests_on_file(path: Path) -> None:
    """What is being worked out rests on the tokens of a file."""
    _asking.direct.add(("tokens", path, ""))


def rests_on_text(path: Path) -> None:
    """What is being worked out rests on every character of a file."""
    _asking.direct.add(("text", path, ""))


def rests_on_word(around: Path, word: str) -> None:
    """What is being worked out rests on which files below a folder hold a word."""
    _asking.direct.add(("word", around, word))


def rests_on_reach(around: Path, part: str) -> None:
    """What is being worked out rests on which parts of the project below a folder can come to know one."""
    _asking.direct.add(("reach", around, part))


class remembered(Generic[Value]):
    """A property that is worked out once, and remembers what its answer rests on."""

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> remembered[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object | None, owner: type) -> Value | remembered[Value]:
        if instance is None:
            return self
        answers: dict[str, Answer[Value]] = instance.__dict__
        known = answers.get(self._name)
        if known is None:
            known = answers[self._name] = Answer.of(lambda: self._work(instance))
        return known.told()

    def __set__(self, instance: object, value: Value) -> None:
        raise AttributeError(f"{self._name} cannot be set")
