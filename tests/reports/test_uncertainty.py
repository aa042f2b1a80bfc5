"""How sure results are, and how returns were filled in: what stands in the report, by hand."""

import datetime

import pytest
from attrs import evolve

from capbuild.model import (
    Capacity,
    Country,
    Coverage,
    Criterion,
    Finding,
    FindingStatus,
    Framework,
    Interval,
    Level,
    PlausibleLevels,
    Recipe,
    Round,
    Scale,
    Score,
    Source,
    Verdict,
)
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.reports.i18n import get_translator
from capbuild.reports.score_text import ScoreFormatter
from capbuild.reports.sections.summary import describe_doubt, describe_level_shares, describe_likely_level
from capbuild.scoring import assess

LEVELS = Scale(id="l", levels=[Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, 6)])
PERCENT = Scale(id="p", kind="percent")
NODE = Capacity(id="LAB", title="Laboratory")
NONE = Coverage(answered=0, settled=0, applicable=0)
ROUND = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))


def marks(language, scale):
    return ScoreFormatter(
        framework=Framework(id="f", edition="1", title="F", scales=[scale], roots=[]), t=get_translator(language)
    )


def staircase(**probabilities):
    shares = {int(name[1:]): share for name, share in probabilities.items()}
    levels = PlausibleLevels(lowest=min(shares), highest=max(shares), probabilities=shares)
    return Score(capacity=NODE, scale=LEVELS, plausible=levels, coverage=NONE, shares={"missing": 0.8, "method": 0.2})


@pytest.mark.parametrize(
    ("language", "shares", "words"),
    [
        ("en", {"L1": 0.08, "L2": 0.92}, "very likely L2, 92%"),
        ("en", {"L1": 0.28, "L2": 0.72}, "likely L2, 72%"),
        ("en", {"L1": 0.35, "L2": 0.65}, "no level is likely"),
        ("en", {"L1": 0.001, "L2": 0.999}, "very likely L2, 99%"),
        ("es", {"L1": 0.28, "L2": 0.72}, "probable L2, 72\xa0%"),
        ("fr", {"L1": 0.08, "L2": 0.92}, "très probable L2, 92\xa0%"),
        ("nl", {"L1": 0.28, "L2": 0.72}, "waarschijnlijk L2, 72%"),
        ("en", {"L2": 1.0}, ""),
    ],
)
def test_words_for_levels(language, shares, words):
    assert describe_likely_level(staircase(**shares), marks(language, LEVELS)) == words


def test_every_level_and_what_the_doubt_comes_from():
    score = staircase(L1=0.006, L2=0.004, L3=0.99)  # less than half a percent is not worth a word
    assert describe_level_shares(score, marks("en", LEVELS)) == "L1 1%, L3 99%"
    assert describe_doubt(score, get_translator("nl")) == "ontbrekende antwoorden 80%, methode 20%"


@pytest.mark.parametrize(
    ("nominal", "words"), [(0.9, "41 to 55, with 90% probability"), (None, "41 to 55, a range of assumptions")]
)
def test_words_for_figures(nominal, words):
    interval = Interval(lower=41, upper=55, nominal=nominal)
    score = Score(capacity=NODE, scale=PERCENT, value=48.0, exact=48.0, interval=interval, coverage=NONE)
    assert describe_likely_level(score, marks("en", PERCENT)) == words


@pytest.fixture(scope="module")
def assessed():
    """Two countries, one of them visited; the other claims what only a visit can see."""
    criteria = [Criterion(id=f"LAB.{n}", step=2, check="O", text=f"Thing {n}.") for n in range(12)]
    node = Capacity(id="LAB", title="Laboratory", target=2, criteria=criteria)
    framework = Framework(id="f", edition="1", title="F", scales=[LEVELS], roots=[node])
    findings, sources = [], []
    for code, kinds in (("AA", ("survey", "visit")), ("BB", ("survey",))):
        country = Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}")
        for kind in kinds:
            name = f"{kind}-{code}"
            sources.append(Source(id=name, kind=kind, title=name, country=country))
            findings += [
                Finding(
                    country=country, target=c.id, value=Verdict.YES, source=name,
                    status=FindingStatus.CONFIRMED if kind == "visit" else FindingStatus.CLAIMED,
                )
                for c in criteria
            ]  # fmt: skip
    return assess(findings, framework, Recipe(replications=0), round=ROUND, sources=sources)


def text_of(section):
    cells = [cell.words for b in section.blocks for g in getattr(b, "groups", ()) for r in g.rows for cell in r.cells]
    points = [p for b in section.blocks for p in getattr(b, "points", [b] if hasattr(b, "strong") else [])]
    return cells, [f"{point.strong} {point.text}".strip() for point in points]


def test_only_what_is_in_doubt_says_how_likely_it_is(assessed):
    visited, other = (build(one, RenderContext()) for one in assessed)
    assert not {"look", "sureness"} & {section.id for section in visited.sections}
    section = next(section for section in other.sections if section.id == "look")
    (name, _, likely, to_see, missing), _ = text_of(section)
    assert (name, missing) == ("Laboratory LAB", "0")
    assert likely.startswith(("very likely L2", "likely L2", "no level is likely"))
    assert to_see == "12 " + " ".join(f"LAB.{n}" for n in range(12))


def test_without_a_target_the_doubt_has_a_section(assessed):
    (root,) = assessed.framework.roots
    scores = {name: evolve(score, target=None) for name, score in assessed["BB"].scores.items()}
    page = build(evolve(assessed["BB"], scores=scores), RenderContext())
    section = next(section for section in page.sections if section.id == "sureness")
    (name, likely, below, doubt, rests), notes = text_of(section)
    assert (name, below, rests) == (f"LAB {root.title}", "–", "survey")
    assert likely.startswith(("very likely L2", "likely L2", "no level is likely"))
    assert doubt == "sources that disagree or may be wrong 100%"
    assert any(note.startswith("Not visited.") for note in notes)


def test_the_regional_report_says_how_returns_were_filled_in(assessed):
    section = next(section for section in build(assessed, RenderContext()).sections if section.id == "returns")
    assert section.lead.startswith("2 returns with answers to 12 items; 0% of what was asked has no usable answer")
    _, points = text_of(section)
    assert points == [
        "2 returns with nearly one answer throughout. AA survey-AA (12 answers); BB survey-BB (12 answers)."
    ]
