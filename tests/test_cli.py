"""The command, from its arguments to its output and exit code. What rules find is played by marks."""

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

import kerlint

pytestmark = pytest.mark.usefixtures("marks", "folder")

Run = Callable[..., Any]


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def notebook(name: str, *cells: str) -> None:
    document = {"cells": [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells], "metadata": {}}
    write(name, json.dumps(document))


def codes(lines: list[str]) -> list[str]:
    return [line.split(": ")[1].split()[0] for line in lines]


BAD = "import keras\nx = BAD\n"
CLEAN = "import keras\n"


def test_a_clean_run_says_nothing_on_standard_output(kerlint_run: Run) -> None:
    write("a.py", CLEAN)
    ran = kerlint_run()
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "kerlint: nothing found in 1 file\n"


def test_findings_are_printed_as_flake8_prints_them(kerlint_run: Run) -> None:
    write("src/a.py", BAD)
    ran = kerlint_run("src")
    assert (ran.code, ran.out) == (1, "src/a.py:2:5: KER101 BAD is bad\n")
    assert ran.err == "kerlint: 1 finding in 1 of 1 file\n"


def test_check_is_the_default_command(kerlint_run: Run) -> None:
    write("a.py", BAD)
    assert kerlint_run("check", "a.py") == kerlint_run("a.py")


def test_quiet_prints_findings_and_no_summary(kerlint_run: Run) -> None:
    write("a.py", BAD)
    assert kerlint_run("-q").err == ""


def test_findings_are_sorted_by_file_cell_line_column_and_code(kerlint_run: Run) -> None:
    write("b.py", "import keras\nx = WORSE, BAD\n\n\n\n\n\n\n\ny = BAD\nz = BAD\n")
    write("a/z.py", BAD)
    notebook("a/c.ipynb", "import keras\n" * 11 + "BAD", "\nBAD")
    places = [line.split(": ")[0] for line in kerlint_run("b.py", "a").lines]
    assert places == [
        "a/c.ipynb:cell 1:12:1",
        "a/c.ipynb:cell 2:2:1",
        "a/z.py:2:5",
        "b.py:2:5",
        "b.py:2:12",
        "b.py:10:5",
        "b.py:11:5",
    ]


def test_two_runs_print_the_same(kerlint_run: Run) -> None:
    for name in "abc":
        write(f"{name}.py", BAD + "y = WORSE, BAD\n")
    assert kerlint_run().out == kerlint_run("c.py", "b.py", "a.py").out


def test_a_missing_path_is_told_and_the_others_are_checked(kerlint_run: Run) -> None:
    write("a.py", BAD)
    ran = kerlint_run("missing.py", "a.py")
    assert (ran.code, codes(ran.lines)) == (2, ["KER101"])
    assert "kerlint: missing.py: no such file or directory\n" in ran.err


def test_nothing_to_check_is_told(kerlint_run: Run) -> None:
    ran = kerlint_run()
    assert (ran.code, ran.out) == (0, "")
    assert "no Python file and no notebook" in ran.err


def test_nothing_to_check_is_valid_json(kerlint_run: Run) -> None:
    assert json.loads(kerlint_run("--output-format", "json").out) == []


def test_an_internal_error_names_file_and_rule_and_the_rest_goes_on(kerlint_run: Run) -> None:
    write("a.py", BAD + "y = BOOM\n")
    write("b.py", BAD)
    ran = kerlint_run()
    assert (ran.code, codes(ran.lines)) == (2, ["KER999", "KER101", "KER101"])
    assert "internal error in KER302" in ran.lines[0]
    assert "KeyError: 'boom'" in ran.lines[0]
    assert "Traceback" not in ran.err


def test_exit_zero_forgives_findings_only(kerlint_run: Run) -> None:
    write("a.py", BAD)
    assert kerlint_run("--exit-zero", "a.py").code == 0
    assert kerlint_run("--exit-zero", "a.py", "missing.py").code == 2


def test_standard_input_is_checked_under_its_name(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    give(BAD)
    assert kerlint_run("-").lines == ["stdin:2:5: KER101 BAD is bad"]
    give(BAD)
    assert kerlint_run("-", "--stdin-filename", "src/a.py").lines == ["src/a.py:2:5: KER101 BAD is bad"]
    notebook("a.ipynb", "import keras", "BAD")
    give(Path("a.ipynb").read_text())
    assert kerlint_run("-", "--stdin-filename", "x.ipynb").lines == ["x.ipynb:cell 2:1:1: KER101 BAD is bad"]


def test_standard_input_has_the_settings_of_its_name(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("src/kerlint.toml", 'ignore = ["KER101"]\nexclude = ["b.py"]\nforce-exclude = true\n')
    for name in ("src/a.py", "src/b.py"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"import keras\nBAD, WORSE\n")))
        expected = ["KER302"] if name == "src/a.py" else []
        assert codes(kerlint_run("-", "--stdin-filename", name).lines) == expected


def test_options_are_repeatable_and_comma_separated(kerlint_run: Run) -> None:
    write("a.py", "import keras\nx = BAD, WORSE, OLD\n")
    assert codes(kerlint_run("--select", "KER101,KER306").lines) == ["KER101", "KER306"]
    assert codes(kerlint_run("--select", "KER101", "--select", "KER306").lines) == ["KER101", "KER306"]
    assert codes(kerlint_run("--select=ALL", "--ignore=KER3").lines) == ["KER101"]
    assert codes(kerlint_run("--extend-select", "KER306", "--extend-ignore", "KER302").lines) == ["KER101", "KER306"]


def test_info_is_off_until_it_is_asked_for(kerlint_run: Run) -> None:
    write("a.py", "import keras\nx = OLD\n")
    assert kerlint_run().lines == []
    assert codes(kerlint_run("--select", "ALL").lines) == ["KER306"]


def test_per_file_ignores_take_patterns_and_codes(kerlint_run: Run) -> None:
    write("tests/a.py", "import keras\nx = BAD, WORSE\n")
    write("b.py", BAD)
    lines = kerlint_run("--per-file-ignores", "tests/*:KER1,KER306").lines
    assert lines == ["b.py:2:5: KER101 BAD is bad", "tests/a.py:2:10: KER302 WORSE is bad"]


def test_the_nearest_configuration_counts_for_each_file(kerlint_run: Run) -> None:
    write("pyproject.toml", '[tool.kerlint]\nignore = ["KER101"]\n')
    write("inner/kerlint.toml", "")
    write("a.py", BAD)
    write("inner/a.py", BAD)
    assert kerlint_run().lines == ["inner/a.py:2:5: KER101 BAD is bad"]
    assert len(kerlint_run("--isolated").lines) == 2


def test_a_named_configuration_counts_for_every_file(kerlint_run: Run) -> None:
    write("kerlint.toml", 'select = ["KER101"]\n')
    write("other.toml", 'ignore = ["KER101"]\n')
    write("a.py", BAD)
    assert kerlint_run("--config", "other.toml").lines == []


def test_a_setting_may_stand_on_the_command_line(kerlint_run: Run) -> None:
    write("a.py", BAD)
    assert kerlint_run("--config", "ignore = ['KER101']").lines == []
    ran = kerlint_run("--config", "selekt = []")
    assert (ran.code, "'selekt'" in ran.err) == (2, True)


def test_the_target_version_decides_which_rules_speak(kerlint_run: Run) -> None:
    write("a.py", BAD)
    assert kerlint_run("--target-keras", "2.15").lines == []
    write("requirements.txt", "tensorflow==2.15.*\n")
    assert kerlint_run().lines == []
    assert codes(kerlint_run("--target-keras", "3").lines) == ["KER101"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--selct", "KER1"], ["--selct"]),
        (["--select", "KERX"], ["--select", "'KERX'"]),
        (["--ignore", "E501"], ["--ignore", "'E501'"]),
        (["--per-file-ignores", "KER1"], ["per-file-ignores", "'KER1'"]),
        (["--per-file-ignores", "a:KERX"], ["--per-file-ignores", "'KERX'"]),
        (["--target-keras", "1.2"], ["--target-keras", "1.2"]),
        (["--output-format", "xml"], ["--output-format", "'xml'", "json"]),
        (["--config", "missing.toml"], ["missing.toml", "no such file"]),
        (["--isolated", "--config", "good.toml"], ["--isolated", "--config"]),
        (["--config", "bad.toml"], ["bad.toml", "'selekt'"]),
        (["rule"], ["rule", "--all"]),
        (["rule", "KER777"], ["'KER777'"]),
        (["rule", "KER101", "--all"], ["rule"]),
    ],
)
def test_wrong_usage_names_itself_in_one_line_and_exits_with_2(kerlint_run: Run, arguments: list[str], words: list[str]) -> None:
    write("a.py", BAD)
    write("good.toml", "")
    write("bad.toml", "selekt = 1\n")
    ran = kerlint_run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert all(word in ran.err for word in words), ran.err
    assert ran.err.count("\n") == 1


def test_a_broken_configuration_below_a_path_ends_the_run(kerlint_run: Run) -> None:
    write("src/kerlint.toml", "selekt = 1\n")
    write("src/a.py", BAD)
    ran = kerlint_run("src")
    assert (ran.code, ran.out) == (2, "")
    assert "src/kerlint.toml" in ran.err


def test_statistics_count_in_place_of_the_findings(kerlint_run: Run) -> None:
    write("a.py", "import keras\nx = WORSE, BAD, BAD\n")
    ran = kerlint_run("--statistics")
    assert (ran.code, ran.out) == (1, "2\tKER101\tstateful-layer-reuse\n1\tKER302\tweights-path-suffix\n")
    counted = json.loads(kerlint_run("--statistics", "--output-format", "json").out)
    assert counted[0] == {"code": "KER101", "name": "stateful-layer-reuse", "count": 2}


def test_show_files_lists_what_would_be_checked(kerlint_run: Run) -> None:
    write("src/a.py", BAD)
    write("b.py", BAD)
    ran = kerlint_run("--show-files")
    assert (ran.code, ran.out) == (0, "b.py\nsrc/a.py\n")


def test_show_settings_tells_where_the_target_comes_from(kerlint_run: Run) -> None:
    write("src/kerlint.toml", 'select = ["KER1"]\nper-file-ignores = {"x.py" = ["KER101"]}\n')
    write("requirements.txt", "keras==3.4.1\n")
    text = kerlint_run("--show-settings", "src").out
    assert f"target-keras = 3.4 (from {Path('requirements.txt').absolute()})" in text
    assert f"configuration file = {Path('src/kerlint.toml').absolute()}" in text
    assert "select = KER1\n" in text
    assert "per-file-ignores = x.py: KER101" in text
    assert "confirm.python = the interpreter that runs kerlint\n  confirm.seconds = 90\n" in text
    assert "target-keras = 3.6 (from the command line)" in kerlint_run("--show-settings", "--target-keras", "3.6").out


def test_output_format_may_be_configured(kerlint_run: Run) -> None:
    write("kerlint.toml", 'output-format = "json"\n')
    write("a.py", BAD)
    assert json.loads(kerlint_run().out)[0]["code"] == "KER101"
    assert kerlint_run("--output-format", "flake8").out.startswith("a.py:2:5:")


def test_json_has_ruffs_keys(kerlint_run: Run) -> None:
    write("a.py", BAD)
    assert json.loads(kerlint_run("--output-format=json").out) == [
        {
            "cell": None,
            "code": "KER101",
            "end_location": {"column": 8, "row": 2},
            "filename": str(Path("a.py").absolute()),
            "fix": None,
            "location": {"column": 5, "row": 2},
            "message": "BAD is bad",
            "name": "stateful-layer-reuse",
            "noqa_row": 2,
            "related": [],
            "severity": "warning",
            "url": "https://kerlint.github.io/kerlint/rules/KER101.html",
        }
    ]


def test_json_counts_lines_inside_the_cell(kerlint_run: Run) -> None:
    notebook("a.ipynb", "import keras", "\nx = f(BAD,\n1)")
    (finding,) = json.loads(kerlint_run("--output-format=json").out)
    assert (finding["cell"], finding["location"]["row"], finding["noqa_row"]) == (2, 2, 3)


def test_a_notebook_is_one_program_whose_broken_cells_do_not_silence_the_rest(kerlint_run: Run) -> None:
    notebook("a.ipynb", "%pip install keras\nimport keras", "print 'x'", "!ls\ny = BAD  # noqa: KER101\nz = BAD")
    lines = kerlint_run().lines
    assert [line.split(": ")[0] for line in lines] == ["a.ipynb:cell 2:1:1", "a.ipynb:cell 3:3:5"]
    assert codes(lines) == ["KER901", "KER101"]


def test_stubs_are_accepted_and_say_nothing(kerlint_run: Run) -> None:
    write("a.pyi", BAD)
    assert kerlint_run("a.pyi").lines == []


def test_rule_explains_one_rule(kerlint_run: Run) -> None:
    ran = kerlint_run("rule", "KER901")
    assert ran.code == 0
    assert ran.out.startswith("# syntax-error (KER901)\n")
    assert "## Why is this bad?" in ran.out
    assert kerlint_run("rule", "ker901").out == kerlint_run("rule", "syntax-error").out == ran.out


def test_rule_explains_in_json(kerlint_run: Run) -> None:
    entry = json.loads(kerlint_run("rule", "KER901", "--output-format", "json").out)
    assert (entry["code"], entry["name"], entry["severity"]) == ("KER901", "syntax-error", "error")
    assert entry["summary"].startswith("Reports where a program stops being Python")
    entries = json.loads(kerlint_run("rule", "--all", "--output-format", "json").out)
    assert [item["code"] for item in entries] == sorted(item["code"] for item in entries)


def test_an_unknown_rule_is_met_with_a_guess(kerlint_run: Run) -> None:
    assert "KER901" in kerlint_run("rule", "KER91").err


def test_version_is_printed(kerlint_run: Run) -> None:
    ran = kerlint_run("--version")
    assert (ran.code, ran.out) == (0, f"kerlint {kerlint.__version__}\n")


def test_help_names_every_option(kerlint_run: Run) -> None:
    text = kerlint_run("--help").out
    for option in ("--select", "--per-file-ignores", "--target-keras", "--stdin-filename", "--exit-zero", "--no-cache"):
        assert option in text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name")
def test_a_file_name_that_is_no_text_is_shown_with_escapes(kerlint_run: Run) -> None:
    Path(os.fsdecode(b"a\xff.py")).write_text(BAD)
    assert kerlint_run().lines == ["a\\udcff.py:2:5: KER101 BAD is bad"]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", ["['--version']", "['rule', 'KER901']", "['rule', '--all']", "['--show-files']"])
def test_nothing_but_checking_imports_libcst(arguments: str) -> None:
    code = f"""
import sys
from kerlint.cli import main
try:
    main({arguments})
except SystemExit:
    pass
assert 'libcst' not in sys.modules
"""
    done = python("-c", code)
    assert done.returncode == 0, done.stderr


def test_the_module_is_the_command() -> None:
    write("a.py", "x = (\n")
    done = python("-m", "kerlint", "missing.py")
    assert done.returncode == 2
    assert "missing.py" in done.stderr


def test_a_reader_that_stops_reading_is_no_error() -> None:
    Path("many.py").write_text("x = 1  # noqa: KER1O1\n" * 20_000)
    command = f"{sys.executable} -m kerlint many.py | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("many.py:1:16: KER911")
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
