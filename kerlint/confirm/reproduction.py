"""Writes a confirmed finding down as a script that a person can run: the slice, what is done with it, and an exit code.

The script needs only Keras. What it does is what the probe did: the scenario is copied, not written again. Knows nothing of
how the finding was confirmed.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from kerlint.confirm.requests import Request
from kerlint.confirm.slicing import Slice, SlicedModule, flatten
from kerlint.finding import Finding, Verdict

_SCENARIOS = Path(__file__).with_name("worker") / "scenarios"

_RULER = "# --- {} "

_FAILING = """\
def _failed(*error):
    sys.__excepthook__(*error)
    sys.exit(2)


sys.excepthook = _failed  # an error that nobody expects says nothing of the defect
"""

_ANOTHER_NAME = """\
try:
    import tf_keras
except ImportError:  # Keras 2 is the same under its own name
    same = {f"tf_{name}": module for name, module in sys.modules.items() if name.partition(".")[0] == "keras"}
    sys.modules.update(same)
"""

_END = """\
if __name__ == "__main__":
    SCRIPT = os.path.abspath(__file__)
    if "--load" not in sys.argv:
        os.chdir(tempfile.mkdtemp())
    found = main()
    print(found or "the defect is gone")
    sys.exit(1 if found else 0)
"""

_IMPORTER = '''\
class _Slice(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the texts below as modules; one that cannot run here leaves out what it would define."""

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self, is_package=MODULES[name][1]) if name in MODULES else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        for statement in ast.parse(MODULES[module.__name__][0]).body:
            try:
                exec(compile(ast.Module([statement], []), module.__name__, "exec"), module.__dict__)
            except Exception as error:
                print(f"left out of {module.__name__}, line {statement.lineno}: {type(error).__name__}: {error}")
'''


def write_reproduction(
    folder: str, finding: Finding, verdict: Verdict, request: Request, witness: Mapping[str, object]
) -> str | None:
    """Writes the script; gives its path, or None when the probe left nothing to write. Raises OSError."""
    text = script(finding, verdict, request, witness)
    if text is None:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    words = [finding.code, Path(finding.path).stem, str(finding.cell or ""), str(finding.span.line)]
    stem = re.sub(r"\W+", "_", "_".join(word for word in words if word)).strip("_")
    path = Path(folder) / f"{stem}.py"
    number = 2
    while path.exists() and path.read_text(encoding="utf-8") != text:
        path = Path(folder) / f"{stem}_{number}.py"
        number += 1
    path.write_text(text, encoding="utf-8")
    return str(path)


def script(finding: Finding, verdict: Verdict, request: Request, witness: Mapping[str, object]) -> str | None:
    """The text of the script; None when the probe left nothing to write."""
    lines = _imports_first(_words(witness.get("call")))
    if not any(lines):
        return None
    scenarios = _scenarios(_words(witness.get("scenarios")))
    program = _program(request, _words(witness.get("names")), scenarios, bool(witness.get("left_out")))
    named = {"import keras", "import numpy", "import os", "import sys", "import tempfile"}
    named |= {f"import {name}" for name in _words(witness.get("imports"))}
    if "MODULES" in program:
        named |= {"import ast", "import importlib.abc", "import importlib.util"}
    bodies = []
    for text in scenarios:
        imports, body = _taken_apart(text)
        named |= set(imports)
        bodies.append(body)
    main = [
        "def main() -> str:",
        '    """The defect in one line; empty once it is gone."""',
        *(f"    {line}" if line else "" for line in lines),
    ]
    parts = [
        _header(finding, verdict),
        "from __future__ import annotations\n",
        "".join(f"{line}\n" for line in sorted(named)),
        _FAILING,
        *([_ANOTHER_NAME] if _is_keras_2_by_another_name(verdict, [program, *lines]) else []),
        _RULER.format("what the finding is about").ljust(120, "-") + "\n\n" + program,
        _RULER.format("what is done with it").ljust(120, "-") + "\n",
        *bodies,
        "\n".join(main) + "\n    return defect\n",
        _END,
    ]
    return re.sub(r"\n{4,}", "\n\n\n", "\n\n".join(parts))


def _is_keras_2_by_another_name(verdict: Verdict, texts: Sequence[str]) -> bool:
    """Whether the script names tf_keras and was confirmed on Keras 2, which stands in for it."""
    return str(verdict.evidence.get("keras", "")).startswith("2.") and any(re.search(r"\btf_keras\b", text) for text in texts)


def _imports_first(lines: Sequence[str]) -> list[str]:
    """The lines with their imports before all else: in a function, an import makes its name unknown above it."""
    text = "\n".join(lines)
    nodes = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    whole = text.split("\n")
    taken = {number for node in nodes for number in range(node.lineno - 1, node.end_lineno or node.lineno)}
    rest = [line for number, line in enumerate(whole) if number not in taken]
    return [ast.unparse(node) for node in nodes] + rest


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, (list, tuple)) else []


def _header(finding: Finding, verdict: Verdict) -> str:
    versions = ", ".join(
        f"{name.capitalize()} {verdict.evidence[name]}" for name in ("keras", "backend", "python") if name in verdict.evidence
    )
    place = f"{Path(finding.path).name}:{finding.span.line}"
    text = f"{finding.code} at {place}: {finding.message}"
    shows = f"Shows: {verdict.summary} ({versions})."
    body = "\n\n".join(textwrap.fill(paragraph, 118) for paragraph in (text, shows))
    closing = (
        "Exits with 1 while the defect is there, with 0 once it is gone, and with 2 when something else goes wrong. Needs only "
        "Keras. Written by kerlint --write-repro."
    )
    return f'"""{body}\n\n{textwrap.fill(closing, 118)}\n"""\n'.replace("\\", "\\\\")


def _scenarios(names: Sequence[str]) -> list[str]:
    """The texts of scenarios, each once and after those that it imports from."""
    texts: dict[str, str] = {}

    def add(name: str) -> None:
        text = (_SCENARIOS / f"{name}.py").read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.ImportFrom) and node.level and node.module is not None:
                add(node.module)
        texts.setdefault(name, text)

    for name in names:
        add(name)
    return list(texts.values())


def _program(request: Request, names: Sequence[str], scenarios: Sequence[str], leaves_out: bool) -> str:
    """The slice: as one text where that is possible, else as modules of their own, which leave out what cannot run."""
    modules = request.modules
    flat = None if leaves_out else flatten(Slice(modules))
    taken = {name for text in scenarios for name in _defined(text)}
    if flat is not None and not taken & set(_defined(flat)):
        return re.sub(r"^from __future__ import .*\n", "", flat, flags=re.MULTILINE)
    described = [
        f"    {name!r}: (\n        r'''{_squeezed(module.text)}''',\n        {module.is_package},\n    ),"
        if "'''" not in module.text
        else f"    {name!r}: ({_squeezed(module.text)!r}, {module.is_package}),"
        for module in modules
        for name in (module.name, *module.aliases)
    ]
    wanted = _imports_of(names, modules) if names else f"from {modules[0].name} import *\n"
    return "\n".join(["MODULES = {", *described, "}", "", "", _IMPORTER, "", "sys.meta_path.insert(0, _Slice())", wanted])


def _imports_of(names: Sequence[str], modules: Sequence[SlicedModule]) -> str:
    """Imports of the names, each from the module that defines it; from the first where none says so."""
    homes = {name: module.name for module in reversed(modules) for name in _defined(module.text)}
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(homes.get(name, modules[0].name), []).append(name)
    return "".join(f"from {home} import {', '.join(inner)}\n" for home, inner in found.items())


def _squeezed(text: str) -> str:
    return "\n" + re.sub(r"\n{3,}", "\n\n\n", text).strip() + "\n" if text.strip() else ""


def _defined(text: str) -> list[str]:
    """The names that a text defines at its top, but for imports."""
    found: list[str] = []
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.append(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [target.id for target in targets if isinstance(target, ast.Name)]
    return found


def _taken_apart(text: str) -> tuple[list[str], str]:
    """A scenario's imports, and the rest of it with its docstring as a comment."""
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree) or ""
    imports = [node for node in tree.body[1:] if isinstance(node, (ast.Import, ast.ImportFrom))]
    first = next(node for node in tree.body[1:] if node not in imports)
    head = "\n".join(f"# {line}" for line in docstring.splitlines())
    own = [node for node in imports if isinstance(node, ast.ImportFrom) and (node.level or node.module == "__future__")]
    named = [ast.unparse(node) for node in imports if node not in own]
    start = min([first.lineno, *(decorator.lineno for decorator in getattr(first, "decorator_list", []))])
    return named, head + "\n" + "".join(text.splitlines(keepends=True)[start - 1 :])
