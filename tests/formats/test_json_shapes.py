"""One table in the shapes in which programs write it as JSON: the same answers, each with its place in the file."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.json_files.json_tables import load_start

_CODES = ("JM", "PE", "CU", "HT")
_KEYS = ("law in force", "staff", "note")
#: Writers of a table, from its rows without their countries.
_SHAPES = {
    "list": lambda rows: [{"country": code, **row} for code, row in zip(_CODES, rows, strict=False)],
    "two lists": lambda rows: {"fields": [{"id": "country"}, {"id": "staff"}], "rows": _SHAPES["list"](rows)},
    "beside its description": lambda rows: [{"page": 1}, _SHAPES["list"](rows)],
    "keyed": lambda rows: dict(zip(_CODES, rows, strict=False)),
    "keyed lists": lambda rows: {"data": {code: [row] for code, row in zip(_CODES, rows, strict=False)}},
    "split": lambda rows: {"columns": ["country", *_KEYS], "data": _lists(rows)},
    "header row": lambda rows: {"range": "A1:D9", "values": [["country", *_KEYS], *_lists(rows)]},
    "columns": lambda rows: dict(zip(("country", *_KEYS), map(list, zip(*_lists(rows), strict=True)), strict=True)),
    "by question": lambda rows: {k: dict(zip(_CODES, (row[k] for row in rows), strict=False)) for k in _KEYS},
    "numbered columns": lambda rows: {
        k: dict(zip("0123", v, strict=False)) for k, v in _SHAPES["columns"](rows).items()
    },
}


def _lists(rows):
    return [[code, *row.values()] for code, row in zip(_CODES, rows, strict=False)]


def _follow(document, path):
    for key, name, place in re.findall(r"\.(\w+)|\['([^']+)'\]|\[(\d+)\]", path):
        document = document[int(place)] if place else document[key or name]
    return document


_CELLS = st.sampled_from(["yes", "no", "see below", 3, 4.5])


@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=2, max_size=4))
def test_every_shape_gives_the_answers_of_a_list_with_their_places(cells):
    rows = [dict(zip(_KEYS, row, strict=True)) for row in cells]
    expected = [[code, *row.values()] for code, row in zip(_CODES, rows, strict=False)]
    for name, shape in _SHAPES.items():
        document = shape(rows)
        survey = cb.read(json.dumps(document).encode(), name="a.json")
        assert [[one.place, *(a.raw or a.value for a in one.answers)] for one in survey.responses] == expected, name
        for answer in (one for response in survey.responses for one in response):
            assert _follow(document, answer.origin.path) == (answer.raw or answer.value), name


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("blank", [{}, None])
def test_an_object_without_keys_is_no_question_of_its_own(name, blank):
    rows = [{"country": "Jamaica", "answers": blank}, {"country": "Cuba", "answers": {"law": "yes", "staff": 3}}]
    text = json.dumps(rows) if name == "a.json" else "\n".join(map(json.dumps, rows))
    for table in (cb.read(text.encode(), name=name), cb.scan(text.encode(), name=name)):
        assert [one.id for one in table.questionnaire.questions] == ["answers.law", "answers.staff"]
    filled = [rows[1], {"country": "Jamaica", "answers": "by letter"}]
    assert [one.id for one in cb.read(json.dumps(filled).encode(), name="a.json").questions][-1] == "answers"


def test_a_second_list_of_one_page_hides_no_rows():
    links = [{"rel": "next", "href": "https://a.example"}]
    pages = [{"data": [{"country": "Peru", "q": 1}], "links": links}, {"data": [{"country": "Cuba", "q": 2}]}]
    survey = cb.read(json.dumps(pages).encode(), name="a.json")
    assert [(one.country.alpha_2, one["q"].value) for one in survey.responses] == [("PE", 1), ("CU", 2)]


@pytest.mark.parametrize("text", ["[]", "{}", '{"results": []}', '{"count": 0, "data": {"rows": []}}'])
def test_a_document_without_items_holds_no_response(text):
    for table in (cb.read(text.encode(), name="a.json"), cb.scan(text.encode(), name="a.json")):
        assert [(i.code, i.message) for i in table.issues] == [("CB117", "the file contains no response")]


@pytest.mark.parametrize(
    "answers", [{"law": "yes", "staff": 3}, [{"question": "law", "answer": "yes"}, {"question": "staff", "answer": 3}]]
)
def test_a_document_of_one_response(answers):
    text = json.dumps({"country": "Peru", "date": "2024-03-01", "answers": answers})
    (response,) = cb.read(text.encode(), name="a.json").responses
    assert (response.country.alpha_2, response.date.isoformat()) == ("PE", "2024-03-01")
    assert [(one.question.removeprefix("answers."), one.value) for one in response] == [("law", "yes"), ("staff", 3)]
    assert all(_follow(json.loads(text), one.origin.path) == one.value for one in response)


def test_a_long_document_is_known_by_its_beginning():
    """Only the first part of a file is sniffed: a table cut anywhere is still a table."""
    rows = {code: {"law": "yes", "note": "x" * 40_000} for code in ("JM", "PE", "CU")}
    assert len(cb.read(json.dumps(rows).encode(), name="a.json").responses) == 3


@pytest.mark.parametrize(("name", "again"), [("Staff", "staff"), ("Staff", "Sta\u200eff")])
@pytest.mark.parametrize("way", [cb.read, cb.scan])
def test_names_that_look_alike_are_told(name, again, way):
    rows = [{"country": "Peru", name: 1, again: 2}, {"country": "Cuba", name: 3, again: 4}]
    for text, file in ((json.dumps(rows), "a.json"), (f"country,{name},{again}\nPeru,1,2\nCuba,3,4\n", "a.csv")):
        table = way(text.encode(), name=file)
        assert [issue.code for issue in table.issues] == ["CB113"]
        assert [one.id for one in table.questionnaire.questions] == [name, again]


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("country,question,answer\nPeru,law,yes\nPeru,staff,3\nCuba,,\nHaiti,law,no\nHaiti,staff,4\n", "a.csv"),
        (
            json.dumps(
                [
                    {"country": "Peru", "answers": [{"question": "law", "answer": "yes"}]},
                    {"country": "Cuba", "answers": []},
                    {"country": "Haiti", "answers": [{"question": "law", "answer": "no"}]},
                ]
            ),
            "a.json",
        ),
    ],
)
def test_a_country_without_an_answer_has_a_response(text, file):
    survey = cb.read(text.encode(), name=file)
    assert {one.country.alpha_2: len(one.answers) > 0 for one in survey.responses} == {
        "PE": True,
        "CU": False,
        "HT": True,
    }


@pytest.mark.parametrize("first", [True, False])
def test_json_stat_has_a_row_for_each_value(first):
    """The example counts the values by hand: the last dimension changes first."""
    geo = {"category": {"index": {"CL": 1, "PE": 0}, "label": {"PE": "Peru", "CL": "Chile"}}}
    dimension = {"geo": geo, "time": {"category": {"index": ["2019", "2020", "2021"]}}}
    about, values = {"id": ["geo", "time"], "size": [2, 3]}, [1.5, 2.5, 3.5, 4.5, None, 6.5]
    document = {**about, "dimension": dimension, "value": {str(n): one for n, one in enumerate(values) if one}}
    if first:
        document = {"dataset": {"dimension": dimension | about, "value": values}}
    survey = cb.read(json.dumps(document).encode(), name="a.json")
    found = {(r.place, a.question): a.value for r in survey.responses for a in r if not a.is_missing}
    assert found[("Peru", "value [2020]")] == 2.5
    assert found[("Chile", "value [2021]")] == 6.5
    assert len(found) == 5


@pytest.mark.parametrize("key", ["SpatialDim", "geo"])
def test_a_number_in_each_row_is_no_id_of_a_response(key):
    rows = [{"Id": n, key: code, "IndicatorCode": "W", "TimeDim": year, "Value": n / 2}
            for n, (code, year) in enumerate((c, y) for c in ("PER", "CHL", "CUB") for y in (2020, 2021))]  # fmt: skip
    survey = cb.read(json.dumps({"value": rows}).encode(), name="a.json")
    assert [(r.country.alpha_3, r["W [2020]"].value, r["W [2021]"].value) for r in survey.responses] == [
        ("PER", 0, 0.5), ("CHL", 1, 1.5), ("CUB", 2, 2.5)
    ]  # fmt: skip


def test_a_model_with_lists_of_other_things_is_no_table_of_countries():
    model = {
        "countries": [{"id": "A"}, {"id": "B"}],
        "needs": [{"country": "A", "gap": 3}],
        "activities": [{"id": "x"}],
    }
    with pytest.raises(cb.CapbuildError, match="no reader claims"):
        cb.read(json.dumps(model).encode(), name="a.json")


def _answers(document, **options):
    survey = cb.read(json.dumps(document).encode(), name="a.json", options=options)
    rows = [(one.country and one.country.alpha_2, {a.question: a.value for a in one}) for one in survey.responses]
    return rows, [(i.code, i.origin.path) for i in survey.issues if i.severity != "note"]


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        (
            {"country": "Peru", "answers": {"law": "yes"}, "spending": {"US": 5, "FR": 7}},
            [("PE", {"answers.law": "yes", "spending.US": 5, "spending.FR": 7})],
        ),
        (
            {"title": {"FR": "Enquête", "ES": "Encuesta"}, "responses": [{"law": "yes"}, {"law": "no"}]},
            [("CU", {"law": "yes"}), ("CU", {"law": "no"})],
        ),
        (
            {"columns": ["country", "law"], "labels": ["Country", "Law"], "data": [["Peru", "yes"], ["Chile", "no"]]},
            [("PE", {"law": "yes"}), ("CL", {"law": "no"})],
        ),
        (
            {"groups": ["A", "B"], "data": [["country", "law"], ["Peru", "yes"]]},
            [("PE", {"law": "yes"})],
        ),
        ({"dimension": {"id": 5}, "value": [1], "rows": [{"country": "Peru", "law": "yes"}]}, [("PE", {"law": "yes"})]),
        (
            {"PE": [{"law": "yes"}], "HT": [], "CL": [{"law": "no"}]},
            [("PE", {"law": "yes"}), ("HT", {"law": cb.Missing.NO_ANSWER}), ("CL", {"law": "no"})],
        ),
    ],
)
def test_objects_by_language_or_of_one_answer_are_no_rows(document, rows):
    assert _answers(document, country="CU") == (rows, [])


def test_columns_of_one_name_are_all_read():
    document = {"columns": ["country", "law", "law"], "data": [["Peru", "yes", "no"], ["Cuba", "no", "no"]]}
    rows, issues = _answers(document)
    assert rows == [("PE", {"law": "yes", "law (2)": "no"}), ("CU", {"law": "no", "law (2)": "no"})]
    assert issues == [("CB113", "$.columns[2]")]


@pytest.mark.parametrize(
    ("change", "path", "rows"),
    [
        ({}, None, 2),
        ({"size": [3, 2]}, "$.size", 0),
        ({"size": "2x2"}, "$.size", 0),
        ({"dimension": {"country": {"category": {"index": ["PE", "CU"]}}}}, "$.dimension.law", 0),
        ({"value": [1, 2, 3]}, "$.value", 3),
        ({"value": {"0": 1, "9": 2}}, "$.value", 1),
        ({"value": []}, "$.value", 0),
    ],
)
def test_a_dataset_that_contradicts_itself_is_an_error(change, path, rows):
    dimensions = {"country": {"category": {"index": ["PE", "CU"]}}, "law": {"category": {"index": {"a": 0, "b": 1}}}}
    dataset = {"id": ["country", "law"], "size": [2, 2], "dimension": dimensions, "value": [1, 2, 3, 4]}
    survey = cb.read(json.dumps(dataset | change).encode(), name="a.json")
    assert len(survey.responses) == rows
    assert [one.origin.path for one in survey.issues if one.code == "CB173"] == ([path] if path else [])


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"hasMore": True}, "$.hasMore"),
        ({"meta": {"total": 90}}, "$.meta.total"),
        ({"next": "https://a.example"}, "$.next"),
        ({"hasMore": False, "total": 2, "next": None}, None),
    ],
)
def test_a_page_says_that_there_are_more(more, path):
    document = more | {"data": [{"country": "Peru", "q": 1}, {"country": "Cuba", "q": 2}]}
    assert _answers(document)[1] == ([("CB123", path)] if path else [])


@given(st.lists(st.dictionaries(st.text(), st.text())), st.integers(min_value=1))
def test_a_start_of_json_is_cut_anywhere(records, cut):
    """What it gives is the start of the records, without the value that is cut."""
    text = json.dumps(records, indent=1)
    start = load_start(text[: 1 + cut % len(text)])
    assert all(one.items() <= whole.items() for one, whole in zip(start, records, strict=False))


def test_a_line_that_nests_too_deeply_is_said_to():
    lines = ['{"country": "Peru", "q": 1}', '{"country": ' + "[" * 200_000, '{"country": "Cuba", "q": 2}']
    survey = cb.read("\n".join(lines).encode(), name="a.jsonl")
    assert [one.place for one in survey.responses] == ["Peru", "Cuba"]
    (issue,) = survey.issues
    assert (issue.code, issue.origin.row) == ("CB170", 2)
    assert "nested too deeply" in issue.message


def test_figures_by_country_beside_a_list_of_other_things_are_the_table():
    document = {"scores": {"PE": 5, "CU": 3}, "meta": [{"a": 1}]}
    survey = cb.read(json.dumps(document).encode(), name="a.json")
    assert [(one.country.alpha_2, one.answers[0].value) for one in survey.responses] == [("PE", 5), ("CU", 3)]
