"""A virtual environment for each tool, so that none decides which libraries another one gets.

TorchFix pins libcst below 1.6, and kerlint and Fixit are used with the newest: one environment for all would measure what
nobody has. kerlint is installed from the checkout as a user gets it, not in editable mode.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed import ROOT

REQUIREMENTS = {
    "ruff": "ruff>=0.11",
    "flake8": "flake8>=7",
    "pylint": "pylint>=3.3",
    "fixit": "fixit>=2.2",
    "torchfix": "torchfix>=0.7",
}
"""The peers, by the name of their program."""
_SHOWN = ("libcst", "pyflakes")
"""Libraries whose version decides how fast a tool is, beside its own."""


class NotInstalled(Exception):
    """A tool could not be installed; says which and why."""


@dataclass(frozen=True)
class Environment:
    """Where one tool is installed."""

    tool: str
    folder: Path

    @property
    def program(self) -> str:
        """The tool's command."""
        return str(self.folder / ("Scripts" if sys.platform == "win32" else "bin") / self.tool)

    def versions(self) -> dict[str, str]:
        """The version of the tool, and of the libraries that do its work."""
        listed = _pip(self, "list", "--format", "json")
        found = {line["name"].lower(): line["version"] for line in json.loads(listed)}
        libraries = [f"{name} {found[name]}" for name in _SHOWN if name in found]
        return {self.tool: found[self.tool] + (f" (with {', '.join(libraries)})" if libraries else "")}


def environment_of(tool: str, cache: Path) -> Environment:
    """The environment of a tool, made where it is not there yet; kerlint is installed anew each time. Raises NotInstalled."""
    found = Environment(tool, cache / "environments" / f"{tool}-{sys.version_info[0]}.{sys.version_info[1]}")
    complete = found.folder / "complete"  # written last
    if not complete.is_file():
        venv.create(found.folder, clear=True, with_pip=True)
        _pip(found, "install", "-q", REQUIREMENTS.get(tool, str(ROOT)))
        complete.touch()
    elif tool not in REQUIREMENTS:
        _pip(found, "install", "-q", "--no-deps", "--force-reinstall", str(ROOT))
    return found


def _pip(environment: Environment, *words: str) -> str:
    python = str(Path(environment.program).with_name("python"))
    command = [python, "-m", "pip", "--disable-pip-version-check", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"{environment.tool}: pip {' '.join(words)} failed:\n{done.stderr.strip()}")
    return done.stdout
