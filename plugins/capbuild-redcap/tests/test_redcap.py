"""Dictionaries, records and project XML of REDCap."""

import datetime

import pytest

from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, QuestionType, ResponseStatus
from capbuild.plugins import ReadLimits

UNIT = {
    "redcap_event_name": "before_arm_1", "country": "Jamaica", "contact": "a@example.org", "law": True,
    "law_year": 2015, "units": ("1", "2"),
    "budget": 4.5, "skill": "2", "skill2": Missing.DONT_KNOW, "unit_complete": "2",
}  # fmt: skip
DAY = datetime.date(2016, 3, 31)


def test_a_dictionary_is_a_questionnaire(read, samples):
    found = read(samples["dictionary"])
    form = found.form
    assert [q.id for q in form.questions][:4] == ["record_id", "country", "contact", "law"]
    assert (form["law_year"].minimum, form["law_year"].maximum, form["law_year"].hint.source) == (
        1900,
        2100,
        "four digits",
    )
    assert (form["law_year"].skip.expression, form["law_year"].skip.questions) == ("[law] = '1'", ("law",))
    assert [(c.code, c.label.source, c.exclusive) for c in form["units"].choices] == [
        ("1", "CERT", False), ("2", "Lab, mobile", False), ("-1", "None", True)
    ]  # fmt: skip
    assert form["skill"].choice("9").missing is Missing.DONT_KNOW
    assert form["skill"].group == form["skill2"].group == "unit: skills"
    assert (form["country"].required, form["contact"].personal.value, form["law"].type) == (True, "e-mail", "boolean")
    assert (form["note1"].type, form["note1"].text.source) == (QuestionType.NOTE, "Thank you")
    assert (found.responses, found.account.skipped != "") == ((), True)


def test_duplicate_fields_and_choices_are_reported(read, samples):
    more = 'law,unit,,text,Again,,,,,,,,,,,,,\nx,unit,,radio,X,"1, A | 1, B",,,,,,,,,,,,\n,unit,,text,,,,,,,,,,,,,,\n'
    found = read(samples["dictionary"] + more)
    assert found.codes == ["RED2"] * 3
    assert [c.label.source for c in found.form["x"].choices] == ["A"]


def test_records_are_typed_by_the_dictionary(read, samples):
    found = read(samples["records"], definition=samples["dictionary"].encode())
    first, after, second = found.responses
    assert found.answers() == {
        **UNIT, ("staff", 1): 12, ("held", 1): DAY, ("course_complete", 1): "2", ("staff", 2): Missing.DONT_KNOW,
        ("held", 2): Missing.NO_ANSWER, ("course_complete", 2): "0",
    }  # fmt: skip
    assert (first.id, first.respondent.pseudonym, first.place, first.status) == (
        "1 before_arm_1", "1", "Jamaica", ResponseStatus.PARTIAL
    )  # fmt: skip
    assert first["budget"].raw == "4,5"
    assert first["staff"].origin.row == 3
    assert {a.value for a in after if a.question != "redcap_event_name"} == {Missing.NOT_ASKED}
    assert second["law_year"].value is Missing.NOT_ASKED  # hidden by branching logic
    assert second["units"].value is Missing.NO_ANSWER  # begun, nothing ticked
    assert second["skill"].value == "7"
    assert [i.message for i in found.issues if i.code == "CB201"] == ["'7' is not a choice of skill (skill)"]
    assert [group.id for group in found.form.groups if group.repeat] == ["course"]
    assert (found.account.rows_in, found.account.rows_out) == (5, 5)


def test_labels_are_read_as_their_codes(read, samples):
    found = read(samples["labelled"], definition=samples["dictionary"].encode())
    wanted = {**UNIT, "redcap_event_name": "Before", ("staff", 1): 12, ("held", 1): DAY, ("course_complete", 1): "2"}
    assert wanted.items() <= found.answers().items()
    assert found.responses[0]["skill"].raw == "High"
    assert "CB201" not in found.codes


@pytest.mark.parametrize("kind", ["records", "labelled"])
def test_without_a_dictionary_questions_are_drafted(read, samples, kind):
    found = read(samples[kind])
    answers = found.answers()
    units = answers["units" if kind == "records" else "Which units exist?"]
    assert units == (("1", "2") if kind == "records" else ("CERT", "Lab_mobile"))
    assert answers["staff" if kind == "records" else "Staff trained", 1] in (12, "12")
    assert found.form.inferred
    # The country is asked at the first event alone.
    assert [response.place for response in found.responses] == ["Jamaica", "Jamaica", "Peru"]


def test_a_dictionary_beside_the_records_is_used(read, samples, tmp_path):
    (tmp_path / "needs_data.csv").write_text(samples["records"], "utf-8")
    (tmp_path / "needs_dictionary.csv").write_text(samples["dictionary"], "utf-8")
    (tmp_path / "needs_other.csv").write_text(samples["dictionary"].replace("skill2", "skill3"), "utf-8")
    found = read(tmp_path / "needs_data.csv", "needs_data.csv")
    assert found.answers()["units"] == ("1", "2")
    assert [i.message for i in found.issues if i.code == "CB126"] == [
        "needs_data.csv is read with needs_dictionary.csv, found beside it"
    ]


def test_missing_data_codes(read, samples):
    records = "record_id,country,skill,units___1,units___2,units____1,units___ni,unit_complete\n1,Peru,-99,0,0,0,1,2\n"
    found = read(records, definition=samples["dictionary"].encode(), missing={"-99": "refused"})
    answers = found.answers()
    assert (answers["skill"], answers["units"]) == (Missing.REFUSED, Missing.NO_ANSWER)
    assert found.responses[0]["units"].raw == "1"
    assert "NA" not in read("record_id,country,form_complete\n1,NA,2\n").codes
    assert read("record_id,country,form_complete\n1,NA,2\n").responses[0].place == "NA"  # Namibia


def test_blanks_that_r_writes(read):
    found = read('"","record_id","country","law","a_complete"\n"1","7","Peru",NA,2\n')
    assert (found.responses[0].id, found.answers()) == (
        "7", {"country": "Peru", "law": Missing.NO_ANSWER, "a_complete": "2"}
    )  # fmt: skip


def test_dates_and_survey_marks(read):
    records = (
        "record_id,redcap_survey_identifier,a_timestamp,country,a_complete,b_timestamp,x,b_complete\n"
        "1,x@example.org,2016-03-31 10:00:00,Peru,2,[not completed],,0\n\n"
        "1,,2016-04-01 10:00:00,Cuba,2,,,\n"
    )
    found = read(records)
    assert [r.date for r in found.responses] == [DAY, datetime.date(2016, 4, 1)]
    assert "CB212" in found.codes
    assert found.form["redcap_survey_identifier"].personal.value == "identifier"


def test_ragged_and_blank_rows_are_reported(read):
    found = read("record_id,country,a_complete\n1,Peru,2,more\n,,\n2,Cuba,2\n2,Chile,2\n3,Peru,2\n2,Peru,2\n")
    assert "CB109" in found.codes
    assert "CB212" in found.codes
    assert dict(found.account.rows_left_out) == {"blank": 1}


def test_a_project_holds_definitions_and_records(read, samples):
    found = read(samples["project"], "a.xml")
    before, after, other = found.responses
    assert found.form.title.source == "Needs of units"
    assert [group.title.source for group in found.form.groups] == ["Your unit", "Courses"]
    assert found.answers() == {
        "redcap_event_name": "before_arm_1", "country": "Jamaica", "units": ("2",), "skill": Missing.REFUSED,
        "plan": "plan.txt", "unit_complete": "2", ("staff", 1): 12, ("course_complete", 1): "2", ("staff", 2): 7,
        ("course_complete", 2): "2",
    }  # fmt: skip
    assert (before.status, after.status, after.id) == ("submitted", "partial", "1 after_arm_1")
    assert (after["country"].value, other["units"].value) == (Missing.NO_ANSWER, Missing.NO_ANSWER)
    assert str(before["country"].origin).endswith("FormData[1]/ItemGroupData[1]/ItemData[2]/@Value")
    subject = "/ODM/ClinicalData[1]/SubjectData"
    assert [one.origin.path for one in found.responses] == [
        f"{subject}[1]/StudyEventData[1]", f"{subject}[1]/StudyEventData[2]", f"{subject}[2]"
    ]  # fmt: skip
    assert {one.questionnaire for one in found.responses} == {"Project.Needs"}


def test_a_record_with_another_id_in_its_answers_is_reported(read, samples):
    data = samples["project"].replace('"record_id" Value="1"', '"record_id" Value="7"')
    (issue,) = [issue for issue in read(data, "a.xml").issues if issue.code == "RED2"]
    assert issue.message == "the record '1' has the id '7' in its answers"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xml", "<ODM xmlns:redcap='https://projectredcap.org'><Study/></ODM>", "RED1"),
        ("a.xml", "<ODM xmlns:redcap='https://projectredcap.org'><Study>", "CB128"),
        ("a.xml", "<!DOCTYPE ODM [<!ENTITY x 'y'>]><ODM>&x;</ODM>", "CB128"),
        ("a.csv", "\n\n", None),
        ("a.csv", "Variable / Field Name,Form Name,Field Type,Field Label\n", "RED1"),
    ],
)
def test_files_that_cannot_be_read_are_refused(read, name, data, code):
    with pytest.raises(ReadError) as caught:
        read(data, name)
    assert code in (None, caught.value.code)


def test_limits(read, samples):
    with pytest.raises(LimitError):
        read("<a>" * 200, "a.xml", limits=ReadLimits(nesting=50))
    with pytest.raises(ReadError, match="not a REDCap data dictionary"):
        read(samples["records"], definition=samples["records"].encode())


@pytest.mark.parametrize(
    ("logic", "hidden"),
    [
        ("[law] = '1'", False), ("[law] = '2'", True), ("[units(2)] = '1'", True), ("[units(1)]='1'", False),
        ("[unknown] = '1'", False), ("[before_arm_1][law] = '2'", False), ("datediff([law], 'today', 'd') > 3", False),
        ("[units(-1)] = '1'", True),
    ],
)  # fmt: skip
def test_branching_logic_is_evaluated_where_it_can_be(read, samples, logic, hidden):
    dictionary = samples["dictionary"].replace("[law] = '1'", logic)
    found = read(
        "record_id,country,law,law_year,units___1,units___2,units____1,unit_complete\n1,Peru,1,,1,0,0,2\n",
        definition=dictionary.encode(),
    )
    assert found.answers()["law_year"] is (Missing.NOT_ASKED if hidden else Missing.NO_ANSWER)
