"""Turns what an editor sends as settings into options: the keys of the configuration file, in its spelling or in camel case.

They count as the command line does: more than the configuration file. Knows nothing of documents.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from kerlint.options import InvalidOption, IsKnown, Options, read_options
from kerlint.records import dataclass
from kerlint.settings import SettingsFinder, read_configuration

SECTION = "kerlint"
_CONFIGURATION = "configuration"
_NOT_HERE = ("confirm", "output-format", "force-exclude")
"""Keys that mean nothing to a server."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What the editor asks for, and the configuration file that it names in place of the nearest one."""

    options: Options | None = None
    configuration: str | None = None

    def finder(self, is_known: IsKnown) -> SettingsFinder:
        """The settings of any folder under these. Raises InvalidOption for a configuration file that cannot be read."""
        layers = () if self.options is None else (self.options,)
        if self.configuration is None:
            return SettingsFinder(layers, is_known)
        folder = os.path.dirname(self.configuration)
        fixed = read_configuration(self.configuration, folder, is_known) or Options(root=folder)
        return SettingsFinder(layers, is_known, fixed, self.configuration)


def read_client_settings(value: object, folder: str, is_known: IsKnown) -> ClientSettings:
    """The settings in what an editor sent for a folder of the workspace. Raises InvalidOption."""
    table = _unwrapped(value)
    configuration = table.pop(_CONFIGURATION, None)
    if configuration is not None and not isinstance(configuration, str):
        raise InvalidOption(f"{_CONFIGURATION} must be the path of a file")
    try:
        options = read_options(table, folder, is_known) if table else None
    except InvalidOption as error:
        raise InvalidOption(f"the editor's settings: {error}") from error
    path = None if configuration is None else os.path.join(folder, os.path.expanduser(configuration))
    return ClientSettings(options, path)


def says_something(value: object) -> bool:
    """Whether settings hold any that is set."""
    return bool(_unwrapped(value))


def _unwrapped(value: object) -> dict[str, object]:
    """The table inside `{"kerlint": …}` or `{"settings": …}`, without what is not set, keys written as in the file."""
    while isinstance(value, Mapping):
        inner = next((name for name in (SECTION, "settings") if isinstance(value.get(name), Mapping)), None)
        if inner is None:
            break
        value = value[inner]
    if not isinstance(value, Mapping):
        return {}
    named = {_as_in_file(str(key)): item for key, item in value.items() if item is not None}
    return {key: item for key, item in named.items() if key not in _NOT_HERE}


def _as_in_file(key: str) -> str:
    """`targetKeras` and `target_keras` as `target-keras`."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", key).replace("_", "-").lower()
