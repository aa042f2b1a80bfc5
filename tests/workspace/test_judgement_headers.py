"""Tables of assessors in their own language and words: the same findings as under our column names."""

import csv
import io
import random

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


WIDE = "ID,Aspect,Assessor 1,Evidence (assessor 1),Assessor 2,Consensus\n"


@pytest.mark.parametrize("seed", range(5))
def test_columns_lines_and_sheets_give_what_a_row_per_judgement_gives(tmp_path, seed):
    """One layout's findings are those of each other layout of the same judgements."""
    rng = random.Random(seed)
    levels = {(place, target, who): rng.randint(1, 3) for place in ("Togo", "Benin") for target in ("A.1", "A.2")
              for who in ("assessor 1", "assessor 2", "consensus")}  # fmt: skip
    acts = {key: rng.choice(["Act", ""]) for key in levels}
    for place, target, who in acts:
        if who != "assessor 1":
            acts[place, target, who] = ""
    long = "country,indicator,assessor,level,evidence\n" + "".join(
        f"{place},{target},{who},{level},{acts[place, target, who]}\n" for (place, target, who), level in levels.items()
    )
    wanted = _read(tmp_path, "a.csv", long.encode())
    assert (len(wanted[0]), wanted[1]) == (12, [])

    wide, own = openpyxl.Workbook(), openpyxl.Workbook()
    wide.remove(wide.active)
    own.remove(own.active)
    for place in ("Togo", "Benin"):
        sheet = wide.create_sheet(f"Team {place}")
        rows = [["Visit of March"], ["Country:", place], [], WIDE.strip().split(",")]
        rows += [
            [target, "x", levels[place, target, "assessor 1"], acts[place, target, "assessor 1"]]
            + [levels[place, target, who] for who in ("assessor 2", "consensus")]
            for target in ("A.1", "A.2")
        ]
        for row in rows:
            sheet.append([cell.replace("x", "") if isinstance(cell, str) else cell for cell in row])
        for who in ("assessor 1", "assessor 2", "consensus"):
            sheet = own.create_sheet(f"{place} {who[-1]}")
            sheet.append([f"Country: {place}"])
            sheet.append(["Evaluator", who])
            sheet.append(["ID", "Level", "Evidence"])
            for target in ("A.1", "A.2"):
                sheet.append([target, levels[place, target, who], acts[place, target, who]])
    for name, book in (("wide.xlsx", wide), ("own.xlsx", own)):
        book.save(tmp_path / name)
        assert _read(tmp_path, name, (tmp_path / name).read_bytes()) == wanted, name


def test_a_table_without_a_country_is_one_error_and_a_rule_gives_it(tmp_path):
    table = OURS.replace("country,", "").replace("Togo,", "").replace("Benin,", "").encode()
    found, (error,) = _read(tmp_path, "a.csv", table)
    assert not found
    assert (str(error.origin), "3 rows" in error.message, "[read." in error.remedy) == ("returns/a.csv:2", True, True)
    with (tmp_path / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('[read."returns/a.csv"]\ncountry = "Togo"\n')
    assert len(open_workspace(tmp_path).assess("baseline")["Togo"].findings) == 3


def test_what_a_workbook_of_judgements_does_not_use_is_named(tmp_path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(FRENCH.replace("Confiance", "Couleur")), delimiter=";"):
        book.active.append(row)
    book.create_sheet("Budget").append(["Item", "Price"])
    book.save(tmp_path / "b.xlsx")
    found, errors = _read(tmp_path, "b.xlsx", (tmp_path / "b.xlsx").read_bytes())
    said = {str(issue.origin) for issue in open_workspace(tmp_path).validate() if issue.code == "CB603"}
    assert (len(found), errors, said) == (3, [], {"returns/b.xlsx!Sheet:G3", "returns/b.xlsx!Budget:1"})


def test_a_judgement_of_a_day_to_come_is_found_with_its_cell(tmp_path):
    table = f"Date:,2999-01-31\n{OURS}"
    _read(tmp_path, "a.csv", table.encode())
    found = {str(issue.origin) for issue in open_workspace(tmp_path).check().issues if issue.code == "CK103"}
    assert {place.partition(":")[0] for place in found} == {"returns/a.csv"}
    assert len(found) == 2  # one for each country
