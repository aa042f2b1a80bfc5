"""Countries in headers and in answers, lists and summaries that are no answers, and codes that a file explains."""

import datetime

import pytest
from babel import Locale
from babel.dates import format_date

import capbuild as cb
from capbuild.formats.values.dates import read_date
from capbuild.formats.values.numbers import ascii_digits
from capbuild.formats.vocabulary import LANGUAGES
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes

DATA = [["Country", "Is there a strategy?", "Is there a hotline?"], ["Kenya", "Yes", "No"], ["Peru", "No", "No"],
        ["Ghana", "Yes", "Yes"], ["Fiji", "Yes", "No"], ["Chile", "Yes", "Yes"], ["Cuba", "No", "No"]]  # fmt: skip


def beside(table, other):
    """Put rows beside a table, behind a blank column."""
    return [[*one, "", *(other[at] if at < len(other) else [""] * len(other[0]))] for at, one in enumerate(table)]


def places(rows):
    """Read rows as text and as a workbook; return responses, which must agree, as places with their answers."""
    found = [
        cb.read(data, name=name) for name, data in (("a.csv", csv_bytes(rows)), ("a.xlsx", xlsx_bytes({"S": rows})))
    ]
    first, second = ({r.place: {a.question: a.value for a in r.answers} for r in one.responses} for one in found)
    assert first == second
    return first, found[0].issues


@pytest.mark.parametrize(
    ("tag", "codes"),
    [("", ["NO", "KE", "PE"]), ("", ["KE", "SI", "PE"]), ("de", ["IS", "DE", "PE"]), ("pt", ["IR", "BR", "PE"]),
     ("nl", ["NF", "DE", "PE"])],
)  # fmt: skip
@pytest.mark.parametrize("answers", [(11, 12, 13), ("yes", "no", "yes")])
def test_a_country_that_others_explain_is_one_wherever_it_stands(tag, codes, answers):
    names = [str(Locale(tag).territories[code]) for code in codes] if tag else codes
    found, _ = places([["Indicator", *names], *([name, *answers] for name in ("Nurses", "Courts", "Beds"))])
    assert list(found) == names
    assert [set(one.values()) for one in found.values()] == [{answer} for answer in answers]


def test_a_column_of_numbers_before_the_countries_is_told():
    found, issues = places([["Indicator", "Rep. Utopia", "KE", "PE"], ["Nurses", 1, 12, 13], ["Courts", 3, 22, 23]])
    assert list(found) == ["KE", "PE"]
    assert [(str(issue.origin), issue.severity.value) for issue in issues] == [("a.csv:B2", "warning")]


def test_countries_that_are_answers_are_no_header():
    rows = [["Question", "Kenya", "Peru", "Ghana", "Fiji"],
            ["Who trained your police?", "Poland", "Chile", "Spain", "Chile"],
            ["Nearest laboratory?", "Chile", "Spain", "Nepal", "Spain"], ["Nurses", 1, 2, 3, 4]]  # fmt: skip
    found, _ = places(rows)
    assert found["Kenya"] == {"Who trained your police?": "Poland", "Nearest laboratory?": "Chile", "Nurses": 1}
    assert list(found) == rows[0][1:]


@pytest.mark.parametrize("other", [
    [["Answer", "Number"], ["Yes", 4], ["No", 2]],
    [["Code", "Meaning"], ["Yes", "in force"], ["No", "not in force"], ["Partly", "a draft"]],
])  # fmt: skip
def test_a_summary_or_legend_beside_a_table_has_no_answers(other):
    found, issues = places(beside(DATA, other))
    assert found == places(DATA)[0]
    assert [(issue.code, str(issue.origin)) for issue in issues] == [("CB123", "a.csv:E1")]


def test_columns_behind_a_gap_that_list_nothing_are_answers():
    found, _ = places(beside(DATA, [["Lead", "Staff"], ["ministry", 4], ["police", 2], ["police", 7]]))
    assert found["Peru"]["Staff"] == 2


def test_a_sheet_of_lists_has_no_answers_and_a_second_round_has():
    names = [row[0] for row in DATA[1:]] + ["Haiti", "Belize"]
    lists = [
        ["Country", "Answer"],
        *([name, ["Yes", "No", "Partly"][at] if at < 3 else ""] for at, name in enumerate(names)),
    ]
    survey = cb.read(xlsx_bytes({"Data": DATA, "Lists": lists}), name="a.xlsx")
    assert [r.place for r in survey.responses] == names[:6]
    assert [(issue.code, str(issue.origin)) for issue in survey.issues] == [("CB123", "a.xlsx!Lists:A1")]
    rounds = cb.read(
        xlsx_bytes({"2019": DATA[:4], "2020": [DATA[0], ["Kenya", "Yes", "No"], ["Peru", "No", ""]]}), name="a.xlsx"
    )
    assert len(rounds.responses) == 5


@pytest.mark.parametrize("above", [False, True])
def test_codes_that_a_file_explains_are_missing(above):
    table = [["Country", "Nurses", "Courts"], ["Kenya", 10, 3], ["Peru", -99, 4], ["Ghana", 30, -88], ["Fiji", 7, 5]]
    note = [["-99 = don't know; refused: -88; 5 = other"]]
    rows = [*note, [], *table] if above else [*table, [], *note]
    found, issues = places(rows)
    assert [found["Peru"]["Nurses"], found["Ghana"]["Courts"], found["Fiji"]["Courts"]] == [
        cb.Missing.DONT_KNOW, cb.Missing.REFUSED, 5,
    ]  # fmt: skip
    assert [issue.severity.value for issue in issues if "as defined in the file" in issue.message] == ["note", "note"]
    for name, data in (("a.csv", csv_bytes(rows)), ("a.xlsx", xlsx_bytes({"S": rows}))):
        assert list(scan_differences(cb.scan(data, name=name), cb.read(data, name=name).responses)) == []


@pytest.mark.parametrize("written", ["999 = {}", "Codes: 7 = other; {} = 999", ["", "", "", "", "999", "{}"]])
@pytest.mark.parametrize("word", ["don't know", "no sabe", "ne sait pas", "weet niet", "não sabe"])
def test_a_code_that_a_file_explains_is_no_number_where_it_is_the_largest(written, word):
    table = [["Country", "Nurses", "Courts"], ["Kenya", 10, 3], ["Peru", 999, 4], ["Ghana", 30, 999], ["Fiji", 7, 5]]
    legend = [one.format(word) for one in ([written] if isinstance(written, str) else written)]
    found, issues = places([*table, [], legend])
    assert {place: dict(answers) for place, answers in found.items()} == {
        "Kenya": {"Nurses": 10, "Courts": 3},
        "Peru": {"Nurses": cb.Missing.DONT_KNOW, "Courts": 4},
        "Ghana": {"Nurses": 30, "Courts": cb.Missing.DONT_KNOW},
        "Fiji": {"Nurses": 7, "Courts": 5},
    }
    assert "as defined in the file" in next(issue.message for issue in issues if issue.code == "CB201")
    # Among larger numbers it may be one of them: it stays, and the file's words are told.
    table[1][1] = 1000
    found, issues = places([*table, [], legend])
    assert found["Peru"]["Nurses"] == 999
    assert [issue.severity.value for issue in issues if issue.code == "CB201"] == ["warning"]


@pytest.mark.parametrize("note", ["Table 4: not available", "4 - refused", "4 cases refused"])
def test_a_number_before_a_word_explains_no_code(note):
    table = [["Country", "Nurses", "Courts"], ["Kenya", 1, 3], ["Peru", 2, 4], ["Ghana", 3, 4], ["Fiji", 4, 2]]
    found, _ = places([*table, [], [note]])
    assert [answers["Courts"] for answers in found.values()] == [3, 4, 4, 2]


@pytest.mark.parametrize(("name", "made"), [("a.csv", csv_bytes), ("a.xlsx", lambda rows: xlsx_bytes({"S": rows}))])
def test_a_missing_code_of_the_options_is_one_in_cells_with_a_type_too(name, made):
    data, options = (
        made([["Country", "A"], ["Kenya", -9], ["Peru", 999], ["Fiji", 3], ["Cuba", 4]]),
        {"missing": {"-9": "refused", "999": "dont_know"}},
    )
    survey = cb.read(data, name=name, options=options)
    assert [r["A"].value for r in survey.responses] == [cb.Missing.REFUSED, cb.Missing.DONT_KNOW, 3, 4]
    assert list(scan_differences(cb.scan(data, name=name, options=options), survey.responses)) == []


@pytest.mark.parametrize("language", [*LANGUAGES, "ja"])
@pytest.mark.parametrize("form", ["medium", "long"])
def test_dates_as_cldr_writes_them(language, form):
    days = [datetime.date(2019, month, 25) for month in range(1, 13)]
    assert [read_date(ascii_digits(format_date(day, form, locale=language))) for day in days] == days


def test_a_column_with_more_marked_than_plain_numbers_is_numbers():
    found, _ = places([["Country", "Nurses"], *zip(["Kenya", "Peru", "Ghana", "Fiji", "Chile", "Cuba"],
                       ["28*", "35349*", "65 (e)", "30ᵃ", "44", "2,72,31,652"], strict=True)])  # fmt: skip
    assert [one["Nurses"] for one in found.values()] == [28, 35349, 65, 30, 44, 27231652]


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize(
    ("question", "answer", "remark", "country", "peru", "yes"),
    [
        ("Question", "Answer", "Comment", "Country", "Peru", "yes"),
        ("Pregunta", "Respuesta", "Observaciones", "País", "Perú", "sí"),
        ("Question", "Réponse", "Commentaire", "Pays", "Pérou", "oui"),
        ("Vraag", "Antwoord", "Opmerking", "Land", "Peru", "ja"),
        ("Pergunta", "Resposta", "Comentários", "País", "Peru", "sim"),
        ("Domanda", "Risposta", "Note", "Paese", "Perù", "sì"),
        ("Frage", "Antwort", "Bemerkung", "Land", "Peru", "ja"),
        ("السؤال", "الإجابة", "ملاحظات", "البلد", "بيرو", "نعم"),
        ("Вопрос", "Ответ", "Комментарий", "Страна", "Перу", "да"),
        ("问题", "答案", "备注", "国家", "秘鲁", "是"),
        ("Pertanyaan", "Jawaban", "Keterangan", "Negara", "Peru", "ya"),
        ("Swali", "Jibu", "Maoni", "Nchi", "Peru", "ndiyo"),
    ],
)
def test_a_line_for_the_country_below_headers_for_question_and_answer_is_that_of_the_form(
    question, answer, remark, country, peru, yes, numbered
):
    table = [[question, answer, remark], [country, peru, ""], ["A?", yes, "x"], ["B", 12, ""], ["C?", yes, ""]]
    if numbered:
        table = [[["No.", "", 1, 2, 3][at], *row] for at, row in enumerate(table)]
    for name, data in (("a.csv", csv_bytes(table)), ("a.xlsx", xlsx_bytes({"S": table}))):
        survey = cb.read(data, name=name)
        (response,) = survey.responses
        assert response.country.alpha_2 == "PE"
        assert [one.value for one in response] == [yes, 12, yes]
        assert [one.comment for one in response] == ["x", None, None]
        assert not survey.issues


def test_each_line_for_a_country_begins_a_form_of_its_own():
    table = [["Question", "Answer"], ["Country", "Peru"], ["A?", "yes"], ["B", 12], ["Country", "Cuba"], ["A?", "no"],
             ["B", 3]]  # fmt: skip
    assert places(table)[0] == {"Peru": {"A?": "yes", "B": 12}, "Cuba": {"A?": "no", "B": 3}}
