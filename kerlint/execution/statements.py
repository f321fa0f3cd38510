"""What each statement does: binds names, branches under guards, turns loops, and leaves blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerlint.execution.conditions import decide
from kerlint.execution.guards import ALWAYS, Condition, Guard, contradict
from kerlint.execution.machine import Flow, Frame, Machine, executes
from kerlint.execution.stores import assign, delete
from kerlint.execution.texts import TEMPORARY_FILE
from kerlint.execution.turns import turns_of
from kerlint.execution.values import Derived, Slot, Value, store
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import names_bound, target_names

if TYPE_CHECKING:
    from kerlint.module import Module


@executes(ir.Assign)
def _assign(machine: Machine, frame: Frame, statement: ir.Assign) -> Flow:
    if statement.value is not None:
        value = machine.evaluate(frame, statement.value)
        for target in statement.targets:
            assign(machine, frame, target, value)
    return Flow.NEXT


@executes(ir.AugmentedAssign)
def _augmented(machine: Machine, frame: Frame, statement: ir.AugmentedAssign) -> Flow:
    operation = ir.Operation(
        statement.first, statement.last, statement.target, ((statement.operator, statement.value),)
    )
    assign(machine, frame, statement.target, machine.evaluate(frame, operation))
    return Flow.NEXT


@executes(ir.Expression)
def _expression(machine: Machine, frame: Frame, statement: ir.Expression) -> Flow:
    machine.evaluate(frame, statement.value)
    return Flow.NEXT


@executes(ir.Return)
def _return(machine: Machine, frame: Frame, statement: ir.Return) -> Flow:
    value = machine.evaluate(frame, statement.value) if statement.value else machine.literal(None)
    frame.returns.append((machine.guard, value))
    return Flow.LEFT


@executes(ir.Raise)
def _raise(machine: Machine, frame: Frame, statement: ir.Raise) -> Flow:
    return Flow.LEFT


@executes(ir.Jump)
def _jump(machine: Machine, frame: Frame, statement: ir.Jump) -> Flow:
    return Flow.BROKE if statement.kind == "break" else Flow.CONTINUED


@executes(ir.Assert)
def _assert(machine: Machine, frame: Frame, statement: ir.Assert) -> Flow:
    machine.evaluate(frame, statement.test)
    return Flow.NEXT


@executes(ir.Delete)
def _delete(machine: Machine, frame: Frame, statement: ir.Delete) -> Flow:
    for target in statement.targets:
        delete(machine, frame, target)
    return Flow.NEXT


@executes(ir.Declare)
def _declare(machine: Machine, frame: Frame, statement: ir.Declare) -> Flow:
    frame.outer_names |= frozenset(statement.names)
    return Flow.NEXT


@executes(ir.If)
def _if(machine: Machine, frame: Frame, statement: ir.If) -> Flow:
    before = machine.guard
    passed: Guard = ALWAYS  # what holds when no arm so far was taken
    remaining: Guard = ALWAYS  # what holds behind the statement, because arms have left
    ended: list[Flow] = []
    through: list[ir.Block] = []  # the arms behind which the program goes on
    older = _values_before(frame, statement)
    is_open = True
    for test, body in statement.arms:
        machine.guard = before | passed
        when_true, when_false, truth = decide(machine, frame, test)
        if truth is False or contradict(when_true, machine.guard):
            passed |= when_false
            continue
        machine.guard |= when_true
        flow = machine.execute(frame, body)
        ended.append(flow)
        if flow is not Flow.NEXT:
            remaining |= when_false
        else:
            through.append(body)
        if truth is True or contradict(when_false, before | passed):
            is_open = False
            break
        passed |= when_false
    if is_open:
        machine.guard = before | passed
        flow = machine.execute(frame, statement.orelse)
        ended.append(flow)
        if flow is Flow.NEXT:
            through.append(statement.orelse)
        if flow is not Flow.NEXT and len(statement.arms) == 1 and ended[:1] == [Flow.NEXT]:
            machine.guard = before
            remaining |= decide_quietly(machine, frame, statement.arms[0][0])
    machine.guard = before | remaining
    _forget(frame, older, through)
    if ended and all(flow is not Flow.NEXT for flow in ended):
        return next((flow for flow in ended if flow is not Flow.LEFT), Flow.LEFT)
    return Flow.NEXT


def _values_before(frame: Frame, statement: ir.If) -> dict[str, list[tuple[Guard, Value]]]:
    """What the variables hold that the first arm binds for certain."""
    names = _bound_in(statement.arms[0][1])
    return {name: list(frame.variables[name].entries) for name in names if name in frame.variables}


def _forget(frame: Frame, older: dict[str, list[tuple[Guard, Value]]], through: list[ir.Block]) -> None:
    """Drops the older values of what every arm binds: whichever was taken, they are gone."""
    if not older or not through:
        return
    always = set.intersection(*(_bound_in(body) for body in through))
    for name in always & older.keys():
        slot = frame.variables[name]
        kept = [entry for entry in slot.entries if not any(entry is old for old in older[name])]
        slot.entries = kept or slot.entries


def _bound_in(block: ir.Block) -> set[str]:
    """The plain names that a block binds whenever it is executed."""
    return {
        name
        for statement in block
        if isinstance(statement, ir.Assign) and statement.value is not None
        for target in statement.targets
        for name in target_names(target)
    }


def decide_quietly(machine: Machine, frame: Frame, test: ir.Expr) -> Guard:
    """What holds when a test holds, without the events that asking again would record."""
    events = len(machine.trace.events)
    when_true, _, _ = decide(machine, frame, test)
    del machine.trace.events[events:]
    return when_true


@executes(ir.For)
def _for(machine: Machine, frame: Frame, statement: ir.For) -> Flow:
    iterable = machine.evaluate(frame, statement.iterable)
    turns = turns_of(machine, iterable, statement)
    for guard, element in turns:
        before = machine.guard
        with machine.under(guard):
            assign(machine, frame, statement.target, element)
            goes_on = _turn(machine, frame, statement.body)
            passed = machine.guard - guard
        machine.guard = before | passed
        if not goes_on:
            break
    return machine.execute(frame, statement.orelse) if not _breaks(statement.body) else Flow.NEXT


@executes(ir.While)
def _while(machine: Machine, frame: Frame, statement: ir.While) -> Flow:
    for _ in range(2):
        _, _, truth = decide(machine, frame, statement.test)
        if truth is False or not _turn(machine, frame, statement.body):
            break
    machine.execute(frame, statement.orelse)
    return Flow.NEXT


def _turn(machine: Machine, frame: Frame, body: ir.Block) -> bool:
    """Executes a loop's body once; says whether another turn can follow.

    Where a turn may return, what follows the turn happens only if it did not.
    """
    before = machine.guard
    machine.loop_depth += 1
    try:
        flow = machine.execute(frame, body)
    finally:
        machine.loop_depth -= 1
    if flow is not Flow.NEXT or not _only_returns(body):
        machine.guard = before
    return flow in (Flow.NEXT, Flow.CONTINUED)


def _only_returns(body: ir.Block) -> bool:
    """Whether the one way to leave a turn early is to leave the function."""
    return not any(isinstance(s, ir.Jump) for s in ir.statements_of_scope(body))


def _breaks(body: ir.Block) -> bool:
    return any(isinstance(s, ir.Jump) and s.kind == "break" for s in ir.statements_of_scope(body))


@executes(ir.Try)
def _try(machine: Machine, frame: Frame, statement: ir.Try) -> Flow:
    before = machine.guard
    failed = machine.question()
    succeeded = frozenset((failed.opposite,))
    machine.guard = before | succeeded
    flow = machine.execute(frame, statement.body)
    if flow is Flow.NEXT:
        flow = machine.execute(frame, statement.orelse)
    flows = [flow]
    for position, (name, body) in enumerate(statement.handlers):
        which = Condition(failed.subject, -1 if position == 0 else machine.numbering.fresh(), True)
        machine.guard = before | {failed, which}
        if name:
            frame.variables[name] = Slot([(ALWAYS, machine.unknown())])
        flows.append(machine.execute(frame, body))
    machine.guard = before
    if flows[0] is Flow.NEXT and flows[1:] and all(f is not Flow.NEXT for f in flows[1:]):
        machine.guard = before | succeeded
    elif flows[0] is not Flow.NEXT and any(f is Flow.NEXT for f in flows[1:]):
        machine.guard = before | {failed}
    final = machine.execute(frame, statement.final)
    if final is not Flow.NEXT:
        return final
    return flows[0] if all(f is not Flow.NEXT for f in flows) else Flow.NEXT


@executes(ir.With)
def _with(machine: Machine, frame: Frame, statement: ir.With) -> Flow:
    for context, target in statement.items:
        value = machine.evaluate(frame, context)
        if target is not None:
            is_itself = isinstance(value, Derived) and value.operator == TEMPORARY_FILE
            assign(machine, frame, target, value if is_itself else machine.derived("enter", value))
    return machine.execute(frame, statement.body)


@executes(ir.Match)
def _match(machine: Machine, frame: Frame, statement: ir.Match) -> Flow:
    subject = machine.evaluate(frame, statement.subject)
    before, passed = machine.guard, ALWAYS
    remaining: Guard = ALWAYS  # what holds behind the statement, because cases have left
    flows: list[Flow] = []
    complete = False
    for names, constant, guard, body in statement.cases:
        condition = machine.question()
        if constant is not None:
            condition = Condition(subject.number, machine.evaluate(frame, constant).number, True)
        machine.guard = before | passed | {condition}
        for name in names:
            store(frame.variables, name, machine.guard, machine.unknown())
        flows.append(machine.execute(frame, body))
        passed |= {condition.opposite}
        if flows[-1] is not Flow.NEXT and guard is None:
            remaining |= {condition.opposite}
        complete = complete or (constant is None and not names)
    machine.guard = before | remaining
    left = flows and complete and all(flow is not Flow.NEXT for flow in flows)
    return flows[0] if left else Flow.NEXT


@executes(ir.FunctionFacts)
def _function(machine: Machine, frame: Frame, statement: ir.FunctionFacts) -> Flow:
    value = machine.made_function(frame, statement, frame if frame.function else None, frame.owner)
    store(frame.variables, statement.name, machine.guard, value)
    return Flow.NEXT


@executes(ir.ClassFacts)
def _class(machine: Machine, frame: Frame, statement: ir.ClassFacts) -> Flow:
    value = machine.project.class_value(frame.module, statement)
    store(frame.variables, statement.name, machine.guard, value)
    return Flow.NEXT


def _is_the_only_binding(module: Module, statement: ir.Import | ir.ImportFrom) -> bool:
    """Whether what an import binds is what its one name stands for in all of the module."""
    names = list(names_bound(statement))
    return bool(names) and all(module.bindings.get(name) == [statement] for name in names)


@executes(ir.Import, ir.ImportFrom)
def _import(machine: Machine, frame: Frame, statement: ir.Import | ir.ImportFrom) -> Flow:
    if machine.live.get(id(frame.module)) is frame and not machine.guard and _is_the_only_binding(frame.module, statement):
        return Flow.NEXT  # the name is looked up among the module's own should it be needed
    for name, value in machine.project.imported(frame.module, statement):
        store(frame.variables, name, machine.guard, value)
    return Flow.NEXT
