"""What findings learn from earlier ones of the same subject: the attempts that failed, kept by the worker from child to child.

An attempt depends on its class, its slice and its probe alone, so that remembering changes no verdict; findings of one
subject run one after the other, so that it saves work. Plain data; knows nothing of Keras.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

_SHARED = frozenset(("serialization",))
"""Probes all of whose rules put inputs to the test in the same way."""


def key_of(request: Mapping[str, Any]) -> str | None:
    """The subject of a request with the kind of its attempts; None where nothing is remembered."""
    subject = request["subject"]
    if subject.get("kind") != "class":
        return None
    texts = hashlib.sha256("\0".join(f"{module['path']}\0{module['text']}" for module in request["modules"]).encode()).hexdigest()
    kind = request["probe"] if request["probe"] in _SHARED else f"{request['probe']} {request['code']}"
    return f"{subject['module']} {subject['name']} {kind} {texts}"


class Memory:
    """The failed attempts of each subject."""

    def __init__(self) -> None:
        self._failures: dict[str, dict[str, Any]] = {}

    def told_to(self, argument: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        """A stage's argument whose request holds what is known of its subject."""
        if key not in self._failures or "request" not in argument:
            return dict(argument)
        return {**argument, "request": {**argument["request"], "known": self._failures[key]}}

    def taken_from(self, value: Any, key: str | None) -> Any:
        """A stage's value without what it learnt, which is kept."""
        if not isinstance(value, dict) or "learnt" not in value:
            return value
        rest = dict(value)
        learnt = rest.pop("learnt")
        if key is not None:
            self._failures.setdefault(key, {}).update(learnt)
        return rest
