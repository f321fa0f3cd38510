"""Runs a stage in a fresh interpreter: for what must not find this process's state, and where there is no fork.

The request goes in by a file that is the interpreter's standard input; the report comes back by its standard output, which
`serve_stage` moves out of the way before anything else; what it prints goes to its standard errors. Knows nothing of Keras.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NoReturn

from .children import Child, before_start
from .environment import child_environment
from .inside import live
from .outcome import Limits
from .processes import die_with_parent
from .report import TOKEN_SIZE, Report
from .streams import as_bytes, bytes_pipe

_NEW_PROCESS_GROUP = 0x00000200


def start_spawned(command: Sequence[str], stage: str, argument: Any, folder: str, limits: Limits) -> Child:
    """Begins a stage in a fresh interpreter: `command` starts one that calls `serve_stage`, which knows the stage by name.

    The argument goes as JSON. The time that the interpreter takes to start counts.
    """
    before_start()
    token = os.urandom(TOKEN_SIZE)
    told, tell = bytes_pipe()
    prints, to_print = bytes_pipe()
    request = {
        "token": token.hex(),
        "parent": os.getpid(),
        "stage": stage,
        "argument": argument,
        "folder": os.path.realpath(folder),
        "limits": asdict(limits),
    }
    try:
        with tempfile.TemporaryFile() as file:
            file.write(json.dumps(request).encode("ascii"))
            file.seek(0)
            process = subprocess.Popen(
                command,
                stdin=file,
                stdout=tell,
                stderr=to_print,
                env=child_environment(os.environ, folder),
                start_new_session=sys.platform != "win32",
                creationflags=_NEW_PROCESS_GROUP if sys.platform == "win32" else 0,
            )
    except BaseException:
        os.close(told)
        os.close(prints)
        raise
    finally:
        os.close(tell)
        os.close(to_print)
    return Child(process, Report(token, noise_before=True), (told, prints), folder, limits)


def serve_stage(stages: Mapping[str, Callable[[Any], Any]]) -> NoReturn:
    """The other end of `start_spawned`: reads the request, runs the stage behind the walls, and ends the process.

    To be called before anything starts threads (so before Keras is imported: that is for the stage to do), because on Linux
    threads that run already stay outside the wall round the files.
    """
    with open(0, "rb", closefd=False) as file:
        request = json.load(file)
    report = os.dup(1)
    as_bytes(report)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    if sys.platform != "win32":
        die_with_parent(request["parent"])
    stage = stages[request["stage"]]
    live(stage, request["argument"], request["folder"], Limits(**request["limits"]), report, bytes.fromhex(request["token"]))
