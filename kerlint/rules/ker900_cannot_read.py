"""KER900 cannot-read.

## What it does
Reports a file whose text cannot be read: no permission, a link that leads nowhere or in a circle, bytes that are
not in the declared encoding, a NUL byte, a notebook whose JSON is broken.

## Why is this bad?
Nothing in the file was checked. Python, Jupyter or Keras will most likely fail on it too.

## Example
    # -*- coding: utf-9 -*-

## Use instead
    # -*- coding: utf-8 -*-

## Keras versions
All: this is about the file, not about Keras.

## References
PEP 263 (source encodings). A path on the command line that does not exist is told on standard error, with exit code
2.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER900", "cannot-read", severity=Severity.ERROR, documentation=__doc__)
