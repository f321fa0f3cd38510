"""Runs the commands that a page shows, in the folder that the page describes, and writes down what they print.

A fenced block with a title, such as `title="model.py"`, is a file. In a `console` block each line that begins with `$ kerlint` is
run, and the lines up to the next `$` are what it printed; `$ echo $?` shows its exit code. Blocks in `bash` are for readers and
are not run. Knows nothing of what is on a page besides.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kerlint.cli import main
from scripts.documentation.markdown import Block, rewritten


@dataclass(frozen=True, slots=True)
class Step:
    """A command that a page shows, and the output that it shows."""

    command: str
    shown: str


def steps(console: str) -> Iterator[Step]:
    """The commands of a console block, each with the lines after it."""
    for part in re.split(r"^\$ ", console, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        yield Step(command, shown)


def retold(page: str, folder: Path) -> str:
    """The page with what its commands really print, in place of what it shows.

    Its files are written into the folder, and its commands run there, in the order of the page. Raises ValueError for a command
    that is not kerlint's.
    """
    (folder / ".git").mkdir()
    code = 0

    def told(block: Block) -> str:
        nonlocal code
        if block.title:
            file = folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        if block.language != "console":
            return block.text
        text = ""
        for step in steps(block.text):
            code, printed = (code, f"{code}\n") if step.command == "echo $?" else run(step.command, folder)
            text += f"$ {step.command}\n{printed}"
        return text

    return rewritten(page, told)


def run(command: str, folder: Path) -> tuple[int, str]:
    """The exit code of a kerlint command in a folder, and what it prints, findings first. Raises ValueError."""
    program, *words = shlex.split(command)
    if program != "kerlint":
        raise ValueError(f"only kerlint is run on a page: $ {command}")
    out, err = io.StringIO(), io.StringIO()
    with _inside(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue() + err.getvalue()


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
