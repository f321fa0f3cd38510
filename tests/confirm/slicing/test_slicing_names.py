"""What is cut out of one file for a name of it, and that it runs."""

from __future__ import annotations

from typing import Any

import pytest

from kerlint.confirm.slicing import Slice


def kept(slice: Slice, file: str = "main.py") -> list[str]:
    """What is left of a file, without blank lines."""
    (text,) = [module.text for module in slice.modules if module.path.endswith(file)]
    return [line for line in text.split("\n") if line.strip()]


def test_a_class_comes_with_what_it_names_and_nothing_runs(slice_of: Any, loaded: Any) -> None:
    text = """\
    import os
    import math, json as j, sys
    from collections import (
        OrderedDict,
        defaultdict as dd,
    )

    SIZE = 4
    UNUSED = open("nowhere")
    print("training")


    def helper(x=SIZE):
        return math.floor(x) + len(j.dumps([]))


    class Base:
        table = dd(int)


    class Wanted(Base):
        def value(self):
            return helper()

    Wanted().value() / 0
    """
    slice = slice_of({"main.py": text}, "Wanted")
    lines = kept(slice)
    assert "import math, json as j" in lines
    assert "from collections import defaultdict as dd" in lines
    assert not any("print" in line or "open" in line or "import os" in line or "/ 0" in line for line in lines)
    with loaded(slice) as module:
        assert module.Wanted().value() == 6
        assert module.Wanted.value.__code__.co_firstlineno == 22
        assert module.helper.__code__.co_firstlineno == 13


def test_a_wrapped_import_keeps_the_lines_after_it(slice_of: Any, loaded: Any) -> None:
    slice = slice_of({"main.py": "from math import (  # all\n    pi,\n    e,\n)\n\ndef f():\n    return pi\n"}, "f")
    assert slice.modules[0].text.split("\n") == ["from math import pi", "", "", "", "", "def f():", "    return pi", ""]


@pytest.mark.parametrize(
    "text, value",
    [
        ("A = 3\ndef f(): return A\n", 3),
        ("A, (B, *C) = 1, (2, 3)\ndef f(): return C\n", [3]),
        ("A: int = 3\ndef f(): return A\n", 3),
        ("A = 3\nA += 1\ndef f(): return A\n", 4),
        ("A = B = 3\ndef f(): return B\n", 3),
        ("if True:\n    A = 1\nelse:\n    A = 2\ndef f(): return A\n", 1),
        ("try:\n    import nowhere\n    A = 1\nexcept ImportError:\n    A = 2\ndef f(): return A\n", 2),
        ("for A in range(3):\n    pass\ndef f(): return A\n", 2),
        ("import io\nwith io.StringIO('x') as A:\n    B = A.read()\ndef f(): return B\n", "x"),
        ("A = 1; B = 2; print(0 / 0); C = 3\ndef f(): return A + C\n", 4),
        ("A = [1,\n     2]; B = 7\ndef f(): return B\n", 7),
        ("A = {}\nA['x'] = 1\nA.update(y=2)\ndef f(): return A\n", {"x": 1, "y": 2}),
        ("A = []\nfor i in range(2):\n    A.append(i)\ndef f(): return A\n", [0, 1]),
        ("class K: pass\nK.size = 5\nsetattr(K, 'wide', 6)\ndef f(): return K.size + K.wide\n", 11),
        ("if (n := 4) > 3:\n    pass\ndef f(): return n\n", 4),
        ("f = lambda x=3: x\n", 3),
        ("K = 2\ndef f(): return [K * x for x in range(3)]\n", [0, 2, 4]),
        ("K = 2\ndef f(): return f'{K:{K}}'\n", " 2"),
        ("def d(g): return g\n@d\ndef f(): return 1\n", 1),
        ("A = 2\nclass K:\n    A = A + 1\n    B = A\ndef f(): return K.B\n", 3),
        ("A = 2\nclass K:\n    A = 3\n    def m(self): return A\ndef f(): return K().m()\n", 2),
        ("def f():\n    global A\n    A = B\n    return A\nB = 5\n", 5),
        ("x = 9\ndef f(g=lambda y=x: y):\n    x = 1\n    return g()\n", 9),
        ("def f():\n    import math as m\n    return m.floor(1.5)\n", 1),
        ("x = 1\nx = x + 1\ndef f(): return x\n", 2),
        ("match 3:\n    case n if n > 2:\n        A = n\ndef f(): return A\n", 3),
        ("import os.path, os\ndef f(): return os.path.basename('a/b')\n", "b"),
        ("from math import *\ndef f(): return floor(2.5)\n", 2),
        ("T = '''\n  a\n\n  b'''\ndef f(): return T\n", "\n  a\n\n  b"),
        ("from __future__ import annotations\ndef f(x: Missing = 1): return x\n", 1),
    ],
)
def test_each_way_to_bind_a_name_is_followed(slice_of: Any, loaded: Any, text: Any, value: Any) -> None:
    slice = slice_of({"main.py": text}, "f")
    with loaded(slice) as module:
        assert module.f() == value


def test_names_of_inner_scopes_are_not_wanted(slice_of: Any) -> None:
    text = """\
    a = b = c = d = e = k = h = 1 / 0
    a2 = 1 / 0
    def f(a, *b, **c):
        d = 1
        for e in range(3):
            pass
        try:
            pass
        except ValueError as h:
            pass
        k = lambda a2: a2
        del d
        return [e for e in b]
    """
    assert not any("1 / 0" in line for line in kept(slice_of({"main.py": text}, "f")))


def test_the_main_guard_and_type_checking_blocks_are_left_out(slice_of: Any) -> None:
    text = """\
    from __future__ import annotations
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from nowhere import Kind
    if __name__ == "__main__":
        A = 3
    def f(x: Kind):
        return A
    """
    assert kept(slice_of({"main.py": text}, "f")) == [
        "from __future__ import annotations",
        "def f(x: Kind):",
        "    return A",
    ]


def test_a_registration_completes_the_class_that_it_names(slice_of: Any) -> None:
    text = """\
    import keras
    class A: pass
    class B: pass
    keras.utils.get_custom_objects()["A"] = A
    keras.utils.get_custom_objects().update({"B": B})
    keras.saving.register_keras_serializable("x")(A)
    """
    lines = kept(slice_of({"main.py": text}, "A"))
    assert lines == [
        "import keras",
        "class A: pass",
        'keras.utils.get_custom_objects()["A"] = A',
        'keras.saving.register_keras_serializable("x")(A)',
    ]


def test_changing_a_module_completes_nothing(slice_of: Any) -> None:
    text = "import os\nimport sys\nos.environ['A'] = '1'\nsys.path.append('x')\ndef f(): return os.sep, sys.path\n"
    assert kept(slice_of({"main.py": text}, "f")) == ["import os", "import sys", "def f(): return os.sep, sys.path"]


def test_work_inside_a_kept_block_is_left_out(slice_of: Any, loaded: Any) -> None:
    text = """\
    class Model:
        def fit(self):
            raise SystemExit
    if True:
        model = Model()
        model.fit(
        )
        size = 3
    def f():
        return size
    """
    slice = slice_of({"main.py": text}, "f")
    with loaded(slice) as module:
        assert module.f() == 3
        assert module.f.__code__.co_firstlineno == 9


def test_a_constant_that_runs_the_program_is_kept_when_it_is_wanted(slice_of: Any) -> None:
    text = "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--n')\nargs = parser.parse_args()\n"
    lines = kept(slice_of({"main.py": text + "def f(): return args.n\n"}, "f"))
    assert lines == [*text.strip().split("\n"), "def f(): return args.n"]


def test_odd_line_ends_and_form_feeds_keep_their_lines(slice_of: Any, loaded: Any) -> None:
    text = "import math\r\n\x0c\r\nx = '''a\r\nb'''\r\ny = 1\r\n\r\n\x0cdef f():\r\n    return x, math.pi\r\n"
    with loaded(slice_of({"main.py": text}, "f")) as module:
        assert module.f()[0] == "a\nb"
        assert module.f.__code__.co_firstlineno == 7


def test_a_name_that_nothing_binds_gives_an_empty_text(slice_of: Any) -> None:
    slice = slice_of({"main.py": "x = 1\n"}, "missing")
    assert [module.text for module in slice.modules] == [""]
    assert slice.modules[0].name == "main"


def test_comments_and_decorators_stay_on_their_lines(slice_of: Any, loaded: Any) -> None:
    text = "def d(f):\n    return f\n\n# about f\n@d\n# more\n@d\ndef f():\n    # inside\n    return 1\n"
    with loaded(slice_of({"main.py": text}, "f")) as module:
        assert module.f.__code__.co_firstlineno == 5
