"""Python's own wall: a hook that sees what a program is about to do and refuses it, with a reason for the user.

It stands on every system, but sees only what goes through the interpreter: a library's own writing, or a call through
ctypes, passes it by. Where the kernel has walls too, this one gives the words. It cannot be taken down again.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from .refusing import Refused

Check = Callable[..., None]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HARMLESS = frozenset({os.devnull, "/dev/zero", "/dev/full", "/dev/stdout", "/dev/stderr"})
_NETWORK = (
    "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo socket.gethostbyname socket.gethostbyaddr "
    "socket.getnameinfo"
).split()
_STARTING = "subprocess.Popen os.system os.exec os.posix_spawn os.spawn os.fork os.forkpty os.startfile pty.spawn".split()
_SIGNALLING = "os.kill os.killpg".split()
_ASKING = frozenset({"uname", "lscpu", "ldconfig", "/sbin/ldconfig"})
"""What libraries start to find out where they are, when they are imported; they do without."""
_REACHED = "tried to reach the network"
_LOCAL_FAMILIES = (-1, 1)  # to be found out, local: what a pair of sockets is made of; on Windows that is the network's
_REMOTE = re.compile(r"(?:https?|ftps?|wss?)://[^/?#\s]+", re.IGNORECASE)

_realpath, _fsdecode, _join, _basename, _dirname = os.path.realpath, os.fsdecode, os.path.join, os.path.basename, os.path.dirname
_readlink, _getcwd, _getpid = getattr(os, "readlink", None), os.getcwd, os.getpid


def refuse_from_now_on(folder: str, told: Callable[[str], None]) -> None:
    """Puts up the hook. `told` hears what is refused, each thing once."""
    inside = _realpath(folder)
    heard: set[str] = set()

    def refuse(what: str) -> NoReturn:
        if what not in heard and len(heard) < 16:
            heard.add(what)
            told(what)
        raise Refused(what)

    checks = {**_checks_of_files(inside, refuse), **_checks_of_others(refuse)}
    find = checks.get

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        check = find(event)
        if check is not None:
            check(*arguments)

    sys.addaudithook(hook)


def _checks_of_files(inside: str, refuse: Callable[[str], NoReturn]) -> Mapping[str, Check]:
    below = inside.rstrip(os.sep) + os.sep

    def guard(path: Any, directory: int = -1, itself: bool = False) -> None:
        """Refuses a path outside; `itself` is for what is done to an entry of a folder, and not to where a link leads."""
        if path is None or isinstance(path, int):
            return
        text = _fsdecode(path)
        if directory >= 0 and not os.path.isabs(text):
            text = _join(_path_of(directory), text)
        if text in _HARMLESS:
            return
        if itself:
            trimmed = text.rstrip(os.sep) or os.sep
            real = _join(_realpath(_dirname(trimmed) or "."), _basename(trimmed))
        else:
            real = _realpath(text)
        if real != inside and not real.startswith(below):
            refuse(f"tried to write outside its folder ({_shown(text)})")

    def opened(path: Any, mode: Any = None, flags: int = 0, *_: Any) -> None:
        if flags & _WRITING:
            guard(path)

    def entry(path: Any, *rest: Any) -> None:
        guard(path, _directory(rest[-1:]), itself=True)

    def target(path: Any, *rest: Any) -> None:
        guard(path, _directory(rest[-1:]))

    def moved(source: Any, destination: Any, *directories: Any) -> None:
        guard(source, _directory(directories[:1]), itself=True)
        guard(destination, _directory(directories[1:2]), itself=True)

    def linked(source: Any, destination: Any, *directories: Any) -> None:
        guard(source, _directory(directories[:1]))
        guard(destination, _directory(directories[1:2]), itself=True)

    def symlinked(_: Any, destination: Any, *directories: Any) -> None:
        guard(destination, _directory(directories[:1]), itself=True)

    def database(path: Any, *_: Any) -> None:
        if isinstance(path, (str, bytes, os.PathLike)) and _fsdecode(path) not in ("", ":memory:"):
            guard(path)

    checks: dict[str, Check] = {"open": opened, "os.rename": moved, "os.link": linked, "os.symlink": symlinked}
    checks.update(dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir"), entry))
    checks.update(dict.fromkeys(("os.chmod", "os.chown", "os.utime"), target))
    plain = ("os.truncate", "os.setxattr", "os.removexattr", "os.chflags")
    checks.update(dict.fromkeys(plain, lambda path, *_: guard(path)))
    checks["sqlite3.connect"] = database
    return checks


def _checks_of_others(refuse: Callable[[str], NoReturn]) -> Mapping[str, Check]:
    def network(*_: Any) -> None:
        refuse(_REACHED)

    def made(_: Any, family: int, *__: Any) -> None:
        if sys.platform != "win32" and family not in _LOCAL_FAMILIES:
            raise Refused(_REACHED)  # and not told: some libraries only find out what there is

    def request(url: Any, *_: Any) -> None:
        remote = _REMOTE.match(str(url))
        if remote:
            refuse(f"{_REACHED} ({remote.group()})")

    def start(command: Any = None, *_: Any) -> None:
        name = "" if command is None else _shown(command)
        what = f"tried to start a process ({name})" if name else "tried to start a process"
        if name in _ASKING:
            raise Refused(what)
        refuse(what)

    def send_signal(number: int, *_: Any) -> None:
        if number != _getpid():
            refuse("tried to send a signal to another process")

    checks: dict[str, Check] = {"urllib.Request": request, "socket.__new__": made}
    checks.update(dict.fromkeys(_NETWORK, network))
    checks.update(dict.fromkeys(_STARTING, start))
    checks.update(dict.fromkeys(_SIGNALLING, send_signal))
    return checks


def _directory(given: tuple[Any, ...]) -> int:
    """A folder given by descriptor, the last argument of an event; other events have other things in its place."""
    return given[0] if given and isinstance(given[0], int) else -1


def _path_of(directory: int) -> str:
    if _readlink is None:
        return _getcwd()
    try:
        return str(_readlink(f"/proc/self/fd/{directory}"))
    except OSError:
        return os.sep  # not to be known: then it is not inside


def _shown(path: Any) -> str:
    if isinstance(path, (list, tuple)) and path:
        path = path[0]
    try:
        text = _fsdecode(path)
    except TypeError:
        text = str(path)
    return text if len(text) <= 200 else f"{text[:200]}…"
