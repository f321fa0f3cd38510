"""What the layers of a program did against what kerlint said of it: every difference, in words."""

from __future__ import annotations

from oracle.reuse.observing import Pass, mixed
from oracle.running import Said

RULES = ("KER101", "KER102", "KER106")


def disagreements(passes: list[Pass], said: tuple[Said, ...]) -> list[str]:
    """Every difference between what happened and what was said. A layer is the same in every pass, and is reported once."""
    found: list[str] = []
    justified: set[Said] = set()
    lines: dict[str, set[int]] = {}
    for seen in passes:
        if seen.error is not None:
            found += _of_refusal(seen, said, justified, len(passes))
        found += _by_step(seen, said, justified)
        for layer, calls in mixed(seen):
            lines.setdefault(layer.name, set()).update(line for call in calls for line in call.lines)
    for name, places in lines.items():
        refused = [seen.refused.lines for seen in passes if seen.refused is not None and seen.refused.layer.name == name]
        places.update(line for lines_of_one in refused for line in lines_of_one)  # what is graver is said instead
        about = [one for one in said if one.line in places and one.code == "KER101"]
        justified.update(about)
        if not about:
            found.append(f"{name} mixes what it keeps, on lines {sorted(places)}, and nothing is said")
    if all(seen.error is None for seen in passes):
        found += [f"nothing is mixed or refused, and it is said: {one}" for one in said if one not in justified]
    return found


def _by_step(seen: Pass, said: tuple[Said, ...], justified: set[Said]) -> list[str]:
    """What a TimeDistributed normalises step by step."""
    timed = [one for one in said if one.code == "KER106"]
    by_step = [call for call in seen.calls if call.by_step and call.wrote]
    if by_step:
        justified.update(timed)
    return [f"{by_step[0].layer.name} normalises each step by itself, and nothing is said"] if by_step and not timed else []


def _of_refusal(seen: Pass, said: tuple[Said, ...], justified: set[Said], ways: int) -> list[str]:
    """A layer that refuses its tensor after it took another one. What a layer of the program refuses is its own affair, and
    behind a branch nobody can know the sizes.
    """
    refused = seen.refused
    if refused is None:
        return [f"the generator is wrong: {seen.error!r:.300}"]
    about = [one for one in said if one.line in refused.lines and one.severity == "error"]
    justified.update(about)
    if about or ways > 1 or not type(refused.layer).__module__.startswith("keras."):
        return []
    return [f"{refused.layer.name} raises {seen.error!r:.150}, on lines {sorted(refused.lines)}, and nothing is said"]
