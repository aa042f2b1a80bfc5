"""Figures published by others, compared with our results."""

from collections.abc import Iterable

from capbuild.model import Assessment, Country, ExternalSeries, Missing
from capbuild.reports.cells import DASH, Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Block, Column, Definitions, Figure, ReportSection, Row, RowGroup

_ORDER = 660


def build_country_external_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build a country's section on published figures.

    Each is next to our results; None without a series.
    """
    say, series = context.say, context.dossier.external
    if not series:
        return None
    columns = ("series", "year", "value", "beside", "source")
    figure = Figure(
        id="external",
        columns=[Column(id=name, title=say(f"external.col.{name}"), number=name == "value") for name in columns],
        groups=[RowGroup(rows=[_make_series_row(external_series, assessment, context) for external_series in series])],
        caption=say("external.caption.country"),
    )
    return _make_section([figure], context)


def build_region_external_section(context: ReportContext) -> ReportSection | None:
    """Build the section on published figures of named countries.

    None without a series.
    """
    say, series = context.say, context.dossier.external
    named = [*(assessment.country for assessment in context.named), *context.silent]
    if not series or not named:
        return None
    rows = [
        Row(cells=[Words(text=context.name(country)), *(_make_value_cell(one, country, context) for one in series)])
        for country in sorted(named, key=lambda country: say.sorted_as(context.name(country)))
    ]
    figure = Figure(
        id="external",
        columns=[
            Column(id="country", title=say("col.country")),
            *(
                Column(id=one.id, title=f"{say.text(one.title)} {one.year or ''}".strip(), number=True)
                for one in series
            ),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("external.caption.region"),
    )
    entries = [
        (say.text(one.title), say.clauses(*_describe_series(one, context), *_describe_terms(one, context)))
        for one in series
    ]
    return _make_section([figure, Definitions(entries=entries)], context)


def _make_section(blocks: Iterable[Block], context: ReportContext) -> ReportSection:
    say = context.say
    return ReportSection(
        id="external", order=_ORDER, title=say("external.title"), lead=say("external.lead"), blocks=blocks
    )


def _make_series_row(series: ExternalSeries, assessment: Assessment, context: ReportContext) -> Row:
    say, marks = context.say, context.marks
    results = [
        Words(before=name, text=marks.result(score))
        for name in series.capacities
        if (score := assessment.scores.get(name)) is not None
    ]
    value = _make_value_cell(series, assessment.country, context)
    about = [Words(text=part) for part in _describe_series(series, context)]
    return Row(
        cells=[
            Lines(lines=[Words(text=say.text(series.title), style=Style.STRONG), *about]),
            Words(text=str(series.year) if series.year is not None else say("external.not_stated")),
            value,
            Lines(lines=results) if results else DASH,
            Lines(lines=[Words(text=part) for part in _describe_terms(series, context)]),
        ]
    )


def _make_value_cell(series: ExternalSeries, country: Country, context: ReportContext) -> Cell:
    """Make the cell of a published figure."""
    value = series.value_of(country)
    if isinstance(value, Missing):
        return Words(text=context.answer(value), style=Style.QUIET)
    status = series.status_of(country)
    after = "" if status is series.status else context.say(f"series.status.{status.name.lower()}")
    return Words(text=context.say.number(value), after=after)


def _describe_series(series: ExternalSeries, context: ReportContext) -> list[str]:
    """Describe a series: publisher, scale, direction, methods."""
    say = context.say
    low, high = series.minimum, series.maximum
    span = "" if low is None or high is None else say("external.range", low=low, high=high)
    scale = " ".join(part for part in (span, say.known(series.unit)) if part)
    direction = say("external.up" if series.ascending else "external.down")
    status = say(f"series.status.{series.status.name.lower()}")
    made_up = say("external.invented") if series.invented else ""
    return [
        f"{series.provider}, {series.edition}",
        ", ".join(part for part in (scale, direction) if part),
        ", ".join(part for part in (status, made_up) if part),
    ]


def _describe_terms(series: ExternalSeries, context: ReportContext) -> list[str]:
    """Describe where a series was published, with its licence."""
    say = context.say
    missing = say("external.not_stated")
    return [
        say("external.source", source=series.source or missing),
        say("external.licence", licence=series.licence or missing),
    ]
