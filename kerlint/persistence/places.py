"""Where to report what is wrong with a file: at the path, or at the call that brings the path in.

Turns the uses of a module and a judgement of each into reports, one for each fault: a helper that is called with a bad path
is reported where it is called, one that makes the path itself is reported at the path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.execution.events import Event, Site
from kerlint.finding import Report, Severity
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module
from kerlint.semantics import syntax as ir

Verdict = tuple[str, Severity | None]
Judge = Callable[[FileUse], Verdict | None]


def reports(
    module: Module, operations: tuple[Operation, ...], judge: Judge, place: Callable[[FileUse], ir.Node] | None = None
) -> Iterator[Report]:
    """A report for each use of these operations that the judge condemns."""
    by_node: dict[int, list[FileUse]] = {}
    for use in uses_of(module):
        if use.operation in operations:
            by_node.setdefault(id(use.event.node), []).append(use)
    for uses in by_node.values():
        if any(use.is_of_keras for use in uses):
            yield from _at_one_call(module, sorted(uses, key=lambda use: len(path_to(use.event))), judge, place)


def _at_one_call(
    module: Module, uses: list[FileUse], judge: Judge, place: Callable[[FileUse], ir.Node] | None
) -> Iterator[Report]:
    """What is wrong with one call, for every way there: the shortest first, which says most about the call itself."""
    verdicts = [judge(use) for use in uses]
    if uses[0].module is module and (first := verdicts[0]) is not None and (not path_to(uses[0].event) or all(verdicts)):
        node = place(uses[0]) if place is not None else uses[0].path_node or uses[0].event.node
        yield Report(module.span(node), first[0], first[1])
        return
    seen: set[tuple[int, ...]] = set()
    for use, verdict in zip(uses, verdicts):
        chain = tuple(id(site.node) for site in path_to(use.event))
        site = next((site for site in path_to(use.event) if site.module is module), None)
        if verdict is not None and site is not None and not any(chain[start:] in seen for start in range(len(chain))):
            seen.add(chain)
            related = (use.module.related(use.path_node or use.event.node, "the path is used here"),)
            yield Report(module.span(site.node), verdict[0], verdict[1], related)


def path_to(event: Event) -> tuple[Site, ...]:
    """The calls through which an event was reached, without the entry into the function that was followed on its own."""
    return tuple(site for site in event.stack if not isinstance(site.node, ir.FunctionFacts))
