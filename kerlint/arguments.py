"""Turns the command line into a checked request: what to do, with which paths, under which options.

Knows the words of the command line and nothing else; mistakes end the program with exit code 2, as argparse does.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import NoReturn

from kerlint import __version__
from kerlint.cache.folder import NAME
from kerlint.options import (
    OUTPUT_FORMATS,
    InvalidOption,
    IsKnown,
    Options,
    check_selectors,
    read_per_file_ignores,
    read_target,
)

COMMANDS = ("check", "rule", "explain", "config", "clean", "server")

EVERY_CODE = "ALL"

_ALONE = {"--confirm": f"--confirm={EVERY_CODE}", "--add-noqa": "--add-noqa="}
"""Options whose value may only follow `=`, so that a path behind them stays a path; and what they mean without one."""

_EPILOG = """\
`kerlint PATHS` is `kerlint check PATHS`; `kerlint rule CODE` explains a rule, `kerlint rule --all` every one;
`kerlint explain PATH:LINE` tells why a line is, or is not, reported; `kerlint config` lists the settings; `kerlint clean` removes
the cache; `kerlint server` is a language server for editors.
Exit codes: 0 nothing found, 1 findings, 2 wrong usage, wrong configuration or an error in kerlint itself.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"kerlint: {message} (see kerlint --help)\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The request. Ends the program on a mistake, and for --help and --version."""
    words = list(arguments)
    if not words or words[0] not in COMMANDS:
        words.insert(0, "check")
    command, *rest = (_ALONE.get(word, word) for word in words)
    parser = _PARSERS[command]()
    request = parser.parse_args(rest)
    request.command = command
    if command == "rule" and bool(request.code) == request.all:
        parser.error("rule needs a code, such as KER101, or --all")
    return request


def options_of(request: argparse.Namespace, is_known: IsKnown) -> Options:
    """The options that the command line itself gives. Raises InvalidOption."""

    def selectors(name: str) -> tuple[str, ...] | None:
        words = _words(getattr(request, name))
        return None if words is None else check_selectors(f"--{name.replace('_', '-')}", words, is_known)

    ignores = _words(request.per_file_ignores)
    per_file = None if ignores is None else read_per_file_ignores(ignores)
    for pattern, codes in (per_file or {}).items():
        per_file = {**(per_file or {}), pattern: check_selectors("--per-file-ignores", codes, is_known)}
    return Options(
        root=os.getcwd(),
        select=selectors("select"),
        ignore=selectors("ignore"),
        extend_select=selectors("extend_select"),
        extend_ignore=selectors("extend_ignore"),
        per_file_ignores=per_file,
        exclude=_words(request.exclude),
        extend_exclude=_words(request.extend_exclude),
        force_exclude=request.force_exclude,
        respect_gitignore=request.respect_gitignore,
        preview=request.preview,
        target_keras=None if request.target_keras is None else read_target("--target-keras", request.target_keras),
        output_format=request.output_format,
        baseline=None if request.baseline is None else os.path.abspath(request.baseline),
        unsafe_fixes=request.unsafe_fixes,
        fixable=selectors("fixable"),
        unfixable=selectors("unfixable"),
        extend_safe_fixes=selectors("extend_safe_fixes"),
        extend_unsafe_fixes=selectors("extend_unsafe_fixes"),
        ignore_noqa=request.ignore_noqa or None,
    )


def _words(values: list[str] | None) -> tuple[str, ...] | None:
    """The comma-separated words of a repeatable option."""
    if values is None:
        return None
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _check_parser() -> _Parser:
    parser = _Parser(
        prog="kerlint",
        usage="kerlint [check] [OPTIONS] [PATHS]\n       kerlint rule CODE | --all\n       kerlint explain PATH:LINE",
        description="Finds Keras code that loses, mixes or fails to restore a model's state.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATHS", help="files or folders; `-` reads a program from standard input"
    )
    parser.add_argument("--version", action="version", version=f"kerlint {__version__}")
    _add_rules(parser.add_argument_group("rules"))
    _add_files(parser.add_argument_group("files"))
    _add_configuration(parser.add_argument_group("configuration"))
    _add_output(parser.add_argument_group("output"))
    _add_fixing(parser.add_argument_group("fixing"))
    _add_adopting(parser.add_argument_group("suppressing"))
    _add_confirming(parser.add_argument_group("confirming"))
    return parser


def _add_rules(group: argparse._ArgumentGroup) -> None:
    for name, help in (
        ("--select", "only these codes or prefixes, or ALL (repeatable, comma-separated)"),
        ("--ignore", "not these"),
        ("--extend-select", "these on top, also those of severity info"),
        ("--extend-ignore", "not these either"),
    ):
        group.add_argument(name, action="append", metavar="CODES", help=help)
    group.add_argument(
        "--per-file-ignores", action="append", metavar="PATTERN:CODES", help="not these in files that match the pattern"
    )
    _add_switch(group, "preview", "let the rules of the preview group speak as well")
    group.add_argument("--target-keras", metavar="VERSION", help="the Keras to judge by: 2, 2.15, 3 or 3.x")


def _add_files(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--exclude", action="append", metavar="PATTERNS", help="leave these out, in place of the default list"
    )
    group.add_argument("--extend-exclude", action="append", metavar="PATTERNS", help="leave these out as well")
    _add_switch(group, "force-exclude", "leave them out also when they are named on the command line")
    _add_switch(group, "respect-gitignore", "leave out what .gitignore names (the default)")
    group.add_argument("-j", "--jobs", type=_count, metavar="N", default=1, help="processes at most (default: 1)")
    group.add_argument("--stdin-filename", metavar="NAME", help="the name of what `-` reads")
    group.add_argument("--show-files", action="store_true", help="print the files that would be checked, and stop")


def _count(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def _add_switch(group: argparse._ArgumentGroup, name: str, help: str) -> None:
    group.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=help)


def _add_configuration(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--config",
        action="append",
        metavar="FILE|KEY=VALUE",
        help="this configuration file, or one setting in TOML (repeatable)",
    )
    group.add_argument("--isolated", action="store_true", help="read no configuration file")
    group.add_argument("--show-settings", action="store_true", help="print the settings for the first path, and stop")


def _add_output(group: argparse._ArgumentGroup) -> None:
    form = group.add_mutually_exclusive_group()
    form.add_argument("--output-format", choices=OUTPUT_FORMATS, metavar="FORMAT", help=", ".join(OUTPUT_FORMATS))
    form.add_argument("--format", metavar="TEMPLATE", help="a template of flake8's, such as '%%(path)s:%%(row)d: %%(text)s'")
    group.add_argument("--output-file", metavar="FILE", help="write the findings into this file; its folder must exist")
    group.add_argument(
        "--statistics", action="store_true", help="print how often each code was found, in place of the findings"
    )
    group.add_argument("--watch", action="store_true", help="check again whenever something has changed, until Ctrl-C")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 also when something was found")
    group.add_argument("-q", "--quiet", action="store_true", help="print the findings and no summary")
    group.add_argument("--timing", action="store_true", help="print the CPU time by stage and by rule on standard error")
    group.add_argument("--no-cache", action="store_true", help="neither use nor write the cache")
    group.add_argument("--cache-dir", metavar="DIR", help=f"where the cache is kept (default: {NAME})")


def _add_fixing(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--fix", action="store_true", help="fix in the files what can be fixed safely, and report the rest")
    _add_switch(group, "unsafe-fixes", "make also fixes after which the program may do something else")
    group.add_argument("--diff", action="store_true", help="print what --fix would change, and write nothing")
    group.add_argument("--fix-only", action="store_true", help="fix, and report nothing")
    group.add_argument("--show-fixes", action="store_true", help="list what was fixed, by file")
    group.add_argument("--exit-non-zero-on-fix", action="store_true", help="exit with 1 also when all that was found is fixed")
    group.add_argument("--fixable", action="append", metavar="CODES", help="fix only findings of these codes or prefixes, or ALL")
    group.add_argument("--unfixable", action="append", metavar="CODES", help="do not fix these")
    group.add_argument("--extend-safe-fixes", action="append", metavar="CODES", help="take the fixes of these to be safe")
    group.add_argument("--extend-unsafe-fixes", action="append", metavar="CODES", help="take the fixes of these to be unsafe")


def _add_adopting(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--ignore-noqa", action="store_true", help="show also what comments silence")
    group.add_argument(
        "--add-noqa",
        metavar="REASON",
        help="write a `# noqa` comment for each finding (`--add-noqa`), with a reason (`--add-noqa=REASON`)",
    )
    group.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file holds")
    group.add_argument("--write-baseline", metavar="FILE", help="write the findings into this file, and stop")


def _add_confirming(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--confirm",
        action="append",
        metavar="CODES",
        help="run Keras to confirm the findings (`--confirm`), or those of these codes (`--confirm=KER1,KER2`): executes, "
        "walled off, what the findings are about",
    )
    group.add_argument("--keep-refuted", action="store_true", help="let refuted findings count for the exit code")
    group.add_argument("--write-repro", metavar="DIR", help="write a script for each confirmed finding into this folder")
    group.add_argument("--python", metavar="PATH", help="the interpreter that has Keras (default: the one that runs kerlint)")


def _clean_parser() -> _Parser:
    parser = _Parser(prog="kerlint clean", usage="kerlint clean [--cache-dir DIR]", allow_abbrev=False)
    parser.add_argument("--cache-dir", metavar="DIR", default=NAME, help=f"the cache to remove (default: {NAME})")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing")
    return parser


def _explain_parser() -> _Parser:
    parser = _Parser(
        prog="kerlint explain",
        usage="kerlint explain [OPTIONS] PATH:LINE[:COLUMN]",
        description="Tells why a line is, or is not, reported: what its names are taken to be, and what silences its findings.",
        allow_abbrev=False,
    )
    parser.add_argument("place", metavar="PATH:LINE[:COLUMN]", help="a line; in a notebook NOTEBOOK:cell N:LINE")
    _add_rules(parser.add_argument_group("rules"))
    _add_configuration(parser.add_argument_group("configuration"))
    parser.add_argument("--baseline", metavar="FILE", help="the baseline to look into")
    parser.set_defaults(
        exclude=None, extend_exclude=None, force_exclude=None, respect_gitignore=None, output_format=None, ignore_noqa=False,
        unsafe_fixes=None, fixable=None, unfixable=None, extend_safe_fixes=None, extend_unsafe_fixes=None,
    )
    return parser


def _config_parser() -> _Parser:
    parser = _Parser(prog="kerlint config", usage="kerlint config [KEY]", allow_abbrev=False)
    parser.add_argument("key", nargs="?", metavar="KEY", help="one setting, such as target-keras")
    return parser


def _server_parser() -> _Parser:
    parser = _Parser(
        prog="kerlint server",
        usage="kerlint server [--log-level LEVEL]",
        description="Speaks the language server protocol over standard input and output; an editor starts it. "
        "Needs pygls: pip install 'kerlint[server]'",
        allow_abbrev=False,
    )
    levels = ("debug", "info", "warning", "error")
    parser.add_argument("--log-level", choices=levels, default="warning", help="what goes to standard error (default: warning)")
    parser.add_argument("--stdio", action="store_true", help="accepted, because many editors pass it; there is no other way")
    return parser


def _rule_parser() -> _Parser:
    parser = _Parser(prog="kerlint rule", usage="kerlint rule CODE | --all", allow_abbrev=False)
    parser.add_argument("code", nargs="?", metavar="CODE", help="a rule's code or name")
    parser.add_argument("--all", action="store_true", help="every rule")
    parser.add_argument("--output-format", choices=("text", "markdown", "json"), default="text")
    return parser


_PARSERS = {
    "check": _check_parser,
    "rule": _rule_parser,
    "explain": _explain_parser,
    "config": _config_parser,
    "clean": _clean_parser,
    "server": _server_parser,
}


__all__ = ["InvalidOption", "options_of", "parse"]
