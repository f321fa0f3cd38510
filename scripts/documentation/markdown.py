"""Reads a Markdown page as far as the checks need it: fenced blocks apart from prose, code spans, links and headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)(?P=fence) *$", re.M | re.S)
_SPAN = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<inside>.+?)(?<!`)(?P=ticks)(?!`)", re.S)
_WHOLE_LINK = re.compile(r"\[[^\]]*\]\([^)]*\)")
_HEADING, _HEAD_OF_PAGE, _COMMENT = r"^#[^\n]*$", r"\A---\n.*?^---$", r"<!--.*?-->"
_NO_PLAIN_TEXT = "|".join((_FENCE.pattern, _SPAN.pattern, _WHOLE_LINK.pattern, _HEADING, _HEAD_OF_PAGE, _COMMENT))
_CODE_IN_TEXT = re.compile(rf"{_NO_PLAIN_TEXT}|\bKER\d{{3}}\b", re.M | re.S)
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
    yield from (" ".join(found["inside"].split()) for found in _SPAN.finditer(without_blocks(page)))


def links(page: str) -> Iterator[str]:
    """The targets of the links and pictures."""
    yield from (found[1] for found in _LINK.finditer(_SPAN.sub("", without_blocks(page))))


def with_links_to(codes: Collection[str], folder: str, page: str) -> str:
    """The page with each of these codes as a link to its page in the folder, where a code stands in plain text."""

    def linked(found: re.Match[str]) -> str:
        return f"[{found[0]}]({folder}/{found[0]}.md)" if found[0] in codes else found[0]

    return _CODE_IN_TEXT.sub(linked, page)


def anchors(page: str) -> frozenset[str]:
    """The anchors that MkDocs gives the headings."""
    headings = re.findall(r"^#{1,6} +(.+?)\s*$", without_blocks(page), re.M)
    return frozenset(_slug(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)) for heading in headings)


def _slug(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
