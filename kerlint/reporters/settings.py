"""The settings that hold for a path, as `--show-settings` prints them: one line a setting, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.confirm.options import ConfirmOptions
from kerlint.settings import Settings
from kerlint.target import Target


def as_settings(path: str, settings: Settings, target: Target) -> str:
    """Lines of `key = value`, in the words of the configuration."""
    choices, confirm = settings.selection.choices, settings.confirm or ConfirmOptions()
    per_file = "; ".join(f"{pattern.glob}: {_codes(codes)}" for pattern, codes in settings.per_file_ignores)
    rows = [
        ("configuration file", settings.origin or "none"),
        ("target-keras", f"{target.version} (from {target.said_by})"),
        ("select", _codes(choice.selector for choice in choices if choice.wanted) or "all but those of severity info"),
        ("ignore", _codes(choice.selector for choice in choices if not choice.wanted) or "none"),
        ("per-file-ignores", per_file or "none"),
        ("exclude", ", ".join(pattern.glob for pattern in settings.exclude) or "none"),
        ("force-exclude", str(settings.force_exclude).lower()),
        ("respect-gitignore", str(settings.respect_gitignore).lower()),
        ("preview", str(settings.preview).lower()),
        ("output-format", settings.output_format),
        ("unsafe-fixes", str(settings.fixes.unsafe).lower()),
        ("fixable", _codes(settings.fixes.fixable)),
        ("unfixable", _codes(settings.fixes.unfixable) or "none"),
        ("extend-safe-fixes", _codes(settings.fixes.safe) or "none"),
        ("extend-unsafe-fixes", _codes(settings.fixes.not_safe) or "none"),
        ("baseline", settings.baseline or "none"),
        ("confirm.python", confirm.python or "the interpreter that runs kerlint"),
        *((f"confirm.{bound}", str(getattr(confirm, bound))) for bound in ("seconds", "memory", "jobs")),
        ("confirm.hints", ", ".join(confirm.hints) or "none"),
    ]
    return f"settings for {path}\n" + "".join(f"  {key} = {value}\n" for key, value in rows)


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(codes)
