"""Parquet files whose codebook or cells were damaged are refused, whatever the engine or the codebook makes of them."""

import io
from pathlib import Path

import polars as pl
import pytest

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.formats.parquet_table import write_parquet

CSV = b"country,P1,P2\nCuba,yes,1\nHaiti,n/a,2\n"


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    write_parquet(cb.scan(CSV, name="a.csv"), tmp_path / "a.parquet")
    return (tmp_path / "a.parquet").read_bytes()


def damaged(data, frame=lambda frame: frame, **metadata):
    """Return a table as Parquet with another frame, or other texts in its metadata."""
    kept = {key: text for key, text in pl.read_parquet_metadata(io.BytesIO(data)).items() if key.startswith("capbuild")}
    for part, text in metadata.items():
        key = next(key for key in kept if key.endswith(part))
        kept[key] = text if isinstance(text, str) else text(kept[key])
    out = io.BytesIO()
    frame(pl.read_parquet(io.BytesIO(data))).write_parquet(out, metadata=kept)
    return out.getvalue()


def test_a_whole_file_is_read_back(whole):
    found = cb.read(damaged(whole), name="a.parquet")
    assert next((r.place, r["P1"].value, r["P2"].value) for r in found.responses) == ("Cuba", "yes", 1)


CASES = {
    "a codebook that is no JSON": {"columns": "{"},
    "a codebook of another shape": {"columns": "[1, 2]"},
    "a column that is not there": {"columns": lambda text: text.replace("p1", "p9")},
    "a form with an unknown field": {"questionnaire": lambda text: text.replace("inferred", "inf\\u0000erred")},
    "rows that no file has": {"frame": lambda frame: frame.with_columns(response_row=pl.lit(0))},
    "codes beyond the dictionary": {"frame": lambda frame: frame.with_columns(response_place=pl.lit(99, pl.Int8))},
}


@pytest.mark.parametrize("how", CASES.values(), ids=CASES)
def test_damage_is_a_read_error(how, whole):
    with pytest.raises(ReadError, match=r"a\.parquet"):
        cb.read(damaged(whole, **how), name="a.parquet", format="parquet")


def test_a_panic_within_the_engine_is_a_read_error(whole, monkeypatch):
    def panics(*_arguments, **_options):
        raise pl.exceptions.PanicException("range end index out of range")

    monkeypatch.setattr(pl, "read_parquet", panics)
    for take in (cb.read, cb.scan):
        with pytest.raises(ReadError, match="range end index"):
            take(whole, name="a.parquet", format="parquet")
