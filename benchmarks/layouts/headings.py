"""Tables in which headings, groups and keys written once apply to the cells below or beside them."""

from __future__ import annotations

from benchmarks.layouts.generate import Column, Maker, Row, Table
from benchmarks.layouts.kinds import key, kind

YEARS = (2013, 2014, 2015)


@kind
def block_per_country(t: Table, m: Maker) -> None:
    sheet, row, gap = t.sheet(), 1, m.rng.randint(0, 1)
    questions = m.questions(4)
    heads = [Column((m["question"],), "header"), Column((m["answer"],), asks=()), Column((m["comment"],), "comment")]
    for code, name in m.countries(3):
        row = sheet.line(row, "key", name)
        answers = [(q.text, q.make() or m.number() or 3) for q in questions]
        row = gap + sheet.fill(heads, [Row(code, [text, one, m.text()], (text,)) for text, one in answers], row)


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
                asks = column.asks if column.asks is not None else column.heads
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
