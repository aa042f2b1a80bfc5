"""Shapes that spreadsheets of frameworks and their returns have, against hand counts. All of them are invented."""

import csv
import io

import pytest

import capbuild as cb
from capbuild.frameworks.instruments import questionnaire_csv
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.structure_packs import list_packs, load_pack
from capbuild.plugins import CellTable

LADDER = """Capacity,Indicator,20 %,40 %,60 %,80 %,100 %
Watch,Cases are notified,nothing is,a draft is,some are,most are,all are
,Bulletin is sent,no bulletin,one a year,one a month,one a week,one a day
Staff,Posts are filled,no post,one post,some posts,most posts,all posts
"""


@pytest.mark.parametrize("sign", ["{}%", "{} %", "{}"])
def test_levels_named_after_their_share_are_answered_by_it_and_make_means(tmp_path, sign):
    (tmp_path / "model.csv").write_text(LADDER, encoding="utf-8")
    returns = tmp_path / "returns"
    returns.mkdir()
    answers = [sign.format(share) for share in (40, 80, 100)]
    text = "Country,Cases are notified,Bulletin is sent,Posts are filled\nFiji," + ",".join(answers)
    (returns / "pacific.csv").write_text(text + "\n", encoding="utf-8")
    cb.new_programme(tmp_path / "watch", tmp_path / "model.csv", returns=returns)
    fiji = cb.open_workspace(tmp_path / "watch").assess("baseline")["Fiji"]
    values = {name: fiji[name].value for name in ("1.1", "1.2", "2.1", "1", "2", "total")}
    assert values == {"1.1": 40, "1.2": 80, "2.1": 100, "1": 60, "2": 100, "total": 80}


def test_percentages_from_high_to_low_are_levels_from_low_to_high():
    rows = [tuple(line.split(",")) for line in LADDER.splitlines()]
    turned = [(*row[:2], *reversed(row[2:])) for row in rows]
    ours, theirs = (draft_framework([CellTable("M", one)], "m.xlsx").require() for one in (rows, turned))
    assert [(one.id, one.level_texts) for one in ours.indicators] == [(n.id, n.level_texts) for n in theirs.indicators]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Public procurement index 2.1", "public-procurement-index 2.1"),
        ("Modelo de madurez, versión 3", "modelo-de-madurez 3"),
        ("Índice de compras 2024", "indice-de-compras 2024"),
        ("Level 2 checks", "level-2-checks 1"),
    ],
)
def test_id_and_edition_come_from_the_title(title, key):
    rows = [(title,), ("ID", "Indicator", "Level 1", "Level 2"), ("a", "Law", "none", "all")]
    assert draft_framework([CellTable("M", rows)], "m.xlsx").require().key == key


def test_an_id_from_a_long_title_ends_with_a_whole_word():
    words = "assessment of national offices for disaster risk management and civil protection in islands"
    rows = [(words,), ("ID", "Indicator", "Level 1", "Level 2"), ("a", "Law", "none", "all")]
    made = draft_framework([CellTable("M", rows)], "m.xlsx").require()
    assert set(made.id.split("-")) <= set(words.split())
    assert words.replace(" ", "-").startswith(f"{made.id}-")


@pytest.mark.parametrize("header", ["practice", "requirement", "control", "something"])
def test_a_key_column_of_any_name_maps_the_answers(header):
    model = [("ID", "Domain", "Practice", "MIL", "Answers"), ("S-1", "Safety", "Waste is burnt", "1", "FI/LI/PI/NI")]
    model.append(("S-2", "Safety", "Incidents are logged", "2", "FI/LI/PI/NI"))
    framework = draft_framework([CellTable("M", model)], "m.xlsx").require()
    lines = [f"country,date,{header},answer"]
    lines += [f"{place},2026-02-0{n},{name},FI" for n, place in ((1, "Kenya"), (2, "Laos")) for name in ("S-1", "S-2")]
    survey = cb.read("\n".join(lines).encode(), name="labs.csv")
    assert [(one.target, one.certainty) for one in cb.draft_mapping(survey, framework)] == [
        ("S-1", "certain"),
        ("S-2", "certain"),
    ]


def test_a_key_with_several_questions_is_left_to_a_person():
    rows = [("ID", "Indicator", "Level 1", "Level 2"), ("a", "Law", "none", "all"), ("b", "Team", "none", "all")]
    framework = draft_framework([CellTable("M", rows)], "m.xlsx").require()
    asked = [cb.model.Question(id=f"{name} [{key}]", text=f"{name} [{key}]") for name in "xy" for key in "ab"]
    assert not cb.draft_mapping(asked, framework).mappings


@pytest.mark.parametrize("name", [name for name in list_packs() if load_pack(name).has_tree])
def test_our_own_csv_questionnaire_reads_back_with_an_answer_a_row(name):
    rows = list(csv.reader(io.StringIO(questionnaire_csv(load_pack(name).framework))))
    place = rows[1].index("answer")
    asked = [row[0] for row in rows[2:] if not row[0].startswith("#")]
    for number, row in enumerate(rows[2 : 2 + len(asked)]):
        row[place] = str(number % 2 + 1)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    survey = cb.read(text.getvalue().encode(), name="jamaica.csv")
    given = {answer.question: answer.value for response in survey.responses for answer in response.answers}
    assert given == {name: number % 2 + 1 for number, name in enumerate(asked)}


@pytest.mark.parametrize(
    "header",
    ["Indicator,Answer,Evidence,Comment", "Indicador,Respuesta,Evidencia,Observaciones",
     "Indicateur,Réponse,Preuve,Remarques", "Indicator,Antwoord,Bewijs,Opmerkingen",
     "Indicador,Resposta,Evidência,Observações"],
)  # fmt: skip
def test_a_column_of_evidence_beside_the_answers_gives_the_points_that_need_it(tmp_path, header):
    """Evidence or nothing: of 5, 3 and 4 points, the 3 are denied and the 4 are claimed without a paper."""
    model = "Area,ID,Indicator,Points\nLaw,1.1,Law published,5\n,1.2,Rules published,3\nControl,2.1,Yearly audit,4\n"
    (tmp_path / "index.csv").write_text(model, encoding="utf-8")
    returns = tmp_path / "returns"
    returns.mkdir()
    rows = (
        "1.1 Law published,yes,https://example.org/law,see article 5\n1.2 Rules published,no,,\n2.1 Yearly audit,yes,,"
    )
    (returns / "Angola.csv").write_text(f"{header}\n{rows}\n", encoding="utf-8")
    cb.new_programme(tmp_path / "index", tmp_path / "index.csv", returns=returns)
    (file,) = (tmp_path / "index" / "frameworks").glob("*.toml")
    file.write_text(file.read_text("utf-8") + "\n[judgement]\nevidence_from = 1\n", encoding="utf-8")
    angola = cb.open_workspace(tmp_path / "index").assess("baseline")["Angola"]
    assert angola["total"].value == pytest.approx(100 * 5 / 12)
    assert [one.link for one in angola.evidence] == ["https://example.org/law"]
    (law,) = [one for one in angola["1.1"].findings if one.target == "1.1.1"]
    assert law.note is not None
    assert law.note.source == "see article 5"


def test_a_row_that_names_an_indicator_of_one_criterion_is_about_it(tmp_path):
    (tmp_path / "model.csv").write_text("Area,ID,Indicator,Points\nLaw,A.1,A law,3\nLaw,A.2,A rule,2\n", "utf-8")
    cb.new_programme(tmp_path / "p", cb.read_framework(tmp_path / "model.csv").require())
    visits = tmp_path / "p" / "visits"
    (visits / "visits.toml").write_text(
        '[[visits]]\nid = "v"\ncountry = "Fiji"\nround = "baseline"\nstart = 2026-03-01\nfindings = "v.csv"\n', "utf-8"
    )
    (visits / "v.csv").write_text("criterion,answer\nA.1,yes\nA rule,no\n", "utf-8")
    (tmp_path / "p" / "returns" / "tonga.csv").write_text("country,A.1,A.2\nTonga,no,yes\n", "utf-8")
    baseline = cb.open_workspace(tmp_path / "p").assess("baseline")
    found = {one.country.name: [score.value for score in one.indicators] for one in baseline}
    assert found == {"Fiji": [100, 0], "Tonga": [0, 100]}
