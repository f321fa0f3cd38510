"""Turns a place in a document into Markdown for the editor to show: the layer there, and the rules named or broken there."""

from __future__ import annotations

import logging
import os
import re

from lsprotocol import types

from kerlint import explain
from kerlint.finding import Span
from kerlint.integrations.server.call_sites import CallSite, Layer, Place, holds, layer_at
from kerlint.integrations.server.checking import Checked, open_texts
from kerlint.integrations.server.documents import AnyDocument, Notebook, places_at
from kerlint.integrations.server.session import Session
from kerlint.integrations.server.state import State
from kerlint.integrations.server.working import ASKED
from kerlint.module import Module
from kerlint.rules import all_rules
from kerlint.sources.tokens import lex

log = logging.getLogger(__name__)

_CODE = re.compile(r"\bKER\d{3}\b", re.IGNORECASE)
_MOST_SITES = 20


async def hover_at(session: Session, params: types.HoverParams) -> types.Hover | None:
    """What is to be said of a place; None where there is nothing."""
    uri, position = params.text_document.uri, params.position
    return await session.ask(ASKED, lambda state: _hover(session, state, uri, position))


def _hover(session: Session, state: State, uri: str, position: types.Position) -> types.Hover | None:
    """In the worker's thread."""
    document = state.documents.get(uri) or state.documents.get(state.cell_owner(uri) or "")
    if document is None:
        return None
    cell = document.number_of(uri) if isinstance(document, Notebook) else None
    places = places_at(document, cell, state.encoding)
    line, column = places.place(position)
    named = _code_in_comment(places.text, line, column)
    if named is not None:
        return _as_hover(explain.as_text([all_rules()[named]]))
    parts: list[str] = []
    layer = _layer_at(session, state, document, cell, line, column)
    if layer is not None:
        parts.append(as_markdown(layer, document.path))
    checked = session.checker.check(state, document, lambda: True)
    codes = _codes_at(checked, cell, line, column) if checked is not None else ()
    parts += (explain.as_text([all_rules()[code]]) for code in codes)
    return _as_hover("\n\n---\n\n".join(parts)) if parts else None


def _as_hover(text: str) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


def _code_in_comment(text: str, line: int, column: int) -> str | None:
    """The rule whose code stands in a comment at a place."""
    if "#" not in text:
        return None
    for comment in lex(text).comments:
        if comment.line == line:
            for found in _CODE.finditer(comment.text):
                start = comment.column + found.start()
                if holds(Span(line, start, line, start + len(found.group())), line, column):
                    return found.group().upper() if found.group().upper() in all_rules() else None
    return None


def _codes_at(checked: Checked, cell: int | None, line: int, column: int) -> tuple[str, ...]:
    """The rules that report something at a place, each once."""
    here = (found.code for found in checked.findings if found.cell == cell and holds(found.span, line, column))
    return tuple(dict.fromkeys(here))


def _layer_at(session: Session, state: State, document: AnyDocument, cell: int | None, line: int, column: int) -> Layer | None:
    """The layer there; an error of the analysis is one of the server's log, for the editor there is nothing then."""
    with open_texts(state):
        module = session.checker.module(state, document)
        place = _in_program(module, cell, line, column) if module is not None else None
        if module is None or place is None:
            return None
        try:
            return layer_at(module, *place)
        except Exception:
            log.exception("error while looking for a layer in %s", document.path)
            return None
        finally:
            module.forget_traces()


def _in_program(module: Module, cell: int | None, line: int, column: int) -> tuple[int, int] | None:
    """A place of a cell in the program that the cells make; None for a cell that is no part of it."""
    if cell is None:
        return line, column
    found = next((known for known in module.source.cells if known.number == cell), None)
    return (found.first_line + line - 1, column - found.indent) if found is not None else None


def as_markdown(layer: Layer, path: str) -> str:
    """What is known of a layer, as seen from the file at `path`."""
    short = layer.class_name.rpartition(".")[2]
    of_keras = layer.keras_base is None
    title = f"**{short}** `{layer.class_name}`" if of_keras else f"**{short}**, a `{layer.keras_base}` of this project"
    lines = [f"{title}, made on {_line(layer.made, path)}", ""]
    if not layer.passes:
        lines.append("No call is known.")
    for taken in layer.passes:
        lines.append(f"Called in `{taken.name}`:" if "." in taken.name or " " not in taken.name else f"Called in {taken.name}:")
        lines += (f"{number}. {_site(site, path)}" for number, site in enumerate(taken.sites[:_MOST_SITES], 1))
        if len(taken.sites) > _MOST_SITES:
            lines.append(f"\n… and {len(taken.sites) - _MOST_SITES} more places")
        lines.append("")
    return "\n".join(lines).rstrip()


def _site(site: CallSite, path: str) -> str:
    said = f"{_line(site.place, path)}: `{site.text}`"
    if site.channels is not None:
        said += f", on {site.channels} channel{'' if site.channels == 1 else 's'}"
    if site.times > 1:
        said += ", again and again"
    return said + (", instead of the call before" if site.excludes else "")


def _line(place: Place, path: str) -> str:
    said = f"line {place.line}" if place.cell is None else f"line {place.line} of cell {place.cell}"
    return said if place.path == path else f"{said} of {os.path.relpath(place.path, os.path.dirname(path))}"
