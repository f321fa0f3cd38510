"""Follows a program without running it: what its layers are, where they are called, stored, saved and loaded.

`Machine` executes facts on abstract values; the modules of this package give it its statements, expressions, calls and the
few functions of Python's library that paths and containers are made with.
"""
