"""Takes from a process the powers of an administrator, if it has them, but for reading and writing what is there to read.

The other walls stand without this; it is for kernels where they do not. Linux only.
"""

from __future__ import annotations

import ctypes
import struct
import sys

_VERSION_3 = 0x20080522
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2  # a root that has not these cannot read packages of other users
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4


def drop() -> None:
    """Gives them up for good."""
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    head = ctypes.create_string_buffer(struct.pack("=Ii", _VERSION_3, 0))
    data = ctypes.create_string_buffer(24)
    if library.capget(head, data) != 0:
        return
    effective, permitted, _, *_ = struct.unpack("=6I", data.raw)
    if not (effective or permitted):
        return
    kept = (1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH) & permitted
    library.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    library.capset(head, ctypes.create_string_buffer(struct.pack("=6I", kept, kept, 0, 0, 0, 0)))
