"""KER508 build-reads-shape-as-tuple.

## What it does
Reports `build()` that adds a tuple to the input shape or to a part of it, in a class that Keras may load from a file. For
Keras 2, `build()` that asks the shape for `as_list()` as well.

## Why is this bad?
A functional or Sequential `.keras` file stores the shape as JSON and hands it back to `build()` as a list:
`list + tuple` raises, and the file that was saved without a word cannot be loaded. For a subclass of Model Keras 3
swallows the exception, and the model comes back with random weights.

## Example
    import keras

    class Scale(keras.layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=input_shape[1:] + (1,), name="scale")

        def call(self, inputs):
            return inputs[..., None] * self.scale

## Use instead
    import keras

    class Scale(keras.layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(*input_shape[1:], 1), name="scale")

        def call(self, inputs):
            return inputs[..., None] * self.scale

## Keras versions
All, for `.keras` files; `as_list()` on Keras 2 (on Keras 3 a shape is a tuple already, and the first call raises). A layer
that another class makes for itself is built by being called and gets a tuple.

## References
Measured on 2.15 and every 3.x tried: TypeError, can only concatenate list (not "tuple") to list; on 2.15 AttributeError, 'list'
object has no attribute 'as_list'.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.building.shapes import list_requests, tuple_sums
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics.classes import ClassInfo
from kerlint.serialization.subjects import Subject, subjects


@rule("KER508", "build-reads-shape-as-tuple", severity=Severity.ERROR, probe="serialization", words=("def build",))
def build_reads_shape_as_tuple(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        info = subject.contract.info
        build = info.facts.methods.get("build")
        if build is None or not is_built_from_file(info):
            continue
        for place in tuple_sums(build):
            if not subject.is_concerned:
                break
            yield Report(module.span(place), what_happens(subject), severity_of(subject))
        for place in list_requests(build) if module.target.major < 3 else ():
            if not subject.is_concerned:
                break
            what = f"a .keras file hands build() of {info.name} the shape as a list, which has no as_list(): loading raises"
            yield Report(module.span(place), f"{what}; write list(shape)")


def is_built_from_file(info: ClassInfo) -> bool:
    """Whether a file's shape is handed to the `build` of the class."""
    own = ("build_from_config", "get_build_config")
    return info.kind in ("layer", "model") and all(info.find_method(name) is None for name in own)


def is_swallowed(subject: Subject) -> bool:
    """Whether Keras goes on when `build` raises: it does for models, from 3.0 on."""
    return subject.contract.info.kind == "model" and subject.module.target.major >= 3


def what_happens(subject: Subject) -> str:
    """What loading does, in one line."""
    name = subject.contract.name
    if is_swallowed(subject):
        return (
            f"a .keras file hands build() of {name} the shape as a list, and list + tuple fails silently: the model is loaded "
            "with random weights; write tuple(shape)"
        )
    return f"a .keras file hands build() of {name} the shape as a list, and list + tuple raises on load; write tuple(shape)"


def severity_of(subject: Subject) -> Severity:
    """An exception is an error, a silent loss a warning."""
    return Severity.WARNING if is_swallowed(subject) else Severity.ERROR
