"""Messages of advice for a region, without ranking."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from capbuild.advice.areas import Area, list_areas
from capbuild.advice.costs import Bookings
from capbuild.advice.country import Example, count_level_moves, list_moved_levels
from capbuild.advice.messages import Message, MessageKind
from capbuild.checks import to_tuple
from capbuild.model import (
    Activity,
    ActivityKind,
    Assessment,
    Capacity,
    Country,
    CriterionMove,
    Delivery,
    Dossier,
    Enrolment,
    Framework,
    JointOperation,
    PlannedActivity,
    Round,
    Sex,
    Source,
    SourceKind,
)

#: Most shared gaps, examples per country, examples in all, and partners to name.
_SHARED, _EACH, _PRACTICE, _PARTNERS = 4, 2, 8, 3
#: A gap is shared from this share of settled countries below the target.
_MOST = 2 / 3


@frozen(kw_only=True)
class _Step:
    """Missing step with the countries that lack it.

    Attributes:
        target: Id of the criterion, or of a directly judged capacity.
        then: Level order to reach next, of such a capacity.
        countries: Alpha-2 codes.
    """

    target: str
    then: int | None
    countries: list[str]

    @property
    def levels(self) -> dict[str, int]:
        """Levels of a message about it."""
        return {} if self.then is None else {"then": self.then}


@frozen(kw_only=True, slots=False)
class RegionAdviser:
    """Adviser of a region, over nameable countries.

    Attributes:
        assessments: Their assessments.
        round: The round.
        framework: The framework.
        dossier: Needs, plan, catalogue and change.
        examples: Verified capacities of countries.
        languages: Languages by alpha-2 code.
        least: Minimum number of countries behind a figure.
    """

    assessments: tuple[Assessment, ...] = field(converter=to_tuple)
    round: Round
    framework: Framework
    dossier: Dossier
    examples: tuple[Example, ...] = field(default=(), converter=to_tuple)
    languages: Mapping[str, Collection[str]] = field(factory=dict)
    least: int = 1

    def _make(self, kind: MessageKind, about: str = "", **values: Any) -> Message:
        name = ".".join(filter(None, ("region", self.round.id, kind.name.lower(), about)))
        return Message(id=name, kind=kind, **values)

    @cached_property
    def _areas(self) -> dict[str, list[tuple[Country, Area]]]:
        """Capacities of all countries by id."""
        areas_by_node: dict[str, list[tuple[Country, Area]]] = {node.id: [] for node in self.framework.indicators}
        for assessment in self.assessments:
            for area in list_areas(assessment, self.dossier.needs):
                areas_by_node[area.id].append((assessment.country, area))
        return {name: areas for name, areas in areas_by_node.items() if areas}

    def messages(self) -> Iterator[Message]:
        """Yield the messages, most important first."""
        if len(self.assessments) < max(self.least, 2) or not self._areas:
            return
        yield self._make_lead()
        for root in self.framework.dimensions:
            yield from self._list_dimension(root)
        yield from self._rank_shared()
        yield from self._list_practice()
        yield from self._list_change()
        yield from self._list_seats()
        yield from self._list_programme()

    def _make_lead(self) -> Message:
        near = [(place, area) for pairs in self._areas.values() for place, area in pairs if area.one_step]
        shared = [message.capacity for message in self._rank_shared()][:3]
        return self._make(
            MessageKind.REGION,
            criteria=dict.fromkeys(area.missing[0] for _, area in near),
            capacities=shared or list(self._areas),
            counts={
                "countries": len({place.alpha_2 for place, _ in near}),
                "areas": len(near),
                "all": len(self.assessments),
                "shared": len(shared),
            },
        )

    def _count_by_target(self, name: str) -> dict[str, int]:
        areas = [area for _, area in self._areas[name]]
        reached = sum(area.score.target_met is True for area in areas)
        near = sum(area.one_step for area in areas)
        below = sum(area.score.target_met is False for area in areas) - near
        return {"reached": reached, "near": near, "below": below, "open": len(areas) - reached - near - below}

    def _list_dimension(self, root: Capacity) -> Iterator[Message]:
        """Yield the messages of capacities and their dimension."""
        names = [node.id for node in root.leaves if node.id in self._areas]
        counts = {name: self._count_by_target(name) for name in names}
        settled = {name: sum(levels.values()) - levels["open"] for name, levels in counts.items()}
        known = [name for name in names if settled[name] >= self.least]
        if known:
            best = max(known, key=lambda name: (counts[name]["reached"] / max(settled[name], 1), -names.index(name)))
            worst = min(known, key=lambda name: (counts[name]["reached"] / max(settled[name], 1), names.index(name)))
            step = self._find_commonest(worst)
            yield self._make(
                MessageKind.DIMENSION,
                root.id,
                capacity=root.id,
                capacities=dict.fromkeys((best, worst)),
                criteria=[step.target] if step else (),
                levels=step.levels if step else {},
                counts={
                    "best": counts[best]["reached"],
                    "best_of": settled[best],
                    "worst": counts[worst]["reached"],
                    "worst_of": settled[worst],
                    "step": len(step.countries) if step else 0,
                },
            )
        for name in names:
            yield self._make(MessageKind.STANDING, name, capacity=name, counts=counts[name])

    def _find_commonest(self, name: str) -> "_Step | None":
        """Return the step missing most often.

        For capacities judged as a whole, this is the lowest level.
        """
        lacking: dict[tuple[str, int | None], list[str]] = {}
        for place, area in self._areas[name]:
            for step in area.missing:
                lacking.setdefault((step, area.lift if step == name else None), []).append(place.alpha_2)
        order = [*self.framework.criteria, *self.framework.capacities]
        steps = [_Step(target=step, then=then, countries=codes) for (step, then), codes in lacking.items()]
        commonest = max(steps, key=lambda s: (len(s.countries), -order.index(s.target), -(s.then or 0)), default=None)
        return None if commonest is None or len(commonest.countries) < self.least else commonest

    def _rank_shared(self) -> list[Message]:
        """Return the most shared gaps, most relevant first."""
        shared, relevance = [], {}
        for name, areas in self._areas.items():
            settled = [area for _, area in areas if area.score.target_met is not None]
            below = [area for area in settled if area.score.target_met is False]
            step = self._find_commonest(name)
            if step is None or len(settled) < max(self.least, 2) or len(below) < _MOST * len(settled):
                continue
            relevance[name] = max(area.relevance for area in below)
            shared.append(
                self._make(
                    MessageKind.SHARED,
                    name,
                    capacity=name,
                    criteria=[step.target],
                    levels=step.levels,
                    counts={
                        "below": len(below),
                        "settled": len(settled),
                        "step": len(step.countries),
                        "booked": self._count_booked(step),
                    },
                    countries=self._find_helpers(name, step.countries),
                )
            )
        order = list(self._areas)

        def rank(message: Message) -> tuple[int, int, int]:
            return (-relevance[message.capacity], -message.counts["below"], order.index(message.capacity))

        return sorted(shared, key=rank)[:_SHARED]

    def _count_booked(self, step: "_Step") -> int:
        """Count the countries that have seats for a missing step."""
        return sum(bool(self._make_bookings(code).find_sessions([step.target])) for code in step.countries)

    def _make_bookings(self, code: str) -> Bookings:
        return Bookings(
            code=code,
            plan=self.dossier.plan,
            catalogue=self.dossier.catalogue,
            since=self.round.reference_date,
            shares=None,
        )

    def _find_helpers(self, name: str, lacking: list[str]) -> list[Country]:
        """Return the countries that could help others.

        They have a verified capacity, and share a language with a country that lacks it.
        """
        wanted = {word for code in lacking for word in self.languages.get(code, ())}
        helpers = [
            example.country
            for example in self.examples
            if example.capacity == name and (not wanted or wanted.intersection(example.languages))
        ]
        return helpers[:_PARTNERS]

    def _list_practice(self) -> Iterator[Message]:
        """Yield examples of good practice.

        There is at most one per capacity and two per country, sorted by country name.
        """
        counts: Counter[str] = Counter()
        used: set[str] = set()
        chosen: list[Example] = []
        for example in self.examples:
            code = example.country.alpha_2
            if example.capacity not in used and counts[code] < _EACH and len(chosen) < _PRACTICE:
                chosen.append(example)
                used.add(example.capacity)
                counts[code] += 1
        for example in chosen:
            yield self._make(
                MessageKind.PRACTICE,
                f"{example.country.alpha_2}.{example.capacity}",
                country=example.country,
                capacity=example.capacity,
                levels={"now": example.level},
                languages=example.languages,
            )

    def _list_change(self) -> Iterator[Message]:
        change = self.dossier.change
        if change is None:
            return
        codes = [
            assessment.country.alpha_2
            for assessment in self.assessments
            if assessment.country.alpha_2 in change.matched
        ]
        counts = change.counts(codes)
        levels = list_moved_levels(change, codes)
        if (
            len(codes) >= self.least
            and levels
            and not any(assessment.framework.criteria for assessment in self.assessments)
        ):
            names = dict.fromkeys(level.capacity for level in levels)
            yield self._make(MessageKind.CHANGE, capacities=names, counts=count_level_moves(counts))
            return
        moved = [
            criterion_change
            for criterion_change in change.criteria
            if criterion_change.country.alpha_2 in codes
            and criterion_change.like_for_like
            and criterion_change.reliable
        ]
        if len(codes) >= self.least and (counts.gained or counts.lost or counts.other_causes):
            yield self._make(
                MessageKind.CHANGE,
                criteria=dict.fromkeys(criterion_change.criterion for criterion_change in moved),
                capacities=() if moved else list(self._areas),
                counts={"gained": counts.gained, "lost": counts.lost, "other": counts.other_causes},
            )

    def _list_seats(self) -> Iterator[Message]:
        """Yield seats in sessions that address no missing step."""
        seats, all_seats = 0, 0
        sessions: list[PlannedActivity] = []
        for assessment in self.assessments:
            booked = self._make_bookings(assessment.country.alpha_2)
            missing = [
                name
                for areas in self._areas.values()
                for place, a in areas
                if place == assessment.country
                for name in a.wanted
            ]
            idle = booked.find_idle(missing)
            seats, all_seats = seats + booked.count_seats(idle), all_seats + booked.seats
            sessions += idle
        if seats >= self.least and sessions:
            yield self._make(
                MessageKind.IDLE_SEATS,
                sessions=dict.fromkeys(session.id for session in sessions),
                activities=sorted({session.activity for session in sessions}),
                counts={"seats": seats, "all": all_seats},
            )

    # Activities of the programme, up to the reference date

    def _list_programme(self) -> Iterator[Message]:
        """Yield messages on past activities and related gains."""
        yield from self._list_visits()
        meetings = self._list_sources(SourceKind.MEETING)
        if meetings:
            came = {place.alpha_2 for place, _ in meetings}
            held_meetings = dict.fromkeys(source.id for _, source in meetings)
            counts = {"held": len(held_meetings), "countries": len(came)}
            yield self._make(MessageKind.MEETINGS, sessions=held_meetings, counts=counts)
        yield from self._list_training()
        operations = self._operations
        if operations:
            joined = dict.fromkeys(participant for operation in operations for participant in operation.participants)
            names = [operation.id for operation in operations]
            counts = {"held": len(names), "countries": len(joined)}
            yield self._make(MessageKind.OPERATIONS, sessions=names, countries=joined, counts=counts)
        yield from self._list_followed()

    def _list_sources(self, kind: SourceKind) -> list[tuple[Country, Source]]:
        """Return recent sources of a kind."""
        assessed_countries = (*(self.dossier.earlier or ()), *self.assessments)
        return [
            (assessed.country, source)
            for assessed in assessed_countries
            for source in assessed.sources
            if source.kind is kind
        ]

    def _list_visits(self) -> Iterator[Message]:
        """Yield the message on countries visited.

        It counts countries visited so far, and those visited in both this round and the one before.
        """
        visits = self._list_sources(SourceKind.VISIT)
        if not visits:
            return
        before = {assessment.country for assessment in self.dossier.earlier or () if assessment.visited}
        again = [
            assessment.country for assessment in self.assessments if assessment.visited and assessment.country in before
        ]
        visited = {*self.dossier.visits, *(place.alpha_2 for place, _ in visits)}
        yield self._make(
            MessageKind.VISITS,
            sessions=dict.fromkeys(source.id for _, source in visits),
            countries=again,
            counts={"visited": len(visited), "again": len(again)},
        )

    @cached_property
    def _past_deliveries(self) -> list[tuple[Delivery, list[Enrolment]]]:
        """Past deliveries with the people present.

        They started by the reference date. Deliveries with fewer people than the minimum are left out.
        """
        present: dict[str, list[Enrolment]] = {}
        for enrolment in self.dossier.enrolments:
            if enrolment.status.was_present:
                present.setdefault(enrolment.delivery, []).append(enrolment)
        day = self.round.reference_date
        past = [delivery for delivery in self.dossier.deliveries if not delivery.cancelled and delivery.start <= day]
        return [
            (delivery, present[delivery.id]) for delivery in past if len(present.get(delivery.id, ())) >= self.least
        ]

    @cached_property
    def _operations(self) -> list[JointOperation]:
        network, day = self.dossier.network, self.round.reference_date
        return [] if network is None else [operation for operation in network.operations if operation.start <= day]

    def _list_training(self) -> Iterator[Message]:
        """Yield the message on courses and the people present.

        Women and men are counted as far as recorded and disclosed.
        """
        acted = {activity.id for activity in self._activities.values() if activity.kind is ActivityKind.OPERATION}
        past = [(delivery, people) for delivery, people in self._past_deliveries if delivery.course not in acted]
        if not past:
            return
        people = [person for _, present in past for person in present]
        sexes = Counter(person.sex for person in people)
        yield self._make(
            MessageKind.TRAINING,
            sessions=[delivery.id for delivery, _ in past],
            activities=dict.fromkeys(delivery.course for delivery, _ in past),
            counts={
                "held": len(past),
                "people": len(people),
                "countries": len({person.country.alpha_2 for person in people}),
                "women": sexes[Sex.FEMALE],
                "known": sum(sexes[sex] for sex in Sex if sex is not Sex.NOT_STATED),
            },
        )

    def _list_followed(self) -> Iterator[Message]:
        """Yield counts of criteria gained.

        Gains on topics of the country's courses and operations are also counted separately.
        """
        change, codes = self.dossier.change, {assessment.country.alpha_2 for assessment in self.assessments}
        if change is None or len(codes) < self.least:
            return
        about = [
            *(
                (person.country.alpha_2, self._find_topics(delivery))
                for delivery, people in self._past_deliveries
                for person in people
            ),
            *(
                (country.alpha_2, self._find_topics(given))
                for given in self._operations
                for country in given.participants
            ),
        ]
        topics: dict[str, set[str]] = {}
        for code, names in about:
            topics.setdefault(code, set()).update(names)
        gained = [
            criterion
            for criterion in change.criteria
            if criterion.country.alpha_2 in codes and criterion.reliable and criterion.move is CriterionMove.GAINED
        ]
        followed = [
            criterion_change
            for criterion_change in gained
            if criterion_change.capacity in topics.get(criterion_change.country.alpha_2, ())
        ]
        if gained and topics:
            yield self._make(
                MessageKind.FOLLOWED,
                criteria=dict.fromkeys(criterion_change.criterion for criterion_change in gained),
                counts={"gained": len(gained), "followed": len(followed)},
            )

    def _find_topics(self, delivery: Delivery | JointOperation) -> set[str]:
        """Return the indicators addressed by a course or operation."""
        if isinstance(delivery, Delivery) and delivery.criteria:
            names = delivery.criteria
        else:
            activity = self._activities.get(delivery.course if isinstance(delivery, Delivery) else delivery.activity)
            names = () if activity is None else tuple(activity.addresses)
        return {self.framework.owner(name).id for name in names if name in self.framework.criteria}

    @cached_property
    def _activities(self) -> dict[str, Activity]:
        catalogue = self.dossier.catalogue
        return {} if catalogue is None else {activity.id: activity for activity in catalogue.activities}
