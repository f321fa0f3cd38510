"""The program: answers from what it remembers where nothing has changed, else runs kerlint and remembers that.

Nothing that costs is imported before the answer is known to be needed. Which runs are remembered is decided by the words of the
command line alone: those that read standard input, run Keras or only show something are not.
"""

from __future__ import annotations

import os
import sys

from kerlint import __version__
from kerlint.cache import runs
from kerlint.cache.folder import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

    from kerlint.cache.runs import Before
    from kerlint.disk import Observations

_COMMANDS = ("rule", "clean", "explain", "config", "server")
_NOT_REMEMBERED = (
    *("--confirm", "--no-cache", "--show-files", "--show-settings", "--help", "--version", "--write-repro", "--timing"),
    *("--output-file", "--watch", "--add-noqa", "--write-baseline", "--fix", "--diff", "--show-fixes"),
)
_CACHE_DIR = "--cache-dir"


def command() -> NoReturn:
    """Ends the process with the exit code, without taking apart first what the system takes back at once.

    Collecting and freeing the facts of a large project took an eighth of the whole run.
    """
    words = sys.argv[1:]
    _open_what_is_closed()
    try:
        os.getcwd()
    except OSError as error:
        sys.stderr.write(f"kerlint: the working folder: {(error.strerror or str(error)).lower()}\n")
        os._exit(2)
    cache = _cache_for(words)
    answer, before = runs.recall(cache, _question(words)) if cache is not None else (None, None)
    code = _run(words, cache, before) if answer is None else answer[0]
    try:
        if answer is not None:
            sys.stdout.write(answer[1])
        sys.stdout.flush()
    except OSError:
        code = 2
    try:
        if answer is not None:
            sys.stderr.write(answer[2])
        sys.stderr.flush()
    except OSError:
        pass  # nobody can be told
    os._exit(code)


def _open_what_is_closed() -> None:
    """A stream that the caller has closed holds nothing and takes all, as everywhere in Python."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  (it is open until the end)


def _cache_for(words: list[str]) -> str | None:
    """The folder in which a run with these words is remembered; None for a run that is not."""
    if (words and words[0] in _COMMANDS) or any(word in ("-", "-h") or word.startswith(_NOT_REMEMBERED) for word in words):
        return None
    cache = NAME
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == _CACHE_DIR:
            cache = following
        elif word.startswith(_CACHE_DIR + "="):
            cache = word[len(_CACHE_DIR) + 1 :]
    return cache or None


def _question(words: list[str]) -> str:
    """All that a run depends on and that is not seen in files."""
    return "\0".join((__version__, sys.version, os.getcwd(), str(sys.stdout.encoding), _screen(), *words))


def _screen() -> str:
    """What decides how a report for a person looks: its colours, and on a terminal the length of its lines."""
    asked = [os.environ.get(name, "") for name in ("NO_COLOR", "FORCE_COLOR")]
    if sys.stdout.isatty():
        try:
            asked += (os.environ.get("TERM", ""), str(os.get_terminal_size(sys.stdout.fileno()).columns))
        except (OSError, ValueError):
            asked.append("?")
    return ",".join(asked)


def _run(words: list[str], cache: str | None, before: Before | None) -> int:
    import gc

    gc.disable()
    from kerlint import cli

    if cache is None:
        return cli.main(words)
    from kerlint.cache.remembering import findings_before, keep_findings, seen_in_all
    from kerlint.console import FOUND, OK
    from kerlint.disk import observed

    sys.stdout, sys.stderr = printed, said = _Copied(sys.stdout), _Copied(sys.stderr)
    with observed() as observations:
        known = findings_before(cache, before)
        code = cli.main(words, known)
        if code in (OK, FOUND) and observations.is_lasting:
            tools = _see_kerlint_itself(observations)
            seen = seen_in_all(before, known, observations)
            snapshot = runs.keep(cache, _question(words), (code, printed.text(), said.text()), seen)
            if snapshot is not None:
                keep_findings(known, snapshot, seen, tools)
    return code


class _Copied:
    """An output that also keeps what is written to it."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._written: list[str] = []

    def write(self, text: str) -> int:
        self._written.append(text)
        return self._output.write(text)

    def text(self) -> str:
        return "".join(self._written)

    def __getattr__(self, name: str) -> object:
        return getattr(self._output, name)


def _see_kerlint_itself(observations: Observations) -> list[str]:
    """The program and the libraries that it used, so that another version of them is asked anew; gives their files."""
    from kerlint.cache.seen import stamp_of

    tools = []
    library = os.path.dirname(os.__file__) + os.sep
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and (not path.startswith(library) or "site-packages" in path):
            observations.note(path, "file", stamp_of(path, "file"), lambda: "")
            tools.append(path)
    return tools
