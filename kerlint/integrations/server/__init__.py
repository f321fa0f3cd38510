"""The language server, `kerlint server`: diagnostics, quick fixes and hovers, by the same linter as on the command line.

Needs pygls, which `pip install 'kerlint[server]'` brings; nothing else of kerlint does.
"""

from __future__ import annotations

import gc
import importlib.util
import logging

from kerlint.options import InvalidOption


def run(log_level: str) -> int:
    """Speaks the language server protocol over standard input and output until the editor ends it; gives the exit code.

    Raises InvalidOption when pygls is missing.
    """
    if any(importlib.util.find_spec(name) is None for name in ("pygls", "lsprotocol")):
        raise InvalidOption("the language server needs pygls; install it with: pip install 'kerlint[server]'")
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s: %(message)s")  # on standard error
    gc.enable()  # the command switches it off, because it ends soon
    from kerlint.integrations.server.lifecycle import serve

    return serve()
