"""Verdicts as plain data: what a look says of its prediction, with the evidence, what was run, and what a script needs.

Knows nothing of Keras.
"""

from __future__ import annotations

import re
from typing import Any

from .sandbox.outcome import StageOutcome


def undecided(reason: str, **more: Any) -> dict[str, Any]:
    """No verdict, and why. What the walls refused is the reason behind whatever went wrong after it."""
    refused = re.search(r"Refused: ([^()]*(?:\([^()]*\))?)", reason)
    reason = refused.group(1).strip() if refused else reason
    return {"verdict": "undecided", "summary": reason, **more}


def confirmed(summary: str, **more: Any) -> dict[str, Any]:
    """The defect was seen. An error of the walls is none of Keras."""
    if "Refused: " in summary:
        return undecided(summary)
    return {"verdict": "confirmed", "summary": summary, **more}


def refuted(summary: str, **more: Any) -> dict[str, Any]:
    """What was predicted did not happen although it was put to the test."""
    return {"verdict": "refuted", "summary": summary, **more}


def trouble_of(outcome: StageOutcome) -> str | None:
    """Why a stage gives no answer, if it does not."""
    if outcome.trouble is not None:
        return outcome.trouble
    return outcome.value.get("trouble") if isinstance(outcome.value, dict) else "gave no answer"
