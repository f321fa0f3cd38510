"""The core as two functions that any engine can carry: a file's bytes become facts, and the facts of a project findings.

Both depend on their arguments and on the files that they name alone, and what goes in and out can be pickled. Which machine
they run on, in which order and how often changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from kerlint.deep import on_deep_stack
from kerlint.finding import Finding
from kerlint.linter import Input, Linter, in_order
from kerlint.options import Options
from kerlint.records import dataclass
from kerlint.rules import is_known
from kerlint.semantics import CannotParse, GaveUp, ModuleFacts, read_module
from kerlint.settings import SettingsFinder
from kerlint.sources.source import CannotRead, Source, read_source


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """What holds for a run: layers of options as the command line gives them, the last word last, over the files of the project.

    `isolated` means that no configuration file is looked for.
    """

    layers: tuple[Options, ...] = ()
    isolated: bool = False

    def finder(self) -> SettingsFinder:
        """The settings of any folder under these."""
        return SettingsFinder(self.layers, is_known, isolated=self.isolated)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one file was read into. Without a module it could not be read, and `trouble` says why: line, column, reason."""

    path: str
    text: bytes
    """The digest of the text: for another text these facts do not hold."""
    module: ModuleFacts | None
    trouble: tuple[int, int, str] | None = None
    gave_up: bool = False


def facts_of(path: str, data: bytes) -> FileFacts:
    """The facts of one program or notebook, by its bytes. They do not depend on any settings. Raises nothing."""
    try:
        source = read_source(path, data)
    except CannotRead as error:
        return FileFacts(path, b"", None, (error.line, error.column, error.reason))
    text = _digest(source.text)
    try:
        return FileFacts(path, text, on_deep_stack(lambda: read_module(source)))
    except (CannotParse, GaveUp) as error:
        return FileFacts(path, text, None, (error.line, error.column, error.reason), isinstance(error, GaveUp))


def findings_of(paths: Sequence[str], settings: CoreSettings, facts: Iterable[FileFacts] = ()) -> tuple[Finding, ...]:
    """What the command says of these files, in order; each is judged in the project that it lies in.

    A text whose facts are given is not parsed; whatever else the project leads to is read. Raises InvalidOption as the
    configuration files of the project do.
    """
    known = {one.text: one for one in facts}

    def read(source: Source) -> ModuleFacts:
        one = known.get(_digest(source.text))
        if one is None:
            return read_module(source)
        if one.module is not None:
            return one.module
        error = GaveUp if one.gave_up else CannotParse
        raise error(*(one.trouble or (1, 1, "not read")))

    linter = Linter(settings.finder(), read=read)
    return in_order(on_deep_stack(lambda: [finding for path in paths for finding in linter.check(Input(path))]))


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
