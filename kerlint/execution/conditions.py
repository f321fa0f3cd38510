"""What a test asks: the guards under which it holds and does not, and its answer where the source gives it."""

from __future__ import annotations

from kerlint.execution.guards import ALWAYS, TRUTH, Condition, Guard, negate
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import Collection, Instance, Literal, Mapping, Text, Value
from kerlint.semantics import syntax as ir

Decision = tuple[Guard, Guard, bool | None]
_DECIDED_TRUE: Decision = (ALWAYS, ALWAYS, True)
_DECIDED_FALSE: Decision = (ALWAYS, ALWAYS, False)


def decide(machine: Machine, frame: Frame, test: ir.Expr) -> Decision:
    """The guard under which a test holds, the one under which it does not, and its truth when it is known."""
    match test:
        case ir.Unary(operator="not"):
            when_true, when_false, truth = decide(machine, frame, test.operand)
            return when_false, when_true, None if truth is None else not truth
        case ir.Logic():
            return _logic(machine, frame, test)
        case ir.Comparison() if len(test.rest) == 1:
            return _comparison(machine, frame, test)
        case _:
            return decide_value(machine, machine.evaluate(frame, test))


def decide_value(machine: Machine, value: Value) -> Decision:
    """The same for the truth of a value."""
    truth = truth_of(value)
    if truth is not None:
        return _DECIDED_TRUE if truth else _DECIDED_FALSE
    return _asked(value.number, TRUTH)


def truth_of(value: Value) -> bool | None:
    """Whether a value is true, when that is known."""
    match value:
        case Literal():
            return bool(value.value)
        case Text():
            return bool(value.known) if value.known is not None and not value.is_path else None
        case Collection() if not value.is_open and all(not guard for guard, _ in value.elements):
            return bool(value.elements)
        case Mapping() if not value.is_open:
            return bool(value.slots) or None
        case Instance() if value.info is None:
            return True
    return None


def _asked(subject: int, constant: int) -> Decision:
    condition = Condition(subject, constant, True)
    return frozenset((condition,)), frozenset((condition.opposite,)), None


def _logic(machine: Machine, frame: Frame, test: ir.Logic) -> Decision:
    """`and` holds when all hold; that it fails is a condition of its own. `or` is the opposite."""
    wanted = test.operator == "and"
    together: Guard = ALWAYS
    open_operands = 0
    before = machine.guard
    for operand in test.operands:
        when_true, when_false, truth = decide(machine, frame, operand)
        if truth is not None and truth != wanted:
            machine.guard = before
            return _DECIDED_FALSE if wanted else _DECIDED_TRUE
        if truth is None:
            open_operands += 1
            together |= when_true if wanted else when_false
            machine.guard |= when_true if wanted else when_false
    machine.guard = before
    if not open_operands:
        return _DECIDED_TRUE if wanted else _DECIDED_FALSE
    if open_operands == 1 and len(together) == 1:
        opposite = negate(together)
    else:
        whole = Condition(machine.numbering.of("all", together), TRUTH, True)
        together |= {whole}
        opposite = frozenset((whole.opposite,))
    return (together, opposite, None) if wanted else (opposite, together, None)


def _comparison(machine: Machine, frame: Frame, test: ir.Comparison) -> Decision:
    ((operator, right_expression),) = test.rest
    left = machine.evaluate(frame, test.start)
    right = machine.evaluate(frame, right_expression)
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right = right, left
    if operator in ("==", "is", "!=", "is not"):
        known = _equal(left, right)
        positive = operator in ("==", "is")
        if known is not None:
            return _DECIDED_TRUE if known == positive else _DECIDED_FALSE
        when_true, when_false, _ = _asked(left.number, right.number)
        return (when_true, when_false, None) if positive else (when_false, when_true, None)
    if operator in ("<", "<=", ">", ">=") and isinstance(left, Literal) and isinstance(right, Literal):
        known = _ordered(left.value, operator, right.value)
        if known is not None:
            return _DECIDED_TRUE if known else _DECIDED_FALSE
    if operator == "not in":
        when_true, when_false, _ = _asked(machine.derived("in", left, right).number, TRUTH)
        return when_false, when_true, None
    if operator in ("<", ">="):  # `a >= b` is the opposite of `a < b`
        when_true, when_false, _ = _asked(machine.derived("<", left, right).number, TRUTH)
        return (when_true, when_false, None) if operator == "<" else (when_false, when_true, None)
    if operator in (">", "<="):
        when_true, when_false, _ = _asked(machine.derived(">", left, right).number, TRUTH)
        return (when_true, when_false, None) if operator == ">" else (when_false, when_true, None)
    return _asked(machine.derived(operator, left, right).number, TRUTH)


def _equal(left: Value, right: Value) -> bool | None:
    if left.number == right.number:
        return True
    if isinstance(left, (Literal, Text)) and isinstance(right, (Literal, Text)):
        known = [v.known if isinstance(v, Text) else v.value for v in (left, right)]
        if any(isinstance(v, Text) and v.known is None for v in (left, right)):
            return False if None in known and any(isinstance(v, Literal) for v in (left, right)) else None
        return bool(known[0] == known[1])
    none = Literal in (type(left), type(right)) and any(isinstance(v, Literal) and v.value is None for v in (left, right))
    if none and any(isinstance(v, (Instance, Collection, Mapping, Text)) for v in (left, right)):
        return False
    return None


def _ordered(left: object, operator: str, right: object) -> bool | None:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
