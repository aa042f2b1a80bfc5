"""Tables of the folder after a spreadsheet saved them its own way: what they say stays the same."""

import csv
import io
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.workspace import diff_folders
from capbuild.workspace.records.plain_tables import append_rows, decode_text, split_table
from capbuild.workspace.records.table import read_records

_LETTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")
COLUMNS = ("country", "sent", "due", "note", "amount")
ROWS = (
    ("Curaçao", "2016-02-29", "2016-03-07; 2016-03-21", "a; b, c", "12.5"),
    ("México", "2016-01-04", "2016-12-01", 'he said "sí"', "3"),
)


def saved(rows, delimiter, encoding, dates="{y}-{m}-{d}"):
    """Write rows as a spreadsheet does that reads its dates and saves them in its own form."""

    def cell(text):
        parts = [part.strip() for part in text.split(";")]
        if not all(len(part) == 10 and part[4] == part[7] == "-" for part in parts):
            return text
        return "; ".join(dates.format(y=p[:4], m=p[5:7], d=p[8:]) for p in parts)

    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([cell(text) for text in row] for row in rows)
    return stream.getvalue().encode(encoding)


def read(folder, data):
    issues = []
    (folder / "x.csv").write_bytes(data)
    return list(read_records(folder, "x.csv", COLUMNS, issues)), issues


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("dates", ["{y}-{m}-{d}", "{d}/{m}/{y}", "{d}.{m}.{y}", "{m}/{d}/{y}"])
def test_the_same_rows_however_a_spreadsheet_saved_them(tmp_path, delimiter, encoding, dates):
    records, issues = read(tmp_path, saved([("A title", "", ""), COLUMNS, *ROWS], delimiter, encoding, dates))
    # 29 and 21 show which number is the day, and so does one table what 04/01/2016 is.
    days = [(str(r.day("sent")), [str(day) for day in r.days("due")]) for r in records]
    assert days == [("2016-02-29", ["2016-03-07", "2016-03-21"]), ("2016-01-04", ["2016-12-01"])]
    told = [(r.row, r.text("country"), r.text("note"), r.number("amount")) for r in records]
    assert told == [(3, "Curaçao", "a; b, c", 12.5), (4, "México", 'he said "sí"', 3.0)]
    assert [issue.code for issue in issues] == (["CB106"] if encoding == "cp1252" else [])


def test_a_decimal_comma_where_semicolons_stand_between_cells(tmp_path):
    records, issues = read(tmp_path, b"country;amount\nPeru;12,5\nCuba;1.250,5\n")
    assert [r.number("amount") for r in records] == [12.5, None]
    assert [str(issue.origin) for issue in issues] == ["x.csv:B3"]
    records, issues = read(tmp_path, b'country,amount\nPeru,"12,5"\n')
    assert ([r.number("amount") for r in records], len(issues)) == ([None], 1)


def test_a_date_that_may_be_two_is_told(tmp_path):
    records, issues = read(tmp_path, b"country,sent\nPeru,03/04/2016\n")
    assert (records[0].day("sent"), issues[0].message) == (None, "'03/04/2016' is not a date, or is ambiguous")
    # Semicolons are written where the day comes first; a table that shows otherwise is believed.
    assert str(read(tmp_path, b"country;sent\nPeru;03/04/2016\n")[0][0].day("sent")) == "2016-04-03"
    assert str(read(tmp_path, b"country;sent;due\nPeru;03/04/2016;03/25/2016\n")[0][0].day("sent")) == "2016-03-04"


def test_a_table_without_its_heads_is_not_passed_over_in_silence(tmp_path):
    records, issues = read(tmp_path, b"Peru,2016-01-04\nCuba,2016-01-05\n")
    assert (records, [i.code for i in issues]) == ([], ["CB603"])
    assert issues[0].message == "x.csv has no column 'country': nothing in it was read"
    assert read(tmp_path, b"") == ([], [])
    assert read(tmp_path, b"\n\n") == ([], [])


def test_a_workbook_under_the_name_of_a_table_is_told(tmp_path):
    records, issues = read(tmp_path, b"PK\x03\x04" + bytes(60))
    assert (records, [i.code for i in issues]) == ([], ["CB603"])
    assert "looks like a zip archive or a workbook" in issues[0].message


@given(
    cells=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")), min_size=3, max_size=3
        ),
        max_size=5,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_any_cells_come_back(cells, delimiter):
    data = saved([("country", "note", "sent"), *cells], delimiter, "utf-8")
    rows, top, found = split_table(decode_text(data, "x.csv")[0], [{"country", "note", "sent"}])
    assert (top, found, rows[1:]) == (0, delimiter, cells)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"country;note\r\nPeru;a\r\n", b"country;note\r\nPeru;a\r\nCuba;x, y\r\n"),
        (b"\xef\xbb\xbfcountry,note\nPeru,a\n", b'\xef\xbb\xbfcountry,note\nPeru,a\nCuba,"x, y"\n'),
        ("note\tcountry\né\tPerú".encode("cp1252"), "\ufeffnote\tcountry\né\tPerú\nx, y\tCuba\n".encode()),
        (b"", b'country,note\nCuba,"x, y"\n'),
    ],
)
def test_rows_are_added_as_the_table_is_written(before, after):
    assert append_rows(before, "x.csv", ("country", "note"), [("Cuba", "x, y")]) == after


@pytest.fixture(scope="module")
def resaved(tmp_path_factory):
    """The example after somebody opened its tables in a spreadsheet that writes semicolons, and saved them."""
    folder = tmp_path_factory.mktemp("resaved") / "programme"
    shutil.copytree("examples/americas-2015", folder)
    for path in folder.rglob("*.csv"):
        if path.relative_to(folder).parts[0] not in {"returns", "external"}:
            rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
            path.write_bytes(saved(rows, ";", "utf-8-sig", "{d}/{m}/{y}"))
    return folder


def test_a_programme_says_the_same_after_that(resaved):
    ours, theirs = cb.open_workspace("examples/americas-2015"), cb.open_workspace(resaved)
    assert theirs.programme == ours.programme
    assert theirs.register.requests == ours.register.requests
    assert theirs.network == ours.network
    for name in ("deliveries", "enrolments", "evaluations", "states", "proposals", "budgets"):
        assert getattr(theirs.monitoring, name) == getattr(ours.monitoring, name), name
    assert theirs.monitoring.issues == ours.monitoring.issues


def test_and_nothing_differs(resaved):
    assert diff_folders("examples/americas-2015", resaved) == ()


@given(cells=st.lists(st.sampled_from(["", "Peru", "a; b"]), min_size=5, max_size=5), at=st.integers(0, 4))
def test_a_comma_that_moves_cells_is_never_silent(cells, at, tmp_path_factory):
    """Also where the cells at the end are empty, so that nothing seems to be too much."""
    folder = tmp_path_factory.getbasetemp()
    moved = [*cells[:at], "Bonn, Rhein", *cells[at + 1 :]]
    for row, wrong in ((",".join(moved), True), (",".join(f'"{cell}"' for cell in moved), False)):
        _, issues = read(folder, f"{','.join(COLUMNS)}\n{row}\n".encode())
        assert [issue.origin.row for issue in issues] == [2] * wrong


def test_cells_under_no_name_are_said_once_for_a_column(tmp_path):
    records, issues = read(tmp_path, b"country,,note,\nPeru,x,seen,\nCuba,y,,\n")
    assert [(r.text("country"), r.text("note")) for r in records] == [("Peru", "seen"), ("Cuba", "")]
    assert [(str(one.origin), "'x'" in one.message) for one in issues] == [("x.csv:B2", True)]
