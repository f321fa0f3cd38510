"""How long kerlint takes beside other linters, as whole processes on the same trees of files.

`trees` gives folders to check, `tools` the commands, `measuring` runs one and says what it took, `page` and `plot` show it.
Timings are no tests: nothing fails because a machine is slow.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".ecosystem"
RESULTS = Path(__file__).with_name("results.json")
PAGE = ROOT / "docs" / "speed.md"
PLOT = ROOT / "docs" / "speed.svg"
