from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from kerlint.discovery import discover, is_excluded
from kerlint.patterns import Pattern
from kerlint.settings import DEFAULT_EXCLUDE


@dataclass(frozen=True)
class Walk:
    exclude: tuple[Pattern, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True


def files(*paths: str, exclude: tuple[str, ...] = DEFAULT_EXCLUDE, **settings: bool) -> list[str]:
    walk = Walk(tuple(Pattern(glob, os.getcwd()) for glob in exclude), **settings)
    return discover(paths or (".",), lambda folder: walk).files


def make(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import keras\n")


@pytest.fixture(autouse=True)
def in_folder(folder: Path) -> None:
    """Every test here works in an empty folder."""


def test_programs_and_notebooks_are_found_and_nothing_else() -> None:
    make("a.py", "b.ipynb", "c.pyw", "d.pyi", "e.txt", "f.pyc", "src/g.py")
    assert files() == ["a.py", "b.ipynb", "c.pyw", "src/g.py"]


def test_paths_are_named_as_the_user_names_them() -> None:
    make("src/a.py")
    assert files("src") == ["src/a.py"]
    assert files("./src") == ["./src/a.py"]
    assert files("src/") == ["src/a.py"]
    assert files(str(Path("src").absolute())) == [str(Path("src/a.py").absolute())]


def test_a_file_named_outright_is_taken_whatever_it_is_called() -> None:
    make("script", "venv/a.py", "types.pyi")
    assert files("script", "venv/a.py", "types.pyi") == ["script", "types.pyi", "venv/a.py"]


def test_each_file_comes_once() -> None:
    make("src/a.py")
    assert files("src/a.py", "src", ".") == ["src/a.py"]


def test_a_missing_path_is_a_complaint_and_the_others_are_found() -> None:
    make("a.py")
    found = discover(["missing.py", "a.py"], lambda folder: Walk())
    assert found.files == ["a.py"]
    assert found.complaints == ["missing.py: no such file or directory"]


def test_excluded_folders_are_not_entered() -> None:
    make("a.py", ".venv/lib/b.py", "build_tools/c.py", "src/node_modules/d.py")
    assert files() == ["a.py", "build_tools/c.py"]


def test_an_excluded_folder_can_be_named_outright() -> None:
    make("dist/site-packages/pkg/a.py")
    assert files("dist/site-packages/pkg") == ["dist/site-packages/pkg/a.py"]


def test_force_exclude_holds_for_files_named_outright() -> None:
    make("venv/a.py", "b.py")
    assert files("venv/a.py", "b.py", force_exclude=True) == ["b.py"]
    assert files("venv", force_exclude=True) == []


def test_without_force_exclude_nothing_named_outright_is_excluded() -> None:
    assert not is_excluded("venv/a.py", Walk((Pattern("venv", os.getcwd()),)))


def test_ignored_files_are_left_out() -> None:
    make("a.py", "generated.py", "out/b.py", "src/c.py", "src/keep/generated.py")
    Path(".gitignore").write_text("# generated\ngenerated.py\n/out/\n!src/keep/generated.py\n")
    assert files() == ["a.py", "src/c.py", "src/keep/generated.py"]
    assert len(files(respect_gitignore=False)) == 5


def test_a_nested_gitignore_overrules_the_outer_one() -> None:
    make("x_gen.py", "src/x_gen.py", "src/y.py")
    Path(".gitignore").write_text("*_gen.py\n")
    Path("src/.gitignore").write_text("!x_gen.py\ny.py\n")
    assert files() == ["src/x_gen.py"]


def test_the_repositorys_gitignore_holds_in_a_folder_below() -> None:
    make("src/a.py", "src/generated/b.py")
    Path(".gitignore").write_text("generated/\n")
    assert files("src") == ["src/a.py"]


def test_a_folder_that_git_ignores_can_be_named_outright() -> None:
    make("out/a.py", "out/deep/b.py")
    Path(".gitignore").write_text("out/\n")
    assert files("out") == ["out/a.py", "out/deep/b.py"]


def test_the_repositorys_private_excludes_count() -> None:
    make("a.py", "scratch.py")
    Path(".git/info").mkdir()
    Path(".git/info/exclude").write_text("scratch.py\n")
    assert files() == ["a.py"]


def test_a_gitignore_counts_outside_repositories_too() -> None:
    make("env/lib/a.py", "b.py")
    Path(".git").rmdir()
    Path("env/.gitignore").write_text("*\n")
    assert files() == ["b.py"]


def test_a_broken_line_in_a_gitignore_is_passed_over() -> None:
    make("a.py", "b.py")
    Path(".gitignore").write_bytes(b"!\n\xff\xfe\nb.py\n")
    assert files() == ["a.py"]


def test_links_to_folders_are_not_followed() -> None:
    make("src/a.py")
    Path("src/again").symlink_to("..")
    Path("other").symlink_to("src")
    assert files() == ["src/a.py"]
    assert files("other") == ["other/a.py"]


def test_links_that_lead_nowhere_are_left_to_the_reader_to_tell() -> None:
    Path("gone.py").symlink_to("nothing.py")
    Path("round.py").symlink_to("about.py")
    Path("about.py").symlink_to("round.py")
    assert files() == ["about.py", "gone.py", "round.py"]


def test_an_editors_lock_is_no_file() -> None:
    Path(".#a.py").symlink_to("me@host.1234")
    assert files() == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("pipe.py")
    assert files() == []


def test_a_folder_called_like_a_program_is_entered() -> None:
    make("odd.py/a.py")
    assert files() == ["odd.py/a.py"]


def test_each_folders_own_settings_count() -> None:
    make("one/skip/a.py", "two/skip/b.py")
    settings = {str(Path("one").absolute()): Walk((Pattern("skip", str(Path("one").absolute())),))}
    assert discover(["."], lambda folder: settings.get(folder, Walk())).files == ["two/skip/b.py"]
