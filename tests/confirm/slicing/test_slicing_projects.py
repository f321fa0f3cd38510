"""Names are followed through the files of a project, and each file is reached by the names that its importers use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerlint.confirm.slicing import Slice, SlicedModule

BLOCK = "SIZE = 2\n\nclass Block:\n    size = SIZE\n\nclass Other:\n    pass\n\nprint(1 / 0)\n"


def names_in(slice: Slice) -> dict[str, SlicedModule]:
    return {module.name: module for module in slice.modules}


@pytest.mark.parametrize(
    "imports, value",
    [
        ("from .layers import Block", "Block.size"),
        ("from .layers import Block as B, Other", "B.size"),
        ("from . import layers", "layers.Block.size"),
        ("from . import layers as L", "L.Block.size"),
        ("import pkg.layers", "pkg.layers.Block.size"),
        ("import pkg.layers as L", "L.Block.size"),
        ("from pkg import layers", "layers.Block.size"),
        ("from pkg.layers import Block", "Block.size"),
        ("from .layers import *", "Block.size"),
        ("from .chain import *", "Block.size"),
        ("from .chain import Block", "Block.size"),
        ("from .sub import Block", "Block.size"),
        ("from .sub.deep import Block", "Block.size"),
        ("from .sub import deep", "deep.Block.size"),
        ("from .sub import up", "up.Block.size"),
        ("from . import sub", "sub.deep.Block.size"),
        ("import pkg.sub.deep", "pkg.sub.deep.Block.size"),
        ("from pkg import Shown", "Shown.size"),
        ("import pkg", "pkg.Shown.size"),
        ("import pkg", "pkg.layers.Block.size"),
        ("try:\n    from .layers import Block\nexcept ImportError:\n    Block = None", "Block.size"),
        ("from .layers import missing_name\nfrom .layers import Block", "Block.size"),
        ("from helpers import Block", "Block.size"),
        ("from .circle import Block", "Block.size"),
        ("from . import layers", "getattr(layers, 'Block').size"),
    ],
)
def test_each_form_of_import_leads_to_the_class(slice_of: Any, loaded: Any, imports: Any, value: Any) -> None:
    files = {
        "pkg/main.py": f"{imports}\n\ndef f():\n    return {value}\n",
        "pkg/__init__.py": "from .layers import Block as Shown\nfrom .broken import Nothing\n",
        "pkg/layers.py": BLOCK,
        "pkg/chain.py": "from .layers import *\nfrom .broken import *\n",
        "pkg/sub/__init__.py": "from .deep import Block\nfrom pkg.layers import Other\n",
        "pkg/sub/deep.py": "from ..layers import Block\n",
        "pkg/sub/up.py": "from .. import layers\nBlock = layers.Block\n",
        "pkg/helpers.py": "from pkg.layers import Block\n",
        "pkg/circle.py": "from .main import f\nfrom .layers import Block\ndef g():\n    return f()\n",
        "pkg/broken.py": "def f(:\n",
    }
    slice = slice_of(files, "f")
    assert slice.modules[0].name == "pkg.main"
    assert slice.modules[0].path.endswith("main.py")
    with loaded(slice) as module:
        assert module.f() == 2
    assert not any("1 / 0" in part.text for part in slice.modules)


@pytest.mark.parametrize("statement", ["from .layers import Block", "from . import layers; Block = layers.Block"])
@pytest.mark.parametrize("form", ["def f():\n    {}\n    return Block\n", "class K:\n    {}\ndef f():\n    return K.Block\n"])
def test_imports_inside_functions_and_classes_are_followed(slice_of: Any, loaded: Any, statement: Any, form: Any) -> None:
    slice = slice_of({"pkg/main.py": form.format(statement), "pkg/__init__.py": "", "pkg/layers.py": BLOCK}, "f")
    assert "class Other" not in names_in(slice)["pkg.layers"].text
    with loaded(slice) as module:
        assert module.f().size == 2


def test_only_what_is_read_of_a_module_is_wanted_of_it(slice_of: Any) -> None:
    files = {"main.py": "import layers as L\ndef f():\n    return L.Block\n", "layers.py": BLOCK}
    assert "Other" not in names_in(slice_of(files, "f"))["layers"].text


def test_a_module_that_is_used_as_an_object_is_wanted_whole(slice_of: Any, loaded: Any) -> None:
    files = {
        "main.py": "import layers\ndef f():\n    return vars(layers)\n",
        "layers.py": BLOCK + "from more import *\n",
        "more.py": "class Third: pass\n",
    }
    with loaded(slice_of(files, "f")) as module:
        assert {"Block", "Other", "Third"} <= module.f().keys()


def test_a_file_without_a_package_is_reached_by_its_own_name(slice_of: Any, loaded: Any) -> None:
    slice = slice_of({"main.py": "from layers import Block\ndef f():\n    return Block.size\n", "layers.py": BLOCK}, "f")
    assert names_in(slice).keys() == {"main", "layers"}
    with loaded(slice) as module:
        assert module.f() == 2


def test_a_script_inside_a_package_reaches_its_neighbour_by_an_alias(slice_of: Any) -> None:
    files = {"pkg/main.py": "from layers import Block\ndef f(): return Block\n", "pkg/__init__.py": "", "pkg/layers.py": BLOCK}
    slice = slice_of(files, "f")
    assert names_in(slice)["pkg.layers"].aliases == ("layers",)
    assert names_in(slice)["pkg"].is_package
    assert names_in(slice)["pkg"].text == ""


def test_folders_without_an_init_file_are_named_when_imports_go_through_them(slice_of: Any, loaded: Any) -> None:
    files = {
        "space/inner/main.py": "from ..other import a\nfrom space.inner import b\ndef f(): return a.x + b.x\n",
        "space/other/a.py": "x = 1\n",
        "space/inner/b.py": "x = 2\n",
    }
    slice = slice_of(files, "f")
    assert names_in(slice).keys() == {"space", "space.inner", "space.other", "space.inner.main", "space.other.a", "space.inner.b"}
    with loaded(slice) as module:
        assert module.f() == 3


def test_a_source_folder_is_no_part_of_the_name(slice_of: Any, loaded: Any) -> None:
    files = {
        "train.py": "from pkg.layers import Block\ndef f(): return Block.size\n",
        "src/pkg/__init__.py": "",
        "src/pkg/layers.py": BLOCK,
    }
    slice = slice_of(files, "f")
    assert names_in(slice).keys() == {"train", "pkg", "pkg.layers"}
    with loaded(slice) as module:
        assert module.f() == 2


def test_two_names_for_one_file_are_one_module(slice_of: Any, loaded: Any) -> None:
    files = {
        "main.py": "from src.pkg.layers import Block\nfrom pkg.layers import Other\ndef f(): return Block.size, Other\n",
        "src/pkg/__init__.py": "",
        "src/pkg/layers.py": BLOCK,
    }
    slice = slice_of(files, "f")
    assert names_in(slice)["src.pkg.layers"].aliases == ("pkg.layers",)
    assert names_in(slice)["src.pkg"].aliases == ("pkg",)
    with loaded(slice) as module:
        assert module.f()[0] == 2


def test_keras_is_outside_even_beside_a_folder_of_that_name(slice_of: Any) -> None:
    files = {
        "main.py": "import keras\nfrom tensorflow import nn\ndef f(): return keras.Model, nn.x\n",
        "keras/__init__.py": "class Model: pass\n",
        "tensorflow/__init__.py": "nn = 1\n",
    }
    assert names_in(slice_of(files, "f")).keys() == {"main"}


def test_keras_is_inside_for_a_file_of_it(slice_of: Any) -> None:
    files = {
        "keras/src/layers.py": "from keras.src.base import Base\nclass Layer(Base): pass\n",
        "keras/__init__.py": "",
        "keras/src/__init__.py": "",
        "keras/src/base.py": "class Base: pass\n",
    }
    assert "class Base" in names_in(slice_of(files, "Layer"))["keras.src.base"].text


def test_a_neighbour_named_like_the_standard_library_is_not_meant(slice_of: Any, loaded: Any) -> None:
    files = {
        "pkg/main.py": "import random\ndef f(): return random.Random(1)\n",
        "pkg/__init__.py": "",
        "pkg/random.py": "raise SystemExit\n",
    }
    slice = slice_of(files, "f")
    assert names_in(slice).keys() == {"pkg", "pkg.main"}


def test_a_package_further_out_named_like_the_standard_library_is_not_meant(slice_of: Any, loaded: Any) -> None:
    files = {
        "pkg/inner/blocks.py": "import random\n\n\nclass Block:\n    number = random.randint(1, 1)\n",
        "pkg/inner/__init__.py": "",
        "pkg/random/__init__.py": "",
        "pkg/__init__.py": "",
    }
    cut = slice_of(files, "Block")
    assert "random" not in {alias for module in cut.modules for alias in (module.name, *module.aliases)}
    with loaded(cut) as module:
        assert module.Block.number == 1


def test_a_broken_helper_is_left_out(slice_of: Any) -> None:
    files = {"main.py": "from broken import x\nimport gone\ndef f(): return x, gone\n", "broken.py": "def f(:\n"}
    slice = slice_of(files, "f")
    assert names_in(slice).keys() == {"main"}
    assert "from broken import x" in slice.modules[0].text


def test_circles_end(slice_of: Any, loaded: Any) -> None:
    files = {
        "a.py": "import b\nclass A:\n    def b(self): return b.B()\n",
        "b.py": "import a\nfrom b import *\nfrom c import *\nclass B:\n    def a(self): return a.A()\n",
        "c.py": "from b import *\nfrom a import nothing\n",
    }
    with loaded(slice_of(files, "A", "missing")) as module:
        assert isinstance(module.A().b().a(), module.A)


def test_dunder_all_does_not_come_along(slice_of: Any, loaded: Any) -> None:
    files = {
        "main.py": "from layers import *\ndef f(): return Block.size\n",
        "layers.py": "__all__ = ['Block', 'Other']\n" + BLOCK,
    }
    slice = slice_of(files, "f")
    assert "Other" not in names_in(slice)["layers"].text
    assert "from layers import Block" in slice.modules[0].text
    with loaded(slice) as module:
        assert module.f() == 2


def test_a_submodule_that_star_imports_pass_on_is_still_the_submodule(slice_of: Any, loaded: Any) -> None:
    files = {
        "main.py": "from pkg import g\nimport pkg\ndef f(): return g(), pkg.ops.x, pkg.same()\n",
        "pkg/__init__.py": "from .graph import *\nfrom .ops import *\nfrom .same import *\n",
        "pkg/graph.py": "from . import ops\ndef g(): return ops.x\n",
        "pkg/ops.py": "x = 1\n",
        "pkg/same.py": "def same(): return 2\n",
    }
    with loaded(slice_of(files, "f")) as module:
        assert module.f() == (1, 1, 2)


def test_two_files_of_one_name_stay_apart(slice_of: Any) -> None:
    files = {
        "main.py": "import one.tools, two.tools\ndef f(): return one.tools.x, two.tools.x\n",
        "one/tools.py": "from helper import x\n",
        "one/helper.py": "x = 1\n",
        "two/tools.py": "from helper import x\n",
        "two/helper.py": "x = 2\n",
    }
    names = [module.name for module in slice_of(files, "f").modules]
    assert len(names) == len(set(names)) == 7


@pytest.mark.slow
def test_a_slice_depends_on_nothing_but_the_files(tmp_path: Path) -> None:
    names = "alpha beta gamma delta epsilon zeta eta theta".split()
    (tmp_path / "pyproject.toml").write_text("")
    uses = ", ".join(f"{name}.x" for name in names)
    imports = "".join(f"from src.pkg import {name}\nimport pkg.{name}\n" for name in names)
    (tmp_path / "main.py").write_text(f"{imports}def f(): return {uses}\n")
    (tmp_path / "src/pkg").mkdir(parents=True)
    (tmp_path / "src/pkg/__init__.py").write_text("")
    for name in names:
        (tmp_path / f"src/pkg/{name}.py").write_text("import math, cmath\nx = math.e, cmath.e\n")
    script = (
        "import sys\nfrom kerlint.confirm.slicing import slice_names\nfrom kerlint.project import Project\n"
        "from kerlint.sources.source import read_source\nfrom kerlint.version import KERAS_3\n"
        "class Target: version = KERAS_3\n"
        "project = Project(lambda _: Target())\n"
        "print(slice_names(project, project.module(read_source(sys.argv[1])), ['f']))\n"
    )
    outputs = set()
    for seed in "0123":
        command = [sys.executable, "-c", script, str(tmp_path / "main.py")]
        ran = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        outputs.add(ran.stdout)
    assert len(outputs) == 1
