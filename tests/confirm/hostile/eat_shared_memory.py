"""Takes memory that limits of private memory do not count, at most 2 GB, and stays for 3 seconds."""

import mmap
import time


def stage(argument):
    block = mmap.mmap(-1, 2**31)
    for at in range(0, 2**31, 4096):
        block[at] = 1
    time.sleep(3)
