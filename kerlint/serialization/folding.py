"""Follows a parameter from the constructor to what the object keeps of it: through locals, private attributes, methods, bases.

Answers whether all of it ends where other keys of the stored configuration, or the weights, bring it back. Knows nothing of
reports.
"""

from __future__ import annotations

from dataclasses import field

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, attribute_of, dotted, keyword, mentions, own_name, positional, walk
from kerlint.serialization.additions import filled_by, is_left_out
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import BaseCall, Constructor, constructor_of
from kerlint.serialization.contract import Contract
from kerlint.serialization.lineage import lineage_of
from kerlint.serialization.names import find_class
from kerlint.serialization.privately import as_local, is_no_part, is_nobody_elses, readers

_MAKERS = {"add_weight": "initializer", "add_variable": "initializer", "Variable": "initial_value"}
"""What makes a variable, and the argument that is its first value."""


def is_folded(contract: Contract, constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether all that a parameter does is to make what another parameter's key, or a variable, brings back."""
    is_optional = isinstance(parameter.default, ir.Constant) and parameter.default.value is None
    brought_back = _attributes_brought_back(contract, constructor, parameter.name)
    ends = _Ends(contract, constructor, parameter, brought_back, is_optional, is_no_part(constructor, parameter.name))
    return ends.are_kept(constructor, parameter.name)


def _attributes_brought_back(contract: Contract, constructor: Constructor, name: str) -> frozenset[str]:
    """The attributes that the keys of other parameters store, or keys that the constructor takes out of `**kwargs`."""
    stored: set[str] = constructor.names & set(contract.configuration.entries)
    taken = constructor.names | (constructor.taken_from_keywords or set())
    for key, entry in contract.configuration.entries.items():
        if key != name and key in taken and entry.value is not None:
            stored |= contract.attributes_read(entry.value)
    return frozenset(stored)


@dataclass(eq=False)
class _Ends:
    """Where a parameter of the constructor ends.

    `parameter`: the one that all is asked of. `brought_back`: the attributes that the stored configuration brings back.
    `may_be_weights`: the parameter can be left out, so that what it gives can be but the first value of variables. `may_rest`: it
    can stay in an attribute that nobody reads.
    """

    contract: Contract
    constructor: Constructor
    parameter: ir.Parameter
    brought_back: frozenset[str]
    may_be_weights: bool
    may_rest: bool
    _answers: dict[tuple[int, str], bool] = field(default_factory=dict)
    _rested: dict[str, list[Constructor]] = field(default_factory=dict)
    """The methods that read a private attribute."""

    def are_kept(self, function: Constructor, name: str) -> bool:
        """Whether everything that a function does with a name ends in what is brought back."""
        question = (id(function.function), name)
        if question not in self._answers:
            self._answers[question] = True  # a circle adds nothing
            statements = function.meaningful_statements(name)
            self._answers[question] = all(self._is_kept(function, statement, name) for statement in statements)
        return self._answers[question]

    def _is_kept(self, function: Constructor, statement: ir.Stmt, name: str) -> bool:
        match statement:
            case ir.If(arms=arms, orelse=orelse):
                return all(self._only_keeps(function, body) for body in (*(body for _, body in arms), orelse))
            case ir.Assign(targets=targets, value=value) if value is not None:
                makes = self.may_be_weights and not self._is_reader(function) and self._makes_variables(function, value, name)
                held = all(self._holds(function, target, makes) or self._adds(function, statement, target) for target in targets)
                return held and (makes or self._own_methods_keep(function, value, name))
            case ir.FunctionFacts():
                return statement.parameter(name) is not None or self.are_kept(function, statement.name)
            case ir.Return():
                return function is not self.constructor and not self._is_reader(function)
            case ir.Expression(value=ir.Call() as call):
                based = [one for one in function.base_calls if one.call.function is call.function]
                if based:
                    return self._base_keeps(based[0], name)
                if (container := filled_by(call)) is not None and self._method(function, call) is None:
                    return self._adds(function, statement, container) and self._own_methods_keep(function, call, name)
                return self._method(function, call) is not None and self._own_methods_keep(function, call, name)
        return False

    def _only_keeps(self, function: Constructor, body: ir.Block) -> bool:
        """Whether a body that runs or does not, as the parameter has it, does nothing but set what is brought back."""
        for found in ir.statements_of_scope(body):
            match found:
                case ir.Raise() | ir.If() | ir.Expression(value=ir.Constant() | ir.Opaque()):
                    continue
                case ir.Assign(targets=targets) if all(
                    self._holds(function, target, False) or self._adds(function, found, target) for target in targets
                ):
                    continue
                case ir.Expression(value=ir.Call() as call) if (container := filled_by(call)) is not None:
                    if not self._adds(function, found, container):
                        return False
                case ir.Return(value=value) if value is not None and self._is_reader(function):
                    return False
                case ir.Return() if function is not self.constructor and body is not function.function.body:
                    if not self._only_keeps(function, function.function.body):
                        return False  # what comes after it is left out as well
                case ir.Return() if function is not self.constructor:
                    continue
                case _:
                    return False
        return True

    def _holds(self, function: Constructor, target: ir.Expr, makes: bool) -> bool:
        """Whether what is assigned there is brought back, or goes on to what is."""
        attribute = attribute_of(target, function.own)
        if attribute is not None:
            is_brought_back = attribute in self.brought_back or (makes and self._is_made_without(attribute))
            return is_brought_back or (self.may_rest and self._rests(attribute))
        match target:
            case ir.Name(id=name):
                is_stored = function is self.constructor and name in self.contract.configuration.entries
                return is_stored or self.are_kept(function, name)
            case ir.Subscript(value=ir.Name(id=name)):
                return self.are_kept(function, name)
            case ir.Display(elements=elements):
                return all(self._holds(function, element, makes) for element in elements)
        return False

    def _adds(self, function: Constructor, statement: ir.Stmt, target: ir.Expr) -> bool:
        """Whether a statement puts something into what is brought back with it, and does not do so again on load."""
        if isinstance(statement, ir.Assign) and (isinstance(target, ir.Name) or attribute_of(target, function.own) is not None):
            return False  # it puts another thing in its place
        container = target
        if isinstance(target, ir.Attribute) and isinstance(target.value, ir.Name) and target.value.id != function.own:
            container = target.value
            if self._is_forgotten(function, container, target.name):
                return False
        while isinstance(container, ir.Subscript):
            container = container.value
        if function is not self.constructor or not self._holds(function, container, False):
            return False
        own = attribute_of(container, function.own)
        if own is not None:
            entries = self.contract.configuration.entries.items()
            names = {key for key, entry in entries if own in self.contract.attributes_read(entry.value)}
        elif isinstance(container, ir.Name) and container.id in function.names | function.rebound:
            names = {container.id}
        else:
            return False  # what is nobody's local belongs to the whole module

        def asks_for(test: ir.Expr) -> bool:
            return any(mentions(name, test) for name in names) or any(
                own is not None and attribute_of(node, function.own) == own for node in walk(test)
            )

        return is_left_out(function.function.body, statement, self.parameter, asks_for)

    def _is_forgotten(self, function: Constructor, holder: ir.Name, attribute: str) -> bool:
        """Whether the object behind a name is of a class of the project that does not store the attribute."""
        module = function.owner.info.module if function.owner.info is not None else self.contract.info.module
        for target, value in assignments(function.function.body):
            if not (isinstance(target, ir.Name) and target.id == holder.id and isinstance(value, ir.Call)):
                continue
            made = find_class(module, value.function)
            if made is None or made.find_method("get_config") is None:
                continue
            stored, _ = configuration_of(lineage_of(made, self.contract.knowledge))
            read = [attribute_of(node, "self") for entry in stored.entries.values() for node in walk(entry.value)]
            if not stored.open and attribute not in read:
                return True
        return False

    def _rests(self, attribute: str) -> bool:
        """Whether an attribute is only read to make what is brought back."""
        if attribute in self._rested:
            return True  # a circle adds nothing
        if not is_nobody_elses(self.contract, attribute):
            return False
        self._rested[attribute] = readers(self.contract, attribute)
        return all(
            reader.function.name != "get_config" and self.are_kept(reader, as_local(attribute))
            for reader in self._rested[attribute]
        )

    def _is_reader(self, function: Constructor) -> bool:
        """Whether a method was come to because it reads an attribute: what it returns goes to whoever calls it."""
        return any(function is reader for found in self._rested.values() for reader in found)

    def _own_methods_keep(self, function: Constructor, root: ir.Node, name: str) -> bool:
        """Whether the methods of the object that are given the name do nothing else with it than giving something back."""
        for call in walk(root):
            if not (isinstance(call, ir.Call) and mentions(name, *(argument.value for argument in call.arguments))):
                continue
            method = self._method(function, call)
            if method is None:
                continue
            given = [p.name for p, value in zip(method.parameters, positional(call), strict=False) if mentions(name, value)]
            given += [a.keyword for a in call.arguments if a.keyword is not None and mentions(name, a.value)]
            if any(argument.star and mentions(name, argument.value) for argument in call.arguments):
                return False
            if not all(method.function.parameter(one) is not None and self.are_kept(method, one) for one in given):
                return False
        return True

    def _method(self, function: Constructor, call: ir.Call) -> Constructor | None:
        """The method of the object that a call runs, read as a constructor is."""
        name = attribute_of(call.function, function.own)
        for index, ancestor in enumerate(self.contract.lineage.ancestors):
            if name is not None and ancestor.facts is not None and (method := ancestor.facts.methods.get(name)) is not None:
                if any(dotted(decorator) in ("staticmethod", "classmethod", "property") for decorator in method.decorators):
                    return None
                return Constructor(self.contract.lineage, index, method)
        return None

    def _makes_variables(self, function: Constructor, value: ir.Expr, name: str) -> bool:
        """Whether an expression makes variables whose first value is the name's, itself or by a method of the object."""
        for call in walk(value):
            if not (isinstance(call, ir.Call) and mentions(name, *(argument.value for argument in call.arguments))):
                continue
            method = self._method(function, call)
            first_values = [_first_value(call)] if method is None else [_first_value(n) for n in walk(method.function.body)]
            if any(found is not None and (method is not None or mentions(name, found)) for found in first_values):
                return True
        return False

    def _is_made_without(self, attribute: str) -> bool:
        """Whether a method that is not a constructor makes the attribute too, so that the file's weights find it."""
        return any(
            attribute_of(node, own_name(method)) == attribute
            for _, method in self.contract.lineage.methods()
            if method.name != "__init__"
            for statement in ir.statements_of_scope(method.body)
            if isinstance(statement, ir.Assign)
            for node in statement.targets
        )

    def _base_keeps(self, call: BaseCall, name: str) -> bool:
        """Whether the base is given the name under keys that are stored, or keeps what it is given where it is brought back."""
        if any(argument.star and mentions(name, argument.value) for argument in call.call.arguments):
            return False
        used = [key for key, value in call.bound(self.contract.lineage).items() if mentions(name, value)]
        base = constructor_of(self.contract.lineage, call.after)
        taken = self.constructor.names | (self.constructor.taken_from_keywords or set())
        return bool(used) and all(
            (key in self.contract.configuration.entries and key in taken)
            or (base is not None and base.function.parameter(key) is not None and self.are_kept(base, key))
            for key in used
        )


def _first_value(node: ir.Node) -> ir.Expr | None:
    """What a call gives a variable that it makes as its first value."""
    if not isinstance(node, ir.Call):
        return None
    maker = (dotted(node.function) or "").rpartition(".")[2]
    given = keyword(node, _MAKERS[maker]) if maker in _MAKERS else None
    return next(iter(positional(node)), None) if given is None and maker == "Variable" else given
