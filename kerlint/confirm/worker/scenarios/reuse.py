"""Runs training passes that call one layer several times, and compares what it answers in training and in inference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Callable

import keras
import numpy

Step = Callable[..., Any]
MOST_CALLS = 8
Hook = Callable[[int, "tuple[Any, ...]", "dict[str, Any]"], None]


def varied(items: Sequence[Any], seed: int, rows: int, scale: float = 1.0, spread: float = 0.0) -> list[Any]:
    """Made inputs, an array for each (shape, dtype): the second input, and later steps of a sequence (or features),
    have larger numbers.

    With a `spread` later rows have larger numbers as well.
    """
    random = numpy.random.default_rng(seed)
    arrays = []
    for place, (shape, dtype) in enumerate(items):
        size = (rows, *shape)
        if "float" not in dtype:
            arrays.append(random.integers(0, 2 if dtype == "bool" else 4, size).astype(dtype))
            continue
        numbers = random.normal(size=size)
        if len(shape) >= 1:
            steps = numpy.linspace(0.0, 3.0, shape[0]).reshape((1, -1) + (1,) * (len(shape) - 1))
            numbers = numbers * (1.0 + steps) + steps
        growth = 1.0 + spread * numpy.linspace(0.0, 1.0, rows).reshape((-1,) + (1,) * len(shape))
        arrays.append((scale * growth * (numbers * (1.0 + 2.0 * place) + 2.0 * place)).astype(dtype))
    return arrays


def ready_to_train(thing: Any) -> Any:
    """The model, compiled where it was not; one with a compile of its own may do without."""
    if getattr(thing, "optimizer", None) is None:
        with suppress(Exception):
            thing.compile(optimizer="sgd", loss="mean_squared_error")
    return thing


def vary_weights(variables: Sequence[Any], but: Any) -> None:
    """Gives the layers round a layer different scales and offsets, as training does."""
    random = numpy.random.default_rng(1)
    kept = {id(variable) for variable in but.weights}
    for place, variable in enumerate(variables):
        value = numpy.asarray(variable)
        if id(variable) in kept or not numpy.issubdtype(value.dtype, numpy.floating):
            continue
        moved = value * (0.5, 2.0, 1.0, 3.0)[place % 4] if value.ndim > 1 else value + 0.7 * random.normal(size=value.shape)
        variable.assign(moved.astype(value.dtype))


def state_of(layer: Any) -> list[Any]:
    """The numbers that a layer keeps from one call to the next: float variables of its own that are not trained."""
    found: list[Any] = []
    attributes = [value for name, value in vars(layer).items() if hasattr(value, "assign")]
    states = getattr(layer, "states", None) if getattr(layer, "stateful", False) else None
    for variable in [*_listed(states), *layer.non_trainable_weights, *attributes]:
        is_trained = any(variable is other for other in layer.trainable_weights)
        is_float = "float" in str(getattr(variable, "dtype", "")) and hasattr(variable, "assign")
        if is_float and not is_trained and not any(variable is other for other in found):
            found.append(variable)
    return found


def _listed(states: Any) -> list[Any]:
    if states is None:
        return []
    return [leaf for state in states for leaf in _listed(state)] if isinstance(states, (list, tuple)) else [states]


def values_of(variables: Sequence[Any]) -> list[Any]:
    """Copies of the numbers."""
    return [numpy.asarray(variable).copy() for variable in variables]


def put(variables: Sequence[Any], values: Sequence[Any]) -> None:
    """Puts numbers into variables."""
    for variable, value in zip(variables, values):
        variable.assign(value)


@contextmanager
def at_each_call(layer: Any, before: Hook, after: Hook) -> Iterator[None]:
    """Does something before and after each call of one layer; it is told the number of the call and its arguments."""
    base, original = keras.layers.Layer, keras.layers.Layer.__call__
    count = [0]

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self is not layer:
            return original(self, *args, **kwargs)
        number = count[0]
        count[0] += 1
        before(number, args, kwargs)
        result = original(self, *args, **kwargs)
        after(number, args, kwargs)
        return result

    base.__call__ = call
    try:
        yield
    finally:
        base.__call__ = original


def one_pass(layer: Any, step: Step, seed: int = 0) -> dict[str, Any]:
    """One training pass: the arguments of each call of the layer, and which of its numbers each call wrote."""
    arguments: list[Any] = []
    written: list[list[str]] = []
    last: list[Any] = []
    carried: list[bool] = []

    def before(number: int, args: Any, kwargs: Any) -> None:
        now = values_of(state_of(layer))
        if number and last:
            carried.append(_equal(now, last) and any(bool(numpy.any(value)) for value in now))
        last[:] = now

    def after(number: int, args: Any, kwargs: Any) -> None:
        variables = state_of(layer)
        now = values_of(variables)
        names = [str(variable.name).split("/")[-1].split(":")[0] for variable in variables]
        changed = [name for name, one, two in zip(names, last, now) if one.shape != two.shape or not numpy.array_equal(one, two)]
        arguments.append((args, dict(kwargs)))
        written.append(names if len(last) != len(now) else changed)
        last[:] = now

    with at_each_call(layer, before, after):
        step(seed)
    return {"arguments": arguments, "written": written, "carried": carried}


def _equal(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return len(one) == len(other) and all(numpy.array_equal(a, b) for a, b in zip(one, other))


def answer(layer: Any, received: Any, training: bool) -> list[Any]:
    """What a layer gives on the arguments that a call of it received, in training or in inference."""
    args, kwargs = received
    named = {name: value for name, value in kwargs.items() if name != "training"}
    given = [value for value in args if not isinstance(value, bool) and value is not None]
    try:
        result = layer(*given, training=training, **named)
    except TypeError:
        result = layer(*given, **named)
    return [numpy.asarray(value, dtype="float64") for value in (result if isinstance(result, (list, tuple)) else [result])]


def apart(one: Sequence[Any], other: Sequence[Any]) -> float:
    """How far two answers are from each other: all but the 5 % of their numbers that differ most."""
    gaps = [float(numpy.percentile(numpy.abs(a - b), 95)) for a, b in zip(one, other) if a.size and a.shape == b.shape]
    return max(gaps, default=0.0)


@contextmanager
def sooner(layer: Any) -> Iterator[None]:
    """Moving statistics that settle within some dozen passes: a momentum of 0.85 at most."""
    inner = getattr(layer, "_flatten_layers", None)
    layers = list(inner()) if inner is not None else [layer]
    kept = [(one, one.momentum) for one in layers if isinstance(getattr(one, "momentum", None), float) and one.momentum > 0.85]
    for one, _ in kept:
        one.momentum = 0.85
    try:
        yield
    finally:
        for one, momentum in kept:
            one.momentum = momentum


def mixing(layer: Any, step: Step, passes: int = 60, batches: int = 4) -> dict[str, Any]:
    """What sharing does to a layer: it is trained with one state for all its calls, and again with a state for each call.

    What the calls receive in a few training passes is noted and given to the layer again and again. `train_eval` is how far
    its answers in training and in inference are from each other, `train_eval_apart` the same with a state for each call,
    `shared_apart` how far the answers in inference of the two are from each other. `statistics` is what the layer keeps, beside
    what it keeps for each call alone.
    """
    noted = [one_pass(layer, step, seed) for seed in range(batches)]
    count = min(len(one["arguments"]) for one in noted)
    places = sorted({round(place) for place in numpy.linspace(0, count - 1, min(count, MOST_CALLS))})
    variables = state_of(layer)
    begin = values_of(variables)
    own = []
    with sooner(layer):
        for number in range(passes):
            for place in places:
                answer(layer, noted[number % batches]["arguments"][place], training=True)
        shared = values_of(variables)
        for place in places:
            put(variables, begin)
            for number in range(passes):
                answer(layer, noted[number % batches]["arguments"][place], training=True)
            own.append(values_of(variables))
    gaps = {"train_eval": 0.0, "train_eval_apart": 0.0, "shared_apart": 0.0}
    for place, alone in zip(places, own):
        received = noted[0]["arguments"][place]
        answers = []
        for state, training in ((shared, True), (shared, False), (alone, True), (alone, False)):
            put(variables, state)
            answers.append(answer(layer, received, training))
        gaps["train_eval"] = max(gaps["train_eval"], apart(answers[0], answers[1]))
        gaps["train_eval_apart"] = max(gaps["train_eval_apart"], apart(answers[2], answers[3]))
        gaps["shared_apart"] = max(gaps["shared_apart"], apart(answers[1], answers[3]))
    put(variables, begin)
    written = [names for names in noted[-1]["written"] if names]
    return {
        "calls": count,
        "written": len(written),
        "passes": passes,
        **gaps,
        "state": sorted({name for names in written for name in names}),
        "statistics": side_by_side(variables, shared, own),
    }


def side_by_side(variables: Sequence[Any], shared: Sequence[Any], own: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Of each number that a layer keeps the channel in which its calls differ most: kept for all calls, and for each alone."""
    found: dict[str, Any] = {}
    for place, variable in enumerate(variables):
        values = [numpy.ravel(state[place]) for state in own]
        together = numpy.ravel(shared[place])
        if not together.size or any(one.shape != together.shape for one in values):
            continue
        channel = int(numpy.argmax(numpy.ptp(numpy.stack(values), axis=0)))
        name = str(variable.name).split("/")[-1].split(":")[0]
        alone = [round(float(one[channel]), 4) for one in values]
        found[name] = {"channel": channel, "shared": round(float(together[channel]), 4), "alone": alone}
    return found


def mixes(found: Any) -> str:
    """In words, what sharing does to the answers; empty where it does nothing that training noise would not."""
    gap, noise, off = found["train_eval"], found["train_eval_apart"], found["shared_apart"]
    if found["written"] < 2:
        return ""
    name = "moving_mean" if "moving_mean" in found["state"] else (found["state"] or ["state"])[0]
    times = "twice" if found["written"] == 2 else f"{found['written']} times"
    if gap > 0.5 and gap > 2.0 * noise:
        return f"{name} written {times} a step, train/eval outputs differ by {gap:.2g}"
    if off > 0.5 and off > noise:
        return f"{name} written {times} a step, eval outputs are {off:.2g} off those of a layer for each call"
    return ""


def steps_apart(wrapper: Any, step: Step, passes: int = 60) -> dict[str, float]:
    """How far a layer applied to each step is from itself in inference, for steps that differ and for equal ones."""
    received = [one_pass(wrapper, step, seed)["arguments"][0] for seed in range(4)]
    variables = state_of(wrapper)
    begin = values_of(variables)
    gaps = {}
    for name in ("train_eval", "train_eval_equal_steps"):
        put(variables, begin)
        fed = [(_equal_steps(args), kwargs) if name != "train_eval" else (args, kwargs) for args, kwargs in received]
        with sooner(wrapper):
            for number in range(passes):
                answer(wrapper, fed[number % len(fed)], training=True)
        settled = values_of(variables)
        in_inference = answer(wrapper, fed[0], training=False)
        gaps[name] = apart(answer(wrapper, fed[0], training=True), in_inference)
        if name == "train_eval":
            moving = [value for variable, value in zip(variables, settled) if "variance" in str(variable.name)]
            gaps["moving_variance"] = float(numpy.mean(moving[0])) if moving else 0.0
    put(variables, begin)
    return gaps


def _equal_steps(args: Sequence[Any]) -> tuple[Any, ...]:
    """The same input with every step drawn as the first one is: its samples in another order."""
    first = numpy.asarray(args[0])[:, 0]
    count = numpy.asarray(args[0]).shape[1]
    return (numpy.stack([numpy.roll(first, place, axis=0) for place in range(count)], axis=1), *args[1:])


def steps_in_words(gaps: Any) -> str:
    """In words, what a layer applied to each step does; empty where it does nothing that equal steps would not."""
    gap, equal = gaps["train_eval"], gaps["train_eval_equal_steps"]
    if not gap > 0.5 or not gap > 2.0 * equal:
        return ""
    return f"train/eval outputs differ by {gap:.2g} where steps differ, by {equal:.1g} where they do not"


def carried_over(layer: Any, arguments: Sequence[Any]) -> float:
    """How far the answer to the second call, after the first, is from the answer that a fresh state gives."""
    variables = state_of(layer)
    begin = values_of(variables)
    nothing = [numpy.zeros_like(value) for value in begin]
    put(variables, nothing)
    answer(layer, arguments[0], training=True)
    after_the_first = answer(layer, arguments[1], training=True)
    put(variables, nothing)
    fresh = answer(layer, arguments[1], training=True)
    put(variables, begin)
    return apart(after_the_first, fresh)
