"""Turns each rule into a page: what its documentation says, its examples run by kerlint, and what was measured.

Knows nothing of MkDocs but the fields at the head of a page.
"""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from kerlint.rules import Rule, all_rules
from kerlint.version import KERAS_2, NEWEST_3, KerasVersion
from scripts.documentation.examples import code_of, command_for, is_on_by_default, printed_for, prose_of, sections
from scripts.documentation.probes import PROBES
from scripts.generate_rules_table import GROUPS

ROOT = Path(__file__).parents[2]
OWN = "kerlint's own codes"

_HEAD = """\
# Rules

kerlint has {count} rules in {groups} groups, and {own} codes of its own for what it could not do and for comments that silence
nothing. A code never changes its meaning. `kerlint rule CODE` prints a rule's page, and [by tag](../tags.md) the rules are
sorted by severity, by the Keras that they speak for, and by whether they speak unasked. How often each is right on real packages
is [measured](../precision.md).

The examples are programs. What kerlint prints for them is printed when this site is built, and the tests let Keras confirm those
that are about the newest Keras.

Severity says what is at stake. **error**: the program raises, or will raise when what it saved is loaded. **warning**: something
is lost or mixed, often without a word. **info**: shown only where a selector names the rule.

"""


@cache
def rule_pages() -> dict[str, str]:
    """Every page about rules, by its path below `docs/`."""
    measured = _measured()
    pages = {f"rules/{code}.md": _page(rule, measured.get(code, "")) for code, rule in all_rules().items()}
    return {"rules/index.md": _index(), **pages}


def groups() -> dict[str, list[Rule]]:
    """The rules by the title of their group, kerlint's own codes last."""
    titles = {**GROUPS, "KER9": OWN}
    return {title: [rule for code, rule in all_rules().items() if code.startswith(prefix)] for prefix, title in titles.items()}


def _index() -> str:
    grouped = groups()
    own = len(grouped[OWN])
    head = _HEAD.format(count=len(all_rules()) - own, groups=len(grouped) - 1, own=own)
    return head + "\n".join(_group(title, rules) for title, rules in grouped.items())


def _group(title: str, rules: list[Rule]) -> str:
    lines = [f"## {title}", "", "| code | name | reports | severity | Keras |", "|---|---|---|---|---|"]
    for rule in rules:
        first = re.sub(r"^(Reports|Says that|Says) ", "", rule.summary.partition(". ")[0].rstrip(".")).replace("|", "\\|")
        severity = f"{rule.severity.value}, preview" if rule.preview else rule.severity.value
        lines.append(f"| [{rule.code}]({rule.code}.md) | {rule.name} | {first} | {severity} | {rule.keras.text or 'all'} |")
    return "\n".join([*lines, ""])


def tags_of(rule: Rule) -> list[str]:
    """What a rule can be found by."""
    tags = [f"severity: {rule.severity.value}", "on by default" if is_on_by_default(rule) else "off by default"]
    if rule.preview:
        tags.append("preview")
    if rule.check is None:
        return [*tags, "fixable"] if rule.is_fixable else tags
    whole = all(KerasVersion(3, minor) in rule.keras for minor in range(NEWEST_3[1] + 1))
    threes = [KerasVersion(3, minor) for minor in range(NEWEST_3[1] + 1) if KerasVersion(3, minor) in rule.keras]
    if KERAS_2 in rule.keras:
        tags.append("Keras 2")
    if threes:
        tags.append("Keras 3" if whole else f"Keras {threes[0]} to {threes[-1]}")
    return [*tags, *(["confirmable"] if rule.probe else []), *(["fixable"] if rule.is_fixable else [])]


def _page(rule: Rule, measured: str) -> str:
    parts = sections(rule.documentation)
    fields = ["---", f"title: {rule.code} {rule.name}", f"description: {_quoted(rule.summary)}"]
    fields += ["tags:", *(f"  - {_quoted(tag)}" for tag in tags_of(rule)), "---", ""]
    body = [
        f"# {rule.code} {rule.name}",
        _facts(rule),
        f"## What it does\n\n{parts['What it does']}",
        f"## Why is this bad?\n\n{parts['Why is this bad?']}",
        f"## Example\n\n{_example(parts['Example'], rule)}",
        f"## Use instead\n\n{_example(parts['Use instead'], rule)}",
        f"## Fix\n\n{parts['Fix']} ([How fixes are made](../fixing.md).)" if "Fix" in parts else "",
        f"## Keras versions\n\n{parts['Keras versions']}",
        f"## What happens where\n\n{measured}" if measured else "",
        f"## How it is confirmed\n\n{_confirmed(rule)}" if rule.check is not None else "",
        f"## References\n\n{_linked(parts['References'])}",
    ]
    return "\n".join(fields) + "\n\n".join(part for part in body if part) + "\n"


def _quoted(text: str) -> str:
    """A text as YAML takes it."""
    return "'" + text.replace("'", "''").replace("`", "") + "'"


def _facts(rule: Rule) -> str:
    """The line under the title."""
    keras = "not about Keras" if rule.check is None else f"Keras {rule.keras.text or '2 and 3'}"
    state = "in preview: off unless `--preview` asks for it" if rule.preview else "on by default"
    if not rule.preview and not is_on_by_default(rule):
        state = f"off unless a selector names it, such as `--extend-select {rule.code}`"
    return f"Severity **{rule.severity.value}** · {keras} · {state}"


def _example(section: str, rule: Rule) -> str:
    """A program with what kerlint prints for it, and what the section says besides."""
    code, prose = code_of(section), prose_of(section)
    if not code.strip():
        return prose
    with tempfile.TemporaryDirectory() as folder:
        printed = printed_for(code, rule, Path(folder))
    shown = f'```python title="example.py"\n{code}```\n\n```console\n$ {command_for(rule)}\n{printed}```'
    return f"{shown}\n\n{prose}" if prose else shown


def _confirmed(rule: Rule) -> str:
    if not rule.probe:
        return "`--confirm` does not put it to the test."
    return (
        f"`kerlint --confirm={rule.code}` runs Keras, walled off: it {PROBES[rule.probe]}. "
        "[How findings are confirmed](../confirming.md)."
    )


def _linked(text: str) -> str:
    """Bare addresses become links, and so do threads on GitHub that are written as `owner/name#number`."""
    text = re.sub(r"(?<![(<])(https?://[^\s)]*[^\s).,])", r"<\1>", text)
    return re.sub(r"(?<![\w/])([\w-]+/[\w.-]+)#(\d+)", r"[\1#\2](https://github.com/\1/issues/\2)", text)


def _measured() -> dict[str, str]:
    """The part of the page about versions that is about a rule, without its heading."""
    page = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (KER\d{3}) .*\n", page, flags=re.M)[1:]
    explained = "[How this was measured, and what the words mean](../versions.md)."
    return {code: f"{text.strip()}\n\n{explained}" for code, text in zip(parts[::2], parts[1::2], strict=True)}


