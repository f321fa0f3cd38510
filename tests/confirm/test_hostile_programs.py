"""Programs that misbehave while they are confirmed: nothing outside is touched, and the other verdicts stand.

Every one is bounded, so that a hole in the wall costs nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]

LAYER = '''\
import keras


class Layer{number}(keras.layers.Layer):
    """Forgets its gain, and does something else besides."""

    def __init__(self, gain=1.0, **kwargs):
        super().__init__(**kwargs)
        self.gain = gain
        {body}

    def call(self, inputs):
        return inputs * self.gain

    def get_config(self):
        return super().get_config()
'''

BODIES = {
    "honest": "pass",
    "hangs": "import time; time.sleep(60)",
    "hangs in a loop": "import time; end = time.time() + 60\n        while time.time() < end: pass",
    "storm of forks": "import os, time\n        for _ in range(16):\n            if os.fork() == 0: time.sleep(5); os._exit(0)",
    "ends the process": "import os; os._exit(0)",
    "ends the process with a code": "import os; os._exit(3)",
    "raises SystemExit": "raise SystemExit(0)",
    "raises KeyboardInterrupt": "raise KeyboardInterrupt",
    "deletes the decoys": "import shutil; shutil.rmtree({decoys!r})",
    "writes over a decoy": "open({decoy!r}, 'w').write('gone')",
    "writes below TensorFlow": "import tensorflow as tf; tf.io.write_file({decoy!r}, 'gone')",
    "moves a decoy": "import os; os.rename({decoy!r}, {decoy!r} + '.moved')",
    "writes into the project": "open(__file__, 'a').write('# changed')",
    "reaches the network": "import socket; socket.create_connection(('127.0.0.1', 9), timeout=2)",
    "eats memory": "self.hoard = [bytearray(64 * 1024**2) for _ in range(64)]",
    "prints without end": "import sys\n        for _ in range(2000): sys.stdout.write('x' * 9999); sys.stderr.write('y' * 9999)",
    "recurses": "def down(n): return down(n + 1)\n        down(0)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "patches Keras": "keras.Model.save = lambda self, *args, **kwargs: None; keras.layers.Layer.__call__ = None",
    "signals its parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
    "signals its group": "import os, signal; os.killpg(os.getpgid(os.getppid()), signal.SIGTERM)",
    "starts a program": "import subprocess; subprocess.run(['touch', {decoy!r} + '.touched'])",
    "leaves threads behind": "import threading, time; threading.Thread(target=time.sleep, args=(30,)).start()",
}


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, Any]], bool]:
    """Each program's verdict, and whether project and decoys are as they were."""
    root = tmp_path_factory.mktemp("hostile")
    project, decoys = root / "project", root / "decoys"
    project.mkdir()
    decoys.mkdir()
    (decoys / "decoy.txt").write_text("keep me")
    (project / "kerlint.toml").write_text("[confirm]\nseconds = 6\nmemory = 1024\n")
    for number, body in enumerate(BODIES.values()):
        text = body.format(decoys=str(decoys), decoy=str(decoys / "decoy.txt"))
        (project / f"program_{number:02}.py").write_text(LAYER.format(number=number, body=text))
    (project / "program_99.py").write_text(LAYER.format(number=99, body="pass"))
    before = digest(root)
    options = ["--confirm", "--no-cache", "--select", "KER202", "--output-format", "json", "-q"]
    command = [sys.executable, "-m", "kerlint", *options, "."]
    done = subprocess.run(command, capture_output=True, text=True, cwd=project, timeout=600, env={**os.environ, "SECRET": "x"})
    assert done.returncode == 1, done.stderr
    names = [*BODIES, "honest to the end"]
    findings = sorted(json.loads(done.stdout), key=lambda finding: str(finding["filename"]))
    return {name: finding["verdict"] for name, finding in zip(names, findings, strict=True)}, digest(root) == before


def test_nothing_outside_is_touched(outcome: tuple[dict[str, dict[str, Any]], bool]) -> None:
    assert outcome[1]


@pytest.mark.parametrize("name", ["honest", "honest to the end"])
def test_the_others_have_their_verdict(outcome: tuple[dict[str, dict[str, Any]], bool], name: str) -> None:
    verdict = outcome[0][name]
    assert verdict["kind"] == "confirmed" and "gain was" in verdict["summary"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hangs", "longer than 6 s"),
        ("hangs in a loop", "longer than 6 s"),
        ("storm of forks", "start a process"),
        ("ends the process", "ended itself"),
        ("ends the process with a code", "exit code 3"),
        ("raises SystemExit", "SystemExit"),
        ("raises KeyboardInterrupt", "KeyboardInterrupt"),
        ("deletes the decoys", "outside its folder"),
        ("writes over a decoy", "outside its folder"),
        ("moves a decoy", "outside its folder"),
        ("writes into the project", "outside its folder"),
        ("reaches the network", "network"),
        ("eats memory", "memory"),
        ("recurses", "recursion"),
        ("crashes", "SIGSEGV"),
        ("signals its parent", "signal"),
        ("signals its group", "signal"),
        ("starts a program", "start a process"),
    ],
)
def test_misbehaving_is_told(outcome: tuple[dict[str, dict[str, Any]], bool], name: str, words: str) -> None:
    verdict = outcome[0][name]
    assert verdict["kind"] == "undecided"
    assert words.lower() in verdict["summary"].lower(), verdict["summary"]
