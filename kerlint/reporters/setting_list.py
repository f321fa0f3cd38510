"""The settings that a configuration may hold, each with its meaning, as `kerlint config` prints them."""

from __future__ import annotations

from kerlint.arguments import helps
from kerlint.options import KEYS, InvalidOption

_CONFIRM = "a table: how findings are confirmed (python, seconds, memory, jobs, hints)"


def as_list(key: str | None) -> str:
    """A line a setting, or one alone. Raises InvalidOption for a key that does not exist."""
    meanings = {**helps(), "confirm": _CONFIRM}
    if key is None:
        width = max(len(name) for name in KEYS)
        return "".join(f"{name:<{width}}  {meanings[name]}\n" for name in KEYS)
    if key not in KEYS:
        raise InvalidOption(f"{key!r} is no setting; they are {', '.join(sorted(KEYS))}")
    return f"{key}\n  {meanings[key]}\n"
