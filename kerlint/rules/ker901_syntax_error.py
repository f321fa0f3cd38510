"""KER901 syntax-error.

## What it does
Reports where a program stops being Python. In a notebook each broken cell is reported and the other cells are still
checked. Only files that may concern Keras, and one of the selected rules, are parsed at all.

## Why is this bad?
Nothing in the file, or in the cell, was checked.

## Example
    model = keras.Sequential([layers.Dense(1)

## Use instead
    model = keras.Sequential([layers.Dense(1)])

## Keras versions
All: this is about the file, not about Keras.

## References
The position is the one that Python itself gives.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER901", "syntax-error", severity=Severity.ERROR, documentation=__doc__)
