"""Plans a probe of a save or load: the very call that a finding speaks of, its path and what else it is given.

Turns a finding of KER301 to KER307 into a `CallSubject`, and for a load into the writing call that comes before it. What
of a path is not known becomes a plain word or a number. Knows nothing of what the call will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kerlint.confirm.planning.instantiations import source_of
from kerlint.confirm.requests import CallSubject, Request
from kerlint.execution.events import FunctionCall
from kerlint.execution.values import Instance, Literal, Text, TextHole, Value, alternatives
from kerlint.finding import Finding, Span
from kerlint.persistence.endings import extension_of, known_tail, names_a_directory, shown
from kerlint.persistence.pairs import name_of, writers_of
from kerlint.persistence.paths import is_folder, texts_of
from kerlint.persistence.places import imports_keras_2, path_to
from kerlint.persistence.uses import FileUse, Operation, called_name, uses_of
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir

_OPERATIONS = {
    "KER301": (Operation.SAVE,),
    "KER302": (Operation.SAVE_WEIGHTS, Operation.LOAD_WEIGHTS),
    "KER303": (Operation.CHECKPOINT,),
    "KER304": (Operation.LOAD,),
    "KER305": (Operation.LOAD, Operation.LOAD_WEIGHTS),
    "KER306": (Operation.SAVE, Operation.CHECKPOINT),
    "KER307": (Operation.SAVE, Operation.SAVE_WEIGHTS, Operation.CHECKPOINT, Operation.LOAD, Operation.LOAD_WEIGHTS),
}
_READING = (Operation.LOAD, Operation.LOAD_WEIGHTS)
_FUNCTIONS = {
    Operation.SAVE: "model.save",
    Operation.SAVE_WEIGHTS: "model.save_weights",
    Operation.LOAD_WEIGHTS: "model.load_weights",
    Operation.LOAD: "keras.models.load_model",
    Operation.CHECKPOINT: "keras.callbacks.ModelCheckpoint",
    Operation.EXPORT: "model.export",
    Operation.SAVED_MODEL: "tensorflow.saved_model.save",
}
_POSITIONS = {
    # The arguments behind the path, for Keras 2 and Keras 3.
    Operation.SAVE: (
        ("overwrite", "include_optimizer", "save_format", "signatures", "options", "save_traces"),
        ("overwrite", "zipped"),
    ),
    Operation.SAVE_WEIGHTS: (("overwrite", "save_format", "options"), ("overwrite", "max_shard_size")),
    Operation.LOAD_WEIGHTS: (("skip_mismatch", "by_name", "options"), ("skip_mismatch",)),
    Operation.LOAD: (("custom_objects", "compile", "safe_mode"), ("custom_objects", "compile", "safe_mode")),
    Operation.CHECKPOINT: (("monitor", "verbose", "save_best_only", "save_weights_only", "mode", "save_freq"),) * 2,
}
_FORMS = ("save_format", "save_traces", "signatures", "options", "period", "zipped")
"""The keywords that KER307 speaks of."""
_UNKNOWN_VALUES = {
    "save_format": "'tf'",
    "save_traces": "False",
    "signatures": "None",
    "options": "None",
    "period": "5",
    "zipped": "True",
}
_NEEDLESS = ("custom_objects", "filepath", "model", "obj", "export_dir")
_ALWAYS_LOGGED = ("loss", "val_loss", "accuracy", "val_accuracy")


def plan_paths(finding: Finding, probe: str, module: Module, project: Project) -> Request | str:
    """The request, or why there is none."""
    use = _use_of(finding, module)
    if use is None:
        return "the call was not found again"
    text = _text_of(use, finding.message)
    path, is_known = _path_of(use, text)
    if path is None:
        return "nothing of the path is known"
    called = _call(use, path, finding.code)
    writers = _writers(use, module, finding.message) if use.operation in _READING else []
    return Request(
        code=finding.code,
        probe=probe,
        path=str(module.path),
        lines=(finding.span.line, max(finding.span.line, finding.span.end_line)),
        subject=called,
        others=tuple(writers),
        message=finding.message,
        facts={
            "operation": use.operation.name,
            "predicts": _predicted(finding),
            "model": _kind_of_model(use),
            "is_path": text is not None and text.is_path,
            "is_folder": text is None and is_folder(use),
            "is_directory": text is not None and names_a_directory(text),
            "has_extension": text is not None and extension_of(text) is not None,
            "is_known": is_known,
            "is_checkpoint": text is None and use.operation is Operation.LOAD_WEIGHTS,
            "keyword": _keyword(finding, use, module),
            "save_weights_only": _weights_only(use),
            "library": "tf_keras" if imports_keras_2(module) else "keras",
            "target": module.target.major,
        },
    )


def _use_of(finding: Finding, module: Module) -> FileUse | None:
    """The save or load that a finding was made of."""
    uses = [use for use in uses_of(module) if use.operation in _OPERATIONS[finding.code] and finding.span in _spans(use, module)]
    uses.sort(key=lambda use: (not _is_named(use, finding.message), len(path_to(use.event))))
    return uses[0] if uses else None


def _is_named(use: FileUse, message: str) -> bool:
    return any(shown(text) in message for text in texts_of(use))


def _spans(use: FileUse, module: Module) -> Iterator[Span]:
    """Where a finding of this use may stand."""
    nodes: list[ir.Node | None] = [site.node for site in path_to(use.event) if site.module is module]
    if use.module is module:
        nodes += [use.path_node, use.event.node, *(use.keyword_node(name) for name in _FORMS)]
    yield from (module.span(node) for node in nodes if isinstance(node, ir.Node))


def _text_of(use: FileUse, message: str) -> Text | None:
    texts = texts_of(use)
    return next((text for text in texts if shown(text) in message), texts[0] if texts else None)


def _path_of(use: FileUse, text: Text | None) -> tuple[str | None, bool]:
    """The path with a stand-in for each part that is not known, and whether it needed none."""
    if text is not None:
        path = "".join(part if isinstance(part, str) else _filled(part) for part in text.parts)
        if use.operation is Operation.CHECKPOINT:
            path = re.sub(r"\{([A-Za-z_]\w*)", _logged, path)
        return path, text.known is not None
    if use.path is not None and all(called_name(leaf).endswith("latest_checkpoint") for _, leaf in alternatives(use.path)):
        return "checkpoints/ckpt-1", False
    if is_folder(use):
        return "folder", False
    return ("model.weights.h5" if "WEIGHTS" in use.operation.name else "model.keras") if use.path is not None else None, False


def _filled(hole: TextHole) -> str:
    """A plain word, or a number as the format wants it."""
    if not known_tail(Text(0, (hole,)))[1]:
        return "part"
    for number in (7, 0.25):
        try:
            return format(number, hole.spec)
        except ValueError:
            continue
    return "7"


def _logged(found: re.Match[str]) -> str:
    """A placeholder for something that the stand-in's training does log."""
    name = found[1]
    return found[0] if name in ("epoch", "batch", *_ALWAYS_LOGGED) else "{val_loss" if name.startswith("val_") else "{loss"


def _call(use: FileUse, path: str, code: str = "") -> CallSubject:
    """The call with the arguments that are known."""
    function = _FUNCTIONS[use.operation]
    if isinstance(use.event, FunctionCall) and use.event.name.startswith("keras."):
        function = (
            f"keras.models.{use.event.name.rpartition('.')[2]}"
            if use.operation in (Operation.SAVE, Operation.LOAD)
            else use.event.name
        )
    keywords = {name: _argument(name, value) for name, value in _arguments(use) if name not in _NEEDLESS}
    return CallSubject(function, path, tuple((name, text) for name, text in keywords.items() if text is not None))


def _arguments(use: FileUse) -> Iterator[tuple[str, Value]]:
    """The arguments but the path, by their names."""
    positions = _POSITIONS.get(use.operation, ((), ()))
    names = positions[0] if use.module.target.major == 2 else positions[1]
    yield from zip(names, use.arguments.positional[use.position + 1 :], strict=False)
    yield from use.arguments.keywords.items()


def _argument(name: str, value: Value) -> str | None:
    """The source of an argument; None where it is not known and may be left out."""
    text = source_of(value)
    if text is None:
        return _UNKNOWN_VALUES.get(name)
    if name == "monitor" and isinstance(value, Text) and value.known not in _ALWAYS_LOGGED:
        return "'val_loss'"
    return text


def _writers(use: FileUse, module: Module, message: str) -> list[CallSubject]:
    """How the program itself writes what it loads: to this path, or to the one that the message names."""
    name = name_of(use)
    found = writers_of(module, name) if name is not None else []
    if not found:
        named = message.partition("the program saves to ")[2]
        found = [other for other in uses_of(module) if other.operation not in _READING and named and _is_named(other, named)]
    calls = [(other, _path_of(other, _text_of(other, message))[0]) for other in found]
    return list(dict.fromkeys(_call(other, path) for other, path in calls if path is not None))[:3]


def _predicted(finding: Finding) -> str:
    """What the message says will happen."""
    if finding.code == "KER306":
        return "hdf5"
    if "is ignored" in finding.message:
        return "ignored"
    return "directory" if "writes a SavedModel directory" in finding.message else "raises"


def _keyword(finding: Finding, use: FileUse, module: Module) -> str:
    """The keyword that KER307 speaks of."""
    if finding.code != "KER307":
        return ""
    names = [name for name in _FORMS if name in use.arguments.keywords]
    by_place = [name for name in names if _is_at(use.keyword_node(name), finding.span, module)]
    by_word = [name for name in by_place or names if re.search(rf"\b{name}\b", finding.message)]
    return (by_word or by_place or names or [""])[0]


def _is_at(node: object, span: Span, module: Module) -> bool:
    return isinstance(node, ir.Node) and module.span(node) == span


def _weights_only(use: FileUse) -> Sequence[str]:
    """The values that `save_weights_only` may have where it is not known."""
    if use.operation is not Operation.CHECKPOINT:
        return ()
    value = use.argument("save_weights_only", 4)
    if value is None:
        return ("False", "True") if use.arguments.is_open else ()
    return () if isinstance(value, Literal) else ("False", "True")


def _kind_of_model(use: FileUse) -> str:
    """What the model is known to be; empty where it is not."""
    for _, leaf in alternatives(use.subject) if use.subject is not None else ():
        if isinstance(leaf, Instance) and leaf.module.project.kind_of_instance(leaf) == "model":
            if leaf.info is not None:
                return "subclassed"
            return "sequential" if leaf.class_name == "keras.Sequential" else "functional"
    return ""
