"""A folder with a framework of its own: levels as meanings, `map` and `inspect` within the folder, zeros as levels."""

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app

MODEL = """ID,Area,Indicator,Level 0: None,Level 1: Some,Level 2: All,Indicador (ES)
S1,Warning,Sirens on the coast,No siren,A few,In every village,Sirenas en la costa
S2,Warning,Radio messages to ships,Never,In office hours,Day and night,Mensajes de radio a los barcos
"""
NAMES = ("Jamaica", "Belize", "Cuba", "Haiti", "Panama", "Peru", "Chile", "Mexico")
RETURN = (
    "País,¿Hay sirenas en la costa?,¿Se envían mensajes de radio a los barcos?\nJamaica,Nivel 2,De día y de noche\n"
)


def call(*arguments):
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.exit_code, " ".join(done.output.split())


@pytest.fixture
def coast(tmp_path):
    """A programme whose framework is a spreadsheet in its folder."""
    place = tmp_path / "coast"
    for name in ("returns", "frameworks", "mappings"):
        (place / name).mkdir(parents=True)
    (place / "frameworks" / "model.csv").write_text(MODEL, encoding="utf-8")
    key = cb.read_framework(place / "frameworks" / "model.csv").require().key
    people = "".join(f'[[participants]]\ncountry = "{name}"\n' for name in NAMES)
    (place / "programme.toml").write_text(
        f'[programme]\nframework = "{key}"\n[[rounds]]\nid = "baseline"\nkind = "baseline"\n'
        f"reference_date = 2026-06-30\n{people}",
        encoding="utf-8",
    )
    return place


def values(folder):
    return {one.target: one.value for one in cb.open_workspace(folder).collect("baseline").findings}


def test_levels_are_meanings_in_mappings_and_rules(coast):
    (coast / "returns" / "a.csv").write_text(RETURN, encoding="utf-8")
    (coast / "mappings" / "a.csv").write_text(
        "question,target,answers\n¿Se envían mensajes de radio a los barcos?,S2,De día y de noche=L2\n",
        encoding="utf-8",
    )
    assert values(coast) == {"S1": 2, "S2": 2}
    with (coast / "programme.toml").open("a", encoding="utf-8") as file:
        file.write('[read."returns/*".answers]\n"De día y de noche" = "Day and night"\n"Nivel 2" = "Some"\n')
    (coast / "mappings" / "a.csv").unlink()
    (issue,) = [one for one in cb.open_workspace(coast).validate() if one.code == "CB602"]
    assert "'Day and night' is not a meaning of an answer" in issue.message
    assert "a level by its code or name: L0, L1, L2" in issue.remedy
    assert (issue.origin.file, issue.origin.row) == ("programme.toml", 24)
    assert values(coast)["S1"] == 1


def test_a_meaning_that_is_no_level_of_the_target_is_refused(coast):
    (coast / "mappings" / "a.csv").write_text("question,target,answers\nq,S1,x=L7\n", encoding="utf-8")
    (issue,) = [one for one in cb.open_workspace(coast).validate() if one.code == "CB603"]
    assert "'L7' is not a meaning of an answer" in issue.message
    assert issue.remedy.endswith("or a level by its code or name: L0, L1, L2")


def test_inspect_knows_the_folder_that_holds_the_file(coast, tmp_path):
    (coast / "returns" / "a.csv").write_text(RETURN, encoding="utf-8")
    status, said = call("inspect", coast / "returns" / "a.csv")
    assert status == 0
    assert "number 1 a level or a value" in said
    assert "not understood 1" in said
    (tmp_path / "b.csv").write_text(RETURN, encoding="utf-8")
    assert "number 1 a level" not in call("inspect", tmp_path / "b.csv")[1]
    assert "number 1 a level" in call("inspect", tmp_path / "b.csv", "--programme", coast)[1]


def test_map_says_what_is_left_to_do(coast):
    (coast / "returns" / "a.csv").write_text(RETURN, encoding="utf-8")
    there, away = coast / "mappings" / "a.csv", coast / "draft.csv"
    assert "2 certain" in call("map", coast / "returns" / "a.csv")[1]
    said = call("map", coast / "returns" / "a.csv", "--out", there)[1]
    assert "put it into mappings/" not in said
    assert "used from the next run on" in said
    assert "write meanings behind the answers that have none" in said
    assert "put it into mappings/" in call("map", coast / "returns" / "a.csv", "--out", away)[1]
    assert "Nivel 2=L2" in there.read_text("utf-8")
    assert not [one for one in cb.open_workspace(coast).validate() if one.code in ("CB603", "CB211")]


def test_zero_is_an_answer_where_it_is_a_level(coast):
    rows = "".join(f"{name},{number % 3},1\n" for number, name in enumerate(NAMES))
    (coast / "returns" / "a.csv").write_text(f"country,S1,S2\n{rows}", encoding="utf-8")
    assert not [one for one in cb.open_workspace(coast).validate() if one.code == "CB207"]


def test_a_question_that_speaks_of_nothing_is_not_read_by_its_wording(coast):
    (coast / "returns" / "a.csv").write_text(RETURN.replace("De día y de noche", "Nivel 1"), encoding="utf-8")
    rows = "question,target,certainty\n¿Hay sirenas en la costa?,{},certain\n"
    (coast / "mappings" / "a.csv").write_text(rows.format(""), encoding="utf-8")
    assert values(coast) == {"S2": 1}
    (coast / "mappings" / "a.csv").write_text(rows.format("-"), encoding="utf-8")
    assert values(coast) == {"S2": 1}
    assert not [one for one in cb.open_workspace(coast).validate() if one.code in ("CB205", "CB301", "CB603")]


def test_visits_and_forms_know_indicators_that_are_judged_as_a_whole(coast, tmp_path):
    (coast / "returns" / "a.csv").write_text("country,S1,S2\nJamaica,2,1\n", encoding="utf-8")
    assert call("visit-pack", coast, "Jamaica", "--out", tmp_path / "pack", "--language", "es")[0] == 0
    agenda = (tmp_path / "pack" / "agenda.md").read_text("utf-8")
    assert "**S1** Sirenas en la costa" in agenda
    assert ": 2 All" in agenda
    checklist = (tmp_path / "pack" / "checklist.csv").read_text("utf-8-sig")
    assert 'S1,abierto,"Sirenas en la costa\nNone: No siren' in checklist
    said = call("questionnaire", coast)[1]
    assert "# L0 = None, L1 = Some, L2 = All, not_applicable = not applicable" in said
    assert "partly" not in said


def test_a_level_that_a_visit_saw_is_off_the_agenda(coast, tmp_path):
    (coast / "returns" / "a.csv").write_text("country,S1,S2\nJamaica,2,1\n", encoding="utf-8")
    (coast / "visits").mkdir()
    (coast / "visits" / "jm.csv").write_text("criterion,answer,basis\nS1,Level 2,seen\nS2,L9,seen\n", encoding="utf-8")
    (coast / "visits" / "visits.toml").write_text(
        '[[visits]]\nid = "v"\ncountry = "Jamaica"\nround = "baseline"\nstart = 2026-05-02\nend = 2026-05-03\n'
        'findings = "jm.csv"\n',
        encoding="utf-8",
    )
    assert call("visit-pack", coast, "Jamaica", "--out", tmp_path / "pack")[0] == 0
    agenda = (tmp_path / "pack" / "agenda.md").read_text("utf-8")
    assert "**S1**" not in agenda
    assert "**S2**" in agenda
    (issue,) = [one for one in cb.open_workspace(coast).validate() if one.code == "CB201"]
    assert issue.remedy == "write a level by its number, code or name (L0, L1, L2)"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "rows.csv",
            "country,code,question,answer\nCuba,S1,Radio messages to ships,2\nCuba,S2,Anything,1\n",
        ),
        (
            "judged.csv",
            "country,ID,Indicator,Assessor,Level\nCuba,S1,Mensajes de radio a los barcos,a,2\nCuba,S2,,a,1\n",
        ),
    ],
)
def test_an_id_that_contradicts_its_text_is_refused(coast, name, text):
    (coast / "returns" / name).write_text(text, encoding="utf-8")
    (error,) = [one for one in cb.open_workspace(coast).validate() if one.severity == "error"]
    assert error.code == "CB214"
    assert values(coast) == {"S2": 1}
    assert "S1" in error.message
    assert "S2" in error.message


def test_a_mapping_decides_between_an_id_and_its_text(coast):
    text = "country,code,question,answer\nCuba,S1,Radio messages to ships,2\n"
    (coast / "returns" / "rows.csv").write_text(text, encoding="utf-8")
    assert call("map", coast / "returns" / "rows.csv", "--out", coast / "mappings" / "rows.csv")[0] == 0
    drafted = (coast / "mappings" / "rows.csv").read_text("utf-8")
    assert ",S1,,,,likely,S1," in drafted
    (coast / "mappings" / "rows.csv").write_text(drafted.replace(",S1,,,,likely", ",S1,S2,,,likely"), encoding="utf-8")
    assert values(coast) == {"S2": 2}
    assert not [one for one in cb.open_workspace(coast).validate() if one.code == "CB214"]
