"""Leaves 20 threads behind that would keep the process for a minute, and hooks at its end that would write and wait."""

import atexit
import os
import threading
import time


def stage(argument):
    def at_the_end():
        with open(os.path.join(argument["decoy"], "new.txt"), "w") as file:
            file.write("x")
        time.sleep(60)

    atexit.register(at_the_end)
    threading._register_atexit(at_the_end)
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(60,)).start()
    return threading.active_count()
