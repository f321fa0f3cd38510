"""The path to the calls of a reused layer: which calls stand on it, in which order, fed by what, and of which sizes."""

from __future__ import annotations

import pickle
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from kerlint.discovery import discover
from kerlint.linter import Input, lint
from kerlint.options import Options
from kerlint.reuse.call_path import CallPath, Role
from kerlint.reuse.path_to_calls import call_path
from kerlint.settings import SettingsFinder

FIXTURES = Path(__file__).parents[2] / "fixtures"
Paths = Callable[[str], list[CallPath]]


def paths_in(*files: str | Path) -> dict[str, CallPath]:
    finder = SettingsFinder((Options(root=".", select=("KER1",)),), lambda prefix: True, isolated=True)
    inputs = [Input(path) for path in discover([str(file) for file in files], finder.settings_of).files]
    outcome = lint(inputs, finder, call_path)
    assert outcome.findings
    return {f"{finding.code}:{finding.span.line}": path for finding, path in outcome.plans.items() if isinstance(path, CallPath)}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    def run(code: str) -> list[CallPath]:
        path = tmp_path / "program.py"
        path.write_text("import keras\nfrom keras import layers\n" + textwrap.dedent(code))
        return list(paths_in(path).values())

    return run


def told(path: CallPath) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(stop.role.value, stop.name, stop.given, stop.fed_by) for stop in path.stops]


def test_two_widths_clash_at_the_second_visit() -> None:
    (path,) = paths_in(FIXTURES / "KER101" / "bad_shared_after_two_convolutions.py").values()
    assert told(path) == [
        ("input", "images", "", ()),
        ("layer", "self.narrow", "", (0,)),
        ("shared", "self.norm", "6", (1,)),
        ("layer", "self.wide", "6", (2,)),
        ("shared", "self.norm", "16", (3,)),
    ]
    assert (path.layer, path.class_name, path.unit, path.clash) == ("self.norm", "BatchNormalization", "channels", (2, 4))
    assert [path.stops[visit].line for visit in path.visits] == [13, 14]


def test_equal_widths_do_not_clash() -> None:
    (path,) = paths_in(FIXTURES / "KER101" / "bad_same_width_mixes_statistics.py").values()
    assert path.clash is None
    assert [stop.given for stop in path.stops if stop.role is Role.SHARED] == ["32", "32"]


def test_ranks_clash_in_dimensions() -> None:
    (path,) = paths_in(FIXTURES / "KER101" / "bad_rank_differs.py").values()
    assert path.unit == "dimensions"
    assert path.clash is not None
    assert [path.stops[place].given for place in path.clash] == ["4", "2"]


def test_a_width_that_nobody_knows_has_its_name() -> None:
    (path,) = paths_in(FIXTURES / "KER102" / "bad_symbolic_width_doubles.py").values()
    assert path.clash is not None
    assert [path.stops[place].given for place in path.clash] == ["units", "2 * units"]


def test_a_call_on_two_tensors_is_fed_by_both(paths: Paths) -> None:
    (path,) = paths("""
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.a, self.b = layers.Dense(4), layers.Dense(4)
                self.norm = layers.BatchNormalization()

            def call(self, x, training=False):
                y = self.norm(self.a(x), training=training)
                return self.norm(layers.concatenate([y, self.b(x)]), training=training)
    """)
    first, second = path.visits
    assert [path.stops[source].name for source in path.stops[second].fed_by] == ["self.norm", "self.b"]
    assert [path.stops[source].name for source in path.stops[first].fed_by] == ["self.a"]


def test_two_inputs_stand_each_before_its_own_call() -> None:
    (path,) = paths_in(FIXTURES / "KER101" / "bad_one_norm_under_two_keys.py").values()
    assert [(stop.role.value, stop.name) for stop in path.stops] == [
        ("input", "audio"), ("shared", 'self.norms["audio"]'), ("input", "video"), ("shared", 'self.norms["video"]')
    ]  # fmt: skip


def test_what_other_branch_of_an_if_calls_is_not_on_the_path() -> None:
    (path,) = paths_in(FIXTURES / "KER101" / "bad_arm_and_after_it.py").values()
    assert len(path.visits) == 2


def test_a_layer_of_the_path_that_is_called_before_says_so() -> None:
    path = next(iter(paths_in(FIXTURES / "KER101" / "bad_block_called_twice_untold.py").values()))
    assert [stop.again for stop in path.stops if stop.name == "self.dense"] == [False, True]


def test_a_notebook_counts_in_cells() -> None:
    (path,) = paths_in(FIXTURES / "KER101" / "bad_norm_lives_over_cells.ipynb").values()
    places = [(path.stops[visit].cell, path.stops[visit].line) for visit in path.visits]
    assert len({cell for cell, _ in places}) == 2
    assert all(line < 5 for _, line in places)


def test_a_long_path_counts_what_lies_between(paths: Paths) -> None:
    chain = "\n".join(f"    x = layers.Dense({width})(x)" for width in range(1, 30))
    (path,) = paths(f"""
def build():
    norm = layers.BatchNormalization()
    x = start = keras.Input((3,))
    x = norm(layers.Dense(3)(x))
{chain}
    return keras.Model(start, norm(layers.Dense(3)(x)))
""")
    assert [stop.name for stop in path.stops if stop.role is Role.MORE] == ["29 more calls"]
    assert len(path.stops) < 10
    more = next(place for place, stop in enumerate(path.stops) if stop.role is Role.MORE)
    assert path.stops[more].fed_by == (path.visits[0],)


def test_many_visits_are_counted(paths: Paths) -> None:
    calls = "\n".join("    x = norm(layers.Dense(3)(x))" for _ in range(10))
    (path,) = paths(f"""
def build():
    norm = layers.BatchNormalization()
    x = start = keras.Input((3,))
{calls}
    return keras.Model(start, x)
""")
    assert (len(path.visits), path.untold) == (6, 4)


def test_a_sequential_that_repeats_a_layer_is_a_row() -> None:
    (path,) = paths_in(FIXTURES / "KER104" / "bad_list_names_one_layer_twice.py").values()
    assert [(stop.role.value, stop.name, stop.fed_by) for stop in path.stops] == [
        ("layer", "layers.Dense(32)", ()), ("shared", "relu", (0,)),
        ("layer", "layers.Dense(32)", (1,)), ("shared", "relu", (2,)), ("layer", "layers.Dense(1)", (3,)),
    ]  # fmt: skip


def test_the_time_steps_of_a_wrapper_are_calls_of_the_layer_in_it() -> None:
    (path,) = paths_in(FIXTURES / "KER106" / "bad_norm_in_time_distributed.py").values()
    assert told(path) == [
        ("input", "inputs", "", ()), ("layer", "layers.Dense(24)", "12", (0,)), ("layer", "TimeDistributed", "24", (1,)),
        *(("shared", "BatchNormalization", "24", (2,)) for _ in range(3)),
    ]  # fmt: skip
    assert [path.stops[visit].remark for visit in path.visits] == ["step 1", "step 2", "further steps"]


def test_a_model_in_a_wrapper_gives_its_layer_the_channels_of_a_frame() -> None:
    (path,) = paths_in(FIXTURES / "KER106" / "bad_functional_model_over_frames.py").values()
    assert [path.stops[visit].given for visit in path.visits] == ["4", "4", "4"]
    assert path.layer == "BatchNormalization", "what makes a layer is no name of it"
    assert [(stop.name, stop.given) for stop in path.stops[:2]] == [("clip", ""), ("per_frame", "1")]


def test_a_wrapper_that_is_made_here_and_called_in_another_method_is_drawn_at_its_call() -> None:
    (path,) = paths_in(FIXTURES / "KER106" / "bad_custom_block_over_time.py").values()
    assert [stop.name for stop in path.stops[:2]] == ["x", "self.steps"]


def test_a_wrapper_whose_call_is_not_seen_still_shows_its_steps(paths: Paths) -> None:
    (path,) = paths("model = keras.Sequential([layers.TimeDistributed(layers.BatchNormalization())])")
    assert [(stop.role.value, stop.name, stop.fed_by) for stop in path.stops][:2] == [
        ("layer", "TimeDistributed", ()), ("shared", "BatchNormalization", (0,))
    ]  # fmt: skip


def test_every_reuse_in_the_fixtures_has_a_path_that_holds_together() -> None:
    found = [FIXTURES / f"KER10{number}" for number in (1, 2, 3, 4, 5, 6)]
    paths = paths_in(*found)
    assert len(paths) > 20
    for path in paths.values():
        assert pickle.loads(pickle.dumps(path)) == path
        assert hash(path) == hash(pickle.loads(pickle.dumps(path)))
        assert len(path.visits) > 1
        for place, stop in enumerate(path.stops):
            assert all(source < place for source in stop.fed_by)
            assert stop.role is not Role.INPUT or not stop.fed_by
        assert path.clash is None or set(path.clash) <= set(path.visits)
