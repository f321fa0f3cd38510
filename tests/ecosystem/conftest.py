"""Sightings and labels to build tests of, short to write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.ecosystem.baseline import Sighting
from benchmarks.ecosystem.labels import Judgement, Judgements, Label

MAJORS = {("alpha", "1.0"): 3, ("beta", "2.0"): 2}


@pytest.fixture
def seen() -> Callable[..., Sighting]:
    """A sighting in alpha 1.0, at line 1 unless told."""

    def make(
        line: int = 1,
        code: str = "KER202",
        message: str = "said",
        *,
        name: str = "alpha",
        path: str = "a.py",
        cell: int | None = None,
        column: int = 5,
        is_info: bool = False,
    ) -> Sighting:
        version = {"alpha": "1.0", "beta": "2.0"}[name]
        return Sighting(name, version, path, cell, line, column, code, message, is_info)

    return make


@pytest.fixture
def judged() -> Callable[..., Judgements]:
    """The judgements of sightings; each stands at the place of its sighting and holds for every Keras."""

    def make(*pairs: tuple[Sighting, str], keras: tuple[int, ...] = (2, 3)) -> Judgements:
        labels = [
            Label(*sighting.place[:5], None, sighting.code, Judgement(label), keras, "because") for sighting, label in pairs
        ]
        return Judgements(labels, MAJORS)

    return make
