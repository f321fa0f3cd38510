"""Turns the files in which a project states what it needs into `Requirement`s for Keras and TensorFlow.

Reads lock files, pyproject.toml (PEP 621, dependency groups, Poetry), setup.cfg, setup.py without running it,
Pipfile, conda environments, requirements files and the metadata of an unpacked wheel. What cannot be read is passed
over: a target has a default. Knows nothing of Keras versions.
"""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
from collections.abc import Iterable, Iterator

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from kerlint import disk
from kerlint.records import dataclass
from kerlint.toml import parse_toml

_CONCERNED = re.compile(rb"keras|tensorflow|tf[-_]nightly", re.IGNORECASE)
_LOCKED = re.compile(r"""^name\s*=\s*"(?P<name>[\w.-]+)"\s*\r?\n\s*version\s*=\s*"(?P<version>[^"]+)\"""", re.MULTILINE)
_CONDA = re.compile(
    r"""^\s*-\s*["']?(?:[\w.-]+::)?(?P<name>[A-Za-z][\w.-]*)\s*(?P<spec>[=<>!~][^"'#\s]*(?:\s*,[^"'#]*)?)?"""
)
_INCLUDE = re.compile(r"^(?:-r|--requirement)[ =]*(?P<path>\S+)")
_LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
_KERAS_ITSELF = ("keras", "tf-keras")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of need: a distribution's canonical name and the versions that fit."""

    name: str
    specifier: SpecifierSet


def requirements_beside(folder: str, child: str) -> list[tuple[str, list[Requirement]]]:
    """For each requirement file of a folder its path and what it requires, the most exact kind first.

    `child` is the package below the folder that asks: of several wheels unpacked side by side it picks its own.
    """
    try:
        names = set(disk.names_of_needs(folder))
    except OSError:
        return []
    paths = [name for name in (*_LOCK_FILES, "Pipfile.lock") if name in names]
    paths += [name for name in ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile") if name in names]
    paths += [name for name in ("environment.yml", "environment.yaml") if name in names]
    paths += sorted((name for name in names if _is_requirements_file(name)), key=lambda name: (len(name), name))
    if "requirements" in names:
        paths += sorted(os.path.join("requirements", name) for name in _listed(os.path.join(folder, "requirements")))
    paths += _metadata(folder, names, child)
    return [(os.path.join(folder, path), list(_read(os.path.join(folder, path)))) for path in paths]


def _is_requirements_file(name: str) -> bool:
    return "requirements" in name and name.endswith((".txt", ".in"))


def _listed(folder: str) -> list[str]:
    try:
        return [name for name in disk.names(folder) if name.endswith((".txt", ".in"))]
    except OSError:
        return []


def _metadata(folder: str, names: Iterable[str], child: str) -> list[str]:
    """The metadata of the unpacked wheel to which the package `child` belongs."""
    wheels = sorted(name for name in names if name.endswith(".dist-info"))
    if len(wheels) > 1:
        wheels = [wheel for wheel in wheels if _provides(folder, wheel, child)]
    return [os.path.join(wheel, "METADATA") for wheel in wheels[:1]]


def _provides(folder: str, wheel: str, package: str) -> bool:
    if canonicalize_name(wheel.partition("-")[0]) == canonicalize_name(package):
        return True
    try:
        record = disk.read_text(os.path.join(folder, wheel, "RECORD"))
    except OSError:
        return False
    return record.startswith(f"{package}/") or f"\n{package}/" in record


def _read(path: str) -> Iterator[Requirement]:
    """What one file requires; nothing when it cannot be read or does not speak of Keras at all."""
    try:
        data = disk.read_bytes(path)
    except OSError:
        return
    if not _CONCERNED.search(data):
        return
    text, name = data.decode("utf-8-sig", "replace"), os.path.basename(path)
    try:
        if name in _LOCK_FILES:
            for found in _LOCKED.finditer(text):
                yield from _requirement(found["name"], f"=={found['version']}")
        elif name == "Pipfile.lock":
            yield from _from_pipfile_lock(text)
        elif name == "pyproject.toml":
            yield from _from_pyproject(text)
        elif name == "setup.cfg":
            yield from _from_setup_cfg(text)
        elif name == "setup.py":
            yield from _from_setup_py(text)
        elif name == "Pipfile":
            table = parse_toml(text)
            yield from (*_from_table(table.get("packages")), *_from_table(table.get("dev-packages")))
        elif name.startswith("environment."):
            yield from _from_conda(text)
        elif name == "METADATA":
            yield from _from_metadata(text)
        else:
            yield from _from_requirements_txt(path, text, {os.path.abspath(path)})
    except (ValueError, SyntaxError, RecursionError, configparser.Error):
        return


def _requirement(name: str, specifier: str) -> Iterator[Requirement]:
    try:
        yield Requirement(canonicalize_name(name), SpecifierSet(specifier))
    except InvalidSpecifier:
        return


def _keras_itself(name: str, version: str) -> Iterator[Requirement]:
    """What Keras's own sources are written for: themselves; tf-keras goes on being Keras 2, whatever its number."""
    return _requirement("keras", f"=={version}" if name == "keras" else "<3")


def _parsed(lines: Iterable[object]) -> Iterator[Requirement]:
    """Requirements as PEP 508 writes them; other lines are passed over."""
    for line in lines:
        if isinstance(line, str):
            try:
                parsed = Parsed(line.partition(" #")[0].partition("\t#")[0].strip())
            except InvalidRequirement:
                continue
            yield Requirement(canonicalize_name(parsed.name), parsed.specifier)


def _from_pyproject(text: str) -> Iterator[Requirement]:
    document = parse_toml(text)
    project = _table(document.get("project"))
    own = canonicalize_name(str(project.get("name", "")))
    if own in _KERAS_ITSELF and isinstance(project.get("version"), str):
        yield from _keras_itself(own, str(project["version"]))
        return
    yield from _parsed(_list(project.get("dependencies")))
    for group in (project.get("optional-dependencies"), document.get("dependency-groups")):
        for lines in _table(group).values():
            yield from _parsed(_list(lines))
    poetry = _table(_table(document.get("tool")).get("poetry"))
    yield from _from_table(poetry.get("dependencies"))
    yield from _from_table(poetry.get("dev-dependencies"))
    for group in _table(poetry.get("group")).values():
        yield from _from_table(_table(group).get("dependencies"))


def _from_table(table: object) -> Iterator[Requirement]:
    """Poetry's and Pipenv's tables: a name, and a version as text, in a table or in a list of tables."""
    for name, value in _table(table).items():
        for item in value if isinstance(value, list) else [value]:
            version = _table(item).get("version", "*") if isinstance(item, dict) else item
            if isinstance(version, str):
                yield from _requirement(name, _without_carets(version))


def _without_carets(version: str) -> str:
    """Poetry's `^3.1`, `~3.1`, `3.1` and `*` as PEP 440 writes them."""
    clauses: list[str] = []
    for clause in (part.strip() for part in version.split(",")):
        release = clause.lstrip("^~= ")
        parts = release.split(".")
        if clause in ("", "*"):
            continue
        if clause.startswith("^") and parts[0].isdecimal():
            clauses += [f">={release}", f"<{int(parts[0]) + 1}"]
        elif clause.startswith("~") and not clause.startswith("~=") and all(part.isdecimal() for part in parts[:2]):
            above = str(int(parts[0]) + 1) if len(parts) == 1 else f"{parts[0]}.{int(parts[1]) + 1}"
            clauses += [f">={release}", f"<{above}"]
        else:
            clauses.append(f"=={clause}" if clause[0].isdecimal() else clause)
    return ",".join(clauses)


def _from_pipfile_lock(text: str) -> Iterator[Requirement]:
    document = json.loads(text)
    for section in ("default", "develop"):
        for name, entry in _table(_table(document).get(section)).items():
            if isinstance(version := _table(entry).get("version"), str):
                yield from _requirement(name, version)


def _from_setup_cfg(text: str) -> Iterator[Requirement]:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    yield from _parsed(parser.get("options", "install_requires", fallback="").splitlines())
    if parser.has_section("options.extras_require"):
        for _, lines in parser.items("options.extras_require"):
            yield from _parsed(lines.splitlines())


def _from_setup_py(text: str) -> Iterator[Requirement]:
    """The texts of `install_requires`, `extras_require` and of lists assigned to names; nothing is run."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg="install_requires" | "extras_require" | "setup_requires", value=value):
                yield from _parsed(_requirement_texts(value))
            case ast.Assign(value=ast.List() | ast.Tuple() | ast.Dict() as value):
                yield from _parsed(_requirement_texts(value))


def _requirement_texts(value: ast.expr) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CONCERNED.search(node.value.encode()):
            yield node.value


def _from_conda(text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        if found := _CONDA.match(line):
            specifier = (found["spec"] or "").strip()
            if specifier.startswith("=") and not specifier.startswith("=="):
                version = specifier[1:].partition("=")[0].rstrip("*").rstrip(".")
                specifier = f"=={version}.*"
            yield from _requirement(found["name"], specifier)


def _from_metadata(text: str) -> Iterator[Requirement]:
    fields = [line.partition(":") for line in text.partition("\n\n")[0].splitlines()]
    name = next((canonicalize_name(value.strip()) for key, _, value in fields if key == "Name"), "")
    version = next((value.strip() for key, _, value in fields if key == "Version"), "")
    if name in _KERAS_ITSELF and version:
        yield from _keras_itself(name, version)
        return
    yield from _parsed(value.strip() for key, _, value in fields if key == "Requires-Dist")


def _from_requirements_txt(path: str, text: str, seen: set[str]) -> Iterator[Requirement]:
    lines = [line.partition(" --hash")[0].rstrip("\\ ") for line in text.splitlines()]
    yield from _parsed(lines)
    for line in lines:
        if included := _INCLUDE.match(line.strip()):
            other = os.path.abspath(os.path.join(os.path.dirname(path), included["path"]))
            if other not in seen and disk.is_file(other):
                seen.add(other)
                yield from _from_requirements_txt(other, disk.read_text(other), seen)


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
