"""How long kerlint takes beside other linters, as whole processes on the same trees of files, and how it scales.

`environments` installs each tool by itself, `trees` gives folders to check, `tools` the commands, `measuring` runs one and says
what it took, `running` does so in rounds, `results` keeps the runs, `claims` says what was wanted and what came of it, `page` and
`plot` show it. `scaling` does the same with kerlint alone, on trees and files that grow. Timings are no tests: nothing fails
because a machine is slow; a tool that did not do its work is an error.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results.json")
SCALING_RESULTS = Path(__file__).with_name("scaling.json")
PAGE = ROOT / "docs" / "speed.md"
PLOT = ROOT / "docs" / "speed.svg"
