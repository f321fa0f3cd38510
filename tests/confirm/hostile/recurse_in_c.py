"""Has C recurse where Python's limit was taken away: an object whose text is its own text."""

import sys


class Itself:
    def __repr__(self):
        return repr(self)


def stage(argument):
    sys.setrecursionlimit(10**7)
    return repr(Itself())
