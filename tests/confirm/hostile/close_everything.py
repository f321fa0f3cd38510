"""Closes every descriptor, then gives a value that has no way back."""

import os


def stage(argument):
    os.closerange(0, 4096)
    return "unheard"
