from __future__ import annotations

import json

from kerlint.finding import Finding, Related, Severity, Span
from kerlint.reporters.flake8 import as_lines
from kerlint.reporters.ruff_json import as_json
from kerlint.reporters.run import Run
from kerlint.reporters.statistics import as_table

SPAN = Span(4, 5, 4, 9)
PLAIN = Finding("src/a.py", SPAN, "KER101", "stateful-layer-reuse", "norm is called twice", Severity.WARNING)
OTHER_CALL = Related("n.ipynb", Span(1, 2, 1, 3), "the other call", cell=2)
IN_CELL = Finding("n.ipynb", SPAN, "KER101", "stateful-layer-reuse", "twice", Severity.ERROR, (OTHER_CALL,), cell=3)


def test_a_line_is_flake8s() -> None:
    assert as_lines(Run([PLAIN])) == "src/a.py:4:5: KER101 norm is called twice\n"


def test_a_line_of_a_notebook_is_ruffs() -> None:
    assert as_lines(Run([IN_CELL])) == "n.ipynb:cell 3:4:5: KER101 twice\n"


def test_no_findings_are_no_text() -> None:
    assert as_lines(Run([])) == as_table([]) == ""


def test_json_tells_related_places_with_their_cells() -> None:
    (entry,) = json.loads(as_json(Run([IN_CELL])))
    assert entry["severity"] == "error"
    (related,) = entry["related"]
    assert (related["cell"], related["location"], related["message"]) == (2, {"row": 1, "column": 2}, "the other call")


def test_the_name_given_to_standard_input_stays_as_it_is_only_when_none_was_given() -> None:
    unnamed = Finding("stdin", SPAN, "KER101", "x", "y", Severity.WARNING)
    assert json.loads(as_json(Run([unnamed])))[0]["filename"] == "stdin"
    assert json.loads(as_json(Run([PLAIN])))[0]["filename"].endswith("/src/a.py")
