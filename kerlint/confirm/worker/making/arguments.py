"""Turns a constructor's signature, and what the project gives it, into calls to try, as source text.

Every argument is an expression, so that what worked can be shown to a person. Real instantiations come first, then
guesses, which learn from what failed before: only what the failing line speaks of is changed. Knows Keras only through
`keras` in the expressions.
"""

from __future__ import annotations

import ast
import heapq
import inspect
import linecache
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .candidates import ANYTHING, by_name, candidates, of_kind, other_values, words_compared_with
from .class_text import attributes_of, parsed
from .failures import NOWHERE, Failure, farthest_first
from .kinds import is_live_kind
from .parameter_uses import use_texts

if TYPE_CHECKING:
    from .search import Search


@dataclass(frozen=True)
class Call:
    """The arguments of one constructor call: expressions, by position and by name."""

    positional: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    is_real: bool = False
    """Whether the project itself makes this call."""

    def __str__(self) -> str:
        return ", ".join([*self.positional, *(f"{name}={value}" for name, value in self.keywords)])

    def with_keyword(self, name: str, value: str) -> Call:
        """The same call with one more, or another, argument by name."""
        rest = tuple(item for item in self.keywords if item[0] != name)
        return replace(self, keywords=(*rest, (name, value)), is_real=False)

    def evaluated(self, namespace: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments as objects, new ones each time."""
        scope = dict(namespace)
        return [eval(text, scope) for text in self.positional], {name: eval(text, scope) for name, text in self.keywords}


_MOST_GUESSES = 48
_MOST_VALUES = 5
_LARGEST = 64
_MISSING = re.compile(r"missing \d+ required (?:positional|keyword-only) arguments?: (.*)")
_UNEXPECTED = re.compile(r"unexpected keyword argument:? '(\w+)'|[Uu]nrecognized keyword arguments? passed to \w+: \{'(\w+)'")


def parameters_of(cls: type) -> list[inspect.Parameter]:
    """The named parameters of a class's constructor."""
    try:
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
    except (TypeError, ValueError):
        return []
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [parameter for parameter in list(signature.parameters.values())[1:] if parameter.kind in named]


def calls_to_try(
    cls: type, real: Sequence[Call], hint: Call | None, source: str, kinds: Mapping[str, str],
    namespace: Mapping[str, Any] | None = None, search: Search | None = None,
) -> Iterator[Call]:  # fmt: skip
    """Constructor calls, the most likely to mean something first: the user's, the project's, the guessed.

    `kinds` says of some parameters what kind of value they are meant for. What `search` was told of a call before the next
    one is asked for is learnt from.
    """
    if hint is not None:
        yield hint
        return
    seen: set[str] = set()
    parameters = parameters_of(cls)
    live = live_parameters(parameters, kinds, source)
    real = [_without_misfits(call, parameters, live, kinds) for call in real]
    for call in real:
        if str(call) not in seen and not _lacking(call, parameters):
            seen.add(str(call))
            yield call
    partial = [call for call in real if _lacking(call, parameters)]
    for known in [*filter(_is_small, partial), Call(), *(call for call in partial if not _is_small(call))]:
        guesses = _Guesses(cls, parameters, known, [*real], source, kinds, namespace)
        for call in guesses.made(search, _MOST_GUESSES if known == Call() else _MOST_GUESSES // 4):
            if str(call) not in seen:
                seen.add(str(call))
                yield call


def live_parameters(parameters: Sequence[inspect.Parameter], kinds: Mapping[str, str], source: str) -> frozenset[str]:
    """The required parameters that are meant for an object of Keras."""
    return frozenset(
        parameter.name
        for parameter in parameters
        if is_live_kind(kinds.get(parameter.name, ""), parameter, use_texts(parameter.name, source, by_name))
    )


def _without_misfits(call: Call, parameters: Sequence[inspect.Parameter], live: frozenset[str], kinds: Mapping[str, str]) -> Call:
    """A call of the project without what it gives in place of an object: None, and what is plain where a finding says better."""
    named = list(_named(call, parameters))
    misfits = {name for name, text in named if name in live and (text == "None" or (name in kinds and _is_literal(text)))}
    if not misfits or len(call.positional) > len(parameters):
        return call
    return Call((), tuple(item for item in named if item[0] not in misfits))


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def _is_small(call: Call) -> bool:
    """Whether no number in it makes work for the machine."""
    return all(int(number) <= _LARGEST for number in re.findall(r"(?<![\w.])\d+(?![\w.])", str(call)))


def _lacking(call: Call, parameters: Sequence[inspect.Parameter]) -> list[inspect.Parameter]:
    """The required parameters that a call does not give: of a call of which only a part is known."""
    given = {name for name, _ in _named(call, parameters)}
    return [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty and parameter.name not in given]


def _named(call: Call, parameters: Sequence[inspect.Parameter]) -> Iterator[tuple[str, str]]:
    yield from ((parameter.name, text) for parameter, text in zip(parameters, call.positional))
    yield from call.keywords


class _Guesses:
    """Values for what a call lacks, changed where an error points; a vector of ranks, the nearest to success first."""

    def __init__(
        self, cls: type, parameters: Sequence[inspect.Parameter], known: Call, real: Sequence[Call], source: str,
        kinds: Mapping[str, str], namespace: Mapping[str, Any] | None,
    ) -> None:  # fmt: skip
        self.name, self.known, self.source, self.namespace = cls.__name__, known, source, namespace
        self.parameters = {parameter.name: parameter for parameter in parameters}
        used = {name: text for call in real for name, text in _named(call, parameters)}
        self.options: dict[str, list[str]] = {}
        live = live_parameters(parameters, kinds, source)
        for parameter in _lacking(known, parameters):
            found = [*of_kind(kinds.get(parameter.name, ""), parameter, source), *candidates(parameter, source, namespace)]
            found = [*([used[parameter.name]] if parameter.name in used else []), *found, *ANYTHING]
            found = [text for text in found if text != "None" or parameter.name not in live]
            self.options[parameter.name] = list(dict.fromkeys(found))[:_MOST_VALUES]
        self.lacking = tuple(self.options)
        self.refused: set[str] = set()

    def made(self, search: Search | None, most: int) -> Iterator[Call]:
        """The calls."""
        waiting: list[tuple[tuple[float, ...], int, int, dict[str, int]]] = [(farthest_first(NOWHERE), 0, 0, {})]
        seen: set[tuple[tuple[str, int], ...]] = {()}
        for _ in range(most):
            if not waiting:
                return
            *_, ranks = heapq.heappop(waiting)
            call = self._call(ranks)
            before = 0 if search is None else len(search.troubles)
            yield call
            failed = None if search is None or len(search.troubles) == before else self._decisive(call, search)
            progress = NOWHERE if failed is None else failed.progress
            for name in self._to_change(failed):
                other = {**ranks, name: ranks.get(name, 0 if name in self.lacking else -1) + 1}
                self.options.setdefault(name, self._late_options(name))
                key = tuple(sorted((key, rank) for key, rank in other.items() if rank or key not in self.lacking))
                if other[name] < len(self.options[name]) and key not in seen:
                    seen.add(key)
                    heapq.heappush(waiting, (farthest_first(progress), sum(other.values()), len(seen), other))

    def _call(self, ranks: Mapping[str, int]) -> Call:
        late = [name for name in ranks if name not in self.lacking]
        keywords = tuple((name, self.options[name][ranks.get(name, 0)]) for name in [*self.lacking, *late])
        rest = tuple(item for item in self.known.keywords if item[0] not in self.refused)
        return Call(self.known.positional, (*rest, *(item for item in keywords if item[0] not in self.refused)))

    def _decisive(self, call: Call, search: Search) -> Failure | None:
        """What went wrong with it: the constructor itself, or the input on which it came farthest."""
        return search.failure_of(f"{self.name}({call})") or search.farthest

    def _to_change(self, failed: Failure | None) -> list[str]:
        """The parameters that an error points to; all of them where it points to none."""
        if failed is None:
            return list(self.options)
        text = " ".join(failed.texts)
        missing = _MISSING.search(text)
        if missing is not None and "__init__" in text:
            return re.findall(r"'(\w+)'", missing.group(1))
        unexpected = _UNEXPECTED.search(text)
        if unexpected is not None:
            self.refused.add(unexpected.group(1) or unexpected.group(2))
        return self._spoken_of(failed) or self._asked_for(text) or list(self.options)

    def _spoken_of(self, failed: Failure) -> list[str]:
        """The parameters whose names, or attributes, stand on the lines that were running, innermost line first."""
        tree = parsed(self.source).tree
        words = {name: {name, *attributes_of(name, tree)} for name in self.options}
        for path, _, line in reversed(failed.frames):
            text = set(re.findall(r"\w+", linecache.getline(path, line)))
            found = [name for name, spellings in words.items() if spellings & text]
            if found:
                return found
        return []

    def _asked_for(self, text: str) -> list[str]:
        """The parameters that may be left out, and that an error names: a constructor that wants one of several says so."""
        words = set(re.findall(r"\w+", text))
        return [name for name, parameter in self.parameters.items() if parameter.default is None and name in words]

    def _late_options(self, name: str) -> list[str]:
        """Values for a parameter that only a base's constructor asks for."""
        parameter = self.parameters.get(name, inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY))
        found = candidates(parameter, self.source, self.namespace) if parameter.name else list(by_name(name))
        return list(dict.fromkeys([*found, *ANYTHING]))[:_MOST_VALUES]


def switches(cls: type, call: Call) -> Iterator[Call]:
    """The same call with each truth value of the constructor turned round, one at a time."""
    given = {name for name, _ in call.keywords}
    for index, parameter in enumerate(parameters_of(cls)):
        if isinstance(parameter.default, bool) and index >= len(call.positional) and parameter.name not in given:
            yield call.with_keyword(parameter.name, repr(not parameter.default))


__all__ = [
    "Call", "calls_to_try", "candidates", "of_kind", "other_values", "parameters_of", "switches", "words_compared_with",
]  # fmt: skip
