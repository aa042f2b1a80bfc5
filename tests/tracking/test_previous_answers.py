"""A form that comes back as it was sent moves nothing, whatever was found before and by whom."""

import datetime

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.frameworks import survey_questionnaire
from capbuild.model import (
    Answer,
    Basis,
    Capacity,
    Check,
    Criterion,
    CriterionMove,
    Crosswalk,
    CrosswalkLink,
    Elsewhere,
    Finding,
    Framework,
    Level,
    Method,
    Missing,
    Recipe,
    ReconciliationPolicy,
    Response,
    Round,
    Route,
    Scale,
    Source,
    Verdict,
)
from capbuild.scoring import assess
from capbuild.scoring.findings import AnswerReader, findings_from_response
from capbuild.tracking import compare
from capbuild.tracking.previous_answers import find_previous_answers
from capbuild.workspace import list_saved_questions, prefill_questionnaire
from capbuild.workspace.forms.next_questionnaires import _skip_settled

JAMAICA = cb.country("Jamaica")
FIRST, SECOND = datetime.date(2020, 6, 30), datetime.date(2022, 6, 30)
ROUNDS = [
    Round(id="baseline", kind="baseline", title="B", reference_date=FIRST),
    Round(id="endline", kind="endline", title="E", reference_date=SECOND),
]
LEVELS = Scale(id="levels", levels=[Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(6)])
POLICIES = [policy for policy in ReconciliationPolicy if policy.value not in ("lead agency", "model")]


@st.composite
def frameworks(draw):
    """Indicators with criteria of any kind, beside one that is judged as a whole."""
    method = draw(st.sampled_from(("staircase", "points")))
    indicators = []
    for n in range(draw(st.integers(1, 3))):
        rule = st.builds(
            Criterion,
            id=st.just("x"),
            step=st.integers(1, 5),
            check=st.sampled_from(Check),
            elsewhere=st.sampled_from(Elsewhere),
            no_cases=st.booleans(),
            text=st.just("It exists."),
        )
        rules = draw(st.lists(rule, min_size=1, max_size=4))
        criteria = [evolve(one, id=f"I{n}.{place}") for place, one in enumerate(rules)]
        indicators.append(Capacity(id=f"I{n}", kind="indicator", title=f"I{n}", criteria=criteria))
    texts = {level.code: "text" for level in LEVELS.levels} if draw(st.booleans()) else {}
    whole = Capacity(id="W", kind="whole", title="W", level_texts=texts)
    methods = {"indicator": Method(name=method), "whole": Method(name="value")}
    root = Capacity(id="D", kind="dimension", title="D", children=[*indicators, whole])
    return Framework(id="f", edition="1", title="F", scales=[LEVELS], roots=[root], methods=methods)


@st.composite
def found(draw, framework):
    """What several sources of a country said, in agreement or not."""
    sources = [
        Source(id=f"{kind}-{who}", kind=kind, title="S", country=JAMAICA, start=FIRST, respondent=who)
        for kind, who in (("survey", "police"), ("survey", "court"), ("visit", ""), ("desk", ""))
    ]
    findings = []
    for source in draw(st.lists(st.sampled_from(sources), min_size=1, unique_by=lambda one: one.id)):
        for name in draw(st.lists(st.sampled_from([*framework.criteria, "W"]), min_size=1, unique=True)):
            absent = st.sampled_from([kind for kind in Missing if kind is not Missing.INVALID])
            value = draw((st.integers(0, 4) if name == "W" else st.sampled_from(Verdict)) | absent)
            route = draw(st.sampled_from(Route)) if value is Verdict.ELSEWHERE else None
            basis, marking = draw(st.sampled_from(Basis)), draw(st.sampled_from(("", "", "TLP:RED")))
            findings.append(
                Finding(
                    country=JAMAICA, target=name, value=value, source=source.id, route=route, basis=basis,
                    as_of=FIRST, marking=marking, respondent=source.respondent or None,
                )
            )  # fmt: skip
    assume(findings)
    return findings, sources


def send_back(form, framework):
    """Return the findings of a form that nobody changed, and its source."""
    source = Source(id="back", kind="survey", title="S", country=JAMAICA, start=SECOND, respondent="police")
    kinds = {kind.name.lower(): kind for kind in Missing}
    answers = [Answer(name, kinds.get(one.value, one.value)) for name, one in form.previous.items()]
    reader = AnswerReader.make(framework, form.mappings, previous=form.previous)
    return findings_from_response(Response(id="1", answers=answers), JAMAICA, source, reader).findings, source


def moves(change):
    return [one for one in change.criteria if one.move in (CriterionMove.GAINED, CriterionMove.LOST)]


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(POLICIES), st.integers(0, 2), st.booleans())
def test_an_unchanged_form_gains_and_loses_nothing(data, policy, allowed, skip):
    framework = data.draw(frameworks())
    findings, sources = data.draw(found(framework))
    recipe = Recipe(reconciliation=policy, allow_partial=allowed)
    before = assess(findings, framework, recipe, round=ROUNDS[0], countries=[JAMAICA], sources=sources)
    assume(not before.silent)
    form = survey_questionnaire(framework)
    form = _skip_settled(form, framework) if skip else form
    form = prefill_questionnaire(form, find_previous_answers(before[JAMAICA], framework))
    assume(form.previous)
    back, source = send_back(form, framework)
    after = assess(back, framework, recipe, round=ROUNDS[1], countries=[JAMAICA], sources=[source])
    assert moves(compare(before, after)) == []
    assert all(one.carried_over == form.previous[one.target] and one.as_of == SECOND for one in back)
    assert not any(one.evidence for one in back)
    assert not set(list_saved_questions(form)) & set(form.previous)
    marked = {one.target for one in findings if one.marking}
    unmarked = {one.target for one in findings if not one.marking}
    assert not set(form.previous) & (marked - unmarked)


def test_what_counted_is_carried_over_and_not_what_was_said():
    """A vendor's route never carries the highest level: the criterion was not met, whatever the answer says."""
    rules = [
        Criterion(id="I.a", step=5, text="It exists."),
        Criterion(id="I.b", step=1, elsewhere=Elsewhere.NEVER, text="It exists."),
    ]
    root = Capacity(id="I", kind="indicator", title="I", criteria=rules)
    framework = Framework(id="f", edition="1", title="F", scales=[LEVELS], roots=[root])
    visit = Source(id="v", kind="visit", title="V", country=JAMAICA, start=FIRST)
    findings = [
        Finding(country=JAMAICA, target=name, value=Verdict.ELSEWHERE, source="v", route=Route.VENDOR, as_of=FIRST)
        for name in framework.criteria
    ]
    before = assess(findings, framework, round=ROUNDS[0], sources=[visit])
    found = find_previous_answers(before[JAMAICA], framework)
    assert {name: one.value for name, one in found.items()} == {"I.a": "no", "I.b": "no"}


def test_a_level_that_assessors_judge_differently_is_left_to_the_next_round():
    root = Capacity(id="I", kind="indicator", title="I", children=[Capacity(id=name, title=name) for name in "AB"])
    framework = Framework(id="f", edition="1", title="F", scales=[LEVELS], roots=[root])
    sources = [Source(id=one, kind="survey", title=one, country=JAMAICA, start=FIRST) for one in ("one", "other")]
    judged = {"A": (1, 4), "B": (3, 3)}
    findings = [
        Finding(country=JAMAICA, target=name, value=level, source=source.id, as_of=FIRST)
        for name, levels in judged.items()
        for source, level in zip(sources, levels, strict=True)
    ]
    before = assess(findings, framework, round=ROUNDS[0], sources=sources)
    found = find_previous_answers(before[JAMAICA], framework)
    assert {name: one.value for name, one in found.items()} == {"B": 3}


@st.composite
def crosswalks(draw, framework):
    """A later edition whose criteria are the same, split, merged or dropped, under other ids."""
    links, roots = [], []
    for node in framework.roots[0].children:
        names, later = [one.id for one in node.criteria], []
        relation = draw(st.sampled_from(("exact", "split", "merged", "dropped"))) if names else "exact"
        if not names:
            links.append(CrosswalkLink(before=[node.id], after=[f"{node.id}n"], relation="exact"))
            roots.append(evolve(node, id=f"{node.id}n"))
            continue
        if relation == "merged":
            later = [evolve(node.criteria[0], id=f"{node.id}n.0")]
            links.append(CrosswalkLink(before=names, after=[later[0].id], relation="merged"))
        for one in node.criteria if relation != "merged" else ():
            after = [
                evolve(one, id=f"{one.id}n{place}") for place in range({"split": 2, "dropped": 0}.get(relation, 1))
            ]
            links.append(CrosswalkLink(before=[one.id], after=[new.id for new in after], relation=relation))
            later += after
        roots.append(evolve(node, id=f"{node.id}n", criteria=later or [evolve(node.criteria[0], id=f"{node.id}new")]))
    newer = evolve(framework, edition="2", roots=[evolve(framework.roots[0], children=roots)])
    return newer, Crosswalk(before="f 1", after="f 2", links=links)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_answers_come_to_a_new_edition_and_move_nothing(data):
    framework = data.draw(frameworks())
    findings, sources = data.draw(found(framework))
    newer, walk = data.draw(crosswalks(framework))
    before = assess(findings, framework, round=ROUNDS[0], countries=[JAMAICA], sources=sources)
    assume(not before.silent)
    previous = find_previous_answers(before[JAMAICA], newer, walk)
    form = prefill_questionnaire(survey_questionnaire(newer), previous)
    assume(form.previous)
    back, source = send_back(form, newer)
    after = assess(back, newer, round=ROUNDS[1], countries=[JAMAICA], sources=[source])
    assert moves(compare(before, after, crosswalk=walk)) == []
    pairs = {(" + ".join(link.before), name) for link in walk.links for name in link.after}
    assert {(one.question, name) for name, one in previous.items()} <= pairs
    assert {one.framework for one in previous.values()} <= {"f 1"}
