"""What each expression is worth."""

from __future__ import annotations

from kerlint.execution import texts
from kerlint.execution.attributes import attribute
from kerlint.execution.calls import call
from kerlint.execution.conditions import decide
from kerlint.execution.guards import ALWAYS
from kerlint.execution.machine import Frame, Machine, evaluates
from kerlint.execution.operations import operate
from kerlint.execution.stores import assign, merge
from kerlint.execution.turns import turns_of
from kerlint.execution.values import (
    Arguments,
    Choice,
    Collection,
    Derived,
    Literal,
    Mapping,
    Slot,
    Text,
    TextHole,
    Value,
    literal,
    store,
)
from kerlint.semantics import syntax as ir


@evaluates(ir.Constant)
def _constant(machine: Machine, frame: Frame, node: ir.Constant) -> Value:
    known = machine.project.constants.get(id(node))
    if known is None:
        known = machine.project.constants[id(node)] = machine.literal(node.value)
    return known


@evaluates(ir.FormattedString)
def _formatted(machine: Machine, frame: Frame, node: ir.FormattedString) -> Value:
    parts: list[str | TextHole] = []
    for part in node.parts:
        if isinstance(part, str):
            parts.append(part)
        else:
            parts.extend(texts.as_parts(machine.evaluate(frame, part.value), part.spec))
    return texts.text(machine, parts)


@evaluates(ir.Attribute)
def _attribute(machine: Machine, frame: Frame, node: ir.Attribute) -> Value:
    owner = machine.evaluate(frame, node.value)
    if type(owner) is not Choice:
        return attribute(machine, frame, owner, node.name, node)
    return machine.each(owner, lambda value: attribute(machine, frame, value, node.name, node))


@evaluates(ir.Call)
def _call(machine: Machine, frame: Frame, node: ir.Call) -> Value:
    machine.step()
    if isinstance(node.function, ir.Name) and node.function.id == "super" and len(node.arguments) in (0, 2):
        return _super(machine, frame)
    function = machine.evaluate(frame, node.function)
    arguments = evaluate_arguments(machine, frame, node)
    if type(function) is not Choice:
        return call(machine, frame, function, arguments, node)
    return machine.each(function, lambda callee: call(machine, frame, callee, arguments, node))


def _super(machine: Machine, frame: Frame) -> Value:
    scope: Frame | None = frame
    while scope is not None and scope.owner is None:
        scope = scope.parent
    if scope is None or scope.owner is None:
        return machine.unknown()
    return machine.project.super_value(machine, scope.receiver, scope.owner)


def evaluate_arguments(machine: Machine, frame: Frame, node: ir.Call) -> Arguments:
    """The arguments of a call; known lists behind `*` and dicts behind `**` are spread."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    nodes: dict[int | str, ir.Node] = {}
    is_open = False
    for argument in node.arguments:
        value = machine.evaluate(frame, argument.value)
        if not argument.star:
            if argument.keyword is not None:
                keywords[argument.keyword] = value
                nodes[argument.keyword] = argument.value
            else:
                nodes[len(positional)] = argument.value
                positional.append(value)
        elif argument.star == "*":
            if isinstance(value, Collection) and not value.is_open and all(not guard for guard, _ in value.elements):
                positional.extend(value.values())
            else:
                is_open = True
        elif isinstance(value, Mapping):
            for key, slot in value.slots.items():
                if isinstance(key, str):
                    keywords[key] = machine.choice(slot.read(machine.guard))
            is_open = is_open or value.is_open
        else:
            is_open = True
    return Arguments(tuple(positional), keywords, is_open, nodes)


@evaluates(ir.Subscript)
def _subscript(machine: Machine, frame: Frame, node: ir.Subscript) -> Value:
    owner = machine.evaluate(frame, node.value)
    if len(node.indices) != 1:
        keys = [machine.evaluate(frame, index) for index in node.indices]
        return machine.derived("index", owner, *keys)
    key = machine.evaluate(frame, node.indices[0])
    return machine.each(owner, lambda value: item(machine, value, key))


def item(machine: Machine, owner: Value, key: Value) -> Value:
    """`owner[key]`."""
    constant = literal(key)
    if isinstance(owner, Mapping) and isinstance(key, (Literal, Text)) and constant in owner.slots:
        return machine.choice(owner.slots[constant].read(machine.guard))
    if isinstance(owner, Collection):
        if isinstance(constant, int) and not isinstance(constant, bool):
            reachable = len(owner.elements) if not owner.is_open else (len(owner.elements) if constant >= 0 else 0)
            if -reachable <= constant < reachable:
                return owner.elements[constant][1]
        elif isinstance(key, Derived) and key.operator == "slice" and not owner.is_open:
            bounds = _slice_of(key)
            if bounds is not None:
                number = machine.numbering.of("slice", owner.number, key.number)
                return Collection(number, owner.kind, owner.elements[bounds])
    if isinstance(owner, Text) and owner.known is not None and not owner.is_path and isinstance(key, Derived):
        bounds = _slice_of(key) if key.operator == "slice" else None
        if bounds is not None:
            return machine.literal(owner.known[bounds])
    return machine.derived("index", owner, key)


def _slice_of(key: Derived) -> slice | None:
    """The slice that a value stands for, when its bounds are known."""
    bounds: list[int | None] = []
    for operand in key.operands:
        bound = literal(operand)
        if not isinstance(operand, Literal) or not (bound is None or isinstance(bound, int)):
            return None
        bounds.append(bound)
    return slice(*bounds) if bounds[2] != 0 else None


@evaluates(ir.Slice)
def _slice(machine: Machine, frame: Frame, node: ir.Slice) -> Value:
    parts = (node.lower, node.upper, node.step)
    return machine.derived(
        "slice", *(machine.evaluate(frame, part) if part else machine.literal(None) for part in parts)
    )


@evaluates(ir.Starred)
def _starred(machine: Machine, frame: Frame, node: ir.Starred) -> Value:
    return machine.evaluate(frame, node.value)


@evaluates(ir.Display)
def _display(machine: Machine, frame: Frame, node: ir.Display) -> Value:
    result = machine.collection(node.kind)
    for element in node.elements:
        value = machine.evaluate(frame, element)
        if not isinstance(element, ir.Starred):
            result.elements.append((ALWAYS, value))
        elif isinstance(value, Collection):
            result.elements.extend(value.elements)
            result.open_marks.extend(value.open_marks)
        else:
            result.open_marks.append(True)
    return result


@evaluates(ir.DictDisplay)
def _dict(machine: Machine, frame: Frame, node: ir.DictDisplay) -> Value:
    result = machine.mapping()
    assert isinstance(result, Mapping)
    for key_node, value_node in node.items:
        value = machine.evaluate(frame, value_node)
        if key_node is None:
            merge(machine, result, value)
            continue
        key = machine.evaluate(frame, key_node)
        if isinstance(key, Literal) or (isinstance(key, Text) and key.known is not None):
            result.slots[literal(key)] = Slot([(ALWAYS, value)])
            result.nodes[literal(key)] = key_node
        else:
            result.open_marks.append(value)
    return result


@evaluates(ir.Operation)
def _operation(machine: Machine, frame: Frame, node: ir.Operation) -> Value:
    result = machine.evaluate(frame, node.start)
    for operator, operand in node.rest:
        right = machine.evaluate(frame, operand)
        result = operate(machine, result, operator, right)
    return result


@evaluates(ir.Logic)
def _logic(machine: Machine, frame: Frame, node: ir.Logic) -> Value:
    """`a or b` is `a` or `b`, under the guard of each."""
    found = []
    before = machine.guard
    for operand in node.operands[:-1]:
        value = machine.evaluate(frame, operand)
        when_true, when_false, truth = decide(machine, frame, operand) if isinstance(
            operand, (ir.Name, ir.Attribute, ir.Constant, ir.Unary, ir.Comparison)
        ) else (ALWAYS, ALWAYS, None)  # fmt: skip
        stays, goes_on = (when_false, when_true) if node.operator == "and" else (when_true, when_false)
        if truth is None or truth == (node.operator == "or"):
            found.append((machine.guard - before | stays, value))
        if truth is not None and truth == (node.operator == "or"):
            machine.guard = before
            return machine.choice(found)
        machine.guard |= goes_on
    value = machine.evaluate(frame, node.operands[-1])
    found.append((machine.guard - before, value))
    machine.guard = before
    return machine.choice(found)


@evaluates(ir.Unary)
def _unary(machine: Machine, frame: Frame, node: ir.Unary) -> Value:
    value = machine.evaluate(frame, node.operand)
    if isinstance(value, Literal):
        if node.operator == "not":
            return machine.literal(not value.value)
        if node.operator == "-" and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
            return machine.literal(-value.value)
    return machine.derived(node.operator, value)


@evaluates(ir.Comparison)
def _comparison(machine: Machine, frame: Frame, node: ir.Comparison) -> Value:
    _, _, truth = decide(machine, frame, node) if len(node.rest) == 1 else (None, None, None)
    if truth is not None:
        return machine.literal(truth)
    operands = [machine.evaluate(frame, node.start)]
    for _, operand in node.rest:
        operands.append(machine.evaluate(frame, operand))
    return machine.derived("compare", *operands, keywords=tuple(operator for operator, _ in node.rest))


@evaluates(ir.Conditional)
def _conditional(machine: Machine, frame: Frame, node: ir.Conditional) -> Value:
    when_true, when_false, truth = decide(machine, frame, node.test)
    found = []
    if truth is not False:
        with machine.under(when_true):
            found.append((when_true, machine.evaluate(frame, node.body)))
    if truth is not True:
        with machine.under(when_false):
            found.append((when_false, machine.evaluate(frame, node.orelse)))
    return machine.choice(found)


@evaluates(ir.Lambda)
def _lambda(machine: Machine, frame: Frame, node: ir.Lambda) -> Value:
    return machine.made_function(frame, node.function, frame, None)


@evaluates(ir.Comprehension)
def _comprehension(machine: Machine, frame: Frame, node: ir.Comprehension) -> Value:
    inner = Frame(frame.module, None, frame, frame.owner, frame.receiver)
    entries: list[tuple[Value | None, Value]] = []
    is_open = _take_turns(machine, inner, node, 0, entries)
    if node.kind != "dict":
        return machine.collection(node.kind, (value for _, value in entries), is_open=is_open)
    result = machine.mapping()
    assert isinstance(result, Mapping)
    for key, value in entries:
        if isinstance(key, (Literal, Text)) and (isinstance(key, Literal) or key.known is not None):
            store(result.slots, literal(key), ALWAYS, value)
        else:
            result.open_marks.append(value)
    if is_open and not result.open_marks:
        result.open_marks.append(machine.unknown())
    return result


def _take_turns(
    machine: Machine, frame: Frame, node: ir.Comprehension, level: int, entries: list[tuple[Value | None, Value]]
) -> bool:
    """Adds what the turns of a comprehension's clause make, and of those inside it; says whether there may be more."""
    if level == len(node.clauses):
        key = machine.evaluate(frame, node.key) if node.key is not None else None
        entries.append((key, machine.evaluate(frame, node.element)))
        return False
    clause = node.clauses[level]
    iterable = machine.evaluate(frame, clause.iterable)
    turns = turns_of(machine, iterable, node)
    closed = isinstance(iterable, Collection) and not iterable.is_open and len(turns) == len(iterable.elements)
    ranged = isinstance(iterable, Derived) and iterable.operator in ("range", "enumerate", "zip") and all(
        isinstance(operand, Literal) or (isinstance(operand, Collection) and not operand.is_open)
        for operand in iterable.operands
    )  # fmt: skip
    is_open = not (closed or ranged) or bool(clause.conditions)
    machine.loop_depth += 1
    for guard, element in turns:
        with machine.under(guard):
            assign(machine, frame, clause.target, element)
            guards, taken = ALWAYS, True
            for condition in clause.conditions:
                when_true, _, truth = decide(machine, frame, condition)
                guards |= when_true
                taken = taken and truth is not False
            if taken:
                with machine.under(guards):
                    is_open |= _take_turns(machine, frame, node, level + 1, entries)
    machine.loop_depth -= 1
    return is_open


@evaluates(ir.Walrus)
def _walrus(machine: Machine, frame: Frame, node: ir.Walrus) -> Value:
    value = machine.evaluate(frame, node.value)
    assign(machine, frame, node.target, value)
    return value


@evaluates(ir.Effect)
def _effect(machine: Machine, frame: Frame, node: ir.Effect) -> Value:
    value = machine.evaluate(frame, node.value) if node.value is not None else machine.literal(None)
    if node.kind != "await":
        frame.yields.append((machine.guard, value))
        return machine.unknown()
    return value
