"""What the fixes of the serialization contract write, to the letter, and where there are none."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from textwrap import dedent

import pytest

from fixes.fixing import fix

CODES = ("KER201", "KER202", "KER203", "KER204", "KER205")


def fixed(tmp_path: Path, program: str, target: str = "3") -> str:
    path = tmp_path / "program.py"
    path.write_bytes(program.encode())
    fix(path, target, CODES)
    return path.read_bytes().decode()


def changes(before: str, after: str) -> str:
    """The lines that go and come, without what stays."""
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return "\n".join(line for line in found if line.startswith(("- ", "+ ")))


LAYER = '''\
import keras


@keras.saving.register_keras_serializable()
class Scale(keras.layers.Layer):
    def __init__(self, factor=1.0, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.offset = offset

    def call(self, inputs):
        return inputs * self.factor + self.offset

    def get_config(self):
{body}
'''


@pytest.mark.parametrize(
    ("body", "change"),
    [
        (
            'return {**super().get_config(), "factor": self.factor}',
            """\
            -         return {**super().get_config(), "factor": self.factor}
            +         return {**super().get_config(), "factor": self.factor, "offset": self.offset}""",
        ),
        (
            """\
            return {
                **super().get_config(),
                "factor": self.factor,
            }""",
            '+             "offset": self.offset,',
        ),
        (
            """\
            return {
                **super().get_config(),
                "factor": self.factor,  # of all
            }""",
            '+             "offset": self.offset,',
        ),
        (
            """\
            return {
                **super().get_config(),
                "factor": self.factor  # of all
            }""",
            """\
            -             "factor": self.factor  # of all
            +             "factor": self.factor,  # of all
            +             "offset": self.offset""",
        ),
        (
            """\
            return {**super().get_config(),
                    "factor": self.factor}""",
            """\
            -                 "factor": self.factor}
            +                 "factor": self.factor,
            +                 "offset": self.offset}""",
        ),
        (
            """\
            config = super().get_config()
            config.update({'factor': self.factor})
            return config""",
            """\
            -         config.update({'factor': self.factor})
            +         config.update({'factor': self.factor, 'offset': self.offset})""",
        ),
        (
            """\
            config = super().get_config()
            config.update(factor=self.factor)
            return config""",
            """\
            -         config.update(factor=self.factor)
            +         config.update(factor=self.factor, offset=self.offset)""",
        ),
        (
            """\
            config = super().get_config()
            config["factor"] = self.factor  # of all
            return config""",
            '+         config["offset"] = self.offset',
        ),
        (
            """\
            config = {"factor": self.factor}
            base_config = super(Scale, self).get_config()
            return dict(list(base_config.items()) + list(config.items()))""",
            """\
            -         config = {"factor": self.factor}
            +         config = {"factor": self.factor, "offset": self.offset}""",
        ),
        (
            "return super().get_config()",
            """\
            -         return super().get_config()
            +         return {**super().get_config(), "factor": self.factor, "offset": self.offset}""",
        ),
        (
            """\
            config = super().get_config()
            return config""",
            """\
            +         config["factor"] = self.factor
            +         config["offset"] = self.offset""",
        ),
        (
            'return {"factor": self.factor, "offset": self.offset}',
            """\
            -         return {"factor": self.factor, "offset": self.offset}
            +         return {**super().get_config(), "factor": self.factor, "offset": self.offset}""",
        ),
        (
            """\
            config = {
                "factor": self.factor,
                "offset": self.offset,
            }
            return config""",
            "+             **super().get_config(),",
        ),
        (
            """\
            config = dict(factor=self.factor, offset=self.offset)
            return config""",
            """\
            -         config = dict(factor=self.factor, offset=self.offset)
            +         config = dict(super().get_config(), factor=self.factor, offset=self.offset)""",
        ),
        (
            """\
            config = {}
            config["factor"] = self.factor
            config["offset"] = self.offset
            return config""",
            """\
            -         config = {}
            +         config = super().get_config()""",
        ),
    ],
)
def test_a_configuration_is_completed_where_it_is_written(tmp_path: Path, body: str, change: str) -> None:
    lines = "\n".join(" " * 8 + line for line in dedent(body).splitlines())
    program = LAYER.format(body=lines)
    assert changes(program, fixed(tmp_path, program)) == dedent(change)


def test_a_decorated_constructor_may_be_stored_and_is_not_rewritten(tmp_path: Path) -> None:
    program = LAYER.format(body='        return {**super().get_config(), "factor": self.factor}')
    program = program.replace("    def __init__", "    @checked\n    def __init__")
    program = program.replace("keras\n", "keras\nfrom a import checked\n", 1)
    assert '"offset": self.offset' in fixed(tmp_path, program)
    refusing = program.replace(", **kwargs", "").replace("**kwargs", "")
    refusing = refusing.replace("self.factor}", 'self.factor, "offset": self.offset}')
    assert fixed(tmp_path, refusing) == refusing


def test_a_long_line_is_broken_up(tmp_path: Path) -> None:
    program = LAYER.format(body='        return {**super().get_config(), "factor": float(self.factor), "name": str(self.name)}')
    assert changes(program, fixed(tmp_path, program)).splitlines()[1:] == [
        "+         return {",
        "+             **super().get_config(),",
        '+             "factor": float(self.factor),',
        '+             "name": str(self.name),',
        '+             "offset": self.offset,',
        "+         }",
    ]


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ('return {**super().get_config(), "factor": 1.0} if self.factor else {"factor": 0.0}', ""),
        (
            """\
            if self.factor:
                return {**super().get_config(), "factor": 1.0}
            return {**super().get_config(), "factor": self.factor}""",
            "",
        ),
        (
            """\
            config = {**super().get_config(), "factor": self.factor, "offset": 0}
            del config["offset"]
            return config""",
            "",
        ),
        (
            """\
            config = super().get_config()
            if self.factor:
                config["factor"] = self.factor
            return config""",
            '+         config["offset"] = self.offset',
        ),
    ],
)
def test_a_configuration_that_is_chosen_or_changed_is_completed_only_where_all_is_returned(
    tmp_path: Path, body: str, change: str
) -> None:
    lines = "\n".join(" " * 8 + line for line in dedent(body).splitlines())
    program = LAYER.format(body=lines)
    assert changes(program, fixed(tmp_path, program)) == change


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("tail", ["", "\n", "\n    # what follows in the method\n\n\nmodel = None\n", "\n\n\nmodel = None\n"])
def test_a_method_is_written_with_the_line_ends_of_the_file(tmp_path: Path, end: str, tail: str) -> None:
    loss = """\
import keras

@keras.saving.register_keras_serializable()
class Scaled(keras.losses.Loss):
  def __init__(self, factor=1.0):
    super().__init__()
    self.factor = factor

  def call(self, y_true, y_pred):
    return keras.ops.mean((y_true - y_pred) * self.factor)"""
    after = fixed(tmp_path, (loss + tail).replace("\n", end))
    head, comment, rest = tail.partition("    # what follows in the method")
    method = "\n\n  def get_config(self):\n    return {**super().get_config(), \"factor\": self.factor}"
    expected = loss.replace("factor=1.0)", "factor=1.0, **kwargs)").replace("__init__()", "__init__(**kwargs)")
    expected += head + comment + method + rest if comment else method + tail
    assert after == expected.replace("\n", end)


def test_tabs_and_single_quotes_are_kept(tmp_path: Path) -> None:
    program = (
        "import keras\n\n\n@keras.saving.register_keras_serializable(package='own')\nclass Clip(keras.constraints.Constraint):\n"
        "\tdef __init__(self, limit=1.0):\n\t\tself.limit = limit\n\n\n\tdef __call__(self, w):\n"
        "\t\treturn keras.ops.clip(w, -self.limit, self.limit)\n"
    )
    after = fixed(tmp_path, program)
    assert after == program + "\n\n\tdef get_config(self):\n\t\treturn {**super().get_config(), 'limit': self.limit}\n"


def test_in_a_notebook_the_class_stays_in_its_cell(tmp_path: Path) -> None:
    first = "import keras\n\nclass Clip(keras.constraints.Constraint):\n    def __init__(self, limit=1.0):\n"
    first += "        self.limit = limit"
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": text} for text in (first, "print(Clip(2.0))")]
    path = tmp_path / "program.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert fix(path, "3", CODES).done
    after = json.loads(path.read_text())["cells"]
    assert after[0]["source"] == first + (
        '\n\n    def get_config(self):\n        return {**super().get_config(), "limit": self.limit}'
    )
    assert after[1]["source"] == "print(Clip(2.0))"


def test_a_cell_that_is_indented_as_a_whole_is_left_alone(tmp_path: Path) -> None:
    text = "    import keras\n    class Clip(keras.constraints.Constraint):\n        def __init__(self, limit=1.0):\n"
    text += "            self.limit = limit\n"
    path = tmp_path / "program.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": text}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    fixed = fix(path, "3", CODES)
    assert [one.code for one in fixed.left] == ["KER201"] and not fixed.done


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def __init__(self, rate=0.5):\n        super().__init__()",
            "def __init__(self, rate=0.5, **kwargs):\n        super().__init__(**kwargs)",
        ),
        (
            "def __init__(\n        self,\n        rate: float = 0.5,  # of all\n    ) -> None:\n"
            "        super(Damp, self).__init__()",
            "def __init__(\n        self,\n        rate: float = 0.5,  # of all\n        **kwargs,\n    ) -> None:\n"
            "        super(Damp, self).__init__(**kwargs)",
        ),
        (
            "def __init__(self,\n                 rate=0.5):\n        super().__init__()",
            "def __init__(self,\n                 rate=0.5,\n                 **kwargs):\n        super().__init__(**kwargs)",
        ),
        (
            'def __init__(self, rate=0.5):\n        super().__init__(name="damp")',
            'def __init__(self, rate=0.5, name="damp", **kwargs):\n        super().__init__(name=name, **kwargs)',
        ),
        (
            'def __init__(self, rate=0.5, **options):\n        super().__init__(name="damp", **options)',
            'def __init__(self, rate=0.5, name="damp", **options):\n        super().__init__(name=name, **options)',
        ),
        (
            "def __init__(self, rate=0.5, name=None, **options):\n        super().__init__(name=name)",
            "def __init__(self, rate=0.5, name=None, **options):\n        super().__init__(name=name, **options)",
        ),
        (
            "def __init__(self, rate=0.5):\n        keras.layers.Layer.__init__(self)",
            "def __init__(self, rate=0.5, **kwargs):\n        keras.layers.Layer.__init__(self, **kwargs)",
        ),
    ],
)
def test_a_constructor_takes_what_its_base_stores(tmp_path: Path, before: str, after: str) -> None:
    program = (
        f"import keras\n\n\nclass Damp(keras.layers.Layer):\n    {before}\n        self.rate = rate\n\n"
        "    def call(self, inputs):\n        return inputs * self.rate\n\n"
        '    def get_config(self):\n        return {**super().get_config(), "rate": self.rate}\n'
    )
    assert fixed(tmp_path, program) == program.replace(before, after)


def test_a_long_line_of_parameters_is_broken_up(tmp_path: Path) -> None:
    program = (
        "import keras\n\n\nclass Damp(keras.layers.Layer):\n    def __init__(\n"
        '        self, first_rate: float = 0.5, second_rate: float = 0.5, name: str = "damp"\n    ):\n'
        "        super().__init__(name=name)\n        self.rate = first_rate + second_rate\n\n"
        "    def call(self, inputs):\n        return inputs * self.rate\n"
    )
    assert changes(program, fixed(tmp_path, program)).splitlines() == [
        '-         self, first_rate: float = 0.5, second_rate: float = 0.5, name: str = "damp"',
        "+         self,",
        "+         first_rate: float = 0.5,",
        "+         second_rate: float = 0.5,",
        '+         name: str = "damp",',
        "+         **kwargs,",
        "-         super().__init__(name=name)",
        "+         super().__init__(name=name, **kwargs)",
    ]


@pytest.mark.parametrize(
    "before",
    [
        'super().__init__(name=f"damp_{rate}", **kwargs)',  # which name is meant
        'super().__init__(**{**kwargs, "name": "damp"})',
        'if rate:\n            super().__init__(name="damp", **kwargs)\n        else:\n            super().__init__(**kwargs)',
        'name = "damp"\n        super().__init__(name=name, **kwargs)',
    ],
)
def test_a_constructor_is_left_alone_where_it_is_not_certain(tmp_path: Path, before: str) -> None:
    program = (
        f"import keras\n\n\nclass Damp(keras.layers.Layer):\n    def __init__(self, rate=0.5, **kwargs):\n        {before}\n"
        "        self.rate = rate\n\n    def call(self, inputs):\n        return inputs * self.rate\n"
    )
    assert fixed(tmp_path, program) == program


@pytest.mark.parametrize(
    ("imports", "decorator"),
    [
        ("import keras", "keras.saving.register_keras_serializable()"),
        ("import keras as k", "k.saving.register_keras_serializable()"),
        ("from keras import layers, saving", "saving.register_keras_serializable()"),
        ("from keras.saving import register_keras_serializable as named", "named()"),
        ("import tensorflow as tf", "tf.keras.utils.register_keras_serializable()"),
        ("from tensorflow import keras", "keras.utils.register_keras_serializable()"),
        ("import tensorflow as tf\nfrom tensorflow import keras", "keras.utils.register_keras_serializable()"),
        ("from keras.layers import Layer", None),
        ("try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras", None),
    ],
)
def test_a_class_is_registered_by_a_name_that_the_file_has(tmp_path: Path, imports: str, decorator: str | None) -> None:
    program = (
        f"{imports}\nfrom keras import Input, Sequential, layers as own, models\n\n\n"
        "class Twice(own.Layer):\n    def call(self, inputs):\n        return inputs * 2\n\n\n"
        'model = Sequential([Input((4,)), Twice()])\nmodel.save("twice.keras")\nmodels.load_model("twice.keras")\n'
    )
    expected = program.replace("class Twice", f"@{decorator}\nclass Twice") if decorator else program
    assert fixed(tmp_path, program) == expected


def test_a_class_is_registered_as_the_others_of_the_file_are(tmp_path: Path) -> None:
    program = """\
import keras


@keras.saving.register_keras_serializable(package="own")
class Thrice(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 3


class Twice(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 2


model = keras.Sequential([keras.Input((4,)), Twice()])
model.save("twice.keras")
keras.models.load_model("twice.keras")
"""
    assert changes(program, fixed(tmp_path, program)) == '+ @keras.saving.register_keras_serializable(package="own")'


MODEL = """\
import keras


class Net(keras.Model):
    def __init__(self, {parameter}, **kwargs):
        super().__init__(**kwargs)
        {statement}

    def call(self, inputs):
        return self.made(inputs)
"""


@pytest.mark.parametrize(
    ("parameter", "statement", "kept", "written"),
    [
        ("units=4", "self.units = units; self.made = keras.layers.Dense(units)", None, "self.units"),
        ("units=4", "self._units = int(units)\n        self.made = keras.layers.Dense(units)", None, "self._units"),
        ("units=4", "self.made = keras.layers.Dense(units)", "self.units = units", "self.units"),
        ("units", "self.made = keras.layers.Dense(2 * units)", "self.units = units", "self.units"),
        ('f="relu"', "self.f = keras.activations.get(f)\n        self.made = f", None, "keras.activations.serialize(self.f)"),
        ("rate=None", "self.rate = rate or 0.5\n        self.made = keras.layers.Dropout(self.rate)", None, "self.rate"),
        ("n: int = None", "self.n = 3 if n is None else n\n        self.made = keras.layers.Dense(3)", None, "self.n"),
    ],
)
def test_an_argument_is_stored_as_it_is_kept(
    tmp_path: Path, parameter: str, statement: str, kept: str | None, written: str
) -> None:
    program = MODEL.format(parameter=parameter, statement=statement)
    name = parameter.partition("=")[0].partition(":")[0]
    expected = program.replace("(**kwargs)\n", f"(**kwargs)\n        {kept}\n") if kept else program
    expected += f'\n    def get_config(self):\n        return {{**super().get_config(), "{name}": {written}}}\n'
    assert fixed(tmp_path, program) == expected


@pytest.mark.parametrize(
    ("parameter", "statement"),
    [
        ("units=4", "self.units = units * 2; self.made = keras.layers.Dense(self.units)"),  # another number each time
        ("units=4", "self.made = keras.layers.Dense(units)\n        self.units = self.made.units + 1"),  # the name is taken
        ("metrics=4", "self.made = keras.layers.Dense(metrics)"),  # Keras has something of that name
        ("sizes=(1, 2)", "self.sizes = sizes\n        self.sizes.append(3)\n        self.made = keras.layers.Dense(sizes[0])"),
        ("options", "self.options = options\n        self.made = keras.layers.Dense(options.units)"),  # an object
        ("blocks", "self.blocks = blocks\n        self.made = keras.Sequential([b.layer for b in blocks])"),
        ("made", "self.made = made"),
        ("units=4", "units = units + 1\n        self.units = units\n        self.made = keras.layers.Dense(units)"),
        ("units=4", "if units:\n            self.units = units\n        self.made = keras.layers.Dense(units)"),
        ("units=4", "setattr(self, 'units', units)\n        self.made = keras.layers.Dense(units)"),
        ("units=4, /", "self.made = keras.layers.Dense(units)"),
        ("units=4, *others", "self.made = keras.layers.Dense(units)"),
    ],
)
def test_what_is_not_certain_has_no_fix(tmp_path: Path, parameter: str, statement: str) -> None:
    program = MODEL.format(parameter=parameter, statement=statement)
    assert fixed(tmp_path, program) == program


BASE = """\
import keras


class Base(keras.layers.Layer):
    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return super().get_config()


class Child(Base):
    def __init__(self, {parameters}):
        super().__init__({arguments})
{rest}"""


@pytest.mark.parametrize(
    ("parameters", "arguments", "rest", "is_fixed"),
    [
        ("**kwargs", "**kwargs", "", True),
        ("factor=2.0, **kwargs", "factor=factor, **kwargs", "", True),
        ("**kwargs", "factor=3.0, **kwargs", "", False),  # would be given twice
        ("name=None, trainable=True, dtype=None", "name=name, trainable=trainable, dtype=dtype", "", False),  # would be refused
    ],
)
def test_a_base_is_not_mended_at_the_cost_of_its_children(
    tmp_path: Path, parameters: str, arguments: str, rest: str, is_fixed: bool
) -> None:
    program = BASE.format(parameters=parameters, arguments=arguments, rest=rest)
    mended = program.replace("return super().get_config()", 'return {**super().get_config(), "factor": self.factor}')
    assert fixed(tmp_path, program) == (mended if is_fixed else program)


def test_a_class_is_left_alone_whose_children_are_stored_by_keras(tmp_path: Path) -> None:
    program = """\
import keras


class Gate(keras.layers.Layer):
    def __init__(self, initializer=keras.initializers.Ones(), **kwargs):
        super().__init__(**kwargs)
        self.initializer = initializer

    def build(self, shape):
        self.gate = self.add_weight(shape=shape[1:], initializer=self.initializer)

    def call(self, inputs):
        return inputs * self.gate
"""
    child = """

class Wide(Gate):
    def __init__(self, width=3, **kwargs):
        super().__init__(**kwargs)
        self.width = width
"""
    assert fixed(tmp_path, program) != program
    assert fixed(tmp_path, program + child) == program + child
