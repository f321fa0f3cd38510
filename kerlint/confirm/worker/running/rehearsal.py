"""Sets up a program so that training passes of it can be run: an object of a class on made inputs, or the graph of a body.

Turns a request into `Rehearsal`s: what was made, a step that runs one training pass, the calls of layers that a pass or
the construction of the graph does, and the first call that raised. Knows nothing of what is looked for.
"""

from __future__ import annotations

import ast
import dis
import inspect
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

import keras

from ..making.arguments import Call
from ..making.feeds import Feed, feeds_to_try
from ..making.subject import Search, Subject, constructions, subject_of
from ..scenarios.reuse import ready_to_train
from .bodies import BodyRun, again, bodies_of, run_body
from .calls import LayerCall, Watch, layers_within, watching
from .graphs import listed, made_arrays, model_of, rows_for, step_of

_WORKING = 3


@dataclass
class Rehearsal:
    """A program that was set up. `step(seed)` is one training pass; None where it cannot be run again."""

    watch: Watch
    """The pass, and for a graph its construction."""
    made: Watch
    """What was made on the way."""
    step: Callable[[int], Any] | None
    used: dict[str, Any]
    error: BaseException | None = None
    things: list[Any] = field(default_factory=list)
    """What holds the layers: the object, or the models of a body."""
    script: list[str] = field(default_factory=list)
    """Source that makes `thing` and `step` again; empty where that is not known."""
    run: BodyRun | None = None
    width: int | None = None
    """The last axis of what it was fed, where that was not the program's own choice."""

    def calls_at(self, request: Mapping[str, Any]) -> list[LayerCall]:
        """The calls of layers at the finding's lines."""
        return self.watch.calls_at(request["path"], request["lines"])

    def layers_at(self, request: Mapping[str, Any]) -> list[Any]:
        """The layers that are called there, and those inside them."""
        found: list[Any] = []
        for call in self.calls_at(request):
            found += [layer for layer in layers_within(call.layer) if not any(layer is other for other in found)]
        return found


def rehearsals(request: Mapping[str, Any], search: Search) -> Iterator[Rehearsal]:
    """The ways to set it up, the likeliest first; also those that raise, with what they raised."""
    if request["subject"]["kind"] == "class":
        yield from _of_class(request, search)
    else:
        yield from _of_bodies(request)


# --- classes ----------------------------------------------------------------------------------------------------------


def _of_class(request: Mapping[str, Any], search: Search) -> Iterator[Rehearsal]:
    subject = subject_of(request)
    working = 0
    for call in constructions(subject, search):
        kinds: set[tuple[str, int]] = set()
        likely, wider = _feeds(subject, request, search), list[Feed]()
        tried: set[Feed] = set()
        while not search.is_over and working < _WORKING:
            feed = wider.pop() if wider else next(likely, None)
            if feed is None:
                break
            if feed in tried or _kind(feed) in kinds:
                continue
            tried.add(feed)
            rehearsal = _on(subject, call, feed, request)
            if rehearsal.error is not None:
                search.failed(f"on {feed}", rehearsal.error)
                wider += _as_wide(rehearsal.watch, feed)
            else:
                working += 1
                kinds.add(_kind(feed))
            yield rehearsal
        if search.is_over or working >= _WORKING:
            return


def _kind(feed: Feed) -> tuple[str, int]:
    return feed.style, len(feed.items[0][1])


def _as_wide(watch: Watch, feed: Feed) -> list[Feed]:
    """The feed with the last axis that a layer was given where it raised, after it had taken what was fed."""
    if not feed.items[0][1]:
        return []
    for place in reversed(range(len(watch.calls))):
        call = watch.calls[place]
        for earlier in watch.calls[:place] if call.error is not None else ():
            if earlier.layer is not call.layer or earlier.error is not None:
                continue
            if earlier.shapes and call.shapes and call.shapes[0] and earlier.shapes[0]:
                was, now = earlier.shapes[0][-1], call.shapes[0][-1]
                if was == feed.items[0][1][-1] and now is not None and now != was:
                    items = tuple((name, (*shape[:-1], now), dtype) for name, shape, dtype in feed.items)
                    return [Feed(items, feed.style)]
    return []


def _feeds(subject: Subject, request: Mapping[str, Any], search: Search) -> Iterator[Feed]:
    run = getattr(subject.cls, _method_round(subject, request) or "call", None)
    named, hint = request.get("inputs", ()), request.get("hints", {}).get("input")
    if _takes_apart(run):
        yield from (feed for feed in feeds_to_try(run, named, hint) if feed.style == "list")
    yield from feeds_to_try(run, named, hint, search)


def _takes_apart(run: Any) -> bool:
    """Whether a method goes over its first argument, or unpacks it: a list of tensors rather than one."""
    try:
        names = [name for name in inspect.signature(run).parameters if name != "self"]
        tree = ast.parse(textwrap.dedent(inspect.getsource(run)))
    except (OSError, TypeError, ValueError, SyntaxError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)):
            over = node.iter.args if isinstance(node.iter, ast.Call) else [node.iter]
            if any(_is_name(one, names[0]) for one in over):
                return True
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and _is_name(node.value, names[0]):
            return True
    return False


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _method_round(subject: Subject, request: Mapping[str, Any]) -> str | None:
    """A step that Keras calls besides `call`, when the finding stands in it."""
    for name in ("train_step", "test_step"):
        function = subject.cls.__dict__.get(name)
        code = getattr(inspect.unwrap(function), "__code__", None) if function is not None else None
        if code is not None and code.co_filename == request["path"]:
            lines = [line for _, line in dis.findlinestarts(code) if line]
            if min(lines) <= request["lines"][0] <= max(lines):
                return name
    return None


def _on(subject: Subject, call: Call, feed: Feed, request: Mapping[str, Any]) -> Rehearsal:
    """One object on one input: a first call that builds it, then a pass that is watched."""
    paths = {module["path"] for module in request["modules"]}
    rows = rows_for([shape for _, shape, _ in feed.items])
    method = _method_round(subject, request)
    used = {"made": f"{subject.cls.__name__}({call})", "input": str(feed)}
    items = [(list(shape), dtype) for _, shape, dtype in feed.items]
    script = _script(subject, call, feed, items, rows, method)
    width = items[0][0][-1] if items[0][0] else None
    keras.utils.set_random_seed(0)
    with watching(paths) as made:
        try:
            thing = subject.make(call)
            run = _runner(thing, method)

            def step(seed: int, scale: float = 1.0, spread: float = 0.0) -> Any:
                positional, named = feed.handed(made_arrays(items, seed, rows, scale, spread))
                return run(*positional, **named)

            step(0)
        except Exception as error:
            return Rehearsal(made, made, None, used, error, [], script, width=width)
    with watching(paths) as watch:
        try:
            step(1)
        except Exception as error:
            return Rehearsal(watch, made, None, used, error, [thing], script, width=width)
    return Rehearsal(watch, made, step, used, None, [thing], script, width=width)


def _runner(thing: Any, method: str | None) -> Callable[..., Any]:
    """A training pass of an object."""
    if method is not None:
        return getattr(ready_to_train(thing), method)  # type: ignore[no-any-return]
    if getattr(thing, "_call_has_training_arg", None) or getattr(thing, "_expects_training_arg", None):
        return lambda *args, **kwargs: thing(*args, training=True, **kwargs)

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return thing(*args, training=True, **kwargs)
        except TypeError as error:
            if "training" not in str(error):
                raise
            return thing(*args, **kwargs)

    return run


def _script(subject: Subject, call: Call, feed: Feed, items: Sequence[Any], rows: int, method: str | None) -> list[str]:
    names = [name for name, _, _ in feed.items]
    if any(dtype == "string" for _, dtype in items):
        return []
    values = {
        "one": "values[0]",
        "list": "list(values)",
        "dict": f"dict(zip({names!r}, values))",
        "arguments": f"values[0], **dict(zip({names[1:]!r}, values[1:]))",
    }[feed.style]
    run = getattr(subject.cls, "call", None)
    has_training = method is None and run is not None and "training" in inspect.signature(run).parameters
    return [
        f"thing = {subject.cls.__name__}({call})",
        *(["ready_to_train(thing)"] if method is not None else []),
        "",
        "",
        "def step(seed, scale=1.0, spread=0.0):",
        f"    values = varied({list(items)!r}, seed, {rows}, scale, spread)",
        f"    return thing{'' if method is None else '.' + method}({values}{', training=True' if has_training else ''})",
        "",
        "",
    ]


# --- bodies -----------------------------------------------------------------------------------------------------------


def _of_bodies(request: Mapping[str, Any]) -> Iterator[Rehearsal]:
    for subject in bodies_of(request):
        run = run_body(request, subject)
        yield rehearsal_of(run, request)


def rehearsal_of(run: BodyRun, request: Mapping[str, Any]) -> Rehearsal:
    """A body that ran, and a training pass over the graph that it made or over its own statements."""
    failure = run.failures[0].error if run.failures else None
    used: dict[str, Any] = {"made": run.subject["name"] or "the module", **({"assumed": dict(run.used)} if run.used else {})}
    width = run.form.shape[-1] if run.symbols and run.form.shape else None
    rehearsal = Rehearsal(run.watch, run.watch, None, used, failure, list(run.models), run=run, width=width)
    made = run.watch.made_at(request["path"], request["lines"])
    calls = rehearsal.calls_at(request) or [call for call in run.watch.calls if any(call.layer is layer for layer in made)]
    if not run.form.is_symbol and run.symbols:
        rehearsal.step = _repeating(run, request)
    elif calls:
        model = model_of(run, calls)
        if model is not None:
            rehearsal.things = [model]
            rehearsal.step = step_of(model)
    return rehearsal


def _repeating(run: BodyRun, request: Mapping[str, Any]) -> Callable[[int], Any]:
    """The statements once more on other numbers."""
    names = [name for name, text in run.used.items() if text.startswith(("a tensor", "three tensors"))]

    def step(seed: int, scale: float = 1.0, spread: float = 0.0) -> Any:
        values: dict[str, Any] = {}
        tensors = [tensor for name in names for tensor in listed(run.namespace[name])]
        items = [(list(run.form.shape), run.form.dtype) for _ in tensors]
        arrays = iter(made_arrays(items, seed, rows_for([run.form.shape]), scale, spread))
        for name in names:
            given = [next(arrays) for _ in listed(run.namespace[name])]
            values[name] = given if isinstance(run.namespace[name], list) else given[0]
        return again(run, request, values)

    return step


__all__ = ["Rehearsal", "rehearsal_of", "rehearsals"]
