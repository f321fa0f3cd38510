"""Readers of kerlint's formats, written by the rules of those who read them, and what each of them learns of a finding.

None of them shares code with the reporters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

SCHEMAS = Path(__file__).parent.parent / "schemas"


@dataclass(frozen=True)
class Read:
    """What a reader learned: a file, a line, a column where the format has one, the code and the message."""

    path: str
    line: int
    column: int | None
    code: str
    message: str


def flake8_lines(text: str) -> list[Read]:
    return [Read(m[1], int(m[2]), int(m[3]), m[4], m[5]) for m in re.finditer(r"(?m)^(.+?):(\d+):(\d+): (KER\d+) (.*)$", text)]


def github(text: str) -> list[Read]:
    """As the runner reads workflow commands (ActionCommand.TryParseV2)."""
    return [_github_command(line) for line in text.split("\n")[:-1]]


def _github_command(line: str) -> Read:
    assert line.startswith("::")
    information, data = line[2:].split("::", 1)
    name, _, written = information.partition(" ")
    assert name in ("error", "warning", "notice")
    properties = {}
    for pair in written.strip().split(","):
        key, value = pair.split("=", 1)
        properties[key] = _unescaped(value, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"})
    data = _unescaped(data, {"%0D": "\r", "%0A": "\n", "%25": "%"})
    assert int(properties["endLine"]) >= int(properties["line"]) >= 1
    # GitHub drops an annotation with columns that goes over several lines.
    assert "col" not in properties or properties["line"] == properties["endLine"]
    assert "endColumn" not in properties or int(properties["endColumn"]) >= int(properties["col"])
    code = re.fullmatch(r"kerlint \((KER\d+)\)", properties["title"])
    assert code is not None
    _, _, message = data.partition(f" {code[1]} ")
    column = int(properties["col"]) if "col" in properties else None
    return Read(properties["file"], int(properties["line"]), column, code[1], message)


def azure(text: str) -> list[Read]:
    """As the agent reads logging commands (Command.TryParse, CommandStringConvertor)."""
    return [_azure_command(line) for line in text.split("\n")[:-1]]


def _azure_command(line: str) -> Read:
    mapping = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}
    start, end = line.index("##vso["), line.index("]")
    name, _, written = line[start + 6 : end].partition(" ")
    assert name == "task.logissue"
    properties = dict(pair.split("=", 1) for pair in written.split(";") if pair)
    properties = {key: _unescaped(value, mapping) for key, value in properties.items()}
    assert properties["type"] in ("error", "warning")
    column = int(properties["columnnumber"]) if "columnnumber" in properties else None
    message = _unescaped(line[end + 1 :], mapping)
    return Read(properties["sourcepath"], int(properties["linenumber"]), column, properties["code"], message)


def _unescaped(text: str, mapping: dict[str, str]) -> str:
    for written, meant in mapping.items():
        text = text.replace(written, meant)
    return text


def gitlab(text: str) -> list[Read]:
    """As GitLab takes an entry: by its schema, its severities, and only the first of one fingerprint."""
    entries = json.loads(text)
    for entry in entries:
        validate(entry, "gitlab-codeclimate.json")
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    return [_gitlab_entry(entry) for entry in entries]


def _gitlab_entry(entry: Any) -> Read:
    location = entry["location"]
    assert not location["path"].startswith("./")
    column = location["positions"]["begin"]["column"] if "positions" in location else None
    code, _, message = entry["description"].partition(": ")
    assert code == entry["check_name"]
    return Read(location["path"], location["lines"]["begin"], column, code, message)


def sarif(text: str) -> list[Read]:
    log = json.loads(text)
    validate(log, "sarif-2.1.0.json")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert len(rule["fullDescription"]["text"]) < 1024 and len(rule["shortDescription"]["text"]) < 1024
        assert rule["help"]["text"] and rule["help"]["markdown"] and rule["helpUri"].startswith("https://")
    return [_sarif_result(result, rules) for result in run["results"]]


def _sarif_result(result: Any, rules: Any) -> Read:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for location in (*result["locations"], *result.get("relatedLocations", [])):
        region = location["physicalLocation"]["region"]
        ends = [(region[f"{end}Line"], region.get(f"{end}Column", 1)) for end in ("start", "end")]
        assert ends[0] <= ends[1]
    physical = result["locations"][0]["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[\w./~-]|%[0-9A-F]{2})+", uri.removeprefix("file://")), uri
    path = unquote_to_bytes(uri.removeprefix("file://")).decode("utf-8", "backslashreplace")
    region = physical["region"]
    return Read(path, region["startLine"], region.get("startColumn"), result["ruleId"], result["message"]["text"])


def junit(text: str) -> list[Read]:
    import xmlschema

    suites = ElementTree.fromstring(text)
    _junit_schema(xmlschema).validate(ElementTree.ElementTree(suites))
    cases = suites.findall("testsuite/testcase")
    assert len(cases) == int(suites.attrib["tests"]) >= 1
    for kind, count in (("failure", "failures"), ("error", "errors")):
        assert len(suites.findall(f"testsuite/testcase/{kind}")) == int(suites.attrib[count])
    return [_junit_case(case, outcome) for case in cases for outcome in case]


@cache
def _junit_schema(xmlschema: Any) -> Any:
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def _junit_case(case: ElementTree.Element, outcome: ElementTree.Element) -> Read:
    found = re.fullmatch(r"(KER\d+) \S+ at (?:cell \d+:)?(\d+):(\d+)", case.attrib["name"])
    assert found is not None
    return Read(case.attrib["classname"], int(found[2]), int(found[3]), found[1], outcome.attrib["message"])


def rdjson(text: str) -> list[Read]:
    result = json.loads(text)
    validate(result, "reviewdog-diagnostic-result.json")
    return [_rdjson_diagnostic(diagnostic) for diagnostic in result["diagnostics"]]


def _rdjson_diagnostic(diagnostic: Any) -> Read:
    location = diagnostic["location"]
    start, end = location["range"]["start"], location["range"]["end"]
    assert (start["line"], start.get("column", 1)) <= (end["line"], end.get("column", 1))
    return Read(location["path"], start["line"], start.get("column"), diagnostic["code"]["value"], diagnostic["message"])


JENKINS_PYLINT = re.compile(
    r"(?P<path>[^:]*)(?:\:(?P<module>.*))?:(?P<line>\d+): \[(?P<category>\D\d*)(?:\((?P<symbol>.*)\), )?.*?\] (?P<message>.*)"
)
"""The pattern by which Jenkins' warnings plug-in reads `--output-format=parseable`."""


def pylint(text: str) -> list[Read]:
    found = [(JENKINS_PYLINT.fullmatch(line), re.search(r"\[(KER\d+)\]", line)) for line in text.splitlines()]
    return [
        Read(m["path"] + (f":{m['module']}" if m["module"] else ""), int(m["line"]), None, code[1], m["message"])
        for m, code in found
        if m is not None and code is not None
    ]


def json_list(text: str) -> list[Read]:
    return [_json_entry(entry) for entry in json.loads(text)]


def json_lines(text: str) -> list[Read]:
    return [_json_entry(json.loads(line)) for line in text.split("\n")[:-1]]


def _json_entry(entry: Any) -> Read:
    place = entry["location"]
    return Read(entry["filename"], place["row"], place["column"], entry["code"], entry["message"])


def full(text: str) -> list[Read]:
    """The heads of the paragraphs and the arrows below them."""
    pattern = r"(?m)^(?:error|warning|info)\[(KER\d+)\] (.*)\n *--> (.+?):(\d+):(\d+)$"
    return [Read(m[3], int(m[4]), int(m[5]), m[1], m[2]) for m in re.finditer(pattern, text)]


def grouped(text: str) -> list[Read]:
    found = []
    for group in text.split("\n\n")[:-1]:
        path, *lines = group.split("\n")
        assert path.endswith(":")
        for line in lines:
            m = re.fullmatch(r"  (?:cell \d+:)?(\d+):(\d+) +(KER\d+) (.*)", line)
            assert m is not None, line
            found.append(Read(path[:-1], int(m[1]), int(m[2]), m[3], m[4]))
    return found


def validate(instance: Any, schema: str) -> None:
    """Raises what jsonschema raises for what the published schema does not allow."""
    _validator(schema).validate(instance)


@cache
def _validator(schema: str) -> Any:
    import jsonschema

    document = json.loads((SCHEMAS / schema).read_text(encoding="utf-8"))
    found = jsonschema.validators.validator_for(document)
    found.check_schema(document)
    return found(document)


CONSUMERS: dict[str, Callable[[str], list[Read]]] = {
    "flake8": flake8_lines,
    "full": full,
    "grouped": grouped,
    "pylint": pylint,
    "json": json_list,
    "json-lines": json_lines,
    "github": github,
    "gitlab": gitlab,
    "azure": azure,
    "sarif": sarif,
    "junit": junit,
    "rdjson": rdjson,
}
