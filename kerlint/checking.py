"""`kerlint check`: which files are meant, what is found in them, how it is told. libcst is imported only to parse a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.cache.folder import NAME
from kerlint.console import FAILED, FOUND, OK, say, silent, write
from kerlint.framing import finder_of
from kerlint.options import InvalidOption

if TYPE_CHECKING:
    from kerlint.cache.findings import FindingsCache
    from kerlint.confirm.session import Session
    from kerlint.finding import Finding
    from kerlint.linter import Input, Outcome, Planner
    from kerlint.reporters.run import Run
    from kerlint.reuse.call_path import CallPath
    from kerlint.settings import Settings, SettingsFinder

_STDIN = "-"


def check(request: argparse.Namespace) -> int:
    """Checks what the command line asks for; gives the exit code. Raises InvalidOption."""
    if not request.timing:
        return _check_as_asked(request)
    from kerlint.timing import as_table, measured

    with measured() as clock:
        code = _check_as_asked(request)
    sys.stderr.write(as_table(clock))
    return code


def _check_as_asked(request: argparse.Namespace) -> int:
    if request.format is not None:
        from kerlint.reporters.templates import check_template

        check_template(request.format)
    if request.output_file is not None:
        from kerlint.output import check_file

        check_file(request.output_file)
    if request.watch:
        from kerlint.watching import check_on_change

        if _STDIN in request.paths:
            raise InvalidOption("--watch cannot watch standard input")
        if request.add_noqa is not None or request.write_baseline is not None:
            raise InvalidOption("--watch only reads; --add-noqa and --write-baseline write")
        return check_on_change(lambda: _check_once(request))
    return _check_once(request)


def _check_once(request: argparse.Namespace) -> int:
    if request.confirm is not None and not (request.show_files or request.show_settings):
        from kerlint.confirm.options import ConfirmOptions
        from kerlint.confirm.session import Session
        from kerlint.rules import is_known

        options = finder_of(request).settings_of(os.getcwd()).confirm or ConfirmOptions()
        with Session(request, is_known, options) as session:
            return _check_files(request, finder_of(request, session.target), session)
    return _check_files(request, finder_of(request), None)


def _check_files(request: argparse.Namespace, finder: SettingsFinder, session: Session | None) -> int:
    from kerlint.discovery import discover, is_excluded

    named = request.paths or [os.curdir]
    if request.add_noqa is not None and (_STDIN in named or request.write_baseline is not None):
        beside = "standard input cannot be edited" if _STDIN in named else "--write-baseline does the same in another way"
        raise InvalidOption(f"--add-noqa writes into the files: {beside}")
    stdin_name = request.stdin_filename or "stdin"
    if request.show_settings:
        write(_settings_text(finder, stdin_name if named[0] == _STDIN else named[0]))
        return OK
    _tell_what_preview_keeps_silent(finder.settings_of(os.getcwd()))
    found = discover([path for path in named if path != _STDIN], finder.settings_of)
    reads_stdin = _STDIN in named and not is_excluded(stdin_name, finder.settings_of(_folder(stdin_name)))
    for complaint in found.complaints:
        say(complaint)
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
        outcome, call_paths = _linted(inputs, request, finder, session)
        if request.write_baseline is not None or request.add_noqa is not None:
            outcome = _adopted(request, outcome, inputs, finder, found.complaints)
        code = _exit_code(request, outcome, bool(found.complaints))
        _report(request, finder, inputs, outcome, call_paths, code)
        if not request.quiet and request.write_baseline is None:
            say(_summary(outcome))
        return code
    return FAILED if found.complaints else OK


def _tell_what_preview_keeps_silent(settings: Settings) -> None:
    """A rule that is asked for by name and does not speak is told of, once a run."""
    from kerlint.rules import all_rules

    for rule in all_rules().values():
        if rule.preview and not settings.preview and settings.selection.names(rule.code):
            say(f"{rule.code} is in preview and does not speak; add --preview")


def _draws(request: argparse.Namespace, finder: SettingsFinder) -> bool:
    """Whether the page is wanted, which shows more of a run than its findings."""
    return _format_of(finder) == "html" and request.format is None and not request.statistics


def _format_of(finder: SettingsFinder) -> str:
    return finder.settings_of(os.getcwd()).output_format


def _report(
    request: argparse.Namespace, finder: SettingsFinder, inputs: Sequence[Input], outcome: Outcome,
    call_paths: Mapping[Finding, CallPath], code: int,
) -> None:  # fmt: skip
    """Puts what was found where it is wanted, as it is wanted."""
    handed_over = {item.path: item.data for item in inputs if item.data is not None}
    if _draws(request, finder):
        _deliver(request, _page(outcome, call_paths, request, finder, inputs, handed_over, code))
    else:
        _deliver(request, _printed(request, _format_of(finder), _run(request, outcome.findings, code, handed_over)))


def _linted(
    inputs: Sequence[Input], request: argparse.Namespace, finder: SettingsFinder, session: Session | None
) -> tuple[Outcome, Mapping[Finding, CallPath]]:
    """The findings, with their verdicts when Keras is to be asked, and the paths to their calls where they are drawn."""
    from kerlint.deep import on_deep_stack
    from kerlint.linter import in_order, lint
    from kerlint.progress import progress

    draws = _draws(request, finder)
    planner: Planner | None = session.plan if session else None
    known: FindingsCache | None = request.known
    if draws:
        from kerlint.reporters.html.gathering import parted, with_call_paths

        planner, known = with_call_paths(planner), None  # a finding that is remembered has no path
    new = [item for item in inputs if known is None or known.known(item.path) is None]
    processes, cache = _processes(new, request, session), _cache_of(request)
    with progress(len(new), request.quiet) as shown:
        if processes > 1:
            from kerlint.workers import lint_in_processes

            outcome = lint_in_processes(new, partial(finder_of, request), processes, cache, known, shown.tell, planner)
        else:
            outcome = on_deep_stack(lambda: lint(shown.over(new), finder, planner, cache, known))
    outcome, paths = parted(outcome) if draws else (outcome, {})
    if known is not None:
        before = (finding for item in inputs for finding in known.known(item.path) or ())
        outcome = replace(outcome, findings=in_order((*outcome.findings, *before)), files=len(inputs))
    if request.write_baseline is None:
        from kerlint.adopting.command import without_baselines

        outcome = without_baselines(outcome, inputs, finder, silent if request.quiet else say)
    return session.confirmed(outcome) if session else outcome, paths


def _processes(inputs: Sequence[Input], request: argparse.Namespace, session: Session | None) -> int:
    """How many processes the files are shared out to."""
    if session is not None or request.jobs < 2:
        return 1
    from kerlint.workers import processes_for

    return processes_for(inputs, request.jobs)


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


def _cache_of(request: argparse.Namespace) -> str | None:
    """The folder of the cache; None where none is to be used."""
    return None if request.no_cache else str(request.cache_dir or NAME)


def _exit_code(request: argparse.Namespace, outcome: Outcome, complained: bool) -> int:
    if complained or not outcome.is_complete:
        return FAILED
    return FOUND if _counting(request, outcome) and not request.exit_zero else OK


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
        write(text)
    else:
        from kerlint.output import write_file

        write_file(request.output_file, text)


def _summary(outcome: Outcome) -> str:
    """What was found where, in one line."""
    files = _count(outcome.files, "file")
    if not outcome.findings:
        return f"nothing found in {files}"
    concerned = len({finding.path for finding in outcome.findings})
    return f"{_count(len(outcome.findings), 'finding')} in {concerned} of {files}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _settings_text(finder: SettingsFinder, path: str) -> str:
    from kerlint.reporters.settings import as_settings

    folder = os.path.abspath(path) if disk.is_folder(path) else _folder(path)
    return as_settings(path, finder.settings_of(folder), finder.target_of(folder))


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))
