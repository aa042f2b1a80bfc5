"""Promises of scoring, over every registered method and every policy on missing answers."""

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from capbuild.model import CriterionState, Missing, MissingPolicy
from capbuild.planning import gaps
from capbuild.scoring.methods import MethodInput

from .conftest import KINDS, PLACE, SILENT, contradicting, figure, finding, records, score

CASES = settings(max_examples=15, deadline=None)


@CASES
@given(data=st.data())
def test_a_missing_answer_changes_nothing(any_design, data):
    """An answer of any kind of missing, from any source, on any target, leaves level, value and range alone."""
    before = data.draw(records(any_design))
    extra = finding(
        data.draw(st.sampled_from(any_design.targets)),
        data.draw(st.sampled_from(SILENT)),
        data.draw(st.sampled_from(KINDS)),
    )
    assume(all((f.target, f.source) != (extra.target, extra.source) for f in before))
    first, second = score(any_design, before), score(any_design, [*before, extra])
    assume(first is not None)
    assert figure(second) == figure(first)


@CASES
@given(data=st.data())
def test_nothing_answered_has_no_figure(any_design, data):
    """Where every answer is missing there is no level and no value, only the range of what is possible."""
    kinds = data.draw(st.lists(st.sampled_from(SILENT), min_size=len(any_design.targets)))
    found = score(any_design, [finding(t, kind) for t, kind in zip(any_design.targets, kinds, strict=False)])
    assume(found is not None)
    node = any_design.framework["whole"]
    if node.method.missing is MissingPolicy.ZERO:
        assert found.exact == 0
        assert found.counted_as_zero
        assert "counted as 0 by the framework's rule" in str(found)
        assert node.method.rule in found.explain().rule
    else:
        assert found.exact is None
        assert found.value is None
        assert not found.counted_as_zero
    if any_design.method.name != "profile":
        low, high = figure(found)[2]
        assert low < high
    assert not found.settled
    assert not found.verified


@CASES
@given(data=st.data())
def test_a_figure_lies_in_the_range_of_every_completion(any_design, data):
    """Whatever the open answers turn out to be, on a visit, the figure lies in the range stated before."""
    if any_design.method.name == "profile":
        pytest.skip("a profile has no figure")
    partial = data.draw(records(any_design, kinds=("visit",)))
    partial = [f for f in partial if f.value is not Missing.NOT_APPLICABLE]
    first = score(any_design, partial)
    assume(first is not None)
    known = {f.target for f in partial if not isinstance(f.value, Missing)}
    answers = st.sampled_from(any_design.answers)
    rest = [finding(target, data.draw(answers)) for target in any_design.targets if target not in known]
    full = score(any_design, [*(f for f in partial if f.target in known), *rest])
    result = full.exact if full.plausible is None else full.level
    if first.plausible is not None:
        assert first.plausible.lowest <= result <= first.plausible.highest
    elif first.interval is not None:
        assert first.interval.lower - 1e-9 <= result <= first.interval.upper + 1e-9
    else:
        assert result == pytest.approx(first.exact)


@CASES
@given(data=st.data())
def test_a_better_answer_never_lowers_anything(any_design, data):
    """With the sources as they are, a better answer lowers neither level nor value nor the ends of the range."""
    if not any_design.method.monotone:
        pytest.skip("declares that a better answer may lower it")
    answers = any_design.answers
    low = data.draw(st.integers(0, len(answers) - 2))
    high = data.draw(st.integers(low + 1, len(answers) - 1))
    target, source = data.draw(st.sampled_from(any_design.targets)), data.draw(st.sampled_from(KINDS))
    others = [f for f in data.draw(records(any_design)) if (f.target, f.source) != (target, source)]
    # Agreement is part of what is fixed: other sources that judge the same target say the same.
    alike, raised = (
        [
            finding(target, answers[level], source),
            *(evolve(f, value=answers[level]) if f.target == target else f for f in others),
        ]
        for level in (low, high)
    )
    first, second = score(any_design, alike), score(any_design, raised)
    if first.plausible is not None:
        assert second.plausible.lowest >= first.plausible.lowest
        assert second.plausible.highest >= first.plausible.highest
    if first.exact is not None:
        assert second.exact is None or second.exact >= first.exact - 1e-9
    if first.interval is not None and second.interval is not None:
        assert second.interval.lower >= first.interval.lower - 1e-9
        assert second.interval.upper >= first.interval.upper - 1e-9


@CASES
@given(data=st.data())
def test_order_and_copies_change_nothing(any_design, data):
    """Records in another order, or filed again, give equal scores, also where a source contradicts itself."""
    given_ = data.draw(contradicting(any_design))
    assume(given_)
    shuffled = data.draw(st.permutations([*given_, *given_[: data.draw(st.integers(0, len(given_)))]]))
    assert figure(score(any_design, shuffled)) == figure(score(any_design, given_))


@CASES
@given(data=st.data())
def test_renaming_changes_nothing(any_design, data):
    """Other ids of capacities and criteria, in the same places, give the same figures."""
    given_ = data.draw(records(any_design))
    names = dict(zip(any_design.targets, data.draw(st.permutations(any_design.targets)), strict=True))

    def renamed(node):
        children = [renamed(child) for child in node.children]
        criteria = [evolve(c, id=f"new-{names[c.id]}") for c in node.criteria]
        return evolve(node, children=children, criteria=criteria)

    other = evolve(any_design.framework, roots=[renamed(root) for root in any_design.framework.roots])
    moved = [f if f.target == "whole" else evolve(f, target=f"new-{names[f.target]}") for f in given_]
    again = score(evolve(any_design, framework=other), moved)
    assert figure(again) == figure(score(any_design, given_))


@CASES
@given(data=st.data())
def test_only_what_was_checked_is_verified(any_design, data):
    """Surveys verify nothing: with them alone, everything settled is reported."""
    found = score(any_design, data.draw(records(any_design, kinds=("survey",))))
    assume(found is not None)
    assert not found.verified
    assert found.coverage.checked == 0
    assert found.reported == found.settled


@CASES
@given(data=st.data(), target=st.integers(2, 5))
def test_a_missed_target_leaves_a_gap_and_a_met_one_none(any_design, data, target):
    """A gap follows from levels, values and criteria alike."""
    if any_design.method.input is MethodInput.CHILDREN:
        pytest.skip("gaps are those of indicators")
    node = any_design.framework["whole"]
    aim = float(target) if any_design.framework.scale_of(node).levels else target * 20.0
    aim = target * 20.0 if any_design.method.name == "scaled" else aim
    made = evolve(any_design, framework=evolve(any_design.framework, roots=[evolve(node, target=aim)]))
    found = score(made, data.draw(records(made)))
    assume(found is not None)
    left = gaps(_one(made, found))
    if found.target_met is False:
        assert [gap.capacity for gap in left] == ["whole"]
        assert left[0].target == aim
    elif found.target_met:
        assert not left
    for gap in left:
        states = {r.target: r.state for r in found.results}
        assert all(states[name] in (CriterionState.NOT_MET, CriterionState.PARTLY) for name in gap.lacking)
        assert all(states[name] is CriterionState.OPEN for name in gap.open)


def _one(made, found):
    from capbuild.model import Assessment

    from .conftest import ROUND, SOURCES

    return Assessment(country=PLACE, framework=made.framework, round=ROUND, scores={"whole": found}, sources=SOURCES)
