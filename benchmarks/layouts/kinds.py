"""Layouts of tables that field teams send."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from benchmarks.layouts.generate import Column, Maker, Question, Row, Scalar, Sheet, Table, Value, alpha_3, english_name
from capbuild import Missing

Make = Callable[[Table, Maker], None]


@frozen
class Kind:
    """Layout: what makes a table, and whether it is one plain table of records."""

    make: Make
    plain: bool


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
    sheet: Sheet, m: Maker, questions: Sequence[Question], number: int = 8, top: int = 1, left: int = 1
) -> int:
    """Fill a table with a row a country."""
    columns = [key(m["country"]), *(Column((q.text,)) for q in questions)]
    rows = [Row(code, [name, *(q.make() for q in questions)]) for code, name in m.countries(number)]
    return sheet.fill(columns, rows, top, left)


def titled_country(sheet: Sheet, m: Maker, name: str) -> int:
    """Write a title and a line that names the country; return the next row."""
    sheet.put(1, 1, m.words["title"], "title")
    return sheet.line(2, "key", m["country"], name) + 1


# --- Records


@plain
def records_wide(t: Table, m: Maker) -> None:
    records(t.sheet(), m, m.questions(6), m.rng.randint(6, 14))


@plain
def respondents(t: Table, m: Maker) -> None:
    questions = m.questions()
    heads = [m["id"], m["country"], m["agency"], m["date"]]
    rows = [
        Row(code, [f"R{i}{j}", name, agency, m.day(), *(q.make() for q in questions)])
        for i, (code, name) in enumerate(m.countries(4), 10)
        for j, agency in enumerate(m.pick("agencies", 3), 1)
    ]
    t.sheet().fill([*map(key, heads), *(Column((q.text,)) for q in questions)], rows)


@plain
def role_words_as_questions(t: Table, m: Maker) -> None:
    heads = [m[name] for name in m.rng.sample(["unit", "agency", "institution", "department", "date", "language"], 4)]
    makes = [m.yes_no, m.yes_no, m.level, m.number]
    questions = [*map(Question, heads, makes), *m.questions(3)]
    questions[m.rng.randrange(2)] = Question(heads[0], lambda: m.maybe(Value(m.pick("agencies", 1)[0])))
    records(t.sheet(), m, list({q.text: q for q in questions}.values()), 9)


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

    records(t.sheet(), m, [Question(m.pick("numbers", 1)[0], span), *m.questions(3)], 9)


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


# --- Several header rows


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


# --- Exports of form products


def ticked(m: Maker, yes: Scalar, no: Scalar | None) -> list[Value | None]:
    """Return a mark for each option."""
    cells: list[Value | None] = []
    for option in m.words["options"]:
        chosen = m.rng.random() < 0.5
        content = (option if yes == "" else yes) if chosen else no
        accepted = (content, chosen) if content is not None else ()
        cells.append(None if content is None else Value(content, accepted, option=option, chosen=chosen))
    return cells


@kind
def surveymonkey(t: Table, m: Maker) -> None:
    questions = m.questions(4)
    heads = ["Respondent ID", "Collector ID", "Start Date", "End Date"]
    columns = [Column((head, ""), "key") for head in heads]
    columns += [Column((head, ""), "personal") for head in ("IP Address", "Email Address")]
    columns += [Column((m["country"], "Response"), "key")]
    columns += [Column((q.text, "Response"), asks=(q.text,)) for q in questions]
    columns += [Column((m.words["tick_all"], x), asks=(m.words["tick_all"],)) for x in m.words["options"]]
    rows = []
    for i, (code, name) in enumerate(m.countries(7)):
        who = [f"1180{i}77", "4411", "03/14/2016 10:0%d:11 AM" % i, "03/14/2016 10:2%d:40 AM" % i]
        own = [f"192.0.2.{i + 1}", f"r{i}@example.org"]
        rows.append(Row(code, [*who, *own, name, *(q.make() for q in questions), *ticked(m, "", None)]))
    t.sheet().fill(columns, rows)


@kind
def qualtrics(t: Table, m: Maker) -> None:
    questions = m.questions(5)
    keys = {"StartDate": "2016-03-14 10:00:11", "EndDate": "2016-03-14 10:20:40", "Progress": "100",
            "Finished": "True", "ResponseId": "R_1x"}  # fmt: skip
    columns = [Column((k, k, f'{{"ImportId":"{k}"}}'), "key") for k in keys]
    columns += [Column(("IPAddress", "IP Address", '{"ImportId":"ipAddress"}'), "personal")]
    columns += [Column(("Q1", m["country"], '{"ImportId":"QID1"}'), "key")]
    columns += [
        Column((f"Q{i}", q.text, f'{{"ImportId":"QID{i}"}}'), asks=(q.text,)) for i, q in enumerate(questions, 2)
    ]
    rows = [
        Row(code, [*list(keys.values())[:-1], f"R_1x{i}", f"192.0.2.{i}", name, *(q.make() for q in questions)])
        for i, (code, name) in enumerate(m.countries(7), 1)
    ]
    t.sheet().fill(columns, rows)


def kobo_table(m: Maker) -> tuple[list[Column], list[Row]]:
    """Return columns and rows of a KoboToolbox export."""
    questions = [Question(f"group_law/{x}", y) for x, y in (("has_law", m.yes_no), ("has_unit", m.yes_no))]
    questions.append(Question("staff_trained", m.number))
    options = m.words["options"]
    columns = [*map(key, ("start", "end", "country")), *(Column((q.text,), asks=(q.text[-8:],)) for q in questions)]
    columns += [Column(("needs",)), *(Column((f"needs/{x}",), asks=("needs",)) for x in options)]
    columns += [*map(key, ("_id", "_uuid", "_submission_time", "_index"))]
    rows = []
    for i, (code, name) in enumerate(m.countries(8), 1):
        marks = ticked(m, 1, 0)
        chosen = tuple(mark.option for mark in marks if mark and mark.chosen)
        needs = Value(" ".join(chosen), (chosen, " ".join(chosen))) if chosen else None
        time = f"2016-03-1{i}T10:00:00.000-05:00"
        end = [5000 + i, f"aaaa-bbbb-{i:04}", f"2016-03-1{i}T15:02:11", i]
        rows.append(Row(code, [time, time, name, *(q.make() for q in questions), needs, *marks, *end]))
    return columns, rows


@kind
def kobo(t: Table, m: Maker) -> None:
    t.sheet().fill(*kobo_table(m))


@kind
def footer_lines(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    row = sheet.fill(*kobo_table(m)) + m.rng.randrange(2)
    sheet.line(sheet.line(row, "note", m.words["source"]), "note", m.words["note"])


@kind
def odk(t: Table, m: Maker) -> None:
    questions = m.questions(4)
    ids = ["law-has_law", "law-has_unit", "staff-trained", "staff-level"]
    columns = [key("SubmissionDate"), key("country"), *(Column((x,), asks=(x.partition("-")[2],)) for x in ids)]
    columns += [key("meta-instanceID"), key("KEY"), key("SubmitterID"), Column(("SubmitterName",), "personal")]
    rows = [
        Row(code, [f"2016-03-1{i}T10:00:00.000Z", name, *(q.make() for q in questions), f"uuid:1-{i}", f"uuid:1-{i}",
                   21, "Ana Invented"])
        for i, (code, name) in enumerate(m.countries(8), 1)
    ]  # fmt: skip
    t.sheet().fill(columns, rows)


@kind
def google_forms(t: Table, m: Maker) -> None:
    questions = [*m.questions(4), Question(m.words["tick_all"], lambda: m.several(", "))]
    columns = [key(m["timestamp"]), Column((m["email"],), "personal"), key(m["country"])]
    rows = [
        Row(code, [f"2016/03/{i} 10:31:0{i % 10}", f"r{i}@example.org", name, *(q.make() for q in questions)])
        for i, (code, name) in enumerate(m.countries(9), 10)
    ]
    t.sheet().fill([*columns, *(Column((q.text,)) for q in questions)], rows)


@kind
def microsoft_forms(t: Table, m: Maker) -> None:
    questions = [*m.questions(4), Question(m.words["tick_all"], lambda: m.several(";", ";"))]
    columns = [*map(key, ("ID", "Start time", "Completion time"))]
    columns += [Column(("Email",), "personal"), Column(("Name",), "personal"), key(m["country"])]
    rows = [
        Row(code, [i, "3/14/16 10:00:11", "3/14/16 10:20:40", f"r{i}@example.org", "Ana Invented", name,
                   *(q.make() for q in questions)])
        for i, (code, name) in enumerate(m.countries(9), 1)
    ]  # fmt: skip
    t.sheet().fill([*columns, *(Column((q.text,)) for q in questions)], rows)


@kind
def limesurvey(t: Table, m: Maker) -> None:
    questions = m.questions(4)
    heads = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    columns = [*map(key, heads), key(f"G01Q01. {m['country']}")]
    columns += [Column((f"G01Q0{i}. {q.text}",)) for i, q in enumerate(questions, 2)]
    tick = m.words["tick_all"]
    columns += [Column((f"G01Q09. {tick} [{x}]",), asks=(tick,)) for x in m.words["options"]]
    rows = [
        Row(code, [i, "2016-03-14 10:20:40", 3, m.language, 41200 + i, name, *(q.make() for q in questions),
                   *ticked(m, "Yes", "No")])
        for i, (code, name) in enumerate(m.countries(8), 1)
    ]  # fmt: skip
    t.sheet().fill(columns, rows)


# --- Long tables


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
    heads = [Column((m["section"],), "header"), Column((m["question"],), "header"), Column((m["answer"],), asks=())]
    rows = [
        Row(r.country, [r.values[0], sections[i % 2], *r.values[1:], m.text()], r.asks)
        for i, r in enumerate(long_rows(m))
    ]
    t.sheet().fill([key(m["country"]), *heads, Column((m["comment"],), "comment")], rows)


@kind
def long_with_country_once(t: Table, m: Maker) -> None:
    sheet, row, merge = t.sheet(), 2, m.rng.random() < 0.5
    heads = [key(m["country"]), Column((m["question"],), "header"), Column((m["answer"],), asks=())]
    rows = long_rows(m)
    places = [i for i, r in enumerate(rows) if i == 0 or r.country != rows[i - 1].country]
    rows = [r if i in places else Row(r.country, [None, *r.values[1:]], r.asks) for i, r in enumerate(rows)]
    sheet.fill(heads, rows)
    for start, end in zip(places, [*places[1:], len(rows)], strict=True):
        if merge and end - start > 1:
            sheet.merged.append((row + start, 1, row + end - 1, 1))


@plain
def codes_with_descriptions(t: Table, m: Maker) -> None:
    codes: dict[str, str] = {}
    heads = [Column((m["code"],), "header"), Column((m["description"],), "header"), Column((m["answer"],), asks=())]
    rows = [
        Row(r.country, [r.values[0], codes.setdefault(r.asks[0], f"A.{len(codes) + 1}"), *r.values[1:]], r.asks)
        for r in long_rows(m)
    ]
    t.sheet().fill([key(m["country"]), *heads], rows)


@plain
def who_indicators(t: Table, m: Maker) -> None:
    heads = ("IndicatorCode", "Indicator", "ParentLocation", "Location type", "SpatialDimValueCode", "Location",
             "Period type", "Period", "IsLatestYear", "Dim1 type", "Dim1", "FactValueNumeric")  # fmt: skip
    name = m.pick("numbers", 1)[0]
    columns = [*map(key, heads[:-1]), Column(heads[-1:], asks=(name,))]
    rows = [
        Row(code, ["CYB_0001", name, m["region"], "Country", code, country, "Year", year, str(year == 2016).lower(),
                   m["sex"], sex, m.decimal()], dims=(str(year), sex))
        for code, country in m.countries(5)
        for year in (2015, 2016)
        for sex in m.pick("sexes")
    ]  # fmt: skip
    t.sheet().fill(columns, rows)


@plain
def oecd_download(t: Table, m: Maker) -> None:
    heads = ("LOCATION", "Country", "INDICATOR", "Indicator", "MEASURE", "FREQUENCY", "TIME", "Unit", "Value")
    columns = [*map(key, heads[:-1]), Column(heads[-1:], asks=()), Column(("Flag Codes",), "comment")]
    indicators = m.indicators(3)
    rows = [
        Row(code, [code, country, f"IND{i}", q.text, "NBR", "A", year, "Number", q.make(), m.rng.choice((None, "E"))],
            asks=(q.text,), dims=(str(year),))
        for code, country in m.countries(4)
        for i, q in enumerate(indicators)
        for year in (2015, 2016)
    ]  # fmt: skip
    rows = [r for r in rows if r.values[-2]]
    t.sheet().fill(columns, rows)


@kind
def world_bank_download(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    sheet.line(sheet.line(1, "title", "Data Source", "Invented Indicators"), "title", "Last Updated Date", "2016-07-01")
    heads = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
    years = ("2012", "2013", "2014", "2015")
    ((name),) = m.pick("numbers", 1)
    columns = [*map(key, heads), *(Column((year,), asks=(), dims=(year,)) for year in years)]
    rows = [
        Row(code, [country, code, name, "CYB.TRN", *(m.number() for _ in years)], (name,))
        for code, country in m.countries(9)
    ]
    sheet.fill(columns, rows, 4)


@kind
def eurostat_download(t: Table, m: Maker) -> None:
    t.delimiter = "\t"

    def figure() -> Value:
        number = m.rng.randint(10, 900) / 10
        flag = m.rng.choice(("", "", "", " b", " p", ":"))
        if flag == ":":
            return Value(":", (Missing.NO_ANSWER,))
        return Value(f"{number}{flag}", (number, f"{number}{flag}"))

    codes = [code for code in "ES FR PT IT DE PL RO BG HU AT NO SE DK EE LV LT".split() if m.rng.random() < 0.6]
    columns = [key(r"freq,unit,geo\TIME_PERIOD"), *(Column((y,), asks=(), dims=(y,)) for y in ("2014", "2015", "2016"))]
    rows = [
        Row(alpha_3(code), [f"A,{unit},{code}", *(figure() for _ in range(3))], dims=(unit,))
        for unit in ("PC", "NR")
        for code in codes
    ]
    t.sheet().fill(columns, rows)


@plain
def sdmx_csv(t: Table, m: Maker) -> None:
    heads = ("DATAFLOW", "LAST UPDATE", "freq", "unit", "geo", "TIME_PERIOD", "OBS_VALUE")
    columns = [*map(key, heads[:-1]), Column(heads[-1:], asks=()), Column(("OBS_FLAG",), "comment")]
    rows = [
        Row(alpha_3(geo), ["ESTAT:CYB_TRN(1.0)", "01/07/16 11:00:00", "A", unit, geo, year, m.decimal(), None],
            dims=(unit, str(year)))
        for unit in ("PC", "NR")
        for geo in ("ES", "FR", "PT", "IT", "DE", "PL")
        for year in (2015, 2016)
    ]  # fmt: skip
    rows = [Row(r.country, [*r.values[:-1], m.rng.choice((None, None, "p"))], dims=r.dims) for r in rows]
    t.sheet().fill(columns, rows)


@kind
def un_data_download(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    columns = [*map(key, ("Country or Area", "Year", "Sex")), Column(("Value",), asks=())]
    rows = [
        Row(code, [name, year, sex, m.decimal()], dims=(str(year), sex))
        for code, name in m.countries(5)
        for year in (2015, 2016)
        for sex in ("Male", "Female")
    ]
    row = sheet.fill(columns, rows) + 1
    sheet.line(sheet.line(row, "note", "fnSeqID", "Footnote"), "note", "1", m.words["note"])


@kind
def repeated_headers(t: Table, m: Maker) -> None:
    sheet, questions = t.sheet(), m.questions()
    row = 1
    columns = [key(m["country"]), *(Column((q.text,)) for q in questions)]
    found = m.countries(12)
    for part in (found[:5], found[5:9], found[9:]):
        row = sheet.fill(columns, [Row(code, [name, *(q.make() for q in questions)]) for code, name in part], row)


# --- Years and countries across


def years_table(sheet: Sheet, m: Maker, top: int, country: str) -> int:
    """Fill a table with an indicator a row and a year a column."""
    years = ("2013", "2014", "2015", "2016")
    columns = [Column((m["indicator"],), "header"), *(Column((y,), asks=(), dims=(y,)) for y in years)]
    return sheet.fill(
        columns, [Row(country, [q.text, *(q.make() for _ in years)], (q.text,)) for q in m.indicators(4)], top
    )


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


# --- One sheet a country, forms and marks


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
        values = (options[chosen], *([chosen == 0] if chosen < 2 else []))
        sheet.answer(place, 2 + chosen, Value(mark, values), code, text)


# --- Totals, sections, several tables


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
def tables_below_each_other(t: Table, m: Maker) -> None:
    sheet, row = t.sheet(), 1
    questions = m.questions(6)
    for i, title in enumerate(m.pick("sections")):
        row = sheet.line(row, "title", title) if m.rng.random() < 0.5 else row
        row = records(sheet, m, questions[i * 2 : i * 2 + 2], 5, row) + 1


@kind
def tables_side_by_side(t: Table, m: Maker) -> None:
    sheet, questions = t.sheet(), m.questions(4)
    records(sheet, m, questions[:2], 6)
    records(sheet, m, questions[2:], 6, 1, 5)


# --- What stands around tables, and names of sheets


@kind
def titles_above_and_notes_below(t: Table, m: Maker) -> None:
    sheet = t.sheet()
    row = sheet.line(1, "title", m.words["title"])
    row = sheet.line(row, "title", f"{m['year']}: 2016") + m.rng.randrange(2)
    row = records(sheet, m, m.questions(), 8, row) + m.rng.randrange(2)
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
    names = ["National Cybersecurity Index", "History", "Validation", "me", "Notes", "Lists", "Survey History", "Legend"]
    for name in m.rng.sample(names, 2):
        records(t.sheet(name), m, m.questions(), 7)
