"""KER910 unused-suppression.

## What it does
Reports a code of kerlint in a `# noqa` or `# kerlint: noqa` comment that silences nothing, although the rule was
run. Codes of other tools and a bare `# noqa` are never reported: others may need them. Nor is a code whose rule is
not selected or does not hold for the target version.

## Why is this bad?
The comment claims a defect that is not there, and will hide the next real one on its line.

## Example
    import keras
    from keras import layers

    inputs = keras.Input((32,))
    outputs = layers.Dense(8)(inputs)  # noqa: KER101

## Use instead
    import keras
    from keras import layers

    inputs = keras.Input((32,))
    outputs = layers.Dense(8)(inputs)

## Fix
Takes the code out of the comment, and the comment with it when it says nothing else. Safe.

## Keras versions
All.

## References
ruff's RUF100 is the same idea for ruff's codes.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER910", "unused-suppression", severity=Severity.WARNING, documentation=__doc__)
