"""After a change only what can be found otherwise is checked again, and what is said is what a fresh run says."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from kerlint import cli, entry
from kerlint.cache import folder, runs
from kerlint.cache.resting import members, resting
from kerlint.dependencies import Dependencies
from kerlint.linter import Linter

PROGRAMS = {
    "pkg/__init__.py": "from pkg.base import Base\n",
    "pkg/base.py": (
        "import keras\n\n\nclass Base(keras.layers.Layer):\n    def __init__(self, units, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.units = units\n\n    def get_config(self):\n"
        "        return {**super().get_config(), 'units': self.units}\n"
    ),
    "pkg/middle.py": (
        "from pkg import Base\n\n\nclass Middle(Base):\n    def __init__(self, units, rate=0.5, **kwargs):\n"
        "        super().__init__(units, **kwargs)\n        self.rate = rate\n\n"
        "    def call(self, x):\n        return x * self.rate\n"
    ),
    "pkg/leaf.py": (
        "from keras import layers\nfrom .middle import Middle\n\n\nclass Leaf(Middle):\n    def __init__(self, **kwargs):\n"
        "        super().__init__(3, **kwargs)\n        self.norm = layers.BatchNormalization()\n\n"
        "    def call(self, x):\n        return self.norm(self.norm(x))\n"
    ),
    "pkg/paths.py": "FOLDER = 'models/'\nNAME = FOLDER + 'best'\n",
    "pkg/train.py": (
        "import keras\nfrom pkg.leaf import Leaf\nfrom pkg.middle import Middle\nfrom pkg.paths import NAME\n\n\ndef main():\n"
        "    model = keras.Sequential([Leaf(), Middle(2)])\n    model.save(NAME)\n\n\nmain()\n"
    ),
    "pkg/helpers.py": "def double(layer, x):\n    return layer(layer(x))\n",
    "pkg/uses.py": (
        "import keras\nfrom pkg.helpers import double\n\ninputs = keras.Input((4,))\n"
        "norm = keras.layers.BatchNormalization()\nmodel = keras.Model(inputs, double(norm, inputs))\n"
    ),
    "pkg/plain.py": "import os\n\nprint(os.name)\n",
    "pkg/gathered.py": (
        '"""Layers of keras."""\n\nfrom pkg.base import Base\nfrom pkg.middle import Middle\n\n__all__ = ["Base", "Middle"]\n'
    ),
    "pkg/through.py": (
        "from pkg.gathered import Middle\n\n\nclass Last(Middle):\n    def __init__(self, size, **kwargs):\n"
        "        super().__init__(2, **kwargs)\n        self.size = size\n"
    ),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in PROGRAMS.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are checked."""
    names: list[str] = []
    check = Linter._check

    def noted(self: Linter, item: object) -> object:
        names.append(item.path)  # type: ignore[attr-defined]
        return check(self, item)  # type: ignore[arg-type]

    monkeypatch.setattr(Linter, "_check", noted)
    return names


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the program prints that remembers."""
    words = words or ("-q", "--output-format=json", "--select=ALL", ".")
    answer, before = runs.recall(folder.NAME, entry._question(list(words)))
    if answer is not None:
        return answer[1]
    out, err = sys.stdout, sys.stderr
    try:
        entry._run(list(words), folder.NAME, before)
    finally:
        sys.stdout, sys.stderr = out, err
    return capsys.readouterr().out


def fresh(capsys: pytest.CaptureFixture[str]) -> str:
    cli.main(["-q", "--output-format=json", "--select=ALL", "--no-cache", "."])
    return capsys.readouterr().out


def codes(printed: str) -> set[tuple[str, str]]:
    return {(Path(found["filename"]).name, found["code"]) for found in json.loads(printed)}


def brief(printed: str) -> list[tuple[str, ...]]:
    return [(found["filename"], str(found["location"]), found["message"], str(found["related"])) for found in json.loads(printed)]


def run_with_a_key_more(
    project: Path, checked: list[str], capsys: pytest.CaptureFixture[str], key: str
) -> tuple[set[tuple[str, str]], set[str]]:
    """What a run finds, as a fresh one does, once the base class keeps a value more; and the files that it checks."""
    checked.clear()
    base = project / "pkg" / "base.py"
    base.write_text(base.read_text().replace("'units': self.units", f"'units': self.units, '{key}': getattr(self, '{key}', 1)"))
    said, again = run(capsys), set(checked)
    assert said == fresh(capsys)
    return codes(said), again


def test_a_base_class_elsewhere_changes_what_is_found(
    project: Path, checked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ("middle.py", "KER202") in codes(run(capsys))
    found, again = run_with_a_key_more(project, checked, capsys, "rate")
    assert ("middle.py", "KER202") not in found
    assert {"pkg/base.py", "pkg/middle.py", "pkg/leaf.py"} <= again
    assert "pkg/plain.py" not in again


@pytest.mark.parametrize(
    ("name", "added", "again"),
    [
        ("pkg/plain.py", "x = 1\n", {"pkg/plain.py"}),
        ("pkg/helpers.py", "# a comment\n", {"pkg/helpers.py"}),
        ("pkg/paths.py", "NAME = 'best.keras'\n", {"pkg/paths.py", "pkg/train.py"}),
        ("pkg/helpers.py", "x = 1\n", {"pkg/helpers.py", "pkg/uses.py"}),
    ],
)
def test_only_what_rests_on_a_change_is_checked_again(
    name: str, added: str, again: set[str], project: Path, checked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys)
    checked.clear()
    with (project / name).open("a") as file:
        file.write(added)
    said = run(capsys)
    assert set(checked) == again
    assert said == fresh(capsys)


def test_what_only_gathers_names_is_not_checked_again_and_leads_on(
    project: Path, checked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ("through.py", "KER202") in codes(run(capsys))
    found, again = run_with_a_key_more(project, checked, capsys, "size")
    assert "pkg/through.py" in again and "pkg/gathered.py" not in again
    assert ("through.py", "KER202") not in found


def test_no_folder_is_walked_where_only_contents_changed(
    project: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys)
    walked: list[object] = []
    monkeypatch.setattr("kerlint.discovery.discover", lambda *given: walked.append(given))
    for text in ("NAME = 'best.keras'\n", "NAME = 'best'\n"):
        (project / "pkg" / "paths.py").write_text(text)
        assert ("train.py", "KER301") in codes(run(capsys)) or ".keras" in text
    assert not walked


def test_what_is_seen_does_not_grow_from_run_to_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys)
    (kept,) = (project / folder.NAME / "runs").iterdir()
    first = kept.read_bytes().count(b"\n")
    for text in ("NAME = 'best.keras'\n", "NAME = 'best'\n"):
        (project / "pkg" / "paths.py").write_text(text)
        (project / "pkg" / "base.py").write_text(f"{PROGRAMS['pkg/base.py']}\n# {text}\nWORTH = {len(text)}\n")
        run(capsys)
    assert kept.read_bytes().count(b"\n") == first


def test_a_named_file_that_is_gone_is_told_of(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("-q", "--output-format=json", "--select=ALL", "pkg/train.py", "pkg/middle.py")
    assert json.loads(run(capsys, *words))
    (project / "pkg" / "middle.py").unlink()
    said = run(capsys, *words)
    cli.main(["--no-cache", *words])
    assert said == capsys.readouterr().out
    assert not any(found["code"] == "KER900" for found in json.loads(said))


def test_another_use_elsewhere_is_another_answer(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that mentions a class for the first time counts for the class's own findings."""
    run(capsys)
    using = "import keras\nfrom pkg.middle import Middle\n\nkeras.Sequential([Middle(2, 0.1)])\n"
    (project / "pkg" / "plain.py").write_text(using)
    assert run(capsys) == fresh(capsys)
    (project / "pkg" / "plain.py").write_text(PROGRAMS["pkg/plain.py"])
    assert run(capsys) == fresh(capsys)


def test_an_import_that_leads_to_a_class_by_another_file_counts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that mentions a class comes to know it when what it imports does: neither the class nor the mention changed."""
    (project / "far.py").write_text(
        "from keras import layers\n\n\nclass Cross(layers.Layer):\n    def __init__(self, units):\n        super().__init__()\n"
        "        self.dense = layers.Dense(units)\n\n    def call(self, x):\n        return x * self.dense(x)\n"
    )
    (project / "use.py").write_text(
        "import keras\nfrom between import Cross\n\n\nclass Deep(keras.layers.Layer):\n    def __init__(self):\n"
        "        super().__init__()\n        self.cross = Cross(4)\n\n    def call(self, x):\n        return self.cross(x)\n"
    )
    said: dict[str, str] = {}
    for text in ("x = 1\n", "from far import Cross\n") * 2:
        (project / "between.py").write_text(text)
        said[text] = run(capsys)
        assert said[text] == fresh(capsys)
    assert [any(name == "far.py" for name, _ in codes(printed)) for printed in said.values()] == [True, False]


@pytest.mark.parametrize("change", ["a new file", "a file less", "the configuration", "a broken program", "the requirements"])
def test_every_other_change_counts_too(change: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys)
    match change:
        case "a new file":
            (project / "pkg" / "more.py").write_text("import keras\nkeras.Sequential([keras.layers.Dense(1)]).save('x')\n")
        case "a file less":
            (project / "pkg" / "middle.py").unlink()
        case "the configuration":
            (project / "kerlint.toml").write_text('extend-exclude = ["train.py"]\n')
        case "a broken program":
            (project / "pkg" / "middle.py").write_text("class Middle(\n")
        case "the requirements":
            (project / "requirements.txt").write_text("keras==2.15\n")
    assert run(capsys) == fresh(capsys)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"snapshot": 1, "tools": [], "things": 3}'], ids=range(5))
def test_broken_findings_are_passed_over(data: bytes, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys)
    (kept,) = (project / folder.NAME / "findings").iterdir()
    kept.write_bytes(data)
    (project / "pkg" / "paths.py").write_text("NAME = 'best.keras'\n")
    assert run(capsys) == fresh(capsys)


@pytest.mark.parametrize("imports", [None, [1], {"a": 1}, {"a": {"b": 3}}, {"a": [["b"]]}], ids=range(5))
def test_a_broken_graph_of_imports_is_passed_over(imports: object, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys)
    (kept,) = (project / folder.NAME / "findings").iterdir()
    held = json.loads(kept.read_bytes())
    assert held["graphs"] and any(thing[0] == "reach" for thing in held["things"]) is False
    kept.write_text(json.dumps({**held, "graphs": {next(iter(held["graphs"])): imports}}))
    (project / "pkg" / "paths.py").write_text("NAME = 'best.keras'\n")
    assert run(capsys) == fresh(capsys)


def test_findings_of_another_run_are_passed_over(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two runs at once may leave the snapshot of one and the findings of the other."""
    run(capsys)
    (kept,) = (project / folder.NAME / "findings").iterdir()
    before = kept.read_bytes()
    (project / "pkg" / "paths.py").write_text("NAME = 'best.keras'\n")
    run(capsys)
    kept.write_bytes(before)
    (project / "pkg" / "plain.py").write_text("x = 1\n")
    assert run(capsys) == fresh(capsys)


@pytest.mark.slow
def test_several_processes_find_out_the_same(project: Path) -> None:
    """Each process tells what its findings rest on."""
    program = "from kerlint import entry, workers; workers._SMALL = workers._FOR_ONE = 1; entry.command()"
    command = [sys.executable, "-c", program]
    words = ["-q", "--output-format=json", "--select=ALL", "."]
    for text in ("NAME = 'best.keras'\n", "NAME = 'best'\n"):
        (project / "pkg" / "paths.py").write_text(text)
        several, one = (
            subprocess.run([*command, *words, *more], capture_output=True, text=True, encoding="utf-8", env={**os.environ})
            for more in (("-j2",), ("--no-cache",))
        )
        assert several.stdout == one.stdout != "", several.stderr


LINES = (
    "x = 1", "# comment", "import keras", "from pkg import Base", "from pkg.leaf import Leaf", "del Base", "class Leaf(",
    "from pkg.middle import Middle as Base", "from pkg.helpers import *", "Leaf(rate=0.2)", "Middle(2)", "if keras:",
    "class Other(Base):\n    def __init__(self, size):\n        super().__init__(units=size)\n        self.size = size",
    "NAME = 'best.keras'", "def double(layer, x):\n    return layer(x)", "class Base:\n    pass",
    "keras.Sequential([Leaf()]).save(NAME)", "norm = keras.layers.LayerNormalization()",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_any_edits(seed: int, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Random lines added and taken away, and words put for others, some of which break the program."""
    chance = random.Random(seed)
    for _ in range(12):
        for _ in range(chance.randint(1, 2)):
            path = project / chance.choice(list(PROGRAMS))
            lines = path.read_text().split("\n")
            place = chance.randrange(len(lines) + 1)
            match chance.randrange(4):
                case 0:
                    lines.insert(place, chance.choice(LINES))
                case 1 if lines:
                    del lines[min(place, len(lines) - 1)]
                case 2:
                    words = re.findall(r"\b[A-Za-z_]\w+", " ".join(lines)) or ["x"]
                    other = re.sub(rf"\b{chance.choice(words)}\b", chance.choice(words), "\n".join(lines), count=2)
                    lines = other.split("\n")
                case _:
                    lines = PROGRAMS[str(path.relative_to(project))].split("\n")
            path.write_text("\n".join(lines))
        said, anew = set(brief(run(capsys))), set(brief(fresh(capsys)))
        assert (said - anew, anew - said) == (set(), set()), [(n, (project / n).read_text()) for n in PROGRAMS]


def test_answers_in_circles_rest_on_the_same() -> None:
    one, two, three, alone = (Dependencies() for _ in range(4))
    one.direct.add(two)
    two.direct.add(three)
    three.direct |= {one, alone}
    for number, answer in enumerate((one, two, three, alone)):
        answer.direct.add(("tokens", Path(str(number)), ""))
    found = resting([alone, two, one])
    told = [{str(found.things[number][1]) for number in members(bits)} for bits in found.bits]
    assert told == [{"3"}, {"0", "1", "2", "3"}, {"0", "1", "2", "3"}]


def test_a_run_after_a_comment_does_not_import_the_parser(project: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "kerlint", "-q", "."]
    first = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    with (project / "pkg" / "leaf.py").open("a") as file:
        file.write("# changed\n")
    second = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert first.stdout == second.stdout != ""
    assert [" kerlint.semantics.translating\n" in done.stderr for done in (first, second)] == [True, False]


@pytest.mark.parametrize("limit", ["_LARGE", "_MANY"])
@pytest.mark.parametrize("words", [("--no-cache",), ()])
def test_letting_go_of_what_is_linked_changes_nothing(
    words: tuple[str, ...], limit: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A linter that keeps no file from one to the next, and looks for garbage after each, finds the same."""
    expected = fresh(capsys)
    begun: list[Linter] = []
    begin = Linter._begin_anew

    def begin_anew(self: Linter) -> None:
        begun.append(self)
        begin(self)

    monkeypatch.setattr(Linter, "_begin_anew", begin_anew)
    monkeypatch.setattr(f"kerlint.memory.{limit}", 1)
    monkeypatch.setattr("kerlint.memory._COUNTED_EVERY", 1)
    monkeypatch.setattr("kerlint.memory._COUNTED_FROM", 0)
    monkeypatch.setattr("kerlint.memory._MUCH_GARBAGE", 1)
    cli.main(["-q", "--output-format=json", "--select=ALL", *words, "."])
    assert capsys.readouterr().out == expected
    assert len(begun) > 2


@pytest.mark.parametrize("words", [("--no-cache",), ()])
def test_what_was_linked_is_gone_when_a_linter_begins_anew(
    words: tuple[str, ...], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[bool] = []
    begin = Linter._begin_anew

    def begin_anew(self: Linter) -> None:
        linked = weakref.ref(self.project)
        begin(self)
        alive.append(linked() is not None)

    monkeypatch.setattr(Linter, "_begin_anew", begin_anew)
    monkeypatch.setattr("kerlint.memory._LARGE", 1)
    cli.main(["-q", *words, "."])
    assert len(alive) > 2 and not any(alive)
