"""A slice as one text that stands for itself."""

from __future__ import annotations

from typing import Any

import pytest

from kerlint.confirm.slicing import flatten

LAYERS = "import math\nfrom .base import Base as B\n\n\n\n\n\nclass Block(B):\n    size = math.floor(2.5)\n"


def run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(text, "script", "exec"), names)
    return names


def test_modules_follow_each_other_in_the_order_in_which_they_need_each_other(slice_of: Any) -> None:
    files = {
        "pkg/main.py": "from __future__ import annotations\nimport math\nfrom . import Block as K\n\n"
        "def f():\n    return K.size, math.e\n",
        "pkg/__init__.py": "from .layers import Block\n",
        "pkg/layers.py": LAYERS,
        "pkg/base.py": "from __future__ import annotations\nclass Base: pass\n",
    }
    text = flatten(slice_of(files, "f"))
    assert text is not None
    assert run(text)["f"]()[0] == 2
    assert text.count("import math") == text.count("from __future__") == 1
    assert text.startswith("from __future__ import annotations\n")
    assert "B = Base" in text and "K = Block" in text
    assert "\n\n\n\n" not in text


def test_imports_inside_functions_become_nothing_or_a_name(slice_of: Any) -> None:
    files = {
        "main.py": "def f():\n    from layers import a\n    from layers import b as c\n    return a + c\ndef g(): return f()\n",
        "layers.py": "a = 1\nb = 2\n",
    }
    text = flatten(slice_of(files, "g"))
    assert text is not None
    assert run(text)["g"]() == 3


def test_functions_that_need_each_other_only_when_called_are_put_together(slice_of: Any) -> None:
    files = {
        "a.py": "from b import g\ndef f(n=1): return g(n)\n",
        "b.py": "def g(n):\n    from a import f\n    return f(n - 1) if n else 'done'\n",
    }
    text = flatten(slice_of(files, "f"))
    assert text is not None
    assert run(text)["f"]() == "done"


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": "from b import g\nx = 1\ndef f(): return x + g()\n", "b.py": "x = 2\ndef g(): return x\n"},
        {"main.py": "import b\ndef f(): return b.x\n", "b.py": "x = 2\n"},
        {"main.py": "import b as c\ndef f(): return c.x\n", "b.py": "x = 2\n"},
        {"p/main.py": "from . import b\ndef f(): return b.x\n", "p/b.py": "x = 2\n", "p/__init__.py": ""},
        {"p/main.py": "def f():\n    from . import b\n    return b.x\n", "p/b.py": "x = 2\n", "p/__init__.py": ""},
        {"main.py": "from b import g\nmax = 1\ndef f(): return max, g()\n", "b.py": "def g(): return max(1, 2)\n"},
        {"main.py": "import math as m\nfrom b import g\ndef f(): g(m)\n", "b.py": "import cmath as m\ndef g(): return m\n"},
        {"a.py": "from b import g\nx = 1\ndef f(): return g()\n", "b.py": "from a import x\ny = x\ndef g(): return y\n"},
        {"main.py": "from b import g as h\ng = 1\ndef f(): return g + h()\n", "b.py": "def g(): return 1\n"},
        {"p/main.py": "from .gone import x\ndef f(): return x\n", "p/__init__.py": ""},
    ],
    ids="same_name plain_import renamed_import module module_in_function builtin import circle renamed gone".split(),
)
def test_what_cannot_be_put_together_gives_none(slice_of: Any, files: Any) -> None:
    assert flatten(slice_of(files, "f")) is None


def test_one_name_for_one_thing_may_be_imported_twice(slice_of: Any) -> None:
    files = {
        "main.py": "import math as m\nfrom b import g, x\ndef f(): return m.floor(x) + g()\n",
        "b.py": "import math as m\nfrom c import x\ndef g(): return m.floor(x)\n",
        "c.py": "x = 1.5\n",
    }
    text = flatten(slice_of(files, "f"))
    assert text is not None
    assert run(text)["f"]() == 2
