"""Findings from frames: what went out comes back, what does not fit is named with its cell, nothing is promoted."""

import datetime

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild import frames
from capbuild.countries import country_by_code
from capbuild.errors import CapbuildError, IssuesError, ReadError
from capbuild.model import (
    Basis,
    Capacity,
    Criterion,
    Finding,
    FindingStatus,
    Framework,
    Missing,
    Route,
    Scale,
    Source,
    Verdict,
)
from capbuild.plugins import Host
from capbuild.testing.tables import table_rows
from capbuild.text import Text

HOST = Host(discover=False)
FRAMEWORK = Framework(
    id="f",
    edition="1",
    title="F",
    scales=[Scale(id="percent", minimum=0, maximum=100)],
    roots=[
        Capacity(id="LAW", title="Law", criteria=[Criterion(id="LAW-1a", text="A"), Criterion(id="LAW-1b", text="B")]),
        Capacity(id="STAFF", title="Staff"),
    ],
)
VISIT = Source(id="visit", kind="visit", title="Visit", start=datetime.date(2016, 5, 3), language="es")


def frame(table):
    headers, *rows = table_rows(table)
    return pl.DataFrame([[cell or None for cell in row] for row in rows], schema=list(headers), orient="row")


def texts(**more):
    return st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), **more)


ids = texts(min_size=1, max_size=8).filter(lambda text: text == text.strip() and ";" not in text)
answers = st.one_of(st.sampled_from(Verdict), st.sampled_from(Missing))
numbers = st.one_of(st.integers(0, 100), st.floats(0, 100), st.sampled_from(Missing))
findings = st.sampled_from(["LAW-1a", "LAW-1b", "STAFF"]).flatmap(
    lambda target: st.builds(
        Finding,
        country=st.sampled_from(["JM", "BB", "DO", "AW", "XK"]).map(country_by_code),
        target=st.just(target),
        value=numbers if target == "STAFF" else answers,
        source=ids,
        status=st.sampled_from(FindingStatus),
        basis=st.sampled_from(Basis),
        confidence=st.none() | st.integers(1, 3),
        as_of=st.none() | st.dates(),
        respondent=st.none() | ids,
        route=st.none() | st.sampled_from(Route),
        reason=texts(max_size=10),
        sample=st.none() | st.integers(0, 10**9),
        note=st.none() | st.builds(Text, texts(min_size=1), st.sampled_from(["es", "en", "und"])),
        evidence=st.lists(ids, max_size=3).map(tuple),
        raw=st.none() | texts(min_size=1),
        marking=texts(max_size=6),
    )
)


@given(st.lists(findings, max_size=6), st.sampled_from(["to_polars", "to_pandas"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_goes_out_comes_back(wanted, library):
    read = cb.read_findings(getattr(frames, library)(wanted), FRAMEWORK, host=HOST)
    assert (list(read.findings), list(read.issues)) == (wanted, [])
    assert read.account.adds_up


def test_findings_of_a_round_come_back_with_their_first_places_and_give_the_same_scores(capbuild_programme):
    baseline = capbuild_programme.baseline
    table = baseline.to_polars("findings")
    assert {row["notice"] for row in table.to_dicts()} == {"Invented answers"}
    read = cb.read_findings(table, baseline.framework, host=HOST)
    wanted = [finding for one in baseline for finding in (*one.findings, *one.unmapped)]
    assert list(read.findings) == wanted
    assert [str(one.origin) for one in read.findings] == [str(one.origin) for one in wanted]
    way = {"framework": baseline.framework, "round": baseline.round, "sources": read.sources}
    assert cb.assess(read.findings, **way) == cb.assess(wanted, **way)
    levels = [[one.level for one in assessment] for assessment in cb.assess(read.findings, **way)]
    assert levels == [[one.level for one in assessment] for assessment in baseline]


def from_duckdb(cells):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed: uv sync --group engines")
    return duckdb.from_arrow(pa.table(cells))


@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame, pd.DataFrame, pa.table, from_duckdb])
def test_every_library_is_read(make):
    cells = {"country": ["Jamaica", "Kosovo"], "criterion": ["LAW-1a", "STAFF"], "answer": ["ndiyo", "12.5"]}
    read = cb.read_findings(make(cells), FRAMEWORK, source=VISIT, host=HOST, overrides={"Kosovo": "XK"})
    assert [(one.country.alpha_2, one.target, one.value) for one in read.findings] == [
        ("JM", "LAW-1a", Missing.INVALID),  # a framework without Swahili words does not know it
        ("XK", "STAFF", 12.5),
    ]
    assert [str(issue.origin) for issue in read.issues] == ["frame:C2"]


def test_only_what_a_source_could_see_is_confirmed():
    observed = Criterion(id="O", text="Seen", check="O")
    framework = Framework(
        id="o", edition="1", title="O", scales=[Scale(id="s")], roots=[Capacity(id="C", title="C", criteria=[observed])]
    )
    rows = frame(
        """
        | country | criterion | answer | source | status    |
        | JM      | O         | yes    | visit  |           |
        | JM      | O         | yes    | return |           |
        | JM      | O         | no     | return |           |
        | JM      | O         | yes    | return | confirmed |
        """
    )
    read = cb.read_findings(rows, framework, sources=[VISIT], host=HOST)
    assert [one.status.value for one in read.findings] == ["confirmed", "claimed", "reported", "confirmed"]
    assert [one.basis.value for one in read.findings] == ["seen", "told", "told", "told"]
    assert [(one.id, one.kind.value) for one in read.sources] == [("visit", "visit"), ("return", "survey")]
    assert [one.as_of for one in read.findings] == [VISIT.start, None, None, None]


def test_every_problem_is_named_at_its_cell_in_one_go():
    rows = frame(
        """
        | country | criterion | answer | source | confidence | as_of      | route | basis | sample | shoe |
        | Jamaica | LAW-1a    | maybe  | v      | high       | 31.05.2016 | sea   | felt  | -2     | 42   |
        | Jamaca  | LAW-1a    | yes    | v      |            |            |       |       |        |      |
        |         | LAW-1a    | yes    | v      |            |            |       |       |        |      |
        | Belize  | LAW-1c    | yes    | v      |            |            |       |       |        |      |
        | Belize  |           | yes    | v      |            |            |       |       |        |      |
        | Belize  | STAFF     | 101    |        |            |            |       |       |        |      |
        | Belize  | STAFF     | 101    | v      | 9          |            |       |       |        |      |
        """
    )
    read = cb.read_findings(rows, FRAMEWORK, name="sheet", host=HOST)
    assert [(str(issue.origin), issue.code) for issue in read.issues] == [
        ("sheet:J1", "CB208"),
        ("sheet:F2", "CB208"),
        ("sheet:C2", "CB201"),
        ("sheet:H2", "CB208"),
        ("sheet:E2", "CB208"),
        ("sheet:G2", "CB208"),
        ("sheet:I2", "CB208"),
        ("sheet:A3", "CB401"),
        ("sheet:A4", "CB206"),
        ("sheet:B5", "CB302"),
        ("sheet:B6", "CB208"),
        ("sheet:D7", "CB208"),
        ("sheet:C8", "CB202"),
        ("sheet:E8", "CB208"),
    ]
    assert all(issue.remedy for issue in read.issues if issue.code != "CB208")
    assert (len(read.findings), read.findings[0].value, read.findings[0].raw) == (1, Missing.INVALID, "maybe")
    assert (read.account.rows_in, sum(read.account.rows_left_out.values()), read.account.adds_up) == (7, 6, True)
    with pytest.raises(IssuesError, match="13 issues"):
        read.issues.raise_if()


def test_a_frame_that_is_no_table_of_findings_is_refused_with_all_it_lacks():
    with pytest.raises(ReadError, match="no column 'country' and no column 'answer'; it has") as caught:
        cb.read_findings(pl.DataFrame({"capacity": ["LAW"], "level": [3]}), FRAMEWORK)
    assert "confidence" in caught.value.remedy
    with pytest.raises(ReadError, match="two columns 'criterion'"):
        cb.read_findings(pl.DataFrame({"country": [], "criterion": [], "capacity": [], "answer": []}), FRAMEWORK)
    with pytest.raises(ReadError, match="neither a path, bytes nor a frame"):
        cb.read_findings([1], FRAMEWORK)


def test_a_table_that_an_object_does_not_have_is_named(capbuild_programme):
    with pytest.raises(CapbuildError, match=r"did you mean .findings.") as caught:
        capbuild_programme.baseline.to_polars("finding")
    assert caught.value.remedy == "it has: scores, criteria, findings, sources, evidence, countries"
    assert capbuild_programme.baseline.to_pandas("countries")["country"].tolist()[:2] == ["BB", "BZ"]
