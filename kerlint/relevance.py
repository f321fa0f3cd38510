"""Which programs can have anything to do with Keras, or with a rule: by a word in them, or through what they import.

Turns bytes and import lines into that answer, which depends on the files alone and not on which were asked about before. Nothing
is parsed: a run over programs that do not know Keras needs no more than this.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kerlint.dependencies import Answer
from kerlint.files import FileLayout

_KERAS = (b"keras", b"tensorflow")


class Relevance:
    """The memory of what import lines lead to: to which files that hold one of some words."""

    def __init__(self, layout: FileLayout, words: tuple[bytes, ...] = _KERAS) -> None:
        self._layout = layout
        self._words = words
        self._imported: dict[Path, Answer[tuple[Path, ...] | None]] = {}
        """For each file that was imported the files that it imports; None for one with a word in it."""
        self._reaching: dict[Path, Answer[bool]] = {}

    def of(self, path: Path, data: bytes) -> bool:
        """Whether a file of this absolute path and content can have anything to do with what the words name."""
        return self._is_named_in(data) or self._any_reaches(self._layout.imported_files(path, data))

    def _any_reaches(self, imported: Iterable[Path]) -> bool:
        """Whether a word stands in one of these files, or in what they import, and so on."""
        came_from: dict[Path, Path | None] = dict.fromkeys(imported)
        if not came_from:
            return False
        nothing = Answer(False)
        with nothing.rests:
            reaching = self._first_reaching(came_from)
        if reaching is not None:
            return self._on_the_way(reaching, came_from).told()
        self._reaching.update(dict.fromkeys(came_from, nothing))
        return nothing.told()

    def _first_reaching(self, came_from: dict[Path, Path | None]) -> Path | None:
        """The nearest file with a word in it, or known to reach it; adds what is passed on the way, with its importer."""
        pending = list(came_from)
        for path in pending:
            known = self._reaching.get(path)
            if known is not None:
                if known.told():
                    return path
                continue
            further = self._imports_of(path).told()
            if further is None:
                return path
            for other in further:
                if other not in came_from:
                    came_from[other] = path
                    pending.append(other)
        return None

    def _on_the_way(self, path: Path, came_from: dict[Path, Path | None]) -> Answer[bool]:
        """That a file reaches a word, and so does each file through which it was come to."""
        answer = self._reaching.get(path)
        if answer is None:
            answer = self._reaching[path] = Answer(True)
            with answer.rests:
                self._imports_of(path).told()
        while (importer := came_from[path]) is not None:
            onward, answer = answer, Answer(True)
            with answer.rests:
                self._imports_of(importer).told()
                onward.told()
            path = importer
            self._reaching[path] = answer
        return answer

    def _imports_of(self, path: Path) -> Answer[tuple[Path, ...] | None]:
        known = self._imported.get(path)
        if known is None:
            known = self._imported[path] = Answer.of(lambda: self._read(path))
        return known

    def _read(self, path: Path) -> tuple[Path, ...] | None:
        data = self._layout.read(path)
        if data is None:
            return ()
        return None if self._is_named_in(data) else tuple(dict.fromkeys(self._layout.imported_files(path, data)))

    def _is_named_in(self, data: bytes) -> bool:
        return any(word in data for word in self._words)
