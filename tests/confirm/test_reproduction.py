"""Scripts that show a confirmed finding to anybody: readable, whole, and valid Python."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.confirm.reproduction import script, write_reproduction
from kerlint.confirm.requests import ClassSubject, Request
from kerlint.confirm.slicing import SlicedModule
from kerlint.finding import Finding, Severity, Span, Verdict, VerdictKind

VERDICT = Verdict(
    VerdictKind.CONFIRMED,
    "gain was 2.0 and comes back as 1.0",
    {"keras": "3.15.1", "backend": "tensorflow 2.21", "python": "3.11"},
)
WITNESS = {"scenarios": ["reload"], "names": ["Block"], "call": ["arrays = []", 'defect = "it is there"'], "imports": ["pickle"]}


def finding(path: str = "src/blocks.py") -> Finding:
    return Finding(
        path, Span(6, 1, 6, 2), "KER202", "incomplete-get-config", 'get_config() does not hold "gain"', Severity.WARNING
    )


def request(*modules: SlicedModule) -> Request:
    return Request("KER202", "serialization", "/src/blocks.py", (6, 6), ClassSubject("blocks", "Block"), modules=modules)


def text_of(*modules: SlicedModule) -> str:
    text = script(finding(), VERDICT, request(*modules), WITNESS)
    assert text is not None
    return text


ONE = SlicedModule("blocks", (), "/src/blocks.py", "import keras\n\n\nclass Block(keras.layers.Layer):\n    pass\n", False)

PLAIN = SlicedModule("blocks", (), "/src/blocks.py", "class Block:\n    pass\n", False)


def test_the_head_says_what_it_shows_and_on_which_versions() -> None:
    head = ast.get_docstring(ast.parse(text_of(ONE)))
    assert head is not None
    assert 'KER202 at blocks.py:6: get_config() does not hold "gain"' in head
    assert "gain was 2.0 and comes back as 1.0 (Keras 3.15.1, Backend tensorflow 2.21, Python 3.11)" in head
    assert "Exits with 1 while the defect is there" in head


def test_one_module_stands_as_it_is() -> None:
    text = text_of(ONE)
    assert "class Block(keras.layers.Layer):" in text and "MODULES" not in text


def test_every_import_stands_once_at_the_top() -> None:
    tree = ast.parse(text_of(ONE))
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert {"import keras", "import numpy", "import pickle"} <= set(imports)
    own = [line for line in imports if line != "import keras"]
    assert len(own) == len(set(own))


def test_what_is_done_stands_in_a_function_of_its_own() -> None:
    functions = {node.name: node for node in ast.parse(text_of(ONE)).body if isinstance(node, ast.FunctionDef)}
    assert ast.unparse(functions["main"].body[-1]) == "return defect"


def test_names_that_would_collide_keep_their_own_module() -> None:
    clashing = SlicedModule("blocks", (), "/src/blocks.py", "def save():\n    return 1\n\n\nclass Block:\n    pass\n", False)
    text = text_of(clashing)
    assert "MODULES = {" in text and "from blocks import Block" in text
    ast.parse(text)


def test_two_modules_with_one_name_stay_two() -> None:
    first = SlicedModule("a", (), "/a.py", "from b import Base\nsize = 1\n\n\nclass Block(Base):\n    pass\n", False)
    second = SlicedModule("b", (), "/b.py", "size = 2\n\n\nclass Base:\n    '''quoted'''\n", False)
    text = text_of(first, second)
    assert "MODULES = {" in text
    ast.parse(text)


def test_two_modules_become_one_where_they_can() -> None:
    first = SlicedModule("a", (), "/a.py", "from b import Base\n\n\nclass Block(Base):\n    pass\n", False)
    second = SlicedModule("b", (), "/b.py", "class Base:\n    pass\n", False)
    text = text_of(first, second)
    assert text.index("class Base:") < text.index("class Block(Base):") and "MODULES" not in text


def test_without_a_witness_there_is_no_script() -> None:
    assert script(finding(), VERDICT, request(ONE), {}) is None


def test_scripts_of_one_place_do_not_overwrite_each_other(tmp_path: Path) -> None:
    folder = str(tmp_path / "repro")
    first = write_reproduction(folder, finding(), VERDICT, request(ONE), WITNESS)
    again = write_reproduction(folder, finding(), VERDICT, request(ONE), WITNESS)
    other = write_reproduction(folder, finding("lib/blocks.py"), VERDICT, request(ONE), {**WITNESS, "call": ["defect = ''"]})
    assert first == again and first is not None and Path(first).name == "KER202_blocks_6.py"
    assert other is not None and Path(other).name == "KER202_blocks_6_2.py"


def test_a_scenario_brings_those_that_it_is_written_with() -> None:
    functions = [node.name for node in ast.parse(text_of(ONE)).body if isinstance(node, ast.FunctionDef)]
    assert functions.index("as_model") < functions.index("reload") and functions.count("as_model") == 1
    assert "from ." not in text_of(ONE)


def test_a_slice_that_lacks_something_stays_a_module_that_leaves_it_out() -> None:
    text = script(finding(), VERDICT, request(ONE), {**WITNESS, "left_out": {"ops": "module not_there"}})
    assert text is not None and "MODULES = {" in text and "from blocks import Block" in text


ELSEWHERE = ['if "--load" in sys.argv:', "    defect = {}", "else:", "    defect = told_elsewhere(SCRIPT)"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (['defect = "it is there"'], 1),
        (['defect = ""'], 0),
        (["defect = 1 / 0"], 2),
        ([line.format('"it is there"') for line in ELSEWHERE], 1),
        ([line.format("1 / 0") for line in ELSEWHERE], 2),
    ],
)
def test_the_exit_code_tells_a_defect_from_a_script_that_fails(tmp_path: Path, call: list[str], code: int) -> None:
    (tmp_path / "keras.py").write_text("")
    (tmp_path / "numpy.py").write_text("")
    text = script(finding(), VERDICT, request(PLAIN), {"scenarios": ["elsewhere"], "names": ["Block"], "call": call})
    assert text is not None
    (tmp_path / "script.py").write_text(text, encoding="utf-8")
    assert subprocess.run([sys.executable, str(tmp_path / "script.py")], capture_output=True).returncode == code


def test_a_path_with_backslashes_does_not_spoil_the_head() -> None:
    text = script(finding("C:\\new\\blocks.py"), VERDICT, request(ONE), WITNESS)
    assert text is not None
    ast.parse(text)


def test_a_script_for_keras_2_finds_tf_keras_under_its_own_name() -> None:
    named = SlicedModule(
        "blocks", (), "/src/blocks.py", "import tf_keras\n\n\nclass Block(tf_keras.layers.Layer):\n    pass\n", False
    )
    verdict = Verdict(VerdictKind.CONFIRMED, "it is lost", {"keras": "2.15.0"})
    text = script(finding(), verdict, request(named), WITNESS)
    assert text is not None and "except ImportError:  # Keras 2" in text and text.index("ImportError") < text.index("class Block")
    assert "except ImportError:  # Keras 2" not in text_of(named)


def test_names_of_several_modules_are_imported_from_where_they_are_defined() -> None:
    other = SlicedModule("parts", (), "/src/parts.py", "class Part:\n    pass\n", False)
    witness = {**WITNESS, "names": ["Block", "Part"]}
    verdict = Verdict(VerdictKind.CONFIRMED, "it is lost", {"keras": "3.15.1"})
    text = script(finding(), verdict, request(PLAIN, other), {**witness, "left_out": {"thing": "module thing"}})
    assert text is not None and "from blocks import Block\n" in text and "from parts import Part\n" in text
