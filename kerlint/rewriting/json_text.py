"""Finds where a notebook's lines stand in the text of its JSON, so that one can be changed and nothing else.

A reader of JSON that keeps places: for each value, or string, where it begins and ends. Knows nothing of notebooks' meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kerlint.records import dataclass

_TOKEN = re.compile(
    r'''[ \t\r\n]*(?:
        (?P<string>"[^"\\]*(?:\\.[^"\\]*)*")
      | (?P<mark>[{}\[\]:,])
      | (?P<plain>[^\s{}\[\]:,"]+)
    )''',
    re.DOTALL | re.VERBOSE,
)
_CHARACTER = re.compile(r"\\u[dD][89abAB]\w{2}\\u[dD][c-fC-F]\w{2}|\\u\w{4}|\\.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A string of the JSON: the offset behind its opening quote, and how it is written there."""

    start: int
    raw: str

    def offsets(self) -> Iterator[tuple[int, str]]:
        """For each character that it means: where it stands in the JSON, and how."""
        position = self.start
        for found in _CHARACTER.finditer(self.raw):
            yield position, found.group()
            position += len(found.group())


def read_json(text: str) -> Any:
    """The JSON, with a `Text` for each string that is no key. The text has been read as JSON before, so it is well formed."""
    stack: list[Any] = []
    root: Any = None
    key: str | None = None
    previous = ""
    for found in _TOKEN.finditer(text):
        mark = found["mark"]
        value: Any
        if mark in ("{", "["):
            value = {} if mark == "{" else []
        elif mark:
            if mark in "}]":
                stack.pop()
            previous = mark
            continue
        elif found["string"] is not None:
            value = Text(found.start("string") + 1, found["string"][1:-1])
            if stack and isinstance(stack[-1], dict) and previous in ("{", ","):
                key, previous = value.raw, ""
                continue
        else:
            value = found["plain"]
        if not stack:
            root = value
        elif isinstance(stack[-1], dict):
            stack[-1][key] = value
        else:
            stack[-1].append(value)
        if mark:
            stack.append(value)
        previous = mark or ""
    return root
