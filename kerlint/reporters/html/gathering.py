"""Gathers what the page needs and findings do not hold: the paths to the calls of reused layers, and how the run was framed.

The paths are made while a module's code is known, by a planner, beside what `--confirm` plans.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone

from kerlint.finding import Finding
from kerlint.linter import Outcome, Planner
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.reuse.call_path import CallPath
from kerlint.reuse.path_to_calls import call_path
from kerlint.settings import SettingsFinder


@dataclass(frozen=True, slots=True)
class _Both:
    """What was made of one finding."""

    path: CallPath | None
    other: object


def with_call_paths(planner: Planner | None) -> Planner:
    """A planner that makes the path to a finding's calls as well."""
    if planner is None:
        return call_path

    def plan(finding: Finding, module: Module, project: Project) -> object:
        return _Both(call_path(finding, module, project), planner(finding, module, project))

    return plan


def parted(outcome: Outcome) -> tuple[Outcome, Mapping[Finding, CallPath]]:
    """The outcome with what the other planner made, and the paths."""
    paths: dict[Finding, CallPath] = {}
    plans: dict[Finding, object] = {}
    for finding, made in outcome.plans.items():
        path = made.path if isinstance(made, _Both) else made
        if isinstance(path, CallPath):
            paths[finding] = path
        if isinstance(made, _Both):
            plans[finding] = made.other
    return replace(outcome, plans=plans), paths


def targets_of(paths: Iterable[str], finder: SettingsFinder) -> list[tuple[str, str]]:
    """The versions of Keras that the files are judged by, each with who said so, the most frequent first."""
    folders = Counter(os.path.dirname(os.path.abspath(path)) for path in paths)
    counted: Counter[tuple[str, str]] = Counter()
    for folder, count in folders.items():
        target = finder.target_of(folder)
        counted[str(target.version), _shortened(target.said_by)] += count
    return [said for said, _ in counted.most_common()]


def _shortened(said_by: str) -> str:
    """Who said it, without the way to the folder that kerlint was called from."""
    return said_by.replace(os.getcwd() + os.sep, "")


def now() -> str:
    """The time, with its distance from UTC; `SOURCE_DATE_EPOCH` stands for it where a page is to be made again byte by byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return f"{datetime.fromtimestamp(int(epoch), timezone.utc):%Y-%m-%d %H:%M:%S %z}"
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}"
