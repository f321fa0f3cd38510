from __future__ import annotations

from kerlint.finding import Severity
from kerlint.selection import Selection


def layered(*layers: dict[str, list[str]]) -> Selection:
    selection = Selection()
    for layer in layers:
        selection = selection.then(
            layer.get("select"), layer.get("extend_select", []), layer.get("ignore"), layer.get("extend_ignore", [])
        )
    return selection


def test_everything_is_selected_unless_told_otherwise() -> None:
    assert layered().holds("KER101")
    assert layered({"ignore": ["KER1"]}).holds("KER302")


def test_select_takes_only_what_it_names() -> None:
    selection = layered({"select": ["KER1"]})
    assert selection.holds("KER101")
    assert not selection.holds("KER302")


def test_the_longer_selector_wins() -> None:
    assert layered({"select": ["KER101"], "ignore": ["KER1"]}).holds("KER101")
    assert not layered({"select": ["KER1"], "ignore": ["KER101"]}).holds("KER101")
    assert layered({"select": ["KER1"], "ignore": ["ALL"]}).holds("KER101")


def test_of_equal_selectors_in_one_layer_ignoring_wins() -> None:
    assert not layered({"select": ["KER101"], "ignore": ["KER101"]}).holds("KER101")


def test_the_command_line_beats_an_equal_selector_of_the_file() -> None:
    assert layered({"ignore": ["KER101"]}, {"select": ["KER101"]}).holds("KER101")
    assert layered({"ignore": ["KER101"]}, {"extend_select": ["KER101"]}).holds("KER101")
    assert not layered({"select": ["KER101"]}, {"ignore": ["KER101"]}).holds("KER101")


def test_a_file_ignores_more_exactly_than_a_wide_select_of_the_command_line() -> None:
    assert not layered({"ignore": ["KER101"]}, {"select": ["KER1"]}).holds("KER101")


def test_select_of_a_later_layer_ends_the_earlier_selection() -> None:
    selection = layered({"select": ["KER1"], "extend_select": ["KER3"]}, {"select": ["KER2"]})
    assert [code for code in ("KER101", "KER201", "KER301") if selection.holds(code)] == ["KER201"]


def test_extend_select_keeps_what_was_selected() -> None:
    selection = layered({"select": ["KER1"]}, {"extend_select": ["KER2"]})
    assert [code for code in ("KER101", "KER201", "KER301") if selection.holds(code)] == ["KER101", "KER201"]


def test_info_is_shown_only_where_it_was_asked_for() -> None:
    assert not layered().shows("KER306", Severity.INFO)
    assert layered().shows("KER306", Severity.WARNING)
    for asked in ("ALL", "KER3", "KER306"):
        assert layered({"select": [asked]}).shows("KER306", Severity.INFO)
        assert layered({"extend_select": [asked]}).shows("KER306", Severity.INFO)
    assert not layered({"extend_select": ["KER1"]}).shows("KER306", Severity.INFO)


def test_what_could_not_be_read_is_told_whatever_is_selected() -> None:
    selection = layered({"select": ["KER1"], "ignore": ["ALL"]})
    assert selection.holds("KER900")
    assert selection.holds("KER901")
    assert not selection.holds("KER910")


def test_what_could_not_be_read_is_ignored_by_its_own_code() -> None:
    assert not layered({"ignore": ["KER901"]}).holds("KER901")
    assert layered({"ignore": ["KER9"]}).holds("KER901")


def test_an_internal_error_is_never_ignored() -> None:
    assert layered({"ignore": ["KER999"]}).for_file_without(("ALL",)).holds("KER999")


def test_per_file_ignores_beat_every_select() -> None:
    selection = layered({"select": ["KER101"]}).for_file_without(("KER1",))
    assert not selection.shows("KER101", Severity.WARNING)
