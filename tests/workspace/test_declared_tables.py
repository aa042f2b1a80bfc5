"""Declared tables: what is written is read again, and the reference pages name every column."""

import datetime
from enum import Enum
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.escaping import format_csv
from capbuild.model import Money
from capbuild.text import Text
from capbuild.workspace.records.folder_tables import TABLES
from capbuild.workspace.records.table import Places, list_fields
from capbuild.workspace.versions.files import merge_file

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("reference/folder-tables.md", "reference/workspace.md", "how-to/networks.md", "how-to/plan.md",
         "how-to/map-questions.md")  # fmt: skip
#: Tables with a row that is one object; rows of the catalogue and of mappings are parts of one.
MODEL = [table for table in TABLES if attrs.has(table.row) and not table.file.startswith(("catalogue", "mappings"))]
DAY = datetime.date(2016, 2, 29)
COUNTRIES = st.sampled_from(["Jamaica", "Belize"])
WORDS = st.from_regex(r"[A-Za-z]{1,8}( [a-z]{1,8})?", fullmatch=True)
NAMED = {"language": "en", "languages": "en; fr", "currency": "EUR", "link": "https://example.org/a", "year": "2016",
         "moment": "after", "sha256": "ab12"}  # fmt: skip
CELLS = {
    str: WORDS, Text: WORDS, bool: st.just("yes"), int: st.integers(1, 3).map(str), float: st.sampled_from(["1.5"]),
    Money: st.integers(0, 999).map(str), datetime.date: st.just(DAY.isoformat()), cb.Country: COUNTRIES,
    tuple[cb.Country, ...]: st.just("Belize; Jamaica"), tuple[datetime.date, ...]: st.just("2016-01-11; 2016-03-07"),
    tuple[str, ...]: st.lists(WORDS, min_size=1, max_size=3).map("; ".join),
}  # fmt: skip


def cells_of(table, column, types):
    """Return a strategy of right cells of a column."""
    kind, default = types.get(column, (str, ""))
    if column in NAMED:
        right = st.just(NAMED[column])
    elif column in ("value", "maximum"):
        right = st.just("4.5")
    elif isinstance(kind, type) and issubclass(kind, Enum):
        right = st.sampled_from([one.value for one in kind])
    else:
        right = COUNTRIES if column == "country" else CELLS[kind]
    needed = default is attrs.NOTHING or column in (*table.required, *table.key, "currency")
    return right if needed else right | st.just("")


@pytest.mark.parametrize("table", MODEL, ids=lambda table: table.file)
def test_a_row_is_written_as_it_was_read(folder, table):
    workspace = cb.open_workspace(folder)
    types = {table.fields.get(name, name): kind for name, kind in list_fields(table.row).items()}
    rows = st.fixed_dictionaries({column: cells_of(table, column, types) for column in table.columns})
    (folder / table.file).parent.mkdir(exist_ok=True)

    def read(cells):
        (folder / table.file).write_text(format_csv([cells, cells.values()]), encoding="utf-8")
        issues = []
        (found,) = table.read(folder, Places(workspace.settings, workspace.host, issues))
        assert [issue for issue in issues if issue.severity == "error" and issue.code != "CB671"] == []
        return found

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows)
    def check(cells):
        made = read(cells)
        others = {column: text for column, text in cells.items() if column not in types}
        written = table.format_row(made, **others)
        assert {column: text for column, text in written.items() if cells[column]} == {
            column: text for column, text in cells.items() if text
        }
        again = read(written)
        assert table.format_row(again, **others) == written
        assert again == made

    check()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_every_column_is_on_a_reference_page(table):
    text = "".join((DOCS / page).read_text("utf-8") for page in PAGES)
    assert [column for column in table.columns if f"`{column}`" not in text and f"| {column} |" not in text] == []


def test_a_file_has_one_declaration_and_its_key_is_among_its_columns():
    assert len({table.file for table in TABLES}) == len(TABLES)
    for table in TABLES:
        assert {*table.key} <= {*table.columns}, table.file


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_two_people_change_two_cells_of_a_row(table):
    others = [column for column in table.columns if column not in table.key]
    if len(others) < 2:
        pytest.skip("the table has one cell beside its key")
    name, conflicts = table.file.replace("*", "a.csv"), []
    base = dict.fromkeys(table.columns, "a")
    rows = [base, {**base, others[0]: "b"}, {**base, others[1]: "c"}]
    (merged,) = dict(merge_file(name, [format_csv([row, row.values()]).encode() for row in rows], conflicts)).values()
    assert conflicts == []
    assert merged.decode() == format_csv([base, {**base, others[0]: "b", others[1]: "c"}.values()])


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("reviews/states.csv", "round"), ("reviews/proposals.csv", "round"), ("reviews/proposals.csv", "target"),
        ("training/enrolments.csv", "delivery"), ("training/evaluations.csv", "delivery"),
        ("actions.csv", "country"), ("evidence.csv", "id"), ("network/requests.csv", "sent"),
    ],
)  # fmt: skip
def test_an_empty_cell_that_is_needed_is_one_error(folder, file, column):
    table = next(table for table in TABLES if table.file == file)
    named = {"round": "baseline", "country": "Jamaica", "asking": "Jamaica", "asked": "Belize", "sent": "2016-01-11",
             "level": "reaction", "target": "TEC-2", "state": "sent"}  # fmt: skip
    cells = {name: named.get(name, "a") for name in table.key} | {"country": "Jamaica", "link": "a", column: ""}
    (folder / "training").mkdir()
    (folder / "training/deliveries.csv").write_text("delivery,start\na,2016-01-11\n", "utf-8")
    (folder / file).parent.mkdir(exist_ok=True)
    cells = {name: text for name, text in cells.items() if name in table.columns and name not in ("date", "by")}
    (folder / file).write_text(format_csv([cells, cells.values()]), "utf-8")
    found = [one for one in cb.open_workspace(folder).validate() if one.origin and one.origin.file == file]
    assert [(one.origin.row, one.severity, column in one.message) for one in found] == [(2, "error", True)], found
