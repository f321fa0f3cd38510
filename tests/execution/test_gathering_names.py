"""A file is executed without reading the files that names come from which it only gathers, or does not use."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kerlint.execution.events import Construction
from kerlint.project import Module

Follow = Callable[..., Module]

OTHER = "import keras\n\n\ndef make():\n    return keras.layers.Dense(1)\n\n\nmade = make()\n"


def linked(module: Module) -> set[str]:
    """The files that are read once the body of a module has been executed."""
    assert module.body_trace.is_complete
    return {other.path.stem for other in module.project.modules()} - {"program"}


@pytest.mark.parametrize(
    "text",
    [
        "from other import make\n",
        "import other as o\nfrom other import *\n",
        '"""Layers."""\nfrom __future__ import annotations\n\nfrom other import make\n\n__all__ = ["make"]\nVERSION = 1\n',
    ],
)
def test_gathered_names_are_not_followed(text: str, follow: Follow) -> None:
    module = follow(text, other=OTHER)
    assert linked(module) == set() and not module.body_trace.events


@pytest.mark.parametrize(
    "text",
    [
        "from other import make\nmake()\n",
        "from other import make\nmade = make\n",
        "import other\nother.made = 1\n",
        "from other import made\nif made:\n    pass\n",
        "from other import made\nNAMES = [made]\n",
        "from other import made\nNAME = f'{made}'\n",
        "import other as made\nfrom other import made\nNAMES = (1,)\nprint()\n",
        "try:\n    from other import made\nexcept ImportError:\n    made = None\n",
        "from other import *\nprint()\n",
    ],
)
def test_names_that_are_used_or_may_be_others_are_followed(text: str, follow: Follow) -> None:
    assert linked(follow(text, other=OTHER)) == {"other"}


@pytest.mark.parametrize(
    "text",
    [
        "from other import make\n\n\ndef again():\n    return make()\n",
        "import other\nimport keras\n\nkeras.layers.Dense(1)\n",
        "from other import made\ndel made\n",
    ],
)
def test_an_imported_name_that_the_body_does_not_use_is_not_followed(text: str, follow: Follow) -> None:
    assert linked(follow(text, other=OTHER)) == set()


@pytest.mark.parametrize("text", ["print(made)\nfrom other import made\n", "from other import made\nmade = made\n"])
def test_a_name_is_what_its_import_says_wherever_that_stands(text: str, follow: Follow) -> None:
    module = follow(text, other=OTHER)
    assert linked(module) == {"other"} and module.project.global_value(module, "made") is not None


def test_whoever_imports_a_gathered_name_is_led_on(follow: Follow) -> None:
    module = follow("from gathered import make\nmake()\n", gathered="from other import make\n", other=OTHER)
    assert linked(module) == {"gathered", "other"}
    assert [event.instance.class_name for event in module.body_trace.of(Construction)] == ["keras.layers.Dense"]
