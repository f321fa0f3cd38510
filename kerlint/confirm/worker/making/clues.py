"""What the text of a call says of its inputs, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Clue:
    """What is known of one input; sizes count the batch axis."""

    rank: int | None = None
    least: int = 1
    last: int = 1
    dtype: str | None = None
    is_image: bool = False

    def at_least(self, rank: int) -> None:
        """Notes that it has so many axes, or more."""
        self.least = max(self.least, rank)

    def exactly(self, rank: int) -> None:
        """Notes its number of axes: the first word counts."""
        self.rank = self.rank or rank


@dataclass
class Clues:
    """What is known of all inputs of a call. `style` is that of a feed; None where the text does not say."""

    style: str | None
    items: dict[str, Clue] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of an item."""
        return any(clue.rank or clue.dtype or clue.least > 1 for clue in self.items.values())
