"""Gives back 32 MB."""


def stage(argument):
    return "x" * 2**25
