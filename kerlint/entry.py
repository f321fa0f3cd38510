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

    from kerlint.disk import Observations

_COMMANDS = ("rule", "clean", "server")
_NOT_REMEMBERED = ("--confirm", "--no-cache", "--show-files", "--show-settings", "--help", "--version", "--write-repro")
_CACHE_DIR = "--cache-dir"


def command() -> NoReturn:
    """Ends the process with the exit code, without taking apart first what the system takes back at once.

    Collecting and freeing the facts of a large project took an eighth of the whole run.
    """
    words = sys.argv[1:]
    cache = _cache_for(words)
    answer = runs.recall(cache, _question(words)) if cache is not None else None
    code = _run(words, cache) if answer is None else answer[0]
    try:
        if answer is not None:
            sys.stdout.write(answer[1])
            sys.stderr.write(answer[2])
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 2
    os._exit(code)


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
    return "\0".join((__version__, sys.version, os.getcwd(), str(sys.stdout.encoding), *words))


def _run(words: list[str], cache: str | None) -> int:
    import gc

    gc.disable()
    from kerlint import cli

    if cache is None:
        return cli.main(words)
    from kerlint.cache.facts import forget_unused
    from kerlint.disk import observed

    sys.stdout, sys.stderr = printed, said = _Copied(sys.stdout), _Copied(sys.stderr)
    with observed() as observations:
        code = cli.main(words)
        if code in (cli.OK, cli.FOUND):
            _see_kerlint_itself(observations)
            forget_unused(cache)
            runs.keep(cache, _question(words), (code, printed.text(), said.text()), observations)
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


def _see_kerlint_itself(observations: Observations) -> None:
    """The program and the libraries that it used, so that another version of them is asked anew."""
    from kerlint.cache.seen import stamp_of

    library = os.path.dirname(os.__file__) + os.sep
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and (not path.startswith(library) or "site-packages" in path):
            observations.note(path, "file", stamp_of(path, "file"), lambda: "")
