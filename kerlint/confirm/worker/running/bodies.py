"""Runs a stretch of program cut out of a function or module, with made values for what it does not make itself.

Turns a body subject into a `BodyRun`: the namespace that its statements leave, the layers and models that they made, the
calls of layers that they did, and what was assumed to get there. The first assumptions under which it runs are taken.
Knows nothing of what is looked for in it.
"""

from __future__ import annotations

import ast
import builtins
import heapq
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Callable

import keras

from ..modules import SliceImporter, bound_by, install, lookup, run_text
from ..scenarios.reload import told
from ..unavailable import Unavailable, find_needs
from .assumed import FORM, Form, Option, forms, name_options, parameter_options
from .calls import Watch, watching

SEARCH_SECONDS = 25.0
MOST_RUNS = 60
RETURNED = "__returned__"
_DEFINES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Failure:
    """A statement of the body that raised."""

    first: int
    last: int
    error: BaseException
    reads: frozenset[str]

    def __str__(self) -> str:
        needs = find_needs(self.error)
        return f"needs {needs}" if needs is not None else f"line {self.first} raises {told(self.error)}"


@dataclass
class BodyRun:
    """One run of a body."""

    subject: Mapping[str, Any]
    path: str
    namespace: dict[str, Any]
    watch: Watch
    form: Form
    failures: list[Failure] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)
    """What was assumed, name by name."""
    statements_before_failure: int = 0
    symbols: list[Any] = field(default_factory=list)
    """The symbols that stand for tensors that the body is given."""
    rescued: list[int] = field(default_factory=list)
    """The first lines of the statements that failed for want of data, and whose names were given values."""
    module: ModuleType | None = None

    @property
    def trouble(self) -> str | None:
        """Why it did not come to its end."""
        return str(self.failures[0]) if self.failures else None

    @property
    def models(self) -> list[Any]:
        """Every model that was made, in order; what is returned and what has a name are among them."""
        return self.watch.models


Accepts = Callable[[BodyRun], bool]


def bodies_of(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The body of the finding, then those that call it."""
    return [subject for subject in (request["subject"], *request.get("others", ())) if subject.get("kind") == "body"]


def run_body(request: Mapping[str, Any], subject: Mapping[str, Any] | None = None, accepts: Accepts | None = None) -> BodyRun:
    """Runs the body under one set of assumptions after the other until a run is accepted; the one that got farthest otherwise.

    By default a run is accepted in which no statement failed. Raises Needs when the slice itself cannot be had.
    """
    subject = subject or request["subject"]
    is_accepted = accepts or (lambda run: not run.failures)
    search = _Search(request, subject)
    best: tuple[int, Mapping[str, int]] | None = None
    for run, ranks in search.runs():
        if is_accepted(run):
            return run
        if best is None or run.statements_before_failure > best[0]:
            best = run.statements_before_failure, ranks
    return search.once(best[1] if best is not None else {})


class _Search:
    """Tries assumptions: the likeliest first, then others for what the first failing statement depends on."""

    def __init__(self, request: Mapping[str, Any], subject: Mapping[str, Any]) -> None:
        self.request, self.subject = request, subject
        self.text = subject["text"]
        self.tree = ast.parse(self.text)
        self.inputs = request.get("inputs", ())
        self.hints = request.get("hints") or {}
        self.forms = forms(self.inputs, self.hints.get("input"))
        self.options: dict[str, list[Option]] = {}
        self.parameters = {entry[0]: entry for entry in subject.get("parameters", ())}
        self.paths = {module["path"] for module in request["modules"]} | {request["path"]}
        self.dependencies = _dependencies(self.tree)

    def runs(self) -> Iterator[tuple[BodyRun, Mapping[str, int]]]:
        """Runs with their assumptions, as long as there is time and something else to try."""
        deadline = time.monotonic() + SEARCH_SECONDS
        waiting: list[tuple[int, int, int, dict[str, int]]] = [(0, 0, 0, {})]
        seen = {_key({})}
        count = 0
        while waiting and count < MOST_RUNS and (time.monotonic() < deadline or not count):
            *_, ranks = heapq.heappop(waiting)
            run = self.once(ranks)
            count += 1
            yield run, ranks
            for other in self._others(run, ranks):
                if _key(other) not in seen:
                    seen.add(_key(other))
                    heapq.heappush(waiting, (-run.statements_before_failure, sum(other.values()), len(seen), other))

    def _others(self, run: BodyRun, ranks: Mapping[str, int]) -> Iterator[dict[str, int]]:
        """Assumptions that differ in one of those on which the first failure depends."""
        if run.failures:
            text = str(run.failures[0])
            culprits = self._culprits(run.failures[0].reads)
        else:
            text, culprits = "", [FORM] if self._has_tensors() else []
        for name in culprits:
            if name == FORM:
                rank = ranks.get(FORM, 0)
                if self.forms[rank].is_symbol and ("KerasTensor" in text or "symbolic" in text):
                    numbers = Form(self.forms[rank].shape, self.forms[rank].dtype, False)
                    rank = self.forms.index(numbers) - 1 if numbers in self.forms else rank
                if rank + 1 < len(self.forms):
                    yield {**ranks, FORM: rank + 1}
            elif ranks.get(name, 0) + 1 < len(self.options.get(name, ())):
                yield {**ranks, name: ranks.get(name, 0) + 1}

    def _culprits(self, reads: frozenset[str]) -> list[str]:
        needed = _closure(reads, self.dependencies)
        found = [name for name in self.options if name in needed and self.options[name]]
        if self._has_tensors() and any(self._is_tensor(name) for name in needed):
            found.insert(0, FORM)
        return found

    def _has_tensors(self) -> bool:
        return any(self._is_tensor(name) for name in self.parameters)

    def _is_tensor(self, name: str) -> bool:
        roles = self.parameters[name][3] if name in self.parameters else ()
        return name in self.parameters and ("tensor" in roles or "tensors" in roles)

    def once(self, ranks: Mapping[str, int]) -> BodyRun:
        """One run in a world of its own: the modules are imported anew."""
        importer = _begin_again(self.request)
        with watching(self.paths) as watch:
            module = __import__(self.subject["module"], fromlist=["*"])
            path = importer.path_of(self.subject["module"])
            namespace = module.__dict__ if not self.subject["name"] else dict(module.__dict__)
            form = self.forms[min(ranks.get(FORM, 0), len(self.forms) - 1)]
            run = BodyRun(self.subject, path, namespace, watch, form, module=module)
            self._bind(run, ranks)
            if not run.failures:
                self._execute(run, ranks)
        return run

    def _bind(self, run: BodyRun, ranks: Mapping[str, int]) -> None:
        """Gives the parameters their values, and names that nothing binds."""
        owner = self._owner(run.module)
        for name, parameter in self.parameters.items():
            if name not in self.options:
                self.options[name] = parameter_options(parameter, self.text, owner, self.inputs, self.hints)
            if self._is_tensor(name) and not self.options[name]:
                self._give_tensor(run, name, "tensor" not in parameter[3])
            else:
                self._give(run, name, ranks)
        for name in _free_names(self.tree, run.namespace):
            self._assume(run, name, ranks)

    def _owner(self, module: ModuleType | None) -> type | None:
        first, _, rest = self.subject["name"].partition(".")
        owner = lookup(module, first) if rest and module is not None and hasattr(module, first) else None
        return owner if isinstance(owner, type) else None

    def _give_tensor(self, run: BodyRun, name: str, several: bool) -> None:
        tensors = [run.form.tensor(seed) for seed in range(3 if several else 1)]
        run.symbols += tensors
        run.namespace[name] = tensors if several else tensors[0]
        run.used[name] = f"{'three tensors' if several else 'a tensor'} {run.form}"

    def _give(self, run: BodyRun, name: str, ranks: Mapping[str, int]) -> bool:
        options = self.options[name]
        if not options:
            return False
        option = options[min(ranks.get(name, 0), len(options) - 1)]
        try:
            run.namespace[name] = option.make(run.namespace)
        except Exception as error:
            if not run.failures:
                run.failures.append(Failure(0, 0, error, frozenset({name})))
            return False
        run.used[name] = option.text
        return True

    def _assume(self, run: BodyRun, name: str, ranks: Mapping[str, int]) -> bool:
        if name not in self.options:
            self.options[name] = name_options(name, self.tree, self.inputs)
        return self._give(run, name, ranks)

    def _execute(self, run: BodyRun, ranks: Mapping[str, int]) -> None:
        keras.utils.set_random_seed(0)

        def rescue(statement: ast.stmt, error: BaseException) -> Mapping[str, Any]:
            if _lacks_data(error):
                names = [] if isinstance(statement, _DEFINES) else list(bound_by(statement))
                made = [self._assume(run, name, ranks) for name in names]
                if made and all(made):
                    run.rescued.append(statement.lineno)
                    return {name: run.namespace[name] for name in names}
            if not (isinstance(statement, (ast.Import, ast.ImportFrom)) and isinstance(error, ImportError)):
                last = statement.end_lineno or statement.lineno
                run.failures.append(Failure(statement.lineno, last, error, frozenset(_reads(statement))))
            return {}

        run_text(self.text, run.path, run.namespace, rescue)
        before = run.failures[0].first if run.failures else None
        run.statements_before_failure = sum(1 for statement in self.tree.body if before is None or statement.lineno < before)


def again(run: BodyRun, request: Mapping[str, Any], values: Mapping[str, Any]) -> Watch:
    """The same body once more in the same world, its tensors given other numbers: one more step of a training loop."""
    namespace = {**(run.namespace if run.subject["name"] == "" else vars(run.module)), **values}
    for name in run.used:
        namespace.setdefault(name, run.namespace[name])
    paths = {module["path"] for module in request["modules"]} | {request["path"]}

    def refuse(_: ast.stmt, error: BaseException) -> Mapping[str, Any]:
        raise error

    with watching(paths) as watch:
        run_text(run.subject["text"], run.path, namespace, refuse)
    return watch


def _begin_again(request: Mapping[str, Any]) -> SliceImporter:
    """A world in which the slice was never imported."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, SliceImporter)]
    keras.utils.get_custom_objects().clear()
    keras.utils.set_random_seed(0)
    return install(request["modules"])


def _lacks_data(error: BaseException) -> bool:
    """Whether a statement failed for want of a file, the network or a module, and not by what it does."""
    return isinstance(error, (OSError, ImportError, NameError, SystemExit, EOFError)) or find_needs(error) is not None


# --- names ------------------------------------------------------------------------------------------------------------


def _key(ranks: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, rank) for name, rank in ranks.items() if rank))


def _reads(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            yield inner.id


def _dependencies(tree: ast.Module) -> dict[str, set[str]]:
    """For each name that the body binds or changes, the names that the statements read which do."""
    found: dict[str, set[str]] = {}
    for statement in tree.body:
        reads = set(_reads(statement))
        changed = set(bound_by(statement)) | {
            node.value.id
            for node in ast.walk(statement)
            if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.value, ast.Name)
        }
        for name in changed:
            found.setdefault(name, set()).update(reads)
    return found


def _closure(names: frozenset[str], dependencies: Mapping[str, set[str]]) -> set[str]:
    needed, pending = set(), list(names)
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending += dependencies.get(name, ())
    return needed


def _free_names(tree: ast.Module, namespace: Mapping[str, Any]) -> list[str]:
    """What the body reads and nobody binds, or only as something that is not there, in the order of the text."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {name for node in ast.walk(tree) if isinstance(node, ast.stmt) for name in bound_by(node)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    free = [name for name in dict.fromkeys(_reads(tree)) if name not in bound and not hasattr(builtins, name)]
    return [name for name in free if name not in namespace or isinstance(namespace[name], Unavailable)]


__all__ = ["BodyRun", "Failure", "again", "bodies_of", "run_body"]
