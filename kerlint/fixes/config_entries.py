"""Adds entries to the dictionary that a `get_config` returns, and the base's configuration before them, where they are written.

Turns a method and keys with their expressions into edits. A method of which the dictionary cannot be told has none.
"""

from __future__ import annotations

from kerlint.finding import Edit
from kerlint.fixes.editing import edit
from kerlint.fixes.layout import (
    appended,
    end_of_line,
    head_of,
    indentation,
    is_alone,
    is_too_long,
    line_end,
    new_lines,
    prepended,
    quoted,
    step_of,
)
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted, names_in, positional, text_of, walk
from kerlint.serialization.contract import Contract
from kerlint.serialization.mismatch import own_entries
from kerlint.sources.tokens import Tokens

BASE = "super().get_config()"


def with_entries(contract: Contract, tokens: Tokens, entries: dict[str, str]) -> tuple[Edit, ...] | None:
    """The edits by which the class's own `get_config` holds these keys as well, each with its expression."""
    method = contract.info.facts.methods["get_config"]
    if method.decorators or any(text_of(node) in entries for node in walk(method.body)):
        return None
    returns = [s for s in ir.statements_of_scope(method.body) if isinstance(s, ir.Return)]
    if len(returns) != 1 or returns[0] is not method.body[-1]:
        return None
    beside = _beside_others(contract, tokens, method, entries)
    return beside if beside is not None else _where_returned(tokens, method, entries)


def with_base(contract: Contract, tokens: Tokens) -> tuple[Edit, ...] | None:
    """The edits by which the class's own `get_config` begins with what its base stores."""
    method = contract.info.facts.methods["get_config"]
    root = _root(method)
    if method.decorators or root is None or "super" in names_in(method.body):
        return None
    match root:
        case ir.DictDisplay(items=()) | ir.Call(arguments=()):
            return (edit(tokens, tokens.starts[root.first], tokens.ends[root.last], BASE),)
        case ir.DictDisplay():
            return prepended(tokens, root.first, f"**{BASE}")
        case ir.Call(arguments=arguments) if all(argument.keyword is not None for argument in arguments):
            return prepended(tokens, root.function.last + 1, BASE)
    return None


def _beside_others(
    contract: Contract, tokens: Tokens, method: ir.FunctionFacts, entries: dict[str, str]
) -> tuple[Edit, ...] | None:
    """The new entries behind the last of those that stand in the method on any way through it."""
    places = {id(entry.place) for entry in own_entries(contract) if entry.is_certain}
    for statement in reversed(method.body):
        if isinstance(statement, (ir.FunctionFacts, ir.ClassFacts)) or list(ir.blocks_of(statement)) or _chooses(statement):
            continue
        for node in walk(statement, into_scopes=False):
            match node:
                case ir.DictDisplay(items=items) if items and any(id(key) in places for key, _ in items):
                    return appended(tokens, node.first, _as_items(tokens, items, entries))
                case ir.Call(arguments=arguments) if arguments and any(id(one) in places for one in arguments):
                    if arguments[-1].keyword is not None and tokens.word(node.function.last + 1) == "(":
                        return appended(tokens, node.function.last + 1, [f"{key}={value}" for key, value in entries.items()])
        match statement:
            case ir.Assign(targets=(ir.Subscript(value=ir.Name(id=name), indices=(key,)),)) if id(key) in places:
                return _as_statements(tokens, statement, name, entries, _quote(tokens, key))
    return None


def _chooses(statement: ir.Stmt) -> bool:
    """Whether a dictionary of the statement may be left out, or stands for several."""
    return any(
        isinstance(node, (ir.Conditional, ir.Logic, ir.Lambda, ir.Comprehension))
        and any(isinstance(inner, ir.DictDisplay) for inner in walk(node))
        for node in walk(statement)
    )


def _where_returned(tokens: Tokens, method: ir.FunctionFacts, entries: dict[str, str]) -> tuple[Edit, ...] | None:
    """The new entries where nothing of the class's own stands yet: what its base gives is returned as it is."""
    last = method.body[-1]
    if not isinstance(last, ir.Return) or not is_alone(tokens, last.last):
        return None
    match last.value:
        case ir.Call() as call if _is_base(call):
            items = [f"{quoted(tokens, key)}: {value}" for key, value in entries.items()]
            return _wrapped(tokens, call, items)
        case ir.Name(id=name) if _is_base(_bound_once(method, name)):
            before = tokens.starts[head_of(tokens, last.last)]
            between = line_end(tokens) + indentation(tokens, before)
            return (edit(tokens, before, before, "".join(f"{line}{between}" for line in _assignments(tokens, name, entries))),)
    return None


def _wrapped(tokens: Tokens, call: ir.Call, items: list[str]) -> tuple[Edit, ...]:
    """A dictionary that holds what the call gives, and the items."""
    start, end = tokens.starts[call.first], tokens.ends[call.last]
    line = f"{tokens.text[tokens.line_starts[tokens.place(start)[0] - 1] : end]}{{**, {', '.join(items)}}}"
    if not is_too_long(tokens, line):
        return edit(tokens, start, start, "{**"), edit(tokens, end, end, "".join(f", {item}" for item in items) + "}")
    outer = line_end(tokens) + indentation(tokens, start)
    inner = outer + step_of(tokens, outer)
    rest = "".join(f",{inner}{item}" for item in items)
    return edit(tokens, start, start, f"{{{inner}**"), edit(tokens, end, end, f"{rest},{outer}}}")


def _root(method: ir.FunctionFacts) -> ir.Expr | None:
    """The dictionary that the method begins with and returns in the end."""
    returns = [s for s in ir.statements_of_scope(method.body) if isinstance(s, ir.Return)]
    last = method.body[-1] if method.body else None
    if not isinstance(last, ir.Return) or len(returns) != 1:
        return None
    value = _bound_once(method, last.value.id) if isinstance(last.value, ir.Name) else last.value
    is_dict = isinstance(value, ir.Call) and dotted(value.function) in ("dict", "OrderedDict", "collections.OrderedDict")
    return value if isinstance(value, ir.DictDisplay) or (is_dict and not positional(value)) else None  # type: ignore[arg-type]


def _bound_once(method: ir.FunctionFacts, name: str) -> ir.Expr | None:
    """What a name of the method stands for, where it is bound in one place and on any way through."""
    bound = [
        statement
        for statement in ir.statements_of_scope(method.body)
        if isinstance(statement, (ir.Assign, ir.AugmentedAssign, ir.For, ir.With))
        and any(
            isinstance(target, ir.Name) and target.id == name
            for target in (statement.targets if isinstance(statement, ir.Assign) else walk(statement))
        )
    ]
    if len(bound) != 1 or not isinstance(bound[0], ir.Assign) or not any(bound[0] is statement for statement in method.body):
        return None
    return bound[0].value if len(bound[0].targets) == 1 else None


def _is_base(value: ir.Expr | None) -> bool:
    """`super().get_config()`, in every spelling."""
    match value:
        case ir.Call(function=ir.Attribute(name="get_config", value=ir.Call(function=ir.Name(id="super"))), arguments=()):
            return True
    return False


def _as_items(tokens: Tokens, items: tuple[tuple[ir.Expr | None, ir.Expr], ...], entries: dict[str, str]) -> list[str]:
    key = next((key for key, _ in reversed(items) if isinstance(key, ir.Constant)), None)
    quote = _quote(tokens, key)
    return [f"{quote}{name}{quote}: {value}" for name, value in entries.items()]


def _quote(tokens: Tokens, key: ir.Expr | None) -> str:
    word = tokens.word(key.first) if key is not None else ""
    return word[0] if word[:1] in ("'", '"') else quoted(tokens, "")[0]


def _as_statements(
    tokens: Tokens, statement: ir.Assign, name: str, entries: dict[str, str], quote: str
) -> tuple[Edit, ...] | None:
    if not is_alone(tokens, statement.last):
        return None
    indent = indentation(tokens, tokens.starts[head_of(tokens, statement.last)])
    lines = [f"{indent}{name}[{quote}{key}{quote}] = {value}" for key, value in entries.items()]
    return (new_lines(tokens, end_of_line(tokens, tokens.ends[statement.last]), lines),)


def _assignments(tokens: Tokens, name: str, entries: dict[str, str]) -> list[str]:
    return [f"{name}[{quoted(tokens, key)}] = {value}" for key, value in entries.items()]
