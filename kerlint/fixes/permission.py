"""Which fixes somebody lets happen: of which codes, and how far they are trusted."""

from __future__ import annotations

from dataclasses import replace

from kerlint.finding import Applicability, Finding, Fix
from kerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """What the configuration says of fixes; codes may be prefixes or ALL, and the longest one that fits decides."""

    unsafe: bool = False
    """Whether unsafe fixes are applied too."""
    fixable: tuple[str, ...] = ("ALL",)
    unfixable: tuple[str, ...] = ()
    safe: tuple[str, ...] = ()
    """Codes whose fixes are taken to be safe."""
    not_safe: tuple[str, ...] = ()
    """Codes whose fixes are taken to be unsafe."""

    def seen_by(self, finding: Finding) -> Finding:
        """The finding with the fix that it has under this permission."""
        return finding if finding.fix is None else replace(finding, fix=self._fix(finding.code, finding.fix))

    def allows(self, fix: Fix) -> bool:
        """Whether a fix of such a finding is applied."""
        return self.unsafe or fix.applicability is Applicability.SAFE

    def _fix(self, code: str, fix: Fix) -> Fix | None:
        if _length(self.fixable, code) <= _length(self.unfixable, code):
            return None
        safe, unsafe = _length(self.safe, code), _length(self.not_safe, code)
        if safe == unsafe:
            return fix
        return replace(fix, applicability=Applicability.SAFE if safe > unsafe else Applicability.UNSAFE)


def _length(selectors: tuple[str, ...], code: str) -> int:
    """How closely a code is named: by ALL least, by itself most; -1 where it is not."""
    return max((0 if one == "ALL" else len(one) for one in selectors if one == "ALL" or code.startswith(one)), default=-1)
