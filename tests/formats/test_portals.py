"""Tables as portals of statistics and old programs write them. All figures are invented."""

import itertools

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences


@pytest.mark.parametrize("mark", [",", ";", "|"])
def test_spaces_between_separators_and_quotes(read_text, mark):
    lines = ['"Country", "Law", "Staff"', '"Peru", "Ley 30096, art. 2; 3 | 4", "3"', '"Cuba" , "no" , "12"', ""]
    found = read_text(
        "\n".join(lines).replace(", ", f"{mark} ").replace("30096;", "30096,").replace("30096|", "30096,")
    )
    assert [response.place for response in found.responses] == ["Peru", "Cuba"]
    assert found.answers(1) == {"Law": "no", "Staff": 12}
    assert found.answers(0)["Law"].startswith("Ley 30096")
    assert "CB109" not in found.codes


def test_a_scan_of_spaces_and_quotes_gives_the_same():
    data = b'"Country", "Law"\n"Peru", "a, b"\n"Cuba", "c"\n'
    reading = cb.read(data, name="a.csv")
    assert list(scan_differences(cb.scan(data, name="a.csv"), reading.responses)) == []
    assert reading.responses[0]["Law"].value == "a, b"


def test_the_mark_of_the_end_of_a_file_is_no_row(read_text):
    found = read_text(b"Country,Staff\r\nPeru,3\r\nCuba,4\r\n\x1a")
    assert len(found.responses) == 2
    assert found.account.rows_left_out == {"blank": 1}


@pytest.mark.parametrize("head", ["Country or Area", "ref_area.label", "Economy", "País o área"])
def test_heads_of_portals_for_countries(read_text, head):
    assert [r.place for r in read_text(f"{head},Staff\nPeru,3\nCuba,4\n").responses] == ["Peru", "Cuba"]


def test_units_of_measure_in_a_long_table_are_no_respondents(read_text):
    rows = "Indicador,País,Año,value,unit\nTasa,Perú,2013,5.1,Tasa por 100.000\nTasa,Perú,2014,5.2,Tasa por 100.000\n"
    found = read_text(rows + "Tasa,Cuba,2013,4.1,Tasa por 100.000\nTasa,Cuba,2014,4.2,Tasa por 100.000\n")
    assert [(r.place, r.respondent.pseudonym) for r in found.responses] == [("Perú", "row 2"), ("Cuba", "row 4")]
    assert found.answers() == {"Tasa [2013]": 5.1, "Tasa [2014]": 5.2}
    assert found.form["Tasa [2014]"].unit == "Tasa por 100.000"


def test_units_that_answer_stay_respondents(read_text):
    rows = "country,unit,question,answer\nPeru,Police,Law?,yes\nPeru,Courts,Law?,no\nCuba,Police,Law?,yes\n"
    assert [r.respondent.pseudonym for r in read_text(rows).responses] == ["Police", "Courts", "Police"]
    one = "country,unit,question,answer\nPeru,Police,Law?,yes\nCuba,Police,Law?,yes\n"
    assert [r.respondent.pseudonym for r in read_text(one).responses] == ["Police", "Police"]


_ITU = "seriesCode,seriesName,seriesUnits,entityID,entityIso,entityName,dataValue,dataYear,dataNote,dataSource\n"
_OECD = "REF_AREA,Reference area,{},UNIT_MEASURE,TIME_PERIOD,OBS_VALUE\n"
_UNODC = "Iso3,Country,Region,Indicator,Sex,Year,Unit of measurement,VALUE\n"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (_ITU + "i9,Users,%,{n},{iso},{name},{value},{year},,Office\n", "i9"),
        (_OECD.format("MEASURE,Measure") + "{iso},{name},TRN,Training,H,{year},{value}\n", "TRN"),
        (_OECD.format("Topic") + "{iso},{name},Training,H,{year},{value}\n", "Training"),
        (_UNODC + "{iso},{name},Americas,Offenders,Total,{year},Counts,{value}\n", "Offenders"),
    ],
)
@pytest.mark.parametrize(
    "years", [{"PE": (2020, 2021), "CU": (2020, 2021)}, {"PE": (2020, 2021), "CU": (2021,), "HT": (2021,)}]
)
def test_downloads_of_one_indicator_ask_it_of_each_year(read_text, text, question, years):
    head, row = text.split("\n", maxsplit=1)
    names = {"PE": ("PER", "Peru"), "CU": ("CUB", "Cuba"), "HT": ("HTI", "Haiti")}
    facts = {
        (code, year): 10.5 * n for n, (code, year) in enumerate(((c, y) for c, all_ in years.items() for y in all_), 1)
    }
    rows = [
        row.format(iso=names[code][0], name=names[code][1], n=ord(code[0]), year=year, value=value)
        for (code, year), value in facts.items()
    ]
    found = read_text("\n".join([head, *map(str.strip, rows), ""]))
    assert {
        (code, year): response[f"{question} [{year}]"].value
        for response in found.responses
        for code in names
        if names[code][1] == response.place
        for year in years[code]
    } == facts


def test_countries_indented_alike_belong_to_no_other(read_text):
    rows = "North Africa,,\n  Algeria (1),120,3\n  Morocco,95,2\nWest Africa,,\n  Togo,22,1\n  Benin,18,0\n"
    found = read_text(f"Country,Staff,Labs\n{rows}Total,255,6\n")
    assert [(r.place, r["Staff"].value) for r in found.responses] == [
        ("Algeria (1)", 120),
        ("Morocco", 95),
        ("Togo", 22),
        ("Benin", 18),
    ]


@pytest.mark.parametrize("title", ["", "Units\n"])
def test_sheets_and_titles_name_what_a_column_of_answers_asks(title):
    from capbuild.testing.tables import xlsx_bytes

    above = [[title.strip()]] if title else []
    sheets = {name: [*above, ["País", "Respuesta"], ["Perú", "sí"], ["Cuba", "no"]] for name in ("Ley", "Norma")}
    book = cb.read(xlsx_bytes(sheets if not title else {"Hoja1": sheets["Ley"]}), name="a.xlsx")
    asked = ["Units - Respuesta"] if title else ["Ley - Respuesta", "Norma - Respuesta"]
    assert [one.id for one in book.questionnaire.questions] == asked


def test_numbers_of_a_scale_below_questions_are_options(read_text):
    marks = {"Peru": (3, 1), "Cuba": (1, 2), "Haiti": (2, 2)}
    rows = [[name, *("x" if n == one else "" for one in both for n in (1, 2, 3))] for name, both in marks.items()]
    lines = [["Country", "Training is enough", "", "", "Tools are enough", "", ""], ["", *"123123"], *rows]
    found = read_text("\n".join(map(",".join, lines)) + "\n")
    assert [tuple(a.value for a in r) for r in found.responses] == [(str(a), str(b)) for a, b in marks.values()]


def test_a_checklist_that_also_says_no_is_no_doubtful_table(read_text):
    found = read_text("Country,Law,Lab\nEstonia,✓,✓\nLatvia,✓,✗\nLithuania,✗,✗\n")
    assert found.answers(1) == {"Law": True, "Lab": False}
    assert not found.codes


@pytest.mark.parametrize("source", ["", "Source: invented statistics\n"])
def test_footnotes_right_below_the_rows_of_a_databank_are_notes(source):
    keys = itertools.product(("Peru", "Kenya", "Ghana"), (2013, 2014), ("Male", "Female"))
    rows = [f"{place},{year},{sex},{n},{1 if n % 3 else ''}" for n, (place, year, sex) in enumerate(keys)]
    lines = [
        "Country or Area,Year,Sex,Value,Value Footnotes",
        *rows,
        "footnoteSeqID,Footnote",
        "1,Provisional figures.",
    ]
    reading = cb.read(("\n".join(lines) + "\n" + source).encode(), name="a.csv")
    assert len([r for r in reading.responses if r.country is None]) == 0
    assert set(reading.reconciliation.sheets[0].left_out) == {"note below the table"}
