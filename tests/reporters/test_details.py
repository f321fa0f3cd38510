"""What single formats promise beyond being read: names that last, keys as ruff has them, everything that a service shows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kerlint.finding import Applicability, Edit, Finding, Fix, Related, Severity, Span, Verdict, VerdictKind
from kerlint.reporters.fingerprints import fingerprints
from kerlint.reporters.gitlab import as_code_quality
from kerlint.reporters.json_lines import as_json_lines
from kerlint.reporters.junit import as_junit
from kerlint.reporters.notebook_lines import lines_of_cells
from kerlint.reporters.paths import as_uri, below_root, repository_root
from kerlint.reporters.ruff_json import as_json
from kerlint.reporters.run import Run
from kerlint.reporters.sarif import as_sarif
from kerlint.rules import all_rules

pytestmark = pytest.mark.usefixtures("folder")

BAD = Finding("src/a.py", Span(4, 5, 4, 9), "KER101", "stateful-layer-reuse", "norm is called twice", Severity.WARNING)


def moved(finding: Finding, lines: int) -> Finding:
    span = finding.span
    return replace(finding, span=replace(span, line=span.line + lines, end_line=span.end_line + lines))


def names(*findings: Finding) -> list[str]:
    return fingerprints(findings, repository_root())


def test_a_name_stays_when_lines_move() -> None:
    assert names(BAD, moved(BAD, 1)) == names(moved(BAD, 30), moved(BAD, 95))


def test_names_differ_by_file_code_message_and_occurrence() -> None:
    others = [replace(BAD, path="src/b.py"), replace(BAD, code="KER102"), replace(BAD, message="other"), moved(BAD, 1)]
    assert len(set(names(BAD, *others))) == 5


def test_another_finding_in_the_file_leaves_the_name(folder: Path) -> None:
    new = replace(BAD, message="new above", span=Span(1, 1, 1, 2))
    assert names(new, BAD)[1:] == names(BAD)


def test_a_name_does_not_depend_on_where_the_repository_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for place in ("one", "two/deep"):
        (tmp_path / place / "src" / ".." / ".git").resolve().parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place / ".git").mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(tmp_path / place)
        found.append(names(BAD))
    assert found[0] == found[1]


def test_gitlab_and_sarif_know_a_finding_by_the_same_name() -> None:
    (entry,) = json.loads(as_code_quality(Run([BAD], 1)))
    (result,) = json.loads(as_sarif(Run([BAD], 1)))["runs"][0]["results"]
    assert result["partialFingerprints"] == {"kerlint/v1": entry["fingerprint"]}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a b.py", "src/a%20b.py"),
        ("100%/#1?.py", "100%25/%231%3F.py"),
        ("größe.py", "gr%C3%B6%C3%9Fe.py"),
        ("a:b.py", "a%3Ab.py"),
        ("/abs/a.py", "file:///abs/a.py"),
    ],
)
def test_paths_are_uris(path: str, uri: str) -> None:
    assert as_uri(path) == uri


def test_a_file_outside_the_repository_has_its_whole_path(folder: Path) -> None:
    assert below_root("../x.py", repository_root()) == str(folder.parent / "x.py")
    outside = replace(BAD, path="../x.py")
    (result,) = json.loads(as_sarif(Run([outside], 1)))["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": f"file://{folder.parent}/x.py"}


@pytest.mark.parametrize(("code", "successful"), [(0, True), (1, True), (2, False)])
def test_sarif_tells_how_the_run_ended(code: int, successful: bool) -> None:
    (run,) = json.loads(as_sarif(Run([], code)))["runs"]
    assert run["invocations"] == [{"executionSuccessful": successful, "exitCode": code}]


def test_sarif_holds_related_places_and_verdicts() -> None:
    verdict = Verdict(VerdictKind.CONFIRMED, "it raises", {"difference": 0.5}, {"call": "A()"}, 1.5)
    finding = replace(BAD, related=(Related("src/b c.py", Span(1, 2, 3, 4), "the first call"),), verdict=verdict)
    (result,) = json.loads(as_sarif(Run([finding], 1)))["runs"][0]["results"]
    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "the first call"}
    assert related["physicalLocation"] == {
        "artifactLocation": {"uri": "src/b%20c.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 1, "startColumn": 2, "endLine": 3, "endColumn": 4},
    }
    told = result["properties"]["verdict"]
    assert (told["kind"], told["evidence"], told["seconds"]) == ("confirmed", {"difference": 0.5}, 1.5)
    assert result["message"]["text"] == "norm is called twice [confirmed: it raises; ran A()]"


def test_sarif_describes_each_rule_of_kerlint() -> None:
    findings = [replace(BAD, code=rule.code, name=rule.name) for rule in all_rules().values()]
    (run,) = json.loads(as_sarif(Run(findings, 1)))["runs"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(described) == set(all_rules())
    for code, rule in all_rules().items():
        assert "## What it does" in described[code]["help"]["markdown"]
        assert described[code]["fullDescription"]["text"].startswith(rule.summary[:900])
    assert described["KER306"]["defaultConfiguration"] == {"enabled": False, "level": "note"}
    assert described["KER201"]["defaultConfiguration"] == {"enabled": True, "level": "error"}


def test_junit_tells_apart_what_failed_what_broke_and_what_was_refuted() -> None:
    refuted = replace(BAD, verdict=Verdict(VerdictKind.REFUTED, "it did not happen"))
    broken = replace(BAD, code="KER901", name="syntax-error", path="src/b.py")
    text = as_junit(Run([BAD, refuted, broken], 1))
    assert [text.count(f"<{kind} ") for kind in ("failure", "skipped", "error")] == [1, 1, 1]
    assert 'tests="3" failures="1" errors="1"' in text


def test_one_json_object_a_line_is_the_same_as_the_list() -> None:
    run = Run([BAD, moved(BAD, 2)])
    assert [json.loads(line) for line in as_json_lines(run).splitlines()] == json.loads(as_json(run))
    assert as_json_lines(Run([])) == ""


def keys(value: Any) -> Any:
    """The shape of a JSON value: the keys of its objects, all the way down."""
    return {key: keys(below) for key, below in value.items()} if isinstance(value, Mapping) else None


def test_json_has_all_keys_of_ruffs_own_output(folder: Path) -> None:
    if (ruff := shutil.which("ruff", path=str(Path(sys.executable).parent))) is None:
        pytest.skip("needs ruff")
    (folder / "a.py").write_text("import os\n")
    command = [ruff, "check", "--isolated", "--no-cache", "--select=F401", "--output-format=json", "a.py"]
    (theirs,) = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    fix = Fix("Mend", (Edit(Span(1, 1, 1, 2), "x"),), Applicability.SAFE)
    (ours,) = json.loads(as_json(Run([replace(BAD, fix=fix)])))
    assert set(keys(ours)) - set(keys(theirs)) == {"related"}
    (their_edit,), (our_edit,) = theirs["fix"].pop("edits"), ours["fix"].pop("edits")
    assert keys(theirs).items() <= keys(ours).items() and theirs["fix"]["applicability"] == ours["fix"]["applicability"]
    assert keys(their_edit).items() <= keys(our_edit).items()


NOTEBOOKS: list[Callable[[dict[str, Any]], str]] = [
    lambda notebook: json.dumps(notebook, indent=1),
    lambda notebook: json.dumps(notebook, indent=4, ensure_ascii=False),
    lambda notebook: json.dumps(notebook, indent=2, sort_keys=True),
    json.dumps,
]


@pytest.mark.parametrize("as_text", NOTEBOOKS)
@pytest.mark.parametrize("sheets", [False, True])
def test_lines_of_cells_are_found_however_the_notebook_is_written(as_text: Callable[[dict[str, Any]], str], sheets: bool) -> None:
    field = "input" if sheets else "source"
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": ["# title\n", "text"], "attachments": {"source": ["no cell"]}},
        {"cell_type": "code", field: ['print("] , {")\n', "\n", 'x = "\\n\u00e9\\""'], "outputs": [{"text": ["x = 1\n"]}]},
        {"cell_type": "code", field: "a = 1\nb = 2"},
        {"cell_type": "code", field: []},
        {"cell_type": "code", field: ["one ", "line\n", "two\nthree\n", "four"], "metadata": {"cells": [{"source": ["no"]}]}},
    ]
    notebook = {"metadata": {"cells": "no"}, **({"worksheets": [{"cells": cells}]} if sheets else {"cells": cells})}
    text = as_text(notebook)
    found, lines = lines_of_cells(text), text.split("\n")
    for number, cell in enumerate(cells, 1):
        pieces = cell.get(field, [])
        if not pieces or cell["cell_type"] != "code":
            continue
        program = "".join(pieces).split("\n")
        assert len(found[number]) == len(program)
        for written, line in zip(found[number], program, strict=True):
            assert json.dumps(line.split()[0] if line.split() else "")[1:-1] in lines[written - 1]
    assert found[2] == sorted(found[2])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"cells": 1}',
        '{"cells": [{"source": ["\\q", "a\nb"]}]}',
        '{"cells": [{"source": [1, "a',
        "\x00",
        '"' * 7,
        "}]]}",
    ],
)
def test_what_is_no_notebook_has_no_lines(text: str) -> None:
    assert all(isinstance(lines, list) for lines in lines_of_cells(text).values())
