"""Values that several processes keep in one file: found again, never from somebody else's file, never an error."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kerlint.cache import table as module
from kerlint.cache.folder import prepare
from kerlint.cache.table import Table

DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def table(folder: Path) -> Iterator[Table]:
    made = Table(str(folder), 2)
    yield made
    made.close()


def again(table: Table, key: bytes) -> bytes | None:
    """What another run finds."""
    other = Table(table.cache, 2)
    try:
        return other.get(key)
    finally:
        other.close()


def test_what_is_put_is_found_at_once_and_by_others_once_it_is_written(table: Table) -> None:
    assert table.get(b"a") is None
    table.put(b"a", b"1")
    assert (table.get(b"a"), again(table, b"a")) == (b"1", None)
    table.put(b"b", b"2")
    assert (again(table, b"a"), again(table, b"b"), again(table, b"c")) == (b"1", b"2", None)
    table.put(b"a", b"3")
    table.close()
    assert again(table, b"a") == table.get(b"a") == b"3"


def test_nothing_is_made_where_nothing_is_put(table: Table, folder: Path) -> None:
    assert table.get(b"a") is None
    table.close()
    assert not folder.exists()


def test_a_folder_that_is_no_cache_is_left_alone(table: Table, folder: Path) -> None:
    folder.mkdir()
    table.put(b"a", b"1")
    table.close()
    assert table.get(b"a") is None and list(folder.iterdir()) == []


@pytest.mark.parametrize("data", [b"x", b"SQLite format 3\0" + bytes(100), bytes(range(256)) * 20], ids=range(3))
def test_a_broken_file_is_made_anew(data: bytes, table: Table, folder: Path) -> None:
    prepare(str(folder))
    (folder / "facts.db").write_bytes(data)
    assert again(table, b"a") is None
    for value in (b"1", b"2"):  # the first may be lost with the file
        other = Table(str(folder), 1)
        other.put(b"a", value)
        other.close()
    assert table.get(b"a") == b"2"


def test_a_file_with_holes_is_never_an_error(table: Table, folder: Path) -> None:
    for number in range(300):
        table.put(b"%d" % number, bytes(500))
    table.close()
    whole = (folder / "facts.db").read_bytes()
    for place in range(0, len(whole), 4096 * 3):
        (folder / "facts.db").write_bytes(whole[:place] + os.urandom(4096) + whole[place + 4096 :])
        other = Table(str(folder), 1)
        found = [other.get(b"%d" % number) for number in range(0, 300, 7)]
        assert all(value is None or isinstance(value, bytes) for value in found)
        other.put(b"more", b"1")
        other.close()
    (folder / "facts.db").write_bytes(whole)
    assert again(table, b"7") == bytes(500)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE VIEW held AS SELECT x'61' AS key, 1 AS day, x'00' AS data",
        "CREATE TABLE held (key BLOB PRIMARY KEY, day INTEGER, data BLOB, more); INSERT INTO held VALUES (x'61', 1, x'00', 1)",
        f"{module._SCHEMA}; INSERT INTO held VALUES (x'61', 1, x'00'); CREATE TRIGGER t AFTER INSERT ON held BEGIN SELECT 1; END",
        "CREATE TABLE other (a)",
    ],
)
def test_a_file_that_is_made_otherwise_is_not_asked(script: str, table: Table, folder: Path) -> None:
    prepare(str(folder))
    with closing(sqlite3.connect(folder / "facts.db")) as file:
        file.executescript(script)
    assert again(table, b"a") is None
    assert not (folder / "facts.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_is_not_followed(table: Table, folder: Path, tmp_path: Path) -> None:
    prepare(str(folder))
    (tmp_path / "mine.db").write_bytes(b"")
    (folder / "facts.db").symlink_to(tmp_path / "mine.db")
    table.put(b"a", b"1")
    table.close()
    assert table.get(b"a") is None and (tmp_path / "mine.db").read_bytes() == b""


@pytest.mark.parametrize("value", [1, "text", None, 2.5])
def test_what_is_no_bytes_is_no_value(value: object, table: Table, folder: Path) -> None:
    table.put(b"a", b"1")
    table.close()
    with closing(sqlite3.connect(folder / "facts.db")) as file, file:
        file.execute("UPDATE held SET data = ?", (value,))
    assert table.get(b"a") is None


def test_a_file_that_another_keeps_to_itself_is_left_alone(table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT", 0.05)
    table.put(b"a", b"1")
    table.close()
    with closing(sqlite3.connect(folder / "facts.db", isolation_level=None)) as file:
        file.execute("BEGIN EXCLUSIVE")
        assert again(table, b"a") is None
        table.put(b"b", b"2")
        table.close()
        file.execute("ROLLBACK")
    assert (again(table, b"a"), again(table, b"b")) == (b"1", None)


def test_without_sqlite_nothing_is_kept(table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table.put(b"a", b"1")
    table.close()
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    table.put(b"b", b"2")
    table.close()
    assert (table.get(b"a"), again(table, b"b")) == (None, None)
    monkeypatch.undo()
    assert again(table, b"a") == b"1"


def test_what_nobody_asks_for_goes_and_is_looked_for_once_a_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [time.time()]
    monkeypatch.setattr(module.time, "time", lambda: now[0])

    def later(days: float, *asked: bytes, put: bytes = b"") -> set[bytes]:
        now[0] += days * DAY
        table = Table(str(folder), 1)
        for key in asked:
            assert table.get(key)
        if put:
            table.put(put, b"1")
        table.close()
        with closing(sqlite3.connect(folder / "facts.db")) as file:
            return {key for (key,) in file.execute("SELECT key FROM held")}

    later(0, put=b"a")
    assert later(0, put=b"b") == {b"a", b"b"}
    assert later(10, b"a") == {b"a", b"b"}
    assert later(3, b"a", put=b"c") == {b"a", b"b", b"c"}
    assert later(3, b"a") == {b"a", b"c"}
    with closing(sqlite3.connect(folder / "facts.db")) as file, file:
        file.execute("UPDATE held SET day = 1")
    assert later(0, put=b"d") == {b"a", b"c", b"d"}  # today that was done
    assert later(1, put=b"e") == {b"d", b"e"}


def _put_many(folder: str, number: int) -> None:
    table = Table(folder, 5)
    for step in range(100):
        table.put(b"%d %d" % (number, step), b"%d" % step * 100)
        table.get(b"%d %d" % (1 - number, step))
    table.close()


def test_several_processes_write_at_once(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_put_many, args=(str(folder), number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    table = Table(str(folder), 1)
    assert all(table.get(b"%d %d" % (number, step)) == b"%d" % step * 100 for number in range(3) for step in range(100))
    table.close()
