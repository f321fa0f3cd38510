"""Turns a program's text into the places of its tokens.

What is read out of a program counts in tokens, so that another comment changes nothing of it, and a node is placed by its first
and last one. Names, numbers and strings (*atoms*) stand in the text in the order in which a walk of libcst's tree, which knows no
positions, meets them: counting atoms places every node of it. A formatted string is one token, whatever it holds. Odd text
gives odd tokens, never an error. Knows nothing of libcst and of Keras.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import field, replace

from kerlint.finding import Span
from kerlint.records import dataclass

_KEYWORDS = frozenset(  # the hard ones; match, case and type are names in the text
    "and as assert async await break class continue def del elif else except finally for from global if import in is "
    "lambda nonlocal not or pass raise return try while with yield".split()
)
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(")]}")

_TOKEN = re.compile(
    r"""
    [ \t\f]*
    (?: (?P<name>[^\W\d]\w*\b(?!["']))
    | (?P<operator>[=,:*+<>/-]|\.(?![.\d]))
    | (?P<bracket>[()\[\]{}])
    | (?P<newline>\r\n|\r|\n)
    | (?P<string>(?P<prefix>[A-Za-z]{0,3})(?P<quote>\"\"\"|'''|"|'))
    | (?P<number>0[xXoObB]\w+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)
    | (?P<comment>\#[^\r\n]*)
    | (?P<skip>\\(?:\r\n|\r|\n))
    | (?P<word>\w+)
    | (?P<sign>\.\.\.|[^\s\w])
    )
    """,
    re.VERBOSE,
)
"""A token with the spaces before it. What is met most often is tried first: a name that begins no string, an operator."""
_STRING_PREFIXES = frozenset("|r|u|b|br|rb|f|fr|rf|t|tr|rt".split("|"))
_STRING_END = {
    quote: re.compile(rf"(?:[^\\]|\\(?:\r\n|.))*?{quote}", re.DOTALL) for quote in ('"""', "'''")
} | {quote: re.compile(rf"(?:[^\\\r\n{quote}]|\\(?:\r\n|[\s\S]))*{quote}") for quote in ('"', "'")}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`; line and column from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """The places of all tokens of one text, as offsets, and the lines that hold them.

    `atoms` are the indices of the tokens that are names, numbers or strings; `match` gives for an opening bracket the
    index of the bracket that closes it. `logical_ends` holds the offsets at which statements end.
    """

    text: str
    starts: array[int]
    ends: array[int]
    atoms: array[int]
    match: dict[int, int]
    comments: tuple[Comment, ...]
    line_starts: array[int]
    logical_ends: array[int] = field(repr=False)
    deepest: int = 0
    """How many brackets are open at once at the most."""

    def word(self, token: int) -> str:
        """The text of one token."""
        return self.text[self.starts[token] : self.ends[token]]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def comments_on(self, first: int, last: int) -> tuple[Comment, ...]:
        """The comments on some lines, the last one included."""
        start = bisect_left(self.comments, first, key=lambda comment: comment.line)
        return self.comments[start : bisect_right(self.comments, last, key=lambda comment: comment.line)]

    def span(self, first: int, last: int) -> Span:
        """From the beginning of the token `first` to the end of the token `last`."""
        if not self.starts:
            return Span(1, 1, 1, 1)
        first = min(first, len(self.starts) - 1)
        last = max(first, min(last, len(self.starts) - 1))
        return Span(*self.place(self.starts[first]), *self.place(self.ends[last]))

    def logical_line(self, line: int) -> tuple[int, int]:
        """First and last physical line of the statement (or of a compound statement's head) that holds `line`."""
        if not 1 <= line <= len(self.line_starts):
            return line, line
        start = self.line_starts[line - 1]
        at = bisect_right(self.logical_ends, start - 1) if start else 0
        first = self.place(self.logical_ends[at - 1])[0] + 1 if at else 1
        end = self.logical_ends[at] if at < len(self.logical_ends) else len(self.text)
        return first if first <= line else line, max(line, self.place(min(end, len(self.text)))[0])


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts, self.ends, self.atoms = array("I"), array("I"), array("I")
        self.match: dict[int, int] = {}
        self.open: list[int] = []
        self.comments: list[tuple[int, int]] = []
        self.logical_ends = array("I")
        self.deepest = 0

    def add(self, start: int, end: int, atom: bool) -> None:
        if atom:
            self.atoms.append(len(self.starts))
        self.starts.append(start)
        self.ends.append(end)

    def run(self) -> None:
        text, position = self.text, 0
        scan, starts, ends = _TOKEN.match, self.starts, self.ends
        while (found := scan(text, position)) and (kind := found.lastgroup):
            start, position = found.span(kind)
            if kind == "name" or kind == "word":  # these and operators, three quarters of all, without the call of `add`
                if found[kind] not in _KEYWORDS:
                    self.atoms.append(len(starts))
                starts.append(start)
                ends.append(position)
            elif kind == "operator" or kind == "sign":
                starts.append(start)
                ends.append(position)
            elif kind == "bracket":
                self.bracket(start, position)
            elif kind == "string":
                position = self.string(found)
            elif kind == "number":
                self.add(start, position, True)
            elif kind == "comment":
                self.comments.append((start, position))
            elif kind == "newline" and not self.open:
                self.logical_ends.append(start)

    def bracket(self, start: int, end: int) -> None:
        index, character = len(self.starts), self.text[start]
        self.add(start, end, False)
        if character in _OPENING:
            self.open.append(index)
            self.deepest = max(self.deepest, len(self.open))
        elif self.open and _OPENING[self.text[self.starts[self.open[-1]]]] == character:
            self.match[self.open.pop()] = index

    def string(self, found: re.Match[str]) -> int:
        """Adds the string that begins here, or the name that only looked like a prefix; gives where to go on."""
        start, prefix, quote = found.start("string"), found["prefix"].lower(), found["quote"]
        if prefix not in _STRING_PREFIXES:
            self.add(start, found.start("quote"), found["prefix"] not in _KEYWORDS)
            return found.start("quote")
        if "f" in prefix or "t" in prefix:
            end = formatted_string_end(self.text, found.end(), quote, raw="r" in prefix)
        else:
            closing = _STRING_END[quote].match(self.text, found.end())
            end = closing.end() if closing else _line_end(self.text, found.end(), quote)
        self.add(start, end, True)
        return end


def _line_end(text: str, position: int, quote: str) -> int:
    """Where an unclosed string is taken to end: at its line's end, or at the text's for a triple quote."""
    if len(quote) == 3:
        return len(text)
    found = re.compile(r"[\r\n]").search(text, position)
    return found.start() if found else len(text)


def formatted_string_end(text: str, position: int, quote: str, *, raw: bool) -> int:
    """The offset behind a formatted string whose content begins at `position`; replacement fields may nest (PEP 701)."""
    fields: list[list[str]] = []  # for each open replacement field, its open brackets; "{" alone while in a format spec
    in_spec: list[bool] = []
    while position < len(text):
        character = text[position]
        literal = not fields or in_spec[-1]
        if literal:
            if text.startswith(quote, position) and not fields:
                return position + len(quote)
            if character == "\\":
                position += _escape_width(text, position, raw=raw)
            elif character in "{}" and not fields and text[position + 1 : position + 2] == character:
                position += 2
            elif character == "{":
                fields.append([])
                in_spec.append(False)
                position += 1
            elif character == "}" and fields:
                fields.pop()
                in_spec.pop()
                position += 1
            elif character in "\r\n" and len(quote) == 1:
                return position
            else:
                position += 1
            continue
        if character in "\"'":  # also a quote of the string's own kind: inside a field it can only open another
            position = _nested_string_end(text, position)
        elif character in _OPENING:
            fields[-1].append(_OPENING[character])
            position += 1
        elif fields[-1] and character == fields[-1][-1]:
            fields[-1].pop()
            position += 1
        elif character == "}":
            fields.pop()
            in_spec.pop()
            position += 1
        elif character == ":" and not fields[-1]:
            in_spec[-1] = True
            position += 1
        elif character in "\r\n" and len(quote) == 1 and not fields[-1] and "}" not in text[position : position + 400]:
            return position
        else:
            position += 1
    return len(text)




def _escape_width(text: str, position: int, *, raw: bool) -> int:
    """How many characters a backslash in the literal part of a formatted string takes up, itself included."""
    following = text[position + 1 : position + 2]
    if following == "{":
        return 1
    if raw:
        return 2 if following in ("\\", '"', "'") else 1
    return 3 if text[position + 1 : position + 3] == "N{" else 2


def _nested_string_end(text: str, position: int) -> int:
    quote = text[position : position + 3]
    if quote not in ('"""', "'''"):
        quote = text[position]
    begin = position
    while begin and text[begin - 1].isalpha():
        begin -= 1
    prefix = text[begin:position].lower()
    if prefix in _STRING_PREFIXES and ("f" in prefix or "t" in prefix):
        return formatted_string_end(text, position + len(quote), quote, raw="r" in prefix)
    closing = _STRING_END[quote].match(text, position + len(quote))
    return closing.end() if closing else position + len(quote)


def lex(text: str) -> Tokens:
    """The tokens of a program."""
    lexer = _Lexer(text)
    lexer.run()
    line_starts = array("I", [0])
    line_starts.extend(found.end() for found in re.finditer(r"\r\n|\r|\n", text))
    tokens = Tokens(
        text, lexer.starts, lexer.ends, lexer.atoms, lexer.match, (), line_starts, lexer.logical_ends, lexer.deepest
    )
    comments = tuple(Comment(text[start:end], *tokens.place(start)) for start, end in lexer.comments)
    return replace(tokens, comments=comments)


def overlong_chain(tokens: Tokens, limit: int) -> tuple[int, int] | None:
    """Line and column at which more than `limit` calls, subscripts and attributes follow one another; None where none do."""
    first = 0
    for end in (*tokens.logical_ends, len(tokens.text)):
        last = bisect_left(tokens.starts, end)
        if last - first > limit:
            place = _chain_in(tokens, range(first, last), limit)
            if place is not None:
                return place
        first = last
    return None


def _chain_in(tokens: Tokens, statement: range, limit: int) -> tuple[int, int] | None:
    lengths = [0]  # of the chain at each depth of brackets
    follows_operand = follows_dot = False
    for token in statement:
        character = tokens.text[tokens.starts[token]]
        if character in _OPENING:
            lengths[-1] = lengths[-1] + 1 if follows_operand else 0
            lengths.append(0)
            follows_operand = False
        elif character in _CLOSING:
            if len(lengths) > 1:
                lengths.pop()
            follows_operand = True
        elif character == ".":
            lengths[-1] += 1
        elif character.isalnum() or character in "_\"'":
            lengths[-1] = lengths[-1] if follows_dot else 0
            follows_operand = True
        else:
            lengths[-1] = 0
            follows_operand = False
        follows_dot = character == "."
        if lengths[-1] > limit:
            return tokens.place(tokens.starts[token])
    return None
