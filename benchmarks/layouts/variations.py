"""Tables written in other ways.

Nothing must change, or only one answer.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from attrs import evolve, frozen

import capbuild as cb
from benchmarks.layouts.files import BOOKS, TEXTS, Style, choose, shown, styles, write
from benchmarks.layouts.generate import Cell, Place, Sheet, Table, Value

#: Plain tables in which a word of the header tells what a column is: a name of a person, a date.
WORDED = ("names like countries", "role words as questions")
#: Place of a cell when its table was made, to country, question and value as read.
Answers = dict[tuple[int, int, int], tuple[object, ...]]


@frozen
class Variant:
    """Table and file type to compare.

    `names` is false where questions have other names.
    """

    name: str
    table: Table
    style: Style
    names: bool = True


def answers_of(table: Table, style: Style, *, names: bool = True) -> Answers:
    """Read a table, and return its answers.

    Keys are the places that cells had when the table was made.
    """
    try:
        reading = cb.read(write(table, style), name=f"{table.stem}.{style.suffix}")
    except cb.CapbuildError as error:
        return {(0, 0, 0): ("refused", error.code)}
    sheets = {sheet.name: sheet.cells for sheet in table.sheets}
    found: Answers = {}
    for response in reading.responses:
        country = response.country.alpha_3 if response.country else ""
        for answer in response.answers:
            origin = answer.origin
            cells = sheets.get(origin.sheet or table.sheets[0].name, {}) if origin else {}
            cell = cells.get((origin.row or 0, origin.column or 0)) if origin else None
            if cell is not None and cell.fact is not None:
                found[cell.at] = (country, _named(answer.question) if names else "", _shown(answer.value))
    return found


def _named(question: str) -> str:
    """Return a question's name with sorted dimensions.

    The order of the dimensions of columns may change.
    """
    name, bracket, rest = question.partition(" [")
    return f"{name} [{', '.join(sorted(rest.removesuffix(']').split(', ')))}]" if bracket else name


def _shown(value: object) -> str:
    """Return a value as text.

    A workbook does not distinguish 59.0 from 59.
    """
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def moved(table: Table, place: Callable[[Sheet, Place], Place | None]) -> Table:
    """Return a table with cells moved or removed."""
    sheets = []
    for sheet in table.sheets:
        found = evolve(sheet, cells={}, merged=[], hidden_rows=set(), hidden_columns=set())
        for spot, cell in sheet.cells.items():
            new = place(sheet, spot)
            if new is not None:
                found.cells[new] = evolve(cell, of=place(sheet, cell.of) if cell.of else None)
        for top, left, bottom, right in sheet.merged:
            first, last = place(sheet, (top, left)), place(sheet, (bottom, right))
            if first and last:
                found.merged.append((*first, *last))
        found.hidden_rows.update(new[0] for row in sheet.hidden_rows if (new := place(sheet, (row, 1))))
        found.hidden_columns.update(new[1] for column in sheet.hidden_columns if (new := place(sheet, (1, column))))
        sheets.append(found)
    return evolve(table, sheets=sheets)


def _with_line(table: Table, row: int | None, label: str, text: str) -> Table:
    """Return a table with an added line.

    It is at a row of each sheet, or two rows below its end.
    """
    for sheet in table.sheets:
        sheet.put(row or sheet.height + 2, 1, text, label)
    return table


def nonsense(rng: random.Random) -> str:
    """Return a word that no vocabulary has."""
    return "".join(rng.choice("bdfgklmnprst") + rng.choice("aeiou") for _ in range(3)).capitalize()


def _renamed(table: Table, rng: random.Random) -> Table:
    """Return a plain table with nonsense for its header."""
    (sheet,) = table.sheets
    cells: dict[Place, Cell] = dict(sheet.cells)
    for place, cell in sheet.cells.items():
        if place[0] == 1:
            cells[place] = evolve(cell, value=Value(f"{nonsense(rng)} {place[1]}"))
    return evolve(table, sheets=[evolve(sheet, cells=cells)])


def variants(table: Table, base: Style, rng: random.Random) -> Iterator[Variant]:
    """Return the harmless changes possible for a table."""
    words = table.language
    for style in styles(table):
        if style != base:
            yield Variant(f"as {style}", table, style)
    lower = moved(table, lambda _, p: (p[0] + 2, p[1]))
    yield Variant("title above", _with_line(lower, 1, "title", f"Survey 2016 ({words})"), base)
    same = moved(table, lambda _, p: p)
    yield Variant("source below", _with_line(same, None, "note", "Source: national focal points, invented."), base)
    yield Variant("blank column before", moved(table, lambda _, p: (p[0], p[1] + 1)), base)
    if base in BOOKS and "country" not in table.kind and not table.kind.startswith("sheets of"):
        sheets = [evolve(sheet, name=f"Xq{i}") for i, sheet in enumerate(table.sheets)]
        yield Variant("sheets renamed", evolve(table, sheets=sheets), base)
    if table.plain:
        yield from _plain_variants(table, base, rng)


def _plain_variants(table: Table, base: Style, rng: random.Random) -> Iterator[Variant]:
    (sheet,) = table.sheets
    half = sheet.height // 2 + 1
    yield Variant("half of the rows", moved(table, lambda _, p: p if p[0] <= half else None), base)
    if table.kind not in WORDED:
        yield Variant("header of nonsense", _renamed(table, rng), base, names=False)
    headers = [shown(cell.value) for place, cell in sheet.cells.items() if place[0] == 1]
    alike = len(set(headers)) < len(headers)  # the second of two questions with one name has a number behind it
    if not alike and not any(cell.label == "comment" for cell in sheet.cells.values()):
        order = [1, *rng.sample(range(2, sheet.width + 1), sheet.width - 1)]
        yield Variant("columns shuffled", moved(table, lambda _, p: (p[0], order[p[1] - 1])), base)


def edited(table: Table, rng: random.Random) -> tuple[Table, Cell, str]:
    """Return a table with another answer in a cell.

    The cell as it was and the new text follow.
    """
    sheet = rng.choice([sheet for sheet in table.sheets if any(cell.fact for cell in sheet.cells.values())])
    place = rng.choice([place for place, cell in sheet.cells.items() if cell.fact])
    cell = sheet.cells[place]
    beside = [shown(c.value) for p, c in sheet.cells.items() if c.fact and p[1] == place[1] and p != place]
    free = Value(rng.choice(("see remark", "3 of 4", "x?", "2016", "unknown to us")))
    value = free if rng.random() < 0.5 or not beside else Value(rng.choice(beside))
    if isinstance(cell.value.cell, int | float) and value is not free:
        value = evolve(cell.value, cell=type(cell.value.cell)(cell.value.cell + 7))
    cells = {**sheet.cells, place: evolve(cell, value=value)}
    sheets = [evolve(sheet, cells=cells) if s is sheet else s for s in table.sheets]
    return evolve(table, sheets=sheets), cell, shown(value)


def run(tables: Iterator[Table], seed: int, *, local: bool, show: bool = False) -> Counter[str]:
    """Compare readings of changed tables and print how many differ."""
    total: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for table in tables:
        rng = random.Random(f"{table.kind} {table.language} {seed} variations")
        for name, fault in changed_answers(table, seed, rng) if local else written_otherwise(table, rng):
            for counts in (total, groups[name], groups[f"  {table.kind}"]):
                counts.update(tried=1, differ=bool(fault))
            if fault and show:
                print(f"{table.kind} ({table.language}), {name}: {fault}")
    for name, counts in [*sorted(groups.items()), ("all", total)]:
        print(f"{name:36} {counts['differ']:6,} of {counts['tried']:6,} differ")
    return total


def changed_answers(table: Table, seed: int, rng: random.Random, edits: int = 2) -> Iterator[tuple[str, str]]:
    """Change cells one by one, and yield differences.

    Each has what was done, and what else differs.
    """
    style = choose(table, seed)
    before = answers_of(table, style)
    for _ in range(edits):
        changed, cell, text = edited(table, rng)
        after = answers_of(changed, style)
        own = _of_one_question(table, cell)
        what = f"{shown(cell.value)!r} -> {text!r}"
        yield "one cell edited", _difference(_without(before, own), _without(after, own), what)


def _of_one_question(table: Table, edited: Cell) -> set[tuple[int, int, int]]:
    """Return the places that are one answer together."""
    cells = table.sheets[edited.at[0]].cells.values()
    asks = edited.fact.asks if edited.fact else ()
    return {cell.at for cell in cells if cell.fact and cell.fact.asks == asks and cell.at[1] == edited.at[1]}


def _without(answers: Answers, places: set[tuple[int, int, int]]) -> Answers:
    return {at: found for at, found in answers.items() if at not in places}


def written_otherwise(table: Table, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Write a table in other ways, and yield differences.

    Each has what was done, and what differs.
    """
    allowed = styles(table)
    base = allowed[0] if allowed[0] in TEXTS and rng.random() < 0.5 else allowed[-1]
    named = answers_of(table, base)
    for variant in variants(table, base, rng):
        before = named if variant.names else {at: (found[0], "", *found[2:]) for at, found in named.items()}
        after = answers_of(variant.table, variant.style, names=variant.names)
        kept = {cell.at for sheet in variant.table.sheets for cell in sheet.cells.values()}
        yield variant.name, _difference({at: found for at, found in before.items() if at in kept}, after, "")


def _difference(before: Answers, after: Answers, what: str) -> str:
    """Describe the first difference; empty for none."""
    differ = [at for at in sorted({*before, *after}) if before.get(at) != after.get(at)]
    if not differ:
        return ""
    at = differ[0]
    return f"{what} {len(differ)} answers differ, first {at}: {before.get(at)} -> {after.get(at)}"
