"""Starts the worker in the interpreter that has Keras, sends it requests, and reads its verdicts.

The worker speaks JSON, one line each way a request. When it dies it is started again, and the request that it was at
stays undecided. Knows nothing of what a probe does.
"""

from __future__ import annotations

import json
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kerlint.confirm.options import ConfirmOptions
from kerlint.confirm.requests import Request
from kerlint.finding import Verdict, VerdictKind

_BOOTSTRAP = Path(__file__).with_name("worker") / "bootstrap.py"
_QUIET_AND_STEADY = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
}
"""Numbers are the same in every run on the processor; macOS lets a process fork that has imported much."""

_START_SECONDS = 300.0
_BETWEEN_TELLING = 0.2
_RESTARTS = 3


def _to_nobody(done: int) -> None:
    """Tells nothing."""


class NoKeras(Exception):
    """The interpreter cannot run probes; the text is one line for the user."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the worker runs in."""

    keras: str
    backend: str
    python: str

    def as_evidence(self) -> dict[str, object]:
        """The versions, as a verdict carries them."""
        return {"keras": self.keras, "backend": self.backend, "python": self.python}


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and what is needed to write it down as a script."""

    verdict: Verdict
    witness: Mapping[str, object] = field(default_factory=dict, hash=False)


class Client:
    """A worker, and how to ask it. Use as a context: it ends the worker."""

    def __init__(self, options: ConfirmOptions) -> None:
        self.options = options
        self.python = options.python or sys.executable
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._folder = tempfile.TemporaryDirectory(prefix="kerlint-")
        self.environment: Environment | None = None
        self._tell: Callable[[], None] = lambda: None
        try:
            self.keras = self._start()
            """The version of Keras that is installed there, known before its import is over."""
        except NoKeras:
            self._folder.cleanup()
            raise

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._folder.cleanup()

    def ask(self, requests: Sequence[Request], tell: Callable[[int], None] = _to_nobody) -> list[Answer]:
        """An answer to each request, in their order. Raises NoKeras where Keras turns out not to be importable.

        While it waits it tells again and again how many answers there are.
        """
        verdicts: dict[int, Answer] = {}
        self._tell = lambda: tell(len(verdicts))
        for _ in range(_RESTARTS):
            if self._process is None:
                self._start()
            self._await_import()
            waiting = [number for number in range(len(requests)) if number not in verdicts]
            if not waiting:
                break
            for number, answer in self._ask([(number, requests[number]) for number in waiting]):
                verdicts[number] = answer
        lost = Answer(Verdict(VerdictKind.UNDECIDED, "the worker ended"))
        return [verdicts.get(number, lost) for number in range(len(requests))]

    def _ask(self, requests: Sequence[tuple[int, Request]]) -> Iterator[tuple[int, Answer]]:
        begun: list[int] = []
        for number, request in requests:
            self._send({"id": number, "last": number == requests[-1][0], **request.as_data()})
        for _ in range(2 * len(requests)):
            answer = self._receive(self.options.seconds * 4 + 30)
            if answer is None:
                self._stop()
                ended = Answer(Verdict(VerdictKind.UNDECIDED, "it ended the worker that ran it"))
                yield from ((number, ended) for number in begun)
                return
            number = int(str(answer["id"]))
            if answer.get("begun"):
                begun.append(number)
                continue
            begun.remove(number)
            witness = answer.get("witness")
            yield number, Answer(self._verdict(answer), witness if isinstance(witness, dict) else {})

    def _verdict(self, answer: Mapping[str, object]) -> Verdict:
        evidence, used = answer.get("evidence"), answer.get("used")
        return Verdict(
            VerdictKind(str(answer["verdict"])),
            str(answer["summary"]),
            {**_finite(evidence), **(self.environment.as_evidence() if self.environment else {})},
            used if isinstance(used, dict) else {},
            float(str(answer.get("seconds", 0.0))),
        )

    def _start(self) -> str:
        command = [self.python, str(_BOOTSTRAP)]
        environment = {
            **os.environ,
            "KERLINT_SECONDS": str(self.options.seconds),
            "KERLINT_MEMORY": str(self.options.memory),
            "KERLINT_JOBS": str(self.options.jobs),
            **_QUIET_AND_STEADY,
        }
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
                cwd=self._folder.name, env=environment,
            )  # fmt: skip
        except OSError as error:
            raise NoKeras(f"cannot run {self.python}: {(error.strerror or str(error)).lower()}") from error
        self._lines = queue.Queue()
        threading.Thread(target=_read, args=(self._process, self._lines), daemon=True).start()
        self.environment = None
        greeting = self._greeted()
        if "backend" in greeting:
            self._imported(greeting)
        return str(greeting["keras"])

    def _await_import(self) -> None:
        if self.environment is None:
            self._imported(self._greeted())

    def _imported(self, greeting: Mapping[str, object]) -> None:
        self.environment = Environment(*(str(greeting[name]) for name in ("keras", "backend", "python")))

    def _greeted(self) -> dict[str, object]:
        """The next greeting. Raises NoKeras."""
        greeting = self._receive(_START_SECONDS)
        if greeting is None or "error" in greeting:
            self._stop()
            raise NoKeras(_advice(self.python, str(greeting["error"]) if greeting else "the interpreter ended at once"))
        return greeting

    def _send(self, message: Mapping[str, object]) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except OSError:
            pass  # the worker is gone, and reading its answer will say so

    def _receive(self, seconds: float) -> dict[str, object] | None:
        """The next message; None when the worker is gone or silent for too long."""
        line = None
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._tell()
            with suppress(queue.Empty):
                line = self._lines.get(timeout=min(left, _BETWEEN_TELLING))
                break
        message = json.loads(line) if line else None
        return message if isinstance(message, dict) else None

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            self._process = None


def _finite(evidence: object) -> dict[str, object]:
    """Evidence as JSON can hold it: numbers that are none, or infinite, are told as text."""

    def told(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): told(item) for key, item in value.items()}
        if isinstance(value, list):
            return [told(item) for item in value]
        return str(value) if isinstance(value, float) and not math.isfinite(value) else value

    return {str(key): told(item) for key, item in evidence.items()} if isinstance(evidence, dict) else {}


def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:
        pass  # closed while it was read
    lines.put(None)


def _advice(python: str, reason: str) -> str:
    if "keras" not in reason and "tensorflow" not in reason:
        return f"--confirm cannot use {python}: {reason}"
    return (
        f"--confirm needs Keras, and {python} cannot import it ({reason}); install it there with "
        "`pip install 'kerlint[confirm]'`, or name an interpreter that has it with --python"
    )
