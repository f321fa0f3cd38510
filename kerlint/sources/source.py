"""Turns a file's bytes into a `Source`: the program's text, and for a notebook where its cells lie in it.

Decodes as Python itself does (byte order mark, encoding cookie, else UTF-8). Knows nothing of syntax, of Keras, of
rules.
"""

from __future__ import annotations

import codecs
import re

from kerlint import disk
from kerlint.sources.notebook import read_notebook
from kerlint.sources.program import CannotRead, Cell, Source

__all__ = ["CannotRead", "Cell", "Source", "decode", "encode", "encoding_of", "read_bytes", "read_source"]

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_BYTE_LINE = re.compile(rb"\r\n|\r|\n")
_HEAD = 4096
"""Bytes at the beginning among which an encoding is declared."""
_OTHER_MARKS = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


def read_source(path: str, data: bytes | None = None) -> Source:
    """Reads a program or a notebook, from `data` when its bytes are at hand.

    Raises CannotRead for a file that cannot be opened, decoded or taken apart.
    """
    if data is None:
        data = read_bytes(path)
    if path.endswith(".ipynb"):
        return read_notebook(path, data)
    return Source(path, decode(path, data))


def read_bytes(path: str) -> bytes:
    """The file's content. Raises CannotRead with the system's reason."""
    try:
        return disk.read_bytes(path)
    except OSError as error:
        raise CannotRead(path, 1, 1, error.strerror or str(error)) from error


def decode(path: str, data: bytes) -> str:
    """The text that Python would read from these bytes, without the byte order mark."""
    if data.isascii() and b"\0" not in data and b"coding" not in data[:_HEAD]:
        return data.decode("ascii")
    for mark, name in _OTHER_MARKS:
        if data.startswith(mark):
            raise CannotRead(path, 1, 1, f"written in {name}, which Python does not read; save it as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise CannotRead(path, *_place(data, nul, "latin-1"), "holds a NUL byte: this is no Python text")
    encoding = encoding_of(path, data)
    if encoding == "utf-8" and data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = data[error.start : error.start + 1].hex()
        reason = f"byte 0x{byte} is not valid {encoding.upper()}; save the file as UTF-8 or name its encoding"
        raise CannotRead(path, *_place(data, error.start, encoding), reason) from error


def encode(text: str) -> bytes:
    """The bytes from which `decode` reads a text again: in the encoding that it declares. What that cannot hold becomes `?`."""
    data = text.encode("utf-8", "replace")
    try:
        encoding = encoding_of("", data)
    except CannotRead:
        return data
    return data if encoding == "utf-8" else text.encode(encoding, "replace")


def encoding_of(path: str, data: bytes) -> str:
    """The encoding that the file declares, by the rules of PEP 263."""
    for number, line in enumerate(_BYTE_LINE.split(data[:_HEAD].removeprefix(codecs.BOM_UTF8), maxsplit=2)[:2], 1):
        if found := _COOKIE.match(line):
            return _known_encoding(path, found.group(1).decode("ascii", "replace"), number, data)
        if not _BLANK.match(line):
            break
    return "utf-8"


def _known_encoding(path: str, name: str, line: int, data: bytes) -> str:
    plain = name[:12].lower().replace("_", "-") + "-"
    if plain.startswith("utf-8-"):
        return "utf-8"
    if plain.startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        name = "latin-1"
    try:
        b"#".decode(name, "replace")
        known = codecs.lookup(name).name
    except LookupError as error:
        raise CannotRead(path, line, 1, f"declares the encoding {name!r}, which Python does not know") from error
    if known != "utf-8" and data.startswith(codecs.BOM_UTF8):
        raise CannotRead(path, line, 1, f"declares the encoding {name!r} but begins with a UTF-8 byte order mark")
    return known


def _place(data: bytes, offset: int, encoding: str) -> tuple[int, int]:
    """Line and column of a byte, the column in characters."""
    before = _BYTE_LINE.split(data[:offset])
    return len(before), len(before[-1].decode(encoding, "replace")) + 1
