"""Calls itself without end."""


def stage(argument):
    return stage(argument)
