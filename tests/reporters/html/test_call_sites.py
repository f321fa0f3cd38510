"""The picture of a layer's calls: every stop where its row is, arrows between, and the same in words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from kerlint.reporters.html.call_sites import in_words, picture
from kerlint.reporters.html.layout import Lanes, rows_of
from kerlint.reuse.call_path import CallPath, Role, Stop

CLASH = CallPath(
    "self.norm",
    "BatchNormalization",
    (
        Stop(Role.INPUT, "images", gives="3"),
        Stop(Role.LAYER, "self.narrow", "Conv2D", "3", "6", (0,)),
        Stop(Role.SHARED, "self.norm", "BatchNormalization", "6", "6", (1,)),
        Stop(Role.LAYER, "self.wide", "Conv2D", "6", "16", (2,)),
        Stop(Role.SHARED, "self.norm", "BatchNormalization", "16", "", (3,)),
    ),
    clash=(2, 4),
)
CHAIN = CallPath("norm", "Norm", tuple(Stop(Role.SHARED, "norm", "Norm", fed_by=(n - 1,) if n else ()) for n in range(3)))


def drawn(path: CallPath) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", picture(path), re.DOTALL)[0])  # type: ignore[index]


def words(svg: ElementTree.Element, kind: str) -> list[str]:
    return [text.text or "" for text in svg.iter("text") if kind in text.get("class", "").split()]


def test_a_visit_stands_beside_what_alone_feeds_it() -> None:
    assert rows_of(CLASH) == (0, 1, 1, 2, 2)
    assert rows_of(CHAIN) == (0, 1, 2)


def test_a_visit_that_several_feed_has_a_row_of_its_own() -> None:
    inputs = (Stop(Role.INPUT, "a"), Stop(Role.INPUT, "b"))
    visits = (Stop(Role.SHARED, "n", fed_by=(0, 1)), Stop(Role.SHARED, "n", fed_by=(2,)))
    assert rows_of(CallPath("n", "N", (*inputs, *visits))) == (0, 1, 2, 3)


def test_lanes_are_shared_by_what_does_not_overlap() -> None:
    lanes = Lanes()
    assert [lanes.taken(0, 3), lanes.taken(1, 2), lanes.taken(3, 5), lanes.taken(2, 4), lanes.taken(0, 5)] == [0, 1, 0, 1, 2]


def test_the_shared_layer_is_one_node_with_its_visits_numbered_and_the_clash_told() -> None:
    svg = drawn(CLASH)
    assert len([rect for rect in svg.iter("rect") if rect.get("class") == "shared"]) == 1
    assert words(svg, "number") == ["1", "2"]
    assert words(svg, "name") == ["images", "self.narrow", "self.wide", "self.norm"]
    assert words(svg, "clash") == ["16 ch", "16 \N{NOT EQUAL TO} 6"]
    assert "built for 6" in words(svg, "size")
    assert len([edge for edge in svg.iter("path") if "head" in edge.get("class", "")]) == 4


def test_a_long_name_keeps_what_tells_most() -> None:
    names = {
        "self.region_convolution": "region_convolution",
        "keras.layers.Dense(16)": "Dense(16)",
        "layers.Conv2D(filters=32, kernel_size=3)": "Conv2D(filters=32,\N{HORIZONTAL ELLIPSIS}",
        "x" * 30: "\N{HORIZONTAL ELLIPSIS}" + "x" * 18,
    }
    for name, shown in names.items():
        path = CallPath("n", "N", (Stop(Role.LAYER, name), Stop(Role.SHARED, "n", fed_by=(0,))))
        assert words(drawn(path), "name")[0] == shown


def test_all_lies_inside_the_picture() -> None:
    many = (
        *(Stop(Role.INPUT, f"input{n}", gives="8") for n in range(5)),
        Stop(Role.LAYER, "layers.Concatenate(axis=-1, name='all of them together')", "Concatenate", "", "40", (0, 1, 2, 3, 4)),
        *(Stop(Role.SHARED, "n", "N", "40", "40", (5, 0)) for _ in range(4)),
        Stop(Role.MORE, "17 more calls", fed_by=(6, 7, 8, 9)),
        Stop(Role.SHARED, "n", "N", "40", "40", (10, 1)),
    )
    for path in (CLASH, CHAIN, CallPath("self.a_name_that_is_long_enough_for_two", "AClassWithALongNameToo", many)):
        svg = drawn(path)
        width, height = (float(number) for number in svg.get("viewBox", "").split()[2:])
        for edge in svg.iter("path"):
            for command, *numbers in re.findall(r"([MHV])(-?[\d.]+)(?: (-?[\d.]+))?", edge.get("d", "")):
                xs, ys = {"M": (numbers[:1], numbers[1:]), "H": (numbers[:1], []), "V": ([], numbers[:1])}[command]
                assert all(0 <= float(x) <= width for x in xs)
                assert all(0 <= float(y) <= height for y in ys)
        for box in svg.iter("rect"):
            assert float(box.get("y", "")) >= 0
            assert float(box.get("y", "")) + float(box.get("height", "")) <= height
        assert all(len(text) <= 24 for text in words(svg, "name"))


def test_the_same_is_told_in_words() -> None:
    assert in_words(CLASH) == (
        "self.narrow (Conv2D) on images, 3 channels, gives 6; call 1 of self.norm on self.narrow (Conv2D), 6 channels; "
        "self.wide (Conv2D) on call 1 of self.norm, 6 channels, gives 16; "
        "call 2 of self.norm on self.wide (Conv2D), 16 channels, which it cannot take."
    )
    assert drawn(CLASH).get("aria-label") == in_words(CLASH)


def test_a_remark_stands_at_its_visit() -> None:
    steps = tuple(Stop(Role.SHARED, "norm", "Norm", "1", fed_by=(0,), remark=f"step {n}") for n in (1, 2))
    path = CallPath("Norm", "Norm", (Stop(Role.LAYER, "over_time", "TimeDistributed", "1", "1"), *steps))
    assert words(drawn(path), "size") == ["step 1", "step 2"]
    assert in_words(path).endswith("; call 2 of Norm (step 2) on over_time (TimeDistributed), 1 channel.")
    assert words(drawn(path), "name") == ["over_time"], "a layer that has no name but its class is named once"
    assert words(drawn(path), "kind") == ["TimeDistributed", "Norm"]


@pytest.mark.parametrize("name", ["<b>", "a & b", '"quoted"'])
def test_names_are_texts(name: str) -> None:
    path = CallPath(name, f"{name}!", (Stop(Role.SHARED, name, name), Stop(Role.SHARED, name, name, name, name, (0,))))
    assert words(drawn(path), "name") == [name]
