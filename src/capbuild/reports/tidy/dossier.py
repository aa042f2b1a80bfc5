"""Tidy tables of the dossier: needs, gaps, sessions, seats, changes."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import fields

from capbuild.disclosure import Disclosure
from capbuild.model import Catalogue, Change, ChangeCause, ChangeCounts, Dossier
from capbuild.reports.tidy.assessments import TidyCell, TidyTable, list_cells, parse_columns

_Rows = Iterator[Sequence[TidyCell]]

_NEEDS = parse_columns(
    "need*@id kind statement urgency:int relevance:int countries:list=country others:int capacities:list=capacity "
    "criteria:list=criterion roles:counts=role depends_on:list=other_need notice"
)
_GAPS = parse_columns(
    "country* capacity* level:int value:float lowest:float highest:float target:float size:float probability:float "
    "lacking:list=criterion open:list=criterion notice"
)
_SESSIONS = parse_columns(
    "session*@id activity title@offered.title kind@offered.kind start:date end:date host place language "
    "countries:list=country others:int seats:int cost:float@cost.amount currency@cost.currency addresses:list=need "
    "notice"
)
_ACTIVITIES = parse_columns(
    "activity*@id title kind mode days:float seats:int objective syllabus assessment providers "
    "competences:counts=competence prerequisites:list=other_activity seat_at_home:float@home.amount "
    "seat_abroad:float@abroad.amount currency@home.currency notice"
)
_SEATS = parse_columns("session* country* seats:int notice")
#: Column of a move by its kind: `move` is like for like, and includes the change that `counts`.
_CAUSES = tuple(cause for cause in ChangeCause if cause is not ChangeCause.CAPACITY)
_CHANGES = parse_columns(
    "country* before_round*@change.before after_round*@change.after capacity criterion* move probability:float "
    f"counts:bool@reliable {' '.join(cause.value for cause in _CAUSES)} before after notice"
)
_MOVED_LEVELS = parse_columns(
    "country* before_round*@change.before after_round*@change.after capacity* before_lowest:int@before.lowest "
    "before_highest:int@before.highest after_lowest:int@after.lowest after_highest:int@after.highest "
    "difference:float lower:float@interval.lower upper:float@interval.upper like_for_like:bool within_noise:bool "
    f"probability:float counts:bool@reliable {' '.join(f'{cause.value}:bool' for cause in _CAUSES)} notice"
)
_COUNTS = parse_columns(
    "country* before_round*@change.before after_round*@change.after "
    f"{' '.join(f'{attribute.name}:int' for attribute in fields(ChangeCounts))} notice"
)


def make_dossier_tables(disclosure: Disclosure, dossier: Dossier, language: str, notice: str) -> Iterator[TidyTable]:
    """Yield the disclosed tables of the dossier."""
    if dossier.needs is not None:
        yield TidyTable("needs", _NEEDS, _make_need_rows(dossier, disclosure, language, notice))
        yield TidyTable("gaps", _GAPS, (list_cells(_GAPS, gap, notice=notice) for gap in dossier.needs.gaps))
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


def _make_need_rows(dossier: Dossier, disclosure: Disclosure, language: str, notice: str) -> _Rows:
    for need in dossier.needs or ():
        named, others = _split_countries(disclosure, (country.alpha_2 for country in need.countries), "needs")
        yield list_cells(_NEEDS, need, language, countries=named, others=others, notice=notice)


def _make_activity_rows(catalogue: Catalogue, disclosure: Disclosure, language: str, notice: str) -> _Rows:
    for activity in catalogue.activities:
        home, abroad = (activity.cost_per_seat(abroad=away) if disclosure.costs else None for away in (False, True))
        yield list_cells(
            _ACTIVITIES,
            activity,
            language,
            providers="; ".join(kind.value for kind in activity.providers),
            prerequisites=(*activity.prerequisites, *activity.one_of),
            home=home,
            abroad=abroad,
            notice=notice,
        )


def _make_session_rows(dossier: Dossier, disclosure: Disclosure, language: str, notice: str) -> _Rows:
    activities = {a.id: a for a in dossier.catalogue.activities} if dossier.catalogue is not None else {}
    for session in dossier.plan.activities if dossier.plan is not None else ():
        named, others = _split_countries(disclosure, session.seats, "plan")
        yield list_cells(
            _SESSIONS,
            session,
            language,
            offered=activities.get(session.activity),
            place=None if session.id in disclosure.unplaced else session.place,
            language=session.language or None,
            countries=named,
            others=others,
            seats=sum(session.seats.values()),
            cost=session.cost if disclosure.costs else None,
            notice=notice,
        )


def _make_seat_rows(dossier: Dossier, disclosure: Disclosure, notice: str) -> _Rows:
    for session in dossier.plan.activities if dossier.plan is not None else ():
        for code, seats in session.seats.items():
            if disclosure.names(code, "plan"):
                yield session.id, code, seats, notice


def _make_change_rows(changes: Iterable[Change], notice: str) -> _Rows:
    for change in changes:
        for moved in change.criteria:
            causes = {cause.value: moved.move if moved.cause is cause else None for cause in _CAUSES}
            move = moved.move if moved.like_for_like else None
            yield list_cells(_CHANGES, moved, change=change, move=move, **causes, notice=notice)


def _make_capacity_rows(changes: Iterable[Change], notice: str) -> _Rows:
    for change in changes:
        for moved in change.capacities:
            causes = {cause.value: cause in moved.causes for cause in _CAUSES}
            yield list_cells(_MOVED_LEVELS, moved, change=change, **causes, notice=notice)


def _make_count_rows(changes: Iterable[Change], notice: str) -> _Rows:
    for change in changes:
        for code in change.matched:
            yield list_cells(_COUNTS, change.counts([code]), country=code, change=change, notice=notice)
