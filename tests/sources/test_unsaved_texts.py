"""Texts that an editor has not saved: as bytes that are read back as the same text, and in the place of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerlint import disk
from kerlint.files import FileLayout
from kerlint.sources.source import decode, encode


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\ufeff")))
def test_a_text_is_read_back(text: str) -> None:
    if "coding" not in text:
        assert decode("x.py", encode(text)) == text


@pytest.mark.parametrize("cookie", ["latin-1", "iso-8859-15", "cp1252", "utf-8"])
def test_a_text_that_declares_its_encoding_is_read_back_by_it(cookie: str) -> None:
    text = f"# -*- coding: {cookie} -*-\nname = 'é'\n"
    assert decode("x.py", encode(text)) == text


def test_what_an_encoding_cannot_hold_keeps_its_place() -> None:
    text = "# coding: latin-1\nname = '😀é'\n"
    assert decode("x.py", encode(text)) == text.replace("😀", "?")
    assert decode("x.py", encode("x = '\ud800'\n")) == "x = '?'\n"


def test_an_encoding_that_does_not_exist_is_left_to_the_reader() -> None:
    assert encode("# coding: klingon\n") == b"# coding: klingon\n"


def test_open_texts_take_the_place_of_files_and_of_files_that_are_not_there(tmp_path: Path) -> None:
    saved, new = tmp_path / "saved.py", tmp_path / "new.py"
    saved.write_text("old")
    with disk.overlaid({str(saved): b"unsaved", str(new): b"new"}):
        assert (disk.read_bytes(saved), disk.read_text(new)) == (b"unsaved", "new")
        assert disk.is_file(new) and disk.exists(new) and not disk.is_folder(new)
        assert FileLayout().module_file(saved, "new", 0) == new
        with disk.overlaid({}):
            assert disk.read_text(saved) == "old"
        assert disk.read_bytes(saved) == b"unsaved"
    assert disk.read_text(saved) == "old"
    assert not disk.exists(new)
