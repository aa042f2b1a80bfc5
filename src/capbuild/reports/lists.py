"""The two short lists of a country profile: what stands, and what lacks or should be looked at first."""

from capbuild.model import Assessment, Basis, CriterionState, Score, SourceKind
from capbuild.reports.head import is_staircase, is_unseen
from capbuild.reports.model import List, ListItem
from capbuild.reports.setting import Setting

__all__ = ["country_lists"]

#: Entries of each list.
_LISTED = 3


def country_lists(assessment: Assessment, setting: Setting) -> list[List]:
    """Return strengths and needs; for a country that was not visited, verified strengths and what to look at."""
    if not is_staircase(assessment):
        return _value_lists(assessment, setting)
    say = setting.say
    unseen = is_unseen(assessment)
    strengths = List(
        title=say("list.strengths"),
        items=[_strength(score, assessment, setting) for score in _strongest(assessment)],
        empty=say("list.no_strength"),
    )
    if unseen:
        first = List(
            title=say("list.look_first"),
            items=[_to_look_at(score, setting) for score in _widest_open(assessment)],
            empty=say("list.nothing_open"),
        )
        return [strengths, first]
    needs = List(
        title=say("list.needs"),
        items=[_need(score, setting) for score in _neediest(assessment)],
        empty=say("list.no_need"),
        warning=True,
    )
    return [strengths, needs]


def _strongest(assessment: Assessment) -> list[Score]:
    """Highest settled levels that do not miss their target, in the framework's order where equal."""
    able = [
        s
        for s in assessment.indicators
        if s.plausible is not None and s.settled and s.plausible.lowest > 1 and s.target_met is not False
    ]
    return sorted(able, key=lambda s: -(s.plausible.lowest if s.plausible else 0))[:_LISTED]


def _neediest(assessment: Assessment) -> list[Score]:
    """Indicators below their target: those with most criteria lacking, then those judged whole, lowest first."""
    below = [s for s in assessment.indicators if s.target_met is False and (s.lacking or not s.capacity.criteria)]
    return sorted(below, key=lambda s: (-len(s.lacking), s.value or 0.0, s.plausible.lowest if s.plausible else 0))[
        :_LISTED
    ]


def _widest_open(assessment: Assessment) -> list[Score]:
    """Indicators whose claims reach furthest beyond what is confirmed, then those with the widest range."""
    opened = [s for s in assessment.indicators if s.plausible is not None and not s.settled]
    return sorted(opened, key=_reach)[:_LISTED]


def _reach(score: Score) -> tuple[int, int]:
    low = score.plausible.lowest if score.plausible else 0
    high = score.plausible.highest if score.plausible else 0
    return low - (score.claimed or low), low - high


def _strength(score: Score, assessment: Assessment, setting: Setting) -> ListItem:
    say, marks = setting.say, setting.marks
    met = [say("strength.target_met")] if score.target_met else []
    basis = say(f"strength.{_basis(score, assessment)}")
    detail = ", ".join([score.capacity.id, marks.result(score, inside=True), *met, basis])
    return ListItem(title=marks.title(score.capacity), detail=detail)


def _basis(score: Score, assessment: Assessment) -> str:
    """What the confirmed criteria rest on: the visit, documents, or what was told."""
    used = [result.used_finding for result in score.results if result.state is CriterionState.MET]
    sources = assessment.source_by_id
    kinds = {sources[f.source].kind for f in used if f is not None and f.source in sources}
    if SourceKind.VISIT in kinds:
        return "visit"
    strongest = max((f.basis.strength for f in used if f is not None), default=Basis.TOLD.strength)
    if strongest > Basis.TOLD_DETAIL.strength:
        return "documents"
    return "detail" if strongest > Basis.TOLD.strength else "told"


def _need(score: Score, setting: Setting) -> ListItem:
    marks = setting.marks
    least, most = len(score.lacking), len(score.lacking) + len(score.open)
    level = marks.target(score)
    if not most:
        gap = marks.gap(score).text
    elif most > least:
        gap = setting.say("need.range", low=least, high=most, level=level)
    else:
        gap = setting.say("need.certain", count=least, level=level)
    detail = setting.say.clauses(f"{score.capacity.id}, {marks.result(score, inside=True)}", gap)
    return ListItem(title=marks.title(score.capacity), detail=detail)


def _to_look_at(score: Score, setting: Setting) -> ListItem:
    say, marks = setting.say, setting.marks
    low, high = (score.plausible.lowest, score.plausible.highest) if score.plausible else (1, 1)
    claim = f"{say('claimed')} {marks.code(score.scale, score.claimed)}" if score.claimed is not None else ""
    between = say(
        "look.between",
        count=len(score.deciding),
        low=marks.code(score.scale, low),
        high=marks.code(score.scale, high),
    )
    return ListItem(title=marks.title(score.capacity), detail=f"{score.capacity.id}, {say.clauses(claim, between)}")


def _value_lists(assessment: Assessment, setting: Setting) -> list[List]:
    say, marks = setting.say, setting.marks
    scores = sorted((s for s in assessment.indicators if s.value is not None), key=lambda s: -(s.value or 0.0))

    def items(chosen: list[Score]) -> list[ListItem]:
        return [ListItem(title=marks.title(s.capacity), detail=f"{s.capacity.id}, {marks.result(s)}") for s in chosen]

    half = min(_LISTED, len(scores) // 2)
    highest = List(title=say("list.highest"), items=items(scores[:half]), empty=say("list.no_figure"))
    lowest = List(title=say("list.lowest"), items=items(scores[::-1][:half]), empty=say("list.no_figure"))
    return [highest, lowest]
