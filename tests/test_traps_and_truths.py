"""What real code does that looks like a defect and is none, and what looks innocent and is one; each in its smallest form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kerlint.cli import main

LAYER = (
    "import keras\nfrom keras import layers\n\n\nclass Block(layers.Layer):\n"
    "    def __init__(self, {parameters}**kwargs):\n        super().__init__(**kwargs)\n"
)

TRAPS: dict[str, dict[str, str]] = {
    "exclusive uses without an else": {
        "a.py": LAYER.format(parameters="")
        + "        self.bn = layers.BatchNormalization()\n"
        + "    def call(self, x, y=None):\n        if y is None:\n            return self.bn(x)\n        return self.bn(y)\n"
    },
    "a method named like a layer": {
        "a.py": "import keras\n\n\nclass Net(keras.Model):\n    def bn(self, x):\n        return keras.ops.relu(x)\n"
        "    def call(self, x):\n        return x\n    def twice(self, x):\n        return self.bn(self.bn(x))\n"
    },
    "configuration assembled in the constructor": {
        "a.py": LAYER.format(parameters="units, ")
        + "        self.units = units\n        self._config = {'units': units}\n"
        + "    def get_config(self):\n        return {**super().get_config(), **self._config}\n"
    },
    "configuration of a base in another file": {
        "base.py": LAYER.format(parameters="")
        + "        self.kept = {}\n    def keep(self, **values):\n        self.kept.update(values)\n"
        + "    def get_config(self):\n        return {**super().get_config(), **self.kept}\n",
        "a.py": "from base import Block\n\n\nclass Scaled(Block):\n    def __init__(self, scale, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.scale = scale\n        self.keep(scale=scale)\n"
        "    def call(self, x):\n        return x * self.scale\n",
    },
    "bases that are not Keras's": {
        "a.py": "import keras\nfrom torch.nn import Module as Layer\nfrom detectors import Backbone, Loss, Model\n\n\n"
        + "\n\n".join(
            f"class {base}{number}({base}):\n    def __init__(self, width):\n"
            "        super().__init__()\n        self.width = width\n"
            for number, base in enumerate(("Layer", "Backbone", "Loss", "Model"))
        )
    },
    "private sublayers whose parent owns the configuration": {
        "a.py": "import keras\n\n\nclass _Part(keras.layers.Layer):\n    def __init__(self, width):\n        super().__init__()\n"
        "        self.dense = keras.layers.Dense(width)\n    def build(self, shape):\n        self.dense.build(shape)\n"
        "    def call(self, x):\n        return self.dense(x)\n\n\nclass Whole(keras.layers.Layer):\n"
        "    def __init__(self, width, **kwargs):\n        super().__init__(**kwargs)\n        self.width = width\n"
        "        self.part = _Part(width)\n    def build(self, shape):\n        self.part.build(shape)\n"
        "    def call(self, x):\n        return self.part(x)\n"
        "    def get_config(self):\n        return {**super().get_config(), 'width': self.width}\n"
    },
    "models of other libraries": {
        "a.py": "import keras\nimport numpy as np\nfrom PIL import Image\nfrom gensim.models import Word2Vec\n\n"
        "np.save('array', np.zeros(3))\nImage.open('a.png').save('b')\nmodel = Word2Vec([['a']])\nmodel.save('vectors')\n"
    },
    "paths from elsewhere": {
        "config.py": "import os\n\nMODEL_PATH = os.path.join('out', 'model.keras')\n",
        "a.py": "import os\nimport tempfile\nimport keras\nfrom config import MODEL_PATH\n\n\nclass Trainer:\n    root = 'out'\n"
        "    @property\n    def path(self):\n        return os.path.join(self.root, 'best' + '.keras')\n"
        "    def run(self):\n        model = keras.Sequential([keras.layers.Dense(1)])\n        model.save(MODEL_PATH)\n"
        "        model.save(self.path)\n        with tempfile.NamedTemporaryFile(suffix='.keras') as file:\n"
        "            model.save(file.name)\n",
    },
    "the Keras 2 that stays, by its own name": {
        "a.py": "import tf_keras\n\nmodel = tf_keras.Sequential([tf_keras.layers.Dense(1)])\nmodel.save('folder')\n"
        "model.save_weights('checkpoint')\n"
    },
    "layers captured by lambdas and closures": {
        "a.py": "import keras\nfrom keras.layers import BatchNormalization\n\n\ndef make():\n"
        "    first, second = BatchNormalization(), BatchNormalization()\n"
        "    def apply(x):\n        return second(keras.layers.Dense(4)(first(x)))\n    return apply\n\n\n"
        "norms = [BatchNormalization() for _ in range(3)]\nsteps = [lambda x, norm=norm: norm(x) for norm in norms]\n"
        "inputs = keras.Input((4,))\nx = inputs\nfor step in steps:\n    x = step(x)\noutputs = make()(x)\n"
    },
    "wrappers made in call round a cell that is held": {
        "a.py": LAYER.format(parameters="")
        + "        self.cell = layers.GRUCell(4)\n"
        + "    def build(self, shape):\n        self.cell.build((None, 4))\n"
        + "    def call(self, x):\n        return layers.RNN(self.cell)(x)\n"
    },
    "a layer rebound in every turn": {
        "a.py": "import keras\n\ninputs = x = keras.Input((8,))\nfor width in (8, 4, 2):\n"
        "    norm = keras.layers.BatchNormalization()\n    x = norm(keras.layers.Dense(width)(x))\n"
    },
    "a siamese tower without statistics": {
        "a.py": "import keras\n\ntower = keras.Sequential([keras.layers.Dense(4), keras.layers.LayerNormalization()])\n"
        "left, right = keras.Input((8,)), keras.Input((8,))\nmodel = keras.Model([left, right], tower(left) - tower(right))\n"
    },
    "a recurrence that ties its weights": {
        "a.py": LAYER.format(parameters="")
        + "        self.step = layers.Dense(4)\n"
        + "    def build(self, shape):\n        self.step.build((None, 4))\n"
        + "    def call(self, x):\n        for _ in range(5):\n            x = self.step(x)\n        return x\n"
    },
}

TRUTHS: dict[str, tuple[str, str]] = {
    "one layer handed to several blocks": (
        "KER101",
        LAYER.format(parameters="norm, ")
        + "        self.norm, self.dense = norm, layers.Dense(4)\n"
        "    def call(self, x):\n        return self.norm(self.dense(x))\n\n\n"
        "norm = layers.BatchNormalization()\nfirst, second = Block(norm), Block(norm)\ninputs = keras.Input((4,))\n"
        "model = keras.Model(inputs, second(first(inputs)))\n",
    ),
    "a key that is no parameter": (
        "KER207",
        LAYER.format(parameters="units, ")
        + "        self.units = units\n    def call(self, x):\n        return x * self.units\n"
        + "    def get_config(self):\n        return {**super().get_config(), 'width': self.units}\n",
    ),
    "values swapped": (
        "KER208",
        LAYER.format(parameters="low, high, ")
        + "        self.low, self.high = low, high\n"
        "    def call(self, x):\n        return keras.ops.clip(x, self.low, self.high)\n"
        + "    def get_config(self):\n        return {**super().get_config(), 'low': self.high, 'high': self.low}\n",
    ),
    "values altered": (
        "KER208",
        LAYER.format(parameters="rate, ")
        + "        self.rate = rate * 2\n    def call(self, x):\n        return x * self.rate\n"
        + "    def get_config(self):\n        return {**super().get_config(), 'rate': self.rate}\n",
    ),
    "a whole model whose parts come back at random": (
        "KER503",
        "import keras\n\n\nclass Net(keras.Model):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\n"
        "        self.hidden, self.out = keras.layers.Dense(4), keras.layers.Dense(1)\n    def build(self, shape):\n"
        "        super().build(shape)\n    def call(self, x):\n        return self.out(self.hidden(x))\n",
    ),
    "automatic names as attributes": (
        "KER501",
        LAYER.format(parameters="")
        + "        for _ in range(2):\n            layer = layers.BatchNormalization()\n"
        "            setattr(self, layer.name, layer)\n"
        + "    def call(self, x):\n        for name in sorted(vars(self)):\n            if 'norm' in name:\n"
        + "                x = getattr(self, name)(x)\n        return x\n",
    ),
    "a vocabulary that a file of weights does not carry": (
        "KER404",
        "import keras\n\nlookup = keras.layers.StringLookup()\nlookup.adapt(['a', 'b'])\n"
        "model = keras.Sequential([keras.Input((1,), dtype='string'), lookup, keras.layers.Embedding(4, 2)])\n"
        "model.save_weights('model.weights.h5')\n",
    ),
}


def said(folder: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the default rules say of a program for the newest Keras."""
    for name, text in files.items():
        (folder / name).write_text(text)
    capsys.readouterr()
    main(["--isolated", "--no-cache", "--output-format", "json", str(folder)])
    return [f"{finding['code']} {finding['message']}" for finding in json.loads(capsys.readouterr().out)]


@pytest.mark.parametrize("trap", TRAPS)
def test_traps_are_silent(trap: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(tmp_path, TRAPS[trap], capsys) == []


@pytest.mark.parametrize("truth", TRUTHS)
def test_truths_are_found(truth: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = TRUTHS[truth]
    assert code in {finding.split()[0] for finding in said(tmp_path, {"a.py": text}, capsys)}
