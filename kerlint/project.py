"""The files that belong together, and the memory of what is found out about them.

The `Project` reads a file when a name leads there, and keeps its `Module`; `linking` says where names lead, `execution` what code
does, and every answer is kept with what it rests on. What is found depends on the files alone, not on which were asked for,
so one file by itself is judged as in the whole. Knows nothing of rules and of reports.
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
from kerlint.execution.machine import Machine
from kerlint.execution.numbering import Numbering
from kerlint.execution.running import ClassRun, run_class
from kerlint.execution.values import ClassValue, Instance, Reference, SuperValue, Value
from kerlint.files import FileLayout
from kerlint.knowledge import KerasClass, knowledge_for
from kerlint.linking.classes import class_attribute_of, classes_in, link
from kerlint.linking.names import canonical, global_of, imported, only_binds
from kerlint.module import Module
from kerlint.semantics import CannotParse, GaveUp, ModuleFacts, read_module
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import bindings_of, star_imports
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.names import is_keras, is_legacy, normal_name
from kerlint.sources.source import CannotRead, Source, read_source
from kerlint.version import KERAS_2, KERAS_3, KerasVersion

__all__ = ["Module", "Project"]

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
            module.classes += classes_in(module, facts.body)
            self._infos.update((id(info.facts), info) for info in module.classes)
            for info in module.classes:
                link(self, info)
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

    def files_using(self, module: Module, word: str) -> list[Module]:
        """The files of the same project whose text holds a word and whose imports can lead to the module, which comes first."""
        found = [module]
        for path in self.layout.files_holding(module.path, word):
            if path != module.path and self.layout.can_know(path, module.path):
                other = self.load(path)
                if other is not None:
                    found.append(other)
        return found

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
            known = self._qualified[owner, name] = canonical(f"{owner}.{name}")
        return known

    def reference(self, name: str) -> Value:
        """Something outside the project as a value."""
        known = canonical(name)
        return Reference(self.numbering.of("reference", known), known)

    def imported(self, module: Module, statement: ir.Import | ir.ImportFrom) -> Iterator[tuple[str, Value]]:
        """The names that an import binds for the code of a module, each with what it stands for.

        None where no code asks: a package that gathers the names of three hundred files needs none of them to be read.
        """
        return iter(()) if module.kept_answer(only_binds) else imported(self, module, statement)

    def global_value(self, module: Module, name: str) -> Value | None:
        """What a name of a module stands for once the module is loaded; None when nothing binds it."""
        key = (id(module), name)
        known = self._globals.get(key)
        if known is None:
            known = self._globals[key] = Answer[Value | None](None)
            with known.rests:
                known.value = global_of(self, module, name)
        return known.told()

    # --- classes ------------------------------------------------------------------------------------------------------

    def class_info(self, facts: ir.ClassFacts) -> ClassInfo:
        """A class with its bases resolved."""
        info = self._infos[id(facts)]
        link(self, info)
        return info

    def class_value(self, module: Module, facts: ir.ClassFacts) -> Value:
        """A class of the project as a value."""
        return ClassValue(self.numbering.of("class", id(facts)), self.class_info(facts))

    def class_attribute(self, machine: Machine, info: ClassInfo, name: str) -> Value | None:
        """The value that a class's body gives an attribute."""
        key = (id(info.facts), name)
        known = self._class_attributes.get(key)
        if known is None:
            known = self._class_attributes[key] = Answer[Value | None](None)
            with known.rests:
                known.value = class_attribute_of(self, info, name)
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
