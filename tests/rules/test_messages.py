"""What every message keeps to, whatever stands in the program that it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.reporters import FORMATS

Run = Callable[..., Any]


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_message_is_one_line_and_steers_no_terminal(kerlint_run: Run, folder: Path, output_format: str) -> None:
    text = r'import keras; m = keras.Sequential([keras.layers.Dense(1)]); m.save("a\nb\x1b[31m\u202e")'
    (folder / "model.py").write_text(text)
    out = kerlint_run("--target-keras=3", "--output-format", output_format).out
    assert not any(sign in out for sign in ("\x1b", "\u202e", "a\nb"))
    if output_format in ("flake8", "pylint", "github", "azure"):
        (line,) = out.splitlines()
        assert r"a\nb\x1b[31m\u202e" in line
