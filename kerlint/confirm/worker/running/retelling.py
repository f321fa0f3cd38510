"""The source lines by which a person can run a program's way to disk and back again, for reproduction scripts.

Turns a run of a body, the call that was caught in it and the arguments of the load into the parts of a witness. Where the
lines cannot stand in a function of a script there is none. Knows nothing of verdicts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..making.feeds import Feed
from ..modules import bound_by
from ..scenarios import program
from ..unavailable import Unavailable
from ..witness import lines_of_feed
from .bodies import BodyRun
from .redirecting import Caught
from .scripts import source_of

_LOCALS = frozenset("arrays calls defect expected handed inputs keywords layer model name program random".split())


def making(run: BodyRun, call: Caught, calls: Sequence[Caught], feed: Feed | None) -> dict[str, Any] | None:
    """The lines that make the model up to the call that was caught, and what they read of the slice."""
    text, sites = run.subject["text"], [line for path, line in call.sites if path == run.path]
    assumed = _assumed(run)
    if assumed is None or re.search(r"^\s*(from __future__|from \S+ import \*)", text, re.MULTILINE):
        return None
    kept, tree = _kept(run, ast.parse(text), sites[-1] if sites else None)
    lines = [*assumed, *(line for statement in kept for line in _text_of(statement, text))]
    own = {name for statement in kept for name in bound_by(statement)} if not run.subject["name"] else set()
    names = [name for name in _reads(tree, vars(run.module)) if name not in own]
    try:
        ast.parse("def program():\n    pass\n" + "".join(f"    {line}\n" for line in lines))
    except SyntaxError:
        return None
    if set(names) & set(vars(program)) - {"keras", "numpy"}:
        return None
    place = next(index for index, other in enumerate(calls) if other is call)
    last = max((statement.end_lineno or statement.lineno for statement in kept), default=0)
    later = [c for c in calls[place + 1 :] if c.name == call.name and c.sites and c.sites[-1][1] <= last]
    of_the_slice = [name for name in names if name in _LOCALS]  # not those of the same name in the lines below
    lines = [*([f"global {', '.join(of_the_slice)}"] if of_the_slice else []), *(lines or ["pass"])]
    lines = [
        "def program():", *(f"    {line}" for line in lines), "",
        "with work_left_out() as calls:",
        "    program()",
        f'model, keywords = [(model, keywords) for name, model, keywords in calls if name == "{call.name}"][{-1 - len(later)}]',
    ]  # fmt: skip
    return {"lines": lines, "names": names, "arrays": _arrays(feed)}


def _assumed(run: BodyRun) -> list[str] | None:
    """What was assumed to run the body; None where that cannot be written down."""
    lines = []
    for name, assumed in run.used.items():
        value = source_of(run, assumed)
        if value is None:
            return None
        lines.append(f"{name} = {value}")
    return lines


def _arrays(feed: Feed | None) -> list[str]:
    if feed is None:
        return ["arrays = input_arrays(model)"]
    return [*lines_of_feed(feed), "arrays = [handed(arrays)[0][0]]"]


def _kept(run: BodyRun, tree: ast.Module, stop: int | None) -> tuple[list[ast.stmt], ast.Module]:
    """The statements up to the one that holds the call, but for those that failed."""
    failed = {failure.first for failure in run.failures} | set(run.rescued)
    kept = []
    for statement in tree.body:
        if statement.lineno not in failed:
            kept.append(statement)
        if stop is not None and statement.lineno <= stop <= (statement.end_lineno or statement.lineno):
            break
    return kept, ast.Module(kept, [])


def _text_of(statement: ast.stmt, text: str) -> list[str]:
    first = min([statement.lineno, *(decorator.lineno for decorator in getattr(statement, "decorator_list", []))])
    return [line for line in text.splitlines()[first - 1 : statement.end_lineno] if line.strip()]


def _reads(tree: ast.Module, namespace: Mapping[str, Any]) -> list[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    there = {name for name in found if name in namespace and not name.startswith("__")}
    return sorted(name for name in there if not isinstance(namespace[name], Unavailable))


def saving(made: Mapping[str, Any] | None, path: str, call: Caught, model_lines: Sequence[str] = ()) -> dict[str, Any] | None:
    """The lines that make the model and save it as the program does."""
    if made is None:
        return None
    keywords = ", **{name: value for name, value in keywords.items() if name not in ('filepath', 'model')}"
    given = keywords if call.name == "save" and call.others else ""
    lines = [*made["lines"], *model_lines, *made["arrays"], "keep(model, arrays)", f'model.save("{path}"{given})']
    return {"lines": lines, "names": made["names"]}


def saving_stand_in(loss: str, path: str) -> dict[str, Any]:
    """The lines for a small model."""
    lines = [
        "# a small model stands in for the program's own, which cannot be made here",
        'model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="sigmoid")])',
        f'model.compile(optimizer="sgd", loss="{loss}")',
        "arrays = input_arrays(model)",
        "keep(model, arrays)",
        f'model.save("{path}")',
    ]
    return {"lines": lines, "names": []}


def loading(keywords: Mapping[str, Any], modules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The arguments of the load as text, as far as they name what the slice defines."""
    available = set(_tops(modules[0]["text"])) if modules else set()
    given, names = [], []
    for keyword, value in keywords.items():
        if keyword == "custom_objects":
            known = {name: getattr(thing, "__name__", "") for name, thing in (value or {}).items()}
            known = {name: own for name, own in known.items() if own in available}
            names = sorted(set(known.values()))
            if known:
                given.append("custom_objects={" + ", ".join(f'"{name}": {own}' for name, own in known.items()) + "}")
        elif value is None or isinstance(value, bool):
            given.append(f"{keyword}={value}")
    return {"given": given, "names": names}


def _tops(text: str) -> list[str]:
    return [statement.name for statement in ast.parse(text).body if isinstance(statement, (ast.ClassDef, ast.FunctionDef))]


def in_two_processes(saved: Mapping[str, Any], loaded: Mapping[str, Any]) -> dict[str, Any] | None:
    """The witness of a save here and a load in another process: the script starts itself again."""
    made, read = saved.get("script"), loaded.get("script")
    if made is None or read is None:
        return None
    given = "".join(f", {text}" for text in read["given"])
    gone = sorted(set(saved.get("registered", ())) - set(loaded.get("registered", ())))
    lines = [
        'if "--load" in sys.argv:',
        "    # the process that loads is another program: what this file defines is not in its __main__",
        '    sys.modules["__main__"] = types.ModuleType("__main__")',
        *([f"    for name in {gone!r}:  # registered by what that program does not import",
           "        keras.utils.get_custom_objects().pop(name, None)"] if gone else []),
        "    arrays, expected = kept()",
        f'    defect = in_words(load("{saved["path"]}", arrays, expected{given}), expected)',
        "else:",
        *(f"    {line}" if line else "" for line in made["lines"]),
        "    defect = told_elsewhere(SCRIPT)",
    ]  # fmt: skip
    names = sorted({*made["names"], *read["names"]})
    return {"scenarios": ["program", "elsewhere"], "names": names, "call": lines, "imports": ["types"]}


def of_weights(made: Mapping[str, Any] | None, path: str) -> dict[str, Any] | None:
    """The witness of weights of a built twin that are loaded where the program loads them."""
    if made is None:
        return None
    built = [] if made["arrays"] == ["arrays = input_arrays(model)"] else ["    outputs(model, arrays)"]
    lines = [
        *made["lines"],
        'if "--load" in sys.argv:',
        '    keywords = {name: value for name, value in keywords.items() if name != "filepath"}',
        f'    defect = loaded_weights(model, "{path}", *kept(), **keywords)',
        "else:",
        "    # the weights come from a twin that is called on data before they are saved",
        *(f"    {line}" if line else "" for line in made["arrays"]),
        *built,
        "    keep(model, arrays)",
        f'    model.save_weights("{path}")',
        "    defect = told_elsewhere(SCRIPT)",
    ]
    return {"scenarios": ["program", "elsewhere"], "names": made["names"], "call": lines}


__all__ = ["in_two_processes", "loading", "making", "of_weights", "saving", "saving_stand_in"]
