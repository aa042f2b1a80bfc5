"""Tidy tables of the dossier: needs, gaps, sessions, seats, changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import fields

from capbuild.disclosure import Disclosure
from capbuild.model import Catalogue, Change, ChangeCause, ChangeCounts, Dossier, Need
from capbuild.reports.tidy.assessments import TidyCell, TidyTable, parse_columns

_Rows = Iterator[Sequence[TidyCell]]

_NEEDS = parse_columns(
    "need* kind statement urgency:int relevance:int countries:list=country others:int capacities:list=capacity "
    "criteria:list=criterion roles:counts=role depends_on:list=other_need notice"
)
_GAPS = parse_columns(
    "country* capacity* level:int value:float lowest:float highest:float target:float size:float probability:float "
    "lacking:list=criterion open:list=criterion notice"
)
_SESSIONS = parse_columns(
    "session* activity title kind start:date end:date host place language countries:list=country others:int seats:int "
    "cost:float currency addresses:list=need notice"
)
_ACTIVITIES = parse_columns(
    "activity* title kind mode days:float seats:int objective syllabus assessment providers "
    "competences:counts=competence prerequisites:list=other_activity seat_at_home:float seat_abroad:float "
    "currency notice"
)
_SEATS = parse_columns("session* country* seats:int notice")
#: Column of a move by its kind: `move` is like for like, and includes the change that `counts`.
_CAUSES = tuple(cause for cause in ChangeCause if cause is not ChangeCause.CAPACITY)
_CHANGES = parse_columns(
    "country* before_round* after_round* capacity criterion* move probability:float counts:bool "
    f"{' '.join(cause.value for cause in _CAUSES)} before after notice"
)
_MOVED_LEVELS = parse_columns(
    "country* before_round* after_round* capacity* before_lowest:int before_highest:int after_lowest:int "
    "after_highest:int difference:float lower:float upper:float like_for_like:bool within_noise:bool probability:float "
    f"counts:bool {' '.join(f'{cause.value}:bool' for cause in _CAUSES)} notice"
)
_COUNTED = tuple(attribute.name for attribute in fields(ChangeCounts))
_COUNTS = parse_columns(f"country* before_round* after_round* {' '.join(f'{name}:int' for name in _COUNTED)} notice")


def make_dossier_tables(disclosure: Disclosure, dossier: Dossier, language: str, notice: str) -> Iterator[TidyTable]:
    """Yield the disclosed tables of the dossier."""
    if dossier.needs is not None:
        yield TidyTable("needs", _NEEDS, _make_need_rows(dossier, disclosure, language, notice))
        yield TidyTable("gaps", _GAPS, _make_gap_rows(dossier, notice))
    if dossier.plan is not None:
        if dossier.catalogue is not None:
            yield TidyTable(
                "activities", _ACTIVITIES, _make_activity_rows(dossier.catalogue, disclosure, language, notice)
            )
        yield TidyTable("sessions", _SESSIONS, _make_session_rows(dossier, disclosure, language, notice))
        yield TidyTable("seats", _SEATS, _make_seat_rows(dossier, disclosure, notice))
    series = () if dossier.series is None else dossier.series.changes
    changes = series if dossier.change is None else (dossier.change,)
    if changes:
        yield TidyTable("changes", _CHANGES, _make_change_rows(changes, notice))
        yield TidyTable("capacity_changes", _MOVED_LEVELS, _make_capacity_rows(changes, notice))
        yield TidyTable("change_counts", _COUNTS, _make_count_rows(series or changes, notice))


def _split_countries(disclosure: Disclosure, codes: Iterable[str], item: str) -> tuple[list[str], TidyCell]:
    """Return named countries, and the number of others.

    The number is None where it could reveal a country, even if it is zero.
    """
    all_codes = list(codes)
    named = [code for code in all_codes if disclosure.names(code, item)]
    others = len(all_codes) - len(named)
    return named, others if others or item not in disclosure.hides else None


def _join_counts(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in counts.items())


def _make_need_rows(dossier: Dossier, disclosure: Disclosure, language: str, notice: str) -> _Rows:
    for need in dossier.needs or ():
        named, others = _split_countries(disclosure, (country.alpha_2 for country in need.countries), "needs")
        yield (*_make_need_row(need, named, others, language), notice)


def _make_need_row(need: Need, named: Sequence[str], others: TidyCell, language: str) -> Sequence[TidyCell]:
    return (
        need.id,
        need.kind.value,
        need.statement.get(language),
        need.urgency,
        need.relevance,
        " ".join(named),
        others,
        " ".join(need.capacities),
        " ".join(need.criteria),
        _join_counts(need.roles),
        " ".join(need.depends_on),
    )


def _make_gap_rows(dossier: Dossier, notice: str) -> _Rows:
    for gap in dossier.needs.gaps if dossier.needs is not None else ():
        yield (
            gap.country.alpha_2,
            gap.capacity,
            gap.level,
            gap.value,
            gap.lowest,
            gap.highest,
            gap.target,
            gap.size,
            gap.probability,
            " ".join(gap.lacking),
            " ".join(gap.open),
            notice,
        )


def _make_activity_rows(catalogue: Catalogue, disclosure: Disclosure, language: str, notice: str) -> _Rows:
    for activity in catalogue.activities:
        home, abroad = (activity.cost_per_seat(abroad=away) if disclosure.costs else None for away in (False, True))
        yield (
            activity.id,
            activity.title.get(language),
            activity.kind.value,
            activity.mode,
            float(activity.days),
            activity.seats,
            activity.objective.get(language),
            activity.syllabus.get(language),
            activity.assessment.get(language),
            "; ".join(kind.value for kind in activity.providers),
            _join_counts(activity.competences),
            " ".join((*activity.prerequisites, *activity.one_of)),
            float(home.amount) if home is not None else None,
            float(abroad.amount) if abroad is not None else None,
            home.currency if home is not None else None,
            notice,
        )


def _make_session_rows(dossier: Dossier, disclosure: Disclosure, language: str, notice: str) -> _Rows:
    activities = {a.id: a for a in dossier.catalogue.activities} if dossier.catalogue is not None else {}
    for session in dossier.plan.activities if dossier.plan is not None else ():
        named, others = _split_countries(disclosure, session.seats, "plan")
        activity = activities.get(session.activity)
        yield (
            session.id,
            session.activity,
            activity.title.get(language) if activity is not None else "",
            activity.kind.value if activity is not None else "",
            session.start,
            session.end,
            session.host.alpha_2 if session.host is not None else None,
            None if session.id in disclosure.unplaced else session.place,
            session.language or None,
            " ".join(named),
            others,
            sum(session.seats.values()),
            float(session.cost.amount) if disclosure.costs else None,
            session.cost.currency if disclosure.costs else None,
            " ".join(session.addresses),
            notice,
        )


def _make_seat_rows(dossier: Dossier, disclosure: Disclosure, notice: str) -> _Rows:
    for session in dossier.plan.activities if dossier.plan is not None else ():
        for code, seats in session.seats.items():
            if disclosure.names(code, "plan"):
                yield session.id, code, seats, notice


def _make_change_rows(changes: Iterable[Change], notice: str) -> _Rows:
    for change in changes:
        for criterion in change.criteria:
            move = criterion.move.value
            yield (
                criterion.country.alpha_2,
                change.before,
                change.after,
                criterion.capacity,
                criterion.criterion,
                move if criterion.like_for_like else None,
                criterion.probability,
                criterion.reliable,
                *(move if criterion.cause is cause else None for cause in _CAUSES),
                criterion.before.value,
                criterion.after.value,
                notice,
            )


def _make_capacity_rows(changes: Iterable[Change], notice: str) -> _Rows:
    for change in changes:
        for capacity in change.capacities:
            levels = (None, None) if capacity.before is None else (capacity.before.lowest, capacity.before.highest)
            after = (None, None) if capacity.after is None else (capacity.after.lowest, capacity.after.highest)
            ends = (None, None) if capacity.interval is None else (capacity.interval.lower, capacity.interval.upper)
            yield (
                capacity.country.alpha_2,
                change.before,
                change.after,
                capacity.capacity,
                *levels,
                *after,
                capacity.difference,
                *ends,
                capacity.like_for_like,
                capacity.within_noise,
                capacity.probability,
                capacity.reliable,
                *(cause in capacity.causes for cause in _CAUSES),
                notice,
            )


def _make_count_rows(changes: Iterable[Change], notice: str) -> _Rows:
    for change in changes:
        for code in change.matched:
            counts = change.counts([code])
            yield (code, change.before, change.after, *(getattr(counts, name) for name in _COUNTED), notice)
