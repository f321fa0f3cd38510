"""What a walled-in program gets when it reaches over the wall."""

from __future__ import annotations


class Refused(PermissionError):
    """The program tried what a probe may not do; the text says what, to complete "the probe …"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return self.what
