"""`kerlint --confirm` on the fixtures, with the Keras that is installed: what is reported happens, and scripts show it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"

pytestmark = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]

UNDECIDED = {
    "KER201/bad_file_of_keras_in_a_test/test_wrapper.py": "the save raises",
    "KER202/bad_base_made_otherwise_than_the_child_makes_it.py": "nothing was found that reaches the place",
    "KER202/bad_from_config_asks_beside_an_object.py": "no arguments or inputs were found",
    "KER202/bad_put_again_into_what_is_stored.py": "no arguments or inputs were found",
    "KER202/bad_lost_behind_a_refused_key.py": "fails otherwise: loading raises",
    "KER202/bad_lost_behind_a_save_that_raises.py": "fails otherwise: saving raises",
    "KER202/bad_method_keeps_more_than_is_stored.py": "no arguments or inputs were found",
    "KER203/bad_beside_a_key_that_raises.py": "fails otherwise: loading raises",
    "KER204/bad_from_config_that_updates_keras_2.py": "fails otherwise: loading raises",
    "KER204/bad_mixin_of_another_library.py": "needs module pruning",
    "KER207/bad_key_behind_a_save_that_raises.py": "fails otherwise: saving raises",
    "KER207/bad_keys_of_a_loss_behind_a_save_that_raises.py": "fails otherwise: saving raises",
    "KER209/bad_form_that_a_caller_names.py": "the model that is saved comes from elsewhere",
    "KER211/good_misnamed_in_a_model_of_keras_2.py": "needs",
    "KER301/bad_directory_of_the_keras_that_stays.py": "needs module tf_keras",
    "KER305/bad_weights_of_keras_2_loaded_as_a_model.py": "the program's own save fails first",
}
"""Fixtures for another Keras, that need what is not installed or cannot be made, or where another defect comes first."""


def confirm(*arguments: str, codes: str = "ALL") -> tuple[int, list[dict[str, Any]]]:
    """The exit code, and the findings as JSON."""
    options = [f"--confirm={codes}", "--isolated", "--output-format", "json", "-q"]
    command = [sys.executable, "-m", "kerlint", *options, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repro")


@pytest.fixture(scope="module")
def findings(scripts: Path) -> list[dict[str, Any]]:
    return confirm("--select", "KER1,KER2,KER3,KER4,KER5", "--write-repro", str(scripts), str(FIXTURES))[1]


def name_of(finding: dict[str, Any]) -> str:
    return Path(finding["filename"]).relative_to(FIXTURES).as_posix()


def of(findings: list[dict[str, Any]], name: str, code: str) -> list[dict[str, Any]]:
    return [finding for finding in findings if name_of(finding) == name and finding["code"] == code]


def test_nothing_that_is_reported_is_refuted(findings: list[dict[str, Any]]) -> None:
    refuted = [(name_of(f), f["code"], f["verdict"]["summary"]) for f in findings if f["verdict"]["kind"] == "refuted"]
    assert refuted == []


def test_all_is_decided_but_what_needs_another_keras(findings: list[dict[str, Any]]) -> None:
    undecided = [(name_of(f), f["code"], f["verdict"]["summary"]) for f in findings if f["verdict"]["kind"] == "undecided"]
    assert [entry for entry in undecided if not entry[2].startswith(UNDECIDED.get(entry[0], "\0"))] == []
    assert len(findings) > 400


def test_evidence_names_the_versions(findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        assert {"keras", "backend", "python"} <= finding["verdict"]["evidence"].keys()


def test_evidence_says_what_a_load_without_custom_objects_does(findings: list[dict[str, Any]]) -> None:
    told = {name_of(f): str(f["verdict"]["evidence"].get("without_custom_objects", "")) for f in findings if "KER5" in f["code"]}
    assert "Could not locate class 'ResidualBlock'" in told["KER501/bad_norms_kept_under_automatic_names.py"]
    assert "outputs differ" in told["KER508/bad_model_comes_back_untrained.py"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("KER501/bad_norms_kept_under_automatic_names.py", "KER501", "could not be loaded"),
        ("KER501/bad_layer_norm_left_out_of_the_repair.py", "KER501", "could not be loaded"),
        ("KER401/bad_normalization_lost_on_reload.py", "KER401", ""),
        ("KER101/bad_shared_after_two_convolutions.py", "KER101", "ValueError"),
        ("KER301/bad_transformer_encoder_saved_to_test_model.py", "KER301", "Invalid filepath extension"),
    ],
)
def test_the_failures_that_began_it_are_confirmed(findings: list[dict[str, Any]], name: str, code: str, words: str) -> None:
    verdicts = [finding["verdict"] for finding in of(findings, name, code)]
    assert verdicts and all(verdict["kind"] == "confirmed" and words in verdict["summary"] for verdict in verdicts)


def test_what_was_mended_in_a_later_keras_is_refuted_there() -> None:
    code, findings = confirm("--target-keras", "3.5", "--select", "KER405", str(FIXTURES / "KER405"))
    assert findings and {finding["verdict"]["kind"] for finding in findings} == {"refuted"}
    assert code == 0
    assert confirm("--target-keras", "3.5", "--select", "KER405", "--keep-refuted", str(FIXTURES / "KER405"))[0] == 1


def test_only_the_named_codes_are_confirmed() -> None:
    _, findings = confirm(str(FIXTURES / "tour" / "model.py"), codes="KER301")
    assert {finding["code"] for finding in findings if "verdict" in finding} == {"KER301"}


def test_a_verdict_is_the_same_every_time() -> None:
    names = ("KER101/bad_shared_after_two_convolutions.py", "KER202/bad_flag_not_stored.py", "KER501", "KER508", "tour")
    files = [str(FIXTURES / name) for name in names]

    def told() -> list[dict[str, Any]]:
        return [{**f, "verdict": {**f["verdict"], "seconds": 0, "reproduction": None}} for f in confirm(*files)[1]]

    assert told() == told()


_RUNNER = """\
import os, runpy, sys
import keras
folder, failed = sys.argv[1], []
for name in sorted(os.listdir(folder))[::5]:
    child = os.fork()
    if child == 0:
        code = 99
        sys.argv = [name]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)  # the descriptors too: a script's second half is a process of its own
        os.dup2(nowhere, 2)
        try:
            runpy.run_path(os.path.join(folder, name), run_name="__main__")
        except SystemExit as stopped:
            code = stopped.code
        finally:
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 1:
        failed.append(name)
print(*failed)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="imports Keras once for all scripts")
def test_every_fifth_script_shows_its_defect(findings: list[dict[str, Any]], scripts: Path) -> None:
    confirmed = [finding for finding in findings if finding["verdict"]["kind"] == "confirmed"]
    assert [name_of(finding) for finding in confirmed if not finding["verdict"]["reproduction"]] == []
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", _RUNNER, str(scripts)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == ""
