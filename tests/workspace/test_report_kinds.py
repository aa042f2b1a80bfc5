"""Reports by kind from a folder: what a run writes, what the command takes, the private folder that nothing reads."""

import shutil

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.model import TLP
from capbuild.workspace import open_workspace, run

MORE = """
[audiences]
team = "TLP:AMBER+STRICT"
regional = "TLP:GREEN"
donor = "TLP:GREEN"
[markings]
Restricted = "TLP:AMBER"
[reports]
formats = ["md", "html", "csv", "json", "sqlite"]
[[consents]]
country = "Jamaica"
audience = "regional"
date = 2016-07-01
"""
NAMES = ("Somebody Invented", "+1 555 0100")


@pytest.fixture
def programme(folder):
    with (folder / "programme.toml").open("a") as file:
        file.write(MORE)
    (folder / "private").mkdir(mode=0o700)
    (folder / "private" / "respondents.csv").write_text(f"pseudonym,name,telephone\njm-police-1,{','.join(NAMES)}\n")
    text = "country,respondent,TEC-2.2a,TEC-2.2b,TEC-2.3a\nJamaica,jm-police-1,yes,no,no\n"
    (folder / "returns" / "jm.csv").write_text(text)
    return folder


def report(folder, *arguments):
    out = folder / "made.md"
    done = CliRunner().invoke(app, ["report", str(folder), "--format", "md", "--out", str(out), *arguments])
    return done, out.read_text("utf-8") if out.exists() else ""


def test_a_run_writes_the_kinds_that_have_something_to_say(programme):
    made = run(open_workspace(programme)).files
    assert "baseline.md" in made
    assert not [name for name in made if "donor" in name], "there are no results and no budget"


def test_an_explorer_comes_once_and_a_letter_in_the_language_of_its_country(folder):
    with (folder / "programme.toml").open("a") as file:
        file.write('[reports]\nformats = ["html", "md"]\nlanguages = ["en", "nl"]\nkinds = ["explorer", "letter"]\n')
        file.write('[audiences]\nteam = "TLP:AMBER+STRICT"\ncountry = "TLP:AMBER"\n')
    made = set(run(open_workspace(folder)).files)
    assert {name for name in made if "explorer" in name} == {"baseline-explorer.html"}
    letters = {name for name in made if "letters" in name}
    assert "baseline-letters/JM.html" in letters
    assert "baseline.html" not in made
    page = (folder / "out" / "baseline-letters" / "JM.html").read_text("utf-8")
    assert '<html lang="en">' in page
    done, text = report(folder, "--kind", "letter", "--country", "JM")
    assert (done.exit_code, text.partition("\n")[0]) == (0, "# To the authorities of Jamaica")
    assert "For: the country and the programme team" in text
    assert "For: the programme team" in report(folder, "--kind", "letter", "--country", "JM", "--audience", "team")[1]


def test_names_of_people_are_in_no_file_of_any_report(programme):
    run(open_workspace(programme))
    for audience in ("team", "regional"):
        for kind in ("regional", "redactions"):
            assert report(programme, "--audience", audience, "--kind", kind)[0].exit_code == 0
            shutil.copy(programme / "made.md", programme / "out" / f"{audience}-{kind}.md")
    for kind in ("profile", "brief-country", "evidence"):
        assert report(programme, "--country", "jamaica", "--kind", kind)[0].exit_code == 0
        shutil.copy(programme / "made.md", programme / "out" / f"jamaica-{kind}.md")
    for path in (programme / "out").rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert not [name for name in NAMES if name.encode() in text], path.name


def test_a_profile_by_name_for_an_audience(programme):
    done, text = report(programme, "--country", "jamaica", "--audience", "regional", "--language", "es")
    assert done.exit_code == 0
    assert text.startswith("# Jamaica\n\nPerfil del país")
    done, _ = report(programme, "--country", "Belize", "--audience", "regional")
    assert "CB703" in done.output
    done, text = report(programme, "--country", "Belize")
    assert text.startswith("# Belize")
    assert "Nothing is assumed." in text


def test_options_reach_the_writer_and_a_wrong_one_is_told(programme):
    from pypdf import PdfReader

    sizes = {}
    for value in ("a4", "us-letter"):
        out = programme / f"{value}.pdf"
        asked = ["--country", "jamaica", "--format", "pdf", "--option", f"paper={value}", "--out", str(out)]
        assert report(programme, *asked)[0].exit_code == 0
        sizes[value] = PdfReader(out).pages[0].mediabox.height
    assert sizes["a4"] > sizes["us-letter"]
    assert "papre" in report(programme, "--format", "pdf", "--option", "papre=a4")[0].output
    assert "NAME=VALUE" in report(programme, "--option", "paper")[0].output


def test_an_audience_that_is_not_named_has_no_report(programme):
    done, text = report(programme, "--audience", "public")
    assert (done.exit_code != 0, "CB703" in done.output, text) == (True, True, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2016-02-01", "--until", "2016-01-01"), "before it begins on 2016-02-01"),
        (("--kind", "novel"), "'novel' is not one of"),
        (("--kind", "brief", "--country", "Jamaica"), "CB731"),
    ],
)
def test_what_does_not_fit_is_said(programme, arguments, said):
    done, text = report(programme, *arguments)
    assert done.exit_code != 0
    assert said in done.output
    assert text == ""


def test_marks_of_the_programme_come_from_its_file(programme):
    assert open_workspace(programme).programme.disclosure.markings == {"Restricted": TLP.AMBER}
    text = (programme / "programme.toml").read_text().replace('"TLP:AMBER"\n[reports]', '"Amber"\n[reports]')
    (programme / "programme.toml").write_text(text)
    workspace = open_workspace(programme)
    assert any("'Amber' is not a label" in issue.message for issue in workspace.folder_issues)
    assert workspace.programme.disclosure.label("Restricted") is TLP.RED, "what is not defined is the strictest"


def test_a_marked_finding_of_a_visit_holds_back_a_report(programme):
    (programme / "visits" / "visits.toml").write_text(
        '[[visits]]\nid = "jm-2016"\ncountry = "Jamaica"\nstart = 2016-04-11\nfindings = "jm.csv"\n'
    )
    table = "criterion,answer,basis,evidence_title,evidence_marking,marking\nTEC-2.2a,yes,seen,Log,Restricted,{}\n"
    (programme / "visits" / "jm.csv").write_text(table.format("Restricted"))
    done, _ = report(programme, "--audience", "regional")
    assert "CB730" in done.output
    assert "JM TEC-2.2a (Restricted)" in done.output
    (programme / "visits" / "jm.csv").write_text(table.format(""))
    assert report(programme, "--audience", "regional")[0].exit_code == 0
