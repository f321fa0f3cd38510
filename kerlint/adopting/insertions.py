"""Turns what is to be silenced in a program's text into insertions: a new `# noqa` comment, or codes for one that is there.

Nothing is replaced and nothing is moved, so every other character stays what it is. Knows nothing of files and of Keras.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kerlint.sources.tokens import Comment, Tokens, lex

_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Za-z]+[0-9][\w-]*(?:[\s,;]+[A-Za-z]+[0-9]+(?![\w:-]))*)", re.IGNORECASE)
"""A comment that names codes; what stands behind the last of them is its reason."""
_CODE_LIKE = re.compile(r"[A-Za-z]+[0-9]+\b")


@dataclass(frozen=True, slots=True, order=True)
class Insertion:
    """Text that is put before the character at `offset`."""

    offset: int
    text: str


def insertions(tokens: Tokens, wanted: Mapping[int, Iterable[str]], reason: str) -> list[Insertion]:
    """What makes each line silence its codes; lines from 1."""
    comments = {comment.line: comment for comment in tokens.comments}
    return sorted(_insertion(tokens, line, sorted(set(codes)), reason, comments.get(line)) for line, codes in wanted.items())


def _insertion(tokens: Tokens, line: int, codes: list[str], reason: str, comment: Comment | None) -> Insertion:
    start = tokens.line_starts[line - 1]
    told = ", ".join(codes) + (f" {reason}" if reason else "")
    if comment is not None and (found := _NOQA.search(comment.text)):
        return Insertion(start + comment.column - 1 + found.end("codes"), f", {told}")
    content = re.compile(r"[^\r\n]*").match(tokens.text, start)
    text = content.group() if content else ""
    return Insertion(start + len(text.rstrip()), f"  # noqa: {told}")


def inserted(text: str, changes: Iterable[Insertion]) -> str:
    """The text with everything put in."""
    pieces: list[str] = []
    done = 0
    for change in sorted(changes):
        pieces += (text[done : change.offset], change.text)
        done = change.offset
    return "".join((*pieces, text[done:]))


def is_same_program(before: Tokens, text: str) -> bool:
    """Whether a text differs from what it was in its comments alone."""
    after = lex(text)
    return len(before.starts) == len(after.starts) and all(
        before.word(token) == after.word(token) for token in range(len(before.starts))
    )


def trouble_with(reason: str) -> str | None:
    """Why a reason cannot stand in a comment, behind codes; None where it can."""
    if any(not character.isprintable() for character in reason):
        return "a reason is one line of text"
    if _CODE_LIKE.match(reason):
        return f"a reason must not begin with what reads as a code, like {reason.split()[0]!r}"
    return None
