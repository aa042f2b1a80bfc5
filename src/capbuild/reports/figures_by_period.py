"""Figures of a result for a reporting period: the keys of the model, such as `2016`, `baseline` or `2016; BB`."""

import datetime
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from attrs import frozen

from capbuild.dates import span_of
from capbuild.model import Programme

__all__ = ["PeriodFigure", "PeriodFigures"]

_Span = tuple[datetime.date, datetime.date]


class PeriodFigure(NamedTuple):
    """A figure with the period that it counts.

    Attributes:
        start: First day of the period; `date.max` for a figure without one.
        end: Last day; `date.max` for a figure without one.
        value: The figure.
    """

    start: datetime.date
    end: datetime.date
    value: float

    @property
    def dated(self) -> bool:
        """Whether it has a period."""
        return self.end != datetime.date.max


@frozen
class PeriodFigures:
    """Picks figures for a whole programme by period; figures of one country or group are never picked.

    Attributes:
        programme: Its phases and rounds have names that keys may use.

    Example:
        >>> figures = PeriodFigures(Programme(id="p", title="P"))
        >>> known = {"2016": 5.0, "2017": 9.0, "2017; BB": 1.0}
        >>> figures.latest(known, datetime.date(2017, 12, 31)).value
        9.0
        >>> figures.latest(known, datetime.date(2016, 12, 31)).value
        5.0
        >>> figures.target({"2016": 6.0, "2018": 12.0}, datetime.date(2017, 6, 30)).end
        datetime.date(2018, 12, 31)
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

    def _dated(self, figures: Mapping[str, float]) -> Iterator[PeriodFigure]:
        """Yield the figure of each key that is a period alone; one without a period is last."""
        for key, value in figures.items():
            span = self._span(key.strip())
            if span is not None:
                yield PeriodFigure(*span, value)
            elif key.strip() in ("", "total", "all"):
                yield PeriodFigure(datetime.date.max, datetime.date.max, value)

    def first(self, figures: Mapping[str, float]) -> PeriodFigure | None:
        """Return the earliest figure, as for a baseline."""
        return min(self._dated(figures), key=lambda one: one.end, default=None)

    def latest(self, figures: Mapping[str, float], until: datetime.date) -> PeriodFigure | None:
        """Return the latest figure whose period has begun by a day; one without a period where there is no such."""
        dated = list(self._dated(figures))
        begun = sorted(one for one in dated if one.start <= until)
        return begun[-1] if begun else next((one for one in dated if not one.dated), None)

    def standing(
        self, actuals: Mapping[str, float], targets: Mapping[str, float], until: datetime.date
    ) -> PeriodFigure | None:
        """Return the figure to hold against the target in force: that of the target's own period, else the latest.

        Example:
            >>> figures, day = PeriodFigures(Programme(id="p", title="P")), datetime.date(2017, 11, 30)
            >>> figures.standing({"2017": 6.0, "2016/2017": 9.0}, {"2016/2017": 11.0}, day).value
            9.0
        """
        target = self.target(targets, until)
        same = [one for one in self._dated(actuals) if target and one[:2] == target[:2] and one.start <= until]
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

    def target(self, figures: Mapping[str, float], until: datetime.date) -> PeriodFigure | None:
        """Return the target in force on a day: that of the next period to end, else the last one."""
        dated = sorted(self._dated(figures), key=lambda one: one.end)
        return next((one for one in dated if one.end >= until), dated[-1] if dated else None)
