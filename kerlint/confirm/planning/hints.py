"""What a user says to help: a comment `# kerlint: input=(None, 28, 28, 1)` at a definition or finding, or a setting for a class.

A comment counts for the line it stands on, and alone on a line for the line after it. Hints are literals; nothing is evaluated.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Mapping

_COMMENT = re.compile(r"#\s*kerlint:\s*((?:input|arguments)\s*=.*)$")


def hints_at(text: str, lines: Iterable[int]) -> dict[str, object]:
    """The hints that comments give for any of these lines (from 1)."""
    wanted = set(lines)
    found: dict[str, object] = {}
    for line, hint in _comments(text):
        if line in wanted:
            found.update(read_hint(hint))
    return found


def _comments(text: str) -> Iterable[tuple[int, str]]:
    if "kerlint:" not in text:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and (match := _COMMENT.match(token.string)):
                alone = not token.line[: token.start[1]].strip()
                yield token.start[0] + alone, match.group(1)
    except (tokenize.TokenError, SyntaxError):
        return


def read_hint(text: str) -> Mapping[str, object]:
    """`input=…, arguments={…}` as data; what is no literal is left out."""
    try:
        call = ast.parse(f"dict({text})", mode="eval").body
    except SyntaxError:
        return {}
    found: dict[str, object] = {}
    for keyword in call.keywords if isinstance(call, ast.Call) else ():
        if keyword.arg == "input":
            found["input"] = _data(keyword.value)
        elif keyword.arg == "arguments" and isinstance(keyword.value, (ast.Dict, ast.Call)):
            found["arguments"] = _expressions(keyword.value)
    return {name: value for name, value in found.items() if value is not None}


def _data(node: ast.expr) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, SyntaxError):
        return None
    return value


def _expressions(node: ast.Dict | ast.Call) -> dict[str, str]:
    """The arguments by name, as source text: `{"units": 3}` or `dict(units=3)`."""
    if isinstance(node, ast.Call):
        return {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: ast.unparse(value) for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}
