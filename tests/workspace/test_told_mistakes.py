"""Deliberate mistakes in a folder: each is one error or warning, with its cell and a remedy of its own."""

import shutil

import pytest

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
        ("mappings/m.csv", "target", "traget", "mappings/m.csv:1", "no column 'target'", "'traget'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_with_place_and_remedy(problems, name, old, new, place, said, remedy):
    first, *others = problems(name, old, new)
    assert place in first[0]
    assert said in first[1]
    assert remedy in first[2]
    # What follows from it may be told too: a report for nobody, a price of an activity that is left out.
    assert all("left out" in one[1] or "no activity" in one[1] for one in others), others


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
