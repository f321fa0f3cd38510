"""Turns a verdict's evidence, which is plain data from the worker, into what a reader can look at: plots of the numbers that
were measured, tables of what changed, and what was said. Knows nothing of HTML.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from kerlint.finding import Verdict
from kerlint.records import dataclass
from kerlint.reporters.html.bars import Bar

_VERSIONS = ("keras", "backend", "python")


@dataclass(frozen=True, slots=True)
class Plot:
    """Numbers of one kind, beside each other."""

    title: str
    axis: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a verdict's evidence holds. `changed` has a name, what it was and what came back; `facts` what remains."""

    plots: tuple[Plot, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    error: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def seen_in(verdict: Verdict) -> Seen:
    """What a run of Keras showed; empty where nothing was noted."""
    evidence = verdict.evidence
    drawn: set[str] = set()
    plots = [
        plot
        for reader in (_answers, _statistics, _sizes, _layers, _steps, _outputs, _variables, _calls)
        for plot in reader(evidence, drawn)
    ]
    changed, error = evidence.get("changed"), evidence.get("error")
    rows = [(str(name), *_two(values)) for name, values in changed.items()] if isinstance(changed, Mapping) else []
    told = {"changed", "error", *drawn}
    facts = [
        (name.replace("_", " "), _in_words(value))
        for name, value in evidence.items()
        if name not in told and name not in _VERSIONS and value not in (None, "", [], {})
    ]
    ran = [(name, _in_words(value)) for name, value in verdict.used.items() if value not in (None, "", [], {})]
    named = {"keras": "Keras ", "backend": "", "python": "Python "}
    versions = ", ".join(f"{named[name]}{evidence[name]}" for name in _VERSIONS if name in evidence)
    more = [("versions", versions)] if versions else []
    return Seen(tuple(plots), tuple(rows), str(error) if error else "", (*ran, *facts, *more))


def _two(values: object) -> tuple[str, str]:
    return (str(values[0]), str(values[1])) if isinstance(values, (list, tuple)) and len(values) == 2 else (str(values), "")


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_in_words(inner)}" for name, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_in_words(inner) if not isinstance(inner, (list, tuple)) else str(list(inner)) for inner in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _number(evidence: Mapping[str, object], name: str) -> float | None:
    return _finite(evidence.get(name))


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _numbers(value: object) -> list[float] | None:
    """A list of numbers and of nothing else."""
    if not isinstance(value, (list, tuple)) or not value:
        return None
    numbers = [number for item in value if (number := _finite(item)) is not None]
    return numbers if len(numbers) == len(value) else None


def _answers(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """A layer that is shared, against a layer for each call."""
    gap, apart, off = (_number(evidence, name) for name in ("train_eval", "train_eval_apart", "shared_apart"))
    if gap is None or apart is None or off is None:
        return
    drawn.update(("train_eval", "train_eval_apart", "shared_apart"))
    bars = (
        Bar("training and inference, one layer for all calls", gap, is_wrong=gap > 0.5 and gap > 2 * apart),
        Bar("training and inference, a layer for each call", apart),
        Bar("inference, one layer and a layer for each call", off, is_wrong=off > 0.5 and off > apart),
    )
    yield Plot("How far answers of the layer are apart", "difference of outputs, 95th percentile", bars)


def _statistics(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """What the layer keeps, beside what it would keep for each call alone."""
    statistics = evidence.get("statistics")
    if not isinstance(statistics, Mapping):
        return
    drawn.add("statistics")
    for name, values in statistics.items():
        alone = _numbers(values.get("alone")) if isinstance(values, Mapping) else None
        shared = _number(values, "shared") if isinstance(values, Mapping) else None
        if alone is None or shared is None:
            continue
        bars = [Bar(f"of call {number} alone", value) for number, value in enumerate(alone, 1)]
        what = str(name).replace("_", " ")
        yield Plot(
            f"The {what} after training, in the channel where the calls differ most",
            str(name),
            (*bars, Bar("kept for all calls, used in inference", shared, is_wrong=True)),
        )


def _sizes(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """The shapes that one layer was given, where the second raised."""
    shapes = evidence.get("shapes")
    if "error" not in evidence or not isinstance(shapes, (list, tuple)) or len(shapes) != 2:
        return
    first, second = shapes
    if not isinstance(first, (list, tuple)) or not isinstance(second, (list, tuple)) or not first or not second:
        return
    drawn.add("shapes")
    what = "channels" if len(first) == len(second) else "dimensions"
    sizes = [(shape[-1] if what == "channels" else len(shape)) for shape in (first, second)]
    if all(isinstance(size, int) and not isinstance(size, bool) for size in sizes):
        bars = (
            Bar(f"first call, on {_shape(first)}", sizes[0]),
            Bar(f"second call, on {_shape(second)}: raises", sizes[1], is_wrong=True),
        )
        yield Plot("What the layer was called on", what, bars)


def _shape(shape: object) -> str:
    return str(tuple(shape)) if isinstance(shape, (list, tuple)) else str(shape)


def _layers(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    before, after = _number(evidence, "layers"), _number(evidence, "layers_loaded")
    if before is None or after is None:
        return
    drawn.update(("layers", "layers_loaded"))
    bars = (Bar("in the model that was saved", before), Bar("in the model that was loaded", after, is_wrong=after != before))
    yield Plot("Layers that come back", "layers", bars)


def _steps(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """A layer applied to each time step."""
    gap, equal = _number(evidence, "train_eval"), _number(evidence, "train_eval_equal_steps")
    if gap is None or equal is None:
        return
    drawn.update(("train_eval", "train_eval_equal_steps"))
    bars = (
        Bar("steps that differ", gap, is_wrong=gap > 0.5 and gap > 2 * equal),
        Bar("steps that are drawn alike", equal),
    )
    yield Plot("How far training and inference are apart", "difference of outputs, 95th percentile", bars)


_COMPARED = (
    ("variables", "Two calls on the same input"),
    ("written", "The second call, from a fresh start and after the first"),
    ("files", "Outputs of the layer on the same rows, told and made again"),
    ("route", "Outputs of the same input, before and after"),
    ("step", "Outputs of the same input, before saving and after loading"),
    ("layers", "Outputs of the same input, before saving and after loading"),
)
"""What was compared, by something else that the same probe notes."""


def _outputs(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """The same input twice: before saving and after loading, or as the words of the verdict say."""
    key = "difference" if _number(evidence, "difference") is not None else "gap"
    gap, scale = _number(evidence, key), _number(evidence, "scale")
    if gap is None:
        return
    drawn.update((key, "scale"))
    title = next((told for name, told in _COMPARED if name in evidence), "Outputs of the same input")
    largest = (Bar("largest output as it should be", scale),) if scale is not None else ()
    apart = Bar("largest difference from it", gap, is_wrong=gap > 1e-4 * (scale or 1.0))
    yield Plot(title, "output", (*largest, apart))


def _variables(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """Variables that each pass makes, or that one has before and after loading."""
    made, trainable = _numbers(evidence.get("variables")), _numbers(evidence.get("trainable"))
    if made is not None:
        drawn.add("variables")
        bars = tuple(Bar(f"pass {number}", count, is_wrong=number > 1 and count > 0) for number, count in enumerate(made, 1))
        yield Plot("Variables that each pass makes anew", "variables", bars)
    if trainable is not None and len(trainable) == 2:
        drawn.add("trainable")
        before, after = trainable
        counts = (Bar("before saving", before), Bar("after loading", after, is_wrong=before != after))
        if before or after:
            yield Plot("Variables that are trained", "variables", counts)


def _calls(evidence: Mapping[str, object], drawn: set[str]) -> Iterator[Plot]:
    """How often one training step calls the layer and writes its state."""
    calls, written = _number(evidence, "calls"), _number(evidence, "written")
    if calls is None or written is None:
        return
    drawn.update(("calls", "written"))
    bars = (Bar("calls of the layer", calls), Bar("times its state was written", written, is_wrong=written > 1))
    yield Plot("One training step", "times", bars)
