"""The rules, one file each, registered by being there.

Turns a project's facts into findings. `rule` is the decorator that a rule's file uses; `all_rules` loads every module of
this package once. Knows nothing of files, of libcst and of output.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from kerlint.finding import Finding, Report, Severity, Span
from kerlint.records import dataclass
from kerlint.version import VersionRange

if TYPE_CHECKING:
    from kerlint.project import Module, Project

Check = Callable[["Module", "Project"], Iterator[Report]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the registry keeps it. `keras` holds the versions for which it speaks at all; kerlint's own codes, which
    come from reading and not from checking, have no check.

    Where a program holds none of the `words`, or neither it nor anything that it imports any of the `words_reached`, the rule has
    nothing to say of it; a rule that names neither is asked about every program that has to do with Keras.
    """

    code: str
    name: str
    severity: Severity
    keras: VersionRange
    check: Check | None
    documentation: str
    probe: str = ""
    """The family of probes that can confirm it by running Keras; empty where none can."""
    preview: bool = False
    """Too often wrong on real code to be on by default, or too new to know: it speaks with `--preview` only."""
    words: tuple[str, ...] = ()
    words_reached: tuple[str, ...] = ()

    @property
    def is_fixable(self) -> bool:
        """Whether some of its findings have a fix."""
        return "\n## Fix\n" in self.documentation

    @property
    def summary(self) -> str:
        """The first sentence under *What it does*."""
        _, _, after = self.documentation.partition("## What it does")
        return " ".join(after.strip().split("\n\n")[0].split())


_REGISTRY: dict[str, Rule] = {}


def rule(
    code: str, name: str, *, severity: Severity, keras: str = "", probe: str = "", preview: bool = False,
    words: tuple[str, ...] = (), words_reached: tuple[str, ...] = (),
) -> Callable[[Check], Check]:  # fmt: skip
    """Registers a check under its code. The documentation is the docstring of the module that defines it.

    `words` are for what cannot be had under another name, as a method's name is; `words_reached` for what an import can rename.

    Raises ValueError when two rules claim one code.
    """

    def register(check: Check) -> Check:
        documentation = (sys.modules[check.__module__].__doc__ or "").strip()
        _enter(Rule(code, name, severity, VersionRange(keras), check, documentation, probe, preview, words, words_reached))
        return check

    return register


def own_code(code: str, name: str, *, severity: Severity, documentation: str | None) -> None:
    """Registers a code of kerlint's own, so that it can be explained and selected like a rule's."""
    _enter(Rule(code, name, severity, VersionRange(""), None, (documentation or "").strip()))


def _enter(entry: Rule) -> None:
    if entry.code in _REGISTRY:
        raise ValueError(f"two rules claim {entry.code}")
    _REGISTRY[entry.code] = entry


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_REGISTRY.items()))


def is_known(prefix: str) -> bool:
    """Whether a code, or the beginning of one, names a rule."""
    return any(code.startswith(prefix) for code in all_rules())


def run(rules: Iterable[Rule], module: Module, project: Project) -> Iterator[Finding]:
    """What the rules that hold for the module's Keras say of it; a place is reported once by each rule."""
    for entry in rules:
        if entry.check is None or module.target not in entry.keras:
            continue
        if entry.words and not any(word in module.text for word in entry.words):
            continue
        seen: set[tuple[Span, str]] = set()
        for report in entry.check(module, project):
            if (report.span, report.message) in seen:
                continue
            seen.add((report.span, report.message))
            severity = report.severity or entry.severity
            path, span, related = module.source.path, report.span, report.related
            message = report.message if report.message.isprintable() else _on_one_line(report.message)
            yield Finding(
                path, span, entry.code, entry.name, message, severity, related, about=report.about, fix=report.fix
            )


def _on_one_line(message: str) -> str:
    """A message with escapes for what a text of the program brings into it: ends of lines, what steers a terminal."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in message)
