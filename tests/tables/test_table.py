"""Columns give back the very objects they were made of, through Parquet too."""

import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import DocumentError, ModelError, ReadError
from capbuild.formats.parquet_table import read_codebook, scan_parquet, write_parquet
from capbuild.formats.parquet_table import register_readers as parquet_readers
from capbuild.frameworks import load_bundled
from capbuild.io.scanning import scan
from capbuild.model import (
    Answer,
    Choice,
    Country,
    CountryKind,
    GeoPoint,
    Missing,
    Question,
    QuestionMapping,
    Questionnaire,
    Respondent,
    Response,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.scoring import AnswerReader
from capbuild.tables import Coding, ResponseTable, SampleDesign, codebook_from_plain, codebook_to_plain, tally
from capbuild.tables.measures import Limits

ZONES = st.sampled_from([datetime.UTC, datetime.timezone(datetime.timedelta(hours=-4))])
VALUES = st.one_of(
    st.sampled_from(["yes", "no", "x"]),
    st.text(max_size=5),
    st.integers(-(2**70), 2**70),
    st.integers(0, 5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=ZONES),
    st.lists(st.sampled_from("abc"), max_size=3).map(tuple),
    st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
    st.sampled_from(Missing),
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from(["q1", "Q1", "q.1", "¿Qué?"]),
    VALUES,
    comment=st.sampled_from([None, "a remark"]),
    repeat=st.integers(0, 1),
)
ARUBA = Country(alpha_2="AW", alpha_3="ABW", name="Aruba", kind=CountryKind.TERRITORY, sovereign="NL")
RESPONSES = st.builds(
    Response,
    id=st.integers(1, 99).map(str),
    place=st.sampled_from([None, "Aruba", "Cuba"]),
    country=st.sampled_from([None, ARUBA]),
    respondent=st.sampled_from([None, Respondent(pseudonym="r1", kind="police", official=True)]),
    language=st.sampled_from([None, "es"]),
    submitted=st.none() | st.datetimes(timezones=ZONES),
    answers=st.lists(ANSWERS, max_size=4),
)


def typed(responses):
    """Answers with the type of each value, since true equals 1; in no order, since columns have one of their own."""

    def of(answer):
        value = answer.value
        kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
        return answer.question, answer.repeat, kind, repr(value if kind != "number" else value + 0), answer.comment

    return [sorted(map(of, response.answers)) for response in responses]


def numbers_as_floats(rows):
    """A column of whole and decimal numbers holds decimals: 3 and 3.0 are one number."""
    return [[(q, r, k, float(v) if k == "number" else v, c) for q, r, k, v, c in row] for row in rows]


@settings(max_examples=100)
@given(st.lists(RESPONSES, max_size=6))
def test_any_responses_come_back_from_columns(responses):
    back = list(ResponseTable.from_responses(responses))
    assert numbers_as_floats(typed(back)) == numbers_as_floats(typed(responses))
    for one, other in zip(back, responses, strict=True):
        facts = ("id", "place", "country", "respondent", "language", "submitted", "status")
        assert [getattr(one, name) for name in facts] == [getattr(other, name) for name in facts]


@pytest.mark.parametrize(("origin", "name"), [(None, "table"), (Origin("a.csv", row=2), "a.csv")])
def test_an_inferred_form_is_named_by_the_file(origin, name):
    form = ResponseTable.from_responses([Response(id="1", answers=[Answer("law", "yes")], origin=origin)]).questionnaire
    assert (form.id, form.title.source) == (name, name)


@settings(max_examples=50)
@given(st.lists(RESPONSES, min_size=1, max_size=5))
def test_a_codebook_comes_back_from_json(responses):
    codebook = ResponseTable.from_responses(responses).codebook
    plain = json.loads(json.dumps(codebook_to_plain(codebook)))
    again = codebook_from_plain(plain, codebook.questionnaire)
    assert again == codebook


def test_an_answer_elsewhere_than_its_response_has_no_place_of_another():
    answer = Answer("q1", "yes", origin=Origin("a.xml", path="/a/event[3]/@v"))
    (back,) = ResponseTable.from_responses(
        [Response(id="1", answers=[answer], origin=Origin("a.xml", path="/a/event[1]"))]
    )
    assert back["q1"].origin == Origin("a.xml", path="/a/event[1]")


def test_a_missing_kind_has_a_column_only_where_a_question_has_several():
    given = [
        Response(id="1", answers=[Answer("a", "x"), Answer("b", Missing.REFUSED), Answer("c", 3)]),
        Response(id="2", answers=[Answer("a", Missing.NO_ANSWER), Answer("b", Missing.DONT_KNOW), Answer("c", "2-3")]),
        Response(id="3", answers=[Answer("a", Missing.NO_ANSWER), Answer("b", "y"), Answer("c", 300)]),
    ]
    table = ResponseTable.from_responses(given)
    assert [name for name in table.frame.columns if name.endswith("__missing")] == ["b__missing", "c__missing"]
    assert table.column("a").absent is Missing.NO_ANSWER
    assert str(table.frame.schema["c"]) == "Int16"
    assert list(table) == given
    assert table[-1] == given[2]
    assert list(table[1:]) == given[1:]
    assert table.answer(1, "c").value == "2-3"
    with pytest.raises(IndexError, match="3 rows"):
        table[3]


def test_a_frame_must_have_the_columns_of_its_codebook(made_table):
    table = made_table(10)
    with pytest.raises(ModelError, match="must have the columns"):
        table.on(table.frame.drop("yn"))


@pytest.fixture
def form():
    """A form in two languages."""
    choices = [Choice(code="1", label={"en": "yes", "es": "sí"}), Choice(code="9", label="-", missing=Missing.REFUSED)]
    asked = [Question(id="q1", text={"en": "Is there a unit?", "es": "¿Hay una unidad?"}, choices=choices)]
    return Questionnaire(id="f", title="F", languages=["en", "es"], questions=asked)


def test_parquet_keeps_codebook_languages_and_kinds_of_missing(tmp_path, form):
    given = [
        Response(id="1", country=ARUBA, answers=[Answer("q1", "1")]),
        Response(id="2", country=ARUBA, answers=[Answer("q1", Missing.REFUSED)]),
        Response(id="3", country=ARUBA, answers=[Answer("q1", Missing.NOT_ASKED)]),
    ]
    table = ResponseTable.from_responses(given, form)
    write_parquet(table, tmp_path / "one.parquet")
    write_parquet(table, tmp_path / "many", rows_a_file=2)
    write_parquet(scan_parquet(tmp_path / "one.parquet"), tmp_path / "again.parquet")
    for place in ("one.parquet", "many", "again.parquet"):
        back = scan_parquet(tmp_path / place)
        assert back.questionnaire == form
        assert back.questionnaire["q1"].text.get("es") == "¿Hay una unidad?"
        assert read_codebook(tmp_path / place) == table.codebook
        assert list(back) == given
        assert len(back) == 3
    reader, _ = parquet_readers()
    source = InputFile("one.parquet", data=(tmp_path / "one.parquet").read_bytes())
    assert reader.sniff(source).confidence.name == "SIGNATURE"
    items = list(reader.read(source, reader.options()))
    assert items == [form, *given]


def test_parquet_of_others_has_no_codebook_to_scan(tmp_path, made_table):
    made_table(5).frame.write_parquet(tmp_path / "plain.parquet")
    reader, _ = parquet_readers()
    assert reader.sniff(InputFile("plain.parquet", path=tmp_path / "plain.parquet")) is None
    with pytest.raises(DocumentError, match="no codebook"):
        scan_parquet(tmp_path / "plain.parquet")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "plain.parquet").read_bytes()[:200])
    with pytest.raises(ReadError):
        scan_parquet(tmp_path / "cut.parquet")


def test_countries_are_resolved_once_a_spelling():
    table = scan(b"country,P1\nJamaica,yes\nJM,no\nJamaca,yes\n", name="a.csv")
    assert [row.country.alpha_2 if row.country else None for row in table] == ["JM", "JM", None]
    assert [issue.code for issue in table.issues if issue.severity == "error"] == ["CB401"]
    cells = tally(table, [QuestionMapping(question="P1", target="C")], minimum_n=1)
    assert [(cell.domain[0].alpha_2 if cell.domain[0] else None, cell.mean) for cell in cells] == [
        ("JM", 0.5),
        (None, 1.0),
    ]


def test_findings_are_verdicts_numbers_and_reasons():
    words = ["yes"] * 6 + ["no"]
    given = [Response(id=str(n), country=ARUBA, answers=[Answer("q", w), Answer("r", 2)]) for n, w in enumerate(words)]
    given.append(Response(id="8", country=ARUBA, answers=[Answer("s", Missing.REFUSED)]))
    about = [QuestionMapping(question=name, target=name.upper()) for name in "qrs"]
    found = tally(ResponseTable.from_responses(given), about)
    assert [(f.target, f.value, f.status, f.sample) for f in found.findings("survey")] == [
        ("Q", found.cells[0].finding_value, None, 7),
        ("R", 2.0, None, 7),
        ("S", Missing.REFUSED, None, 0),
    ]
    checked = found.findings("survey", status=lambda target, _: "confirmed" if target == "R" else "reported")
    assert [f.status.value for f in checked] == ["reported", "confirmed", "reported"]
    assert found.cells[0].finding_value.value == "yes"
    few = tally(ResponseTable.from_responses(given[:3]), about[:2], minimum_n=5)
    assert {f.value for f in few.findings("survey")} == {Missing.CONFIDENTIAL}
    with pytest.raises(ModelError, match="country alone"):
        tally(ResponseTable.from_responses(given), about, by=[]).findings("survey")


def test_answers_are_read_by_the_framework_where_its_reader_is_given():
    framework = load_bundled("police_cyber")
    (target, *_) = framework.criteria
    reader = AnswerReader.make(framework)

    def read(value, mapping):
        return reader.read(Answer(mapping.question, value), mapping)

    words = ["sí", "SI", "no", "en parte", "quizás", "no sabe"]
    given = [Response(id=str(n), answers=[Answer(target, w)]) for n, w in enumerate(words)]
    (cell,) = tally(
        ResponseTable.from_responses(given),
        [QuestionMapping(question=target, target=target)],
        by=[],
        read=read,
        minimum_n=1,
    )
    assert cell.n == 4
    assert cell.mean == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert dict(cell.missing) == {Missing.DONT_KNOW: 1, Missing.INVALID: 1}


def test_a_negative_weight_is_refused():
    given = [Response(id=str(n), answers=[Answer("q", 1), Answer("w", n - 1)]) for n in range(8)]
    with pytest.raises(ModelError, match="must be 0 or more"):
        tally(
            ResponseTable.from_responses(given),
            [QuestionMapping(question="q", target="Q")],
            by=[],
            design=SampleDesign(weight="w"),
        )
    with pytest.raises(ModelError, match="must name questions"):
        tally(ResponseTable.from_responses(given), [QuestionMapping(question="nobody", target="Q")])
    with pytest.raises(ModelError, match="must be a fact or a question"):
        tally(ResponseTable.from_responses(given), [QuestionMapping(question="q", target="Q")])


def test_a_column_of_codes_is_one_byte_a_cell(made_table):
    table = made_table(500)
    assert table.column("yn").coding is Coding.CODED
    assert str(table.frame.schema["yn"]) == "Int8"


@pytest.mark.parametrize("value", ["", "a", "yes", "é"])
@pytest.mark.parametrize("raw", ["same", "other", None])
def test_the_text_as_found_is_kept_beside_a_value_that_is_the_same(value, raw):
    # Python keeps one object for the empty text and each short one: what is the same object is not the same cell.
    answer = Answer("q1", value, raw=value if raw == "same" else raw)
    given = [Response(id="1", answers=[answer]), Response(id="2", answers=[Answer("q1", 3)])]
    assert list(ResponseTable.from_responses(given)) == given


def test_a_question_that_is_not_there_is_a_key_error():
    table = ResponseTable.from_responses([Response(id="1", answers=[Answer("q1", "yes")])])
    assert table.codebook["q1"].question == "q1"
    assert table.codebook.find("q2") is None
    with pytest.raises(KeyError, match="q2"):
        table.codebook["q2"]


@pytest.mark.parametrize(("number", "wanted"), [(2.5, None), (3 - 1e-12, 3.0), (3, 3.0), (3.01, None), (6, None)])
def test_a_level_is_a_whole_number_but_for_rounding(number, wanted):
    assert Limits(low=1, high=5, steps=True).take(number) == wanted
