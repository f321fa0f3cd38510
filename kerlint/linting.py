"""Lints inputs as the command line asks: in how many processes, with which cache, with Keras or a picture at hand."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kerlint.cache.folder import NAME
from kerlint.console import say, silent
from kerlint.framing import finder_of

if TYPE_CHECKING:
    from kerlint.cache.findings import FindingsCache
    from kerlint.confirm.session import Session
    from kerlint.finding import Finding
    from kerlint.linter import Input, Outcome, Planner
    from kerlint.reuse.call_path import CallPath
    from kerlint.settings import SettingsFinder


def linted(
    inputs: Sequence[Input], request: argparse.Namespace, finder: SettingsFinder, session: Session | None
) -> tuple[Outcome, Mapping[Finding, CallPath]]:
    """The findings, with their verdicts when Keras is to be asked, and the paths to their calls where they are drawn."""
    draws = is_drawn(request, finder)
    planner: Planner | None = session.plan if session else None
    known: FindingsCache | None = request.known
    if draws:
        from kerlint.reporters.html.gathering import parted, with_call_paths

        planner, known = with_call_paths(planner), None  # a finding that is remembered has no path
    outcome = findings_of(inputs, request, finder, known, planner, jobs=1 if session is not None else request.jobs)
    outcome, paths = parted(outcome) if draws else (outcome, {})
    if request.write_baseline is None:
        outcome = beside_baselines(outcome, inputs, request, finder)
    return session.confirmed(outcome) if session else outcome, paths


def findings_of(
    inputs: Sequence[Input], request: argparse.Namespace, finder: SettingsFinder, known: FindingsCache | None,
    planner: Planner | None = None, *, jobs: int,
) -> Outcome:  # fmt: skip
    """All findings: those of which it is `known` that they still hold, and the others."""
    from kerlint.deep import on_deep_stack
    from kerlint.linter import in_order, lint
    from kerlint.progress import progress

    new = [item for item in inputs if known is None or known.known(item.path) is None]
    processes, cache = _processes(new, jobs), _cache_of(request)
    with progress(len(new), request.quiet) as shown:
        if processes > 1:
            from kerlint.workers import lint_in_processes

            outcome = lint_in_processes(new, partial(finder_of, request), processes, cache, known, shown.tell, planner)
        else:
            outcome = on_deep_stack(lambda: lint(shown.over(new), finder, planner, cache, known))
    if known is None:
        return outcome
    before = (finding for item in inputs for finding in known.known(item.path) or ())
    return replace(outcome, findings=in_order((*outcome.findings, *before)), files=len(inputs))


def beside_baselines(
    outcome: Outcome, inputs: Sequence[Input], request: argparse.Namespace, finder: SettingsFinder, *, tells: bool = True
) -> Outcome:
    """The outcome without what baselines hold."""
    from kerlint.adopting.command import without_baselines

    return without_baselines(outcome, inputs, finder, say if tells and not request.quiet else silent)


def is_drawn(request: argparse.Namespace, finder: SettingsFinder) -> bool:
    """Whether the page is wanted, which shows more of a run than its findings."""
    return format_of(finder) == "html" and request.format is None and not request.statistics


def format_of(finder: SettingsFinder) -> str:
    """The output format: that of the folder where kerlint starts."""
    return finder.settings_of(os.getcwd()).output_format


def _processes(inputs: Sequence[Input], jobs: int) -> int:
    """How many processes the files are shared out to."""
    if jobs < 2:
        return 1
    from kerlint.workers import processes_for

    return processes_for(inputs, jobs)


def _cache_of(request: argparse.Namespace) -> str | None:
    """The folder of the cache; None where none is to be used."""
    return None if request.no_cache else str(request.cache_dir or NAME)
