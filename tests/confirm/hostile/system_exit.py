"""Raises SystemExit, as a script does at its end."""

import sys


def stage(argument):
    sys.exit("usage: train.py DATA")
