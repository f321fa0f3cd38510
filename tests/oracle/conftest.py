"""How many programs each oracle runs, and that it runs only where Keras is: `pytest tests/oracle -m keras --programs 2000`."""

from __future__ import annotations

import importlib.util
import os

import pytest

DEFAULT = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--programs", type=int, default=DEFAULT, help="how many programs each oracle generates and runs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = importlib.util.find_spec("keras") is None
    for item in items:
        if "oracle" in item.path.parts:
            item.add_marker(pytest.mark.keras)
            item.add_marker(pytest.mark.filterwarnings("ignore"))
            if missing:
                item.add_marker(pytest.mark.skip(reason="needs Keras"))


@pytest.fixture
def programs(request: pytest.FixtureRequest) -> int:
    """The number of programs; the default where the option was not known yet because the whole of `tests` is run."""
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    return int(request.config.getoption("--programs", default=DEFAULT))
