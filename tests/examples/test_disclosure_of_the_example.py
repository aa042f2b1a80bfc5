"""Real files of the example for participants, in all formats: who is not named is in none of them."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from capbuild_iati import write_iati

from capbuild.io.writing import render_files
from capbuild.plugins import default_host
from capbuild.workspace import Workspace
from capbuild.workspace.rounds.dossiers import complete_programme
from capbuild.workspace.runs.jobs import list_jobs

pypdf = pytest.importorskip("pypdf")
#: Writers of reports and data that participants can be given.
FORMATS = ("html", "pdf", "docx", "xlsx", "md", "csv", "sqlite", "parquet", "arrow", "sdmx-csv", "sdmx-ml")
#: Four have not agreed, and three have not answered.
NOT_NAMED = ("Belize", "Haiti", "Peru", "Ecuador", "Dominica", "Suriname", "Turks and Caicos")


@pytest.fixture(scope="module")
def workspace(example_programme: Workspace) -> Workspace:
    return example_programme


def hidden(workspace: Workspace, round_: str) -> set[str]:
    """Names of the participants of a round that have not agreed to be named, or have not answered."""
    agreed = {
        one.country.alpha_2 for one in workspace.programme.disclosure.consents if one.audience.value == "regional"
    }
    found = workspace.assess(round_)
    return {p.name for p in found.countries if p.alpha_2 not in agreed} | {p.name for p in found.silent}


def lines_of(data: str | bytes) -> Iterator[str]:
    """The text of a file by lines, cells or rows; of an archive, that of its parts."""
    if isinstance(data, str):
        yield from re.split(r"[\n>]", data)
    elif data.startswith(b"%PDF"):
        for page in pypdf.PdfReader(io.BytesIO(data)).pages:
            yield from page.extract_text().splitlines()
    elif data.startswith(b"SQLite"):
        database = sqlite3.connect(":memory:")
        database.deserialize(data)
        yield from database.iterdump()
        database.close()
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from re.split(r"[\n>]", archive.read(name).decode("utf-8", "replace"))
    else:
        yield from re.split(r"[\n>]", data.decode("utf-8", "replace"))


@pytest.mark.parametrize("round_", ["baseline", "endline"])
@pytest.mark.parametrize("name", FORMATS)
def test_who_is_not_named_is_in_no_file(name: str, round_: str, workspace: Workspace) -> None:
    dossier = workspace.dossier(round_)
    made = render_files(
        workspace.assess(round_),
        name,
        audience="regional",
        programme=complete_programme(workspace.programme, dossier),
        dossier=dossier,
        rounds=[workspace.assess(one.id) for one in workspace.programme.rounds],
        host=default_host(),
    )
    names = hidden(workspace, round_)
    assert len(names) == {"baseline": 7, "endline": 1}[round_]
    word = re.compile("|".join(rf"\b{re.escape(one)}\b(?! Republic)" for one in sorted(names)))
    found = [line for data in made.values() for line in lines_of(data) if word.search(line)]
    if round_ == "endline":
        assert found == []
        return
    # The map lists all participants: three have not answered, so that nobody can tell who has not agreed.
    text = "\n".join(found)
    assert all("not shown" in line or len(line) < 60 for line in found), text[:500]
    assert "level" not in text.casefold()


@pytest.mark.parametrize("round_", ["baseline", "endline"])
def test_an_activity_file_is_made_for_those_who_read_what_is_published(round_: str, workspace: Workspace) -> None:
    """Nobody has agreed to be named before the donor: the file of a run holds figures of no single country."""
    job = next(one for one in list_jobs(workspace, round_, ()) if one.writer == "iati")
    (made,) = job.render().values()
    programme = complete_programme(workspace.programme, workspace.dossier(round_))
    whole = write_iati(programme, audience="team").xml
    assert isinstance(made, bytes)
    counts = {
        name: [len(root.findall(path)) for path in (".//indicator//actual", ".//indicator//actual/location")]
        for name, root in (("run", ElementTree.fromstring(made)), ("team", ElementTree.fromstring(whole)))
    }
    assert counts["run"][0] > 0
    assert counts["run"][1] == 0
    assert counts["team"][1] > 0
