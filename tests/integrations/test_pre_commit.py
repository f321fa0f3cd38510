"""The hook under the real pre-commit, on what is staged. Its environment is this one, so that nothing is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="needs pre-commit: pip install 'kerlint[dev]'")
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parent.parent.parent
BAD = "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.save('model')\n"
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], check=True, capture_output=True)


@pytest.fixture
def committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Callable[..., tuple[int, str]]:
    """Runs a hook on what is staged, as `git commit` does; gives the exit code and what is printed."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    wanted, extra = getattr(request, "param", ("kerlint", []))
    hook = next(hook for hook in HOOKS if hook["id"] == wanted) | {"args": extra}
    local = {**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"}
    configuration = {"repos": [{"repo": "local", "hooks": [{k: v for k, v in local.items() if k != "additional_dependencies"}]}]}
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    Path("kerlint.toml").write_text('extend-exclude = ["legacy"]\ntarget-keras = "3.15"\n')
    git("add", ".")
    git("commit", "-qm", "begin", "--no-verify")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path.parent / f"{tmp_path.name}-home"), "PYTHONPATH": str(ROOT)}

    def call(*, stage: bool = True) -> tuple[int, str]:
        if stage:
            git("add", "--", *(path.name for path in Path().iterdir() if path.name not in (".git", ".kerlint_cache")))
        ran = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--color", "never"],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        return ran.returncode, ran.stdout + ran.stderr

    return call


def test_the_hook_is_declared_as_pre_commit_wants_it() -> None:
    assert [hook["id"] for hook in HOOKS] == ["kerlint", "kerlint-fix"]
    for hook in HOOKS:
        assert hook["types_or"] == ["python", "pyi", "jupyter"]
        assert hook["require_serial"] is True


def test_a_staged_file_with_a_finding_fails_and_what_is_not_staged_does_not_count(
    committed: Callable[..., tuple[int, str]],
) -> None:
    Path("model.py").write_text(BAD)
    code, printed = committed()
    assert code == 1
    assert "model.py:4:12: KER301" in printed
    Path("model.py").write_text(BAD.replace("'model'", "'model.keras'"))
    assert committed()[0] == 0
    Path("model.py").write_text(BAD)
    code, printed = committed(stage=False)
    assert (code, "Passed" in printed) == (0, True)


def test_nothing_that_concerns_kerlint_is_skipped(committed: Callable[..., tuple[int, str]]) -> None:
    Path("README.md").write_text("words\n")
    code, printed = committed()
    assert (code, "Skipped" in printed) == (0, True)


def test_files_that_the_configuration_excludes_are_left_out_though_they_are_named(
    committed: Callable[..., tuple[int, str]],
) -> None:
    Path("legacy").mkdir()
    Path("legacy/model.py").write_text(BAD)
    code, printed = committed()
    assert (code, "Passed" in printed) == (0, True)


def test_notebooks_and_stubs_are_handed_over_and_many_files_are_one_run(committed: Callable[..., tuple[int, str]]) -> None:
    Path("n.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": BAD}], "nbformat": 4, "metadata": {}}))
    Path("stub.pyi").write_text(BAD)
    for number in range(30):
        Path(f"m{number}.py").write_text("import keras\n")
    code, printed = committed()
    assert code == 1
    assert "n.ipynb:cell 1:4:12: KER301" in printed
    assert printed.count("kerlint: 1 finding in 1 of 32 files") == 1


@pytest.mark.slow
@pytest.mark.parametrize("committed", [("kerlint-fix", ["--unsafe-fixes"])], indirect=True)
def test_the_fixing_hook_changes_what_is_staged_and_passes_the_second_time(committed: Callable[..., tuple[int, str]]) -> None:
    Path("model.py").write_text(BAD)
    Path("legacy").mkdir()
    Path("legacy/model.py").write_text(BAD)
    code, printed = committed()
    assert (code, "files were modified by this hook" in printed) == (1, True)
    assert "fixed 1 finding in 1 file" in printed and "KER301" not in printed
    assert Path("model.py").read_text() == BAD.replace("'model'", "'model.keras'")
    assert Path("legacy/model.py").read_text() == BAD, "what is excluded stays"
    assert committed()[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("committed", [("kerlint-fix", [])], indirect=True)
def test_the_fixing_hook_leaves_what_is_unsafe_and_fails(committed: Callable[..., tuple[int, str]]) -> None:
    Path("model.py").write_text(BAD)
    Path("README.md").write_text("words\n")
    code, printed = committed()
    assert code == 1 and "files were modified" not in printed and "KER301" in printed
    assert Path("model.py").read_text() == BAD
