"""Reads where there is nothing."""

import ctypes


def stage(argument):
    ctypes.string_at(0)
