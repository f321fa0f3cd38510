"""`--fix` and what belongs to it, from the command line to the files."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("folder")

Run = Callable[..., Any]

HEAD = "import keras\n\nmodel = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])\n"
UNUSED = "x = 1  # noqa: KER101\n"
SAVE = 'model.save("m")\n'
BOTH = HEAD + UNUSED + SAVE
MENDED = HEAD + 'x = 1\nmodel.save("m.keras")\n'


@pytest.fixture
def run(kerlint_run: Run) -> Run:
    return lambda *words: kerlint_run("--target-keras", "3.15", *words)


def test_without_it_nothing_is_written_and_the_summary_tells_what_could_be(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run("a.py")
    assert ran.code == 1 and Path("a.py").read_text() == BOTH
    assert ran.err == "kerlint: 2 findings in 1 of 1 file; 1 fixable with --fix, 1 more with --unsafe-fixes\n"
    assert "; 2 fixable with --fix\n" in run("--unsafe-fixes", "a.py").err
    Path("a.py").write_text(HEAD + SAVE)
    assert "; 1 fixable with --fix --unsafe-fixes\n" in run("a.py").err


def test_what_is_safe_is_mended_and_the_rest_reported(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run("--fix", "a.py")
    assert Path("a.py").read_text() == HEAD + "x = 1\n" + SAVE
    assert (ran.code, len(ran.lines)) == (1, 1) and "KER301" in ran.out
    assert ran.err.startswith("kerlint: fixed 1 finding in 1 file\n")


def test_unsafe_fixes_are_made_where_they_are_asked_for(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run("--fix", "--unsafe-fixes", "a.py")
    assert (ran.code, ran.out, Path("a.py").read_text()) == (0, "", MENDED)
    assert run("--fix", "--unsafe-fixes", "a.py").err == "kerlint: nothing found in 1 file\n"


def test_exit_codes(run: Run) -> None:
    for words, code in (
        (("--fix", "--exit-non-zero-on-fix", "--unsafe-fixes"), 1),
        (("--fix", "--unsafe-fixes"), 0),
        (("--fix",), 1),
        (("--fix", "--exit-zero"), 0),
        (("--fix", "--exit-zero", "--exit-non-zero-on-fix", "--unsafe-fixes"), 0),
        (("--fix-only",), 0),
        (("--fix-only", "--exit-non-zero-on-fix"), 1),
        (("--diff",), 1),
        (("--diff", "--exit-zero"), 0),
        (("--diff", "--select", "KER1"), 0),
    ):
        Path("a.py").write_text(BOTH)
        assert run(*words, "a.py").code == code, words


def test_fix_only_reports_nothing(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run("--fix-only", "a.py")
    assert (ran.out, ran.err) == ("", "kerlint: fixed 1 finding in 1 file\n")
    assert run("--fix-only", "-q", "--unsafe-fixes", "a.py").err == ""
    assert Path("a.py").read_text() == MENDED


def test_a_diff_is_printed_and_nothing_is_written(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run("--diff", "--unsafe-fixes", "a.py")
    assert Path("a.py").read_text() == BOTH
    assert ran.err == "kerlint: would fix 2 findings in 1 file\n"
    assert ran.lines == [
        "--- a.py", "+++ a.py", "@@ -1,5 +1,5 @@", *(f" {line}" for line in HEAD.splitlines()),
        "-x = 1  # noqa: KER101", '-model.save("m")', "+x = 1", '+model.save("m.keras")',
    ]  # fmt: skip
    Path("fix.diff").write_text(ran.out)
    subprocess.run(["git", "apply", "-p0", "fix.diff"], check=True)
    assert Path("a.py").read_text() == MENDED
    assert run("--diff", "a.py") == type(ran)(0, "", "kerlint: nothing to fix\n")
    Path("a.py").write_text(HEAD + SAVE)
    assert run("--diff", "a.py").err == "kerlint: nothing to fix; 1 fixable with --fix --unsafe-fixes\n"


def test_a_diff_goes_into_a_file(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run("--diff", "--output-file", "fix.diff", "a.py")
    assert ran.out == "" and Path("fix.diff").read_text().startswith("--- a.py\n")


def test_what_was_mended_is_listed_by_file(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    Path("b.py").write_text(UNUSED + "y = 2  # noqa: KER102\n" + HEAD)
    ran = run("--fix", "--show-fixes", "-q", "--unsafe-fixes", ".")
    assert ran.err.splitlines() == [
        "kerlint: fixed 4 findings in 2 files",
        "  a.py",
        "    1 x KER301 (save-path-suffix)",
        "    1 x KER910 (unused-suppression)",
        "  b.py",
        "    2 x KER910 (unused-suppression)",
    ]


def test_standard_input_comes_out_mended_and_is_reported_beside(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BOTH.encode())))
    ran = run("--fix", "--stdin-filename", "a.py", "-")
    assert (ran.code, ran.out) == (1, HEAD + "x = 1\n" + SAVE)
    assert "a.py:5:12: KER301" in ran.err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HEAD.encode())))
    assert run("--fix-only", "-").out == HEAD, "unchanged too: an editor takes what comes out"


def test_standard_input_that_is_left_out_comes_back_as_it_was(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (("--exclude", "*.py", "--force-exclude"), ("--isolated",)):
        text = "import keras.layers\nx = (  # noqa: KER101\n" if words == ("--isolated",) else BOTH
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert run("--fix", *words, "--stdin-filename", "a.py", "-").out == text


def test_a_diff_of_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BOTH.encode())))
    assert run("--diff", "-").lines[:2] == ["--- stdin", "+++ stdin"]


def test_a_notebook_is_mended_and_its_diff_is_by_cell(run: Run) -> None:
    cells = [
        ["%%time\n", "import keras\n", "m = keras.Sequential()"],
        ["m.save('m')\n", "x = 1  # noqa: KER101"],
        "keras.models.load_model('m')",
    ]
    document = {"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells], "metadata": {}}
    Path("n.ipynb").write_text(json.dumps(document, indent=2))
    before = Path("n.ipynb").read_text()
    ran = run("--diff", "--unsafe-fixes", "n.ipynb")
    assert [line for line in ran.lines if line[:3] in ("---", "+++")] == [
        "--- n.ipynb:cell 2", "+++ n.ipynb:cell 2", "--- n.ipynb:cell 3", "+++ n.ipynb:cell 3",
    ]  # fmt: skip
    assert run("--fix", "--unsafe-fixes", "n.ipynb").code == 0
    after = Path("n.ipynb").read_text()
    assert after == before.replace("m.save('m')", "m.save('m.keras')").replace("  # noqa: KER101", "").replace(
        "load_model('m')", "load_model('m.keras')"
    )


def test_configuration_decides_what_is_mended(run: Run) -> None:
    for words, wanted in (
        (["--config", 'extend-safe-fixes = ["KER301"]', "--fix"], MENDED),
        (["--config", "unsafe-fixes = true", "--fix"], MENDED),
        (["--config", "unsafe-fixes = true", "--no-unsafe-fixes", "--fix"], HEAD + "x = 1\n" + SAVE),
        (["--config", 'extend-unsafe-fixes = ["KER9"]', "--fix"], BOTH),
        (["--fixable", "KER301", "--fix", "--unsafe-fixes"], HEAD + UNUSED + 'model.save("m.keras")\n'),
        (["--unfixable", "KER3", "--fix", "--unsafe-fixes"], HEAD + "x = 1\n" + SAVE),
        (["--unfixable", "ALL", "--fix", "--unsafe-fixes"], BOTH),
        (["--unfixable", "KER3", "--fixable", "KER301", "--fix", "--unsafe-fixes"], HEAD + UNUSED + 'model.save("m.keras")\n'),
    ):
        Path("a.py").write_text(BOTH)
        run(*words, "a.py")
        assert Path("a.py").read_text() == wanted, words


def test_each_file_has_the_settings_of_its_folder(run: Run) -> None:
    for name in ("one", "two"):
        Path(name).mkdir()
        Path(name, "a.py").write_text(BOTH)
    Path("one", "kerlint.toml").write_text("unsafe-fixes = true\n")
    run("--fix", ".")
    assert Path("one/a.py").read_text() == MENDED and SAVE in Path("two/a.py").read_text()


def test_a_mistake_in_the_codes_is_told(run: Run) -> None:
    ran = run("--fix", "--fixable", "E501", ".")
    assert ran.code == 2 and "--fixable: 'E501' is neither a code of kerlint" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--fix", "--add-noqa"), "ask for one after the other"),
        (("--diff", "--write-baseline", "b.json"), "ask for one after the other"),
        (("--fix", "--watch"), "--watch only reads"),
        (("--diff", "--confirm"), "--diff shows no findings, so there is nothing to confirm"),
    ],
)
def test_what_does_not_go_together_is_refused(words: tuple[str, ...], told: str, run: Run) -> None:
    Path("a.py").write_text(BOTH)
    ran = run(*words, "a.py")
    assert ran.code == 2 and told in ran.err and Path("a.py").read_text() == BOTH


def test_what_a_baseline_holds_is_not_mended(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    run("--write-baseline", "b.json", "a.py")
    ran = run("--fix", "--unsafe-fixes", "--baseline", "b.json", "a.py")
    assert ran.code == 0 and Path("a.py").read_text() == BOTH


def test_what_is_silenced_is_not_mended(run: Run) -> None:
    text = HEAD + 'model.save("m")  # noqa: KER301\n'
    Path("a.py").write_text(text)
    assert run("--fix", "--unsafe-fixes", "a.py").code == 0 and Path("a.py").read_text() == text


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything may be written")
def test_a_file_that_must_not_be_written_is_told(run: Run) -> None:
    Path("a.py").write_text(BOTH)
    Path("a.py").chmod(0o444)
    ran = run("--fix", "a.py")
    assert ran.code == 2 and "a.py: permission denied; nothing was fixed there" in ran.err


def test_permissions_and_links_stay(run: Run) -> None:
    Path("real.py").write_text(BOTH)
    Path("real.py").chmod(0o750)
    Path("a.py").symlink_to("real.py")
    run("--fix", "a.py")
    assert Path("a.py").is_symlink() and Path("real.py").stat().st_mode & 0o777 == 0o750
    assert Path("real.py").read_text() == HEAD + "x = 1\n" + SAVE


def test_other_files_are_seen_as_they_become(run: Run) -> None:
    """The class of another file is checked again after it was mended."""
    Path("names.py").write_text('TARGET = "m"\n')
    Path("a.py").write_text(HEAD + "from names import TARGET\n\nmodel.save(TARGET)\n" + 'model.save_weights("w")\n')
    ran = run("--fix", "--unsafe-fixes", ".")
    assert 'save_weights("w.weights.h5")' in Path("a.py").read_text()
    assert ran.out.count("KER301") == 1


@pytest.mark.slow
def test_processes_make_no_difference(run: Run) -> None:
    for number in range(60):
        Path(f"m{number}.py").write_text(BOTH.replace("x = 1", f"x = {number}"))
    one = run("--diff", "--unsafe-fixes", ".")
    assert run("--diff", "--unsafe-fixes", "-j", "2", ".") == one
    assert "would fix 120 findings in 60 files" in one.err


@pytest.mark.slow
def test_nothing_of_it_is_remembered(folder: Path) -> None:
    """The cache of whole runs must not answer for a run that writes."""
    command = [sys.executable, "-c", "from kerlint.entry import command; command()", "--target-keras", "3.15", "-q"]
    for _ in range(3):
        Path("a.py").write_text(BOTH)
        subprocess.run([*command, "a.py"], check=False, capture_output=True)
        subprocess.run([*command, "--fix", "--unsafe-fixes", "a.py"], check=True, capture_output=True)
        assert Path("a.py").read_text() == MENDED
        told = subprocess.run([*command, "a.py"], check=True, capture_output=True)
        assert told.stdout == b""
