"""Turns the pages for readers into complaints: codes, options, keys, files and links that they name and that do not exist.

What counts is decided by the markup alone. A code is looked for everywhere. An option counts where a line runs kerlint, and
as a code span of its own; in a command of another tool it is that tool's. A key counts in a TOML block for kerlint, and in
a code span such as `target-keras = "3"`. Knows nothing of MkDocs.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from kerlint import arguments
from kerlint.options import InvalidOption, read_options
from kerlint.rules import all_rules
from kerlint.toml import InvalidToml, parse_toml
from scripts.documentation.markdown import Block, anchors, blocks, links, spans
from scripts.documentation.settings import options
from scripts.documentation.transcripts import steps

ROOT = Path(__file__).parents[2]
CONFIGURATION_FILES = ("kerlint.toml", ".kerlint.toml")

_ROOMS = "kerlint|scripts|tests|docs|benchmarks|fixtures"


def pages() -> dict[str, str]:
    """Every text for readers, by its path; a rule's documentation by the path of its page."""
    files = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    kept = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return {**kept, **{f"docs/rules/{code}.md": rule.documentation for code, rule in all_rules().items()}}


GENERATED = ("docs/command-line.md", "docs/rules/index.md")
"""Pages that exist on the site only; those of the rules are known by their documentation."""


def complaints() -> Iterator[str]:
    """What is wrong, a line each, with the page that says it."""
    known = pages()
    for path, page in known.items():
        for complaint in (*of_page(page), *of_links(path, page, known)):
            yield f"{path}: {complaint}"


def of_page(page: str) -> Iterator[str]:
    """What a page names and does not exist: codes, options, keys, files."""
    for code in sorted(set(re.findall(r"\bKER\d{3}\b", page)) - set(all_rules())):
        yield f"{code} is no code of kerlint"
    for group in sorted(set(re.findall(r"\bKER\d(?=xx\b)", page))):
        if not any(code.startswith(group) for code in all_rules()):
            yield f"{group}xx is no group of codes"
    for block in blocks(page):
        yield from _of_block(block)
    for span in spans(page):
        yield from _of_span(span)


def _of_block(block: Block) -> Iterator[str]:
    if block.language == "toml":
        yield from _of_toml(block)
    elif block.language == "console":
        for step in steps(block.text):
            yield from _of_command(step.command)
    elif block.language not in ("python", "text"):
        for line in block.text.splitlines():
            yield from _of_words(line.replace("\\ ", " "))


def _of_toml(block: Block) -> Iterator[str]:
    try:
        table = parse_toml(block.text)
        tools = table.get("tool")
        own = table if block.title in CONFIGURATION_FILES else tools.get("kerlint") if isinstance(tools, dict) else None
        if isinstance(own, dict):
            read_options(own, "", _is_known)
    except (InvalidToml, InvalidOption) as error:
        yield str(error)


def _is_known(prefix: str) -> bool:
    return any(code.startswith(prefix) for code in all_rules())


def _of_command(command: str) -> Iterator[str]:
    """A command that is run is read by kerlint's own parser, so that it also says what a value may be."""
    words = shlex.split(command, comments=True)
    if not words or words[0] != "kerlint":
        return
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            arguments.parse(words[1:])
    except SystemExit as end:
        if end.code:
            yield f"`{command}`: {said.getvalue().strip()}"


def _of_words(line: str) -> Iterator[str]:
    """A line that names kerlint and is not read as a command: a task of an editor, a step of a pipeline."""
    _, names_it, rest = line.partition("kerlint ")
    if names_it and not re.match(r"\s*(#|//|\"|--)\s", line):
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest):
            if option not in options():
                yield f"kerlint has no option {option} ({line.strip()})"


def _of_span(span: str) -> Iterator[str]:
    if span.startswith("--"):
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", span):
            if option not in options():
                yield f"kerlint has no option {option}; an option of another tool is written with its command"
    elif span.startswith("kerlint "):
        yield from _of_words(span)
    elif re.fullmatch(r"[a-z-]+ = \S.*", span):
        with contextlib.suppress(InvalidToml):
            try:
                read_options(parse_toml(span), "", _is_known)
            except InvalidOption as error:
                yield f"`{span}`: {error}"
    elif re.fullmatch(rf"({_ROOMS})/[\w./-]*[\w/]", span) and not (ROOT / span).exists():
        yield f"there is no {span}"


def of_links(path: str, page: str, known: dict[str, str]) -> Iterator[str]:
    """Links of a page that lead nowhere, and anchors that no heading has."""
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = ((ROOT / path).parent / target).resolve() if target else ROOT / path
        name = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else None
        if name is None or not (file.exists() or name in known or name in GENERATED):
            yield f"the link {link} leads nowhere"
        elif anchor and name in known and not name.startswith("docs/rules/") and anchor not in anchors(known[name]):
            yield f"{target or 'the page'} has no heading #{anchor}"
