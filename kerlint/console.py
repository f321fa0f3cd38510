"""What kerlint says: findings, and nothing else, on standard output; what is said about the run on standard error."""

from __future__ import annotations

import sys
from contextlib import suppress

from kerlint.options import InvalidOption

OK, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
"""The exit codes."""


def say(message: str) -> None:
    """Says one line about the run; where nobody can be told, nothing is lost but that."""
    with suppress(OSError):
        print(f"kerlint: {message}", file=sys.stderr)


def silent(message: str) -> None:
    """Says nothing."""


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def write(text: str) -> None:
    """Prints a text; a file name that is no valid text is shown with escapes, where it would end the program.

    Raises BrokenPipeError where the reader is gone, and InvalidOption for an output that takes no more.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InvalidOption(f"standard output: {(error.strerror or str(error)).lower()}") from error
