"""What is answered from a folder's list is what the system says, and what changes it later is noticed."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kerlint import disk
from kerlint.cache.seen import renewed

if TYPE_CHECKING:
    from kerlint.cache.seen import Seen

PLACES = [
    "a.py", "b.py", "pkg", "pkg/__init__.py", "pkg/c.py", "new", "new/__init__.py", "new.py", ".git", "__pycache__", "link",
    "link/c.py", "file_link.py", "gone.py", "a.py/within", "pkg/.", "pkg/..", "new/deep/er.py",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "here"
    (here / "pkg").mkdir(parents=True)
    for name in ("a.py", "pkg/__init__.py", "pkg/c.py", "../elsewhere.py"):
        (here / name).write_text("x = 1\n")
    (here / "link").symlink_to("pkg")
    (here / "file_link.py").symlink_to("../elsewhere.py")
    (here / "gone.py").symlink_to("nowhere")
    return here


def answers(folder: Path) -> list[tuple[str, bool, bool, bool]]:
    paths = [f"{folder}/{place}" for place in PLACES]
    return [(path, disk.is_file(path), disk.is_folder(path), disk.exists(path)) for path in paths]


def listed(folder: Path, chance: random.Random) -> list[tuple[str, bool, bool, bool]]:
    """The answers after some of the folders were listed."""
    for place in (folder, folder / "pkg", folder / "link"):
        if chance.random() < 0.7:
            disk.entries(place)
    return answers(folder)


def test_a_list_says_what_the_system_says(folder: Path) -> None:
    plain = answers(folder)
    assert plain == [(path, os.path.isfile(path), os.path.isdir(path), os.path.exists(path)) for path, *_ in plain]
    for seed in range(8):
        with disk.listings_kept():
            assert listed(folder, random.Random(seed)) == plain
        with disk.observed(), disk.listings_kept():
            assert listed(folder, random.Random(seed)) == plain


def test_a_list_is_for_one_run(folder: Path) -> None:
    with disk.listings_kept():
        disk.entries(folder)
        (folder / "new.py").touch()
        assert not disk.is_file(folder / "new.py")
    with disk.listings_kept():
        disk.entries(folder)
        assert disk.is_file(folder / "new.py")


def test_a_list_that_nobody_saw_tells_an_observer_nothing(folder: Path) -> None:
    with disk.listings_kept():
        disk.entries(folder)
        with disk.observed() as observations:
            assert not disk.is_file(folder / "new.py")
    (folder / "new.py").touch()
    assert not all(renewed(one, time.time_ns()) for one in observations)


def test_whoever_observes_later_is_told_of_the_list(folder: Path) -> None:
    with disk.observed(), disk.listings_kept():
        disk.entries(folder)
        with disk.observed() as later:
            assert not disk.is_file(folder / "new.py")
    (folder / "new.py").touch()
    assert not all(renewed(one, time.time_ns()) for one in later)


def changes(folder: Path) -> list[Callable[[], object]]:
    return [
        (folder / "new.py").touch,
        (folder / "b.py").mkdir,
        (folder / "new").mkdir,
        (folder / ".git").mkdir,
        (folder / "__pycache__").mkdir,
        lambda: (folder / "a.py").unlink(),
        lambda: ((folder / "a.py").unlink(), (folder / "a.py").mkdir()),
        lambda: shutil.rmtree(folder / "pkg"),
        lambda: (folder / "pkg/c.py").unlink(),
        lambda: (folder / "../elsewhere.py").unlink(),
        lambda: (folder / "nowhere").touch(),
        lambda: ((folder / "link").unlink(), (folder / "link").symlink_to("nowhere")),
        lambda: ((folder / "new/deep").mkdir(parents=True), (folder / "new/deep/er.py").touch()),
        lambda: (folder / "a.py").write_text("y = 2\n"),
    ]


def holds(seen: list[Seen]) -> bool:
    return all(renewed(one, time.time_ns()) is not None for one in seen)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("number", range(14))
def test_what_changes_an_answer_is_noticed(number: int, seed: int, folder: Path) -> None:
    with disk.observed() as observations, disk.listings_kept():
        before = listed(folder, random.Random(seed))
    seen = list(observations)
    assert holds(seen)
    changes(folder)[number]()
    assert answers(folder) == before or not holds(seen)


@pytest.mark.parametrize("seed", range(30))
def test_so_is_one_change_after_another(seed: int, folder: Path) -> None:
    chance = random.Random(seed)
    with disk.observed() as observations, disk.listings_kept():
        before = listed(folder, chance)
    seen = list(observations)
    for change in chance.sample(changes(folder), 2):
        with suppress(OSError):
            change()
    assert answers(folder) == before or not holds(seen)
