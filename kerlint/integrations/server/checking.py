"""Turns a document of a state into findings, as the command line would: the same linter, open texts in place of the disk's.

Each state gets a linter of its own, so that nothing that was worked out before can be out of date. What is kept is what depends
on a text alone: the facts that were read from it. Lives in the worker's thread.
"""

from __future__ import annotations

import gc
import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from kerlint import disk
from kerlint.discovery import discover
from kerlint.finding import Finding, Span
from kerlint.fixes.permission import Permission
from kerlint.integrations.server.documents import AnyDocument, Document, Notebook
from kerlint.integrations.server.state import Root, State
from kerlint.linter import Input, Linter, in_order
from kerlint.memory import garbage_kept
from kerlint.options import InvalidOption
from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.rules import all_rules, is_known
from kerlint.selection import INTERNAL_ERROR
from kerlint.semantics import CannotParse, GaveUp, ModuleFacts, read_module, walking
from kerlint.settings import Settings
from kerlint.sources.notebook import without_broken_cells
from kerlint.sources.source import CannotRead, Source, read_source

log = logging.getLogger(__name__)

_MOST_CHARACTERS = 6_000_000
"""Of the texts whose facts are kept; facts take twenty to thirty times the space of their text."""
_STATES_BETWEEN_TIDYINGS = 20
"""Collecting the garbage takes a fifth of a second; one state of a large file leaves half a megabyte."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one document of one state. `trouble` says why it could not be checked at all.

    `permission` says which fixes the settings of its folder let happen.
    """

    document: AnyDocument
    state: State
    findings: tuple[Finding, ...] = ()
    trouble: str | None = None
    permission: Permission = field(default_factory=Permission)


class Abandoned(GeneratorExit):
    """Nobody waits for the answer any more. The linter lets this through, as it does when a generator is closed."""


class Facts:
    """The facts of each file's last text, of those files that were asked for last. The same text is not parsed twice."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, ModuleFacts]] = OrderedDict()
        self._characters = 0

    def read(self, source: Source) -> ModuleFacts:
        """The facts of a program, as `read_module` gives them. Raises CannotParse and GaveUp."""
        text, facts = self._known.get(source.path, ("", None))
        if facts is None or text != source.text:
            facts = read_module(source)
            self._known[source.path] = source.text, facts
            self._known.move_to_end(source.path)
            self._characters += len(source.text) - len(text)
            while self._characters > _MOST_CHARACTERS and len(self._known) > 1:
                self._characters -= len(self._known.popitem(last=False)[1][0])
        else:
            self._known.move_to_end(source.path)
        return facts


class Checker:
    """Checks documents, with what it remembers of the state that it was asked about last."""

    def __init__(self) -> None:
        self._facts = Facts()
        self._state = -1
        self._states = 0
        self._linters: dict[Root, Linter] = {}
        self._found: dict[str, Checked] = {}
        self._is_wanted: Callable[[], bool] = lambda: True

    def check(self, state: State, document: AnyDocument, is_wanted: Callable[[], bool]) -> Checked | None:
        """The findings of a document; None when `is_wanted` said meanwhile that nobody waits for them."""
        self._go_on_to(state)
        if (known := self._found.get(document.uri)) is not None and known.document == document:
            return known
        self._is_wanted = is_wanted
        try:
            with open_texts(state):
                checked = self._checked(state, document)
        except Abandoned:
            self._state = -1  # what was half read must not be taken for the whole
            return None
        except InvalidOption as error:
            checked = Checked(document, state, trouble=str(error))
        except Exception as error:
            log.exception("error while checking %s", document.path)
            checked = Checked(document, state, (_internal_error(document.path, error),))
        finally:
            self._is_wanted = lambda: True
        self._found[document.uri] = checked
        return checked

    def _checked(self, state: State, document: AnyDocument) -> Checked:
        linter = self._linter(state.root_of(document.path))
        settings = linter.finder.settings_of(os.path.dirname(document.path))
        if is_left_out(document.path, state.root_of(document.path).folder, settings):
            return Checked(document, state)
        found = in_order(linter.check(Input(document.path, document.data)))
        return Checked(document, state, found, permission=settings.fixes)

    def module(self, state: State, document: AnyDocument) -> Module | None:
        """The document as a module of its project, for questions about what its code does; None when it is no program.

        To be asked, and its answer used, inside `open_texts`. Whoever asks it for traces lets go of them afterwards.
        """
        self._go_on_to(state)
        try:
            linter = self._linter(state.root_of(document.path))
            source = read_source(document.path, document.data)
            if not linter.is_relevant(Path(document.path).absolute(), document.data):
                return None
            try:
                return linter.project.module(source)
            except CannotParse:
                return linter.project.module(without_broken_cells(source)[0]) if isinstance(document, Notebook) else None
        except (CannotRead, CannotParse, GaveUp, InvalidOption):
            return None

    def files(self, state: State) -> list[str]:
        """The programs of the workspace, as the command line would find them. Notebooks have no places outside an editor."""
        self._go_on_to(state)
        found: set[str] = set()
        for root in state.roots:
            if root.folder:
                try:
                    found.update(discover([root.folder], self._linter(root).finder.settings_of).files)
                except InvalidOption as error:
                    log.warning("%s", error)
        return sorted(path for path in found if not path.endswith(".ipynb"))

    def tidy(self) -> None:
        """Gives back the memory of former states, once there were some. To be asked for when nobody waits."""
        if self._states >= _STATES_BETWEEN_TIDYINGS:
            self._states = 0
            walking.forget_walks()
            gc.collect()

    def _go_on_to(self, state: State) -> None:
        if state.number != self._state:
            self._states += 1
            self._state = state.number
            self._linters.clear()
            self._found.clear()

    def _linter(self, root: Root) -> Linter:
        """The linter for a folder of the workspace. Raises InvalidOption."""
        linter = self._linters.get(root)
        if linter is None:
            linter = self._linters[root] = Linter(root.settings.finder(is_known), read=self._read)
        return linter

    def _read(self, source: Source) -> ModuleFacts:
        if not self._is_wanted():
            raise Abandoned
        return self._facts.read(source)


@contextmanager
def open_texts(state: State) -> Iterator[None]:
    """In the block, open files hold what the editor shows."""
    with garbage_kept(), disk.overlaid(state.unsaved):
        yield


def is_left_out(path: str, folder: str, settings: Settings) -> bool:
    """Whether the configuration excludes a file; of a folder of the workspace, by what lies between the two."""
    if not folder:
        return any(pattern.covers(path) for pattern in settings.exclude)
    places = [path]
    while (parent := os.path.dirname(places[-1])) != folder.rstrip(os.sep) and parent != places[-1]:
        places.append(parent)
    return any(pattern.matches(place) for pattern in settings.exclude for place in places)


def document_on_disk(path: str, uri: str) -> Document | None:
    """A file that is not open, as it is on the disk; None when it cannot be read as text."""
    try:
        return Document(uri, path, read_source(path).text)
    except CannotRead:
        return None


def _internal_error(path: str, error: Exception) -> Finding:
    rule = all_rules()[INTERNAL_ERROR]
    told = " ".join(f"{type(error).__name__}: {error}".split())
    message = f"internal error in the language server ({told}); please report it"
    return Finding(path, Span(1, 1, 1, 1), rule.code, rule.name, message, rule.severity)
