"""Tables as people lay out sheets.

They have countries across, forms, marks, sections or several tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.layouts.generate import Column, Maker, Question, Row, Sheet, Table, Value
from benchmarks.layouts.kinds import key, kind, records, titled_country, years_table


@kind
def years_across(t: Table, m: Maker) -> None:
    years = ("2013", "2014", "2015", "2016")
    columns = [key(m["country"]), Column((m["indicator"],), "header"), key(m["unit"])]
    columns += [Column((y,), asks=(), dims=(y,)) for y in years]
    indicators = m.indicators(3)
    rows = [
        Row(code, [name, q.text, m.words["months"], *(q.make() for _ in years)], (q.text,))
        for code, name in m.countries(5)
        for q in indicators
    ]
    t.sheet().fill(columns, rows)


@kind
def years_across_of_one_country(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    ((code, name),) = m.countries(1)
    years_table(sheet, m, titled_country(sheet, m, name), code)


@kind
def countries_across(t: Table, m: Maker) -> None:
    sheet, found = t.sheet(), m.countries(5)
    sheet.put(1, 1, m["question"], "header")
    sheet.line(1, "key", *(name for _, name in found), left=2)
    for row, q in enumerate(m.questions(6), 2):
        sheet.put(row, 1, q.text, "header")
        for column, (code, _) in enumerate(found, 2):
            sheet.answer(row, column, q.make(), code, q.text)


@kind
def countries_across_with_remarks(t: Table, m: Maker) -> None:
    sheet, found = t.sheet(), m.countries(4)
    merge = m.rng.random() < 0.5
    sheet.put(2, 1, m["question"], "header")
    questions = m.questions(6)
    for row, q in enumerate(questions, 3):
        sheet.put(row, 1, q.text, "header")
    for column, (code, name) in zip(range(2, 10, 2), found, strict=True):
        sheet.put(1, column, name, "key")
        sheet.line(2, "header", m["answer"], m["comment"], left=column)
        if merge:
            sheet.merged.append((1, column, 1, column + 1))
        for row, q in enumerate(questions, 3):
            answer = q.make()
            sheet.answer(row, column, answer, code, q.text)
            if answer and m.rng.random() < 0.5:
                sheet.put(row, column + 1, m.text(), "comment", of=(row, column))


@kind
def countries_across_with_years(t: Table, m: Maker) -> None:
    sheet, found = t.sheet(), m.countries(4)
    sheet.put(2, 1, m["indicator"], "header")
    questions = m.indicators(4)
    for row, q in enumerate(questions, 3):
        sheet.put(row, 1, q.text, "header")
    for column, (code, name) in zip(range(2, 10, 2), found, strict=True):
        sheet.put(1, column, name, "key")
        sheet.merged.append((1, column, 1, column + 1))
        for place, year in enumerate((2015, 2016), column):
            sheet.put(2, place, year, "key")
            for row, q in enumerate(questions, 3):
                sheet.answer(row, place, q.make(), code, q.text, dims=(str(year),))


@kind
def sheet_per_country_questions(t: Table, m: Maker) -> None:
    questions = m.questions()
    columns = [Column((m["question"],), "header"), Column((m["answer"],), asks=()), Column((m["comment"],), "comment")]
    for code, name in m.countries(3):
        rows = [Row(code, [q.text, q.make() or m.number(), m.text()], (q.text,)) for q in questions]
        t.sheet(name[:31]).fill(columns, [r for r in rows if r.values[1]])


@kind
def sheet_per_country_records(t: Table, m: Maker) -> None:
    questions = m.questions()
    columns = [key(m["agency"]), *(Column((q.text,)) for q in questions)]
    for code, name in m.countries(3):
        rows = [Row(code, [agency, *(q.make() for q in questions)]) for agency in m.pick("agencies")]
        t.sheet(name[:31]).fill(columns, rows)


@kind
def sheet_per_country_years(t: Table, m: Maker) -> None:
    for code, name in m.countries(3):
        years_table(t.sheet(name[:31]), m, 1, code)


def form(sheet: Sheet, m: Maker, questions: Sequence[Question], top: int, country: str) -> int:
    """Fill labels with their values beside them."""
    for row, q in enumerate(questions, top):
        sheet.put(row, 1, q.text, "header")
        sheet.answer(row, 2, q.make(), country, q.text)
    return top + len(questions)


@kind
def sheet_per_country_forms(t: Table, m: Maker) -> None:
    questions = m.questions(6)
    for code, name in m.countries(3):
        form(t.sheet(name[:31]), m, questions, 1, code)


@kind
def form_of_keys_and_values(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    ((code, name),) = m.countries(1)
    row = sheet.line(1, "key", m["country"], name)
    sheet.put(row, 1, m["date"], "key")
    sheet.put(row, 2, m.day(), "key")
    form(sheet, m, m.questions(6), row + 1, code)


@kind
def units_without_header_beside_questions(t: Table, m: Maker) -> None:
    found, sheet = m.countries(4), t.sheet()
    sheet.line(1, "header", m["indicator"])
    for column, (_, name) in enumerate(found, 3):
        sheet.put(1, column, name, "key")
    for row, q in enumerate(m.indicators(4), 2):
        sheet.line(row, "header", q.text, m.rng.choice(("EUR", "USD", "km")))
        for column, (code, _) in enumerate(found, 3):
            sheet.answer(row, column, m.rng.randint(1, 90), code, q.text)


@kind
def form_like_a_document(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    ((code, name),) = m.countries(1)
    sheet.put(1, 1, m.words["title"], "title")
    sheet.merged.append((1, 1, 1, 3))
    row = sheet.line(3, "key", f"{m['country']}: {name}") + 1
    questions, number = m.questions(6), 0
    for place, section in enumerate(m.pick("sections")):
        row = sheet.line(row, "header", section)
        for q in questions[place * 2 : place * 2 + 2]:
            number += 1
            sheet.line(row, "header", f"{number}.", q.text)
            answer = q.make()
            sheet.answer(row, 3, answer, code, q.text)
            if answer and m.rng.random() < 0.5:
                sheet.put(row, 4, m.text(), "comment", of=(row, 3))
            row += 1
        row += 1


@kind
def ticks_under_options(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    ((code, name),) = m.countries(1)
    row = titled_country(sheet, m, name)
    options, mark = m.pick("answers"), m.rng.choice(("x", "X", "✓"))
    sheet.line(row, "header", m["question"], *options)
    for place, text in enumerate(m.pick("questions"), row + 1):
        chosen = m.rng.randrange(3)
        sheet.put(place, 1, text, "header")
        remark = m.text() if m.rng.random() < 0.2 else None
        cell = f"{mark} ({remark.cell})" if remark else mark
        sheet.answer(place, 2 + chosen, Value(cell, m.accepted(chosen)), code, text)


@kind
def form_of_plain_labels(t: Table, m: Maker) -> None:
    sheet, units = t.sheet(), m.rng.random() < 0.5
    ((code, name),) = m.countries(1)
    row = sheet.line(1, "key", m["country"], name)
    row = sheet.line(row, "key", m["agency"], m.pick("agencies")[0])
    for place, q in enumerate(m.indicators(4), row):
        sheet.put(place, 1, q.text, "header")
        sheet.answer(place, 2, m.rng.randint(1, 400), code, q.text)
        if units:
            sheet.put(place, 3, m.words["months"], "comment", of=(place, 2))


@kind
def ticks_beside_options_in_rows(t: Table, m: Maker) -> None:
    sheet, found, row = t.sheet(), m.countries(4), 2
    sheet.put(1, 1, m["question"], "header")
    sheet.line(1, "key", *(name for _, name in found), left=2)
    first, *others = m.pick("questions")[:3]
    nobody = m.rng.randrange(3)  # chose this option
    row = sheet.line(row, "header", first)
    for i, option in enumerate(m.words["options"][:4]):
        sheet.put(row, 1, option, "header")
        for column, (code, _) in enumerate(found, 2):
            if i != nobody and m.rng.random() < 0.6:
                sheet.answer(row, column, Value("x", ("x", True)), code, first, option)
        row += 1
    for place, text in enumerate(others, row):
        sheet.put(place, 1, text, "header")
        for column, (code, _) in enumerate(found, 2):
            sheet.answer(place, column, m.yes_no(), code, text)


@kind
def options_printed_on_a_form(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    options, mark, way = m.pick("answers")[:2], m.rng.choice("xX✓☒"), m.rng.randrange(4)
    ((code, name),) = m.countries(1)
    row = sheet.line(1, "key", m["country"], name)
    for place, text in enumerate(m.pick("questions"), row):
        chosen = m.rng.randrange(2)
        sheet.put(place, 1, text, "header")
        if way == 3:  # a hint before the answer
            sheet.put(place, 2, f"({' / '.join(options)})", "header")
            sheet.answer(place, 3, Value(options[chosen], m.accepted(chosen)), code, text)
        for i, option in enumerate(options if way < 3 else ()):
            found = m.accepted(i)
            if way == 2:  # a box in the cell of the option
                box = f"{'☒' if i == chosen else '☐'} {option}"
                at, cell = 2 + i, box
            else:  # a mark behind or before the option
                sheet.put(place, 2 + 2 * i + way, option, "header")
                at, cell = 3 + 2 * i - way, mark if i == chosen else ""
            if i == chosen:
                sheet.answer(place, at, Value(cell, found), code, text)
            elif cell:
                sheet.put(place, at, cell, "header")


@kind
def totals(t: Table, m: Maker) -> None:
    sheet, numbers = t.sheet(), m.indicators(4)
    row = records(sheet, m, numbers, 8)
    for name in (m.words["totals"][0], m.words["totals"][2]):
        row = sheet.line(row, "total", name, *(m.rng.randint(400, 3000) for _ in numbers))


@kind
def subtotals(t: Table, m: Maker) -> None:
    sheet, numbers, row = t.sheet(), m.indicators(3), 2
    sheet.header([key(m["country"]), *(Column((q.text,)) for q in numbers)], 1, 1)
    found = m.countries(9)
    total, subtotal, _ = m.words["totals"]
    for part in (found[:3], found[3:6], found[6:]):
        for code, name in part:
            sheet.put(row, 1, name, "key")
            for column, q in enumerate(numbers, 2):
                sheet.answer(row, column, q.make(), code, q.text)
            row += 1
        row = sheet.line(row, "total", subtotal, *(m.rng.randint(100, 900) for _ in numbers))
    sheet.line(row, "total", total, *(m.rng.randint(900, 3000) for _ in numbers))


@kind
def countries_as_headings(t: Table, m: Maker) -> None:
    sheet, row = t.sheet(), 2
    questions = m.questions(4)
    sheet.line(1, "header", m["question"], m["answer"], m["comment"])
    for code, name in m.countries(4):
        row = sheet.line(row, "key", name)
        for q in questions:
            answer = q.make()
            sheet.put(row, 1, q.text, "header")
            sheet.answer(row, 2, answer, code, q.text)
            if answer and m.rng.random() < 0.4:
                sheet.put(row, 3, m.text(), "comment", of=(row, 2))
            row += 1


@kind
def sections_of_questions(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    ((code, name),) = m.countries(1)
    row = titled_country(sheet, m, name)
    sheet.line(row, "header", m["code"], m["question"], m["answer"])
    questions = m.questions(6)
    for i, section in enumerate(m.pick("sections")):
        row = sheet.line(row + 1, "header", "ABC"[i], section) - 1
        for j, q in enumerate(questions[i * 2 : i * 2 + 2], 1):
            row += 1
            sheet.line(row, "header", f"{'ABC'[i]}.{j}", q.text)
            sheet.answer(row, 3, q.make(), code, section, q.text)


@kind
def parts_of_questions(t: Table, m: Maker) -> None:
    sheet, found = t.sheet(), m.countries(3)
    way, row = m.rng.randrange(3), 1  # numbered headings, numbered questions, indents
    sheet.line(row, "header", *(["No."] if way < 2 else []), m["question"])
    at = 2 if way < 2 else 1
    for column, (_, name) in enumerate(found, at + 1):
        sheet.put(row, column, name, "key")
    parts = m.words["options"][:2]
    for i, q in enumerate(m.indicators(3), 1):
        for j, text in enumerate((q.text, *parts)):
            row += 1
            if way < 2:
                sheet.put(row, 1, f"{i}.{j}" if j else i, "key")
            sheet.put(row, at, f"  {text}" if j and way == 2 else text, "header")
            for column, (code, _) in enumerate(found, at + 1) if j or way else ():
                sheet.answer(row, column, q.make(), code, *dict.fromkeys((q.text, text)))


@kind
def tables_below_each_other(t: Table, m: Maker) -> None:
    sheet, row = t.sheet(), 1
    questions = m.questions(6)
    for i, title in enumerate(m.pick("sections")):
        row = sheet.line(row, "title", title) if m.rng.random() < 0.5 else row
        row = records(sheet, m, questions[i * 2 : i * 2 + 2], 5, top=row) + 1


@kind
def tables_side_by_side(t: Table, m: Maker) -> None:
    sheet, questions = t.sheet(), m.questions(4)
    records(sheet, m, questions[:2], 6)
    records(sheet, m, questions[2:], 6, left=5)


@kind
def titles_above_and_notes_below(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    row = sheet.line(1, "title", m.words["title"])
    row = sheet.line(row, "title", f"{m['year']}: 2016") + m.rng.randrange(2)
    row = records(sheet, m, m.questions(), 8, top=row) + m.rng.randrange(2)
    sheet.line(sheet.line(row, "note", m.words["source"]), "note", m.words["note"])


@kind
def blank_columns_and_rows(t: Table, m: Maker) -> None:
    sheet, questions = t.sheet(), m.questions(4)
    gap = m.rng.choice((2, 3, 4))
    places = [2 + i + (i + 2 >= gap + 1) for i in range(4)]
    sheet.put(2, 2, m["country"], "header")
    places = [place + 1 for place in places]
    for place, q in zip(places, questions, strict=True):
        sheet.put(2, place, q.text, "header")
    for row, (code, name) in zip((3, 4, 5, 7, 8, 9, 10), m.countries(7), strict=True):
        sheet.put(row, 2, name, "key")
        for place, q in zip(places, questions, strict=True):
            sheet.answer(row, place, q.make(), code, q.text)


@kind
def hidden_sheets(t: Table, m: Maker) -> None:
    records(t.sheet("Data"), m, m.questions())
    records(t.sheet("2015", hidden=True), m, m.questions(), 6)


@kind
def hidden_rows_and_columns(t: Table, m: Maker) -> None:
    sheet = t.sheet("Data")
    records(sheet, m, m.questions(), 9)
    sheet.hidden_rows.update((4, 5))
    sheet.hidden_columns.add(3)


@kind
def ambiguous_sheet_names(t: Table, m: Maker) -> None:
    names = [
        "National Cybersecurity Index",
        "History",
        "Validation",
        "me",
        "Notes",
        "Lists",
        "Survey History",
        "Legend",
    ]
    for name in m.rng.sample(names, 2):
        records(t.sheet(name), m, m.questions(), 7)
