"""The tidy table of answers comes back as the answers it was made of, and says what does not fit."""

import polars as pl
import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.plugins import Host

HOST = Host(discover=False)
CSV = "country,P1,P2,P2 [comment]\nJamaica,3,n/a,none yet\nBelize,0.5,don't know,\nJM,sí,,\n".encode()


@pytest.fixture
def reading():
    return cb.read(CSV, name="a.csv", host=HOST)


@pytest.mark.parametrize("library", ["to_polars", "to_pandas"])
def test_answers_countries_and_places_come_back(reading, library):
    again = cb.read(getattr(reading, library)(), host=HOST)
    assert [one.answers for one in again.responses] == [one.answers for one in reading.responses]
    assert [one.country for one in again.responses] == [one.country for one in reading.responses]
    assert [one.id for one in again.responses] == [one.id for one in reading.responses]
    told = [[str(answer.origin) for answer in one] for one in again.responses]
    assert told == [[str(answer.origin) for answer in one] for one in reading.responses]
    assert (list(again.issues), again.reconciliation.adds_up) == ([], True)


def test_what_was_filtered_is_gone_and_nothing_else(reading):
    kept = reading.to_polars().filter(pl.col("question") == "P1").with_columns(more=pl.lit(1))
    again = cb.read(kept, host=HOST)
    told = {one.id: [answer.value for answer in one] for one in again.responses}
    assert told == {one.id: [one["P1"].value] for one in reading.responses}
    (account,) = again.reconciliation.sheets
    assert [one.name for one in account.columns if one.reason] == ["more"]


def test_problems_are_named_at_their_cells(reading):
    table = reading.to_polars().with_row_index("n")
    n = pl.col("n")
    spoilt = table.with_columns(
        missing=pl.when(n == 0).then(pl.lit("shy")).otherwise("missing"),
        question=pl.when(n == 1).then(None).otherwise("question"),
        country=pl.when(n >= 4).then(pl.lit("QQ")).otherwise("country"),
        date=pl.when(n >= 4).then(pl.lit("spring")).otherwise("date"),
    ).drop("n", "label")  # labels need not be there
    again = cb.read(spoilt, name="t", host=HOST)
    assert [(str(issue.origin), issue.code) for issue in again.issues] == [
        ("t:H3", "CB208"), ("t:L2", "CB201"), ("t:B6", "CB401"), ("t:G6", "CB208"),
    ]  # fmt: skip
    assert again.responses[0]["P1"].value is Missing.INVALID
    (account,) = again.reconciliation.sheets
    assert (dict(account.rows_left_out), account.adds_up) == ({"names no question": 1}, True)
