"""What is left of a body when only some of its lines count, and that it runs as a program."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from kerlint.confirm.slicing import BodyParameter

FAKE = """\
class Model:
    def __init__(self, *parts):
        self.parts = list(parts)
        self.trainable = True
        self.layers = self.parts

    def add(self, part):
        self.parts.append(part)

    def compile(self, **options):
        self.options = options

    def fit(self, *data):
        raise SystemExit

    summary = evaluate = save_weights = fit

    def save(self, path):
        self.path = path


class Layer:
    trainable = True


def read_data():
    raise SystemExit
"""


def lines_of(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def test_a_training_function_is_cut_to_what_an_anchor_needs(body_of: Any, executed: Any) -> None:
    main = """\
    from fake import Layer, Model, read_data
    import matplotlib.pyplot as plt

    UNITS = 4


    def train(path, epochs=UNITS, *, verbose: bool = True):
        data = read_data()
        model = Model()
        for _ in range(UNITS):
            model.add(Layer())
        if verbose:
            model.summary()
        model.compile(loss="mse")
        history = model.fit(data)
        plt.plot(history)
        print(history)
        model.evaluate(data)
        model.save(path)
        return model
    """
    body = body_of({"main.py": main, "fake.py": FAKE}, "train", "model.save(path)")
    assert lines_of(body.text) == [
        "model = Model()",
        "for _ in range(UNITS):",
        "    model.add(Layer())",
        'model.compile(loss="mse")',
        "model.save(path)",
        "__returned__ = model",
    ]
    assert body.text.split("\n")[8] == "model = Model()"
    assert body.parameters == (
        BodyParameter("path", None, None, "positional", True),
        BodyParameter("epochs", "UNITS", None, "positional", False),
        BodyParameter("verbose", "True", "bool", "keyword", False),
    )
    assert "plt" not in body.slice.modules[0].text
    with executed(body, path="x.keras") as names:
        assert names["__returned__"].path == "x.keras"
        assert len(names["model"].parts) == 4


def test_a_module_body_holds_its_own_definitions_in_order(body_of: Any, executed: Any) -> None:
    main = """\
    from __future__ import annotations
    from fake import *
    import fake as other, math
    print("begin")
    units = 3


    class Mine(other.Layer):
        size = units


    def build():
        return Model(Mine())


    if __name__ == "__main__":
        model = build()
        model.fit(read_data())
        model.save("m.h5")
        print("end")
    """
    body = body_of({"main.py": main, "fake.py": FAKE}, None, "model.save")
    assert lines_of(body.text) == [
        "from __future__ import annotations",
        "import fake as other",
        "units = 3",
        "class Mine(other.Layer):",
        "    size = units",
        "def build():",
        "    return Model(Mine())",
        "if True:",
        "    model = build()",
        '    model.save("m.h5")',
    ]
    with executed(body) as names:
        assert names["model"].path == "m.h5"
        assert names["model"].parts[0].size == 3
        assert names["build"].__code__.co_firstlineno == 12


@pytest.mark.parametrize(
    "code, kept",
    [
        ("a = 1\nb = a\nsave(b)", "a = 1\nb = a\nsave(b)"),
        ("a = 1\na += 2\nz = a\nsave(a)", "a = 1\na += 2\nsave(a)"),
        ("a = make()\na.x = 1\na['y'] = 2\na.z.append(3)\nsave(a)", None),
        ("a = make()\nfor layer in a.layers:\n    layer.trainable = False\nsave(a)", None),
        ("a = make()\nfor i, layer in enumerate(a.layers[:-1]):\n    layer.trainable = False\nsave(a)", None),
        ("a = make()\nbase = a.layers[0]\nbase.trainable = False\nsave(a)", None),
        ("a = make()\nb = other()\nb.trainable = False\nsave(a)", "a = make()\nsave(a)"),
        ("for i in range(3):\n    a = i\n    print(i)\nsave(a)", "for i in range(3):\n    a = i\nsave(a)"),
        (
            "while True:\n    a = 1\n    b = 2\n    if a:\n        print(a)\n        break\nsave(a)",
            "while True:\n    a = 1\n    if a:\n        break\nsave(a)",
        ),
        (
            "if q:\n    a = 1\nelif r:\n    b = 1\nelse:\n    a = 2\nsave(a)",
            "if q:\n    a = 1\nelif r:\n    pass\nelse:\n    a = 2\nsave(a)",
        ),
        ("if q:\n    a = 1\nelse:\n    b = 1\nsave(a)", "if q:\n    a = 1\nsave(a)"),
        ("if q: a = 1; b = 2\nelse: print(3)\nsave(a)", "if q: a = 1\nsave(a)"),
        ("if q: print(1)\nelse: a = 2\nsave(a)", "if q: pass\nelse: a = 2\nsave(a)"),
        ("with q() as a:\n    print(a)\nsave(a)", "with q() as a:\n    pass\nsave(a)"),
        (
            "try:\n    import x\n    a = 1\n    show(a)\nexcept E as e:\n    show(e)\n    a = 2\nfinally:\n    b\nsave(a)",
            "try:\n    import x\n    a = 1\nexcept E as e:\n    a = 2\nsave(a)",
        ),
        (
            "try:\n    b = 1\nexcept E:\n    print(1)\nfinally:\n    a = 2\nsave(a)",
            "try:\n    pass\nexcept E:\n    pass\nfinally:\n    a = 2\nsave(a)",
        ),
        ("with scope():\n    a = 1\nsave(a)", None),
        ("from math import pi, e\nimport os\nsave(pi)", "from math import pi\nsave(pi)"),
        ("a = 1\nif a:\n    raise ValueError\ndel a\nassert a\nsave(a)", "a = 1\nsave(a)"),
        ("a = 1; b = 2; c = a; d = 3\nsave(c)", "a = 1; c = a\nsave(c)"),
        ("a, b = 1, 2\nsave(a)", None),
        ("if (a := f()):\n    pass\nsave(a)", "if (a := f()):\n    pass\nsave(a)"),
        ("K.set_image_data_format('x')\na = K.x\nK.clear()\nsave(a)", None),
        ("t = '''\n  x\n'''\nsave(t)", None),
        ("a = [\n  1,\n]\nsave(\n  a,\n)", None),
        ("# about\nfor i in a:  # loop\n    # inside\n    save(i)", None),
    ],
)
@pytest.mark.parametrize("where", [None, "f", "C.f"])
def test_statements_are_cut_to_what_is_needed(body_of: Any, code: Any, kept: Any, where: Any) -> None:
    indent = {None: "", "f": "    ", "C.f": "        "}[where]
    head = {None: "", "f": "def f():\n", "C.f": "class C:\n    def f(self):\n"}[where]
    in_string = "'''" in code
    text = head + "".join(f"{indent}{line}\n" for line in code.split("\n"))
    body = body_of({"main.py": text}, where, "save(")
    compile(body.text, "main.py", "exec")
    if where is None and not in_string and kept is not None:
        assert lines_of(body.text) == kept.split("\n")
    if kept is not None:
        assert [line.strip() for line in lines_of(body.text)] == [line.strip() for line in kept.split("\n")]
    elif "K." not in code:
        assert lines_of(body.text)[-1].strip() == text.rstrip().split("\n")[-1].strip()
        wanted = [line.strip() for line in code.split("\n") if not line.startswith("#")]
        assert [line.strip() for line in lines_of(body.text)] == wanted


def test_the_text_of_strings_is_never_moved(body_of: Any, executed: Any) -> None:
    text = "def f():\n    if True:\n        t = '''\n    a\n  b'''\n        x = (t +\n  'c')\n    save(x)\n"
    with executed(body_of({"main.py": text}, "f", "save(x)"), save=len) as names:
        assert names["x"] == "\n    a\n  bc"


def test_tabs_are_taken_off_too(body_of: Any, executed: Any) -> None:
    text = "def f(a):\n\tif a:\n\t\tb = a\n\telse:\n\t\tb = 2\n\treturn b\n"
    with executed(body_of({"main.py": text}, "f", "return"), a=5) as names:
        assert names["__returned__"] == 5


@pytest.mark.parametrize(
    "text, anchor, kept",
    [
        ("def f(x):\n    y = x\n    return (\n        y)\n", "y = x", ["y = x", "__returned__ = (", "        y)"]),
        ("def f(x):\n    y = x\n    z = 1\n    return z\n", "y = x", ["y = x"]),
        ("def f(x):\n    return x\n", "return", ["__returned__ = x"]),
        ("def f(x): return x\n", "return", ["__returned__ = x"]),
        ("def f(x):\n    if x:\n        return x\n    y = 2\n", "y = 2", ["y = 2"]),
        ("def f(x):\n    if x:\n        return x\n    y = 2\n", "return", ["if x:", "    __returned__ = x"]),
        ("def f(x):\n    y = x\n    yield y\n", "yield", ["y = x", "__returned__ = y"]),
        ("def f(x):\n    yield from x\n", "yield", ["__returned__ = x"]),
        ("def f(x):\n    y = x\n    return\n", "return", ["pass"]),
        ("async def f(x):\n    y = await x\n    async with x as c:\n        z = 1\n", "z =", ["if True:", "    z = 1"]),
        ("def f(x):\n    raise x\n", "raise", ["raise x"]),
        ("def f():\n    global g\n    g = 1\n    save(g)\n", "save", ["g = 1", "save(g)"]),
    ],
)
def test_what_only_functions_may_do_is_put_otherwise(body_of: Any, text: Any, anchor: Any, kept: Any) -> None:
    body = body_of({"main.py": text}, "f", anchor)
    compile(body.text, "main.py", "exec")
    assert lines_of(body.text) == kept


def test_decorated_definitions_and_nonlocal_names_survive_at_the_top(body_of: Any, executed: Any) -> None:
    text = """\
    def same(f):
        return f

    def train():
        count = 0
        @same
        # twice
        @same
        def step():
            nonlocal count
            count += 1
            return count
        @same
        class K:
            pass
        x = step(), K
        save(x)
    """
    body = body_of({"main.py": text}, "train", "save(")
    with executed(body, save=len) as names:
        assert names["x"][0] == 1
        assert names["step"].__code__.co_firstlineno == 6


def test_the_functions_around_give_what_the_inner_one_needs(body_of: Any, executed: Any) -> None:
    text = """\
    K = 2

    def outer(a, unused):
        print(a)
        if a:
            b = a * K
        c = 1 / 0
        def inner(d):
            return b + d
        return inner
    """
    for name in ("outer.inner", "outer.<locals>.inner"):
        body = body_of({"main.py": text}, name, "return b + d")
        assert [(p.name, p.is_read) for p in body.parameters] == [("a", True), ("unused", False), ("d", True)]
        with executed(body, a=3, d=1) as names:
            assert names["__returned__"] == 7


@pytest.mark.parametrize(
    "head, tail",
    [
        ("if a:", "else:\n        b = 1"),
        ("try:", "except ValueError:\n        b = 1\n    finally:\n        b = 3"),
        ("with open(__file__):", ""),
        ("for b in [1]:", "else:\n        b = 9"),
    ],
)
def test_a_function_in_a_block_follows_what_was_before_it_there(body_of: Any, executed: Any, head: str, tail: str) -> None:
    inner = "def inner():\n            return b + 1"
    text = f"def outer(a):\n    {head}\n        b = a\n        {inner}\n        b = 5\n    {tail}\n"
    with executed(body_of({"main.py": text}, "outer.inner", "return b + 1"), a=1, __file__=__file__) as names:
        assert names["__returned__"] == 2


def test_what_comes_after_the_last_anchor_does_not_count_but_in_a_loop(body_of: Any) -> None:
    text = "for i in range(3):\n    a = b\n    save(a)\n    b = i\nb = 0\na = 1\n"
    assert lines_of(body_of({"main.py": text}, None, "save").text) == [*text.split("\n")[:4]]


def test_a_function_with_an_anchor_keeps_what_is_defined_after_it(body_of: Any) -> None:
    text = "def f():\n    save(a)\na = 1\nf()\n"
    assert "a = 1" in body_of({"main.py": text}, None, "save").text


def test_imports_of_the_project_inside_a_body_are_followed(body_of: Any, executed: Any) -> None:
    files = {
        "pkg/main.py": "def f():\n    from . import parts\n    from .parts import y as z\n    save(parts.x, z)\n",
        "pkg/__init__.py": "",
        "pkg/parts.py": "x = 1\ny = 2\nw = 1 / 0\n",
    }
    seen = []
    with executed(body_of(files, "f", "save("), save=lambda *given: seen.append(given)):
        assert seen == [(1, 2)]


def test_globals_of_a_function_come_with_what_completes_them(body_of: Any, executed: Any) -> None:
    main = """\
    from fake import Model, Layer
    model = Model()
    model.add(Layer())
    model.compile(loss=1)
    model.fit()
    def f():
        model.save("x")
    """
    with executed(body_of({"main.py": main, "fake.py": FAKE}, "f", "save")) as names:
        assert len(names["model"].parts) == 1
        assert names["model"].options == {"loss": 1}


def test_what_other_files_take_from_the_module_is_in_the_slice(body_of: Any, executed: Any) -> None:
    files = {
        "main.py": "import helper\nSIZE = 3\nx = helper.g()\nsave(x)\n",
        "helper.py": "def g():\n    from main import SIZE\n    return SIZE\n",
    }
    with executed(body_of(files, None, "save("), save=len_or_one) as names:
        assert names["x"] == 3


@pytest.mark.parametrize("function", [None, "f"])
def test_deep_code_is_cut_all_the_same(body_of: Any, function: str | None) -> None:
    depth = 200 if sys.version_info[:2] == (3, 12) else 400  # 3.12 alone bounds calls through C by a fixed number
    text = "def f():\n    a = " + " + ".join(["b"] * depth) + "\n    save(a)\nc = " + "d.e()" + ".f()" * depth + "\nsave(c)\n"
    cut = body_of({"main.py": text}, function, "save(").text
    compile(cut, "main.py", "exec")
    assert "save(" in cut


def len_or_one(_: object) -> int:
    return 1


def test_one_of_several_functions_of_a_name_is_that_with_the_anchor(body_of: Any) -> None:
    text = "if a:\n    def f():\n        x = 1\n        save(x)\nelse:\n    def f():\n        y = 1\n        show(y)\n"
    assert "x = 1" in body_of({"main.py": text}, "f", "save(x)").text


def test_a_function_that_is_not_there_is_a_lookup_error(body_of: Any) -> None:
    with pytest.raises(LookupError):
        body_of({"main.py": "x = 1\n"}, "f", "x")
