"""Keeps bytes by key in one file of a cache folder, which several runs and processes may use at once.

The file is SQLite's: to write and find a thousand small values takes a fortieth of what files of their own do. Whatever is wrong
with the file, nothing is kept in it; a broken or foreign one is put away. Knows nothing of what is kept.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import field
from typing import TYPE_CHECKING

from kerlint.cache import folder
from kerlint.records import dataclass

if TYPE_CHECKING:
    import sqlite3

_FILE = "facts.db"
_SCHEMA = "CREATE TABLE held (key BLOB PRIMARY KEY, day INTEGER, data BLOB)"
_MADE = {("table", "held", _SCHEMA), ("index", "sqlite_autoindex_held_1", None)}
"""All that a file of ours consists of: one that came with somebody's project could do more than hold values when it is asked."""
_WAIT = 2.0
"""Seconds for which another process may keep the file to itself."""
_DAY = 86_400
_UNUSED = 14
"""Days after which values that nobody has asked for are removed."""


@dataclass
class Table:
    """The values kept in one cache folder, and those that are to be written there."""

    cache: str
    written_every: int = 512
    """How many values wait in memory to be written together; few where other processes may want them."""
    _waiting: dict[bytes, bytes] = field(init=False, default_factory=dict)
    _used: list[bytes] = field(init=False, default_factory=list)
    """The keys that were asked for today for the first time."""
    _file: sqlite3.Connection | None = field(init=False, default=None)
    _is_usable: bool = field(init=False, default=True)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key; None where there is none."""
        waiting = self._waiting.get(key)
        if waiting is not None:
            return waiting
        try:
            file = self._opened()
            row = file.execute("SELECT day, data FROM held WHERE key = ?", (key,)).fetchone() if file is not None else None
        except Exception as error:
            self._put_away(error)
            return None
        if row is None or not isinstance(row[1], bytes):
            return None
        if row[0] != _today():
            self._used.append(key)
        return row[1]

    def put(self, key: bytes, data: bytes) -> None:
        """Keeps the value of a key."""
        self._waiting[key] = data
        if len(self._waiting) >= self.written_every:
            self.write()

    def write(self) -> None:
        """Writes what waits, and removes once a day what nobody has asked for."""
        if self._is_usable and (self._waiting or self._used):
            try:
                self._write()
            except Exception as error:
                self._put_away(error)
        self._waiting, self._used = {}, []

    def close(self) -> None:
        """Writes what waits and lets go of the file."""
        self.write()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self) -> None:
        file, today = self._opened(makes=True), _today()
        if file is None:
            self._is_usable = False
            return
        with file:
            file.execute("BEGIN IMMEDIATE")
            file.executemany("UPDATE held SET day = ? WHERE key = ?", ((today, key) for key in self._used))
            rows = ((key, today, data) for key, data in self._waiting.items())
            file.executemany("INSERT OR REPLACE INTO held VALUES (?, ?, ?)", rows)
            (looked_through,) = file.execute("PRAGMA user_version").fetchone()
            if looked_through != today:
                file.execute("DELETE FROM held WHERE day < ?", (today - _UNUSED,))
                file.execute(f"PRAGMA user_version = {today}")

    def _opened(self, *, makes: bool = False) -> sqlite3.Connection | None:
        """The file; None where there is none, unless it is to be made."""
        if self._file is not None or not self._is_usable:
            return self._file
        if not (self._is_plain(or_missing=makes) and (folder.prepare if makes else folder.is_cache)(self.cache)):
            return None
        import sqlite3

        file = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        try:
            file.execute("PRAGMA synchronous = OFF")  # what a crash of the machine spoils is read anew
            file.execute("PRAGMA journal_mode = MEMORY")
            made = set(file.execute("SELECT type, name, sql FROM sqlite_master"))
            if not made:
                file.execute(_SCHEMA.replace("TABLE", "TABLE IF NOT EXISTS", 1))
                made = set(file.execute("SELECT type, name, sql FROM sqlite_master"))
            if made != _MADE:
                raise sqlite3.DatabaseError("made by somebody else")
        except BaseException:
            file.close()
            raise
        self._file = file
        return file

    @property
    def _path(self) -> str:
        return os.path.join(self.cache, _FILE)

    def _is_plain(self, *, or_missing: bool) -> bool:
        """Whether a plain file is there, or none where that will do: a link could lead to somebody else's."""
        try:
            return stat.S_ISREG(os.lstat(self._path).st_mode)
        except FileNotFoundError:
            return or_missing
        except OSError:
            return False

    def _put_away(self, error: Exception) -> None:
        """Goes on without the file, which is removed unless it is only busy or cannot be written."""
        self._is_usable = False
        if self._file is not None:
            self._file.close()
            self._file = None
        try:
            import sqlite3

            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                os.unlink(self._path)
        except (ImportError, OSError):
            return


def _today() -> int:
    return int(time.time()) // _DAY
