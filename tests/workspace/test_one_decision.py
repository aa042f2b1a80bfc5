"""The run uses the questions that the draft of a programme says it uses, whatever other returns ask; and remembers."""

import csv
import random

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.frameworks import load_bundled
from capbuild.workspace import open_workspace, run
from capbuild.workspace.drafts.scaffold import make_folder

POLICE = load_bundled("police_cyber")
TEXTS = {name: criterion.text.get("en") for name, criterion in POLICE.criteria.items()}


def findings(folder):
    return {(one.origin.file, one.target): one.value for one in open_workspace(folder).collect("baseline").findings}


def told(folder, code):
    return [issue for issue in run(open_workspace(folder)).issues if issue.code == code]


def write(folder, name, header, answers):
    path = folder / "returns" / name
    path.parent.mkdir(exist_ok=True)
    quoted = ",".join(f'"{text}"' for text in header)
    path.write_text(f"country,{quoted}\nJamaica,{','.join(answers)}\n", encoding="utf-8")


def test_an_open_question_of_a_draft_is_not_read_until_a_person_decides(folder):
    asked = TEXTS["MAN-1.2a"]
    write(folder, "jm.csv", [asked], ["no"])
    assert ("returns/jm.csv", "MAN-1.2a") in findings(folder)
    row = f'jm.csv,"{asked}",,likely,MAN-1.2a,"{asked}"\n'
    draft = "file,question,target,certainty,proposed,question_text\n"
    (folder / "mappings" / "jm.csv").write_text(draft + row, encoding="utf-8")
    assert ("returns/jm.csv", "MAN-1.2a") not in findings(folder)
    assert told(folder, "CB211") == []
    # The same text, decided for another return, is decided here too.
    other = f'bz.csv,Q1,MAN-1.2a,certain,,"{asked}"\n'
    (folder / "mappings" / "bz.csv").write_text(draft + other, encoding="utf-8")
    assert ("returns/jm.csv", "MAN-1.2a") in findings(folder)


@pytest.mark.parametrize("header", ["v_17", "MAN-1.2a", "Do they punish it?"])
@pytest.mark.parametrize("answer", ["1", "Ya lo creo", "no"])
def test_a_copy_of_a_mapped_return_is_read_like_it(folder, header, answer):
    for name in ("jm.csv", "copy.csv"):
        write(folder, name, [header], [answer])
    copy = folder / "returns" / "copy.csv"
    copy.write_text(copy.read_text("utf-8").replace("country", "Country"), encoding="utf-8")
    row = f'jm.csv,{header},MAN-1.2a,"{answer}=yes"\n'
    (folder / "mappings" / "jm.csv").write_text(f"file,question,target,answers\n{row}", encoding="utf-8")
    found = findings(folder)
    assert found["returns/jm.csv", "MAN-1.2a"] == found["returns/copy.csv", "MAN-1.2a"] == "yes"


@pytest.mark.parametrize("pattern", ["kobo*.csv", "*/kobo*.csv", "2027/kobo_2027.csv"])
def test_a_pattern_without_a_folder_is_of_every_folder(folder, pattern):
    write(folder, "2027/kobo_2027.csv", ["Q1"], ["yes"])
    (folder / "mappings" / "m.csv").write_text(f"file,question,target\n{pattern},Q1,MAN-1.2a\n", encoding="utf-8")
    assert findings(folder)["returns/2027/kobo_2027.csv", "MAN-1.2a"] == "yes"
    assert told(folder, "CB604") == []


@pytest.mark.parametrize("pattern", ["odk*.csv", "2026/kobo*.csv", "kobo_2026.csv"])
def test_a_pattern_of_no_return_is_told(folder, pattern):
    write(folder, "2027/kobo_2027.csv", ["Q1"], ["yes"])
    (folder / "mappings" / "m.csv").write_text(f"file,question,target\n{pattern},Q1,MAN-1.2a\n", encoding="utf-8")
    (issue,) = told(folder, "CB604")
    assert pattern in issue.message


@pytest.mark.parametrize("seed", range(6))
def test_the_run_reads_what_the_new_programme_says_and_no_other_question(tmp_path, seed):
    rng = random.Random(seed)
    names = rng.sample(sorted(TEXTS), 12)
    for country in ("Jamaica", "Belize", "Panama"):
        asked = {_edited(TEXTS[name], rng) for name in rng.sample(names, 8)}
        header = ",".join(f'"{text}"' for text in ("Country", *sorted(asked)))
        (tmp_path / "received").mkdir(exist_ok=True)
        row = ",".join([country, *rng.choices(["yes", "no"], k=len(asked))])
        (tmp_path / "received" / f"{country}.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    make_folder(tmp_path / "programme", POLICE, returns=tmp_path / "received")
    rows = [
        row
        for path in (tmp_path / "programme" / "mappings").glob("[A-Z]*.csv")
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())
    ]
    assert {row["certainty"] for row in rows} >= {"certain", "likely"}
    said = {(f"returns/{row['file']}", row["target"]) for row in rows if row["target"]}
    assert set(findings(tmp_path / "programme")) == said
    assert told(tmp_path / "programme", "CB211") == []


def _edited(text, rng):
    """The text with up to half of its words replaced: some texts are certain, some likely."""
    words = text.split()
    for place in rng.sample(range(len(words)), rng.choice([0, len(words) // 3, len(words) // 2])):
        words[place] = rng.choice(["zebra", "lamp", "quite", "stone"])
    return " ".join(words).replace('"', "")


def test_likely_proposals_of_a_return_in_a_folder_are_confirmed_by_the_command(folder):
    name, text = "MAN-1.2a", TEXTS["MAN-1.2a"]
    near, turned = f"{text} (10)", f"{TEXTS['MAN-1.2b']} (10)"
    write(folder, "2027/jm.csv", [near, turned, f"{turned} (11)"], ["no", "no", "no"])
    place = folder / "mappings" / "jm.csv"
    words = ["map", str(folder / "returns" / "2027" / "jm.csv"), "--out", str(place)]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert ("returns/2027/jm.csv", name) not in findings(folder)
    assert CliRunner().invoke(app, [*words, "--accept", "likely"]).exit_code == 0
    found = {target: value for (file, target), value in findings(folder).items() if file == "returns/2027/jm.csv"}
    assert found == {name: "no"}  # two questions are near the other target: a person decides
    assert told(folder, "CB604") == []
    assert CliRunner().invoke(app, [*words[:2], "--accept", "likely"]).exit_code == 2
