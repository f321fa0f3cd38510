"""Programs in which one layer, class or model has many call sites: a few for each family of rules."""

from __future__ import annotations

from collections.abc import Callable

_HEAD = "import keras\nfrom keras import layers\n\n"


def calls_in_a_method(count: int) -> str:
    """One layer called so many times in `call`."""
    calls = "".join("        x = self.norm(x)\n" for _ in range(count))
    return _model("        self.norm = layers.BatchNormalization()\n", calls)


def calls_on_branches(count: int) -> str:
    """One layer called so many times, each under a condition of its own."""
    calls = "".join(f"        if self.flag_{n}:\n            x = self.norm(x)\n" for n in range(count))
    return _model("        self.norm = layers.BatchNormalization()\n", calls)


def calls_in_a_graph(count: int) -> str:
    """One layer called so many times in a functional model that is saved."""
    calls = "".join("x = norm(x) + 1\n" for _ in range(count))
    inputs = "inputs = keras.Input((8, 8, 3))\nx = inputs\nnorm = layers.BatchNormalization()\n"
    return f'{_HEAD}{inputs}{calls}model = keras.Model(inputs, x)\nmodel.save("model.keras")\n'


def objects_of_a_class(count: int) -> str:
    """A class that cannot be restored, of which so many objects are made and saved."""
    block = (
        "class Block(layers.Layer):\n    def __init__(self, units, **kwargs):\n        super().__init__(**kwargs)\n"
        "        self.units = units\n        self.dense = layers.Dense(units)\n\n"
        "    def call(self, x):\n        return self.dense(x)\n\n\n"
    )
    calls = "".join(f"x = Block({n})(x)\n" for n in range(count))
    return f'{_HEAD}\n{block}inputs = keras.Input((8,))\nx = inputs\n{calls}keras.Model(inputs, x).save("model.keras")\n'


def keys_of_a_configuration(count: int) -> str:
    """A constructor with so many parameters, all of which `get_config` returns."""
    names = [f"size_{n}" for n in range(count)]
    stores = "".join(f"        self.{name} = {name}\n" for name in names)
    keys = "".join(f'            "{name}": self.{name},\n' for name in names)
    return (
        f"{_HEAD}\nclass Wide(layers.Layer):\n    def __init__(self, {', '.join(names)}, **kwargs):\n"
        f"        super().__init__(**kwargs)\n{stores}\n"
        f"    def get_config(self):\n        config = super().get_config()\n        config.update({{\n{keys}        }})\n"
        "        return config\n"
    )


def saves_and_loads(count: int) -> str:
    """So many saves and loads of one model, each to a path of its own."""
    pairs = "".join(f'model.save("model_{n}.keras")\nkeras.models.load_model("model_{n}.h5")\n' for n in range(count))
    return f"{_HEAD}model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\n{pairs}"


def uses_of_an_adapted_layer(count: int) -> str:
    """A preprocessing layer that is adapted once and used so many times."""
    uses = "".join(f"batch_{n} = normalization(data_{n})\n" for n in range(count))
    model = 'model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nmodel.fit(batch_0)\nmodel.save("model.keras")\n'
    return f"{_HEAD}normalization = layers.Normalization()\nnormalization.adapt(data)\n{uses}{model}"


def attributes_with_layers(count: int) -> str:
    """A model with so many layers, each an attribute that is built and called."""
    made = "".join(f"        self.dense_{n} = layers.Dense(4)\n" for n in range(count))
    built = "".join(f"        self.dense_{n}.build(input_shape)\n" for n in range(count))
    calls = "".join(f"        x = self.dense_{n}(x)\n" for n in range(count))
    return _model(made, calls, f"    def build(self, input_shape):\n{built}\n")


def layers_in_a_list(count: int) -> str:
    """A model that appends so many layers to lists of lists, which Keras does not track."""
    made = "        self.parts = [[]]\n" + "".join("        self.parts[0].append(layers.Dense(4))\n" for _ in range(count))
    return _model(made, "        for part in self.parts[0]:\n            x = part(x)\n")


def _model(made: str, calls: str, more: str = "") -> str:
    return (
        f"{_HEAD}\nclass Net(keras.Model):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\n{made}\n"
        f"{more}    def call(self, x):\n{calls}        return x\n"
    )


PROGRAMS: dict[str, Callable[[int], str]] = {
    "reuse: calls in a method": calls_in_a_method,
    "reuse: calls on branches": calls_on_branches,
    "reuse: calls in a functional model": calls_in_a_graph,
    "serialization: objects of a class": objects_of_a_class,
    "serialization: keys of a configuration": keys_of_a_configuration,
    "persistence: saves and loads": saves_and_loads,
    "preprocessing: uses of an adapted layer": uses_of_an_adapted_layer,
    "tracking and building: attributes with layers": attributes_with_layers,
    "tracking: layers in a list": layers_in_a_list,
}
