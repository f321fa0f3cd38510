"""The command: arguments in, exit code out; one function a subcommand, but for `check`, which has a module."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kerlint.arguments import parse
from kerlint.checking import check
from kerlint.console import FAILED, INTERRUPTED, OK, say, write
from kerlint.framing import finder_of
from kerlint.options import InvalidOption

if TYPE_CHECKING:
    from kerlint.cache.findings import FindingsCache


def main(arguments: Sequence[str] | None = None, known: FindingsCache | None = None) -> int:
    """Runs kerlint; gives the exit code. What is `known` of the findings is not worked out anew, and what is found is added."""
    try:
        request = parse(sys.argv[1:] if arguments is None else arguments)
        request.known = known
        return _COMMANDS[request.command](request)
    except InvalidOption as error:
        say(str(error))
        return FAILED
    except BrokenPipeError:
        # Whoever read the output has stopped. Python flushes once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _explain(request: argparse.Namespace) -> int:
    from kerlint import explain
    from kerlint.rules import all_rules

    known = all_rules()
    wanted = [
        rule for rule in known.values() if request.all or request.code.upper() == rule.code or request.code == rule.name
    ]
    if not wanted:
        from difflib import get_close_matches

        near = get_close_matches(request.code.upper(), known, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidOption(f"{request.code!r} is no code of kerlint{hint} (`kerlint rule --all` lists them)")
    if request.output_format == "json":
        write(explain.as_json(wanted, not request.all))
    else:
        write(explain.as_text(wanted) if request.output_format == "text" else explain.as_markdown(wanted))
    return OK


def _explain_place(request: argparse.Namespace) -> int:
    from kerlint.deep import on_deep_stack
    from kerlint.explaining.explaining import explained
    from kerlint.explaining.place import read_place

    place, finder = read_place(request.place), finder_of(request)
    write(on_deep_stack(lambda: explained(place, finder)))
    return OK


def _config(request: argparse.Namespace) -> int:
    from kerlint.reporters.setting_list import as_list

    write(as_list(request.key))
    return OK


def _clean(request: argparse.Namespace) -> int:
    from kerlint.cache.folder import remove

    try:
        removed = remove(request.cache_dir)
    except OSError as error:
        raise InvalidOption(f"{request.cache_dir}: {(error.strerror or str(error)).lower()}") from error
    if not request.quiet:
        say(f"removed {request.cache_dir}" if removed else f"{request.cache_dir} is no cache of kerlint; nothing to remove")
    return OK


def _serve(request: argparse.Namespace) -> int:
    from kerlint.integrations import server

    return server.run(request.log_level)


_COMMANDS = {
    "check": check,
    "rule": _explain,
    "explain": _explain_place,
    "config": _config,
    "clean": _clean,
    "server": _serve,
}
