"""Keeps what reading a program gave, by its text, so that the same text is not parsed twice.

A text's facts depend on nothing but the text and the code that reads it. They are kept as pickles that may name the classes of
the syntax and nothing else: a cache that somebody hands on with a project must not be able to run anything.
"""

from __future__ import annotations

import io
import os
import pickle
import time
import zlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from kerlint.cache import folder
from kerlint.semantics import ModuleFacts, read_module, syntax
from kerlint.sources.source import Source

_FACTS = "facts"
_CLASSES = {
    **{("kerlint.semantics.syntax", name): value for name, value in vars(syntax).items() if isinstance(value, type)},
    **{("array", name): getattr(__import__("array"), name) for name in ("array", "_array_reconstructor")},
    ("builtins", "complex"): complex,
}
_DAY = 86_400
_UNUSED = 14 * _DAY
"""Seconds after which facts that no run has asked for are removed."""
_READERS = ("semantics", "sources")
"""The folders of kerlint whose code decides what is read out of a text."""


@dataclass
class FactsCache:
    """The facts in one cache folder. Whatever is wrong with it, the text is read anew."""

    cache: str
    _usable: bool | None = field(default=None, init=False)

    def read(self, source: Source) -> ModuleFacts:
        """The facts of a program, as `read_module` gives them. Raises CannotParse and GaveUp."""
        path = self._path(source.text)
        facts = _load(path)
        if facts is None:
            facts = read_module(source)
            self._keep(path, facts)
        return facts if facts.path == source.path else replace(facts, path=source.path)

    def _path(self, text: str) -> str:
        key = blake2b(self._readers, digest_size=20)
        key.update(text.encode("utf-8", "surrogatepass"))
        name = key.hexdigest()
        return os.path.join(self.cache, _FACTS, name[:2], name[2:])

    @cached_property
    def _readers(self) -> bytes:
        """Which code reads: kerlint's own, and the parser."""
        own = Path(__file__).parents[1]
        files = [path for name in _READERS for path in sorted((own / name).rglob("*.py"))]
        libcst = find_spec("libcst")
        files += sorted(Path(libcst.origin).parent.glob("native*")) if libcst is not None and libcst.origin else []
        stamps = [(str(path), *_stamp(path)) for path in files]
        return repr((pickle.HIGHEST_PROTOCOL, stamps)).encode("utf-8", "surrogateescape")

    def _keep(self, path: str, facts: ModuleFacts) -> None:
        if self._usable is None:
            self._usable = folder.prepare(self.cache)
        if self._usable:
            data = zlib.compress(pickle.dumps(facts, pickle.HIGHEST_PROTOCOL), 1)
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                folder.replace(path, data)
            except OSError:
                self._usable = False


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no class of the syntax") from None


def _load(path: str) -> ModuleFacts | None:
    """The facts in a file; None when there is none, or something else."""
    try:
        with open(path, "rb") as file:
            facts = _Unpickler(io.BytesIO(zlib.decompress(file.read()))).load()
        if time.time() - os.stat(path).st_mtime > _DAY:
            os.utime(path)  # still in use
    except OSError:
        return None
    except Exception:  # bytes of whatever kind, which an unpickler may take for anything
        return None
    return facts if isinstance(facts, ModuleFacts) else None


def forget_unused(cache: str) -> None:
    """Removes facts that no run has asked for in two weeks."""
    last = time.time() - _UNUSED
    for place, _, names in os.walk(os.path.join(cache, _FACTS)):
        for path in (os.path.join(place, name) for name in names):
            try:
                if os.stat(path).st_mtime < last:
                    os.unlink(path)
            except OSError:
                continue


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
