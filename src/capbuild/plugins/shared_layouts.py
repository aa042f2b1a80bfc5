"""Layouts shared by the files of a folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import product
from pathlib import PurePath
from typing import Any

from attrs import define, field


@define(eq=False)
class SharedLayouts:
    """Evidence from the files of a folder on their layouts.

    Attributes:
        tables: Evidence from the tables of each file, in the form of its reader.
        uncertain: Names of files that have a table with an uncertain layout.
        complete: Whether all files are read, so that an uncertain one can be settled.
    """

    tables: dict[str, Sequence[Any]] = field(factory=dict)
    uncertain: set[str] = field(factory=set)
    complete: bool = False

    def add(self, file: str, tables: Sequence[Any], *, uncertain: bool) -> None:
        """Add the evidence of a file."""
        self.tables[file] = tables
        if uncertain:
            self.uncertain.add(file)

    def list_siblings(self, file: str) -> list[Any]:
        """Return the evidence of the other files in a file's folder.

        It is empty until all files are read.
        """
        folder, others = PurePath(file).parent, self.tables.items() if self.complete else ()
        return [
            table for name, tables in others if name != file and PurePath(name).parent == folder for table in tables
        ]

    def are_alike(self, file: str, other: str) -> bool:
        """True if two files have tables of one template."""
        pairs = product(self.tables.get(file, ()), self.tables.get(other, ()))
        return any(table.is_like(another) for table, another in pairs)

    def has_label(self, file: str, text: str) -> bool:
        """True if a table of a file has the label of a question."""
        return any(table.has_label(text) for table in self.tables.get(file, ()))


_SHARED: ContextVar[SharedLayouts | None] = ContextVar("capbuild_shared_layouts", default=None)


def shared_layouts() -> SharedLayouts | None:
    """Return the evidence of the folder that is being read, if any."""
    return _SHARED.get()


@contextmanager
def share_layouts() -> Iterator[SharedLayouts]:
    """Share layouts between the files read within the context."""
    shared = SharedLayouts()
    token = _SHARED.set(shared)
    try:
        yield shared
    finally:
        _SHARED.reset(token)
