"""Turns the words of the command line into settings: the options that they give, and the configuration that they name."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.arguments import options_of
from kerlint.options import InvalidOption, Options, read_options
from kerlint.toml import InvalidToml, parse_toml

if TYPE_CHECKING:
    from kerlint.settings import SettingsFinder
    from kerlint.version import KerasVersion


def finder_of(request: argparse.Namespace, installed: KerasVersion | None = None) -> SettingsFinder:
    """The settings as the command line frames them; `installed` is the Keras that findings are confirmed with.

    Raises InvalidOption.
    """
    from kerlint.rules import is_known
    from kerlint.settings import SettingsFinder, read_configuration

    fixed, origin, inline = None, None, ""
    for value in request.config or ():
        if "=" in value and not disk.exists(value):
            inline += value + "\n"
        else:
            origin = value
            fixed = read_configuration(value, os.getcwd(), is_known) or Options(root=os.getcwd())
    if fixed is not None and request.isolated:
        raise InvalidOption("--config FILE and --isolated contradict each other")
    layers = [_inline(inline)] if inline else []
    if installed is not None:
        layers.append(Options(root=os.getcwd(), target_keras=installed))
    layers.append(options_of(request, is_known))
    return SettingsFinder(tuple(layers), is_known, fixed, origin, request.isolated)


def _inline(text: str) -> Options:
    from kerlint.rules import is_known

    try:
        return read_options(parse_toml(text), os.getcwd(), is_known)
    except (InvalidToml, InvalidOption) as error:
        raise InvalidOption(f"--config: {error}") from error
