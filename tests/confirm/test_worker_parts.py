"""The parts of the worker that need no Keras: importing a slice, arguments to try, what to feed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint.confirm.worker.modules import install, left_out, lookup
from kerlint.confirm.worker.unavailable import Needs, Unavailable, find_needs

WORKER = Path(__file__).parents[2] / "kerlint" / "confirm" / "worker"


def module(name: str, text: str, *aliases: str, is_package: bool = False) -> dict[str, object]:
    return {"name": name, "aliases": aliases, "path": f"/{name}.py", "text": text, "is_package": is_package}


@pytest.fixture
def _clean() -> Iterator[None]:
    finders, modules = list(sys.meta_path), set(sys.modules)
    yield
    sys.meta_path[:] = finders
    for name in set(sys.modules) - modules:
        del sys.modules[name]


pytestmark = pytest.mark.usefixtures("_clean")


def test_modules_of_a_slice_import_each_other() -> None:
    install([module("slice_a", "from slice_pkg.b import two\nthree = two + 1\n"), module("slice_pkg", "", is_package=True),
             module("slice_pkg.b", "two = 2\n")])  # fmt: skip
    assert __import__("slice_a").three == 3


def test_one_file_under_two_names_runs_once() -> None:
    install([module("slice_x.y", "runs = []\n", "slice_y"), module("slice_x", "", is_package=True)])
    import importlib

    assert importlib.import_module("slice_y").runs is importlib.import_module("slice_x.y").runs


def test_an_import_that_is_missing_and_not_used_spoils_nothing() -> None:
    install([module("slice_c", "import not_there.at_all as nt\ndef f(x: nt.Thing = None): return 1\nclass C:\n    pass\n")])
    loaded = __import__("slice_c")
    assert loaded.f() == 1 and lookup(loaded, "C").__name__ == "C"


def test_what_was_left_out_is_known_afterwards() -> None:
    install([module("slice_l", "from not_there import thing\nnumber = 1\n")])
    assert __import__("slice_l").number == 1
    assert left_out()["thing"] == "module not_there"


def test_an_import_that_is_needed_is_named() -> None:
    install([module("slice_d", "from not_there import Base\nclass D(Base):\n    pass\n")])
    with pytest.raises(Needs, match="module not_there"):
        lookup(__import__("slice_d"), "D")


def test_a_try_round_an_import_sees_the_import_error() -> None:
    install([module("slice_e", "try:\n    import not_there\nexcept ImportError:\n    not_there = None\n")])
    assert __import__("slice_e").not_there is None


def test_a_statement_that_ends_the_program_ends_only_itself() -> None:
    install([module("slice_f", "import sys\nvalue = sys.exit(3)\nother = 4\n")])
    loaded = __import__("slice_f")
    assert loaded.other == 4 and isinstance(loaded.value, Unavailable)


def test_lines_are_those_of_the_file() -> None:
    install([module("slice_g", "\n\n\ndef f():\n    return 1\n")])
    assert __import__("slice_g").f.__code__.co_firstlineno == 4


def test_what_was_missing_is_found_behind_other_errors() -> None:
    try:
        try:
            Unavailable("thing", "module thing")()
        except Needs as error:
            raise ValueError("wrapped") from error
    except ValueError as error:
        assert find_needs(error) == "module thing"
    assert find_needs(ValueError("plain")) is None


def test_what_was_missing_is_told_without_the_story_of_keras_round_it() -> None:
    told = "Exception encountered when calling Block.call().\n\n\x1b[1mmodule thing\x1b[0m\n\nArguments received:\n  • x"
    assert find_needs(Needs(told)) == "module thing"


@pytest.mark.parametrize("path", sorted(WORKER.rglob("*.py")), ids=lambda path: str(path.relative_to(WORKER)))
def test_the_worker_runs_on_the_oldest_python_of_a_supported_keras(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "level", 0) == 0:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not any(name.partition(".")[0] in ("kerlint", "libcst") for name in names)
        assert not isinstance(node, ast.Match)
