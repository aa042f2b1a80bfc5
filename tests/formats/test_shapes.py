"""The three shapes, as tables: what one row is, who it is from, and where every cell went."""

import datetime

import pytest

from capbuild.errors import ReadError
from capbuild.model import Missing


def test_one_row_a_respondent(read_table_of):
    found = read_table_of("""
        | Country | Agency      | Date       | TEC-2.2a | TEC-2.2b   | Comments  |
        | Jamaica | police      | 2016-03-14 | yes      | don't know | late      |
        | Jamaica | prosecution | 2016-03-15 | no       |            |           |
    """)
    first, second = found.responses
    assert (first.place, first.respondent.pseudonym, first.date) == ("Jamaica", "police", datetime.date(2016, 3, 14))
    assert found.answers(0) == {
        "Agency": "police", "TEC-2.2a": "yes", "TEC-2.2b": Missing.DONT_KNOW, "Comments": "late",
    }  # fmt: skip
    assert found.answers(1) == {
        "Agency": "prosecution", "TEC-2.2a": "no", "TEC-2.2b": Missing.NO_ANSWER, "Comments": Missing.NO_ANSWER,
    }  # fmt: skip
    assert str(second["TEC-2.2b"].origin) == "a.csv:E3"
    assert first["TEC-2.2b"].raw == "don't know"
    assert [found.use(name) for name in ("Country", "Agency", "Date", "TEC-2.2a", "Comments")] == [
        "country",
        "respondent",
        "metadata",
        "question",
        "remark",
    ]
    assert (found.account.rows_in, found.account.rows_out, found.account.cells) == (2, 2, 8)
    assert found.issues == []


def test_long(read_table_of):
    found = read_table_of("""
        | País  | Pregunta | Respuesta | Observaciones | Institución | Peso |
        | Cuba  | TEC-2.2a | sí        | ver anexo     | policía     | 1    |
        | Haïti | TEC-2.2a | no sabe   |               | policía     | 1    |
        | Cuba  | TEC-2.2b | no        |               | policía     | 2    |
    """)
    cuba, haiti = found.responses
    assert (cuba.place, cuba.respondent.pseudonym, haiti.place) == ("Cuba", "policía", "Haïti")
    assert found.answers(0) == {"TEC-2.2a": "sí", "TEC-2.2a [Peso]": 1, "TEC-2.2b": "no", "TEC-2.2b [Peso]": 2}
    assert found.answers(1) == {"TEC-2.2a": Missing.DONT_KNOW, "TEC-2.2a [Peso]": 1}
    assert (cuba["TEC-2.2a"].comment, cuba["TEC-2.2a [Peso]"].comment) == ("ver anexo", None)
    assert str(cuba["TEC-2.2b"].origin) == "a.csv:C4"
    assert [question.id for question in found.form.questions] == list(found.answers(0))
    assert dict(found.account.left_out) == {}
    assert found.account.rows_out == 3


def test_long_with_the_code_and_the_text_of_the_question_and_a_score(read_table_of):
    found = read_table_of("""
        | Country | Code | Question       | Answer | Score |
        | Belize  | L1   | Is there a law | Yes    | 4     |
        | Belize  | L2   | Is there a lab | No     |       |
    """)
    assert found.answers() == {"L1": "Yes", "L1 [Score]": 4, "L2": "No", "L2 [Score]": Missing.NO_ANSWER}
    assert [(q.id, str(q.text)) for q in found.form.questions] == [
        ("L1", "Is there a law"), ("L1 [Score]", "Is there a law [Score]"),
        ("L2", "Is there a lab"), ("L2 [Score]", "Is there a lab [Score]"),
    ]  # fmt: skip


def test_the_questionnaire_of_the_library_comes_back_filled_in(read_text):
    text = (
        '"Police cyber, police-cyber 1.0",,,,,\n'
        "criterion,dimension,indicator,question,answer,comment\n"
        "TEC-2.2a,Technology,Devices,Is there a room?,yes,since 2015\n"
        "TEC-2.2b,Technology,Devices,Is it locked?,,\n"
        '"# yes = yes, no = no",,,,,\n'
    )
    found = read_text(text, country="Aruba", language="nl")
    (response,) = found.responses
    assert (response.place, response.language, response["TEC-2.2a"].comment) == ("Aruba", "nl", "since 2015")
    assert found.answers() == {"TEC-2.2a": "yes", "TEC-2.2b": Missing.NO_ANSWER}
    assert dict(found.account.rows_left_out) == {"title or note above the header": 1, "comment line": 1}
    assert str(response["TEC-2.2b"].origin) == "a.csv:E4"


def test_one_row_a_country_flags_a_country_that_stands_twice(read_table_of):
    found = read_table_of("""
        | country | C.1 | C.2 |
        | Angola  | 20  | 0   |
        | Benin   | 40  | 80  |
        | Togo    | 60  |     |
        | Chad    | 60  | 20  |
        | Mali    | 60  | 20  |
        | Gabon   | 60  | 20  |
        | ANGOLA  | 40  | 20  |
    """)
    assert len(found.responses) == 7
    assert found.answers(0) == {"C.1": 20, "C.2": 0}
    issue = found.issue("CB204")
    assert (issue.origin.row, "row 2" in issue.message) == (8, True)


def test_many_anonymous_respondents_of_one_country_are_no_second_returns(read_table_of):
    found = read_table_of("""
        | country | Q1 |
        | Belize  | 1  |
        | Belize  | 2  |
        | Guyana  | 1  |
    """)
    assert found.issues == []
    assert [r.respondent.pseudonym for r in found.responses] == ["row 2", "row 3", "row 4"]


def test_two_returns_of_one_respondent_are_kept_and_flagged(read_table_of):
    found = read_table_of("""
        | country | agency | Q1 |
        | Belize  | police | 1  |
        | Guyana  | police | 2  |
        | Belize  | Police | 3  |
    """)
    assert len(found.responses) == 3
    assert found.codes == {"CB204": 1}
    assert found.issue("CB204").origin.row == 4


def test_a_question_asked_twice_in_a_long_table(read_table_of):
    found = read_table_of("""
        | country | question | answer |
        | Belize  | Q1       | yes    |
        | Belize  | Q1       | no     |
    """)
    assert found.codes == {"CB203": 1}
    assert [answer.value for answer in found.responses[0]] == ["yes", "no"]


def test_a_question_asked_twice_by_the_options(read_table_of):
    found = read_table_of(
        """
        | country | P1 | P2 |
        | Belize  | 1  | 2  |
        """,
        columns={"P1": "TEC-1.1a", "P2": "TEC-1.1a"},
    )
    assert found.codes == {"CB203": 1}
    assert found.answers() == {"TEC-1.1a": 1, "TEC-1.1a (2)": 2}


def test_options_name_roles_questions_and_what_to_ignore(read_table_of):
    found = read_table_of(
        """
        | Where  | Who    | P1    | P2 | Internal |
        | Belize | police | maybe | 9  | x        |
        """,
        columns={"where": "country", "WHO": "respondent", "P1": "TEC-1.1a", "Internal": "ignore"},
        answers={"Maybe": "partly"},
        missing={"9": "refused"},
    )
    assert found.answers() == {"TEC-1.1a": "partly", "P2": Missing.REFUSED}
    assert found.responses[0]["TEC-1.1a"].raw == "maybe"
    assert (found.responses[0].place, found.responses[0].respondent.pseudonym) == ("Belize", "police")
    assert (found.use("Internal"), dict(found.account.left_out)) == ("ignored", {"ignored, as set in the options": 1})
    assert found.issues == []


def test_a_long_table_needs_a_question(read_text):
    with pytest.raises(ReadError) as caught:
        read_text("country,a,b\nBelize,1,2\n", shape="long")
    assert caught.value.code == "CB116"
    assert "columns" in caught.value.remedy


@pytest.mark.parametrize(
    ("head", "question"),
    [("Q1 comment", "Q1"), ("Comentario Q1", "Q1"), ("Q1 - Remarques", "Q1"), ("Opmerking: Q2", "Q2")],
)
def test_a_comment_goes_with_its_question(read_table_of, head, question):
    found = read_table_of(f"""
        | country | Q1 | Q2 | {head} |
        | Belize  | 1  | 2  | why    |
    """)
    assert found.responses[0][question].comment == "why"
    assert found.answers() == {"Q1": 1, "Q2": 2}
    assert found.use(head) == "remark"


def test_a_comment_behind_each_question(read_table_of):
    found = read_table_of("""
        | country | Q1 | Comment | Q2 | Comment |
        | Belize  | 1  | one     |    | two     |
    """)
    assert [(a.question, a.comment) for a in found.responses[0]] == [("Q1", "one"), ("Q2", "two")]


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        ("Country,Q1,Q2", "Perú"),
        ("País,P1,P2", "Perú"),
        ("Pays,Q1,Q2", "Perú"),
        ("Land,V1,V2", "Perú"),
        ("Q1,Q2,Q3", None),
    ],
)
def test_the_country_in_five_languages(read_text, headers, place):
    found = read_text(f"{headers}\nPerú,si,no\n")
    assert found.responses[0].place == place
    assert found.codes == ({} if place else {"CB104": 1})


def test_a_row_without_its_country_is_kept_and_flagged(read_table_of):
    found = read_table_of("""
        | country | Q1 | Q2 |
        | Belize  | 1  | 2  |
        |         | 3  | 4  |
    """)
    assert found.issue("CB206").origin.row == 3
    assert [response.place for response in found.responses] == ["Belize", None]


def test_a_moment_has_a_zone_or_stays_text(read_table_of):
    found = read_table_of("""
        | country | timestamp                 | Q1 |
        | Belize  | 2016-03-01T13:21:00-06:00 | 1  |
        | Guyana  | 2016-03-02T13:21:00       | 2  |
        | Haiti   | 03/04/2016                | 3  |
    """)
    first, second, third = found.responses
    zone = datetime.timezone(datetime.timedelta(hours=-6))
    assert first.submitted == datetime.datetime(2016, 3, 1, 13, 21, tzinfo=zone)
    assert (second.submitted, second.date) == (None, datetime.date(2016, 3, 2))
    assert second["timestamp"].value == "2016-03-02T13:21:00"
    assert (third.date, third["timestamp"].value) == (None, "03/04/2016")


def test_personal_columns_are_flagged_and_can_be_dropped(read_table_of):
    table = """
        | country | E-mail         | Teléfono | Contacto       | IP Address | Q1 |
        | Belize  | a@example.org  | 555      | b@example.org  | 192.0.2.1  | 1  |
        | Guyana  | c@example.org  |          | d@example.org  | 192.0.2.2  | 2  |
    """
    kept = read_table_of(table)
    assert kept.codes == {"CB132": 4}
    assert {c.name: c.personal.value for c in kept.account.columns if c.personal} == {
        "E-mail": "e-mail",
        "Teléfono": "telephone",
        "Contacto": "e-mail",
        "IP Address": "network address",
    }
    assert kept.answers(0)["E-mail"] == "a@example.org"
    dropped = read_table_of(table, drop_personal=True)
    assert dropped.answers(0) == {"Q1": 1}
    assert (dropped.account.buckets["private"], dropped.account.buckets["answer"]) == (7, 2)
    assert dict(dropped.account.left_out) == {}
    assert dropped.codes == {}


def test_an_inferred_form_says_so(read_table_of):
    form = read_table_of("""
        | country | Q1 | Q2  | Q3         | Q4 |
        | Belize  | 1  | 1.5 | 2016-03-01 | a  |
        | Guyana  | 2  | 2.5 | 2016-03-02 | b  |
    """).form
    assert form.inferred
    assert [question.type.value for question in form.questions] == ["integer", "decimal", "date", "text"]
    assert all(question.inferred for question in form.questions)
