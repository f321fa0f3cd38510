"""Says what kerlint must have found, given what the round trip of a program did.

Something is reported if and only if something happened, and it is the right thing: a finding of a fitting code names the
parameter or key that Keras's error names, or that came back with another value; and where the load raised nothing, nothing is
reported besides. Where it raised, what else would have happened behind the first error is not known. What is said of a base
class holds for an object of that class: it is borne out by a round trip of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from oracle.running import Said
from oracle.serialization.observing import Observed

_OF_KERAS = frozenset(("name", "trainable", "dtype"))
_RAISED = (
    (r"missing \d+ required [\w-]+ arguments?: (.*)", ("KER201", "KER202", "KER203", "KER207")),
    (r"got an unexpected keyword argument (.*)", ("KER204", "KER207")),
    (r"Unrecognized keyword arguments passed to \w+: (.*)", ("KER204", "KER207")),
    (r"got multiple values for (?:keyword )?argument (.*)", ("KER204",)),
    (r"KeyError: (.*)", ("KER202", "KER207")),
    (r"object has no attribute (.*)", ("KER211",)),
)
"""What Keras says, with the names in it, and the codes of which one must name one of them."""

_STEPS = {
    "save": ("KER201", "KER206", "KER211"),
    "load": ("KER201", "KER202", "KER203", "KER204", "KER205", "KER206", "KER207", "KER208"),
    "the first call": ("KER206", "KER208"),
}
_RESET = ("KER201", "KER202", "KER203", "KER204", "KER206", "KER208")
_CHANGED = ("KER206", "KER208")


def complaints(
    text: str, observed: Observed, said: tuple[Said, ...], of_base: Callable[[], Observed | None] = lambda: None
) -> Iterator[str]:
    """What is wrong with kerlint's answer, one sentence each; `of_base` says what happens to an object of the base class."""
    own = _line_of("class Block", text)
    if observed.is_kept:
        yield from (f"false alarm: {f}" for f in said if f.line >= own or not _is_borne_out(f, of_base()))
        return
    if not said:
        yield f"missed: {observed}"
        return
    if observed.step:
        yield from _of_error(observed, said)
    else:
        yield from _of_difference(observed, said)
        beside = [f for f in said if not _is_borne_out(f, observed)]
        yield from (f"false alarm beside a true one: {f}" for f in beside if f.line >= own or not _is_borne_out(f, of_base()))
    last = _line_of("def round_trip", text)
    yield from (f"not at the class: {f}" for f in said if f.line >= last and f.code != "KER205")


def _of_error(observed: Observed, said: tuple[Said, ...]) -> Iterator[str]:
    names, codes = [], _STEPS[observed.step]
    for pattern, fitting in _RAISED:
        if found := re.search(pattern, observed.error):
            names, codes = re.findall(r"'(\w+)'", found[1]), fitting
            break
    if "unexpected" in observed.error and any(f.code in ("KER201", "KER202") and "required" in f.message for f in said):
        return  # of two errors in one call Python tells the other one; the missing get_config() decides what is stored
    if not any(finding.code in codes and (not names or _names_one(finding, names)) for finding in said):
        yield f"no finding of {'/'.join(codes)} tells of {names or observed.error}: {observed}"


def _of_difference(observed: Observed, said: tuple[Said, ...]) -> Iterator[str]:
    for names, codes in ((observed.reset, _RESET), (observed.changed, _CHANGED)):
        for name in sorted(names):
            group = _OF_KERAS if name in _OF_KERAS else [name]
            if not any(finding.code in codes and _names_one(finding, group) for finding in said):
                yield f"no finding of {'/'.join(codes)} tells of {name}: {observed}"


def _is_borne_out(finding: Said, observed: Observed | None) -> bool:
    """Whether something happened that the finding may speak of."""
    if observed is None or observed.is_kept:
        return False
    lost = observed.reset | observed.changed
    return not lost or _names_one(finding, lost | _OF_KERAS)


def _line_of(start: str, text: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def _names_one(finding: Said, names: Collection[str]) -> bool:
    shortened = re.search(r", \w+ …", finding.message)
    return bool(shortened) or any(re.search(rf"\b{re.escape(name)}\b", finding.message) for name in names)
