"""Run in a process of its own: makes objects of programs and writes them into files, or reads them from there.

    python round_trip.py save|load cases.json

where each case is a program, an expression that makes the object, the shape of one input, and the file. Says what each object is,
or how that failed, as one line of JSON.

A layer or model goes into a .keras file; what has no file of its own goes the way it goes inside of one, as JSON. Knows nothing
of kerlint, so that it runs wherever a Keras is.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import zipfile

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main(what: str, cases: str) -> None:
    with open(cases) as handle:
        listed = json.load(handle)
    found = []
    for case in listed:
        try:
            found.append(observed(what, *case))
        except Exception as error:
            found.append([type(error).__name__, str(error)])
    print(json.dumps(found))


def observed(what: str, program: str, expression: str, shape: list[int], file: str) -> list[object]:
    """The object's class, its configuration and its outputs."""
    import keras
    import numpy

    sys.path.insert(0, os.path.dirname(program))
    names = runpy.run_path(program, run_name="fixture")
    del sys.path[0]
    numpy.random.seed(1)
    data = numpy.random.rand(2, *shape).astype("float32")
    own = {name: value for name, value in names.items() if isinstance(value, type) and value.__module__ == "fixture"}
    made = eval(expression, {**names, "keras": keras}) if what == "save" else None
    is_network = isinstance(made, (keras.layers.Layer, keras.Model)) and not isinstance(made, keras.metrics.Metric)
    if what == "save" and is_network:
        model = made if isinstance(made, keras.Model) else keras.Sequential([keras.Input(data.shape[1:]), made])
        model(data)
        model.save(file)
    elif what == "save":
        with open(file, "w") as handle:
            json.dump(keras.saving.serialize_keras_object(made), handle)
    elif zipfile.is_zipfile(file):
        model = keras.models.load_model(file, custom_objects=own)
        made = model if type(model).__name__ in own else model.layers[-1]
    else:
        with open(file) as handle:
            made = keras.saving.deserialize_keras_object(json.load(handle), custom_objects=own)
    return [type(made).__name__, told(made.get_config()), numpy.asarray(used(made, data)).tolist()]


def used(made: object, data: object) -> object:
    """What comes of the object on the data."""
    import keras

    if isinstance(made, keras.metrics.Metric):
        made.update_state(data, data * 2)
        return made.result()
    if isinstance(made, (keras.losses.Loss,)):
        return made(data, data * 2)
    if isinstance(made, keras.initializers.Initializer):
        return made((2, 3))
    return made(data)  # type: ignore[operator]


def told(value: object) -> object:
    """A configuration as it stands in a file: an object of Keras by its class and configuration."""
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": told(value.get_config())}
    if isinstance(value, dict) and {"class_name", "config"} <= set(value):
        return {"class_name": value["class_name"], "config": told(value["config"])}
    if isinstance(value, dict):
        return {str(key): told(one) for key, one in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


if __name__ == "__main__":
    main(*sys.argv[1:])
