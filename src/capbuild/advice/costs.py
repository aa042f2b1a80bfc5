"""A country's planned sessions: steps addressed, and cost of seats."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from attrs import frozen

from capbuild.model import Activity, Assessment, Catalogue, Country, Dossier, Money, Plan, PlannedActivity


@frozen(kw_only=True, slots=False)
class Bookings:
    """Sessions of a plan with seats of a country.

    Sessions that are over are left out.

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
        return [session for session in self._own if session.end >= self.since]

    @cached_property
    def past(self) -> list[PlannedActivity]:
        """Sessions of the plan that are over, in chronological order."""
        return [session for session in self._own if session.end < self.since]

    @cached_property
    def _own(self) -> list[PlannedActivity]:
        activities = self.plan.activities if self.plan is not None else ()
        own = [session for session in activities if session.seats.get(self.code)]
        return sorted(own, key=lambda session: (session.start, session.end, session.id))

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Activities of the catalogue by id."""
        return {activity.id: activity for activity in (self.catalogue.activities if self.catalogue is not None else ())}

    @property
    def seats(self) -> int:
        """Seats of the country in all sessions."""
        return self.count_seats(self.sessions)

    def count_seats(self, sessions: Iterable[PlannedActivity]) -> int:
        """Return the seats of the country in some sessions."""
        return sum(session.seats[self.code] for session in sessions)

    def sum_costs(self, sessions: Iterable[PlannedActivity]) -> Money | None:
        """Return the cost of the country's seats.

        The result is None if a price is withheld, or if currencies differ.
        """
        parts = [self.shares.get(session.id) for session in sessions] if self.shares is not None else []
        moneys = [part for part in parts if part is not None]
        if not moneys or len(moneys) < len(parts) or len({part.currency for part in moneys}) > 1:
            return None
        return sum(moneys[1:], start=moneys[0])

    def sum_disclosed(self, sessions: Iterable[PlannedActivity]) -> Money | None:
        """Return the cost of the country's seats with disclosed prices.

        The result is None if no price is disclosed.
        """
        return self.sum_costs(session for session in sessions if not self.is_withheld([session]))

    def is_withheld(self, sessions: Iterable[PlannedActivity]) -> bool:
        """True if a cost of the country's seats is withheld."""
        return any(self.shares is None or session.id not in self.shares for session in sessions)

    def find_sessions(self, criteria: Collection[str]) -> list[PlannedActivity]:
        """Return the sessions with an activity for some criteria."""
        wanted = set(criteria)
        return [session for session in self.sessions if wanted & self._helped.get(session.activity, frozenset())]

    def find_offers(self, criteria: Collection[str]) -> list[str]:
        """Return ids of priced activities that help with some criteria."""
        wanted = set(criteria)
        return [
            activity.id
            for activity in self.activities.values()
            if activity.cost.currencies and wanted & self._helped[activity.id]
        ]

    def find_idle(self, missing: Collection[str]) -> list[PlannedActivity]:
        """Return the sessions that address no missing step."""
        wanted = set(missing)
        return [
            session
            for session in self.sessions
            if session.activity in self._helped and not wanted & self._helped[session.activity]
        ]

    @cached_property
    def _helped(self) -> dict[str, frozenset[str]]:
        """Criteria that each activity helps to meet, by its id."""
        return {name: frozenset(activity.helps) for name, activity in self.activities.items()}

    @property
    def first_day(self) -> datetime.date | None:
        """First day of the country's first session.

        If the country has no session, this is the first day of the plan.
        """
        planned = self.sessions or (self.plan.activities if self.plan is not None else ())
        return min((session.start for session in planned if session.start >= self.since), default=None)

    def is_at_home(self, session: PlannedActivity) -> bool:
        """True if a session takes place in each country."""
        activity = self.activities.get(session.activity)
        return activity is not None and activity.in_each_country

    def find_host(self, sessions: Iterable[PlannedActivity], own: Country) -> Country | None:
        """Return the only host of some sessions, or None.

        The host may be the country itself.
        """
        countries = (own if session.host is None and self.is_at_home(session) else session.host for session in sessions)
        hosts = {host.alpha_2: host for host in countries if host is not None}
        return next(iter(hosts.values())) if len(hosts) == 1 else None

    def arms(self, criteria: Collection[str]) -> bool:
        """True if an activity for some criteria enables intrusive work."""
        wanted = set(criteria)
        return any(activity.intrusive and wanted & self._helped[activity.id] for activity in self.activities.values())


def make_bookings(one: Assessment, dossier: Dossier, costs: Mapping[str, Money] | bool) -> Bookings:
    """Return the seats of a country in the dossier's plan.

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
