"""What is needed to write a reproduction script: which scenarios, and the source of the lines that call them.

Those lines end in `defect`, a text that is empty once the defect is gone. Knows nothing of files and of headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .making.feed import WORDS, Feed
from .making.subject import Subject, custom_objects


def lines_of_feed(feed: Feed) -> list[str]:
    """Makes the same arrays again, and says how they are handed over."""
    lines = ["random = numpy.random.default_rng(0)", "arrays = ["]
    for _, shape, dtype in feed.items:
        whole = (feed.batch, *shape)
        if dtype == "string":
            lines.append(f"    numpy.array({list(WORDS)}, dtype=object)[random.integers(0, {len(WORDS)}, {whole})],")
        elif dtype == "bool":
            lines.append(f"    random.integers(0, 2, {whole}).astype(bool),")
        elif "int" in dtype:
            lines.append(f'    random.integers(0, 4, {whole}).astype("{dtype}"),')
        else:
            lines.append(f'    random.normal(size={whole}).astype("{dtype}"),')
    return [*lines, "]", *_handed(feed)]


def _handed(feed: Feed) -> list[str]:
    names = [name for name, _, _ in feed.items]
    if feed.style == "one":
        body = "(values[0],), {}"
    elif feed.style == "list":
        body = "(list(values),), {}"
    elif feed.style == "dict":
        body = f"(dict(zip({names!r}, values)),), {{}}"
    else:
        body = f"(values[0],), dict(zip({names[1:]!r}, values[1:]))"
    return ["", "", "def handed(values):", f"    return {body}", "", ""]


def _objects(subject: Subject) -> str:
    return "custom_objects = {" + ", ".join(f'"{name}": {name}' for name in _names(subject)) + "}"


def _names(subject: Subject) -> list[str]:
    """The classes and functions of the slice that a load has to be told of."""
    return [name for name, value in sorted(custom_objects(subject).items()) if name.isidentifier() and isinstance(value, type)]


def witness_of_reload(subject: Subject, made: str, feed: Feed, attempt: Mapping[str, Any]) -> dict[str, Any]:
    """A round trip through a file in one process; where only an argument tells, it is compared as well."""
    from .scenarios import reload

    name = subject.cls.__name__
    lines = [*lines_of_feed(feed), _objects(subject)]
    if "supplied" in attempt:  # so that only what the finding speaks of can fail
        lines.append(f"{name}.get_config = lambda self: {{}}")
        lines.append(f"{name}.from_config = classmethod(lambda cls, config: {name}({made}))")
    if not reload.is_defect(attempt) and attempt.get("changed"):
        return witness_of_configuration(subject, made, attempt)
    lines.append(f"defect = in_words(reload(lambda: {name}({made}), arrays, handed, custom_objects))")
    return {"scenarios": ["reload"], "names": _names(subject), "call": lines}


def witness_of_first_use(subject: Subject, made: str, feed: Feed, expected: str) -> dict[str, Any]:
    """What is said where the thing is used for the first time; `expected` tells it from other errors."""
    lines = [
        *lines_of_feed(feed),
        f"error = error_of_use(lambda: {made}, arrays, handed)",
        f'defect = f"it raises {{error}} when it is first used" if re.search({expected!r}, error) else ""',
    ]
    return {"scenarios": ["reload"], "names": _names(subject), "call": lines}


def witness_of_configuration(subject: Subject, made: str, attempt: Mapping[str, Any]) -> dict[str, Any]:
    """A round trip through the configuration."""
    name = subject.cls.__name__
    lines = [_objects(subject)]
    if attempt.get("lost") and "error" not in attempt:
        keys = ", ".join(
            f"{key}={value}" for key, value in (("name", "'kept'"), ("trainable", "False")) if key in attempt["lost"]
        )
        both = ", ".join(text for text in (made, keys) if text)
        lines += [
            "try:",
            f"    {name}({both})",
            f"    lost = base_keys_lost(lambda: {name}({both}), custom_objects)",
            "except TypeError:",
            f"    lost = base_keys_lost(lambda: {name}({made}), custom_objects)",
            'defect = ", ".join(f"{key} was {before} and comes back as {after}" for key, (before, after) in lost.items())',
        ]
        return {"scenarios": ["contract"], "names": _names(subject), "call": lines}
    lines += [
        f"outcome = round_trip(lambda: {name}({made}), {name}, custom_objects)",
        'changed = outcome.get("changed", {})',
        'defect = outcome.get("error") or ", ".join(f"{key} was {a} and comes back as {b}" for key, (a, b) in changed.items())',
    ]
    return {"scenarios": ["contract"], "names": _names(subject), "call": lines}


def witness_of_fresh_process(subject: Subject, made: str, feed: Feed) -> dict[str, Any]:
    """A save here, and a load in another process: the script starts itself again."""
    name = subject.cls.__name__
    lines = [
        *lines_of_feed(feed),
        _objects(subject),
        'if "--load" in sys.argv:',
        '    with open("before.pickle", "rb") as file:',
        "        before = pickle.load(file)",
        "    shift_automatic_names()",
        '    defect = in_words(load(before, arrays, handed, "model.keras", custom_objects))',
        "else:",
        f"    model = as_model({name}({made}), arrays, handed)",
        '    with open("before.pickle", "wb") as file:',
        '        pickle.dump(save(model, arrays, handed, "model.keras"), file)',
        "    defect = told_elsewhere(SCRIPT)",
    ]
    return {"scenarios": ["reload", "elsewhere"], "names": _names(subject), "call": lines, "imports": ["pickle"]}
