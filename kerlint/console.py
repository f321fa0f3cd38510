"""What kerlint says: findings, and nothing else, on standard output; what is said about the run on standard error."""

from __future__ import annotations

import sys

OK, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
"""The exit codes."""


def say(message: str) -> None:
    """Says one line about the run."""
    print(f"kerlint: {message}", file=sys.stderr)


def silent(message: str) -> None:
    """Says nothing."""


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def write(text: str) -> None:
    """Prints a text; a file name that is no valid text is shown with escapes, where it would end the program."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
