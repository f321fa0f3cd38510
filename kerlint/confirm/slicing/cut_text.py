"""Writes what was kept of a scope as a program of its own: headers of compounds, their kept statements, `pass` for none.

A `return` becomes an assignment to `__returned__`; what only makes sense in a function is left out or put otherwise. Knows
nothing of why something is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kerlint.confirm.slicing.canvas import Canvas
from kerlint.confirm.slicing.cutting import Cut
from kerlint.confirm.slicing.outline import Block, Kind, Statement
from kerlint.confirm.slicing.writing import pruned_import

RETURNED = "__returned__"
"""The name that stands for what the body returns or yields."""

_RETURN = re.compile(r"(?:return|yield\s+from\b|yield)")


def write_cut(cut: Cut, canvas: Canvas) -> None:
    """Writes what was kept onto its lines."""
    _write_all(cut, canvas, cut.statements)


def _write_all(cut: Cut, canvas: Canvas, statements: Sequence[Statement]) -> bool:
    """Whether any of the statements was written."""
    found = False
    for statement in statements:
        if statement in cut.kept:
            found = True
            if statement.blocks:
                _write_compound(cut, canvas, statement)
            else:
                _write_leaf(cut, canvas, statement)
    return found


def _write_leaf(cut: Cut, canvas: Canvas, leaf: Statement) -> None:
    text = canvas.original(leaf.start, leaf.end)
    if leaf.kind in (Kind.RETURN, Kind.YIELD):
        begun = _RETURN.match(text)
        value = text[begun.end() :] if begun else text
        canvas.write(leaf.start, f"{RETURNED} ={_spaced(value)}" if value.strip() else "pass", leaf.indent)
        return
    pruned = pruned_import(leaf, cut.imported.get(leaf, ())) if leaf.is_import else None
    canvas.write(leaf.start, text if pruned is None else pruned, leaf.indent)
    for line in leaf.further_lines:
        canvas.dedent(line)
    for line in leaf.nonlocal_lines:
        # The function around is none any more: its names are global ones.
        canvas.replace_word(line, "nonlocal", "global")


def _spaced(value: str) -> str:
    return value if value[0].isspace() else f" {value}"


def _write_compound(cut: Cut, canvas: Canvas, compound: Statement) -> None:
    for block in _blocks_left(cut, compound):
        _write_header(canvas, compound, block, compound in cut.opened)
        if not _write_all(cut, canvas, block.statements):
            canvas.write(block.statements[0].start, "pass", block.statements[0].indent)


def _blocks_left(cut: Cut, compound: Statement) -> list[Block]:
    blocks = list(compound.blocks)
    if compound.kind is Kind.TRY and compound in cut.opened:
        return [block for block in blocks if block in cut.blocks]
    if compound.kind is Kind.TRY:
        roles = {block.role for block in blocks}
        optional = {"else", "finally"} if "except" in roles else {"else"}
        return [block for block in blocks if block.role not in optional or block in cut.blocks]
    if compound.kind is Kind.MAIN_GUARD:
        return blocks[:1]
    while len(blocks) > 1 and blocks[-1] not in cut.blocks:
        blocks.pop()
    return blocks


def _write_header(canvas: Canvas, compound: Statement, block: Block, is_opened: bool) -> None:
    first = block.statements[0].start
    if block.is_suite:
        text = canvas.original(block.start, first).rstrip()
    else:
        text = canvas.original(block.start, (first[0], 0)).rstrip("\n")
    if is_opened and compound.kind is Kind.TRY:
        text = "if True:"  # its handlers would come too late
    elif block is compound.blocks[0]:
        if compound.kind is Kind.MAIN_GUARD or (compound.is_async and compound.kind is Kind.WITH):
            text = "if True:"
        elif compound.is_async:
            text = "for _ in [0]:"
    canvas.write(block.start, text, compound.indent)
