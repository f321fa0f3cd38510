"""KER101 stateful-layer-reuse.

## What it does
Reports a layer that keeps statistics of its inputs, such as BatchNormalization, and is called twice in one pass on
different tensors: at two places, by a loop, through a helper or block that is called twice, or because one object was
handed to several blocks or stands in two `Sequential`s. It also reports stateful recurrent layers and custom layers that
assign non-trainable weights from their inputs.

## Why is this bad?
There is one set of moving statistics. In training each call normalises with the statistics of its own batch; in inference
all of them use a mixture that fits none. Nothing raises, and the evaluation loss is several times the training loss. Where
the numbers of channels differ, the second call raises. A stateful recurrent layer begins its second call with
the state that the first one left.

One whole tower applied to two inputs of one kind (siamese networks, a discriminator on real and made images) is a known
design: an info, off by default.

## Example
    import keras
    from keras import layers

    class Extractor(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.narrow = layers.Conv2D(6, 4)
            self.wide = layers.Conv2D(16, 4)
            self.norm = layers.BatchNormalization()

        def call(self, images, training=False):
            x = self.norm(self.narrow(images), training=training)       # 6 channels
            return self.norm(self.wide(x), training=training)           # 16 channels: raises; 6: mixes

## Use instead
    import keras
    from keras import layers

    class Extractor(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.narrow = layers.Conv2D(6, 4)
            self.wide = layers.Conv2D(16, 4)
            self.norm1 = layers.BatchNormalization()
            self.norm2 = layers.BatchNormalization()

        def call(self, images, training=False):
            x = self.norm1(self.narrow(images), training=training)
            return self.norm2(self.wide(x), training=training)

## Keras versions
All.

## References
Measured on Keras 2.15 to 3.15: outputs of training and inference differ by 2.9 on two distributions, and the evaluation
loss of a small network is 3 to 12 times its training loss. https://github.com/keras-team/keras/issues/11927
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.choosing import first_of_each
from kerlint.reuse.judging import Mixing, mixing
from kerlint.reuse.passes import Reuse, reuses
from kerlint.reuse.states import Kind, keeps_statistics
from kerlint.reuse.widths import is_expected_to_fail, mismatch
from kerlint.reuse.wording import class_name, first_use, subject, times
from kerlint.rules import rule
from kerlint.words import LAYERS


@rule("KER101", "stateful-layer-reuse", severity=Severity.WARNING, probe="reuse", words_reached=LAYERS)
def stateful_layer_reuse(module: Module, project: Project) -> Iterator[Report]:
    judged = ((reuse, _judged(reuse, project)) for reuse in reuses(module) if reuse.module is module)
    yield from first_of_each((reuse, report) for reuse, report in judged if report is not None)


def _judged(reuse: Reuse, project: Project) -> Report | None:
    span = reuse.module.span(reuse.node)
    sizes = mismatch(reuse) if keeps_statistics(reuse.instance) else None
    if sizes is not None:
        if is_expected_to_fail(reuse):
            return None
        message = f"{subject(reuse)} is called on {sizes}: the second call raises; create a layer for each"
        return Report(span, message, Severity.ERROR, first_use(reuse))
    found = mixing(reuse, project)
    if found is None or is_expected_to_fail(reuse):
        return None
    severity = Severity.INFO if found.is_by_design else Severity.WARNING
    return Report(span, _message(reuse, found), severity, first_use(reuse))


def _message(reuse: Reuse, found: Mixing) -> str:
    what = subject(reuse)
    keeper = found.state.keeper
    kept = found.state.kind.value
    if keeper is not reuse.instance:
        kept += f" in its {keeper.class_name.rpartition('.')[2]}"
    match found.state.kind:
        case Kind.STATISTICS if found.is_by_design:
            return f"{what} is shared by parallel inputs: its {kept} are a mixture where their distributions differ"
        case Kind.STATISTICS:
            return (
                f"{what} is called {times(reuse)} on different tensors: its {kept} mix them, "
                "and inference differs from training; create a layer for each"
            )
        case Kind.CARRIED:
            return f"{what} is stateful and called {times(reuse)} in one pass: each call begins with the state of the one before"
        case Kind.ITERATION:
            return f"{what} is called {times(reuse)} in one pass: its state, a power iteration, moves on at each call"
    return f"{what} is called {times(reuse)} on different tensors: the state that {class_name(reuse)} assigns mixes them"
