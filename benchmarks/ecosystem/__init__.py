"""The standing check on real packages: what kerlint says of them, compared with what it said and with what people judged.

`packages.toml` ─ download ─▶ archives ─ unpacking ─▶ folders ─ running ─▶ sightings ─ differences ─▶ changes ─ showing ─▶ text,
Markdown. `labels.jsonl` holds the judgements; `precision` and `page` make docs/precision.md of both. See README.md.
"""

from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PACKAGES = HERE / "packages.toml"
BASELINE = HERE / "baseline.jsonl"
LABELS = HERE / "labels.jsonl"
PRECISION_PAGE = ROOT / "docs" / "precision.md"
CACHE = ROOT / ".ecosystem"
