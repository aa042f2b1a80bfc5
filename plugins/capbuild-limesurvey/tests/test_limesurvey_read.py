"""Structures and responses of a made survey with a question of every type."""

import csv
import datetime
import io

import pytest

from capbuild.model import Missing, QuestionType, ResponseStatus, SkipRule

SENT = {"id": "9", "submitdate": "2016-03-14 10:00:00", "lastpage": "1", "startlanguage": "es", "seed": "1"}
#: What the stored answers say, by question.
SAID = {
    "name": "Ms A",
    "country": "JM",
    "unit": Missing.DONT_KNOW,
    "crime": "-oth-",
    "crime_other": "Piracy",
    "tools": ("lap", "-oth-"),
    "tools_other": "Drones",
    "steps": ("law",),
    "steps_lawcomment": "in parliament",
    "steps_tracomment": Missing.NO_ANSWER,
    "rank": ("r3", "r1"),
    "array_one": "2",
    "array_two": Missing.NO_ANSWER,
    "dual_now_0": "a",
    "dual_now_1": "z",
    "cells_m_y1": 12,
    "cells_w_y1": 0,
    "many_staff": 7.5,
    "many_posts": Missing.NOT_ASKED,
    "count": 3,
    "since": datetime.date(2015, 4, 1),
    "works": True,
    "file": "plan.pdf",
}


def test_a_survey_with_every_type(lss, read):
    form = read(lss).form
    kinds = {q.id: q.type for q in form.questions if q.parent is None}
    assert kinds["tools"] is kinds["steps"] is QuestionType.SELECT_MULTIPLE
    assert kinds["array"] is kinds["note"] is QuestionType.NOTE
    assert kinds["rank"] is QuestionType.RANKING
    assert form["array_one"].parent == "array"
    assert [(c.code, c.label.source, c.score) for c in form["array_one"].choices] == [("1", "low", 1), ("2", "high", 2)]
    assert [c.code for c in form["dual_now_1"].choices] == ["z"]
    assert form["cells_m_y1"].text.source == "Men | 2015"
    assert [(c.code, c.other) for c in form["crime"].choices] == [("A1", False), ("A2", False), ("-oth-", True)]
    assert form["unit"].choice("DK").missing is Missing.DONT_KNOW
    assert form.languages == ("en", "es")


def test_texts_are_clean_in_every_language_and_the_markup_is_kept(lss, read):
    text = read(lss).form["name"].text
    assert (text.get("en"), text.get("es"), text.get("en-x-html")) == ("About name", "Sobre name", "<p>About name</p>")


def test_an_archive(lsa, stored, read):
    found = read(lsa([(SENT, stored)]), "a.lsa")
    assert found.answers() == SAID
    response = found.responses[0]
    assert response["unit"].comment == "ask again"
    assert (response.place, response.language, response.date) == ("Jamaica", "es", datetime.date(2016, 3, 14))
    assert str(response["rank"].origin) == ("a.lsa!survey_77_responses.lsr /document/responses/rows/row[1]/_77X5X1701")
    assert found.account.absent == {"don't know": 1, "no answer": 2, "not asked": 1}
    assert found.account.cells == 27


def test_null_is_not_asked_and_empty_is_not_answered(lsa, stored, read):
    ticks = {"tools_lap": None, "tools_pho": None, "tools_other": None}
    empty = {"tools_lap": "", "tools_pho": "", "tools_other": ""}
    found = read(lsa([(SENT, {**stored, **ticks}), (SENT, {**stored, **empty})]), "a.lsa")
    assert [r["tools"].value for r in found.responses] == [Missing.NOT_ASKED, Missing.NO_ANSWER]


def test_anonymised_and_unfinished_responses(lsa, stored, read):
    rows = [({**SENT, "submitdate": "1980-01-01 00:00:00"}, stored), ({**SENT, "submitdate": None}, stored)]
    found = read(lsa(rows), "a.lsa")
    assert [r.status for r in found.responses] == [ResponseStatus.SUBMITTED, ResponseStatus.PARTIAL]
    assert [r.date for r in found.responses] == [None, None]
    assert found.codes.count("LIME3") == 1


def test_participants_are_passed_over_and_said_to_be(lsa, stored, read):
    found = read(lsa([(SENT, stored)], {"survey_77_tokens.lst": "<document/>"}), "a.lsa")
    assert [(a.sheet, bool(a.skipped)) for a in found.accounts[1:]] == [("survey_77_tokens.lst", True)]


def test_the_responses_of_an_archive_are_those_that_it_calls_so(lsa, stored, read):
    more = {"survey_77_old_survey.lsr": "<document/>", "resources/a.png": "x", "survey_77_timings.lsi": "<document/>"}
    found = read(lsa([(SENT, stored)], more), "a.lsa")
    assert len(found.responses) == 1
    assert {a.sheet: a.skipped for a in found.accounts[1:]} == {
        "survey_77_old_survey.lsr": "the archive contains another survey or file of this kind; only the first is read",
        "resources/a.png": "it is no table of answers, and no survey",
        "survey_77_timings.lsi": "it contains the time spent on each question",
    }


def rows_of(rows, delimiter):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def bracketed(code):
    """The head that a response export gives a column."""
    question, *tails = code.split("_")
    if question == "cells":
        return f"{question}[{'_'.join(tails)}]"
    return question + "".join(f"[{tail}]" for tail in tails)


TEXTS = {"tools_lap": "About tools [Laptops]", "many_staff": "About many [Staff]"}


@pytest.fixture
def definition(lss, tmp_path):
    path = tmp_path / "survey_77.lss"
    path.write_text(lss, "utf-8")
    return path


@pytest.mark.parametrize("headers", ["codes", "both"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_response_export_with_its_definition(stored, read, definition, headers, delimiter):
    named = [bracketed(code) if headers == "codes" else f"{bracketed(code)}. Some text" for code in stored]
    data = rows_of(
        [[*SENT, *named], [*SENT.values(), *("N/A" if v is None else v for v in stored.values())]], delimiter
    )
    found = read(data, "results.csv", definition=definition)
    assert found.answers() == SAID
    assert [column.name for column in found.account.columns if column.use.value == "ignored"] == []


def test_a_response_export_with_texts_as_heads_and_as_answers(read, definition):
    headers = [
        "Response ID",
        "Date submitted",
        "Last page",
        "Start language",
        "About country",
        "About crime",
        *TEXTS.values(),
    ]
    data = rows_of([headers, ["4", "2016-03-14", "1", "en", "Barbados", "Fraud", "Yes", "12,5"]], ";")
    found = read(data, "results.csv", definition=definition)
    assert found.answers() == {"country": "BB", "crime": "A1", "tools": ("lap",), "many_staff": 12.5}
    assert (found.responses[0].id, found.responses[0].place) == ("4", "Barbados")


def test_a_response_export_alone_is_a_draft(read):
    headers = ["id", "submitdate", "lastpage", "startlanguage", "q1[a]", "q1[b]", "q1[other]", "q2[x]", "age", "email"]
    data = rows_of([headers, ["1", "2016-01-01", "1", "en", "Y", "", "", "3", "41", "a@b.org"]], ",")
    found = read(data, "results.csv")
    assert found.form.inferred
    assert found.answers() == {"q1": ("a",), "q1_other": Missing.NO_ANSWER, "q2_x": 3, "age": 41, "email": "a@b.org"}
    assert found.account.columns[-1].personal.value == "e-mail"
    dropped = read(data, "results.csv", drop_personal=True)
    assert "email" not in dropped.answers()
    assert sum(dropped.account.left_out.values()) == 1


def test_a_column_that_the_definition_lacks_is_kept_and_told(read, definition):
    data = rows_of([[*SENT, "name", "later"], [*SENT.values(), "A", "new"]], ",")
    found = read(data, "results.csv", definition=definition)
    assert found.answers() == {"name": "A", "later": "new"}
    assert (found.form["later"].inferred, "CB131" in found.codes) == (True, True)


def test_a_vv_file(stored, read, definition):
    answers = ["{question_not_shown}" if value is None else value for value in stored.values()]
    answers[0] = "{quote}A{quote}{tab}b{newline}{lbrace}c"
    rows = [["Response ID", *["text"] * (len(SENT) - 1 + len(stored))], [*SENT, *stored], [*SENT.values(), *answers]]
    found = read(rows_of(rows, "\t"), "vvexport_77.csv", definition=definition)
    assert found.answers() == {**SAID, "name": '"A"\tb\n{c'}


def old_layout(dump):
    questions = [
        {
            "qid": "3",
            "parent_qid": "0",
            "sid": "8",
            "gid": "1",
            "type": "L",
            "title": "q",
            "question": text,
            "help": "",
            "other": "N",
            "mandatory": "Y",
            "question_order": "0",
            "language": language,
            "relevance": "p.NAOK > 1",
        }
        for language, text in (("en", "Why?"), ("nl", "Waarom?"))
    ]
    first = [
        {**row, "qid": "2", "type": "N", "title": "p", "relevance": "1", "question_order": "-1"} for row in questions
    ]
    answers = [
        {
            "qid": "3",
            "code": "A1",
            "answer": text,
            "sortorder": "1",
            "assessment_value": "2",
            "language": language,
            "scale_id": "0",
        }
        for language, text in (("en", "Because"), ("nl", "Daarom"))
    ]
    groups = [
        {"gid": "1", "sid": "8", "group_name": text, "group_order": "0", "language": language}
        for language, text in (("en", "Part"), ("nl", "Deel"))
    ]
    return dump(version="178", languages=("en", "nl"), answers=answers, groups=groups, questions=[*questions, *first])


def test_the_old_layout_repeats_rows_by_language(dump, read):
    form = read(old_layout(dump)).form
    assert [q.id for q in form.questions] == ["p", "q"]
    question = form["q"]
    assert (question.text.get("en"), question.text.get("nl"), question.required) == ("Why?", "Waarom?", True)
    assert [(c.code, c.label.get("nl"), c.score) for c in question.choices] == [("A1", "Daarom", 2)]
    assert question.skip == SkipRule(expression="p.NAOK > 1", dialect="expression", questions=("p",))
    assert form.groups[0].title.get("nl") == "Deel"


STRUCTURE = """\
class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\tmandatory\tother
S\t\tlanguage\t\ten
S\t\tadditional_languages\t\tfr
SL\t\tsurveyls_title\t\tUnits\t\ten
SL\t\tsurveyls_title\t\tUnités\t\tfr
G\t1\tFirst\tage > 3\t\t\ten
Q\tM\ttools\t1\tTools\tTick all\ten\tY\tN
SQ\t\tlap\t\tLaptops\t\ten
Q\tL\twhy\ttools_lap.NAOK == "Y"\tWhy?\t\ten\tN\tY
A\t0\tA1\t5\tCost\t\ten
Z\t\tx\t\t\t\ten
G\t1\tPremier\t\t\t\tfr
Q\tM\ttools\t1\tOutils\t\tfr\tY\tN
SQ\t\tlap\t\tOrdinateurs\t\tfr
Q\tL\twhy\t1\tPourquoi ?\t\tfr\tN\tY
A\t0\tA1\t5\tCoût\t\tfr
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_tab_separated_structure(read, encoding):
    found = read(STRUCTURE.encode(encoding), "survey.txt")
    form = found.form
    assert [q.id for q in form.questions] == ["tools", "why", "why_other"]
    assert (form.title.get("fr"), form.languages, len(form.groups)) == ("Unités", ("en", "fr"), 1)
    assert form["tools"].choices[0].label.get("fr") == "Ordinateurs"
    assert form["why"].skip.expression == '(age > 3) and (tools_lap.NAOK == "Y")'
    assert (form["why"].skip.questions, form["why"].choices[0].score) == (("tools",), 5)
    assert [(i.code, i.origin.row) for i in found.issues if i.code != "CB106"] == [("LIME4", 11)]
    assert ("CB106" in found.codes) == (encoding == "cp1252")
