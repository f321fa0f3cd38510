"""The settings that a configuration may hold, as `kerlint config` prints them: a line each, or all that is known of one."""

from __future__ import annotations

from kerlint.keys import Key, default_of, every_key, option_of
from kerlint.options import InvalidOption


def as_list(wanted: str | None) -> str:
    """A line a setting, those of a table with its name before them; or one alone. Raises InvalidOption for a name of none."""
    keys = dict(every_key())
    if wanted is None:
        width = max(map(len, keys))
        return "".join(f"{name:<{width}}  {key.meaning}\n" for name, key in keys.items())
    if wanted not in keys:
        raise InvalidOption(f"{wanted!r} is no setting; they are {', '.join(sorted(keys))}")
    rows = _rows(wanted, keys[wanted])
    return f"{wanted}\n  {keys[wanted].meaning}\n" + "".join(f"  {title}: {text}\n" for title, text in rows)


def _rows(name: str, key: Key) -> list[tuple[str, str]]:
    rows = [
        ("value", f"table with the keys {', '.join(inner.name for inner in key.keys)}" if key.keys else key.values),
        ("default", default_of(key)),
        ("option", option_of(name, key)),
        ("example", key.example),
    ]
    return [(title, text) for title, text in rows if text]
