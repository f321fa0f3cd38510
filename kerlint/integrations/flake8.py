"""kerlint as a flake8 plugin: turns the lines that flake8 hands over into what the command would say of them.

kerlint's own configuration is obeyed, file by file, and its comments mean what they mean to the command, so that an unused one
is judged by the tool that knows. What is left goes to flake8, which selects, ignores and silences as it does with any plugin.
One project a process links all files, as in the command. Whatever goes wrong in here is a finding.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kerlint import __version__
from kerlint.deep import on_deep_stack
from kerlint.options import InvalidOption, Options, check_selectors, read_target
from kerlint.rules import is_known

if TYPE_CHECKING:
    import ast

    from flake8.options.manager import OptionManager

    from kerlint.linter import Linter
    from kerlint.settings import SettingsFinder

Reported = tuple[int, int, str, type]
"""What flake8 takes: line from 1, column from 0, code and message, and who says it."""

_PRECISE = re.compile(r"KER\d+")


class Plugin:
    """One file, as flake8 makes a checker for each."""

    name = "kerlint"
    version = __version__
    _session: _Session | None = None

    def __init__(self, tree: ast.AST, lines: Sequence[str], filename: str) -> None:
        self._lines, self._filename = lines, filename

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Tells flake8 of the options, for its command line and its configuration files."""
        manager.add_option(
            "--kerlint-target-keras", metavar="VERSION", parse_from_config=True, help="the Keras to judge by: 2, 2.15, 3 or 3.x"
        )
        manager.add_option(
            "--kerlint-preview",
            action="store_true",
            default=None,
            parse_from_config=True,
            help="let the rules of kerlint's preview group speak as well",
        )
        manager.add_option(
            "--kerlint-extend-select",
            metavar="CODES",
            parse_from_config=True,
            comma_separated_list=True,
            help="these codes of kerlint on top, also those of severity info",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Takes what flake8 has read. Raises flake8's own error, one line, for what kerlint cannot obey."""
        try:
            cls._session = _Session(options)
        except InvalidOption as error:
            from flake8.exceptions import ExecutionError

            raise ExecutionError(f"kerlint: {error}") from error

    def run(self) -> Iterator[Reported]:
        """The findings of this file."""
        try:
            session = type(self)._session or _Session(argparse.Namespace())
            reported = list(session.findings_in(self._filename, self._lines))
        except InvalidOption as error:
            reported = [(1, 0, f"KER900 cannot be checked: {error}")]
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # flake8 would end the run; and a panic of libcst's native parser is no Exception
            told = " ".join(f"{type(error).__name__}: {error}".split())
            reported = [(1, 0, f"KER999 internal error in the flake8 plugin ({told}); please report it")]
        for line, column, text in reported:
            yield line, column, text, type(self)


class _Session:
    """What the files of one process share: the settings, and the project that links them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._is_wanted = _may_select(options)
        self._finder = _finder(options)
        self._linter: Linter | None = None
        if self._is_wanted:
            self._finder.settings_of(os.getcwd())  # a mistake in there is told once, and not at each file

    def findings_in(self, filename: str, lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Line from 1, column from 0, and text of each finding."""
        path = os.path.abspath(filename)
        if not self._is_wanted or path.endswith(".ipynb"):  # flake8 knows no cells
            return
        settings = self._finder.settings_of(os.path.dirname(path))
        if any(pattern.covers(path) for pattern in settings.exclude):
            return
        from kerlint.linter import Input, Linter, in_order
        from kerlint.memory import garbage_kept

        if self._linter is None:
            self._linter = Linter(self._finder)
        linter, item = self._linter, Input(filename, _text_that_is_not_on_disk(filename, lines))
        with garbage_kept():
            found = on_deep_stack(lambda: linter.check(item))
        for finding in in_order(found):
            yield finding.span.line, finding.span.column - 1, f"{finding.code} {finding.message}"


def _finder(options: argparse.Namespace) -> SettingsFinder:
    """kerlint's settings under flake8's options. Raises InvalidOption."""
    from kerlint.settings import SettingsFinder

    target: str | None = getattr(options, "kerlint_target_keras", None)
    codes = tuple(getattr(options, "kerlint_extend_select", None) or ())
    layer = Options(
        root=os.getcwd(),
        extend_select=(*check_selectors("--kerlint-extend-select", codes, is_known), *_asked_of_flake8(options)) or None,
        preview=getattr(options, "kerlint_preview", None) or None,
        target_keras=None if target is None else read_target("--kerlint-target-keras", target),
        ignore_noqa=getattr(options, "disable_noqa", None) or None,
    )
    return SettingsFinder((layer,), is_known)


def _asked_of_flake8(options: argparse.Namespace) -> tuple[str, ...]:
    """The rules that flake8's own `select` asks for. `KER` alone only lets the plugin speak, as `E` and `F` do theirs."""
    lists: list[Any] = [getattr(options, name, None) or () for name in ("select", "extend_select")]
    words = (str(word).strip() for words in lists for word in words)
    return tuple(word for word in words if _PRECISE.fullmatch(word) and is_known(word))


def _may_select(options: argparse.Namespace) -> bool:
    """Whether flake8 can show any code of kerlint; it asks every plugin, also those of which it selects nothing."""
    lists: list[Any] = [getattr(options, name, None) or () for name in ("select", "extend_select")]
    return not lists[0] or any(word.startswith("KER") or "KER".startswith(word) for words in lists for word in words)


def _text_that_is_not_on_disk(filename: str, lines: Sequence[str]) -> bytes | None:
    """What flake8 read, where it is not the file of that name: standard input, mostly. None where kerlint can read the file."""
    text = "".join(lines)
    try:
        with open(filename, "rb") as file:
            if _as_flake8_reads(file.read()) == text:
                return None
    except (OSError, ValueError):
        pass
    return _encoded(text)


def _as_flake8_reads(data: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError):
        text = data.decode("latin-1")
    return io.StringIO(text, newline=None).read().removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")


def _encoded(text: str) -> bytes:
    """The text as a file that says of itself how it is written."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        return data
