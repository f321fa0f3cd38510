"""Which classes of a module the serialization contract concerns, and how much.

Only what is itself written into a file needs a configuration: a layer that another class makes for itself never does.
Where a program trains and keeps nothing but weights, the contract is of no account yet. Knows nothing of single rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.dependencies import remembered
from kerlint.finding import Report, Severity, Span
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.overriding import calls_of_keras, saves_another, saves_itself
from kerlint.semantics.walking import assignments, attribute_of, dotted, own_name, positional, walk
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import Constructor, constructor_of
from kerlint.serialization.contract import Contract, contracts
from kerlint.serialization.lineage import lineage_of
from kerlint.serialization.names import find_class, qualified
from kerlint.serialization.program import keeps_models, restores, trains, writes_only_saved_models
from kerlint.serialization.registration import is_registered
from kerlint.serialization.usage import Site, construction_sites, subclasses


@dataclass(frozen=True, eq=False)
class Subject:
    """A class with its contract, which may or may not concern anybody: ask before reporting."""

    contract: Contract
    module: Module
    project: Project

    def span(self, node: ir.Node) -> Span:
        """Where a piece of the class stands."""
        return self.module.facts.span(node)

    @remembered
    def is_concerned(self) -> bool:
        """Whether Keras may write an object of the class into a file by its configuration.

        That it is registered says that Keras can find it again; who makes its objects, and which files are written, comes first.
        """
        info = self.contract.info
        if is_test(self.module) and not keeps_models(self.module):
            return False
        if is_test(self.module) and writes_only_saved_models(self.module) and not restores(self.module, info.name):
            return False
        if saves_another(info):
            return False
        if is_registered(info) and not info.name.startswith("_"):
            return True
        if is_private(info, self.project) or is_abstract(info, self.project) or is_settled(self.contract, self.project):
            return False
        return self._becomes_a_node is not False or saves_itself(info) or is_given_to_another(info, self.project)

    @remembered
    def _becomes_a_node(self) -> bool | None:
        """Whether calling an object of it makes a node of a graph; None where only some ways through `__call__` do."""
        return calls_of_keras(self.contract.info) if self.contract.kind == "layer" else True

    @remembered
    def is_idle(self) -> bool:
        """Whether nothing that can be seen keeps an object of it by its configuration, though somebody might."""
        return self.module.kept_answer(_keeps_nothing) or self._becomes_a_node is None or self._only_trains

    @remembered
    def _only_trains(self) -> bool:
        """Whether it is a Model that has no `call`, or one that only raises: it trains others, which are what one keeps."""
        contract, base = self.contract, self.contract.keras_base
        if contract.kind != "model" or base is None or contract.is_functional or not contract.lineage.is_wholly_known:
            return False
        known = contract.knowledge.find_class("keras.Model")
        return base is known and not (_does(contract, "call") or _does(contract, "__call__"))

    def at_class(self, message: str, severity: Severity, about: Iterable[str] = ()) -> Report:
        """A report at the class's name."""
        return self.at(self.contract.info.facts, message, severity, about)

    def at(self, node: ir.Node, message: str, severity: Severity, about: Iterable[str] = ()) -> Report:
        """A report at a piece of the class, about these parameters."""
        return Report(self.span(node), message, severity, about=tuple(about))


def users_of(subject: Subject) -> list[Contract]:
    """The classes whose stored configuration holds what the `get_config` of this one writes: itself, and who calls `super()`."""
    if subject.is_concerned:
        return [subject.contract]
    found = []
    for child in subclasses(subject.contract.info, subject.project):
        for other in subjects(child.module, subject.project):
            contract = other.contract
            if contract.info is child and (contract.configuration.calls_super or not contract.writes_own_get_config):
                found += users_of(other)
    return found


def subjects(module: Module, project: Project) -> list[Subject]:
    """The classes of a module that Keras may write into a file."""
    return module.kept_answer(_subjects)


def _subjects(module: Module) -> list[Subject]:
    return [Subject(contract, module, module.project) for contract in contracts(module.classes, module.knowledge)]


def _keeps_nothing(module: Module) -> bool:
    return trains(module) and not keeps_models(module)


def is_private(info: ClassInfo, project: Project) -> bool:
    """Whether the project makes it only inside other layers and models, for their own use."""
    sites = [site for site in construction_sites(info, project) if not is_test(site.module)]
    if not sites and _is_nested(info):
        return True
    if is_registered(info) and any(_is_configured_by_owner(site) for site in sites):
        return False
    return bool(sites) and all(_is_inside_another(site, info) or _is_kept_by_nobody(site, info) for site in sites)


def _is_inside_another(site: Site, info: ClassInfo) -> bool:
    return site.owner is not None and site.owner is not info and site.owner.kind in ("layer", "model")


def _is_configured_by_owner(site: Site) -> bool:
    """Whether who makes the object writes it into a configuration: the attribute that keeps it stands in `get_config`."""
    method = site.owner.facts.methods.get("get_config") if site.owner is not None else None
    if method is None:
        return False
    kept = {
        target.name
        for target, value in assignments(site.scope)
        if isinstance(target, ir.Attribute) and any(node is site.call for node in walk(value))
    }
    return any(attribute_of(node, own_name(method)) in kept for node in walk(method.body))


def _is_kept_by_nobody(site: Site, info: ClassInfo) -> bool:
    """Whether a private class's object is given to Models of the project, which store nothing of what they are given."""
    takers = [find_class(site.module, call.function) for call in site.receivers()]
    takers = [taker for taker in takers if taker is not None]
    return info.name.startswith("_") and bool(takers) and all(_stores_nothing(taker) for taker in takers if taker is not None)


def _stores_nothing(info: ClassInfo) -> bool:
    return info.kind == "model" and info.find_method("get_config") is None


def is_given_to_another(info: ClassInfo, project: Project) -> bool:
    """Whether a layer or model is made with an object of the class, and may have it in its own configuration."""
    return any(_makes_keras(site.module, call) for site in construction_sites(info, project) for call in site.receivers())


def _makes_keras(module: Module, call: ir.Call) -> bool:
    info = find_class(module, call.function)
    if info is not None:
        return info.kind in ("layer", "model")
    return module.knowledge.find_class(qualified(module, call.function) or "") is not None


def _is_nested(info: ClassInfo) -> bool:
    """Whether the class stands inside a function or another class, where nobody else reaches it."""
    return info.enclosing is not None or all(statement is not info.facts for statement in info.module.facts.body)


def is_test(module: Module) -> bool:
    """Whether a file only tests others."""
    path, root = module.path, module.project.layout.project_root(module.path)
    parts = path.relative_to(root).parts if path.is_relative_to(root) else path.parts
    return path.name.startswith("test_") or path.stem.endswith("_test") or "tests" in parts


def is_abstract(info: ClassInfo, project: Project) -> bool:
    """Whether it is a base that leaves a method to its children and is never made itself."""
    if construction_sites(info, project):
        return False
    decorators = [dotted(d) or "" for method in info.facts.methods.values() for d in method.decorators]
    if any(name.rpartition(".")[2].startswith("abstract") for name in decorators):
        return True
    children = subclasses(info, project)
    if children and all("get_config" in child.facts.methods for child in children) and "call" not in info.facts.methods:
        return True
    bases = {getattr(base, "name", "") for base in info.bases}
    return bool(bases & {"ABC", "abc.ABC"}) or any(_is_left_open(m) for m in info.facts.methods.values())


def is_settled(contract: Contract, project: Project) -> bool:
    """Whether it is a private base, never made itself, whose children give what it requires: what stays open is theirs."""
    constructor = contract.constructor
    if constructor is None or constructor.index != 0 or not contract.name.startswith("_"):
        return False
    own = [p for p in constructor.parameters if p.name not in contract.base_names]
    asked = [p.name for p in own if p.required] or [p.name for p in own]
    return bool(asked) and all(is_settled_by_children(contract.info, name, project) for name in asked)


def is_settled_by_children(info: ClassInfo, parameter: str, project: Project) -> bool:
    """Whether the class is only a base whose children give the parameter themselves, or store it themselves."""
    children = subclasses(info, project)
    if not children or construction_sites(info, project):
        return False
    return all(_settles(child, parameter) for child in children)


def _settles(child: ClassInfo, parameter: str) -> bool:
    lineage = lineage_of(child, child.module.knowledge)
    constructor = constructor_of(lineage)
    if constructor is not None and constructor.index == 0 and not _leaves_open(constructor, parameter):
        return True
    configuration, _ = configuration_of(lineage)
    return "get_config" in child.facts.methods and (
        configuration.open or bool(configuration.named_by) or parameter in configuration.entries
    )


def _leaves_open(constructor: Constructor, parameter: str) -> bool:
    """Whether who makes the object can still say what the parameter of its base is."""
    if parameter in constructor.names:
        return True
    given = any(parameter in call.keywords or positional(call.call) for call in constructor.base_calls)
    return constructor.hands_keywords_on is True and not given


def _does(contract: Contract, name: str) -> bool:
    """Whether the class has a method, or keeps something, of that name, which does more than raise."""
    found = contract.info.find_method(name)
    return name in contract.lineage.stored_attributes and not (found is not None and _only_raises(found[1]))


def _only_raises(method: ir.FunctionFacts) -> bool:
    """Whether a method does nothing but raise."""
    return [type(s) for s in method.body if not _is_said(s)] == [ir.Raise]


def _is_said(statement: ir.Stmt) -> bool:
    """A docstring or `...`."""
    return isinstance(statement, ir.Expression) and isinstance(statement.value, (ir.Constant, ir.Opaque))


def _is_left_open(method: ir.FunctionFacts) -> bool:
    """Whether a method does nothing but say that a child must define it."""
    spoken = [s for s in method.body if not _is_said(s)]
    if len(spoken) != 1 or not isinstance(spoken[0], ir.Raise):
        return False
    value = spoken[0].value
    named = value.function if isinstance(value, ir.Call) else value
    return named is not None and dotted(named) == "NotImplementedError"
