"""Turns a finding into what stays the same of it while the code round it changes: its code, scope, statement and message.

A statement is its tokens, so that line breaks and comments do not matter; a scope is the classes and functions round it, told by
their indentation, so that a file need not be sound. Numbers in a message are left out, as other lines can change them.
Knows nothing of files and of baselines.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from hashlib import blake2b

from kerlint.finding import Finding
from kerlint.records import dataclass
from kerlint.sources.source import Source
from kerlint.sources.tokens import Tokens, lex

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)*(?!\w)")
_HEAD = re.compile(r"(?P<indent>[ \t]*)(?:async[ \t]+)?(?:def|class)[ \t]+(?P<name>\w+)")
_NO_BLANK_BEFORE = frozenset("( [ ) ] } , : .".split())
_LONGEST = 160
"""Characters of a statement or message that are kept as they are; of a longer one the beginning and a digest."""


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """What a finding is known by in its file."""

    code: str
    scope: str
    statement: str
    message: str


class Fingerprints:
    """Fingerprints of the findings in one program."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._tokens = lex(source.text)
        self._scopes = _Scopes(self._tokens)

    def of(self, finding: Finding) -> Fingerprint:
        """The fingerprint of a finding in this program."""
        line = finding.span.line
        if finding.cell is not None:
            line += next((cell.first_line for cell in self._source.cells if cell.number == finding.cell), 1) - 1
        first, last = self._tokens.logical_line(line)
        statement = _shortened(_statement(self._tokens, first, last))
        return Fingerprint(finding.code, self._scopes.at(first), statement, _shortened(_NUMBER.sub("N", finding.message)))


def _statement(tokens: Tokens, first: int, last: int) -> str:
    """The tokens of some lines, laid out in one way; a comma before a closing bracket is a matter of layout."""
    begin = tokens.line_starts[first - 1] if first <= len(tokens.line_starts) else len(tokens.text)
    end = tokens.line_starts[last] if last < len(tokens.line_starts) else len(tokens.text)
    words = [tokens.word(token) for token in range(bisect_left(tokens.starts, begin), bisect_left(tokens.starts, end))]
    following = [*words[1:], ""]
    kept = [word for word, after in zip(words, following, strict=True) if word != "," or after not in (")", "]", "}")]
    text = ""
    for word in kept:
        text += word if not text or word in _NO_BLANK_BEFORE or text[-1] in "([{." else f" {word}"
    return text


def _shortened(text: str) -> str:
    """The text in one line of bounded length."""
    text = " ".join(text.split())
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 10]}… {blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"


class _Scopes:
    """The classes and functions of a program, by the first lines of its statements."""

    def __init__(self, tokens: Tokens) -> None:
        self._lines: list[int] = []
        self._names: list[str] = []
        open_scopes: list[tuple[int, str]] = []
        end = -1
        for stop in (*tokens.logical_ends, len(tokens.text)):
            begin, end = end + 1, stop
            at = bisect_left(tokens.starts, begin)
            if at == len(tokens.starts) or tokens.starts[at] >= stop:
                continue
            line = bisect_right(tokens.line_starts, tokens.starts[at])
            start = tokens.line_starts[line - 1]
            column = len(tokens.text[start : tokens.starts[at]].expandtabs())
            while open_scopes and open_scopes[-1][0] >= column:
                open_scopes.pop()
            self._lines.append(line)
            self._names.append(".".join(name for _, name in open_scopes))
            if head := _HEAD.match(tokens.text, start):
                open_scopes.append((column, head["name"]))

    def at(self, line: int) -> str:
        """The scope of the statement that begins on a line, or before it; empty for the module's own."""
        index = bisect_right(self._lines, line) - 1
        return self._names[index] if index >= 0 else ""
