"""What changed between two rounds: criteria first, levels after; only what was compared, and only named countries."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from capbuild.model import (
    Assessment,
    Capacity,
    CapacityChange,
    Change,
    ChangeCause,
    Country,
    CriterionChange,
    CriterionMove,
)
from capbuild.reports.cells import Cell, MoveMark, Style, Tally, Words
from capbuild.reports.editions import editions_figure, editions_told, refused_section
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup
from capbuild.reports.places import short_name
from capbuild.reports.setting import Setting

__all__ = ["change_fact", "country_change_section", "gained_and_lost", "moves_told", "region_change_section"]

#: What each move is drawn as, in the order of the columns.
_MARKS = {
    CriterionMove.GAINED: MoveMark.GAINED,
    CriterionMove.LOST: MoveMark.LOST,
    CriterionMove.NEWLY_OBSERVED: MoveMark.SEEN,
    CriterionMove.NO_LONGER_OBSERVED: MoveMark.UNSEEN,
}
#: What is always drawn; what is no longer observed is no change, and only drawn where it fits.
_COUNTED = (CriterionMove.GAINED, CriterionMove.LOST, CriterionMove.NEWLY_OBSERVED)
#: Marks that fit a cell, in a country's table and in that of all countries.
_FIT, _FIT_REGION = 14, 20
#: Marks of what is no longer observed that are drawn; more of them would drown the others.
_FEW = 6
#: Letters of a country's name that fit beside the marks.
_NAME = 24


def gained_and_lost(change: Change, codes: Iterable[str]) -> Counter[CriterionMove]:
    """Return how many criteria of some countries moved, by what happened to them."""
    wanted = frozenset(codes)
    return Counter(c.move for c in change.criteria if c.country.alpha_2 in wanted)


def change_fact(setting: Setting, codes: Iterable[str]) -> tuple[str, str] | None:
    """Return criteria gained and, in words, those lost; None where two rounds were not compared."""
    change = setting.dossier.change
    wanted = frozenset(codes)
    if change is None or wanted.isdisjoint(change.matched):
        return None
    moves = gained_and_lost(change, wanted)
    say = setting.say
    return say.number(moves[CriterionMove.GAINED]), say("fact.lost", count=moves[CriterionMove.LOST])


def country_change_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return what changed in one country, a row a dimension; None where two rounds were not compared."""
    change, country = setting.dossier.change, assessment.country
    if change is None:
        return refused_section(_title(setting), setting, 200)
    if country.alpha_2 not in change.matched:
        return _not_compared(country, setting)
    moves = [(_root(c, setting), c.move) for c in change.criteria if c.country.alpha_2 == country.alpha_2]
    levels = [c for c in change.capacities if c.country.alpha_2 == country.alpha_2]
    if not setting.framework.criteria:
        return _values_section(levels, setting)
    say = setting.say
    cells = Counter(moves)
    per = _per(max((n for (_, move), n in cells.items() if move in _COUNTED), default=0), _FIT)
    rows = [_dimension_row(root, moves, levels, per, setting) for root in setting.framework.roots]
    figure = Figure(
        id="change",
        kind=FigureKind.CHANGE,
        columns=[
            Column(id="dimension", title=say("col.dimension")),
            *_move_columns(_MARKS, setting),
            Column(id="levels", title=say("col.levels_moved")),
        ],
        groups=[RowGroup(rows=rows)],
        caption=_caption("caption.change", per, [country.alpha_2], setting),
        key=_key(_MARKS, setting),
    )
    counts = Counter(move for _, move in moves)
    return _section(_lead(counts, len(_moved(levels)), setting), [figure], setting)


def _title(setting: Setting) -> str:
    earlier = setting.dossier.earlier
    kind = earlier.round.kind.value if earlier is not None else ""
    return setting.say("change.title.baseline" if kind == "baseline" else "change.title")


def _root(one: CriterionChange, setting: Setting) -> str:
    """Return the dimension that a move is counted under."""
    roots = setting.root_by_criterion
    return roots.get(one.criterion) or roots.get(one.capacity, "")


def _section(lead: str, blocks: Sequence[Figure], setting: Setting) -> ReportSection:
    return ReportSection(id="change", order=200, title=_title(setting), lead=lead, blocks=blocks)


def _not_compared(country: Country, setting: Setting) -> ReportSection | None:
    """Why a country could not be compared, for those who may know; the reason is the comparison's own text."""
    change = setting.dossier.change
    reason = change.unmatched.get(country.alpha_2) if change is not None else None
    if reason is None or not setting.disclosure.sources:
        return None
    return _section(setting.say("change.unmatched", reason=reason), [], setting)


def moves_told(counts: Counter[CriterionMove], setting: Setting) -> str:
    """Return what moved, in words: "18 criteria were gained, 2 lost and 8 observed for the first time"."""
    say = setting.say
    return say.joined(
        [
            say("change.gained", count=counts[CriterionMove.GAINED]),
            say("change.lost", count=counts[CriterionMove.LOST]),
            say("change.seen", count=counts[CriterionMove.NEWLY_OBSERVED]),
        ]
    )


def _lead(counts: Counter[CriterionMove], moved: int, setting: Setting) -> str:
    say = setting.say
    told = moves_told(counts, setting)
    return say.raised(say.clauses(told, say("change.levels", count=moved))) + "."


def _per(most: int, fit: int) -> int:
    """How many criteria one mark stands for, so that the longest row fits."""
    return max(1, math.ceil(most / fit))


def _tally(count: int, mark: MoveMark, per: int, setting: Setting) -> Cell:
    if not count:
        return Words(text=setting.say.number(0), style=Style.QUIET)
    if mark is MoveMark.UNSEEN and count > per * _FEW:
        return Words(text=setting.say.number(count))
    return Tally(mark=mark, marks=math.ceil(count / per), text=setting.say.number(count))


def _dimension_row(
    root: Capacity,
    moves: Iterable[tuple[str, CriterionMove]],
    levels: Sequence[CapacityChange],
    per: int,
    setting: Setting,
) -> Row:
    """Return what moved in one dimension; moves are given with the id of their dimension."""
    counts = Counter(move for name, move in moves if name == root.id)
    inside = {node.id for node in root.walk()}
    moved = [_level_words(c, setting) for c in _moved(levels) if c.capacity in inside]
    return Row(
        cells=[
            Words(text=setting.marks.title(root), style=Style.STRONG),
            *(_tally(counts[move], mark, per, setting) for move, mark in _MARKS.items()),
            Words(text="; ".join(moved) or setting.say("change.none"), style=Style.PLAIN if moved else Style.QUIET),
        ]
    )


def _moved(levels: Iterable[CapacityChange]) -> list[CapacityChange]:
    """Levels that are verified in both rounds and differ."""
    return [
        c
        for c in levels
        if c.before is not None
        and c.after is not None
        and c.before.settled
        and c.after.settled
        and c.before.lowest != c.after.lowest
    ]


def _level_words(one: CapacityChange, setting: Setting) -> str:
    scale = setting.framework.scale_of(setting.framework[one.capacity])
    before, after = (one.before.lowest, one.after.lowest) if one.before and one.after else (1, 1)
    low, high = setting.marks.code(scale, before), setting.marks.code(scale, after)
    return setting.say("change.level", id=one.capacity, before=low, after=high)


def _move_columns(marks: Iterable[CriterionMove], setting: Setting) -> list[Column]:
    return [Column(id=_MARKS[move].value, title=setting.say(f"col.move.{_MARKS[move].value}")) for move in marks]


def _key(marks: Iterable[CriterionMove], setting: Setting) -> list[KeyItem]:
    return [KeyItem(mark=_MARKS[m].value, text=setting.say(f"key.move.{_MARKS[m].value}")) for m in marks]


def _caption(key: str, per: int, codes: Iterable[str], setting: Setting) -> str:
    say = setting.say
    total = len(setting.framework.criteria)
    one = say("caption.mark", total=total) if per == 1 else say("caption.marks", count=per, total=total)
    parts = [one, say(key)]
    change, wanted = setting.dossier.change, frozenset(codes)
    moved = [c for c in change.criteria if c.country.alpha_2 in wanted] if change is not None else []
    other = sum(c.move in _COUNTED[:2] and c.cause is ChangeCause.SOURCE for c in moved)
    if other:
        parts.append(say("caption.other_source", count=other))
    if change is not None and change.comparable < 1:
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
    shown = sorted(
        (c for c in change.matched if setting.disclosure.names(c, "change")),
        key=lambda c: say.sorted_as(setting.called(c)),
    )
    title = _title(setting)
    if len(shown) < len(change.matched):
        setting.leave_out(title, say("left_out.change", count=len(change.matched) - len(shown)), "consent")
    if not shown:
        return None
    if not setting.framework.criteria:
        return _region_values(shown, setting)
    moves = gained_and_lost(change, shown)
    marks = [m for m in _MARKS if m is not CriterionMove.NO_LONGER_OBSERVED or moves[m]]
    by_country = {code: gained_and_lost(change, [code]) for code in shown}
    per = _per(max((counts[move] for counts in by_country.values() for move in _COUNTED), default=0), _FIT_REGION)
    rows = [_country_row(code, by_country[code], marks, per, setting) for code in shown]
    figure = Figure(
        id="change",
        kind=FigureKind.CHANGE,
        columns=[
            Column(id="country", title=say("col.country")),
            *_move_columns(marks, setting),
            Column(id="up", title=say("col.levels_up"), number=True),
            Column(id="down", title=say("col.levels_down"), number=True),
        ],
        groups=[RowGroup(rows=rows)],
        caption=_caption("caption.change.region", per, shown, setting),
        key=_key(marks, setting),
    )
    told = moves_told(moves, setting)
    return _placed(say("change.lead.region", count=len(shown), told=told), figure, setting)


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


def _ups_and_downs(code: str, setting: Setting) -> tuple[int, int]:
    change = setting.dossier.change
    moved = _moved(c for c in change.capacities if c.country.alpha_2 == code) if change is not None else []
    ups = sum(c.after.lowest > c.before.lowest for c in moved if c.before and c.after)
    return ups, len(moved) - ups


def _country_row(
    code: str, counts: Counter[CriterionMove], marks: Sequence[CriterionMove], per: int, setting: Setting
) -> Row:
    ups, downs = _ups_and_downs(code, setting)
    say = setting.say
    return Row(
        cells=[
            Words(text=short_name(setting.called(code), _NAME), link=f"#{code}"),
            *(_tally(counts[move], _MARKS[move], per, setting) for move in marks),
            Words(text=say.number(ups)),
            Words(text=say.number(downs)),
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
            Column(id="noise", title=say("col.noise")),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("caption.change.values"),
    )
    return _section(say("change.lead.values", count=len(rows)), [figure] if rows else [], setting)


def _difference(one: CapacityChange, setting: Setting) -> str:
    say = setting.say

    def signed(value: float) -> str:
        return f"+{say.number(round(value, 2))}" if value > 0 else say.number(round(value, 2))

    value = signed(one.difference or 0.0)
    if one.interval is None:
        return value
    return say("value.interval", value=value, low=signed(one.interval.lower), high=signed(one.interval.upper))


def _noise(one: CapacityChange, setting: Setting) -> str:
    if one.within_noise is None:
        return "–"
    return setting.say("change.noise" if one.within_noise else "change.real")


def _region_values(shown: Sequence[str], setting: Setting) -> ReportSection:
    rows = list(_value_rows(shown, setting))
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


def _value_rows(shown: Sequence[str], setting: Setting) -> Iterator[Row]:
    say, change = setting.say, setting.dossier.change
    for code in shown:
        mine = [c for c in change.capacities if c.country.alpha_2 == code] if change is not None else []
        beyond = [c.difference or 0.0 for c in mine if c.difference is not None and not c.within_noise]
        yield Row(
            cells=[
                Words(text=setting.called(code), link=f"#{code}"),
                Words(text=say.number(sum(d > 0 for d in beyond))),
                Words(text=say.number(sum(d < 0 for d in beyond))),
                Words(text=say.number(sum(c.within_noise is True for c in mine))),
            ]
        )
