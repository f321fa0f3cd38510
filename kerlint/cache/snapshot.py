"""Turns a whole run into bytes: what was asked, what it printed, and all that it had seen, by which a later run knows that it
would print the same.

Whatever does not look exactly like that, or answers another question, is no snapshot. Nothing is imported here that costs.
"""

from __future__ import annotations

import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kerlint.cache.seen import Seen

    Answer = tuple[int, str, str]
    """The exit code, and what was printed on the two outputs."""

_MAGIC = b"kerlint snapshot 1\n"


def as_bytes(question: str, answer: Answer, seen: Iterable[Seen]) -> bytes | None:
    """The snapshot; None when something was seen whose name cannot stand in a line."""
    lines = []
    for kind, stamp, digest, path in seen:
        if "\n" in path:
            return None
        lines.append(f"{kind} {' '.join(map(str, stamp))} {digest or '-'} {path}\n")
    exit_code, printed, said = answer
    parts = [text.encode("utf-8", "surrogateescape") for text in (question, printed, said, "".join(lines))]
    head = " ".join(map(str, (exit_code, *map(len, parts))))
    body = b"".join((head.encode(), b"\n", *parts))
    return _MAGIC + b"%08x\n" % zlib.crc32(body) + body


def read(data: bytes, question: str) -> tuple[Answer, list[Seen]] | None:
    """The answer to the question and what it rests on; None when these bytes are no snapshot of it."""
    start = len(_MAGIC) + 9
    body = data[start:]
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : start] != b"%08x\n" % zlib.crc32(body):
        return None
    head, _, rest = body.partition(b"\n")
    exit_code, *lengths = map(int, head.split())
    texts, position = [], 0
    for length in lengths:
        texts.append(rest[position : position + length].decode("utf-8", "surrogateescape"))
        position += length
    asked, printed, said, lines = texts
    return ((exit_code, printed, said), [_seen(line) for line in lines.split("\n")[:-1]]) if asked == question else None


def _seen(line: str) -> Seen:
    kind, letter, changed, touched, size, digest, path = line.split(" ", 6)
    stamp = (letter, int(changed), int(touched), int(size))
    return kind, stamp, "" if digest == "-" else digest, path  # type: ignore[return-value]
