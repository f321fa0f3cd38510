"""Findings as a JUnit report, for servers that know tests and no linters: a file is a suite, a finding a test that failed.

What kerlint could not do is an error, what Keras showed not to happen was skipped, and one test passes where nothing was found,
because many servers take a report without tests for a broken one.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kerlint.finding import Finding
from kerlint.reporters.run import Run
from kerlint.reporters.wording import position, told
from kerlint.selection import ALWAYS

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(run: Run) -> str:
    """The whole document. It is written in ASCII with references for all else, so that no encoding can break it."""
    suites = Element("testsuites", name="kerlint")
    kinds: list[str] = []
    for path, findings in groupby(run.findings, key=lambda finding: finding.path):
        kinds += _add_suite(suites, path, list(findings))
    if not kinds:
        suite = SubElement(suites, "testsuite", name="kerlint", tests="1", failures="0", errors="0", skipped="0")
        SubElement(suite, "testcase", name="nothing found", classname="kerlint")
    counts = {"tests": max(len(kinds), 1), "failures": kinds.count("failure"), "errors": kinds.count("error")}
    suites.attrib.update({name: str(count) for name, count in counts.items()})
    indent(suites)
    written: bytes = tostring(suites, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii") + "\n"


def _add_suite(suites: Element, path: str, findings: list[Finding]) -> list[str]:
    kinds = [_kind(finding) for finding in findings]
    counts = {"tests": len(kinds), "failures": kinds.count("failure"), "errors": kinds.count("error")}
    suite = SubElement(suites, "testsuite", name=_clean(path), skipped=str(kinds.count("skipped")))
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    for finding, kind in zip(findings, kinds, strict=True):
        name = f"{finding.code} {finding.name} at {position(finding)}"
        case = SubElement(suite, "testcase", name=name, classname=_clean(path))
        outcome = SubElement(case, kind, message=_clean(told(finding)))
        if kind != "skipped":
            outcome.set("type", finding.severity.value)
            outcome.text = _clean(_details(finding))
    return kinds


def _kind(finding: Finding) -> str:
    if finding.code in ALWAYS:
        return "error"
    return "skipped" if finding.is_refuted else "failure"


def _details(finding: Finding) -> str:
    """The finding and its related places, a line each."""
    lines = [f"{finding.path}:{position(finding)}: {finding.code} {told(finding)}"]
    lines += [f"{place.path}:{position(place)}: {place.message}" for place in finding.related]
    return "\n".join(lines)


def _clean(text: str) -> str:
    """The text with escapes for what XML cannot hold in any form."""
    return _NO_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
