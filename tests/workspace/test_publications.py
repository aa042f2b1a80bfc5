"""The register of publications in a programme's folder, as a person meets it."""

import json
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.disclosure import Publication
from capbuild.errors import WorkspaceError
from capbuild.frozen import FrozenMap
from capbuild.model import Audience
from capbuild.workspace.runs.publications import REGISTER, load_publications

NAMES = ("Kenya", "Ghana", "Togo", "Benin", "Mali", "Niger", "Chad", "Gabon")
PROGRAMME = """
[programme]
id = "labs"
title = "Laboratories"
framework = "police-cyber 1.0"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2021-06-30
end = 2021-05-31
[audiences]
team = "TLP:AMBER+STRICT"
regional = "TLP:GREEN"
donor = "TLP:GREEN"
[[phases]]
id = "all"
title = "All"
start = 2021-01-01
end = 2021-12-31
[reports]
formats = ["md", "csv"]
"""


@pytest.fixture
def labs(tmp_path):
    """Eight laboratories, of which two have not answered: half do one thing, half do not."""
    folder = tmp_path / "labs"
    (folder / "returns").mkdir(parents=True)
    people = "".join(f'[[participants]]\ncountry = "{name}"\n' for name in NAMES)
    (folder / "programme.toml").write_text(PROGRAMME + people, "utf-8")
    answer(folder, NAMES[:6])
    return folder


def answer(folder, names, **values):
    rows = [f"{name},{values.get(name, ('yes', 'no')[place % 2])}" for place, name in enumerate(names)]
    (folder / "returns" / "survey.csv").write_text("\n".join(["country,TEC-2.2a", *rows, ""]), "utf-8")


def command(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def report(folder, name="regional.md", **values):
    command("report", folder, "--audience", "regional", "--format", "md", "--out", folder.parent / name)
    return (folder.parent / name).read_text("utf-8")


def test_a_late_return_changes_no_line_of_the_counts(labs):
    before = report(labs)
    answer(labs, NAMES[:7])
    after = report(labs)
    assert counts(before)
    assert counts(after) == counts(before)
    left_out = command(
        "report",
        labs,
        "--audience",
        "regional",
        "--kind",
        "redactions",
        "--format",
        "md",
        "--out",
        labs.parent / "r.md",
    )
    assert left_out
    text = (labs.parent / "r.md").read_text("utf-8")
    assert "Chad" in text
    assert "compared with earlier reports" in text
    answer(labs, NAMES)
    (labs / REGISTER).unlink()
    assert counts(report(labs)) != counts(before)


def counts(page):
    return [line for line in page.splitlines() if line.startswith("| TEC-2")]


def test_an_unchanged_run_writes_the_same_register_and_files(labs):
    def everything():
        return {p.name: p.read_bytes() for p in [*(labs / "out").rglob("*"), labs / REGISTER] if p.is_file()}

    held = "delivery,activity,title,start,end\nD1,,Course,2021-05-01,2021-05-02\n"
    (labs / "training").mkdir()
    (labs / "training" / "deliveries.csv").write_text(held, "utf-8")
    command("run", labs)
    first = everything()
    command("run", labs)
    command("run", labs, "--fresh")
    again = everything()
    assert json.loads((labs / REGISTER).read_text("utf-8"))["publications"]
    assert {name for name in first if first[name] != again[name]} == set()


def test_the_register_is_the_owners_alone(labs):
    report(labs)
    assert stat.S_IMODE((labs / REGISTER).stat().st_mode) == 0o600
    assert stat.S_IMODE((labs / "private").stat().st_mode) == 0o700
    assert (labs / "private" / ".gitignore").read_text("utf-8") == "*\n"


def test_the_team_alone_needs_no_register(labs):
    command("report", labs, "--format", "md", "--out", labs.parent / "team.md")
    assert not (labs / "private").exists()
    assert "No audience was given anything" in command("status", labs, "--publications")


def test_what_was_given_is_shown_without_levels(labs):
    report(labs)
    shown = command("status", labs, "--publications")
    assert "regional" in shown
    assert "baseline 6" in shown
    (entry,) = json.loads(command("status", labs, "--publications", "--json"))
    assert (entry["audience"], entry["counted"]) == ("regional", {"baseline": ["BJ", "GH", "KE", "ML", "NE", "TG"]})
    assert "level" not in json.dumps(entry)


def test_a_damaged_register_stops_reports(labs):
    report(labs)
    (labs / REGISTER).write_text("{", "utf-8")
    with pytest.raises(WorkspaceError) as caught:
        load_publications(labs)
    assert (caught.value.code, caught.value.origin.file) == ("CB610", REGISTER)
    words = ("report", labs, "--audience", "regional", "--format", "md", "--out", labs.parent / "again.md")
    assert "CB610" in command(*words, code=2)
    assert not (labs.parent / "again.md").exists()


def test_of_two_who_report_at_once_the_second_compares_with_the_first(labs):
    """What was given in the meantime was not compared: the second is refused, writes nothing, and repeats it."""
    late = load_publications(labs)
    report(labs)
    first = load_publications(labs).every
    late.add(Publication(audience=Audience.DONOR, counted=first[0].counted))
    with pytest.raises(WorkspaceError) as caught:
        late.save()
    assert (caught.value.code, caught.value.origin.file) == ("CB509", REGISTER)
    assert load_publications(labs).every == first
    again = load_publications(labs)
    again.add(Publication(audience=Audience.DONOR, counted=first[0].counted))
    again.save()
    again.add(Publication(audience=Audience.DONOR, named=FrozenMap({"plan": frozenset({"BB"})})))
    again.save()
    assert {item.audience for item in load_publications(labs).every} == {"regional", "donor"}


_WRITER = """
import sys, time
from pathlib import Path
from capbuild.disclosure import Publication
from capbuild.errors import WorkspaceError
from capbuild.frozen import FrozenMap
from capbuild.model import Audience
from capbuild.workspace.runs.publications import load_publications
folder, who = Path(sys.argv[1]), sys.argv[2]
for number in range(20):
    for _ in range(500):
        register = load_publications(folder)
        counted = FrozenMap({f"{who}-{number}": frozenset({"BB"})})
        register.add(Publication(audience=Audience.DONOR, counted=counted))
        try:
            register.save()
            break
        except WorkspaceError:
            time.sleep(0.01)
    else:
        sys.exit(1)
"""


def test_no_publication_of_several_processes_is_lost(tmp_path):
    running = [subprocess.Popen([sys.executable, "-c", _WRITER, tmp_path, name]) for name in ("a", "b")]
    assert [one.wait(60) for one in running] == [0, 0]
    counted = {name for one in load_publications(tmp_path).every for name in one.counted}
    assert counted == {f"{who}-{number}" for who in "ab" for number in range(20)}
