"""Deliberate mistakes in a folder: each is one error or warning, with its cell and a remedy of its own."""

import shutil

import pytest
from openpyxl import Workbook

from capbuild.workspace import open_workspace

MODEL = "ID,Indicator,Level 1,Level 2,Level 3\nA.1,Law,none,some,all\nA.2,Team,nobody,one,many\n"
PROGRAMME = """
[programme]
id = "sea"
framework = "model 1"
participants = "as returned"
[[rounds]]
id = "baseline"
kind = "baseline"
start = 2026-01-31
end = 2026-06-30
reference_date = 2026-06-30
[audiences]
team = "TLP:RED"
[recipe]
seed = 1
[plan]
budget = 9000
currency = "EUR"
start = 2027-01-01
months = 6
[read."returns/a.csv"]
round = "baseline"
"""
FILES = {
    "frameworks/model.csv": MODEL,
    "programme.toml": PROGRAMME,
    "returns/a.csv": "country,A.1,A.2\nTogo,1,2\n",
    "catalogue/activities.csv": "activity,kind,addresses,effect,days\nF1,course,A.1,0.5,5\nF2,course,A.2,0.5,5\n",
    "catalogue/prices.csv": "activity,currency,per_session\nF1,EUR,100\nF2,EUR,100\n",
    "catalogue/translations.csv": "item,language,title\nF1,es,Uno\n",
    "mappings/m.csv": "file,question,target\na.csv,A.1,A.1\n",
}


@pytest.fixture
def problems(tmp_path):
    def find(name="", old="", new=""):
        shutil.rmtree(tmp_path, ignore_errors=True)
        for file, text in FILES.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            assert file != name or old in text
            (tmp_path / file).write_text(text.replace(old, new, 1) if file == name else text, encoding="utf-8")
        found = open_workspace(tmp_path).validate()
        return [(str(one.origin), one.message, one.remedy or "") for one in found if one.severity != "note"]

    return find


def test_nothing_is_told_of_the_folder_without_mistakes(problems):
    assert problems() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "said", "remedy"),
    [
        ("programme.toml", "end = 2026-06-30", "end = 2026-01-01", "rounds[1].end", "before start", "correct end"),
        ("programme.toml", "TLP:RED", "TLP:ORANGE", "audiences.team", "did you mean 'TLP:", "labels are"),
        ("programme.toml", "returns/a.csv", "returns/aa.csv", "returns/aa.csv", "did you mean 'a'", "correct the name"),
        ("catalogue/prices.csv", "F2,EUR", "F2,EURO", "catalogue/prices.csv:B3", "'EURO'", "correct the currency"),
        ("catalogue/prices.csv", "F2,EUR,100\n", "", "catalogue/activities.csv:A3", "no price", "0 where it costs"),
        ("catalogue/activities.csv", "A.2,0.5", "A.2,1.5", "catalogue/activities.csv:D3", "1.5", "half of the gap"),
        ("catalogue/translations.csv", "F1", "F9", "catalogue/translations.csv:A2", "'F9'", "F1, F2"),
        ("catalogue/prices.csv", "session", "session,per_session", "prices.csv:D1", "two columns", "delete one"),
        (
            "catalogue/activities.csv",
            "days\nF1,course,A.1,0.5,5\nF2,course,A.2,0.5,5",
            "prerequisites\nF1,course,A.1,0.5,F2\nF2,course,A.2,0.5,F1",
            "catalogue/activities.csv:E2",
            "activities wait for each other: F1, F2",
            "leave one of them out",
        ),
        ("mappings/m.csv", "A.1,", "A.9,", "mappings/m.csv:2", "no return has the question 'A.9' (did you", "delete"),
        ("mappings/m.csv", "target", "traget", "mappings/m.csv:1", "'target' (did you mean 'traget'?)", "'traget'"),
        ("programme.toml", '"EUR"', '"E"', "plan.currency", "currency must be three capital", "correct currency"),
        ("programme.toml", "= 9000", '= "9000"', "plan.budget", "budget must be a number", "without quotation"),
        ("catalogue/translations.csv", "es", "english", "translations.csv:B2", "'english' is not a lang", "such as en"),
        ("catalogue/activities.csv", "F2,course", "F2,curse", "activities.csv:B3", "did you mean 'course'", "correct"),
        (
            "catalogue/activities.csv",
            "days\nF1,course,A.1,0.5,5\nF2,course,A.2,0.5,5",
            "languages\nF1,course,A.1,0.5,french\nF2,course,A.2,0.5,en",
            "activities.csv:E2",
            "'french' is not a language",
            "such as en",
        ),
        (
            "frameworks/model.csv",
            MODEL,
            "ID,Indicator,Level 1,Level 2,Level 3,Target\nA.1,Law,none,some,all,9\n",
            "frameworks/model.csv:F2",
            "9 is not a target",
            "levels are",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_with_place_and_remedy(problems, name, old, new, place, said, remedy):
    first, *others = problems(name, old, new)
    assert place in first[0]
    assert said in first[1]
    assert remedy in first[2]
    # What follows from it may be told too: a report for nobody.
    assert all("left out" in one[1] for one in others), others


@pytest.mark.parametrize("words", [("yes", "no"), ("sí", "no"), ("oui", "non"), ("ja", "nee"), ("Sim", "Não")])
def test_yes_and_no_of_a_table_are_words_of_any_report_language(problems, tmp_path, words):
    columns = "activity,currency,per_session,invented\n"
    rows = "".join(f"F{n},EUR,100,{word}\n" for n, word in enumerate(words, 1))
    assert problems("catalogue/prices.csv", FILES["catalogue/prices.csv"], columns + rows) == []
    catalogue = open_workspace(tmp_path).catalogue
    assert [one.invented for one in catalogue.activities] == [True, False]


def test_a_mapping_for_a_file_that_is_not_there_is_a_note(problems, tmp_path):
    assert problems("mappings/m.csv", "a.csv", "b.csv") == []
    (note,) = [one for one in open_workspace(tmp_path).validate() if one.code == "CB604"]
    assert str(note.origin) == "mappings/m.csv:2"
    assert "there is no return 'b.csv'" in note.message


def test_a_country_that_does_not_take_part_is_told_once_a_file(problems, tmp_path):
    problems("programme.toml", 'participants = "as returned"', "")
    (tmp_path / "visits").mkdir()
    register = '[[reviews]]\nid = "d"\nstart = 2026-02-01\nfindings = "d.csv"\n'
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "desk.toml").write_text(register, encoding="utf-8")
    rows = "country,criterion,answer\nPeru,A.1,1\nPeru,A.2,2\nChile,A.1,1\n"
    (tmp_path / "desk" / "d.csv").write_text(rows, encoding="utf-8")
    told = [one for one in open_workspace(tmp_path).validate() if one.code == "CB403" and "desk" in str(one.origin)]
    assert [(str(one.origin), one.message) for one in told] == [
        ("desk/d.csv:A2", "'Peru' does not take part in the programme, in 2 cells"),
        ("desk/d.csv:A4", "'Chile' does not take part in the programme"),
    ]


def test_an_activity_with_a_wrong_cell_can_still_be_named(problems, tmp_path):
    for old, new in (("A.1,0.5", "A.1,1.5"), ("F1,course", "F1,curse")):
        told = problems("catalogue/activities.csv", old, new)
        for name, text in (
            ("training/deliveries.csv", "delivery,activity,title\nD1,F1,Course\n"),
            ("results.toml", '[[results]]\nid = "R"\nkind = "output"\ntitle = "R"\nactivities = ["F1"]\n'),
        ):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        settings = tmp_path / "programme.toml"
        settings.write_text(PROGRAMME.replace("months = 6", 'months = 6\nmust = ["F1"]'), encoding="utf-8")
        again = [one for one in open_workspace(tmp_path).validate() if one.severity == "error"]
        assert len(told) == 1
        assert [str(one.origin) for one in again if "F1" in one.message or one.code == "CB840"] == []


def test_the_rows_of_a_visit_to_an_unknown_country_are_one_mistake(problems, tmp_path):
    problems()
    (tmp_path / "visits").mkdir()
    register = '[[visits]]\nid = "v"\ncountry = "Tgoo"\nstart = 2026-02-01\nfindings = "v.csv"\n'
    (tmp_path / "visits" / "visits.toml").write_text(register, encoding="utf-8")
    (tmp_path / "visits" / "v.csv").write_text("criterion,answer\nA.1,1\nA.2,2\n", encoding="utf-8")
    told = [str(one.origin) for one in open_workspace(tmp_path).validate() if one.severity != "note"]
    assert told == ["visits/visits.toml:3 visits[1].country"]


def test_two_questions_of_one_target_that_differ_are_told(problems, tmp_path):
    rows = "file,question,target\na.csv,A.1,A.1\na.csv,A.2,A.1\n"
    ((place, said, _),) = problems("mappings/m.csv", FILES["mappings/m.csv"], rows)
    assert (place, "'A.1' and 'A.2' both answer A.1" in said) == ("returns/a.csv:C2", True)
    (tmp_path / "returns" / "a.csv").write_text("country,A.1,A.2\nTogo,2,2\n", encoding="utf-8")
    assert not [one for one in open_workspace(tmp_path).validate() if one.severity != "note"]


def test_a_mapping_is_read_from_a_workbook_too(problems, tmp_path):
    problems()
    (tmp_path / "mappings" / "m.csv").unlink()
    book = Workbook()
    for cells in (("file", "question", "target"), ("a.csv", "Law", "A.1"), ("a.csv", "Boats", "A.9")):
        book.active.append(cells)
    book.save(tmp_path / "mappings" / "m.xlsx")
    (tmp_path / "returns" / "a.csv").write_text("country,Law,Boats\nTogo,3,2\n", encoding="utf-8")
    workspace = open_workspace(tmp_path)
    assert workspace.assess("baseline")["Togo"]["A.1"].level == 3
    assert [str(one.origin) for one in workspace.validate() if one.code == "CB301"] == ["mappings/m.xlsx!Sheet:3"]


def test_columns_of_evidence_belong_to_the_questions_beside_them(problems, tmp_path):
    problems()
    text = "country,A.1,Evidence,A.2,Evidence\nTogo,3,Act 12,2,https://sea.test/team\n"
    (tmp_path / "returns" / "a.csv").write_text(text, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    assert not [one for one in workspace.validate() if one.code in {"CB113", "CB205"}]
    evidence = {str(one.title): one.link for one in workspace.assess("baseline")["Togo"].evidence}
    assert evidence == {"Act 12": "", "https://sea.test/team": "https://sea.test/team"}
