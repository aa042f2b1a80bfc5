"""A language that a programme brings as files: checked text by text, and used by every command that takes one."""

import csv
import io
import json
import shutil

import pytest
from attrs import evolve
from click.testing import CliRunner

from capbuild import render
from capbuild.cli.app import app
from capbuild.errors import CapbuildError
from capbuild.io.writing import render_files
from capbuild.reports import LanguageTexts, get_translator, list_languages, use_languages
from capbuild.reports.languages import load_built_in
from capbuild.workspace import open_workspace


@pytest.fixture
def german(folder):
    """A programme with the texts to translate into German."""
    run("new", "language", "de", folder)
    return folder / "languages" / "de" / "reports.json"


def run(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def fill(file, **texts):
    made = json.loads(file.read_text("utf-8"))
    for key, text in texts.items():
        made.setdefault(key, {})["text"] = text
    file.write_text(json.dumps(made), encoding="utf-8")


def test_every_command_speaks_it_and_what_is_translated_stays(german, folder):
    texts = {"kind.regional": "Regionalbericht", "kind.brief-country": "Kurzbericht", "advice.done": "erledigt"}
    out = folder / "report.md"
    code, said = run("report", folder, "--language", "de", "--out", out)
    assert (code, "0% of this report is in 'de'" in said) == (0, True)
    fill(german, **texts)
    code, _ = run("report", folder, "--language", "de", "--out", out)
    assert (code, "Regionalbericht" in out.read_text("utf-8")) == (0, True)
    for words in (("advise", folder), ("actions", folder), ("explain", folder, "JM", "TEC-2")):
        assert run(*words, "--language", "de")[0] == 0, words
        code, said = run(*words, "--language", "xx")
        assert (code != 0, "CB704" in said) == (True, True), words
    run("new", "language", "de", folder)
    assert {
        key: one["text"] for key, one in json.loads(german.read_text("utf-8")).items() if one["text"] == texts.get(key)
    } == texts


def test_each_wrong_text_is_an_issue_and_the_others_count(german, folder):
    wrong = {"audience.for": "Für alle", "country_brief.tarjet": "Ziel", "skip": None, "advice.done": 5}
    fill(german, **wrong, **{"kind.regional": "Regionalbericht"})
    (folder / "languages" / "es").mkdir()
    (folder / "languages" / "fr2").mkdir()
    (folder / "languages" / "fr2" / "a.json").write_text("[", encoding="utf-8")
    workspace = open_workspace(folder)
    found = {str(one.origin) for one in workspace.validate() if str(one.origin).startswith("languages/")}
    assert found == {
        "languages/de/reports.json $['audience.for']",
        "languages/de/reports.json $['country_brief.tarjet']",
        "languages/de/reports.json $['advice.done']",
        "languages/es",
        "languages/fr2/a.json",
    }
    assert [(one.tag, dict(one.texts)) for one in workspace.languages] == [("de", {"kind.regional": "Regionalbericht"})]
    code, said = run("report", folder, "--language", "de", "--out", folder / "report.md")
    assert (code, "country_brief.tarjet" in said) == (0, True)
    code, said = run("report", folder, "--language", "xx", "--kind", "explorer", "--out", folder / "report.html")
    assert (code, "CB704" in said) == (2, True)


@pytest.mark.parametrize(
    "text",
    ["{whom:>99999999}", "{whom!r}", "{whom:{whom}}", "{whom} \ud800", "{whom} \x1b[31m", "{whom}\0", "{whom}\ufffe"],
)
def test_texts_that_could_harm_are_refused(german, folder, text):
    fill(german, **{"audience.for": text})
    assert [one.origin.path for one in open_workspace(folder).folder_issues if one.code == "CB603"] == [
        "$['audience.for']"
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a":' * 100_000, "must be JSON"),
        (b'{"advice.done": "fertig", "kind.regional": "x", "advice.done": "erledigt"}', "duplicate keys: advice.done"),
        (b'{"advice.done": {"english": "done", "text": "fertig", "text": "erledigt"}}', "duplicate keys: text"),
        ('{"advice.done": "fertig"}'.encode("utf-16"), "is not UTF-8 at byte 0"),
        (b" " * 5_000_001, "more than 5,000,000 bytes"),
        (json.dumps({f"audience.fo{n}": "x" for n in range(100_000)}).encode(), "100,000 keys"),
    ],
)
def test_a_file_that_is_refused_is_one_issue(german, folder, data, said):
    german.write_bytes(data)
    (found,) = open_workspace(folder).folder_issues
    assert (found.code, said in found.message, found.origin.file) == ("CB603", True, "languages/de/reports.json")
    code, output = run("new", "language", "de", folder)
    assert (code, said in " ".join(output.split()), german.read_bytes() == data) == (2, True, True)


def test_programmes_of_one_process_keep_their_languages_apart(german, folder, tmp_path):
    """Opened one after the other, each speaks its own German, a third one none."""
    opened = {}
    for name in ("Bericht", "Rapport", None):
        place = tmp_path / str(name)
        shutil.copytree(folder, place)
        texts = {"kind.regional": name, "source.survey": f"Umfrage-{name}"} if name else {}
        fill(place / german.relative_to(folder), **texts)
        if not name:
            shutil.rmtree(place / "languages")
        opened[name] = open_workspace(place)
    for name, workspace in [*opened.items(), *opened.items()]:
        assessed = workspace.assess("baseline")
        survey = next(one for place in assessed.assessments for one in place.sources if one.kind.value == "survey")
        assert survey.title.get("de").startswith(f"Umfrage-{name}" if name else "Survey")
        with use_languages(workspace.languages):
            assert ("de" in list_languages()) is bool(name)
            assert get_translator("de")("kind.regional") == (name or "Regional report")
            if name:
                assert name in render(assessed, "md", language="de", programme=workspace.programme)
        assert "de" not in list_languages()
        with pytest.raises(CapbuildError, match="no translation"):
            render(assessed, "md", language="de", programme=workspace.programme)
    with (tmp_path / "Bericht" / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('[reports]\nlanguages = ["de"]\nformats = ["md"]\n')
    assert run("run", tmp_path / "Bericht")[0] == 0
    assert "Bericht" in (tmp_path / "Bericht" / "out" / "baseline.md").read_text("utf-8")


def test_markup_and_formulas_in_texts_stay_texts(folder):
    """In a page, in the data within a page, and in tables."""
    payload = "=1+</script><script>alert(1)</script>"

    def alter(text):
        return payload + text if isinstance(text, str) else {form: payload + one for form, one in text.items()}

    workspace = open_workspace(folder)
    assessed = workspace.assess("baseline")
    texts = {key: alter(text) for key, text in load_built_in("en").items()}
    with use_languages([LanguageTexts(tag="de", texts=texts)]):
        given = {"language": "de", "programme": evolve(workspace.programme, invented=True)}  # which tables say
        for kind in ("regional", "explorer"):
            page = render(assessed, "html", kind=kind, dossier=workspace.dossier("baseline"), **given)
            assert ("alert(1)" in page, "<script>alert" in page) == (True, False)
        tables = render_files(assessed, "csv", **given)
        cells = [cell for name, text in tables.items() if name.endswith(".csv")
                 for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for cell in row]  # fmt: skip
        assert any(payload in cell for cell in cells)
        assert not any(cell.startswith("=") for cell in cells)
