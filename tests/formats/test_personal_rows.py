"""Personal answers of long tables: flagged by their question or their text, and left out where that is asked for."""

import pytest

import capbuild as cb
from capbuild.io import iter_read
from capbuild.model import Response

TEXT = """country,question,answer,comment
Jamaica,Law?,yes,
Jamaica,E-mail,ann@example.org,
Jamaica,Contact,bob@example.org,
Jamaica,Your name,Ann,call Ann
Jamaica,Nombre,12,
Belize,Law?,no,
Belize,Your name,,
"""
PRIVATE = ("ann@example.org", "bob@example.org", "Ann")


def test_personal_questions_are_flagged_in_form_and_issues(read_text):
    found = read_text(TEXT)
    flagged = {q.id: q.personal.value for q in found.form.questions if q.personal}
    assert flagged == {"E-mail": "e-mail", "Contact": "e-mail", "Your name": "name"}
    assert found.codes == {"CB132": 3}
    assert found.answers()["Your name"] == "Ann"


def test_personal_rows_are_left_out_and_counted(read_text):
    found = read_text(TEXT, drop_personal=True)
    assert [(r.place, [a.question for a in r.answers]) for r in found.responses] == [
        ("Jamaica", ["Law?", "Nombre"]),
        ("Belize", ["Law?"]),
    ]
    assert [q.id for q in found.form.questions] == ["Law?", "Nombre"]
    # The four answers that reveal somebody, of which one is blank, and a comment beside one of them.
    assert (found.account.buckets["private"], dict(found.account.left_out)) == (3, {})


@pytest.mark.parametrize("way", ["read", "scan", "iter_read"])
@pytest.mark.parametrize(
    "text",
    [TEXT, "country,Your name,E-mail,Law?\nJamaica,Ann,ann@example.org,yes,bob@example.org\nBelize,Ann,,no\n"],
)
def test_nothing_personal_passes_on_any_way(way, text):
    options = {"drop_personal": True}
    if way == "scan":
        said = [
            (a.question, a.value, a.raw, a.comment)
            for row in cb.scan(text.encode(), name="a.csv", options=options)
            for a in row
        ]
    elif way == "read":
        said = cb.read(text.encode(), name="a.csv", options=options)
        said = [said, list(said.issues), [list(r) for r in said.responses]]
    else:
        items = iter_read(text.encode(), name="a.csv", options=options)
        said = [list(item) if isinstance(item, Response) else item for item in items]
    assert "Law?" in repr(said)
    assert [word for word in PRIVATE if word in repr(said)] == []


def test_a_column_of_answers_that_are_mostly_personal_is_judged_row_by_row(read_text):
    text = "country,question,answer\nCuba,Contact,a@example.org\nPeru,Contact,b@example.org\nPeru,Law?,yes\n"
    assert read_text(text).codes == {"CB132": 1}
    found = read_text(text, drop_personal=True)
    assert [(r.place, found.answers()) for r in found.responses] == [("Peru", {"Law?": "yes"})]


def test_a_column_of_a_wide_table_is_still_dropped_whatever_its_head(read_text):
    found = read_text("country,Score,Law?\nCuba,a@example.org,yes\nPeru,b@example.org,no\n", drop_personal=True)
    assert found.answers() == {"Law?": "yes"}
