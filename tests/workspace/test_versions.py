"""Two people's copies: disjoint edits join in any order, every conflict is told, nothing is lost."""

import csv
import io
import shutil

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from capbuild.cli.app import app
from capbuild.errors import WorkspaceError
from capbuild.escaping import format_csv
from capbuild.workspace import diff_folders, merge_folders, open_workspace
from capbuild.workspace.records.plain_tables import split_table
from capbuild.workspace.versions.files import read_blocks, read_table
from capbuild.workspace.versions.three_way import merge_parts

HEADS = ("id", "title", "note")
texts = st.text(st.sampled_from("ab ,\"'é\n"), max_size=4)
tables = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(texts, texts), max_size=6)


def as_csv(rows):
    return format_csv([HEADS, *((key, *cells) for key, cells in rows.items())])


def rows_of(text):
    return {row[0]: tuple(row[1:]) for row in split_table(text, [{"id"}])[0][1:]}


def merged(base, first, second):
    files = [read_table("x.csv", as_csv(rows)) for rows in (base, first, second)]
    found, conflicts = merge_parts("x.csv", *files)
    return found.write(found), conflicts


@st.composite
def disjoint(draw):
    """A table, and two edits of it that touch different rows."""
    base = draw(tables)
    keys = list("abcdefgh")
    mine = set(draw(st.lists(st.sampled_from(keys), unique=True)))
    first, second = dict(base), dict(base)
    for key in keys:
        copy = first if key in mine else second
        change = draw(st.sampled_from(("keep", "set", "drop")))
        if change == "set":
            copy[key] = draw(st.tuples(texts, texts))
        elif change == "drop":
            copy.pop(key, None)
    return base, first, second


@given(disjoint())
def test_disjoint_edits_join_in_any_order(versions):
    base, first, second = versions
    one, none = merged(base, first, second)
    other, nobody = merged(base, second, first)
    assert (none, nobody) == ([], [])
    assert one == other
    expected = {
        key: (first if first.get(key) != base.get(key) else second).get(key) for key in {*base, *first, *second}
    }
    assert rows_of(one) == {key: cells for key, cells in expected.items() if cells is not None}


@given(tables, tables, tables)
def test_nothing_is_lost_and_every_conflict_is_told(base, first, second):
    text, conflicts = merged(base, first, second)
    kept = rows_of(text)
    told = {(c.place, c.field): (c.first, c.second) for c in conflicts}
    for key in {*base, *first, *second}:
        versions = [one.get(key) for one in (base, first, second)]
        if versions[1] is None or versions[2] is None:
            clash = versions[0] is not None and (versions[1] or versions[2]) not in (None, versions[0])
            assert ((key, "") in told) is clash
            continue
        for place, field in enumerate(HEADS[1:]):
            old, mine, theirs = (None if one is None else one[place] for one in versions)
            if mine != theirs and old not in (mine, theirs):
                assert told[key, field] == (mine, theirs)
                assert kept[key][place] == mine
            else:
                assert (key, field) not in told
                assert kept[key][place] == (theirs if mine == old else mine)


@given(tables, tables)
def test_one_sided_edits_are_that_side(base, edited):
    assert rows_of(merged(base, edited, base)[0]) == edited
    assert rows_of(merged(base, base, edited)[0]) == edited
    assert merged(base, edited, edited)[1] == []


TOML = """# The programme.

[programme]
id = "x"          # never changes
title = "A"

# The first one.
[[participants]]
country = "Peru"
size = "small"

[[participants]]
country = "Cuba"
notes = [
  "a",
  "b",
]
"""


def test_toml_keeps_every_line_it_did_not_change():
    parts = read_blocks(TOML)
    assert parts.write(parts) == TOML
    assert [part.key for part in parts.parts if part.key != ("",)] == [
        ("[programme]",), ("[[participants]]", "Peru"), ("[[participants]]", "Cuba")
    ]  # fmt: skip


def test_two_people_change_two_fields_of_one_table():
    mine = TOML.replace('size = "small"', 'size = "standard"')
    theirs = TOML.replace('country = "Peru"', 'country = "Peru"\nvisit = true').replace('  "b",\n', "")
    base, first, second = map(read_blocks, (TOML, mine, theirs))
    found, conflicts = merge_parts("programme.toml", base, first, second)
    text = found.write(found)
    assert conflicts == []
    assert 'size = "standard"' in text
    assert "visit = true" in text
    assert '"b"' not in text
    assert "# The first one." in text


@pytest.fixture
def copies(examples, tmp_path):
    for name in ("base", "ana", "ben"):
        shutil.copytree(examples / "americas-2015", tmp_path / name, ignore=shutil.ignore_patterns("out", "private"))
    return tmp_path


def edit(path, before, after):
    text = path.read_bytes().decode("utf-8")
    assert before in text
    path.write_bytes(text.replace(before, after, 1).encode("utf-8"))


def test_folders_of_two_people_become_one(copies):
    edit(copies / "ana" / "programme.toml", 'country = "Belize"\nlanguages = ["en", "es"]\nsize = "solo"',
         'country = "Belize"\nlanguages = ["en", "es"]\nsize = "small"')  # fmt: skip
    edit(copies / "ben" / "programme.toml", "minimum_n = 3", "minimum_n = 4")
    register = "collecting/register.csv"
    edit(copies / "ana" / register, "dm-focal-1,2016-01-11,2016-02-29,2016-03-07; 2016-03-21,,out",
         "dm-focal-1,2016-01-11,2016-02-29,2016-03-07; 2016-03-21,2016-04-04,received")  # fmt: skip
    edit(copies / "ben" / register, "sr-focal-1,2016-01-11,2016-02-29,2016-03-07; 2016-03-21,,out",
         "sr-focal-1,2016-01-11,2016-02-29,2016-03-07; 2016-03-21,,declined")  # fmt: skip
    (copies / "ana" / "returns" / "dominica.csv").write_text("country,question,answer\n", encoding="utf-8")
    (copies / "ben" / "visits" / "peru.csv").write_text("criterion,answer\nMAN-1.2a,yes\n", encoding="utf-8")
    done = merge_folders(copies / "ana", copies / "ben", base=copies / "base", out=copies / "one")
    again = merge_folders(copies / "ben", copies / "ana", base=copies / "base", out=copies / "other")
    assert done.conflicts == again.conflicts == ()
    assert diff_folders(copies / "one", copies / "other") == ()
    told = {(d.file, d.place, d.field): (d.before, d.after) for d in diff_folders(copies / "base", copies / "one")}
    assert told == {
        ("programme.toml", "[[participants]], Belize", "size"): ("solo", "small"),
        ("programme.toml", "[audiences]", "minimum_n"): ("3", "4"),
        (register, "Dominica, baseline, survey, police, dm-focal-1", "received"): ("", "2016-04-04"),
        (register, "Dominica, baseline, survey, police, dm-focal-1", "status"): ("out", "received"),
        (register, "Suriname, baseline, survey, police, sr-focal-1", "status"): ("out", "declined"),
        ("returns/dominica.csv", "", ""): (None, ""),
        ("visits/peru.csv", "", ""): (None, ""),
    }  # fmt: skip
    assert [i for i in open_workspace(copies / "one").folder_issues if i.severity.value == "error"] == []


def test_raw_files_of_one_name_both_stay(copies):
    for name, answer in (("ana", "yes"), ("ben", "no")):
        path = copies / name / "returns" / "peru.csv"
        path.write_text(f"country,question,answer\nPeru,MAN-1.2a,{answer}\n", encoding="utf-8")
    done = merge_folders(copies / "ana", copies / "ben", base=copies / "base", out=copies / "one")
    assert [conflict.file for conflict in done.conflicts] == ["returns/peru.csv"]
    assert b",yes" in (copies / "one" / "returns" / "peru.csv").read_bytes()
    assert b",no" in (copies / "one" / "returns" / "peru.second.csv").read_bytes()


def test_results_are_left_out_and_copies_are_not_touched(copies):
    (copies / "ana" / "out").mkdir()
    (copies / "ana" / "out" / "x.html").write_text("x")
    done = merge_folders(copies / "ana", copies / "ben", base=copies / "base", out=copies / "one")
    assert not (copies / "one" / "out").exists()
    assert diff_folders(copies / "base", copies / "one") == ()
    assert "programme.toml" in done.files
    with pytest.raises(WorkspaceError, match="not empty"):
        merge_folders(copies / "ana", copies / "ben", base=copies / "base", out=copies / "one")


def test_the_commands_say_it_in_words(copies):
    edit(copies / "ana" / "programme.toml", "minimum_n = 3", "minimum_n = 5")
    edit(copies / "ben" / "programme.toml", "minimum_n = 3", "minimum_n = 4")
    run = CliRunner().invoke
    shown = run(app, ["merge", *(str(copies / n) for n in ("ana", "ben")), "--base", str(copies / "base"),
                      "--out", str(copies / "one")])  # fmt: skip
    assert shown.exit_code == 1
    flat = " ".join(shown.output.split())
    assert "1 conflict: both copies changed the same thing, each differently" in flat
    assert "programme.toml: audiences: minimum_n: '5' in ana, '4' in ben; it was '3'" in flat
    # The list outlives the screen, and is no part of the programme.
    listed = csv.reader(io.StringIO((copies / "one" / "merge-conflicts.csv").read_text("utf-8-sig")))
    assert list(listed) == [
        ["file", "place", "field", "was", "ana", "ben"],
        ["programme.toml", "audiences", "minimum_n", "3", "5", "4"],
    ]
    assert diff_folders(copies / "ana", copies / "one") == ()
    shown = run(app, ["diff", str(copies / "base"), str(copies / "ana")])
    assert "audiences: minimum_n was '3' and is now '5'" in shown.output
    assert "1 difference: 1 changed." in shown.output


def test_a_row_is_one_line_under_what_its_file_holds(copies):
    name = "training/deliveries.csv"
    edit(copies / "ana" / name, "2016-09-13,2016-09-14,Bridgetown", "2016-09-12,2016-09-15,Bridgetown")
    (copies / "ana" / "visits" / "cuba.csv").unlink()
    with (copies / "ana" / "training" / "enrolments.csv").open("a", encoding="utf-8") as file:
        file.write("JM-900,D01,Jamaica,R03,female,nominated\n")
    shown = CliRunner().invoke(app, ["diff", str(copies / "base"), str(copies / "ana")]).output
    assert [" ".join(line.split()) for line in shown.splitlines() if line.strip()] == [
        "Deliveries training/deliveries.csv",
        "D01: start was '2016-09-13' and is now '2016-09-12'; end was '2016-09-14' and is now '2016-09-15'",
        "Enrolments training/enrolments.csv",
        "JM-900, D01: added (Jamaica, R03, female, nominated)",
        "Findings of a visit: cuba visits/cuba.csv",
        "removed",
        "4 differences: 1 changed, 1 added, 1 removed.",
    ]
    assert "No difference." in CliRunner().invoke(app, ["diff", str(copies / "base"), str(copies / "ben")]).output


def test_every_table_of_the_example_has_a_key(copies):
    """Two fields of one row of any table, changed by two people, are one row with both."""
    folder = copies / "base"
    free = {"external/example-index.csv"}  # a table of somebody else, whose headers are not ours
    for path in sorted(folder.rglob("*.csv")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("returns/"):
            continue
        table = read_table(name, path.read_text("utf-8-sig"))
        assert table.whole is (name in free), name
        if name != "training/evaluations.csv":  # answers without a name are told apart by their number
            assert all(not key[-1].startswith("(") for key in table.by_key), name


def test_two_fields_of_one_delivery_are_one_delivery(copies):
    name = "training/deliveries.csv"
    edit(copies / "ana" / name, "Bridgetown,Barbados", "Speightstown,Barbados")
    edit(copies / "ben" / name, "2016-09-13,2016-09-14", "2016-09-12,2016-09-14")
    done = merge_folders(copies / "ana", copies / "ben", base=copies / "base", out=copies / "one")
    assert done.conflicts == ()
    rows = [row for row in csv.reader(io.StringIO((copies / "one" / name).read_text("utf-8"))) if row[:1] == ["D01"]]
    assert [(row[3], row[5]) for row in rows] == [("2016-09-12", "Speightstown")]


def keyless(*rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("place", "score"), *rows])
    return read_table("external/x.csv", stream.getvalue())


def test_a_row_without_a_key_that_both_rewrote_stands_twice_and_is_told():
    base, mine, theirs = (keyless(("A", "1"), ("B", score)) for score in "234")
    found, (conflict,) = merge_parts("external/x.csv", base, mine, theirs)
    assert [part.key for part in found.parts] == [("A", "1"), ("B", "3"), ("B", "4")]
    assert conflict.describe("ana", "ben") == "external/x.csv: B, 2: 'B, 3' in ana, 'B, 4' in ben"
    assert merge_parts("external/x.csv", base, mine, mine)[1] == []
    assert merge_parts("external/x.csv", base, mine, base)[1] == []


def test_removed_on_one_side_and_changed_on_the_other_is_said_so():
    files = [read_table("x.csv", as_csv(rows)) for rows in ({"a": ("1", "")}, {}, {"a": ("2", "")})]
    found, (conflict,) = merge_parts("x.csv", *files)
    assert [part.key for part in found.parts] == [("a",)]
    assert conflict.describe("ana", "ben") == "x.csv: a: removed in ana, changed in ben; it stays"


def test_what_was_added_is_shown_with_what_it_holds(copies):
    path = copies / "ana" / "training" / "enrolments.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("JM-900,D01,Jamaica,R03,female,nominated\n")
    (found,) = diff_folders(copies / "base", copies / "ana")
    assert str(found) == "training/enrolments.csv: JM-900, D01: added (Jamaica, R03, female, nominated)"
