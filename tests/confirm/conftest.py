"""What the tests of planning share: the request that is made for a program's only finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kerlint.confirm.planning import plan
from kerlint.confirm.requests import Request
from kerlint.project import Project
from kerlint.rules import all_rules, run
from kerlint.sources.source import read_source
from kerlint.target import NEWEST

Ask = Callable[[str, str], Request]


@pytest.fixture
def asked(tmp_path: Path) -> Ask:
    """The request for the only finding of a code in a text."""

    def ask(text: str, code: str) -> Request:
        path = tmp_path / "program.py"
        path.write_text(text)
        project = Project(lambda _: NEWEST)
        module = project.module(read_source(str(path)))
        (finding,) = run((all_rules()[code],), module, project)
        request = plan(finding, module, project, {})
        assert isinstance(request, Request), request
        return request

    return ask
