"""Turns the `select` and `ignore` lists of all layers into one question: does this code speak here?

A longer selector beats a shorter one; of equal ones a later layer beats an earlier, and within a layer ignoring
wins. So `--select KER101` beats `ignore = ["KER101"]` in a file, as in ruff. Knows codes only as texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kerlint.finding import Severity
from kerlint.records import dataclass

ALWAYS = frozenset({"KER900", "KER901", "KER902", "KER999"})
"""What kerlint could not do is told whatever is selected; ignoring it must be asked for by name."""

INTERNAL_ERROR = "KER999"


@dataclass(frozen=True, slots=True)
class Choice:
    """One selector as somebody wrote it: `ALL`, a code or a prefix, taken in or left out."""

    selector: str
    wanted: bool
    layer: int

    @property
    def prefix(self) -> str:
        return "" if self.selector == "ALL" else self.selector


@dataclass(frozen=True, slots=True)
class Selection:
    """Every choice of every layer. Without a `select`, all codes are taken but those of severity info."""

    choices: tuple[Choice, ...] = ()
    replaces_default: bool = False
    silenced: tuple[str, ...] = ()

    def then(
        self,
        select: Iterable[str] | None,
        extend_select: Iterable[str],
        ignore: Iterable[str] | None,
        extend_ignore: Iterable[str],
    ) -> Selection:
        """This selection with one more layer on top, whose `select` puts an end to what was selected before."""
        layer = 1 + max((choice.layer for choice in self.choices), default=0)
        kept = self.choices if select is None else tuple(choice for choice in self.choices if not choice.wanted)
        wanted = tuple(Choice(selector, True, layer) for selector in (*(select or ()), *extend_select))
        unwanted = tuple(Choice(selector, False, layer) for selector in (*(ignore or ()), *extend_ignore))
        return Selection((*kept, *wanted, *unwanted), self.replaces_default or select is not None, self.silenced)

    def for_file_without(self, selectors: tuple[str, ...]) -> Selection:
        """This selection for one file, where nothing brings these codes back."""
        prefixes = tuple("" if selector == "ALL" else selector for selector in selectors)
        return replace(self, silenced=self.silenced + prefixes)

    def holds(self, code: str) -> bool:
        """Whether the code is selected."""
        choice = self.decisive(code)
        if self.silenced and code != INTERNAL_ERROR and code.startswith(self.silenced):
            return False
        if code in ALWAYS:
            return code == INTERNAL_ERROR or choice is None or choice.wanted or choice.prefix != code
        return not self.replaces_default if choice is None else choice.wanted

    def names(self, code: str) -> bool:
        """Whether somebody asked for this code by its full name, and nobody took that back."""
        choice = self.decisive(code)
        return choice is not None and choice.wanted and choice.prefix == code

    def shows(self, code: str, severity: Severity) -> bool:
        """Whether a finding is shown: its code is selected, and for severity info somebody asked for it."""
        if not self.holds(code):
            return False
        choice = self.decisive(code)
        return severity is not Severity.INFO or (choice is not None and choice.wanted)

    def decisive(self, code: str) -> Choice | None:
        """The choice that decides of a code; None where nobody spoke of it."""
        return max(
            (choice for choice in self.choices if code.startswith(choice.prefix)),
            key=lambda choice: (len(choice.prefix), choice.layer, not choice.wanted),
            default=None,
        )
