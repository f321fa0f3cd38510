"""`python -m kerlint` is `kerlint`."""

from kerlint.entry import command

command()
