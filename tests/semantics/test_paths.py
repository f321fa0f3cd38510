"""How strings and paths are folded: what is known of a path's end is what Python makes of it, and the rest stays unknown."""

from __future__ import annotations

import os
import pathlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kerlint.execution.values import Text
from kerlint.persistence.endings import ends_with, extension_of, names_a_directory, shown, with_suffix
from kerlint.persistence.paths import texts_of
from kerlint.persistence.uses import Operation, uses_of
from kerlint.project import Project
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3, KerasVersion

PROLOGUE = """\
import argparse
import os
import pathlib
import keras
from os.path import join
from pathlib import Path

NAME = "model"
FOLDER = "out"
ROOT = Path("root")


class Settings:
    name = "configured"
    suffix = ".keras"


def name_of(run):
    return f"run_{run}.keras"


def save(given, folder: str, number: int, default="fallback.keras", nothing=None):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
"""


class _Target:
    version: KerasVersion = KERAS_3


def texts(folder: Path, expression: str, before: str = "") -> list[Text]:
    """The texts that a path written so can be, inside a function with parameters."""
    lines = [f"    {line}\n" for line in before.splitlines()]
    file = folder / "program.py"
    file.write_text(f"{PROLOGUE}{''.join(lines)}    model.save({expression})\n")
    module = Project(lambda path: _Target()).module(read_source(str(file)))
    (use,) = [u for u in uses_of(module) if u.operation is Operation.SAVE and u.trace.function is not None]
    return texts_of(use)


def text(folder: Path, expression: str, before: str = "") -> Text:
    (only,) = texts(folder, expression, before)
    return only


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ('"model.keras"', "model.keras"),
        ('"mo" "del"', "model"),
        ("NAME", "model"),
        ('NAME + ".h5"', "model.h5"),
        ('f"{FOLDER}/{NAME}"', "out/model"),
        ('f"{NAME!s}_{3:03d}"', "model_003"),
        ('"%s/%s" % (FOLDER, NAME)', "out/model"),
        ('"{}/{}".format(FOLDER, NAME)', "out/model"),
        ('"{1}/{0}".format(NAME, FOLDER)', "out/model"),
        ('"{folder}/{name}".format(folder=FOLDER, name=NAME)', "out/model"),
        ("os.path.join(FOLDER, NAME)", "out/model"),
        ('join(FOLDER, "/tmp", NAME)', "/tmp/model"),
        ('Path(FOLDER) / NAME', "out/model"),
        ('pathlib.Path(FOLDER, "deep").joinpath(NAME)', "out/deep/model"),
        ('(ROOT / NAME).with_suffix(".keras")', "root/model.keras"),
        ("str(ROOT / NAME)", "root/model"),
        ("(ROOT / NAME).as_posix()", "root/model"),
        ("Settings.name + Settings.suffix", "configured.keras"),
        ('"/".join([FOLDER, NAME])', "out/model"),
        ("name_of(3)", "run_3.keras"),
        ("default", "fallback.keras"),
        ('NAME.upper() + ".KERAS"', "MODEL.KERAS"),
    ],
)
def test_a_path_of_constants_is_known(tmp_path: Path, expression: str, known: str) -> None:
    assert text(tmp_path, expression).known == known


@pytest.mark.parametrize("expression", ["given", "nothing", "given()", "given['path']", "os.environ['MODEL']", "input()"])
def test_a_path_from_elsewhere_is_unknown(tmp_path: Path, expression: str) -> None:
    assert texts(tmp_path, expression) == []


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ('f"{given}/model"', False),
        ('f"{given}/model.keras"', True),
        ('f"{given}.keras"', True),
        ('f"{given}"', None),
        ('f"{folder}/{given}"', None),
        ('f"model_{given}"', None),
        ('f"{given}keras"', None),
        ('f"{given}s"', None),
        ('f"{given}_s"', False),
        ("os.path.join(folder, given)", None),
        ('os.path.join(folder, "model")', False),
        ("Path(folder) / given", None),
        ('Path(folder) / "model"', False),
        ('Path(folder) / "model.keras"', True),
        ('f"{folder}/model_{number}"', False),
        ('f"model_{given:03d}"', False),
        ('"model_%d" % given', False),
        ('"model_" + str(number)', False),
        ('f"v{number}.keras"', True),
        ('given + ".keras"', True),
        ('given + "/"', False),
    ],
)
def test_what_stands_before_a_known_end_does_not_matter(tmp_path: Path, expression: str, fits: bool | None) -> None:
    assert [ends_with(one, (".keras", ".h5")) for one in texts(tmp_path, expression)] == [fits]


def test_an_ending_that_a_hole_may_complete_is_nobodys_guess(tmp_path: Path) -> None:
    assert ends_with(text(tmp_path, 'f"{given}.h5"'), (".weights.h5",)) is None
    assert ends_with(text(tmp_path, 'f"{given}_final.h5"'), (".weights.h5",)) is False


def test_both_arms_of_a_choice_are_texts(tmp_path: Path) -> None:
    found = texts(tmp_path, '"a.keras" if given else "b"')
    assert sorted(one.known or "" for one in found) == ["a.keras", "b"]


def test_a_name_that_is_filled_when_none_is_given_is_its_default(tmp_path: Path) -> None:
    assert text(tmp_path, "nothing", 'if nothing is None:\n    nothing = "model"').known == "model"


def test_a_default_that_the_condition_excludes_is_not_meant(tmp_path: Path) -> None:
    found = texts(tmp_path, "default", 'if default == "fallback.keras":\n    return')
    assert found == []


def test_the_default_of_a_command_line_option_counts(tmp_path: Path) -> None:
    before = (
        'parser = argparse.ArgumentParser()\n'
        'parser.add_argument("-o", "--out-dir", default="made")\n'
        "args = parser.parse_args()"
    )
    assert text(tmp_path, "args.out_dir", before).known == "made"
    assert texts(tmp_path, "args.other", before) == []


@pytest.mark.parametrize(
    ("path", "extension"),
    [("model.tf", ".tf"), ("model", None), ("v1.0", None), ("model_0.25", None), ("runs.d/model", None), (".keras", ".keras")],
)
def test_only_letters_behind_a_dot_are_an_extension(path: str, extension: str | None) -> None:
    assert extension_of(Text(0, (path,))) == extension


def test_a_slash_at_the_end_names_a_directory() -> None:
    assert names_a_directory(Text(0, ("models/",)))
    assert not names_a_directory(Text(0, ("models",)))


def test_messages_show_what_is_known(tmp_path: Path) -> None:
    one = text(tmp_path, 'f"{given}/{folder}{given}/model.tf"')
    assert shown(one) == '"…/…/model.tf"'
    assert with_suffix(one, ".keras") == '"…/…/model.keras"'


# --- against Python -----------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["model", "a.b", "x.keras", "best", ".h5", "v1", "weights", "m.weights.h5", "d/e", "K.KERAS"])
ATOMS = st.one_of(WORDS.map(repr), st.sampled_from(["NAME", "FOLDER", "given", "folder", "str(number)", "Settings.name"]))


def _combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: f"({p[0]} + {p[1]})"),
        pair.map(lambda p: f"os.path.join({p[0]}, {p[1]})"),
        pair.map(lambda p: f"str(Path({p[0]}) / {p[1]})"),
        pair.map(lambda p: f"'%s_%s' % ({p[0]}, {p[1]})"),
        pair.map(lambda p: f"'{{}}-{{}}'.format({p[0]}, {p[1]})"),
        inner.map(lambda e: f"f'{{{e}}}.keras'" if "'" not in e else f"({e}) + '.keras'"),
        inner.map(lambda e: f"str(Path({e}).with_suffix('.keras'))"),
        inner.map(lambda e: f"os.path.splitext({e})[0]"),
        inner.map(lambda e: f"os.path.basename({e})"),
        inner.map(lambda e: f"Path({e}).stem"),
        inner.map(lambda e: f"Path({e}).name"),
        inner.map(lambda e: f"str(Path({e}).parent)"),
    )


EXPRESSIONS = st.recursive(ATOMS, _combine, max_leaves=4)
GIVEN = st.sampled_from(["some", "some.keras", "a/b", "c/d.h5", "w.weights"])


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=EXPRESSIONS, given_text=GIVEN, folder=GIVEN, number=st.integers(0, 300))
def test_what_is_said_of_a_path_is_what_python_makes_of_it(
    tmp_path: Path, expression: str, given_text: str, folder: str, number: int
) -> None:
    class Settings:
        name = "configured"

    names = {
        "os": os, "Path": Path, "pathlib": pathlib, "NAME": "model", "FOLDER": "out", "Settings": Settings,
        "given": given_text, "folder": folder, "number": number,
    }  # fmt: skip
    try:
        real = str(eval(expression, names))
    except ValueError:
        return
    for one in texts(tmp_path, expression):
        assert one.known is None or os.path.normpath(one.known) == os.path.normpath(real)
        for suffix in (".keras", ".h5", ".weights.h5"):
            said = ends_with(one, (suffix,))
            assert said is None or said == real.endswith(suffix), f"{expression}: {shown(one)} and {real}"
