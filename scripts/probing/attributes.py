"""Prints the public attributes that an object of each of Keras's bases has: names that a class must not use for something else.

Run inside the Keras to describe: `python -m probing.attributes OUTPUT_FILE`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from probing.configs import BASES, completed, required_arguments


def attributes() -> dict[str, list[str]]:
    """For each kind of object: the names in `dir` of one of a direct subclass without anything of its own."""
    return {kind: _of(base()) for kind, base in BASES.items()}


def _of(base: type) -> list[str]:
    made = completed(type("Plain", (base,), {}))(**required_arguments(base))
    return sorted(name for name in dir(made) if not name.startswith("_"))


def main() -> None:
    Path(sys.argv[1]).write_text(json.dumps(attributes()), encoding="utf-8")


if __name__ == "__main__":
    main()
