"""Puts new code among old as its neighbours stand: their indentation, line ends, blank lines, quotes and commas.

Turns texts and a place into edits. Knows nothing of what the texts say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from kerlint.finding import Edit
from kerlint.fixes.editing import edit
from kerlint.semantics import syntax as ir
from kerlint.sources.tokens import Tokens

_NEW_LINE = re.compile(r"\r\n|\r|\n")
_HEADS = frozenset(("async", "class", "def", "elif", "else", "except", "finally", "for", "if", "try", "while", "with"))
_NARROW, _WIDE = 88, 120
"""How wide lines may become: as wide as the file's own, between these."""


def line_end(tokens: Tokens) -> str:
    """What ends the lines of the file."""
    found = _NEW_LINE.search(tokens.text)
    return found.group() if found else "\n"


def quoted(tokens: Tokens, word: str) -> str:
    """A string as the file's own are written."""
    double = sum(tokens.text[tokens.starts[atom]] == '"' for atom in tokens.atoms)
    single = sum(tokens.text[tokens.starts[atom]] == "'" for atom in tokens.atoms)
    return f"'{word}'" if single > double else f'"{word}"'


def indentation(tokens: Tokens, offset: int) -> str:
    """The white space at the beginning of a line."""
    before = tokens.text[tokens.line_starts[tokens.place(offset)[0] - 1] : offset]
    return before[: len(before) - len(before.lstrip(" \t\f"))]


def begins_line(tokens: Tokens, token: int) -> bool:
    """Whether nothing stands before a token on its line."""
    start = tokens.starts[token]
    return not tokens.text[tokens.line_starts[tokens.place(start)[0] - 1] : start].strip()


def end_of_line(tokens: Tokens, offset: int) -> int:
    """Where the line of an offset ends, before what ends it."""
    found = _NEW_LINE.search(tokens.text, offset)
    return found.start() if found else len(tokens.text)


def head_of(tokens: Tokens, token: int) -> int:
    """The first token of the statement (or of a compound statement's head) that a token stands in; what `;` parts is one."""
    at = bisect_right(tokens.logical_ends, tokens.starts[token]) - 1
    return bisect_left(tokens.starts, tokens.logical_ends[at]) if at >= 0 else 0


def is_alone(tokens: Tokens, last: int) -> bool:
    """Whether a simple statement, known by its last token, has its lines for itself, but for a comment behind it."""
    head, following = head_of(tokens, last), last + 1
    end = end_of_line(tokens, tokens.ends[last])
    is_one = all(tokens.word(token) != ";" for token in range(head, last)) and tokens.word(head) not in _HEADS
    return is_one and (following >= len(tokens.starts) or tokens.starts[following] >= end)


def block_end(tokens: Tokens, head: int) -> int | None:
    """Where the last line of a definition ends, given the token of its name; None where it is written on one line."""
    start = tokens.starts[head]
    width = len(indentation(tokens, start).expandtabs())
    at = bisect_left(tokens.logical_ends, start)
    if at == len(tokens.logical_ends):
        return None
    first = bisect_left(tokens.starts, tokens.logical_ends[at])
    last = first - 1
    for end in tokens.logical_ends[at:]:
        token = bisect_left(tokens.starts, end)
        if token >= len(tokens.starts):
            last = len(tokens.starts) - 1
            break
        if len(indentation(tokens, tokens.starts[token]).expandtabs()) <= width:
            last = token - 1
            break
    else:
        last = len(tokens.starts) - 1
    return _behind_comments(tokens, end_of_line(tokens, tokens.ends[last]), width) if last >= first else None


def _behind_comments(tokens: Tokens, end: int, width: int) -> int:
    """The same behind the comments that follow inside the block."""
    following = bisect_left(tokens.starts, end)
    stop = tokens.starts[following] if following < len(tokens.starts) else len(tokens.text)
    for comment in tokens.comments:
        start = tokens.line_starts[comment.line - 1] + comment.column - 1
        if end < start < stop:
            if len(indentation(tokens, start).expandtabs()) <= width:
                break
            end = start + len(comment.text)
    return end


def body_indentation(tokens: Tokens, definition: ir.FunctionFacts) -> str | None:
    """The indentation of what a definition holds; None where it is written on one line."""
    at = bisect_left(tokens.logical_ends, tokens.starts[definition.first])
    token = bisect_left(tokens.starts, tokens.logical_ends[at]) if at < len(tokens.logical_ends) else len(tokens.starts)
    inner = indentation(tokens, tokens.starts[token]) if token < len(tokens.starts) else ""
    return inner if len(inner.expandtabs()) > len(indentation(tokens, tokens.starts[definition.first]).expandtabs()) else None


def new_lines(tokens: Tokens, offset: int, lines: list[str]) -> Edit:
    """Lines behind the line that ends at an offset; they bring their indentation."""
    end = line_end(tokens)
    return edit(tokens, offset, offset, "".join(end + line for line in lines))


def appended(tokens: Tokens, opening: int, items: list[str]) -> tuple[Edit, ...] | None:
    """More items at the end of what a bracket holds; None where that cannot be told from the text."""
    closing = tokens.match.get(opening)
    if closing is None:
        return None
    last = closing - 1
    text = ", ".join(items)
    if last == opening:
        return (edit(tokens, tokens.ends[opening], tokens.ends[opening], text),)
    has_comma = tokens.word(last) == ","
    first = _items(tokens, opening, closing)[-1][0]
    at = tokens.ends[last]
    if _becomes_too_long(tokens, last, len(text) + 2) and _has_a_line(tokens, opening, closing):
        return _spread(tokens, opening, closing, [], items)
    if begins_line(tokens, first) and not _same_line(tokens, opening, first):
        return _on_lines(tokens, first, last, closing, items)
    if _becomes_too_long(tokens, last, len(text) + 2):
        if _same_line(tokens, opening, closing):
            return _exploded(tokens, opening, closing, [], items)
        if begins_line(tokens, head := _first_of_line(tokens, last)) and not _same_line(tokens, opening, head):
            return _on_lines(tokens, head, last, closing, items)
    return (edit(tokens, at, at, f" {text}," if has_comma else f", {text}"),)


def prepended(tokens: Tokens, opening: int, item: str) -> tuple[Edit, ...] | None:
    """An item at the beginning of what a bracket holds."""
    closing = tokens.match.get(opening)
    if closing is None:
        return None
    at = tokens.ends[opening]
    if closing == opening + 1:
        return (edit(tokens, at, at, item),)
    first = opening + 1
    start = tokens.starts[first]
    if begins_line(tokens, first) and not _same_line(tokens, opening, first):
        return (edit(tokens, start, start, f"{item},{line_end(tokens)}{indentation(tokens, start)}"),)
    if _same_line(tokens, opening, closing) and _becomes_too_long(tokens, closing, len(item) + 2):
        return _exploded(tokens, opening, closing, [item], [])
    if not _same_line(tokens, opening, closing) and (column := _column_of_items(tokens, opening, closing)) is not None:
        return (edit(tokens, start, start, f"{item},{line_end(tokens)}{column}"),)
    return (edit(tokens, start, start, f"{item}, "),)


def before_last(tokens: Tokens, opening: int, items: list[str]) -> tuple[Edit, ...] | None:
    """More items before the last one of what a bracket holds."""
    closing = tokens.match.get(opening)
    if closing is None or not items:
        return () if closing is not None else None
    first = _items(tokens, opening, closing)[-1][0]
    at = tokens.starts[first]
    if _becomes_too_long(tokens, first, len(", ".join(items)) + 2):
        if _has_a_line(tokens, opening, closing):
            return _spread(tokens, opening, closing, items, [])
        if _same_line(tokens, opening, closing):
            return _exploded(tokens, opening, closing, [], [], items)
    between = line_end(tokens) + indentation(tokens, at) if begins_line(tokens, first) else " "
    return (edit(tokens, at, at, "".join(f"{item},{between}" for item in items)),)


def is_too_long(tokens: Tokens, line: str) -> bool:
    """Whether a line would be wider than the file's own are."""
    return len(line.expandtabs()) > _width(tokens)


def step_of(tokens: Tokens, outer: str) -> str:
    """By how much the file indents, inside lines that are indented so far."""
    if "\t" in outer:
        return "\t"
    widths = {len(found[1]) for found in re.finditer(r"(?:\r\n|\r|\n)( +)(?=[^\s#])", tokens.text[:20_000])}
    return " " * (2 if 2 in widths else 4)


def _width(tokens: Tokens) -> int:
    lines = zip(tokens.line_starts, [*tokens.line_starts[1:], len(tokens.text)], strict=True)
    return min(_WIDE, max([_NARROW, *(end - start - 1 for start, end in lines)]))


def _becomes_too_long(tokens: Tokens, token: int, more: int) -> bool:
    start = tokens.line_starts[tokens.place(tokens.starts[token])[0] - 1]
    end = max(_last_of_line(tokens, token), tokens.ends[token])
    return end - start + more > _width(tokens)


def _last_of_line(tokens: Tokens, token: int) -> int:
    """Where the last token on the line of a token ends; a comment behind it does not count."""
    end = end_of_line(tokens, tokens.ends[token])
    following = bisect_left(tokens.starts, end)
    return tokens.ends[following - 1]


def _first_of_line(tokens: Tokens, token: int) -> int:
    """The first token of the physical line of a token."""
    return bisect_left(tokens.starts, tokens.line_starts[tokens.place(tokens.starts[token])[0] - 1])


def _items(tokens: Tokens, opening: int, closing: int) -> list[tuple[int, int]]:
    """First and last token of each item between two brackets."""
    found: list[tuple[int, int]] = []
    first = index = opening + 1
    while index < closing:
        if tokens.word(index) == ",":
            found.append((first, index - 1))
            first = index + 1
        index = tokens.match.get(index, index) + 1
    if first < closing:
        found.append((first, closing - 1))
    return found


def _same_line(tokens: Tokens, one: int, other: int) -> bool:
    return tokens.place(tokens.starts[one])[0] == tokens.place(tokens.starts[other])[0]


def _column_of_items(tokens: Tokens, opening: int, closing: int) -> str | None:
    """The white space before items that stand below one another, the first of them behind the bracket."""
    items = _items(tokens, opening, closing)
    if len(items) < 2 or not all(begins_line(tokens, first) for first, _ in items[1:]):
        return None
    return indentation(tokens, tokens.starts[items[1][0]])


def _on_lines(tokens: Tokens, first: int, last: int, closing: int, items: list[str]) -> tuple[Edit, ...]:
    """More items, each on a line of its own, as the last one has."""
    has_comma = tokens.word(last) == ","
    between = line_end(tokens) + indentation(tokens, tokens.starts[first])
    rest = ("," + between).join(items)
    at = tokens.ends[last]
    if _same_line(tokens, last, closing) or tokens.place(tokens.ends[last])[0] == tokens.place(tokens.starts[closing])[0]:
        return (edit(tokens, at, at, between + rest + "," if has_comma else "," + between + rest),)
    end = end_of_line(tokens, at)
    if has_comma:
        return (edit(tokens, end, end, between + rest + ","),)
    if end == at or not tokens.text[at:end].strip():
        return (edit(tokens, at, at, "," + between + rest),)
    return edit(tokens, at, at, ","), edit(tokens, end, end, between + rest)


def _texts(tokens: Tokens, opening: int, closing: int) -> list[str]:
    return [tokens.text[tokens.starts[first] : tokens.ends[last]] for first, last in _items(tokens, opening, closing)]


def _exploded(
    tokens: Tokens, opening: int, closing: int, before: list[str], behind: list[str], inner: Sequence[str] = ()
) -> tuple[Edit, ...]:
    """The items of a bracket that stood on one line, each on a line of its own; the `inner` ones come before the last."""
    *own, last = _texts(tokens, opening, closing)
    end, outer = line_end(tokens), indentation(tokens, tokens.starts[opening])
    indent = outer + step_of(tokens, outer)
    content = "".join(f"{end}{indent}{item}," for item in (*before, *own, *inner, last, *behind)) + end + outer
    return (edit(tokens, tokens.ends[opening], tokens.starts[closing], content),)


def _has_a_line(tokens: Tokens, opening: int, closing: int) -> bool:
    """Whether what a bracket holds stands on one line of its own."""
    first, last = opening + 1, closing - 1
    is_one = tokens.place(tokens.starts[first])[0] == tokens.place(tokens.ends[last])[0]
    return is_one and begins_line(tokens, first) and begins_line(tokens, closing)


def _spread(tokens: Tokens, opening: int, closing: int, inner: list[str], behind: list[str]) -> tuple[Edit, ...]:
    """Items that stood on one line of their own, each on its line; the `inner` ones come before the last."""
    *own, last = _texts(tokens, opening, closing)
    start = tokens.starts[opening + 1]
    between = "," + line_end(tokens) + indentation(tokens, start)
    return (edit(tokens, start, tokens.ends[closing - 1], between.join((*own, *inner, last, *behind)) + ","),)
