"""Prints the parameters of Keras's layers that take numbers, and never an object.

Run inside the Keras to describe: `python -m probing.number_parameters OUTPUT_FILE`. A parameter is one of them when every layer
that has one of that name stores a number, a truth value or a tuple of them for it; what only ever was None says nothing. A text
may stand for a function (`standardize="lower"`), a list for an array, and a seed for a generator: none of these is a number.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path

import keras

from probing.instances import make_instance
from probing.isolation import isolated


def number_parameters() -> list[str]:
    """Their names."""
    values: dict[str, list[bool]] = {}
    for cls in vars(keras.layers).values():
        if inspect.isclass(cls) and issubclass(cls, keras.layers.Layer):
            stored = isolated(lambda cls=cls: _stored(cls))
            for name, is_number in (stored if isinstance(stored, dict) and "died" not in stored else {}).items():
                values.setdefault(name, []).append(is_number)
    return sorted(name for name, numbers in values.items() if all(numbers) and name != "seed")


def _stored(cls: type) -> dict[str, bool]:
    """The parameters of a layer that its configuration holds, and whether what it holds is a number."""
    made = make_instance(cls)
    try:
        config = made[0].get_config() if made is not None else {}
    except Exception:
        return {}
    parameters = inspect.signature(cls.__init__).parameters
    return {name: _is_number(config[name]) for name in parameters if config.get(name) is not None}


def _is_number(value: object) -> bool:
    if isinstance(value, tuple):
        return all(_is_number(item) for item in value)
    return isinstance(value, (bool, int, float))


def main() -> None:
    Path(sys.argv[1]).write_text(json.dumps(number_parameters()), encoding="utf-8")


if __name__ == "__main__":
    main()
