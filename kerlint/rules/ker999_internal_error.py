"""KER999 internal-error.

## What it does
Says that a part of kerlint failed on a file. The other rules and the other files were still checked; the exit code
is 2.

## Why is this bad?
It is a mistake in kerlint, not in the program. What that part would have found is missing.

## Example
Any program may uncover one.

## Use instead
Report it with the message, which names the rule and the place; `--ignore` the rule until it is mended.

## Keras versions
All.

## References
It cannot be ignored or suppressed.
"""

from kerlint.finding import Severity
from kerlint.rules import own_code

own_code("KER999", "internal-error", severity=Severity.ERROR, documentation=__doc__)
