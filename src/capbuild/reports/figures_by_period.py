"""Figures of a result for a reporting period: the keys of the model, such as `2016`, `baseline` or `2016; BB`."""

import datetime
from collections.abc import Iterator, Mapping

from attrs import frozen

from capbuild.dates import span_of
from capbuild.model import Programme

__all__ = ["PeriodFigures"]

_Span = tuple[datetime.date, datetime.date]


@frozen
class PeriodFigures:
    """Picks figures for a whole programme by period; figures of one country or group are never picked.

    Attributes:
        programme: Its phases and rounds have names that keys may use.

    Example:
        >>> figures = PeriodFigures(Programme(id="p", title="P"))
        >>> known = {"2016": 5.0, "2017": 9.0, "2017; BB": 1.0}
        >>> figures.latest(known, datetime.date(2017, 12, 31)), figures.latest(known, datetime.date(2016, 12, 31))
        (9.0, 5.0)
        >>> figures.target({"2016": 6.0, "2018": 12.0}, datetime.date(2017, 6, 30))
        (12.0, datetime.date(2018, 12, 31))
    """

    programme: Programme

    def _span(self, key: str) -> _Span | None:
        for phase in self.programme.phases:
            if phase.id == key:
                return phase.start, phase.end
        for one in self.programme.rounds:
            if one.id == key:
                return one.start or one.reference_date, one.end or one.reference_date
        return span_of(key)

    def _dated(self, figures: Mapping[str, float]) -> Iterator[tuple[datetime.date, datetime.date, float]]:
        """First day, last day and figure of each key that is a period alone; one without a period is last."""
        for key, value in figures.items():
            span = self._span(key.strip())
            if span is not None:
                yield (*span, value)
            elif key.strip() in ("", "total", "all"):
                yield datetime.date.max, datetime.date.max, value

    def first(self, figures: Mapping[str, float]) -> float | None:
        """Return the earliest figure, as for a baseline."""
        dated = sorted(self._dated(figures), key=lambda one: one[1])
        return dated[0][2] if dated else None

    def latest(self, figures: Mapping[str, float], until: datetime.date) -> float | None:
        """Return the latest figure whose period has begun by a day; one without a period where there is no such."""
        dated = list(self._dated(figures))
        begun = sorted((one for one in dated if one[0] <= until), key=lambda one: one[:2])
        if begun:
            return begun[-1][2]
        return next((value for _, day, value in dated if day == datetime.date.max), None)

    def standing(
        self, actuals: Mapping[str, float], targets: Mapping[str, float], until: datetime.date
    ) -> float | None:
        """Return the figure to hold against the target in force: that of the target's own period, else the latest.

        Example:
            >>> figures, day = PeriodFigures(Programme(id="p", title="P")), datetime.date(2017, 11, 30)
            >>> figures.standing({"2017": 6.0, "2016/2017": 9.0}, {"2016/2017": 11.0}, day)
            9.0
        """
        spans = sorted({one[:2] for one in self._dated(targets)}, key=lambda one: one[1])
        span = next((one for one in spans if one[1] >= until), spans[-1] if spans else None)
        same = [value for first, last, value in self._dated(actuals) if (first, last) == span and first <= until]
        return same[0] if same else self.latest(actuals, until)

    def of_group(self, figures: Mapping[str, float], group: str, until: datetime.date) -> list[float]:
        """Return the figures of one group whose period has begun by a day, in order of time.

        Example:
            >>> figures, day = PeriodFigures(Programme(id="p", title="P")), datetime.date(2017, 11, 30)
            >>> figures.of_group({"2017; sex=female": 4.0, "2016; sex=female": 3.0, "2017": 9.0}, "sex=female", day)
            [3.0, 4.0]
        """
        own = {key.removesuffix(f"; {group}"): value for key, value in figures.items() if key.endswith(f"; {group}")}
        return [value for first, _, value in sorted(self._dated(own), key=lambda one: one[:2]) if first <= until]

    def target(self, figures: Mapping[str, float], until: datetime.date) -> tuple[float, datetime.date | None] | None:
        """Return the target in force on a day and the last day of its period: the next to come, else the last one."""
        dated = sorted(self._dated(figures), key=lambda one: one[1])
        if not dated:
            return None
        _, day, value = next((one for one in dated if one[1] >= until), dated[-1])
        return value, None if day == datetime.date.max else day
