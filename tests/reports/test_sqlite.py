"""The SQLite writer, asked in SQL: rows agree with the scores, keys hold, disclosure is that of the reports."""

import asyncio
import csv
import gc
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import TLP, AssessmentSet, Programme
from capbuild.plugins import RenderContext
from capbuild.reports.tidy.sqlite import write_sqlite
from capbuild.reports.tidy.tables import write_tidy_files

VIEWS = (
    "activities", "capacities", "capacity_changes", "change_counts", "changes", "countries", "criteria", "evidence",
    "findings", "gaps", "needs", "scores", "seats", "sessions", "sources",
)  # fmt: skip
TEXTS = [
    "<script>&amp;</script>",
    "\u202eabc\u202c مرحبا בית",
    "x" * 5000,
    "=cmd|' /C calc'!A0",
    "'); DROP TABLE score; --",
    'the "quoted" name',
    "\x00\x0b\ufffe",
]


def opened(subject, context: RenderContext) -> sqlite3.Connection:
    (data,) = write_sqlite(subject, context)
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    return database


@pytest.fixture
def ask(baseline: AssessmentSet, context: Callable[..., RenderContext]):
    made = []

    def answer(query: str, *values: object, subject=baseline, **settings: object) -> list[tuple]:
        made.append(opened(subject, context(**settings)))
        return made[-1].execute(query, values).fetchall()

    yield answer
    for database in made:
        database.close()


def test_it_is_a_sound_database(ask) -> None:
    assert ask("PRAGMA integrity_check") == [("ok",)]
    assert ask("PRAGMA foreign_key_check") == []
    assert [name for (name,) in ask("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")] == list(VIEWS)


def test_rows_are_those_of_the_assessments(ask, baseline: AssessmentSet) -> None:
    counts = {view: ask(f"SELECT count(*) FROM {view}")[0][0] for view in VIEWS}
    assert counts["countries"] == 10
    assert counts["capacities"] == len(list(baseline.framework.walk()))
    assert counts["scores"] == sum(len(a) for a in baseline)
    assert counts["criteria"] == 8 * 240
    assert counts["findings"] == sum(len(a.findings) for a in baseline)
    assert counts["sources"] == sum(len(a.sources) for a in baseline)
    assert counts["gaps"] == sum(len(s.lacking) + len(s.open) for a in baseline for s in a.indicators)
    assert ask("SELECT count(*) FROM evidence_item") == [(8,)]
    assert ask("SELECT DISTINCT notice FROM scores") == [("Invented answers",)]
    assert ask("SELECT country, answered, verified FROM countries WHERE NOT answered ORDER BY 1") == [
        ("HT", 0, None),
        ("PE", 0, None),
    ]


def test_a_query_gives_what_the_model_says(ask, baseline: AssessmentSet) -> None:
    expected = sorted(
        (a.country.alpha_2, s.capacity.id, s.plausible.lowest)
        for a in baseline
        for s in a.indicators
        if s.plausible is not None and s.plausible.settled
    )
    assert expected
    query = """SELECT country, capacity, level FROM scores JOIN capacities USING (capacity)
               WHERE scores.level IS NOT NULL AND scores.kind = 'indicator' ORDER BY 1, 2"""
    assert ask(query) == expected


def test_evidence_leads_from_finding_to_law(ask, baseline: AssessmentSet) -> None:
    behind = [f for a in baseline for f in a.findings if f.evidence]
    rows = ask("SELECT country, title, finding FROM evidence WHERE finding IS NOT NULL")
    assert len(rows) == len(behind)
    assert {title for _, title, _ in rows} == {"Computer Misuse Act"}


def test_others_see_named_countries_and_no_source(ask) -> None:
    assert ask("SELECT country FROM countries ORDER BY 1", audience="regional") == [
        ("AG",),
        ("BB",),
        ("BZ",),
        ("CO",),
        ("CU",),
    ]
    for view in ("findings", "sources", "evidence"):
        assert ask(f"SELECT * FROM {view}", audience="regional") == []
    facts = dict(ask("SELECT fact, value FROM about", audience="regional"))
    assert (facts["countries_named"], facts["countries_not_named"], facts["countries_silent"]) == ("5", "3", "2")


def test_nothing_of_an_unnamed_country_is_in_the_bytes(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    (data,) = write_sqlite(baseline, context(audience="regional"))
    assert b"Barbados" in data
    for hidden in (b"Jamaica", b"Grenada", b"Haiti", b"Peru", b"BB-police", b"returns/"):
        assert hidden not in data


def test_an_audience_without_a_label_is_refused(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    with pytest.raises(WriteError) as refused:
        list(write_sqlite(baseline, context(audience="public")))
    assert refused.value.code == "CB703"


def test_evidence_marked_more_strictly_is_left_out(ask, baseline: AssessmentSet) -> None:
    red = evolve(baseline["BB"].evidence[0], tlp=TLP.RED)
    subject = evolve(baseline["BB"], evidence=[red])
    assert ask("SELECT * FROM evidence", subject=subject, audience="country") == []


@pytest.mark.parametrize("audience", ["team", "regional"])
def test_it_says_what_the_csv_says(
    audience: str, ask, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    files = {
        f.name: b"".join(f.chunks).decode("utf-8-sig") for f in write_tidy_files(baseline, context(audience=audience))
    }
    rows = list(csv.DictReader(io.StringIO(files["criteria.csv"], newline="")))
    made = ask("SELECT country, target, state, conflict FROM criteria", audience=audience)
    shown = {(country, target, state, str(bool(conflict)).lower()) for country, target, state, conflict in made}
    assert {(r["country"], r["criterion"], r["state"], r["conflict"]) for r in rows} == shown


def test_the_same_bytes_twice(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    assert list(write_sqlite(baseline, context())) == list(write_sqlite(baseline, context()))


def test_one_country(ask, baseline: AssessmentSet) -> None:
    assert ask("SELECT name FROM countries", subject=baseline["JM"], audience="country") == [("Jamaica",)]


def test_no_country(ask, baseline: AssessmentSet) -> None:
    empty = evolve(baseline, assessments=[], silent=[])
    assert ask("SELECT count(*) FROM countries", subject=empty) == [(0,)]
    assert ask("PRAGMA foreign_key_check", subject=empty) == []


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_kept_as_it_was_written(text: str, hostile: Callable[[str], tuple[AssessmentSet, Programme]]) -> None:
    subject, programme = hostile(text)
    database = opened(subject, RenderContext(programme=programme))
    assert database.execute("SELECT DISTINCT note FROM findings WHERE note IS NOT NULL").fetchall() == [
        (text.replace("\x00", "\ufffd"),)
    ]
    assert database.execute("SELECT count(*) FROM score").fetchone() == (3,)
    database.close()


def test_values_of_means_are_numbers(ask, means: AssessmentSet) -> None:
    rows = ask("SELECT country, capacity, value FROM scores WHERE capacity = 'C1' ORDER BY 1", subject=means)
    assert rows == [(a.country.alpha_2, "C1", a["C1"].value) for a in means]
    assert ask("SELECT DISTINCT criterion FROM criteria", subject=means) == [(None,)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Datasette leaves databases open
def test_datasette_serves_the_views(
    baseline: AssessmentSet, context: Callable[..., RenderContext], tmp_path: Path
) -> None:
    served = pytest.importorskip("datasette.app", reason="datasette is not installed")
    (data,) = write_sqlite(baseline, context())
    (tmp_path / "baseline.db").write_bytes(data)

    async def fetch(path: str) -> tuple[int, str]:
        application = served.Datasette(files=[str(tmp_path / "baseline.db")])
        await application.invoke_startup()
        answer = await application.client.get(path)
        return answer.status_code, answer.text

    status, text = asyncio.run(fetch("/baseline/scores.json?_shape=array&country=JM&_size=max"))
    assert status == 200
    assert {row["capacity"] for row in json.loads(text)} == {score.capacity.id for score in baseline["JM"]}
    status, text = asyncio.run(fetch("/baseline/score?_size=5"))
    assert status == 200
    assert 'href="/baseline/country/' in text, "a foreign key is a link"
    gc.collect()  # so that they are closed here, and not in another test
