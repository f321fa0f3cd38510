"""docs/adopting.md shows what its commands print: they are run here one after the other, on the program of the README."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")


def shown() -> list[tuple[str, list[str]]]:
    """Each command with the lines below it."""
    commands: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            else:
                commands[-1][1].append(line)
    return commands


def test_the_commands_print_what_the_page_shows(folder: Path, kerlint_run: Callable[..., Any]) -> None:
    program = (ROOT / "fixtures" / "tour" / "model.py").read_text(encoding="utf-8")
    comments = re.compile(r"  # KER.*$", re.MULTILINE)
    Path("model.py").write_text(comments.sub("", program), encoding="utf-8")
    assert len(shown()) >= 7
    for command, expected in shown():
        name, *words = shlex.split(command)
        if name == "cat":
            printed = Path(words[0]).read_text(encoding="utf-8")
        else:
            assert name == "kerlint"
            ran = kerlint_run(*words)
            printed = ran.out + ran.err
        lines = printed.splitlines()
        if expected[-1:] == ["…"]:
            expected, lines = expected[:-1], lines[: len(expected) - 1]
        assert lines == expected, command


def test_every_linked_page_is_there() -> None:
    for target in re.findall(r"\]\(([\w./-]+\.md)[)#]", PAGE):
        assert (ROOT / "docs" / target).is_file(), target
