"""Where objects keep their layers and variables, and when these come into being.

Turns the values that the machine stored into what Keras will track, build and save. Knows nothing of reports.
"""
