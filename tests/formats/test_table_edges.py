"""Titles above and notes below exported tables are no respondents, and change no reader, whoever wrote the table."""

import pytest

import capbuild as cb

EXPORTS = {
    "kobo": "start,end,country,law,staff,_id,_uuid,_submission_time\n"
    "2016-03-11T10:00:00,2016-03-11T11:00:00,{0},yes,12,5001,aaaa-0001,2016-03-11T15:02:11\n"
    "2016-03-12T10:00:00,2016-03-12T11:00:00,{1},no,4,5002,aaaa-0002,2016-03-12T15:02:11\n",
    "google forms": "Timestamp,Country,Is there a law?,How many staff?\n"
    "3/11/2016 10:00:00,{0},Yes,12\n3/12/2016 10:00:00,{1},No,4\n",
    "limesurvey": '"id","submitdate","lastpage","startlanguage","country","law"\n'
    '"1","2016-03-11 10:00:00","3","en","{0}","Y"\n"2","2016-03-12 10:00:00","3","en","{1}","N"\n',
    "plain": "Country,Law,Staff\n{0},yes,12\n{1},no,4\n",
}
NOTES = [
    "Source: national focal points",
    "\nFigures are provisional and may change",
    "来源：各国联络点",
    "\nFuente: puntos focales\n* provisional",
]


@pytest.mark.parametrize("product", EXPORTS)
@pytest.mark.parametrize("note", NOTES)
def test_notes_below_are_no_respondents_and_are_told(product, note):
    export = EXPORTS[product].format("Jamaica", "Belize")
    bare = cb.read(export.encode(), name="a.csv")
    noted = cb.read(f"{export}{note}\n".encode(), name="a.csv")
    assert noted.format == bare.format
    assert noted.responses == bare.responses
    told = [issue.origin.row for issue in noted.issues if issue.code == "CB123"]
    lines = f"{export}{note}".split("\n")
    wanted = [n for n, line in enumerate(lines, start=1) if line and n > export.count("\n")]
    assert told == (wanted[:1] if product == "plain" else wanted)
    assert noted.reconciliation.adds_up


@pytest.mark.parametrize("product", ["kobo", "google forms", "plain"])
def test_a_title_above_changes_nothing_but_the_rows(product):
    export = EXPORTS[product].format("Jamaica", "Belize")
    bare = cb.read(export.encode(), name="a.csv")
    titled = cb.read(f"Survey of units\n\n{export}".encode(), name="a.csv")
    assert titled.format == bare.format

    def said(reading):
        return [(r.place, r.date, [(a.question, a.value) for a in r.answers]) for r in reading.responses]

    assert said(titled) == said(bare)
    assert titled.reconciliation.adds_up


@pytest.mark.parametrize("product", EXPORTS)
def test_a_respondent_who_answered_only_first_is_no_note(product):
    export = EXPORTS[product].format("Jamaica", "Belize")
    first = {"kobo": "2016-03-13T10:00:00", "google forms": "3/13/2016 10:00:00", "limesurvey": '"3"', "plain": "Peru"}
    cells = export.split("\n", maxsplit=1)[0].count(",")
    reading = cb.read(f"{export}{first[product]}{',' * cells}\n".encode(), name="a.csv")
    assert len(reading.responses) == 3
