"""The results framework: where each result began, where it stands, where it should be."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve, frozen

from capbuild.dates import parse_period
from capbuild.model import Programme, Result, ResultIndicator
from capbuild.reports.cells import Spread, Style, Words
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting
from capbuild.tracking import FROM_FINDINGS, GAINED, LIKE_FOR_LIKE, OTHER_CAUSE, UNCERTAIN

__all__ = ["PeriodFigure", "PeriodFigures", "ResultLine", "result_lines", "results_section"]


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
        return parse_period(key)

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


@frozen(kw_only=True)
class ResultLine:
    """An indicator of a result at the end of a period.

    Attributes:
        indicator: The indicator.
        baseline: Where it began.
        value: Where it stands.
        target: Where it should be.
        until: End of the period.
        uncertain: Criteria gained like for like beside the value, but no surer than answers given anew.
        other_cause: Criteria gained beside it through anything but capacity.
        alike: Criteria met in the first round and now, of those that comparable sources judged in both.
    """

    indicator: ResultIndicator
    baseline: PeriodFigure | None
    value: PeriodFigure | None
    target: PeriodFigure | None
    until: datetime.date
    uncertain: int = 0
    other_cause: int = 0
    alike: tuple[int, int] | None = None

    @property
    def to_go(self) -> float | None:
        """Distance to the target, 0 when it is reached; None where value or target is missing."""
        if self.value is None or self.target is None:
            return None
        gap = self.target.value - self.value.value
        gap = gap if self.indicator.ascending else -gap
        return max(gap, 0.0)

    @property
    def late(self) -> bool:
        """Whether the target's own time has ended without it being reached."""
        return bool(self.to_go) and self.target is not None and self.target.end <= self.until


def result_lines(result: Result, programme: Programme, until: datetime.date) -> list[ResultLine]:
    """Return the indicators of a result as they stand on a day, over the whole programme."""
    figures = PeriodFigures(programme)
    lines = []
    for one in result.indicators:

        def beside(group: str, indicator: ResultIndicator = one) -> list[int]:
            found = figures.of_group(indicator.actuals, group, until)
            return [int(value) for value in found]

        alike = beside(LIKE_FOR_LIKE)
        lines.append(
            ResultLine(
                indicator=one,
                baseline=figures.first(one.baselines),
                value=figures.standing(one.actuals, one.targets, until),
                target=figures.target(one.targets, until),
                until=until,
                uncertain=sum(beside(UNCERTAIN)[-1:]),
                other_cause=sum(beside(OTHER_CAUSE)[-1:]),
                alike=(alike[0], alike[-1]) if len(alike) > 1 else None,
            )
        )
    return lines


def results_section(programme: Programme, until: datetime.date, setting: Setting) -> ReportSection | None:
    """Return the results chain, a group a result; None where the programme has none.

    Figures of one country or of one group are not shown: only those of the whole programme.
    """
    results = setting.dossier.results or programme.results
    groups = [_group(result, result_lines(result, programme, until), setting) for result in results]
    groups = [group for group in groups if group.rows]
    if not groups:
        return None
    say = setting.say
    figure = Figure(
        id="results",
        kind=FigureKind.RESULTS,
        columns=[
            Column(id="indicator", title=say("col.result_indicator")),
            Column(id="line", title=say("col.result_line")),
            Column(id="baseline", title=say("col.baseline"), number=True),
            Column(id="now", title=say("col.now"), number=True),
            Column(id="target", title=say("col.target"), number=True),
            Column(id="standing", title=say("col.standing")),
        ],
        groups=groups,
        caption=_caption(results, setting),
        key=[
            KeyItem(mark="began", text=say("key.baseline")),
            KeyItem(mark="now", text=say("key.now")),
            KeyItem(mark="target", text=say("key.target_value")),
        ],
    )
    return ReportSection(id="results", order=100, title=say("results.title"), lead=say("results.lead"), blocks=[figure])


def _caption(results: Sequence[Result], setting: Setting) -> str:
    """Say whom the figures count, and what counts as gained."""
    say, whole, hides = setting.say, setting.dossier.since_first, "results" in setting.disclosure.hides
    whom = ("caption.results.shown" if setting.named else "caption.results") if hides else "caption.results.plain"
    parts = [say(whom)]
    computed = {one.computed for result in results for one in result.indicators}
    if whole is not None and computed & set(FROM_FINDINGS):
        # The comparison is about those that are named; figures may count others besides.
        parts.append(say("caption.results.both") if hides else say("caption.results.panel", count=len(whole.matched)))
    if whole is not None and GAINED in computed:
        parts.append(say("caption.results.gained", share=say.percent(whole.confidence)))
    return " ".join(parts)


def _group(result: Result, lines: Sequence[ResultLine], setting: Setting) -> RowGroup:
    say = setting.say
    kind = say(f"result.kind.{result.kind.name.lower()}")
    title = say("result.group", kind=kind, title=say.lowered(say.text(result.title)))
    return RowGroup(title=title, code=result.id, rows=[_row(line, setting) for line in lines])


def _row(line: ResultLine, setting: Setting) -> Row:
    say, one = setting.say, line.indicator

    def number(figure: PeriodFigure | None, style: Style = Style.PLAIN) -> Words:
        if figure is None:
            return Words(text="–", style=Style.QUIET)
        when = f"({say.period(figure.start, figure.end)})" if figure.dated else ""
        return Words(text=say.number(round(figure.value, 2)), after=when, style=style)

    return Row(
        cells=[
            Words(text=say.text(one.title), after=f"({say.known(one.unit)})" if one.unit else ""),
            _spread(line),
            number(line.baseline),
            number(line.value, Style.STRONG),
            number(line.target),
            _standing(line, setting),
        ]
    )


def _spread(line: ResultLine) -> Spread:
    """The three places on a line that begins at zero, or at what lies below it, and ends a little past the last."""
    known = [one.value for one in (line.baseline, line.value, line.target) if one is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    width = (high - low) * 1.08 or 1.0

    def place(figure: PeriodFigure | None) -> float | None:
        return None if figure is None else (figure.value - low) / width

    return Spread(baseline=place(line.baseline), value=place(line.value), target=place(line.target))


def _standing(line: ResultLine, setting: Setting) -> Words:
    """Say whether the target is reached; after it, what was gained and does not count."""
    say, words = setting.say, _against_target(line, setting)
    counts = (("result.uncertain", line.uncertain), ("result.other_cause", line.other_cause))
    beside = [say(key, count=count) for key, count in counts if count]
    if line.alike is not None:
        beside.append(say("result.alike", before=say.number(line.alike[0]), after=say.number(line.alike[1])))
    return evolve(words, text=say.clauses(words.text, *beside)) if beside else words


def _against_target(line: ResultLine, setting: Setting) -> Words:
    say = setting.say
    if line.value is None:
        withheld = line.indicator.id in setting.disclosure.withheld
        return Words(text=say("withheld" if withheld else "result.unknown"), style=Style.QUIET)
    if line.to_go is None:
        return Words(text=say("gap.no_target"), style=Style.QUIET)
    if not line.to_go:
        return Words(text=say("result.reached"))
    gap = say("result.to_go", amount=say.number(round(line.to_go, 2)))
    return Words(text=say("result.late", gap=gap), style=Style.LACKING) if line.late else Words(text=gap)
