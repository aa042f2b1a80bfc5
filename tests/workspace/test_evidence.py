"""Evidence that a programme keeps: by hash, until a day, as far as its marking allows."""

import datetime
import hashlib
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild import render
from capbuild.cli.app import app
from capbuild.errors import CapbuildError
from capbuild.workspace import forget, open_workspace, run
from capbuild.workspace.records.evidence import find_changed_files
from capbuild.workspace.rounds.evidence import add_evidence, list_due_findings

DAY = datetime.date
VISIT = """
[[visits]]
id = "jm"
title = "Visit"
country = "Jamaica"
start = 2016-05-02
end = 2016-05-04
round = "baseline"
findings = "jamaica.csv"
"""


@pytest.fixture
def visited(folder):
    """A programme with a visit: one criterion met, one not, one that cites a paper by its title."""
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('[audiences]\nteam = "TLP:AMBER+STRICT"\ncountry = "TLP:AMBER"\n')
    (folder / "visits" / "visits.toml").write_text(VISIT, encoding="utf-8")
    rows = ("TEC-2.2a,yes,", "TEC-2.2b,no,", "TEC-1.2a,yes,An old order")
    table = "\n".join(["criterion,answer,evidence_title", *rows])
    (folder / "visits" / "jamaica.csv").write_text(table, encoding="utf-8")
    return folder


def keep(folder, content=b"order", name="order.txt", **more):
    file = folder.parent / name
    file.write_bytes(content)
    given = {"country": "Jamaica", "title": "Standing order 5", "criteria": ["TEC-2.2a", "TEC-2.2b"], **more}
    return add_evidence(open_workspace(folder), file, **given)


def cited(folder):
    """Titles of the evidence of each finding of the visit."""
    found = open_workspace(folder).collect("baseline")
    known = {item.id: str(item.title) for items in found.evidence.values() for item in items}
    return {one.target: [known[name] for name in one.evidence] for one in found.findings if one.source == "jm"}


def test_a_file_is_kept_by_its_hash_and_serves_what_is_met(visited):
    made = keep(visited, date=DAY(2016, 1, 1))
    digest = hashlib.sha256(b"order").hexdigest()
    assert (made.evidence.sha256, made.file) == (digest, f"evidence/{digest[:16]}.txt")
    assert (visited / made.file).read_bytes() == b"order"
    assert cited(visited) == {"TEC-2.2a": ["Standing order 5"], "TEC-2.2b": [], "TEC-1.2a": ["An old order"]}
    with pytest.raises(CapbuildError, match="recorded already"):
        keep(visited)
    # By its id, a finding cites it whatever it serves.
    table = visited / "visits" / "jamaica.csv"
    table.write_text(table.read_text("utf-8").replace("An old order", made.evidence.id), encoding="utf-8")
    assert cited(visited)["TEC-1.2a"] == ["Standing order 5"]
    assert not open_workspace(visited).validate().count("error")


@pytest.mark.parametrize(
    ("date", "until", "serves"),
    [
        ((2016, 6, 30), None, True),
        ((2016, 7, 1), None, False),
        (None, (2016, 6, 30), True),
        (None, (2016, 6, 29), False),
    ],
)
def test_it_serves_a_round_that_it_is_of_and_valid_on(visited, date, until, serves):
    """The reference date of the round is 2016-06-30."""
    keep(visited, date=date and DAY(*date), valid_until=until and DAY(*until))
    assert cited(visited)["TEC-2.2a"] == ["Standing order 5"] * serves


def test_what_rests_on_expired_evidence_alone_is_due_until_somebody_looks_again(visited):
    keep(visited, valid_until=DAY(2017, 1, 31))

    def due(day):
        return [one.finding.target for one in list_due_findings(open_workspace(visited), day)]

    assert (due(DAY(2017, 1, 31)), due(DAY(2017, 2, 1))) == ([], ["TEC-2.2a"])
    shown = CliRunner().invoke(app, ["evidence", "list", str(visited), "--on", "2017-02-01"]).output
    assert "Jamaica TEC-2.2a: E-JM-" in shown
    status = CliRunner().invoke(app, ["status", str(visited), "--on", "2017-02-01"]).output
    assert "look again at 1 finding" in status
    codes = {issue.code for issue in open_workspace(visited).check(DAY(2017, 2, 1)).issues}
    assert "CK211" in codes
    words = ["--country", "Jamaica", "--title", "Act", "--link", "https://a.example", "--criterion", "TEC-2.2a"]
    for wrong, code in (
        (["--marking", "Secret"], "CB603"),
        (["--criterion", "TEC-2.2z"], "CB840"),
        (["--country", "Peru"], "CB403"),
    ):
        done = CliRunner().invoke(app, ["evidence", "add", str(visited), *words, *wrong])
        assert (done.exit_code, code in done.output) == (2, True)
    done = CliRunner().invoke(app, ["evidence", "add", str(visited), *words, "--until", "2017-01-31", "--kind", "law"])
    assert (done.exit_code, due(DAY(2017, 2, 1))) == (0, ["TEC-2.2a"])
    second = keep(visited, b"new order", valid_until=DAY(2018, 1, 31))
    assert due(DAY(2017, 2, 1)) == []
    assert [one.file for one in open_workspace(visited).evidence][-1] == second.file


def test_its_marking_holds_in_reports_and_a_person_in_it_is_found(visited):
    for marking, shown in (("TLP:AMBER+STRICT", (True, False)), ("TLP:GREEN", (True, True))):
        keep(visited, marking.encode(), title=f"Order {marking[4:6]}", marking=marking)
        assessed = open_workspace(visited).assess("baseline")
        programme = open_workspace(visited).programme
        for audience, seen in zip(("team", "country"), shown, strict=True):
            page = render(assessed, "md", kind="evidence", country="JM", audience=audience, programme=programme)
            assert (f"Order {marking[4:6]}" in page) is seen, (marking, audience)
    (visited / "private").mkdir()
    (visited / "private" / "respondents.csv").write_text("pseudonym,name\nP-017,Ana Invented\n", encoding="utf-8")
    made = keep(visited, b"signed by Ana Invented", name="signed.txt")
    assert made.file in {mention.file for mention in forget(visited, "P-017").found}


@settings(max_examples=20, deadline=None)
@given(data=st.binary(min_size=1, max_size=40), other=st.binary(max_size=40))
def test_a_changed_file_is_told_and_an_equal_one_is_not(data, other, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    (folder / "programme.toml").write_text(
        '[programme]\nid = "x"\ntitle = "X"\nframework = "police-cyber 1.0"\n'
        '[[rounds]]\nid = "baseline"\nkind = "baseline"\nreference_date = 2016-06-30\n'
        '[[participants]]\ncountry = "Jamaica"\n', "utf-8",
    )  # fmt: skip
    inner = folder / "a"
    inner.mkdir()
    file = inner / "x.bin"
    file.write_bytes(data)
    made = add_evidence(open_workspace(folder), file, country="Jamaica", title="=1+1")
    assert str(open_workspace(folder).evidence[0].evidence.title) == "=1+1"
    (folder / made.file).write_bytes(other)
    wrong = list(find_changed_files(folder, open_workspace(folder).evidence))
    assert bool(wrong) is (data != other)


@pytest.mark.parametrize("damage", ["changed", "lost"])
def test_a_file_that_was_changed_or_lost_is_put_back(visited, damage):
    made = keep(visited)
    stored = visited / made.file
    stored.write_bytes(b"ordex") if damage == "changed" else stored.unlink()
    assert keep(visited).evidence == made.evidence
    assert stored.read_bytes() == b"order"
    assert len(open_workspace(visited).evidence) == 1
    with pytest.raises(CapbuildError, match="recorded already"):
        keep(visited)


@pytest.mark.parametrize(
    "more",
    [
        {"date": DAY(2016, 5, 1), "valid_until": DAY(2015, 1, 1)},
        {"marking": "TLP:PURPLE"},
        {"link": "javascript:alert(1)"},
        {"link": "//evil.example"},
        {"title": " "},
        {"title": "a\nb\x1b[31m"},
        {"content": b""},
    ],
)
def test_what_could_not_be_read_back_is_refused(visited, more):
    with pytest.raises(CapbuildError) as refused:
        keep(visited, **more)
    assert refused.value.code == "CB603"
    assert "<TLP" not in str(refused.value)
    assert not (visited / "evidence.csv").exists()


@pytest.mark.parametrize(("answer", "due"), [("", 1), ("not observed", 1), ("don't know", 1), ("yes", 0), ("no", 0)])
def test_a_later_visit_settles_what_it_answers_only(visited, answer, due):
    """The checklist of a visit lists every criterion, and most rows stay blank."""
    keep(visited, valid_until=DAY(2017, 1, 31))
    with (visited / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('[[rounds]]\nid = "endline"\nkind = "endline"\nreference_date = 2017-11-30\n')
    later = VISIT.replace('"jm"', '"jm2"').replace("2016-05", "2017-10").replace("baseline", "endline")
    with (visited / "visits" / "visits.toml").open("a", encoding="utf-8") as visits:
        visits.write(later.replace("jamaica.csv", "later.csv"))
    (visited / "visits" / "later.csv").write_text(f"criterion,answer\nTEC-2.2a,{answer}\n", encoding="utf-8")
    assert len(list_due_findings(open_workspace(visited), DAY(2018, 1, 1))) == due


def test_what_is_no_file_is_refused_at_once(visited, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "absent", Path("/dev/zero")):
        with pytest.raises(CapbuildError, match="not a file"):
            add_evidence(open_workspace(visited), path, country="Jamaica", title="Order")


def test_what_a_hand_wrote_into_the_table_is_not_taken_for_proof(visited):
    """A hash in capital letters is the same hash; none proves nothing; a row that cannot be read is said."""
    made = keep(visited)
    table = visited / "evidence.csv"
    recorded = table.read_text("utf-8")

    def listed(*words):
        return CliRunner().invoke(app, ["evidence", "list", str(visited), "--on", "2016-06-30", *words])

    for digest, state in ((made.evidence.sha256.upper(), "valid"), ("", "no sha256"), ("0" * 64, "file missing or")):
        table.write_text(recorded.replace(made.evidence.sha256, digest), encoding="utf-8")
        assert state in listed().stdout
        changed = list(find_changed_files(visited, open_workspace(visited).evidence))
        assert bool(changed) is (state != "valid")
    table.write_text(recorded.replace("Jamaica", "Atlantis"), encoding="utf-8")
    assert ("evidence.csv:B2" in listed().stderr.replace(" ", ""), listed().exit_code) == (True, 1)
    table.write_text(recorded, encoding="utf-8")
    assert made.evidence.id in listed("--country", "JM").stdout
    assert made.evidence.id not in listed("--country", "Cuba").stdout


def test_a_long_list_shows_what_needs_attention_first(visited):
    head = "id,country,title,valid_until,link"
    rows = [f"E-{n},Jamaica,T,{'2016-01-01' if n == 900 else ''},https://a.example/{n}" for n in range(1000)]
    (visited / "evidence.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    shown = CliRunner().invoke(app, ["evidence", "list", str(visited)]).stdout
    first = next(line for line in shown.splitlines() if "E-" in line)
    assert ("E-900" in first, "expired" in first, "800 more" in shown) == (True, True, True)


def test_a_table_that_names_another_file_does_not_have_it_overwritten(visited):
    """The row is as an attacker who knows the file would write it; the file is then added again."""
    made = keep(visited)
    table, settings = visited / "evidence.csv", (visited / "programme.toml").read_bytes()
    table.write_text(table.read_text("utf-8").replace(made.file, "programme.toml"), encoding="utf-8")
    with pytest.raises(CapbuildError, match="recorded already"):
        keep(visited)
    assert (visited / "programme.toml").read_bytes() == settings


@pytest.mark.parametrize("suffix", [".a\nb", ".exe:x", "." + "x" * 200, ".\u202egpj", ".a b"])
def test_an_odd_suffix_is_no_part_of_the_name(visited, suffix):
    made = keep(visited, name=f"order{suffix}")
    assert made.file == f"evidence/{made.evidence.sha256[:16]}"


def test_addresses_in_the_table_that_could_run_are_no_links(visited):
    """The table was written by hand: the command refuses such addresses."""
    links = (
        "javascript:alert(1)",
        "data:text/html,alert(1)",
        "file:///etc/passwd",
        "//evil.example",
        "https://a.example/) [x](javascript:alert(1)",
        "https://a.example/'onmouseover='alert(1)",
    )
    rows = [f'E-{n},Jamaica,"<img src=x onerror=alert(1)>",TEC-2.2a,"{link}"' for n, link in enumerate(links)]
    (visited / "evidence.csv").write_text("\n".join(["id,country,title,criteria,link", *rows]), encoding="utf-8")
    workspace = open_workspace(visited)
    given = {"kind": "evidence", "country": "JM", "programme": workspace.programme}
    page, text = (render(workspace.assess("baseline"), form, **given) for form in ("html", "md"))
    assert "&lt;img src=x" in page
    assert not re.search(r"(?<!\\)<img", page + text)  # a backslash makes it text in Markdown
    addresses = re.findall(r'href=["\']?([^"\' >]+)', page) + re.findall(r"\]\(<?([^)> ]+)", text)
    assert {one.partition(":")[0] for one in addresses if not one.startswith("#")} <= {"https"}
    assert not re.search(r"<[^>]*\sonmouseover", page)


@pytest.mark.parametrize("columns", [None, 3, 9])
def test_a_table_that_was_cut_short_is_an_error(visited, columns):
    """In the middle of a quoted title, or of the row."""
    keep(visited, title='Order of the "Chief", 5')
    table = visited / "evidence.csv"
    header, row = table.read_text("utf-8").splitlines()
    cut = (
        row[: row.index("Chief")] if columns is None else ",".join([*row.split(",")[:2], "Order", *[""] * 9][:columns])
    )
    table.write_text(f"{header}\n{cut}", encoding="utf-8")
    found = [one for one in open_workspace(visited).validate() if one.origin and one.origin.file == "evidence.csv"]
    assert [(one.severity, one.origin.row) for one in found] == [("error", 2)]
    assert CliRunner().invoke(app, ["evidence", "list", str(visited)]).exit_code == 1
    if columns is None:
        with pytest.raises(CapbuildError, match="never closed"):
            keep(visited, b"another", "other.txt")


def test_an_empty_file_in_the_table_proves_nothing(visited):
    keep(visited)
    table = visited / "evidence.csv"
    digest = hashlib.sha256(b"order").hexdigest()
    table.write_text(table.read_text("utf-8").replace(digest, hashlib.sha256(b"").hexdigest()), encoding="utf-8")
    assert open_workspace(visited).evidence == ()
    assert "the file is empty" in {one.message for one in open_workspace(visited).validate()}


def test_a_cell_that_says_there_is_no_evidence_cites_none(visited):
    rows = ("TEC-2.2a,yes,Sin evidencia", "TEC-2.2b,yes,n/a", "TEC-1.2a,yes,No. 5 of 2009")
    table = "\n".join(["criterion,answer,evidence_title", *rows])
    (visited / "visits" / "jamaica.csv").write_text(table, encoding="utf-8")
    assert cited(visited) == {"TEC-2.2a": [], "TEC-2.2b": [], "TEC-1.2a": ["No. 5 of 2009"]}


def test_days_in_tables_may_have_a_time(visited):
    rows = ("TEC-2.2a,yes,2016-05-03 10:30", "TEC-2.2b,no,03/13/2016 9:15", "TEC-1.2a,yes,2016-05-04T00:00:00Z")
    table = "\n".join(["criterion,answer,as_of", *rows])
    (visited / "visits" / "jamaica.csv").write_text(table, encoding="utf-8")
    workspace = open_workspace(visited)
    found = {one.target: str(one.as_of) for one in workspace.collect("baseline").findings if one.source == "jm"}
    assert found == {"TEC-2.2a": "2016-05-03", "TEC-2.2b": "2016-03-13", "TEC-1.2a": "2016-05-04"}
    assert [issue for issue in workspace.validate() if issue.code == "CB603"] == []


@pytest.mark.parametrize("harm", ["changed", "gone", "put back", "folder gone"])
def test_a_run_notices_files_that_changed_since_they_were_recorded(visited, harm):
    """A result is "as it was" only if the files of its evidence are."""
    made = keep(visited)
    stored = visited / made.file

    def again():
        """Issues on evidence, and names of results made anew; the command says the same without opening the folder."""
        done = run(open_workspace(visited))
        shown = CliRunner().invoke(app, ["run", str(visited), "--json"])
        told = {
            (one.code, one.severity.value, one.origin.row) for one in done.issues if one.origin == made.evidence.origin
        }
        note = {one.code for one in done.issues if "is not in this copy" in one.message}
        assert all(code in shown.output for code in {code for code, _, _ in told} | note)
        return told, note, {*done.files} - {*done.reused}

    assert again()[:2] == (set(), set())
    assert again() == (set(), set(), set())
    if harm == "folder gone":
        stored.unlink()
        (visited / "evidence" / ".gitignore").unlink()
        stored.parent.rmdir()
    elif harm == "gone":
        stored.unlink()
    else:
        stored.write_bytes(b"another order")
    if harm == "put back":
        again()
        keep(visited)
    told, note, anew = again()
    assert told == ({("CB673", "error", 2)} if harm in ("changed", "gone") else set())
    assert note == ({"CB604"} if harm == "folder gone" else set())
    assert anew
    assert again() == (told, note, set())


def test_a_file_that_a_finding_rests_on_is_among_the_inputs_of_the_round(visited):
    used, unused = keep(visited), keep(visited, b"other", "other.txt", criteria=["TEC-2.2b"])
    inputs = open_workspace(visited).collect("baseline").inputs
    assert inputs[used.file] == used.evidence.sha256
    assert unused.file not in inputs  # its criterion is not met
    table = visited / "evidence.csv"
    table.write_text(table.read_text("utf-8").replace(used.file, "programme.toml"), encoding="utf-8")
    assert not [name for name in open_workspace(visited).collect("baseline").inputs if name.startswith("evidence/")]


def test_who_gave_it_is_recorded_also_in_a_table_of_before(visited):
    """A table without the column gets it; its rows stay."""
    (visited / "evidence.csv").write_text("id,country,title,link\nE-1,Jamaica,A law,https://example.org/law\n", "utf-8")
    (visited / "order.txt").write_text("An invented order.", "utf-8")
    workspace = open_workspace(visited)
    made = add_evidence(workspace, visited / "order.txt", country="Jamaica", title="An order", source="jm-2016")
    assert made.source == "jm-2016"
    stored = {item.evidence.id: item.source for item in open_workspace(visited).evidence}
    assert stored == {"E-1": "", made.evidence.id: "jm-2016"}
