"""Takes a code out of the comment that suppresses it, and the comment with it when nothing else stands there."""

from __future__ import annotations

import re

from kerlint.finding import Applicability, Edit, Fix, Span
from kerlint.fixes.editing import removal
from kerlint.sources.tokens import Tokens

_NOTHING_ELSE = re.compile(r"#\s*(?:kerlint\s*:\s*)?noqa\s*:?\s*", re.IGNORECASE)


def without_suppression(tokens: Tokens, span: Span, *, in_notebook: bool) -> Fix | None:
    """The removal of the code at `span`, or of the whole comment where it names no code. Safe: comments do nothing."""
    comment = next(one for one in tokens.comments if one.line == span.line)
    line, offset = comment.line, tokens.line_starts[span.line - 1]
    begin, end = offset + comment.column - 1, offset + comment.column - 1 + len(comment.text)
    first, last = offset + span.column - 1, offset + span.end_column - 1
    before, after = tokens.text[begin:first], tokens.text[last:end]
    if (first == begin or _NOTHING_ELSE.fullmatch(before)) and not after.strip():
        return _fix(_without_comment(tokens, line, begin, end, in_notebook))
    if following := re.match(r"\s*,\s*", after):
        return _fix(removal(tokens, first, last + following.end()))
    if preceding := re.search(r"\s*,\s*$", before):
        return _fix(removal(tokens, first - len(preceding.group()), last))
    return None


def _fix(edit: Edit) -> Fix:
    return Fix("Remove this suppression", (edit,), Applicability.SAFE)


def _without_comment(tokens: Tokens, line: int, begin: int, end: int, in_notebook: bool) -> Edit:
    """The removal of a comment with the space before it, or with its line, which in a notebook may end a cell."""
    start = tokens.line_starts[line - 1]
    code = tokens.text[start:begin].rstrip()
    if not code and not in_notebook and line < len(tokens.line_starts):
        return removal(tokens, start, tokens.line_starts[line])
    return removal(tokens, start + len(code), end)
