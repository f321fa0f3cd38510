"""KER902 gave-up.

## What it does
Says that a file was not followed, because reading it would take for ever: an expression of more than 2000 calls and
attributes in a row.

## Why is this bad?
It is no defect of the program, but nothing in this file was checked.

## Example
An expression that a generator wrote: `builder.add(…).add(…).add(…)`, thousands of times.

## Use instead
Statements, or exclude the file.

## Keras versions
All.

## References
libcst's parser takes a time that grows with the square of the length of such a chain: about 3 seconds at 2000 links, 20 at 6000.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER902", "gave-up", severity=Severity.WARNING, documentation=__doc__)
