"""Tables of assessors in their own language and words: the same findings as under our column names."""

import csv
import io

import openpyxl
import pytest

from capbuild.workspace import open_workspace

MODEL = "ID,Aspect,Title (FR),Level 1,Level 2,Level 3\nA.1,Law,Loi,none,some,all\nA.2,Team,Équipe,nobody,one,many\n"
PROGRAMME = """
[programme]
id = "sea"
framework = "model 1"
participants = "as returned"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2026-06-30
[audiences]
team = "TLP:RED"
"""
OURS = """country,indicator,assessor,level,evidence,confidence
Togo,A.1,lead,2,Act,2
Togo,A.1,expert,3,,1
Benin,A.2,lead,1,,
"""
FRENCH = """Mission de mars;;;;;;
;;;;;;
Pays;Facteur;Aspect;Évaluateur;Niveau;Preuve;Confiance
Togo;F;Loi;lead;2;Act;2
Togo;F;loi;expert;Niveau 3;;1
Bénin;F;A.2 Équipe;lead;1;;
"""
SPANISH = """País,Código,Evaluadora,Nivel,Evidencia,Confianza
Togo,A.1,lead,2,Act,2
Togo,A.1,expert,3,,1
Benín,A.2,lead,1,,
"""


def _read(folder, name, data):
    for sub in ("frameworks", "returns"):
        (folder / sub).mkdir(exist_ok=True)
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (folder / "frameworks" / "model.csv").write_text(MODEL, encoding="utf-8")
    for old in (folder / "returns").iterdir():
        old.unlink()
    (folder / "returns" / name).write_bytes(data)
    workspace = open_workspace(folder)
    found = [
        (one.country.alpha_2, f.target, f.respondent, f.value, f.confidence, len(f.evidence))
        for one in workspace.assess("baseline")
        for f in one.findings
    ]
    return sorted(found, key=str), [issue for issue in workspace.validate() if issue.severity == "error"]


def test_headers_and_titles_in_another_language_are_read_as_ours(tmp_path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(FRENCH), delimiter=";"):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    wanted = _read(tmp_path, "a.csv", OURS.encode())
    assert len(wanted[0]) == 3
    assert not wanted[1]
    for name, data in (
        ("a.csv", FRENCH.encode("cp1252")),
        ("a.csv", SPANISH.encode()),
        ("a.xlsx", (tmp_path / "b.xlsx").read_bytes()),
    ):
        assert _read(tmp_path, name, data) == wanted, name


@pytest.mark.parametrize(
    ("row", "place", "word"),
    [
        ("Togo,A.1,lead,3,,", "a.csv:D5", "row 2"),
        ("Togo,A.1,third,3,,7", "a.csv:F5", "confidence must lie between 1 and 3"),
        ("Togo,Port,third,3,,", "a.csv:B5", "'Port'"),
    ],
)
def test_a_mistake_in_a_row_has_its_cell_and_changes_no_other_level(tmp_path, row, place, word):
    before, _ = _read(tmp_path, "a.csv", OURS.encode())
    after, (issue,) = _read(tmp_path, "a.csv", f"{OURS}{row}\n".encode())
    assert str(issue.origin) == f"returns/{place}"
    assert word in issue.message
    assert [one for one in after if isinstance(one[3], int) and one[3:] != (3, 7, 0)] == before


def test_a_table_of_judgements_without_levels_says_which_column_is_missing(tmp_path):
    _, errors = _read(tmp_path, "a.csv", OURS.replace("level", "result").encode())
    assert any("no column 'level'" in issue.message for issue in errors)
