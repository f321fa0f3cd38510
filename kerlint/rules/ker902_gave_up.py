"""KER902 gave-up.

## What it does
Says that an analysis of one function stopped at its budget, because its paths or its data grow beyond what can be
followed.

## Why is this bad?
It is no defect of the program. What is reported elsewhere in the file holds; in that function a defect may have
been missed.

## Example
    A generated `call` of several thousand branches.

## Use instead
    Split the function, or accept that it is not judged.

## Keras versions
All.

## References
Shown only where it is selected by its code.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER902", "gave-up", severity=Severity.INFO, documentation=__doc__)
