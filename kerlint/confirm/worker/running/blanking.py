"""Takes the data out of a program: what is given to `adapt`, `fit`, `predict` and the like is left blank in its text.

What is written out as constants stays, and so do callbacks, since they write files. Lines stay where they are. Knows
nothing of Keras.
"""

from __future__ import annotations

import ast

_TAKE_DATA = frozenset(
    "adapt fit fit_generator evaluate evaluate_generator predict predict_generator train_on_batch test_on_batch "
    "predict_on_batch".split()
)


def without_data(text: str) -> str:
    """The same program with those arguments blank."""
    lines = [bytearray(line.encode("utf-8")) for line in text.splitlines()]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TAKE_DATA:
            _blank(node, lines)
    return "\n".join(line.decode("utf-8") for line in lines) + "\n"


def _blank(call: ast.Call, lines: list[bytearray]) -> None:
    kept = [keyword.value for keyword in call.keywords if keyword.arg == "callbacks"]
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not arguments or (not kept and all(_is_constant(argument) for argument in arguments)):
        return
    assert (
        call.func.end_lineno is not None
        and call.func.end_col_offset is not None
        and call.end_lineno is not None
        and call.end_col_offset is not None
    )
    stretches = [(kept[0].lineno, kept[0].col_offset, kept[0].end_lineno or 0, kept[0].end_col_offset or 0)] if kept else []
    for number in range(call.func.end_lineno, call.end_lineno + 1):
        line = lines[number - 1]
        begin = call.func.end_col_offset if number == call.func.end_lineno else 0
        end = call.end_col_offset if number == call.end_lineno else len(line)
        for column in range(begin, end):
            if not any((first, left) <= (number, column) < (last, right) for first, left, last, right in stretches):
                line[column] = ord(" ")
    _put(lines, call.func.end_lineno, call.func.end_col_offset, b"(")
    if kept:
        _name(lines, kept[0], call)
    _put(lines, call.end_lineno, call.end_col_offset - 1, b")")


def _name(lines: list[bytearray], value: ast.expr, call: ast.Call) -> None:
    """Writes `callbacks=` into the blank before its value, which held at least that."""
    word = b"callbacks="
    line = lines[value.lineno - 1]
    start = value.col_offset - len(word)
    if start >= 0 and not line[start : value.col_offset].strip():
        line[start : value.col_offset] = word
    else:
        line[value.col_offset : value.col_offset] = word


def _put(lines: list[bytearray], number: int, column: int, what: bytes) -> None:
    lines[number - 1][column : column + len(what)] = what


def _is_constant(node: ast.AST) -> bool:
    return not any(isinstance(inner, (ast.Name, ast.Call, ast.Attribute)) for inner in ast.walk(node))


__all__ = ["without_data"]
