"""The table of actions: proposals are appended, a sheet that came back changes only what it changed."""

import csv
import io

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import ReadError
from capbuild.workspace.forms.actions import import_actions, record_actions

ACTIONS = "actions.csv"
HEADS = "id;country;target;action;owner;due;cost;currency;payer;status;round;closed;note\n"
MINE = (
    'BB-01;Belize;TEC-2.2a;"Own words; with a sign";unit;2016-12-01;1200,50;USD;country;accepted;baseline;;\n# a note\n'
)


@pytest.fixture
def kept(folder):
    """A table as a spreadsheet saves it with semicolons, and a country with steps missing."""
    (folder / ACTIONS).write_text(HEADS + MINE, encoding="cp1252")
    text = "country,TEC-2.2a,TEC-2.2b,TEC-2.3a\nJamaica,no,no,no\n"
    (folder / "returns" / "jm.csv").write_text(text, encoding="utf-8")
    return folder


def rows_of(folder):
    text = (folder / ACTIONS).read_text("cp1252")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_rows_are_read_with_their_places(kept):
    workspace = cb.open_workspace(kept)
    (one,) = workspace.monitoring.recommendations
    assert (one.country.name, str(one.cost), one.payer) == ("Belize", "USD 1,200.50", "country")
    assert workspace.find_origin(one).row == 2
    assert not [issue for issue in workspace.monitoring.issues if issue.origin.file == ACTIONS]


def test_proposals_are_appended_once_and_rows_stay(kept):
    new = record_actions(cb.open_workspace(kept), "baseline")
    assert [one.target for one in new] == ["TEC-2.2a", "TEC-2.2b", "TEC-2.3a"]
    assert (kept / ACTIONS).read_text("cp1252").startswith(HEADS + MINE)
    assert [row["id"] for row in rows_of(kept) if not row["id"].startswith("#")] == [
        "BB-01",
        "JM-TEC-2.2a",
        "JM-TEC-2.2b",
        "JM-TEC-2.3a",
    ]
    assert record_actions(cb.open_workspace(kept), "baseline") == []
    assert not [issue for issue in cb.open_workspace(kept).monitoring.issues if issue.origin.file == ACTIONS]


def fill(path, name, **cells):
    """Fill in the row of an action, by the ids of the columns."""
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        for row in rows[1:]:
            if row[0] == name:
                for column, text in cells.items():
                    row[rows[0].index(column)] = text
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return
    book = pytest.importorskip("openpyxl").load_workbook(path)
    ids = next(row for row in book.active.iter_rows() if any(cell.value == "digest" for cell in row))
    columns = {cell.value: cell.column for cell in ids}
    for row in book.active.iter_rows(min_row=ids[0].row + 1):
        if row[0].value == name:
            for column, text in cells.items():
                row[columns[column] - 1].value = text
    book.save(path)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_edited_text_is_recorded_unless_the_table_was_edited_too(kept, tmp_path, language):
    record_actions(cb.open_workspace(kept), "baseline")
    sheet = tmp_path / "sheet.csv"
    done = CliRunner().invoke(app, ["actions", str(kept), "--out", str(sheet), "--language", language])
    assert done.exit_code == 0, done.output
    fill(sheet, "JM-TEC-2.2b", action="Buy one tool")
    fill(sheet, "JM-TEC-2.2a", action="Words of the country")
    was = {row["id"]: row["action"] for row in rows_of(kept)}["JM-TEC-2.2a"]
    table = (kept / ACTIONS).read_text("cp1252")
    (kept / ACTIONS).write_text(table.replace(was, "Words of the table"), encoding="cp1252")
    found = import_actions(cb.open_workspace(kept), sheet)
    assert found.changed == ("JM-TEC-2.2b",)
    assert [(issue.code, issue.origin.row) for issue in found.issues] == [("CB853", 2)]
    texts = {row["id"]: row["action"] for row in rows_of(kept)}
    assert (texts["JM-TEC-2.2b"], texts["JM-TEC-2.2a"]) == ("Buy one tool", "Words of the table")
    plan = next(one for one in cb.open_workspace(kept).list_actions("baseline") if one.country.alpha_2 == "JM")
    assert "Buy one tool" in [one.text.source for one in plan if one.text is not None]


def test_an_edited_text_with_translations_in_the_table_is_refused(kept, tmp_path):
    head = "id,country,target,action,action_fr,status\n"
    (kept / ACTIONS).write_text(f"{head}BB-01,Belize,,Meet,Se réunir,proposed\n", encoding="utf-8")
    sheet = tmp_path / "sheet.csv"
    for text, codes in (("Se réunir", []), ("Se réunir deux fois", ["CB853"])):
        sheet.write_text(f"{head}BB-01,Belize,,{text},,proposed\n", encoding="utf-8")
        found = import_actions(cb.open_workspace(kept), sheet)
        assert (found.changed, [issue.code for issue in found.issues]) == ((), codes)


@pytest.mark.parametrize(("suffix", "language", "word", "cost"), [
    ("csv", "en", "under way", "12500.5"), ("xlsx", "es", "En curso", "12.500,50"),
    ("xlsx", "fr", "en cours", "12 500,50"), ("xlsx", "nl", "in uitvoering", "12,500.50"),
])  # fmt: skip
def test_a_sheet_changes_what_it_changed(kept, tmp_path, suffix, language, word, cost):
    record_actions(cb.open_workspace(kept), "baseline")
    sheet = tmp_path / f"sheet.{suffix}"
    done = CliRunner().invoke(app, ["actions", str(kept), "--out", str(sheet), "--language", language])
    assert done.exit_code == 0, done.output
    before = rows_of(kept)
    fill(sheet, "JM-TEC-2.2b", status=word, owner="=unit", due="2017-03-01", cost=cost, currency="USD")
    found = import_actions(cb.open_workspace(kept), sheet)
    assert (found.changed, found.added, [str(issue) for issue in found.issues]) == (("JM-TEC-2.2b",), (), [])
    for was, now in zip(before, rows_of(kept), strict=True):
        changed = {key for key in was if was[key] != now[key]}
        assert changed == ({"status", "owner", "due", "cost", "currency"} if was["id"] == "JM-TEC-2.2b" else set())
        assert now["cost"] == ("12500.5" if changed else was["cost"])
    assert import_actions(cb.open_workspace(kept), sheet).changed == ()


def test_what_changed_in_the_table_since_stays(kept, tmp_path):
    record_actions(cb.open_workspace(kept), "baseline")
    sheet = tmp_path / "sheet.csv"
    assert CliRunner().invoke(app, ["actions", str(kept), "Jamaica", "--out", str(sheet)]).exit_code == 0
    text = (kept / ACTIONS).read_text("cp1252")
    row = next(line for line in text.splitlines() if line.startswith("JM-TEC-2.2a"))
    (kept / ACTIONS).write_text(text.replace(row, row.replace(";proposed;", ";rejected;")), encoding="cp1252")
    fill(sheet, "JM-TEC-2.2a", owner="somebody")
    found = import_actions(cb.open_workspace(kept), sheet)
    assert [issue.code for issue in found.issues] == ["CB853"]
    assert found.changed == ()
    assert rows_of(kept)[2]["status"] == "rejected"


def test_rows_added_on_the_sheet_are_recorded(kept, tmp_path):
    sheet = tmp_path / "sheet.csv"
    assert CliRunner().invoke(app, ["actions", str(kept), "--out", str(sheet)]).exit_code == 0
    with sheet.open("a", encoding="utf-8") as stream:
        stream.write("BB-09,Belize,,Hold a meeting,unit,1 May 2017,,,,proposed\n,,,no id\n")
    found = import_actions(cb.open_workspace(kept), sheet)
    assert found.added == ("JM-TEC-2.2a", "JM-TEC-2.2b", "JM-TEC-2.3a", "BB-09")
    assert [issue.code for issue in found.issues] == ["CB853"]
    assert rows_of(kept)[-1]["due"] == "2017-05-01"


@pytest.mark.parametrize(("line", "code", "said"), [
    (";Jamaica;;x;;;;;;;;;", "CB603", "no id"),
    ("J1;;;x;;;;;;;;;", "CB603", "no country"),
    ("J1;Atlantis;;x;;;;;;;;;", "CB401", "Atlantis"),
    ("BB-01;Jamaica;;x;;;;;;;;;", "CB672", "also in row"),
    ("J1;Jamaica;TEC-9;x;;;;;;;;;", "CB840", "TEC-9"),
    ("J1;Jamaica;;x;a@b.org;;;;;;;;", "CB671", "address"),
    ("J1;Jamaica;;x;;soon;;;;;;;", "CB603", "not a date"),
    ("J1;Jamaica;;x;;;12;;;;;;", "CB603", "no currency"),
    ("J1;Jamaica;;x;;;many;USD;;;;;", "CB603", "not a number"),
    ("J1;Jamaica;;x;;;;;;finished;;;", "CB603", "must be one of"),
    ("J1;Jamaica;;x;;;;;;;later;;", "CB840", "later"),
])  # fmt: skip
def test_a_row_that_cannot_be_used_is_an_issue_with_its_place(kept, line, code, said):
    with (kept / ACTIONS).open("a", encoding="cp1252") as stream:
        stream.write(f"{line}\n")
    (issue,) = [issue for issue in cb.open_workspace(kept).monitoring.issues if issue.origin.file == ACTIONS]
    assert said in str(issue)
    assert issue.origin.row == 4
    assert issue.remedy


def test_another_file_is_no_sheet(kept, tmp_path):
    other = tmp_path / "x.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ReadError, match="not a sheet of actions"):
        import_actions(cb.open_workspace(kept), other)
    done = CliRunner().invoke(app, ["actions", str(kept), "--out", str(tmp_path / "x.doc")])
    assert done.exit_code == 2
    done = CliRunner().invoke(app, ["actions", str(kept), "Nauru"])
    assert done.exit_code == 2


def test_the_round_of_the_plan_is_named_where_another_is_shown(kept):
    path = kept / "programme.toml"
    later = '[[rounds]]\nid = "later"\nkind = "endline"\nreference_date = 2018-12-31\n'
    path.write_text(f"{path.read_text('utf-8')}{later}[plan]\nbudget = 10\n", encoding="utf-8")
    note = "The plan is for round 'baseline'"
    shown = CliRunner().invoke(app, ["actions", str(kept)])
    assert (shown.exit_code, note in shown.output) == (0, True), shown.output
    assert note not in CliRunner().invoke(app, ["actions", str(kept), "--round", "baseline"]).output


def test_money_settings_are_read_and_faults_told(folder):
    path = folder / "programme.toml"
    good = path.read_text("utf-8")
    rate = '[[money.rates]]\ncurrency = "CAD"\nrate = 0.77\ndate = 2016-06-30\n'
    path.write_text(f'{good}[money]\ncurrency = "USD"\n{rate}', encoding="utf-8")
    workspace = cb.open_workspace(folder)
    assert (workspace.programme.currency, str(workspace.programme.rates[0].rate)) == ("USD", "0.77")
    assert not workspace.folder_issues
    for text, said in (
        (f"[money]\n{rate}", "need the currency"),
        (f'[money]\ncurrency = "USD"\n{rate.replace("0.77", "0")}', "above 0"),
        (f'[money]\ncurrency = "USD"\n{rate.replace("rate = 0.77", "")}', "needs a rate"),
        (f'[money]\ncurrency = "USD"\n{rate.replace("CAD", "dollar")}', "three capital letters"),
    ):
        path.write_text(good + text, encoding="utf-8")
        issues = cb.open_workspace(folder).folder_issues
        assert any(said in str(issue) for issue in issues), [str(issue) for issue in issues]


def test_the_plan_takes_the_latest_rates_of_the_programme(folder):
    path = folder / "programme.toml"
    rates = [("CAD", 0.7, "2015-01-02"), ("EUR", 1.2, "2016-06-30"), ("CAD", 0.8, "2016-06-30")]
    told = "".join(f'[[money.rates]]\ncurrency = "{c}"\nrate = {rate}\ndate = {day}\n' for c, rate, day in rates)
    good = f'{path.read_text("utf-8")}[money]\ncurrency = "USD"\n{told}[plan]\nbudget = 10\n'

    def load_rates(text):
        path.write_text(good + text, encoding="utf-8")
        return dict(cb.open_workspace(folder).settings.plan.limits.rates)

    assert load_rates("") == {"CAD": 0.8, "EUR": 1.2}
    assert load_rates('currency = "CAD"\n') == {"EUR": 1.5, "USD": 1.25}
    assert load_rates("[plan.rates]\nEUR = 1.3\n") == {"CAD": 0.8, "EUR": 1.3}
    assert load_rates('currency = "XOF"\n') == {}


def test_a_proposed_action_has_one_id_in_every_round(kept):
    """Each round is recorded after the other: an id is one country and one target, and no row is there twice."""
    path = kept / "programme.toml"
    later = '[[rounds]]\nid = "later"\nkind = "endline"\nreference_date = 2018-12-31\n'
    place = '[read."returns/later.csv"]\nround = "later"\n'
    path.write_text(path.read_text("utf-8") + later + place, encoding="utf-8")
    text = "country,TEC-2.2b,TEC-2.3a,INF-2.2a\nJamaica,no,yes,no\n"
    (kept / "returns" / "later.csv").write_text(text, encoding="utf-8")
    workspace = cb.open_workspace(kept)
    shown = {name: {one.id: one.target for one in workspace.list_actions(name)[0]} for name in ("baseline", "later")}
    both = shown["baseline"].keys() & shown["later"].keys()
    assert both
    assert all(shown["baseline"][name] == shown["later"][name] for name in both)
    for name in ("later", "baseline", "later"):
        record_actions(cb.open_workspace(kept), name)
    ids = [row["id"] for row in rows_of(kept) if not row["id"].startswith("#")]
    assert len(ids) == len(set(ids)) > len(both)
    assert not [issue for issue in cb.open_workspace(kept).monitoring.issues if issue.origin.file == ACTIONS]


@pytest.mark.parametrize(("line", "column"), [
    ("BB-01,Jamaica,TEC-2.2a,x,a new owner,,,,,proposed", "id"),
    ("BB-01,Belize,TEC-2.3a,x,a new owner,,,,,proposed", "id"),
    ("BB-02,Belize,TEC-2.2a,x,a new owner,,,,,proposed", "target"),
    ("BB-02,Atlantis,,x,a new owner,,,,,proposed", "country"),
    ("BB-02,Belize,,x,a new owner,,,,,postponed", "status"),
    ("BB-01,Belize,TEC-2.2a,Own words; with a sign,unit,2016-12-01,1200.500,USD,country,accepted", ""),
])  # fmt: skip
def test_a_row_about_another_action_is_not_recorded(kept, tmp_path, line, column):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"id,country,target,action,owner,due,cost,currency,payer,status\n{line}\n", encoding="utf-8")
    before = (kept / ACTIONS).read_bytes()
    found = import_actions(cb.open_workspace(kept), sheet)
    assert (found.changed, found.added, (kept / ACTIONS).read_bytes()) == ((), (), before)
    told = [(issue.origin.row, issue.origin.column, bool(issue.remedy)) for issue in found.issues]
    columns = ["id", "country", "target", *"aodcup", "status"]
    assert told == ([(2, columns.index(column) + 1, True)] if column else [])


@pytest.mark.parametrize(("cost", "currency"), [("1,234", "USD"), ("1000", ""), ("2500", "$"), ("many", "USD")])
def test_a_cost_that_is_none_is_told_and_the_rest_recorded(kept, tmp_path, cost, currency):
    sheet = tmp_path / "sheet.csv"
    head = "id,country,target,action,owner,due,cost,currency,payer,status\n"
    line = f'BB-01,Belize,TEC-2.2a,,new unit,2016-12-01,"{cost}",{currency},country,accepted\n'
    sheet.write_text(head + line, encoding="utf-8")
    found = import_actions(cb.open_workspace(kept), sheet)
    assert [(issue.code, issue.origin.row, issue.origin.column) for issue in found.issues] == [("CB853", 2, 7)]
    assert (rows_of(kept)[0]["owner"], rows_of(kept)[0]["cost"]) == ("new unit", "1200,50")


def test_a_cost_that_was_cleared_stays_cleared(kept, tmp_path):
    sheet = tmp_path / "sheet.csv"
    head = "id,country,target,action,owner,due,cost,currency,payer,status\n"
    sheet.write_text(f"{head}BB-01,Belize,TEC-2.2a,,unit,2016-12-01,,USD,country,accepted\n", encoding="utf-8")
    for changed in (("BB-01",), ()):
        found = import_actions(cb.open_workspace(kept), sheet)
        assert (found.changed, list(found.issues)) == (changed, [])
    assert (rows_of(kept)[0]["cost"], rows_of(kept)[0]["currency"]) == ("", "")


def test_countries_that_take_part_by_answering_have_actions(kept):
    path = kept / "programme.toml"
    head, _, rest = path.read_text("utf-8").partition("[[participants]]")
    rounds = rest[rest.index("[[rounds]]") :] if "[[rounds]]" in rest else ""
    head = head.replace("[programme]\n", '[programme]\nparticipants = "as returned"\n')
    path.write_text(head + rounds, encoding="utf-8")
    workspace = cb.open_workspace(kept)
    assert [one.country.name for one in workspace.monitoring.recommendations] == ["Belize"]
    assert not workspace.monitoring.issues


def test_a_row_without_words_has_those_of_the_framework(kept):
    (kept / ACTIONS).write_text("id,country,target,action,status\nJM-1,Jamaica,TEC-2.2b,,proposed\n", encoding="utf-8")
    (plan,) = cb.open_workspace(kept).list_actions("baseline", "Jamaica")
    action = next(one for one in plan if one.id == "JM-1")
    assert action.text == plan.framework.criteria["TEC-2.2b"].action


def test_a_withdrawn_action_is_closed(kept, tmp_path):
    sheet = tmp_path / "sheet.csv"
    assert CliRunner().invoke(app, ["actions", str(kept), "Jamaica", "--out", str(sheet)]).exit_code == 0
    fill(sheet, "JM-TEC-2.2a", status="Withdrawn")
    import_actions(cb.open_workspace(kept), sheet)
    row = next(one for one in rows_of(kept) if one["id"] == "JM-TEC-2.2a")
    (plan,) = cb.open_workspace(kept).list_actions("baseline", "Jamaica")
    assert row["status"] == "withdrawn"
    assert next(one for one in plan if one.id == "JM-TEC-2.2a").status.is_closed
