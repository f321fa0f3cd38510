"""Where to report what is wrong with a file: at the path, or at the call that brings the path in.

Turns the uses of a module and a judgement of each into reports, one for each fault: a helper that is called with a bad path
is reported where it is called, one that makes the path itself is reported at the path.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from kerlint.execution.events import Event, Site
from kerlint.execution.values import Choice, Derived, Instance, Parameter
from kerlint.finding import Fix, Report, Severity
from kerlint.persistence.graphs import leaves_of
from kerlint.persistence.models import used_as_models
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import dotted

_EXPECTING = ("raises", "assertRaises", "assertRaisesRegex", "suppress")

_ASKS_FOR_VERSION = re.compile(r"version|keras_?[23]|keras_?v[23]|multi_?backend|tf_?keras|legacy_keras", re.IGNORECASE)
"""What a condition is called that tells one Keras from another."""

Verdict = tuple[str, Severity | None]
Judge = Callable[[FileUse], Verdict | None]
Mend = Callable[[FileUse], Fix | None]


def reports(
    module: Module, operations: tuple[Operation, ...], judge: Judge, place: Callable[[FileUse], ir.Node] | None = None,
    mend: Mend | None = None,
) -> Iterator[Report]:  # fmt: skip
    """A report for each use of these operations that the judge condemns, with what mends it where it is written in the call."""
    if module.answer(mixes_two_keras):
        return
    by_node: dict[int, list[FileUse]] = {}
    for use in uses_of(module):
        if use.operation in operations:
            by_node.setdefault(id(use.event.node), []).append(use)
    for uses in by_node.values():
        if any(_is_of_another_keras(module, use) for use in uses):
            continue
        if any(use.is_of_keras for use in uses) or any(_is_used_as_model(module, use) for use in uses):
            yield from _at_one_call(module, sorted(uses, key=lambda use: len(path_to(use.event))), judge, place, mend)


def _is_used_as_model(module: Module, use: FileUse) -> bool:
    """Whether a receiver that is not known is treated as a model elsewhere in the file."""
    return isinstance(use.subject, (Parameter, Derived)) and use.subject.number in module.answer(used_as_models)


def _is_of_another_keras(module: Module, use: FileUse) -> bool:
    """Whether the model comes from a file that is written for the other Keras: its paths are judged by that one."""
    found = leaves_of(use.subject) if isinstance(use.subject, Choice) else [use.subject]
    makers = [leaf.info.module if leaf.info is not None else leaf.module for leaf in found if isinstance(leaf, Instance)]
    return any(maker.target.major != module.target.major for maker in makers)


def mixes_two_keras(module: Module) -> bool:
    """Whether a file imports a Keras 2 by its own name beside Keras 3, so that nobody knows which of them a model is."""
    return module.target.major == 3 and imports_keras_2(module)


def imports_keras_2(module: Module) -> bool:
    """Whether a file imports the Keras 2 that stays beside Keras 3 by its own name."""
    return any(
        statement.module.partition(".")[0] == "tf_keras"
        for statement in ir.statements_of_scope(module.facts.body)
        if isinstance(statement, (ir.Import, ir.ImportFrom))
    )


def _at_one_call(
    module: Module, uses: list[FileUse], judge: Judge, place: Callable[[FileUse], ir.Node] | None, mend: Mend | None
) -> Iterator[Report]:
    """What is wrong with one call, for every way there: the shortest first, which says most about the call itself."""
    if _is_expected_to_fail(uses[0]):
        return
    verdicts = [judge(use) for use in uses]
    first = None if _is_outdone(verdicts) else verdicts[0]
    if uses[0].module is module and first is not None and (not path_to(uses[0].event) or all(verdicts)):
        node = place(uses[0]) if place is not None else uses[0].path_node or uses[0].event.node
        yield Report(module.span(node), first[0], first[1], fix=mend(uses[0]) if mend is not None else None)
        return
    if uses[0].module is not module and _speaks_for_itself(uses[0], judge):
        return
    seen: set[tuple[int, ...]] = set()
    for use, verdict in zip(uses, verdicts, strict=True):
        chain = tuple(id(site.node) for site in path_to(use.event))
        site = next((site for site in path_to(use.event) if site.module is module), None)
        if verdict is not None and site is not None and not any(chain[start:] in seen for start in range(len(chain))):
            seen.add(chain)
            related = (use.module.related(use.path_node or use.event.node, "the path is used here"),)
            yield Report(module.span(site.node), verdict[0], verdict[1], related)


def _is_outdone(verdicts: list[Verdict | None]) -> bool:
    """Whether what is wrong with the call itself is a matter of information, and a way there makes it worse."""
    first, *others = verdicts
    return first is not None and first[1] is Severity.INFO and any(v is not None and v[1] is not Severity.INFO for v in others)


def _speaks_for_itself(use: FileUse, judge: Judge) -> bool:
    """Whether the file in which the call stands reports it, whoever calls."""
    return any(
        own.operation is use.operation
        and own.event.node is use.event.node
        and not path_to(own.event)
        and judge(own) is not None
        for own in uses_of(use.module)
    )


def _is_expected_to_fail(use: FileUse) -> bool:
    """Whether the code around the call deals with its failure.

    It stands in `with pytest.raises(…)`, is a load in the body of a `try`, or lies in a branch that asks for a version.
    """
    node = use.event.node
    return any(_expects_failure(statement, use) for statement in _statements_around(use.module.facts.body, node))


def _expects_failure(statement: ir.Stmt, use: FileUse) -> bool:
    if isinstance(statement, ir.With):
        return any(
            isinstance(item, ir.Call) and (dotted(item.function) or [""])[-1] in _EXPECTING for item, _ in statement.items
        )
    if isinstance(statement, ir.If):
        return any(_ASKS_FOR_VERSION.search(name) for test, _ in statement.arms for name in _names_in(test))
    if isinstance(statement, ir.Try) and statement.handlers and use.operation in (Operation.LOAD, Operation.LOAD_WEIGHTS):
        return any(inner.first <= use.event.node.first <= inner.last for inner in statement.body)
    return False


def _names_in(test: ir.Expr) -> Iterator[str]:
    """The names that a condition asks with."""
    match test:
        case ir.Name():
            yield test.id
        case ir.Attribute():
            yield test.name
            yield from _names_in(test.value)
        case ir.Call():
            yield from _names_in(test.function)
            for argument in test.arguments:
                yield from _names_in(argument.value)
        case ir.Unary():
            yield from _names_in(test.operand)
        case ir.Comparison():
            for operand in (test.start, *(operand for _, operand in test.rest)):
                yield from _names_in(operand)
        case ir.Logic():
            for operand in test.operands:
                yield from _names_in(operand)
        case ir.Subscript():
            yield from _names_in(test.value)


def _statements_around(block: ir.Block, node: ir.Node) -> Iterator[ir.Stmt]:
    """The statements that a node stands in, outermost first."""
    # Blocks are long and nodes many: of all statements only the last that begins before the node can hold it.
    following = bisect_right(block, node.first, key=lambda statement: statement.first)
    for statement in block[max(following - 1, 0) : following]:
        blocks = [statement.body] if isinstance(statement, (ir.FunctionFacts, ir.ClassFacts)) else list(ir.blocks_of(statement))
        for inner in blocks:
            if inner and inner[0].first <= node.first and node.last <= _last(inner):
                yield statement
                yield from _statements_around(inner, node)


def _last(block: ir.Block) -> int:
    """The last token of a block; a definition is known by its name, so what its body holds counts."""
    last = block[-1]
    if isinstance(last, (ir.FunctionFacts, ir.ClassFacts)):
        return _last(last.body) if last.body else last.last
    return max([last.last, *(_last(inner) for inner in ir.blocks_of(last) if inner)])


def path_to(event: Event) -> tuple[Site, ...]:
    """The calls through which an event was reached, without the entry into the function that was followed on its own."""
    return tuple(site for site in event.stack if not isinstance(site.node, ir.FunctionFacts))
