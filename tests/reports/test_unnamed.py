"""Rows that count countries, over generated frameworks: what a reader knows after taking away the named ones.

The reader has the printed page, the pages of the named countries, and may be one of the unnamed countries itself.
Nothing may be left that is true of all the others: one level, one side of a boundary between levels, one side of the
target.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from capbuild.disclosure.groups import Groups
from capbuild.model import (
    AssessmentSet,
    Audience,
    Capacity,
    Consent,
    Country,
    Criterion,
    DisclosurePolicy,
    Finding,
    Framework,
    Level,
    Method,
    Participation,
    Programme,
    Round,
    Scale,
    Source,
    TargetProfile,
)
from capbuild.plugins import RenderContext
from capbuild.reports import Bar, Report, build
from capbuild.scoring import assess
from tests.reports.worlds import DAY

CODES = ("AG", "AR", "BB", "BO", "BR", "BZ", "CA", "CL", "CO", "CR", "CU", "DM", "DO", "EC", "GD")
COUNTRIES = {code: Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}") for code in CODES}


@frozen(repr=False)
class Edition:
    """One round of generated countries before an audience.

    Attributes:
        subject: Every assessment.
        context: Policy, with the consents of the named ones.
        named: Codes of the named countries.
        counted: How many others have answered.
    """

    subject: AssessmentSet
    context: RenderContext
    named: frozenset[str]
    counted: int

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Print what a failing example is about; all its findings would be too long for Hypothesis."""
        printer.text(f"Edition({self.subject!r}, named={sorted(self.named)}, counted={self.counted})")


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Three indicators by levels or values, complete or with gaps, and up to 15 countries."""
    steps = draw(st.integers(2, 5))
    scales = [
        Scale(id="levels", levels=[Level(code=f"L{n}", order=n, label="Level") for n in range(1, steps + 1)]),
        Scale(id="points", kind="points", minimum=0, maximum=20),
        Scale(id="share", kind="percent", minimum=0, maximum=100),
    ]
    nodes = [_node(f"I{n}", draw(st.sampled_from(["levels", "points", "share", "judged"])), steps) for n in range(3)]
    framework = Framework(id="f", edition="1", title="F", scales=scales, roots=nodes)
    count = draw(st.integers(5, len(CODES)))
    codes = CODES[:count]
    silent = frozenset(draw(st.permutations(codes))[: draw(st.integers(0, 3))])
    named = frozenset(draw(st.permutations(codes))[: draw(st.integers(0, 4))])
    lowest = draw(st.integers(1, steps))
    findings = [
        Finding(country=COUNTRIES[code], target=target, value=value, source=f"{code}-s", as_of=DAY)
        for code in codes
        if code not in silent
        for node in nodes
        for target, value in _answers(draw, node, lowest, steps)
    ]
    answered = {one.country.alpha_2 for one in findings}
    assume(answered)
    targets = {node.id: draw(st.integers(2, steps)) if node.scale == "levels" else 10 for node in nodes}
    round_ = Round(id="r", kind="baseline", title="R", reference_date=DAY)
    found = assess(
        findings,
        framework,
        round=round_,
        countries=[COUNTRIES[code] for code in codes],
        sources=[Source(id=f"{c}-s", kind="visit", title="Visit", country=COUNTRIES[c]) for c in sorted(answered)],
        targets=TargetProfile(id="t", title="T", targets=targets),
    )
    programme = Programme(
        id="p",
        title="P",
        rounds=[round_],
        participations=[Participation(country=COUNTRIES[code]) for code in codes],
        disclosure=DisclosurePolicy(
            audiences={"regional": "TLP:GREEN"},
            minimum_n=draw(st.integers(2, 5)),
            consents=[Consent(country=code, audience=Audience.REGIONAL, date=DAY) for code in sorted(named)],
        ),
    )
    context = RenderContext(audience="regional", programme=programme, rounds=(found,))
    return Edition(subject=found, context=context, named=named, counted=len(answered - named))


def _node(name: str, kind: str, steps: int) -> Capacity:
    if kind == "levels":
        criteria = [Criterion(id=f"{name}.{step}", step=step, text=f"{name} {step}") for step in range(2, steps + 1)]
        return Capacity(id=name, title=name, scale="levels", method=Method(name="staircase"), criteria=criteria)
    if kind == "points":
        criteria = [Criterion(id=f"{name}.{n}", points=n, text=f"{name} {n}") for n in (1, 2, 3, 4)]
        return Capacity(id=name, title=name, scale="points", method=Method(name="points"), criteria=criteria)
    if kind == "judged":
        return Capacity(id=name, title=name, scale="levels", method=Method(name="staircase"))
    return Capacity(id=name, title=name, scale="share", method=Method(name="value"))


def _answers(draw: st.DrawFn, node: Capacity, lowest: int, steps: int) -> Iterator[tuple[str, object]]:
    """Answers of a country about an indicator; some criteria are left open, and no level is below the lowest."""
    if not node.criteria:
        yield node.id, draw(st.integers(lowest, steps) if node.scale == "levels" else st.integers(0, 100))
    level = draw(st.integers(lowest, steps))
    for criterion in node.criteria:
        if draw(st.integers(0, 9)):
            yes = draw(st.booleans()) if node.scale == "points" else criterion.step <= level
            yield criterion.id, "yes" if yes else "no"


@frozen
class Printed:
    """What a row says of some countries.

    Attributes:
        counts: How many are counted where, by label.
        met: How many reach the target.
        of: How many that is of.
    """

    counts: Counter[str]
    met: int
    of: int


def printed(subject: AssessmentSet, context: RenderContext) -> dict[str, Printed]:
    """The rows that are not withheld, by indicator."""
    page = build(subject, context)
    assert isinstance(page, Report)
    found = {}
    for row in next((one.rows for one in page.figures if one.id == "counts"), ()):
        head, bar, target = row.cells
        if isinstance(bar, Bar) and bar.segments:
            numbers = [int(n) for n in re.findall(r"\d+", f"{target.words}")] or [0, 0]
            found[head.before] = Printed(Counter({s.label: s.count for s in bar.segments}), *numbers)
    return found


def place_of(label: str, scale: Scale) -> tuple[int, int] | None:
    """Place of a label on its scale, and the number of places; None for what is open or has no figure."""
    codes = {one.code: one.order for one in scale.levels}
    if codes:
        order = codes.get(label.split()[0])
        return None if order is None else (order, len(codes))
    ends = [float(n) for n in re.findall(r"[\d.]+", label)]
    return (round(5 * (ends[0] - scale.minimum) / (scale.maximum - scale.minimum)) + 1, 5) if ends else None


def known_of_all(left: Printed, scale: Scale) -> Iterator[str]:
    """What is true of all unnamed countries, or of all but one, which knows about itself."""
    several = left.counts.total() - 1
    yield from (f"is counted as {label}" for label, count in left.counts.items() if count >= several)
    places = [place for label in left.counts.elements() if (place := place_of(label, scale)) is not None]
    for boundary in range(2, max((most for _, most in places), default=1) + 1):
        above = sum(place >= boundary for place, _ in places)
        if max(above, len(places) - above) >= several:
            yield f"is on one side of {boundary}"
    if left.of and max(left.met, left.of - left.met) >= several:
        yield "is on one side of the target"


def leaks(edition: Edition) -> tuple[list[str], int]:
    """What a reader can say of all unnamed countries, and how many rows are printed that count them."""
    rows = printed(edition.subject, edition.context)
    own = evolve(edition.subject, assessments=[a for a in edition.subject if a.country.alpha_2 in edition.named])
    known = printed(own, RenderContext(programme=edition.context.programme)) if len(own.assessments) else {}
    found, many = [], 0
    for name, row in rows.items():
        named = known.get(name, Printed(Counter(), 0, 0))
        left = Printed(row.counts - named.counts, max(row.met - named.met, 0), max(row.of - named.of, 0))
        if left.counts:
            many += 1
            assert left.counts.total() == edition.counted
            scale = edition.subject.framework.scale_of(edition.subject.framework[name])
            found += [f"{name} {one}" for one in known_of_all(left, scale)]
    return found, many


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(editions())
def test_no_row_tells_what_is_true_of_all_unnamed_countries(edition: Edition) -> None:
    assert leaks(edition)[0] == []


def test_a_reader_finds_it_where_only_equal_levels_are_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule that a row is withheld only where all stand alike is not enough."""

    def alike(_self: Groups, facts: Mapping[str, frozenset[object]]) -> bool:
        return len(set(facts.values())) == 1

    monkeypatch.setattr(Groups, "is_uniform", alike)
    chosen = settings(max_examples=100, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    for words in ("is counted as", "is on one side of the target", "is on one side of 2"):
        assert find(editions(), lambda edition, words=words: words in str(leaks(edition)[0]), settings=chosen)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(editions())
def test_a_row_that_tells_nothing_of_all_is_printed(edition: Edition) -> None:
    """Nothing more is withheld than has to be."""
    subject, policy = edition.subject, edition.context.programme.disclosure
    others = [one for one in subject if one.country.alpha_2 not in edition.named]
    silent = [one for one in subject.silent if one.alpha_2 not in edition.named]
    assume(len(others) >= policy.minimum_n and (len(silent) > 1 or not edition.named))
    rows = printed(subject, edition.context)
    hidden = printed(evolve(subject, assessments=others), RenderContext(programme=edition.context.programme))
    for name, row in hidden.items():
        if not list(known_of_all(row, subject.framework.scale_of(subject.framework[name]))):
            assert name in rows
