"""Takes an argument out of a call, with its comma, as somebody would who keeps the layout of the call."""

from __future__ import annotations

from bisect import bisect_left

from kerlint.finding import Edit
from kerlint.fixes.editing import removal
from kerlint.semantics import syntax as ir
from kerlint.sources.tokens import Tokens


def without_argument(tokens: Tokens, argument: ir.Node) -> Edit | None:
    """The removal of a keyword argument that is written out in its call; None where a comment would go or stay alone."""
    around = _brackets_around(tokens, argument.first)
    if around is None:
        return None
    opening, closing = around
    before, after = argument.first - 1, _delimiter_behind(tokens, argument, closing)
    follows = tokens.word(after) == ","
    if before != opening:  # from behind the argument before it
        start, end = tokens.ends[before] if follows else tokens.starts[before], tokens.ends[after if follows else after - 1]
    elif follows and after + 1 != closing:  # up to the argument behind it
        start, end = tokens.starts[before + 1], tokens.starts[after + 1]
    else:  # the only one
        start, end = tokens.ends[opening], tokens.starts[closing]
    return _on_lines_of_its_own(tokens, before, after) if _holds_comment(tokens, start, end) else removal(tokens, start, end)


def _brackets_around(tokens: Tokens, token: int) -> tuple[int, int] | None:
    """The tokens that open and close the nearest brackets around a token."""
    opening = next((index for index in range(token - 1, -1, -1) if tokens.match.get(index, -1) > token), None)
    return None if opening is None else (opening, tokens.match[opening])


def _delimiter_behind(tokens: Tokens, argument: ir.Node, closing: int) -> int:
    """The comma or the bracket behind an argument: parentheses round its value are no part of the syntax."""
    after = argument.last + 1
    while after < closing and tokens.word(after) != ",":
        after += 1
    return after


def _holds_comment(tokens: Tokens, start: int, end: int) -> bool:
    """Whether a comment stands there, or behind it on its line: it may speak of what would go."""
    first = tokens.place(start)
    comments = tokens.comments_on(first[0], tokens.place(end)[0])
    return "\n" in tokens.text[start:end] and any(first <= (comment.line, comment.column) for comment in comments)


def _on_lines_of_its_own(tokens: Tokens, before: int, after: int) -> Edit | None:
    """The removal of the lines of an argument, and of what is said behind it, where nothing else stands on them."""
    if tokens.word(after) != ",":
        return None
    first, last = tokens.place(tokens.starts[before + 1])[0], tokens.place(tokens.starts[after])[0]
    following = bisect_left(tokens.starts, tokens.ends[after])
    shares_first = tokens.place(tokens.ends[before])[0] == first
    shares_last = following < len(tokens.starts) and tokens.place(tokens.starts[following])[0] == last
    if shares_first or shares_last or last >= len(tokens.line_starts):
        return None
    return removal(tokens, tokens.line_starts[first - 1], tokens.line_starts[last])
