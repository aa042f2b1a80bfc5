"""Rows of the tidy set that come from the dossier: needs, gaps, sessions, seats, changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from capbuild.countries import find_countries
from capbuild.model import Dossier, Need, PlannedActivity
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
_CHANGES = columns("country criterion move before after notice")


def dossier_tables(shown: Disclosure, dossier: Dossier, language: str, notice: str) -> Iterator[TidyTable]:
    """Yield the tables that the dossier has something for, as far as an audience is shown them."""
    who = _Who.of(shown)
    if dossier.needs is not None:
        yield TidyTable("needs", _NEEDS, _needs(dossier, who, language, notice))
        yield TidyTable("gaps", _GAPS, _gaps(dossier, who, notice))
    if dossier.plan is not None:
        yield TidyTable("sessions", _SESSIONS, _sessions(dossier, who, language, notice))
        yield TidyTable("seats", _SEATS, _seats(dossier, who, notice))
    if dossier.change is not None:
        yield TidyTable("changes", _CHANGES, _changes(dossier, who, notice))


@frozen
class _Who:
    """Which countries may stand with their names, and how many others may be counted.

    Attributes:
        named: Alpha-2 codes of those that may be named.
        least: Fewest others that may be counted.
        counts: Whether others are spoken of at all.
    """

    named: frozenset[str]
    least: int
    counts: bool

    @classmethod
    def of(cls, shown: Disclosure) -> "_Who":
        named = frozenset(a.country.alpha_2 for a in shown.named) | {c.alpha_2 for c in shown.silent}
        return cls(named, shown.minimum_n, bool(shown.unnamed))

    def split(self, codes: Iterable[str]) -> tuple[list[str], int]:
        """Return the countries that may be named, and how many others there are."""
        every = list(codes)
        named = [code for code in every if code in self.named]
        return named, len(every) - len(named)

    def shows(self, codes: Sequence[str]) -> bool:
        """Tell whether something that concerns these countries is shown at all."""
        named, others = self.split(codes)
        return bool(named) or not codes or (self.counts and others >= self.least)

    def others(self, count: int) -> Cell:
        """Return the count of others; none where so few would be recognised."""
        return count if count == 0 or count >= self.least else None

    def text(self, words: str) -> str:
        """Return words; nothing where they speak of a country that may not be named."""
        mentioned = {code for mention in find_countries(words) for code in mention.candidates}
        return "" if mentioned - self.named else words


def _joined(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in counts.items())


def _needs(dossier: Dossier, who: _Who, language: str, notice: str) -> _Rows:
    for need in dossier.needs or ():
        if who.shows(need.countries):
            yield (*_need(need, who, language), notice)


def _need(need: Need, who: _Who, language: str) -> Sequence[Cell]:
    named, others = who.split(need.countries)
    return (
        need.id,
        need.kind.value,
        who.text(need.statement.get(language)),
        need.urgency,
        need.relevance,
        " ".join(named),
        who.others(others),
        " ".join(need.capacities),
        " ".join(need.criteria),
        # A headcount over all, less the countries named, would be the others' own.
        _joined(need.roles) if not others else "",
        " ".join(need.depends_on),
    )


def _gaps(dossier: Dossier, who: _Who, notice: str) -> _Rows:
    for gap in dossier.needs.gaps if dossier.needs is not None else ():
        if gap.country.alpha_2 in who.named:
            yield (
                gap.country.alpha_2,
                gap.capacity,
                gap.level,
                gap.value,
                gap.target,
                gap.size,
                gap.probability,
                " ".join(gap.lacking),
                " ".join(gap.open),
                notice,
            )


def _sessions(dossier: Dossier, who: _Who, language: str, notice: str) -> _Rows:
    activities = {a.id: a for a in dossier.catalogue.activities} if dossier.catalogue is not None else {}
    for session in dossier.plan.activities if dossier.plan is not None else ():
        if not who.shows(tuple(session.seats)):
            continue
        activity = activities.get(session.activity)
        yield (
            session.id,
            session.activity,
            activity.title.get(language) if activity is not None else "",
            activity.kind.value if activity is not None else "",
            session.start.isoformat(),
            session.end.isoformat(),
            *_where(session, who),
            float(session.cost.amount),
            session.cost.currency,
            " ".join(session.addresses),
            notice,
        )


def _where(session: PlannedActivity, who: _Who) -> Sequence[Cell]:
    """Host, place, language, countries, others, seats. Place and language can name a country as well as its name."""
    named, others = who.split(session.seats)
    told = not others and (session.host is None or session.host in who.named)
    return (
        session.host if told else None,
        who.text(session.place) if told else None,
        session.language if told else None,
        " ".join(named),
        who.others(others),
        sum(session.seats.values()) if not others else None,
    )


def _seats(dossier: Dossier, who: _Who, notice: str) -> _Rows:
    for session in dossier.plan.activities if dossier.plan is not None else ():
        for code, seats in session.seats.items():
            if code in who.named:
                yield session.id, code, seats, notice


def _changes(dossier: Dossier, who: _Who, notice: str) -> _Rows:
    for one in dossier.change.criteria if dossier.change is not None else ():
        if one.country.alpha_2 in who.named:
            yield one.country.alpha_2, one.criterion, one.move.value, one.before.value, one.after.value, notice
