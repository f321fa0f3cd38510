"""Ends as a C++ library does that gets no memory."""

import os


def stage(argument):
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n")
    os.abort()
