"""Dossiers and programmes disclosed to an audience."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field

from capbuild.disclosure.assessments import disclose_assessment
from capbuild.disclosure.groups import Groups
from capbuild.disclosure.outcome import Disclosure, Log, Redaction
from capbuild.disclosure.plans import PlanFilter
from capbuild.disclosure.results import ResultsFilter
from capbuild.model import (
    TLP,
    AssessmentSet,
    BudgetLine,
    Change,
    ChangeSeries,
    ContactPoint,
    Country,
    Decision,
    Delivery,
    Dossier,
    Enrolment,
    Evaluation,
    ExternalSeries,
    Kirkpatrick,
    Missing,
    Network,
    NetworkGap,
    Participation,
    Plan,
    Programme,
    ProgrammeDocument,
    Proposal,
    Sex,
)
from capbuild.text import Text, as_text


@define(slots=False)
class DossierFilter:
    """Removes undisclosed parts from dossier and programme.

    Attributes:
        groups: Named, counted and hidden countries.
        shown: Audience and label.
        country: The one country that a report is of.
        one: The round; None for all.
        until: Last day of results; None for all.
        log: Log of redactions.
        plans: Filter of needs and plan.
        left: Entries of the network that are marked too strictly.
    """

    groups: Groups
    disclosure: Disclosure
    country: Country | None
    one: AssessmentSet | None
    until: datetime.date | None
    log: Log
    plans: PlanFilter = field(init=False)
    left: int = 0
    _figures: ResultsFilter | None = None

    def __attrs_post_init__(self) -> None:
        self.plans = PlanFilter(
            groups=self.groups, one=self.one, label=self.disclosure.tlp, sources=self.disclosure.sources, log=self.log
        )

    @property
    def withheld(self) -> frozenset[str]:
        """Ids of result indicators with a withheld total."""
        return frozenset() if self._figures is None else frozenset(self._figures.withheld)

    def dossier(self, dossier: Dossier) -> Dossier:
        """Return the disclosed dossier."""
        sources, visible = self.disclosure.sources, self.groups.named["results"]
        needs = self.plans.needs(dossier.needs)
        plan = self.plans.plan(dossier.plan, needs)
        training = _TrainingFilter(plans=self.plans)
        training.add(dossier, plan)
        self._figures = ResultsFilter(
            groups=self.groups,
            log=self.log,
            deliveries=training.deliveries,
            enrolments=training.enrolments,
            catalogue=dossier.catalogue,
            until=self.until,
            changes=_list_changes(dossier),
        )
        network = None
        if dossier.network is not None and self.disclosure.tlp is not None:  # an audience that the policy names
            network, self.left = _disclose_network(
                dossier.network, self.groups, self.disclosure.tlp, sources=sources, log=self.log
            )
        gaps = dossier.network_gaps if sources and network is not None else ()
        return evolve(
            dossier,
            earlier=None if dossier.earlier is None else self.earlier(dossier.earlier),
            needs=needs,
            recommendations=self.plans.recommendations(dossier.recommendations, dossier.needs, needs),
            catalogue=self.plans.catalogue(dossier.catalogue),
            plan=plan,
            change=self._change(dossier.change),
            series=self._filter_series(dossier.series),
            sensitivity=dossier.sensitivity if self._shows_all else None,
            visits={code: day for code, day in dossier.visits.items() if self.groups.everything or code in visible},
            deliveries=training.deliveries,
            enrolments=training.enrolments,
            evaluations=training.evaluations,
            results=self._figures.results(dossier.results),
            budgets=self._filter_budgets(dossier.budgets),
            external=map(self._filter_external, dossier.external),
            states=[state for state in dossier.states if sources and self._has_name(state.country)],
            proposals=self._filter_proposals(dossier.proposals),
            network=network,
            network_gaps=_disclose_gaps(gaps, self.groups, self.disclosure.tlp),
        )

    def programme(self, programme: object) -> object:
        """Return a programme without texts about hidden countries.

        The list of participants is public.
        """
        if not isinstance(programme, Programme):
            return programme
        contacts = [contact for contact in programme.contacts if self._may_show(contact)]
        if self.groups.everything:
            return programme if len(contacts) == len(programme.contacts) else evolve(programme, contacts=contacts)
        figures = self._figures or ResultsFilter(groups=self.groups, log=self.log)
        return evolve(
            programme,
            results=figures.results(programme.results),
            budgets=self._filter_budgets(programme.budgets),
            contacts=contacts if self.disclosure.sources else (),
            participations=[
                Participation(country=participation.country, role=participation.role)
                for participation in programme.participations
            ],
            documents=[document for document in programme.documents if not self._has_mention(document)],
            disclosure=self.disclosure.policy,
            evaluation={name: text for name, text in programme.evaluation.items() if not self.plans.mentions(text)},
        )

    def _has_mention(self, document: ProgrammeDocument) -> bool:
        """True if a document names a hidden country."""
        texts = [document.title, *((document.description,) if document.description is not None else ())]
        words = (text.get(language) for text in texts for language in text.languages)
        return any(map(self.groups.mentions, (*words, document.url)))

    def _filter_external(self, external_series: ExternalSeries) -> ExternalSeries:
        """Return an external series of named countries only."""
        if self.groups.everything:
            return external_series
        named = self.groups.named["results"]
        return evolve(
            external_series,
            values={code: value for code, value in external_series.values.items() if code in named},
            missing={code: why for code, why in external_series.missing.items() if code in named},
            statuses={code: status for code, status in external_series.statuses.items() if code in named},
        )

    def _has_name(self, country: Country) -> bool:
        return self.groups.everything or country.alpha_2 in self.groups.named["results"]

    def _may_show(self, point: ContactPoint) -> bool:
        return self._has_name(point.country) and (self.disclosure.tlp is None or point.tlp.allows(self.disclosure.tlp))

    def _filter_proposals(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        """Return proposals of shown countries.

        For audiences that do not see sources, proposals have no content.
        """
        named = [proposal for proposal in proposals if self._has_name(proposal.country)]
        if self.disclosure.sources:
            return named
        named = [proposal for proposal in named if proposal.decision is not Decision.REJECTED]
        for place in dict.fromkeys(proposal.country for proposal in named):
            many = sum(proposal.country == place for proposal in named)
            redaction = Redaction(section="view.title", what="dissents", why="sources", country=place, count=many)
            self.log[redaction] = None
        return [Proposal(country=proposal.country, round=proposal.round, target="withheld") for proposal in named]

    def earlier(self, earlier: AssessmentSet) -> AssessmentSet:
        """Limit an earlier round to countries that may be named."""
        kept = [a for a in earlier if self._has_name(a.country) and self.country in (None, a.country)]
        shown = [disclose_assessment(assessment, self.disclosure, {}) for assessment in kept]
        if self.groups.everything:
            return evolve(earlier, assessments=shown)
        return evolve(earlier, assessments=shown, silent=(), unusable={}, unused=(), inputs={})

    @property
    def _shows_all(self) -> bool:
        """True if comparisons and their estimates include no hidden country."""
        return not self.groups.hidden("change") and not self.disclosure.pooled

    def _change(self, change: Change | None) -> Change | None:
        if change is None or self._shows_all:
            return change
        named = self.groups.named["change"]
        matched = [code for code in change.matched if code in named]
        if len(matched) < len(change.matched):
            hidden = len(change.matched) - len(matched)
            self.log[Redaction(section="change.title", what="change", why="consent", count=hidden)] = None
        return self._narrow(change)

    def _filter_series(self, series: ChangeSeries | None) -> ChangeSeries | None:
        if series is None or self._shows_all:
            return series
        return evolve(series, steps=map(self._narrow, series.steps), whole=self._narrow(series.whole))

    def _narrow(self, change: Change) -> Change:
        """Limit changes to countries that may be named."""
        named, pooled = self.groups.named["change"], self.disclosure.pooled
        criteria = [criterion for criterion in change.criteria if criterion.country.alpha_2 in named]
        capacities = [capacity for capacity in change.capacities if capacity.country.alpha_2 in named]
        return evolve(
            change,
            matched=[code for code in change.matched if code in named],
            unmatched={code: why for code, why in change.unmatched.items() if code in named},
            cautions={code: why for code, why in change.cautions.items() if code in named},
            incomparable=change.incomparable if self.disclosure.sources else {},
            observed={},
            like_for_like={},
            # Probabilities are estimated from all countries jointly.
            criteria=[evolve(criterion, probability=None) for criterion in criteria] if pooled else criteria,
            capacities=[evolve(capacity, probability=None) for capacity in capacities] if pooled else capacities,
            means=(),
        )

    def _filter_budgets(self, lines: Iterable[BudgetLine]) -> list[BudgetLine]:
        """Return budget lines without names of hidden countries.

        A line that names a hidden country has its number as title and id.
        """
        return [self._filter_budget(number, budget) for number, budget in enumerate(lines, start=1)]

    def _filter_budget(self, number: int, budget: BudgetLine) -> BudgetLine:
        result = "" if self.groups.mentions(budget.result) else budget.result
        words = (budget.id, *(budget.title.get(language) for language in budget.title.languages))
        if not any(map(self.groups.mentions, words)):
            return evolve(budget, result=result)
        return evolve(budget, id=f"line-{number}", title=as_text(f"#{number}"), result=result)


def _list_changes(dossier: Dossier) -> list[Change]:
    """Return every comparison of a dossier."""
    return [*(() if dossier.series is None else dossier.series.changes), *filter(None, [dossier.change])]


def _disclose_network(
    network: Network, groups: Groups, label: TLP | None, *, sources: bool, log: Log
) -> tuple[Network, int]:
    """Return the disclosed network, and the number of withheld items.

    Items whose label is too strict are counted as withheld. Links of unnamed countries are neither shown nor counted,
    since their number would reveal something about those countries. Contact points are only for audiences that see
    sources. Partners outside the programme cannot give consent.
    """

    def is_open(parties: Iterable[Country], title: Text | None = None) -> bool:
        named = all(not groups.hides(place.alpha_2) for place in parties)
        return named and (title is None or not any(groups.mentions(title.get(name)) for name in title.languages))

    known = Network(
        contacts=[c for c in network.contacts if sources and is_open(c.countries)],
        requests=[r for r in network.requests if is_open(r.countries)],
        agreements=[a for a in network.agreements if is_open(a.countries, a.title)],
        operations=[o for o in network.operations if is_open(o.countries, o.title)],
        invented=network.invented,
    )
    shown = Network(
        contacts=[c for c in known.contacts if _is_allowed(c.tlp, label)],
        requests=[r for r in known.requests if _is_allowed(r.tlp, label)],
        agreements=[a for a in known.agreements if _is_allowed(a.tlp, label)],
        operations=[o for o in known.operations if _is_allowed(o.tlp, label)],
        invented=network.invented,
    )
    left = len(known) - len(shown)
    if left:
        log[Redaction(section="network.title", what="network", why="marked", count=left)] = None
    return shown, left


def _disclose_gaps(gaps: Iterable[NetworkGap], groups: Groups, label: TLP | None) -> list[NetworkGap]:
    """Return the network gaps of named countries."""
    network_gaps = []
    for gap in gaps:
        if groups.hides(gap.country.alpha_2) or not _is_allowed(gap.tlp, label):
            continue
        partners = [place for place in gap.partners if not groups.hides(place.alpha_2)]
        if partners or not gap.partners:
            network_gaps.append(evolve(gap, partners=partners))
    return network_gaps


def _is_allowed(own: TLP | None, label: TLP | None) -> bool:
    return own is None or label is None or own.allows(label)


# Disclosed training records, if about enough people


#: Key of comparable measurements: delivery, level, instrument and maximum.
_Measure = tuple[str, Kirkpatrick, str, float | None]


@define(slots=False)
class _TrainingFilter:
    """Removes undisclosed parts from training records.

    Attributes:
        plans: Named and hidden countries, and the new ids of sessions.
        deliveries: Deliveries.
        enrolments: Enrolments.
        evaluations: Measurements.
    """

    plans: PlanFilter
    deliveries: list[Delivery] = field(factory=list)
    enrolments: list[Enrolment] = field(factory=list)
    evaluations: list[Evaluation] = field(factory=list)
    _names: dict[str, str] = field(factory=dict)
    _people: dict[tuple[str, str], str] = field(factory=dict)
    _complete: set[str] = field(factory=set)

    def add(self, dossier: Dossier, plan: Plan | None) -> None:
        """Add disclosed deliveries, enrolments and evaluations.

        Figures about too few people are withheld, and so is sex if it would reveal single people. This is decided for
        each delivery, since the difference between figures of two periods is about single deliveries.

        Args:
            dossier: Recorded training.
            plan: The disclosed plan.
        """
        if self.plans.groups.everything:
            self.deliveries, self.enrolments = list(dossier.deliveries), list(dossier.enrolments)
            self.evaluations = list(dossier.evaluations)
            return
        by_delivery: dict[str, list[Enrolment]] = {}
        for enrolment in dossier.enrolments:
            by_delivery.setdefault(enrolment.delivery, []).append(enrolment)
        planned = {session.activity for session in plan.activities} if plan is not None else set()
        for delivery in sorted(dossier.deliveries, key=lambda one: (one.start, one.id)):
            self._add_delivery(delivery, by_delivery.get(delivery.id, []), planned)
        self._add_evaluations(dossier.evaluations)

    def _add_delivery(self, delivery: Delivery, every: Sequence[Enrolment], planned: set[str]) -> None:
        plans, groups = self.plans, self.plans.groups
        came = {person.country.alpha_2 for person in every if person.status.was_present}
        people = Counter(person.country.alpha_2 for person in every if person.status.was_present)
        women = Counter(p.country.alpha_2 for p in every if p.status.was_present and p.sex is Sex.FEMALE)
        named, masks = groups.share(
            f"held {delivery.id}", {code: f"{people[code]} {women[code]}" for code in sorted(came)}, "plan"
        )
        if came and not named and not masks and delivery.course not in planned:
            plans.log_redaction("held.title", "session", "few", delivery.course, count=len(came), least=groups.least)
            return
        new = plans.hides and not plans.sources
        name = plans.ids.get(delivery.id) or (f"D{len(self.deliveries) + 1:03d}" if new else delivery.id)
        self._names[delivery.id] = name
        self.deliveries.append(self._disclose_delivery(delivery, name))
        chosen = self._select_people(delivery, name, every, named, masks)
        if chosen and len(named) + len(masks) == len(came):
            self._complete.add(delivery.id)
        self.enrolments += chosen

    def _disclose_delivery(self, one: Delivery, name: str) -> Delivery:
        plans = self.plans
        host, place = (one.host, one.place) if not plans.hides else plans.place_of(name, one.host, one.place)
        show_language = not plans.groups.is_language_revealing(one.language)
        return evolve(
            one,
            id=name,
            host=host,
            place=place,
            language=one.language if show_language else "",
            title=None if plans.mentions(one.title) else one.title,
        )

    def _select_people(
        self, delivery: Delivery, name: str, every: Sequence[Enrolment], named: list[str], masks: list[str]
    ) -> list[Enrolment]:
        """Return a delivery's anonymous participants; none if too few remain."""
        came = {person.country.alpha_2 for person in every if person.status.was_present}
        others = [person for person in every if masks and person.country.alpha_2 in came - set(named)]
        # Participants of unnamed countries are shared among masks, so that only their sum is shown.
        codes = {id(person): masks[position % len(masks)] for position, person in enumerate(others)}
        kept = [person for person in every if person.country.alpha_2 in named] + others
        present = [person for person in kept if person.status.was_present]
        women = sum(person.sex is Sex.FEMALE for person in present)
        least = self.plans.groups.least
        by_sex = women >= least and len(present) - women >= least
        if present and not by_sex:
            self.plans.log_redaction("held.title", "people", "few_people", delivery.course, least=least)
        if len(present) < least:
            return []
        enrolments = []
        for number, person in enumerate(kept, start=1):
            plain = evolve(
                person, delivery=name, country=codes.get(id(person), person.country),
                sex=person.sex if by_sex else Sex.NOT_STATED,
            )  # fmt: skip
            if not self.plans.sources:
                plain = evolve(plain, participant=f"{name}-{number}", role=None)
            self._people[delivery.id, person.participant] = plain.participant
            enrolments.append(plain)
        return enrolments

    def _add_evaluations(self, evaluations: Iterable[Evaluation]) -> None:
        groups: dict[_Measure, dict[str, list[Evaluation]]] = {}
        for row in evaluations:
            measure = (row.delivery, row.level, row.instrument, row.maximum)
            groups.setdefault(measure, {}).setdefault(row.moment, []).append(row)
        for (delivery, *_), moments in groups.items():
            if delivery not in self._names:
                continue
            kept = {moment: list(self._select_measurements(rows)) for moment, rows in moments.items()}
            for moment, rows in kept.items():
                self.evaluations += self._separate_pseudonyms(rows, kept.get("before", rows))
                if len(rows) < len(moments[moment]):
                    # Shows only that something was measured.
                    blank = moments[moment][0]
                    name = self._names[delivery]
                    self.evaluations.append(evolve(blank, delivery=name, participant=None, value=Missing.CONFIDENTIAL))

    def _select_measurements(self, rows: Sequence[Evaluation]) -> Iterator[Evaluation]:
        """Yield the measurements of a moment, if of enough people."""
        kept = []
        for row in rows:
            who = None if row.participant is None else self._people.get((row.delivery, row.participant))
            if who is not None or (row.participant is None and row.delivery in self._complete):
                kept.append(evolve(row, delivery=self._names[row.delivery], participant=who))
        answers = sum(not isinstance(row.value, Missing) for row in kept)
        least = self.plans.groups.least
        if answers >= least:
            yield from kept
        elif answers:
            self.plans.log_redaction("evaluation.title", "people", "few_people", rows[0].instrument, least=least)

    def _separate_pseudonyms(self, rows: Sequence[Evaluation], before: Sequence[Evaluation]) -> list[Evaluation]:
        """Change pseudonyms where too few people have paired measurements."""
        first, second = (
            {row.participant for row in part if row.participant and not isinstance(row.value, Missing)}
            for part in (before, rows)
        )
        if rows is before or not 0 < len(first & second) < self.plans.groups.least:
            return list(rows)
        return [evolve(row, participant=row.participant and f"{row.participant}-{row.moment}") for row in rows]
