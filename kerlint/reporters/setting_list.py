"""The settings that a configuration may hold, each with its meaning, as `kerlint config` prints them."""

from __future__ import annotations

from kerlint.keys import KEYS
from kerlint.options import InvalidOption


def as_list(key: str | None) -> str:
    """A line a setting, or one alone. Raises InvalidOption for a key that does not exist."""
    meanings = {row.name: row.meaning for row in KEYS}
    if key is None:
        width = max(map(len, meanings))
        return "".join(f"{name:<{width}}  {meaning}\n" for name, meaning in meanings.items())
    if key not in meanings:
        raise InvalidOption(f"{key!r} is no setting; they are {', '.join(sorted(meanings))}")
    return f"{key}\n  {meanings[key]}\n"
