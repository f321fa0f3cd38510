"""Which file of the project an import means, and under which names imports reach each file.

Keras and TensorFlow are always outside, except for a file that lies in them; so is what a file of a package cannot mean by
an absolute name, though a file of that name lies beside it. Knows nothing of what is in the files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from kerlint.files import FileLayout
from kerlint.semantics.names import is_keras, normal_name

_WELL_KNOWN = frozenset(
    "numpy scipy pandas sklearn matplotlib torch torchvision jax flax PIL cv2 h5py yaml requests tqdm transformers "
    "tensorflow_hub tensorflow_datasets tensorflow_addons tensorflow_probability pytest absl gin networkx".split()
)


class ProjectImports:
    """Resolves imports from the files of one project, and remembers by which names."""

    def __init__(self, layout: FileLayout, asked: Path) -> None:
        self._layout = layout
        top = layout.top_package(asked.parent)
        self._home = top.name if (top / "__init__.py").is_file() else None
        self._tops: dict[Path, Path] = {}
        self._used: dict[Path, dict[str, None]] = {}
        self._relative: dict[tuple[Path, Path, Path], None] = {}

    def file_of(self, importer: Path, name: str, level: int) -> Path | None:
        """The file that a module's name means; None when it is outside the project."""
        if level == 0 and self._is_outside(importer, name):
            return None
        found = self._layout.module_file(importer, name, level)
        if found is None:
            return None
        if level:
            outermost = importer.parents[min(level, len(importer.parents)) - 1]
            self._relative[importer.parent, found.parent, outermost] = None
        else:
            self._claim_absolute(found, name)
        return found

    def submodule(self, package: Path, name: str) -> Path | None:
        """The file of a submodule of the package whose `__init__.py` this is."""
        return self._layout.submodule_file(package, name)

    def _is_outside(self, importer: Path, name: str) -> bool:
        first = name.partition(".")[0]
        if is_keras(normal_name(name)) or first == "tensorflow":
            return first != self._home
        if (first in sys.stdlib_module_names or first in _WELL_KNOWN) and (importer.parent / "__init__.py").is_file():
            found = self._layout.module_file(importer, first, 0)
            return found is not None and self._layout.top_package(importer.parent) in found.parents
        return False

    # --- names --------------------------------------------------------------------------------------------------------

    def _top(self, folder: Path) -> Path:
        """The folder against which the modules of a folder are named."""
        if folder not in self._tops:
            top = self._layout.top_package(folder)
            self._tops[folder] = top.parent if (top / "__init__.py").is_file() else folder
        return self._tops[folder]

    def _claim(self, folder: Path, top: Path) -> None:
        """Names the modules of a folder against a folder further out, when they were not yet."""
        while folder != top and top in folder.parents:
            if top in self._top(folder).parents:
                self._tops[folder] = top
            folder = folder.parent

    def settle(self) -> None:
        """Names both ends of every relative import against one folder, far enough out. To be called before names are asked."""
        before: dict[Path, Path] = {}
        while before != self._tops:
            before = dict(self._tops)
            for folder, target, outermost in self._relative:
                tops = [self._top(folder), self._top(target)]
                if tops[0] not in outermost.parents:
                    tops.append(outermost.parent)
                best = min(tops, key=lambda top: len(top.parts))
                self._claim(folder, best)
                self._claim(target, best)

    def _claim_absolute(self, found: Path, name: str) -> None:
        top = found.parent.parent if found.name == "__init__.py" else found.parent
        parts = name.split(".")
        for _ in parts[1:]:
            top = top.parent
        folder = found.parent
        self._claim(folder, top)
        here = top
        for count, part in enumerate(parts[:-1], 1):
            here = here / part
            self._used.setdefault(self._entry(here), {})[".".join(parts[:count])] = None
        self._used.setdefault(found, {})[name] = None

    def _entry(self, folder: Path) -> Path:
        package = folder / "__init__.py"
        return package if package.is_file() else folder

    def name_of(self, path: Path) -> str:
        """The canonical name of a file, or of a folder that imports go through."""
        is_folder = path.suffix != ".py" and path.is_dir()
        folder = path if is_folder else path.parent
        own = [] if is_folder or path.name == "__init__.py" else [path.stem]
        top = self._top(folder)
        parts = [*folder.relative_to(top).parts, *own] if folder != top else own
        return ".".join(re.sub(r"\W", "_", part) for part in parts) or re.sub(r"\W", "_", folder.name)

    def aliases_of(self, path: Path) -> list[str]:
        """All names by which imports reached a file."""
        return sorted(self._used.get(path, ()))

    def parents_of(self, path: Path) -> Iterator[Path]:
        """The packages and folders around a file that its names go through, outermost first."""
        is_entry = path.name == "__init__.py" or (path.suffix != ".py" and path.is_dir())
        folder = path.parent if path.name == "__init__.py" or not is_entry else path
        top = self._top(folder)
        inner = [f for f in (folder, *folder.parents) if f != top and top in f.parents]
        entries = [self._entry(f) for f in reversed(inner)]
        yield from (entry for entry in entries if entry != path)
