"""A save or load is repeated as the program makes it: what is asked of the worker, and what it sees."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerlint.confirm.requests import CallSubject, Request

from .conftest import Ask

needs_keras = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]

HEAD = (
    "import os\nimport keras\nfrom pathlib import Path\n\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
)


def call_of(request: Request) -> CallSubject:
    assert isinstance(request.subject, CallSubject)
    return request.subject


def test_the_call_is_described_with_its_known_arguments(asked: Ask) -> None:
    request = asked(HEAD + "model.save('out/model', overwrite=True)\n", "KER301")
    assert call_of(request) == CallSubject("model.save", "out/model", (("overwrite", "True"),))
    assert request.facts["model"] == "sequential" and request.facts["predicts"] == "raises"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("def keep(folder):\n    model.save(os.path.join(folder, 'final'))\n", "part/final"),
        ("def keep(run: int):\n    model.save(f'model-{run:03d}')\n", "model-007"),
        ("def keep(loss):\n    model.save('model-%.2f' % loss)\n", "model-7.000000"),
        ("def keep(folder):\n    model.save(Path(folder) / 'final')\n", "part/final"),
    ],
)
def test_what_is_not_known_of_a_path_becomes_a_word_or_a_number(asked: Ask, text: str, path: str) -> None:
    assert call_of(asked(HEAD + text, "KER301")).path == path


def test_a_checkpoint_keeps_its_placeholders_and_what_the_stand_in_logs(asked: Ask) -> None:
    text = "keras.callbacks.ModelCheckpoint('m-{epoch:02d}-{val_dice:.2f}', 'val_dice', 0, True)\n"
    subject = call_of(asked(HEAD + text, "KER303"))
    assert subject.path == "m-{epoch:02d}-{val_loss:.2f}"
    assert subject.keywords == (("monitor", "'val_loss'"), ("verbose", "0"), ("save_best_only", "True"))


def test_both_values_of_save_weights_only_are_tried_where_it_is_not_known(asked: Ask) -> None:
    request = asked(HEAD + "def f(only):\n    keras.callbacks.ModelCheckpoint('m', save_weights_only=only)\n", "KER303")
    assert request.facts["save_weights_only"] == ("False", "True")


def test_a_load_comes_with_what_the_program_writes(asked: Ask) -> None:
    request = asked(HEAD + "model.save('m.keras')\n\ndef f():\n    return keras.models.load_model('m.h5')\n", "KER305")
    assert request.others == (CallSubject("model.save", "m.keras"),)


def test_the_keyword_is_the_one_that_the_finding_stands_at(asked: Ask) -> None:
    request = asked(HEAD + "model.save_weights('m.weights.h5', overwrite=True, save_format='h5')\n", "KER307")
    assert request.facts["keyword"] == "save_format"


# --- with Keras ---------------------------------------------------------------------------------------------------------


class TestWithKeras:
    pytestmark = needs_keras

    @pytest.mark.parametrize(
        ("path", "inside"),
        [
            ("/data/model", "data/model"),
            ("~/models/m.h5", "models/m.h5"),
            ("../up/m", "up/up/m"),
            ("gs://bucket/m.keras", "bucket/m.keras"),
            ("C:\\models\\m", "models/m"),
            ("./m", "./m"),
            ("models/", "models/"),
        ],
    )
    def test_a_path_is_moved_into_the_folder(self, path: str, inside: str) -> None:
        from kerlint.confirm.worker.probes.paths import rerooted

        assert rerooted(path) == inside

    def test_verdicts(self, tmp_path: Path) -> None:
        (tmp_path / "program.py").write_text(
            HEAD
            + "model.save('/data/model')\n"
            + "model.save_weights('m.h5')\n"
            + "keras.callbacks.ModelCheckpoint('m.tf')\n"
            + "keras.models.load_model('saved/model')\n"
            + "model.save('old.h5')\n"
            + "model.save('m.keras', save_traces=False, signatures=None)\n"
        )
        found = verdicts(tmp_path / "program.py")
        assert [kind for _, kind, _ in found] == ["confirmed"] * len(found)
        summaries = " ".join(summary for *_, summary in found)
        for words in (
            "Invalid filepath extension",
            "HDF5 file",
            "['save_traces']",
            "['signatures']",
            "File format not supported",
        ):
            assert words in summaries

    def test_what_is_judged_for_another_keras_is_refuted_where_it_works(self, tmp_path: Path) -> None:
        (tmp_path / "program.py").write_text(HEAD + "keras.callbacks.ModelCheckpoint('m.h5')\n")
        ((_, kind, summary),) = verdicts(tmp_path / "program.py", "--target-keras", "3.5", select="KER303")
        assert (kind, summary) == ("refuted", "it writes an HDF5 file, which loads again")


def verdicts(path: Path, *more: str, select: str = "KER301,KER302,KER303,KER304,KER306,KER307") -> list[tuple[str, str, str]]:
    command = [sys.executable, "-m", "kerlint", "--confirm", "--isolated", "--output-format", "json", "-q", "--select", select]
    done = subprocess.run([*command, *more, str(path)], capture_output=True, text=True, encoding="utf-8")
    findings: list[dict[str, Any]] = json.loads(done.stdout)
    return [(one["code"], one["verdict"]["kind"], one["verdict"]["summary"]) for one in findings]
