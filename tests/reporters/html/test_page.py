"""The page as a whole: what it tells, that it asks for nothing, and that texts stay texts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from kerlint import __version__
from kerlint.cli import main
from kerlint.finding import Edit, Finding, Fix, Related, Severity, Span, Verdict, VerdictKind
from kerlint.reporters.html import About, as_html
from reporters.html.conftest import FIXTURES, Report

TOUR = str(FIXTURES / "tour")
REUSE = str(FIXTURES / "KER101" / "bad_shared_after_two_convolutions.py")
HOSTILE = "</script><img src=x onerror=alert(1)>'\"&amp;`<b>`\ud800\x1b\x00\u202e</style>-->"
PROGRAM = """import keras
from keras import layers

class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.norm = layers.BatchNormalization()

    def call(self, x, training=False):
        x = self.norm(x, training=training)  # </script><img src=x onerror=alert(1)>
        return self.norm(x + 1, training=training)
"""


class Outline(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def made_up(**more: object) -> Finding:
    values = {"path": "a.py", "span": Span(1, 1, 1, 2), "code": "KER101", "name": "stateful-layer-reuse", "message": "m"}
    return Finding(**{**values, "severity": Severity.WARNING, **more})  # type: ignore[arg-type]


def page_of(*findings: Finding) -> str:
    return as_html(findings, About("now", ["src"], 1, 1), {})


def strict(page: str) -> None:
    """Raises where the page is no HTML by the standard's own parser."""
    html5lib = pytest.importorskip("html5lib", reason="html5lib is not installed (pip install html5lib)")
    html5lib.HTMLParser(strict=True).parse(page)


def test_the_head_tells_when_by_whom_on_what_and_how_it_ended(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    text = Outline(report("--target-keras", "3.6", TOUR)).text
    assert "2023-11-14 22:13:20 +0000" in text
    assert __version__ in text
    assert f"1 file in {TOUR}, findings in 1" in text
    assert "3.6 (the command line)" in text
    assert "1: there are findings" in text


def test_every_finding_of_the_command_stands_in_the_page(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--isolated", "--no-cache", "--output-format", "json", TOUR])
    found = json.loads(capsys.readouterr().out)
    outline = Outline(report(TOUR))
    assert [one["data-rule"] for one in outline.of("article")] == [entry["code"] for entry in found]
    for entry in found:
        assert entry["message"].replace("`", "") in outline.text
    assert "self.norm(self.narrow(images), training=training)" in outline.text


def test_a_fix_is_told(report: Report) -> None:
    text = Outline(report(TOUR)).text
    assert 'Fix: Save to "./test_model.keras" (--fix --unsafe-fixes)' in text


@pytest.mark.slow
def test_the_page_asks_the_network_for_nothing(report: Report) -> None:
    outline = Outline(report("--select", "ALL", str(FIXTURES / "KER101"), str(FIXTURES / "KER105")))
    keys = ("src", "srcset", "data", "action", "xlink:href")
    loading = [value for _, given in outline.elements for key, value in given.items() if key in keys]
    assert loading == []
    assert {given["href"] for given in outline.of("link")} == {"data:,"}
    assert all("url(" not in text and "@import" not in text for text in outline.texts)
    assert any(str(given["href"]).startswith("https://") for given in outline.of("a"))


def test_every_link_into_the_page_has_its_place(report: Report) -> None:
    outline = Outline(report("--select", "ALL", str(FIXTURES / "KER102"), TOUR))
    places = [given["id"] for _, given in outline.elements if "id" in given]
    assert len(places) == len(set(places))
    assert {str(given["href"])[1:] for given in outline.of("a") if str(given["href"]).startswith("#")} <= set(places)


@pytest.mark.slow
def test_the_page_is_valid(report: Report) -> None:
    strict(report("--select", "ALL", "--preview", TOUR, str(FIXTURES / "KER101"), str(FIXTURES / "KER301")))


def test_nothing_found_is_a_page_that_says_so(report: Report, tmp_path: Path) -> None:
    (tmp_path / "fine.py").write_text("import keras\n")
    page = report(str(tmp_path))
    strict(page)
    assert "Nothing was found." in page
    assert "0: nothing was found that counts" in page
    assert not Outline(page).of("form")


def test_no_file_to_check_is_a_page_as_well(report: Report, tmp_path: Path) -> None:
    assert "0 files in" in report(str(tmp_path))


def test_hostile_texts_stay_texts() -> None:
    span = Span(1, 1, 1, 2)
    evidence = {"error": HOSTILE, "changed": {HOSTILE: [HOSTILE, HOSTILE]}, HOSTILE: HOSTILE}
    verdict = Verdict(VerdictKind.CONFIRMED, HOSTILE, evidence, {"made": HOSTILE})
    page = page_of(
        made_up(path=HOSTILE, message=HOSTILE, name=HOSTILE, related=(Related(HOSTILE, span, HOSTILE),), verdict=verdict),
        made_up(related=(Related("b.py", span, HOSTILE),)),
        made_up(fix=Fix(HOSTILE, (Edit(span, HOSTILE),))),
    )
    strict(page)
    outline = Outline(page)
    assert not outline.of("img")
    assert len(outline.of("script")) == len(outline.of("style")) == 1
    assert not [key for _, given in outline.elements for key in given if key.startswith("on")]
    assert page.isascii()
    shown = outline.text
    assert "<img src=x onerror=alert(1)>'\"&amp;" in shown
    assert r"\ud800\u001b\u0000\u202e" in shown


def test_a_line_of_source_and_a_name_of_a_file_cannot_leave_their_place(report: Report, tmp_path: Path) -> None:
    folder = tmp_path / "<img src=x onerror=alert(2)>"
    folder.mkdir()
    (folder / "a'\"&.py").write_text(PROGRAM)
    page = report(str(tmp_path))
    strict(page)
    outline = Outline(page)
    assert not outline.of("img")
    assert "# </script><img src=x onerror=alert(1)>" in outline.text
    assert [given["data-folder"] for given in outline.of("article")] == [str(folder)]


@pytest.mark.skipif(os.name == "nt", reason="names of files are texts on Windows")
def test_a_name_that_is_no_text_is_shown_with_escapes(report: Report, tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.py")
    try:
        with open(path, "w") as file:
            file.write(PROGRAM)
    except OSError:
        pytest.skip("this file system takes only names that are UTF-8")
    page = report(str(tmp_path))
    assert r"caf\udce9.py" in page
    assert "self.norm(x, training=training)" in Outline(page).text


def test_a_program_from_standard_input_is_shown(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PROGRAM.encode())))
    assert "def call(self, x, training=False):" in Outline(report("-")).text


def test_a_file_that_is_gone_leaves_its_finding(report: Report) -> None:
    page = page_of(made_up(path="never/there.py", related=(Related("nor/there.py", Span(3, 1, 3, 4), "the first call"),)))
    strict(page)
    assert "the first call (line 3)" in page
    assert "<pre" not in Outline(page).text


def test_three_thousand_findings_are_a_few_megabytes(report: Report) -> None:
    findings = [made_up(path=REUSE, span=Span(14, 16, 14, 61), message=f"number {number}") for number in range(3000)]
    assert len(page_of(*findings)) < 6_000_000


def test_several_processes_draw_the_same_page(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setattr("kerlint.workers._SMALL", 0)
    monkeypatch.setattr("kerlint.workers._FOR_ONE", 100)
    words = [str(FIXTURES / "KER102")]
    page = report("-j", "2", *words)
    assert page.count('class="calls"') == len(list((FIXTURES / "KER102").glob("bad_*")))
    assert page == report(*words)


def test_folders_are_told_from_where_they_all_lie() -> None:
    page = Outline(page_of(*(made_up(path=f"/project/of/{name}/a.py") for name in ("models", "models", "layers/deep"))))
    assert "Findings by folder in /project/of" in page.text
    assert re.search(r"models2.*layers/deep1", page.text)
    assert {given["data-folder"] for given in page.of("article")} == {"/project/of/models", "/project/of/layers/deep"}
    mixed = Outline(page_of(made_up(path="/project/a.py"), made_up(path="b.py")))
    assert "Findings by folder" in mixed.text


def test_many_who_name_a_version_are_counted() -> None:
    targets = [("3.15", f"pyproject.toml of {number}") for number in range(9)] + [("2.15", "setup.py")]
    text = Outline(as_html([], About("now", ["src"], 1, 0, targets), {})).text
    assert "2.15 (setup.py); 3.15 (pyproject.toml of 0; pyproject.toml of 1; pyproject.toml of 2; and 6 more)" in text


def test_of_many_paths_that_were_asked_for_the_first_are_named() -> None:
    paths = [f"src/a{number}.py" for number in range(30)]
    assert "30 files in src/a0.py src/a1.py src/a2.py src/a3.py src/a4.py and 25 more" in as_html([], About("now", paths, 30, 0))
    assert "in src/a0.py src/a1.py</dd>" in as_html([], About("now", paths[:2], 2, 0))


def test_a_page_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells its time; and what it holds beside that is remembered of no other run."""
    from kerlint import disk

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(PROGRAM)
    for words, lasts in ((["--output-format", "html"], False), ([], True)):
        with disk.observed() as seen:
            main(["--isolated", *words, "a.py"])
        assert seen.is_lasting is lasts


def _headings(outline: Outline) -> Iterator[int]:
    return (int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag))


def test_no_level_of_headings_is_left_out(report: Report) -> None:
    levels = list(_headings(Outline(report(TOUR))))
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
