"""The list of packages and choices of it, which archive is pinned, and what pip's configuration says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.ecosystem.index import parsed_options
from benchmarks.ecosystem.packages import InvalidPackages, Package, chosen, read_packages
from benchmarks.ecosystem.pinning import best_archive, entry

ALPHA = Package("alpha", "1.0", 3, "alpha-1.0-py3-none-any.whl", "a" * 64, "ci")
ALPHA_2 = Package("alpha", "2.0", 3, "alpha-2.0.tar.gz", "b" * 64)
BETA = Package("beta", "2.0", 2, "beta-2.0.tar.gz", "c" * 64)


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "packages.toml").write_text(text)
    return tmp_path / "packages.toml"


def test_entries_are_read_as_they_are_printed(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join(map(entry, (BETA, ALPHA_2, ALPHA))))
    assert read_packages(path) == (ALPHA, ALPHA_2, BETA)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("keras = 3", "keras = 4", "2 or 3"),
        ("keras = 3\n", "", "keras"),
        ("a" * 64, "a" * 63, "SHA-256"),
        ('"alpha"', '"../alpha"', "file's name"),
        ("part", "parts", "parts"),
        ("[[package]]", "[package]", "array of tables"),
        ("name =", "name", "no TOML"),
    ],
)
def test_a_wrong_entry_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidPackages, match=said):
        read_packages(written(tmp_path, entry(ALPHA).replace(old, new, 1)))


def test_a_release_stands_once_in_the_list(tmp_path: Path) -> None:
    with pytest.raises(InvalidPackages, match=r"twice in the list: alpha 1\.0"):
        read_packages(written(tmp_path, entry(ALPHA) + entry(ALPHA)))


def test_packages_are_chosen_by_part_and_by_name() -> None:
    every = (ALPHA, ALPHA_2, BETA)
    assert chosen(every, None, []) == every
    assert chosen(every, "ci", []) == (ALPHA,)
    assert chosen(every, None, ["alpha"]) == (ALPHA, ALPHA_2)
    assert chosen(every, None, ["alpha==2.0", "beta"]) == (ALPHA_2, BETA)


@pytest.mark.parametrize(("part", "names"), [("night", []), (None, ["gamma"]), (None, ["alpha==3.0"])])
def test_a_choice_of_nothing_is_refused(part: str | None, names: list[str]) -> None:
    with pytest.raises(InvalidPackages):
        chosen((ALPHA, BETA), part, names)


@pytest.mark.parametrize(
    ("files", "best"),
    [
        (["a-1.tar.gz", "a-1-py3-none-any.whl"], "a-1-py3-none-any.whl"),
        (["a-1-cp311-cp311-win_amd64.whl", "a-1.zip"], "a-1.zip"),
        (["a-1-cp311-cp311-win_amd64.whl", "a-1-cp310-cp310-win_amd64.whl"], "a-1-cp311-cp311-win_amd64.whl"),
        (["a-1.exe"], None),
    ],
)
def test_the_archive_that_fits_every_platform_is_pinned(files: list[str], best: str | None) -> None:
    assert best_archive(files) == best


def test_pips_environment_beats_its_files() -> None:
    listing = (
        ":env:.index-url='three'\n"
        "download.index-url='two'\n"
        "global.index-url='one'\n"
        "global.extra-index-url='\\nfour\\nfive'\n"
        "install.index-url='other'\n"
    )
    options = parsed_options(listing)
    assert (options["index-url"], options["extra-index-url"].split()) == ("three", ["four", "five"])


def test_pip_without_configuration_says_nothing() -> None:
    assert parsed_options("") == {}
