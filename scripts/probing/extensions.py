"""Reads the classes of well-known extensions of Keras from their sources, without importing them.

Turns a package's folder into records of every class that derives from one of Keras: its bases, the parameters of its
constructor and the keys that its `get_config` writes down. Runs outside Keras; nothing here says what an instance
does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

KERAS_ROOTS = (
    "keras",
    "tf.keras",
    "tensorflow.keras",
    "tf_keras",
    "tensorflow.python.keras",
    "tf.compat.v1.keras",
    "keras_core",
    "tensorflow.compat.v1.keras",
)
"""What the sources call Keras."""

Canonical = Callable[[str], "tuple[str, str] | None"]
"""A Keras name as `keras.…`, to its canonical name and kind."""


@dataclass
class SourceModule:
    """A module's classes and what its names are imported from."""

    name: str
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


def read_package(folder: Path) -> dict[str, SourceModule]:
    """Every module of a package by its dotted name."""
    modules = {}
    for file in sorted(folder.rglob("*.py")):
        if file.name.endswith("_test.py") or "tests" in file.parts:
            continue
        parts = file.relative_to(folder.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        modules[name] = _read_module(name, is_package, tree)
    return modules


def _read_module(name: str, is_package: bool, tree: ast.Module) -> SourceModule:
    module = SourceModule(name)
    for statement in _top_level(tree.body):
        match statement:
            case ast.ClassDef():
                module.classes[statement.name] = statement
            case ast.Import(names=names):
                for alias in names:
                    module.imports[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            case ast.ImportFrom(names=names, level=level):
                source = _absolute(name, is_package, level, statement.module)
                for alias in names:
                    if alias.name == "*":
                        module.stars.append(source)
                    else:
                        module.imports[alias.asname or alias.name] = f"{source}.{alias.name}"
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Attribute() | ast.Name()):
                if (dotted := _dotted(statement.value)) is not None:
                    module.imports.setdefault(target, f"{name}:{dotted}")
    return module


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _top_level(statement.body)
            for handler in getattr(statement, "handlers", []):
                yield from _top_level(handler.body)
            yield from _top_level(statement.orelse)


def _absolute(name: str, is_package: bool, level: int, module: str | None) -> str:
    if not level:
        return module or ""
    parts = name.split(".")
    parts = parts[: len(parts) - level + is_package]
    return ".".join([*parts, *([module] if module else [])])


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value)) is not None:
        return f"{owner}.{node.attr}"
    return None


def describe_extensions(packages: dict[str, Path], canonical: Canonical) -> dict[str, dict]:
    """For each package the classes of kind layer, model, loss and so on, and the other names they can be imported by."""
    modules: dict[str, SourceModule] = {}
    for folder in packages.values():
        modules.update(read_package(folder))
    reader = _Reader(modules, canonical)
    described = {
        definition: record
        for module in modules.values()
        for name in module.classes
        if (record := reader.describe(definition := f"{module.name}.{name}")) is not None
    }
    names: dict[str, set[str]] = {definition: {definition} for definition in described}
    for module in modules.values():
        for name in module.imports:
            if (found := reader.definition(f"{module.name}.{name}")) in described and _is_public(module.name):
                names[found].add(f"{module.name}.{name}".replace(".api.", "."))
    chosen = {
        definition: min(known, key=lambda name: (not _is_public(name), len(name), name)) for definition, known in names.items()
    }
    return {package: _part(package, modules, described, names, chosen) for package in packages}


def _part(package: str, modules: dict[str, SourceModule], described: dict, names: dict, chosen: dict) -> dict:
    own = [definition for definition in described if definition.split(".")[0] == package]
    return {
        "same_as": next((star for star in modules[package].stars if "." not in star), None),
        "classes": {chosen[definition]: _renamed(described[definition], chosen) for definition in own},
        "aliases": {
            name: chosen[definition] for definition in own for name in sorted(names[definition]) if name != chosen[definition]
        },
    }


def _renamed(record: dict, chosen: dict[str, str]) -> dict:
    return {
        **record,
        "bases": [chosen.get(base, base) for base in record["bases"]],
        "get_config": chosen.get(record["get_config"], record["get_config"]),
    }


def _is_public(name: str) -> bool:
    return ".src." not in f"{name}." and "._" not in name


@dataclass
class _Reader:
    modules: dict[str, SourceModule]
    canonical: Canonical

    def definition(self, dotted: str, seen: frozenset[str] = frozenset()) -> str | None:
        """Where a dotted name is defined: a class of these packages, or a Keras name as `keras.…`."""
        if dotted in seen:
            return None
        seen = seen | {dotted}
        for root in KERAS_ROOTS:
            if dotted == root or dotted.startswith(root + "."):
                return "keras" + dotted[len(root) :]
        owner, _, name = dotted.rpartition(".")
        if owner in self.modules:
            module = self.modules[owner]
            if name in module.classes:
                return dotted
            if name in module.imports:
                return self.definition(self._expanded(module.imports[name], seen), seen)
            for star in module.stars:
                if (found := self.definition(f"{star}.{name}", seen)) is not None:
                    return found
            return None
        if owner:
            resolved = self.definition(owner, seen)
            if resolved is not None and resolved != owner:
                return self.definition(f"{resolved}.{name}", seen)
        return dotted if dotted in self.modules else None

    def _expanded(self, target: str, seen: frozenset[str]) -> str:
        if ":" in target:
            module, dotted = target.split(":")
            return self.resolve(module, dotted, seen) or ""
        return target

    def resolve(self, module_name: str, dotted: str, seen: frozenset[str] = frozenset()) -> str | None:
        """What a name in a module means."""
        module = self.modules[module_name]
        first, _, rest = dotted.partition(".")
        if first in module.classes and not rest:
            return f"{module_name}.{first}"
        target = module.imports.get(first)
        if target is None:
            return self.definition(f"{module_name}.{dotted}", seen)
        expanded = self._expanded(target, seen | {f"{module_name}.{first}"})
        return self.definition(f"{expanded}.{rest}" if rest else expanded, seen)

    def lineage(self, name: str, seen: frozenset[str] = frozenset()) -> list[str]:
        """The class and its bases, nearest first, ending with the canonical names of the classes of Keras."""
        if name.startswith("keras."):
            found = self.canonical(name)
            return [found[0]] if found else []
        module_name, _, class_name = name.rpartition(".")
        if name in seen or module_name not in self.modules or class_name not in self.modules[module_name].classes:
            return []
        line = [name]
        for base in self.modules[module_name].classes[class_name].bases:
            dotted = _dotted(base)
            resolved = self.resolve(module_name, dotted) if dotted else None
            if resolved is not None:
                line += [known for known in self.lineage(resolved, seen | {name}) if known not in line]
        return sorted(line, key=lambda known: known.startswith("keras."))

    def describe(self, name: str) -> dict | None:
        """The record of a class that derives from a class of Keras."""
        line = self.lineage(name)
        kinds = [found[1] for known in line if known.startswith("keras.") and (found := self.canonical(known)) is not None]
        kind = next((kind for kind in kinds if kind != "other"), None)
        if kind is None:
            return None
        node = self._class(name)
        record: dict = {"kind": kind, "bases": line[1:]}
        owners = [known for known in line if not known.startswith("keras.")]
        initializer = next((found for known in owners if (found := _method(self._class(known), "__init__")) is not None), None)
        if initializer is not None:
            record["parameters"] = _parameters(initializer.args)
        if _method(node, "__init__") is not None:
            record["own_init"] = True
        definer = next((known for known in owners if _method(self._class(known), "get_config") is not None), None)
        record["get_config"] = definer or line[-1]
        keys = [
            key
            for known in owners
            if (found := _method(self._class(known), "get_config")) is not None
            for key in _written_keys(found)
        ]
        if definer:
            record["config_written"] = sorted(set(keys))
        if any(_method(self._class(known), "from_config") is not None for known in owners):
            record["own_from_config"] = True
        return record

    def _class(self, name: str) -> ast.ClassDef:
        module_name, _, class_name = name.rpartition(".")
        return self.modules[module_name].classes[class_name]


def _method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == name), None)


def _parameters(arguments: ast.arguments) -> list:
    positional = [*((a, "o") for a in arguments.posonlyargs), *((a, "p") for a in arguments.args)]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found = [_parameter(a.arg, letter, default) for (a, letter), default in zip(positional, defaults, strict=False)]
    if arguments.vararg:
        found.append([arguments.vararg.arg, "*"])
    found += [_parameter(a.arg, "k", default) for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False)]
    if arguments.kwarg:
        found.append([arguments.kwarg.arg, "**"])
    return found[1:]


def _parameter(name: str, letter: str, default: ast.expr | None) -> str | list:
    if default is None:
        return name if letter == "p" else [name, letter]
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return [name, letter, None, "?"]
    if isinstance(value, (set, bytes, complex)) or value is ...:
        return [name, letter, None, "?"]
    return [name, letter, value]


def _written_keys(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Dict(keys=keys):
                yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Store()):
                yield key
            case ast.Call(func=ast.Name(id="dict") | ast.Attribute(attr="update"), keywords=keywords):
                yield from (keyword.arg for keyword in keywords if keyword.arg)
