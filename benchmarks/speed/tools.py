"""The commands that are compared: kerlint in its modes, and the linters of the field, each without any configuration.

Each says by which words of its own output it tells how many files it looked at: a tool that looked at none is no fast tool.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.speed.environments import Environment
from benchmarks.speed.trees import PLAIN, Tree
from kerlint.cache.folder import NAME, remove

KERLINT, WARM, CHANGED, COMMENTED = "kerlint", "kerlint, nothing new", "kerlint, one file changed", "kerlint, one comment added"
BACK, TWO_WORKERS, NO_CACHE = "kerlint, changed back", "kerlint -j 2", "kerlint --no-cache"
RUFF, RUFF_WARM, FLAKE8, PYLINT = "ruff --no-cache", "ruff, nothing new", "flake8 --select=F", "pylint, one check"
FIXIT, TORCHFIX, TORCHFIX_ALL = "fixit", "torchfix", "torchfix, every file marked"

SAME_FINDINGS = (KERLINT, WARM, COMMENTED, BACK, TWO_WORKERS, NO_CACHE)
"""Ways to run kerlint that must print the same."""

Around = Callable[[Path], AbstractContextManager[object]]


def _nothing(folder: Path) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass(frozen=True)
class Tool:
    """A way to check a tree. `around` puts the folder into the state that is measured, and back; it is not measured itself."""

    name: str
    environment: str
    command: tuple[str, ...]
    counted: re.Pattern[str] | None
    """Finds in the output how many files were looked at; None for ruff, which is asked by `--show-files`."""
    exit_codes: range = range(2)
    around: Around = _nothing
    on_plain: bool = True
    on_marked: bool = False

    def is_for(self, tree: Tree) -> bool:
        """Whether it is run on a tree: what takes hours on many files, or looks at none of them, is not."""
        return (self.on_plain or tree.name != PLAIN) and self.files_expected(tree) > 0

    @property
    def budgeted_with(self) -> str:
        """What is left out of a round together."""
        return KERLINT if self.environment == KERLINT else self.name

    def folder(self, tree: Tree) -> Path:
        """Where it is run."""
        return tree.marked if self.on_marked and tree.marked is not None else tree.folder

    def files_expected(self, tree: Tree) -> int:
        """How many files it has to look at."""
        return tree.torch_files if self.name == TORCHFIX else tree.files

    def files_seen(self, tree: Tree, output: str) -> int:
        """How many it did look at, by its own word; 0 where it does not say so."""
        if self.counted is None:
            question = (*self.command[:-1], "--show-files", ".")
            listed = subprocess.run(question, cwd=self.folder(tree), capture_output=True, text=True, check=False)
            return sum(line.endswith(".py") for line in listed.stdout.splitlines())
        found = self.counted.search(output)
        return int(found.group(1)) if found else 0


def tools(environments: Mapping[str, Environment]) -> tuple[Tool, ...]:
    """The tools of these environments, in the order of a round: all get the folder as `.`, and run in it."""
    every = (*_of_kerlint(), *_of_the_field())
    known = (tool for tool in every if tool.environment in environments)
    return tuple(_with_program(tool, environments[tool.environment].program) for tool in known)


def _with_program(tool: Tool, program: str) -> Tool:
    warms = tool.name == RUFF_WARM
    command = (program, *tool.command)
    return replace(tool, command=command, around=partial(_after_a_run, command) if warms else tool.around)


def _of_kerlint() -> tuple[Tool, ...]:
    counted = re.compile(r"^kerlint: .*(?:of|in) (\d+) files?(?:;|$)", re.MULTILINE)
    make = partial(Tool, environment="kerlint", counted=counted)
    return (
        make(KERLINT, command=(".",), around=_without_cache),
        make(WARM, command=(".",)),
        make(COMMENTED, command=(".",), around=partial(_with_a_line, "# a comment")),
        make(CHANGED, command=(".",), around=partial(_with_a_line, "added_by_the_benchmark = [len(name) for name in dir()]")),
        make(BACK, command=(".",)),
        make(NO_CACHE, command=("--no-cache", ".")),
        make(TWO_WORKERS, command=("-j", "2", "."), around=_without_cache),
    )


def _of_the_field() -> tuple[Tool, ...]:
    ruff = ("check", "--isolated", "-q", "--output-format", "concise")
    pylint = ("--rcfile=", "--disable=all", "--enable=unused-import", "--recursive=y", "-j1", "--verbose", ".")
    finished = re.compile(r"Finished checking (\d+) files")
    processed = re.compile(r"^(\d+) +total files processed", re.MULTILINE)
    return (
        Tool(RUFF, "ruff", (*ruff, "--no-cache", "."), None),
        Tool(RUFF_WARM, "ruff", (*ruff, "."), None),
        Tool(FLAKE8, "flake8", ("--isolated", "--select=F", "--benchmark", "."), processed),
        Tool(PYLINT, "pylint", pylint, re.compile(r"Linting (\d+) modules"), range(32)),
        Tool(FIXIT, "fixit", ("lint", "."), re.compile(r"(\d+) files? (?:clean|checked)"), range(4), on_plain=False),
        Tool(TORCHFIX, "torchfix", (".",), finished, on_plain=False),
        Tool(TORCHFIX_ALL, "torchfix", (".",), finished, on_plain=False, on_marked=True),
    )


@contextmanager
def _without_cache(folder: Path) -> Iterator[None]:
    remove(str(folder / NAME))
    yield


@contextmanager
def _with_a_line(line: str, folder: Path) -> Iterator[None]:
    """With one more line at the end of the file in the middle, which changes no finding."""
    files = sorted(folder.rglob("*.py"))
    path = files[len(files) // 2]
    before = path.read_bytes()
    path.write_bytes(before + f"\n{line}\n".encode())
    try:
        yield
    finally:
        path.write_bytes(before)


@contextmanager
def _after_a_run(command: tuple[str, ...], folder: Path) -> Iterator[None]:
    """With the cache that a run just before has left."""
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    yield
