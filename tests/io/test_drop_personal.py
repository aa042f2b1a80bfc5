"""What reveals a person is left out on every way an answer can take, whatever the format."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.commands.convert import command
from capbuild.io import iter_read
from capbuild.model import Response

TABLE = b"country,Your name,E-mail,TEC-2.2a\nJamaica,Ann Example,ann@example.org,yes\nBelize,Bob Example,,no\n"
PRIVATE = ("Ann Example", "Bob Example", "ann@example.org")


@pytest.fixture(scope="module", params=["csv", "json", "parquet"])
def file(request, tmp_path_factory):
    """The same answers in a table, whose reader has an option for it, and in formats whose readers have none."""
    place = tmp_path_factory.mktemp("returns") / f"returns.{request.param}"
    if request.param == "csv":
        place.write_bytes(TABLE)
    else:
        cb.convert(TABLE, place, name="returns.csv")
    return place


def ways(file, folder):
    yield cb.read(file, drop_personal=True).responses
    yield [item for item in iter_read(file, drop_personal=True) if isinstance(item, Response)]
    yield list(cb.scan(file, drop_personal=True))
    cb.convert(file, Path(folder, "out.csv"), drop_personal=True)
    yield cb.read(Path(folder, "out.csv")).responses


def test_nothing_personal_passes_and_nothing_else_is_lost(file, tmp_path):
    for responses in ways(file, tmp_path):
        # The form may keep the questions, without an answer.
        assert [{a.question: a.value for a in r if not a.is_missing} for r in responses] == [
            {"TEC-2.2a": "yes"},
            {"TEC-2.2a": "no"},
        ]
        said = repr([(r, list(r)) for r in responses])
        assert [word for word in PRIVATE if word in said] == []
    assert [word for word in PRIVATE if word.encode() in (tmp_path / "out.csv").read_bytes()] == []


def test_without_asking_everything_is_kept(file):
    for responses in (cb.read(file).responses, list(cb.scan(file))):
        assert [r["Your name"].value for r in responses] == ["Ann Example", "Bob Example"]


def test_the_command_drops_too(tmp_path):
    source, target = tmp_path / "returns.csv", tmp_path / "out.json"
    source.write_bytes(TABLE)
    assert CliRunner().invoke(command, [str(source), str(target), "--drop-personal"]).exit_code == 0
    assert "ann@example.org" not in target.read_text(encoding="utf-8")
    assert cb.read(target).responses[0]["TEC-2.2a"].value == "yes"
