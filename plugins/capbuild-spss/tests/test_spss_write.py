"""SPSS and Stata files written: what their own library reads in them, and what we read back."""

import datetime
import time

import pyreadstat
import pytest

import capbuild as cb
from capbuild.errors import WriteError
from capbuild.io import convert
from capbuild.model import Answer, Choice, Missing, Question, Questionnaire, QuestionType, Response, Survey

T = QuestionType
CODES = (Choice(code="1", label="Yes"), Choice(code="2", label="No"))
FORM = Questionnaire(
    id="f", title="F",
    questions=[
        Question(id="TEC-2.2a", type=T.SELECT_ONE, text={"en": "A law?", "es": "¿Una ley?"}, choices=CODES),
        Question(id="staff", type=T.INTEGER, text="Staff"),
        Question(id="day", type=T.DATE, text="Day"),
        Question(id="why", text="Why?"),
        Question(id="kinds", type=T.SELECT_MULTIPLE, text="Kinds", choices=CODES),
    ],
)  # fmt: skip
READING = Survey(
    file="in.json", format="capbuild-json", questionnaire=FORM,
    responses=[
        Response(id="a", place="Jamaica", answers=[
            Answer("TEC-2.2a", "1"), Answer("staff", 0), Answer("day", datetime.date(2016, 2, 29)),
            Answer("why", "=1+1 ñ"), Answer("kinds", ("2",)),
        ]),
        Response(id="b", place="Haiti", answers=[
            Answer("TEC-2.2a", Missing.DONT_KNOW), Answer("staff", Missing.REFUSED), Answer("day", Missing.NO_ANSWER),
            Answer("why", Missing.NOT_APPLICABLE), Answer("kinds", Missing.REFUSED),
        ]),
        Response(id="c", place="Cuba", answers=[Answer("TEC-2.2a", "2"), Answer("staff", Missing.NOT_ASKED)]),
    ],
)  # fmt: skip
WRITERS = [("spss", "sav", pyreadstat.read_sav), ("stata", "dta", pyreadstat.read_dta)]


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_what_its_own_library_reads(name, suffix, read, tmp_path):
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(cb.render(READING, name))
    columns, meta = read(str(path), user_missing=True, output_format="dict")
    assert list(columns["response_id"]) == ["a", "b", "c"]
    assert meta.column_names_to_labels["TEC_2_2a"] == "A law?"
    assert next(iter(columns["staff"])) == 0.0
    told = meta.variable_value_labels["staff"]
    assert set(told.values()) == {"refused", "not asked"}
    assert {told[value] for value in list(columns["staff"])[1:]} == {"refused", "not asked"}
    assert meta.variable_value_labels["TEC_2_2a"][1.0] == "Yes"
    # Without asking for them, statistics see no number there.
    plain, _ = read(str(path), output_format="dict")
    assert [value for value in plain["staff"] if value is not None and value == value] == [0.0]


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_what_comes_back(name, suffix, read, tmp_path):
    source = tmp_path / "in.json"
    cb.dump(READING, source)
    done = convert(source, tmp_path / f"x.{suffix}")
    back = cb.read(tmp_path / f"x.{suffix}")
    values = [[a.value for a in r.answers if a.question in ("TEC_2_2a", "staff", "why")] for r in back.responses]
    assert values == [
        ["1", 0, "=1+1 ñ"],
        [Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE],
        ["2", Missing.NOT_ASKED, Missing.NO_ANSWER],
    ]
    assert [r.country.alpha_2 for r in back.responses] == ["JM", "HT", "CU"]
    assert done.content in ("responses", "definition and responses")
    assert ("questions" in done.losses) is (name == "stata")  # SPSS has multiple-response sets


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_the_same_bytes_in_another_minute(name, suffix, read):
    first = cb.render(READING, name)
    time.sleep(1.1)
    assert cb.render(READING, name) == first
    assert str(datetime.date.today().year).encode() not in first[:400]


def test_labels_in_another_language():
    data = cb.render(READING, "spss", options={"language": "es"})
    assert "¿Una ley?".encode() in data


LETTERS = (
    Choice(code="law", label="A law"), Choice(code="no", label="None"),
    Choice(code="other-thing", label="Another thing"),
)  # fmt: skip
LETTERED = Survey(
    file="in.json", format="capbuild-json",
    questionnaire=Questionnaire(
        id="f", title="Ein sehr langer Titel über Fälle, die länger als vierundsechzig Bytes sind", questions=[
            Question(id="basis", type=T.SELECT_ONE, text="Basis", choices=LETTERS),
        ],
    ),
    responses=[
        Response(id=str(at), answers=[Answer("basis", value)])
        for at, value in enumerate(["law", "other-thing", Missing.REFUSED, Missing.NOT_ASKED, Missing.DONT_KNOW])
    ],
)  # fmt: skip


def test_codes_of_letters_keep_their_labels_in_spss(tmp_path):
    cb.dump(LETTERED, tmp_path / "in.json")
    done = convert(tmp_path / "in.json", tmp_path / "x.sav")
    _, meta = pyreadstat.read_sav(str(tmp_path / "x.sav"), output_format="dict")
    assert meta.variable_value_labels == {"basis": {"law": "A law", "no": "None", "other-thing": "Another thing"}}
    assert meta.file_label == "Ein sehr langer Titel über Fälle, die länger als vierundsechz"
    assert (done.losses.kept, done.losses.answers) == (5, 5)
    assert not {"choices", "kinds of question", "kinds of missing", "values"} & {loss.kind for loss in done.losses}
    back = cb.read(tmp_path / "x.sav")
    assert [r["basis"].value for r in back.responses] == [
        "law",
        "other-thing",
        *(list(map(_only, LETTERED.responses[2:]))),
    ]


def test_stata_has_no_labels_for_texts_and_the_report_says_so(tmp_path):
    cb.dump(LETTERED, tmp_path / "in.json")
    losses = convert(tmp_path / "in.json", tmp_path / "x.dta").losses
    assert (losses["choices"].count, losses["kinds of question"].count, losses.kept) == (3, 1, 5)
    issues = []
    cb.write(LETTERED, tmp_path / "x.dta", issues=issues)
    assert [(one.code, "choices (3)" in one.message) for one in issues] == [("CB712", True)]


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_an_answer_that_is_no_choice_leaves_numbers_and_labels(name, suffix, read, tmp_path):
    answers = ["1", "7", "2.5", Missing.REFUSED]
    responses = [Response(id=str(at), answers=[Answer("law", one)]) for at, one in enumerate(answers)]
    form = Questionnaire(id="f", title="F", questions=[Question(id="law", type=T.SELECT_ONE, text="?", choices=CODES)])
    cb.write(Survey(file="x", format="x", questionnaire=form, responses=responses), tmp_path / f"x.{suffix}")
    columns, meta = read(str(tmp_path / f"x.{suffix}"), output_format="dict")
    assert list(columns["law"])[:3] == [1.0, 7.0, 2.5]
    labels = meta.variable_value_labels["law"]
    assert sorted(labels.values()) == ["No", "Yes", "refused"]
    assert labels[1] == "Yes"


def test_a_multi_select_question_is_a_multiple_response_set(tmp_path):
    choices = (Choice(code="radio", label="Radio"), Choice(code="a b", label="Télé"))
    asked = [Question(id="heard-of", type=T.SELECT_MULTIPLE, text="Où ?\nIci", choices=choices)]
    answers = [Answer("heard-of", one) for one in (("a b", "radio"), (), Missing.REFUSED)]
    responses = [Response(id=str(at), answers=[one]) for at, one in enumerate(answers)]
    form = Questionnaire(id="f", title="F", questions=asked)
    cb.write(Survey(file="x", format="x", questionnaire=form, responses=responses), tmp_path / "x.sav")
    columns, meta = pyreadstat.read_sav(str(tmp_path / "x.sav"), output_format="dict")
    names = ["heard_of_radio", "heard_of_a_b"]
    made = {"type": "D", "is_dichotomy": True, "counted_value": 1, "label": "Où ? Ici", "variable_list": names}
    assert meta.mr_sets == {"heard_of": made}
    assert [list(columns[one])[:2] for one in names] == [[1.0, 0.0], [1.0, 0.0]]
    back = [response["heard_of"].value for response in cb.read(tmp_path / "x.sav")]
    assert back == [tuple(names), (), Missing.REFUSED]


def _only(response):
    return response["basis"].value


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_a_form_without_responses_is_a_file_of_variables_only(name, suffix, read, tmp_path):
    words = (Choice(code="yes", label="Yes"), Choice(code="no", label="No"))
    asked = [Question(id="law", type=T.SELECT_ONE, text="A law?", choices=words), *FORM.questions]
    path = tmp_path / f"x.{suffix}"
    form = Questionnaire(id="f", title="F", questions=asked)
    path.write_bytes(cb.render(Survey(file="in.json", format="capbuild-json", questionnaire=form), name))
    columns, meta = read(str(path), output_format="dict")
    assert {len(cells) for cells in columns.values()} == {0}
    names = ["law", "TEC_2_2a", "staff", "day", "why", "kinds_1", "kinds_2"]
    assert (meta.column_names, meta.number_rows) == (names, 0)
    texts = {name for name, kind in meta.readstat_variable_types.items() if kind == "string"}
    assert texts == {"law", "day", "why"}
    assert meta.variable_value_labels.get("law", {}) == ({"yes": "Yes", "no": "No"} if name == "spss" else {})


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_long_names_can_have_labels(name, suffix, read, tmp_path):
    long = "please_rate_the_impact_of_any_damage_to_the_site_you_saw_and_how_sure_you_are_of_it"
    asked = [Question(id=f"{long}{n}", type=T.SELECT_ONE, text=long, choices=CODES) for n in range(12)]
    answers = [Answer(question.id, "2") for question in asked]
    form = Questionnaire(id="f", title="F", questions=asked)
    reading = Survey(
        file="x", format="capbuild-json", questionnaire=form, responses=[Response(id="a", answers=answers)]
    )
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(cb.render(reading, name))
    columns, meta = read(str(path), output_format="dict")
    labelled = {name: table for name, table in meta.variable_value_labels.items() if name.startswith("please")}
    assert len(labelled) == 12
    assert [list(columns[name]) for name in labelled] == [[2.0]] * 12


@pytest.mark.parametrize(("name", "suffix", "read"), WRITERS)
def test_numbers_that_a_format_cannot_hold_are_texts(name, suffix, read, tmp_path):
    asked = [Question(id="big", type=T.DECIMAL, text="Big"), Question(id="small", type=T.DECIMAL, text="Small")]
    responses = [Response(id="a", answers=[Answer("big", 1.7e308), Answer("small", 8e307)])]
    form = Questionnaire(id="f", title="F", questions=asked)
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(cb.render(Survey(file="x", format="x", questionnaire=form, responses=responses), name))
    columns, _ = read(str(path), output_format="dict")
    assert (list(columns["big"]), list(columns["small"])) == (["1.7e+308"], [8e307])


@pytest.mark.parametrize("name", ["spss", "stata"])
def test_a_file_without_variables_is_refused(name):
    with pytest.raises(WriteError) as caught:
        cb.render(Survey(file="x", format="x", questionnaire=Questionnaire(id="f", title="F")), name)
    assert caught.value.code == "CB711"
