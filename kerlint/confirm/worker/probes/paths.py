"""Whether Keras takes a path, and whether what is written there can be read: KER301 to KER307.

The very call, with the very ending and arguments, on a small model in the probe's folder. It is written as a few lines
that the child runs and that a reproduction repeats; the verdict compares what came of them with what the finding says.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import keras

from ..sandbox.children import StageOutcome
from ..scenarios import paths
from ..stages import stage
from ..unavailable import Needs
from ..verdicts import confirmed, refuted, trouble_of, undecided
from . import probe

_FORMS = ("save_format", "save_traces", "signatures", "options", "period", "zipped")
_LOADABLE = ("a SavedModel directory", "a .keras file", "an HDF5 file")
_WEIGHTS = ("a TensorFlow checkpoint", "a file of weights")


@probe("paths")
def path_probe(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    """One child runs the lines for the finding's rule; what they saw is judged here."""
    facts = request["facts"]
    major = int(keras.__version__.partition(".")[0])
    if facts["library"] == "keras" and facts["target"] != major:
        return undecided(f"the file is judged for Keras {facts['target']}, and Keras {keras.__version__} is installed")
    lines = _lines(request)
    outcome = yield "paths.run", {"lines": lines, "library": facts["library"]}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(trouble)
    found = outcome.value
    verdict = _judged(request, found["seen"])
    error = next((one["error"] for one in found["seen"] if "error" in one), None)
    rest = {"evidence": {**({"error": error} if error else {}), "seen": found["seen"]}, "used": _used(request)}
    if verdict["verdict"] == "confirmed":
        if not found["defect"]:
            return undecided("what was seen and what a reproduction would show disagree", **rest)
        rest["witness"] = {"scenarios": ["paths"], "names": [], "call": lines, "imports": []}
    return {**verdict, **rest}


@stage("paths.run")
def run_lines(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Runs the lines among the scenario's functions."""
    names = vars(paths)
    if argument["library"] != "keras":
        try:
            __import__(argument["library"])
        except ImportError as error:
            raise Needs(f"module {argument['library']}") from error
    exec("\n".join(argument["lines"]), names)
    return {"seen": names["seen"], "defect": names["defect"] or ""}


# --- the lines ----------------------------------------------------------------------------------------------------------


def rerooted(path: str) -> str:
    """The path inside the current folder: without a scheme, a root, a home or a way up. Its ending stays."""
    path = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", path.replace("\\", "/"))
    path = re.sub(r"^(?:[A-Za-z]:|~\w*)?/+|^~$", "", path)
    parts = ["up" if part == ".." else part for part in path.split("/")]
    return "/".join(part[-100:] for part in parts) or "model"


def _lines(request: Mapping[str, Any]) -> list[str]:
    """The program for a request. It ends in `seen`, a list of observations, and `defect`."""
    facts, subject = request["facts"], request["subject"]
    path = rerooted(subject["path"])
    lines = [f"make_room({path!r})"]
    if facts["is_folder"]:
        lines.append(f"os.makedirs({path!r}, exist_ok=True)")
    if request["code"] == "KER307":
        lines += _lines_for_keyword(request, path)
    elif facts["operation"] in ("LOAD", "LOAD_WEIGHTS"):
        lines += _lines_for_load(request, path)
    else:
        lines += _lines_for_save(request, path)
    imports = ["global keras", f"import {facts['library']} as keras"] if facts["library"] != "keras" else []
    imports += [f"import {name}" for name in ("pathlib", "tensorflow") if any(f"{name}." in line for line in lines)]
    return imports + lines


def _lines_for_save(request: Mapping[str, Any], path: str) -> list[str]:
    """The call, once for each value that `save_weights_only` may have, and the way back if it was taken."""
    facts = request["facts"]
    kind = facts["model"] or "functional"
    lines = ["seen = []"]
    for value in facts["save_weights_only"] or [None]:
        keywords = [item for item in request["subject"]["keywords"] if value is None or item[0] != "save_weights_only"]
        keywords += [("save_weights_only", value)] if value is not None else []
        only = facts["operation"] == "SAVE_WEIGHTS" or ("save_weights_only", "True") in [tuple(item) for item in keywords]
        lines += [
            f"model = stand_in({kind!r})",
            f"seen.append(observe(lambda: {_call(request, path, keywords)}, {path!r}))",
            'if "error" not in seen[-1]:',
            f"    seen[-1].update(come_back(model, {path!r}, {kind!r}, weights_only={only}))",
        ]
    if facts["predicts"] == "raises":
        return [*lines, 'defect = seen[0].get("error") if all("error" in one for one in seen) else None']
    wanted = "an HDF5 file" if facts["predicts"] == "hdf5" else "a SavedModel directory"
    return [*lines, f'defect = f"wrote {{seen[0].get(\'wrote\')}}" if seen[0].get("wrote") == {wanted!r} else None']


def _lines_for_load(request: Mapping[str, Any], path: str) -> list[str]:
    """What the program writes, or all that may lie at such a path, and then the load."""
    facts, kind = request["facts"], request["facts"]["model"] or "functional"
    load = _call(request, path, request["subject"]["keywords"])
    lines = ["seen = []"]
    contents: Sequence[str] = _WEIGHTS if facts["operation"] == "LOAD_WEIGHTS" else _LOADABLE
    if facts["is_checkpoint"] or facts["is_directory"]:
        contents = contents[:1]
    elif facts["operation"] == "LOAD" and not facts["has_extension"]:
        contents = contents[:2]
    writer = _writer(request)
    if writer is not None:
        written, save = writer
        lines += [
            f"make_room({written!r})",
            f"model = stand_in({kind!r})",
            f"before = observe(lambda: {save}, {written!r})",
            f"seen.append({{**before, **observe(lambda: {load})}} if 'error' not in before else {{'unfit': before['error']}})",
        ]
        contents = ()
    for content in contents:
        lines += [
            f"put({content!r}, {path!r}, {kind!r})",
            f"model = stand_in({kind!r})",
            f"seen.append({{'content': {content!r}, **observe(lambda: {load})}})",
        ]
    if writer is not None and request["code"] == "KER305":
        lines.append(
            "seen[-1].update("
            f"control=come_back(model, {writer[0]!r}, {kind!r}, weights_only={_is_weights(request['others'][0])}))"
        )
    return [*lines, 'defect = seen[0].get("error") if all("error" in one for one in seen) else None']


def _writer(request: Mapping[str, Any]) -> tuple[str, str] | None:
    """The path and source of the program's own writing call, where that is what the finding speaks of."""
    others = request["others"]
    exports = ("model.export", "tensorflow.saved_model.save")
    if not others or (request["code"] != "KER305" and others[0]["function"] not in exports):
        return None
    path = rerooted(others[0]["path"])
    return path, _source(others[0]["function"], path, others[0]["keywords"], request["facts"]["is_path"])


def _is_weights(writer: Mapping[str, Any]) -> bool:
    return writer["function"].endswith("save_weights") or ["save_weights_only", "True"] in [
        list(item) for item in writer["keywords"]
    ]


def _lines_for_keyword(request: Mapping[str, Any], path: str) -> list[str]:
    """With the keyword, and without it at a path whose ending is right."""
    facts, name = request["facts"], request["facts"]["keyword"]
    kind, operation = facts["model"] or "functional", facts["operation"]
    keywords = [tuple(item) for item in request["subject"]["keywords"]]
    plain = [item for item in keywords if item[0] not in _FORMS]
    with_it = [*plain, *((name, _made(name, value, operation)) for key, value in keywords if key == name)]
    ending = ".weights.h5" if "WEIGHTS" in operation or ("save_weights_only", "True") in plain else ".keras"
    right = path if path.endswith(ending) or facts["predicts"] == "ignored" else "right" + ending
    lines = [f"model = stand_in({kind!r})"]
    if operation in ("LOAD", "LOAD_WEIGHTS"):
        save = "model.save" if operation == "LOAD" else "model.save_weights"
        lines += [f"{save}({right!r})"]
        path = right
    return [
        *lines,
        f"seen = [observe(lambda: {_call(request, path, with_it)}, {path!r})]",
        *([f"os.remove(written_to({path!r}))"] if facts["predicts"] == "ignored" else []),
        f"seen.append(observe(lambda: {_call(request, right, plain)}, {right!r}))",
        *(
            ['defect = "it writes the same without" if "wrote" in seen[0] and seen[0]["wrote"] == seen[1].get("wrote") else None']
            if facts["predicts"] == "ignored"
            else ['defect = seen[0].get("error") if "error" not in seen[1] else None']
        ),
    ]


def _made(name: str, text: str, operation: str) -> str:
    """The argument; where it is not known, an object such as it is meant for."""
    if name == "options" and text == "None":
        kind = {"SAVE": "saved_model.SaveOptions", "LOAD": "saved_model.LoadOptions"}.get(operation, "train.CheckpointOptions")
        return f"tensorflow.{kind}()"
    return text


def _call(request: Mapping[str, Any], path: str, keywords: Sequence[Sequence[str]]) -> str:
    """The call; without what KER307 speaks of where it is the path that is judged."""
    if request["code"] != "KER307" and request["facts"]["predicts"] == "raises":
        keywords = [item for item in keywords if item[0] not in _FORMS or item[0] == "zipped"]
    return _source(request["subject"]["function"], path, keywords, request["facts"]["is_path"])


def _source(function: str, path: str, keywords: Sequence[Sequence[str]], is_path: bool) -> str:
    """The call as text; a callback in a training that makes it save, a checkpoint's newest name where it is asked for."""
    path_text = f"pathlib.Path({path!r})" if is_path else repr(path)
    named = "".join(f", {name}={text}" for name, text in keywords)
    if function.endswith("ModelCheckpoint"):
        return f"fitted(model, {function}({path_text}{named}))"
    takes_model = not function.startswith("model.") and not function.endswith("load_model")
    return f"{function}({'model, ' if takes_model else ''}{path_text}{named})"


# --- the verdict --------------------------------------------------------------------------------------------------------


def _judged(request: Mapping[str, Any], seen: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the observations say of the finding."""
    facts = request["facts"]
    unfit = next((one["unfit"] for one in seen if "unfit" in one), None)
    if unfit is not None:
        return undecided(f"the program's own save fails first: {short(unfit)}")
    if request["code"] == "KER307":
        return _judged_keyword(request, seen)
    if facts["predicts"] in ("directory", "hdf5"):
        return _judged_form(facts["predicts"], seen[0])
    errors = [one["error"] for one in seen if "error" in one]
    if len(errors) < len(seen):
        return _judged_success(request, next(one for one in seen if "error" not in one))
    expected = re.search(r"raises (\w+Error)\b", request["message"])
    if expected is not None and not all(error.startswith(expected[1]) for error in errors):
        other = next(error for error in errors if not error.startswith(expected[1]))
        return undecided(f"it raises something else: {short(other)}")
    if request["code"] == "KER305":
        return _judged_pair(request, seen[0])
    return confirmed(short(errors[0]))


def _judged_success(request: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """The call raised nothing: whether what it left can be used."""
    if request["facts"]["operation"] in ("LOAD", "LOAD_WEIGHTS"):
        if "content" in one:
            return undecided(f"Keras reads {one['content']} there, and what lies there is not known")
        return refuted("it loads what the program wrote")
    if "differ" in one and one["differ"] < 1e-5:
        return refuted(f"it writes {one['wrote']}, which loads again")
    return undecided(f"it writes {one['wrote']}, which cannot be loaded: {short(one.get('load_error', 'other outputs'))}")


def _judged_form(predicted: str, one: Mapping[str, Any]) -> dict[str, Any]:
    wanted = "an HDF5 file" if predicted == "hdf5" else "a SavedModel directory"
    if "error" in one:
        return undecided(f"it raises instead: {short(one['error'])}")
    if one["wrote"] == wanted:
        told = next((text for text in one["warned"] if "legacy" in text or "HDF5" in text), None)
        return confirmed(f"it wrote {wanted}" + (", and Keras warns that this is legacy" if told and predicted == "hdf5" else ""))
    if one["wrote"] in ("nothing", "another file"):
        return undecided(f"it wrote {one['wrote']}")
    return refuted(f"it wrote {one['wrote']}")


def _judged_pair(request: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """The load failed after the program's own save: the save must have left something."""
    if "before" in one or not request["others"]:
        return undecided("what the program writes was not found")
    control = one.get("control", {})
    if "load_error" in control:
        return undecided(f"what the program writes cannot be loaded by its true name either: {short(control['load_error'])}")
    return confirmed(short(one["error"]))


def _judged_keyword(request: Mapping[str, Any], seen: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    name = request["facts"]["keyword"]
    given, without = seen[0], seen[1]
    if "error" in without:
        return undecided(f"without {name} it fails as well: {short(without['error'])}")
    if request["facts"]["predicts"] == "ignored":
        if "error" in given:
            return undecided(f"it raises instead: {short(given['error'])}")
        if given["wrote"] == without["wrote"]:
            return confirmed(f"it wrote {given['wrote']} with {name} and without")
        return refuted(f"it wrote {given['wrote']} with {name} and {without['wrote']} without")
    if "error" not in given:
        return refuted(
            f"Keras takes {name}: it wrote {given['wrote']}" if "SAVE" in request["facts"]["operation"] else f"Keras takes {name}"
        )
    expected = re.search(r"raises (\w+Error)\b", request["message"])
    if expected is not None and not given["error"].startswith(expected[1]):
        return undecided(f"it raises something else: {short(given['error'])}")
    return confirmed(short(given["error"]))


def short(error: str) -> str:
    """The first sentence of an error, for one line."""
    sentence = re.split(r"(?<=[a-z`\"')])\. (?=[A-Z])", error, maxsplit=1)[0].rstrip(".")
    return sentence if len(sentence) <= 110 else f"{sentence[:109]}…"


def _used(request: Mapping[str, Any]) -> dict[str, Any]:
    """What was run, and what of it stands in for something that is not known."""
    facts, subject = request["facts"], request["subject"]
    path = rerooted(subject["path"])
    used = {
        "made": f"a {facts['model'] or 'functional'} model of two Dense layers",
        "call": _call(request, path, subject["keywords"]),
    }
    if not facts["is_known"]:
        used["assumed"] = "parts of the path that are not known are plain words and numbers"
    return used
