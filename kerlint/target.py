"""Turns what a project requires of Keras and TensorFlow into the one Keras version that its files are judged by.

The nearest folder that says something decides; of the versions that it admits the newest counts. Knows nothing of
configuration files of kerlint; reading the requirement files is the business of `kerlint.requirements`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import field
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.records import dataclass
from kerlint.version import KERAS_3, NEWEST_2, NEWEST_3, KerasVersion

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from kerlint.requirements import Requirement

_TENSORFLOW_BEFORE_2_6 = {0: 3, 1: 3, 2: 4, 3: 4, 4: 4, 5: 5}
"""The Keras 2 minor inside TensorFlow 2.0 to 2.5; from 2.6 to 2.15 the minors are equal."""

_FIRST_TENSORFLOW_WITH_KERAS_3 = 16
_NEWEST_TENSORFLOW = 30
"""How far TensorFlow's minors are counted when a range is tried; any number from 2.16 means Keras 3."""

_PATCHES = 12
_DISTRIBUTIONS_OF_TENSORFLOW = frozenset({"tensorflow", "tf-nightly", "tensorflow-gpu", "tensorflow-cpu"})


@dataclass(frozen=True, slots=True)
class Target:
    """The Keras version to judge by, and who said so, in words for the user."""

    version: KerasVersion
    said_by: str


NEWEST = Target(KERAS_3, "the newest that kerlint knows; no requirement of the project names Keras or TensorFlow")


@dataclass(slots=True)
class Targets:
    """Finds the target of any folder, reading each requirement file once."""

    known: dict[str, Target] = field(default_factory=dict)
    """Those that were found, by folder."""
    _said: dict[tuple[str, str], tuple[Target | None, bool]] = field(default_factory=dict)
    _repositories: dict[str, str | None] = field(default_factory=dict)

    def of(self, folder: str) -> Target:
        """What the project round an absolute folder requires.

        Climbs to the folder that holds the repository; outside of one, the first folder with a requirement file decides.
        """
        known = self.known.get(folder)
        if known is None:
            known = self.known[folder] = self._found(folder)
        return known

    def _found(self, folder: str) -> Target:
        repository = self._repository(folder)
        child = os.path.basename(folder)
        while True:
            target, speaks = self._said_in(folder, child)
            if target is not None:
                return target
            parent = os.path.dirname(folder)
            if parent == folder or folder == repository or (repository is None and speaks):
                return NEWEST
            folder, child = parent, os.path.basename(folder)

    def _said_in(self, folder: str, child: str) -> tuple[Target | None, bool]:
        """What the requirement files of one folder say, and whether it has any."""
        known = self._said.get((folder, child))
        if known is None:
            known = self._said[folder, child] = _read(folder, child)
        return known

    def _repository(self, folder: str) -> str | None:
        """The folder of the version control that holds this one."""
        if folder not in self._repositories:
            parent = os.path.dirname(folder)
            if any(disk.exists(os.path.join(folder, mark)) for mark in (".git", ".hg")):
                self._repositories[folder] = folder
            else:
                self._repositories[folder] = None if parent == folder else self._repository(parent)
        return self._repositories[folder]


def _read(folder: str, child: str) -> tuple[Target | None, bool]:
    from kerlint.requirements import requirements_beside

    sources = requirements_beside(folder, child)
    for path, requirements in sources:
        version = newest_admitted(requirements)
        if version is not None:
            return Target(version, path), True
    return None, bool(sources)


def newest_admitted(requirements: Iterable[Requirement]) -> KerasVersion | None:
    """The newest Keras that the requirements of one file admit; None when they name neither Keras nor TensorFlow."""
    keras: set[KerasVersion] = set()
    tensorflow: set[KerasVersion] = set()
    tf_keras: set[KerasVersion] = set()
    for requirement in requirements:
        if requirement.name == "keras":
            keras |= _keras_versions(requirement.specifier)
        elif requirement.name in _DISTRIBUTIONS_OF_TENSORFLOW or requirement.name.startswith("tensorflow-macos"):
            tensorflow |= _keras_inside_tensorflow(requirement.specifier)
        elif requirement.name == "tf-keras":
            tf_keras |= _keras_inside_tensorflow(requirement.specifier)
    bundled = tensorflow or tf_keras
    return max(keras & bundled or keras or bundled, default=None)


def _keras_versions(specifier: SpecifierSet) -> set[KerasVersion]:
    """Every known Keras minor of which some release is admitted; the newest for a range beyond all of them."""
    known = [KerasVersion(2, minor) for minor in range(NEWEST_2[1] + 1)]
    known += [KerasVersion(3, minor) for minor in range(NEWEST_3[1] + 1)]
    return {version for version in known if _admits(specifier, version.major, version.minor)} or {KERAS_3}


def _keras_inside_tensorflow(specifier: SpecifierSet) -> set[KerasVersion]:
    """The Keras versions that come with the TensorFlow 2 releases that are admitted."""
    versions: set[KerasVersion] = set()
    for minor in range(_NEWEST_TENSORFLOW):
        if _admits(specifier, 2, minor):
            if minor >= _FIRST_TENSORFLOW_WITH_KERAS_3:
                versions |= {KerasVersion(3, newer) for newer in range(NEWEST_3[1] + 1)}
            else:
                versions.add(KerasVersion(2, _TENSORFLOW_BEFORE_2_6.get(minor, minor)))
    if not versions and any(_admits(specifier, 1, minor) for minor in range(16)):
        versions.add(KerasVersion(2, 2))
    return versions or {KERAS_3}


def _admits(specifier: SpecifierSet, major: int, minor: int) -> bool:
    """Whether some release of this minor fits."""
    if not specifier:
        return True
    return any(specifier.contains(f"{major}.{minor}.{patch}", prereleases=True) for patch in range(_PATCHES)) or any(
        specifier.contains(f"{major}.{minor}.0{suffix}", prereleases=True) for suffix in ("rc0", "rc1", ".post1")
    )
