# ruff: noqa: E501  (programs are easier to compare when each is on its line)
"""Two parsers that share no code must read every program alike: Python's own, and libcst's.

Where they differ, one of the two translations is wrong.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import pytest

from kerlint.semantics import CannotParse, read_module
from kerlint.semantics import syntax as ir
from kerlint.semantics.reading import read_by_libcst, read_by_python
from kerlint.sources.source import Source
from kerlint.sources.tokens import lex

ROOT = Path(__file__).parent.parent.parent
NOT_PLACED_ALIKE = {ir.Slice: ("first", "last"), ir.If: ("last",), ir.With: ("last",)}
"""Places at which nothing is reported, and which libcst's reader knows only nearly."""


def differences(one: object, other: object, where: str = "", *, in_string: bool = False) -> Iterator[str]:
    """What differs, but for where things stand inside a formatted string: that is the string, or one of its pieces."""
    if type(one) is not type(other):
        yield f"{where}: {one!r}, {other!r}"
    elif isinstance(one, tuple):
        assert isinstance(other, tuple)
        if len(one) != len(other):
            yield f"{where}: {len(one)} and {len(other)} parts"
        for left, right in zip(one, other, strict=False):
            yield from differences(left, right, where, in_string=in_string)
    elif isinstance(one, (ir.Node, ir.Clause)):
        skipped = ("first", "last") if in_string else NOT_PLACED_ALIKE.get(type(one), ())
        inside = in_string or isinstance(one, ir.FormattedString)
        for name in (field.name for field in fields(one) if field.name not in skipped):
            yield from differences(
                getattr(one, name), getattr(other, name), f"{where}/{type(one).__name__}.{name}", in_string=inside
            )
    elif isinstance(one, dict):
        assert isinstance(other, dict)
        yield from differences(tuple(one.items()), tuple(other.items()), where)
    elif one != other and one == one:
        yield f"{where}: {one!r}, {other!r}"


def disagreements(text: str) -> list[str]:
    by_python = read_by_python(lex(text))
    assert by_python is not None
    return list(differences(read_by_libcst(lex(text)), by_python))


def own_files() -> list[Path]:
    return [*sorted((ROOT / "kerlint").rglob("*.py"))[::6], *sorted((ROOT / "fixtures").rglob("*.py"))[::12]]


@pytest.mark.parametrize("path", own_files(), ids=lambda path: path.name)
def test_files_are_read_alike(path: Path) -> None:
    assert disagreements(path.read_text(encoding="utf-8")) == []


@pytest.mark.slow
@pytest.mark.parametrize("package", ["test", "asyncio", "idlelib", "email"])
def test_the_standard_library_is_read_alike(package: str) -> None:
    """Its own tests hold every piece of Python's grammar."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"this Python comes without {package}")
    read = 0
    for path in sorted(Path(spec.origin).parent.glob("*.py"))[:: 5 if package == "test" else 1]:
        text = _text_of(path)
        if text is None or read_by_python(lex(text)) is None:
            continue
        try:
            found = disagreements(text)
        except CannotParse:  # a piece of grammar that is too new for this libcst
            continue
        assert [f"{path.name}{line}" for line in found] == []
        read += 1
    assert read > 5


def _text_of(path: Path) -> str | None:
    """A program in UTF-8 whose names are all in ASCII: Python reads the others in a normal form."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(word.isascii() for word in text.split() if word.isidentifier()) else None


PROGRAMS = {
    "operators": "a = -(-b // c) - (-d) ** 2 + + e - -f\ng -= (-h) * i\nnot not j\nx = a and b and (c and d) or e\n",
    "chains": "a = (b + c) + d * e ** f ** g\nh = i < j <= (k) is not l\nm = (n if o else p) if q else (r)\n",
    "parentheses": "a = ((1, 2)), (b), ((c), d),\ne[(1, 2)], e[1, 2], e[1,], e[()], e[(1, 2), 3]\nf = (((x for x in (y)))), g(x for x in y if (z))\n",
    "slices": "a[1:2, ::3, ..., :]\na[:] = b[*c]\n" if sys.version_info >= (3, 11) else "a[1:2, ::3, ..., :]\n",
    "calls": "f(a, *b, k=1, *c, **d)\nf(**{}, k=(2))\nclass A(B, *C, metaclass=M, **D): pass\n",
    "strings": "a = 'b' \"c\" f'{d}e' 'f{' rf'\\d{g:>{h}}' f'{{}}{i!r:x}'\nb'1' b'2'\nj = f'{k[(1, 2)]}{(l)}{m = }\\n'\nn = f''\nu'o'\n",
    "endings": "a = '''b\r\nc''' \\\r\n + f'''{d}\r\ne'''\r\nif a:\r\n    pass\r\n",
    "letters": "\u00fcber = f('\u65e5\u672c', k='\U0001f600')  # \u00e9\nx = {'\u00e4': (\u00fcber, [1])}\n",
    "branches": "if a: return\nelif b: raise\nelse:\n    if c: break\n    elif d: continue\nwhile (a):\n    try: x\n    except E as e: y\n    else: z\n    finally: w\n",
    "try in try": "try:\n    try:\n        a\n    finally:\n        b\nexcept (C, D):\n    raise E from e\n",
    "functions": "@d(1)\nasync def f(a, /, b: int = 1, *c, d: str, e=(2), **g) -> h:\n    'doc'\n    await (i)\n    async with j as k, l: pass\n    async for m in n: yield\n    return (yield o), (yield p, q)\n",
    "lambdas": "a = lambda: (lambda b, *c, d=1, **e: (yield))\nf = lambda x, /, y: x\n",
    "comprehensions": "a = [b for c in d if e if (f) for g in (h)]\ni = {j: k for l, m in n}\no = {p for q in r}\ns = (yield_ for t in u)\n",
    "statements": "import a.b.c as d, e\nfrom .. import f as g, h\nfrom i.j import (k,\n l,)\nfrom m import *\ndel n, (o), p\ndel (q, r)\ndel s[0]\nglobal t, u\nassert v, w\nx: y = 1, 2\nz: a\n",
    "numbers": "a = 1_000, 0xFF, 1e3, 1_0.5, 2j, 0o17, True, None, ...\n",
    "matches": "match a, b:\n    case [1, *c] | {'k': d, **e}: pass\n    case F(g, h=i) as j if k: pass\n    case -1 | 'x' | None: pass\n    case (l, _): pass\n    case m.n: pass\n",
    "walrus": "if (a := (b)) and f(c := 1): pass\nprint(a := 1, (d := 2))\n",
    "nothing": "",
    "only a comment": "# nothing",
    "no newline": "a",
    "semicolons": "a; b = c; return; pass; d\n",
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_read_alike(name: str) -> None:
    assert disagreements(PROGRAMS[name]) == []


def test_what_python_does_not_take_is_read_by_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the syntax of a newer Python than the one that runs kerlint."""

    def refuse(text: str) -> ast.Module:
        raise SyntaxError(text)

    monkeypatch.setattr("ast.parse", refuse)
    assert read_by_python(lex("import keras\n")) is None
    assert [type(statement) for statement in read_module(Source("program.py", "import keras\nf()\n")).body] == [
        ir.Import, ir.Expression,
    ]  # fmt: skip
    with pytest.raises(CannotParse):
        read_module(Source("program.py", "f(\n"))


def test_an_expression_too_deep_is_opaque_and_keeps_its_place() -> None:
    text = "a = " + "-(" * 150 + "b" + ")" * 150 + "\n"
    body = read_by_python(lex(text))
    assert body is not None
    (statement,) = body
    assert isinstance(statement, ir.Assign)
    node, depth = statement.value, 0
    while isinstance(node, ir.Unary):
        node, depth = node.operand, depth + 1
    assert isinstance(node, ir.Opaque) and 100 < depth < 150


def test_chains_too_long_for_pythons_parser_are_read_all_the_same() -> None:
    for text in ("x = " + " + ".join(["a"] * 5000), "x = a" + ".b()" * 900, "if a: pass\n" + "elif b: pass\n" * 3000):
        assert len(read_module(Source("program.py", text)).body) == 1
