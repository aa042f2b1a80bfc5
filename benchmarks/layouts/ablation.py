"""Value of each term of a layout's score, and of each mechanism of the table engine.

uv run python -m benchmarks.layouts {--ablation|--mechanisms} [--kind K] [--language L] [--seed N] [--tables N]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import cast
from unittest import mock

from benchmarks.layouts import mechanisms
from benchmarks.layouts.files import choose
from benchmarks.layouts.generate import Table
from benchmarks.layouts.plans import measure_with_plan
from capbuild.formats.layouts.layout_score import WEIGHTS

#: Shape and header rows of each table of a file.
Choice = tuple[tuple[str, tuple[int, ...]], ...]


@contextmanager
def without(term: str) -> Iterator[None]:
    """Score layouts without a term."""
    with mock.patch.dict(cast("dict[str, float]", WEIGHTS), {term: 0.0}):
        yield


def chosen(table: Table, seed: int) -> tuple[Choice, Counter[str]]:
    """Return a table's layouts and answer counts."""
    score, readers = measure_with_plan(table, choose(table, seed))
    boxes = [box for reader in readers for box in reader.boxes if box.candidates]
    return tuple((b.candidates[0].shape.name, b.candidates[0].header_rows) for b in boxes), score.counts


def run(tables: Sequence[Table], seed: int) -> None:
    """Print right and other answers without each term."""
    _run(tables, seed, ((term, without(term)) for term in WEIGHTS))


def run_mechanisms(tables: Sequence[Table], seed: int) -> None:
    """Print right and other answers without each mechanism.

    A predicate is left out by an answer of no; those that are never true for these tables are only named.
    """
    with mechanisms.counted() as times:
        for table in tables:
            chosen(table, seed)
    found = mechanisms.predicates()
    changes = [(name, place, mechanisms.never) for name, place in found.items() if times[name]]
    changes += [(name, *change) for name, change in mechanisms.others().items()]
    _run(tables, seed, ((name, mechanisms.replaced(place, new)) for name, place, new in changes))
    print("never true:", ", ".join(name for name in found if not times[name]) or "none")


def _run(tables: Sequence[Table], seed: int, changes: Iterable[tuple[str, AbstractContextManager[None]]]) -> None:
    print(f"{'without':60} {'right':>7} {'wrong':>7} {'reported':>9} {'silent':>7} {'notes':>6} {'other layouts':>14}")
    before: list[Choice] = []
    for name, change in (("", nullcontext()), *changes):
        with change:
            found = [chosen(table, seed) for table in tables]
        before = before or [choice for choice, _ in found]
        counts: Counter[str] = sum((one for _, one in found), Counter())
        changed = sum(choice != was for (choice, _), was in zip(found, before, strict=True))
        share = 100 * counts["right"] / max(counts["facts"], 1)
        print(
            f"{name or '(nothing)':60} {share:6.2f}% {counts['wrong']:7,} {counts['reported']:9,} "
            f"{counts['silent']:7,} {counts['notes']:6,} {changed:14,}",
            flush=True,
        )
