"""Sections on changes between rounds, of named and compared countries.

Only like-for-like, reliable change is counted; everything else has its own column. See `Change.counts`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from capbuild.model import Assessment, Capacity, CapacityChange, Change, ChangeCounts, Country, PlausibleLevels
from capbuild.reports.advice_text import write_moves
from capbuild.reports.cells import Cell, MoveMark, Style, Tally, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.country_names import shorten_name
from capbuild.reports.links import make_page_link
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup


def describe_editions(change: Change, context: ReportContext) -> str:
    """Describe how editions were matched and compared.

    Empty within one edition.
    """
    if change.earlier_framework is None:
        return ""
    return context.say(
        "change.editions",
        before=change.earlier_framework,
        after=change.framework,
        share=context.say.percent(change.comparable),
    )


def make_editions_figure(change: Change, context: ReportContext) -> Figure | None:
    """Make the table of uncompared items, by reason.

    For those who see sources; None if all is compared.

    The reasons are the crosswalk's own text.
    """
    if change.earlier_framework is None or not change.incomparable or not context.disclosure.sources:
        return None
    by_reason: dict[str, list[str]] = {}
    for name, why in change.incomparable.items():
        by_reason.setdefault(why, []).append(name)
    say = context.say
    return Figure(
        id="not-compared",
        columns=context.columns(("what", "col.not_compared"), ("why", "col.not_compared_why")),
        groups=[
            RowGroup(
                rows=[
                    Row(cells=[Words(text=", ".join(names)), Words(text=why)])
                    for why, names in sorted(by_reason.items())
                ]
            )
        ],
        caption=say("caption.not_compared", before=change.earlier_framework, after=change.framework),
    )


def build_refusal_section(title: str, context: ReportContext, order: int) -> ReportSection | None:
    """Build the section that explains a missing comparison between editions."""
    earlier = context.dossier.earlier
    if context.dossier.change is not None or earlier is None or earlier.framework.key == context.framework.key:
        return None
    lead = context.say("change.refused", before=earlier.framework.key, after=context.framework.key)
    return ReportSection(id="change", order=order, title=title, lead=lead)


#: Columns that are drawn as marks.
_MARKS = {"gained": MoveMark.GAINED, "lost": MoveMark.LOST}

#: Columns that show no progress, with the key of their title; causes that nothing moved through are left out.
_UNCERTAIN = {"uncertain": "col.move.uncertain"}

_CAUSES = {
    "source": "col.cause.source",
    "respondents": "col.cause.respondents",
    "method": "col.cause.method",
    "framework": "col.cause.framework",
}

_SCOPE = {"newly_observed": "col.move.seen", "no_longer_observed": "col.move.unseen"}

#: Marks that fit a cell, in a country's table and in that of all countries.
_FIT, _FIT_REGION = 14, 20

#: Letters of a country's name that fit beside the marks.
_NAME = 24


def count_changes(context: ReportContext, codes: Iterable[str]) -> tuple[str, str] | None:
    """Return criteria gained, and others as a text.

    The text is on criteria lost and uncertain; None if the rounds were not compared.
    """
    change = context.dossier.change
    wanted = frozenset(codes)
    if change is None or wanted.isdisjoint(change.matched):
        return None
    counts, say = change.counts(wanted), context.say
    return say.number(counts.gained), say("fact.uncertain", count=counts.uncertain, lost=say.number(counts.lost))


def count_levels(context: ReportContext, codes: Iterable[str]) -> ChangeCounts | None:
    """Return the counts of moves in some countries.

    None without a comparison.
    """
    change, wanted = context.dossier.change, frozenset(codes)
    return None if change is None or wanted.isdisjoint(change.matched) else change.counts(wanted)


def build_country_change_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on changes in one country.

    A row per dimension; None if the rounds were not compared.
    """
    change, country = context.dossier.change, assessment.country
    if change is None:
        return build_refusal_section(_make_title(context), context, 300)
    if country.alpha_2 not in change.matched:
        return _make_refusal_section(country, context)
    code = country.alpha_2
    levels = [c for c in change.capacities if c.country.alpha_2 == code]
    if not context.framework.criteria:
        return _build_values_section(levels, context)
    say, roots = context.say, context.framework.dimensions
    cells = {root.id: change.counts([code], _list_names(root)) for root in roots}
    whole = change.counts([code])
    columns = _pick_columns(whole)
    per = _scale_marks(cells.values(), _FIT)
    rows = [
        Row(
            cells=[
                Words(text=context.marks.title(root), style=Style.STRONG),
                *(_make_count_cell(cells[root.id], name, per, context) for name in columns),
                _make_levels_cell(root, levels, context),
            ]
        )
        for root in roots
    ]
    figure = Figure(
        id="change",
        kind=FigureKind.CHANGE,
        columns=[
            Column(id="dimension", title=say("col.dimension")),
            *_make_columns(columns, context),
            Column(id="levels", title=say("col.levels_moved")),
        ],
        groups=[RowGroup(rows=rows)],
        caption=_make_caption(per, change, context),
        key=_make_key(context),
    )
    return _make_section(_write_lead(whole, context), [figure], context)


def _make_title(context: ReportContext) -> str:
    earlier = context.dossier.earlier
    kind = earlier.round.kind.value if earlier is not None else ""
    return context.say("change.title.baseline" if kind == "baseline" else "change.title")


def _make_section(lead: str, blocks: Sequence[Figure], context: ReportContext) -> ReportSection:
    return ReportSection(id="change", order=300, title=_make_title(context), lead=lead, blocks=blocks)


def _make_refusal_section(country: Country, context: ReportContext) -> ReportSection | None:
    """Build the section on why a country was not compared."""
    change = context.dossier.change
    reason = change.unmatched.get(country.alpha_2) if change is not None else None
    if not reason or not context.disclosure.sources:
        return None
    return _make_section(context.say("change.unmatched", reason=reason), [], context)


def describe_changes(counts: ChangeCounts, context: ReportContext) -> str:
    """Describe like-for-like changes.

    An example is "18 criteria were gained, 2 lost and 8 uncertain".
    """
    say = context.say
    return say.joined(
        [
            say("change.gained", count=counts.gained),
            say("change.lost", count=counts.lost),
            say("change.uncertain", count=counts.uncertain),
        ]
    )


def _write_lead(counts: ChangeCounts, context: ReportContext) -> str:
    say = context.say
    text = describe_changes(counts, context)
    return say.raised(say.clauses(text, say("change.levels", count=counts.risen + counts.fallen))) + "."


def _pick_columns(counts: ChangeCounts) -> dict[str, str]:
    """Return the columns with any change."""
    causes = {name: key for name, key in _CAUSES.items() if getattr(counts, name)}
    return {name: f"col.move.{name}" for name in _MARKS} | _UNCERTAIN | causes | _SCOPE


def _scale_marks(counts: Iterable[ChangeCounts], fit: int) -> int:
    """Return the number of criteria per mark."""
    most = max((getattr(count, name) for count in counts for name in _MARKS), default=0)
    return max(1, math.ceil(most / fit))


def _list_names(root: Capacity) -> list[str]:
    """Return the ids of a dimension's capacities and criteria."""
    return [name for node in root.walk() for name in (node.id, *(c.id for c in node.criteria))]


def _make_count_cell(counts: ChangeCounts, name: str, per: int, context: ReportContext) -> Cell:
    count: int = getattr(counts, name)
    text = context.say.number(count)
    if not count or name not in _MARKS:
        return Words(text=text, style=Style.PLAIN if count else Style.QUIET)
    return Tally(mark=_MARKS[name], marks=math.ceil(count / per), text=text)


def _make_levels_cell(root: Capacity, levels: Iterable[CapacityChange], context: ReportContext) -> Words:
    """Make the cell of a dimension's reliable like-for-like level changes."""
    inside = {node.id for node in root.walk()}
    moved = [_describe_level_change(c, context) for c in levels if c.reliable and c.rise and c.capacity in inside]
    return Words(text="; ".join(moved) or context.say("change.none"), style=Style.PLAIN if moved else Style.QUIET)


def _describe_level_change(change: CapacityChange, context: ReportContext) -> str:
    scale = context.framework.scale_of(context.framework[change.capacity])
    if change.difference is not None:
        return f"{change.capacity} {'+' if change.difference > 0 else ''}{context.marks.figure(change.difference)}"

    def code(levels: PlausibleLevels | None) -> str:
        ends = [] if levels is None else sorted({levels.lowest, levels.highest})
        return "–".join(context.marks.code(scale, order) for order in ends)

    return context.say("change.level", id=change.capacity, before=code(change.before), after=code(change.after))


def _make_columns(columns: Mapping[str, str], context: ReportContext) -> list[Column]:
    return [Column(id=name, title=context.say(key), number=name not in _MARKS) for name, key in columns.items()]


def _make_key(context: ReportContext) -> list[KeyItem]:
    return [KeyItem(mark=mark.value, text=context.say(f"key.move.{mark.value}")) for mark in _MARKS.values()]


def _make_caption(per: int, change: Change, context: ReportContext) -> str:
    say = context.say
    total = len(context.framework.criteria)
    parts = [
        say("caption.mark", total=total) if per == 1 else say("caption.marks", count=per, total=total),
        say("caption.change", share=say.percent(change.confidence)),
        say("caption.change.levels"),
    ]
    if change.comparable < 1:
        parts.append(say("caption.comparable", share=say.percent(change.comparable)))
    return " ".join(parts)


def build_region_change_section(context: ReportContext) -> ReportSection | None:
    """Build the section on changes by named country.

    Without a comparison it gives the reason.

    None if there is no earlier round, or no country was in both.
    """
    change = context.dossier.change
    if change is None:
        return build_refusal_section(_make_title(context), context, 400)
    say = context.say
    shown = sorted(change.matched, key=lambda c: say.sorted_as(context.name_of(c)))
    if not shown:
        return None
    if not context.framework.criteria:
        return _build_region_values(shown, change, context)
    whole, by_country = change.counts(shown), {code: change.counts([code]) for code in shown}
    columns = _pick_columns(whole)
    per = _scale_marks(by_country.values(), _FIT_REGION)
    figure = Figure(
        id="change",
        kind=FigureKind.CHANGE,
        columns=[
            Column(id="country", title=say("col.country")),
            *_make_columns(columns, context),
            *context.columns(("up", "col.levels_up"), ("down", "col.levels_down"), numbers=("up", "down")),
        ],
        groups=[RowGroup(rows=[_make_country_row(code, by_country[code], columns, per, context) for code in shown])],
        caption=_make_caption(per, change, context),
        key=_make_key(context),
    )
    return _make_figure_section(
        say("change.lead.region", count=len(shown), told=describe_changes(whole, context)), figure, context
    )


def _make_figure_section(lead: str, figure: Figure, context: ReportContext) -> ReportSection:
    change = context.dossier.change
    text, rest = (
        ("", None) if change is None else (describe_editions(change, context), make_editions_figure(change, context))
    )
    return ReportSection(
        id="change",
        order=400,
        title=_make_title(context),
        lead=f"{text} {lead}".strip(),
        blocks=[figure] if rest is None else [figure, rest],
    )


def _make_country_row(code: str, counts: ChangeCounts, columns: Iterable[str], per: int, context: ReportContext) -> Row:
    say = context.say
    return Row(
        cells=[
            Words(text=shorten_name(context.name_of(code), _NAME), link=make_page_link("profile", code)),
            *(_make_count_cell(counts, name, per, context) for name in columns),
            Words(text=say.number(counts.risen)),
            Words(text=say.number(counts.fallen)),
        ]
    )


def _build_values_section(levels: Sequence[CapacityChange], context: ReportContext) -> ReportSection:
    """Build the table of value changes with ranges and noise."""
    say = context.say
    changes = [c for c in levels if c.difference is not None or c.before is not None]
    direct = all(context.framework.scale_of(indicator).levels for indicator in context.framework.indicators)
    rows = [
        Row(
            cells=[
                Words(before=c.capacity, text=context.marks.title(context.framework[c.capacity])),
                Words(text=_format_difference(c, context)),
                Words(text=_format_like_for_like(c, context)),
                Words(text=_describe_noise(c, context), style=Style.QUIET),
            ]
        )
        for c in changes
        if c.capacity in context.framework
    ]
    figure = Figure(
        id="change",
        columns=context.columns(
            "col.indicator", "col.difference", "col.like_for_like", "col.noise", numbers=("difference", "like_for_like")
        ),
        groups=[RowGroup(rows=rows)],
        caption=say("caption.change.values"),
    )
    lead = say("change.lead.values", count=len(rows))
    if direct:
        risen, fallen = (sum(c.reliable and c.rise == way for c in changes) for way in (1, -1))
        lead = write_moves({"risen": risen, "fallen": fallen}, say)
    return _make_section(lead, [figure] if rows else [], context)


def _format_signed(value: float, context: ReportContext) -> str:
    text = context.say.number(round(value, 2))
    return f"+{text}" if value > 0 else text


def _format_difference(change: CapacityChange, context: ReportContext) -> str:
    if change.before is not None:
        return _describe_level_change(change, context)
    value = _format_signed(change.difference or 0.0, context)
    if change.interval is None:
        return value
    low, high = (_format_signed(end, context) for end in (change.interval.lower, change.interval.upper))
    return context.say("value.interval", value=value, low=low, high=high)


def _format_like_for_like(one: CapacityChange, context: ReportContext) -> str:
    """Format the like-for-like part of a difference.

    It is a dash if unknown.
    """
    if one.before is not None and one.after is not None:
        moved = one.after.lowest - one.before.highest if one.rise > 0 else one.after.highest - one.before.lowest
        return _format_signed(moved, context) if one.reliable else "–"
    part = one.split.get("capacity")
    return "–" if part is None else _format_signed(part, context)


def _describe_noise(change: CapacityChange, context: ReportContext) -> str:
    if change.within_noise is None:
        return "–"
    beyond = "change.real" if change.reliable else "change.other_cause"
    return context.say("change.noise" if change.within_noise else beyond)


def _build_region_values(shown: Sequence[str], change: Change, context: ReportContext) -> ReportSection:
    rows = list(_make_value_rows(shown, change, context))
    say = context.say
    figure = Figure(
        id="change",
        columns=[
            Column(id="country", title=say("col.country")),
            Column(id="up", title=say("col.figures_up"), number=True),
            Column(id="down", title=say("col.figures_down"), number=True),
            Column(id="noise", title=say("col.within_noise"), number=True),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("caption.change.values"),
    )
    return _make_figure_section(say("change.lead.values.region", count=len(shown)), figure, context)


def _make_value_rows(shown: Sequence[str], change: Change, context: ReportContext) -> Iterator[Row]:
    say = context.say
    for code in shown:
        counts = change.counts([code])
        within = sum(c.within_noise is True for c in change.capacities if c.country.alpha_2 == code)
        yield Row(
            cells=[
                Words(text=context.name_of(code), link=make_page_link("profile", code)),
                *(Words(text=say.number(count)) for count in (counts.risen, counts.fallen, within)),
            ]
        )


def build_series_section(context: ReportContext, codes: Iterable[str] | None = None) -> ReportSection | None:
    """Build the section on changes over three or more rounds.

    None before the third round.

    Args:
        context: Shared data of the report.
        codes: Alpha-2 codes of the countries that count; all that may be named with their change by default.
    """
    series, say = context.dossier.series, context.say
    if series is None:
        return None
    wanted = None if codes is None else frozenset(codes)
    shown = [
        [c for c in change.matched if context.disclosure.names(c, "change") and (wanted is None or c in wanted)]
        for change in series.changes
    ]
    if not shown[-1]:
        return None
    columns = _pick_series_columns(context)
    rows = [_make_series_row(one, own, list(columns), context) for one, own in zip(series.changes, shown, strict=True)]
    figure = Figure(
        id="series",
        columns=[
            Column(id="step", title=say("col.step")),
            *(Column(id=name, title=say(key), number=True) for name, key in columns.items()),
        ],
        groups=[RowGroup(rows=rows[:-1])],
        total=rows[-1],
        caption=_make_series_caption(series.whole, context),
    )
    order = 410 if codes is None else 310
    return ReportSection(id="series", order=order, title=say("series.title"), lead=say("series.lead"), blocks=[figure])


def _pick_series_columns(context: ReportContext) -> dict[str, str]:
    """Return the columns of a series.

    Values only rise and fall.
    """
    if not context.framework.criteria:
        return {"countries": "col.countries_both", "risen": "col.figures_up", "fallen": "col.figures_down"}
    moves = {name: f"col.move.{name}" for name in _MARKS} | _UNCERTAIN | {"other_causes": "col.cause.other"} | _SCOPE
    return {"countries": "col.countries_both", **moves, "risen": "col.levels_up", "fallen": "col.levels_down"}


def _make_series_row(change: Change, codes: Sequence[str], columns: Sequence[str], context: ReportContext) -> Row:
    say, counts = context.say, change.counts(codes)
    before, after = (context.round_title(name) for name in (change.before, change.after))
    numbers = [len(codes) if name == "countries" else getattr(counts, name) for name in columns]
    return Row(
        cells=[
            Words(text=f"{before} → {after}", style=Style.STRONG),
            *(Words(text=say.number(number)) for number in numbers),
        ]
    )


def _make_series_caption(whole: Change, context: ReportContext) -> str:
    say = context.say
    if not context.framework.criteria:
        return say("caption.change.values")
    return say("caption.change", share=say.percent(whole.confidence))
