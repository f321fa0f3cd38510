"""Takes memory, at most 2 GB."""


def stage(argument):
    return len([bytearray(b"x" * 2**24) for _ in range(128)])
