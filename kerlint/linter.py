"""Turns files into findings: reads each, lets the selected rules speak, and heeds the suppressions.

One file's trouble is one file's finding: whatever goes wrong with it, the others are still checked. Knows nothing
of how files are found and how findings are printed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from kerlint.cache.facts import FactsCache, FactsInMemory
from kerlint.cache.findings import Checked, FindingsCache
from kerlint.cache.folder import is_cache
from kerlint.cache.resting import resting
from kerlint.cache.table import Table
from kerlint.dependencies import Dependencies, rests_on_text
from kerlint.files import FileLayout
from kerlint.finding import Finding, Span
from kerlint.heeding import heeded
from kerlint.memory import Memory, garbage_kept
from kerlint.own_findings import own, point
from kerlint.records import dataclass
from kerlint.relevance import Relevance
from kerlint.rules import Rule, all_rules, is_known, run
from kerlint.selection import INTERNAL_ERROR, Selection
from kerlint.semantics import CannotParse, GaveUp, ModuleFacts
from kerlint.semantics.walking import forget_walks
from kerlint.settings import Settings, SettingsFinder
from kerlint.shown_places import placed
from kerlint.sources.broken_cells import closed_text
from kerlint.sources.notebook import without_broken_cells
from kerlint.sources.source import CannotRead, Source, read_bytes, read_source
from kerlint.sources.suppression import Suppressions, may_be_told_of, may_suppress, read_suppressions
from kerlint.sources.tokens import lex
from kerlint.version import KerasVersion

if TYPE_CHECKING:
    from kerlint.project import Module, Project

_START = Span(1, 1, 1, 1)

_SHARED = 16
"""Facts that wait to be written to the cache together, in a process that is one of several."""
_RESTED_ON = 3
"""Files whose findings rest on a file, its own among them, for its facts to be kept after the first run: packing them all is a
twentieth to an eighth of that run, and what is not kept is read again in a few milliseconds, if it is ever asked for."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to check, or a text handed over in its name."""

    path: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All findings in their final order, and how many files were looked at."""

    findings: tuple[Finding, ...]
    files: int
    plans: Mapping[Finding, object] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every rule could do its work."""
        return all(finding.code != INTERNAL_ERROR for finding in self.findings)


Planner = Callable[[Finding, "Module", "Project"], object]
"""Makes something of a finding, placed in the whole program, while it is known what the module's code does."""


def lint(
    inputs: Iterable[Input],
    finder: SettingsFinder,
    planner: Planner | None = None,
    cache: str | None = None,
    known: FindingsCache | None = None,
) -> Outcome:
    """Checks every file.

    With a planner, the outcome has what it made of each finding; `cache` is the folder of a cache. What is found out is added to
    what is `known`.
    """
    findings: list[Finding] = []
    files = 0
    with garbage_kept(), closing(Linter(finder, planner, cache, known)) as linter:
        for item in inputs:
            findings += linter.check(item)
            files += 1
        if known is not None:
            checked = linter.checked()
            known.add(checked)
            linter.keep_facts(checked)
    return Outcome(in_order(findings), files, linter.plans)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by file and place."""
    return tuple(sorted(set(findings), key=_order))


def _order(finding: Finding) -> tuple[str, int, Span, str, str]:
    return finding.path, finding.cell or 0, finding.span, finding.code, finding.message


class Linter:
    """Checks files one by one, against one project that links them."""

    def __init__(
        self,
        finder: SettingsFinder,
        planner: Planner | None = None,
        cache: str | None = None,
        known: FindingsCache | None = None,
        *,
        beside: int = 0,
        read: Callable[[Source], ModuleFacts] | None = None,
    ) -> None:
        """`beside` is how many others work on the same run; `read` gives the facts of programs, in place of cache and parser."""
        self._memory = Memory(beside)
        self.finder = finder
        self.planner = planner
        self._found: dict[str, tuple[tuple[Finding, ...], Dependencies]] | None = None if known is None else {}
        self.plans: dict[Finding, object] = {}
        """What the planner made of each finding."""
        self._made: dict[Finding, object] = {}
        self._is_first = cache is not None and known is not None and not beside and not is_cache(cache)
        self._facts = _facts_in(cache, is_first=self._is_first, is_shared=beside > 0)
        self._read = read or self._facts.read
        self._layout = FileLayout()
        if known is not None:
            self._layout.known_neighbourhoods = known.before.around
            self._layout.known_holding = known.before.words
            self._layout.known_graphs = known.before.graphs
            finder.targets.known.update(known.before.targets)
        self._relevance = Relevance(self._layout)
        self._concerning: dict[tuple[bytes, ...], Relevance] = {}
        """The same for words that rules name."""
        self._project: Project | None = None

    @property
    def project(self) -> Project:
        """The files that belong together; what it takes to follow them is imported once there is a file to follow."""
        if self._project is None:
            from kerlint.project import Project

            self._memory.begin()
            finder = self.finder
            self._project = Project(lambda path: finder.target_of(_folder(str(path))), self._read, self._layout)
        return self._project

    def is_relevant(self, path: Path, data: bytes) -> bool:
        """Whether a file of this absolute path and content can have anything to do with Keras."""
        return self._relevance.of(path, data)

    def check(self, item: Input) -> list[Finding]:
        """What is to be shown of one file, in no order."""
        if self._project is not None and self._memory.is_full(self._project.size):
            self._begin_anew()
        with Dependencies() as dependencies:
            findings = self._check(item)
            for other in {place.path for finding in findings for place in finding.related}:
                rests_on_text(Path(other).absolute())
        if self._found is not None:
            self._found[item.path] = tuple(findings), dependencies
        self._memory.tidy()
        return findings

    def _begin_anew(self) -> None:
        """Lets go of all files that were linked so far, so that memory does not grow with the number of files.

        What is found in a file does not depend on which others were linked before.
        """
        self._let_go_of_facts()
        self._project = self.project.emptied()
        forget_walks()
        self._memory.begin_anew()

    def _let_go_of_facts(self) -> None:
        """In a function of its own: a module that is named while garbage is collected holds all."""
        for module in self.project.modules():
            self._facts.let_go(module.source, module.facts)

    def keep_facts(self, checked: Checked) -> None:
        """Keeps the facts of files on which others rest, after a cache's first run: they are read again when others change."""
        if self._is_first and self._project is not None:
            resting_on = checked.resting.counts()
            for module in self._project.modules():
                if resting_on["tokens", module.path, ""] >= _RESTED_ON:
                    self._facts.let_go(module.source, module.facts)

    def checked(self) -> Checked:
        """What was found so far, and what it rests on."""
        found = self._found or {}
        return Checked(
            {path: findings for path, (findings, _) in found.items()},
            resting([dependencies for _, dependencies in found.values()]),
            self._facts.tokens,
            self._layout.holding,
            self._layout.neighbourhoods,
            {folder: graph.imports for folder, graph in self._layout.graphs.items()},
            self.finder.targets.known,
        )

    def close(self) -> None:
        """Writes to the cache what was read, and lets go of it."""
        self._facts.close()

    def _check(self, item: Input) -> list[Finding]:
        place, path = Path(item.path).absolute(), os.path.abspath(item.path)
        rests_on_text(place)
        settings = self.finder.settings_of(os.path.dirname(path))
        try:
            data = read_bytes(item.path) if item.data is None else item.data
            source = read_source(item.path, data)
        except CannotRead as error:
            unread = own("KER900", error.path, point(error.line, error.column), error.reason)
            return _shown([unread], settings.selection_for(path))
        is_relevant = not item.path.endswith(".pyi") and self.is_relevant(place, data)
        if not is_relevant and not may_be_told_of(source.text):
            return []
        selection = settings.selection_for(path)
        rules = _speaking(settings, selection)
        is_relevant = is_relevant and self.concerns(rules, place, data)
        found, target = self._findings(source, is_relevant, rules, selection)
        if found or may_suppress(source.text):
            tokens = lex(closed_text(source) if any(finding.code == "KER901" for finding in found) else source.text)
            suppressions = Suppressions() if settings.ignore_noqa else read_suppressions(tokens, is_known)
            asked = tuple(rule for rule in rules if target in rule.keras and selection.shows(rule.code, rule.severity))
            found = list(heeded(suppressions, found, tokens, source, asked))
            shown = [settings.fixes.seen_by(placed(finding, source, tokens)) for finding in found]
            pairs = zip(shown, found, strict=True)
            self.plans.update((finding, self._made.pop(raw)) for finding, raw in pairs if raw in self._made)
            found = shown
        return _shown(found, selection)

    def concerns(self, rules: tuple[Rule, ...], path: Path, data: bytes) -> bool:
        """Whether any of these rules can have anything to say of a file of this absolute path and content, by their words."""
        reached: set[str] = set()
        for entry in rules:
            if entry.words_reached:
                reached.update(entry.words_reached)
            elif not entry.words or any(word.encode() in data for word in entry.words):
                return True
        if not rules:
            return True  # only what is wrong with the text itself is asked
        words = tuple(sorted(word.encode() for word in reached))
        if words not in self._concerning:
            self._concerning[words] = Relevance(self._layout, words)
        return self._concerning[words].of(path, data)

    def _findings(
        self, source: Source, is_relevant: bool, rules: tuple[Rule, ...], selection: Selection
    ) -> tuple[list[Finding], KerasVersion]:
        """What the rules say of one program, placed in the whole program, and the Keras by which they judge it."""
        found: list[Finding] = []
        module = self._parsed(source, found) if is_relevant else None
        if module is None:
            return found, self.finder.target_of(_folder(source.path)).version
        for rule in rules:
            with _guarded(rule.code, source.path, found):
                found.extend(run((rule,), module, self.project))
        if self.planner is not None:
            self._made = {finding: self.planner(finding, module, self.project) for finding in _shown(found, selection)}
        module.forget_traces()
        return found, module.target

    def _parsed(self, source: Source, found: list[Finding]) -> Module | None:
        """The program's module; what kept it, or some of its cells, from being parsed is added to `found`."""
        with _guarded("the parser", source.path, found):
            try:
                return self.project.module(source)
            except GaveUp as error:
                found.append(own("KER902", source.path, point(error.line, error.column), error.reason))
                return None
            except CannotParse as error:
                rest, broken = without_broken_cells(source)
                if not broken:
                    found.append(own("KER901", source.path, point(error.line, error.column), error.reason))
                    return None
            found += (own("KER901", source.path, point(cell.line, cell.column), cell.reason) for cell in broken)
            try:
                return self.project.module(rest)
            except (CannotParse, GaveUp) as error:
                code = "KER901" if isinstance(error, CannotParse) else "KER902"
                found.append(own(code, source.path, point(error.line, error.column), error.reason))
        return None


@contextmanager
def _guarded(name: str, path: str, found: list[Finding]) -> Iterator[None]:
    """Turns an error of kerlint itself into one more finding, so that the rest goes on."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of libcst's native parser is no Exception
        import traceback

        place = traceback.extract_tb(error.__traceback__)[-1]
        told = " ".join(f"{type(error).__name__}: {error}".split())
        where = f"{'/'.join(Path(place.filename).parts[-2:])}:{place.lineno}"
        message = f"internal error in {name} ({told}, at {where}); the other checks went on; please report it"
        found.append(own(INTERNAL_ERROR, path, _START, message))


def _speaking(settings: Settings, selection: Selection) -> tuple[Rule, ...]:
    """The rules that are to check files for which these hold."""
    rules = (rule for rule in all_rules().values() if settings.preview or not rule.preview)
    return tuple(rule for rule in rules if rule.check is not None and selection.holds(rule.code))


def _shown(findings: Iterable[Finding], selection: Selection) -> list[Finding]:
    return [finding for finding in findings if selection.shows(finding.code, finding.severity)]


def _facts_in(cache: str | None, *, is_first: bool, is_shared: bool) -> FactsCache | FactsInMemory:
    """Where a run has its facts: several processes have them of each other at once."""
    if cache is None:
        return FactsInMemory()
    return FactsCache(Table(cache, _SHARED)) if is_shared else FactsCache(Table(cache), waits=is_first)


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))
