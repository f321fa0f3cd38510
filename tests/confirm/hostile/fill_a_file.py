"""Writes a file of at most 64 MB."""


def stage(argument):
    with open("large", "wb") as file:
        for _ in range(64):
            file.write(bytes(2**20))
