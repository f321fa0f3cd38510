"""Turns what is to be silenced in a program's text into insertions: a new `# noqa` comment, or codes for one that is there.

Nothing is replaced and nothing is moved, so every other character stays what it is. Knows nothing of files and of Keras.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kerlint.rewriting.replacements import Replacement
from kerlint.sources.tokens import Comment, Tokens, lex

_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Za-z]+[0-9][\w-]*(?:[\s,;]+[A-Za-z]+[0-9]+(?![\w:-]))*)", re.IGNORECASE)
"""A comment that names codes; what stands behind the last of them is its reason."""
_CODE_LIKE = re.compile(r"[A-Za-z]+[0-9]+\b")


def insertions(tokens: Tokens, wanted: Mapping[int, Iterable[str]], reason: str) -> list[Replacement]:
    """What makes each line silence its codes; lines from 1."""
    comments = {comment.line: comment for comment in tokens.comments}
    return sorted(_insertion(tokens, line, sorted(set(codes)), reason, comments.get(line)) for line, codes in wanted.items())


def _insertion(tokens: Tokens, line: int, codes: list[str], reason: str, comment: Comment | None) -> Replacement:
    start = tokens.line_starts[line - 1]
    told = ", ".join(codes) + (f" {reason}" if reason else "")
    if comment is not None and (found := _NOQA.search(comment.text)):
        return _put_in(start + comment.column - 1 + found.end("codes"), f", {told}")
    content = re.compile(r"[^\r\n]*").match(tokens.text, start)
    text = content.group() if content else ""
    return _put_in(start + len(text.rstrip()), f"  # noqa: {told}")


def _put_in(offset: int, text: str) -> Replacement:
    return Replacement(offset, offset, text)


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
