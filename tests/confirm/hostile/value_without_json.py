"""Gives back what JSON cannot hold."""


def stage(argument):
    return {"model": object()}
