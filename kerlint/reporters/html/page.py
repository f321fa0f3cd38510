"""Puts the HTML report together: what was run, the findings counted, each finding with all that is known of it, and the rules.

One file, with its style and its script inside. Everything can be read without the script, which only filters.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from importlib.resources import files
from itertools import groupby

from kerlint import __version__
from kerlint.console import counted
from kerlint.finding import Finding, Fix, Severity, VerdictKind
from kerlint.records import dataclass
from kerlint.reporters.html.bars import table_of_bars
from kerlint.reporters.html.call_sites import picture
from kerlint.reporters.html.evidence import evidence
from kerlint.reporters.html.explanation import explanation
from kerlint.reporters.html.frames import LinesOf, frames
from kerlint.reporters.html.markup import Child, Markup, element, joined, with_code
from kerlint.reporters.texts import Texts
from kerlint.reporters.wording import fix_words
from kerlint.reuse.call_path import CallPath
from kerlint.rules import all_rules

_MOST_ROWS = 15
_MOST_ASKED = 5
"""Paths that are named of those that the command line asks for: a hook hands over every file."""
_NOT_TRIED = "not tried"
_EXITS = {0: "nothing was found that counts", 1: "there are findings", 2: "kerlint could not do all of its work"}


@dataclass(frozen=True, slots=True)
class About:
    """The run that a report is of: when it was, what it was asked to look at, and by which Keras it judged.

    `targets` are versions, each with who said so. `handed_over` holds programs that came on standard input, by their name.
    """

    when: str
    asked: Sequence[str]
    files: int
    exit_code: int
    targets: Sequence[tuple[str, str]] = ()
    handed_over: Mapping[str, bytes] = field(default_factory=dict)


def as_html(
    findings: Sequence[Finding], about: About | None = None, call_paths: Mapping[Finding, CallPath] | None = None
) -> str:
    """The page, with what is known of the run. `call_paths` belong to findings as they were before they had a verdict."""
    lines = Texts(about.handed_over if about is not None else {})
    body = joined(
        element("a", "Skip to the findings", href="#findings", class_="skip"),
        element("header", element("h1", "kerlint report"), _run(about, findings) if about is not None else None),
        element(
            "main",
            _summary(findings) if findings else None,
            _filters(findings) if findings else None,
            _findings(findings, lines.lines, call_paths or {}),
            _rules(findings),
        ),
        element("script", Markup(_asset("report.js"))),
    )
    head = joined(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"kerlint report: {counted(len(findings), 'finding')}"),
        element("link", rel="icon", href="data:,"),
        element("style", Markup(_asset("report.css"))),
    )
    return f"<!DOCTYPE html>\n{element('html', element('head', head), element('body', body), lang='en')}\n"


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _run(about: About, findings: Sequence[Finding]) -> Markup:
    concerned = len({finding.path for finding in findings})
    more = f" and {len(about.asked) - _MOST_ASKED} more" if len(about.asked) > _MOST_ASKED else ""
    looked_at = f"{counted(about.files, 'file')} in {' '.join(about.asked[:_MOST_ASKED])}{more}"
    if findings:
        looked_at += f", findings in {concerned}"
    by_version = groupby(sorted(about.targets), key=lambda target: target[0])
    targets = [f"{version} ({_by_whom(list(said))})" for version, said in by_version]
    facts = (
        ("Made", about.when),
        ("kerlint", __version__),
        ("Looked at", looked_at),
        ("Judged by Keras", "; ".join(targets)),
        ("Exit code", f"{about.exit_code}: {_EXITS.get(about.exit_code, 'see standard error')}"),
    )
    return element("dl", *(joined(element("dt", name), element("dd", value)) for name, value in facts if value), class_="run")


def _by_whom(said: Sequence[tuple[str, str]]) -> str:
    """Who names a version, three at most."""
    told = "; ".join(said_by for _, said_by in said[:3])
    return told if len(said) <= 3 else f"{told}; and {len(said) - 3} more"


def _folder(finding: Finding) -> str:
    return os.path.dirname(finding.path) or "."


def _verdict(finding: Finding) -> str:
    return finding.verdict.kind.value if finding.verdict is not None else _NOT_TRIED


def _summary(findings: Sequence[Finding]) -> Markup:
    """The counts by severity and verdict in words, by rule and by folder as charts."""
    severities = Counter(finding.severity.value for finding in findings)
    figures = [(severities[kind.value], kind.value) for kind in Severity if severities[kind.value]]
    if any(finding.verdict is not None for finding in findings):
        verdicts = Counter(_verdict(finding) for finding in findings)
        figures += [(verdicts[word], word) for word in (*(kind.value for kind in VerdictKind), _NOT_TRIED) if verdicts[word]]
    tiles = (element("li", element("b", count), " ", word, class_=word.replace(" ", "-")) for count, word in figures)
    names = {finding.code: finding.name for finding in findings}
    rules = [
        (joined(element("a", code, href=f"#rule-{code}"), " ", names[code]), count)
        for code, count in _most_first(finding.code for finding in findings)
    ]
    folders = _most_first(_folder(finding) for finding in findings)
    within, named = _without_common_part([folder for folder, _ in folders])
    with_counts = zip(named, (count for _, count in folders), strict=True)
    shown = [(_breakable(name), count) for name, count in with_counts][:_MOST_ROWS]
    rest = folders[_MOST_ROWS:]
    more = f"and {sum(count for _, count in rest)} in {counted(len(rest), 'more folder')}" if rest else None
    return element(
        "section",
        element("h2", counted(len(findings), "finding")),
        element("ul", *tiles, class_="figures"),
        element(
            "div",
            element("div", table_of_bars("Findings by rule", "rule", rules)),
            element("div", table_of_bars(f"Findings by folder{within}", "folder", shown), element("p", more) if more else None),
            class_="charts",
        ),
        class_="summary",
    )


def _without_common_part(folders: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Where all the folders lie, in words, and each from there; nothing and themselves where that says no more."""
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # some are absolute and others are not, or they lie on several drives
        return "", folders
    if len(folders) < 2 or common in ("", os.sep):
        return "", folders
    return f" in {common}", [os.path.relpath(folder, common) for folder in folders]


def _most_first(words: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))


def _breakable(path: str) -> Markup:
    """A path that may go on in the next line behind each slash."""
    first, *others = path.split("/")
    return joined(first, *(joined("/", Markup("<wbr>"), part) for part in others))


def _filters(findings: Sequence[Finding]) -> Markup:
    """The form that the script brings to life, and shows."""
    severities = [kind.value for kind in Severity if any(finding.severity is kind for finding in findings)]
    given = {_verdict(finding) for finding in findings}
    verdicts = [word for word in (*(kind.value for kind in VerdictKind), _NOT_TRIED) if word in given]
    names = {finding.code: finding.name for finding in findings}
    fields = [
        _choice("rule", [(code, f"{code} {names[code]}") for code in sorted(names)]),
        _choice("severity", [(word, word) for word in severities]),
        _choice("folder", [(folder, folder) for folder in sorted({_folder(finding) for finding in findings})]),
        _choice("verdict", [(word, word) for word in verdicts]) if verdicts != [_NOT_TRIED] else None,
        element("label", "text", element("input", type="search", name="text", autocomplete="off", spellcheck="false")),
        element("button", "Show all", type="reset"),
    ]
    told = element("p", element("output", counted(len(findings), "finding")), role="status")
    return element("form", element("h2", "Filter"), *fields, told, id="filters", hidden=True, autocomplete="off")


def _choice(name: str, options: Sequence[tuple[str, str]]) -> Markup:
    listed = (element("option", told, value=value) for value, told in options)
    return element("label", name, element("select", element("option", "all", value=""), *listed, name=name))


def _findings(findings: Sequence[Finding], lines_of: LinesOf, call_paths: Mapping[Finding, CallPath]) -> Markup:
    parts: list[Child] = [element("h2", "Findings")]
    if not findings:
        parts.append(element("p", "Nothing was found. What kerlint looked at stands above.", class_="nothing"))
    number = 0
    for path, group in groupby(findings, key=lambda finding: finding.path):
        articles = []
        for finding in group:
            number += 1
            articles.append(_article(number, finding, lines_of, call_paths.get(replace(finding, verdict=None))))
        parts.append(element("section", element("h3", _breakable(path)), *articles, class_="file"))
    return element("section", *parts, id="findings", tabindex=-1)


def _article(number: int, finding: Finding, lines_of: LinesOf, path: CallPath | None) -> Markup:
    name = f"f{number}"
    cell = "" if finding.cell is None else f"cell {finding.cell}, "
    place = f"{cell}line {finding.span.line}, column {finding.span.column}"
    head = element(
        "h4",
        element("span", finding.severity.value, class_=f"severity {finding.severity.value}"), " ",
        element("span", finding.code, class_="code"), " ",
        with_code(finding.message),
    )  # fmt: skip
    links = element(
        "p", element("a", place, href=f"#{name}"), " ", element("a", finding.name, href=f"#rule-{finding.code}"), class_="links"
    )
    return element(
        "article", head, links, frames(finding, lines_of),
        picture(path) if path is not None else None,
        _fix(finding.fix) if finding.fix is not None else None,
        evidence(finding.verdict) if finding.verdict is not None else None,
        id=name, data_rule=finding.code, data_severity=finding.severity.value, data_folder=_folder(finding),
        data_verdict=_verdict(finding),
    )  # fmt: skip


def _fix(fix: Fix) -> Markup:
    return element("p", element("b", "Fix"), ": ", with_code(fix_words(fix)), class_="fix")


def _rules(findings: Sequence[Finding]) -> Markup | None:
    """What each rule that was found says of itself."""
    known = all_rules()
    codes = [code for code in sorted({finding.code for finding in findings}) if code in known]
    if not codes:
        return None
    title = element("h2", "The rules that speak here")
    return element("section", title, *(explanation(known[code]) for code in codes), id="rules")
