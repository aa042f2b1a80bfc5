"""Gaps below target, needs, and decisions on needs.

Gaps are counted in criteria; meetings decide on needs.
"""

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from enum import StrEnum
from operator import attrgetter
from typing import overload

from attrs import evolve, field, frozen

from capbuild._typed import explains_arguments, model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Catalogue,
    Country,
    CriterionResult,
    CriterionState,
    Framework,
    Gap,
    Need,
    NeedKind,
    Needs,
    Score,
    TargetProfile,
)
from capbuild.model.country import as_countries, country_code
from capbuild.model.need import need_weight
from capbuild.text import Text, Translation, TranslationStatus, as_optional_text, text_hash


class DecisionAction(StrEnum):
    """Action of a meeting on a need."""

    ADD = "add"
    CONFIRM = "confirm"
    REPRIORITISE = "reprioritise"


@frozen(kw_only=True)
class NeedDecision:
    """Decision of one meeting about one need.

    Attributes:
        meeting: Id of the meeting, cited by the need.
        action: Add, confirm or reprioritise.
        need: Id of the need.
        urgency: New urgency, 1 to 3, if changed or added.
        relevance: New relevance, 1 to 3, if changed or added.
        kind: Kind of an added need.
        statement: Text of an added need.
        countries: Countries of an added need, also as alpha-2 codes.
        criteria: Criteria of an added need.
    """

    meeting: str = field(validator=identifier)
    action: DecisionAction = field(converter=DecisionAction)
    need: str = field(validator=identifier)
    urgency: int | None = field(default=None, validator=between(1, 3))
    relevance: int | None = field(default=None, validator=between(1, 3))
    kind: NeedKind = field(default=NeedKind.COOPERATION, converter=NeedKind)
    statement: Text | None = field(default=None, converter=as_optional_text)
    countries: tuple[Country, ...] = field(default=(), converter=as_countries)
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)


def apply_decisions(found: Needs, decisions: Sequence[NeedDecision]) -> Needs:
    """Return needs changed by decisions, with citations.

    Raises:
        PlanError: CB811, decisions name missing needs, or add existing ones; reports all together.
    """
    by_id = {need.id: need for need in found}
    problems = list(_find_problems(by_id, decisions))
    if problems:
        raise PlanError("; ".join(problems), code="CB811", remedy=f"needs are: {', '.join(sorted(by_id)) or 'none'}")
    for decision in decisions:
        by_id[decision.need] = _apply_decision(by_id.get(decision.need), decision)
    return evolve(found, needs=[by_id[name] for name in sorted(by_id)])


def _find_problems(known: Iterable[str], decisions: Iterable[NeedDecision]) -> Iterator[str]:
    there = set(known)
    for decision in decisions:
        added = decision.action is DecisionAction.ADD
        if added and decision.need in there:
            yield f"{decision.meeting} adds the need {decision.need!r}, which already exists"
        elif not added and decision.need not in there:
            yield f"{decision.meeting} names the need {decision.need!r}, which does not exist"
        if added:
            there.add(decision.need)


def _apply_decision(need: Need | None, decision: NeedDecision) -> Need:
    if need is None:
        return Need(
            id=decision.need,
            kind=decision.kind,
            statement=decision.statement or decision.need,
            countries=sorted(decision.countries, key=attrgetter("alpha_2")),
            criteria=decision.criteria,
            urgency=decision.urgency or 2,
            relevance=decision.relevance or 2,
            sources=[decision.meeting],
        )
    return evolve(
        need,
        urgency=decision.urgency or need.urgency,
        relevance=decision.relevance or need.relevance,
        sources=tuple(dict.fromkeys((*need.sources, decision.meeting))),
    )


#: Default probability that an open criterion is lacking.
DEFAULT_PROBABILITY = 0.5


@model(kw_only=True, repr=False)
class Gaps(NotebookDisplay, FrameConversion, Sequence[Gap]):
    """Gaps of assessed countries, as a sequence.

    Attributes:
        gaps: The gaps, by country and in framework order.
        framework: Framework of their capacities.
        invented: Whether they rest on invented answers.
    """

    gaps: tuple[Gap, ...] = field(default=(), converter=to_tuple)
    framework: Framework
    invented: bool = False

    def filter(self, *, country: Country | str | None = None, dimension: str | None = None) -> "Gaps":
        """Return the gaps of a country, a dimension, or both.

        Args:
            country: The country, or a text that names it.
            dimension: Id of a dimension or other capacity, including the capacities below it.

        Raises:
            CountryError: The text names no country, or several.
            KeyError: The framework has no such capacity.
        """
        code = None if country is None else country_code(country, (gap.country for gap in self.gaps))
        below = None if dimension is None else {node.id for node in self.framework[dimension].walk()}
        kept = [
            gap for gap in self.gaps if code in (None, gap.country.alpha_2) and (below is None or gap.capacity in below)
        ]
        return evolve(self, gaps=kept)

    @overload
    def __getitem__(self, place: int) -> Gap: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Gap, ...]: ...
    def __getitem__(self, place: int | slice) -> Gap | tuple[Gap, ...]:
        return self.gaps[place]

    def __iter__(self) -> Iterator[Gap]:
        return iter(self.gaps)

    def __len__(self) -> int:
        return len(self.gaps)


@explains_arguments
def gaps(
    assessed: Assessment | AssessmentSet, targets: TargetProfile | Mapping[str, float] | str | None = None
) -> Gaps:
    """Return the gaps between assessed capacities and their targets.

    Criteria, judged levels and values are compared alike; a parent node has a gap only if it has a target and a
    result of its own. A capacity that reaches its target whatever the answers to open criteria has no gap. A capacity
    without data has a gap of size 0, with its criteria open if it has any, unless it does not apply.

    Args:
        assessed: One country or all countries of a round.
        targets: Level order or value by capacity id, or the id of a target profile of the framework; by default those
            of the scores.

    Returns:
        Gaps by country and in framework order, as a sequence that can be filtered. `size` counts criteria lacking, a
        `partly` as half, or else levels, or units of the value. `probability` is that of missing the target: 1 if
        certain, the score's estimate if answers are open, and None without an estimate.

    Raises:
        KeyError: The framework has no such target profile.
    """
    assessments = assessed if isinstance(assessed, AssessmentSet) else (assessed,)
    if isinstance(targets, str):
        targets = assessed.framework.profile(targets)
    wanted = targets.expand(assessed.framework).targets if isinstance(targets, TargetProfile) else targets
    found = [gap for assessment in assessments for gap in _list_assessment_gaps(assessment, wanted)]
    return Gaps(gaps=found, framework=assessed.framework, invented=assessed.invented)


def _list_assessment_gaps(assessment: Assessment, wanted: Mapping[str, float] | None) -> Iterator[Gap]:
    for score in (assessment.scores[node.id] for node in assessment.framework.walk() if node.id in assessment.scores):
        target = score.target if wanted is None else wanted.get(score.capacity.id)
        if wanted is not None and target is not None and score.method is not None:
            target = score.scale.target_value(target, score.method)
        gap = None if target is None else _score_gap(assessment, score, target)
        if gap is not None:
            yield gap


def _score_gap(assessment: Assessment, score: Score, target: float) -> Gap | None:
    """Return the gap of a score below its target; None if it has none, or nothing is known."""
    lowest, highest = (None, None) if score.possible is None else score.possible
    applies = not score.results or any(r.state is not CriterionState.NOT_APPLICABLE for r in score.results)
    if not applies or (lowest is not None and lowest >= target):
        return None
    lacking, waiting = _list_lacking(score, target)
    judged = not score.capacity.criteria and not score.capacity.children
    if not lacking and not waiting and lowest is None and not judged:
        return None
    size = 0.0 if lowest is None else target - lowest
    if lacking or waiting:
        size = sum(0.5 if r.state is CriterionState.PARTLY else 1.0 for r in lacking)
    certain = (highest is not None and highest < target) or (score.plausible is not None and bool(lacking))
    return Gap(
        country=assessment.country,
        capacity=score.capacity.id,
        level=score.level,
        value=score.value,
        lowest=lowest,
        highest=highest,
        target=target,
        lacking=[r.target for r in lacking],
        open=[r.target for r in waiting],
        size=size,
        probability=1.0 if certain else score.below_target if target == score.target else None,
        chances={r.target: 1 - r.probability for r in waiting if r.probability is not None},
    )


def _list_lacking(score: Score, target: float) -> tuple[list[CriterionResult], list[CriterionResult]]:
    """Return the criteria that lack for a target, and those that may lack.

    Any criterion can earn the missing points of a value; a level needs the steps up to it.
    """
    steps = {criterion.id: criterion.step for criterion in score.capacity.criteria}
    partly_enough = score.method is not None and score.method.partly_at_top  # at the target's own step
    lacking, waiting = [], []
    for result in score.results:
        step = steps.get(result.target)
        if step is None or (score.plausible is not None and step > target):
            continue
        partly = result.state is CriterionState.PARTLY and not (partly_enough and step == target)
        if partly or result.state is CriterionState.NOT_MET:
            lacking.append(result)
        elif result.state is CriterionState.OPEN:
            waiting.append(result)
    return lacking, waiting


def lacking_probability(gap: Gap, criterion: str) -> float:
    """Return the probability that an open criterion is lacking.

    The gap's estimate for the criterion is used if there is one. If only the probability `p` of the gap is known, its
    `n` open criteria are assumed independent and equally likely to be lacking: `1 - (1 - p) ** (1 / n)` each.
    Otherwise the probability is one half.

    Example:
        >>> from capbuild.model import Country
        >>> place = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
        >>> gap = Gap(country=place, capacity="COO-1", target=3, open=["a", "b"], chances={"a": 0.75})
        >>> lacking_probability(gap, "a"), lacking_probability(gap, "b")
        (0.75, 0.5)
    """
    if criterion in gap.chances or gap.lacking or gap.probability is None:
        return gap.chances.get(criterion, DEFAULT_PROBABILITY)
    return 1 - math.pow(1 - gap.probability, 1 / len(gap.open))


def gap_sizes(gap: Gap) -> dict[str, float]:
    """Return the expected size of a gap by criterion.

    A lacking criterion has its share of the gap's size, and an open criterion its probability of lacking. A gap
    without criteria has one size, under its capacity.
    """
    if not gap.lacking and not gap.open:
        return {gap.capacity: gap.size * (1.0 if gap.probability is None else gap.probability)}
    share = gap.size / len(gap.lacking) if gap.lacking else 0.0
    return {**dict.fromkeys(gap.lacking, share), **{name: lacking_probability(gap, name) for name in gap.open}}


#: Words for kinds of needs, in the languages of the bundled framework.
_KINDS = {
    NeedKind.SKILL: {"en": "skill", "es": "habilidad", "fr": "compétence", "nl": "vaardigheid", "pt": "habilidade"},
    NeedKind.STAFF: {"en": "staff", "es": "personal", "fr": "personnel", "nl": "personeel", "pt": "pessoal"},
    NeedKind.EQUIPMENT: {
        "en": "equipment",
        "es": "equipamiento",
        "fr": "équipement",
        "nl": "apparatuur",
        "pt": "equipamentos",
    },
    NeedKind.LAW: {"en": "law", "es": "ley", "fr": "loi", "nl": "wet", "pt": "lei"},
    NeedKind.PROCEDURE: {
        "en": "procedure",
        "es": "procedimiento",
        "fr": "procédure",
        "nl": "procedure",
        "pt": "procedimento",
    },
    NeedKind.COOPERATION: {
        "en": "cooperation",
        "es": "cooperación",
        "fr": "coopération",
        "nl": "samenwerking",
        "pt": "cooperação",
    },
    NeedKind.AGREEMENT: {"en": "agreement", "es": "acuerdo", "fr": "accord", "nl": "overeenkomst", "pt": "acordo"},
}


@explains_arguments
def needs(
    found: Assessment | AssessmentSet | Iterable[Gap],
    targets: TargetProfile | Mapping[str, float] | str | None = None,
    *,
    catalogue: Catalogue | None = None,
    kinds: Mapping[str, NeedKind | str] | None = None,
    headcount: Mapping[str, Mapping[str, int]] | None = None,
    decisions: Sequence[NeedDecision] = (),
    framework: Framework | None = None,
) -> Needs:
    """Return the needs of countries, one per capacity and kind.

    Countries with the same gap share one need.

    Args:
        found: Assessments, or gaps made before.
        targets: Targets, if assessments are given, or the id of a target profile of the framework.
        catalogue: Activities, which give kinds of needs, their roles, and prerequisites.
        kinds: Kind by criterion or capacity id, overriding the catalogue.
        headcount: People to reach by country and role, as counted by surveys; by default the catalogue's figure for the
            service size.
        decisions: Decisions of meetings, cited in the needs.
        framework: Framework for titles, if the gaps have none.

    Returns:
        Needs in the order of their ids. Urgency is 3 if half of the countries or more are two levels below the
        target, 1 if criteria are only open, and 2 otherwise. Relevance is 3 if the target is above the
        commonest one.
    """
    all_gaps, assessed = _to_gaps(found, targets)
    whole = found if isinstance(found, Assessment | AssessmentSet | Gaps) else None
    frame = framework or (whole.framework if whole is not None else None)
    kind_of = _NeedKinds(catalogue, kinds)
    people = _count_people(assessed, all_gaps, catalogue, headcount)
    common = _find_most_common([gap.target for gap in all_gaps])
    grouped: dict[tuple[str, NeedKind], list[tuple[Gap, str]]] = {}
    for gap in all_gaps:
        for name in (*gap.lacking, *gap.open) or (gap.capacity,):
            grouped.setdefault((gap.capacity, kind_of(name, gap.capacity)), []).append((gap, name))
    make = _NeedBuilder(frame, common, _index_sources(assessed))
    built = [make.build(capacity, kind, pairs) for (capacity, kind), pairs in sorted(grouped.items())]
    if catalogue is not None:
        built = [
            evolve(need, roles=_count_roles(need, catalogue, people)) for need in _add_dependencies(built, catalogue)
        ]
    invented = whole is not None and whole.invented
    as_of = max((assessment.round.reference_date for assessment in assessed), default=None)
    return apply_decisions(
        Needs(needs=built, gaps=all_gaps, invented=invented, headcount=people, as_of=as_of), decisions
    )


def _to_gaps(
    assessment: Assessment | AssessmentSet | Iterable[Gap], targets: TargetProfile | Mapping[str, float] | str | None
) -> tuple[tuple[Gap, ...], tuple[Assessment, ...]]:
    if isinstance(assessment, Assessment):
        return gaps(assessment, targets).gaps, (assessment,)
    if isinstance(assessment, AssessmentSet):
        return gaps(assessment, targets).gaps, assessment.assessments
    return tuple(assessment), ()


class _NeedKinds:
    """Kinds of needs, from the caller, catalogue or helping activities."""

    def __init__(self, catalogue: Catalogue | None, given: Mapping[str, NeedKind | str] | None) -> None:
        self._given = {name: NeedKind(kind) for name, kind in (given or {}).items()}
        self._listed = catalogue.kinds if catalogue is not None else FrozenMap[str, NeedKind]()
        self._helped: dict[str, NeedKind] = {}
        by_help = {
            "equipment": NeedKind.EQUIPMENT,
            "legal advice": NeedKind.PROCEDURE,
            "operation": NeedKind.COOPERATION,
        }
        for activity in catalogue.activities if catalogue is not None else ():
            for name in activity.helps:
                self._helped.setdefault(name, by_help.get(activity.kind.value, NeedKind.SKILL))

    def __call__(self, criterion: str, capacity: str) -> NeedKind:
        for table in (self._given, self._listed):
            for name in (criterion, capacity):
                if name in table:
                    return table[name]
        return self._helped.get(criterion, NeedKind.PROCEDURE)


def _count_people(
    assessed: Sequence[Assessment],
    every: Iterable[Gap],
    catalogue: Catalogue | None,
    counted: Mapping[str, Mapping[str, int]] | None,
) -> dict[str, FrozenMap[str, int]]:
    sizes = {assessment.country.alpha_2: assessment.size for assessment in assessed}
    usual = catalogue.headcount if catalogue is not None else FrozenMap[str, FrozenMap[str, int]]()
    maps: dict[str, FrozenMap[str, int]] = {}
    for code in sorted({gap.country.alpha_2 for gap in every}):
        size = sizes.get(code)
        by_size = usual.get(size.value if size is not None else "small", FrozenMap())
        people = {**by_size, **(counted or {}).get(code, {})}
        if people:
            maps[code] = FrozenMap(sorted(people.items()))
    return maps


def _find_most_common(values: list[float]) -> float:
    return max(sorted(set(values)), key=values.count, default=0.0)


def _index_sources(assessed: Iterable[Assessment]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the sources of used findings by country and criterion.

    If no finding is used, the sources are those of all findings.
    """
    by_target: dict[tuple[str, str], tuple[str, ...]] = {}
    for assessment in assessed:
        for result in (result for score in assessment.indicators for result in score.results):
            used = result.used_finding
            sources = (used.source,) if used is not None else tuple(f.source for f in result.findings)
            by_target[assessment.country.alpha_2, result.target] = sources
    return by_target


@frozen
class _NeedBuilder:
    """Builder of needs from gaps.

    Attributes:
        frame: The framework, for titles and the order of criteria.
        common: The most frequent target.
        cited: Sources by alpha-2 code and criterion.
    """

    frame: Framework | None
    common: float
    cited: Mapping[tuple[str, str], tuple[str, ...]]

    def build(self, capacity: str, kind: NeedKind, pairs: Sequence[tuple[Gap, str]]) -> Need:
        urgency, relevance = need_weight(pairs, self.common)
        keys = {(gap.country.alpha_2, name) for gap, name in pairs}
        countries = {gap.country.alpha_2: gap.country for gap, _ in pairs}
        order = {name: position for position, name in enumerate(self.frame.criteria)} if self.frame is not None else {}
        return Need(
            id=f"{capacity}-{kind.value}",
            kind=kind,
            statement=_make_statement(capacity, kind, self.frame),
            countries=[countries[code] for code in sorted(countries)],
            capacities=[capacity],
            criteria=sorted({name for _, name in keys}, key=lambda name: (order.get(name, 0), name)),
            urgency=urgency,
            relevance=relevance,
            sources=sorted({source for key in keys for source in self.cited.get(key, ())}),
        )


def _make_statement(capacity: str, kind: NeedKind, frame: Framework | None) -> Text:
    """Return the statement of a need in all languages."""
    title = frame[capacity].title if frame is not None and capacity in frame else Text(capacity, "en")
    words = _KINDS[kind]
    source = f"{title.source} ({words.get(title.language, words['en'])})"
    translated = {
        language: f"{title.get(language)} ({word})"
        for language, word in words.items()
        if language in title.translations
    }
    return Text(
        source,
        title.language,
        {name: Translation(text, TranslationStatus.DRAFT, text_hash(source)) for name, text in translated.items()},
    )


def _add_dependencies(made: Sequence[Need], catalogue: Catalogue) -> Iterator[Need]:
    """Yield needs with the needs to meet first.

    A need depends on another if an activity that helps it requires one of the other's criteria.
    """
    need_by_criterion = {name: need.id for need in made for name in need.criteria}
    before: dict[str, set[str]] = {need.id: set() for need in made}
    for activity in catalogue.activities:
        first = {need_by_criterion[name] for name in activity.requires if name in need_by_criterion}
        for name in activity.helps:
            if name in need_by_criterion:
                before[need_by_criterion[name]] |= first - {need_by_criterion[name]}
    for need in made:
        mutual = {name for name in before[need.id] if need.id in before[name]}
        yield evolve(need, depends_on=sorted(before[need.id] - mutual))


def _count_roles(need: Need, catalogue: Catalogue, people: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return the people affected by a need, by role."""
    helped = [activity for activity in catalogue.activities if set(activity.helps) & set(need.criteria)]
    roles = sorted({role for activity in helped for role in activity.roles})
    counted = {role: sum(people.get(country.alpha_2, {}).get(role, 0) for country in need.countries) for role in roles}
    return {role: count for role, count in counted.items() if count}


@frozen(kw_only=True)
class SharedNeed:
    """Need or criterion with the countries that share it.

    Attributes:
        id: Id of the need or criterion.
        lacking: Number of criteria known to be lacking, by alpha-2 code: of a directly judged capacity, levels
            below the target; 1 for a need without criteria.
        open: Alpha-2 codes of countries where the evidence leaves it open.
    """

    id: str
    lacking: FrozenMap[str, int] = field(converter=to_map)
    open: tuple[str, ...] = field(converter=to_tuple)


def shared_needs(found: Needs, countries: Container[str] | None = None) -> tuple[SharedNeed, ...]:
    """Return the countries of each need, most shared needs first.

    Args:
        found: The needs with their gaps.
        countries: Alpha-2 codes of the countries to count; None for all.
    """
    counted = [gap for gap in found.gaps if countries is None or gap.country.alpha_2 in countries]
    counts = []
    for need in found:
        shared = _make_shared_need(need.id, _select_gaps(need, counted), set(need.criteria))
        rest = [country.alpha_2 for country in need.countries if countries is None or country.alpha_2 in countries]
        rest = [code for code in rest if code not in shared.lacking]
        if need.criteria:
            shared = evolve(shared, open=dict.fromkeys((*shared.open, *rest)))
        else:  # added by a meeting, or a network gap: without criteria, and not in doubt
            shared = evolve(shared, lacking={**shared.lacking, **dict.fromkeys(rest, 1)}, open=())
        counts.append(shared)
    return tuple(sorted(counts, key=lambda shared_need: -len(shared_need.lacking)))


def _select_gaps(need: Need, gaps: Iterable[Gap]) -> list[Gap]:
    """Return the gaps in the capacities of a need.

    All gaps are returned if the need names criteria but no capacities.
    """
    anywhere = bool(need.criteria) and not need.capacities
    return [gap for gap in gaps if anywhere or gap.capacity in need.capacities]


def _make_shared_need(name: str, gaps: Iterable[Gap], names: Set[str]) -> SharedNeed:
    """Return the countries that lack any of the named criteria.

    All gaps count if `names` is empty.
    """
    lacking: dict[str, int] = {}
    opened: dict[str, None] = {}
    for gap in gaps:
        missing, doubtful, levels = set(gap.lacking), set(gap.open), 1
        if not missing and not doubtful:  # judged as a whole
            (missing if gap.below else doubtful).add(gap.capacity)
            levels = 1 if gap.level is None else math.ceil(gap.target) - gap.level
        if names:
            missing, doubtful = missing & names, doubtful & names
        code = gap.country.alpha_2
        if missing:
            lacking[code] = lacking.get(code, 0) + (len(missing) if gap.lacking else levels)
        elif doubtful:
            opened[code] = None
    return SharedNeed(id=name, lacking=lacking, open=[code for code in opened if code not in lacking])


def needs_matrix(found: Needs) -> FrozenMap[str, FrozenMap[str, int]]:
    """Return counts of missing or open criteria by need, country.

    The row of a need has only the countries of that need.
    """
    concerned: dict[str, dict[str, int]] = {}
    for need in found:
        counts = dict.fromkeys((country.alpha_2 for country in need.countries), 0)
        for gap in _select_gaps(need, found.gaps):
            code = gap.country.alpha_2
            if code in counts:
                own = {*gap.lacking, *gap.open} or {gap.capacity}
                counts[code] += len(own & {*need.criteria, gap.capacity})
        concerned[need.id] = counts
    return FrozenMap({name: FrozenMap(row) for name, row in concerned.items()})
