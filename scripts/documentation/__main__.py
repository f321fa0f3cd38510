"""`python -m scripts.documentation` writes what is generated and kept: schemas, and tables between marks; `--check` only asks."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.documentation.probes import probes_table
from scripts.documentation.regions import filled
from scripts.documentation.schemas import ROOT, schema_files
from scripts.documentation.settings import keys_table, settings_page
from scripts.documentation.transcripts import retold
from scripts.write_versions_page import versions_page

TOLD = ("index.md", "first-run.md", "migration.md", "fixing.md")
"""Pages that are written by hand, but for what the commands on them print."""


def kept_files() -> dict[Path, str]:
    """Each file that is generated, wholly or in part, and kept in the repository, as it should be."""
    configuration, confirming = ROOT / "docs" / "configuration.md", ROOT / "docs" / "confirming.md"
    return {
        **schema_files(),
        ROOT / "docs" / "versions.md": versions_page(),
        ROOT / "docs" / "settings.md": settings_page(),
        configuration: filled(configuration.read_text(encoding="utf-8"), "keys", keys_table()),
        confirming: filled(confirming.read_text(encoding="utf-8"), "probes", probes_table()),
        **{ROOT / "docs" / name: _told(ROOT / "docs" / name) for name in TOLD},
    }


def _told(page: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return retold(page.read_text(encoding="utf-8"), Path(folder))


def main() -> int:
    stale = {file: text for file, text in kept_files().items() if not _is(file, text)}
    if "--check" not in sys.argv:
        for file, text in stale.items():
            file.write_text(text, encoding="utf-8", newline="\n")
        return 0
    for file in stale:
        print(f"{file.relative_to(ROOT)} is not up to date; run python -m scripts.documentation", file=sys.stderr)
    return int(bool(stale))


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
