"""Deletes a folder that is not its own, with all that is in it."""

import shutil


def stage(argument):
    shutil.rmtree(argument["decoy"])
