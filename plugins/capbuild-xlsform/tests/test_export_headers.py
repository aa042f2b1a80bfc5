"""Heads of exports in every way that people choose; all answers are invented."""

import csv
import io
import zipfile

import pytest
from capbuild_xlsform.exports.export_headers import LabelIndex

from capbuild.model import GeoPoint, Missing

FORM = {
    "survey": """
        type                     | name  | label::English (en)       | label::Français (fr)  | calculation
        text                     | where | Country                   | Pays                  |
        begin group              | lab   | The unit                  | L'unité               |
        select_one kind or_other | kind  | Which kind, old/new?      | Quel genre ?          |
        begin group              | deep  | In depth                  |                       |
        select_multiple tool     | tools | Tools                     | Outils                |
        calculate                | total |                           |                       | 1 + 1
        geopoint                 | spot  | Where is it?              | Où ?                  |
        end group                |       |                           |                       |
        end group                |       |                           |                       |
    """,
    "choices": """
        list_name | name | label::English (en) | label::Français (fr)
        kind      | old  | Old one             | Ancienne
        kind      | new  | New one             | Nouvelle
        tool      | dvr  | Recorder            | Enregistreur
        tool      | img  | Disk imaging        | Image disque
    """,
    "settings": "form_id | version | default_language\nunits | v1 | English (en)",
}
NAMES = {
    "lab/kind": ("other", "other", "Other"), "lab/kind_other": ("rented",) * 3,
    "lab/deep/tools": ("dvr img", "Recorder Disk imaging", "Enregistreur Image disque"),
    "lab/deep/tools/dvr": ("1",) * 3, "lab/deep/tools/img": ("1",) * 3, "lab/deep/total": ("2",) * 3,
}  # fmt: skip
#: What stands for each name in an export in a language: its label there, else the name.
WORDS = [
    {},
    {"lab": "The unit", "kind": "Which kind, old/new?", "deep": "In depth", "tools": "Tools", "dvr": "Recorder",
     "img": "Disk imaging"},
    {"lab": "L'unité", "kind": "Quel genre ?", "tools": "Outils", "dvr": "Enregistreur", "img": "Image disque"},
]  # fmt: skip


def _head(path: str, language: int, mark: str) -> str:
    """Options are set off by a slash, whatever separates groups."""
    steps = [WORDS[language].get(step, step) for step in path.split("/")]
    return mark.join(steps[:3]) + "".join(f"/{step}" for step in steps[3:])


@pytest.mark.parametrize("mark", ["/", ".", "-"])
@pytest.mark.parametrize("language", [0, 1, 2], ids=["names", "English", "French"])
def test_groups_in_heads_by_name_and_by_label(read, workbook, language, mark):
    headers = ["_uuid", "_submission_time", *(_head(path, language, mark) for path in NAMES)]
    cells = ["u-1", "2016-03-01T10:00:00", *(told[language] for told in NAMES.values())]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([headers, cells])
    (response,) = read(text.getvalue(), "export.csv", form=workbook(FORM)).responses
    told = {a.question: a.value for a in response if not a.is_missing and not a.question.startswith("_")}
    assert told == {"kind": "other", "kind_other": "rented", "tools": ("dvr", "img"), "total": "2"}


def _archive(headers: list[str], cells: list[str]) -> bytes:
    text, stream = io.StringIO(), io.BytesIO()
    csv.writer(text).writerows([headers, cells])
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("units.csv", text.getvalue())
        archive.writestr("media/photo.jpg", b"\xff\xd8\xff")
    return stream.getvalue()


def test_parts_that_make_no_place_are_kept_and_told(read, workbook):
    headers = ["where", "spot-Latitude", "spot-Longitude", "meta-instanceID", "KEY", "SubmissionDate"]
    for latitude, longitude, kept in (("95.0", "10.0", "95.0 10.0"), ("", "10.0", "10.0")):
        reading = read(_archive(headers, ["Cuba", latitude, longitude, "u", "u", ""]), "units.zip", form=workbook(FORM))
        answer = reading.responses[0]["spot"]
        assert (answer.value, answer.raw) == (Missing.INVALID, kept)
        assert [i.message for i in reading.issues if i.code == "CB201"] == [
            f"{kept!r} is not a geopoint (spot); the text is kept"
        ]


@pytest.mark.parametrize("split", [True, False], ids=["split", "joined"])
@pytest.mark.parametrize("groups", [True, False], ids=["groups", "names alone"])
@pytest.mark.parametrize("known", [True, False], ids=["with the form", "without"])
def test_an_archive_of_central_with_every_choice_of_its_menu(read, workbook, split, groups, known):
    lead = "lab-deep-" if groups else ""
    told = {
        "SubmissionDate": "2016-03-01T10:00:00.000Z", "where": "Cuba", f"{lead}tools": "dvr",
        **({f"{lead}tools/dvr": "1", f"{lead}tools/img": "0"} if split else {}),
        f"{lead}spot-Latitude": "13.1", f"{lead}spot-Longitude": "-59.6", f"{lead}spot-Altitude": "12.5",
        f"{lead}spot-Accuracy": "4.0", "meta-instanceID": "uuid:1", "KEY": "uuid:1",
    }  # fmt: skip
    data = _archive(list(told), list(told.values()))
    reading = read(data, "units.zip", **({"form": workbook(FORM)} if known else {}))
    (response,) = reading.responses
    place = GeoPoint(13.1, -59.6, 12.5, 4.0)
    wanted = {"where": "Cuba", "tools": ("dvr",) if known or split else "dvr", "spot": place}
    found = {a.question.rpartition("/")[2]: a.value for a in response if not a.is_missing}
    assert found == wanted
    assert reading.responses[0].submitted.isoformat() == "2016-03-01T10:00:00+00:00"


def test_a_question_outside_of_groups_is_not_taken_for_one_inside_of_the_same_name(read, workbook):
    form = {
        "survey": """
            type              | name    | label
            text              | country | Country
            begin group       | first   | First
            integer           | staff   | Staff
            select_multiple y | tools   | Tools
            end group         |         |
            integer           | staff   | Staff
            select_multiple y | tools   | Tools
        """,
        "choices": "list_name | name | label\ny | a | A\ny | b | B",
    }
    names = ["country", "staff", "tools/a", "tools/b", "first/staff", "first/tools/a", "first/tools/b"]
    labels = ["Country", "Staff", "Tools/A", "Tools/B", "First/Staff", "First/Tools/A", "First/Tools/B"]
    cells = ["Cuba", "7", "1", "0", "5", "0", "1"]
    wanted = {"country": "Cuba", "staff": 7, "tools": ("a",), "first/staff": 5, "first/tools": ("b",)}
    for headers in (names, labels):
        text = io.StringIO()
        csv.writer(text).writerows([[*headers, "_uuid", "_submission_time"], [*cells, "u-1", "2016-03-01T10:00:00"]])
        (response,) = read(text.getvalue(), "export.csv", form=workbook(form)).responses
        assert {a.question: a.value for a in response} == wanted
        assert len(response.answers) == len(wanted)


@pytest.mark.parametrize("mark", ["/", ".", ":"])
def test_positions_in_repeats_show_what_separates_groups(read, mark):
    headers = ["country", *(f"home[{n}]{mark}kid[1]{mark}age" for n in (1, 2)), "_uuid", "_submission_time"]
    text = f"{','.join(headers)}\nCuba,3,4,u-1,2016-03-01T10:00:00\n"
    (response,) = read(text, "export.csv").responses
    assert [(a.value, a.repeat) for a in response if a.question == "age"] == [(3, 1), (4, 2)]


def test_a_name_that_ends_as_the_separator_begins_keeps_its_options():
    index = LabelIndex(items={"a_": ["lab/a_"]}, codes={"lab/a_": {"b": "b"}}, marks=("__", "/"))
    assert [index.options(head) for head in ("a___b", "a_/b")] == [[("lab/a_", "b")]] * 2
    assert index.options("a_b") == []


def test_a_label_that_another_question_has_in_another_language(read, workbook):
    """In the English export `Total` is the second question, which has that label there; the first has it in French."""
    survey = """
        type    | name | label::English (en) | label::Français (fr)
        integer | all  | All staff           | Total
        integer | sum  | Total               | Somme
        integer | few  |                     | Peu
        text    | rest | few                 | Reste
    """
    form = workbook({"survey": survey})
    for headers, cells in (("All staff,Total,few,few", "1,2,3,x"), ("Total,Somme,Peu,Reste", "1,2,3,x")):
        found = read(f"_uuid,_submission_time,{headers}\nu,2016-03-01T10:00:00,{cells}\n", "e.csv", form=form)
        assert {a.question: a.value for a in found.responses[0].answers} == {"all": 1, "sum": 2, "few": 3, "rest": "x"}
