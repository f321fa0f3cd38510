"""What is known of the terminal that an output goes to, if it goes to one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

COLOURS = {
    "bold": "\x1b[1m", "black": "\x1b[30m", "red": "\x1b[31m", "green": "\x1b[32m", "yellow": "\x1b[33m", "blue": "\x1b[34m",
    "magenta": "\x1b[35m", "cyan": "\x1b[36m", "white": "\x1b[37m", "reset": "\x1b[m",
}  # fmt: skip
"""ANSI sequences by the names that flake8's templates have for them."""


def wants_colour(output: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether colours are wanted: as NO_COLOR and FORCE_COLOR say, else on a terminal that is not dumb."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return output.isatty() and environment.get("TERM") != "dumb"


def width_of(output: TextIO) -> int | None:
    """The columns of a terminal; None for what is none."""
    if not output.isatty():
        return None
    try:
        return os.get_terminal_size(output.fileno()).columns or None
    except (OSError, ValueError):
        return None
