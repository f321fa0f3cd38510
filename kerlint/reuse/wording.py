"""How a reused layer is named in a message: as the user wrote it."""

from __future__ import annotations

from kerlint.execution.values import Instance
from kerlint.finding import Related
from kerlint.project import Module
from kerlint.reuse.passes import Reuse
from kerlint.semantics import syntax as ir

_LONGEST = 40


def written(module: Module, node: ir.Node) -> str | None:
    """The text of an expression on one line; None when it is long."""
    facts = module.facts
    if not facts.starts or node.last >= len(facts.ends):
        return None
    text = " ".join(module.text[facts.starts[node.first] : facts.ends[node.last]].split())
    return text if 0 < len(text) <= _LONGEST else None


def callee(module: Module, node: ir.Node) -> str | None:
    """What is called, as it is written."""
    return written(module, node.function) if isinstance(node, ir.Call) else None


def class_name(reuse: Reuse) -> str:
    """The class of the layer without its package."""
    return class_of(reuse.instance)


def class_of(instance: Instance) -> str:
    """The class of an object without its package."""
    return instance.class_name.rpartition(".")[2]


def subject(reuse: Reuse) -> str:
    """The reused layer: by its name when it is called by it, else by what is called and the layer inside it."""
    name = callee(reuse.module, reuse.node)
    if reuse.is_direct:
        return f"`{name}` ({class_name(reuse)})" if name else f"this {class_name(reuse)}"
    inner = None if reuse.second.node is reuse.node else callee(reuse.second.module, reuse.second.node)
    layer = f"`{inner}` ({class_name(reuse)})" if inner else f"the {class_name(reuse)}"
    return f"{layer} inside `{name}`" if name else layer


def times(reuse: Reuse) -> str:
    """How the layer comes to be called again."""
    return "again and again by a loop" if reuse.is_repeated else "twice"


def first_use(reuse: Reuse) -> tuple[Related, ...]:
    """The other call, as a place that belongs to the finding."""
    return () if reuse.is_repeated else (reuse.module.related(reuse.first_node, "the first call"),)
