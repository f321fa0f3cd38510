from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.options import InvalidOption, Options
from kerlint.settings import Settings, SettingsFinder
from kerlint.version import KERAS_3, KerasVersion


def finder(*layers: Options, isolated: bool = False) -> SettingsFinder:
    return SettingsFinder(layers, lambda prefix: "KER101".startswith(prefix), isolated=isolated)


def settings_in(path: Path, *layers: Options) -> Settings:
    return finder(*layers).settings_of(str(path))


def selected(settings: Settings) -> list[str]:
    return [choice.selector for choice in settings.selection.choices if choice.wanted]


def test_without_a_file_the_defaults_hold(folder: Path) -> None:
    settings = settings_in(folder)
    assert settings.origin is None
    assert settings.respect_gitignore
    assert settings.selection.holds("KER101")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.kerlint]\nselect = ['KER1']\n"),
        ("kerlint.toml", "select = ['KER1']\n"),
        (".kerlint.toml", "select = ['KER1']\n"),
    ],
)
def test_each_kind_of_file_is_read(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / "src").mkdir()
    settings = settings_in(folder / "src")
    assert selected(settings) == ["KER1"]
    assert settings.origin == str(folder / name)


def test_the_nearest_file_wins_alone(folder: Path) -> None:
    (folder / "kerlint.toml").write_text("select = ['KER1']\nforce-exclude = true\n")
    (folder / "src").mkdir()
    (folder / "src/pyproject.toml").write_text("[tool.kerlint]\nignore = ['KER101']\n")
    settings = settings_in(folder / "src")
    assert selected(settings) == []
    assert not settings.force_exclude


def test_a_pyproject_that_is_silent_about_kerlint_is_passed_over(folder: Path) -> None:
    (folder / "kerlint.toml").write_text("select = ['KER1']\n")
    (folder / "src").mkdir()
    (folder / "src/pyproject.toml").write_text("[project]\nname = 'about-kerlint'\n")
    assert selected(settings_in(folder / "src")) == ["KER1"]


def test_a_broken_pyproject_that_never_names_kerlint_is_nobodys_business(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[project\n")
    assert settings_in(folder).origin is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.kerlint\n", ["pyproject.toml", "no TOML", "line 1"]),
        ("[tool.kerlint]\nselekt = []\n", ["pyproject.toml", "'selekt'"]),
        ("tool.kerlint = 5\n", ["pyproject.toml", "table"]),
        ("[tool.kerlint]\nselect = ['X1']\n", ["pyproject.toml", "select", "'X1'"]),
    ],
)
def test_a_mistake_names_the_file_and_the_key(folder: Path, text: str, words: list[str]) -> None:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(InvalidOption) as caught:
        settings_in(folder)
    assert all(word in str(caught.value) for word in words), caught.value
    assert "\n" not in str(caught.value)


def test_isolated_reads_no_file(folder: Path) -> None:
    (folder / "kerlint.toml").write_text("nonsense")
    assert finder(isolated=True).settings_of(str(folder)).origin is None


def test_the_command_line_has_the_last_word(folder: Path) -> None:
    (folder / "kerlint.toml").write_text("select = ['KER1']\nforce-exclude = true\nexclude = ['a']\n")
    layer = Options(root="/", select=("KER3",), force_exclude=False, extend_exclude=("b",))
    settings = settings_in(folder, layer)
    assert selected(settings) == ["KER3"]
    assert not settings.force_exclude
    assert [pattern.glob for pattern in settings.exclude] == ["a", "b"]


def test_patterns_of_a_file_start_from_its_folder(folder: Path) -> None:
    (folder / "kerlint.toml").write_text("[per-file-ignores]\n'tests/*' = ['KER1']\n")
    settings = settings_in(folder)
    assert not settings.selection_for(str(folder / "tests/a.py")).holds("KER101")
    assert settings.selection_for(str(folder / "src/tests/a.py")).holds("KER101")


def test_the_target_comes_from_the_command_line_then_the_file_then_the_project(folder: Path) -> None:
    (folder / "requirements.txt").write_text("keras==3.4.1\n")
    assert finder().target_of(str(folder)).version == KerasVersion(3, 4)
    (folder / "kerlint.toml").write_text("target-keras = '3.6'\n")
    target = finder().target_of(str(folder))
    assert target.version == KerasVersion(3, 6)
    assert "kerlint.toml" in target.said_by
    asked = finder(Options(root="/", target_keras=KerasVersion(2, 15))).target_of(str(folder))
    assert (asked.version, asked.said_by) == (KerasVersion(2, 15), "the command line")


def test_without_any_requirement_the_newest_keras_counts(folder: Path) -> None:
    assert finder().target_of(str(folder)).version == KERAS_3
