"""Findings for a person: what is said, and the code that it is said of, with the other places that belong to it."""

from __future__ import annotations

from itertools import groupby

from kerlint.finding import Finding, Related, Severity
from kerlint.reporters.frames import Frame, Mark, frame
from kerlint.reporters.levels import severity_of
from kerlint.reporters.run import Run
from kerlint.reporters.texts import Texts
from kerlint.reporters.wording import fix_words, position, printable, verdict_words
from kerlint.terminal import COLOURS

_COLOUR_OF = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def as_frames(run: Run) -> str:
    """One paragraph a finding, an empty line behind each."""
    texts = Texts(run.handed_over)
    return "".join(f"{_paragraph(finding, texts, run)}\n" for finding in run.findings)


def _paragraph(finding: Finding, texts: Texts, run: Run) -> str:
    severity = severity_of(finding)
    code = _painted(f"{severity.value}[{finding.code}]", run, "bold", _COLOUR_OF[severity])
    lines = [f"{code} {_painted(printable(finding.message), run, 'bold')}"]
    sections = _sections(finding, texts, _COLOUR_OF[severity])
    # One gutter for all frames of a finding, so that they stand below each other.
    gutter = max((len(str(number)) for _, section in sections for number in section.numbers), default=1)
    for arrow, (place, section) in zip(["-->", *[":::"] * len(sections)], sections, strict=False):
        lines.append(" " * gutter + f"{_painted(arrow, run, 'cyan')} {printable(place.path)}:{position(place)}")
        lines += frame(section, gutter, lambda text, *names: _painted(text, run, *names), run.width)
    if finding.verdict is not None:
        lines.append(" " * gutter + f" {_painted('=', run, 'cyan')} {printable(verdict_words(finding.verdict))}")
        if finding.verdict.reproduction is not None:
            lines.append(" " * gutter + f" {_painted('=', run, 'cyan')} shown by {printable(finding.verdict.reproduction)}")
    if finding.fix is not None:
        lines.append(" " * gutter + f" {_painted('=', run, 'cyan')} fix: {printable(fix_words(finding.fix))}")
    return "".join(f"{line}\n" for line in lines)


def _sections(finding: Finding, texts: Texts, colour: str) -> list[tuple[Finding | Related, Frame]]:
    """A frame for the place of the finding, with the related places of the same program in it, and one for each other program."""
    own = finding.path, finding.cell
    marks = [Mark(finding.span, "", "^", colour)]
    marks += [_mark(place) for place in finding.related if (place.path, place.cell) == own]
    found: list[tuple[Finding | Related, Frame]] = [(finding, Frame(texts.lines(*own), tuple(marks), finding.span))]
    others = (place for place in finding.related if (place.path, place.cell) != own)
    for program, group in groupby(others, key=lambda place: (place.path, place.cell)):
        places = list(group)
        found.append((places[0], Frame(texts.lines(*program), tuple(_mark(place) for place in places), places[0].span)))
    return found


def _mark(place: Related) -> Mark:
    return Mark(place.span, printable(place.message), "-", "cyan")


def _painted(text: str, run: Run, *names: str) -> str:
    return f"{''.join(COLOURS[name] for name in names)}{text}{COLOURS['reset']}" if run.colour and text else text
