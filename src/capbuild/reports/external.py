"""What others publish of countries, beside our own results and never in them."""

from collections.abc import Iterable

from capbuild.model import Assessment, Country, ExternalSeries, Missing
from capbuild.reports.cells import Cell, Lines, Style, Words
from capbuild.reports.context import Setting
from capbuild.reports.model import Block, Column, Definitions, Figure, ReportSection, Row, RowGroup

__all__ = ["country_external_section", "region_external_section"]

_ORDER = 660


def country_external_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return the published figures of a country, each beside our results; None where there is no series."""
    say, series = setting.say, setting.dossier.external
    if not series:
        return None
    columns = ("series", "year", "value", "beside", "source")
    figure = Figure(
        id="external",
        columns=[Column(id=name, title=say(f"external.col.{name}"), number=name == "value") for name in columns],
        groups=[RowGroup(rows=[_country_row(one, assessment, setting) for one in series])],
        caption=say("external.caption.country"),
    )
    return _section([figure], setting)


def region_external_section(setting: Setting) -> ReportSection | None:
    """Return the published figures of the countries that the report names; None where there is no series."""
    say, series = setting.say, setting.dossier.external
    named = [*(one.country for one in setting.named), *setting.silent]
    if not series or not named:
        return None
    rows = [
        Row(cells=[Words(text=setting.name(country)), *(_value(one, country, setting) for one in series)])
        for country in sorted(named, key=lambda country: say.sorted_as(setting.name(country)))
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
    entries = [(say.text(one.title), say.clauses(*_about(one, setting), *_terms(one, setting))) for one in series]
    return _section([figure, Definitions(entries=entries)], setting)


def _section(blocks: Iterable[Block], setting: Setting) -> ReportSection:
    say = setting.say
    return ReportSection(
        id="external", order=_ORDER, title=say("external.title"), lead=say("external.lead"), blocks=blocks
    )


def _country_row(series: ExternalSeries, assessment: Assessment, setting: Setting) -> Row:
    say, marks = setting.say, setting.marks
    beside = [
        Words(before=name, text=marks.result(score))
        for name in series.capacities
        if (score := assessment.scores.get(name)) is not None
    ]
    value = _value(series, assessment.country, setting)
    about = [Words(text=part) for part in _about(series, setting)]
    return Row(
        cells=[
            Lines(lines=[Words(text=say.text(series.title), style=Style.STRONG), *about]),
            Words(text=str(series.year) if series.year is not None else say("external.not_stated")),
            value,
            Lines(lines=beside) if beside else Words(text="–", style=Style.QUIET),
            Lines(lines=[Words(text=part) for part in _terms(series, setting)]),
        ]
    )


def _value(series: ExternalSeries, country: Country, setting: Setting) -> Cell:
    """Return a published figure, or why there is none; how it came about stands behind it where it is another way."""
    value = series.value_of(country)
    if isinstance(value, Missing):
        return Words(text=setting.answer(value), style=Style.QUIET)
    status = series.status_of(country)
    after = "" if status is series.status else setting.say(f"series.status.{status.name.lower()}")
    return Words(text=setting.say.number(value), after=after)


def _about(series: ExternalSeries, setting: Setting) -> list[str]:
    """Return who publishes a series, its scale and direction, and how its values came about."""
    say = setting.say
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


def _terms(series: ExternalSeries, setting: Setting) -> list[str]:
    """Return where a series was published and under which licence."""
    say = setting.say
    missing = say("external.not_stated")
    return [
        say("external.source", source=series.source or missing),
        say("external.licence", licence=series.licence or missing),
    ]
