"""The pages about formats and CI show what kerlint prints, and their recipes work."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kerlint.reporters import FORMATS

ROOT = Path(__file__).parent.parent
FORMATS_PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
CI_PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

Run = Callable[..., Any]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def commands_and_output() -> list[tuple[str, str]]:
    found = []
    for block in blocks(FORMATS_PAGE, "console"):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture
def tour(folder: Path) -> Path:
    """The program of the README, in a repository of its own."""
    shutil.copy(ROOT / "fixtures" / "tour" / "model.py", folder)
    return folder


@pytest.mark.usefixtures("tour")
@pytest.mark.parametrize(("command", "output"), commands_and_output())
def test_the_page_shows_what_is_printed(kerlint_run: Run, command: str, output: str) -> None:
    ran = kerlint_run("--target-keras", "3", "--no-cache", *shlex.split(command)[1:])
    assert (ran.code, ran.out + ran.err) == (1, output)


@pytest.mark.usefixtures("tour")
def test_the_objects_on_the_page_are_in_the_reports(kerlint_run: Run) -> None:
    reports: dict[tuple[str, str], Any] = {}
    shown = blocks(FORMATS_PAGE, "json")
    assert len(shown) == 3
    for introduction, block in zip(re.findall(r"`kerlint --output-format (\w+)`", FORMATS_PAGE), shown, strict=True):
        code = re.findall(r"KER\d+", block)[0]
        if (introduction, code) not in reports:
            ran = kerlint_run("--target-keras=3", "--no-cache", "--select", code, "--output-format", introduction, "model.py")
            reports[introduction, code] = json.loads(ran.out)
        assert json.loads(block) in list(objects(reports[introduction, code]))


def objects(value: object) -> Iterator[object]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(below)


def test_the_table_has_every_format() -> None:
    rows = re.findall(r"(?m)^\| `(\w[\w-]*)`", FORMATS_PAGE)
    assert rows == list(FORMATS)


def recipes() -> list[Any]:
    yaml = pytest.importorskip("yaml")
    return [yaml.safe_load(block) for block in blocks(CI_PAGE, "yaml")]


def commands_of(value: Any) -> list[str]:
    """The shell commands of a recipe, whatever service it is for."""
    found: list[str] = []
    for each in objects(value):
        assert isinstance(each, dict)
        for key in ("run", "script"):
            written = each.get(key, [])
            found += [written] if isinstance(written, str) else written
    return found


@pytest.mark.usefixtures("tour")
def test_the_commands_of_the_recipes_do_what_is_said(kerlint_run: Run) -> None:
    tried = 0
    inline = [line for line in re.findall(r"`(kerlint [^`|]+?)(?:\| [^`]+)?`", CI_PAGE) if " " in line.strip()]
    for command in [*(line for recipe in recipes() for line in commands_of(recipe)), *inline]:
        if not command.startswith("kerlint "):
            assert command == "pip install kerlint"
            continue
        words = shlex.split(command)[1:]
        ran = kerlint_run("--no-cache", "--target-keras=3", *words)
        assert ran.code == (0 if "--exit-zero" in words else 1), command
        report = Path(words[words.index("--output-file") + 1]).read_text() if "--output-file" in words else ran.out
        assert "KER101" in report
        tried += 1
    assert tried == 7


def test_files_are_uploaded_under_the_name_that_they_are_written_to() -> None:
    for recipe in recipes():
        written = [
            words[words.index("--output-file") + 1] for words in map(shlex.split, commands_of(recipe)) if "--output-file" in words
        ]
        taken = [
            each[key]
            for each in objects(recipe)
            if isinstance(each, dict)
            for key in ("sarif_file", "codequality")
            if key in each
        ]
        assert written == taken


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "schema"), [(0, "github-workflows"), (1, "github-workflows"), (2, "gitlab-ci"), (3, "azure-pipelines")]
)
def test_recipes_are_what_the_services_published_schemas_allow(number: int, schema: str, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    path = tmp_path / "recipe.yml"
    path.write_text(blocks(CI_PAGE, "yaml")[number])
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
