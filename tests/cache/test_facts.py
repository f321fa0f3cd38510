"""Facts are kept by text: the same text is not parsed twice, and what is kept can neither mislead nor run anything."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kerlint.cache.facts import FactsCache, digest_of_tokens
from kerlint.cache.table import Table
from kerlint.semantics import CannotParse, ModuleFacts, read_module
from kerlint.sources.source import Source, read_source
from kerlint.sources.tokens import lex

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROGRAM = Source("a.py", "import keras\nx = keras.layers.Dense(1 + 2j, name=f'{keras!r}')\n")


def read_anew(cache: FactsCache, source: Source) -> ModuleFacts:
    """What another run reads."""
    other = FactsCache(Table(cache.table.cache, 1))
    try:
        return other.read(source)
    finally:
        other.close()


def kept(cache: FactsCache) -> dict[bytes, bytes]:
    """What is in the file of a cache."""
    if not (Path(cache.table.cache) / "facts.db").exists():
        return {}
    with closing(sqlite3.connect(Path(cache.table.cache) / "facts.db")) as file:
        return dict(file.execute("SELECT key, data FROM held"))


def overwrite(cache: FactsCache, key: bytes, data: bytes) -> None:
    with closing(sqlite3.connect(Path(cache.table.cache) / "facts.db")) as file, file:
        file.execute("UPDATE held SET data = ? WHERE key = ?", (data, key))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FactsCache]:
    made = FactsCache(Table(str(tmp_path / "cache"), 1))
    yield made
    made.close()


def parsing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: Source, tokens: object = None) -> object:
        raise AssertionError("parsed again")

    monkeypatch.setattr("kerlint.cache.facts.read_module", fail)


@pytest.mark.parametrize("path", sorted((FIXTURES / "KER101").glob("*.py"))[:20], ids=lambda path: path.stem)
def test_what_is_kept_is_what_was_read(path: Path, cache: FactsCache, monkeypatch: pytest.MonkeyPatch) -> None:
    source = read_source(str(path))
    first = cache.read(source)
    parsing_fails(monkeypatch)
    second = read_anew(cache, source)
    assert repr(second) == repr(first) == repr(read_module(source))


def test_the_same_text_elsewhere_has_its_own_name(cache: FactsCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.read(PROGRAM)
    parsing_fails(monkeypatch)
    assert cache.read(Source("b.py", PROGRAM.text)).path == "b.py"


def test_another_text_is_read(cache: FactsCache) -> None:
    cache.read(PROGRAM)
    assert cache.read(Source("a.py", "y = 1\n")).body != cache.read(PROGRAM).body
    assert len(kept(cache)) == 4


ALIKE = "import keras\nif keras:\n    x = [1,\n     2]\n"
OTHER_COMMENTS = "# a\nimport keras  # b\n\n\nif keras:\n    # c\n\n    x = [1,\n     2]  # d\n# e"


def test_another_comment_needs_no_parser(cache: FactsCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.read(Source("a.py", ALIKE))
    expected = read_module(Source("a.py", OTHER_COMMENTS))
    parsing_fails(monkeypatch)
    assert repr(cache.read(Source("a.py", OTHER_COMMENTS))) == repr(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("if a:\n    b\n    c\n", "if a:\n    b\nc\n"),
        ("a\nb; c\n", "a; b\nc\n"),
        ("a\nb\n", "a \\\nb\n"),
        ("x = 'a'\n", "x = 'b'\n"),
        ("x = '''a\n\nb'''\n", "x = '''a\nb'''\n"),
        ("x = '''a\n# b\n'''\n", "x = '''a\n'''\n"),
        ("if a:\n\tb\n\tc\n", "if a:\n\tb\n c\n"),
        ("ab = 1\n", "a b = 1\n"),
    ],
)
def test_what_is_another_program_has_other_tokens(one: str, other: str) -> None:
    assert digest_of_tokens(lex(one)) != digest_of_tokens(lex(other))


def test_what_is_no_python_is_not_kept(cache: FactsCache) -> None:
    for _ in range(2):
        with pytest.raises(CannotParse):
            cache.read(Source("a.py", "x = ("))
    assert kept(cache) == {}


class Hostile:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_nothing_in_a_cache_is_run(cache: FactsCache, tmp_path: Path) -> None:
    expected = cache.read(PROGRAM)
    for key in kept(cache):
        for held in (Hostile(tmp_path / "ran"), [1, 2], eval, expected, (expected.body, 1), (1, 2, 3, 4), ((), ()), None):
            for value in (held, (key, held)):
                overwrite(cache, key, zlib.compress(pickle.dumps(value)))
                assert repr(read_anew(cache, PROGRAM)) == repr(expected)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("data", [b"", b"x", b"\x80\x05.", zlib.compress(b"\x80\x05]"), bytes(range(256))], ids=range(5))
def test_broken_facts_are_read_anew(data: bytes, cache: FactsCache) -> None:
    expected = cache.read(PROGRAM)
    for key in kept(cache):
        overwrite(cache, key, data)
        assert repr(cache.read(PROGRAM)) == repr(expected)
        assert kept(cache)[key] != data


def test_facts_of_another_program_are_not_taken(cache: FactsCache) -> None:
    """As a broken file might give them."""
    before = kept_after(cache, PROGRAM)
    for key, data in kept_after(cache, Source("a.py", "y = 1\n")).items():
        for own in before:
            overwrite(cache, own, data)
            assert key == own or repr(read_anew(cache, PROGRAM)) == repr(read_module(PROGRAM))


def kept_after(cache: FactsCache, source: Source) -> dict[bytes, bytes]:
    cache.read(source)
    return kept(cache)


def test_facts_that_wait_are_kept_once_they_are_let_go(cache: FactsCache) -> None:
    cache.waits = True
    facts = cache.read(PROGRAM)
    assert kept(cache) == {}
    cache.let_go(PROGRAM, facts)
    before = kept(cache)
    assert len(before) == 2
    assert repr(read_anew(cache, PROGRAM)) == repr(facts)
    for key in before:
        overwrite(cache, key, b"")
    cache.let_go(PROGRAM, facts)
    assert set(kept(cache).values()) == {b""}, "what is kept is not packed again"


def test_facts_that_were_never_read_are_not_let_go(cache: FactsCache) -> None:
    cache.waits = True
    cache.let_go(PROGRAM, read_module(PROGRAM))
    assert kept(cache) == {}


def test_only_the_second_run_that_asks_otherwise_does_not_import_the_parser(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text('import keras\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n')
    command = [sys.executable, "-X", "importtime", "-m", "kerlint", "program.py", "--select"]
    runs = [
        subprocess.run([*command, codes], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
        for codes in ("KER3", "KER301", "KER30")
    ]
    assert runs[0].stdout == runs[1].stdout == runs[2].stdout != ""
    assert [" kerlint.semantics.translating\n" in run.stderr for run in runs] == [True, True, False]


def test_the_first_run_keeps_the_facts_on_which_others_rest(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text("import keras\n\n\nclass Base(keras.layers.Layer):\n    pass\n")
    for name in "ab":
        program = f"from base import Base\n\n\nclass {name.upper()}(Base):\n    def call(self, x):\n        return x\n"
        (tmp_path / f"{name}.py").write_text(program)
    subprocess.run([sys.executable, "-m", "kerlint", "-q"], cwd=tmp_path, check=True)
    with closing(FactsCache(Table(str(tmp_path / ".kerlint_cache"), 1))) as cache:
        rows = [len(kept(cache))]
        for name in ("base", "a"):
            cache.read(Source(f"{name}.py", (tmp_path / f"{name}.py").read_text()))
            rows.append(len(kept(cache)))
    assert rows == [2, 2, 4], "those of base.py were there, and nothing else"
