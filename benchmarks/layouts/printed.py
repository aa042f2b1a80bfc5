"""Layouts of printed tables.

They have merged headers, regions, legends and sums over years.
"""

from __future__ import annotations

from babel import Locale

from benchmarks.layouts.generate import Column, Maker, Question, Row, Table, Value
from benchmarks.layouts.kinds import key, kind, plain, records

#: Digits of the scripts that write their own.
_DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "zh": "０１２３４５６７８９"}


@kind
def years_below_groups(t: Table, m: Maker) -> None:
    sheet, groups, numbers = t.sheet(), m.pick("sections", 2), m.pick("numbers", 2)
    parts = [(group, number, year) for group in groups for number in numbers for year in ("2015", "2016")]
    columns = [Column((m["country"], "", ""), "key"), *(Column(part) for part in parts)]
    rows = [Row(code, [name, *(m.number() for _ in parts)]) for code, name in m.countries(7)]
    sheet.fill(columns, rows, merge=True)
    sheet.merged.append((1, 1, 3, 1))


@kind
def countries_below_regions(t: Table, m: Maker) -> None:
    sheet, numbers, regions = t.sheet(), m.indicators(3), Locale.parse(m.language).territories
    sheet.header([key(m["country"]), *(Column((q.text,)) for q in numbers)], 1, 1)
    found, row = m.countries(6), 2
    for region, part in zip(("002", "009"), (found[:3], found[3:]), strict=True):
        counts = [[m.rng.randint(1, 90) for _ in numbers] for _ in part]
        row = sheet.line(row, "total", regions[region], *map(sum, zip(*counts, strict=True)))
        for (code, name), values in zip(part, counts, strict=True):
            sheet.put(row, 1, f"   {name}", "key")
            for column, (q, value) in enumerate(zip(numbers, values, strict=True), 2):
                sheet.answer(row, column, value, code, q.text)
            row += 1


@kind
def legend_of_codes(t: Table, m: Maker) -> None:
    sheet, levels = t.sheet(), m.pick("levels")
    codes = ("A", "B", "C")
    questions = [Question(q.text, lambda: Value(m.rng.choice(codes))) for q in m.questions(4)]
    bottom = records(sheet, m, questions, 8)
    sheet.line(bottom + 1, "note", *(f"{code} = {level}" for code, level in zip(codes, levels, strict=True)))


@kind
def sums_over_years(t: Table, m: Maker) -> None:
    numbers, rows = m.indicators(3), []
    for code, name in m.countries(5):
        counts = [[m.rng.randint(1, 90) for _ in numbers] for _ in range(3)]
        rows += [
            Row(code, [name, year, *row], dims=(str(year),))
            for year, row in zip((2014, 2015, 2016), counts, strict=True)
        ]
        rows.append(Row(code, [name, m.words["totals"][0], *map(sum, zip(*counts, strict=True))], label="total"))
    t.sheet().fill([key(m["country"]), key(m["year"]), *(Column((q.text,)) for q in numbers)], rows)


@plain
def digits_of_the_script(t: Table, m: Maker) -> None:
    def number() -> Value:
        found = m.rng.randint(1, 900)
        return Value(
            str(found).translate(dict(zip(range(48, 58), _DIGITS.get(m.language, "0123456789"), strict=True))), (found,)
        )

    records(t.sheet(), m, [*m.questions(2), *(Question(text, number) for text in m.pick("numbers", 2))], 9)
