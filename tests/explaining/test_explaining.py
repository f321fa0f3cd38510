"""`kerlint explain`, read as somebody who wonders why a line is, or is not, reported."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.deep import on_deep_stack
from kerlint.explaining.explaining import explained
from kerlint.explaining.place import Place
from kerlint.linter import Input, lint
from kerlint.options import Options
from kerlint.settings import SettingsFinder
from kerlint.version import KerasVersion

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"

pytestmark = pytest.mark.usefixtures("folder")

Run = Callable[..., Any]

NET = """\
import keras
from keras import layers
from helpers import make_norm
from nowhere import get_norm

NORMS = {"bn": layers.BatchNormalization}


def block(x, norm):
    return norm(x)


class Net(keras.Model):
    def __init__(self, kind, act=None):
        super().__init__()
        self.made = make_norm()
        self.got = get_norm(kind)
        self.taken = NORMS[kind]()
        self.kept = [layers.BatchNormalization(), layers.Dense(3)]
        self.either = act or layers.LayerNormalization()

    def call(self, x):
        x = self.made(x)
        x = self.got(x)
        x = self.taken(x)
        x = self.kept[0](x)
        x = self.either(x)
        x = self.absent(x)
        if False:
            x = self.made(x)
        x = missing(x)
        return block(self.made(x), self.kept[1])


# nothing
class Far(get_norm):
    pass
"""


@pytest.fixture
def explain(kerlint_run: Run) -> Callable[..., list[str]]:
    """The lines of the explanation of the line of `NET` that holds a text, or of a place."""
    Path("helpers.py").write_text("from keras import layers\n\n\ndef make_norm():\n    return layers.BatchNormalization()\n")
    Path("net.py").write_text(NET)

    def call(line: str, *options: str) -> list[str]:
        place = line
        if not re.search(r":\d+$", line):
            place = f"net.py:{next(n for n, text in enumerate(NET.splitlines(), 1) if line in text)}"
        ran = kerlint_run("explain", "--target-keras", "3.15", *options, place)
        assert (ran.code, ran.err) == (0, "")
        return ran.lines

    return call


def told(lines: list[str], name: str) -> list[str]:
    """What the explanation says of a name."""
    start = lines.index(f"  {name}") + 1
    rest = next((n for n, line in enumerate(lines[start:]) if not line.startswith("      ")), len(lines))
    return [line.strip() for line in lines[start : start + rest]]


BATCH = (
    "a BatchNormalization (keras.layers.BatchNormalization; keeps statistics of what it is called on, "
    "fits one size of the last axis)"
)


@pytest.mark.parametrize(
    ("line", "name", "sentence"),
    [
        ("x = self.made(x)", "self.made", f"{BATCH}, made in helpers.py:5"),
        ("x = self.kept[0](x)", "self.kept[0]", f"{BATCH}, made in net.py:19"),
        ("x = self.kept[0](x)", "self.kept", "a list that holds a BatchNormalization, a Dense; set in net.py:19"),
        (
            "x = self.got(x)",
            "self.got",
            "not known: kerlint does not follow the call that gives it, of nowhere.get_norm, which is outside the project: "
            "kerlint finds no source of it and knows nothing of it; set in net.py:17",
        ),
        (
            "x = self.taken(x)",
            "self.taken",
            "not known: kerlint does not follow the call that gives it, of an item that kerlint cannot tell, of a dict with 'bn'"
            "; set in net.py:18",
        ),
        (
            "x = self.absent(x)",
            "self.absent",
            "not known: nothing that kerlint follows sets absent on an object of Net; "
            "keras.Model may, where kerlint does not look",
        ),
        ("x = missing(x)", "missing", "not known: nothing that kerlint sees defines missing here"),
        ("class Net", "class Net", "a model of Keras through keras.Model; it defines __init__, call"),
        (
            "class Far",
            "class Far",
            "no class of Keras as far as kerlint sees; of its base nowhere.get_norm kerlint finds no source; "
            "it defines no method that Keras calls",
        ),
        ("def call", "def call", "a method of Net, a model of Keras through keras.Model"),
        ("from keras import layers", "layers", "the module keras.layers of Keras"),
        ("from helpers", "make_norm", "the function make_norm (helpers.py:4), which kerlint follows"),
        ("get_norm(kind)", "kind", "the parameter kind of __init__ (net.py:14): anything may be given"),
    ],
)
def test_a_name_is_told_by_what_it_was_taken_to_be(explain: Run, line: str, name: str, sentence: str) -> None:
    assert told(explain(line), name) == [sentence]


def test_an_attribute_that_a_base_in_another_file_sets_is_told_by_that_file(explain: Run) -> None:
    Path("base.py").write_text(
        "import keras\nfrom nowhere import get_norm\n\n\nclass Base(keras.Model):\n    def __init__(self):\n"
        "        super().__init__()\n        self.got = get_norm()\n"
    )
    Path("child.py").write_text("from base import Base\nclass C(Base):\n    def call(self, x):\n        return self.got(x)\n")
    (sentence,) = told(explain("child.py:4"), "self.got")
    assert sentence.endswith("knows nothing of it; set in base.py:8")


def test_a_decorator_is_told(explain: Run) -> None:
    decorator = "@keras.utils.register_keras_serializable('p')"
    Path("a.py").write_text(f"import keras\n\n{decorator}\nclass A(keras.layers.Layer):\n    pass\n")
    assert told(explain("a.py:4"), decorator) == ["the function keras.utils.register_keras_serializable of Keras"]


def test_of_a_choice_each_part_is_told(explain: Run) -> None:
    (sentence,) = told(explain("x = self.either(x)"), "self.either")
    assert sentence.startswith("one of these: the parameter act of __init__ (net.py:14): anything may be given; or a LayerNorm")


def test_a_parameter_is_told_by_its_callers_too(explain: Run) -> None:
    assert told(explain("return norm(x)"), "norm") == [
        "the parameter norm of block (net.py:9): anything may be given",
        "a Dense (keras.layers.Dense; fits one size of the last axis), made in net.py:19 (when called from net.py:32)",
    ]


def test_a_caller_in_another_file_is_found(explain: Run) -> None:
    sentences = told(explain("helpers.py:5"), "layers.BatchNormalization()")
    assert sentences == [f"{BATCH}, made in helpers.py:5"]
    Path("user.py").write_text("import keras\nfrom net import block\nblock(1, keras.layers.Dropout(0.5))\n")
    sentences = told(explain("return norm(x)"), "norm")
    assert any("a Dropout" in sentence and "(when called from user.py:3)" in sentence for sentence in sentences)


def test_what_is_never_reached_is_said_so(explain: Run) -> None:
    assert told(explain("net.py:30"), "self.made(x)") == ["never reached: no way that kerlint follows leads here"]


def test_a_line_without_code_says_so(explain: Run) -> None:
    assert explain("# nothing")[-1] == "  There is no code on this line."


def test_calls_of_the_same_layer_are_counted(explain: Run) -> None:
    assert (
        "  This BatchNormalization is called 2 times in one execution of Net.call: net.py:23, net.py:32"
        in explain("x = self.made(x)")
    )


def test_a_column_chooses_one_name(explain: Run) -> None:
    lines = explain("net.py:32", "--isolated")
    assert "  self.made" in lines
    assert "  self.kept[1]" in lines


def test_a_finding_that_speaks_of_the_line_is_named(explain: Run) -> None:
    assert "  Elsewhere, and it speaks of this line: 32:22 KER101" in explain("x = self.made(x)")
    assert "      shown" in explain("return block")


# --- why a finding is not shown -----------------------------------------------------------------------------------------


@pytest.fixture
def reasons(kerlint_run: Run, marks: None) -> Callable[..., list[str]]:
    """Why the findings on the second line of a program are not shown."""

    def call(line: str, *options: str, before: str = "import keras", place: str = "a.py:2") -> list[str]:
        Path("a.py").write_text(f"{before}\n{line}\n")
        ran = kerlint_run("explain", "--target-keras", "3.15", *options, place)
        assert (ran.code, ran.err) == (0, "")
        return [row.strip() for row in ran.lines if row.startswith("      ") and ("shown" in row)]

    return call


def test_each_way_to_silence_is_told(reasons: Run, kerlint_run: Run) -> None:
    assert reasons("x = BAD") == ["shown"]
    assert reasons("x = BAD  # noqa") == ["not shown: `# noqa` in line 2 silences everything"]
    assert reasons("x = BAD, f(\n)  # noqa: KER1") == ["not shown: `# noqa` in line 3 silences KER1"]
    assert reasons("x = BAD", before="# kerlint: noqa: KER101\nimport keras", place="a.py:3") == [
        "not shown: `# kerlint: noqa` in line 1 silences KER101 in this file"
    ]
    assert reasons("x = BAD", "--ignore", "KER1") == ["not shown: `ignore` holds KER1"]
    assert reasons("x = BAD", "--select", "KER3") == ["not shown: `select` does not hold it"]
    assert reasons("x = BAD", "--per-file-ignores", "a.*:KER1") == ['not shown: per-file-ignores for "a.*" leaves it out']
    assert reasons("x = OLD") == ["not shown: it is of severity info: --extend-select KER306 lets it speak"]
    assert reasons("x = OLD", "--extend-select", "KER306") == ["shown"]
    assert reasons("x = BAD  # noqa", "--ignore", "KER101") == [
        "not shown: `ignore` holds KER101",
        "not shown: `# noqa` in line 2 silences everything",
    ]
    kerlint_run("--write-baseline", "b.json", "a.py", "--ignore-noqa")
    assert reasons("x = BAD", "--baseline", "b.json") == ["not shown: the baseline b.json holds it"]


def test_the_configuration_counts(reasons: Run) -> None:
    Path("kerlint.toml").write_text('ignore = ["KER101"]\n')
    assert reasons("x = BAD") == ["not shown: `ignore` holds KER101"]
    assert reasons("x = BAD", "--isolated") == ["shown"]


def test_a_file_that_is_not_looked_into_says_so(kerlint_run: Run) -> None:
    Path("a.py").write_text("x = 1\n")
    assert "  kerlint does not look into this file: neither it nor what it imports" in kerlint_run("explain", "a.py:1").out
    Path("a.py").write_text("import keras\nx = (\n")
    assert "  kerlint cannot follow this file: line 2: " in kerlint_run("explain", "a.py:1").out
    Path("a.pyi").write_text("import keras\n")
    assert "  A stub is never reported" in kerlint_run("explain", "a.pyi:1").out
    Path("kerlint.toml").write_text('exclude = ["a.py"]\n')
    assert '  The pattern "a.py" of `exclude` leaves this file out' in kerlint_run("explain", "a.py:1").out


def test_a_line_of_a_notebook_is_named_by_its_cell(kerlint_run: Run) -> None:
    cells = [
        "import keras",
         "%pwd\nbn = keras.layers.BatchNormalization()\nx = bn(keras.Input((3,)))\nmodel = keras.Model(x, bn(x))  # noqa: KER101",
    ]
    Path("n.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    ran = kerlint_run("explain", "n.ipynb:cell 2:4")
    assert f"      {BATCH}, made in n.ipynb:cell 2:2" in ran.lines
    assert "      not shown: `# noqa` in line 4 silences KER101" in ran.lines
    assert "write n.ipynb:cell N:LINE" in kerlint_run("explain", "n.ipynb:2").err


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("a.py", "names no line"),
        ("a.py:0", "has no line 0"),
        ("a.py:3", "has no line 3; it has 2"),
        ("b.py:1", "no such file"),
        ("a.py:cell 1:1", "has no cells"),
        ("n.ipynb:cell 7:1", "cell 7 of n.ipynb is no Python code"),
        ("n.ipynb:cell 1:9", "cell 1 of n.ipynb has no line 9"),
    ],
)
def test_a_place_that_is_not_there_is_one_line(kerlint_run: Run, place: str, reason: str) -> None:
    Path("a.py").write_text("import keras\nx = 1\n")
    Path("n.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": "import keras"}]}))
    ran = kerlint_run("explain", place)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert reason in ran.err.lower() or reason in ran.err


@pytest.mark.slow
def test_the_rules_that_are_said_to_look_at_a_line_are_those_that_report_it() -> None:
    """One program of each third rule: what the rule reports there stands where the explanation names the rule."""
    for folder in sorted(FIXTURES.glob("KER*"))[::3]:
        path = next(path for path in sorted(folder.glob("bad_*")) if path.suffix == ".py")
        header = re.search(r"^# target-keras: (\S+)", path.read_text(), re.MULTILINE)
        target = KerasVersion.parse(header[1] if header else "3")
        layer = Options(str(folder), target_keras=target, extend_select=("KER",), preview=True)
        finder = SettingsFinder((layer,), lambda prefix: True, isolated=True)
        findings = on_deep_stack(lambda path=path, finder=finder: lint([Input(str(path))], finder).findings)  # type: ignore[misc]
        assert findings
        for line in {finding.span.line for finding in findings if finding.code < "KER9"}:
            place = Place(str(path), line)
            text = on_deep_stack(lambda place=place, finder=finder: explained(place, finder))  # type: ignore[misc]
            asked = re.search(r"^  asked: (.*)$", text, re.MULTILINE)
            assert asked is not None
            for finding in findings:
                if finding.span.line == line and finding.code < "KER9":
                    assert finding.code in asked[1], f"{path}:{line} {finding.code}\n{text}"
                    assert f"  {line}:{finding.span.column} {finding.code} {finding.message}\n      shown\n" in text
