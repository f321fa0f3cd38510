"""Links files into a project: which module a name comes from, what its classes inherit, and what their code does.

The `Project` reads a file when a name leads there, and keeps its `Module`. What is found
depends on the files alone, not on which of them were asked for, so one file by itself is judged as in the whole. Knows
nothing of rules and of reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import kerlint.execution.containers
import kerlint.execution.expressions
import kerlint.execution.higher_order
import kerlint.execution.statements  # noqa: F401  (these four teach the machine)
from kerlint.dependencies import Answer, rests_on_file
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.numbering import Numbering
from kerlint.execution.running import ClassRun, run_class
from kerlint.execution.values import ClassValue, FunctionValue, Instance, ModuleValue, Reference, SuperValue, Value, alternatives
from kerlint.files import FileLayout
from kerlint.knowledge import KerasClass, knowledge_for
from kerlint.module import Module
from kerlint.semantics import CannotParse, GaveUp, ModuleFacts, read_module
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import Binding, bindings_of, dotted, star_imports
from kerlint.semantics.classes import ClassInfo, UnknownBase, given_by_decorator, linearize
from kerlint.semantics.names import is_keras, is_legacy, normal_name
from kerlint.sources.source import CannotRead, Source, read_source
from kerlint.version import KERAS_2, KERAS_3, KerasVersion

__all__ = ["Module", "Project"]

_MARKER = re.compile(rb"keras|tensorflow")
_LEGACY_SWITCH = re.compile(r"TF_USE_LEGACY_KERAS[\"']?\]?\s*[=,:]\s*[\"']?(?:1|[Tt]rue)")

_PUBLIC_KERAS = re.compile(r"\b(?:tf|tensorflow)\.keras\.")


class HasVersion(Protocol):
    """A target as the settings give it."""

    @property
    def version(self) -> KerasVersion: ...


class Project:
    """The files that belong together, read when they are needed."""

    def __init__(
        self,
        target_of: Callable[[Path], HasVersion],
        read: Callable[[Source], ModuleFacts] = read_module,
        layout: FileLayout | None = None,
    ) -> None:
        self._target_of = target_of
        self._read = read
        self.layout = layout or FileLayout()
        self.size = 0
        """Characters of all programs that are linked."""
        self.numbering = Numbering()
        self.constants: dict[int, Value] = {}
        self._defaults: dict[int, Answer[Value]] = {}
        self._modules: dict[Path, Answer[Module | None]] = {}
        self._globals: dict[tuple[int, str], Answer[Value | None]] = {}
        self._infos: dict[int, ClassInfo] = {}
        self._runs: dict[int, Answer[ClassRun]] = {}
        self._class_attributes: dict[tuple[int, str], Answer[Value | None]] = {}
        self._relevant: dict[Path, Answer[bool]] = {}
        self._qualified: dict[tuple[str, str], str] = {}

    # --- files --------------------------------------------------------------------------------------------------------

    def module(self, source: Source) -> Module:
        """The module of a program. Raises CannotParse when it is no Python, GaveUp when it is not followed."""
        path = Path(source.path).absolute()
        known = self._modules.get(path)
        if known is not None and known.value is not None and known.value.source.text == source.text:
            known.value.source = source  # under the name by which it is asked for now
            known.told()
            return known.value
        facts = self._read(source)
        module = Module(
            path, source, facts, self, self._version(path, source, facts), bindings_of(facts.body), star_imports(facts.body)
        )
        self.size += len(source.text)
        answer = self._modules[path] = Answer[Module | None](module)
        answer.told()
        with answer.rests:
            rests_on_file(path)
            self._add_classes(module, facts.body, None)
            for info in module.classes:
                self._link(info)
        return module

    def modules(self) -> list[Module]:
        """The files that are linked."""
        return [answer.value for answer in self._modules.values() if answer.value is not None]

    def emptied(self) -> Project:
        """The same project with nothing linked."""
        return Project(self._target_of, self._read, self.layout)

    def load(self, path: Path) -> Module | None:
        """The module of another file of the project; None when it cannot be read."""
        known = self._modules.get(path)
        if known is None:
            known = self._modules[path] = Answer[Module | None](None)
            with known.rests, suppress(CannotRead, CannotParse, GaveUp):
                rests_on_file(path)
                self.module(read_source(str(path)))
            known = self._modules[path]
        return known.told()

    def files_mentioning(self, module: Module, word: str) -> list[Module]:
        """The files of the same project whose text holds a word, the module itself first."""
        found = [module]
        for path in self.layout.files_holding(module.path, word):
            if path != module.path:
                other = self.load(path)
                if other is not None:
                    found.append(other)
        return found

    def is_relevant(self, path: Path, data: bytes) -> bool:
        """Whether a file can have anything to do with Keras: by a word in it, or through what it imports."""
        return self._is_relevant(path.absolute(), data)

    def _is_relevant(self, path: Path, data: bytes) -> bool:
        if _MARKER.search(data):
            return True
        known = self._relevant.get(path)
        if known is None:
            known = self._relevant[path] = Answer(False)
            with known.rests:
                for imported in self.layout.imported_files(path, data):
                    content = self.layout.read(imported)
                    if content is not None and self._is_relevant(imported, content):
                        known.value = True
                        break
        return known.told()

    def _version(self, path: Path, source: Source, facts: ModuleFacts) -> KerasVersion:
        target = self._target_of(path).version
        if target.major == 2:
            return target
        imports = [s.module for s in _imports_of(facts.body)]
        reaching = [name for name in imports if is_keras(normal_name(name))]
        if "tensorflow" in imports and _PUBLIC_KERAS.search(source.text):
            # A private helper imported beside `tf.keras` does not make the file one of Keras 2.
            reaching = [name for name in reaching if not name.startswith("tensorflow.python.")]
        if (reaching and all(is_legacy(name) for name in reaching)) or _LEGACY_SWITCH.search(source.text):
            return KERAS_2
        return target

    # --- names --------------------------------------------------------------------------------------------------------

    def qualified(self, owner: str, name: str) -> str:
        """The one name of an attribute of something outside the project."""
        known = self._qualified.get((owner, name))
        if known is None:
            known = self._qualified[owner, name] = self.canonical(f"{owner}.{name}")
        return known

    def canonical(self, name: str) -> str:
        """The one name under which kerlint knows something outside the project."""
        normal = normal_name(name)
        if not is_keras(normal):
            return normal
        return knowledge_for(KERAS_3).canonical(normal) or knowledge_for(KERAS_2).canonical(normal) or normal

    def reference(self, name: str) -> Value:
        """Something outside the project as a value."""
        canonical = self.canonical(name)

        return Reference(self.numbering.of("reference", canonical), canonical)

    def imported(self, module: Module, statement: ir.Import | ir.ImportFrom) -> Iterator[tuple[str, Value]]:
        """The names that an import binds, each with what it stands for."""
        if isinstance(statement, ir.Import):
            if statement.alias is not None:
                yield statement.alias, self._module_value(module, statement.module, 0)
            else:
                top = statement.module.partition(".")[0]
                yield top, self._module_value(module, top, 0)
            return
        if statement.name == "*":
            yield from self._star(module, statement)
            return
        yield statement.alias or statement.name, self._imported_name(module, statement)

    def _module_value(self, module: Module, name: str, level: int) -> Value:
        if level == 0 and (is_keras(normal_name(name)) or name.partition(".")[0] == "tensorflow"):
            return self.reference(name)  # also in a project with a folder of that name
        path = self.layout.module_file(module.path, name, level)
        other = self.load(path) if path is not None else None
        if other is not None:
            return ModuleValue(self.numbering.of("module", str(other.path)), other)
        return self.reference(name if level == 0 else "." * level + name)

    def _imported_name(self, module: Module, statement: ir.ImportFrom) -> Value:
        holder = self._module_value(module, statement.module, statement.level)
        if isinstance(holder, ModuleValue):
            known = self.global_value(holder.module, statement.name)
            if known is not None:
                return known
        dots = "." if statement.module else ""
        path = self.layout.module_file(module.path, f"{statement.module}{dots}{statement.name}", statement.level)
        if path is not None and not is_keras(normal_name(statement.module or "?")):
            other = self.load(path)
            if other is not None:
                return ModuleValue(self.numbering.of("module", str(other.path)), other)
        prefix = statement.module if statement.level == 0 else "." * statement.level + statement.module
        return self.reference(f"{prefix}.{statement.name}")

    def _star(self, module: Module, statement: ir.ImportFrom) -> Iterator[tuple[str, Value]]:
        holder = self._module_value(module, statement.module, statement.level)
        if isinstance(holder, ModuleValue):
            for name in holder.module.bindings:
                value = self.global_value(holder.module, name) if not name.startswith("_") else None
                if value is not None:
                    yield name, value
        else:
            normal = normal_name(statement.module)
            for name in sorted(module.knowledge.exported(normal)) if is_keras(normal) else ():
                yield name, self.reference(f"{normal}.{name}")

    def global_value(self, module: Module, name: str) -> Value | None:
        """What a name of a module stands for once the module is loaded; None when nothing binds it."""
        key = (id(module), name)
        known = self._globals.get(key)
        if known is None:
            known = self._globals[key] = Answer[Value | None](None)
            with known.rests:
                known.value = self._global(module, name)
        return known.told()

    def _global(self, module: Module, name: str) -> Value | None:
        machine = Machine(self, module, None, None)
        found: list[Value] = []
        for binding in module.bindings.get(name, ()):
            value = self._bound(machine, module, name, binding)
            if value is not None:
                found.append(value)
        if not found:
            return self._global_from_elsewhere(module, name)
        if len(found) > 1:
            keras_names = [value for value in found if value.number == found[0].number]
            if len(keras_names) != len(found):
                return machine.choice([(frozenset({machine.question()}), value) for value in found])
        return found[0]

    def _bound(self, machine: Machine, module: Module, name: str, binding: Binding) -> Value | None:
        frame = Frame(module)
        match binding:
            case ir.ClassFacts():
                return self.class_value(module, binding)
            case ir.FunctionFacts():
                return FunctionValue(self.numbering.of("function", id(binding), 0), binding, module)
            case ir.Import() | ir.ImportFrom():
                return next((value for bound, value in self.imported(module, binding) if bound == name), None)
            case ir.Assign() if binding.value is not None:
                if any(isinstance(target, ir.Name) and target.id == name for target in binding.targets):
                    known: list[Value] = []
                    machine.run(lambda: known.append(machine.evaluate(frame, binding.value)))  # type: ignore[arg-type]
                    return known[0] if known else machine.unknown()
        return machine.unknown()

    def _global_from_elsewhere(self, module: Module, name: str) -> Value | None:
        for statement in module.stars:
            for bound, value in self.imported(module, statement):
                if bound == name:
                    return value
        inner = self.layout.submodule_file(module.path, name)
        other = self.load(inner) if inner is not None else None
        return ModuleValue(self.numbering.of("module", str(other.path)), other) if other is not None else None

    # --- classes ------------------------------------------------------------------------------------------------------

    def _add_classes(self, module: Module, block: ir.Block, enclosing: ir.FunctionFacts | None) -> None:
        for statement in ir.statements_of_scope(block):
            if isinstance(statement, ir.ClassFacts):
                info = ClassInfo(statement, module, enclosing=enclosing)
                self._infos[id(statement)] = info
                module.classes.append(info)
                self._add_classes(module, statement.body, enclosing)
            elif isinstance(statement, ir.FunctionFacts):
                self._add_classes(module, statement.body, statement)

    def class_info(self, facts: ir.ClassFacts) -> ClassInfo:
        """A class with its bases resolved."""
        info = self._infos[id(facts)]
        self._link(info)
        return info

    def class_value(self, module: Module, facts: ir.ClassFacts) -> Value:
        """A class of the project as a value."""
        return ClassValue(self.numbering.of("class", id(facts)), self.class_info(facts))

    def _link(self, info: ClassInfo) -> None:
        if info.order:
            return
        info.order = (info,)
        machine = Machine(self, info.module, None, None)
        frame = self._frame_of(machine, info)
        bases: list[ClassInfo | KerasClass | UnknownBase] = []
        for argument in info.facts.bases:
            if argument.keyword is None:
                base = self._base(machine, frame, info, argument.value)
                if base is not None:
                    bases.append(base)
        info.bases = tuple(bases)
        info.order = linearize(info, info.bases)
        decorators = [self._decorator(machine, frame, node) for node in info.facts.decorators]
        info.decorators = tuple(_name_of_decorator(value) for value in decorators)
        project_functions = (value.facts for value in decorators if isinstance(value, FunctionValue))
        info.given_by_decorators = frozenset(name for facts in project_functions for name in given_by_decorator(facts))

    def _frame_of(self, machine: Machine, info: ClassInfo) -> Frame:
        """Where the bases of a class are looked up; inside a function, with the function's own imports and classes."""
        frame = Frame(info.module, info.enclosing)
        if info.enclosing is not None:
            for statement in ir.statements_of_scope(info.enclosing.body):
                if isinstance(statement, (ir.Import, ir.ImportFrom)) or (
                    isinstance(statement, ir.ClassFacts) and statement is not info.facts
                ):
                    machine.run(lambda statement=statement: machine.execute(frame, (statement,)) and None)  # type: ignore[misc]
        return frame

    def _base(
        self, machine: Machine, frame: Frame, info: ClassInfo, node: ir.Expr
    ) -> ClassInfo | KerasClass | UnknownBase | None:
        known: list[Value] = []
        machine.run(lambda: known.append(machine.evaluate(frame, node)))

        candidates = [value for _, value in alternatives(known[0])] if known else []
        for value in candidates:
            if isinstance(value, ClassValue) and value.info is not info:
                self._link(value.info)
                return value.info
        for value in candidates:
            if isinstance(value, Reference):
                if value.name == "builtins.object":
                    return None
                keras_class = info.module.knowledge.find_class(value.name)
                return keras_class if keras_class is not None else UnknownBase(value.name)
        names = dotted(node)
        return UnknownBase(".".join(names) if names else "?")

    def _decorator(self, machine: Machine, frame: Frame, node: ir.Expr) -> Value | None:
        """What decorates a class, or makes what does."""
        target = node.function if isinstance(node, ir.Call) else node
        known: list[Value] = []
        machine.run(lambda: known.append(machine.evaluate(frame, target)))
        return known[0] if known else None

    def class_attribute(self, machine: Machine, info: ClassInfo, name: str) -> Value | None:
        """The value that a class's body gives an attribute."""
        key = (id(info.facts), name)
        known = self._class_attributes.get(key)
        if known is None:
            known = self._class_attributes[key] = Answer[Value | None](None)
            frame = Frame(info.module)
            with known.rests:
                for statement in ir.statements_of_scope(info.facts.body):
                    if isinstance(statement, ir.Assign) and statement.value is not None:
                        if any(isinstance(t, ir.Name) and t.id == name for t in statement.targets):
                            known.value = Machine(self, info.module, None, None).evaluate(frame, statement.value)
                    elif isinstance(statement, ir.ClassFacts) and statement.name == name:
                        known.value = self.class_value(info.module, statement)
        return known.told()

    def default(self, parameter: ir.Parameter, evaluate: Callable[[], Value]) -> Value:
        """The default of a parameter, which is evaluated once for all calls."""
        known = self._defaults.get(id(parameter))
        if known is None:
            known = self._defaults[id(parameter)] = Answer.of(evaluate)
        return known.told()

    def super_value(self, machine: Machine, receiver: Value | None, owner: ClassInfo) -> Value:
        """`super()` in a method of `owner`."""
        if isinstance(receiver, Instance):
            return SuperValue(self.numbering.of("super", receiver.number, id(owner.facts)), receiver, owner)
        return machine.unknown()

    def kind_of_instance(self, instance: Instance) -> str | None:
        """What an object is to Keras: `layer`, `model`, …; None when it is none of Keras's."""
        if instance.info is not None:
            return instance.info.kind
        known = instance.module.knowledge.find_class(instance.class_name)
        return known.kind if known is not None else None

    def inherited_config_keys(self, base: KerasClass) -> tuple[str, ...] | None:
        """The keys of what `super().get_config()` gives when it is Keras's; None when they are not known."""
        knowledge = knowledge_for(KERAS_3)
        return base.config_keys if base.defines_get_config else knowledge.base_config_keys(base.kind)

    def forget_run(self, info: ClassInfo) -> None:
        """Lets go of what a class does."""
        self._runs.pop(id(info.facts), None)

    def class_run(self, info: ClassInfo) -> ClassRun:
        """What a class does, followed once."""
        known = self._runs.get(id(info.facts))
        if known is None:
            known = self._runs[id(info.facts)] = Answer(ClassRun(info))
            with known.rests:
                known.value = run_class(self, info)
        return known.told()


def _imports_of(block: ir.Block) -> Iterator[ir.Import | ir.ImportFrom]:
    for statement in ir.statements_of_scope(block):
        if isinstance(statement, ir.Import) or (isinstance(statement, ir.ImportFrom) and statement.level == 0):
            yield statement
        elif isinstance(statement, (ir.FunctionFacts, ir.ClassFacts)):
            yield from _imports_of(statement.body)


def _name_of_decorator(value: Value | None) -> str:
    if isinstance(value, Reference):
        return value.name
    return value.facts.name if isinstance(value, FunctionValue) else ""
