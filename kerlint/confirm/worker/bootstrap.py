"""Starts the worker, or with `--stage` one stage of a probe, as a package of its own in an interpreter without kerlint."""

import importlib.util
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAME = "kerlint_worker"

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its modules would hide others of their names
    spec = importlib.util.spec_from_file_location(NAME, os.path.join(FOLDER, "__init__.py"), submodule_search_locations=[FOLDER])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
    main = importlib.import_module(f"{NAME}.main")
    main.main_of_stage() if "--stage" in sys.argv else main.main()
