"""Saved checklists that were damaged, edited or made by an attacker.

What belongs to another visit is refused with a code, and nothing is written. Answers that the form does not offer are
imported as written, each with an issue.
"""

import base64
import csv
import datetime
import io

import attrs
import pytest

import capbuild as cb
from capbuild.errors import CapbuildError, IssuesError
from capbuild.frameworks import load_bundled, visit_questionnaire
from capbuild.model import Answer, Citation, Missing, QuestionMapping, Respondent, Response
from capbuild.workspace import import_visit

FORM = visit_questionnaire(load_bundled("police_cyber", "2.0"))
JPEG = b"\xff\xd8\xff\xe0 an invented picture"
PNG = b"\x89PNG\r\n\x1a\n an invented picture"
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "
ROOM, SIGNATURE = "INF-1.photograph", "form.signature"
PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 2.0"

[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30

[[participants]]
country = "Jamaica"
"""
VISIT = """
[[visits]]
id = "jm"
title = "Visit"
country = "Jamaica"
start = 2016-05-02
end = 2016-05-04
findings = "jamaica.csv"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "visits").mkdir()
    (tmp_path / "programme.toml").write_text(PROGRAMME, "utf-8")
    (tmp_path / "visits" / "visits.toml").write_text(VISIT, "utf-8")
    return tmp_path


def picture(question, content, media="image/jpeg", title="room.jpg", value="room.jpg"):
    link = f"data:{media};base64,{base64.b64encode(content).decode()}"
    return Answer(question, value, citations=(Citation(title=title, link=link),))


def saved(folder, *answers, form=FORM, **more):
    """A file as the page saves it; the folder is that of the programme, where no command looks for it."""
    given = {"place": "Jamaica", "respondent": Respondent(pseudonym="jm"), "language": "en", **more}
    response = Response(id="jm", answers=answers, **given)
    reading = cb.Survey(file="a", format="capbuild-json", questionnaire=form, responses=[response])
    path = folder / "saved.json"
    path.write_text(cb.dumps(reading), "utf-8")
    return path


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def refused(folder, *answers, form=FORM):
    path = saved(folder, *answers, form=form)
    before = names(folder)
    with pytest.raises(CapbuildError) as error:
        import_visit(folder, path)
    assert names(folder) == before
    assert error.value.remedy
    return error.value.code


YES = Answer("INF-1.2a", "yes")


@pytest.mark.parametrize(("content", "suffix"), [(JPEG, ".jpg"), (PNG, ".png"), (WEBP, ".webp")])
def test_a_picture_is_kept_under_the_suffix_of_its_content(folder, content, suffix):
    done = import_visit(folder, saved(folder, YES, picture(ROOM, content, title="../../x.exe", value="x.exe")))
    (kept,) = done.evidence
    assert kept.file.endswith(suffix)
    assert (folder / kept.file).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"<script>alert(1)</script>", "text/html"),
        (b"<svg onload='x()'/>", "image/svg+xml"),
        (b"MZ\x90", "image/jpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (JPEG, "text/html"),
        (b"", "image/jpeg"),
        (b"RIFF....AVI ", "image/webp"),
        (JPEG + b"x" * 2_000_001, "image/jpeg"),
    ],
)
def test_what_is_no_picture_of_a_checklist_is_refused(folder, content, media):
    assert refused(folder, YES, picture(ROOM, content, media)) == "CB673"


@pytest.mark.parametrize("link", ["data:image/jpeg;base64,****", "data:image/jpeg;base64,AAAAA", "DATA:x", "room.jpg"])
def test_a_damaged_picture_is_refused(folder, link):
    assert refused(folder, YES, Answer(ROOM, "room.jpg", citations=(Citation(title="a", link=link),))) == "CB673"


def test_the_form_of_the_file_decides_nothing(folder):
    signature = picture(SIGNATURE, JPEG)
    questions = [attrs.evolve(one, personal=None) for one in FORM.questions]
    mappings = [*FORM.mappings, QuestionMapping(question="INF-1.2a", target="MAN-1.2a")]
    done = import_visit(
        folder, saved(folder, YES, signature, form=attrs.evolve(FORM, questions=questions, mappings=mappings))
    )
    assert [one.evidence.tlp.value for one in done.evidence] == ["TLP:AMBER+STRICT"]
    rows = csv.DictReader(io.StringIO((folder / "visits" / "jamaica.csv").read_text("utf-8")))
    assert {row["criterion"] for row in rows} == {"INF-1.2a"}


@pytest.mark.parametrize(
    "change",
    [
        {"version": "9.9"},
        {"id": "another"},
        {"questions": (*FORM.questions, attrs.evolve(FORM.questions[0], id="EVIL-9"))},
    ],
)
def test_another_form_is_refused(folder, change):
    answers = (YES, Answer("EVIL-9", "yes")) if "questions" in change else (YES,)
    assert refused(folder, *answers, form=attrs.evolve(FORM, **change)) == "CB673"


def test_an_answer_given_twice_and_a_text_too_long_for_a_table_are_refused(folder):
    assert refused(folder, YES, Answer("INF-1.2a", "no")) == "CB673"
    assert refused(folder, YES, Answer("INF-1.note", "x" * 140_000)) == "CB673"


def test_equal_pictures_serve_both_and_have_the_strictest_marking(folder):
    done = import_visit(folder, saved(folder, YES, picture(ROOM, JPEG), picture(SIGNATURE, JPEG)))
    (kept,) = done.evidence
    assert (kept.criteria, kept.evidence.tlp.value) == (("INF-1.2a",), "TLP:AMBER+STRICT")


def test_a_title_is_one_printable_line(folder):
    name = "a\u202eb\x1b[31m\n" + "c" * 500
    done = import_visit(folder, saved(folder, YES, picture(ROOM, JPEG, title=name, value=name)))
    (kept,) = done.evidence
    assert str(kept.evidence.title).isprintable()
    assert len(str(kept.evidence.title)) <= 200


def test_evidence_that_is_recorded_is_reported_and_another_with_its_id_refuses(folder):
    path = saved(folder, YES, picture(ROOM, JPEG))
    (kept,) = import_visit(folder, path).evidence
    (folder / "visits" / "jamaica.csv").unlink()
    assert [issue.code for issue in import_visit(folder, path).issues] == ["CB672"]
    (folder / "visits" / "jamaica.csv").unlink()
    table = folder / "evidence.csv"
    table.write_text(table.read_text("utf-8").replace(kept.file, "evidence/other.jpg"), "utf-8")
    assert refused(folder, YES, picture(ROOM, JPEG)) == "CB672"


def told(done):
    """Code and question of each issue about an answer."""
    return [(issue.code, issue.origin.path) for issue in done.issues if issue.origin and issue.origin.path]


def findings(folder):
    text = (folder / "visits" / "jamaica.csv").read_text("utf-8-sig")
    return {row["criterion"]: row for row in csv.DictReader(io.StringIO(text))}


def test_everything_wrong_is_said_at_once(folder):
    """Faults of the visit and of its answers, each with the file and the question."""
    answers = (
        YES, Answer("INF-1.2a", "no"), Answer("EVIL-9", "yes"), Answer("INF-1.2b", "perhaps"),
        Answer("INF-1.3a [as_of]", datetime.date(2999, 1, 1)), picture(ROOM, b"MZ"), picture(SIGNATURE, b""),
    )  # fmt: skip
    path = saved(folder, *answers, form=attrs.evolve(FORM, version="9.9"), place="Cuba")
    before = names(folder)
    with pytest.raises(IssuesError) as error:
        import_visit(folder, path)
    assert names(folder) == before
    found = [(issue.code, issue.origin.path) for issue in error.value.issues]
    assert found == [
        ("CB673", None), ("CB673", None), ("CB673", "EVIL-9"), ("CB673", "INF-1.2a"), ("CB673", ROOM),
        ("CB673", SIGNATURE), ("CB201", "INF-1.2b"), ("CB670", "INF-1.3a [as_of]"),
    ]  # fmt: skip
    assert all(issue.origin.file == "saved.json" and issue.remedy for issue in error.value.issues)


@pytest.mark.parametrize(
    ("question", "value", "code", "written"),
    [
        ("INF-1.2a", "yes", None, "yes"),
        ("INF-1.2a", "Partly", None, "Partly"),
        ("INF-1.2a", Missing.NOT_OBSERVED, None, "not_observed"),
        ("INF-1.2a", "maybe", "CB201", "maybe"),
        ("INF-1.2a", Missing.REFUSED, "CB201", "refused"),
        ("INF-1.2a", 7, "CB201", "7"),
        ("INF-1.2a", True, "CB201", "True"),
        ("QTY-1.posts", 12, None, "12"),
        ("QTY-1.posts", Missing.DONT_KNOW, None, "dont_know"),
        ("QTY-1.posts", -1, "CB202", "-1"),
        ("QTY-1.posts", 10**9, "CB202", "1000000000"),
        ("QTY-1.posts", "twelve", "CB201", "twelve"),
    ],
)
def test_an_answer_that_the_form_does_not_offer_is_reported_and_kept(folder, question, value, code, written):
    done = import_visit(folder, saved(folder, Answer(question, value), Answer("INF-1.2b", "no")))
    assert told(done) == ([(code, question)] if code else [])
    assert (findings(folder)[question]["answer"], findings(folder)["INF-1.2b"]["answer"]) == (written, "no")


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("basis", "seen", False), ("basis", "felt", True), ("confidence", 3, False), ("confidence", "high", True),
        ("sample", 4, False), ("sample", -4, True), ("route", "nearby", True), ("reason", "no cases", False),
        ("as_of", datetime.date(2016, 5, 3), False), ("as_of", "yesterday", True), ("evidence_kind", "rumour", True),
    ],
)  # fmt: skip
def test_fields_beside_an_answer_are_imported(folder, name, value, wrong):
    beside = f"INF-1.2a [{name}]"
    done = import_visit(folder, saved(folder, YES, Answer(beside, value)))
    assert told(done) == [("CB603", beside)] * wrong
    assert findings(folder)["INF-1.2a"][name] == str(value)


def rounds(folder, *, since="2016-01-01", second="police-cyber 2.0"):
    """Add days to the baseline, and a round in 2018 with an edition of its own."""
    text = PROGRAMME.replace("reference_date", "start = 2016-01-01\nreference_date").replace(
        "[[participants]]",
        f'[[rounds]]\nid = "endline"\nkind = "endline"\nstart = 2018-01-01\nreference_date = 2018-06-30\n'
        f'framework = "{second}"\n\n[[participants]]\nsince = {since}',
    )
    (folder / "programme.toml").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ((2016, 1, 1), None), ((2016, 6, 30), None), ((2015, 12, 31), "CB606"), ((2016, 7, 1), "CB606"),
        ((2018, 2, 1), "CB606"), ((2999, 1, 1), "CB670"),
    ],
)  # fmt: skip
def test_a_day_outside_the_round_or_in_the_future_is_reported(folder, day, code):
    rounds(folder)
    date = datetime.date(*day)
    own = Answer("form.date", date), Answer("INF-1.2a [as_of]", date)
    done = import_visit(folder, saved(folder, YES, *own, date=date))
    assert told(done) == [(code, "date")] * (code is not None)
    for name in ("date, form.date, INF-1.2a [as_of]: ",) * (code is not None):
        assert [issue.message.startswith(name) for issue in done.issues] == [True]
    assert ("'endline'" in "".join(issue.message for issue in done.issues)) is (day == (2018, 2, 1))
    assert findings(folder)["INF-1.2a"]["as_of"] == date.isoformat()


def test_a_country_of_another_round_is_refused(folder):
    rounds(folder, since="2018-01-01")
    assert refused(folder, YES) == "CB403"
    register = folder / "visits" / "visits.toml"
    register.write_text(VISIT.replace("2016", "2018") + 'round = "endline"\n', "utf-8")
    assert import_visit(folder, saved(folder, YES)).visit == "jm"


def test_a_checklist_of_another_rounds_edition_names_that_round(folder):
    rounds(folder, second="police-cyber 1.0")
    form = visit_questionnaire(load_bundled("police_cyber"))
    path = saved(folder, YES, form=form)
    with pytest.raises(IssuesError, match="it is the form of endline") as error:
        import_visit(folder, path)
    assert error.value.code == "CB673"


OWN = """
[framework]
id = "ports"
edition = "1"
title = "Ports"

[[scales]]
id = "levels"
levels = [{ code = "L1", label = "One" }, { code = "L2", label = "Two" }]

[[nodes]]
id = "A"
title = "Gates"
criteria = [
    { id = "A.2a", step = 2, text = "A guard stands at each gate." },
    { id = "A.2b", step = 2, text = "Visitors sign a register." },
]

[labels]
"form.about" = "About the visit"
"form.respondent" = "Name"
"form.office" = "Office"
"form.date" = "Date"
"form.photograph" = "Photograph"
"""


def test_a_photograph_supports_what_was_seen_in_a_framework_without_kinds_of_check(folder):
    """Its date is that of the form; who answered is reported, and the name is in no file."""
    (folder / "frameworks").mkdir()
    (folder / "frameworks" / "ports.toml").write_text(OWN, "utf-8")
    (folder / "programme.toml").write_text(PROGRAMME.replace("police-cyber 2.0", "ports 1"), "utf-8")
    form = visit_questionnaire(cb.open_workspace(folder).framework)
    answers = (
        Answer("form.respondent", "Ana Invented"), Answer("form.office", "Port"),
        Answer("form.date", datetime.date(2016, 5, 3)), Answer("A.2a", "yes"), Answer("A.2b", "yes"),
        Answer("A.2b [basis]", "told"), picture("A.photograph", JPEG),
    )  # fmt: skip
    path = saved(folder, *answers, form=form)
    done = import_visit(folder, path)
    (kept,) = done.evidence
    assert (kept.criteria, kept.evidence.date) == (("A.2a",), datetime.date(2016, 5, 3))
    assert [(one.code, one.severity.value) for one in done.issues] == [("CB205", "note")]
    assert "Name, Office" in done.issues[0].message
    path.unlink()
    assert not [name for name in names(folder) if b"Invented" in (folder / name).read_bytes()]
    cited = {one.target: bool(one.evidence) for one in cb.open_workspace(folder).collect("baseline").findings}
    assert cited == {"A.2a": True, "A.2b": False}
