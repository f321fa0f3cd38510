"""KER911 invalid-suppression.

## What it does
Reports a comment that is meant to silence kerlint and does not: a code that does not exist, a `# kerlint: noqa`
that is misspelt or that stands behind code.

## Why is this bad?
Whoever wrote it believes that something is silenced.

## Example
    # kerlint: noqa KER306
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("model.h5")
    model.save("model")  # noqa: KER3O1

## Use instead
    # kerlint: noqa: KER306
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("model.h5")
    model.save("model")  # noqa: KER301

## Keras versions
All.

## References
The spellings that count are listed in docs/configuration.md.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER911", "invalid-suppression", severity=Severity.WARNING, documentation=__doc__)
