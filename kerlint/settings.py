"""Turns the layers of options (defaults, the nearest configuration file, the command line) into the settings of a folder.

The nearest of `.kerlint.toml`, `kerlint.toml` and a `pyproject.toml` with `[tool.kerlint]` counts, and it alone, as
in ruff. Knows nothing of how the command line is written and of what the files to check hold.
"""

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING, Any

from kerlint import disk
from kerlint.fixes.permission import Permission
from kerlint.options import InvalidOption, IsKnown, Options, read_options
from kerlint.patterns import Pattern
from kerlint.records import dataclass
from kerlint.selection import Selection
from kerlint.target import Target, Targets
from kerlint.toml import InvalidToml, parse_toml

if TYPE_CHECKING:
    from kerlint.confirm.options import ConfirmOptions

DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d",
    ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__",
    "__pypackages__", "_build", "buck-out", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip

CONFIGURATION_FILES = (".kerlint.toml", "kerlint.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the files of a folder. `origin` is the configuration file it comes from, if any."""

    selection: Selection = field(default_factory=Selection)
    per_file_ignores: tuple[tuple[Pattern, tuple[str, ...]], ...] = ()
    exclude: tuple[Pattern, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    preview: bool = False
    output_format: str = "flake8"
    asked_target: Target | None = None
    origin: str | None = None
    confirm: ConfirmOptions | None = None
    baseline: str | None = None
    fixes: Permission = field(default_factory=Permission)
    ignore_noqa: bool = False

    def selection_for(self, path: str) -> Selection:
        """The selection for one file, given by its absolute path."""
        ignored = [code for pattern, codes in self.per_file_ignores if pattern.covers(path) for code in codes]
        return self.selection.for_file_without(tuple(ignored)) if ignored else self.selection


@dataclass(slots=True)
class SettingsFinder:
    """Finds the settings of any folder, reading each configuration file once.

    `command_line` is what the command line says, the last word last; `fixed` is what the file named by `--config` says;
    `isolated` means that no file is looked for.
    """

    command_line: tuple[Options, ...]
    is_known: IsKnown
    fixed: Options | None = None
    fixed_origin: str | None = None
    isolated: bool = False
    _folders: dict[str, Settings] = field(default_factory=dict)
    _everywhere: Settings | None = None
    targets: Targets = field(default_factory=Targets)

    def settings_of(self, folder: str) -> Settings:
        """The settings for the files of an absolute folder. Raises InvalidOption."""
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._find(folder)
        return known

    def target_of(self, folder: str) -> Target:
        """The Keras that the files of an absolute folder are written for, and who says so."""
        return self.settings_of(folder).asked_target or self.targets.of(folder)

    def _find(self, folder: str) -> Settings:
        if self.fixed is not None or self.isolated:
            self._everywhere = self._everywhere or self._merge(self.fixed, self.fixed_origin)
            return self._everywhere
        for name in CONFIGURATION_FILES:
            path = os.path.join(folder, name)
            options = read_configuration(path, folder, self.is_known) if disk.is_file(path) else None
            if options is not None:
                return self._merge(options, path)
        parent = os.path.dirname(folder)
        return self._merge(None, None) if parent == folder else self.settings_of(parent)

    def _merge(self, options: Options | None, origin: str | None) -> Settings:
        layers = [*([options] if options is not None else []), *self.command_line]
        selection = Selection()
        exclude = tuple(Pattern(glob, os.getcwd()) for glob in DEFAULT_EXCLUDE)
        extra: tuple[Pattern, ...] = ()
        ignores: tuple[tuple[Pattern, tuple[str, ...]], ...] = ()
        target = None
        for layer in layers:
            selection = selection.then(layer.select, layer.extend_select or (), layer.ignore, layer.extend_ignore or ())
            if layer.exclude is not None:
                exclude = tuple(Pattern(glob, layer.root) for glob in layer.exclude)
            extra += tuple(Pattern(glob, layer.root) for glob in layer.extend_exclude or ())
            if layer.per_file_ignores is not None:
                ignores = tuple((Pattern(glob, layer.root), codes) for glob, codes in layer.per_file_ignores.items())
            if layer.target_keras is not None:
                said_by = f"target-keras in {origin}" if layer is options else "the command line"
                target = Target(layer.target_keras, said_by)
        return Settings(
            selection=selection,
            per_file_ignores=ignores,
            exclude=exclude + extra,
            force_exclude=_last(False, [layer.force_exclude for layer in layers]),
            respect_gitignore=_last(True, [layer.respect_gitignore for layer in layers]),
            preview=_last(False, [layer.preview for layer in layers]),
            output_format=_last("flake8", [layer.output_format for layer in layers]),
            asked_target=target,
            origin=origin,
            confirm=_last(None, [layer.confirm for layer in layers]),
            fixes=Permission(
                unsafe=_last(False, [layer.unsafe_fixes for layer in layers]),
                fixable=_last(("ALL",), [layer.fixable for layer in layers]),
                unfixable=_last((), [layer.unfixable for layer in layers]),
                safe=_last((), [layer.extend_safe_fixes for layer in layers]),
                not_safe=_last((), [layer.extend_unsafe_fixes for layer in layers]),
            ),
            baseline=_last(None, [layer.baseline for layer in layers]),
            ignore_noqa=_last(False, [layer.ignore_noqa for layer in layers]),
        )


def _last(default: Any, values: list[Any]) -> Any:
    return next((value for value in reversed(values) if value is not None), default)


def read_configuration(path: str, root: str, is_known: IsKnown) -> Options | None:
    """The options in a configuration file; None for a `pyproject.toml` that does not speak of kerlint.

    Raises InvalidOption, naming the file.
    """
    shared = os.path.basename(path) == "pyproject.toml"
    try:
        data = disk.read_settings(path)
        if shared and b"kerlint" not in data:
            return None
        table: object = parse_toml(data.decode("utf-8-sig"))
        if shared:
            table = table.get("tool", {}) if isinstance(table, dict) else None
            table = table.get("kerlint") if isinstance(table, dict) else None
            if table is None:
                return None
        if not isinstance(table, dict):
            raise InvalidOption("tool.kerlint must be a table")
        return read_options(table, root, is_known)
    except OSError as error:
        raise InvalidOption(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise InvalidOption(f"{path}: not UTF-8") from error
    except (InvalidOption, InvalidToml) as error:
        raise InvalidOption(f"{path}: {error}") from error
