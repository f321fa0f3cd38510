"""Makes HTML of texts: what comes from files, names and messages is escaped where it enters, and nowhere else.

The result is plain ASCII, so that a page is the same whatever encoding it is written in. Knows nothing of findings.
"""

from __future__ import annotations

import re

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What HTML does not allow, and what turns the direction of the text that follows: a reader has to see that it is there."""
_VOID = frozenset(("br", "col", "hr", "input", "link", "meta"))
_BACKTICKS = re.compile(r"`([^`]+)`")


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


Child = Markup | str | int | None


def text(value: object) -> Markup:
    """A text as HTML shows it; `Markup` stays what it is."""
    if isinstance(value, Markup):
        return value
    plain = _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", str(value))
    return Markup(plain.translate(_MARKUP).encode("ascii", "xmlcharrefreplace").decode("ascii"))


def element(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element. `class_` is `class` and `data_code` is `data-code`; an attribute that is None or False is left out."""
    words = [name]
    for key, value in attributes.items():
        label = key.rstrip("_").replace("_", "-")
        if value is True:
            words.append(label)
        elif value is not None and value is not False:
            words.append(f'{label}="{text(value)}"')
    opened = f"<{' '.join(words)}>"
    return Markup(opened if name in _VOID else f"{opened}{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Several pieces, one behind the other; None is nothing."""
    return Markup("".join(text(child) for child in children if child is not None))


def with_code(message: str) -> Markup:
    """A message with what stands between backticks as code."""
    parts = _BACKTICKS.split(message)
    return joined(*(element("code", part) if place % 2 else part for place, part in enumerate(parts)))
