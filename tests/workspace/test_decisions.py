"""Proposals decided on a sheet: what was decided is recorded, what others decided stands, all else is as it was."""

import csv
import io
import shutil

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import ReadError
from capbuild.workspace.forms.decisions import export_decisions, import_decisions
from capbuild.workspace.forms.reviews import import_review

HEADS = "country,round,target,computed,proposed,comment,evidence,by,date,decision,decided_by,decided_on,reason,file\n"
ROWS = (
    'Jamaica,baseline,TEC-2,L2,L3,"since April, by law",act 7,police,2016-06-02,,,,,jm.xlsx\n'
    "Jamaica,baseline,TEC-3,L1,-1,=SUM(1),,police,2016-06-02,open,,,,jm.xlsx\n"
    "Jamaica,baseline,TEC-2.2a,yes,,a comment,,police,2016-06-02,rejected,team,2016-06-14,-no proof,jm.xlsx\n"
)


@pytest.fixture
def asked(folder):
    (folder / "reviews").mkdir()
    table = folder / "reviews" / "proposals.csv"
    table.write_text(f'"Invented: a title"\n{HEADS}# a note\n{ROWS}', encoding="utf-8")
    return folder


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def fill(path, target, **cells):
    """Fill in the row of a target, by the ids of the columns; `None` as a target is every row."""
    if path.suffix == ".csv":
        rows = rows_of(path)
        ids = next(row for row in rows if "decided_by" in row)
        for row in rows[rows.index(ids) + 1 :]:
            if row[ids.index("target")] == target:
                for name, text in cells.items():
                    row[ids.index(name)] = text
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return
    book = pytest.importorskip("openpyxl").load_workbook(path)
    ids = next(row for row in book.active.iter_rows() if any(cell.value == "decided_by" for cell in row))
    columns = {cell.value: cell.column for cell in ids}
    for row in book.active.iter_rows(min_row=ids[0].row + 1):
        if row[columns["target"] - 1].value == target:
            for name, text in cells.items():
                row[columns[name] - 1].value = text
    book.save(path)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("language", "word"), [("en", "accepted"), ("es", "Aceptada"), ("fr", "ACCEPTÉE"), ("nl", "aanvaard")]
)
def test_a_decision_is_recorded_in_its_row_and_no_other(asked, suffix, language, word):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / f"d.{suffix}", language=language)
    fill(sheet, "TEC-2", decision=word, decided_by="team", decided_on="14/06/2016", reason="the act was read")
    found = import_decisions(cb.open_workspace(asked), sheet)
    assert ([one.target for one in found.proposals], found.known, found.open, len(found.issues)) == (["TEC-2"], 1, 1, 0)
    title, headers, note, first, *others = (
        (asked / "reviews" / "proposals.csv").read_text("utf-8").splitlines(keepends=True)
    )
    assert (title, headers, note) == ('"Invented: a title"\n', HEADS, "# a note\n")
    assert first.endswith("2016-06-02,accepted,team,2016-06-14,the act was read,jm.xlsx\n")
    assert others == ROWS.splitlines(keepends=True)[1:]
    review = cb.open_workspace(asked).assess("baseline")["JM"]["TEC-2"].review
    assert (review.level, review.reason) == (3, "the act was read")


def test_what_is_open_comes_first_and_nothing_becomes_a_formula(asked):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv", country="JM")
    rows = rows_of(sheet)
    ids = next(row for row in rows if "decided_by" in row)
    body = rows[rows.index(ids) + 1 :]
    assert [row[ids.index("target")] for row in body] == ["TEC-2", "TEC-3", "TEC-2.2a"]
    assert body[1][ids.index("comment")] == "'=SUM(1)"
    # Back as it went out: nothing was decided.
    found = import_decisions(cb.open_workspace(asked), sheet)
    assert (found.proposals, found.known, found.open, len(found.issues)) == ((), 1, 2, 0)


def test_a_decision_without_a_reason_or_in_other_words_is_not_recorded(asked):
    before = (asked / "reviews" / "proposals.csv").read_bytes()
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv")
    fill(sheet, "TEC-2", decision="accepted")
    fill(sheet, "TEC-3", decision="maybe", reason="who knows")
    found = import_decisions(cb.open_workspace(asked), sheet)
    assert [(one.code, one.severity.value) for one in found.issues] == [("CB847", "error"), ("CB853", "error")]
    assert (asked / "reviews" / "proposals.csv").read_bytes() == before


def test_what_somebody_decided_in_the_meantime_stands(asked):
    workspace = cb.open_workspace(asked)
    mine, theirs = (export_decisions(workspace, out=asked / f"{name}.csv") for name in ("mine", "theirs"))
    fill(theirs, "TEC-2", decision="rejected", decided_by="ministry", reason="no such act")
    fill(mine, "TEC-2", decision="accepted", decided_by="team", reason="the act was read")
    fill(mine, "TEC-3", decision="rejected", decided_by="team", reason="no level")
    import_decisions(cb.open_workspace(asked), theirs)
    found = import_decisions(cb.open_workspace(asked), mine)
    assert [(one.target, one.decision.value) for one in found.proposals] == [("TEC-3", "rejected")]
    (issue,) = found.issues
    assert (issue.code, "rejected by ministry; the recorded decision stays" in issue.message) == ("CB853", True)
    told = {one.target: (one.decision.value, one.decided_by) for one in cb.open_workspace(asked).monitoring.proposals}
    assert told == {"TEC-2": ("rejected", "ministry"), "TEC-3": ("rejected", "team"), "TEC-2.2a": ("rejected", "team")}


def test_what_is_not_recorded_stays_open(asked):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv")
    fill(sheet, "TEC-2", decision="rejected", reason="")
    found = import_decisions(cb.open_workspace(asked), sheet)
    assert found.open == sum(one.decision.value == "open" for one in cb.open_workspace(asked).monitoring.proposals) == 2


def test_a_decision_may_be_changed_on_a_new_sheet(asked):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv")
    fill(sheet, "TEC-2.2a", decision="accepted", reason="the proof came")
    assert len(import_decisions(cb.open_workspace(asked), sheet).proposals) == 1
    one = next(p for p in cb.open_workspace(asked).monitoring.proposals if p.target == "TEC-2.2a")
    assert (one.decision.value, one.reason, str(one.decided_on)) == ("accepted", "the proof came", "2016-06-14")


def test_without_its_keys_the_words_tell_which_proposal_is_meant(asked):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv", language="es")
    rows = [row[1:] for row in rows_of(sheet) if "decided_by" not in row]  # the key and the row of ids are gone
    with sheet.open("w", encoding="cp1252", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    text = sheet.read_text("cp1252").replace("police;2016-06-02;;;;", "police;2016-06-02;rechazada;team;;sin prueba", 1)
    sheet.write_text(text, encoding="cp1252")
    found = import_decisions(cb.open_workspace(asked), sheet)
    assert [(one.target, one.reason) for one in found.proposals] == [("TEC-2", "sin prueba")]


def test_rows_of_nothing_on_record_are_told(asked):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv")
    shutil.copy(sheet, asked / "kept.csv")
    table = asked / "reviews" / "proposals.csv"
    table.write_text(HEADS, encoding="utf-8")
    found = import_decisions(cb.open_workspace(asked), asked / "kept.csv")
    assert [one.code for one in found.issues] == ["CB853"] * 3


def test_another_file_is_no_sheet_of_decisions(asked):
    (asked / "x.csv").write_text("country,answer\nJamaica,yes\n", encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        import_decisions(cb.open_workspace(asked), asked / "x.csv")
    assert caught.value.code == "CB849"


def test_a_sheet_of_decisions_is_no_review_form(asked):
    sheet = export_decisions(cb.open_workspace(asked), out=asked / "d.csv")
    with pytest.raises(ReadError) as caught:
        import_review(cb.open_workspace(asked), sheet)
    assert (caught.value.code, caught.value.remedy) == ("CB849", "record it with capbuild review decide")


def test_decisions_at_the_command_line(asked):
    run = CliRunner().invoke
    made = run(app, ["review", "proposals", str(asked)])
    sheet = asked / "private" / "reviews" / "decisions-baseline.xlsx"
    assert (made.exit_code, made.output.strip()) == (0, sheet.as_posix())
    fill(sheet, "TEC-2", decision="accepted", decided_by="team", decided_on="2016-06-14", reason="the act was read")
    back = run(app, ["review", "decide", str(asked), str(sheet)])
    assert (back.exit_code, "1 decision recorded, 1 known before, 1 open" in back.output) == (0, True)
    assert "1 open of 3 proposals" in run(app, ["review", "status", str(asked)]).output
    fill(sheet, "TEC-3", decision="rejected")
    assert run(app, ["review", "decide", str(asked), str(sheet)]).exit_code == 1
