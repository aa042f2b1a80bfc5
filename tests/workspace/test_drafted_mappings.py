"""Questions that nothing maps are read by their wording where that is certain, and the run says so."""

from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.frameworks import load_bundled
from capbuild.model import Missing
from capbuild.workspace import open_workspace, run

TEXTS = {name: criterion.text.get("es") for name, criterion in load_bundled("police_cyber").criteria.items()}
ASKED = {"MAN-1.2a": "si", "MAN-1.2b": "no"}


def write_return(folder, more=""):
    headers = ",".join(f'"{TEXTS[name]}"' for name in ASKED)
    text = f"pais,{headers}{more and ',' + more}\nJamaica,{','.join(ASKED.values())}{more and ',no'}\n"
    (folder / "returns" / "jm.csv").write_text(text, encoding="utf-8")


def findings(folder):
    return {one.target: one.value for one in open_workspace(folder).collect("baseline").findings}


def told(folder):
    return [issue for issue in run(open_workspace(folder)).issues if issue.code == "CB211"]


def test_certain_questions_are_read_and_named(folder):
    write_return(folder, "Color favorito")
    assert findings(folder) == {"MAN-1.2a": "yes", "MAN-1.2b": "no"}
    (issue,) = told(folder)
    assert (issue.severity, issue.origin.file) == ("warning", "returns/jm.csv")
    assert issue.message.startswith("2 questions of returns/jm.csv read by the wording: ")


def test_what_a_person_mapped_counts(folder):
    write_return(folder)
    rows = f'question,target\n"{TEXTS["MAN-1.2a"]}",TEC-2.2a\n"{TEXTS["MAN-1.2b"]}",MAN-1.2a\n'
    (folder / "mappings" / "m.csv").write_text(rows, encoding="utf-8")
    assert findings(folder) == {"TEC-2.2a": "yes", "MAN-1.2a": "no"}
    assert told(folder) == []


def test_a_draft_is_written_corrected_and_used(folder):
    write_return(folder, "Ley contra el acceso ilegal a sistemas")
    place = folder / "mappings" / "jm.csv"
    words = ["map", str(folder / "returns" / "jm.csv"), "--programme", str(folder), "--out", str(place)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "2 certain" in done.output
    assert not [
        issue for issue in run(open_workspace(folder)).issues if issue.origin and "mappings" in issue.origin.file
    ]
    assert findings(folder) == {"MAN-1.2a": "yes", "MAN-1.2b": "no"}
    lines = place.read_text("utf-8-sig").splitlines()
    (open_row,) = (line for line in lines if "Ley contra" in line)
    name, question, _, rest = open_row.split(",", 3)
    confirmed = [f"{name},{question},MAN-1.3a,{rest}" if line == open_row else line for line in lines]
    place.write_text("\n".join(confirmed), encoding="utf-8")
    assert findings(folder) == {"MAN-1.2a": "yes", "MAN-1.2b": "no", "MAN-1.3a": "no"}
    assert told(folder) == []


def test_a_meaning_left_blank_in_a_draft_leaves_that_of_the_programme(folder):
    (folder / "returns" / "jm.csv").write_text("country,TEC-2.2a,TEC-2.2b\nJamaica,NS,NS\n", encoding="utf-8")
    rows = "question,target,answers\nTEC-2.2a,TEC-2.2a,NS=\nTEC-2.2b,TEC-2.2b,NS=no\n"
    (folder / "mappings" / "m.csv").write_text(rows, encoding="utf-8")
    path = folder / "programme.toml"
    setting = '[read."returns/jm.csv"]\nanswers = {"NS" = "don\'t know"}\n'
    path.write_text(path.read_text("utf-8") + setting, encoding="utf-8")
    assert findings(folder) == {"TEC-2.2a": Missing.DONT_KNOW, "TEC-2.2b": "no"}


def test_what_a_person_mapped_in_one_file_is_remembered_in_others(folder):
    (folder / "mappings" / "jm.csv").write_text(
        "file,question,target,answers,question_text\n"
        "jm.csv,Q1,MAN-1.2a,Ya lo creo=yes,¿Se castiga el acceso sin permiso?\n"
        f'jm.csv,Q2,-,,"{TEXTS["MAN-1.2b"]}"\n',
        encoding="utf-8",
    )
    texts = ["¿Se castiga el acceso sin permiso?", TEXTS["MAN-1.2b"]]
    headers = ",".join(f'"{text}"' for text in texts)
    (folder / "returns" / "bz.csv").write_text(f"country,{headers}\nJamaica,Ya lo creo,yes\n", encoding="utf-8")
    found = {one.target: one.value for one in open_workspace(folder).collect("baseline").findings}
    assert found == {"TEC-2.2a": "yes", "MAN-1.2a": "yes"}
    assert [issue.origin.file for issue in told(folder)] == ["returns/bz.csv"]


def test_a_question_with_two_targets_is_told(folder):
    write_return(folder)
    first, second = (TEXTS[name] for name in ASKED)
    rows = [("", first, "TEC-2.2a"), ("jm.csv", first.upper(), "MAN-1.2a"), ("jm.csv", second, "MAN-1.2b"),
            ("", second, "-"), ("jm.csv", second, "MAN-1.2b"), ("other.csv", second, "MAN-1.3a")]  # fmt: skip
    text = "\n".join(f'{file},"{question}",{target}' for file, question, target in rows)
    (folder / "mappings" / "m.csv").write_text(f"file,question,target\n{text}\n", encoding="utf-8")
    found = [issue for issue in open_workspace(folder).validate() if issue.code == "CB672"]
    assert [(issue.severity.value, issue.origin.row) for issue in found] == [
        ("warning", 3),
        ("warning", 5),
        ("error", 6),
        ("warning", 7),
    ]
    assert "counts for both" in found[0].message
    assert "is not read" in found[1].message
    assert findings(folder)["TEC-2.2a"] == findings(folder)["MAN-1.2a"] == "yes"
