"""The programs of the serialization oracle: a class with parameters, what it keeps of them and what its `get_config` says.

Each program is a few frozen values that say what the author of the class did; `writing` makes a text of them. A value that is
wrong on purpose has a name that says how. Knows nothing of what Keras or kerlint make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Kind:
    """A kind of argument: the names that authors give it, a default and another value, as they are written."""

    names: tuple[str, ...]
    default: str
    given: tuple[str, ...]
    """One for the first argument of the kind, one for the second, …: where two are mixed up it must be seen."""
    changes: tuple[str, ...] = ()
    """What authors do to it before they keep it, with `{}` for the argument."""


KINDS = {
    "int": Kind(
        ("units", "width", "heads"), "2", ("3", "4", "5", "6", "7", "8"),
        ("{} * 2", "{} + 1", "int({})", "max({}, 1)", "-{}", "{} * 1"),
    ),
    "float": Kind(
        ("rate", "gain", "offset"), "0.5", ("1.5", "2.5", "3.5", "4.5", "5.5", "6.5"),
        ("{} / 4", "1.0 - {}", "float({})", "abs({})", "{} ** 2"),
    ),
    "bool": Kind(("residual", "centered"), "False", ("True",), ("not {}", "bool({})")),
    "text": Kind(
        ("mode", "reduction_mode"), '"sum"', ('"mean"', '"max"', '"last"'), ("{}.lower()", "{}.upper()", "str({})"),
    ),
    "tuple": Kind(
        ("sizes", "window"), "(1, 2)", ("(3, 4)", "(5, 6)", "(7, 8, 9)", "(2, 2)"),
        ("tuple({})", "list({})", "tuple({}) + (5,)"),
    ),
    "optional": Kind(("limit", "depth"), "None", ("4", "5", "6", "7"), ("{} or 1",)),
    "activation": Kind(
        ("activation", "gate"), '"relu"', ('"tanh"', '"sigmoid"', '"softplus"', '"elu"'), ("keras.activations.get({})",),
    ),
    "initializer": Kind(
        ("initializer", "kernel_initializer"), '"zeros"', ('"ones"', '"random_normal"', '"random_uniform"'),
        ("keras.initializers.get({})",),
    ),
    "layer": Kind(
        ("inner", "encoder"), "None", ("keras.layers.Dense(4)", 'keras.layers.Dense(4, "tanh")', "keras.layers.ReLU()"),
    ),
    "function": Kind(
        ("transform",), "None", ("keras.activations.tanh", "keras.activations.sigmoid", "keras.activations.elu"),
    ),
}  # fmt: skip

ENTRIES = ("right", "missing", "renamed", "other", "changed", "unset", "raw")
"""What `get_config` says of a parameter: its value as it was given, nothing, the value under another key, the value of another
parameter, a changed value, an attribute that is not there, or the attribute as it is although it is an object."""

STYLES = (
    "display", "display_last", "update", "update_keywords", "assigned", "dict", "dict_positional", "or", "base_first",
    "items", "helper_method", "helper_function", "kept", "loop", "comprehension",
)  # fmt: skip
"""How `get_config` puts its own keys and those of its base together."""

SUPERS = ("super", "super_old", "base_by_name", "none", "by_hand")
"""Where it has the keys of its base from."""

FROM_CONFIGS = ("none", "plain", "deserialising", "without_extra", "renaming", "by_super", "by_name")


@dataclass(frozen=True)
class Parameter:
    """One parameter of the constructor: the attribute that keeps it (none: it only makes a layer) and what is stored of it."""

    name: str
    kind: str
    has_default: bool
    attribute: str
    change: str
    entry: str

    @property
    def kept_name(self) -> str:
        """The attribute that there is because of it."""
        return self.attribute or f"{self.name}_layer"


@dataclass(frozen=True)
class Class:
    """A class: its parameters, what happens to `**kwargs`, and its methods for the file."""

    name: str
    parameters: tuple[Parameter, ...]
    keywords: str
    has_config: bool
    style: str
    base_keys: str
    extra_key: str
    from_config: str
    takes_base: bool
    """Whether the parameters of the base class are parameters of this one too, handed on by name; else `**kwargs` brings them."""


@dataclass(frozen=True)
class Program:
    """A class, perhaps with a base class of the program, in a model that is saved and loaded."""

    kind: str
    classes: tuple[Class, ...]
    """The base first, if there is one; the last one is instantiated."""
    place: str
    known: str
    """How the load knows the class: registered, given, or not at all."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(parameter for made in self.classes for parameter in made.parameters)

    @property
    def base(self) -> Program | None:
        """The same program with an object of the base class in place of one of its child."""
        return replace(self, classes=self.classes[:1]) if len(self.classes) > 1 else None

    def value_of(self, parameter: Parameter) -> str:
        """What the program gives for it; a second switch is the other way round, so that mixing the two up is seen."""
        number = [p for p in self.parameters if p.kind == parameter.kind].index(parameter)
        if parameter.kind == "bool":
            return ("True", "False")[number % 2]
        given = KINDS[parameter.kind].given
        return given[number % len(given)]

    def default_of(self, parameter: Parameter) -> str:
        if parameter.kind == "bool":
            return "False" if self.value_of(parameter) == "True" else "True"
        return KINDS[parameter.kind].default


@st.composite
def parameters(draw: Any, names: set[str], without: set[str]) -> Parameter:
    kind = draw(st.sampled_from(sorted(KINDS.keys() - without)))
    name = draw(st.sampled_from([n for n in KINDS[kind].names if n not in names] or [f"{kind}_{len(names)}"]))
    names.add(name)
    change = draw(st.sampled_from(("", "", "", *KINDS[kind].changes)))
    how = draw(st.sampled_from(("own", "own", "own", "private", "other", "made" if kind == "int" else "own")))
    attribute = {"own": name, "private": f"_{name}", "other": f"given_{name}", "made": ""}[how]
    entry = draw(st.sampled_from(("right",) * 24 + ENTRIES[1:]))
    has_default = kind in ("layer", "function") or draw(st.booleans())
    has_default = has_default and not (kind in ("layer", "function") and draw(st.booleans()))
    return Parameter(name, kind, has_default, attribute, change if attribute else "", entry)


def _swapped(found: list[Parameter]) -> list[Parameter]:
    """Two parameters of one kind that are kept under each other's attribute."""
    for first, one in enumerate(found):
        for second, two in enumerate(found[first + 1 :], first + 1):
            if one.kind == two.kind and one.attribute and two.attribute:
                found[first], found[second] = replace(one, attribute=two.attribute), replace(two, attribute=one.attribute)
                return found
    return found


@st.composite
def classes(draw: Any, name: str, names: set[str], without: set[str], is_derived: bool) -> Class:
    least = 0 if is_derived else 1
    found = [draw(parameters(names, without)) for _ in range(draw(st.integers(least, 3)))]
    if draw(st.integers(0, 7)) == 0:
        found = _swapped(found)
    found.sort(key=lambda parameter: parameter.has_default)
    return Class(
        name,
        tuple(found),
        draw(st.sampled_from(("forwarded",) * 20 + ("dropped", "none", "named", "fixed_name"))),
        draw(st.integers(0, 5)) > 0,
        draw(st.sampled_from(STYLES)),
        draw(st.sampled_from(("super",) * 16 + SUPERS[1:])),
        draw(st.sampled_from(("",) * 15 + ("version",))),
        draw(st.sampled_from(("none",) * 5 + FROM_CONFIGS[1:])),
        draw(st.booleans()),
    )


@st.composite
def programs(draw: Any) -> Program:
    names: set[str] = set()
    kind = draw(st.sampled_from(("layer",) * 8 + ("model",) * 4 + ("dense",) * 3 + ("renamed_dense",)))
    if "dense" in kind:
        names |= {"units", "activation", "kernel_initializer"}  # Keras's own, which the class hands on
    without = {"initializer"} if "dense" in kind else set()  # Dense saves no weight that a subclass adds: no matter of config
    made = []
    if draw(st.integers(0, 3)) == 0:
        made.append(draw(classes("Base", names, without, False)))
    made.append(draw(classes("Block", names, without, bool(made))))
    needs_base = any(not p.has_default for p in made[0].parameters) or "dense" in kind
    if needs_base and made[-1].keywords in ("none", "named", "dropped"):
        made[-1] = replace(made[-1], takes_base=True)  # else no object of it can be made
    if len(made) == 2 and made[0].keywords in ("none", "fixed_name"):
        made[-1] = replace(made[-1], keywords="none", takes_base=True)
    if len(made) == 2 and made[0].from_config == "by_name" and made[1].from_config in ("none", "by_super"):
        made[0] = replace(made[0], from_config="plain")  # else another class comes back, of which no rule speaks
    place = draw(st.sampled_from(("functional", "sequential", "nested") + (("itself",) * 3 if kind == "model" else ())))
    known = draw(st.sampled_from(("registered",) * 10 + ("given",) * 10 + ("unknown",)))
    return Program(kind, tuple(made), place, known)
