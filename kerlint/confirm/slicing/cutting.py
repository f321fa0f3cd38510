"""Cuts the statements of one scope down to those that some of its lines need, by backward slicing to a fixpoint.

The order of statements does not count up to the last of these lines, and nothing after it does: whatever binds or changes a
name that is needed is kept, with the compounds around it, unless it only trains, saves, shows or prints. Knows nothing of
other scopes and files.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Collection, Iterator, Sequence

from kerlint.confirm.slicing.names import Chain, Names
from kerlint.confirm.slicing.outline import Block, Kind, Statement
from kerlint.confirm.slicing.programs import SETTINGS

_NEVER_NEEDED = frozenset(
    (Kind.FUTURE, Kind.DECLARATION, Kind.PASS, Kind.RETURN, Kind.YIELD, Kind.RAISE, Kind.JUMP, Kind.DELETION)
)
"""Statements that are kept only where they are anchors, or by rules of their own."""


class Cut:
    """What is kept of one scope, and which names that reads."""

    def __init__(
        self,
        statements: Sequence[Statement],
        anchors: Collection[int],
        *,
        parameters: Collection[str] = (),
        is_module_name: Callable[[str], bool] = lambda name: False,
        left_out: Statement | None = None,
    ) -> None:
        """`left_out` is a definition whose body follows as a cut of its own: nothing after it counts."""
        self.statements = statements
        self.kept: set[Statement] = set()
        self.blocks: set[Block] = set()
        self.imported: dict[Statement, set[str]] = {}
        """Import statements that are kept, with the names that they have to bind."""
        self.read: dict[str, set[Chain]] = {}
        """Names that are needed, with the attributes read of them."""
        self.outer: dict[str, set[Chain]] = {}
        """Names that are needed outside this scope, whatever it binds."""
        self._anchors = anchors
        self._parameters = parameters
        self._is_module_name = is_module_name
        self._parents: dict[Statement, tuple[Statement, Block] | None] = {}
        every_leaf = list(self._leaves(statements, None))
        last = self._last_line(every_leaf)
        counted = [leaf for leaf in every_leaf if self._outermost(leaf).start[0] <= last or leaf.kind is Kind.RETURN]
        self.leaves = [leaf for leaf in counted if left_out is None or leaf.start < left_out.start]
        self.compounds = [s for s in self._parents if s.blocks and self._outermost(s).start[0] <= last]
        self.opened = set(self._around(left_out)) if left_out is not None else set()
        """Compounds in the midst of which the program goes on elsewhere."""
        every = Names()
        for leaf in self.leaves:
            every.add(leaf.names)
        for compound in self.compounds:
            for block in compound.blocks:
                every.add(block.names)
        self.bound = (every.bound - every.declared).union(parameters)
        self._roots = _closed(every.aliased, self._objects())
        self._changed = {leaf: self._changed_by(leaf.names) for leaf in self.leaves}

    def _leaves(self, statements: Sequence[Statement], parent: tuple[Statement, Block] | None) -> Iterator[Statement]:
        for statement in statements:
            if statement.kind is Kind.TYPING_GUARD:
                continue
            self._parents[statement] = parent
            if not statement.blocks:
                yield statement
            for block in statement.blocks[:1] if statement.kind is Kind.MAIN_GUARD else statement.blocks:
                yield from self._leaves(block.statements, (statement, block))

    def _last_line(self, leaves: Sequence[Statement]) -> float:
        """The line after which no statement can matter, unless it stands in a loop or block that began before."""
        anchored = [leaf for leaf in leaves if any(leaf.overlaps(line) for line in self._anchors)]
        if not self._anchors or any(leaf.kind is Kind.DEFINITION for leaf in anchored):
            return math.inf  # a function runs later than it is defined
        return max(self._anchors)

    def _outermost(self, statement: Statement) -> Statement:
        return list(self._around(statement))[-1] if self._parents[statement] is not None else statement

    def _around(self, statement: Statement) -> Iterator[Statement]:
        around = self._parents[statement]
        while around is not None:
            yield around[0]
            around = self._parents[around[0]]

    def _objects(self) -> set[str]:
        """Names of this scope that stand for objects made in it, not for modules, classes and functions."""
        makers = [leaf for leaf in self.leaves if leaf.kind not in (Kind.IMPORT, Kind.DEFINITION)]
        made = {name for leaf in makers for name in leaf.names.bound}
        heads = {name for compound in self.compounds for block in compound.blocks for name in block.names.bound}
        return made | heads | set(self._parameters)

    def _changed_by(self, names: Names) -> set[str]:
        """The names whose objects a statement changes, also through other names for parts of them."""
        found = set(names.registered)
        modules = {i.bound for leaf in self.leaves for i in leaf.names.imports}
        for name, ways in names.changed.items():
            if name in modules or (name not in self.bound and self._is_module_name(name)):
                if not any(way in SETTINGS for way in ways):
                    continue
                found.add(name)
            found |= {name, *self._roots.get(name, ())}
        return found

    # --- keeping ------------------------------------------------------------------------------------------------------

    def settle(self, wanted: dict[str, set[Chain]] | None = None) -> None:
        """Keeps what the anchors and these names need."""
        for name, chains in (wanted or {}).items():
            self.read.setdefault(name, set()).update(chains)
        for leaf in self.leaves:
            if any(leaf.overlaps(line) for line in self._anchors):
                self._keep(leaf)
                self.imported.setdefault(leaf, set()).update(leaf.names.bound)
        for compound in self.compounds:
            for block in compound.blocks:
                if any(block.header_overlaps(line) for line in self._anchors):
                    self._keep_block(compound, block)
        self._work()
        for leaf in self.leaves:
            if leaf.kind is Kind.RETURN and self._parents[leaf] is None and leaf not in self.kept and self._is_at_hand(leaf):
                self._keep(leaf)
        self._work()

    def _work(self) -> None:
        size = -1
        while size != (size := self._size()):
            for leaf in self.leaves:
                if leaf.is_import:
                    wanted = leaf.names.bound & self.read.keys()
                    if wanted:
                        self._keep(leaf)
                        self.imported.setdefault(leaf, set()).update(wanted)
                elif leaf not in self.kept and self._is_needed(leaf):
                    self._keep(leaf)
            for compound in self.compounds:
                for block in compound.blocks:
                    if block.names.bound & self.read.keys():
                        self._keep_block(compound, block)

    def _size(self) -> int:
        return len(self.kept) + len(self.blocks) + sum(map(len, self.imported.values()))

    def _is_needed(self, leaf: Statement) -> bool:
        if leaf.kind is Kind.JUMP:
            return self._loop_of(leaf) in self.kept
        if leaf.kind in _NEVER_NEEDED or leaf.names.waits:
            return False
        if leaf.names.bound & self.read.keys():
            return True
        return not leaf.runs and bool(self._changed[leaf] & self.read.keys())

    def _loop_of(self, leaf: Statement) -> Statement | None:
        around = self._parents[leaf]
        while around is not None:
            statement, block = around
            if statement.kind is Kind.LOOP and block is statement.blocks[0]:
                return statement
            around = self._parents[statement]
        return None

    def _keep(self, leaf: Statement) -> None:
        is_waiting = leaf.names.waits and leaf.kind is not Kind.YIELD
        if leaf in self.kept or is_waiting or (leaf.names.returns and leaf.kind is not Kind.RETURN):
            return
        if leaf.kind in (Kind.DECLARATION, Kind.PASS, Kind.FUTURE):
            return
        self.kept.add(leaf)
        self._read(leaf.names)
        around = self._parents[leaf]
        if around is not None:
            self._keep_block(*around)

    def _keep_block(self, compound: Statement, block: Block) -> None:
        if block in self.blocks:
            return
        self.blocks.add(block)
        is_new = compound not in self.kept
        self.kept.add(compound)
        blocks = compound.blocks
        if not compound.is_async and compound.kind is not Kind.MAIN_GUARD:
            for header in blocks if compound.kind is Kind.TRY else blocks[: blocks.index(block) + 1]:
                self._read(header.names)
        if compound.kind is Kind.TRY and is_new:
            for statement in blocks[0].statements:
                if statement.is_import:  # whether it fails decides what the rest does
                    self._keep(statement)
                    self.imported.setdefault(statement, set()).update(statement.names.bound)
        around = self._parents[compound]
        if around is not None:
            self._keep_block(*around)

    def _read(self, names: Names) -> None:
        for name, chains in names.read.items():
            self.read.setdefault(name, set()).update(chains)
        for name in names.changed:
            self.read.setdefault(name, set())

    def _is_at_hand(self, leaf: Statement) -> bool:
        """Whether all names of a `return` are there with what is kept."""
        made = {name for kept in self.kept if not kept.blocks for name in kept.names.bound}
        made |= {name for block in self.blocks for name in block.names.bound}
        made.update(self._parameters)
        if leaf.names.waits or not leaf.names.read:
            return False
        return all(name in made if name in self.bound else self._is_given(name) for name in leaf.names.read)

    def _is_given(self, name: str) -> bool:
        return name in self.read or hasattr(builtins, name) or self._is_module_name(name)

    @property
    def free(self) -> dict[str, set[Chain]]:
        """Names that are needed and that this scope does not bind."""
        found = {name: set(chains) for name, chains in self.read.items() if name not in self.bound}
        for name, chains in self.outer.items():
            found.setdefault(name, set()).update(chains)
        return found

    @property
    def kept_leaves(self) -> list[Statement]:
        """The statements that are kept, but for compounds, in order."""
        return [leaf for leaf in self.leaves if leaf in self.kept]


def _closed(aliased: dict[str, set[str]], objects: set[str]) -> dict[str, set[str]]:
    """For each name all the names of whose objects it can be a part."""
    found: dict[str, set[str]] = {}
    for name in aliased:
        reached: set[str] = set()
        ahead = [name]
        while ahead:
            for root in aliased.get(ahead.pop(), ()):
                if root in objects and root not in reached:
                    reached.add(root)
                    ahead.append(root)
        found[name] = reached
    return found
