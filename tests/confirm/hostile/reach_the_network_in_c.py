"""Connects to a server on this machine behind Python's back."""

import ctypes
import socket
import struct


def stage(argument):
    library = ctypes.CDLL(None)
    made = library.socket(2, 1, 0)
    address = struct.pack("=H", 2) + struct.pack(">H", argument["port"]) + socket.inet_aton("127.0.0.1") + bytes(8)
    return [made >= 0, library.connect(made, address, 16) == 0]
