"""Sections on changes between rounds, of named and compared countries.

Only like-for-like, reliable change is counted; everything else has its own column. See `Change.counts`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from capbuild.model import (
    Assessment,
    Capacity,
    CapacityChange,
    Change,
    ChangeCounts,
    Country,
    PlausibleLevels,
    UnusableReason,
)
from capbuild.reports.advice_text import write_moves
from capbuild.reports.cells import Cell, MoveMark, Style, Tally, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.country_names import shorten_name
from capbuild.reports.i18n import Translator
from capbuild.reports.links import make_page_link
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection
from capbuild.tracking.reasons import Reason, read_reasons


def describe_editions(change: Change, context: ReportContext) -> str:
    """Describe how editions were matched and compared.

    The result is empty if both rounds use one edition.
    """
    if change.earlier_framework is None:
        return ""
    return context.t(
        "change.editions",
        before=change.earlier_framework,
        after=change.framework,
        share=context.t.percent(change.comparable),
    )


def make_editions_figure(change: Change, context: ReportContext) -> Figure | None:
    """Make the table of items not compared, by reason.

    Notes are quoted from the crosswalk. The result is None if all items are compared, or if the audience does not
    see sources.
    """
    if change.earlier_framework is None or not change.incomparable or not context.disclosure.sources:
        return None
    by_reason: dict[str, list[str]] = {}
    for name, why in change.incomparable.items():
        by_reason.setdefault(why, []).append(name)
    rows: list[Values] = [
        {"what=col.not_compared": ", ".join(names), "why=col.not_compared_why": translate_reasons(why, context.t, {})}
        for why, names in sorted(by_reason.items())
    ]
    caption = context.t("caption.not_compared", before=change.earlier_framework, after=change.framework)
    return context.table("not-compared", rows, caption=caption)


def build_refusal_section(context: ReportContext, order: int) -> ReportSection | None:
    """Build the section that explains a missing comparison between editions."""
    earlier = context.dossier.earlier
    if context.dossier.change is not None or earlier is None or earlier.framework.key == context.framework.key:
        return None
    lead = context.t("change.refused", before=earlier.framework.key, after=context.framework.key)
    return _make_section(order, lead, [], context)


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
    """Return criteria gained, and those lost or uncertain, as texts.

    The result is None if the rounds were not compared.
    """
    change = context.dossier.change
    wanted = frozenset(codes)
    if change is None or wanted.isdisjoint(change.matched):
        return None
    counts, t = change.counts(wanted), context.t
    return t.number(counts.gained), t("fact.uncertain", count=counts.uncertain, lost=t.number(counts.lost))


def count_levels(context: ReportContext, codes: Iterable[str]) -> ChangeCounts | None:
    """Return the counts of changes in some countries.

    The result is None if the rounds were not compared.
    """
    change, wanted = context.dossier.change, frozenset(codes)
    return None if change is None or wanted.isdisjoint(change.matched) else change.counts(wanted)


def build_country_change_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on changes in one country.

    It has a row per dimension. Without a comparison, the section gives the reason.
    """
    change, country = context.dossier.change, assessment.country
    if change is None:
        return build_refusal_section(context, 300)
    if country.alpha_2 not in change.matched:
        return _make_refusal_section(country, context)
    code = country.alpha_2
    levels = [c for c in change.capacities if c.country.alpha_2 == code]
    if not context.framework.criteria:
        return _build_values_section(levels, context)
    t, roots = context.t, context.framework.dimensions
    cells = {root.id: change.counts([code], _list_names(root)) for root in roots}
    whole = change.counts([code])
    columns = _pick_columns(whole, context)
    per = _scale_marks(cells.values(), _FIT)
    rows: list[Values] = [
        {
            "col.dimension": Words(text=context.marks.title(root), style=Style.STRONG),
            **_make_count_cells(cells[root.id], columns, per, context),
            "levels=col.levels_moved": _make_levels_cell(root, levels, context),
        }
        for root in roots
    ]
    lead = t.clauses(describe_changes(whole, context), t("change.levels", count=whole.risen + whole.fallen))
    return _make_section(300, f"{t.raised(lead)}.", [_make_figure(rows, per, change, context)], context)


def _make_figure(rows: Iterable[Values], per: int, change: Change, context: ReportContext) -> Figure:
    key = [KeyItem(mark=mark.value, text=context.t(f"key.move.{mark.value}")) for mark in _MARKS.values()]
    caption = _make_caption(per, change, context)
    return context.table("change", rows, kind=FigureKind.CHANGE, caption=caption, key=key)


def _make_title(context: ReportContext) -> str:
    earlier = context.dossier.earlier
    kind = earlier.round.kind.value if earlier is not None else ""
    return context.t("change.title.baseline" if kind == "baseline" else "change.title")


def _make_section(order: int, lead: str, blocks: Iterable[Figure | None], context: ReportContext) -> ReportSection:
    return context.section("change", order, *blocks, title=_make_title(context), lead=lead)


def _make_refusal_section(country: Country, context: ReportContext) -> ReportSection | None:
    """Build the section on why a country was not compared."""
    change = context.dossier.change
    reason = change.unmatched.get(country.alpha_2) if change is not None else None
    if not reason or not context.disclosure.sources:
        return None
    why = translate_reasons(reason, context.t, _title_rounds(context))
    return _make_section(300, context.t("change.unmatched", reason=why), [], context)


def translate_reasons(reasons: str, t: Translator, titles: Mapping[str, str]) -> str:
    """Translate why a country or capacity is not compared; notes of people stay as they are.

    Args:
        reasons: Reasons of `Change.unmatched` or `Change.incomparable`.
        t: Translator of the report.
        titles: Titles of rounds by id.
    """
    return t.clauses(*(_translate_reason(reason, t, titles) for reason in read_reasons(reasons)))


def _translate_reason(reason: Reason, t: Translator, titles: Mapping[str, str]) -> str:
    if reason.kind is None:
        return reason.note
    values: dict[str, Any] = dict(reason.values)
    if "round" in values:
        values["round"] = titles.get(values["round"], values["round"])
    if "why" in values:
        values["why"] = t(f"unusable.{UnusableReason(values['why']).name.lower()}")
    text = t(f"change.why.{reason.kind.name.lower()}", **values)
    return f"{text} ({reason.note})" if reason.note else text


def _title_rounds(context: ReportContext) -> dict[str, str]:
    rounds = context.programme.rounds if context.programme is not None else ()
    return {round_.id: context.t.text(round_.title) for round_ in rounds}


def describe_changes(counts: ChangeCounts, context: ReportContext) -> str:
    """Describe like-for-like changes.

    For example "18 criteria were gained, 2 lost and 8 uncertain".
    """
    t = context.t
    return t.joined(
        [
            t("change.gained", count=counts.gained),
            t("change.lost", count=counts.lost),
            t("change.uncertain", count=counts.uncertain),
        ]
    )


def _pick_columns(counts: ChangeCounts, context: ReportContext) -> dict[str, Column]:
    """Return the columns of counts that have any change."""
    causes = {name: key for name, key in _CAUSES.items() if getattr(counts, name)}
    keys = {name: f"col.move.{name}" for name in _MARKS} | _UNCERTAIN | causes | _SCOPE
    return {name: Column(id=name, title=context.t(key), number=name not in _MARKS) for name, key in keys.items()}


def _scale_marks(counts: Iterable[ChangeCounts], fit: int) -> int:
    """Return the number of criteria per mark."""
    most = max((getattr(count, name) for count in counts for name in _MARKS), default=0)
    return max(1, math.ceil(most / fit))


def _list_names(root: Capacity) -> list[str]:
    """Return the ids of a dimension's capacities and criteria."""
    return [name for node in root.walk() for name in (node.id, *(c.id for c in node.criteria))]


def _make_count_cells(counts: ChangeCounts, columns: Mapping[str, Column], per: int, context: ReportContext) -> Values:
    def make_cell(name: str) -> Cell:
        count: int = getattr(counts, name)
        text = context.t.number(count)
        if not count or name not in _MARKS:
            return Words(text=text, style=Style.PLAIN if count else Style.QUIET)
        return Tally(mark=_MARKS[name], marks=math.ceil(count / per), text=text)

    return {column: make_cell(name) for name, column in columns.items()}


def _make_levels_cell(root: Capacity, levels: Iterable[CapacityChange], context: ReportContext) -> Words:
    """Make the cell of a dimension's reliable like-for-like level changes."""
    inside = {node.id for node in root.walk()}
    moved = [_describe_level_change(c, context) for c in levels if c.reliable and c.rise and c.capacity in inside]
    return Words(text="; ".join(moved) or context.t("change.none"), style=Style.PLAIN if moved else Style.QUIET)


def _describe_level_change(change: CapacityChange, context: ReportContext) -> str:
    scale = context.framework.scale_of(context.framework[change.capacity])
    if change.difference is not None:
        return f"{change.capacity} {'+' if change.difference > 0 else ''}{context.marks.figure(change.difference)}"

    def code(levels: PlausibleLevels | None) -> str:
        ends = [] if levels is None else sorted({levels.lowest, levels.highest})
        return "–".join(context.marks.code(scale, order) for order in ends)

    return context.t("change.level", id=change.capacity, before=code(change.before), after=code(change.after))


def _make_caption(per: int, change: Change, context: ReportContext) -> str:
    t = context.t
    total = len(context.framework.criteria)
    parts = [
        t("caption.mark", total=total) if per == 1 else t("caption.marks", count=per, total=total),
        t("caption.change", share=t.percent(change.confidence)),
        t("caption.change.levels"),
    ]
    if change.comparable < 1:
        parts.append(t("caption.comparable", share=t.percent(change.comparable)))
    return " ".join(parts)


def build_region_change_section(context: ReportContext) -> ReportSection | None:
    """Build the section on changes by named country.

    Without a comparison, the section gives the reason. The result is None if there is no earlier round, or no country
    was in both.
    """
    change = context.dossier.change
    if change is None:
        return build_refusal_section(context, 400)
    t = context.t
    shown = sorted(change.matched, key=lambda c: t.sorted_as(context.name_of(c)))
    if not shown:
        return None
    if not context.framework.criteria:
        return _build_region_values(shown, change, context)
    whole, by_country = change.counts(shown), {code: change.counts([code]) for code in shown}
    columns = _pick_columns(whole, context)
    per = _scale_marks(by_country.values(), _FIT_REGION)
    rows: list[Values] = [
        {
            "col.country": _link_country(shorten_name(context.name_of(code), _NAME), code),
            **_make_count_cells(by_country[code], columns, per, context),
            "#up=col.levels_up": by_country[code].risen,
            "#down=col.levels_down": by_country[code].fallen,
        }
        for code in shown
    ]
    lead = t("change.lead.region", count=len(shown), told=describe_changes(whole, context))
    return _make_figure_section(lead, _make_figure(rows, per, change, context), change, context)


def _make_figure_section(lead: str, figure: Figure, change: Change, context: ReportContext) -> ReportSection:
    lead = f"{describe_editions(change, context)} {lead}".strip()
    return _make_section(400, lead, [figure, make_editions_figure(change, context)], context)


def _link_country(name: str, code: str) -> Words:
    return Words(text=name, link=make_page_link("profile", code))


def _build_values_section(levels: Sequence[CapacityChange], context: ReportContext) -> ReportSection:
    """Build the table of value changes with ranges and noise."""
    t = context.t
    changes = [c for c in levels if c.difference is not None or c.before is not None]
    direct = all(context.framework.scale_of(indicator).levels for indicator in context.framework.indicators)
    rows: list[Values] = [
        {
            "col.indicator": Words(before=c.capacity, text=context.marks.title(context.framework[c.capacity])),
            "#col.difference": _format_difference(c, context),
            "#col.like_for_like": _format_like_for_like(c, context),
            "col.noise": Words(text=_describe_noise(c, context), style=Style.QUIET),
        }
        for c in changes
        if c.capacity in context.framework
    ]
    figure = context.table("change", rows, caption=t("caption.change.values")) if rows else None
    lead = t("change.lead.values", count=len(rows))
    if direct:
        risen, fallen = (sum(c.reliable and c.rise == way for c in changes) for way in (1, -1))
        lead = write_moves({"risen": risen, "fallen": fallen}, t)
    return _make_section(300, lead, [figure], context)


def _format_signed(value: float, context: ReportContext) -> str:
    text = context.t.number(round(value, 2))
    return f"+{text}" if value > 0 else text


def _format_difference(change: CapacityChange, context: ReportContext) -> str:
    if change.before is not None:
        return _describe_level_change(change, context)
    value = _format_signed(change.difference or 0.0, context)
    if change.interval is None:
        return value
    low, high = (_format_signed(end, context) for end in (change.interval.lower, change.interval.upper))
    return context.t("value.interval", value=value, low=low, high=high)


def _format_like_for_like(one: CapacityChange, context: ReportContext) -> str:
    """Format the like-for-like part of a change, else a dash."""
    if one.before is not None and one.after is not None:
        moved = one.after.lowest - one.before.highest if one.rise > 0 else one.after.highest - one.before.lowest
        return _format_signed(moved, context) if one.reliable else "–"
    part = one.split.get("capacity")
    return "–" if part is None else _format_signed(part, context)


def _describe_noise(change: CapacityChange, context: ReportContext) -> str:
    if change.within_noise is None:
        return "–"
    beyond = "change.real" if change.reliable else "change.other_cause"
    return context.t("change.noise" if change.within_noise else beyond)


def _build_region_values(shown: Sequence[str], change: Change, context: ReportContext) -> ReportSection:
    t, rows = context.t, list[Values]()
    for code in shown:
        counts = change.counts([code])
        within = sum(c.within_noise is True for c in change.capacities if c.country.alpha_2 == code)
        rows.append(
            {
                "col.country": _link_country(context.name_of(code), code),
                "#up=col.figures_up": counts.risen,
                "#down=col.figures_down": counts.fallen,
                "#noise=col.within_noise": within,
            }
        )
    figure = context.table("change", rows, caption=t("caption.change.values"))
    return _make_figure_section(t("change.lead.values.region", count=len(shown)), figure, change, context)


def build_series_section(context: ReportContext, codes: Iterable[str] | None = None) -> ReportSection | None:
    """Build the section on changes over three or more rounds.

    The result is None before the third round.

    Args:
        context: Shared data of the report.
        codes: Alpha-2 codes of the countries that count; all that may be named with their change by default.
    """
    series, t = context.dossier.series, context.t
    if series is None:
        return None
    wanted = None if codes is None else frozenset(codes)
    shown = [
        [c for c in change.matched if context.disclosure.names(c, "change") and (wanted is None or c in wanted)]
        for change in series.changes
    ]
    if not shown[-1]:
        return None
    *steps, whole = (_make_series_row(change, own, context) for change, own in zip(series.changes, shown, strict=True))
    caption = t("caption.change", share=t.percent(series.whole.confidence))
    if not context.framework.criteria:
        caption = t("caption.change.values")
    figure = context.table("series", steps, total=whole, caption=caption)
    return context.section("series", 410 if codes is None else 310, figure, lead=t("series.lead"))


def _pick_series_columns(context: ReportContext) -> dict[str, str]:
    """Return the columns of a series, as message keys.

    Without criteria, these count only the figures that rise and fall.
    """
    if not context.framework.criteria:
        return {"countries": "col.countries_both", "risen": "col.figures_up", "fallen": "col.figures_down"}
    moves = {name: f"col.move.{name}" for name in _MARKS} | _UNCERTAIN | {"other_causes": "col.cause.other"} | _SCOPE
    return {"countries": "col.countries_both", **moves, "risen": "col.levels_up", "fallen": "col.levels_down"}


def _make_series_row(change: Change, codes: Sequence[str], context: ReportContext) -> Values:
    counts = change.counts(codes)
    before, after = (context.round_title(name) for name in (change.before, change.after))
    return {
        "col.step": Words(text=f"{before} → {after}", style=Style.STRONG),
        **{
            f"#{name}={key}": len(codes) if name == "countries" else getattr(counts, name)
            for name, key in _pick_series_columns(context).items()
        },
    }
