"""The command: arguments in, exit code out.

Findings, and nothing else, go to standard output; whatever is said about the run goes to standard error. libcst is
imported only when files are checked.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.arguments import options_of, parse
from kerlint.cache.folder import NAME
from kerlint.options import InvalidOption, Options, read_options
from kerlint.toml import InvalidToml, parse_toml

if TYPE_CHECKING:
    from kerlint.confirm.session import Session
    from kerlint.finding import Finding
    from kerlint.linter import Input, Outcome
    from kerlint.settings import Settings, SettingsFinder
    from kerlint.version import KerasVersion

OK, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130

_STDIN = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs kerlint; gives the exit code."""
    try:
        request = parse(sys.argv[1:] if arguments is None else arguments)
        if request.command == "clean":
            return _clean(request)
        if request.command == "server":
            from kerlint.integrations import server

            return server.run(request.log_level)
        return _explain(request) if request.command == "rule" else _check(request)
    except InvalidOption as error:
        _say(str(error))
        return FAILED
    except BrokenPipeError:
        # Whoever read the output has stopped. Python flushes once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _say(message: str) -> None:
    print(f"kerlint: {message}", file=sys.stderr)


def _write(text: str) -> None:
    """Prints a text; a file name that is no valid text is shown with escapes, where it would end the program."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _is_known(prefix: str) -> bool:
    from kerlint.rules import all_rules

    return any(code.startswith(prefix) for code in all_rules())


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
    _write(explain.as_text(wanted) if request.output_format == "text" else explain.as_json(wanted, not request.all))
    return OK


def _clean(request: argparse.Namespace) -> int:
    from kerlint.cache.folder import remove

    try:
        removed = remove(request.cache_dir)
    except OSError as error:
        raise InvalidOption(f"{request.cache_dir}: {(error.strerror or str(error)).lower()}") from error
    if not request.quiet:
        _say(f"removed {request.cache_dir}" if removed else f"{request.cache_dir} is no cache of kerlint; nothing to remove")
    return OK


def _check(request: argparse.Namespace) -> int:
    if request.confirm is not None and not (request.show_files or request.show_settings):
        from kerlint.confirm.options import ConfirmOptions
        from kerlint.confirm.session import Session

        options = _finder(request).settings_of(os.getcwd()).confirm or ConfirmOptions()
        with Session(request, _is_known, options) as session:
            return _check_files(request, _finder(request, session.target), session)
    return _check_files(request, _finder(request), None)


def _check_files(request: argparse.Namespace, finder: SettingsFinder, session: Session | None) -> int:
    from kerlint.discovery import discover, is_excluded

    output_format = finder.settings_of(os.getcwd()).output_format
    named = request.paths or [os.curdir]
    stdin_name = request.stdin_filename or "stdin"
    if request.show_settings:
        _write(_settings_text(finder, stdin_name if named[0] == _STDIN else named[0]))
        return OK
    _tell_what_preview_keeps_silent(finder.settings_of(os.getcwd()))
    found = discover([path for path in named if path != _STDIN], finder.settings_of)
    reads_stdin = _STDIN in named and not is_excluded(stdin_name, finder.settings_of(_folder(stdin_name)))
    for complaint in found.complaints:
        _say(complaint)
    names = [*found.files, *([stdin_name] if reads_stdin else [])]
    if request.show_files:
        _write("".join(f"{name}\n" for name in names))
    elif not names:
        if not found.complaints and not request.quiet:
            _say(f"no Python file and no notebook to check in {' '.join(named)}")
        _write(_printed((), output_format, request.statistics))
    else:
        from kerlint.linter import Input

        inputs = [Input(file) for file in found.files]
        if reads_stdin:
            inputs.append(Input(stdin_name, sys.stdin.buffer.read()))
        outcome = _linted(inputs, request, finder, session)
        _write(_printed(outcome.findings, output_format, request.statistics))
        if not request.quiet:
            _say(_summary(outcome))
        return _exit_code(request, outcome, bool(found.complaints))
    return FAILED if found.complaints else OK


def _tell_what_preview_keeps_silent(settings: Settings) -> None:
    """A rule that is asked for by name and does not speak is told of, once a run."""
    from kerlint.rules import all_rules

    for rule in all_rules().values():
        if rule.preview and not settings.preview and settings.selection.names(rule.code):
            _say(f"{rule.code} is in preview and does not speak; add --preview")


def _linted(
    inputs: Sequence[Input], request: argparse.Namespace, finder: SettingsFinder, session: Session | None
) -> Outcome:
    """The findings, with their verdicts when Keras is to be asked."""
    from kerlint.deep import on_deep_stack
    from kerlint.linter import lint
    from kerlint.workers import lint_in_processes, processes_for

    processes = processes_for(inputs, request.jobs) if session is None else 1
    if processes > 1:
        return lint_in_processes(inputs, partial(_finder, request), processes, _cache_of(request))
    outcome = on_deep_stack(lambda: lint(inputs, finder, session.plan if session else None, _cache_of(request)))
    return session.confirmed(outcome) if session else outcome


def _cache_of(request: argparse.Namespace) -> str | None:
    """The folder of the cache; None where none is to be used."""
    return None if request.no_cache else str(request.cache_dir or NAME)


def _exit_code(request: argparse.Namespace, outcome: Outcome, complained: bool) -> int:
    if complained or not outcome.is_complete:
        return FAILED
    counting = [finding for finding in outcome.findings if request.keep_refuted or not finding.is_refuted]
    return FOUND if counting and not request.exit_zero else OK


def _printed(findings: Sequence[Finding], output_format: str, statistics: bool) -> str:
    from kerlint.reporters import reporter
    from kerlint.reporters.statistics import as_json_table, as_table

    if statistics:
        return as_json_table(findings) if output_format == "json" else as_table(findings)
    return reporter(output_format)(findings)


def _summary(outcome: Outcome) -> str:
    """What was found where, in one line."""
    files = _count(outcome.files, "file")
    if not outcome.findings:
        return f"nothing found in {files}"
    concerned = len({finding.path for finding in outcome.findings})
    return f"{_count(len(outcome.findings), 'finding')} in {concerned} of {files}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _finder(request: argparse.Namespace, installed: KerasVersion | None = None) -> SettingsFinder:
    """The settings as the command line frames them; `installed` is the Keras that findings are confirmed with.

    Raises InvalidOption.
    """
    from kerlint.settings import SettingsFinder, read_configuration

    fixed, origin, inline = None, None, ""
    for value in request.config or ():
        if "=" in value and not disk.exists(value):
            inline += value + "\n"
        else:
            origin = value
            fixed = read_configuration(value, os.getcwd(), _is_known) or Options(root=os.getcwd())
    if fixed is not None and request.isolated:
        raise InvalidOption("--config FILE and --isolated contradict each other")
    layers = [_inline(inline)] if inline else []
    if installed is not None:
        layers.append(Options(root=os.getcwd(), target_keras=installed))
    layers.append(options_of(request, _is_known))
    return SettingsFinder(tuple(layers), _is_known, fixed, origin, request.isolated)


def _inline(text: str) -> Options:
    try:
        return read_options(parse_toml(text), os.getcwd(), _is_known)
    except (InvalidToml, InvalidOption) as error:
        raise InvalidOption(f"--config: {error}") from error


def _settings_text(finder: SettingsFinder, path: str) -> str:
    from kerlint.reporters.settings import as_settings

    folder = os.path.abspath(path) if disk.is_folder(path) else _folder(path)
    return as_settings(path, finder.settings_of(folder), finder.target_of(folder))


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))
