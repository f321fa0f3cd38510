"""Lets `import tf_keras` give the installed Keras 2 where tf_keras itself is missing: it is the same code under another name."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Any

_NAME, _SAME = "tf_keras", "keras"


class _SameModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `tf_keras` and what lies in it as the modules of Keras, so that their classes are the same."""

    def __init__(self) -> None:
        self._specs: dict[str, Any] = {}

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """A module of that name, when Keras has one; those of a user's own come first."""
        if name != _NAME and not name.startswith(f"{_NAME}."):
            return None
        try:
            found = importlib.import_module(_SAME + name[len(_NAME) :])
        except ImportError:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=hasattr(found, "__path__"))

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module of Keras."""
        module = importlib.import_module(_SAME + spec.name[len(_NAME) :])
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run again; the import system's mark of the other name is taken back."""
        spec = module.__spec__
        if spec is not None and spec.name in self._specs:
            module.__spec__ = self._specs.pop(spec.name)


def stand_in_for_tf_keras() -> None:
    """Where Keras 2 is installed and tf_keras is not."""
    import keras

    if keras.__version__.startswith("2.") and importlib.util.find_spec(_NAME) is None:
        sys.meta_path.insert(0, _SameModules())  # before the files of Keras are found as those of another package
