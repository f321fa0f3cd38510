"""Turns a program's comments into suppressions: which codes are to be silent, on which line or in the whole file.

Reads `# noqa` as flake8 and ruff do, in every spelling of either, and `# kerlint: noqa` for a file. Codes of other
tools are left to them. Knows which codes there are only by asking; knows nothing of findings and of Keras.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kerlint.finding import Span
from kerlint.records import dataclass
from kerlint.sources.tokens import Comment, Tokens

_LINE = re.compile(r"#\s*noqa(?!\w)(?:\s*:\s*(?P<list>[^#]*))?", re.IGNORECASE)
_FILE = re.compile(r"#\s*kerlint\s*:\s*(?P<verb>.*)$", re.IGNORECASE)
_FILE_VERB = re.compile(r"noqa\s*(?::(?P<list>.*))?$", re.IGNORECASE)
_MEANT = re.compile(r"noqa|ignore|disable|skip", re.IGNORECASE)
_ITEM = re.compile(r"[^\s,;]+")
_ANY_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)
_OUR_CODE = re.compile(r"KER(?:[-_]?\d[\w-]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One code, or a prefix of codes, that a comment silences; no code means all of them.

    `line` is None when it holds for the whole file. `span` is where the code stands.
    """

    code: str
    line: int | None
    span: Span

    def covers(self, code: str) -> bool:
        """Whether it silences this code."""
        return code.startswith(self.code)


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A comment that means to suppress and does not: where, and why."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of one program."""

    lines: tuple[Suppression, ...] = ()
    files: tuple[Suppression, ...] = ()
    misspelt: tuple[Misspelt, ...] = ()

    def covering(self, code: str, lines: frozenset[int]) -> tuple[Suppression, ...]:
        """What silences a finding of this code whose statement begins, ends or is reported on these lines."""
        return tuple(
            suppression
            for suppression in (*self.lines, *self.files)
            if suppression.covers(code) and (suppression.line is None or suppression.line in lines)
        )


def may_suppress(text: str) -> bool:
    """Whether looking for suppressions in the text can be worth it."""
    if text.isascii():  # a quick search; other letters than k, i and n can stand for these
        lowered = text.lower()
        return "noqa" in lowered or "kerlint" in lowered
    return "noqa" in text or "kerlint" in text or "NOQA" in text or re.search("noqa|kerlint", text, re.I) is not None


def may_be_told_of(text: str) -> bool:
    """Whether a suppression in the text can be worth a finding of its own: whatever is, names a code of kerlint or kerlint."""
    return "ker" in text.lower() and may_suppress(text)


def read_suppressions(tokens: Tokens, is_known: Callable[[str], bool]) -> Suppressions:
    """The suppressions among a program's comments; `is_known` says whether a code or prefix names any rule."""
    lines: list[Suppression] = []
    files: list[Suppression] = []
    misspelt: list[Misspelt] = []
    for comment in tokens.comments:
        if found := _FILE.match(comment.text):
            target = files
            read = _read_file_comment(tokens, comment, found, is_known)
        else:
            target = lines
            read = _read_line_comment(comment, is_known)
        for item in read:
            if isinstance(item, Suppression):
                target.append(item)
            else:
                misspelt.append(item)
    return Suppressions(tuple(lines), tuple(files), tuple(misspelt))


def _read_line_comment(comment: Comment, is_known: Callable[[str], bool]) -> Iterator[Suppression | Misspelt]:
    for found in _LINE.finditer(comment.text):
        words = list(_ITEM.finditer(found["list"] or ""))
        if not words or not _is_code(words[0].group()):
            yield Suppression("", comment.line, _span(comment, found.start(), found.end()))
            continue
        for word in words:
            if not _is_code(word.group()):
                break
            if _OUR_CODE.fullmatch(word.group()):
                offset = found.start("list")
                yield _own(comment, word, offset, comment.line, is_known)


def _read_file_comment(
    tokens: Tokens, comment: Comment, found: re.Match[str], is_known: Callable[[str], bool]
) -> Iterator[Suppression | Misspelt]:
    whole = _span(comment, 0, len(comment.text))
    verb = _FILE_VERB.match(found["verb"].strip())
    if verb is None:
        if _MEANT.match(found["verb"]):
            yield Misspelt(
                whole, "write `# kerlint: noqa` or `# kerlint: noqa: KER101`; this comment suppresses nothing"
            )
        return
    start = tokens.line_starts[comment.line - 1]
    if tokens.text[start : start + comment.column - 1].strip():
        yield Misspelt(
            whole, "`# kerlint: noqa` is for the whole file and needs a line of its own; for one line write `# noqa`"
        )
        return
    if verb["list"] is None:
        yield Suppression("", None, whole)
        return
    offset = found.start("verb") + len(found["verb"]) - len(found["verb"].lstrip()) + verb.start("list")
    words = list(_ITEM.finditer(verb["list"]))
    if not words or not _is_code(words[0].group()):
        yield Misspelt(whole, "`# kerlint: noqa:` names no code; this comment suppresses nothing")
    for word in words:
        if not _is_code(word.group()):
            break
        yield _own(comment, word, offset, None, is_known)


def _own(
    comment: Comment, word: re.Match[str], offset: int, line: int | None, is_known: Callable[[str], bool]
) -> Suppression | Misspelt:
    code = word.group().upper()
    span = _span(comment, offset + word.start(), offset + word.end())
    if is_known(code):
        return Suppression(code, line, span)
    return Misspelt(span, f"{word.group()} is no code of kerlint; this suppresses nothing")


def _is_code(word: str) -> bool:
    return _ANY_CODE.fullmatch(word) is not None or _OUR_CODE.fullmatch(word) is not None


def _span(comment: Comment, start: int, end: int) -> Span:
    return Span(comment.line, comment.column + start, comment.line, comment.column + end)
