"""Tells of each name, call and definition of a line what the analysis took it to be, and how often a layer is called there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerlint.execution.events import AttributeStore, LayerCall, Trace
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import Instance, Value
from kerlint.explaining.place import expressions
from kerlint.explaining.telling import class_standing, place_of, told
from kerlint.explaining.watching import Watched, Worth
from kerlint.linking.names import imported
from kerlint.module import Module
from kerlint.project import Project
from kerlint.semantics import syntax as ir

_LONGEST = 60
_WAYS = 4
"""Different things that one name was seen to be, of which each is told."""


def names(nodes: list[ir.Node], module: Module, project: Project, watched: Watched) -> Iterator[str]:
    """Lines of text: a name, and below it what it is."""
    yield from _definitions(nodes, module, project)
    yield from _names(nodes, module, watched)
    yield from _call_sites(nodes, watched)


def _definitions(nodes: Iterable[ir.Node], module: Module, project: Project) -> Iterator[str]:
    """What the classes, functions and imports of a line are."""
    for node in nodes:
        if isinstance(node, ir.ClassFacts):
            info = project.class_info(node)
            yield from _row(f"class {node.name}", f"{class_standing(info)}{_constructor(module, node)}")
        elif isinstance(node, ir.FunctionFacts) and node.name not in ("", "<lambda>"):
            yield from _row(f"def {node.name}", _function_standing(node, module, project))
        if isinstance(node, (ir.ClassFacts, ir.FunctionFacts)):
            for decorator in node.decorators:
                yield from _row(f"@{_text(decorator, module)}", told(_in_module(decorator, module, project), module))
        if isinstance(node, (ir.Import, ir.ImportFrom)):
            for name, value in imported(project, module, node):
                yield from _row(name, told(value, module))


def _in_module(node: ir.Expr, module: Module, project: Project) -> Value:
    """What an expression is worth where the module's own names hold; of a call, what is called."""
    machine = Machine(project, module, None, None)
    worths: list[Value] = []
    called = node.function if isinstance(node, ir.Call) else node
    machine.run(lambda: worths.append(machine.evaluate(Frame(module), called)))
    return worths[0] if worths else machine.unknown()


def _constructor(module: Module, facts: ir.ClassFacts) -> str:
    methods = ", ".join(name for name in ("__init__", "build", "call", "get_config", "from_config") if name in facts.methods)
    return f"; it defines {methods}" if methods else "; it defines no method that Keras calls"


def _function_standing(node: ir.FunctionFacts, module: Module, project: Project) -> str:
    owner = next((info for info in module.classes if any(node is method for method in info.facts.methods.values())), None)
    if owner is None:
        return "a function, followed with arguments of which only the names are known, and wherever it is called"
    return f"a method of {owner.name}, {class_standing(owner)}"


def _names(nodes: list[ir.Node], module: Module, watched: Watched) -> Iterator[str]:
    seen: set[str] = set()
    stored = {id(target) for node in nodes if isinstance(node, ir.Assign) for target in node.targets}
    for node in expressions(nodes):
        text = _text(node, module)
        worths = watched.worths.get(id(node), [])
        if text in seen or (not worths and (id(node) in stored or not isinstance(node, ir.Call))):
            continue
        seen.add(text)
        if not worths:
            yield from _row(text, _not_reached(watched))
            continue
        sentences: dict[str, Worth] = {}
        for worth in worths:
            sentences.setdefault(told(worth.value, module) + _set_where(node, worth, watched), worth)
        for number, (sentence, worth) in enumerate(sentences.items()):
            if number == _WAYS:
                yield from _row("", f"and {len(sentences) - _WAYS} more, by other ways")
                break
            yield from _row(text if number == 0 else "", sentence + (_way(worth) if len(sentences) > 1 else ""))


def _not_reached(watched: Watched) -> str:
    if all(trace.is_complete for trace in watched.traces):
        return "never reached: no way that kerlint follows leads here"
    return "never reached: the code before it is more than kerlint follows"


def _set_where(node: ir.Node, worth: Worth, watched: Watched) -> str:
    """Where an attribute was set, when it is one of an object of the project."""
    if not isinstance(node, ir.Attribute):
        return ""
    for owner in (other.value for other in watched.worths.get(id(node.value), [])):
        if isinstance(owner, Instance) and owner.info is not None and not isinstance(worth.value, Instance):
            stores = [store for name, value, store in owner.stores if name == node.name and value is worth.value]
            events = (event for trace in watched.traces for event in trace.of(AttributeStore))
            if where := next((event for event in events if event.node in stores), None):
                return f"; set in {place_of(where.module, where.node)}"
    return ""


def _way(worth: Worth) -> str:
    """Through which call the machine came there."""
    sites = (site for site in worth.stack if not isinstance(site.node, (ir.FunctionFacts, ir.ClassFacts)))
    steps = [place_of(site.module, site.node) for site in sites][-2:]
    return f" (when called from {' > '.join(steps)})" if steps else ""


def _call_sites(nodes: Iterable[ir.Node], watched: Watched) -> Iterator[str]:
    """How often, and where, a layer that is called here is called in one execution."""
    ids = {id(node) for node in nodes}
    told_of: set[str] = set()
    for trace in watched.traces:
        calls = list(trace.of(LayerCall))
        for event in calls:
            if id(event.node) not in ids:
                continue
            alike = [call for call in calls if call.instance.number == event.instance.number]
            places = list(dict.fromkeys(place_of(call.module, call.node) for call in alike))
            name = event.instance.class_name.rpartition(".")[2]
            times = "once" if len(alike) == 1 else f"{len(alike)} times"
            sentence = f"  This {name} is called {times} in one execution of {_name(trace)}: {', '.join(places)}"
            if sentence not in told_of:
                told_of.add(sentence)
                yield sentence


def _name(trace: Trace) -> str:
    if trace.function is None:
        return "the file"
    return f"{trace.owner.name}.{trace.function.name}" if trace.owner is not None else trace.function.name


def _row(name: str, sentence: str) -> Iterator[str]:
    if name:
        yield f"  {name}"
    yield f"      {sentence}"


def _text(node: ir.Node, module: Module) -> str:
    """The source text of a node in one line."""
    facts = module.facts
    last = min(node.last, len(facts.ends) - 1)
    text = " ".join(module.source.text[facts.starts[node.first] : facts.ends[last]].split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
