"""What stands in for a name that the slice could not bind: a module that is not installed, a statement that failed.

It may be passed about and read from, so that an import which only touches unused names spoils nothing. Using it in
earnest raises `Needs`, which says what was missing. Knows nothing of Keras.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn


class Needs(Exception):
    """Something that the program needs is not there; the text completes the sentence "needs …"."""


class Unavailable:
    """A name without a value. `reason` completes "needs …"."""

    def __init__(self, name: str, reason: str) -> None:
        self.__dict__["_kerlint_name"] = name
        self.__dict__["_kerlint_reason"] = reason

    def __getattr__(self, name: str) -> Unavailable:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        known = self.__dict__
        return Unavailable(f"{known['_kerlint_name']}.{name}", known["_kerlint_reason"])

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise Needs(self.__dict__["_kerlint_reason"])

    __call__ = __mro_entries__ = __iter__ = __len__ = __getitem__ = __setitem__ = __contains__ = __bool__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __neg__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = __index__ = __enter__ = __fspath__ = __matmul__ = _refuse

    def __or__(self, other: object) -> Any:
        return self  # an annotation such as `Missing | None`

    __ror__ = __or__

    def __repr__(self) -> str:
        return "<{_kerlint_name}: needs {_kerlint_reason}>".format(**self.__dict__)


def find_needs(error: BaseException | None) -> str | None:
    """What was missing, when that is what lies behind an error."""
    seen = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, Needs):
            return _bare(str(error))
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def _bare(text: str) -> str:
    """What is needed, without the story that TensorFlow and Keras tell round it."""
    inner = re.sub(r"\x1b\[[0-9;]*m", "", text).rsplit("Needs: ", 1)[-1]
    lines = [line.strip() for line in inner.splitlines() if line.strip() and "Exception encountered when calling" not in line]
    return lines[0] if lines else inner.strip()
