"""Calibration of the confidence in a layout.

It should separate tables that are read rightly from those that are not.

    uv run python -m benchmarks.layouts.calibrate [--seeds 7 8 9] [--fit 1 2 3 4 5 6]

Tables come as made, and harder: no words in headers, few rows, many blanks, lines above, other texts.
`--fit` prints weights for `confidence.SIGNS`, by logistic regression on other seeds than those that are measured.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, frozen

from benchmarks.layouts import generate
from benchmarks.layouts.files import choose
from benchmarks.layouts.generate import Sheet, Table, Value
from benchmarks.layouts.plans import measure_with_plan
from benchmarks.layouts.variations import moved, nonsense
from capbuild.formats.layouts.candidates import SIGNS, UNSURE, confidence

#: Lines of a form that stand above a table.
_LINES = ("Draft", "2016", "Unit A", "Form 3", "Status: open", "12", "Regional office", "v2")


@frozen
class Case:
    """Result of reading a table.

    It has the signs of each of its layouts, and whether an answer is wrong, lost or reported.
    """

    signs: Sequence[Mapping[str, float]]
    wrong: bool
    table: str
    hard: bool


# Harder tables --------------------------------------------------------------------------------------------------------


def without_words(table: Table, rng: random.Random) -> Table:
    """Return a table with nonsense words in headers.

    Texts that facts ask for change with them.
    """
    facts = [cell.fact for sheet in table.sheets for cell in sheet.cells.values() if cell.fact]
    asked = {text for fact in facts for text in fact.asks}
    kept = {str(text) for fact in facts for text in (*fact.dims, fact.option, *fact.values) if text}
    headers = {c.value.cell for s in table.sheets for c in s.cells.values() if c.label == "header"}
    texts = sorted(text for text in headers if isinstance(text, str) and text not in kept)
    free = [
        text
        for text in texts
        if (text in asked or not any(part in text for part in asked))
        and not any(text in other for other in headers if isinstance(other, str) and other != text)
    ]
    names = {text: f"{nonsense(rng)} {i}" for i, text in enumerate(free, 1)}
    sheets = []
    for sheet in table.sheets:
        cells = dict(sheet.cells)
        for place, cell in sheet.cells.items():
            if cell.fact:
                asks = tuple(names.get(text, text) for text in cell.fact.asks)
                cells[place] = evolve(cell, fact=evolve(cell.fact, asks=asks))
            elif cell.label == "header" and cell.value.cell in names:
                cells[place] = evolve(cell, value=Value(names[str(cell.value.cell)]))
        sheets.append(evolve(sheet, cells=cells))
    return evolve(table, sheets=sheets)


def with_few_rows(table: Table, rng: random.Random) -> Table:
    """Return a table that ends soon after its first answer."""
    rows = rng.randint(2, 4)

    def first(sheet: Sheet) -> int:
        return min((place[0] for place, cell in sheet.cells.items() if cell.fact), default=1)

    return moved(table, lambda sheet, p: p if p[0] < first(sheet) + rows else None)


def with_blanks(table: Table, rng: random.Random) -> Table:
    """Return a table without many of its answers."""
    share = rng.choice((0.3, 0.6, 0.8))
    sheets = [
        evolve(sheet, cells={p: c for p, c in sheet.cells.items() if not c.fact or rng.random() > share})
        for sheet in table.sheets
    ]
    return evolve(table, sheets=sheets)


def with_lines_above(table: Table, rng: random.Random) -> Table:
    """Return a table with lines of few cells above it."""
    lines = rng.randint(1, 3)
    gap = lines + rng.randint(0, 1)
    table = moved(table, lambda _, p: (p[0] + gap, p[1]))
    for sheet in table.sheets:
        for row in range(1, lines + 1):
            sheet.line(row, "title", *rng.sample(_LINES, rng.randint(1, 3)))
    return table


def with_other_texts(table: Table, rng: random.Random) -> Table:
    """Return a table with unknown words as answers.

    Half of its answers get texts that no vocabulary has.
    """
    sheets = []
    for sheet in table.sheets:
        cells = dict(sheet.cells)
        for place, cell in sheet.cells.items():
            free = cell.fact and not cell.fact.option and isinstance(cell.value.cell, str) and not cell.value.remark
            if free and cell.fact and len(cell.value.cell) > 1 and rng.random() < 0.5:  # type: ignore[arg-type]
                text = f"{nonsense(rng)} {nonsense(rng).lower()}"
                cells[place] = evolve(cell, value=Value(text), fact=evolve(cell.fact, values=(text,)))
        sheets.append(evolve(sheet, cells=cells))
    return evolve(table, sheets=sheets)


CHANGES = (without_words, with_few_rows, with_blanks, with_lines_above, with_other_texts)


def harder(table: Table, rng: random.Random) -> Table:
    """Return a table that one to three changes make harder."""
    for change in rng.sample(CHANGES, rng.randint(1, 3)):
        table = change(table, rng)
    return table


# Cases ----------------------------------------------------------------------------------------------------------------


def cases(seed: int, *, hard: bool) -> Iterator[Case]:
    """Yield the cases of a seed's tables."""
    for table in generate.tables(seed):
        made = table
        if hard:
            made = harder(table, random.Random(f"{table.kind} {table.language} {seed} hard"))
            if not all(any(cell.fact for cell in sheet.cells.values()) for sheet in made.sheets):
                continue
        yield case(made, seed, hard=hard)


def case(table: Table, seed: int, *, hard: bool) -> Case:
    """Read a table, and return its case."""
    score, readers = measure_with_plan(table, choose(table, seed))
    signs = [box.signs(reader.grid) for reader in readers for box in reader.boxes if box.candidates]
    wrong = score.counts["right"] < score.counts["facts"]
    return Case(signs, wrong, f"{table.kind} ({table.language}) {seed}", hard)


def least(signs: Sequence[Mapping[str, float]], weights: Mapping[str, float]) -> float:
    """Return the least confidence in a table's layouts."""
    return min((confidence(one, weights) for one in signs), default=1.0)


def low(found: Sequence[Case], weights: Mapping[str, float] = SIGNS, bound: float = UNSURE) -> tuple[float, float]:
    """Return the shares of tables with low confidence.

    The first is of rightly, the second of wrongly read tables.
    """
    counts = Counter((one.wrong, least(one.signs, weights) < bound) for one in found)
    rates = [counts[wrong, True] / max(1, counts[wrong, True] + counts[wrong, False]) for wrong in (False, True)]
    return rates[0], rates[1]


# Weights --------------------------------------------------------------------------------------------------------------


def fit(found: Sequence[Case], rounds: int = 3, steps: int = 250) -> dict[str, float]:
    """Return weights that calibrate the least confidence.

    The least confidence in a table is then the probability that it is read rightly.

    Of each table the layout counts that is least sure by the weights of the round before.
    """
    names = list(found[0].signs[0])
    weights = dict.fromkeys(["", *names], 0.0)
    found = [one for one in found if one.signs]
    for _ in range(rounds):
        worst = [min(one.signs, key=lambda signs: confidence(signs, weights)) for one in found]
        rows = [[signs[name] for name in names] for signs in worst]
        weights = _regress(names, rows, [not one.wrong for one in found], steps)
    return weights


def _regress(
    names: Sequence[str], rows: Sequence[Sequence[float]], right: Sequence[bool], steps: int
) -> dict[str, float]:
    """Return weights by logistic regression.

    Gradient descent has some momentum, on standardised columns.
    """
    number = len(rows)
    means = [sum(column) / number for column in zip(*rows, strict=True)]
    spreads = [
        math.sqrt(sum((x - mean) ** 2 for x in column) / number) or 1.0
        for column, mean in zip(zip(*rows, strict=True), means, strict=True)
    ]
    scaled = [[1.0, *((x - m) / s for x, m, s in zip(row, means, spreads, strict=True))] for row in rows]
    found, speed = [0.0] * (len(names) + 1), [0.0] * (len(names) + 1)
    for _ in range(steps):
        slope = [0.002 * value for value in found]
        for row, is_right in zip(scaled, right, strict=True):
            error = 1 / (1 + math.exp(-sum(w * x for w, x in zip(found, row, strict=True)))) - is_right
            for place, x in enumerate(row):
                slope[place] += error * x / number
        speed = [0.9 * v - 0.3 * s for v, s in zip(speed, slope, strict=True)]
        found = [w + v for w, v in zip(found, speed, strict=True)]
    raw = [w / s for w, s in zip(found[1:], spreads, strict=True)]
    start = found[0] - sum(w * m for w, m in zip(raw, means, strict=True))
    return {"": start, **dict(zip(names, raw, strict=True))}


def bound_of(found: Sequence[Case], weights: Mapping[str, float], share: float = 0.045) -> float:
    """Return the confidence quantile of rightly read tables.

    The given share of them lies below.
    """
    right = sorted(least(one.signs, weights) for one in found if not one.wrong)
    return right[int(share * len(right))]


def show(found: Sequence[Case], weights: Mapping[str, float], bound: float) -> None:
    """Print how many tables have low confidence."""
    for name, some in (
        ("as made", [one for one in found if not one.hard]),
        ("harder", [one for one in found if one.hard]),
        ("all", found),
    ):
        right, wrong = (f"{share:6.1%}" for share in low(some, weights, bound))
        lost = sum(one.wrong for one in some)
        print(f"{name:10} {len(some):6,} tables, {lost:5,} wrong: low on {right} of the right, {wrong} of the wrong")


def main() -> None:
    """Run the calibration from the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.layouts.calibrate", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 8, 9, 10], help="seeds that are measured")
    parser.add_argument("--fit", type=int, nargs="+", default=[], help="seeds to fit weights on first")
    given = parser.parse_args()

    def made(seeds: Sequence[int]) -> list[Case]:
        return [one for seed in seeds for hard in (False, True) for one in cases(seed, hard=hard)]

    weights, bound = SIGNS, UNSURE
    if given.fit:
        known = made(given.fit)
        weights = {name: round(value, 2) for name, value in fit(known).items()}
        bound = round(bound_of(known, weights), 2)
        print(f"SIGNS = {weights}\nUNSURE = {bound}\n\nseeds {given.fit}, which the weights are fitted on")
        show(known, weights, bound)
    print(f"\nseeds {given.seeds}")
    show(made(given.seeds), weights, bound)


if __name__ == "__main__":
    main()
