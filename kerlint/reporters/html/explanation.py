"""Turns a rule's documentation, the Markdown of its docstring, into HTML: headings, paragraphs, code and links, no more."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from kerlint.links import rule_page
from kerlint.reporters.html.markup import Markup, element, joined, text, with_code
from kerlint.rules import Rule

_LINK = re.compile(r"https?://[^\s<>()\"']+[^\s<>()\"'.,;:]")


def explanation(rule: Rule) -> Markup:
    """What it does, why it is bad, an example and what to use instead; closed, until somebody wants to know."""
    _, _, body = rule.documentation.partition("\n")
    state = f"Severity: {rule.severity.value}. Keras: {rule.keras.text or 'every version'}."
    head = joined(element("span", rule.code, class_="code"), " ", rule.name)
    summary = element("summary", element("h3", head))
    address = rule_page(rule.code)
    again = element("p", "On the web: ", element("a", address, href=address, rel="noreferrer"))
    blocks = (_block(block) for block in re.split(r"\n\s*\n", body.strip("\n")) if block.strip())
    return element("details", summary, element("p", state), *_merged(blocks), again, class_="rule", id=f"rule-{rule.code}")


def _block(block: str) -> tuple[str, Markup]:
    """A block and of what kind it is."""
    if block.startswith("## "):
        title, _, rest = block[3:].partition("\n")
        return "heading", joined(element("h4", title), element("p", _inline(rest)) if rest.strip() else None)
    if block.startswith("    "):
        return "code", text(textwrap.dedent(block))
    if re.match(r"[-*] ", block):
        items = re.split(r"\n[-*] ", "\n" + block)[1:]
        return "list", element("ul", *(element("li", _inline(item)) for item in items))
    return "paragraph", element("p", _inline(block))


def _merged(blocks: Iterable[tuple[str, Markup]]) -> list[Markup]:
    """The blocks, with code that an empty line divides in one piece."""
    found: list[Markup] = []
    code: list[Markup] = []
    for kind, block in (*blocks, ("end", Markup(""))):
        if kind == "code":
            code.append(block)
            continue
        if code:
            found.append(element("pre", Markup("\n\n".join(code))))
            code = []
        found.append(block)
    return found


def _inline(paragraph: str) -> Markup:
    """A paragraph with its links and code."""
    words = " ".join(paragraph.split())
    pieces: list[Markup] = []
    at = 0
    for link in _LINK.finditer(words):
        pieces += [with_code(words[at : link.start()]), element("a", link[0], href=link[0], rel="noreferrer")]
        at = link.end()
    return joined(*pieces, with_code(words[at:]))
