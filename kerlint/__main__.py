"""`python -m kerlint` is `kerlint`."""

from kerlint.cli import command

command()
