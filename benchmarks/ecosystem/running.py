"""Turns an unpacked package into sightings, by running kerlint over it in a process of its own.

The process starts in kerlint's own folder and not in the package's: Python would import the package's modules first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.ecosystem import ROOT
from benchmarks.ecosystem.baseline import Sighting, shortened
from benchmarks.ecosystem.packages import Package
from kerlint.selection import INTERNAL_ERROR

LONGEST_RUN = 900.0
"""Seconds after which a run counts as hung; the largest package takes about a fifth of it."""


class KerlintFailed(Exception):
    """kerlint did not come to an end, or not to a good one."""


def sightings_in(package: Package, folder: Path) -> tuple[Sighting, ...]:
    """Everything that kerlint says of the package, whatever is off by default. Raises KerlintFailed."""
    options = ["--isolated", "--select", "ALL", "--preview", "--target-keras", str(package.keras), "--no-respect-gitignore"]
    command = [sys.executable, "-m", "kerlint", "--no-cache", *options, "--output-format", "json", os.path.abspath(folder)]
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=LONGEST_RUN, check=False)
    except subprocess.TimeoutExpired as error:
        raise KerlintFailed(f"{package.title}: not done after {LONGEST_RUN:.0f} s") from error
    try:
        found = [sighting(package, folder, finding) for finding in json.loads(ran.stdout)]
    except json.JSONDecodeError as error:
        raise KerlintFailed(f"{package.title}: exit code {ran.returncode}: {ran.stderr.strip()[-500:]}") from error
    if errors := [f"{one.path}:{one.line}: {one.message}" for one in found if one.code == INTERNAL_ERROR]:
        raise KerlintFailed(f"{package.title}: {len(errors)} errors in kerlint itself; first {errors[0]}")
    if ran.returncode not in (0, 1):
        raise KerlintFailed(f"{package.title}: exit code {ran.returncode}: {ran.stderr.strip()[-500:]}")
    return tuple(found)


def sighting(package: Package, folder: Path, finding: Mapping[str, Any]) -> Sighting:
    """A finding of kerlint's JSON, its path relative to the package and its cell counted from 0."""
    return Sighting(
        package.name,
        package.version,
        Path(finding["filename"]).relative_to(os.path.abspath(folder)).as_posix(),
        None if finding["cell"] is None else finding["cell"] - 1,
        finding["location"]["row"],
        finding["location"]["column"],
        finding["code"],
        shortened(finding["message"]),
        finding["severity"] == "info",
    )
