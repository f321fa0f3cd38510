"""KER206 config-holds-live-object.

## What it does
Reports a value of `get_config` that does not survive the file: a layer, function, array, set, enum or class as it is, or
one that is serialised and never made an object again.

## Why is this bad?
A set, an enum or a class of Keras cannot be written: saving raises. A layer, a function or an array is written as a
dictionary, and without a `from_config` that dictionary is what the constructor gets: loading raises, or the first call does.

## Example
    import keras

    class Residual(keras.layers.Layer):
        def __init__(self, layer, **kwargs):
            super().__init__(**kwargs)
            self.layer = layer

        def call(self, x):
            return x + self.layer(x)

        def get_config(self):
            return {**super().get_config(), "layer": self.layer}

## Use instead
    import keras

    class Residual(keras.layers.Layer):
        def __init__(self, layer, **kwargs):
            super().__init__(**kwargs)
            self.layer = layer

        def call(self, x):
            return x + self.layer(x)

        def get_config(self):
            return {**super().get_config(), "layer": keras.saving.serialize_keras_object(self.layer)}

        @classmethod
        def from_config(cls, config):
            config["layer"] = keras.saving.deserialize_keras_object(config["layer"])
            return cls(**config)

## Keras versions
All. What happens depends on the form of the file:

- `.keras`: what can be written comes back as a dictionary. A set, an enum, a path or a dataclass is not written,
  nor is a class that has a `get_config`.
- HDF5: a layer, a model, a registered function or an `InputSpec` that stands directly under a key is made an object again,
  an array becomes a list, and an enum its value. A list of layers, and whatever `get_config` serialised
  itself, comes back as dictionaries.
- SavedModel (Keras 2): like HDF5.

## References
https://keras.io/guides/serialization_and_saving/#frommconfig
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.holding import Held, held_objects
from kerlint.serialization.kept import INPUT_SPEC
from kerlint.serialization.subjects import subjects, users_of


@rule("KER206", "config-holds-live-object", severity=Severity.ERROR, probe="serialization", words_reached=("get_config",))
def config_holds_live_object(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        held_by_it = list(held_objects(subject.contract))
        users = users_of(subject) if held_by_it else []
        found = [
            held for held in held_by_it if any(held.is_unwritable or user.restoration.hands_on(held.key) for user in users)
        ]
        if found:
            message = f"get_config() of {subject.contract.name} {_what_happens(found, subject.contract.knowledge.version.major)}"
            yield subject.at(found[0].place, message, Severity.ERROR, [f"{held.key}={held.kind}" for held in found])


def _what_happens(found: list[Held], major: int) -> str:
    """What the configuration holds, what comes of it and what to do, one sentence a cause."""
    said = []
    if unwritable := [held for held in found if held.is_unwritable]:
        is_only_keras = major < 3 and all(held.kind == "enum" for held in unwritable)
        to = " to .keras" if is_only_keras else ""
        outcome = f"saving{to} raises TypeError"
        if all(held.kind == "class" for held in unwritable):
            outcome += " where it has a get_config(), else the constructor gets a dict on load"
        said.append(f"holds {_things(unwritable)} under {_keys(unwritable)}: {_when(unwritable)}{outcome}; store plain data")
    if live := [held for held in found if not (held.is_unwritable or held.is_serialised)]:
        them = "it" if len(live) == 1 and not _is_list(live[0]) else "them"
        as_it_is = "as it is" if len(live) == 1 else "as they are"
        where = "in a .keras file " if major < 3 and not all(_is_list(held) for held in live) else ""
        said.append(
            f"holds {_things(live)} {as_it_is} under {_keys(live)}: {_when(live)}{where}the constructor gets {_dicts(live)} "
            f"on load; {_remedy(live, them)}"
        )
    if serialised := [held for held in found if held.is_serialised]:
        objects, them = ("an object", "it") if len(serialised) == 1 else ("objects", "them")
        said.append(
            f"serialises {_keys(serialised)} and nothing makes {them} {objects} again: {_when(serialised)}the constructor gets "
            f"{_dicts(serialised)} on load; write a from_config() that deserialises {them}"
        )
    return "; it also ".join(said)


def _remedy(live: list[Held], them: str) -> str:
    """What to write instead of the objects themselves."""
    if all(held.kind in ("array", "tensor") for held in live):
        return f"store {them} as {'a list' if them == 'it' else 'lists'}"
    if all(held.kind == INPUT_SPEC for held in live):
        return f"store get_config() of {them} and make {them} again in from_config()"
    return f"serialise {them} there and deserialise {them} in from_config()"


def _things(found: list[Held]) -> str:
    """`a layer`, `layers and an enum`, `something callable`: what stands under the keys, each kind once."""
    words: dict[str, int] = {}
    for held in found:
        kind = "list " + held.kind if held.is_list else held.kind
        words[kind] = words.get(kind, 0) + 1
    return _joined([_word(kind, count) for kind, count in words.items()])


def _word(kind: str, count: int) -> str:
    first, _, rest = kind.partition(" ")
    if first == "list":
        rest = f"of {_word(rest, 2)}" if not rest.startswith(("of ", "holding ")) else rest
        return f"a list {rest}" if count == 1 else f"lists {rest}"
    if first == "dict" and rest:
        return f"a {kind}" if count == 1 else f"dicts of {_word(rest.removeprefix('holding a '), 2)}"
    if " or " in kind:
        return "something callable"
    if count > 1:
        return kind + ("es" if kind.endswith("s") else "s")
    return f"{'an' if kind[0] in 'aeiouI' else 'a'} {kind}"


def _keys(found: list[Held]) -> str:
    """The keys, and of each whether it holds one only where it is given."""
    some_are_sure = any(not held.is_optional for held in found)
    return _joined([f'"{held.key}"' + (" (when given)" if held.is_optional and some_are_sure else "") for held in found])


def _when(found: list[Held]) -> str:
    """The condition where none of them is there by itself."""
    if any(not held.is_optional for held in found):
        return ""
    return f"when {_joined([held.key for held in found], 'or')} is given, "


def _dicts(found: list[Held]) -> str:
    return "a dict" if len(found) == 1 and not _is_list(found[0]) else "dicts"


def _is_list(held: Held) -> bool:
    """Whether it holds several, in a list or a dictionary."""
    return held.is_list or held.kind.startswith(("list ", "dict "))


def _joined(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
