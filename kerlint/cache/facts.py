"""Keeps what reading a program gave, so that the same program is not parsed twice.

The places of its tokens are kept by the text, and what they mean by the tokens alone, so that another comment needs no parser.
Both depend on nothing else but the code that reads. They are kept as pickles that may name the classes of the syntax and nothing
else: a cache that somebody hands on with a project must not be able to run anything.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import zlib
from array import array
from bisect import bisect_left
from dataclasses import field, replace
from functools import cached_property
from hashlib import blake2b
from importlib.util import find_spec
from typing import cast

from kerlint.cache.table import Table
from kerlint.records import dataclass
from kerlint.semantics import ModuleFacts, read_module, syntax
from kerlint.sources.source import Source
from kerlint.sources.tokens import Tokens, lex

_CLASSES = {
    **{("kerlint.semantics.syntax", name): value for name, value in vars(syntax).items() if isinstance(value, type)},
    **{("array", name): getattr(__import__("array"), name) for name in ("array", "_array_reconstructor")},
    ("builtins", "complex"): complex,
}
_READERS = ("semantics", "sources")
"""The folders of kerlint whose code decides what is read out of a text."""


@dataclass(frozen=True)
class _Places:
    """The digest of a text's tokens, and where they stand."""

    tokens: str
    starts: array[int]
    ends: array[int]
    line_starts: array[int]


@dataclass
class FactsCache:
    """The facts in one cache folder. Whatever is wrong with it, the text is read anew."""

    table: Table
    waits: bool = False
    """Whether what is read is kept only when it is let go, not at once."""
    tokens: dict[str, str] = field(default_factory=dict)
    """The digest of the tokens of each file that was read, by its absolute path."""
    _unkept: dict[bytes, tuple[str, bool]] = field(init=False, default_factory=dict)
    """By the key of a text that was read, the digest of its tokens, and whether what they mean is kept."""

    def read(self, source: Source) -> ModuleFacts:
        """The facts of a program, as `read_module` gives them. Raises CannotParse and GaveUp."""
        places, tokens = self._placed(source)
        body = _body(self._load(self._key("body", places.tokens)))
        has_body = body is not None
        if body is None:
            body = read_module(source, tokens).body
        facts = ModuleFacts(source.path, body, places.starts, places.ends, places.line_starts)
        self.tokens[os.path.abspath(source.path)] = places.tokens
        if tokens is not None or not has_body:
            self._unkept[self._key("text", source.text)] = places.tokens, has_body
            if not self.waits:
                self.let_go(source, facts)
        return facts

    def let_go(self, source: Source, facts: ModuleFacts) -> None:
        """Keeps the facts of a program that may be asked for again, where they are not kept."""
        key = self._key("text", source.text)
        if key in self._unkept:
            tokens, has_body = self._unkept.pop(key)
            self._keep(key, (tokens, facts.starts, facts.ends, facts.line_starts))
            if not has_body:
                self._keep(self._key("body", tokens), facts.body)

    def close(self) -> None:
        """Writes what waits to be written."""
        self.table.close()

    def tokens_of(self, source: Source) -> str:
        """The digest of a program's tokens."""
        return self._placed(source)[0].tokens

    def _placed(self, source: Source) -> tuple[_Places, Tokens | None]:
        places = _places(self._load(self._key("text", source.text)))
        if places is not None:
            return places, None
        tokens = lex(source.text)
        return _Places(digest_of_tokens(tokens), tokens.starts, tokens.ends, tokens.line_starts), tokens

    def _key(self, kind: str, text: str) -> bytes:
        key = blake2b(self._readers, digest_size=20, person=kind.encode())
        key.update(text.encode("utf-8", "surrogatepass"))
        return key.digest()

    def _keep(self, key: bytes, value: object) -> None:
        self.table.put(key, _packed((key, value)))

    def _load(self, key: bytes) -> object:
        """What is kept under a key; None when there is nothing, or what was kept under another one."""
        data = self.table.get(key)
        if data is None:
            return None
        try:
            held, value = _Unpickler(io.BytesIO(zlib.decompress(data))).load()
        except Exception:  # bytes of whatever kind, which an unpickler may take for anything
            return None
        return value if held == key else None

    @cached_property
    def _readers(self) -> bytes:
        """Which code reads: kerlint's own, Python's, and libcst's parser."""
        own = os.path.dirname(os.path.dirname(__file__))
        files = [path for name in _READERS for path in _files_in(os.path.join(own, name)) if path.endswith(".py")]
        libcst = find_spec("libcst")
        if libcst is not None and libcst.origin:
            beside = os.path.dirname(libcst.origin)
            files += (os.path.join(beside, name) for name in sorted(os.listdir(beside)) if name.startswith("native"))
        stamps = [(path, *_stamp(path)) for path in files]
        return repr((pickle.HIGHEST_PROTOCOL, sys.version_info, stamps)).encode("utf-8", "surrogateescape")


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no class of the syntax") from None


@dataclass
class FactsInMemory:
    """The facts of programs, packed, for a run that keeps no cache: they take a tenth of the place."""

    tokens: dict[str, str] = field(default_factory=dict)
    """No file's, as nobody asks for them after the run."""
    _packed: dict[bytes, bytes] = field(default_factory=dict)

    def read(self, source: Source) -> ModuleFacts:
        """The facts of a program, as `read_module` gives them. Raises CannotParse and GaveUp."""
        packed = self._packed.get(_digest_of(source)) if self._packed else None
        if packed is None:
            return read_module(source)
        facts: ModuleFacts = pickle.loads(zlib.decompress(packed))
        return facts if facts.path == source.path else replace(facts, path=source.path)

    def let_go(self, source: Source, facts: ModuleFacts) -> None:
        """Keeps the facts of a program that may be asked for again."""
        digest = _digest_of(source)
        if digest not in self._packed:
            self._packed[digest] = _packed(facts)

    def close(self) -> None:
        """Nothing waits to be written."""


def _digest_of(source: Source) -> bytes:
    return blake2b(source.text.encode("utf-8", "surrogatepass"), digest_size=20).digest()


def _packed(value: object) -> bytes:
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def digest_of_tokens(tokens: Tokens) -> str:
    """What a program is but for comments and spaces: its tokens, those that begin a statement's line, and their indents."""
    text, lines = tokens.text, (0, *(end + 1 for end in tokens.logical_ends))
    firsts: dict[int, int] = {}
    for start in lines:
        firsts[bisect_left(tokens.starts, start)] = start  # of lines that come to the same token, the last one holds it
    indents = [text[start : tokens.starts[first]] for first, start in firsts.items() if first < len(tokens.starts)]
    words = map(text.__getitem__, map(slice, tokens.starts, tokens.ends))
    whole = "\0".join((*words, "\1", repr(list(firsts)), *indents))
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def _places(loaded: object) -> _Places | None:
    match loaded:
        case (str(tokens), array() as starts, array() as ends, array() as line_starts):
            return _Places(tokens, starts, ends, line_starts)
    return None


def _body(loaded: object) -> syntax.Block | None:
    is_block = isinstance(loaded, tuple) and all(isinstance(statement, syntax.Node) for statement in loaded)
    return cast(syntax.Block, loaded) if is_block else None


def _files_in(top: str) -> list[str]:
    return sorted(os.path.join(place, name) for place, _, names in os.walk(top) for name in names)


def _stamp(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns
