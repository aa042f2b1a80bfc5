"""Who shares a need: counted by hand over generated gaps, and the same in every display."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.model import (
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    Gap,
    Level,
    Missing,
    Need,
    NeedKind,
    Needs,
    Recipe,
    Round,
    Scale,
    Source,
    TargetProfile,
    Verdict,
)
from capbuild.notebook import plain_text
from capbuild.planning.capacity_needs import shared_needs
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.scoring import assess

CODES = ("BF", "GM", "GN", "NG", "SN")
CRITERIA = {"A": ("a1", "a2", "a3"), "B": ("b1", "b2"), "C": ()}
STATES = st.sampled_from(("met", "lacks", "open"))


def place(code):
    return Country(alpha_2=code, alpha_3=code + "X", name=code)


@st.composite
def worlds(draw):
    """Return what each country lacks and leaves open, with the needs made of it."""
    found = {
        (code, name): draw(STATES)
        for code in CODES
        for capacity, criteria in CRITERIA.items()
        for name in criteria or (capacity,)
    }
    gaps = []
    for code in CODES:
        for capacity, criteria in CRITERIA.items():
            lacking = [name for name in criteria if found[code, name] == "lacks"]
            opened = [name for name in criteria if found[code, name] == "open"]
            # A level that is judged as a whole: below the target, or perhaps at it.
            ends = {"lacks": (1, 2), "open": (2, 4)}.get(found[code, capacity]) if not criteria else None
            low, high = ends or (None, None)
            if lacking or opened or ends:
                gaps.append(
                    Gap(country=place(code), capacity=capacity, target=3, lacking=lacking, open=opened, lowest=low,
                        highest=high)
                )  # fmt: skip
    parts = {"N1": ("A", ("a1", "a3")), "N2": ("A", ("a2",)), "N3": ("B", ("b1", "b2")), "N4": ("C", ("C",))}
    needs = [
        Need(
            id=name,
            kind=NeedKind.SKILL,
            statement=name,
            capacities=[capacity],
            criteria=criteria,
            countries=[c for c in CODES if any(found[c, n] != "met" for n in criteria)],
        )
        for name, (capacity, criteria) in parts.items()
    ]
    return found, Needs(needs=needs, gaps=gaps)


@given(worlds(), st.sets(st.sampled_from(CODES)))
def test_who_lacks_what_is_counted_by_hand(world, counted):
    found, needs = world
    for shared in shared_needs(needs, counted):
        own = needs[shared.id].criteria
        lacking = {code: sum(found[code, name] == "lacks" for name in own) for code in counted}
        assert dict(shared.lacking) == {code: count for code, count in lacking.items() if count}
        doubtful = {c for c in counted if not lacking[c] and any(found[c, n] == "open" for n in own)}
        assert set(shared.open) == doubtful


def make_framework(kind):
    levels = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in (1, 2, 3)]
    scale = Scale(id="s", kind="percent") if kind == "value" else Scale(id="s", levels=levels)
    criteria = {name: [Criterion(id=f"{name}.2a", step=2, text="x", check="D", no_cases=True)] for name in CRITERIA}
    roots = [Capacity(id=name, title=name, criteria=criteria[name] if kind == "criteria" else ()) for name in CRITERIA]
    return Framework(id="f", edition="1", title="F", scales=[scale], roots=roots)


REPLIES = ("met", "lacks", *Missing)


@pytest.mark.parametrize("kind", ["criteria", "level", "value"])
@given(table=st.fixed_dictionaries({code: st.fixed_dictionaries(dict.fromkeys(CRITERIA, st.sampled_from(REPLIES)))
                                    for code in CODES}))  # fmt: skip
def test_a_need_is_open_in_any_framework_where_nothing_settles_its_target(kind, table):
    framework = make_framework(kind)
    value = {"criteria": (Verdict.NO, Verdict.YES), "level": (1, 2), "value": (10.0, 60.0)}[kind]
    value = dict(zip(("lacks", "met"), value, strict=True))
    findings = [
        Finding(
            country=place(code),
            target=name + (".2a" if kind == "criteria" else ""),
            value=value.get(reply, reply),
            source=f"visit-{code}",
        )
        for code, replies in table.items()
        for name, reply in replies.items()
    ]
    assessed = assess(
        findings,
        framework,
        Recipe(replications=0),
        round=Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2026, 3, 31)),
        sources=[Source(id=f"visit-{code}", kind="visit", title="V", country=place(code)) for code in CODES],
        targets=TargetProfile(id="t", title="T", targets=dict.fromkeys(CRITERIA, 50 if kind == "value" else 2)),
    )
    shown = {shared.id.partition("-")[0]: shared for shared in shared_needs(cb.needs(assessed))}
    for name in CRITERIA:
        replies = {code: table[code][name] for code in CODES if code in assessed}
        lacking = {code for code, reply in replies.items() if reply == "lacks"}
        doubtful = {code for code, reply in replies.items()
                    if reply in Missing and reply is not Missing.NOT_APPLICABLE}  # fmt: skip
        assert (name in shown) == bool(lacking | doubtful)
        if name in shown:
            assert (set(shown[name].lacking), set(shown[name].open)) == (lacking, doubtful)


@given(worlds())
def test_the_commonest_comes_first_and_of_equal_ones_the_first(world):
    _, needs = world
    counts = [len(one.lacking) for one in shared_needs(needs)]
    assert counts == sorted(counts, reverse=True)
    places = [[need.id for need in needs].index(one.id) for one in shared_needs(needs)]
    for (count, first), (other, second) in pairwise(zip(counts, places, strict=True)):
        assert count > other or first < second


def test_a_need_that_a_meeting_adds_is_shared_by_those_it_names():
    added = Need(id="M", kind=NeedKind.LAW, statement="A treaty", countries=["SN", "GM"])
    (shared,) = shared_needs(Needs(needs=[added]))
    assert (dict(shared.lacking), shared.open) == ({"SN": 1, "GM": 1}, ())


@pytest.fixture(scope="module")
def baseline():
    workspace = cb.open_workspace("examples/americas-2015")
    return workspace, workspace.assess("baseline"), workspace.needs("baseline")


def test_region_brief_and_notebook_agree_on_the_example(baseline):
    workspace, assessed, needs = baseline
    shared = shared_needs(needs)
    dossier = cb.model.Dossier(needs=needs, catalogue=workspace.catalogue)
    told = {
        kind: build(assessed, RenderContext(kind=kind, programme=workspace.programme, dossier=dossier))
        for kind in ("regional", "brief")
    }
    largest = next(section for section in told["brief"].sections if section.id == "largest").blocks[0]
    rows = [row.cells for group in largest.groups for row in group.rows]
    assert [(cells[0].after, cells[2].text, cells[3].text) for cells in rows] == [
        (", ".join(needs[one.id].capacities), str(len(one.lacking)), str(len(one.open))) for one in shared[: len(rows)]
    ]
    matrix = next(section for section in told["regional"].sections if section.id == "needs").blocks[0]
    assert [column.id for column in matrix.columns[1:]] == [one.id for one in shared[: len(matrix.columns) - 1]]
    assert [cell.text for cell in matrix.total.cells[1:]] == [
        str(len(one.lacking)) for one in shared[: len(matrix.columns) - 1]
    ]
    first = assessed.framework[needs[shared[0].id].capacities[0]]
    assert (first.short or first.title).get("en").lower() in told["regional"].lead.lower()
    lines = [line for line in plain_text(needs).splitlines() if ": " in line]
    for line, one in zip(lines, shared[:6], strict=False):
        assert str(needs[one.id].statement)[:20] in line
        assert f" {len(one.lacking)} " in f"{line} "
