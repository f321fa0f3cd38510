"""Which classes of a module the serialization contract concerns, and how much.

Only what is itself written into a file needs a configuration: a layer that another class makes for itself never does.
Where a program trains and keeps nothing but weights, the contract is of no account yet. Knows nothing of single rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kerlint.finding import Report, Severity, Span
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import dotted, keyword, walk
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.contract import Contract, contracts
from kerlint.serialization.lineage import lineage_of
from kerlint.serialization.names import qualified
from kerlint.serialization.usage import Site, construction_sites, subclasses

_TRAINS = frozenset(("fit", "fit_generator", "train_on_batch", "GradientTape", "save_weights", "load_weights", "export"))
_KEEPS = frozenset(
    (
        "save", "save_model", "load_model", "clone_model", "to_json", "model_from_json", "from_config",
        "serialize_keras_object", "deserialize_keras_object",
    )
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Subject:
    """A class with its contract, which may or may not concern anybody: ask before reporting."""

    contract: Contract
    module: Module
    project: Project

    def span(self, node: ir.Node) -> Span:
        """Where a piece of the class stands."""
        return self.module.facts.span(node)

    @cached_property
    def is_concerned(self) -> bool:
        """Whether Keras may write an object of the class into a file by its configuration."""
        info = self.contract.info
        if is_registered(info):
            return True
        if is_test(self.module) and not keeps_models(self.module):
            return False
        return not (is_private(info, self.project) or is_abstract(info, self.project))

    @cached_property
    def is_idle(self) -> bool:
        """Whether the program that holds the class keeps nothing that needs a configuration."""
        known = self.module.memory.get("keeps nothing")
        if not isinstance(known, bool):
            known = self.module.memory["keeps nothing"] = _trains(self.module) and not keeps_models(self.module)
        return known

    def at_class(self, message: str, severity: Severity, about: Iterable[str] = ()) -> Report:
        """A report at the class's name."""
        return self.at(self.contract.info.facts, message, severity, about)

    def at(self, node: ir.Node, message: str, severity: Severity, about: Iterable[str] = ()) -> Report:
        """A report at a piece of the class, about these parameters."""
        return Report(self.span(node), message, severity, about=tuple(about))


def subjects(module: Module, project: Project) -> list[Subject]:
    """The classes of a module that Keras may write into a file."""
    found = module.memory.get("serialization subjects")
    if not isinstance(found, list):
        found = [Subject(contract, module, project) for contract in contracts(module.classes, module.knowledge)]
        module.memory["serialization subjects"] = found
    return found


def is_registered(info: ClassInfo) -> bool:
    """Whether a decorator offers the class to Keras by name."""
    return any("serializable" in name or name.rpartition(".")[2].startswith("register") for name in info.decorators)


def is_private(info: ClassInfo, project: Project) -> bool:
    """Whether the project makes it only inside other layers and models, for their own use."""
    sites = [site for site in construction_sites(info, project) if not is_test(site.module)]
    if not sites and _is_nested(info):
        return True
    return bool(sites) and all(_is_inside_another(site, info) for site in sites)


def _is_inside_another(site: Site, info: ClassInfo) -> bool:
    return site.owner is not None and site.owner is not info and site.owner.kind in ("layer", "model")


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
    if children and all("get_config" in child.facts.methods for child in children):
        return True
    bases = {getattr(base, "name", "") for base in info.bases}
    return bool(bases & {"ABC", "abc.ABC"}) or any(_is_left_open(m) for m in info.facts.methods.values())


def is_settled_by_children(info: ClassInfo, parameter: str, project: Project) -> bool:
    """Whether the class is only a base whose children give the parameter themselves, or store it themselves."""
    children = subclasses(info, project)
    if not children or construction_sites(info, project):
        return False
    return all(_settles(child, parameter) for child in children)


def _settles(child: ClassInfo, parameter: str) -> bool:
    constructor = child.facts.methods.get("__init__")
    if constructor is not None and constructor.parameter(parameter) is None:
        return True
    configuration, _ = configuration_of(lineage_of(child, child.module.knowledge))
    return "get_config" in child.facts.methods and (configuration.open or parameter in configuration.entries)


def _is_left_open(method: ir.FunctionFacts) -> bool:
    """Whether a method does nothing but say that a child must define it."""
    spoken = [s for s in method.body if not (isinstance(s, ir.Expression) and isinstance(s.value, (ir.Constant, ir.Opaque)))]
    if len(spoken) != 1 or not isinstance(spoken[0], ir.Raise):
        return False
    value = spoken[0].value
    named = value.function if isinstance(value, ir.Call) else value
    return named is not None and dotted(named) == "NotImplementedError"


def _trains(module: Module) -> bool:
    """Whether the program trains, or writes or reads weights."""
    return any(
        _last_name(call) in _TRAINS or qualified(module, call.function) == "tensorflow.saved_model.save"
        for call in _calls(module)
    )


def keeps_models(module: Module) -> bool:
    """Whether the program saves, loads or copies a whole model or a layer by its configuration."""
    for node in _calls(module):
        name = _last_name(node)
        if name in _KEEPS and not _is_of_another_library(module, node):
            return True
        if name == "ModelCheckpoint":
            only = keyword(node, "save_weights_only")
            if not (isinstance(only, ir.Constant) and only.value is True):
                return True
    return False


def _calls(module: Module) -> Iterator[ir.Call]:
    return (node for node in walk(module.facts.body) if isinstance(node, ir.Call))


def _last_name(node: ir.Call) -> str:
    if isinstance(node.function, ir.Attribute):
        return node.function.name
    return (dotted(node.function) or "").rpartition(".")[2]


def _is_of_another_library(module: Module, node: ir.Call) -> bool:
    """`np.save(…)` and `Image.fromarray(…).save(…)` keep no model."""
    function: ir.Expr = node.function
    while isinstance(function, (ir.Attribute, ir.Call)):
        name = qualified(module, function)
        if name is not None:
            return not name.startswith(("keras.", "tensorflow.keras."))
        function = function.value if isinstance(function, ir.Attribute) else function.function
    return False
