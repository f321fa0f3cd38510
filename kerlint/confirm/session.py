"""One run with `--confirm`: plans a probe for each finding that is to be confirmed, and puts the verdicts into the findings.

Knows the command line's words for it; what a probe is, its planner and the worker know.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from kerlint.confirm.client import Answer, Client, NoKeras
from kerlint.confirm.options import ConfirmOptions
from kerlint.confirm.planning import plan
from kerlint.confirm.reproduction import write_reproduction
from kerlint.confirm.requests import Request
from kerlint.finding import Finding, Verdict, VerdictKind
from kerlint.linter import Outcome
from kerlint.options import InvalidOption, IsKnown, check_selectors
from kerlint.progress import progress
from kerlint.project import Module, Project
from kerlint.version import KerasVersion


class Session:
    """Use as a context: the worker, which imports Keras while files are read, ends with it."""

    def __init__(self, request: argparse.Namespace, is_known: IsKnown, options: ConfirmOptions) -> None:
        words = tuple(word.strip() for value in request.confirm for word in value.split(",") if word.strip())
        self._selectors = check_selectors("--confirm", words, is_known)
        self._folder: str | None = request.write_repro
        self._quiet: bool = request.quiet
        self._options = options if request.python is None else replace(options, python=request.python)
        try:
            self._client = Client(self._options)
        except NoKeras as error:
            raise InvalidOption(str(error)) from error
        self.target = KerasVersion.parse(".".join(self._client.keras.split(".")[:2]))
        """The Keras that findings are confirmed with, and by which files are judged unless the user names another."""

    def __enter__(self) -> Session:
        self._client.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._client.__exit__(*details)

    def plan(self, finding: Finding, module: Module, project: Project) -> object:
        """What to run for a finding; None when it is not to be confirmed."""
        return plan(finding, module, project, self._options.hints) if self._is_wanted(finding.code) else None

    def _is_wanted(self, code: str) -> bool:
        return any(selector == "ALL" or code.startswith(selector) for selector in self._selectors)

    def confirmed(self, outcome: Outcome) -> Outcome:
        """The outcome with a verdict at each finding that was planned for.

        Raises InvalidOption where Keras turns out not to be importable, and where scripts cannot be written.
        """
        planned = [(finding, outcome.plans.get(finding)) for finding in outcome.findings]
        requests = [request for _, request in planned if isinstance(request, Request)]
        try:
            with progress(len(requests), self._quiet, "findings tested") as shown:
                answers = iter(self._client.ask(requests, shown.tell) if requests else [])
        except NoKeras as error:
            raise InvalidOption(str(error)) from error
        findings = []
        for finding, made in planned:
            if isinstance(made, Request):
                finding = self._told(finding, made, next(answers))
            elif isinstance(made, str):
                finding = replace(finding, verdict=Verdict(VerdictKind.UNDECIDED, made))
            findings.append(finding)
        return replace(outcome, findings=tuple(findings))

    def _told(self, finding: Finding, request: Request, answer: Answer) -> Finding:
        """The finding with its verdict, written down as a script where one is wanted. Raises InvalidOption."""
        verdict = answer.verdict
        if self._folder is not None and verdict.kind is VerdictKind.CONFIRMED:
            try:
                path = write_reproduction(self._folder, finding, verdict, request, answer.witness)
            except OSError as error:
                raise InvalidOption(f"--write-repro: {error.filename}: {(error.strerror or str(error)).lower()}") from error
            verdict = replace(verdict, reproduction=path)
        return replace(finding, verdict=verdict)
