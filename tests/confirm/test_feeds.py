"""What a layer is fed: by the text of its call, and by what the errors say."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.confirm.worker.making.failures import Failure
from kerlint.confirm.worker.making.feeds import Feed, feeds_to_try
from kerlint.confirm.worker.making.input_clues import clues_of
from kerlint.confirm.worker.making.repairs import told_by
from kerlint.confirm.worker.memory import Memory, key_of


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """The `call` of a class whose body is given; `self.conv` and its like are made in its constructor."""

    def made(text: str) -> Any:
        path = tmp_path / "blocks.py"
        path.write_text("class Block:\n" + textwrap.indent(textwrap.dedent(text), "    "))
        specification = importlib.util.spec_from_file_location("blocks_to_feed", path)
        assert specification is not None and specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        monkeypatch.setitem(sys.modules, "blocks_to_feed", module)
        specification.loader.exec_module(module)
        return module.Block.call

    return made


@pytest.mark.parametrize(
    ("body", "rank", "least", "dtype"),
    [
        ("b, h, w, c = x.shape", 4, 1, None),
        ("b, n, c = ops.shape(x)", 3, 1, None),
        ("shape = tf.shape(x); n = shape[3]", None, 4, None),
        ("return x[:, :, :, 0]", None, 4, None),
        ("return self.conv(x)", 4, 1, None),
        ("return self.rnn(x)", 3, 1, None),
        ("x = tf.cast(x, 'float32'); return self.blocks[0](x)", None, 1, None),
        ("return self.embedding(x)", None, 1, "int32"),
        ("return self.helper(x)", 4, 1, None),
        ("return tf.transpose(x, [0, 2, 1])", 3, 1, None),
        ("return ops.einsum('bij,jk->bik', x, self.kernel)", 3, 1, None),
        ("return tf.reduce_mean(x, axis=[1, 2])", None, 3, None),
        ("x = self.dense(x); return x[:, :, :, 0]", None, 2, None),
    ],
)
def test_the_text_of_a_call_tells_of_its_input(
    call: Callable[[str], Any], body: str, rank: int | None, least: int, dtype: str | None
) -> None:
    text = f"""\
        def __init__(self):
            self.conv = Conv2D(8, 3)
            self.rnn = Bidirectional(LSTM(8))
            self.embedding = layers.Embedding(50, 8)
            self.dense = layers.Dense(8)

        def helper(self, y):
            return self.conv(y)

        def call(self, x, training=None):
            {body}
        """
    clue = clues_of(call(text)).items["x"]
    assert (clue.rank, clue.least, clue.dtype) == (rank, least, dtype)


def shapes(call: Any) -> tuple[str, list[tuple[str, tuple[int, ...], str]]]:
    feed = next(feeds_to_try(call, (), None))
    return feed.style, list(feed.items)


@pytest.mark.parametrize(
    ("text", "style", "count"),
    [
        ("def call(self, x):\n    a, b, c = x\n", "list", 3),
        ("def call(self, x):\n    return x[0] + x[2]\n", "list", 3),
        ("def call(self, x):\n    assert len(x) == 2\n", "list", 2),
        ("def call(self, x):\n    return x['ids'] + x['mask']\n", "dict", 2),
        ("def call(self, x, mask=None):\n    return x.get('ids')\n", "dict", 1),
        ("def call(self, query, value):\n    return query\n", "arguments", 2),
        ("def call(self, x):\n    return x\n", "one", 1),
        ("def call(self, x):\n    user, item = x[0], tf.squeeze(x[1])\n    return user\n", "list", 2),
    ],
)
def test_the_number_of_inputs_is_read(call: Callable[[str], Any], text: str, style: str, count: int) -> None:
    found, items = shapes(call(text))
    assert (found, len(items)) == (style, count)


def test_a_shape_that_the_project_names_is_first_where_it_fits(call: Callable[[str], Any]) -> None:
    run = call("def call(self, x):\n    b, h, w, c = x.shape\n")
    assert next(feeds_to_try(run, [(10,), (20, 20, 5)], None)).items[0][1] == (20, 20, 5)


ONE = Feed((("x", (6, 8), "float32"),))
TWO = Feed((("a", (6, 8), "float32"), ("b", (6, 8), "float32")), "list")


@pytest.mark.parametrize(
    ("feed", "text", "expected"),
    [
        (
            ONE,
            "expected axis -1 of input shape to have value 64, but received input with shape (None, 6, 8)",
            Feed((("x", (6, 64), "float32"),)),
        ),
        (ONE, "expected ndim=4, found ndim=3. Full shape received: (4, 6, 8)", Feed((("x", (16, 16, 8), "float32"),))),
        (ONE, "expected min_ndim=4, found ndim=3", Feed((("x", (16, 16, 8), "float32"),))),
        (ONE, "not enough values to unpack (expected 4, got 3)", Feed((("x", (16, 16, 8), "float32"),))),
        (ONE, "Dimensions must be equal, but are 8 and 16 for ...", Feed((("x", (6, 16), "float32"),))),
        (ONE, "the requested shape requires a multiple of 12", Feed((("x", (6, 24), "float32"),))),
        (
            ONE,
            "Value for attr 'Tindices' of float is not in the list of allowed values: int32, int64",
            Feed((("x", (6, 8), "int32"),)),
        ),
        (ONE, "KeyError: ids", Feed((("ids", (6, 8), "float32"),), "dict")),
        (
            ONE,
            "Block.call() missing 1 required positional argument: 'mask'",
            Feed((*ONE.items, ("mask", (6, 8), "float32")), "arguments"),
        ),
        (
            ONE,
            "A merge layer should be called on a list of inputs.",
            Feed((("input_0", (6, 8), "float32"), ("input_1", (6, 8), "float32")), "list"),
        ),
        (TWO, "only supports a batch dimension of one", Feed(TWO.items, "list", 1)),
        (TWO, "list index out of range", Feed((*TWO.items, ("input_2", (6, 8), "float32")), "list")),
        (
            TWO,
            "not enough values to unpack (expected 3, got 2)",
            Feed(tuple((f"input_{i}", (6, 8), "float32") for i in range(3)), "list"),
        ),
    ],
)
def test_a_message_says_what_to_try_next(feed: Feed, text: str, expected: Feed) -> None:
    assert expected in told_by(feed, [text])


class Wanting:
    """A search in which only one feed does not fail, and the message tells one size at a time."""

    def __init__(self, tell: Callable[[Feed], str | None]) -> None:
        self.tell, self.latest = tell, ""

    def failure_of(self, what: str) -> Failure | None:
        return Failure(what, self.latest, (self.latest,), (("blocks.py", "call", 3),))


def attempts(call: Any, tell: Callable[[Feed], str | None]) -> int:
    search = Wanting(tell)
    for count, feed in enumerate(feeds_to_try(call, (), None, search), 1):
        text = tell(feed)
        if text is None:
            return count
        search.latest = text
    return 1000


def test_sizes_are_found_in_a_few_attempts(call: Callable[[str], Any]) -> None:
    def tell(feed: Feed) -> str | None:
        if feed.style != "list" or len(feed.items) != 2 or len(feed.items[0][1]) != 2:
            return "expected ndim=3, found ndim=2" if feed.style == "list" else "A layer should be called on a list of 2 inputs"
        last = feed.items[0][1][-1]
        return (
            None
            if last == 96
            else f"expected axis -1 of input shape to have value 96, but received input with shape (None, 6, {last})"
        )

    assert attempts(call("def call(self, x):\n    return self.merge(x)\n"), tell) < 20


def test_the_search_ends_where_nothing_works(call: Callable[[str], Any]) -> None:
    run = call("def call(self, x):\n    return x\n")
    assert attempts(run, lambda feed: "no") == 1000
    assert sum(1 for _ in feeds_to_try(run, (), None, Wanting(lambda feed: "no"))) <= 150


# --- memory -----------------------------------------------------------------------------------------------------------


def request(**others: Any) -> dict[str, Any]:
    subject = {"kind": "class", "module": "blocks", "name": "Block"}
    return {
        "subject": subject,
        "modules": [{"path": "blocks.py", "text": "x = 1\n"}],
        "probe": "tracking",
        "code": "KER502",
        **others,
    }


def test_what_is_learnt_is_told_to_the_next_finding_of_the_subject_only() -> None:
    memory = Memory()
    failure = Failure("on (None, 8)", "ValueError: no", ("no",), (("blocks.py", "call", 3),))
    key = key_of(request())
    assert memory.taken_from({"verdict": "refuted", "learnt": {"Block() on (None, 8)": failure.as_data()}}, key) == {
        "verdict": "refuted"
    }
    told = memory.told_to({"request": request()}, key)["request"]["known"]
    assert Failure.from_data(told["Block() on (None, 8)"]) == failure
    other = request(modules=[{"path": "blocks.py", "text": "x = 2\n"}])
    assert "known" not in memory.told_to({"request": other}, key_of(other))["request"]


def test_rules_share_what_they_learn_where_their_attempts_are_the_same() -> None:
    assert key_of(request(probe="serialization", code="KER201")) == key_of(request(probe="serialization", code="KER202"))
    assert key_of(request(code="KER502")) != key_of(request(code="KER504"))
    assert key_of(request(subject={"kind": "body"})) is None
