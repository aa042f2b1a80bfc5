"""The tidy set as a data package: described in full, with keys that hold, over stacked rounds too."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from capbuild.model import AssessmentSet, Round
from capbuild.plugins import RenderContext
from capbuild.reports.tidy.tables import load_descriptions, write_tidy_files

Context = Callable[..., RenderContext]


def write_set(subject: AssessmentSet, context: RenderContext) -> dict[str, str]:
    files = write_tidy_files(subject, context)
    return {file.name: b"".join(map(_encode, file.chunks)).decode("utf-8-sig") for file in files}


def _encode(chunk: str | bytes) -> bytes:
    return chunk.encode() if isinstance(chunk, str) else chunk


def test_keys_hold_over_stacked_rounds_and_cells_hold_one_id(baseline: AssessmentSet, context: Context) -> None:
    later = evolve(baseline.round, id="later")
    rounds = [write_set(one, context()) for one in (baseline, _move(baseline, later))]
    for resource in json.loads(rounds[0]["datapackage.json"])["resources"]:
        rows = [row for made in rounds for row in csv.DictReader(io.StringIO(made[resource["path"]], newline=""))]
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert not rows or list(rows[0]) == fields
        assert all(field["description"] for field in resource["schema"]["fields"])
        key = resource["schema"].get("primaryKey", fields)
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows), resource["name"]
        ids = {"country", "capacity", "criterion", "need", "session", "source"} & {*fields}
        assert not [row for row in rows if any(" " in row[name] for name in ids - {"source"})]


def _move(found: AssessmentSet, round_: Round) -> AssessmentSet:
    return evolve(found, round=round_, assessments=[evolve(one, round=round_) for one in found])


def test_every_description_is_of_a_column(baseline: AssessmentSet) -> None:
    from capbuild.reports.tidy import assessments, dossier, tables

    columns = [
        column
        for module in (tables, dossier, assessments)
        for value in vars(module).values()
        if isinstance(value, tuple) and value and hasattr(value[0], "is_key")
        for column in value
    ]
    names = {column.lists or column.name for column in columns} | {"count"}
    described = {name.rpartition(".")[2] for name in load_descriptions()}
    assert described == names


def test_frictionless_finds_nothing_wrong(baseline: AssessmentSet, context: Context, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless", reason="the validator is a development dependency")
    for name, text in write_set(baseline, context()).items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "message"])
