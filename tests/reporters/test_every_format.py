"""Every format survives whatever a finding can hold, and its reader learns from it what the finding says."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kerlint.finding import Applicability, Edit, Finding, Fix, Related, Severity, Span, Verdict, VerdictKind
from kerlint.reporters import FORMATS, reporter
from kerlint.reporters.run import Run
from reporters.consumers import CONSUMERS

pytest.importorskip("jsonschema")
pytest.importorskip("xmlschema")
pytestmark = pytest.mark.usefixtures("folder")

TEXT = "import keras\n\n\nclass A:\n    def call(self, x):\n\t\treturn self.norm(größe(x))\n"
PLAIN = Finding("a.py", Span(6, 10, 6, 19), "KER101", "stateful-layer-reuse", "is called twice", Severity.WARNING)
CONFIRMED = Verdict(
    VerdictKind.CONFIRMED, "raises ValueError: 100%; <x>", {"numbers": [1, 0.5, None]}, {"call": "A([6, 16])"}, 1.5, "repro/a.py"
)
HOSTILE = '<b>&amp;</b> "it\'s" 100% %0A %25 a|b ]]> ::error:: ##vso[x] ;,=:\\ é 漢 \U0001f40d'
FIX = Fix(HOSTILE, (Edit(Span(1, 8, 1, 13), "é\n"), Edit(Span(6, 20, 6, 25), "")))

CASES = {
    "plain": PLAIN,
    "a space": replace(PLAIN, path="a folder/a file.py"),
    "no ascii": replace(PLAIN, path="größe/漢字.py"),
    "per cent": replace(PLAIN, path="100%/%41%0A.py"),
    "signs": replace(PLAIN, path="a,b;c=d]e&f<g>'h\"#i?j.py"),
    "elsewhere": replace(PLAIN, path="../outside.py"),
    "hostile message": replace(PLAIN, message=HOSTILE),
    "long message": replace(PLAIN, message="word " * 5_000),
    "control characters": replace(PLAIN, message="a\x00b\x1b[31mc\ufffe"),
    "error": replace(PLAIN, severity=Severity.ERROR),
    "info": replace(PLAIN, severity=Severity.INFO),
    "syntax error behind the end": Finding("a.py", Span(7, 1, 7, 1), "KER901", "syntax-error", "unexpected end", Severity.ERROR),
    "beyond the file": Finding("a.py", Span(99, 80, 99, 80), "KER901", "syntax-error", "nowhere", Severity.ERROR),
    "an empty place": replace(PLAIN, span=Span(5, 30, 5, 30)),
    "several lines": replace(PLAIN, span=Span(4, 7, 6, 3)),
    "to the next line's beginning": replace(PLAIN, span=Span(5, 5, 6, 1)),
    "no such file": replace(PLAIN, path="gone.py"),
    "a cell": replace(PLAIN, path="n.ipynb", cell=2, span=Span(2, 1, 2, 4)),
    "related": replace(
        PLAIN, related=(Related("a.py", Span(1, 8, 1, 13), HOSTILE), Related("b c.py", Span(1, 1, 1, 2), "there"))
    ),
    "related cell": replace(PLAIN, related=(Related("n.ipynb", Span(1, 1, 1, 7), "in a cell", cell=1),)),
    "confirmed": replace(PLAIN, verdict=CONFIRMED),
    "refuted": replace(PLAIN, verdict=replace(CONFIRMED, kind=VerdictKind.REFUTED)),
    "a fix": replace(PLAIN, fix=FIX),
    "a safe fix": replace(PLAIN, path="größe/漢字.py", fix=replace(FIX, applicability=Applicability.SAFE)),
    "a fix in cells": replace(
        PLAIN,
        path="n.ipynb",
        cell=2,
        span=Span(2, 1, 2, 4),
        fix=Fix(HOSTILE, (Edit(Span(1, 1, 1, 7), "", 1), Edit(Span(2, 1, 2, 2), "y", 2))),
    ),
    "undecided": replace(PLAIN, verdict=Verdict(VerdictKind.UNDECIDED, "nothing can be said")),
}
BYTES = {
    "a line break": replace(PLAIN, path="a\nb.py"),
    "a colon": replace(PLAIN, path="a:1:b.py"),
    "no text": replace(PLAIN, path=os.fsdecode(b"a\xff.py")),
}
BY_LINES = ("flake8", "full", "grouped", "pylint")
"""Formats whose readers look for the colons of a line, so that a name with a colon is read as another."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs that the findings speak of, in a repository."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / ".git").mkdir()
    cells = [
        {"cell_type": "code", "metadata": {}, "source": text} for text in ("import keras", ["%matplotlib inline\n", "x = BAD"])
    ]
    (folder / "n.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}}, indent=1))
    for finding in (*CASES.values(), *(BYTES.values() if sys.platform == "linux" else ())):
        if finding.path not in ("gone.py", "n.ipynb", "../outside.py"):
            (folder / finding.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / finding.path).write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def folder(programs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(programs)
    return programs


def written(output_format: str, findings: Sequence[Finding], colour: bool = False) -> str:
    return reporter(output_format)(Run(findings, 1 if findings else 0, colour=colour))


def test_every_format_has_a_reader() -> None:
    assert set(FORMATS) - {"html"} == set(CONSUMERS)


@pytest.mark.parametrize("output_format", CONSUMERS)
def test_nothing_found_is_a_valid_report(output_format: str) -> None:
    assert CONSUMERS[output_format](written(output_format, [])) == []


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("output_format", CONSUMERS)
def test_a_reader_learns_what_is_said(output_format: str, case: str) -> None:
    finding = CASES[case]
    text = written(output_format, [finding])
    (read,) = CONSUMERS[output_format](text)
    assert read.code == finding.code
    if finding.cell is None:
        assert read.path.endswith(finding.path.removeprefix(".."))
        assert (read.line, read.column) in ((finding.span.line, finding.span.column), (finding.span.line, None))
    if case != "control characters":
        assert finding.message in read.message


def test_edits_are_told_in_the_columns_of_the_format() -> None:
    """The second edit takes away `größe`, which is longer in bytes."""
    (sarif,) = json.loads(written("sarif", [CASES["a fix"]]))["runs"][0]["results"]
    ((change,), (diagnostic,)) = (
        sarif["fixes"][0]["artifactChanges"],
        json.loads(written("rdjson", [CASES["a fix"]]))["diagnostics"],
    )
    assert change["artifactLocation"]["uri"] == "a.py"
    assert change["replacements"][1]["deletedRegion"] == {"startLine": 6, "startColumn": 20, "endLine": 6, "endColumn": 25}
    assert change["replacements"][0]["insertedContent"] == {"text": "é\n"}
    assert diagnostic["suggestions"][1] == {
        "range": {"start": {"line": 6, "column": 20}, "end": {"line": 6, "column": 27}}, "text": "",
    }  # fmt: skip
    (entry,) = json.loads(written("json", [CASES["a fix in cells"]]))
    assert [(edit["cell"], edit["content"]) for edit in entry["fix"]["edits"]] == [(1, ""), (2, "y")]
    assert entry["fix"]["applicability"] == "unsafe"


@pytest.mark.parametrize("output_format", ["sarif", "rdjson"])
def test_what_knows_no_cells_is_told_no_edits_of_them(output_format: str) -> None:
    text = written(output_format, [CASES["a fix in cells"]])
    assert "fixes" not in text and "suggestions" not in text


@pytest.mark.parametrize("output_format", ["junit", "full"])
def test_control_characters_are_shown_as_what_they_are(output_format: str) -> None:
    text = written(output_format, [CASES["control characters"]])
    assert "\0" not in text and "\ufffe" not in text and "a\\x00b\\x1b[31mc\\ufffe" in text


def test_reviewdog_counts_bytes() -> None:
    behind = replace(PLAIN, span=Span(6, 26, 6, 27))
    (diagnostic,) = json.loads(written("rdjson", [behind]))["diagnostics"]
    found = diagnostic["location"]["range"]
    assert TEXT.split("\n")[5].encode()[found["start"]["column"] - 1 : found["end"]["column"] - 1] == b"x"


@pytest.mark.parametrize("output_format", ["pylint", "flake8", "full", "grouped", "json"])
def test_formats_for_people_name_the_file_as_the_user_did(output_format: str) -> None:
    (read,) = CONSUMERS[output_format](written(output_format, [CASES["elsewhere"]]))
    assert read.path == ("../outside.py" if output_format != "json" else str(Path("../outside.py").resolve()))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name")
@pytest.mark.parametrize("case", BYTES)
@pytest.mark.parametrize("output_format", [name for name in CONSUMERS if name not in BY_LINES])
def test_a_strange_name_stays_one_finding(output_format: str, case: str) -> None:
    text = written(output_format, [BYTES[case]]).encode("utf-8", "backslashreplace").decode()
    (read,) = CONSUMERS[output_format](text)
    expected = BYTES[case].path.encode("utf-8", "backslashreplace").decode()
    assert read.path.endswith(expected) or read.path.endswith("a\\xff.py")


@pytest.mark.parametrize("output_format", BY_LINES)
def test_a_name_with_a_line_break_breaks_no_line(output_format: str) -> None:
    lines = written(output_format, [replace(PLAIN, path="a\nb\x1b[31m.py")]).splitlines()
    plain = written(output_format, [replace(PLAIN, path="ab.py")]).splitlines()
    assert "\x1b" not in "".join(lines) and any("a\\nb\\x1b[31m.py" in line for line in lines)
    assert output_format == "full" or len(lines) == len(plain)


def test_a_name_stays_what_an_editor_looks_for() -> None:
    name = "a b\N{NO-BREAK SPACE}größe\N{ZERO WIDTH JOINER}漢.py"
    assert written("flake8", [replace(PLAIN, path=name)]).startswith(f"{name}:6:10:")


@pytest.mark.parametrize("output_format", CONSUMERS)
def test_all_cases_make_one_report(output_format: str) -> None:
    findings = sorted(CASES.values(), key=lambda finding: finding.path)
    assert len(CONSUMERS[output_format](written(output_format, findings))) == len(findings)


@pytest.mark.parametrize("output_format", CONSUMERS)
def test_colours_are_only_for_people(output_format: str) -> None:
    coloured, plain = written(output_format, [PLAIN], colour=True), written(output_format, [PLAIN])
    assert ("\x1b[" in coloured) == (output_format == "full")
    assert "\x1b[" not in plain


@pytest.mark.parametrize("output_format", ["gitlab", "github", "azure", "sarif"])
def test_paths_begin_at_the_root_of_the_repository(output_format: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "a folder")
    (read,) = CONSUMERS[output_format](written(output_format, [replace(PLAIN, path="a file.py")]))
    assert read.path == "a folder/a file.py"


@pytest.mark.parametrize("output_format", ["gitlab", "github", "azure", "sarif", "rdjson"])
def test_a_cell_is_found_in_the_lines_of_its_file(output_format: str, folder: Path) -> None:
    (read,) = CONSUMERS[output_format](written(output_format, [CASES["a cell"]]))
    line = (folder / "n.ipynb").read_text().splitlines()[read.line - 1]
    assert '"x = BAD"' in line
    assert read.message.startswith("cell 2, line 2: ")
    assert read.column is None


@pytest.mark.parametrize("output_format", ["github", "gitlab", "azure", "sarif", "rdjson"])
def test_what_keras_refuted_alarms_nobody(output_format: str) -> None:
    assert written(output_format, [CASES["refuted"]]) != written(output_format, [CASES["confirmed"]])
    text = written(output_format, [replace(CASES["refuted"], severity=Severity.ERROR)])
    assert not any(word in text for word in ("::error", '"major"', "type=error", '"level": "error"', '"ERROR"'))
