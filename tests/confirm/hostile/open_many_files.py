"""Opens at most 2000 files at once."""


def stage(argument):
    return len([open("/dev/null") for _ in range(2000)])
