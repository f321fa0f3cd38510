"""Places between kerlint and an editor, in each encoding, and edits as an editor sends them."""

from __future__ import annotations

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from kerlint.finding import Span
from kerlint.integrations.server.positions import Places, changed, characters, units

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(alphabet=st.sampled_from("ab \t\n\r\x0b\x0c\x1c\u2028é€😀\ufeff#"), max_size=40)


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 11), ("utf-16", 9), ("utf-32", 8)])
def test_an_emoji_before_the_finding_counts_as_the_encoding_has_it(encoding: str, character: int) -> None:
    places = Places('a = "😀"; model.save("m")\n', encoding)
    assert places.position(1, 9) == types.Position(0, character)
    assert places.place(types.Position(0, character)) == (1, 9)


def test_only_line_feeds_and_carriage_returns_end_lines() -> None:
    places = Places("a\x0cb\u2028c\r\nd\re\n", "utf-16")
    assert [places.line(number) for number in (1, 2, 3, 4, 5)] == ["a\x0cb\u2028c", "d", "e", "", ""]


def test_a_place_behind_the_text_is_its_end() -> None:
    places = Places("one\ntwo", "utf-16")
    assert places.position(9, 4) == types.Position(1, 3)
    assert places.offset(types.Position(7, 0)) == 7
    assert places.offset(types.Position(0, 99)) == 3


def test_a_character_that_is_cut_in_two_is_not_passed() -> None:
    assert characters("😀b", 1, "utf-16") == 0
    assert characters("é", 1, "utf-8") == 0


def test_a_byte_order_mark_is_no_part_of_the_program() -> None:
    places = Places("\ufeffmodel.save('m')\n", "utf-16")
    assert places.position(1, 1) == types.Position(0, 1)
    assert places.place(types.Position(0, 1)) == (1, 1)
    assert places.position(2, 1) == types.Position(1, 0)


def test_a_range_never_ends_before_it_begins() -> None:
    found = Places("abc", "utf-16").range(Span(1, 3, 1, 1))
    assert found == types.Range(types.Position(0, 2), types.Position(0, 2))


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_a_place_goes_there_and_back(text: str, encoding: str, data: st.DataObject) -> None:
    places = Places(text, encoding)
    line = data.draw(st.integers(2, max(places.last_line, 2)))
    column = data.draw(st.integers(1, len(places.line(line)) + 1))
    if line <= places.last_line:
        assert places.place(places.position(line, column)) == (line, column)


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_an_edit_replaces_exactly_what_the_editor_means(text: str, new: str, encoding: str, data: st.DataObject) -> None:
    """An editor that counts for itself: through the code units of the text's lines."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end)):
        return  # between the two there is no place for a cursor
    edit = types.TextDocumentContentChangePartial(types.Range(_place(text, start, encoding), _place(text, end, encoding)), new)
    assert changed(text, [edit], encoding) == text[:start] + new + text[end:]


def _place(text: str, offset: int, encoding: str) -> types.Position:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    codec = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    return types.Position(before.count("\n"), len(before.rpartition("\n")[2].encode(codec[0])) // codec[1])


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_changes_follow_one_another(texts: list[str]) -> None:
    changes = [types.TextDocumentContentChangeWholeDocument(text) for text in texts]
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    edits = [*changes, types.TextDocumentContentChangePartial(start, "x")]
    assert changed("old", edits, "utf-16") == "x" + texts[-1]


def test_units_are_those_of_python_s_codecs() -> None:
    text = "aé€😀"
    assert [units(text, encoding) for encoding in ENCODINGS] == [10, 5, 4]
