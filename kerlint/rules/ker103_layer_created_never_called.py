"""KER103 layer-created-never-called.

## What it does
Reports the second call of a layer when another one, created beside it, of the same class and numbered in the same way, is
never used: `region_conv2` is called twice, `region_conv3` never.

## Why is this bad?
It is what a copied line leaves behind. The two places share one set of weights without a word, and the layer that was
meant for the second place is not trained; its weights are not even created.

## Example
    import keras
    from keras import layers

    class Proposals(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.region_conv1 = layers.Conv2D(64, 3)
            self.region_conv2 = layers.Conv2D(64, 3)
            self.region_conv3 = layers.Conv2D(64, 3)

        def call(self, images):
            x = self.region_conv1(images)
            y = self.region_conv2(x)
            return self.region_conv2(y)     # self.region_conv3 is never called

## Use instead
    import keras
    from keras import layers

    class Proposals(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.region_conv1 = layers.Conv2D(64, 3)
            self.region_conv2 = layers.Conv2D(64, 3)
            self.region_conv3 = layers.Conv2D(64, 3)

        def call(self, images):
            x = self.region_conv1(images)
            y = self.region_conv2(x)
            return self.region_conv3(y)

Where sharing is meant, do not create the other layer.

## Keras versions
All.

## References
Found in a published package: one of three convolutions of a region proposal network was never called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.execution.running import ClassRun
from kerlint.execution.values import Instance
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.passes import Reuse, is_forward_pass, reuses
from kerlint.reuse.states import keeps_statistics, keras_base
from kerlint.reuse.wording import callee, first_use
from kerlint.rules import rule
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk
from kerlint.words import LAYERS

_NUMBERED = re.compile(r"(.*?)_?(\d+|[a-z])$")
_FINDS_BY_NAME = re.compile(r"\b(getattr|vars|__dict__|__getattribute__|attrgetter)\b")


@rule("KER103", "layer-created-never-called", severity=Severity.WARNING, probe="reuse", words_reached=LAYERS)
def layer_created_never_called(module: Module, project: Project) -> Iterator[Report]:
    twice = {reuse.node: reuse for reuse in reuses(module) if reuse.module is module and _is_plain(reuse)}
    if not twice or _FINDS_BY_NAME.search(module.text):
        return
    for run in module.class_runs:
        attributes = _layers_of(run)
        for reuse in list(twice.values()):
            name = next((n for n, layer in attributes.items() if layer is reuse.instance), None)
            unused = _unused_twin(name, run.info.name, attributes, module, project) if name is not None else None
            if unused is not None:
                del twice[reuse.node]
                written = callee(module, reuse.node) or f"self.{name}"
                yield Report(
                    module.span(reuse.node),
                    f"`{written}` is called a second time and `self.{unused}`, created beside it, never: "
                    f"both places share one set of weights; call `self.{unused}` here or remove it",
                    related=first_use(reuse),
                )


def _is_plain(reuse: Reuse) -> bool:
    """Whether the class itself calls the layer at two places, and the layer has weights and keeps nothing else."""
    base = keras_base(reuse.instance)
    return (
        is_forward_pass(reuse.trace)
        and reuse.is_direct
        and not reuse.is_repeated
        and base is not None
        and base.has_trainable_weights
        and not keeps_statistics(reuse.instance)
    )


def _layers_of(run: ClassRun) -> dict[str, Instance]:
    """The layers of Keras that the constructor or `build` stores, each under one name and without conditions."""
    found: dict[str, Instance] = {}
    for name, slot in run.instance.attributes.items() if run.instance is not None else ():
        if len(slot.entries) == 1 and isinstance(slot.entries[0][1], Instance) and slot.entries[0][1].info is None:
            found[name] = slot.entries[0][1]
    return found


def _unused_twin(name: str, owner: str, attributes: dict[str, Instance], module: Module, project: Project) -> str | None:
    stem = _NUMBERED.match(name)
    for other, layer in attributes.items():
        numbered = _NUMBERED.match(other)
        if (
            other != name
            and stem is not None
            and numbered is not None
            and numbered[1] == stem[1]
            and layer.class_name == attributes[name].class_name
            and _is_written_once(other, module)
            and not any(_reads(file, other, owner) for file in _files_naming(other, module, project))
        ):
            return other
    return None


def _files_naming(name: str, module: Module, project: Project) -> Iterator[Module]:
    """The other files whose text holds the name: an object may be handed to code that does not import its class."""
    for path in project.layout.files_holding(module.path, name):
        other = project.load(path) if path != module.path else None
        if other is not None:
            yield other


def _is_written_once(name: str, module: Module) -> bool:
    """Whether the code of the file names the attribute only where it is stored."""
    found = 0
    for node in walk(module.facts.body):
        match node:
            case ir.Attribute(name=used) | ir.Name(id=used):
                found += used == name
            case ir.Constant(value=str() as text):
                found += 2 * (text == name)
    return found == 1


def _reads(file: Module, name: str, owner: str) -> bool:
    """Whether another file reads the attribute of some object, or knows the class and the attribute."""
    text = file.text
    if re.search(rf"(?<!\bself)\.{re.escape(name)}\b", text):
        return True
    return bool(re.search(rf"(\.|import\b.*\W){re.escape(owner)}\b", text))
