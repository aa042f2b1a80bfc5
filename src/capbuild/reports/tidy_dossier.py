"""Rows of the tidy set that come from the dossier: needs, gaps, sessions, seats, changes and their counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import fields

from capbuild.model import Change, ChangeCause, ChangeCounts, Dossier, Need, PlannedActivity
from capbuild.reports.disclosure import Disclosure
from capbuild.reports.tidy_table import Cell, TidyTable, columns

__all__ = ["dossier_tables"]

_Rows = Iterator[Sequence[Cell]]

_NEEDS = columns(
    "need kind statement urgency:int relevance:int countries others:int capacities criteria roles depends_on notice"
)
_GAPS = columns("country capacity level:int value:float target:float size:float probability:float lacking open notice")
_SESSIONS = columns(
    "session activity title kind start end host place language countries others:int seats:int cost:float currency "
    "addresses notice"
)
_SEATS = columns("session country seats:int notice")
#: A move is in the column of what it came through: `move` is like for like, and of those only what `counts` is change.
_CAUSES = tuple(cause for cause in ChangeCause if cause is not ChangeCause.CAPACITY)
_CHANGES = columns(
    "country before_round after_round capacity criterion move probability:float counts:bool "
    f"{' '.join(cause.value for cause in _CAUSES)} before after notice"
)
_COUNTED = tuple(one.name for one in fields(ChangeCounts))
_COUNTS = columns(f"country before_round after_round {' '.join(f'{name}:int' for name in _COUNTED)} notice")


def dossier_tables(shown: Disclosure, dossier: Dossier, language: str, notice: str) -> Iterator[TidyTable]:
    """Yield the tables that the dossier has something for, as far as an audience is shown them."""
    if dossier.needs is not None:
        yield TidyTable("needs", _NEEDS, _needs(dossier, shown, language, notice))
        yield TidyTable("gaps", _GAPS, _gaps(dossier, shown, notice))
    if dossier.plan is not None:
        yield TidyTable("sessions", _SESSIONS, _sessions(dossier, shown, language, notice))
        yield TidyTable("seats", _SEATS, _seats(dossier, shown, notice))
    series = () if dossier.series is None else dossier.series.changes
    changes = series if dossier.change is None else (dossier.change,)
    if changes:
        yield TidyTable("changes", _CHANGES, _changes(changes, shown, notice))
        yield TidyTable("change_counts", _COUNTS, _counts(series or changes, shown, notice))


def _split(shown: Disclosure, codes: Iterable[str], item: str) -> tuple[list[str], Cell]:
    """Return the countries that may be named, and how many others may be counted.

    None of the others stands for any number of them that would give one away, and so also for none at all.
    """
    every = list(codes)
    named = [code for code in every if shown.names(code, item)]
    counted = len(shown.countable(every, item)) - len(named)
    return named, counted if counted or not shown.hidden else None


def _text(shown: Disclosure, words: str) -> str:
    """Return words; nothing where they speak of a country that may not be named."""
    return "" if shown.tells(words) else words


def _joined(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in counts.items())


def _needs(dossier: Dossier, shown: Disclosure, language: str, notice: str) -> _Rows:
    for need in dossier.needs or ():
        named, others = _split(shown, need.countries, "needs")
        if named or others or not need.countries:
            yield (*_need(need, named, others, shown, language), notice)


def _need(need: Need, named: Sequence[str], others: Cell, shown: Disclosure, language: str) -> Sequence[Cell]:
    return (
        need.id,
        need.kind.value,
        _text(shown, need.statement.get(language)),
        need.urgency,
        need.relevance,
        " ".join(named),
        others,
        " ".join(need.capacities),
        # Criteria and headcounts over all, less those of the countries named, would be the others' own.
        " ".join(need.criteria) if not shown.hidden else "",
        _joined(need.roles) if not shown.hidden else "",
        " ".join(need.depends_on),
    )


def _gaps(dossier: Dossier, shown: Disclosure, notice: str) -> _Rows:
    for gap in dossier.needs.gaps if dossier.needs is not None else ():
        if shown.names(gap.country.alpha_2, "needs"):
            yield (
                gap.country.alpha_2,
                gap.capacity,
                gap.level,
                gap.value,
                gap.target,
                gap.size,
                None if shown.pooled else gap.probability,
                " ".join(gap.lacking),
                " ".join(gap.open),
                notice,
            )


def _sessions(dossier: Dossier, shown: Disclosure, language: str, notice: str) -> _Rows:
    activities = {a.id: a for a in dossier.catalogue.activities} if dossier.catalogue is not None else {}
    for session in dossier.plan.activities if dossier.plan is not None else ():
        named, others = _split(shown, session.seats, "plan")
        if not (named or others or not session.seats):
            continue
        activity = activities.get(session.activity)
        yield (
            session.id,
            session.activity,
            _text(shown, activity.title.get(language)) if activity is not None else "",
            activity.kind.value if activity is not None else "",
            session.start.isoformat(),
            session.end.isoformat(),
            *_where(session, shown),
            " ".join(named),
            others,
            sum(session.seats[code] for code in shown.countable(session.seats, "plan")),
            float(session.cost.amount),
            session.cost.currency,
            " ".join(session.addresses),
            notice,
        )


def _where(session: PlannedActivity, shown: Disclosure) -> Sequence[Cell]:
    """Host, place, language. Place and language can name a country as well as its name."""
    host = session.host is not None and shown.names(session.host, "plan")
    placed = not shown.hidden or (host and not shown.tells(session.place))
    return (
        session.host if host else None,
        session.place if placed else None,
        session.language if not shown.tells_by_language(session.language) else None,
    )


def _seats(dossier: Dossier, shown: Disclosure, notice: str) -> _Rows:
    for session in dossier.plan.activities if dossier.plan is not None else ():
        for code, seats in session.seats.items():
            if shown.names(code, "plan"):
                yield session.id, code, seats, notice


def _changes(changes: Iterable[Change], shown: Disclosure, notice: str) -> _Rows:
    for change in changes:
        for one in change.criteria:
            if shown.names(one.country.alpha_2, "change"):
                move = one.move.value
                yield (
                    one.country.alpha_2,
                    change.before,
                    change.after,
                    one.capacity,
                    one.criterion,
                    move if one.like_for_like else None,
                    # It is estimated from all countries together.
                    None if shown.pooled else one.probability,
                    one.reliable,
                    *(move if one.cause is cause else None for cause in _CAUSES),
                    one.before.value,
                    one.after.value,
                    notice,
                )


def _counts(changes: Iterable[Change], shown: Disclosure, notice: str) -> _Rows:
    for change in changes:
        for code in change.matched:
            if shown.names(code, "change"):
                counts = change.counts([code])
                yield (code, change.before, change.after, *(getattr(counts, name) for name in _COUNTED), notice)
