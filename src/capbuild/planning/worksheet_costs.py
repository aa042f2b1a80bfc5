"""`cost`: yearly costs from a costing worksheet and scores."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from attrs import evolve

from capbuild.display import counted
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Issue, Issues, Money
from capbuild.origin import Origin
from capbuild.planning.costing import (
    Costing,
    CostLine,
    CostWorksheet,
    StartLevel,
    lines_by_start,
    possible_levels,
    to_rates,
)

#: Scores from a caller: a level, a range of levels, or None without a score.
Scores = Mapping[Any, "int | tuple[int, int] | None"]


def cost(
    worksheet: CostWorksheet | Iterable[CostLine],
    *,
    scores: AssessmentSet | Scores | None = None,
    target: int | None = None,
    years: int = 5,
    currency: str | None = None,
    rates: Mapping[str, Decimal | int | float | str] | None = None,
    inflation: Decimal | int | float | str = 0,
    scale: tuple[int, int] | None = None,
) -> Costing:
    """Return the cost of raising each country one level a year.

    A line for a level is first paid in year (level minus score). Levels already reached, or above the target, cost
    nothing. A missing score is never a level: costs are then the range over all levels of the scale.

    Args:
        worksheet: The worksheet, or its lines.
        scores: Assessments (with their targets), or a level by indicator or by (country, indicator): a number, a range
            of two, or None without a score. They replace the worksheet's scores.
        target: Target level of every country on every indicator; None for the targets of the scores.
        years: Number of years.
        currency: Currency of the result; None for that of the prices, or the one with rates from the others.
        rates: Units of that currency for one unit of another; overriding those of the worksheet.
        inflation: Yearly rise of all prices, such as `"0.03"`; the worksheet has prices of year 1.
        scale: Lowest and highest level of the scale; None for the levels in lines and scores.

    Raises:
        PlanError: CB812, prices are in several currencies, and `currency` is not given.
        IssuesError: CB812, there is no exchange rate for a currency; CB815, two lines or scores contradict each other,
            or a score is not on the scale. All problems are listed.
    """
    sheet = worksheet if isinstance(worksheet, CostWorksheet) else CostWorksheet(lines=worksheet)
    given = sheet.starts if scores is None else tuple(_list_given_starts(scores))
    if target is not None:
        given = tuple(evolve(start, target=target) for start in given)
    lines = tuple(line for line in sheet.lines if line.is_dated)
    spread = scale or _find_level_range(lines, given, scores)
    money = Money(0, currency or _find_common_currency(lines, {*sheet.rates, *(rates or ())})).currency
    used = {line.price.currency: line for line in reversed(lines)}
    known = _convert_rates(money, used, sheet.rates, rates or {})
    Issues([*_find_contradictions(lines, given, spread), *_list_missing_rates(used, known, money)]).raise_if()
    starts = tuple(_list_worksheet_starts(lines, given, target))
    made = Costing(
        lines=lines,
        starts=starts,
        years=years,
        currency=money,
        rates={name: known[name] for name in sorted(used) if name != money},
        inflation=inflation,
        scale=spread,
        invented=isinstance(scores, AssessmentSet) and scores.invented,
    )
    left_out = (_make_undated_issue(line) for line in sheet.lines if not line.is_dated)
    return evolve(made, issues=Issues([*sheet.issues, *left_out, *_find_doubts(made)]))


def _list_worksheet_starts(
    lines: Iterable[CostLine], given: Iterable[StartLevel], target: int | None
) -> Iterator[StartLevel]:
    """Yield the start of each country on each indicator.

    Without a level if there is no score.
    """
    lines, known = tuple(lines), {(start.country, start.indicator): start for start in given}
    named = {line.country for line in lines} | {country for country, _ in known}
    for country in sorted(named - {""}) or [""]:
        own = [line for line in lines if line.country in ("", country)]
        if any(line.level is None for line in own):
            yield StartLevel(country=country, lowest=0, highest=0)
        for name in dict.fromkeys(line.indicator for line in own if line.level is not None):
            start = known.get((country, name)) or known.get(("", name)) or StartLevel(indicator=name, target=target)
            yield evolve(start, country=country)


def _list_given_starts(scores: AssessmentSet | Scores) -> Iterator[StartLevel]:
    if isinstance(scores, AssessmentSet):
        yield from _list_assessed_starts(scores)
        return
    for key, value in scores.items():
        country, indicator = ("", key) if isinstance(key, str) else key
        low, high = value if isinstance(value, tuple) else (value, value)
        yield StartLevel(
            country=country, indicator=indicator, lowest=_find_reached_level(low), highest=_find_reached_level(high)
        )


def _list_assessed_starts(assessed: AssessmentSet) -> Iterator[StartLevel]:
    for one in assessed:
        for score in one.indicators:
            low: float | None = score.value
            high: float | None = score.value
            if score.plausible is not None:
                low, high = score.plausible.lowest, score.plausible.highest
            yield StartLevel(
                country=one.country.name,
                indicator=score.capacity.id,
                lowest=_find_reached_level(low),
                highest=_find_reached_level(high),
                target=_find_reached_level(score.target),
            )
    for country in assessed.silent:
        for node in assessed.framework.indicators:
            yield StartLevel(country=country.name, indicator=node.id)


def _find_reached_level(value: float | None) -> int | None:
    """Return the level fully reached by a score."""
    return None if value is None else math.floor(value)


def _find_level_range(
    lines: Iterable[CostLine], given: Iterable[StartLevel], scores: AssessmentSet | Scores | None
) -> tuple[int, int]:
    """Return the lowest and highest level.

    The first line starts from the level below its own.
    """
    levels = [line.level for line in lines if line.level is not None]
    known = [level for start in given for level in (start.lowest, start.highest) if level is not None]
    if isinstance(scores, AssessmentSet):
        known += [level.order for scale in scores.framework.scales for level in scale.levels]
    return min([*(max(level - 1, 0) for level in levels), *known], default=0), max([*levels, *known], default=0)


def _find_common_currency(lines: Iterable[CostLine], rated: Collection[str]) -> str:
    """Return the common currency of prices.

    The only one, or the one with rates from the others.
    """
    used = {line.price.currency: line.origin for line in lines}
    found = sorted(used.keys() - set(rated) or used) or ["USD"]
    if len(found) > 1:
        raise PlanError(
            f"prices are in {' and '.join(found)}, and nothing says in which currency they are summed",
            code="CB812",
            origin=used[found[0]],
            remedy=f"name it: --currency {found[0]}, or cost(..., currency={found[0]!r})",
        )
    return found[0]


def _convert_rates(
    currency: str,
    used: Iterable[str],
    table: Mapping[str, Decimal],
    own: Mapping[str, Decimal | int | float | str],
) -> FrozenMap[str, Decimal]:
    """Return exchange rates in units of one currency.

    A table may use another currency: the one of the prices that the table does not list.
    """
    unlisted = [name for name in used if name not in table]
    common = dict.fromkeys(unlisted, Decimal(1)) if table and len(unlisted) == 1 else {}
    rates = {**common, **table}
    base = rates.get(currency, Decimal(1))
    return to_rates({currency: Decimal(1), **{name: rate / base for name, rate in rates.items()}, **own})


def _list_missing_rates(used: Mapping[str, CostLine], known: Mapping[str, Decimal], currency: str) -> Iterator[Issue]:
    for name, line in sorted(used.items()):
        if name not in known:
            yield Issue.error(
                "CB812",
                f"prices are in {name}, such as that of {line.id}, and there is no rate to {currency}",
                line.origin,
                f"give the {currency} for one {name}: --rate {name}=1.25, rates={{'{name}': '1.25'}}, or a table with "
                "the columns currency and rate",
            )


def _find_contradictions(
    lines: Iterable[CostLine], given: Iterable[StartLevel], scale: tuple[int, int]
) -> Iterator[Issue]:
    """Yield duplicate lines, duplicate scores and scores off the scale."""
    seen: dict[tuple[str, str], Origin | None] = {}
    for line in lines:
        if (line.country, line.id) in seen:
            first = seen[line.country, line.id]
            yield Issue.error(
                "CB815",
                f"the id {line.id!r} is used for two lines" + (f", first at {first}" if first is not None else ""),
                line.origin,
                "give one of them another id",
            )
        seen.setdefault((line.country, line.id), line.origin)
        if line.level is not None and line.level > scale[1]:
            message = f"line {line.id} is for level {line.level}, and the scale ends at {scale[1]}"
            yield Issue.error("CB815", message, line.origin, "correct the level, or give another scale")
    known: dict[tuple[str, str], StartLevel] = {}
    for start in given:
        before = known.setdefault((start.country, start.indicator), start)
        if before != start:
            where = f", first at {before.origin}" if before.origin is not None else ""
            message = f"{_start_label(start)} has two scores or targets{where}"
            yield Issue.error("CB815", message, start.origin, "keep one of them")
        if start.lowest is not None and not scale[0] <= start.lowest <= (start.highest or 0) <= scale[1]:
            message = f"the score of {_start_label(start)}, {start.lowest}, is not between {scale[0]} and {scale[1]}"
            yield Issue.error("CB815", message, start.origin, "correct the score, or give another scale")


def _start_label(start: StartLevel) -> str:
    return f"{start.indicator} of {start.country}" if start.country else start.indicator


def _make_undated_issue(line: CostLine) -> Issue:
    lacking = "level" if line.level is None else "indicator"
    return Issue.warning(
        "CB818",
        f"line {line.id} has no {lacking}, so no year: its {line.amount} are not in the total",
        line.origin,
        f"enter its {lacking}; or, for what is paid whatever the scores are, leave level empty and enter a first year",
    )


def _find_doubts(costing: Costing) -> Iterator[Issue]:
    """Yield warnings about a total.

    Missing scores, targets below a score, and lines after the last year.
    """
    for line in costing.lines:
        if line.level is not None and line.level <= costing.scale[0]:
            message = f"line {line.id} is for level {line.level}, where every country is already: nothing is paid"
            yield Issue.warning("CB818", message, line.origin, "correct the level, or give a scale from 0")
    later: dict[str, int] = {}
    for start, lines in lines_by_start(costing.starts, costing.lines):
        levels = possible_levels(start, costing.scale)
        span = f"its cost is a range over the levels {levels[0]} to {levels[-1]}"
        if start.lowest is None:
            message = f"there is no score for {_start_label(start)}: {span}"
            yield Issue.warning("CB817", message, start.origin, "enter the level; a missing score is not 0")
        elif start.lowest != start.highest:
            yield Issue.note("CB817", f"the score of {_start_label(start)} is open: {span}", start.origin, "")
        if start.target is not None and start.lowest is not None and start.target < start.lowest:
            message = (
                f"the target {start.target} of {_start_label(start)} is below its level {start.lowest}: nothing is paid"
            )
            yield Issue.warning("CB819", message, start.origin, "correct the target, if more is wanted")
        late = [
            line
            for line in lines
            if all(line.level is not None and level + costing.years < line.level for level in levels)
            and (start.target is None or (line.level or 0) <= start.target)
        ]
        later[start.country] = later.get(start.country, 0) + len(late)
    for country, count in later.items():
        if count:
            where = f"{country}: " if country else ""
            message = f"{where}{counted(count, 'line')} first paid after year {costing.years}, and not in the total"
            yield Issue.note("CB818", message, None, "cost more years to include them")
