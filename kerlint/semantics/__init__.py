"""Reads one program: its text becomes `ModuleFacts`, by one parse and one walk over its tree.

Knows nothing of rules and of reports.
"""

from __future__ import annotations

from kerlint.semantics.reading import CannotParse, GaveUp, read_module
from kerlint.semantics.syntax import ModuleFacts

__all__ = ["CannotParse", "GaveUp", "ModuleFacts", "read_module"]
