from __future__ import annotations

import pytest

from kerlint.patterns import Pattern, any_of

ROOT = "/home/me/project"


def covers(glob: str, path: str) -> bool:
    return Pattern(glob, ROOT).covers(f"{ROOT}/{path}")


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("tests", "tests/a.py"),
        ("tests", "src/tests/a.py"),
        ("tests/", "tests/a.py"),
        ("a.py", "src/a.py"),
        ("*_test.py", "src/a_test.py"),
        ("tests/*", "tests/deep/a.py"),
        ("tests/**/a.py", "tests/a.py"),
        ("tests/**/a.py", "tests/x/y/a.py"),
        ("**/legacy/*.py", "src/legacy/a.py"),
        ("src/old", "src/old/a.py"),
        ("./src/old", "src/old/a.py"),
        ("src/[ab].py", "src/a.py"),
        ("src/[!ab].py", "src/c.py"),
        ("src/{a,b}.py", "src/b.py"),
        ("file?.py", "file1.py"),
        (f"{ROOT}/src/*.py", "src/a.py"),
        ("!tests", "src/a.py"),
    ],
)
def test_a_pattern_covers(glob: str, path: str) -> None:
    assert covers(glob, path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("tests", "src/mytests/a.py"),
        ("old", "src/old.py"),
        ("src/old", "lib/src/old/a.py"),
        ("src/[ab].py", "src/c.py"),
        ("a.py", "src/ba.py"),
        ("a+.py", "aa.py"),
        ("src/(.py", "src/x.py"),
        ("!tests", "tests/a.py"),
    ],
)
def test_a_pattern_leaves_alone(glob: str, path: str) -> None:
    assert not covers(glob, path)


def test_a_name_means_nothing_above_the_configuration() -> None:
    assert not Pattern("home", ROOT).covers(f"{ROOT}/a.py")


def test_a_root_with_odd_characters_is_no_pattern() -> None:
    assert Pattern("src/*.py", "/home/[me]/a*b").covers("/home/[me]/a*b/src/x.py")


def test_a_folder_itself_is_matched_but_not_what_lies_in_it() -> None:
    pattern = Pattern("build", ROOT)
    assert pattern.matches(f"{ROOT}/build")
    assert not pattern.matches(f"{ROOT}/build/a.py")


def test_unclosed_brackets_are_plain_characters() -> None:
    assert Pattern("src/[a.py", ROOT).covers(f"{ROOT}/src/[a.py")


def test_many_patterns_at_once_say_what_each_says() -> None:
    globs = (".git", "build", "*.egg", "a.b", "sub/x.py", "[ab]", "!kept", "né")
    paths = ["/r/.git", "/r/x/build", "/r/builds", "/r/y.egg", "/r/a.b", "/r/sub/x.py", "/r/x.py", "/r/a", "/r/né", "/r/kept"]
    for chosen in (globs, globs[:-2], globs[:1]):
        patterns = tuple(Pattern(glob, "/r") for glob in chosen)
        for path in paths:
            assert any_of(patterns)(path) == any(pattern.matches(path) for pattern in patterns), (chosen, path)
