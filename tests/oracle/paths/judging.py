"""What Keras did with the paths of a program against what kerlint said of it: every difference, in words."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.paths.observing import Outcome, Run
from oracle.paths.programs import Act, Program, Text, is_same_name, path_of, writes_weights
from oracle.running import Said

REFUSALS = {
    "save": {"KER301", "KER307"},
    "save_weights": {"KER302", "KER307"},
    "checkpoint": {"KER303", "KER307"},
    "load": {"KER304", "KER305", "KER307"},
    "load_weights": {"KER302", "KER305", "KER307"},
    "export": {"KER307"},
}
"""The rules that speak of a call that raises."""


def disagreements(program: Program, text: Text, runs: list[Run], said: tuple[Said, ...]) -> list[str]:
    """Every difference between what happened and what was said."""
    found = [f"the generator is wrong: {run.trouble!r}" for run in runs if run.trouble is not None]
    acts = [said_of(lines, said) for lines in text.lines]
    for number, about in enumerate(acts):
        found += _of_act(program, number, [run.outcomes[number] for run in runs], runs, about)
    elsewhere = set(said) - {one for about in acts for one in about}
    return found + [f"said where nothing is read or written: {one}" for one in sorted(elsewhere)]


def said_of(lines: range, said: tuple[Said, ...]) -> list[Said]:
    """What was said on those lines."""
    return [one for one in said if one.line in lines]


def _written_before(program: Program, number: int) -> list[int]:
    """The acts that write what another one reads, in this form or another."""
    read = program.acts[number]
    return [
        n for n, act in enumerate(program.acts[:number])
        if read.is_reading and not act.is_reading and is_same_name(act.target, read.target)
    ]  # fmt: skip


def _of_act(program: Program, number: int, outcomes: list[Outcome], runs: list[Run], said: list[Said]) -> Iterator[str]:
    act = program.acts[number]
    name = f"act {number} ({act.operation} {act.target.text})"
    is_computable = all(path_of(program.acts[n], n).is_computable for n in (number, *_written_before(program, number)))
    refused = all(outcome.errors for outcome in outcomes)
    lines = {line for outcome in outcomes for line in outcome.lines}
    alarms = [one for one in said if one.code in REFUSALS[act.operation] and one.severity != "info"]
    if refused and not alarms and is_computable and not _follows(program, number, runs):
        yield f"{name} raises {outcomes[0].errors[0]!r:.150}, and nothing is said"
    if not refused:
        yield from (f"{name} raises nothing, and it is said: {one}" for one in alarms)
    elif outside := [one for one in alarms if one.line not in lines]:
        yield f"{name} raises on lines {sorted(lines)}, and it is said: {outside[0]}"
    if refused and any(one.code == "KER307" for one in alarms):
        return  # what else is said is of the file that the call writes without the argument
    yield from _compared(name, "is a legacy file", all(o.hdf5 for o in outcomes), "KER306", said, is_computable)
    lost = all(_is_lost(program, number, run) for run in runs)
    yield from _compared(name, "cannot be loaded again", lost, "KER310", said, is_computable and _is_model_known(program, act))
    ignored = [one for one in said if one.code == "KER307" and one.severity == "info"]
    warned = all(any("save_format" in message for message in outcome.warned) for outcome in outcomes) and not refused
    if act.surrounding == "helper by keyword" and not warned:
        ignored = []  # said of the path that the helper has by default
    yield from _compared(name, "ignores save_format", warned, "KER307", ignored, is_computable)


def _compared(name: str, what: str, happened: bool, code: str, said: list[Said], is_computable: bool) -> Iterator[str]:
    told = [one for one in said if one.code == code]
    if happened and not told and is_computable:
        yield f"{name} {what}, and no {code} is said"
    if not happened:
        yield from (f"{name}: not so that it {what}, and it is said: {one}" for one in told)


def _readers(program: Program, number: int) -> list[int]:
    path = program.acts[number].target.text.removeprefix("./")
    return [
        n for n, act in enumerate(program.acts) if n > number and act.is_reading and act.target.text.removeprefix("./") == path
    ]


def _is_lost(program: Program, number: int, run: Run) -> bool:
    """Whether a model in an HDF5 file does not come back, in the ways in which the program wants it back."""
    if run.outcomes[number].hdf5 is None:
        return False
    readers = _readers(program, number)
    loads = [n for n in readers if program.acts[n].operation == "load"]
    if loads:
        return any(run.outcomes[n].errors for n in loads)
    return not readers and run.outcomes[number].reload is not None


def _follows(program: Program, number: int, runs: list[Run]) -> bool:
    """Whether a read fails for what was said of the write before it."""
    return (
        _is_told_by_the_writer(program, number, runs)
        or _was_never_written(program, number, runs)
        or _is_another_file(program, number)
        or _is_of_a_folder(program, number)
    )


def _is_told_by_the_writer(program: Program, number: int, runs: list[Run]) -> bool:
    """Whether a load fails because of what was saved, which is said where it is saved (KER310)."""
    return any(
        number in _readers(program, writer) and all(_is_lost(program, writer, run) for run in runs)
        for writer in range(number)
        if not program.acts[writer].is_reading
    )


def _is_another_file(program: Program, number: int) -> bool:
    """KER305: "A file of weights beside a whole model of the same name is two files, and is not reported"."""
    act = program.acts[number]
    writers = [other for other in program.acts[:number] if not other.is_reading and is_same_name(other.target, act.target)]
    return (
        act.operation == "load"
        and bool(writers)
        and all(writes_weights(writer) and writer.target.text != act.target.text for writer in writers)
    )


def _is_of_a_folder(program: Program, number: int) -> bool:
    """KER302 speaks of endings; weights that are read from a folder which `zipped=False` wrote are nobody's matter yet."""
    writers = [program.acts[n] for n in _written_before(program, number)]
    return program.acts[number].operation == "load_weights" and any(writer.argument == "zipped=False" for writer in writers)


def _was_never_written(program: Program, number: int, runs: list[Run]) -> bool:
    """Whether what is read is not there because the call that writes it raises, as was said there."""
    writers = _written_before(program, number)
    return bool(writers) and all(run.outcomes[writer].errors for writer in writers for run in runs)


def _is_model_known(program: Program, act: Act) -> bool:
    """Whether the program says which model is written: a checkpoint says nothing before it is given to `fit`."""
    return act.operation != "checkpoint" or program.fits
