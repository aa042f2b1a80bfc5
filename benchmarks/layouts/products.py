"""Exports of form products, and downloads of statistics."""

from __future__ import annotations

from benchmarks.layouts.generate import Column, Maker, Question, Row, Scalar, Table, Value, alpha_3
from benchmarks.layouts.kinds import key, kind, plain
from capbuild import Missing


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
    headers = ["Respondent ID", "Collector ID", "Start Date", "End Date"]
    columns = [Column((head, ""), "key") for head in headers]
    columns += [Column((head, ""), "personal") for head in ("IP Address", "Email Address")]
    columns += [Column((m["country"], "Response"), "key")]
    columns += [Column((q.text, "Response"), asks=(q.text,)) for q in questions]
    columns += [Column((m.words["tick_all"], x), asks=(m.words["tick_all"],)) for x in m.words["options"]]
    rows = []
    for i, (code, name) in enumerate(m.countries(7)):
        who = [f"1180{i}77", "4411", *(f"03/14/2016 10:{tens}{i}:11 AM" for tens in (0, 2))]
        own = [f"192.0.2.{i + 1}", f"r{i}@example.org"]
        rows.append(Row(code, [*who, *own, name, *(q.make() for q in questions), *ticked(m, "", None)]))
    t.sheet().fill(columns, rows)


@kind
def qualtrics(t: Table, m: Maker) -> None:
    questions = m.questions(5)
    keys = {"StartDate": "2016-03-14 10:00:11", "EndDate": "2016-03-14 10:20:40", "Progress": "100",
            "Finished": "True"}  # fmt: skip
    columns = [Column((k, k, f'{{"ImportId":"{k}"}}'), "key") for k in (*keys, "ResponseId")]
    columns += [Column(("IPAddress", "IP Address", '{"ImportId":"ipAddress"}'), "personal")]
    columns += [Column(("Q1", m["country"], '{"ImportId":"QID1"}'), "key")]
    columns += [
        Column((f"Q{i}", q.text, f'{{"ImportId":"QID{i}"}}'), asks=(q.text,)) for i, q in enumerate(questions, 2)
    ]
    rows = [
        Row(code, [*keys.values(), f"R_1x{i}", f"192.0.2.{i}", name, *(q.make() for q in questions)])
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
        end: list[Scalar] = [5000 + i, f"aaaa-bbbb-{i:04}", f"2016-03-1{i}T15:02:11", i]
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
    headers = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    columns = [*map(key, headers), key(f"G01Q01. {m['country']}")]
    columns += [Column((f"G01Q0{i}. {q.text}",)) for i, q in enumerate(questions, 2)]
    tick = m.words["tick_all"]
    columns += [Column((f"G01Q09[SQ00{i}]. {tick} [{x}]",), asks=(tick,)) for i, x in enumerate(m.words["options"], 1)]
    rows = [
        Row(code, [i, "2016-03-14 10:20:40", 3, m.language, 41200 + i, name, *(q.make() for q in questions),
                   *ticked(m, *m.pick("answers")[:2])])
        for i, (code, name) in enumerate(m.countries(8), 1)
    ]  # fmt: skip
    t.sheet().fill(columns, rows)


@plain
def who_indicators(t: Table, m: Maker) -> None:
    headers = ("IndicatorCode", "Indicator", "ParentLocation", "Location type", "SpatialDimValueCode", "Location",
             "Period type", "Period", "IsLatestYear", "Dim1 type", "Dim1", "FactValueNumeric")  # fmt: skip
    name = m.pick("numbers", 1)[0]
    columns = [*map(key, headers[:-1]), Column(headers[-1:], asks=(name,))]
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
    headers = ("LOCATION", "Country", "INDICATOR", "Indicator", "MEASURE", "FREQUENCY", "TIME", "Unit", "Value")
    columns = [*map(key, headers[:-1]), Column(headers[-1:], asks=()), Column(("Flag Codes",), "comment")]
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
    headers = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
    years = ("2012", "2013", "2014", "2015")
    ((name),) = m.pick("numbers", 1)
    columns = [*map(key, headers), *(Column((year,), asks=(), dims=(year,)) for year in years)]
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

    geos = ("ES", "FR", "PT", "IT", "DE", "PL", "RO", "BG", "HU", "AT", "NO", "SE", "DK", "EE", "LV", "LT")
    codes = [code for code in geos if m.rng.random() < 0.6]
    columns = [key(r"freq,unit,geo\TIME_PERIOD"), *(Column((y,), asks=(), dims=(y,)) for y in ("2014", "2015", "2016"))]
    rows = [
        Row(alpha_3(code), [f"A,{unit},{code}", *(figure() for _ in range(3))], dims=(unit,))
        for unit in ("PC", "NR")
        for code in codes
    ]
    t.sheet().fill(columns, rows)


@plain
def sdmx_csv(t: Table, m: Maker) -> None:
    headers = ("DATAFLOW", "LAST UPDATE", "freq", "unit", "geo", "TIME_PERIOD", "OBS_VALUE")
    columns = [*map(key, headers[:-1]), Column(headers[-1:], asks=()), Column(("OBS_FLAG",), "comment")]
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
