"""Starts workers by `multiprocessing`, in every way that it has."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def stage(argument):
    ways = [
        lambda kind=kind: multiprocessing.get_context(kind).Process(target=print).start()
        for kind in multiprocessing.get_all_start_methods()
    ]
    ways += [
        lambda kind=kind: multiprocessing.get_context(kind).Pool(2).map(abs, [1])
        for kind in multiprocessing.get_all_start_methods()
    ]
    ways.append(lambda: ProcessPoolExecutor(2).submit(abs, 1).result())
    ways.append(lambda: multiprocessing.Manager())
    return [attempt(way) for way in ways]


def attempt(way):
    try:
        way()
    except OSError as error:
        return type(error).__name__
    return "done"
