"""Layouts of tables that field teams send."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from babel import Locale

from benchmarks.layouts.generate import (
    Column,
    Kind,
    Maker,
    Question,
    Row,
    Scalar,
    Sheet,
    Table,
    Value,
    english_name,
)
from capbuild import Missing

Make = Callable[[Table, Maker], None]
KINDS: dict[str, Kind] = {}


def kind(make: Make, *, plain: bool = False) -> Make:
    """Register a layout under the name of its function."""
    KINDS[make.__name__.replace("_", " ")] = Kind(make, plain)
    return make


def plain(make: Make) -> Make:
    """Register a layout that is one plain table of records."""
    return kind(make, plain=True)


def key(text: str) -> Column:
    """Return a column of keys."""
    return Column((text,), "key")


def records(
    sheet: Sheet, m: Maker, questions: Sequence[Question], number: int = 8, *, top: int = 1, left: int = 1
) -> int:
    """Fill a table with one row for each country."""
    columns = [key(m["country"]), *(Column((q.text,)) for q in questions)]
    rows = [Row(code, [name, *(q.make() for q in questions)]) for code, name in m.countries(number)]
    return sheet.fill(columns, rows, top, left)


def titled_country(sheet: Sheet, m: Maker, name: str) -> int:
    """Write a title and country line; return the next row."""
    sheet.put(1, 1, m.words["title"], "title")
    return sheet.line(2, "key", m["country"], name) + 1


def years_table(sheet: Sheet, m: Maker, top: int, country: str) -> int:
    """Fill a table of indicators across years.

    It has a row for each indicator and a column for each year.
    """
    years = ("2013", "2014", "2015", "2016")
    columns = [Column((m["indicator"],), "header"), *(Column((y,), asks=(), dims=(y,)) for y in years)]
    return sheet.fill(
        columns, [Row(country, [q.text, *(q.make() for _ in years)], (q.text,)) for q in m.indicators(4)], top
    )


@plain
def records_wide(t: Table, m: Maker) -> None:
    records(t.sheet(), m, m.questions(6), m.rng.randint(6, 14))


@plain
def respondents(t: Table, m: Maker) -> None:
    questions = m.questions()
    headers = [m["id"], m["country"], m["agency"], m["date"]]
    rows = [
        Row(code, [f"R{i}{j}", name, agency, m.day(), *(q.make() for q in questions)])
        for i, (code, name) in enumerate(m.countries(4), 10)
        for j, agency in enumerate(m.pick("agencies", 3), 1)
    ]
    t.sheet().fill([*map(key, headers), *(Column((q.text,)) for q in questions)], rows)


@plain
def role_words_as_questions(t: Table, m: Maker) -> None:
    headers = [m[name] for name in m.rng.sample(["unit", "agency", "institution", "department", "date", "language"], 4)]
    makes = [m.yes_no, m.yes_no, m.level, m.number]
    questions = [*map(Question, headers, makes), *m.questions(3)]
    questions[m.rng.randrange(2)] = Question(headers[0], lambda: m.maybe(Value(m.pick("agencies", 1)[0])))
    records(t.sheet(), m, list({q.text: q for q in questions}.values()), 9)


@plain
def headers_with_numbers_and_letters(t: Table, m: Maker) -> None:
    texts = [f"{number} ({letter})" for number in m.rng.sample(range(2, 40), 2) for letter in "ab"]
    makes = [m.yes_no, m.yes_no, m.number, m.level]
    records(t.sheet(), m, [Question(text, make) for text, make in zip(texts, makes, strict=True)], 8)


@plain
def names_of_continents_as_headers(t: Table, m: Maker) -> None:
    names = Locale.parse(m.language).territories
    records(t.sheet(), m, [Question(names[code], m.number) for code in ("002", "019", "142", "150")], 8)


@plain
def names_like_countries(t: Table, m: Maker) -> None:
    questions = m.questions(3)
    sexes = m.pick("sexes")
    names = ["Georgia", "Chad", "Jordan", "Jersey", "Israel", "Kenya", "Cuba", "India"]
    columns = [key(m["id"]), Column((m["name"],), "personal"), *(Column((f"{m['sex']} {x}",)) for x in "AB")]
    rows = [
        Row("", [f"P{i}", name, m.rng.choice(sexes), m.rng.choice(sexes), *(q.make() for q in questions)])
        for i, name in enumerate(names, 1)
    ]
    t.sheet().fill([*columns, *(Column((q.text,)) for q in questions)], rows)


@plain
def multi_select(t: Table, m: Maker) -> None:
    separator = m.rng.choice(("; ", ", ", ";"))
    questions = [*m.questions(3), Question(m.words["tick_all"], lambda: m.several(separator))]
    records(t.sheet(), m, questions, 12)


@plain
def units_in_headers_and_cells(t: Table, m: Maker) -> None:
    months = m.words["months"]

    def length() -> Value:
        number = m.rng.randint(2, 48)
        return Value(f"{number} {months}", (number, f"{number} {months}"))

    names = m.pick("numbers")
    questions = [Question(f"{names[0]} (%)", m.decimal), Question(f"{names[1]} [{months}]", m.number)]
    records(t.sheet(), m, [*questions, Question(names[2], length), *m.questions(2)], 9)


@plain
def percents(t: Table, m: Maker) -> None:
    def share() -> Value:
        number = m.rng.randint(1, 99)
        return Value(number / 100, (number,), "0%")

    one, two = m.pick("numbers", 2)
    records(t.sheet(), m, [Question(one, share), *m.questions(3), Question(f"{two} 2016", share)], 9)


@plain
def missing_words(t: Table, m: Maker) -> None:
    words = m.pick("missing")
    kinds = (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE, Missing.NO_ANSWER)

    def seldom(question: Question) -> Question:
        def answer() -> Value | None:
            if m.rng.random() > 0.4:
                return question.make()
            word, missing = m.rng.choice(list(zip([*words, "-"], kinds, strict=True)))
            return Value(word, (missing,))

        return Question(question.text, answer)

    records(t.sheet(), m, [seldom(q) for q in m.questions()], 12)


@plain
def ranges(t: Table, m: Maker) -> None:
    def span() -> Value:
        return Value(m.rng.choice(("1-5", "6-10", "10-20", "21-50", "50+", "<5")))

    others = m.questions(3)
    text = next(text for text in m.pick("numbers", 4) if text not in {question.text for question in others})
    records(t.sheet(), m, [Question(text, span), *others], 9)


@plain
def several_years(t: Table, m: Maker) -> None:
    questions = m.questions(4)
    rows = [
        Row(code, [name, year, *(q.make() for q in questions)], dims=(str(year),))
        for code, name in m.countries(5)
        for year in (2014, 2015, 2016)
    ]
    t.sheet().fill([key(m["country"]), key(m["year"]), *(Column((q.text,)) for q in questions)], rows)


@plain
def comment_columns(t: Table, m: Maker) -> None:
    questions = m.questions(4)
    columns = [key(m["country"])]
    named = m.rng.random() < 0.5
    for i, q in enumerate(questions, 1):
        text = f"Q{i} {q.text}" if named else q.text
        columns += [Column((text,)), Column((f"Q{i} {m['comment']}" if named else m["comment"],), "comment")]
    rows = []
    for code, name in m.countries(8):
        values: list[Value | Scalar | None] = [name]
        for q in questions:
            answer = q.make()
            values += [answer, m.text() if answer and m.rng.random() < 0.5 else None]
        rows.append(Row(code, values))
    t.sheet().fill(columns, rows)


@kind
def cell_comments(t: Table, m: Maker) -> None:
    def remarked(q: Question) -> Question:
        def answer() -> Value | None:
            value = q.make()
            remark = m.pick("remarks", 1)[0] if m.rng.random() < 0.3 else ""
            return value and Value(value.cell, value.values, remark=remark)

        return Question(q.text, answer)

    records(t.sheet("Data"), m, [remarked(q) for q in m.questions()])


@plain
def header_codes(t: Table, m: Maker) -> None:
    codes = m.rng.choice((["B3", "C3", "D1", "D2"], ["Q1", "Q2", "Q2a", "Q3"], ["1.1", "1.2", "2.1", "2.2"]))
    records(t.sheet(), m, [Question(code, q.make) for code, q in zip(codes, m.questions(4), strict=True)])


@plain
def footnote_marks(t: Table, m: Maker) -> None:
    def marked() -> Value:
        number = m.rng.randint(3, 300)
        text = f"{number}{m.rng.choice(('*', ' (a)', ' [1]'))}" if m.rng.random() < 0.25 else str(number)
        return Value(text, (number, text)) if text != str(number) else Value(number)

    names = m.pick("numbers", 3)
    records(t.sheet(), m, [*(Question(name, marked) for name in names), *m.questions(2)], 12)


@kind
def file_of_one_country(t: Table, m: Maker) -> None:
    ((code, _),) = m.countries(1)
    t.stem = english_name(code).lower().replace(" ", "-")
    questions = [(q.text, q.make()) for q in m.questions(6)]
    rows = [Row(code, [text, answer], (text,)) for text, answer in questions]
    t.sheet().fill([Column((m["question"],), "header"), Column((m["answer"],), asks=())], rows)


def grouped(t: Table, m: Maker, *, merge: bool) -> None:
    """Fill records below groups of questions."""
    questions = m.questions(6)
    groups = m.pick("sections")
    columns = [Column(("", m["country"]), "key")]
    columns += [Column((groups[i // 2], q.text)) for i, q in enumerate(questions)]
    rows = [Row(code, [name, *(q.make() for q in questions)]) for code, name in m.countries(8)]
    t.sheet().fill(columns, rows, merge=merge)


@kind
def two_headers_merged(t: Table, m: Maker) -> None:
    grouped(t, m, merge=True)


@kind
def two_headers_blank(t: Table, m: Maker) -> None:
    grouped(t, m, merge=False)


@kind
def three_headers(t: Table, m: Maker) -> None:
    numbers = m.indicators(2)
    parts = [(group, time, q) for group in m.pick("sections", 2) for time in m.pick("rounds") for q in numbers]
    columns = [Column(("", "", m["country"]), "key"), *(Column((g, time, q.text)) for g, time, q in parts)]
    rows = [Row(code, [name, *(q.make() for *_, q in parts)]) for code, name in m.countries(8)]
    t.sheet().fill(columns, rows, merge=m.rng.random() < 0.5)


@kind
def rounds_as_groups(t: Table, m: Maker) -> None:
    numbers = m.indicators(3)
    parts = [(time, q) for time in m.pick("rounds") for q in numbers]
    columns = [Column(("", m["country"]), "key"), *(Column((time, q.text)) for time, q in parts)]
    rows = [Row(code, [name, *(q.make() for _, q in parts)]) for code, name in m.countries(8)]
    t.sheet().fill(columns, rows, merge=m.rng.random() < 0.5)


@kind
def ticks_across(t: Table, m: Maker) -> None:
    names, levels = m.pick("sections", 2), m.pick("levels")
    columns = [Column(("", m["country"]), "key")]
    columns += [Column((name, level), asks=(name,)) for name in names for level in levels]
    rows = []
    for code, name in m.countries(9):
        marks = [m.rng.randrange(3) for _ in names]
        cells = [Value("x", (levels[mark],)) if mark == i else None for mark in marks for i in range(3)]
        rows.append(Row(code, [name, *cells]))
    t.sheet().fill(columns, rows)


def long_rows(m: Maker, number: int = 5) -> list[Row]:
    """Return rows of country, question and answer."""
    questions = m.questions(4)
    return [
        Row(code, [name, q.text, answer], asks=(q.text,))
        for code, name in m.countries(number)
        for q in questions
        if (answer := q.make())
    ]


@plain
def long(t: Table, m: Maker) -> None:
    columns = [key(m["country"]), Column((m["question"],), "header"), Column((m["answer"],), asks=())]
    t.sheet().fill(columns, long_rows(m))


@plain
def long_with_sections_and_comments(t: Table, m: Maker) -> None:
    sections = m.pick("sections")
    headers = [Column((m["section"],), "header"), Column((m["question"],), "header"), Column((m["answer"],), asks=())]
    rows = [
        Row(r.country, [r.values[0], sections[i % 2], *r.values[1:], m.text()], r.asks)
        for i, r in enumerate(long_rows(m))
    ]
    t.sheet().fill([key(m["country"]), *headers, Column((m["comment"],), "comment")], rows)


@kind
def long_with_country_once(t: Table, m: Maker) -> None:
    sheet, row, merge = t.sheet(), 2, m.rng.random() < 0.5
    headers = [key(m["country"]), Column((m["question"],), "header"), Column((m["answer"],), asks=())]
    rows = long_rows(m)
    places = [i for i, r in enumerate(rows) if i == 0 or r.country != rows[i - 1].country]
    rows = [r if i in places else Row(r.country, [None, *r.values[1:]], r.asks) for i, r in enumerate(rows)]
    sheet.fill(headers, rows)
    for start, end in zip(places, [*places[1:], len(rows)], strict=True):
        if merge and end - start > 1:
            sheet.merged.append((row + start, 1, row + end - 1, 1))


@plain
def codes_with_descriptions(t: Table, m: Maker) -> None:
    codes: dict[str, str] = {}
    headers = [Column((m["code"],), "header"), Column((m["description"],), "header"), Column((m["answer"],), asks=())]
    rows = [
        Row(r.country, [r.values[0], codes.setdefault(r.asks[0], f"A.{len(codes) + 1}"), *r.values[1:]], r.asks)
        for r in long_rows(m)
    ]
    t.sheet().fill([key(m["country"]), *headers], rows)


@kind
def repeated_headers(t: Table, m: Maker) -> None:
    sheet, questions = t.sheet(), m.questions()
    row = 1
    columns = [key(m["country"]), *(Column((q.text,)) for q in questions)]
    found = m.countries(12)
    for part in (found[:5], found[5:9], found[9:]):
        row = sheet.fill(columns, [Row(code, [name, *(q.make() for q in questions)]) for code, name in part], row)
