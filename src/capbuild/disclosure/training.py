"""Disclosed training records, if about enough people."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field

from capbuild.disclosure.plans import PlanFilter
from capbuild.model import Delivery, Dossier, Enrolment, Evaluation, Kirkpatrick, Missing, Plan, Sex

__all__ = ["TrainingFilter"]

#: Key of comparable measurements: delivery, level, instrument and maximum.
_Measure = tuple[str, Kirkpatrick, str, float | None]


@define(slots=False)
class TrainingFilter:
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

        Withholds figures about too few people, and sex where it would reveal single people. Decides for each delivery:
        the difference between figures of two periods is about single deliveries.

        Args:
            dossier: Recorded training.
            plan: The disclosed plan.
        """
        if self.plans.groups.everything:
            self.deliveries, self.enrolments = list(dossier.deliveries), list(dossier.enrolments)
            self.evaluations = list(dossier.evaluations)
            return
        by_delivery: dict[str, list[Enrolment]] = {}
        for one in dossier.enrolments:
            by_delivery.setdefault(one.delivery, []).append(one)
        planned = {session.activity for session in plan.activities} if plan is not None else set()
        for delivery in sorted(dossier.deliveries, key=lambda one: (one.start, one.id)):
            self._add_delivery(delivery, by_delivery.get(delivery.id, []), planned)
        self._add_evaluations(dossier.evaluations)

    def _add_delivery(self, one: Delivery, every: Sequence[Enrolment], planned: set[str]) -> None:
        plans, groups = self.plans, self.plans.groups
        came = {person.country.alpha_2 for person in every if person.status.was_present}
        people = Counter(person.country.alpha_2 for person in every if person.status.was_present)
        women = Counter(p.country.alpha_2 for p in every if p.status.was_present and p.sex is Sex.FEMALE)
        named, masks = groups.share(
            f"held {one.id}", {code: f"{people[code]} {women[code]}" for code in sorted(came)}, "plan"
        )
        if came and not named and not masks and one.course not in planned:
            plans.log_redaction("held.title", "session", "few", one.course, count=len(came), least=groups.least)
            return
        new = plans.hides and not plans.sources
        name = plans.ids.get(one.id) or (f"D{len(self.deliveries) + 1:03d}" if new else one.id)
        self._names[one.id] = name
        self.deliveries.append(self._disclose_delivery(one, name))
        chosen = self._select_people(one, name, every, named, masks)
        if chosen and len(named) + len(masks) == len(came):
            self._complete.add(one.id)
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
        self, one: Delivery, name: str, every: Sequence[Enrolment], named: list[str], masks: list[str]
    ) -> list[Enrolment]:
        """Return a delivery's anonymous participants; none if too few remain."""
        came = {person.country.alpha_2 for person in every if person.status.was_present}
        others = [person for person in every if masks and person.country.alpha_2 in came - set(named)]
        # Participants of unnamed countries are shared among masks, so that only their sum is shown.
        codes = {id(person): masks[place % len(masks)] for place, person in enumerate(others)}
        kept = [person for person in every if person.country.alpha_2 in named] + others
        present = [person for person in kept if person.status.was_present]
        women = sum(person.sex is Sex.FEMALE for person in present)
        least = self.plans.groups.least
        by_sex = women >= least and len(present) - women >= least
        if present and not by_sex:
            self.plans.log_redaction("held.title", "people", "few_people", one.course, least=least)
        if len(present) < least:
            return []
        made = []
        for number, person in enumerate(kept, start=1):
            plain = evolve(
                person, delivery=name, country=codes.get(id(person), person.country),
                sex=person.sex if by_sex else Sex.NOT_STATED,
            )  # fmt: skip
            if not self.plans.sources:
                plain = evolve(plain, participant=f"{name}-{number}", role=None)
            self._people[one.id, person.participant] = plain.participant
            made.append(plain)
        return made

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
        """Yield the measurements of a moment; none if of too few people."""
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
