"""Conversion between formats: what the loss report names is lost, and nothing else is."""

import datetime
import json
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import WriteError
from capbuild.io import convert
from capbuild.io.losses import find_losses
from capbuild.model import (
    Answer,
    Choice,
    Citation,
    GeoPoint,
    Missing,
    Question,
    QuestionGroup,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    SkipRule,
    Survey,
)
from capbuild.testing.strategies import questionnaires, responses

T = QuestionType


@pytest.fixture
def form():
    yes_no = (
        Choice(code="yes", label={"en": "Yes", "es": "Sí"}),
        Choice(code="no", label={"en": "No", "es": "No"}),
        Choice(code="dk", label={"en": "Don't know", "es": "No sabe"}, missing=Missing.DONT_KNOW),
    )
    return Questionnaire(
        id="f", version="3", title={"en": "Form", "es": "Formulario"}, languages=("en", "es"),
        groups=[QuestionGroup(id="people", title="People", repeat=True)],
        questions=[
            Question(id="law", type=T.SELECT_ONE, text={"en": "A law?", "es": "¿Una ley?"}, choices=yes_no),
            Question(id="kinds", type=T.SELECT_MULTIPLE, text={"en": "Kinds", "es": "Tipos"}, choices=yes_no),
            Question(id="staff", type=T.INTEGER, text="Staff", minimum=0, skip=SkipRule(expression="(law in yes)")),
            Question(id="day", type=T.DATE, text="Day"),
            Question(id="name", text="Name", group="people"),
        ],
        mappings=[QuestionMapping(question="law", target="MAN-1.1a")],
    )  # fmt: skip


@pytest.fixture
def reading(form):
    first = Response(
        id="r1", place="Jamaica", respondent=Respondent(pseudonym="p1", kind="police"), language="en",
        date=datetime.date(2016, 3, 1),
        answers=[
            Answer("law", "yes", comment="of 2015", citations=(Citation("Act", "https://example.org"),)),
            Answer("kinds", ("no", "yes")), Answer("staff", 0), Answer("day", datetime.date(2016, 2, 29)),
            Answer("name", "Ana", repeat=1), Answer("name", "Ben", repeat=2),
        ],
    )  # fmt: skip
    second = Response(
        id="r2", place="Haiti", respondent=Respondent(pseudonym="p2", kind="police"), language="es",
        answers=[Answer("law", Missing.DONT_KNOW, "No sabe"), Answer("kinds", Missing.REFUSED),
                 Answer("staff", Missing.NOT_ASKED), Answer("day", Missing.NO_ANSWER)],
    )  # fmt: skip
    return Survey(file="in.json", format="capbuild-json", questionnaire=form, responses=[first, second])


@pytest.fixture
def source(reading, tmp_path):
    path = tmp_path / "in.json"
    cb.dump(reading, path)
    return path


def test_the_native_document_loses_nothing(source, tmp_path):
    done = convert(source, tmp_path / "out.json")
    assert done.losses.is_exact
    assert (done.losses.answers, done.losses.kept, done.content) == (10, 10, "definition and responses")
    assert cb.read(tmp_path / "out.json").responses == cb.read(source).responses


def test_a_workbook_keeps_the_form_and_every_kind_of_missing(source, tmp_path, form):
    done = convert(source, tmp_path / "out.xlsx")
    assert done.losses.is_exact  # citations and texts as written have columns of their own
    back = cb.read(tmp_path / "out.xlsx")
    assert back.questionnaire == form
    assert [a.value for a in back.responses[1].answers] == [
        Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_ASKED, Missing.NO_ANSWER
    ]  # fmt: skip
    assert [(a.value, a.repeat) for a in back.responses[0].answers if a.question == "name"] == [("Ana", 1), ("Ben", 2)]


def test_a_place_keeps_every_digit_and_what_is_not_known_of_it(tmp_path):
    form = Questionnaire(id="f", title="F", questions=[Question(id="at", type=T.GEOPOINT, text="Where?")])
    places = [GeoPoint(13.0975321, -59.6130517, 12.25, 4.5), GeoPoint(-1.0, 2.0, accuracy=3.0), GeoPoint(0.0, 1e-7)]
    given = [Response(id=str(at), answers=[Answer("at", place)]) for at, place in enumerate(places)]
    cb.dump(Survey(file="i", format="x", questionnaire=form, responses=given), tmp_path / "in.json")
    assert convert(tmp_path / "in.json", tmp_path / "out.xlsx").losses.is_exact
    assert [r["at"].value for r in cb.read(tmp_path / "out.xlsx").responses] == places
    convert(tmp_path / "in.json", tmp_path / "out.csv")
    assert [row.rpartition(",")[2] for row in (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[1:]] == [
        "13.0975321 -59.6130517 12.25 4.5", "'-1 2 - 3", "0 1e-07"
    ]  # fmt: skip


def test_who_answered_and_what_was_cited_come_back_from_a_workbook(tmp_path):
    who = Respondent(pseudonym="p", kind="police", role="head", language="es", official=False)
    cited = (Citation("Act 5", "https://a.org"), Citation("Act <6>"))
    answers = [Answer("q", 3, "three", "so we think", citations=cited), Answer("r", "x")]
    given = [Response(id="1", respondent=who, answers=answers), Response(id="2", answers=[Answer("q", 0)])]
    cb.dump(Survey(file="i", format="x", responses=given), tmp_path / "in.json")
    convert(tmp_path / "in.json", tmp_path / "out.xlsx")
    assert cb.read(tmp_path / "out.xlsx").responses == tuple(given)


def test_a_form_without_questions_is_kept(tmp_path):
    form = Questionnaire(id="f", version="2", title={"en": "F"}, languages=("en",))
    given = [Response(id="1", language="en")]
    cb.dump(Survey(file="i", format="x", questionnaire=form, responses=given), tmp_path / "in.json")
    assert convert(tmp_path / "in.json", tmp_path / "out.parquet").losses.is_exact


def test_a_table_of_text_names_what_it_cannot_hold(source, tmp_path):
    done = convert(source, tmp_path / "out.csv")
    losses = {loss.kind: (loss.count, loss.of) for loss in done.losses}
    assert done.content == "responses"
    assert losses["choices"] == (6, 6)
    assert losses["mappings"] == (1, 1)
    assert losses["skip rules"] == (1, 1)
    assert losses["blocks that repeat"] == (1, 1)
    assert losses["citations"] == (1, 1)
    assert losses["answers of repeated blocks"][0] == 2
    assert losses["values"][0] == 1
    assert "kinds of missing" not in losses  # each has its word
    assert done.losses["values"].examples == ("r1, kinds: ('no', 'yes') became no; yes",)
    assert done.losses.kept == 7


def test_a_definition_holds_no_responses(source, tmp_path):
    done = convert(source, tmp_path / "out.xlsx", to="xlsform")
    assert done.content == "definition"
    assert done.losses["responses"].count == 2
    assert done.losses["answers"].count == 10
    assert done.losses["texts in other languages"].examples == ("title (es)",)  # an XLSForm has one title
    empty = convert(tmp_path / "out.xlsx", tmp_path / "again.xlsx")
    assert (empty.content, empty.losses.is_exact) == ("definition", True)


def test_columns_of_another_engine_hold_the_same(source, tmp_path):
    done = convert(source, tmp_path / "out.parquet")
    assert [(loss.kind, loss.count) for loss in done.losses] == [("citations", 1)]
    assert done.losses.kept == 10


def test_what_cannot_be_written_is_said(source, tmp_path):
    with pytest.raises(WriteError) as refused:
        convert(source, tmp_path / "out.odt")
    assert refused.value.code == "CB710"
    with pytest.raises(WriteError) as refused:
        convert(source, tmp_path / "out.csv", to="cvs")
    assert "did you mean" in refused.value.message
    bare = tmp_path / "bare.json"
    cb.dump(Survey(file="b", format="x", responses=[Response(id="1")]), bare)
    with pytest.raises(WriteError) as refused:
        convert(bare, tmp_path / "form.lss")
    assert refused.value.code == "CB711"


def test_the_command_shows_and_prints(source, tmp_path):
    run = CliRunner()
    shown = run.invoke(app, ["convert", str(source), str(tmp_path / "o.csv")])
    assert shown.exit_code == 0
    assert "7 of 10 answers came back unchanged" in shown.output
    told = json.loads(run.invoke(app, ["convert", str(source), str(tmp_path / "o.csv"), "--json"]).output)
    assert (told["answers"], told["kept"], told["exact"], told["writer"]) == (10, 7, False, "responses-csv")
    assert {"kind": "mappings", "count": 1, "of": 1, "examples": ["law to MAN-1.1a"]} in told["losses"]
    exact = run.invoke(app, ["convert", str(source), str(tmp_path / "o.json")])
    assert "Nothing was lost" in exact.output


def test_the_command_passes_options_to_the_writer(source, tmp_path):
    run, target = CliRunner(), str(tmp_path / "o.lss")
    refused = run.invoke(app, ["convert", str(source), target, "--option", "layuot=tab"])
    assert (refused.exit_code, "CB116" in refused.output) == (2, True)
    run.invoke(app, ["convert", str(source), target, "--option", "layout=tab"])
    assert (tmp_path / "o.lss").read_bytes().startswith(b"\xef\xbb\xbfid\t")


# --- any questionnaire, any answers -----------------------------------------------------------------------------------

#: What a table or workbook may do to the value of an answer, by the kinds that the report has for it.
_KINDS = ("values", "kinds of missing", "answers", "answers of repeated blocks", "responses")


@st.composite
def readings(draw):
    form = draw(questionnaires())
    given = draw(st.lists(responses(questionnaire=st.just(form)), max_size=3, unique_by=lambda r: r.id))
    return Survey(file="in.json", format="capbuild-json", questionnaire=form, responses=given)


def _unequal(before: Survey, after: Survey) -> int:
    """Answers whose value is not there again, counted by place and without the code under test."""
    lost = 0
    ids = {response.id: response for response in after.responses}
    named = len(ids) == len(after.responses) and all(response.id in ids for response in before.responses)
    for place, old in enumerate(before.responses):
        placed = after.responses[place] if place < len(after.responses) else None
        new = ids[old.id] if named else placed
        pool: dict = {}
        for answer in new.answers if new is not None else ():
            pool.setdefault((answer.question, answer.repeat), []).append(answer.value)
        for answer in old.answers:
            values = pool.get((answer.question, answer.repeat), [])
            value = values.pop(0) if values else None
            numbers = isinstance(value, int | float) and isinstance(answer.value, int | float)
            same_kind = type(value) is type(answer.value) or (
                numbers and not isinstance(value, bool) and not isinstance(answer.value, bool)
            )
            lost += not (value == answer.value and same_kind)
    return lost


def _without_citations(response: Response) -> Response:
    answers = [Answer(a.question, a.value, a.raw, a.comment, a.repeat) for a in response.answers]
    return attrs.evolve(response, answers=answers)


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx", "parquet"])
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_the_report_does_not_name_is_equal(suffix, data, tmp_path_factory):
    reading = data.draw(readings())
    folder = tmp_path_factory.mktemp("c")
    cb.dump(reading, folder / "in.json")
    done = convert(folder / "in.json", Path(folder, f"out.{suffix}"))
    report = done.losses
    if report is None:
        assert done.unchecked
        return
    before = cb.read(folder / "in.json")
    after = cb.read(Path(folder, f"out.{suffix}"))
    assert report.answers == sum(len(r) for r in before.responses)
    names = {q.id for q in before.questionnaire.questions}
    if "names of questions" not in report and names:
        assert report.answers - report.kept == _unequal(before, after)
    assert (report.kept < report.answers) == any(kind in report for kind in _KINDS)
    if suffix in ("json", "xlsx") and after.questionnaire is not None:
        assert after.questionnaire == before.questionnaire
    if suffix == "json":
        assert report.is_exact
    if suffix == "parquet":  # all but citations, whatever the form and the answers
        assert after.questionnaire == before.questionnaire
        assert after.responses == tuple(map(_without_citations, before.responses))
        assert {loss.kind for loss in report} <= {"citations"}


@settings(max_examples=30, deadline=None)
@given(readings())
def test_a_reading_has_lost_nothing_of_itself(reading):
    report = find_losses(reading, reading)
    assert report.is_exact
    assert report.kept == report.answers
