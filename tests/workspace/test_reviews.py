"""The round trip with a country: a form out, answers back as proposals, and nothing computed changes."""

import csv
import datetime
import io

import pytest
from attrs import evolve
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import CapbuildError, WriteError
from capbuild.workspace.forms.reviews import export_review, import_review

AUDIENCE = '\n[audiences]\nteam = "TLP:AMBER"\ncountry = "TLP:AMBER"\n'


@pytest.fixture
def ready(folder):
    with (folder / "programme.toml").open("a", encoding="utf-8") as file:
        file.write(AUDIENCE)
    return folder


def answer(path, cells=(), facts=(), rename=None):
    """Fill in a form as a person would: cells by target and column, facts by name."""
    cells, facts = dict(cells), dict(facts)
    if path.suffix == ".xlsx":
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.load_workbook(path)
        rows = [list(row) for row in book.active.iter_rows()]
        read, write = (lambda c: str(c.value or "")), (lambda row, n, text: setattr(row[n], "value", text))
    else:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        read, write = (lambda c: c), (lambda row, n, text: row.__setitem__(n, text))
    headers = None
    for row in rows:
        first = read(row[0]) if row else ""
        if headers is None and first in facts:
            write(row, 2, facts[first])
        if headers is None and first == "target":
            headers = [read(cell) for cell in row]
        elif headers is not None:
            for (target, column), text in cells.items():
                if target == first:
                    write(row, headers.index(column), text)
    target = path.with_name(rename or path.name)
    if path.suffix == ".xlsx":
        book.save(target)
    else:
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return target


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_there_and_back(ready, suffix):
    workspace = cb.open_workspace(ready)
    before = workspace.assess("baseline")["Jamaica"]
    form = export_review(
        workspace,
        "JM",
        out=ready / f"jm.{suffix}",
        language="es",
        sent=datetime.date(2016, 7, 1),
        deadline=datetime.date(2016, 7, 29),
    )
    cells = {
        ("TEC-2", "proposed"): "L3",
        ("TEC-2", "comment"): "Desde abril.",
        ("TEC-2.2a", "new_evidence"): "=HYPERLINK(1)",
    }
    answer(form, cells, {"agree": "No", "by": "policía", "date": "2016-07-20"})
    found = import_review(cb.open_workspace(ready), form)
    assert (len(found.issues), found.known, found.state.state.value) == (0, 0, "disputed")
    assert [(p.target, p.proposed, p.comment, p.evidence) for p in found.proposals] == [
        ("TEC-2", "L3", "Desde abril.", ""),
        ("TEC-2.2a", "", "", "=HYPERLINK(1)"),
    ]
    # Again: nothing is recorded twice.
    again = import_review(cb.open_workspace(ready), form)
    assert (again.proposals, again.known, again.state) == ((), 2, None)
    after = cb.open_workspace(ready).assess("baseline")["Jamaica"]
    assert after.scores == before.scores
    assert (after.state.value, after.standing.by, str(after.standing.date)) == ("disputed", "policía", "2016-07-20")
    assert cb.open_workspace(ready).monitoring.issues == ()


def test_a_form_sent_again_on_the_same_day_adds_no_row(ready):
    days = {"sent": datetime.date(2016, 7, 1), "deadline": datetime.date(2016, 7, 29)}
    for _ in range(2):
        export_review(cb.open_workspace(ready), "JM", out=ready / "jm.csv", **days)
    assert len(cb.open_workspace(ready).monitoring.states) == 1
    with pytest.raises(WriteError, match=r"no review form is written as '\.docx'"):
        export_review(cb.open_workspace(ready), "JM", out=ready / "jm.docx")


def decide(folder, decision, **more):
    path = folder / "reviews" / "proposals.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for row in rows:
        row.update(decision=decision, **more)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)


@pytest.fixture
def proposed(ready):
    form = export_review(cb.open_workspace(ready), "Jamaica", out=ready / "jm.csv")
    answer(form, {("TEC-2", "proposed"): "L4"}, {"by": "police"})
    import_review(cb.open_workspace(ready), form, received=datetime.date(2016, 7, 20))
    return ready


def test_an_accepted_level_stands_beside_the_computed_one(proposed):
    before = cb.open_workspace(proposed).assess("baseline")["JM"]["TEC-2"]
    decide(proposed, "accepted", decided_by="team", reason="the record was read")
    after = cb.open_workspace(proposed).assess("baseline")["JM"]["TEC-2"]
    assert (after.review.level, after.review.reason, after.review.by) == (4, "the record was read", "team")
    assert evolve(after, review=None) == before


def test_a_rejected_one_is_a_dissent_on_record(proposed):
    decide(proposed, "rejected", decided_by="team", reason="nothing was shown")
    assessment = cb.open_workspace(proposed).assess("baseline")["JM"]
    (dissent,) = assessment.dissents
    assert (dissent.target, str(dissent.statement), dissent.by) == ("TEC-2", "L4", "police")
    assert (str(dissent.date), dissent.answer) == ("2016-07-20", "nothing was shown")
    assert assessment["TEC-2"].review is None
    text = cb.render(cb.open_workspace(proposed).assess("baseline")["JM"], "md")
    assert "disputed" in text
    assert "nothing was shown" in text


def test_the_report_prints_both(proposed):
    decide(proposed, "accepted", decided_by="team", reason="the record was read")
    workspace = cb.open_workspace(proposed)
    assessed = workspace.assess("baseline")
    given = {"programme": workspace.programme, "dossier": workspace.dossier("baseline")}
    text = cb.render(assessed["JM"], "md", **given)
    assert "State of these results: disputed (police, 20 July 2016)." in text
    assert "accepted, and printed beside the computed result: the record was read" in text
    assert str(assessed["JM"]["TEC-2"]) in text
    assert "reviewed: L4" in text
    assert "disputed: 1" in cb.render(assessed, "md", **given)


def test_a_decision_needs_its_reason(proposed):
    decide(proposed, "rejected")
    assert [i.code for i in cb.open_workspace(proposed).monitoring.issues] == ["CB847"]


def test_who_agrees_and_proposes_is_asked(ready):
    form = export_review(cb.open_workspace(ready), "Jamaica", out=ready / "jm.csv")
    answer(form, {("TEC-2", "proposed"): "L4"}, {"agree": "yes"})
    found = import_review(cb.open_workspace(ready), form)
    assert found.state.state.value == "disputed"
    assert [i.code for i in found.issues] == ["CB851"]


def test_agreement_is_recorded(ready):
    form = export_review(cb.open_workspace(ready), "Jamaica", out=ready / "jm.csv")
    answer(form, {}, {"agree": "Sí", "date": "2016-08-01"})
    assert import_review(cb.open_workspace(ready), form).state.state.value == "agreed"


def test_results_changed_by_hand_are_not_read(ready):
    form = export_review(cb.open_workspace(ready), "Jamaica", out=ready / "jm.csv")
    answer(form, {("TEC-2", "computed"): "L5 Sustained"})
    found = import_review(cb.open_workspace(ready), form)
    assert ([i.code for i in found.issues], found.proposals) == (["CB850"], ())


@pytest.mark.parametrize("text", ["country,answer\nJamaica,yes\n", "framework,x,other 1.0\n"])
def test_another_file_is_no_form(ready, text):
    (ready / "x.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CapbuildError) as caught:
        import_review(cb.open_workspace(ready), ready / "x.csv")
    assert caught.value.code == "CB849"


def test_without_the_audience_nothing_leaves(folder):
    with pytest.raises(WriteError) as caught:
        export_review(cb.open_workspace(folder), "Jamaica", out=folder / "jm.csv")
    assert caught.value.code == "CB703"
    assert not (folder / "jm.csv").exists()


def test_a_silent_country_has_nothing_to_review(ready):
    with pytest.raises(CapbuildError, match="has no assessment"):
        export_review(cb.open_workspace(ready), "Belize", out=ready / "bz.csv")


def test_the_same_form_twice_has_the_same_bytes(ready):
    first, second = (
        export_review(cb.open_workspace(ready), "Jamaica", out=ready / f"{n}.xlsx").read_bytes() for n in "ab"
    )
    assert first == second


def test_a_withdrawn_issue_names_what_takes_its_place(ready):
    headers = "country,round,state,by,date,deadline,successor,note\n"
    (ready / "reviews").mkdir()
    table = ready / "reviews" / "states.csv"
    table.write_text(headers + "Jamaica,baseline,withdrawn,ministry,2017-01-01,,,\n", encoding="utf-8")
    assert [i.code for i in cb.open_workspace(ready).monitoring.issues] == ["CB848"]
    table.write_text(headers + "Jamaica,baseline,withdrawn,ministry,2017-01-01,,endline,\n", encoding="utf-8")
    assert cb.open_workspace(ready).assess("baseline")["JM"].standing.successor == "endline"


def test_at_the_command_line(ready):
    run = CliRunner().invoke
    made = run(app, ["review", "export", str(ready), "Jamaica", "--sent", "2016-07-01", "--deadline", "2016-07-29"])
    assert made.exit_code == 0
    form = ready / "private" / "reviews" / "JM-baseline.xlsx"
    assert made.output.strip() == form.as_posix()
    late = run(app, ["review", "status", str(ready), "--on", "2016-08-01"])
    assert "late" in late.output
    answer(form, {("TEC-2", "proposed"): "L3"})
    back = run(app, ["review", "import", str(ready), str(form), "--received", "2016-07-20"])
    assert back.exit_code == 0
    assert "1 new proposal" in back.output
    assert "1 open of 1 proposals" in run(app, ["review", "status", str(ready)]).output
