"""Takes codes out of the comment that suppresses them, and the comment with them when nothing else stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kerlint.finding import Applicability, Edit, Fix, Span
from kerlint.fixes.editing import edit, removal
from kerlint.sources.tokens import Comment, Tokens

_NOTHING_ELSE = re.compile(r"#\s*(?:kerlint\s*:\s*)?noqa\s*:?\s*", re.IGNORECASE)


def without_suppressions(tokens: Tokens, spans: Iterable[Span], *, in_notebook: bool) -> Fix | None:
    """The removal of codes that stand in one comment; None where they cannot be taken out of it alone. Safe: comments do nothing.

    A span is that of a code, or of the whole comment where it names none.
    """
    ordered = sorted(spans, reverse=True)
    (comment,) = tokens.comments_on(ordered[0].line, ordered[0].line)
    rest: str | None = comment.text
    for span in ordered:
        rest = _without(rest, span.column - comment.column, span.end_column - comment.column) if rest else rest
    if rest is None:
        return None
    start = tokens.line_starts[comment.line - 1] + comment.column - 1
    changed = edit(tokens, start, start + len(comment.text), rest) if rest else _without_comment(tokens, comment, in_notebook)
    return Fix(f"Remove {'this suppression' if len(ordered) == 1 else 'these suppressions'}", (changed,), Applicability.SAFE)


def _without(comment: str, start: int, end: int) -> str | None:
    """A comment's text without a stretch of it; empty when it says nothing more."""
    before, after = comment[:start], comment[end:]
    if (not before or _NOTHING_ELSE.fullmatch(before)) and not after.strip():
        return ""
    if following := re.match(r"\s*,\s*", after):
        return before + after[following.end() :]
    if preceding := re.search(r"\s*,\s*$", before):
        return before[: preceding.start()] + after
    return None


def _without_comment(tokens: Tokens, comment: Comment, in_notebook: bool) -> Edit:
    """The removal of a comment with the space before it, or with its line, which in a notebook may end a cell."""
    start = tokens.line_starts[comment.line - 1]
    begin = start + comment.column - 1
    code = tokens.text[start:begin].rstrip()
    if not code and not in_notebook and comment.line < len(tokens.line_starts):
        return removal(tokens, start, tokens.line_starts[comment.line])
    return removal(tokens, start + len(code), begin + len(comment.text))
