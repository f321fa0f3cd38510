"""Shows what a run of Keras said of a finding: the verdict, plots of what was measured, what changed and what was raised."""

from __future__ import annotations

from kerlint.finding import Verdict
from kerlint.reporters.html.bars import plot
from kerlint.reporters.html.markup import Markup, element, joined, with_code
from kerlint.reporters.html.measured import seen_in


def evidence(verdict: Verdict) -> Markup:
    """The verdict in one line, and below it what it rests on."""
    seen = seen_in(verdict)
    word = element("span", verdict.kind.value, class_=f"verdict {verdict.kind.value}")
    parts: list[Markup | None] = [element("p", word, " ", with_code(verdict.summary), class_="said")]
    if seen.plots:
        plots = (plot(one.title, one.axis, one.bars) for one in seen.plots)
        parts.append(element("div", *plots, class_="plots"))
    if seen.changed:
        heads = (element("th", word, scope="col") for word in ("setting", "before", "after"))
        rows = (
            element("tr", element("th", name, scope="row"), element("td", before), element("td", after))
            for name, before, after in seen.changed
        )
        parts.append(element("table", element("tr", *heads), *rows, class_="changed"))
    if seen.error:
        parts.append(element("pre", seen.error, class_="raised"))
    facts = list(seen.facts)
    if verdict.seconds:
        facts.append(("time", f"{verdict.seconds:.1f} s"))
    if verdict.reproduction:
        facts.append(("script", verdict.reproduction))
    if facts:
        listed = (joined(element("dt", name), element("dd", value)) for name, value in facts)
        summary = element("summary", "What was run, and all that was noted")
        parts.append(element("details", summary, element("dl", *listed)))
    return element("section", *parts, class_="evidence")
