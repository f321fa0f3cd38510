"""The Keras versions that are measured, and where each is installed.

Turns a version into the Python and the import path that run it. Every 3.x minor stands here once, with its last
patch.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

KERAS_VERSIONS = (
    "2.15.0", "3.0.5", "3.1.1", "3.2.1", "3.3.3", "3.4.1", "3.5.0", "3.6.0", "3.7.0", "3.8.0", "3.9.2", "3.10.0",
    "3.11.3", "3.12.4", "3.13.2", "3.14.1", "3.15.1",
)  # fmt: skip

WHOLE = ("2.15.0", "3.0.5", "3.15.1")
"""The versions that every case is put to. The others get the cases whose outcome varies between these."""

TABLES = (
    "paths", "containers", "arguments", "config_values", "contract", "serializables", "hdf5", "adapt", "reuse", "building",
    "registration", "applications",
)  # fmt: skip
"""The tables of outcomes; each is a module `outcome_<table>`."""

REQUIREMENTS = {
    "tensorflow-2.15": ("keras==2.15.0", "tensorflow-cpu==2.15.*", "numpy<2"),
    "tensorflow-2.18": ("keras==3.8.0", "tensorflow-cpu==2.18.*", "numpy<2", "dm-tree"),
    "tensorflow-new": ("keras==3.15.1", "tensorflow-cpu==2.21.*"),
}

EXTENSIONS = {
    "keras_hub": "keras-hub==0.32.0",
    "keras_nlp": "keras-nlp==0.32.0",
    "keras_cv": "keras-cv==0.9.0",
    "keras_tuner": "keras-tuner==1.4.8",
    "keras_rs": "keras-rs==0.4.0",
    "tensorflow_addons": "tensorflow-addons==0.23.0",
    "official": "tf-models-official==2.20.0",
}
"""Extensions of Keras whose classes are read: the package and what pip installs it by."""


@dataclass(frozen=True)
class Environment:
    """A Python with TensorFlow, and what comes before its own packages."""

    python: Path
    python_path: tuple[str, ...]


def minor(version: str) -> str:
    """`3.15` of `3.15.1`."""
    return ".".join(version.split(".")[:2])


def tensorflow_of(version: str) -> str:
    """The environment whose TensorFlow fits a Keras."""
    if version.startswith("2."):
        return "tensorflow-2.15"
    return "tensorflow-2.18" if int(version.split(".")[1]) < 14 else "tensorflow-new"


def environment_of(environments: Path, version: str) -> Environment:
    """Where a Keras version runs."""
    python = environments / tensorflow_of(version) / "bin" / "python"
    if version.startswith("2."):
        return Environment(python, ())
    return Environment(python, (str(environments / f"keras-{version}"),))


def extension_folders(environments: Path) -> dict[str, Path]:
    """Where the sources of each extension are."""
    return {package: environments / requirement.replace("==", "-") / package for package, requirement in EXTENSIONS.items()}


def set_up(environments: Path, versions: list[str]) -> None:
    """Makes the environments and Keras folders that are not there yet."""
    environments.mkdir(parents=True, exist_ok=True)
    for version in versions:
        name = tensorflow_of(version)
        if not (environments / name).exists():
            subprocess.run([sys.executable, "-m", "venv", str(environments / name)], check=True)
            _pip(environments, name, *REQUIREMENTS[name])
        folder = environments / f"keras-{version}"
        if not version.startswith("2.") and not folder.exists():
            _pip(environments, name, "--target", str(folder), "--no-deps", f"keras=={version}")
    for package, folder in extension_folders(environments).items():
        if not folder.exists():
            _pip(environments, tensorflow_of(versions[-1]), "--target", str(folder.parent), "--no-deps", EXTENSIONS[package])


def _pip(environments: Path, name: str, *arguments: str) -> None:
    python = environments / name / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *arguments], check=True)
