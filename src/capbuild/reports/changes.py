"""What changed between rounds: criteria first, levels after; only what was compared, and only named countries.

What counts as change is like for like and reliable; everything else has a column of its own. See `Change.counts`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from capbuild.model import Assessment, Capacity, CapacityChange, Change, ChangeCounts, Country, PlausibleLevels
from capbuild.reports.cells import Cell, MoveMark, Style, Tally, Words
from capbuild.reports.context import Setting
from capbuild.reports.country_names import short_name
from capbuild.reports.editions import editions_figure, editions_told, refused_section
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup

__all__ = ["change_fact", "country_change_section", "moves_told", "region_change_section", "series_section"]

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


def change_fact(setting: Setting, codes: Iterable[str]) -> tuple[str, str] | None:
    """Return criteria gained and, in words, those lost and uncertain; None where two rounds were not compared."""
    change = setting.dossier.change
    wanted = frozenset(codes)
    if change is None or wanted.isdisjoint(change.matched):
        return None
    counts, say = change.counts(wanted), setting.say
    return say.number(counts.gained), say("fact.uncertain", count=counts.uncertain, lost=say.number(counts.lost))


def country_change_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return what changed in one country, a row a dimension; None where two rounds were not compared."""
    change, country = setting.dossier.change, assessment.country
    if change is None:
        return refused_section(_title(setting), setting, 200)
    if country.alpha_2 not in change.matched:
        return _not_compared(country, setting)
    code = country.alpha_2
    levels = [c for c in change.capacities if c.country.alpha_2 == code]
    if not setting.framework.criteria:
        return _values_section(levels, setting)
    say, roots = setting.say, setting.framework.roots
    cells = {root.id: change.counts([code], _names(root)) for root in roots}
    whole = change.counts([code])
    columns = _columns(whole)
    per = _per(cells.values(), _FIT)
    rows = [
        Row(
            cells=[
                Words(text=setting.marks.title(root), style=Style.STRONG),
                *(_count(cells[root.id], name, per, setting) for name in columns),
                _levels_moved(root, levels, setting),
            ]
        )
        for root in roots
    ]
    figure = Figure(
        id="change",
        kind=FigureKind.CHANGE,
        columns=[
            Column(id="dimension", title=say("col.dimension")),
            *_move_columns(columns, setting),
            Column(id="levels", title=say("col.levels_moved")),
        ],
        groups=[RowGroup(rows=rows)],
        caption=_caption(per, change, setting),
        key=_key(setting),
    )
    return _section(_lead(whole, setting), [figure], setting)


def _title(setting: Setting) -> str:
    earlier = setting.dossier.earlier
    kind = earlier.round.kind.value if earlier is not None else ""
    return setting.say("change.title.baseline" if kind == "baseline" else "change.title")


def _section(lead: str, blocks: Sequence[Figure], setting: Setting) -> ReportSection:
    return ReportSection(id="change", order=200, title=_title(setting), lead=lead, blocks=blocks)


def _not_compared(country: Country, setting: Setting) -> ReportSection | None:
    """Why a country could not be compared, for those who may know; the reason is the comparison's own text."""
    change = setting.dossier.change
    reason = change.unmatched.get(country.alpha_2) if change is not None else None
    if not reason or not setting.disclosure.sources:
        return None
    return _section(setting.say("change.unmatched", reason=reason), [], setting)


def moves_told(counts: ChangeCounts, setting: Setting) -> str:
    """Return what moved like for like, in words: "18 criteria were gained, 2 lost and 8 uncertain"."""
    say = setting.say
    return say.joined(
        [
            say("change.gained", count=counts.gained),
            say("change.lost", count=counts.lost),
            say("change.uncertain", count=counts.uncertain),
        ]
    )


def _lead(counts: ChangeCounts, setting: Setting) -> str:
    say = setting.say
    told = moves_told(counts, setting)
    return say.raised(say.clauses(told, say("change.levels", count=counts.risen + counts.fallen))) + "."


def _columns(counts: ChangeCounts) -> dict[str, str]:
    """Return the columns of counts with the keys of their titles: what counts, and all that something moved through."""
    causes = {name: key for name, key in _CAUSES.items() if getattr(counts, name)}
    return {name: f"col.move.{name}" for name in _MARKS} | _UNCERTAIN | causes | _SCOPE


def _per(counts: Iterable[ChangeCounts], fit: int) -> int:
    """How many criteria one mark stands for, so that the longest row fits."""
    most = max((getattr(one, name) for one in counts for name in _MARKS), default=0)
    return max(1, math.ceil(most / fit))


def _names(root: Capacity) -> list[str]:
    """Ids of all capacities and criteria of a dimension."""
    return [name for node in root.walk() for name in (node.id, *(c.id for c in node.criteria))]


def _count(counts: ChangeCounts, name: str, per: int, setting: Setting) -> Cell:
    count: int = getattr(counts, name)
    text = setting.say.number(count)
    if not count or name not in _MARKS:
        return Words(text=text, style=Style.PLAIN if count else Style.QUIET)
    return Tally(mark=_MARKS[name], marks=math.ceil(count / per), text=text)


def _levels_moved(root: Capacity, levels: Iterable[CapacityChange], setting: Setting) -> Words:
    """Return the levels of one dimension that moved, reliably and like for like."""
    inside = {node.id for node in root.walk()}
    moved = [_level_words(c, setting) for c in levels if c.reliable and c.rise and c.capacity in inside]
    return Words(text="; ".join(moved) or setting.say("change.none"), style=Style.PLAIN if moved else Style.QUIET)


def _level_words(one: CapacityChange, setting: Setting) -> str:
    scale = setting.framework.scale_of(setting.framework[one.capacity])
    if one.difference is not None:
        return f"{one.capacity} {'+' if one.difference > 0 else ''}{setting.marks.figure(one.difference)}"

    def code(levels: PlausibleLevels | None) -> str:
        ends = [] if levels is None else sorted({levels.lowest, levels.highest})
        return "–".join(setting.marks.code(scale, order) for order in ends)

    return setting.say("change.level", id=one.capacity, before=code(one.before), after=code(one.after))


def _move_columns(columns: Mapping[str, str], setting: Setting) -> list[Column]:
    return [Column(id=name, title=setting.say(key), number=name not in _MARKS) for name, key in columns.items()]


def _key(setting: Setting) -> list[KeyItem]:
    return [KeyItem(mark=mark.value, text=setting.say(f"key.move.{mark.value}")) for mark in _MARKS.values()]


def _caption(per: int, change: Change, setting: Setting) -> str:
    say = setting.say
    total = len(setting.framework.criteria)
    parts = [
        say("caption.mark", total=total) if per == 1 else say("caption.marks", count=per, total=total),
        say("caption.change", share=say.percent(change.confidence)),
        say("caption.change.levels"),
    ]
    if change.comparable < 1:
        parts.append(say("caption.comparable", share=say.percent(change.comparable)))
    return " ".join(parts)


def region_change_section(setting: Setting) -> ReportSection | None:
    """Return what changed in each country that may be named with it, or why nothing was compared.

    None where there is no earlier round, or no country was in both.
    """
    change = setting.dossier.change
    if change is None:
        return refused_section(_title(setting), setting, 400)
    say = setting.say
    shown = sorted(change.matched, key=lambda c: say.sorted_as(setting.called(c)))
    if not shown:
        return None
    if not setting.framework.criteria:
        return _region_values(shown, change, setting)
    whole, by_country = change.counts(shown), {code: change.counts([code]) for code in shown}
    columns = _columns(whole)
    per = _per(by_country.values(), _FIT_REGION)
    figure = Figure(
        id="change",
        kind=FigureKind.CHANGE,
        columns=[
            Column(id="country", title=say("col.country")),
            *_move_columns(columns, setting),
            Column(id="up", title=say("col.levels_up"), number=True),
            Column(id="down", title=say("col.levels_down"), number=True),
        ],
        groups=[RowGroup(rows=[_country_row(code, by_country[code], columns, per, setting) for code in shown])],
        caption=_caption(per, change, setting),
        key=_key(setting),
    )
    return _placed(say("change.lead.region", count=len(shown), told=moves_told(whole, setting)), figure, setting)


def _placed(lead: str, figure: Figure, setting: Setting) -> ReportSection:
    change = setting.dossier.change
    told, rest = ("", None) if change is None else (editions_told(change, setting), editions_figure(change, setting))
    return ReportSection(
        id="change",
        order=400,
        title=_title(setting),
        lead=f"{told} {lead}".strip(),
        blocks=[figure] if rest is None else [figure, rest],
    )


def _country_row(code: str, counts: ChangeCounts, columns: Iterable[str], per: int, setting: Setting) -> Row:
    say = setting.say
    return Row(
        cells=[
            Words(text=short_name(setting.called(code), _NAME), link=f"#{code}"),
            *(_count(counts, name, per, setting) for name in columns),
            Words(text=say.number(counts.risen)),
            Words(text=say.number(counts.fallen)),
        ]
    )


def _values_section(levels: Sequence[CapacityChange], setting: Setting) -> ReportSection:
    """Change of figures: each difference with its range, and whether it could be noise."""
    say = setting.say
    known = [c for c in levels if c.difference is not None]
    rows = [
        Row(
            cells=[
                Words(before=c.capacity, text=setting.marks.title(setting.framework[c.capacity])),
                Words(text=_difference(c, setting)),
                Words(text=_like_for_like(c, setting)),
                Words(text=_noise(c, setting), style=Style.QUIET),
            ]
        )
        for c in known
        if c.capacity in setting.framework
    ]
    figure = Figure(
        id="change",
        columns=[
            Column(id="indicator", title=say("col.indicator")),
            Column(id="difference", title=say("col.difference"), number=True),
            Column(id="like_for_like", title=say("col.like_for_like"), number=True),
            Column(id="noise", title=say("col.noise")),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("caption.change.values"),
    )
    return _section(say("change.lead.values", count=len(rows)), [figure] if rows else [], setting)


def _signed(value: float, setting: Setting) -> str:
    text = setting.say.number(round(value, 2))
    return f"+{text}" if value > 0 else text


def _difference(one: CapacityChange, setting: Setting) -> str:
    value = _signed(one.difference or 0.0, setting)
    if one.interval is None:
        return value
    low, high = (_signed(end, setting) for end in (one.interval.lower, one.interval.upper))
    return setting.say("value.interval", value=value, low=low, high=high)


def _like_for_like(one: CapacityChange, setting: Setting) -> str:
    """The part of a difference that comparable sources found in both rounds; a dash where it cannot be split."""
    part = one.split.get("capacity")
    return "–" if part is None else _signed(part, setting)


def _noise(one: CapacityChange, setting: Setting) -> str:
    if one.within_noise is None:
        return "–"
    beyond = "change.real" if one.reliable else "change.other_cause"
    return setting.say("change.noise" if one.within_noise else beyond)


def _region_values(shown: Sequence[str], change: Change, setting: Setting) -> ReportSection:
    rows = list(_value_rows(shown, change, setting))
    say = setting.say
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
    return _placed(say("change.lead.values.region", count=len(shown)), figure, setting)


def _value_rows(shown: Sequence[str], change: Change, setting: Setting) -> Iterator[Row]:
    say = setting.say
    for code in shown:
        counts = change.counts([code])
        within = sum(c.within_noise is True for c in change.capacities if c.country.alpha_2 == code)
        yield Row(
            cells=[
                Words(text=setting.called(code), link=f"#{code}"),
                *(Words(text=say.number(count)) for count in (counts.risen, counts.fallen, within)),
            ]
        )


def series_section(setting: Setting, codes: Iterable[str] | None = None) -> ReportSection | None:
    """Return what changed from each round to the next and over the whole; None before a third round.

    Args:
        setting: What the report shares.
        codes: Alpha-2 codes of the countries that count; all that may be named with their change by default.
    """
    series, say = setting.dossier.series, setting.say
    if series is None:
        return None
    wanted = None if codes is None else frozenset(codes)
    shown = [
        [c for c in one.matched if setting.disclosure.names(c, "change") and (wanted is None or c in wanted)]
        for one in series.changes
    ]
    if not shown[-1]:
        return None
    columns = _series_columns(setting)
    rows = [_series_row(one, own, list(columns), setting) for one, own in zip(series.changes, shown, strict=True)]
    figure = Figure(
        id="series",
        columns=[
            Column(id="step", title=say("col.step")),
            *(Column(id=name, title=say(key), number=True) for name, key in columns.items()),
        ],
        groups=[RowGroup(rows=rows[:-1])],
        total=rows[-1],
        caption=_series_caption(series.whole, setting),
    )
    order = 410 if codes is None else 210
    return ReportSection(id="series", order=order, title=say("series.title"), lead=say("series.lead"), blocks=[figure])


def _series_columns(setting: Setting) -> dict[str, str]:
    """Return the columns of a series with the keys of their titles; values only rise and fall."""
    if not setting.framework.criteria:
        return {"countries": "col.countries_both", "risen": "col.figures_up", "fallen": "col.figures_down"}
    moves = {name: f"col.move.{name}" for name in _MARKS} | _UNCERTAIN | {"other_causes": "col.cause.other"} | _SCOPE
    return {"countries": "col.countries_both", **moves, "risen": "col.levels_up", "fallen": "col.levels_down"}


def _series_row(change: Change, codes: Sequence[str], columns: Sequence[str], setting: Setting) -> Row:
    say, counts = setting.say, change.counts(codes)
    before, after = (_round_title(name, setting) for name in (change.before, change.after))
    numbers = [len(codes) if name == "countries" else getattr(counts, name) for name in columns]
    return Row(
        cells=[
            Words(text=f"{before} → {after}", style=Style.STRONG),
            *(Words(text=say.number(number)) for number in numbers),
        ]
    )


def _round_title(name: str, setting: Setting) -> str:
    rounds = {one.id: one for one in setting.programme.rounds} if setting.programme is not None else {}
    return setting.say.text(rounds[name].title) if name in rounds else name


def _series_caption(whole: Change, setting: Setting) -> str:
    say = setting.say
    if not setting.framework.criteria:
        return say("caption.change.values")
    return say("caption.change", share=say.percent(whole.confidence))
