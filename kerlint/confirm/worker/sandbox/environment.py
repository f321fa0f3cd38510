"""Turns the worker's environment into the little of it that a child may see, with its folder for a home.

What is not on the list is left out, so tokens, keys and proxies need not be known by name.
"""

from __future__ import annotations

import ctypes
import os
import re
import site
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

_KEPT = frozenset(
    "PATH LANG LANGUAGE TZ KERAS_BACKEND LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH PYTHONPATH PYTHONHOME "
    "PYTHONHASHSEED PYTHONUTF8 PYTHONIOENCODING KERLINT_CONFIRM_WALLS KMP_DUPLICATE_LIB_OK GOTO_NUM_THREADS XLA_FLAGS "
    "SYSTEMROOT WINDIR SYSTEMDRIVE COMSPEC PATHEXT NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE".split()
)
_KEPT_BEGINNINGS = (
    "LC_ OMP_ MKL_ OPENBLAS_ NUMEXPR_ VECLIB_ "
    "TF_CPP_ TF_ENABLE_ TF_DISABLE_ TF_DETERMINISTIC_ TF_USE_ TF_NUM_ TF_XLA_ TF_FORCE_ TF_GPU_ TF2_"  # TF_… is Terraform's too
).split()
_SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PROXY|AUTH", re.IGNORECASE)

_HOMES = "HOME USERPROFILE TMPDIR TEMP TMP KERAS_HOME MPLCONFIGDIR XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME"


def child_environment(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """The variables that a child gets, of those that there are."""
    kept = {
        name: value
        for name, value in environment.items()
        if (name.upper() in _KEPT or name.startswith(tuple(_KEPT_BEGINNINGS))) and not _SECRET.search(name)
    }
    kept.update(dict.fromkeys(_HOMES.split(), folder))
    kept.update(CUDA_VISIBLE_DEVICES="-1", MPLBACKEND="Agg", PYTHONDONTWRITEBYTECODE="1")
    kept["PYTHONUSERBASE"] = site.getuserbase()  # packages may be installed below the home that it no longer has
    return kept


def put_on(environment: Mapping[str, str]) -> None:
    """Makes these the variables of this process, and forgets those it was started with."""
    os.environ.clear()
    if sys.platform == "linux":
        _blank_first_environment()
    os.environ.update(environment)


def move_in(folder: str) -> None:
    """Tells modules which remembered a place for files, when the worker imported them, where they live now."""
    tempfile.tempdir = folder
    if "keras.src.utils.data_utils" in sys.modules:  # without it Keras 2 turns to a place outside
        os.makedirs(os.path.join(folder, ".keras"), exist_ok=True)
    configuration: Any = sys.modules.get("keras.src.backend.config")
    if hasattr(configuration, "_KERAS_DIR"):
        configuration._KERAS_DIR = folder


def _blank_first_environment() -> None:
    """Overwrites what /proc/self/environ shows, which leaving the variables out does not change."""
    try:
        with open("/proc/self/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return
    begin, end = int(fields[47]), int(fields[48])
    if 0 < begin < end:
        ctypes.memset(begin, 0, end - begin)
