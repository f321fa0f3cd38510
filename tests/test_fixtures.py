"""Every fixture is linted as a user would lint it, and says exactly what its comments expect.

A fixture is `fixtures/KERnnn/bad_<case>` or `good_<case>`: a `.py` file, an `.ipynb` notebook, or a folder that is a
program of several files. An expectation stands at the end of the line where it happens:

    return self.norm(x)  # KER101:12 6 channels, then 16 ; KER102:12 another message

that is the code, the column from 1 and a fragment of the message. A header `# target-keras: 2.15` in the first five
lines of any file of the fixture sets the target; without one it is the newest Keras 3.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kerlint.cli import main

FIXTURES = Path(__file__).parent.parent / "fixtures"

_ONE = r"KER\d{3}:\d+(?: [^;\n]*)?"
EXPECTATIONS = re.compile(rf"#\s({_ONE}(?:;\s*{_ONE})*)$")
HEADER = re.compile(r"^# target-keras: (\S+)\s*$")


@dataclass(frozen=True, order=True)
class Place:
    """Where a finding stands: the file within the fixture, the notebook's cell, the line, the column and the code."""

    file: str
    cell: int
    line: int
    column: int
    code: str

    def __str__(self) -> str:
        cell = f"cell {self.cell}, " if self.cell else ""
        return f"{self.file}: {cell}line {self.line}, column {self.column}: {self.code}"


@dataclass(frozen=True)
class Expectation:
    place: Place
    fragment: str


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """The stretches of code of a file, each with its cell (0 for a plain file, else counted from 1 over all cells)."""
    if path.suffix != ".ipynb":
        yield 0, path.read_text(encoding="utf-8")
        return
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
        if cell["cell_type"] == "code":
            yield number, "".join(cell["source"])


def _expectations_in(text: str, file: str, cell: int) -> Iterator[Expectation]:
    for number, line in enumerate(text.splitlines(), start=1):
        if match := EXPECTATIONS.search(line.rstrip()):
            for part in re.split(r"\s*;\s*(?=KER\d{3}:)", match[1]):
                where, _, fragment = part.strip().partition(" ")
                code, _, column = where.partition(":")
                yield Expectation(Place(file, cell, number, int(column), code), fragment.strip())


@dataclass(frozen=True)
class Fixture:
    """One small program; `code` is the rule whose folder holds it."""

    path: Path
    code: str

    def __str__(self) -> str:
        return f"{self.code}/{self.path.name}"

    @property
    def is_bad(self) -> bool:
        return self.path.name.startswith("bad_")

    def files(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        return sorted(p for p in self.path.rglob("*") if p.suffix in (".py", ".ipynb"))

    def target(self) -> str:
        for file in self.files():
            for _, text in _texts(file):
                for line in text.splitlines()[:5]:
                    if match := HEADER.match(line):
                        return match[1]
        return "3"

    def expectations(self) -> list[Expectation]:
        root = self.path if self.path.is_dir() else self.path.parent
        return [
            expectation
            for file in self.files()
            for cell, text in _texts(file)
            for expectation in _expectations_in(text, file.relative_to(root).as_posix(), cell)
        ]

    def alone_in(self, folder: Path) -> Path:
        """A copy of it in a folder, where no other program uses what it defines."""
        target = folder / self.path.name
        if self.path.is_dir():
            shutil.copytree(self.path, target)
        else:
            shutil.copyfile(self.path, target)
        return target

    def place_of(self, finding: dict[str, Any], root: Path) -> Place:
        file = Path(finding["filename"]).resolve().relative_to(root.resolve()).as_posix()
        location = finding["location"]
        return Place(file, finding.get("cell") or 0, location["row"], location["column"], finding["code"])


def all_fixtures() -> list[Fixture]:
    return [
        Fixture(path, folder.name)
        for folder in sorted(FIXTURES.glob("KER*"))
        for path in sorted(folder.iterdir())
        if path.name.startswith(("bad_", "good_"))
    ]


def lint(path: Path, target: str, code: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What the command says of `path`: the default rules, and also those of `code`, which may be off by default."""
    options = ["--isolated", "--no-cache", "--preview", "--output-format", "json", "--target-keras", target]
    status = main([*options, "--extend-select", code, str(path)])
    out, err = capsys.readouterr()
    assert status in (0, 1), f"exit {status}: {err}"
    findings: list[dict[str, Any]] = json.loads(out)
    return findings


@pytest.mark.parametrize("fixture", all_fixtures(), ids=str)
def test_fixture_says_what_it_expects(fixture: Fixture, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = fixture.alone_in(tmp_path)
    root = copy if copy.is_dir() else tmp_path
    findings = lint(copy, fixture.target(), fixture.code, capsys)
    said = {fixture.place_of(f, root): f["message"] for f in findings}
    expected = {expectation.place: expectation.fragment for expectation in fixture.expectations()}

    unexpected = [f"not expected: {place} {said[place]}" for place in sorted(said.keys() - expected.keys())]
    missing = [f"not reported: {place} {expected[place]}" for place in sorted(expected.keys() - said.keys())]
    misworded = [
        f"{place}: {expected[place]!r} is not in {said[place]!r}"
        for place in sorted(said.keys() & expected.keys())
        if expected[place] not in said[place]
    ]
    if len(findings) > len(said):
        misworded.append("something is reported twice at one place")
    assert not (problems := unexpected + missing + misworded), "\n" + "\n".join(problems)


@pytest.mark.parametrize("fixture", all_fixtures(), ids=str)
def test_bad_fixtures_expect_their_own_rule_and_good_ones_do_not(fixture: Fixture) -> None:
    own = [e for e in fixture.expectations() if e.place.code == fixture.code]
    assert bool(own) == fixture.is_bad


def test_there_are_fixtures() -> None:
    assert all_fixtures()


def test_expectations_are_read_from_comments() -> None:
    line = "x = f(1)  # KER101:5 6 channels, then 16 ; KER102:7 a: b"
    assert list(_expectations_in(f"\n{line}\n", "a.py", 0)) == [
        Expectation(Place("a.py", 0, 2, 5, "KER101"), "6 channels, then 16"),
        Expectation(Place("a.py", 0, 2, 7, "KER102"), "a: b"),
    ]


def test_a_suppression_is_no_expectation() -> None:
    assert not list(_expectations_in("x = f(1)  # noqa: KER101\n", "a.py", 0))
