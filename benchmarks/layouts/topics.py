"""Tables whose answers differ by topic.

Titles, sheets, breakdowns or options in their columns tell answers apart.
"""

from __future__ import annotations

from benchmarks.layouts.generate import Column, Maker, Row, Table
from benchmarks.layouts.kinds import key, kind, plain
from benchmarks.layouts.products import ticked


@kind
def alchemer(t: Table, m: Maker) -> None:
    questions, asked = m.questions(4), m.words["tick_all"]
    columns = [*map(key, ("Response ID", "Date Submitted", m["country"])), *(Column((q.text,)) for q in questions)]
    columns += [Column((f"{option}:{asked}",), asks=(asked,)) for option in m.words["options"]]
    rows = [
        Row(code, [i, f"2016-03-1{i} 10:12:00", name, *(q.make() for q in questions), *ticked(m, "", None)])
        for i, (code, name) in enumerate(m.countries(8))
    ]
    t.sheet().fill(columns, rows)


@plain
def breakdowns_of_some_indicators(t: Table, m: Maker) -> None:
    headers = ("Entity", "Indicator", "Breakdown", "Year")
    columns = [*map(key, headers), Column(("Value",), asks=()), key("Source")]
    (broken, *others), sexes = m.indicators(3), m.pick("sexes")
    rows = [
        Row(code, [name, q.text, part, year, m.decimal(), "Invented"], asks=(q.text,), dims=(part, str(year)))
        for code, name in m.countries(6)
        for q, parts in ((broken, sexes), *((one, ["Total"]) for one in others))
        for part in parts
        for year in (2015, 2016)[: len(parts)]
    ]
    t.sheet().fill(columns, rows)


@kind
def statistical_yearbook(t: Table, m: Maker) -> None:
    sheet, series = t.sheet(), m.indicators(1)[0].text
    sheet.line(1, "title", "T05", series)
    columns = [*map(key, ("Region/Country/Area", "", "Year", "Series")), Column(("Value",), asks=())]
    rows = [
        Row(code, [number, name, year, series, m.decimal(), m.rng.choice((None, None, "Estimate.")), "ITU"],
            dims=(str(year),))
        for number, (code, name) in enumerate(m.countries(8), 4)
        for year in (2005, 2010, 2015)
    ]  # fmt: skip
    sheet.fill([*columns, Column(("Footnotes",), "comment"), key("Source")], rows, 2)


@kind
def indicator_above_countries(t: Table, m: Maker) -> None:
    years = ("2013", "2014", "2015", "2016")
    head = f"{m.indicators(1)[0].text} (annual percent change)"
    columns = [Column((head,), "header"), *(Column((year,), asks=(), dims=(year,)) for year in years)]
    t.sheet().fill(columns, [Row(code, [name, *(m.decimal() for _ in years)]) for code, name in m.countries(8)])


@kind
def blocks_of_indicators(t: Table, m: Maker) -> None:
    sheet, row, countries, years = t.sheet(), 1, m.countries(5), ("2014", "2015", "2016")
    for number, q in enumerate(m.indicators(2), 1):
        title = f"{number}. {q.text}"
        row = sheet.line(row, "header", title)
        columns = [key(m["country"]), *(Column((year,), asks=(title,), dims=(year,)) for year in years)]
        row = sheet.fill(columns, [Row(code, [name, *(q.make() for _ in years)]) for code, name in countries], row) + 1


@kind
def sheets_of_indicators(t: Table, m: Maker) -> None:
    countries, years = m.countries(5), ("2014", "2015", "2016")
    for name, q in zip(("Staff", "Cases"), m.indicators(2), strict=True):
        columns = [key(m["country"]), *(Column((year,), asks=(name,), dims=(year,)) for year in years)]
        t.sheet(name).fill(columns, [Row(code, [place, *(q.make() for _ in years)]) for code, place in countries])


@kind
def sheets_of_years(t: Table, m: Maker) -> None:
    questions, countries = m.questions(4), m.countries(6)
    for year in ("2014", "2015", "2016"):
        columns = [key(m["country"]), *(Column((q.text,), dims=(year,)) for q in questions)]
        t.sheet(year).fill(columns, [Row(code, [name, *(q.make() for q in questions)]) for code, name in countries])
