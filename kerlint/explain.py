"""Turns a rule's documentation into what `kerlint rule` prints. Knows nothing of findings."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.links import rule_page
from kerlint.rules import Rule

_PREVIEW = " In preview: off unless `--preview` or `preview = true` asks for it."


def as_text(rules: Iterable[Rule]) -> str:
    """Each rule's page, the title first."""
    return "\n\n".join(_page(rule) for rule in rules) + "\n"


def _page(rule: Rule) -> str:
    _, _, body = rule.documentation.partition("\n")
    state = f"Severity: {rule.severity.value}. Keras: {_versions(rule)}.{_PREVIEW if rule.preview else ''}"
    return f"# {rule.name} ({rule.code})\n\n{state}\n\n{body.strip()}\n\n{rule_page(rule.code)}"


def _versions(rule: Rule) -> str:
    return rule.keras.text or "every version"


def as_markdown(rules: Iterable[Rule]) -> str:
    """The same as Markdown: the stretches that are set off by an indentation are programs, the titles stand below the rule's."""
    return "\n".join(_markdown(rule) for rule in rules)


def _markdown(rule: Rule) -> str:
    lines: list[str] = []
    inside = False
    for line in [*_page(rule).split("\n"), ""]:
        is_code = line.startswith("    ") or (inside and not line)
        if is_code and not inside:
            lines.append("```python")
        elif inside and not is_code:
            kept = len(lines)
            while not lines[kept - 1]:
                kept -= 1
            lines[kept:] = ["```", *lines[kept:]]
        inside = is_code
        lines.append(line.removeprefix("    ") if inside else line)
    if inside:
        lines = [*"\n".join(lines).rstrip().split("\n"), "```", ""]
    return "\n".join(lines)


def as_json(rules: Iterable[Rule], one: bool) -> str:
    """The same as JSON: an object for one rule, a list for all."""
    import json

    entries = [
        {
            "name": rule.name,
            "code": rule.code,
            "linter": "kerlint",
            "summary": rule.summary,
            "severity": rule.severity.value,
            "keras": rule.keras.text,
            "preview": rule.preview,
            "fix": "Fix is sometimes available." if rule.is_fixable else "Fix is not available.",
            "explanation": rule.documentation,
            "url": rule_page(rule.code),
        }
        for rule in rules
    ]
    return json.dumps(entries[0] if one else entries, indent=2) + "\n"
