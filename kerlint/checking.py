"""`kerlint check`: which files are meant, what is found in them, how it is told. libcst is imported only to parse a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.combinations import STDIN, check_combinations, mends
from kerlint.console import FAILED, FOUND, OK, counted, say, silent, write
from kerlint.framing import finder_of
from kerlint.linting import format_of, is_drawn, linted

if TYPE_CHECKING:
    from kerlint.confirm.session import Session
    from kerlint.finding import Finding
    from kerlint.linter import Input, Outcome
    from kerlint.reporters.run import Run
    from kerlint.reuse.call_path import CallPath
    from kerlint.rewriting.passes import Fixed
    from kerlint.settings import Settings, SettingsFinder


def check(request: argparse.Namespace) -> int:
    """Checks what the command line asks for; gives the exit code. Raises InvalidOption."""
    if not request.timing:
        return _check_as_asked(request)
    from kerlint.timing import as_table, measured

    with measured() as clock:
        code = _check_as_asked(request)
    with suppress(OSError):  # where nobody can be told, nothing is lost but that
        sys.stderr.write(as_table(clock))
    return code


def _check_as_asked(request: argparse.Namespace) -> int:
    if request.format is not None:
        from kerlint.reporters.templates import check_template

        check_template(request.format)
    if request.output_file is not None:
        from kerlint.output import check_file

        check_file(request.output_file)
    check_combinations(request)
    if request.watch:
        from kerlint.watching import check_on_change

        return check_on_change(lambda: _check_once(request))
    return _check_once(request)


def _check_once(request: argparse.Namespace) -> int:
    if request.confirm is not None and not (request.show_files or request.show_settings):
        from kerlint.confirm.options import ConfirmOptions
        from kerlint.confirm.session import Session
        from kerlint.rules import is_known

        options = finder_of(request).settings_of(os.getcwd()).confirm or ConfirmOptions()
        with Session(request, is_known, options) as session, disk.listings_kept():
            return _check_files(request, finder_of(request, session.target), session)
    with disk.listings_kept():
        return _check_files(request, finder_of(request), None)


def _check_files(request: argparse.Namespace, finder: SettingsFinder, session: Session | None) -> int:
    from kerlint.discovery import Discovered, discover, is_excluded

    named = request.paths or [os.curdir]
    stdin_name = request.stdin_filename or "stdin"
    if request.show_settings:
        write(_settings_text(finder, stdin_name if named[0] == STDIN else named[0]))
        return OK
    _tell_what_preview_keeps_silent(finder.settings_of(os.getcwd()))
    if request.known is not None and request.known.files:
        found = Discovered(list(request.known.files))
    else:
        found = discover([path for path in named if path != STDIN], finder.settings_of)
    reads_stdin = STDIN in named and not is_excluded(stdin_name, finder.settings_of(_folder(stdin_name)))
    for complaint in found.complaints:
        say(complaint)
    if STDIN in named and not reads_stdin and (request.fix or request.fix_only) and not request.diff:
        _hand_back([sys.stdin.buffer.read()])
    names = [*found.files, *([stdin_name] if reads_stdin else [])]
    if request.show_files:
        write("".join(f"{name}\n" for name in names))
    elif not names:
        if not found.complaints and not request.quiet:
            say(f"no Python file and no notebook to check in {' '.join(named)}")
        from kerlint.linter import Outcome

        _report(request, finder, (), Outcome((), 0), {}, FAILED if found.complaints else OK)
    else:
        from kerlint.linter import Input

        inputs = [Input(file) for file in found.files]
        if reads_stdin:
            inputs.append(Input(stdin_name, sys.stdin.buffer.read()))
        return _check_inputs(request, finder, session, inputs, found.complaints)
    return FAILED if found.complaints else OK


def _check_inputs(
    request: argparse.Namespace, finder: SettingsFinder, session: Session | None, inputs: Sequence[Input], complaints: list[str]
) -> int:
    fixed = None
    if mends(request):
        from kerlint.rewriting.command import mended

        fixed = mended(inputs, request, finder)
        complaints += _told_of(fixed, request, finder)
        if request.diff or request.fix_only:
            return _exit_code(request, fixed.outcome, bool(complaints), fixed)
        inputs = fixed.inputs
    if fixed is None or session is not None or is_drawn(request, finder):
        outcome, call_paths = linted(inputs, request, finder, session)
    else:
        outcome, call_paths = fixed.outcome, {}
    if request.write_baseline is not None or request.add_noqa is not None:
        outcome = _adopted(request, outcome, inputs, finder, complaints)
    code = _exit_code(request, outcome, bool(complaints), fixed)
    _report(request, finder, inputs, outcome, call_paths, code)
    if not request.quiet and request.write_baseline is None:
        say(_summary(outcome, finder))
    return code


def _told_of(fixed: Fixed, request: argparse.Namespace, finder: SettingsFinder) -> list[str]:
    """Says what was mended, and puts what is to be printed of it where it is wanted; gives what went wrong, as told."""
    from kerlint.rewriting.command import as_diff, told

    for complaint in fixed.complaints:
        say(complaint)
    if request.diff:
        _deliver(request, as_diff(fixed))
    else:
        _hand_back(item.data for item in fixed.inputs if item.data is not None)
    line = told(fixed, finder, is_done=not request.diff, in_full=request.show_fixes)
    if line and (request.show_fixes or not request.quiet):
        say(line)
    return fixed.complaints


def _hand_back(programs: Iterable[bytes]) -> None:
    """Writes what came on standard input to standard output, changed or not: an editor takes it for its text."""
    for data in programs:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _tell_what_preview_keeps_silent(settings: Settings) -> None:
    """A rule that is asked for by name and does not speak is told of, once a run."""
    if not any(choice.wanted and choice.prefix for choice in settings.selection.choices):
        return  # and no rule need be imported
    from kerlint.rules import all_rules

    for rule in all_rules().values():
        if rule.preview and not settings.preview and settings.selection.names(rule.code):
            say(f"{rule.code} is in preview and does not speak; add --preview")


def _report(
    request: argparse.Namespace, finder: SettingsFinder, inputs: Sequence[Input], outcome: Outcome,
    call_paths: Mapping[Finding, CallPath], code: int,
) -> None:  # fmt: skip
    """Puts what was found where it is wanted, as it is wanted."""
    handed_over = {item.path: item.data for item in inputs if item.data is not None}
    if is_drawn(request, finder):
        _deliver(request, _page(outcome, call_paths, request, finder, inputs, handed_over, code))
    else:
        _deliver(request, _printed(request, format_of(finder), _run(request, outcome.findings, code, handed_over)))


def _page(
    outcome: Outcome, call_paths: Mapping[Finding, CallPath], request: argparse.Namespace, finder: SettingsFinder,
    inputs: Sequence[Input], handed_over: Mapping[str, bytes], code: int,
) -> str:  # fmt: skip
    """The HTML report. It tells its time, so the run is not remembered."""
    from kerlint.reporters.html import About, as_html
    from kerlint.reporters.html.gathering import now, targets_of

    disk.not_to_be_remembered()
    about = About(
        now(), request.paths or [os.curdir], outcome.files, code,
        targets_of([item.path for item in inputs], finder), handed_over,
    )  # fmt: skip
    return as_html(outcome.findings, about, call_paths)


def _adopted(
    request: argparse.Namespace, outcome: Outcome, inputs: Sequence[Input], finder: SettingsFinder, complaints: list[str]
) -> Outcome:
    """The outcome without what a new baseline, or new comments, take in."""
    from kerlint.adopting.command import add_noqa, write_baseline

    tell = silent if request.quiet else say
    counting = _counting(request, outcome)
    if request.write_baseline is not None:
        return write_baseline(request.write_baseline, outcome, counting, inputs, finder, tell)
    adopted, told = add_noqa(outcome, counting, request.add_noqa, tell)
    for complaint in told:
        say(complaint)
    complaints += told
    return adopted


def _exit_code(request: argparse.Namespace, outcome: Outcome, complained: bool, fixed: Fixed | None) -> int:
    """What was found counts where it is reported, and what was fixed, or would be, where that is asked for."""
    if complained or not outcome.is_complete:
        return FAILED
    is_reported = not (request.diff or request.fix_only)
    counts = fixed is not None and bool(fixed.findings) and (request.diff or request.exit_non_zero_on_fix)
    counts = counts or (is_reported and bool(_counting(request, outcome)))
    return FOUND if counts and not request.exit_zero else OK


def _counting(request: argparse.Namespace, outcome: Outcome) -> list[Finding]:
    """The findings that Keras has not refuted, or all where those are to be kept."""
    return [finding for finding in outcome.findings if request.keep_refuted or not finding.is_refuted]


def _run(request: argparse.Namespace, findings: Sequence[Finding], code: int, handed_over: Mapping[str, bytes]) -> Run:
    """The run as its reporter sees it. A file is read by programs, and has no colours."""
    from kerlint.reporters.run import Run
    from kerlint.terminal import wants_colour, width_of

    if request.output_file is not None:
        return Run(findings, code, handed_over)
    return Run(findings, code, handed_over, wants_colour(sys.stdout, os.environ), width_of(sys.stdout))


def _printed(request: argparse.Namespace, output_format: str, run: Run) -> str:
    from kerlint.reporters import reporter

    if request.statistics:
        from kerlint.reporters.statistics import as_json_table, as_table

        return as_json_table(run.findings) if output_format == "json" else as_table(run.findings)
    if request.format is not None:
        from kerlint.reporters.templates import by_template

        return by_template(request.format, run)
    return reporter(output_format)(run)


def _deliver(request: argparse.Namespace, text: str) -> None:
    """Puts the report where it is wanted. Raises InvalidOption for a file that cannot be written."""
    if request.output_file is None:
        if (request.fix or request.fix_only) and STDIN in request.paths and not request.diff:
            sys.stderr.write(text)  # the mended program has standard output
        else:
            write(text)
    else:
        from kerlint.output import write_file

        write_file(request.output_file, text)


def _summary(outcome: Outcome, finder: SettingsFinder) -> str:
    """What was found where, and what could be mended, in one line."""
    files = counted(outcome.files, "file")
    if not outcome.findings:
        return f"nothing found in {files}"
    concerned = len({finding.path for finding in outcome.findings})
    found = f"{counted(len(outcome.findings), 'finding')} in {concerned} of {files}"
    if all(finding.fix is None for finding in outcome.findings):
        return found
    from kerlint.rewriting.command import fixes_left

    left = fixes_left(outcome.findings, finder)
    return f"{found}; {left}" if left else found


def _settings_text(finder: SettingsFinder, path: str) -> str:
    from kerlint.reporters.settings import as_settings

    folder = os.path.abspath(path) if disk.is_folder(path) else _folder(path)
    return as_settings(path, finder.settings_of(folder), finder.target_of(folder))


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))
