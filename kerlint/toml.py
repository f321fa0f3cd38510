"""Turns TOML text into a table, with the reader that the running Python offers.

Knows nothing of what the table means.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping


class InvalidToml(ValueError):
    """The text is no TOML; says where."""


def parse_toml(text: str) -> Mapping[str, object]:
    """A TOML document. Raises InvalidToml with the place of the mistake."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidToml(f"no TOML: {error}") from error
