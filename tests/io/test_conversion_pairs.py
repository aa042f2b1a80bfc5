"""There and back through every format of survey data: what each one claims to hold is not lost, the rest is named."""

import datetime

import attrs
import pytest

import capbuild as cb
from capbuild.countries import country_by_code
from capbuild.io import convert
from capbuild.model import (
    Answer,
    Choice,
    GeoPoint,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    ResponseStatus,
    SkipRule,
    Survey,
)
from capbuild.plugins import default_host

T = QuestionType
HERE = datetime.timezone(datetime.timedelta(hours=-5))


def both(words):
    return {"en": words, "es": f"{words} (es)"}


def pick(code, words, **more):
    return Choice(code=code, label=both(words), **more)


def asked(name, kind, *choices, **more):
    return Question(id=name, type=kind, text=both(f"About {name}"), choices=choices, **more)


FORM = Questionnaire(
    id="made", version="3", title=both("Made"), languages=("en", "es"),
    groups=[
        QuestionGroup(id="first", title=both("First")), QuestionGroup(id="units", title=both("Units"), repeat=True),
    ],
    questions=[
        asked("law", T.SELECT_ONE, pick("x", "A law", score=0.0), pick("y", "A draft", score=2.0),
              pick("oth", "Another", other=True), pick("dk", "Cannot say", missing=Missing.DONT_KNOW),
              group="first", required=True, hint=both("Help")),
        asked("law_other", T.TEXT, parent="law", group="first"),
        asked("tools", T.SELECT_MULTIPLE, pick("1", "Laptops"), pick("2", "Nothing", exclusive=True)),
        asked("order", T.RANKING, pick("1", "People"), pick("2", "Money")),
        asked("staff", T.INTEGER, unit="people", minimum=0, maximum=1_234_567,
              skip=SkipRule(expression="(law in x)", questions=("law",))),
        asked("share", T.DECIMAL), asked("works", T.BOOLEAN), asked("day", T.DATE), asked("hour", T.TIME),
        asked("moment", T.DATETIME), asked("at", T.GEOPOINT),
        asked("called", T.TEXT, group="units"), asked("grade", T.INTEGER, group="units"),
    ],
)  # fmt: skip
WHO = Respondent(pseudonym="p", kind="police", role="head", language="en", official=False)
FULL = Response(
    id="1", place="Jamaica", country=country_by_code("JM"), respondent=WHO, questionnaire="made", version="3",
    language="en", status=ResponseStatus.PARTIAL, date=datetime.date(2016, 1, 1),
    submitted=datetime.datetime(2016, 1, 1, 10, tzinfo=HERE),
    answers=[
        Answer("law", "oth", comment="since 2015"), Answer("law_other", "decree"), Answer("tools", ("2", "1")),
        Answer("order", ("2", "1")), Answer("staff", 0), Answer("share", 1.5), Answer("works", False),
        Answer("day", datetime.date(1900, 2, 1)), Answer("hour", datetime.time(10, 20, 30)),
        Answer("moment", datetime.datetime(2016, 1, 1, 10, tzinfo=HERE)),
        Answer("at", GeoPoint(13.0975321, -59.6130517, None, 4.5)),
        Answer("called", "Ana", repeat=1), Answer("grade", 3, repeat=1),
        Answer("called", "Ben", repeat=2), Answer("grade", Missing.REFUSED, repeat=2),
    ],
)  # fmt: skip
#: Every kind of missing in every kind of question.
ASKED = ("law", "tools", "staff", "share", "works", "day", "hour", "moment", "at")
GAPS = [
    Response(id=str(turn + 2), place="Haiti", country=country_by_code("HT"), answers=[
        Answer(name, [*Missing][(turn + at) % len(Missing)]) for at, name in enumerate(ASKED)
    ])
    for turn in range(len(Missing))
]  # fmt: skip
MADE = Survey(file="in.json", format="capbuild-json", questionnaire=FORM, responses=[FULL, *GAPS])

NO_RESPONSES = {"responses", "answers"}
OF_LIMESURVEY = {
    "texts", "texts in other languages", "absences among choices", "order of choices", "choices that were not there",
    "kinds of question", "blocks that repeat", "version of the form", "id of the form", "details that were not there",
    "scores of choices",
}  # fmt: skip
#: What each format that holds the form may lose of this reading; the how-to page says so in words.
CLAIMS = {
    ("capbuild-json", "json"): set(),
    ("responses-parquet", "parquet"): set(),
    ("responses-xlsx", "xlsx"): set(),
    ("xlsx-form", "xlsx"): NO_RESPONSES,
    ("docx-form", "docx"): NO_RESPONSES,
    ("xlsform", "xlsx"): NO_RESPONSES | {
        "texts", "texts in other languages", "kinds of question", "rows and details of questions", "units and limits",
        "questions that were not there", "choices that were not there", "details that were not there",
        "wording of skip rules",
    },
    ("limesurvey", "lss"): NO_RESPONSES | OF_LIMESURVEY | {"wording of skip rules"},
    ("limesurvey-tab", "txt"): NO_RESPONSES | OF_LIMESURVEY | {"wording of skip rules"},
}  # fmt: skip


def by_question(response):
    """A response with its answers in the order of their questions: tables have the order of the form."""
    return attrs.evolve(response, answers=sorted(response.answers, key=lambda a: (a.question, a.repeat)))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "in.json"
    cb.dump(MADE, path)
    return path


@pytest.mark.parametrize(("name", "suffix"), CLAIMS)
def test_a_format_loses_no_more_than_it_says(name, suffix, source, tmp_path):
    done = convert(source, tmp_path / f"out.{suffix}", to=name)
    assert {loss.kind for loss in done.losses} - CLAIMS[name, suffix] == set()
    back = cb.read(tmp_path / f"out.{suffix}")
    if not CLAIMS[name, suffix]:
        assert back.questionnaire == FORM
        assert list(map(by_question, back.responses)) == list(map(by_question, MADE.responses))
    assert [q.id for q in back.questionnaire.questions if q.id in FORM.by_id] == list(FORM.by_id)


@pytest.mark.parametrize(
    ("name", "suffix", "kept"),
    # Of 15 + 9 x 9 answers a CSV holds all but two of several choices, a time, a place, and four of repeats.
    [("responses-csv", "csv", 88), ("spss", "sav", None), ("stata", "dta", None), ("limesurvey-archive", "lsa", None)],
)
def test_what_did_not_come_back_is_counted_answer_by_answer(name, suffix, kept, source, tmp_path):
    report = convert(source, tmp_path / f"out.{suffix}", to=name).losses
    assert report.answers == 15 + 9 * 9
    named = ("answers", "answers of repeated blocks", "values", "kinds of missing")
    lost = sum(report[kind].count for kind in named if kind in report)
    assert report.answers - report.kept == lost > 0
    assert kept is None or report.kept == kept


def test_every_writer_of_survey_data_is_tried_here():
    tried = {name for name, _ in CLAIMS} | {"responses-csv", "spss", "stata", "limesurvey-archive", "limesurvey-vv"}
    writers = default_host().writers.values()
    able = {w.name for w in writers if Survey in w.accepts or Questionnaire in w.accepts}
    # What answers mean, not the answers; a page to fill in, which saves a document.
    assert able - tried == {"findings-csv", "html-form"}
