"""Scans an archive of many projects on a Dask cluster: `python -m kerlint.on_dask ARCHIVE`.

Each project is a task that any worker can run again, so a worker that is lost loses nothing. A task that takes its workers
with it is halved until the file is found that does, and that file is a finding (KER999). Needs `pip install "kerlint[dask]"`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerlint.archives import Task, paths_of, run_task, tasks_of
from kerlint.core import CoreSettings
from kerlint.finding import Finding, Span
from kerlint.linter import in_order
from kerlint.reporters import reporter
from kerlint.reporters.run import Run
from kerlint.rules import all_rules
from kerlint.selection import INTERNAL_ERROR

if TYPE_CHECKING:
    from distributed import Client

_RETRIES = 2
"""How often a task that raises is run again: a disk may be away for a moment."""


def scan(client: Client, tasks: Sequence[Task], settings: CoreSettings) -> tuple[Finding, ...]:
    """What all tasks find, in order: the same on any number of workers, whatever becomes of them while one is left."""
    from distributed import as_completed

    def submit(task: Task) -> Any:
        future = client.submit(run_task, task, settings, pure=False, retries=_RETRIES)
        running[future.key] = task
        return future

    running: dict[str, Task] = {}
    found: list[Finding] = []
    suspects: list[Task] = []
    completed = as_completed([submit(task) for task in tasks])
    for future in completed:
        task = running.pop(future.key)
        error = future.exception()
        if error is None:
            found += future.result()
            continue
        if len(paths_of(task, settings)) > 1:
            for half in task.halves():
                completed.add(submit(half))
        else:
            suspects.append(task)
    for task in suspects:  # alone, because what waits on a worker that is lost is suspected with what ran there
        future = submit(task)
        error = future.exception()
        found += future.result() if error is None else [_lost(path, error) for path in paths_of(task, settings)]
    return in_order(found)


def _lost(path: str, error: BaseException) -> Finding:
    told = " ".join(f"{type(error).__name__}: {error}".split())
    rule = all_rules()[INTERNAL_ERROR]
    message = f"the workers that checked this file were lost ({told}); the other files were checked; please report it"
    return Finding(path, Span(1, 1, 1, 1), rule.code, rule.name, message, rule.severity)


def main(arguments: Sequence[str] | None = None) -> int:
    """Scans, prints the findings as flake8 does, and gives the exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m kerlint.on_dask", description="Scans an archive of many projects on Dask.")
    parser.add_argument("archive", help="a folder, a zip or a tar file of projects, which every worker can read under this name")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a running cluster (default: one on this machine)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes of the cluster on this machine (default: one a core)")
    options = parser.parse_args(arguments)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        print('kerlint: Dask is not installed; pip install "kerlint[dask]"', file=sys.stderr)
        return 2
    try:
        tasks = tasks_of(options.archive)
    except (OSError, ValueError) as error:
        print(f"kerlint: {error}", file=sys.stderr)
        return 2
    if options.scheduler:
        with Client(options.scheduler) as client:
            found = scan(client, tasks, CoreSettings())
    else:
        local = LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None)
        with local as cluster, Client(cluster) as client:
            found = scan(client, tasks, CoreSettings())
    sys.stdout.write(reporter("flake8")(Run(found)))
    if any(finding.code == INTERNAL_ERROR for finding in found):
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
