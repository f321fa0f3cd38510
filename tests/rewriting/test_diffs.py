"""Diffs show files, and the cells of notebooks, as they are written."""

from __future__ import annotations

import json

from kerlint.rewriting.diffs import unified_diff


def notebook(*cells: str) -> bytes:
    written = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4}).encode()


def test_a_cell_is_shown_with_its_magics() -> None:
    before, after = ["%%time\n%time m.save('a')\nx = !ls", "y = 1"], ["%%time\n%time m.save('b')\nx = !ls", "y = 1"]
    assert unified_diff("n.ipynb", notebook(*before), notebook(*after)) == (
        "--- n.ipynb:cell 1\n+++ n.ipynb:cell 1\n@@ -1,3 +1,3 @@\n"
        " %%time\n-%time m.save('a')\n+%time m.save('b')\n x = !ls\n"
    )


def test_cells_are_counted_over_all() -> None:
    text, other = ("%%bash\nls", "a = 1", "b = 1"), ("%%bash\nls", "a = 1", "b = 2")
    assert unified_diff("n.ipynb", notebook(*text), notebook(*other)).startswith("--- n.ipynb:cell 3\n")


def test_a_file_keeps_its_line_ends_and_says_where_it_has_none() -> None:
    assert unified_diff("a.py", b"a = 1\r\nb = 1", b"a = 1\r\nb = 2") == (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n a = 1\r\n"
        "-b = 1\n\\ No newline at end of file\n+b = 2\n\\ No newline at end of file\n"
    )
