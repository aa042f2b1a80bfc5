"""Tables with headings, groups and keys written once.

They apply to the cells below or beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.layouts.generate import Column, Maker, Row, Sheet, Table
from benchmarks.layouts.kinds import key, kind

YEARS = (2013, 2014, 2015)


@kind
def block_per_country(t: Table, m: Maker) -> None:
    sheet, row, gap = t.sheet(), 1, m.rng.randint(0, 1)
    questions = m.questions(4)
    headers = [Column((m["question"],), "header"), Column((m["answer"],), asks=()), Column((m["comment"],), "comment")]
    for code, name in m.countries(3):
        row = sheet.line(row, "key", name)
        answers = [(q.text, q.make() or m.number() or 3) for q in questions]
        row = gap + sheet.fill(headers, [Row(code, [text, one, m.text()], (text,)) for text, one in answers], row)


@kind
def headings_above_countries(t: Table, m: Maker) -> None:
    sheet, found, years = t.sheet(), m.countries(5), m.rng.random() < 0.5
    indicators = m.indicators(3)
    columns = [Column((str(year),), asks=(), dims=(str(year),)) for year in YEARS]
    columns = columns if years else [Column((q.text,)) for q in indicators]
    row = sheet.fill([key(m["country"]), *columns], [])
    for heading in (q.text for q in indicators) if years else map(str, YEARS):
        row = sheet.line(row, "header", heading)
        for code, name in found:
            sheet.put(row, 1, name, "key")
            for place, column in enumerate(columns, 2):
                asks = column.asks if column.asks is not None else column.headers
                sheet.answer(row, place, m.number(), code, heading, *asks, dims=column.dims)
            row += 1


@kind
def year_once_above_countries(t: Table, m: Maker) -> None:
    found, questions = m.countries(5), m.questions(4)
    columns = [key(m["year"]), key(m["country"]), *(Column((q.text,)) for q in questions)]
    rows = [
        Row(code, [None if place else year, name, *(q.make() for q in questions)])
        for year in YEARS
        for place, (code, name) in enumerate(found)
    ]
    t.sheet().fill(columns, rows)


@kind
def indicator_once_beside_sex(t: Table, m: Maker) -> None:
    sheet, found, sexes, row = t.sheet(), m.countries(4), m.pick("sexes"), 2
    sheet.line(1, "header", m["indicator"], m["sex"], *(name for _, name in found))
    for q in m.indicators(3):
        sheet.put(row, 1, q.text, "header")
        for sex in sexes:
            sheet.put(row, 2, sex, "key")
            for place, (code, _) in enumerate(found, 3):
                sheet.answer(row, place, m.number(), code, q.text, dims=(sex,))
            row += 1


def countries_across_years(sheet: Sheet, m: Maker, indicator: str, found: Sequence[tuple[str, str]], top: int) -> int:
    """Fill a table of countries across years.

    It has a row for each year and a column for each country; returns the row below it.
    """
    sheet.put(top, 1, m["year"], "header")
    sheet.line(top, "key", *(name for _, name in found), left=2)
    for row, year in enumerate(YEARS, top + 1):
        sheet.put(row, 1, year, "key")
        for column, (code, _) in enumerate(found, 2):
            sheet.answer(row, column, m.number(), code, indicator, dims=(str(year),))
    return top + 1 + len(YEARS)


@kind
def groups_above_countries(t: Table, m: Maker) -> None:
    sheet, found, groups = t.sheet(), m.countries(3), m.pick("sexes")
    merge = m.rng.random() < 0.5
    sheet.put(2, 1, m["indicator"], "header")
    questions = m.indicators(4)
    for row, q in enumerate(questions, 3):
        sheet.put(row, 1, q.text, "header")
    for group, left in zip(groups, (2, 5), strict=True):
        sheet.put(1, left, group, "key")
        if merge:
            sheet.merged.append((1, left, 1, left + 2))
        for column, (code, name) in enumerate(found, left):
            sheet.put(2, column, name, "key")
            for row, q in enumerate(questions, 3):
                sheet.answer(row, column, m.number(), code, q.text, dims=(group,))


@kind
def blocks_of_years_below_titles(t: Table, m: Maker) -> None:
    sheet, row, found = t.sheet(), 1, m.countries(4)
    for q in m.indicators(3):
        row = sheet.line(row, "header", q.text)
        row = countries_across_years(sheet, m, q.text, found, row) + 1


@kind
def sheets_of_years_down(t: Table, m: Maker) -> None:
    found = m.countries(4)
    for name in ("Staff", "Cases"):
        countries_across_years(t.sheet(name), m, name, found, 1)


@kind
def sheets_of_titled_questions(t: Table, m: Maker) -> None:
    found = m.countries(6)
    columns = [key(m["country"]), Column((m["answer"],), asks=()), Column((m["comment"],), "comment")]
    for number, q in enumerate(m.questions(3), 1):
        sheet = t.sheet(f"Q{number}")
        sheet.put(1, 1, f"Q{number}. {q.text}", "header")
        answers = ((code, name, q.make()) for code, name in found)
        rows = [Row(code, [name, one, m.text() if one else None], (q.text,)) for code, name, one in answers]
        sheet.fill(columns, rows, 3)


@kind
def groups_above_the_middle(t: Table, m: Maker) -> None:
    sheet, found = t.sheet(), m.countries(6)
    columns = [key(m["country"])]
    for place, q in enumerate(m.indicators(2)):
        sheet.put(1, 3 + 3 * place, q.text, "header")
        columns += [Column((str(year),), asks=(q.text,), dims=(str(year),)) for year in YEARS]
    sheet.fill(columns, [Row(code, [name, *(m.number() for _ in columns[1:])]) for code, name in found], 2)


@kind
def series_of_other_years(t: Table, m: Maker) -> None:
    headers = (m["indicator"], "Series", m["country"], m["year"])
    columns = [*map(key, headers), Column((m["value"],), asks=()), key(m["source"])]
    series = m.pick("sections")
    rows = [
        Row(code, ["3.6.1", text, name, year, m.decimal(), "Invented"], ("3.6.1",), (text, str(year)))
        for code, name in m.countries(5)
        for place, text in enumerate(series)
        for year in range(2010 + 2 * place, 2012 + 2 * place)
    ]
    t.sheet().fill(columns, rows)
