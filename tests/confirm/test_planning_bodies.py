"""A finding outside a class becomes a stretch of program with its parameters' roles, and the bodies that call it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from kerlint.confirm.planning.bodies import plan_body
from kerlint.confirm.planning.reuse import plan_reuse
from kerlint.confirm.requests import BodySubject, ClassSubject, Request
from kerlint.finding import Finding, Severity, Span
from kerlint.project import Module, Project
from kerlint.sources.source import read_source
from kerlint.target import NEWEST


def opened(tmp_path: Path, text: str) -> tuple[Project, Module]:
    path = tmp_path / "program.py"
    path.write_text(dedent(text))
    project = Project(lambda _: NEWEST)
    return project, project.module(read_source(str(path)))


def finding_at(module: Module, fragment: str) -> Finding:
    lines = module.source.text.split("\n")
    line = next(number for number, text in enumerate(lines, 1) if fragment in text)
    return Finding(str(module.path), Span(line, 5, line, 6), "KER101", "stateful-layer-reuse", "", Severity.WARNING)


def body(tmp_path: Path, text: str, fragment: str) -> tuple[BodySubject, Request]:
    project, module = opened(tmp_path, text)
    request = plan_body(finding_at(module, fragment), "reuse", module, project)
    assert isinstance(request, Request), request
    assert isinstance(request.subject, BodySubject)
    return request.subject, request


TRAIN = """
    import keras

    def train(x, network: keras.Model, data, width=8, *rest):
        hidden = keras.layers.Dense(width)(x)
        out = keras.layers.Dense(width)(hidden)
        network.fit(data)
        network.save("a.keras", rest)
        return keras.Model(x, out)
"""


def test_parameters_have_the_roles_in_which_the_body_uses_them(tmp_path: Path) -> None:
    subject, _ = body(tmp_path, TRAIN, "network.save")
    roles = {name: roles for name, _, _, roles in subject.parameters}
    assert roles["network"] == ("model",)
    assert {name: default for name, default, _, _ in subject.parameters}["rest"] == "()"
    subject, _ = body(tmp_path, TRAIN, "out =")
    assert {name: (default, roles) for name, default, _, roles in subject.parameters} == {
        "x": ("", ("tensor",)),
        "width": ("8", ()),
    }


def test_the_model_made_of_what_comes_out_is_kept(tmp_path: Path) -> None:
    subject, _ = body(tmp_path, TRAIN, "out =")
    assert "__returned__ = keras.Model(x, out)" in subject.text
    assert "save" not in subject.text


def test_lines_stay_where_they_are(tmp_path: Path) -> None:
    project, module = opened(tmp_path, TRAIN)
    finding = finding_at(module, "out =")
    request = plan_body(finding, "reuse", module, project)
    assert isinstance(request, Request) and isinstance(request.subject, BodySubject)
    assert request.subject.text.split("\n")[finding.span.line - 1].startswith("out =")


def test_a_helper_comes_with_the_functions_that_call_it(tmp_path: Path) -> None:
    text = """
        import keras

        def block(x, norm):
            return norm(keras.layers.Dense(8)(x))

        def build():
            inputs = keras.Input((4,))
            norm = keras.layers.BatchNormalization()
            x = block(inputs, norm)
            x = block(x, norm)
            return keras.Model(inputs, x)
    """
    subject, request = body(tmp_path, text, "return norm")
    assert subject.name == "block"
    (caller,) = request.others
    assert isinstance(caller, BodySubject) and caller.name == "build"
    assert caller.text.count("block(") == 2 and "__returned__" in caller.text
    assert "def block" in request.modules[0].text


def test_a_module_is_its_own_body(tmp_path: Path) -> None:
    subject, _ = body(tmp_path, "import keras\n\nnorm = keras.layers.BatchNormalization()\ny = norm(1)\nprint(y)\n", "norm(1)")
    assert subject.name == "" and subject.parameters == ()
    assert "import keras" in subject.text and "print" not in subject.text


def test_a_method_of_another_class_gets_an_object_to_stand_on(tmp_path: Path) -> None:
    text = """
        import keras

        class Trainer:
            def __init__(self):
                self.norm = keras.layers.BatchNormalization()

            def run(self, x):
                return self.norm(self.norm(x))
    """
    project, module = opened(tmp_path, text)
    request = plan_reuse(finding_at(module, "self.norm(self"), "reuse", module, project)
    assert isinstance(request, Request) and isinstance(request.subject, BodySubject)
    assert request.subject.name == "Trainer.run"
    assert request.subject.parameters[0] == ("self", "", "", ("self",))
    assert "class Trainer" in request.modules[0].text


def test_a_method_of_a_layer_is_probed_by_its_class(tmp_path: Path) -> None:
    text = """
        import keras

        class Twice(keras.layers.Layer):
            def build(self, shape):
                self.norm = keras.layers.BatchNormalization()

            def call(self, x):
                return self.norm(self.norm(x))
    """
    project, module = opened(tmp_path, text)
    request = plan_reuse(finding_at(module, "self.norm(self"), "reuse", module, project)
    assert isinstance(request, Request) and isinstance(request.subject, ClassSubject)
