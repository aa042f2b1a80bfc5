"""Rules of aggregation that frameworks declare: on generated frameworks, and against what their publishers print.

Published figures: WHO e-SPAR 2022 and ncsi.ega.ee (edition 3.0), as noted in `frameworks.md` of the reference material.
"""

import datetime

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.model import (
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    JudgementRules,
    Level,
    Method,
    Missing,
    Recipe,
    RoundingRule,
    Scale,
    Source,
    Verdict,
)
from capbuild.scoring import assess
from capbuild.scoring.methods import BUILT_IN_METHODS

PLACE = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
SOURCES = [Source(id="visit", kind="visit", title="Visit", country=PLACE, start=datetime.date(2016, 5, 1))]
QUICK = Recipe(replications=0, trust={})
#: Answers to criteria, the worst first.
VERDICTS = (Verdict.NO, Verdict.PARTLY, Verdict.YES)
#: Rules that make a level of what is below a node; the last two have nodes below it.
RULES = ("staircase", "top step", "lowest", "cumulative")


def answer(target, value, evidence=()):
    return Finding(country=PLACE, target=target, value=value, source="visit", evidence=evidence)


def score(framework, answers, round_, node="top"):
    found = assess([answer(*one) for one in answers], framework, QUICK, round=round_, sources=SOURCES)
    return found["JM"][node] if found else None


@st.composite
def frameworks(draw, rule):
    """Frameworks of one rule: levels from 0 or 1, trees of any shape, criteria at any step."""
    first = draw(st.integers(0, 1))
    count = draw(st.integers(2, 5))
    levels = [Level(code=f"M{n}", order=n, label=f"M{n}") for n in range(first, first + count)]
    steps = st.sampled_from([level.order for level in levels[1:]])

    def leaf(name):
        found = [
            Criterion(id=f"{name}.{n}", step=draw(steps), text="x", no_cases=True)
            for n in range(draw(st.integers(1, 4)))
        ]
        return Capacity(id=name, title="x", criteria=found)

    if rule in ("staircase", "top step"):
        method = Method(name="staircase", parameters={"partly": "top step"} if rule == "top step" else {})
        top = evolve(leaf("top"), method=method)
    else:
        children = [leaf(f"k{n}") for n in range(draw(st.integers(1, 3)))]
        top = Capacity(id="top", kind="top", title="x", children=children, method=Method(name=rule))
    return Framework(id="f", edition="1", title="F", scales=[Scale(id="l", levels=levels)], roots=[top])


def reached(criteria, found, order, rule):
    """Whether a level is reached, in words: each step up to it has criteria that apply, and all of them are met."""
    for step in sorted({c.step for c in criteria if c.step <= order}):
        own = [found[c.id] for c in criteria if c.step == step and found[c.id] is not Missing.NOT_APPLICABLE]
        enough = (Verdict.YES, Verdict.PARTLY) if rule == "top step" and step == order else (Verdict.YES,)
        if not own or any(value not in enough for value in own):
            return False
    return True


def level_in_words(node, found, scale, rule):
    """Highest level that is reached; a level without criteria of its own is not."""
    if rule == "lowest":
        applying = [c for c in node.children if any(found[k.id] is not Missing.NOT_APPLICABLE for k in c.criteria)]
        return min(level_in_words(child, found, scale, "staircase") for child in applying) if applying else None
    criteria = [c for leaf in node.leaves for c in leaf.criteria]
    steps = sorted({c.step for c in criteria})
    return max([order for order in steps if reached(criteria, found, order, rule)], default=scale.ends[0])


CASES = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("rule", RULES)
@CASES
@given(data=st.data())
def test_the_level_is_what_the_rule_says(rule, data, round_):
    made = data.draw(frameworks(rule))
    values = st.sampled_from([*VERDICTS, Missing.NOT_APPLICABLE])
    found = {name: data.draw(values) for name in made.criteria}
    given_ = score(made, found.items(), round_)
    wanted = level_in_words(made["top"], found, made.scales[0], rule)
    if wanted is None:
        assert given_.plausible is None
    else:
        assert (given_.plausible.lowest, given_.plausible.highest) == (wanted, wanted)


@pytest.mark.parametrize("rule", RULES)
@CASES
@given(data=st.data())
def test_rules_are_monotone_bounded_and_take_no_missing_answer_for_zero(rule, data, round_):
    made = data.draw(frameworks(rule))
    known = data.draw(st.dictionaries(st.sampled_from(list(made.criteria)), st.sampled_from(VERDICTS), min_size=1))
    first = score(made, known.items(), round_).plausible
    low, high = made.scales[0].ends
    assert low <= first.lowest <= first.highest <= high
    # A missing answer of any kind leaves the level as it is.
    absent = [(name, data.draw(st.sampled_from((Missing.DONT_KNOW, Missing.REFUSED)))) for name in made.criteria]
    again = score(made, [*known.items(), *(one for one in absent if one[0] not in known)], round_).plausible
    assert (again.lowest, again.highest) == (first.lowest, first.highest)
    # Whatever the open answers are, the level lies in the range.
    full = {name: known.get(name) or data.draw(st.sampled_from(VERDICTS)) for name in made.criteria}
    settled = score(made, full.items(), round_).plausible
    assert settled.settled
    assert first.lowest <= settled.lowest <= first.highest
    # A better answer never lowers the level.
    name = data.draw(st.sampled_from(list(known)))
    better = known | {name: VERDICTS[min(VERDICTS.index(known[name]) + 1, 2)]}
    raised = score(made, better.items(), round_).plausible
    assert raised.lowest >= first.lowest
    assert raised.highest >= first.highest


def test_every_rule_of_levels_cites_its_source():
    assert all(BUILT_IN_METHODS[name].source for name in ("staircase", "lowest", "cumulative"))


def sectors(**levels):
    """JEE: an indicator judged for two sectors."""
    scale = Scale(id="l", levels=[Level(code=f"L{n}", order=n, label=f"L{n}") for n in range(1, 6)])
    children = [Capacity(id=name, title=name) for name in ("human", "animal")]
    top = Capacity(
        id="top", kind="indicator pair", title="x", method=Method(name="lowest"), children=children, target=3
    )
    made = Framework(id="jee", edition="3", title="JEE", scales=[scale], roots=[top])
    return made, list(levels.items())


def test_the_lower_of_two_sectors_counts(round_):
    found = score(*sectors(human=4, animal=2), round_)
    assert (found.level, found.target_met) == (2, False)
    assert "Lowest level of the nodes below it: human L4, animal L2" in str(found.explain())
    assert found.explain().worksheet()[-1][1].value == 2
    one = score(*sectors(human=4), round_)
    assert one.level is None
    assert (one.plausible.lowest, one.plausible.highest) == (1, 4)
    aside = score(*sectors(human=4, animal=Missing.NOT_APPLICABLE), round_)
    assert aside.level == 4


def test_a_domain_of_c2m2_needs_all_practices_of_its_objectives(round_):
    """FI and LI are met, PI and NI are not; an objective without practices at a level does not hold the domain down."""
    levels = [Level(code=f"MIL{n}", order=n, label=f"MIL{n}") for n in range(4)]
    objectives = {"1": "a1 b2 c3", "2": "a1 b1 c2", "3": "a2"}
    children = [
        Capacity(
            id=name, title=name, criteria=[Criterion(id=f"{name}{p[0]}", step=int(p[1]), text="x") for p in ps.split()]
        )
        for name, ps in objectives.items()
    ]
    top = Capacity(id="top", kind="domain", title="ASSET", method=Method(name="cumulative"), children=children)
    made = Framework(id="c2m2", edition="2.1", title="C2M2", scales=[Scale(id="mil", levels=levels)], roots=[top])
    every = dict.fromkeys(made.criteria, Verdict.YES)
    assert score(made, every.items(), round_).level == 3
    assert score(made, (every | {"1c": Verdict.PARTLY}).items(), round_).level == 2
    assert score(made, (every | {"3a": Verdict.NO}).items(), round_).level == 1
    found = score(made, (every | {"2a": Verdict.NO}).items(), round_)
    assert (found.level, str(found.progress)) == (0, "2 of 3 to L1")
    assert "in all nodes below it" in str(found.explain())


def test_a_process_of_iso_33020_needs_lower_attributes_in_full(round_):
    """Level n: the attributes of n are at least largely achieved, and all lower ones fully."""
    levels = [Level(code=f"CL{n}", order=n, label=f"CL{n}") for n in range(6)]
    attributes = ("1.1", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2", "5.1", "5.2")
    node = Capacity(
        id="top", title="Process", method=Method(name="staircase", parameters={"partly": "top step"}),
        criteria=[Criterion(id=f"PA{name}", step=int(name[0]), text="x") for name in attributes],
    )  # fmt: skip
    made = Framework(id="iso", edition="2019", title="ISO", scales=[Scale(id="cl", levels=levels)], roots=[node])
    worth = {"F": Verdict.YES, "L": Verdict.PARTLY, "P": Verdict.NO, "N": Verdict.NO}
    for ratings, level in (
        ("LNNNNNNNN", 1), ("FLLNNNNNN", 2), ("LFFFFFFFF", 1), ("FFLFFNNNN", 2), ("FFFLFPNNN", 3), ("PFFFFFFFF", 0),
        ("FFFFFFFFL", 5), ("FFFFFFFFF", 5),
    ):  # fmt: skip
        given_ = [(f"PA{name}", worth[rating]) for name, rating in zip(attributes, ratings, strict=True)]
        found = score(made, given_, round_)
        assert found.level == level, ratings
        assert not found.starred
        assert "those of its own step may be met in part" in str(found.explain())


def test_spar_rounds_twice(round_):
    """Published: Belize C10 = (20 + 40 + 0) / 3 = 20, Jamaica C4 = 92; the total is the mean of rounded capacities."""
    rule = "WHO SPAR, second edition: what is not answered counts as 0"
    scale = Scale(id="l", levels=[Level(code=f"L{n}", order=n, label=f"L{n}") for n in range(1, 6)])
    scaled = Method(name="scaled", parameters={"maximum": 100})
    mean = Method(name="mean", parameters={"missing": "zero", "rule": rule})

    def made(shape):
        capacities = [
            Capacity(
                id=f"C{n}", kind="capacity", title="x", scale="percent", method=mean,
                children=[Capacity(id=f"C{n}.{k}", title="x", method=scaled) for k in range(size)],
            )
            for n, size in enumerate(shape)
        ]  # fmt: skip
        top = Capacity(id="top", kind="total", title="x", scale="percent", method=mean, children=capacities)
        half_up = RoundingRule(digits=0, mode="half up", feeds_up=True)
        return Framework(
            id="spar", edition="2", title="SPAR", scales=[scale, Scale(id="percent", kind="percent")], roots=[top],
            rounding={"capacity": half_up, "total": half_up},
        )  # fmt: skip

    belize = score(made([3]), [("C0.0", 1), ("C0.1", 2)], round_, "C0")
    assert belize.value == 20
    assert belize.counted_as_zero == ("C0.2",)
    jamaica = [(f"C0.{n}", level) for n, level in enumerate((5, 5, 3, 5, 5))]
    assert score(made([5]), jamaica, round_, "C0").value == 92
    twice = made([3, 2, 2])
    levels = {"C0.0": 3, "C0.1": 3, "C0.2": 4, "C1.0": 2, "C1.1": 3, "C2.0": 3, "C2.1": 2}
    assert score(twice, levels.items(), round_).exact == (67 + 50 + 50) / 3


#: Points of the indicators of each capacity of NCSI 3.0.
NCSI = "33333 312 22231 22 3333 222222 3333 22 33233 2322 332323 222"


def test_ncsi_gives_points_for_evidence_or_none(round_):
    """Published: Jordan 88 points = 73.33, Saint Kitts and Nevis 15 = 12.50, Kuwait 45 = 37.50."""
    rule = "NCSI 3.0: no public evidence, no points"
    points = Method(name="points", parameters={"missing": "zero", "rule": rule, "maximum": 100})
    criteria = [
        Criterion(id=f"{c}.{n}", text="x", points=int(worth))
        for c, own in enumerate(NCSI.split(), 1)
        for n, worth in enumerate(own, 1)
    ]
    assert (len(criteria), sum(c.points for c in criteria)) == (49, 120)
    node = Capacity(id="top", kind="index", title="NCSI", criteria=criteria, method=points)
    made = Framework(
        id="ncsi", edition="3.0", title="NCSI", scales=[Scale(id="p", kind="percent")], roots=[node],
        judgement=JudgementRules(evidence_from=1), rounding={"index": RoundingRule(digits=2)},
    )  # fmt: skip
    for wanted, published in ((88, 73.33), (15, 12.50), (45, 37.50), (101, 84.17)):
        earned, given_ = 0, []
        for criterion in sorted(criteria, key=lambda one: -one.points):
            evidence = ("e",) if earned + criterion.points <= wanted else ()
            earned += criterion.points if evidence else 0
            given_.append((criterion.id, Verdict.YES, evidence))
        assert earned == wanted
        assert score(made, given_, round_).value == published
    silent = score(made, given_[:3], round_)  # three indicators of 3 points each
    assert silent.value == pytest.approx(100 * 9 / 120)
    assert len(silent.counted_as_zero) == 46
