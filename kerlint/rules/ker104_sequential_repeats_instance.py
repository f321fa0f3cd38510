"""KER104 sequential-repeats-instance.

## What it does
Reports a `Sequential` in which one layer object stands more than once: named twice in the list, `[layer] * n`, added twice
or in a loop.

## Why is this bad?
Keras takes it and computes what is written. But the configuration that a file holds names each layer, and the second
occurrence is gone after loading, in every version and without a word, for layers with and without weights. With an HDF5
file Keras 3 raises while saving. On Keras 2 a `Sequential` without an input shape leaves the later occurrences out from the
beginning.

Where the program never saves the model, and where a subclassed model makes the `Sequential` again in its constructor, it is
no loss: an info, off by default, or nothing.

## Example
    import keras
    from keras import layers

    relu = layers.ReLU()
    model = keras.Sequential([layers.Dense(32), relu, layers.Dense(32), relu])
    model.save("model.keras")           # comes back with one relu

## Use instead
    import keras
    from keras import layers

    model = keras.Sequential([layers.Dense(32), layers.ReLU(), layers.Dense(32), layers.ReLU()])
    model.save("model.keras")

## Keras versions
All.

## References
Measured on 17 versions: outputs differ by 1.9 to 5.2 after loading. Dropout twice is harmless.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.repetition import Repetition, repetitions
from kerlint.reuse.wording import written
from kerlint.rules import rule


@rule("KER104", "sequential-repeats-instance", severity=Severity.WARNING, probe="reuse", words_reached=("Sequential",))
def sequential_repeats_instance(module: Module, project: Project) -> Iterator[Report]:
    for found in repetitions(module, project):
        consequence = _consequence(module, found)
        if consequence is None:
            continue
        message, severity = consequence
        name = written(module, found.element) if found.element is not None else None
        what = f"`{name}`" if name is not None else f"one {found.layer.class_name.rpartition('.')[2]} object"
        yield Report(
            module.span(found.node),
            f"{what} stands {found.times} in one Sequential: {message}; create a layer for each place",
            severity,
        )


def _consequence(module: Module, found: Repetition) -> tuple[str, Severity] | None:
    if module.target.major == 2 and not found.has_input:
        return "without an input shape Keras 2 leaves out every occurrence but the first", Severity.WARNING
    if found.is_private:
        return None
    if found.is_saved_as_hdf5 and module.target.major == 3:
        return "saving to HDF5 raises", Severity.ERROR
    lost = "a saved model loses every occurrence but the first when it is loaded"
    return lost, Severity.WARNING if found.is_saved else Severity.INFO
