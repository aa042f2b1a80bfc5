"""Figures published by others, compared with our results."""

from capbuild.model import Assessment, Country, ExternalSeries, Missing
from capbuild.reports.cells import DASH, Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Column, Definitions, ReportSection

_ORDER = 660


def build_country_external_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build a country's section on published figures.

    Each figure is next to the country's result. The result is None without published series.
    """
    t, series = context.t, context.dossier.external
    if not series:
        return None
    rows = [_make_series_row(external_series, assessment, context) for external_series in series]
    figure = context.table("external", rows, caption=t("external.caption.country"))
    return context.section("external", _ORDER, figure, lead=t("external.lead"))


def build_region_external_section(context: ReportContext) -> ReportSection | None:
    """Build the section on published figures of named countries.

    The result is None without published series.
    """
    t, series = context.t, context.dossier.external
    named = [*(assessment.country for assessment in context.named), *context.silent]
    if not series or not named:
        return None
    columns = {
        Column(id=one.id, title=f"{t.text(one.title)} {one.year or ''}".strip(), number=True): one for one in series
    }
    rows: list[Values] = [
        {
            "col.country": context.name(country),
            **{column: _make_value_cell(one, country, context) for column, one in columns.items()},
        }
        for country in sorted(named, key=lambda country: t.sorted_as(context.name(country)))
    ]
    figure = context.table("external", rows, caption=t("external.caption.region"))
    entries = [
        (t.text(one.title), t.clauses(*_describe_series(one, context), *_describe_terms(one, context)))
        for one in series
    ]
    return context.section("external", _ORDER, figure, Definitions(entries=entries), lead=t("external.lead"))


def _make_series_row(series: ExternalSeries, assessment: Assessment, context: ReportContext) -> Values:
    t, marks = context.t, context.marks
    results = [
        Words(before=name, text=marks.result(score))
        for name in series.capacities
        if (score := assessment.scores.get(name)) is not None
    ]
    about = [Words(text=part) for part in _describe_series(series, context)]
    return {
        "external.col.series": Lines(lines=[Words(text=t.text(series.title), style=Style.STRONG), *about]),
        "external.col.year": str(series.year) if series.year is not None else t("external.not_stated"),
        "#external.col.value": _make_value_cell(series, assessment.country, context),
        "external.col.beside": Lines(lines=results) if results else DASH,
        "external.col.source": Lines(lines=[Words(text=part) for part in _describe_terms(series, context)]),
    }


def _make_value_cell(series: ExternalSeries, country: Country, context: ReportContext) -> Cell:
    """Make the cell of a published figure."""
    value = series.value_of(country)
    if isinstance(value, Missing):
        return Words(text=context.answer(value), style=Style.QUIET)
    status = series.status_of(country)
    after = "" if status is series.status else context.t(f"series.status.{status.name.lower()}")
    return Words(text=context.t.number(value), after=after)


def _describe_series(series: ExternalSeries, context: ReportContext) -> list[str]:
    """Describe a series: publisher, scale, direction, methods."""
    t = context.t
    low, high = series.minimum, series.maximum
    span = "" if low is None or high is None else t("external.range", low=low, high=high)
    scale = " ".join(part for part in (span, t.known(series.unit)) if part)
    direction = t("external.up" if series.ascending else "external.down")
    status = t(f"series.status.{series.status.name.lower()}")
    made_up = t("external.invented") if series.invented else ""
    return [
        f"{series.provider}, {series.edition}",
        ", ".join(part for part in (scale, direction) if part),
        ", ".join(part for part in (status, made_up) if part),
    ]


def _describe_terms(series: ExternalSeries, context: ReportContext) -> list[str]:
    """Describe where a series was published, with its licence."""
    t = context.t
    missing = t("external.not_stated")
    return [
        t("external.source", source=series.source or missing),
        t("external.licence", licence=series.licence or missing),
    ]
