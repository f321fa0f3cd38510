"""Whether importing a file turns eager execution off, so that Keras 2 runs every `call` once, as it makes the graph.

Turns a file, the packages round it and what they import into that answer. Knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kerlint import disk
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted

_SWITCHES = ("disable_eager_execution", "disable_v2_behavior")


def runs_in_graph_mode(module: Module) -> bool:
    """Whether eager execution is off once the file is imported; Keras 3 does not work without it."""
    return module.target.major < 3 and module.answer(_is_switched_off)


def _is_switched_off(module: Module) -> bool:
    layout = module.project.layout
    holding = {path for switch in _SWITCHES for path in layout.files_holding(module.path, switch)}
    holding |= {module.path} if any(switch in module.text for switch in _SWITCHES) else set()
    switching = {path for path in holding if (other := module.project.load(path)) is not None and _switches_off(other)}
    return bool(switching) and any(path in switching for path in _run_by_importing(module))


def _switches_off(module: Module) -> bool:
    """Whether the body of a file calls one of the switches, whatever the case."""
    calls = [s.value for s in module.facts.body if isinstance(s, ir.Expression) and isinstance(s.value, ir.Call)]
    return any((dotted(call.function) or "").rpartition(".")[2] in _SWITCHES for call in calls)


def _run_by_importing(module: Module) -> Iterator[Path]:
    """The files of the project that run when a file is imported: it, the packages round it, and what each of them imports."""
    layout = module.project.layout
    seen: set[Path] = set()
    pending = [module.path]
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path
        data = layout.read(path)
        pending.extend(layout.imported_files(path, data) if data is not None else ())
        top = layout.top_package(path.parent)
        around = [folder for folder in (path.parent, *path.parent.parents) if folder == top or top in folder.parents]
        pending.extend(folder / "__init__.py" for folder in around if disk.is_file(folder / "__init__.py"))
