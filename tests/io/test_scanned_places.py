"""Places that name no country: a scan tells of them what reading the file tells, and where they stand first."""

import io
import json

import openpyxl
import polars as pl
import pytest

import capbuild as cb
from capbuild.countries import resolve
from capbuild.errors import CountryError, ReadError
from capbuild.formats.parquet_table import write_parquet
from capbuild.io import iter_read, scanning
from capbuild.model import Response
from capbuild.tables import ResponseTable

ROWS = [("Cuba", "yes"), ("Atlantis", "no"), ("", "yes"), ("Saint Martin", "no"), ("Atlantis", "yes")]
#: Row of the file at which each stands first, and how many have it.
ATLANTIS, MARTIN = 3, 5


def csv(rows):
    return b"country,P1\n" + "".join(f"{place},{answer}\n" for place, answer in rows).encode()


def xlsx(rows):
    book = openpyxl.Workbook()
    book.active.title = "Replies"
    for row in [("country", "P1"), *rows]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def json_lines(rows):
    return "".join(json.dumps({"country": place, "P1": answer}) + "\n" for place, answer in rows).encode()


@pytest.fixture
def parquet(tmp_path):
    """Write rows as a table without countries, as one that was made elsewhere has none."""

    def write(rows):
        path = tmp_path / "a.parquet"
        responses = (item for item in iter_read(csv(rows), name="a.csv") if isinstance(item, Response))
        write_parquet(ResponseTable.from_responses(responses), path)
        return path

    return write


def told(found):
    return [issue for issue in found.issues if issue.code in ("CB401", "CB402")]


def places(issues):
    return [(issue.code, str(issue.origin)) for issue in issues]


def test_a_scan_tells_where_a_place_stands_first_and_how_many_have_it():
    atlantis, martin = told(cb.scan(csv(ROWS), name="a.csv"))
    with pytest.raises(CountryError) as refusal:
        resolve("Atlantis")
    assert (atlantis.message, atlantis.remedy) == (
        f"{refusal.value.message}; 2 responses have it",
        refusal.value.remedy,
    )
    assert "responses" not in martin.message
    assert places([atlantis, martin]) == [("CB401", f"a.csv:{ATLANTIS}"), ("CB402", f"a.csv:{MARTIN}")]


@pytest.mark.parametrize(
    ("name", "data", "sheet", "shift"),
    [
        ("a.csv", csv(ROWS), "", 0),
        ("a.xlsx", xlsx(ROWS), "!Replies", 0),
        ("a.jsonl", json_lines(ROWS), "", -1),  # the headers take no line
        ("titled.csv", b"Survey 2016,\n" + csv(ROWS), "", 1),  # which the fast path leaves to read
    ],
)
def test_a_scan_agrees_with_read(name, data, sheet, shift):
    scanned, read = told(cb.scan(data, name=name)), told(cb.read(data, name=name))
    assert scanned == read
    assert [issue.origin for issue in scanned] == [issue.origin for issue in read]  # an origin is no part of equality
    assert places(scanned) == [
        ("CB401", f"{name}{sheet}:{ATLANTIS + shift}"),
        ("CB402", f"{name}{sheet}:{MARTIN + shift}"),
    ]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (ROWS, ["a.csv:3", "a.csv:5"]),
        ([("Atlantis", "yes"), ("Atlantis", "no")], ["a.csv:2"]),  # the same place in every row
        ([(f"Nowhere {number}", "yes") for number in range(9)], [f"a.csv:{row}" for row in range(2, 11)]),  # no codes
    ],
)
def test_a_scan_of_parquet_agrees_with_read(parquet, rows, wanted):
    path = parquet(rows)
    scanned, read = told(cb.scan(path)), told(cb.read(path))
    assert scanned == read
    assert [str(issue.origin) for issue in scanned] == wanted == [str(issue.origin) for issue in read]


def test_a_table_that_brings_countries_is_asked_for_the_places_that_are_left(tmp_path):
    write_parquet(cb.scan(csv(ROWS), name="a.csv"), tmp_path / "a.parquet")
    table = cb.scan(tmp_path / "a.parquet")
    assert places(told(table)) == [("CB401", "a.csv:3"), ("CB402", "a.csv:5")]
    settled = cb.scan(tmp_path / "a.parquet", overrides={"Atlantis": "BS", "Saint Martin": "SX"})
    assert told(settled) == []
    assert [row.country and row.country.alpha_2 for row in settled] == ["CU", "BS", None, "SX", "BS"]


def test_a_word_of_the_dictionary_that_no_row_has_is_no_problem(parquet):
    path = parquet(ROWS)
    kept = {key: text for key, text in pl.read_parquet_metadata(path).items() if key.startswith("capbuild")}
    pl.read_parquet(path).head(1).write_parquet(path, metadata=kept)
    assert told(cb.scan(path)) == []


def test_no_row_is_looked_at_when_every_place_is_resolved(monkeypatch):
    monkeypatch.setattr(scanning, "_list_first_rows", lambda *_: pytest.fail("rows were looked at"))
    table = cb.scan(csv([("Cuba", "yes"), ("Haiti", "no"), ("Cuba", "no")]), name="a.csv")
    assert [row.country.alpha_2 for row in table] == ["CU", "HT", "CU"]


def test_damage_that_only_rows_show_is_a_read_error(parquet):
    path = parquet(ROWS)
    kept = {key: text for key, text in pl.read_parquet_metadata(path).items() if key.startswith("capbuild")}
    pl.read_parquet(path).with_columns(response_row=pl.lit(0)).write_parquet(path, metadata=kept)
    with pytest.raises(ReadError, match=r"a\.csv is damaged: Origin counts from 1"):
        cb.scan(path)
