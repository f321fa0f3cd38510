"""What a loaded object no longer has, because the parameter that asked for it is not in its configuration.

Turns the guard under which an attribute is set into that answer. Knows nothing of reports.
"""

from __future__ import annotations

from kerlint.execution.events import AttributeStore
from kerlint.execution.guards import TRUTH, Condition
from kerlint.execution.running import ClassRun
from kerlint.execution.values import Parameter
from kerlint.semantics import syntax as ir
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.lineage import lineage_of


def is_forgotten(run: ClassRun, store: AttributeStore) -> bool:
    """Whether an attribute is set only where a parameter says so that falls back to its default on load.

    What is lost then is the parameter, and with it the layer: no weights wait for one that is not made.
    """
    asked = [(condition, parameter) for condition in store.guard for parameter in _asked_for(run, condition)]
    if not asked:
        return False
    configuration, _ = configuration_of(lineage_of(run.info, run.info.module.knowledge))
    return not (configuration.open or configuration.named_by) and any(
        parameter.name not in configuration.entries and not _holds_by_default(condition, parameter)
        for condition, parameter in asked
    )


def _asked_for(run: ClassRun, condition: Condition) -> list[Parameter]:
    """The constructor's parameter that a condition asks for, which the object keeps as an attribute."""
    kept = run.instance.attributes.values() if run.instance is not None else ()
    return [
        value for slot in kept for _, value in slot.entries if isinstance(value, Parameter) and value.number == condition.subject
    ]


def _holds_by_default(condition: Condition, parameter: Parameter) -> bool:
    default = parameter.facts.default
    return isinstance(default, ir.Constant) and condition.constant == TRUTH and bool(default.value) == condition.holds
