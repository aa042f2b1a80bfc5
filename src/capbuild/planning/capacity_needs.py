"""Needs from gaps: kind, countries, urgency and supporting findings."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import Assessment, AssessmentSet, Catalogue, Framework, Gap, Need, NeedKind, Needs, TargetProfile
from capbuild.model.need import need_weight
from capbuild.planning.capacity_gaps import Gaps
from capbuild.planning.capacity_gaps import gaps as gaps_of
from capbuild.planning.decisions import NeedDecision, apply_decisions
from capbuild.text import Text, Translation, TranslationStatus, text_hash

#: Colons of languages that put a space before it.
_COLONS = {"fr": "\N{NO-BREAK SPACE}:"}
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

    Countries that lack the same share a need.

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
    every, assessed = _to_gaps(found, targets)
    whole = found if isinstance(found, Assessment | AssessmentSet | Gaps) else None
    frame = framework or (whole.framework if whole is not None else None)
    kind_of = _NeedKinds(catalogue, kinds)
    people = _count_people(assessed, every, catalogue, headcount)
    common = _find_most_common([gap.target for gap in every])
    grouped: dict[tuple[str, NeedKind], list[tuple[Gap, str]]] = {}
    for gap in every:
        for name in (*gap.lacking, *gap.open) or (gap.capacity,):
            grouped.setdefault((gap.capacity, kind_of(name, gap.capacity)), []).append((gap, name))
    make = _NeedBuilder(frame, common, _index_sources(assessed))
    made = [make.build(capacity, kind, pairs) for (capacity, kind), pairs in sorted(grouped.items())]
    if catalogue is not None:
        made = [
            evolve(need, roles=_count_roles(need, catalogue, people)) for need in _add_dependencies(made, catalogue)
        ]
    invented = whole is not None and whole.invented
    as_of = max((one.round.reference_date for one in assessed), default=None)
    return apply_decisions(Needs(needs=made, gaps=every, invented=invented, headcount=people, as_of=as_of), decisions)


def _to_gaps(
    found: Assessment | AssessmentSet | Iterable[Gap], targets: TargetProfile | Mapping[str, float] | str | None
) -> tuple[tuple[Gap, ...], tuple[Assessment, ...]]:
    if isinstance(found, Assessment):
        return gaps_of(found, targets).gaps, (found,)
    if isinstance(found, AssessmentSet):
        return gaps_of(found, targets).gaps, found.assessments
    return tuple(found), ()


class _NeedKinds:
    """Kind of need of a criterion.

    From the caller, then the catalogue, then the activities that help.
    """

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
    sizes = {one.country.alpha_2: one.size for one in assessed}
    usual = catalogue.headcount if catalogue is not None else FrozenMap[str, FrozenMap[str, int]]()
    found: dict[str, FrozenMap[str, int]] = {}
    for code in sorted({gap.country.alpha_2 for gap in every}):
        size = sizes.get(code)
        by_size = usual.get(size.value if size is not None else "small", FrozenMap())
        people = {**by_size, **(counted or {}).get(code, {})}
        if people:
            found[code] = FrozenMap(sorted(people.items()))
    return found


def _find_most_common(values: list[float]) -> float:
    return max(sorted(set(values)), key=values.count, default=0.0)


def _index_sources(assessed: Iterable[Assessment]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the sources of findings by country and criterion.

    Those of the counting finding, or of all.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in assessed:
        for result in (result for score in one.indicators for result in score.results):
            used = result.used_finding
            sources = (used.source,) if used is not None else tuple(f.source for f in result.findings)
            found[one.country.alpha_2, result.target] = sources
    return found


@frozen
class _NeedBuilder:
    """Builds needs from gaps.

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
        order = {name: place for place, name in enumerate(self.frame.criteria)} if self.frame is not None else {}
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
    """Return the statement of a need in all languages of the title."""
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
    """Add the needs to meet first.

    They contain the criteria that an activity for the need requires.
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
    counted = {role: sum(people.get(one.alpha_2, {}).get(role, 0) for one in need.countries) for role in roles}
    return {role: count for role, count in counted.items() if count}


@frozen(kw_only=True)
class SharedNeed:
    """Need or criterion with the countries that share it.

    Attributes:
        id: Id of the need or criterion.
        lacking: Number of criteria known to be lacking, by alpha-2 code; 1 for a need without criteria.
        open: Alpha-2 codes of countries where the evidence leaves it open.
    """

    id: str
    lacking: FrozenMap[str, int] = field(converter=to_map)
    open: tuple[str, ...] = field(converter=to_tuple)


def shared_needs(found: Needs, countries: Container[str] | None = None) -> tuple[SharedNeed, ...]:
    """Return the countries of each need, most shared needs first.

    All displays use this order.

    Args:
        found: The needs with their gaps.
        countries: Alpha-2 codes of the countries to count; None for all.
    """
    counted = [gap for gap in found.gaps if countries is None or gap.country.alpha_2 in countries]
    made = []
    for need in found:
        shared = _make_shared_need(need.id, _select_gaps(need, counted), set(need.criteria))
        rest = [one.alpha_2 for one in need.countries if countries is None or one.alpha_2 in countries]
        rest = [code for code in rest if code not in shared.lacking]
        if need.criteria:
            shared = evolve(shared, open=dict.fromkeys((*shared.open, *rest)))
        else:  # added by a meeting, or a network gap: without criteria, and not in doubt
            shared = evolve(shared, lacking={**shared.lacking, **dict.fromkeys(rest, 1)}, open=())
        made.append(shared)
    return _sort_by_countries(made)


def _select_gaps(need: Need, gaps: Iterable[Gap]) -> list[Gap]:
    """Return the gaps in the capacities of a need.

    All gaps, if the need names criteria only.
    """
    anywhere = bool(need.criteria) and not need.capacities
    return [gap for gap in gaps if anywhere or gap.capacity in need.capacities]


def _make_shared_need(name: str, gaps: Iterable[Gap], names: Set[str]) -> SharedNeed:
    """Return the countries that lack one of some criteria.

    Without names, all gaps count.
    """
    lacking: dict[str, int] = {}
    opened: dict[str, None] = {}
    for gap in gaps:
        missing, doubtful = set(gap.lacking), set(gap.open)
        if not missing and not doubtful:  # judged as a whole
            sure = gap.highest is None or gap.highest < gap.target
            (missing if sure else doubtful).add(gap.capacity)
        if names:
            missing, doubtful = missing & names, doubtful & names
        code = gap.country.alpha_2
        if missing:
            lacking[code] = lacking.get(code, 0) + len(missing)
        elif doubtful:
            opened[code] = None
    return SharedNeed(id=name, lacking=lacking, open=[code for code in opened if code not in lacking])


def _sort_by_countries(shared: Iterable[SharedNeed]) -> tuple[SharedNeed, ...]:
    return tuple(sorted(shared, key=lambda one: -len(one.lacking)))


def needs_matrix(found: Needs) -> FrozenMap[str, FrozenMap[str, int]]:
    """Return counts of missing or open criteria, by need id and country.

    A country outside a need is not in its row.
    """
    concerned: dict[str, dict[str, int]] = {}
    for need in found:
        counts = dict.fromkeys((one.alpha_2 for one in need.countries), 0)
        for gap in _select_gaps(need, found.gaps):
            code = gap.country.alpha_2
            if code in counts:
                own = {*gap.lacking, *gap.open} or {gap.capacity}
                counts[code] += len(own & {*need.criteria, gap.capacity})
        concerned[need.id] = counts
    return FrozenMap({name: FrozenMap(row) for name, row in concerned.items()})
