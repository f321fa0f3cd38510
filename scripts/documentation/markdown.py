"""Reads a Markdown page as far as the checks need it: fenced blocks apart from prose, code spans, links and headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)(?P=fence) *$", re.M | re.S)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the language after the fence, the title where it is a file, and the text."""

    language: str
    title: str | None
    text: str


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    yield from (_block(found) for found in _FENCE.finditer(page))


def _block(found: re.Match[str]) -> Block:
    language, _, rest = found["info"].strip().partition(" ")
    title = re.search(r'title="([^"]+)"', rest)
    lines = (line.removeprefix(found["indent"]) for line in found["body"].splitlines(keepends=True))
    return Block(language, title[1] if title else None, "".join(lines))


def rewritten(page: str, text_of: Callable[[Block], str]) -> str:
    """The page with another text in each of its blocks; the function is asked in the order of the page."""

    def block(found: re.Match[str]) -> str:
        opening, indent = found[0].partition("\n")[0], found["indent"]
        lines = text_of(_block(found)).splitlines(keepends=True)
        body = "".join(f"{indent}{line}" if line.strip() else line for line in lines)
        return f"{opening}\n{body}{indent}{found['fence']}"

    return _FENCE.sub(block, page)


def without_blocks(page: str) -> str:
    """A page's prose: what stands outside of the fenced blocks."""
    return _FENCE.sub("", page)


def spans(page: str) -> Iterator[str]:
    """What stands in backticks in the prose, on one line."""
    yield from (" ".join(found[2].split()) for found in _SPAN.finditer(without_blocks(page)))


def links(page: str) -> Iterator[str]:
    """The targets of the links and pictures."""
    yield from (found[1] for found in _LINK.finditer(_SPAN.sub("", without_blocks(page))))


def anchors(page: str) -> frozenset[str]:
    """The anchors that MkDocs gives the headings."""
    headings = re.findall(r"^#{1,6} +(.+?)\s*$", without_blocks(page), re.M)
    return frozenset(_slug(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)) for heading in headings)


def _slug(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
