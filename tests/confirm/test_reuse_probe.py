"""What the probe of reuse says of programs that do, or do not, what a finding predicts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from textwrap import dedent

import pytest

from kerlint.confirm.client import Client
from kerlint.confirm.options import ConfirmOptions
from kerlint.confirm.planning.reuse import plan_reuse
from kerlint.confirm.requests import Request
from kerlint.finding import Finding, Severity, Span, Verdict, VerdictKind
from kerlint.project import Project
from kerlint.sources.source import read_source
from kerlint.target import NEWEST

pytestmark = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]

MIXES = "`norm` (BatchNormalization) is called twice on different tensors: its moving statistics mix them"
PROGRAMS: dict[str, tuple[str, str, VerdictKind, str]] = {
    "one_norm_for_each_call": (
        """
        import keras

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.one, self.two = keras.layers.BatchNormalization(), keras.layers.BatchNormalization()
                self.dense = keras.layers.Dense(8)

            def call(self, x, training=False):
                x = self.one(x, training=training)
                return self.two(self.dense(x), training=training)  # here
        """,
        MIXES, VerdictKind.REFUTED, "written once",
    ),
    "a_frozen_norm_called_twice": (
        """
        import keras

        inputs = keras.Input((8,))
        norm = keras.layers.BatchNormalization(trainable=False)
        x = norm(keras.layers.Dense(8)(inputs))
        x = norm(keras.layers.Dense(8)(x))  # here
        model = keras.Model(inputs, x)
        """,
        MIXES, VerdictKind.UNDECIDED, "writes no state",
    ),
    "a_graph_that_calls_it_once_though_the_file_makes_two_models": (
        """
        import keras

        inputs = keras.Input((8,))
        norm = keras.layers.BatchNormalization()
        first = keras.Model(inputs, norm(inputs))
        second = keras.Model(inputs, norm(keras.layers.Dense(8)(inputs)))  # here
        """,
        MIXES, VerdictKind.REFUTED, "written once",
    ),
    "a_helper_called_by_a_builder": (
        """
        import keras

        def block(x, norm):
            return norm(keras.layers.Dense(8)(x))  # here

        def build():
            inputs = keras.Input((4,))
            norm = keras.layers.BatchNormalization()
            x = block(inputs, norm)
            return keras.Model(inputs, block(x, norm))
        """,
        MIXES, VerdictKind.CONFIRMED, "train/eval outputs differ",
    ),
    "an_input_that_only_the_probe_made_wide": (
        """
        import keras

        class Gate(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = keras.layers.Dense(12)
                self.norm = keras.layers.BatchNormalization()

            def call(self, x, training=False):
                x = self.norm(x, training=training)
                return self.norm(self.dense(x), training=training)  # here
        """,
        MIXES, VerdictKind.CONFIRMED, "written twice a step",
    ),
    "a_module_that_is_not_installed": (
        """
        import keras
        from nowhere_to_be_found import Block

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.block = Block()

            def call(self, x):
                return self.block(self.block(x))  # here
        """,
        MIXES, VerdictKind.UNDECIDED, "nowhere_to_be_found",
    ),
    "one_norm_for_both_calls": (
        """
        import keras

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.norm, self.dense = keras.layers.BatchNormalization(), keras.layers.Dense(8)

            def call(self, x, training=False):
                x = self.norm(x, training=training)
                return self.norm(self.dense(x), training=training)  # here
        """,
        MIXES, VerdictKind.CONFIRMED, "moving_mean written twice a step",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """All programs, by one worker."""
    folder = tmp_path_factory.mktemp("programs")
    requests: list[Request] = []
    for name, (text, message, _, _) in PROGRAMS.items():
        path = folder / f"{name}.py"
        path.write_text(dedent(text))
        requests.append(_asked(path, message))
    with Client(ConfirmOptions()) as client:
        return {name: answer.verdict for name, answer in zip(PROGRAMS, client.ask(requests), strict=True)}


def _asked(path: Path, message: str) -> Request:
    project = Project(lambda _: NEWEST)
    module = project.module(read_source(str(path)))
    lines = module.source.text.split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "# here" in text)
    span = Span(line, len(lines[line - 1]) - len(lines[line - 1].lstrip()) + 1, line, len(lines[line - 1]))
    finding = Finding(str(path), span, "KER101", "stateful-layer-reuse", message, Severity.WARNING)
    request = plan_reuse(finding, "reuse", module, project)
    assert isinstance(request, Request), request
    return request


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_verdict_is_what_happens(name: str, verdicts: dict[str, Verdict]) -> None:
    _, _, kind, words = PROGRAMS[name]
    assert (verdicts[name].kind, words in verdicts[name].summary) == (kind, True), verdicts[name].summary


def test_the_statistics_are_noted_for_all_calls_and_for_each_alone(verdicts: dict[str, Verdict]) -> None:
    statistics = verdicts["one_norm_for_both_calls"].evidence["statistics"]
    assert isinstance(statistics, dict)
    assert set(statistics) == {"moving_mean", "moving_variance"}
    one, other = statistics["moving_variance"]["alone"]
    assert one != other
    assert min(one, other) < statistics["moving_variance"]["shared"] < max(one, other)
