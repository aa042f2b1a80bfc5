"""Programmes made at random for the promises: every method that is registered, with answers of every kind."""

import datetime

import pytest
from attrs import evolve, frozen
from hypothesis import strategies as st

from capbuild.model import (
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    Level,
    Method,
    Missing,
    MissingPolicy,
    Recipe,
    Round,
    Scale,
    Source,
    Verdict,
)
from capbuild.plugins import default_host
from capbuild.scoring import assess
from capbuild.scoring.methods import BUILT_IN_METHODS, LEVEL_METHODS, MethodInput, RegisteredMethod

DAY = datetime.date(2016, 3, 31)
ROUND = Round(id="r", kind="baseline", title="R", reference_date=DAY)
PLACE = Country(alpha_2="BB", alpha_3="BRB", name="Barbados")
KINDS = ("survey", "desk", "meeting", "visit")
SOURCES = [Source(id=kind, kind=kind, title=kind, country=PLACE, start=DAY) for kind in KINDS]
LEVELS = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, 6)]
#: Kinds of missing that say nothing of the criterion; "not applicable" does.
SILENT = [kind for kind in Missing if kind is not Missing.NOT_APPLICABLE]
#: Answers from the worst to the best.
VERDICTS = [Verdict.NO, Verdict.PARTLY, Verdict.YES]
POLICY = {"missing": "zero", "rule": "Invented rule 3: no evidence, no points"}
_SETTINGS = {"generalised": {"power": 0.5}, "points": {"partly": 0.5}}


@frozen(kw_only=True)
class Design:
    """A framework that one method makes the figure of, and the targets that answers are given to.

    Attributes:
        framework: The framework; `whole` is the node of the method.
        method: The method.
        targets: Ids that findings may name.
        answers: Answers from the worst to the best.
    """

    framework: Framework
    method: RegisteredMethod
    targets: tuple[str, ...]
    answers: tuple

    def __str__(self) -> str:
        return f"{self.method.name}, missing {self.framework['whole'].method.missing.value}"


def _criteria(name, check="DDOR"):
    return [
        Criterion(id=f"{name}{n}", step=2 + n // 2, check=check[n % 4], text="x", points=1 + n % 3) for n in range(6)
    ]


def design(method, policy=MissingPolicy.LEFT_OUT):
    settings = _SETTINGS.get(method.name, {}) | (POLICY if policy is MissingPolicy.ZERO else {})
    made = Method(name=method.name, parameters=settings)
    steps, percent = Scale(id="steps", levels=LEVELS), Scale(id="percent", kind="percent")
    if method.input is MethodInput.CRITERIA:
        node = Capacity(id="whole", title="W", method=made, criteria=_criteria("c"), scale="percent")
        if method.name == "staircase":
            node = Capacity(id="whole", title="W", method=made, criteria=_criteria("c"), target=3)
        targets, answers = tuple(c.id for c in node.criteria), tuple(VERDICTS)
    elif method.input is MethodInput.RATING:
        node = Capacity(id="whole", title="W", method=made, scale="steps" if method.name == "scaled" else "percent")
        targets, answers = ("whole",), (1, 2, 3, 4, 5)
    else:
        children = [
            Capacity(id=f"k{n}", title="K", method=Method(name="points"), criteria=_criteria(f"k{n}-"), scale="percent")
            for n in range(3)
        ]
        if method.name in LEVEL_METHODS:
            children = [evolve(c, method=Method(name="staircase"), scale="steps") for c in children]
        scale = "steps" if method.name in LEVEL_METHODS else "percent"
        node = Capacity(id="whole", kind="whole", title="W", method=made, children=children, scale=scale)
        targets, answers = tuple(c.id for child in children for c in child.criteria), tuple(VERDICTS)
    frame = Framework(id="f", edition="1", title="F", scales=[steps, percent], roots=[node])
    return Design(framework=frame, method=method, targets=targets, answers=answers)


def every_design():
    """Every method of the library and of the installed plugins, with every policy on missing answers it may have."""
    methods = {**default_host().methods, **BUILT_IN_METHODS}
    return [design(method, policy) for method in methods.values() for policy in method.missing]


@pytest.fixture(scope="session", params=every_design(), ids=str)
def any_design(request):
    return request.param


def score(made, findings, recipe=None):
    found = assess(
        findings,
        made.framework,
        recipe or Recipe(replications=0, trust={}),
        round=ROUND,
        sources=SOURCES,
        countries=[PLACE],
        methods=default_host().methods,
    )
    return found["BB"]["whole"] if found else None


def finding(target, value, source="visit"):
    return Finding(country=PLACE, target=target, value=value, source=source)


@st.composite
def records(draw, made, kinds=KINDS, missing=True):
    """Findings on some of the targets, each of one source."""
    values = st.sampled_from([*made.answers, *(Missing if missing else ())])
    answers = st.dictionaries(st.sampled_from(made.targets), values, max_size=6)
    return [finding(target, value, kind) for kind in kinds for target, value in draw(answers).items()]


@st.composite
def contradicting(draw, made, kinds=KINDS):
    """Findings on some of the targets; a source may say two things of one, on one day or on two."""
    days = st.sampled_from([None, DAY, DAY + datetime.timedelta(days=1)])
    values = st.sampled_from([*made.answers, *Missing])
    said = st.tuples(st.sampled_from(made.targets), values, st.sampled_from(kinds), days)
    return [evolve(finding(t, value, kind), as_of=day) for t, value, kind, day in draw(st.lists(said, max_size=10))]


def figure(found):
    """What a score says: its level or value, and the ends of what is possible."""
    if found is None:
        return None
    ends = found.plausible and (found.plausible.lowest, found.plausible.highest)
    ends = ends or (found.interval and (found.interval.lower, found.interval.upper))
    return (found.level, found.exact, ends, found.coverage.applicable)
