from __future__ import annotations

import sys
import threading

import pytest

from kerlint.deep import on_deep_stack


def nested(depth: int) -> int:
    return 0 if depth == 0 else 1 + nested(depth - 1)


def test_deep_recursion_comes_back() -> None:
    assert on_deep_stack(lambda: nested(50_000)) == 50_000


def test_an_exception_reaches_the_caller() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError, match="x"):
        on_deep_stack(fail)


def test_limits_are_as_they_were_afterwards() -> None:
    before = sys.getrecursionlimit(), threading.stack_size()
    on_deep_stack(lambda: None)
    assert (sys.getrecursionlimit(), threading.stack_size()) == before


def test_a_system_that_refuses_large_stacks_gets_a_smaller_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    set_size = threading.stack_size

    def refuse(size: int = 0) -> int:
        sizes.append(size)
        if size > 64 << 20:
            raise ValueError("size not valid")
        return set_size(size)

    monkeypatch.setattr(threading, "stack_size", refuse)
    assert on_deep_stack(lambda: 5) == 5
    assert max(size for size in sizes if size <= 64 << 20) == 64 << 20
