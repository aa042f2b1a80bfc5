"""A country's planned sessions: the steps they address, and the cost of its seats."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from attrs import frozen

from capbuild.model import Activity, Assessment, Catalogue, Country, Dossier, Money, Plan, PlannedActivity


@frozen(kw_only=True, slots=False)
class Bookings:
    """Sessions of a plan with seats of a country, from a date.

    Attributes:
        code: Alpha-2 code of the country.
        plan: The plan; None without one.
        catalogue: Its activities.
        since: Sessions that end before this date are over.
        shares: Cost of the country's seats by id of the session, if it may be shown; None for none.
    """

    code: str
    plan: Plan | None
    catalogue: Catalogue | None
    since: datetime.date
    shares: Mapping[str, Money] | None

    @cached_property
    def sessions(self) -> list[PlannedActivity]:
        """Sessions in chronological order."""
        return [one for one in self._own if one.end >= self.since]

    @cached_property
    def past(self) -> list[PlannedActivity]:
        """Sessions of the plan that are over, in chronological order."""
        return [one for one in self._own if one.end < self.since]

    @cached_property
    def _own(self) -> list[PlannedActivity]:
        every = self.plan.activities if self.plan is not None else ()
        own = [one for one in every if one.seats.get(self.code)]
        return sorted(own, key=lambda one: (one.start, one.end, one.id))

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Activities of the catalogue by id."""
        return {one.id: one for one in (self.catalogue.activities if self.catalogue is not None else ())}

    @property
    def seats(self) -> int:
        """Seats of the country in all sessions."""
        return self.count_seats(self.sessions)

    def count_seats(self, sessions: Iterable[PlannedActivity]) -> int:
        """Return the seats of the country in some sessions."""
        return sum(one.seats[self.code] for one in sessions)

    def sum_costs(self, sessions: Iterable[PlannedActivity]) -> Money | None:
        """Return the cost of the country's seats.

        None if a price is withheld, or currencies differ.
        """
        parts = [self.shares.get(one.id) for one in sessions] if self.shares is not None else []
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts) or len({part.currency for part in known}) > 1:
            return None
        return sum(known[1:], start=known[0])

    def sum_disclosed(self, sessions: Iterable[PlannedActivity]) -> Money | None:
        """Return the cost of the country's seats in sessions with a disclosed price; None for none."""
        return self.sum_costs(one for one in sessions if not self.is_withheld([one]))

    def is_withheld(self, sessions: Iterable[PlannedActivity]) -> bool:
        """True if the cost of any of the country's seats in some sessions is withheld."""
        return any(self.shares is None or one.id not in self.shares for one in sessions)

    def find_sessions(self, criteria: Collection[str]) -> list[PlannedActivity]:
        """Return the sessions with an activity for some criteria."""
        wanted = set(criteria)
        return [one for one in self.sessions if wanted.intersection(self._list_helped(one))]

    def find_offers(self, criteria: Collection[str]) -> list[str]:
        """Return the activities of the catalogue with a price that help with some criteria."""
        wanted = set(criteria)
        return [one.id for one in self.activities.values() if one.cost.currencies and wanted.intersection(one.helps)]

    def find_idle(self, missing: Collection[str]) -> list[PlannedActivity]:
        """Return the sessions that address no missing step."""
        wanted = set(missing)
        return [one for one in self.sessions if one.activity in self.activities and not wanted & self._list_helped(one)]

    def _list_helped(self, session: PlannedActivity) -> set[str]:
        activity = self.activities.get(session.activity)
        return set(activity.helps) if activity is not None else set()

    @property
    def first_day(self) -> datetime.date | None:
        """First day of the country's first session, or of the plan's."""
        every = self.sessions or (self.plan.activities if self.plan is not None else ())
        return min((one.start for one in every if one.start >= self.since), default=None)

    def is_at_home(self, session: PlannedActivity) -> bool:
        """True if a session takes place in each country, so that no host has to be found."""
        activity = self.activities.get(session.activity)
        return activity is not None and activity.in_each_country

    def find_host(self, sessions: Iterable[PlannedActivity], own: Country) -> Country | None:
        """Return the only host of some sessions, also the country itself, or None."""
        found = (own if one.host is None and self.is_at_home(one) else one.host for one in sessions)
        hosts = {host.alpha_2: host for host in found if host is not None}
        return next(iter(hosts.values())) if len(hosts) == 1 else None

    def arms(self, criteria: Collection[str]) -> bool:
        """True if an activity for some criteria enables intrusive work."""
        wanted = set(criteria)
        return any(one.intrusive and wanted.intersection(one.helps) for one in self.activities.values())


def make_bookings(one: Assessment, dossier: Dossier, costs: Mapping[str, Money] | bool) -> Bookings:
    """Return the seats of a country in the plan of a dossier.

    Args:
        one: Its assessment; sessions that end before its reference date are over.
        dossier: Plan and catalogue.
        costs: Cost of the country's seats by id of the session; False for an audience that sees no costs.
    """
    code, plan = one.country.alpha_2, dossier.plan
    shares: Mapping[str, Money] | None = costs if isinstance(costs, Mapping) else None
    if costs is True and plan is not None:
        shares = {session.id: session.shares[code] for session in plan.activities if session.seats.get(code)}
    return Bookings(code=code, plan=plan, catalogue=dossier.catalogue, since=one.round.reference_date, shares=shares)
