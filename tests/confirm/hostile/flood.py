"""Prints 64 MB, by Python and by descriptor, on both streams, then a last word."""

import os
import sys


def stage(argument):
    for _ in range(16):
        print("x" * 2**20)
        os.write(1, b"y" * 2**20)
        sys.stderr.write("z" * 2**20)
        os.write(2, b"\xff\x00" * 2**19)
    print("the last word")
    return "printed"
