"""KER201 missing-get-config.

## What it does
Reports a class that Keras writes into a file by its configuration, that takes arguments which Keras does not store by
itself, and that has no `get_config`.

Not a layer whose own `__call__` never comes to Keras's, unless a Sequential or another layer is given one: it makes no node.
Not a model whose `save` writes another one in its place. A Model without a `call` that does
more than raise only trains others: an info.

## Why is this bad?
Keras stores the arguments of a layer by itself only when they are plain data. A layer, function, array or enum makes
saving raise. Of a `keras.Model` it stores no argument at all on Keras 3: saving raises where one is required, and where
all have defaults the loaded model silently has the defaults. A class that builds a functional model
(`super().__init__(inputs, outputs)`) is saved without a word, and loading raises. Losses, metrics, initializers and
constraints come back with their defaults as silently; regularizers and learning rate schedules cannot be saved. And
whatever takes neither `**kwargs` nor what its base stores (`name`, `reduction`, `trainable`, `dtype`) raises at load.

## Example
    import keras

    class Contrast(keras.losses.Loss):
        def __init__(self, temperature=1.0, **kwargs):
            super().__init__(**kwargs)
            self.temperature = temperature      # 5.0 when saved, 1.0 when loaded

## Use instead
    import keras

    class Contrast(keras.losses.Loss):
        def __init__(self, temperature=1.0, **kwargs):
            super().__init__(**kwargs)
            self.temperature = temperature

        def get_config(self):
            return {**super().get_config(), "temperature": self.temperature}

and, where an argument is itself a layer or another object, `keras.saving.serialize_keras_object` there and
`keras.saving.deserialize_keras_object` in a `from_config`.

## Fix
Writes a `get_config` behind the last method, and lets `__init__` hand `**kwargs` to its base where it does not. An argument that
no attribute keeps is kept as well where it is certainly a number or a text. Layers and models that an annotation names get a
`from_config` on Keras 3. Unsafe. No fix where an argument is anything else, and none for a Sequential.

## Keras versions
All. Keras 2 stores the plain arguments of a `keras.Model`, Keras 3 stores none. What Keras 2 writes as a SavedModel (a path
without extension) is revived without a configuration: there the rule speaks of `.keras` and HDF5. Before Keras 3.12 an object
that is a default counts only where a call gives one.

## References
https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kerlint.finding import Report, Severity
from kerlint.fixes.configurations import written
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.rules import rule
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.defaults import refuses_defaults
from kerlint.serialization.functional import fills_itself, graph_tensors, is_always_functional
from kerlint.serialization.liveness import RECORDS_DEFAULTS, passed_kind, recorded_kind
from kerlint.serialization.misnaming import misnamed_get_config
from kerlint.serialization.subjects import Subject, subjects
from kerlint.words import CONFIGURED


@rule("KER201", "missing-get-config", severity=Severity.ERROR, probe="serialization", words_reached=CONFIGURED)
def missing_get_config(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        found = lost_arguments(subject, project)
        if found is not None and subject.is_concerned:
            message, severity, about = found
            report = subject.at_class(message, Severity.INFO if subject.is_idle else severity, about)
            yield replace(report, fix=written(subject))


def lost_arguments(subject: Subject, project: Project) -> tuple[str, Severity, list[str]] | None:
    """What happens to the arguments of a class that has no configuration of its own; None when they are kept."""
    contract = subject.contract
    constructor = contract.constructor
    if constructor is None or constructor.index != 0 or misnamed_get_config(contract) is not None:
        return None
    if contract.kind == "sequential":
        return _of_sequential(contract, constructor)
    if not contract.is_automatic:
        return None
    own = own_arguments(contract, constructor)
    if contract.keeps_arguments:
        return _of_layer(contract, constructor, own, project)
    if not own:
        return None
    lost = _Lost(contract, constructor, own)
    about = [parameter.name for parameter in own]
    if contract.knowledge.base_get_config_raises(contract.kind):
        form = contract.saving.removeprefix("saving")
        return (
            f"{contract.name} has no get_config(): saving anything that holds it{form} raises NotImplementedError; "
            f"write one that returns {lost.keys}",
            Severity.ERROR,
            about,
        )
    message, severity = _of_model(lost) if contract.kind == "model" else _of_other(lost)
    return message, severity, about


def own_arguments(contract: Contract, constructor: Constructor) -> list[ir.Parameter]:
    """The parameters that are the class's own and do something."""
    of_base = contract.base_names
    return [p for p in constructor.parameters if p.name not in of_base and constructor.matters(p.name)]


@dataclass(frozen=True, slots=True, eq=False)
class _Lost:
    """A class whose arguments are stored nowhere, with those of them that matter."""

    contract: Contract
    constructor: Constructor
    own: list[ir.Parameter]

    @property
    def name(self) -> str:
        return self.contract.name

    @property
    def stored(self) -> tuple[str, ...]:
        """What the automatic configuration holds."""
        return self.contract.knowledge.automatic_base_keys(self.contract.kind)

    @property
    def required(self) -> list[str]:
        """The parameters without which nothing can be made, whatever they do."""
        return [p.name for p in self.constructor.parameters if p.required and p.name not in self.stored]

    @property
    def refused(self) -> list[str]:
        """What the automatic configuration holds and the constructor does not take."""
        accepted = self.constructor.accepts
        return [key for key in self.stored if accepted is not None and key not in accepted]

    @property
    def keys(self) -> str:
        """What a `get_config` has to add, quoted."""
        tensors = graph_tensors(self.constructor) if self.contract.is_functional else []
        mine = [p.name for p in self.own] + [name for name in self.required if name not in self.contract.base_keys]
        return ", ".join(f'"{p.name}"' for p in self.constructor.parameters if p.name in mine and p.name not in tensors)

    @property
    def advice(self) -> str:
        """What to write so that it comes back."""
        if not self.refused:
            return f"write one that returns {self.keys}"
        return f"take **kwargs, hand them to super().__init__ and write a get_config() that returns {self.keys}"

    @property
    def refusal(self) -> str:
        """Why the constructor raises on what is stored already."""
        return f"__init__ does not take {_quoted(self.refused)}, which {'is' if len(self.refused) == 1 else 'are'} stored"


def _of_layer(
    contract: Contract, constructor: Constructor, own: list[ir.Parameter], project: Project
) -> tuple[str, Severity, list[str]] | None:
    found = _unstorable(contract, constructor, own, project)
    if found is None:
        return None
    about = [f"{found.name}={found.kind}"]
    if contract.kind == "model":
        return (*_of_keras_2_model(_Lost(contract, constructor, own), found), about)
    when = f"when {found.name} is given, " if found.is_optional else ""
    return (
        f"{contract.name} has no get_config() and {found.what_it_is}, which Keras does not store "
        f"by itself: {when}{contract.saving} raises NotImplementedError; write get_config() and from_config()",
        Severity.ERROR,
        about,
    )


@dataclass(frozen=True, slots=True)
class _Unstorable:
    """An argument that is no plain data; `is_optional`: only where it is given, since its default is plain."""

    name: str
    kind: str
    is_optional: bool

    @property
    def what_it_is(self) -> str:
        return f"{self.name} is {'an' if self.kind[0] in 'aeiou' else 'a'} {self.kind}"


def _unstorable(
    contract: Contract, constructor: Constructor, own: list[ir.Parameter], project: Project
) -> _Unstorable | None:
    """The first argument that Keras does not store by itself, one that is always there before one that may be given."""
    optional: _Unstorable | None = None
    for parameter in own:
        if kind := recorded_kind(constructor, parameter):
            is_plain = isinstance(parameter.default, ir.Constant)
            is_recorded = parameter.required or (not is_plain and contract.knowledge.version >= RECORDS_DEFAULTS)
            found = _Unstorable(parameter.name, kind, not is_recorded)
        elif kind := passed_kind(contract.info, constructor, parameter, project):
            is_none = isinstance(parameter.default, ir.Constant) and parameter.default.value is None
            found = _Unstorable(parameter.name, kind, is_none)
        else:
            continue
        if not found.is_optional:
            return found
        optional = optional or found
    return optional


def _of_model(lost: _Lost) -> tuple[str, Severity]:
    """Keras 3 records the arguments of a subclassed Model only to say that it cannot store them; of a functional one not."""
    contract, version = lost.contract, lost.contract.knowledge.version
    stores = f"{lost.name} has no get_config() and Keras 3 stores no arguments of a Model"
    is_graph = contract.is_functional and is_always_functional(lost.constructor)
    fails = "saving passes and loading raises TypeError" if is_graph else "loading raises TypeError"
    if lost.required:
        if not is_graph and version >= RECORDS_DEFAULTS:
            fails = "saving or loading raises" if contract.is_functional else "saving raises"
        if is_graph and (tensors := graph_tensors(lost.constructor)):
            return f"{stores}: {fails} because of {_quoted(lost.required)}; {_instead_of(tensors)}", Severity.ERROR
        return f"{stores}: {fails} because of {_quoted(lost.required)}; {lost.advice}", Severity.ERROR
    if lost.refused:
        return f"{stores}: {fails} because {lost.refusal}; {lost.advice}", Severity.ERROR
    refuses_dtype = not contract.knowledge.functional_takes_any_keyword  # of its own configuration
    if contract.is_functional and refuses_dtype and "dtype" not in lost.constructor.names:
        return f"{stores}: {fails} because a functional model refuses dtype; {lost.advice}, without dtype", Severity.ERROR
    outcome, severity = _with_defaults(contract, lost.constructor, lost.own)
    return f"{stores}: {outcome}; {lost.advice}", severity


def _instead_of(tensors: list[str]) -> str:
    them, are = ("a tensor", "is") if len(tensors) == 1 else ("tensors", "are")
    make = "make the keras.Input in __init__ or the model in a function"
    return f"{_quoted(tensors)} {are} {them}, which no configuration holds: {make}"


def _of_keras_2_model(lost: _Lost, found: _Unstorable) -> tuple[str, Severity]:
    """Keras 2 warns, and then stores none of a Model's arguments instead of raising (measured on 2.15)."""
    stores = f"{lost.name} has no get_config() and {found.what_it_is}, so Keras stores no argument at all"
    if found.is_optional:
        stores += f" when {found.name} is given"
    advice = "write get_config() and from_config()"
    if lost.required:
        return f"{stores}: {lost.contract.loading} raises because {_are(lost.required, 'required')}; {advice}", Severity.ERROR
    outcome, severity = _with_defaults(lost.contract, lost.constructor, lost.own)
    return f"{stores}: {outcome}; {advice}", severity


def _of_other(lost: _Lost) -> tuple[str, Severity]:
    """Losses, metrics, initializers and constraints."""
    lacks = f"{lost.name} has no get_config()"
    if lost.required:
        return f"{lacks}: loading raises because {_are(lost.required, 'required and not stored')}; {lost.advice}", Severity.ERROR
    if lost.refused:
        return f"{lacks}: loading raises TypeError because {lost.refusal}; {lost.advice}", Severity.ERROR
    outcome, severity = _with_defaults(lost.contract, lost.constructor, lost.own)
    return f"{lacks}: {outcome}; {lost.advice}", severity


def _of_sequential(contract: Contract, constructor: Constructor) -> tuple[str, Severity, list[str]] | None:
    """A Sequential is restored by `cls(name=…)`, which is then given the stored layers one by one."""
    if not contract.lineage.is_known or contract.get_config is not None or not contract.restoration.by_keras:
        return None
    own = [p for p in constructor.parameters if p.name not in ("layers", "name", "trainable")]
    if not own or "layers" in constructor.names:
        return None
    about = [p.name for p in own]
    is_one = f"{contract.name} is a Sequential with its own constructor"
    advice = "write get_config() and from_config()"
    required = [p.name for p in constructor.parameters if p.required and p.name != "name"]
    if required:
        return f"{is_one}: {contract.loading} raises TypeError because of {_quoted(required)}; {advice}", Severity.ERROR, about
    if constructor.accepts is not None and "name" not in constructor.accepts:
        lost = f"__init__ does not take name, and {_quoted(about)} {'is' if len(about) == 1 else 'are'} not stored"
        return f"{is_one}: {contract.loading} raises TypeError because {lost}; {advice}", Severity.ERROR, about
    if fills_itself(constructor):
        return (
            f"{is_one}: {contract.loading} raises ValueError because it adds the stored layers to those that __init__ made from "
            f"{_quoted(about)}; {advice}",
            Severity.ERROR,
            about,
        )
    kept = [p for p in own if constructor.matters(p.name)]
    if not kept:
        return None
    outcome, severity = _with_defaults(contract, constructor, kept)
    return f"{is_one}: {outcome}; {advice}", severity, about


def _with_defaults(contract: Contract, constructor: Constructor, parameters: list[ir.Parameter]) -> tuple[str, Severity]:
    """What comes of a class that is made with its defaults: an error where it refuses them, and else mostly silence."""
    names, are_one = _quoted([p.name for p in parameters]), len(parameters) == 1
    if refuses_defaults(constructor, contract.base_names):
        their = "its default" if are_one else "their defaults"
        return f"{contract.loading} raises because {names} would have {their}, which __init__ refuses", Severity.ERROR
    silently = "" if any(isinstance(node, ir.Raise) for node in walk(constructor.function.body)) else "silently "
    back = "falls back to its default" if are_one else "fall back to their defaults"
    return f"{names} {silently}{back} on load", Severity.WARNING


def _are(names: list[str], what: str) -> str:
    return f"{_quoted(names)} {'is' if len(names) == 1 else 'are'} {what}"


def _quoted(names: list[str]) -> str:
    return ", ".join(names)
