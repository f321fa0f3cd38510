"""Writes `kerlint/knowledge/data`: what each Keras version does, found by running it.

    scripts/generate_knowledge.py ENVIRONMENTS [--only 2.15.0 3.15.1] [--parts names attributes outcomes extensions] [--set-up]

ENVIRONMENTS is a folder with one virtual environment for each TensorFlow (`tensorflow-2.15`, ...) and one folder for
each Keras 3 (`keras-3.15.1`), which is put before the environment's own. `--set-up` makes what is missing there, with
pip. It turns what the programs in `probing` print into the compact files that `kerlint.knowledge` reads. Run it again
when a Keras appears; the versions are in `probing/versions.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from probing.encoding import PRIVATE, encode_description, merge_outcomes, preferred_names, varying_cases, write_json
from probing.extensions import describe_extensions
from probing.versions import EXTENSIONS, KERAS_VERSIONS, TABLES, WHOLE, environment_of, extension_folders, minor, set_up

SCRIPTS = Path(__file__).parent
DATA = SCRIPTS.parent / "kerlint" / "knowledge" / "data"
PARTS = ("names", "attributes", "outcomes", "extensions")
PREFERRED_FROM = KERAS_VERSIONS[0]
"""Names that Keras 2 has too are the canonical ones, so that a rule can use one name for both."""


def run_probe(environments: Path, version: str, module: str, *arguments: str) -> dict:
    """Runs one program of `probing` under a Keras version; gives what it wrote."""
    environment = environment_of(environments, version)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output.json"
        path = os.pathsep.join([*environment.python_path, str(SCRIPTS)])
        variables = {
            **os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "HOME": folder,
        }  # fmt: skip
        log = Path(folder) / "log.txt"
        command = [str(environment.python), "-W", "ignore", "-m", module, *arguments, str(output)]
        with log.open("w") as stream:
            result = subprocess.run(command, env=variables, cwd=folder, stdout=stream, stderr=stream, check=False)
        if result.returncode or not output.exists():
            raise SystemExit(f"{module} failed with Keras {version}:\n{log.read_text()[-3000:]}")
        return json.loads(output.read_text())


def generate_names(environments: Path, versions: list[str]) -> None:
    """Writes the names, signatures and measured classes of each version."""
    preferred = DATA / minor(PREFERRED_FROM) / "names.json"
    for version in versions:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as stream:
            json.dump(preferred_names(preferred) if version != PREFERRED_FROM else [], stream)
            stream.flush()
            description = run_probe(environments, version, "probing.describe", stream.name)
        for part, content in encode_description(description).items():
            write_json(DATA / minor(version) / f"{part}.json", content)
        print(f"Keras {version}: {len(description['classes'])} classes, {len(description['functions'])} functions", flush=True)


def generate_attributes(environments: Path, versions: list[str]) -> None:
    """Writes the public attributes of the objects of each version's bases, and which parameters of its layers take numbers."""
    for version in versions:
        found = run_probe(environments, version, "probing.attributes")
        write_json(DATA / minor(version) / "attributes.json", found)
        numbers = run_probe(environments, version, "probing.number_parameters")
        write_json(DATA / minor(version) / "number_parameters.json", {"layer": numbers})
        print(f"Keras {version}: {len(found['layer'])} attributes of a layer, {len(found['model'])} of a model", flush=True)


def generate_outcomes(environments: Path, versions: list[str], tables: list[str], jobs: int) -> None:
    """Measures the tables of outcomes: every case with the versions of WHOLE, and with the others the cases that vary
    between those.
    """
    _measure_each(
        environments, [version for version in versions if version in WHOLE], lambda: dict.fromkeys(tables), jobs, is_whole=True
    )

    def varying() -> dict[str, list[str]]:
        return {table: varying_cases(_table(table)) for table in tables}

    _measure_each(environments, [version for version in versions if version not in WHOLE], varying, jobs, is_whole=False)


def _measure_each(environments: Path, versions: list[str], wanted: Callable[[], dict], jobs: int, is_whole: bool) -> None:
    if not versions:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json") as stream, ThreadPoolExecutor(jobs) as pool:
        json.dump(wanted(), stream)
        stream.flush()
        results = pool.map(lambda version: run_probe(environments, version, "probing.outcomes", stream.name), versions)
        for version, outcomes in zip(versions, results, strict=True):
            for table, cases in outcomes.items():
                write_json(_file(table), merge_outcomes(_table(table), minor(version), cases, is_whole), indent=True)
            print(f"Keras {version}: outcomes of {', '.join(outcomes)}", flush=True)


def _file(table: str) -> Path:
    return DATA / "outcomes" / f"{table}.json"


def _table(table: str) -> dict:
    return json.loads(_file(table).read_text()) if _file(table).exists() else {}


def generate_extensions(environments: Path) -> None:
    """Writes the classes of the known extensions, read from their sources."""
    classes, names = {}, {}
    for version in (KERAS_VERSIONS[0], KERAS_VERSIONS[-1]):  # where both have a name, the newest wins
        folder = DATA / minor(version)
        classes.update(json.loads((folder / "classes.json").read_text()))
        private = json.loads((folder / "private.json").read_text())
        names.update({PRIVATE + path: name for name, paths in private.items() for path in paths})
        names.update(json.loads((folder / "names.json").read_text())["aliases"])

    def canonical(name: str) -> tuple[str, str] | None:
        known = name if name in classes else names.get(name)
        return (known, classes[known]["kind"]) if known in classes else None

    for package, content in describe_extensions(extension_folders(environments), canonical).items():
        write_json(DATA / "extensions" / f"{package}.json", {"read_from": EXTENSIONS[package], **content})
        print(f"{EXTENSIONS[package]}: {len(content['classes'])} classes", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("environments", type=Path)
    parser.add_argument("--only", nargs="+", choices=KERAS_VERSIONS, default=list(KERAS_VERSIONS))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--jobs", type=int, default=1, help="versions that are measured at once")
    parser.add_argument("--set-up", action="store_true", help="make the environments that are missing")
    options = parser.parse_args()
    if options.set_up:
        set_up(options.environments, options.only)
    if "names" in options.parts:
        generate_names(options.environments, options.only)
    if "attributes" in options.parts:
        generate_attributes(options.environments, options.only)
    if "outcomes" in options.parts:
        generate_outcomes(options.environments, options.only, options.tables, options.jobs)
    if "extensions" in options.parts:
        generate_extensions(options.environments)


if __name__ == "__main__":
    sys.exit(main())
