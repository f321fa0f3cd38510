"""The worker: imports Keras once, then answers requests, each by a probe whose stages run in children.

Speaks JSON, a line each way: at once the version that is installed, all versions after the import, then for each request
`{"id", "begun"}` and the verdict. Several probes run at once; each has an empty folder of its own, removed afterwards. User
code never runs in this process.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Callable

from .memory import Memory, key_of
from .sandbox.children import Child, Limits, StageOutcome, collect, start_forked, wait_any
from .sandbox.spawned import serve_stage, start_spawned

_IMPORT_SECONDS = 120.0
"""What a fresh interpreter is given to import Keras."""

Steps = Generator["tuple[str, dict[str, Any]]", StageOutcome, "dict[str, Any]"]


class Running:
    """A probe on its way: its steps, its folder, and the child that it waits for."""

    def __init__(self, number: int, steps: Steps, limits: Limits, subject: str | None) -> None:
        self.number, self.steps, self.limits, self.subject = number, steps, limits, subject
        self.folder = tempfile.mkdtemp(prefix="kerlint-probe-")
        self.started = time.monotonic()
        self.child: Child | None = None
        self.left_out: dict[str, str] = {}

    def advance(
        self, stages: Mapping[str, Callable[[Any], Any]], memory: Memory, outcome: StageOutcome | None
    ) -> dict[str, Any] | None:
        """Starts the next stage, with what is known of the subject; the verdict when there is none."""
        if outcome is not None:
            outcome = replace(outcome, value=self._without_left_out(memory.taken_from(outcome.value, self.subject)))
        try:
            name, argument = next(self.steps) if outcome is None else self.steps.send(outcome)
        except StopIteration as stopped:
            return {**self._told(stopped.value), "id": self.number, "seconds": round(time.monotonic() - self.started, 3)}
        self.child = _start(stages, name, memory.told_to(argument, self.subject), self.folder, self.limits)
        return None

    def _without_left_out(self, value: Any) -> Any:
        """A stage's value without what its slice lacked, which is kept."""
        if not isinstance(value, dict) or "left_out" not in value:
            return value
        self.left_out.update(value["left_out"])
        return {name: inner for name, inner in value.items() if name != "left_out"}

    def _told(self, verdict: Mapping[str, Any]) -> dict[str, Any]:
        """The verdict; a script is told of what the slice lacked."""
        witness = verdict.get("witness")
        return {**verdict, "witness": {**witness, "left_out": self.left_out}} if witness else dict(verdict)

    def end(self) -> None:
        """Leaves nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _start(stages: Mapping[str, Callable[[Any], Any]], name: str, argument: Any, folder: str, limits: Limits) -> Child:
    """Begins a stage: in a fork, which has Keras already, or where there is none in a fresh interpreter."""
    if hasattr(os, "fork") and os.environ.get("KERLINT_START") != "spawn":
        return start_forked(stages[name], argument, folder, limits)
    command = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap.py"), "--stage"]
    return start_spawned(command, name, argument, folder, replace(limits, seconds=limits.seconds + _IMPORT_SECONDS))


class _Stages(dict[str, Callable[[Any], Any]]):
    """The stages for a process that has not imported Keras: that is left to the stage, which runs behind the walls."""

    def __missing__(self, name: str) -> Callable[[Any], Any]:
        def run(argument: Any) -> Any:
            from . import stages

            return stages.stages()[name](argument)

        return run


def main_of_stage() -> None:
    """Runs the one stage that standard input asks for."""
    serve_stage(_Stages())


def main() -> None:
    """Serves until standard input ends."""
    requests, say = _claim_streams()
    with suppress(PackageNotFoundError):  # perhaps it is there without its papers: importing tells
        say({"keras": version("keras")})
    try:
        greeting = _greeting()
    except Exception as error:
        say({"error": f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"})
        return
    say(greeting)
    _serve(requests, say)


def _claim_streams() -> tuple[Iterator[str], Callable[[Mapping[str, Any]], None]]:
    """The protocol's streams, out of reach of whatever prints."""
    incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    sys.stdin = os.fdopen(os.dup(null))
    sys.stdout = os.fdopen(os.dup(null), "w")
    out = os.fdopen(outgoing, "w", encoding="utf-8")

    def say(message: Mapping[str, Any]) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    return iter(os.fdopen(incoming, encoding="utf-8")), say


def _greeting() -> dict[str, Any]:
    import keras
    import numpy  # noqa: F401  (so that no child pays for it)

    from . import stages

    stages.stages()
    backend = keras.backend.backend()
    versions = f"{backend} {__import__('jax' if backend == 'jax' else backend).__version__}"
    return {"keras": keras.__version__, "backend": versions, "python": platform.python_version()}


def _serve(requests: Iterator[str], say: Callable[[Mapping[str, Any]], None]) -> None:
    from . import probes, stages

    known_stages, known_probes = stages.stages(), probes.load_all()
    limits = Limits(
        seconds=float(os.environ.get("KERLINT_SECONDS", "90")), memory=int(os.environ.get("KERLINT_MEMORY", "4096")) * 1024**2
    )
    at_once = int(os.environ.get("KERLINT_JOBS", "2"))
    running: list[Running] = []
    memory = Memory()
    for batch in _batches(requests):
        waiting = [(request, key_of(request)) for request in batch]
        while waiting or running:
            place = _next_to_begin(waiting, running) if len(running) < at_once else None
            if place is None:
                _step(running, known_stages, memory, say)
                continue
            request, subject = waiting.pop(place)
            say({"id": request["id"], "begun": True})
            probe = known_probes.get(request["probe"])
            if probe is None:
                say({"id": request["id"], "verdict": "undecided", "summary": "no probe for this rule", "seconds": 0.0})
                continue
            job = Running(request["id"], probe(request), limits, subject)
            running.append(job)
            _move(job, None, running, known_stages, memory, say)


def _batches(requests: Iterator[str]) -> Iterator[list[dict[str, Any]]]:
    """The requests up to each one that is marked as the last."""
    batch: list[dict[str, Any]] = []
    for line in requests:
        batch.append(json.loads(line))
        if batch[-1].get("last"):
            yield batch
            batch = []
    if batch:
        yield batch


def _next_to_begin(waiting: list[tuple[dict[str, Any], str | None]], running: list[Running]) -> int | None:
    """The first request whose subject is not being looked at: what is learnt of it helps the later ones."""
    busy = {job.subject for job in running if job.subject is not None}
    return next((place for place, (_, subject) in enumerate(waiting) if subject not in busy), None)


def _step(running: list[Running], stages: Mapping[str, Any], memory: Memory, say: Callable[[Mapping[str, Any]], None]) -> None:
    """Waits for a child to end and goes on with its probe."""
    ended = wait_any([job.child for job in running if job.child is not None])
    for job in list(running):
        if job.child is not None and job.child is ended:
            job.child = None
            _move(job, collect(ended), running, stages, memory, say)


def _move(
    job: Running, outcome: StageOutcome | None, running: list[Running], stages: Mapping[str, Any], memory: Memory,
    say: Callable[[Mapping[str, Any]], None],
) -> None:  # fmt: skip
    try:
        verdict = job.advance(stages, memory, outcome)
    except Exception as error:  # a probe of ours that fails is no reason to leave the others without a verdict
        text = f"internal error in the probe ({type(error).__name__}: {error})"
        verdict = {"id": job.number, "verdict": "undecided", "summary": text, "seconds": 0.0}
    if verdict is not None:
        say(verdict)
        running.remove(job)
        job.end()
