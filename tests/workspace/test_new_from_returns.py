"""A programme from the spreadsheet of a framework and a folder of untidy returns, all of them invented."""

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

import capbuild as cb
from capbuild._atomic import write_atomic
from capbuild.cli.app import app
from capbuild.errors import WorkspaceError, WriteError
from capbuild.frameworks.instruments import survey_questionnaire
from capbuild.model import Missing
from capbuild.origin import Origin
from capbuild.workspace.drafts.scaffold import make_folder

MODEL = [
    ["Modelo costero (inventado) 2026"],
    ["Área", "Indicador", "Nivel 0: Nada", "Nivel 1: Inicial", "Nivel 2: En marcha", "Nivel 3: Asentado",
     "Indicator (EN)"],
    ["Aviso", "Estaciones de medición del oleaje", "Ninguna", "Una", "Varias", "Todas", "Wave measuring stations"],
    ["", "Mensajes de aviso a la población", "No", "Por radio", "Por teléfono", "Probados",
     "Warning messages to the public"],
    ["Refugio", "Refugios señalados en cada distrito", "Ninguno", "Algunos", "La mayoría", "Todos",
     "Shelters signed in each district"],
]  # fmt: skip
SPANISH = [
    ["Encuesta inventada"],
    ["País", "Fecha", "¿Cuántas estaciones de medición del oleaje hay?", "¿Se envían mensajes de aviso a la población?",
     "¿Están los refugios señalados en cada distrito?", "¿Algo más?"],
    ["Rep. Dominicana", "2026-03-12", "Nivel 2", "Por radio", "La mayoría", "no"],
    ["Panamá", "2026-04-02", "3 - Asentado", "Nivel 1: Inicial", "Algunos", ""],
]  # fmt: skip
ENGLISH = (
    "Question;Answer\nWave measuring stations in service;Level 1\nAre warning messages sent to the public?;2\n"
    "Shelters are signed in each district;No idea\n"
)


def save(place, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(place)


@pytest.fixture
def given(tmp_path):
    """A framework and returns: a sheet with a row a country, and a list of questions and answers named after Belize."""
    save(tmp_path / "model.xlsx", MODEL)
    (tmp_path / "received").mkdir()
    save(tmp_path / "received" / "respuestas.xlsx", SPANISH)
    (tmp_path / "received" / "belize.csv").write_text(ENGLISH, encoding="utf-8")
    return tmp_path


def make(given, **options):
    return make_folder(given / "coast", given / "model.xlsx", returns=given / "received", **options)


def levels(folder, round_="baseline"):
    return {a.country.alpha_2: [s.level for s in a.indicators] for a in cb.open_workspace(folder).assess(round_)}


def test_the_command_makes_runs_and_lists_guesses(given):
    arguments = [
        "new", "programme", given / "coast", "--framework", given / "model.xlsx", "--returns", given / "received",
    ]  # fmt: skip
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    said = " ".join(done.output.split())
    assert done.exit_code == 0, done.output
    assert (given / "coast" / "out" / "baseline.html").is_file()
    assert "coast/out/baseline.html" in said
    assert "guesses to confirm, all in" in said
    assert "'No idea' has no meaning yet" in said
    assert "invented." not in said.replace("(inventado)", "")
    assert levels(given / "coast") == {"BZ": [1, 2, None], "DO": [2, 1, 2], "PA": [3, 1, 1]}


def test_what_the_programme_says(given):
    made = make(given)
    programme = cb.open_workspace(given / "coast").programme
    assert [one.country.alpha_2 for one in programme.participations] == ["BZ", "DO", "PA"]
    (only,) = programme.rounds
    assert (only.start, only.reference_date) == (datetime.date(2026, 3, 12), datetime.date(2026, 4, 2))
    assert (programme.languages, programme.invented, programme.id) == (("es", "en"), False, "coast")
    assert programme.organisations == programme.phases == ()
    assert not (given / "coast" / "returns" / "sample.csv").exists()
    assert (given / "coast" / "returns" / "belize.csv").read_text("utf-8") == ENGLISH
    text = (given / "coast" / "confirm.md").read_text("utf-8")
    assert text.count("- [ ] ") == len(made.guesses)
    parts = ["Framework", "Participants", "Rounds", "Questions", "Answers", "Settings"]
    assert list(dict.fromkeys(one.part for one in made.guesses)) == parts
    assert "written 'Rep. Dominicana' (returns/respuestas.xlsx!Sheet:3)" in text
    assert "as the file is called" in text
    assert "returns/belize.csv belongs to baseline: it has no day" in text
    assert "# To confirm: frameworks" not in text


def test_a_guess_that_is_corrected_holds(given):
    make(given)
    place = given / "coast" / "mappings" / "belize.csv"
    place.write_text(place.read_text("utf-8").replace("No idea=", "No idea=L0"), encoding="utf-8")
    assert levels(given / "coast")["BZ"] == [1, 2, 0]
    assert not [one for one in cb.open_workspace(given / "coast").validate() if one.code in ("CB201", "CB211")]


def test_every_country_found_takes_part_and_a_spelling_is_enough_for_another(given):
    received = given / "received"
    (received / "form_belize_v2.csv").write_text("Question,Answer\n", encoding="utf-8")
    (received / "belize.csv").unlink()
    (received / "respuesta jamaica.xlsx").write_bytes(b"PK\x03\x04 cut off")
    save(received / "otra.xlsx", [[*SPANISH[1]], ["Isla Bonita", "2026-04-03", 1, 1, 1], ["Cuba", "2026-04-03"]])
    made = make(given)
    told = " ".join(one.assumed for one in made.guesses)
    assert "Left out: 'Isla Bonita' names no country" in told
    workspace = cb.open_workspace(given / "coast")
    first = workspace.assess("baseline")
    assert {code: why.name for code, why in first.unusable.items()} == {"BZ": "BLANK", "CU": "BLANK", "JM": "NOT_READ"}
    assert [one.places for one in first.unused] == [("Isla Bonita",)]
    with (given / "coast" / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('[spellings]\n"Isla Bonita" = "HN"\n')
    assert levels(given / "coast")["HN"] == [1, 1, 1]


def test_a_form_that_comes_back_is_read_by_its_own_questions_once(given):
    framework = cb.read_framework(given / "model.xlsx").require()
    form = given / "received" / "forms.xlsx"
    cb.write(survey_questionnaire(framework), form, format="xlsx-form", options={"country": "Cuba"})
    book = load_workbook(form)
    sheet = book["Español"]
    for row in sheet.iter_rows():
        if row[0].value in framework.names and row[0].value in {"1.1", "1.2", "2.1"}:
            row[3].value = "Inicial"
    book.save(form)
    make(given)
    workspace = cb.open_workspace(given / "coast")
    found = [f.target for f in workspace.collect("baseline").findings if f.country.alpha_2 == "CU"]
    assert found == ["1.1", "1.2", "2.1"]
    assert not (given / "coast" / "mappings" / "forms.csv").exists()


def test_two_rounds_by_the_days_of_returns(given):
    save(given / "received" / "second.xlsx", [
        ["País", "Fecha", "¿Cuántas estaciones de medición del oleaje hay?"], ["Panamá", "2027-05-01", "Nivel 2"],
    ])  # fmt: skip
    (given / "received" / "jamaica-2027-05-09.csv").write_text(ENGLISH, encoding="utf-8")
    make(given)
    workspace = cb.open_workspace(given / "coast")
    assert [(one.id, one.reference_date.year) for one in workspace.programme.rounds] == [
        ("baseline", 2026), ("endline", 2027),
    ]  # fmt: skip
    assert levels(given / "coast", "endline") == {"JM": [1, 2, None], "PA": [2, None, None]}
    rule = workspace.settings.rule_for("returns/jamaica-2027-05-09.csv")
    assert (rule.round, rule.received) == ("endline", datetime.date(2027, 5, 9))


def test_in_python_the_framework_may_be_a_file_and_the_run_is_made(given):
    files = cb.new_programme(given / "coast", str(given / "model.xlsx"), "Coasts", returns=given / "received")
    names = {path.relative_to(given / "coast").as_posix() for path in files}
    assert {"confirm.md", "out/baseline.html", "mappings/respuestas.csv", "returns/belize.csv"} <= names
    assert "mappings/belize.csv.csv" not in names
    assert str(cb.open_workspace(given / "coast").programme.title) == "Coasts"
    report = (given / "coast" / "out" / "baseline.md").read_text("utf-8")
    assert "Respuestas inventadas" not in report


def test_a_framework_of_ones_own_without_returns_names_no_country(given):
    make_folder(given / "coast", given / "model.xlsx")
    workspace = cb.open_workspace(given / "coast")
    programme = workspace.programme
    assert (programme.participations, programme.invented, programme.languages) == ((), False, ("es", "en"))
    assert not list((given / "coast" / "returns").glob("*.csv"))
    assert not workspace.validate().count("error")
    text = (given / "coast" / "programme.toml").read_text("utf-8")
    assert "Jamaica" not in "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    (given / "coast" / "returns" / "belize.csv").write_text(ENGLISH, encoding="utf-8")
    assert levels(given / "coast") == {"BZ": [1, 2, None]}


def test_returns_that_name_no_country_and_no_file(given, tmp_path):
    for path in (given / "received").iterdir():
        path.unlink()
    with pytest.raises(WorkspaceError, match="contains no survey file") as caught:
        make(given)
    assert caught.value.code == "CB604"
    assert not (given / "coast").exists()
    (given / "received" / "answers.csv").write_text(ENGLISH, encoding="utf-8")
    made = make(given)
    assert "No return names a country: none takes part yet" in [one.assumed for one in made.guesses]
    assert not cb.open_workspace(given / "coast").validate().count("error")


def test_a_spreadsheet_with_errors_writes_nothing(given):
    (given / "model.csv").write_text("ID,Indicator,Level 1,Level 2\na,Law,x,y\na,Team,x,y\n", encoding="utf-8")
    arguments = ["new", "programme", str(given / "coast"), "--framework", str(given / "model.csv")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "CB021" in done.output
    assert not (given / "coast").exists()


def test_the_shipped_framework_with_real_returns_is_not_invented(tmp_path):
    (tmp_path / "jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n", encoding="utf-8")
    make_folder(tmp_path / "p", returns=tmp_path / "jm.csv")
    programme = cb.open_workspace(tmp_path / "p").programme
    assert ([one.alpha_2 for one in programme.countries], programme.invented) == (["JM"], False)
    assert programme.framework == "police-cyber 1.0"
    assert not list((tmp_path / "p" / "mappings").glob("jm*"))


def test_points_are_all_or_none_and_a_column_of_years_is_a_round(tmp_path):
    save(tmp_path / "index.xlsx", [
        ["Index of harbours (invented) 2026"], ["No", "Category", "Indicator", "Points"], ["1", "Law", None, None],
        ["1.1", None, "Harbour law in force", 3], ["2", "Safety", None, None], ["2.1", None, "Fire brigade", 5],
    ])  # fmt: skip
    rows = [["Country", "Year", "Harbour law in force", "Fire brigade"], ["Kenya", 2025, 3, 0], ["Togo", 2025, 0, 5]]
    save(tmp_path / "all.xlsx", rows)
    make_folder(tmp_path / "p", tmp_path / "index.xlsx", returns=tmp_path / "all.xlsx")
    workspace = cb.open_workspace(tmp_path / "p")
    assert [one.title.source for one in workspace.programme.rounds] == ["Baseline 2025"]
    found = {(one.country.alpha_2, one.target): one.value for one in workspace.collect("baseline").findings}
    assert list(found.values()) == ["yes", "no", "no", "yes"]
    figures = {one.country.alpha_2: one["total"].value for one in workspace.assess("baseline")}
    assert figures == {"KE": 37.5, "TG": 62.5}


def test_codes_that_are_no_points_are_left_open(tmp_path):
    save(tmp_path / "index.xlsx", [
        ["ID", "Indicator", "Points"], ["a", "Harbour law in force", 2], ["b", "Fire brigade", 5],
    ])  # fmt: skip
    save(tmp_path / "all.xlsx", [["Country", "Harbour law in force", "Fire brigade"], ["Kenya", 2, 1], ["Togo", 1, 2]])
    make_folder(tmp_path / "p", tmp_path / "index.xlsx", returns=tmp_path / "all.xlsx")
    assert {one.value for one in cb.open_workspace(tmp_path / "p").collect("baseline").findings} == {Missing.INVALID}


def test_files_named_after_years_are_rounds(given):
    for year in (2024, 2026):
        (given / "received" / f"belize {year}.csv").write_text(ENGLISH, encoding="utf-8")
    (given / "received" / "belize.csv").unlink()
    (given / "received" / "respuestas.xlsx").unlink()
    make(given)
    workspace = cb.open_workspace(given / "coast")
    assert [one.reference_date.isoformat() for one in workspace.programme.rounds] == ["2024-12-31", "2026-12-31"]
    assert levels(given / "coast", "endline") == {"BZ": [1, 2, None]}


@pytest.mark.parametrize(("name", "taken"), [
    ("panama 2026", "of 2026-04-02, the last day"), ("panama 2024", "no round by itself"),
])  # fmt: skip
def test_a_year_in_the_name_of_one_file_is_a_question_and_no_day(given, name, taken):
    (given / "received" / f"{name}.csv").write_text(ENGLISH, encoding="utf-8")
    made = make(given)
    (only,) = cb.open_workspace(given / "coast").programme.rounds
    assert (str(only.start), str(only.reference_date)) == ("2026-03-12", "2026-04-02")
    (asked,) = [str(one) for one in made.guesses if "only the year" in one.assumed]
    assert f"returns/{name}.csv has no day" in asked
    assert taken in asked


def test_a_round_asks_countries_again_and_late_returns_of_others_are_part_of_it(given):
    """Five responses, of which two have a day, nine months apart: one round until a country answers twice."""
    head = "country,date,Wave measuring stations"
    save_text = (given / "received" / "late.csv").write_text
    save_text(f"{head}\nCuba,2026-12-20,1\nHaiti,,2\n", encoding="utf-8")
    made = make_folder(given / "one", given / "model.xlsx", returns=given / "received")
    (only,) = cb.open_workspace(given / "one").programme.rounds
    assert (only.id, only.reference_date) == ("baseline", datetime.date(2026, 12, 20))
    said = " ".join(guess.assumed for guess in made.guesses if guess.part == "Rounds")
    assert "2 of 5 responses have no day" in said
    assert "where no country answered before and after" in said
    save_text(f"{head}\nCuba,2026-12-20,1\nPanama,2026-12-21,3\n", encoding="utf-8")
    make_folder(given / "two", given / "model.xlsx", returns=given / "received")
    assert [one.id for one in cb.open_workspace(given / "two").programme.rounds] == ["baseline", "endline"]


def test_a_country_works_in_its_official_languages_where_no_return_says(given):
    save_text = (given / "received" / "more.csv").write_text
    save_text("country,Wave measuring stations\nCabo Verde,1\nParaguay,2\nTürkiye,2\n", encoding="utf-8")
    made = make(given)
    parts = {one.country.alpha_2: one.languages for one in cb.open_workspace(given / "coast").programme.participations}
    assert (parts["CV"], parts["PY"], parts["TR"], parts["BZ"]) == (("pt",), ("es", "gn"), ("tr",), ("en",))
    asked = [one.assumed for one in made.guesses if "official" in one.assumed]
    assert "Türkiye works in tr (reports have no words in it): official, and no return says" in asked


def test_targets_that_nobody_gave_are_one_question(given):
    made = make(given)
    (asked,) = [str(one) for one in made.guesses if "target" in one.assumed]
    assert "that of every indicator is 2, the middle of its levels" in asked
    assert "column Target" in asked
    workspace = cb.open_workspace(given / "coast")
    assert {*workspace.targets.expand(workspace.framework).targets.values()} == {2}


@pytest.mark.parametrize("failing", [lambda path: True, lambda path: path.name == "run.json"])
def test_a_folder_is_made_whole_or_not_at_all(given, monkeypatch, failing):
    def fail(path, *arguments, **options):
        if failing(Path(path)):
            raise WriteError("the disk is full", origin=Origin(str(path)), remedy="make room")
        return write_atomic(path, *arguments, **options)

    before = {*given.rglob("*")}
    for module in ("workspace.transactions", "workspace.runs.out_folder", "workspace.runs.run_record"):
        monkeypatch.setattr(f"capbuild.{module}.write_atomic", fail, raising=False)
    with pytest.raises(WriteError, match="the disk is full"):
        cb.new_programme(given / "coast", given / "model.xlsx", returns=given / "received")
    assert {*given.rglob("*")} == before
    monkeypatch.undo()
    assert cb.new_programme(given / "coast", given / "model.xlsx", returns=given / "received")


def test_every_warning_is_in_the_checklist_once(given):
    """The note of the framework, the number off the scale, and the word without a meaning."""
    book = load_workbook(given / "model.xlsx")
    book.active.append(["Fuente: inventada"])
    book.save(given / "model.xlsx")
    save(given / "received" / "respuestas.xlsx", [*SPANISH, ["Chile", "2026-04-03", 9, "Quizás", "Nivel 1", ""]])
    cb.new_programme(given / "coast", given / "model.xlsx", returns=given / "received")
    lines = (given / "coast" / "confirm.md").read_text("utf-8").splitlines()
    for words, place in (
        ("'Fuente: inventada' has nothing below it", "model.xlsx!Sheet:6"),
        ("'9' is off the scale of 1.1", "returns/respuestas.xlsx!Sheet:C5"),
        ("'Quizás'", "returns/respuestas.xlsx"),
    ):
        (line,) = [line for line in lines if words in line]
        assert place in line
        assert "Otherwise: " in line
