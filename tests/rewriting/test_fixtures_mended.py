"""Every bad fixture after all of its fixes: they converge, break nothing, bring nothing new, and look as somebody approved.

What a fixture becomes is kept as a diff in `diffs/`; `--write-diffs` writes those anew, to be read before they are committed.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.rules import all_rules
from test_fixtures import Fixture, all_fixtures, lint

DIFFS = Path(__file__).parent / "diffs"

Run = Callable[..., Any]

pytestmark = pytest.mark.slow


def words(fixture: Fixture) -> list[str]:
    return [
        *("--isolated", "--no-cache", "--preview", "--unsafe-fixes"),
        *("--target-keras", fixture.target(), "--extend-select", fixture.code),
    ]


def diff_of(fixture: Fixture) -> Path:
    return DIFFS / fixture.code / f"{fixture.path.name}.diff"


BAD = [fixture for fixture in all_fixtures() if fixture.is_bad]


@pytest.mark.parametrize("fixture", BAD, ids=str)
def test_a_fixture_is_mended_as_approved(
    fixture: Fixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kerlint_run: Run,
    capfd: Any,
    request: pytest.FixtureRequest,
) -> None:
    copy = fixture.alone_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = lint(copy, fixture.target(), fixture.code, capfd)
    shown = kerlint_run(*words(fixture), "--diff", copy.name)
    assert shown.code in (0, 1), shown.err
    _compare(diff_of(fixture), shown.out, request.config.getoption("--write-diffs"))
    if not any(finding["fix"] for finding in before):
        assert shown.out == ""
        return
    mended = kerlint_run(*words(fixture), "--fix", copy.name)
    assert mended.code in (0, 1) and "please report" not in mended.err, mended.err
    assert all(all_rules()[finding["code"]].is_fixable for finding in before if finding["fix"])
    _compiles(copy)
    after = lint(copy, fixture.target(), fixture.code, capfd)
    new = Counter(finding["code"] for finding in after) - Counter(finding["code"] for finding in before)
    assert not new, "a fix must not bring another finding in its place"
    assert not [finding for finding in after if finding["fix"]], "a fix that was offered was made"
    assert kerlint_run(*words(fixture), "--diff", copy.name).out == "", "a second time changes nothing"


def _compare(approved: Path, diff: str, writes: bool) -> None:
    if writes:
        approved.unlink(missing_ok=True)
        if diff:
            approved.parent.mkdir(parents=True, exist_ok=True)
            approved.write_text(diff)
    assert diff == (approved.read_text() if approved.exists() else "")


def _compiles(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in [path] if path.is_file() else path.rglob("*.py"):
            if file.suffix == ".py":
                compile(file.read_text(), file.name, "exec")


def test_each_rule_that_promises_a_fix_has_a_fixture_that_shows_it() -> None:
    shown = {path.parent.name for path in DIFFS.rglob("*.diff")}
    assert {code for code, rule in all_rules().items() if rule.is_fixable and rule.check is not None} <= shown


def test_no_diff_is_left_of_a_fixture_that_is_gone() -> None:
    assert {*DIFFS.rglob("*.diff")} <= {diff_of(fixture) for fixture in BAD}
