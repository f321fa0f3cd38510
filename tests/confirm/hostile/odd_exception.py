"""Raises an exception that is no Exception and cannot be told."""


class Odd(BaseException):
    def __str__(self):
        raise RuntimeError("no text")


def stage(argument):
    raise Odd
