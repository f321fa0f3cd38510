"""Holds a run's findings against the baselines of its settings, and makes a new baseline of them.

An entry is said to occur no longer only where the run could have found it: its file was checked whole, and its rule was asked.
Knows nothing of the command line.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence

from kerlint import disk
from kerlint.adopting.baseline import Baseline, as_text, fingerprints_of, read_baseline, source_of
from kerlint.adopting.fingerprints import Fingerprint
from kerlint.cache.folder import replace
from kerlint.finding import Finding
from kerlint.linter import Input
from kerlint.options import InvalidOption
from kerlint.rules import all_rules
from kerlint.selection import ALWAYS, INTERNAL_ERROR
from kerlint.settings import SettingsFinder


def without_baseline(
    findings: Sequence[Finding], inputs: Iterable[Input], finder: SettingsFinder
) -> tuple[tuple[Finding, ...], list[str]]:
    """The findings that no baseline holds, in their order, and a line for each baseline of which entries occur no longer.

    Raises InvalidOption for a baseline that cannot be read.
    """
    baselines: dict[str, Baseline] = {}
    gone: dict[str, list[str]] = {}
    by_path = _by_path(findings)
    held: set[Finding] = set()
    for item in inputs:
        path = finder.settings_of(_folder(item.path)).baseline
        if path is None:
            continue
        if path not in baselines:
            baselines[path] = read_baseline(path)
        baseline, found = baselines[path], by_path.get(item.path, [])
        if not baseline.entries.get(baseline.name_of(item.path)):
            continue
        left, unused = baseline.left(item.path, found, source_of(item.path, item.data))
        held.update(set(found).difference(left))
        for entry in sorted(unused.elements()):
            if _could_occur(entry.code, item, found, finder):
                gone.setdefault(path, []).append(f"{entry.code} in {item.path}")
    told = [f"{_name(path)}: {_told(entries)}; --write-baseline {_name(path)} takes them out" for path, entries in gone.items()]
    return tuple(finding for finding in findings if finding not in held), told


def write_baseline(path: str, findings: Sequence[Finding], inputs: Sequence[Input], finder: SettingsFinder) -> int:
    """Writes the findings into a baseline; gives how many it holds now.

    What an older one of that name says of files that were not checked, and of rules that were not asked, stays. Raises
    InvalidOption for a file that is there and is no baseline, and for one that cannot be written.
    """
    if disk.exists(path) and not disk.is_file(path):
        raise InvalidOption(f"{path}: is {'a folder' if disk.is_folder(path) else 'no file that can be kept'}; name a file")
    before = read_baseline(path) if disk.exists(path) else Baseline(path)
    after = Baseline(path)
    by_path = _by_path(findings)
    checked = {before.name_of(item.path): item for item in inputs}
    for name, entries in before.entries.items():
        item = checked.get(name)
        if item is None:
            kept = entries if disk.exists(os.path.join(os.path.dirname(path), name)) else Counter()
        else:
            found = by_path.get(item.path, [])
            kept = Counter({e: n for e, n in entries.items() if not _could_occur(e.code, item, found, finder)})
        after.entries[name] = Counter(kept)
    for name, item in checked.items():
        writable = [finding for finding in by_path.get(item.path, ()) if finding.code != INTERNAL_ERROR]
        if writable:
            prints = fingerprints_of(writable, source_of(item.path, item.data))
            after.entries[name] = after.entries.get(name, Counter[Fingerprint]()) + Counter(prints[found] for found in writable)
    try:
        replace(path, as_text(after).encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise InvalidOption(f"{path}: {(error.strerror or str(error)).lower()}") from error
    return sum(entries.total() for entries in after.entries.values())


def _could_occur(code: str, item: Input, found: Iterable[Finding], finder: SettingsFinder) -> bool:
    """Whether the run would have found it, had it been there."""
    if any(finding.code in ALWAYS for finding in found):
        return False
    folder = _folder(item.path)
    settings, rule = finder.settings_of(folder), all_rules().get(code)
    if rule is None:
        return True
    asked = settings.selection_for(os.path.abspath(item.path)).shows(code, rule.severity)
    return asked and (settings.preview or not rule.preview) and finder.target_of(folder).version in rule.keras


def _told(entries: list[str]) -> str:
    shown = ", ".join(entries[:3]) + (", …" if len(entries) > 3 else "")
    return f"{len(entries)} {'entry occurs' if len(entries) == 1 else 'entries occur'} no longer ({shown})"


def _by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    return by_path


def _name(path: str) -> str:
    """The path as somebody in the working folder would write it."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))
