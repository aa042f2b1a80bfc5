"""Yearly costs of closing capacity gaps, from costing worksheets.

A cost line is for one level of one indicator. A country rises one level a year, so a line is first paid in year (level
minus score), and a recurring line in every later year too. Only displayed figures are rounded.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import evolve, field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.errors import ModelError, PlanError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Issue, Issues, Money
from capbuild.model.money import not_negative, rebase_rates
from capbuild.origin import Origin

#: Keys for grouping a costing.
_KEYS = ("year", "country", "indicator", "level", "line", "payment", "scope", "unit_cost")


class Payment(StrEnum):
    """Payment schedule of a cost line."""

    ONCE = "once"
    RECURRING = "recurring"


def _to_decimal(value: Decimal | int | float | str) -> Decimal:
    return Money(value).amount


def to_rates(value: Mapping[str, Decimal | int | float | str]) -> FrozenMap[str, Decimal]:
    """Convert exchange rates by currency, each above 0."""
    rates = {name: _to_decimal(rate) for name, rate in value.items()}
    for name, rate in rates.items():
        if rate <= 0:
            raise ModelError(f"exchange rate of {name}", rate, "must be above 0")
    return FrozenMap(rates)


def _above_minus_one(instance: object, attribute: Any, value: Decimal) -> None:
    if value <= -1:
        raise ModelError(f"{type(instance).__name__}.{attribute.name}", value, "must be above -1: 0.03 is 3 % a year")


@model(kw_only=True)
class CostLine:
    """One line of a costing worksheet.

    Attributes:
        id: Its id.
        country: Its country; empty for every country.
        indicator: Id of the indicator.
        level: Level of the indicator that it helps to reach; None for a line without a level.
        first_year: Year, from 1, in which payment of a line without a level starts, whatever the scores are.
        title: Description.
        payment: Paid once, or every year.
        lifetime: Years until a one-time payment is repeated; None for never.
        quantity: Number of units: product of all multipliers in the worksheet.
        price: Price of one unit.
        price_year: Price year, if the worksheet gives it.
        unit_cost: Name of the unit cost with the price.
        scope: Level of administration, such as `National`.
        origin: Its origin; not part of equality.

    Raises:
        ModelError: Price or quantity is negative; it has both a level and a first year, or recurs and has a lifetime.
    """

    id: str = field(validator=identifier)
    country: str = ""
    indicator: str = ""
    level: int | None = field(default=None, validator=between(0))
    first_year: int | None = field(default=None, validator=between(1))
    title: str = ""
    payment: Payment = field(converter=Payment)
    lifetime: int | None = field(default=None, validator=between(1))
    quantity: Decimal = field(default=Decimal(1), converter=_to_decimal, validator=not_negative)
    price: Money = field(validator=not_negative)
    price_year: int | None = None
    unit_cost: str = ""
    scope: str = ""
    origin: Origin | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.level is not None and self.first_year is not None:
            raise ModelError("CostLine.first_year", self.first_year, "must be left out where there is a level")
        if self.lifetime is not None and self.payment is Payment.RECURRING:
            raise ModelError("CostLine.lifetime", self.lifetime, "must be left out where payments recur")

    @property
    def is_dated(self) -> bool:
        """True if an indicator level or year dates the payment."""
        return self.first_year is not None or (self.level is not None and self.indicator != "")

    @property
    def amount(self) -> Money:
        """Exact cost of each payment, in the line's currency."""
        return self.price * self.quantity


@model(kw_only=True)
class StartLevel:
    """Current and target level of a country on an indicator.

    Attributes:
        country: The country; empty for every country.
        indicator: Id of the indicator; empty for lines without a level.
        lowest: Lowest possible level; None without a score.
        highest: Highest possible level; None without a score.
        target: Target level; None for the highest with cost lines.
        origin: Origin of the score; not part of equality.
    """

    country: str = ""
    indicator: str = ""
    lowest: int | None = field(default=None, validator=between(0))
    highest: int | None = field(default=None, validator=between(0))
    target: int | None = field(default=None, validator=between(0))
    origin: Origin | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        low, high = self.lowest, self.highest
        if (low is None) != (high is None) or (low is not None and high is not None and low > high):
            raise ModelError("StartLevel.lowest", low, f"must be a level of at most the highest, {high!r}")


@model(kw_only=True, repr=False)
class CostWorksheet:
    """Costing worksheet: cost lines, starting levels and exchange rates.

    Attributes:
        lines: Lines to cost.
        starts: Scores and targets by country and indicator.
        rates: Exchange rates as in the worksheet: units of a common currency for one.
        issues: Warnings about the worksheet.
    """

    lines: tuple[CostLine, ...] = field(default=(), converter=to_tuple)
    starts: tuple[StartLevel, ...] = field(default=(), converter=to_tuple)
    rates: FrozenMap[str, Decimal] = field(factory=FrozenMap, converter=to_rates)
    issues: Issues = Issues()

    def __repr__(self) -> str:
        parts = (counted(len(self.lines), "line"), counted(len(self.starts), "score"), str(self.issues))
        return f"CostWorksheet({', '.join(parts)})"


@model
class CostRange:
    """Amount in cents, or its range if scores are missing.

    Attributes:
        low: Lowest amount.
        high: Highest amount; the same if every score is known.

    Example:
        >>> print(CostRange(Money(5), Money(5)), "/", CostRange(Money(5), Money(8)))
        USD 5 / USD 5 to USD 8
    """

    low: Money
    high: Money

    @property
    def is_range(self) -> bool:
        """True if the two ends differ."""
        return self.low != self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}" if self.is_range else str(self.low)


#: Payment of a line: line, year, and amount in the currency of the costing.
_Paid = tuple[CostLine, int, Fraction]


@model(kw_only=True, repr=False)
class Costing(NotebookDisplay, FrameConversion):
    """Cost of reaching target levels, in one currency.

    If a score is missing, each figure is a range from the lowest to the highest cost over all possible levels. Each
    figure is rounded separately, so the sum of rounded parts may differ from the rounded total by some cents. The
    ends of a range are those of that figure alone: the years of the cheapest total are not necessarily the cheapest
    years.

    Attributes:
        lines: The cost lines.
        starts: Level of each country on each indicator of the lines.
        years: Number of years.
        currency: Currency of all figures.
        rates: Units of that currency for one unit of each other currency in the lines.
        inflation: Yearly rise of all prices, as a share; the lines have prices of year 1.
        scale: Lowest and highest possible level of a country without a score.
        issues: Missing scores, lines outside the total, and warnings about the worksheet.
        invented: Whether the scores are invented.

    Example:
        >>> line = CostLine(id="a", indicator="P1", level=3, payment="recurring", price=Money(100))
        >>> from capbuild.planning import cost
        >>> found = cost([line], scores={"P1": 1}, years=4)
        >>> [str(one) for one in found.by_year.values()], str(found.total)
        (['USD 0', 'USD 100', 'USD 100', 'USD 100'], 'USD 300')
        >>> str(cost([line], scores={"P1": None}, years=4).total)
        'USD 0 to USD 400'
    """

    lines: tuple[CostLine, ...] = field(default=(), converter=to_tuple)
    starts: tuple[StartLevel, ...] = field(default=(), converter=to_tuple)
    years: int = field(default=5, validator=between(1))
    currency: str = "USD"
    rates: FrozenMap[str, Decimal] = field(factory=FrozenMap, converter=to_rates)
    inflation: Decimal = field(default=Decimal(0), converter=_to_decimal, validator=_above_minus_one)
    scale: tuple[int, int] = (0, 0)
    issues: Issues = Issues()
    invented: bool = False

    @property
    def countries(self) -> tuple[str, ...]:
        """Costed countries in order; one empty name without countries."""
        return tuple(sorted({start.country for start in self.starts}))

    @property
    def price_years(self) -> tuple[int, ...]:
        """Price years of the lines, if the worksheet gives them."""
        return tuple(sorted({line.price_year for line in self.lines if line.price_year is not None}))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Assumptions in English: rates, prices, inflation, missing scores."""
        lines = [f"1 {name} = {_format_short_number(rate)} {self.currency}" for name, rate in self.rates.items()]
        if self.price_years:
            lines.append(f"prices of {' and '.join(map(str, self.price_years))}")
        if self.inflation:
            lines.append(f"inflation of {_format_short_number(self.inflation * 100)} % a year from year 2 on")
        if any(start.lowest is None for start in self.starts):
            lines.append(f"levels {self.scale[0]} to {self.scale[1]} where there is no score")
        return tuple(lines)

    @property
    def total(self) -> CostRange:
        """Cost of all years."""
        return self.by().get((), self._make_range(Fraction(0), Fraction(0)))

    @property
    def by_year(self) -> FrozenMap[int, CostRange]:
        """Cost of each year, from 1, including years without cost."""
        none = self._make_range(Fraction(0), Fraction(0))
        ranges: Mapping[Any, CostRange] = self.by("year")
        return FrozenMap({year: ranges.get(year, none) for year in range(1, self.years + 1)})

    def by(self, *keys: str) -> FrozenMap[Any, CostRange]:
        """Return costs by one or more keys.

        The result is indexed by single values for one key, and by tuples in the order of `keys` for several. Lines
        without cost in these years are included with 0, except by `year`.

        Args:
            keys: Of `year`, `country`, `indicator`, `level`, `line`, `payment`, `scope` and `unit_cost`.

        Raises:
            ModelError: A key is unknown.
        """
        for key in keys:
            if key not in _KEYS:
                raise ModelError("Costing.by", key, f"must be one of {', '.join(_KEYS)}{did_you_mean(key, _KEYS)}")
        lows: dict[Any, Fraction] = {}
        highs: dict[Any, Fraction] = {}
        for start, lines, scenarios in self._scenarios:
            sums = [_sum_payments(start, lines, paid, keys) for paid in scenarios]
            for key in dict.fromkeys(key for sum_ in sums for key in sum_):
                amounts = [sum_.get(key, Fraction(0)) for sum_ in sums]
                lows[key] = lows.get(key, Fraction(0)) + min(amounts)
                highs[key] = highs.get(key, Fraction(0)) + max(amounts)
        return FrozenMap({key: self._make_range(lows[key], highs[key]) for key in sorted(lows, key=_sort_key)})

    @cached_property
    def _scenarios(self) -> tuple[tuple[StartLevel, tuple[CostLine, ...], tuple[tuple[_Paid, ...], ...]], ...]:
        """Payments from each possible level, by start."""
        growth = [(1 + Fraction(self.inflation)) ** year for year in range(self.years)]
        rates = {name: Fraction(rate) for name, rate in self.rates.items()} | {self.currency: Fraction(1)}
        starts = []
        for start, lines in lines_by_start(self.starts, self.lines):
            amounts = [Fraction(line.amount.amount) * rates[line.price.currency] for line in lines]
            scenarios = tuple(
                tuple(
                    (line, year, amount * growth[year - 1])
                    for line, amount in zip(lines, amounts, strict=True)
                    for year in _find_payment_years(line, level, start.target, self.years)
                )
                for level in possible_levels(start, self.scale)
            )
            starts.append((start, lines, scenarios))
        return tuple(starts)

    def _make_range(self, low: Fraction, high: Fraction) -> CostRange:
        ends = (math.floor(end * 100 + Fraction(1, 2)) for end in (low, high))
        return CostRange(*(Money(f"{end // 100}.{end % 100:02d}", self.currency) for end in ends))

    def __repr__(self) -> str:
        places = counted(len(self.countries), "country", "countries")
        return f"Costing({self.total} in {counted(self.years, 'year')}, {places}, {counted(len(self.lines), 'line')})"


def _format_short_number(number: Decimal) -> str:
    """Return a number with at most ten significant digits."""
    return f"{number.normalize(Context(prec=10)):f}"


def _sort_key(key: Any) -> tuple[Any, ...]:
    """Return the sort key of a costing key."""
    return tuple(-1 if part is None else part for part in (key if isinstance(key, tuple) else (key,)))


def _sum_payments(
    start: StartLevel, lines: Iterable[CostLine], paid: Iterable[_Paid], keys: tuple[str, ...]
) -> dict[Any, Fraction]:
    """Return payments from one level, summed by keys."""

    def key(line: CostLine, year: int) -> Any:
        own = {"year": year, "country": start.country, "line": line.id}
        parts = tuple(own[name] if name in own else getattr(line, name) for name in keys)
        return parts[0] if len(keys) == 1 else parts

    sums: dict[Any, Fraction] = {}
    if "year" not in keys:
        sums = {key(line, 0): Fraction(0) for line in lines}
    for line, year, amount in paid:
        place = key(line, year)
        sums[place] = sums.get(place, Fraction(0)) + amount
    return sums


def _find_payment_years(line: CostLine, level: int, target: int | None, horizon: int) -> range:
    """Return the years in which a country pays a line."""
    if line.level is None:
        first = line.first_year or 1
    elif level >= line.level or (target is not None and target < line.level):
        return range(0)
    else:
        first = line.level - level
    step = 1 if line.payment is Payment.RECURRING else line.lifetime or horizon
    return range(first, horizon + 1, step)


def possible_levels(start: StartLevel, scale: tuple[int, int]) -> range:
    """Return the possible current levels of a country."""
    low, high = (start.lowest, start.highest) if start.lowest is not None and start.highest is not None else scale
    return range(low, high + 1)


def lines_by_start(
    starts: Iterable[StartLevel], lines: Iterable[CostLine]
) -> Iterator[tuple[StartLevel, tuple[CostLine, ...]]]:
    """Yield each start with its cost lines.

    Lines without a level belong to the start without an indicator.
    """
    by_indicator: dict[str, list[CostLine]] = {}
    for line in lines:
        by_indicator.setdefault("" if line.level is None else line.indicator, []).append(line)
    for start in starts:
        here = ("", start.country)
        yield start, tuple(line for line in by_indicator.get(start.indicator, ()) if line.country in here)


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
    """Cost raising each country one level a year.

    A line for a level is first paid in year (level minus score). Levels that are already reached, or above the
    target, cost nothing. If a score is missing, costs are ranges over all levels of the scale.

    Args:
        worksheet: The worksheet, or its lines.
        scores: Assessments (with their targets), or a level by indicator or by (country, indicator): a number, a range
            of two, or None without a score. They replace the worksheet's scores.
        target: Target level of every country on every indicator; None for the targets of the scores.
        years: Number of years.
        currency: Currency of the result; None for the one of the prices, or the only one without a rate.
        rates: Units of that currency for one unit of another; overriding those of the worksheet.
        inflation: Yearly rise of all prices, such as `"0.03"`; the worksheet has prices of year 1.
        scale: Lowest and highest level of the scale; None for the levels in lines and scores.

    Raises:
        PlanError: CB812, prices are in several currencies, and `currency` is not given.
        IssuesError: CB812, there is no exchange rate for a currency; CB815, two lines or scores contradict each other,
            or a score is not on the scale. All problems are listed.
    """
    sheet = worksheet if isinstance(worksheet, CostWorksheet) else CostWorksheet(lines=worksheet)
    levels = sheet.starts if scores is None else tuple(_list_given_starts(scores))
    if target is not None:
        levels = tuple(evolve(start, target=target) for start in levels)
    lines = tuple(line for line in sheet.lines if line.is_dated)
    spread = scale or _find_level_range(lines, levels, scores)
    money = Money(0, currency or _find_common_currency(lines, {*sheet.rates, *(rates or ())})).currency
    used = {line.price.currency: line for line in reversed(lines)}
    known = _complete_rates(money, used, sheet.rates, rates or {})
    Issues([*_find_contradictions(lines, levels, spread), *_list_missing_rates(used, known, money)]).raise_if()
    starts = tuple(_list_worksheet_starts(lines, levels, target))
    costing = Costing(
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
    return evolve(costing, issues=Issues([*sheet.issues, *left_out, *_find_doubts(costing)]))


def _list_worksheet_starts(
    lines: Iterable[CostLine], levels: Iterable[StartLevel], target: int | None
) -> Iterator[StartLevel]:
    """Yield the start of each country on each indicator.

    Without a score, the start has no levels.
    """
    lines, known = tuple(lines), {(start.country, start.indicator): start for start in levels}
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
    for assessment in assessed:
        for score in assessment.indicators:
            low: float | None = score.value
            high: float | None = score.value
            if score.plausible is not None:
                low, high = score.plausible.lowest, score.plausible.highest
            yield StartLevel(
                country=assessment.country.name,
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
    lines: Iterable[CostLine], start_levels: Iterable[StartLevel], scores: AssessmentSet | Scores | None
) -> tuple[int, int]:
    """Return the lowest and highest level of lines and scores.

    A line's level is reached from the level below, which counts as well.
    """
    levels = [line.level for line in lines if line.level is not None]
    known = [level for start in start_levels for level in (start.lowest, start.highest) if level is not None]
    if isinstance(scores, AssessmentSet):
        known += [level.order for scale in scores.framework.scales for level in scale.levels]
    return min([*(max(level - 1, 0) for level in levels), *known], default=0), max([*levels, *known], default=0)


def _find_common_currency(lines: Iterable[CostLine], rated: Collection[str]) -> str:
    """Return the currency in which prices are summed.

    This is the only currency of the prices, or the only one without an exchange rate to another.
    """
    used = {line.price.currency: line.origin for line in lines}
    currencies = sorted(used.keys() - set(rated) or used) or ["USD"]
    if len(currencies) > 1:
        raise PlanError(
            f"prices are in {' and '.join(currencies)}, and nothing says in which currency they are summed",
            code="CB812",
            origin=used[currencies[0]],
            remedy=f"name it: --currency {currencies[0]}, or cost(..., currency={currencies[0]!r})",
        )
    return currencies[0]


def _complete_rates(
    currency: str,
    used: Iterable[str],
    table: Mapping[str, Decimal],
    own: Mapping[str, Decimal | int | float | str],
) -> FrozenMap[str, Decimal]:
    """Return exchange rates in units of one currency.

    If the table is in another currency, that currency is the one of the prices that the table does not list.
    """
    unlisted = [name for name in used if name not in table]
    common = dict.fromkeys(unlisted, Decimal(1)) if table and len(unlisted) == 1 else {}
    return to_rates({**rebase_rates({currency: Decimal(1), **common, **table}, currency), **own})


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
    lines: Iterable[CostLine], levels: Iterable[StartLevel], scale: tuple[int, int]
) -> Iterator[Issue]:
    """Yield duplicate lines, duplicate scores and scores off the scale."""
    origins: dict[tuple[str, str], Origin | None] = {}
    for line in lines:
        if (line.country, line.id) in origins:
            first = origins[line.country, line.id]
            yield Issue.error(
                "CB815",
                f"the id {line.id!r} is used for two lines" + (f", first at {first}" if first is not None else ""),
                line.origin,
                "give one of them another id",
            )
        origins.setdefault((line.country, line.id), line.origin)
        if line.level is not None and line.level > scale[1]:
            message = f"line {line.id} is for level {line.level}, and the scale ends at {scale[1]}"
            yield Issue.error("CB815", message, line.origin, "correct the level, or give another scale")
    start_levels: dict[tuple[str, str], StartLevel] = {}
    for start in levels:
        before = start_levels.setdefault((start.country, start.indicator), start)
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
    """Yield warnings about the total of a costing."""
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
