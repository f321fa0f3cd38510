"""Writes files of 4 MB, at most 64 MB in all, and stays for 3 seconds."""

import time


def stage(argument):
    for number in range(16):
        with open(f"part{number}", "wb") as file:
            file.write(bytes(2**22))
    time.sleep(3)
