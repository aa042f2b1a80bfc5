"""Results framework: baselines, values and targets."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve, frozen

from capbuild.dates import parse_period
from capbuild.model import Programme, Result, ResultIndicator
from capbuild.reports.cells import DASH, Spread, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import FigureKind, KeyItem, ReportSection, RowGroup
from capbuild.tracking.results import FROM_FINDINGS, GAINED, LIKE_FOR_LIKE, OTHER_CAUSE, UNCERTAIN

_Span = tuple[datetime.date, datetime.date]


class PeriodFigure(NamedTuple):
    """Figure with its period.

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
        """True if it has a period."""
        return self.end != datetime.date.max


@frozen
class PeriodFigures:
    """Selects figures of a whole programme by period.

    Figures of one country or group are skipped.

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

    def _find_span(self, key: str) -> _Span | None:
        for phase in self.programme.phases:
            if phase.id == key:
                return phase.start, phase.end
        for round_ in self.programme.rounds:
            if round_.id == key:
                return round_.start or round_.reference_date, round_.end or round_.reference_date
        return parse_period(key)

    def _iter_dated(self, figures: Mapping[str, float]) -> Iterator[PeriodFigure]:
        """Yield the figures of periods, then the undated one."""
        for key, value in figures.items():
            span = self._find_span(key.strip())
            if span is not None:
                yield PeriodFigure(*span, value)
            elif key.strip() in ("", "total", "all"):
                yield PeriodFigure(datetime.date.max, datetime.date.max, value)

    def first(self, figures: Mapping[str, float]) -> PeriodFigure | None:
        """Return the earliest figure, as for a baseline."""
        return min(self._iter_dated(figures), key=lambda figure: figure.end, default=None)

    def latest(self, figures: Mapping[str, float], until: datetime.date) -> PeriodFigure | None:
        """Return the latest figure begun by a day.

        If there is none, this is the figure without a period, if any.
        """
        dated = list(self._iter_dated(figures))
        begun = sorted(figure for figure in dated if figure.start <= until)
        return begun[-1] if begun else next((figure for figure in dated if not figure.dated), None)

    def current(
        self, actuals: Mapping[str, float], targets: Mapping[str, float], until: datetime.date
    ) -> PeriodFigure | None:
        """Return the figure comparable with the target in force.

        This is the figure of the target's own period, else the latest.

        Example:
            >>> figures, day = PeriodFigures(Programme(id="p", title="P")), datetime.date(2017, 11, 30)
            >>> figures.current({"2017": 6.0, "2016/2017": 9.0}, {"2016/2017": 11.0}, day).value
            9.0
        """
        target = self.target(targets, until)
        same = [
            figure
            for figure in self._iter_dated(actuals)
            if target and figure[:2] == target[:2] and figure.start <= until
        ]
        return same[0] if same else self.latest(actuals, until)

    def of_group(self, figures: Mapping[str, float], group: str, until: datetime.date) -> list[float]:
        """Return figures of a group begun by a day, chronologically.

        Example:
            >>> figures, day = PeriodFigures(Programme(id="p", title="P")), datetime.date(2017, 11, 30)
            >>> figures.of_group({"2017; sex=female": 4.0, "2016; sex=female": 3.0, "2017": 9.0}, "sex=female", day)
            [3.0, 4.0]
        """
        own = {key.removesuffix(f"; {group}"): value for key, value in figures.items() if key.endswith(f"; {group}")}
        return [value for first, _, value in sorted(self._iter_dated(own), key=lambda one: one[:2]) if first <= until]

    def target(self, figures: Mapping[str, float], until: datetime.date) -> PeriodFigure | None:
        """Return the target in force on a day.

        This is the target of the next period to end, else the last one.
        """
        dated = sorted(self._iter_dated(figures), key=lambda figure: figure.end)
        return next((figure for figure in dated if figure.end >= until), dated[-1] if dated else None)


@frozen(kw_only=True)
class ResultLine:
    """Result indicator at the end of a period.

    Attributes:
        indicator: The indicator.
        baseline: Baseline value.
        value: Current value.
        target: Target value.
        until: End of the period.
        uncertain: Criteria gained like for like next to the value, but no surer than answers given again.
        other_cause: Criteria gained next to it through anything but capacity.
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
        """Distance to the target, 0 when reached.

        The value is None if value or target is missing.
        """
        if self.value is None or self.target is None:
            return None
        gap = self.target.value - self.value.value
        gap = gap if self.indicator.ascending else -gap
        return max(gap, 0.0)

    @property
    def late(self) -> bool:
        """True if the target's period has ended without reaching it."""
        return bool(self.to_go) and self.target is not None and self.target.end <= self.until


def make_result_lines(result: Result, programme: Programme, until: datetime.date) -> list[ResultLine]:
    """Return the state of result indicators on a day, programme-wide."""
    figures = PeriodFigures(programme)
    lines = []
    for result_indicator in result.indicators:

        def count_group(group: str, indicator: ResultIndicator = result_indicator) -> list[int]:
            values = figures.of_group(indicator.actuals, group, until)
            return [int(value) for value in values]

        alike = count_group(LIKE_FOR_LIKE)
        lines.append(
            ResultLine(
                indicator=result_indicator,
                baseline=figures.first(result_indicator.baselines),
                value=figures.current(result_indicator.actuals, result_indicator.targets, until),
                target=figures.target(result_indicator.targets, until),
                until=until,
                uncertain=sum(count_group(UNCERTAIN)[-1:]),
                other_cause=sum(count_group(OTHER_CAUSE)[-1:]),
                alike=(alike[0], alike[-1]) if len(alike) > 1 else None,
            )
        )
    return lines


def build_results_section(programme: Programme, until: datetime.date, context: ReportContext) -> ReportSection | None:
    """Build the results section, with a group per result.

    Only figures of the whole programme are shown. The result is None if the programme has no results.
    """
    results = context.dossier.results or programme.results
    lines = [(result, make_result_lines(result, programme, until)) for result in results]
    groups = [
        (make_result_group(result, context), [_make_line_row(line, context) for line in own])
        for result, own in lines
        if own
    ]
    if not groups:
        return None
    t = context.t
    figure = context.table(
        "results",
        groups=groups,
        kind=FigureKind.RESULTS,
        caption=_make_caption(results, context),
        key=[
            KeyItem(mark="began", text=t("key.baseline")),
            KeyItem(mark="now", text=t("key.now")),
            KeyItem(mark="target", text=t("key.target_value")),
        ],
    )
    return context.section("results", 100, figure, lead=t("results.lead"))


def _make_caption(results: Sequence[Result], context: ReportContext) -> str:
    """Make the caption on counted countries and on gains."""
    t, whole, hides = context.t, context.dossier.since_first, "results" in context.disclosure.hides
    whom = ("caption.results.shown" if context.named else "caption.results") if hides else "caption.results.plain"
    parts = [t("caption.results.scale"), t(whom)]
    computed = {indicator.computed for result in results for indicator in result.indicators}
    if whole is not None and computed & set(FROM_FINDINGS):
        # The comparison covers the named countries; figures may count others besides.
        parts.append(t("caption.results.both") if hides else t("caption.results.panel", count=len(whole.matched)))
    if whole is not None and GAINED in computed:
        parts.append(t("caption.results.gained", share=t.percent(whole.confidence)))
    return " ".join(parts)


def make_result_group(result: Result, context: ReportContext) -> RowGroup:
    """Return the group of rows of a result.

    Its header is the kind and title of the result.
    """
    t = context.t
    kind = t(f"result.kind.{result.kind.name.lower()}")
    title = t("result.group", kind=kind, title=t.lowered(t.text(result.title)))
    return RowGroup(title=title, code=result.id)


def make_number_cell(figure: PeriodFigure | None, context: ReportContext, style: Style = Style.PLAIN) -> Words:
    """Return a figure with its period; a dash without one."""
    if figure is None:
        return DASH
    when = f"({context.t.period(figure.start, figure.end)})" if figure.dated else ""
    return Words(text=context.t.number(round(figure.value, 2)), after=when, style=style)


def _make_line_row(line: ResultLine, context: ReportContext) -> Values:
    t, indicator = context.t, line.indicator
    unit = f"({t.known(indicator.unit)})" if indicator.unit else ""
    return {
        "indicator=col.result_indicator": Words(text=t.text(indicator.title), after=unit),
        "line=col.result_line": _make_spread(line),
        "#col.baseline": make_number_cell(line.baseline, context),
        "#col.now": make_number_cell(line.value, context, Style.STRONG),
        "#col.target": make_number_cell(line.target, context),
        "col.standing": _make_state_cell(line, context),
    }


def _make_spread(line: ResultLine) -> Spread:
    """Place baseline, value and target on a line with margins."""
    known = [figure.value for figure in (line.baseline, line.value, line.target) if figure is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    width = (high - low) * 1.08 or 1.0

    def place(figure: PeriodFigure | None) -> float | None:
        return None if figure is None else (figure.value - low) / width

    return Spread(baseline=place(line.baseline), value=place(line.value), target=place(line.target))


def _make_state_cell(line: ResultLine, context: ReportContext) -> Words:
    """Make the cell on reaching the target, with uncounted gains."""
    t, words = context.t, _compare_target(line, context)
    counts = (("result.uncertain", line.uncertain), ("result.other_cause", line.other_cause))
    parts = [t(key, count=count) for key, count in counts if count]
    if line.alike is not None:
        parts.append(t("result.alike", before=t.number(line.alike[0]), after=t.number(line.alike[1])))
    return evolve(words, text=t.clauses(words.text, *parts)) if parts else words


def describe_state(line: ResultLine, context: ReportContext) -> str:
    """Return the words for a result's status."""
    return _compare_target(line, context).text


def _compare_target(line: ResultLine, context: ReportContext) -> Words:
    t, words = context.t, describe_reached(line, context)
    if words is not None:
        return words
    gap = t("result.to_go", amount=t.number(round(line.to_go or 0, 2)))
    return Words(text=t("result.late", gap=gap), style=Style.LACKING) if line.late else Words(text=gap)


def describe_reached(line: ResultLine, context: ReportContext) -> Words | None:
    """Return why a result has no gap to its target.

    The value or the target is missing, or the target is reached. The result is None if there is a gap.
    """
    t = context.t
    if line.value is None:
        withheld = line.indicator.id in context.disclosure.withheld
        return Words(text=t("withheld" if withheld else "result.unknown"), style=Style.QUIET)
    if line.to_go is None:
        return Words(text=t("gap.no_target"), style=Style.QUIET)
    if not line.to_go:
        return Words(text=t("result.reached"))
    return None
