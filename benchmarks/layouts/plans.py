"""Chosen layouts of tables, with the score of reading."""

from __future__ import annotations

from collections.abc import Sequence
from unittest import mock

from benchmarks.layouts.files import Style
from benchmarks.layouts.generate import Table
from benchmarks.layouts.measure import Score, measure
from capbuild.formats.layouts import engine
from capbuild.formats.layouts.sheet_reader import SheetReader


def measure_with_plan(table: Table, style: Style) -> tuple[Score, list[SheetReader]]:
    """Return a table's score, and its sheet readers with layouts."""
    plan, readers = engine.plan_grids, list[SheetReader]()

    def noted(found: Sequence[SheetReader]) -> None:
        plan(found)
        readers.extend(found)

    with mock.patch.object(engine, "plan_grids", noted):
        return measure(table, style), readers
