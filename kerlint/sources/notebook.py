"""Turns a Jupyter notebook's bytes into one program: its Python code cells in their order, one below the other.

What only a notebook understands (magics, shell lines, help) becomes a line that does nothing, so that every other line
keeps its number. Reads notebook formats 3 and 4. Knows nothing of Keras and of rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kerlint.records import dataclass
from kerlint.sources.program import CannotRead, Cell, Source

_PYTHON_CELL_MAGICS = frozenset({"capture", "debug", "memit", "prun", "time", "timeit", "wandb"})
"""Cell magics that run the cell as Python in the notebook's own process."""

_PYTHON_LINE_MAGICS = frozenset({"memit", "prun", "time", "timeit"})
"""Line magics whose argument is Python run in the notebook's own process."""

_AUTOMATIC_MAGICS = frozenset(
    "alias alias_magic autoawait autoreload bookmark cat cd colors conda config cp debug dhist dirs edit env history html2text "
    "install_ext ldir less lf lk ll load load_ext ls lsmagic lx macro magic mamba man matplotlib micromamba mkdir more mv "
    "notebook page pdb pdef pdoc pfile pinfo pip popd precision prun psearch psource pushd pwd pycat pylab recall rehashx "
    "reload_ext rep rerun reset reset_selective rm rmdir run save sc set_env store sx system tb tensorboard time timeit unalias "
    "unload_ext uv who who_ls whos xdel xmode".split()
)
"""Line magics that a cell of one line may hold without their `%`."""

_OPTIONS = re.compile(r"(?:[ \t]+-(?:[nrls][ \t]*[^\s-]\S*|[pTD][ \t]*\S+|[tcqovr]+|-[\w-]+))*[ \t]+")
_CELL_MAGIC = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*%%(?P<name>[\w.]+)")
_ESCAPE = re.compile(r"(?P<indent>[ \t\f]*)(?P<magic>[%!?,;/][^\n]*)")
_ASSIGNED = re.compile(r"(?P<target>(?:[\w.,* \t()]|\[[^\]\n]*\])+=[ \t]*)(?P<magic>[%!][^\n]*)")
_HELP = re.compile(r"(?P<indent>[ \t]*)%{0,2}[\w*.\[\]'\"]+\?{1,2}[ \t]*(?=\n|\Z)")
_FIRST_WORD = re.compile(r"[ \t]*(?P<word>\w+)[ \t]+[^=\s]")
_MAGIC_NAME = re.compile(r"%[ \t]*(?P<name>\w+)")
_PYTHON_TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'''(?:\\.|[^\\])*?(?:'''|\Z)
        |"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)
      |(?P<comment>\#[^\n]*)|(?P<joined>\\\n)|(?P<newline>\n)|(?P<open>[(\[{])|(?P<close>[)\]}])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell that is no Python by itself: where in the program, and what Python says of it."""

    line: int
    column: int
    reason: str


def read_notebook(path: str, data: bytes) -> Source:
    """The program that a notebook's cells make. Raises CannotRead for what is no notebook."""
    notebook = _parse(path, data)
    if not _speaks_python(notebook.get("metadata")):
        return Source(path, "")
    texts: list[str] = []
    cells: list[Cell] = []
    line = 1
    for number, cell in enumerate(_cells(path, notebook), 1):
        text = _code(cell)
        python = None if text is None else python_of_cell(text)
        if python is None:
            continue
        shifted, indent = _without_common_indent(python)
        length = shifted.count("\n") + 1
        texts.append(shifted + "\n")
        cells.append(Cell(number, line, line + length - 1, indent))
        line += length
    return Source(path, "".join(texts), tuple(cells))


def cell_texts(path: str, data: bytes) -> dict[int, str]:
    """The Python code cells as they are written, by their numbers. Raises CannotRead for what is no notebook."""
    written = ((number, _code(cell)) for number, cell in enumerate(_cells(path, _parse(path, data)), 1))
    return {number: text for number, text in written if text is not None}


def without_broken_cells(source: Source) -> tuple[Source, tuple[BrokenCell, ...]]:
    """The program with every cell blanked that does not parse by itself, and what is wrong with each of those."""
    import ast

    lines = source.text.split("\n")
    broken: list[BrokenCell] = []
    for cell in source.cells:
        text = "\n".join(lines[cell.first_line - 1 : cell.last_line])
        try:
            ast.parse(text)
        except SyntaxError as error:
            row = min(max(error.lineno or 1, 1), cell.last_line - cell.first_line + 1)
            broken.append(BrokenCell(cell.first_line + row - 1, max(error.offset or 1, 1), error.msg))
        except (ValueError, RecursionError, MemoryError) as error:
            broken.append(BrokenCell(cell.first_line, 1, str(error) or type(error).__name__))
        else:
            continue
        lines[cell.first_line - 1 : cell.last_line] = [""] * (cell.last_line - cell.first_line + 1)
    return replace(source, text="\n".join(lines)), tuple(broken)


def _parse(path: str, data: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = data[: error.start].split(b"\n")
        place = len(before), len(before[-1].decode("utf-8", "replace")) + 1
        raise CannotRead(path, *place, "no notebook: its bytes are not UTF-8") from error
    except json.JSONDecodeError as error:
        reason = "the file is empty" if not data.strip() else f"its JSON is broken ({error.msg})"
        raise CannotRead(path, error.lineno, error.colno, f"no notebook: {reason}") from error
    except RecursionError as error:
        raise CannotRead(path, 1, 1, "no notebook: its JSON is nested too deeply") from error
    if not isinstance(notebook, dict):
        raise CannotRead(path, 1, 1, "no notebook: its JSON is not an object with a list of cells")
    return notebook


def _cells(path: str, notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every cell in order; format 3 keeps them in worksheets."""
    sheets = notebook.get("worksheets")
    lists = [notebook.get("cells")] if not isinstance(sheets, list) else [_get(sheet, "cells") for sheet in sheets]
    for cells in lists:
        if not isinstance(cells, list):
            raise CannotRead(path, 1, 1, "no notebook: its JSON has no list of cells")
        yield from (cell if isinstance(cell, dict) else {} for cell in cells)


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _speaks_python(metadata: object) -> bool:
    """Whether the kernel's language is Python, or is not told."""
    told = _get(_get(metadata, "kernelspec"), "language") or _get(_get(metadata, "language_info"), "name")
    return not isinstance(told, str) or told.lower() in ("python", "python3", "ipython")


def _code(cell: dict[str, Any]) -> str | None:
    """The text of a Python code cell, lines ended by `\\n`; None for any other cell."""
    language = _get(_get(_get(cell, "metadata"), "vscode"), "languageId") or cell.get("language")
    if cell.get("cell_type") != "code" or not (language is None or language in ("python", "ipython")):
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source.replace("\r\n", "\n").replace("\r", "\n") if isinstance(source, str) else None


def python_of_cell(text: str) -> str | None:
    """The cell's Python, line for line; None when a cell magic hands the cell to something else."""
    if found := _CELL_MAGIC.match(text):
        if found["name"] not in _PYTHON_CELL_MAGICS:
            return None
        start = found.start("name") - 2
        end = _end_of_escaped_line(text, start)
        text = text[:start] + "\n" * text.count("\n", start, end) + text[end:]
    if _is_automatic_magic(text):
        return "pass" + "\n" * text.count("\n")
    pieces: list[str] = []
    position = 0
    while position < len(text):
        end, piece = _statement(text, position)
        pieces.append(piece)
        position = end
    return "".join(pieces)


def _is_automatic_magic(text: str) -> bool:
    """Whether a cell is one line that only a magic can be: `pip install keras`."""
    found = _FIRST_WORD.match(text)
    if found is None or found["word"] not in _AUTOMATIC_MAGICS or "\n" in text.rstrip("\n"):
        return False
    import ast

    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return True
    return False


def _statement(text: str, start: int) -> tuple[int, str]:
    """The statement or magic that begins at `start`, which begins a line: where it ends and the Python it means."""
    if found := _ESCAPE.match(text, start):
        end = _end_of_escaped_line(text, found.start("magic"))
        return end, found["indent"] + _kept(text[found.start("magic") : end])
    if found := _ASSIGNED.match(text, start):
        end = _end_of_escaped_line(text, found.start("magic"))
        return end, found["target"] + _value(text[found.start("magic") : end])
    if found := _HELP.match(text, start):
        return found.end() + 1, found["indent"] + "pass" + text[found.end() : found.end() + 1]
    end = _end_of_python_line(text, start)
    return end, text[start:end]


def _end_of_escaped_line(text: str, start: int) -> int:
    """Where a magic ends: behind its line, and behind those that a backslash joins to it."""
    while (newline := text.find("\n", start)) >= 0:
        if newline == 0 or text[newline - 1] != "\\":
            return newline + 1
        start = newline + 1
    return len(text)


def _end_of_python_line(text: str, start: int) -> int:
    """Where a logical line of Python ends: behind the first line break outside brackets and strings."""
    depth = 0
    for token in _PYTHON_TOKEN.finditer(text, start):
        match token.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth = max(depth - 1, 0)
            case "newline" if depth == 0:
                return token.end()
    return len(text)


def _kept(magic: str) -> str:
    """What a line magic or shell line means in Python, as long as the original where any of its Python is kept."""
    python = _python_argument(magic)
    if python is None:
        return "pass" + "\n" * magic.count("\n")
    return "0".ljust(len(magic) - len(python) - 1) + ";" + python


def _value(magic: str) -> str:
    """The value of an assigned magic: the Python that it runs, else a call whose result nobody knows."""
    python = _python_argument(magic) if magic.startswith("%time ") else None
    if python is None:
        return "get_ipython()" + "\n" * magic.count("\n")
    return " " * (len(magic) - len(python)) + python


def _python_argument(magic: str) -> str | None:
    """The Python behind `%time` and its like, when it is a whole simple statement."""
    name = _MAGIC_NAME.match(magic)
    if name is None or name["name"] not in _PYTHON_LINE_MAGICS:
        return None
    options = _OPTIONS.match(magic, name.end())
    if options is None:
        return None
    import ast

    python = magic[options.end() :]
    try:
        body = ast.parse(python).body
    except (SyntaxError, ValueError):
        return None
    return python if body and not hasattr(body[0], "body") else None


def _without_common_indent(text: str) -> tuple[str, int]:
    """Takes off the first statement's indentation, as IPython does; a no-op for nearly every cell."""
    first = next((line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    if not indent:
        return text, 0
    return "\n".join(line.removeprefix(indent) for line in text.split("\n")), len(indent)
