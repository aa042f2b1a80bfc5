"""What it costs to climb: line items hung on the level that each buys, unit costs and multipliers, by year.

The arithmetic of the costing worksheets for national action plans: a line costs its unit cost times its two
multipliers times the number of places, people or facilities it is for. A line is for one level of one indicator, and
is needed where the country stands below that level. What is bought once is paid in the first year; what recurs, in
every year. A line that is left out costs nothing in any year.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.model import Money
from capbuild.origin import Origin
from capbuild.planning.apportioning import CENT, apportioned

__all__ = ["CostLine", "CostType", "Costing", "costing_from_tables"]

#: Heads by which the tables of a worksheet are known, whatever their sheets are called.
_SCORES = ("metric_id", "country_score_numeric")
_MULTIPLIERS = ("observation", "value")
_UNITS = ("unit_cost", "value")
_LINES = ("line_item_id", "unit_cost", "cost_type", "administrative_level")
#: Multiplier that a level of administration stands for.
_COUNTS = {
    "intermediate": "intermediate area count",
    "local": "local area count",
    "health facility": "health facility count",
    "poe": "points of entry count",
    "population": "population",
    "additional healthcare workers (doctors, nurses, and midwives)": "additional doctors, nurses, and midwives",
}

#: Thousands set off by commas: `1,020.50`. Anything else with a comma could be a decimal comma, and is asked about.
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
#: Attribute of a line by the word that tells a costing by it.
_KEYS = {"line": "id", "metric": "metric", "unit_cost": "unit_cost", "scope": "scope", "type": "type"}

Row = Mapping[str, object]


class CostType(StrEnum):
    """Whether a line is paid once or every year."""

    ONE_TIME = "one-time"
    RECURRING = "recurring"


@frozen(kw_only=True)
class CostLine:
    """One line of a costing.

    Attributes:
        id: Its id.
        metric: Id of the indicator.
        level: Level of the indicator that it helps to reach.
        title: What is done.
        unit_cost: Name of the unit cost.
        price: The unit cost.
        multipliers: What it is multiplied by, such as people and days.
        scope: Level of administration it is for, such as `National`.
        count: How many places, people or facilities that is.
        type: Paid once or every year.
        included: Whether it is asked for.
        optional: Whether it is marked as optional; it counts like any other.
        origin: Where it was read; not part of equality.
    """

    id: str = field(validator=identifier)
    metric: str = ""
    level: int = field(default=1, validator=between(0))
    title: str = ""
    unit_cost: str = ""
    price: Decimal
    multipliers: tuple[Decimal, ...] = field(default=(), converter=to_tuple)
    scope: str = "National"
    count: Decimal = Decimal(1)
    type: CostType = field(converter=CostType)
    included: bool = True
    optional: bool = False
    origin: Origin | None = field(default=None, eq=False)

    @property
    def amount(self) -> Decimal:
        """What it costs each time it is paid, exact."""
        total = self.price * self.count
        for factor in self.multipliers:
            total *= factor
        return total


@frozen(kw_only=True)
class Costing:
    """Everything that one country would have to pay for, and when.

    Attributes:
        country: Name of the country.
        currency: Currency of the unit costs.
        scores: Level at which the country stands, by indicator.
        lines: All lines, those left out included.
        years: How many years are costed.
    """

    country: str = ""
    currency: str = "USD"
    scores: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    lines: tuple[CostLine, ...] = field(default=(), converter=to_tuple)
    years: int = field(default=5, validator=between(1))

    def counts(self, line: CostLine) -> bool:
        """Whether a line is asked for and buys a level above the one at which the country stands."""
        return line.included and self.scores.get(line.metric, 0) < line.level

    def exact(self, line: CostLine, year: int) -> Decimal:
        """Return what a line costs in a year counted from 1, exact; nothing for a line that does not count."""
        if not self.counts(line) or not 1 <= year <= self.years:
            return Decimal(0)
        return line.amount if line.type is CostType.RECURRING or year == 1 else Decimal(0)

    @property
    def by_year(self) -> tuple[Money, ...]:
        """Cost of each year: what all years so far cost, to the cent, less what the years before do.

        So the years sum to `total`, and the first years to that of a shorter costing; a later year may be a cent off.
        """
        sums = [Decimal(0)]
        for year in range(1, self.years + 1):
            sums.append(sums[-1] + sum((self.exact(line, year) for line in self.lines), start=Decimal(0)))
        return tuple(self._money(after) - self._money(before) for before, after in pairwise(sums))

    @property
    def total(self) -> Money:
        """Cost of all years, rounded to the cent at the end only."""
        return self._money(sum((self._whole(line) for line in self.lines), start=Decimal(0)))

    def by(self, what: str) -> FrozenMap[str, Money]:
        """Return the cost of all years by `line`, `metric`, `unit_cost`, `scope` or `type`, dearest first.

        The parts sum to `total`, to the cent. By `line`, the key is its id, and a line that costs nothing is told too.

        Raises:
            PlanError: CB815, it is none of these.
        """
        if what not in _KEYS:
            raise PlanError(f"a costing is not told by {what!r}", code="CB815", remedy=", ".join(_KEYS))
        found: dict[str, Decimal] = {}
        for line in self.lines:
            key = str(getattr(line, _KEYS[what]))
            found[key] = found.get(key, Decimal(0)) + self._whole(line)
        ordered = sorted(found, key=lambda key: (-found[key], key))
        return FrozenMap(zip(ordered, self._parts([found[key] for key in ordered]), strict=True))

    def _parts(self, exact: Sequence[Decimal]) -> tuple[Money, ...]:
        """Return amounts to the cent, so that they sum to the total."""
        parts = apportioned(self.total.amount, [Fraction(amount) for amount in exact]) if exact else []
        return tuple(Money(part, self.currency) for part in parts)

    def _whole(self, line: CostLine) -> Decimal:
        return sum((self.exact(line, year) for year in range(1, self.years + 1)), start=Decimal(0))

    def _money(self, amount: Decimal) -> Money:
        return Money(amount.quantize(CENT, ROUND_HALF_UP), self.currency)


def costing_from_tables(tables: Iterable[tuple[str, Sequence[Row]]], *, years: int = 5) -> Costing:
    """Return the costing that a worksheet states.

    The tables are known by their heads, not by the names of their sheets: country scores (`metric_id`,
    `country_score_numeric`), multipliers (`observation`, `value`), unit costs (`unit_cost`, `value`, `currency`) and
    line items (`line_item_id`, `metric_id`, `score_numeric`, `unit_cost`, `administrative_level`, `cost_type`,
    `custom_multiplier_1`, `custom_multiplier_2`, `include`). A multiplier that is left empty multiplies by 1; 0 is 0.

    Args:
        tables: Name and rows of each table, each row by its heads.
        years: How many years are costed.

    Raises:
        PlanError: CB815, a table is missing, or cells cannot be used; all are told together.
    """
    found = {kind: (name, rows) for name, rows in tables if (kind := _kind(rows)) is not None}
    missing = [kind for kind in ("scores", "multipliers", "unit costs", "line items") if kind not in found]
    if missing:
        raise PlanError(
            f"the worksheet has no table of {', '.join(missing)}",
            code="CB815",
            remedy="tables are known by their heads, such as line_item_id, unit_cost, cost_type, administrative_level",
        )
    return _Sheet(found, years).costing()


def _kind(rows: Sequence[Row]) -> str | None:
    heads = set(rows[0]) if rows else set()
    kinds = {"line items": _LINES, "scores": _SCORES, "multipliers": _MULTIPLIERS, "unit costs": _UNITS}
    return next((kind for kind, wanted in kinds.items() if set(wanted) <= heads), None)


class _Sheet:
    """Reads the four tables; problems are collected and told together."""

    def __init__(self, found: Mapping[str, tuple[str, Sequence[Row]]], years: int) -> None:
        self._found, self._years = found, years
        self._problems: list[str] = []

    def costing(self) -> Costing:
        counts, country = self._counts()
        prices, currency = self._prices()
        name, rows = self._found["line items"]
        lines = [self._line(Origin(name, row=n), row, prices, counts) for n, row in enumerate(rows, start=2)]
        scores = self._scores()
        if self._problems:
            shown = "; ".join(self._problems[:10])
            more = f"; and {len(self._problems) - 10} more" if len(self._problems) > 10 else ""
            raise PlanError(f"{shown}{more}", code="CB815", remedy="correct the cells, or take the line out")
        return Costing(
            country=country,
            currency=currency,
            scores=scores,
            lines=[line for line in lines if line is not None],
            years=self._years,
        )

    def _number(self, value: object, where: str, empty: Decimal | None = None) -> Decimal:
        text = _text(value)
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not text and empty is not None:
            return empty
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self._problems.append(f"{where} is no number: {value!r}")
            return Decimal(0)
        return number

    def _counts(self) -> tuple[dict[str, Decimal], str]:
        name, rows = self._found["multipliers"]
        told = {_text(row.get("observation")).casefold(): (row.get("value"), n) for n, row in enumerate(rows, start=2)}
        country = _text(told.pop("country name", ("", 0))[0])
        used = set(_COUNTS.values())
        counts = {key: self._number(v, f"{name} row {n}") for key, (v, n) in told.items() if key in used}
        return counts, country

    def _prices(self) -> tuple[dict[str, Decimal], str]:
        name, rows = self._found["unit costs"]
        named = [(n, row) for n, row in enumerate(rows, start=2) if _text(row.get("unit_cost"))]
        prices = {_text(row["unit_cost"]): self._number(row.get("value"), f"{name} row {n}") for n, row in named}
        currencies = sorted({_text(row.get("currency"))[:3] for _, row in named if _text(row.get("currency"))})
        if len(currencies) > 1:
            self._problems.append(f"{name} mixes currencies: {', '.join(currencies)}")
        return prices, currencies[0] if currencies else "USD"

    def _scores(self) -> dict[str, int]:
        name, rows = self._found["scores"]
        return {
            _text(row["metric_id"]): int(self._number(row.get("country_score_numeric"), f"{name} row {n}"))
            for n, row in enumerate(rows, start=2)
            if _text(row.get("metric_id")) and _text(row.get("country_score_numeric"))
        }

    def _line(
        self, origin: Origin, row: Row, prices: Mapping[str, Decimal], counts: Mapping[str, Decimal]
    ) -> CostLine | None:
        if not _text(row.get("line_item_id")):
            return None
        where, unit, included = str(origin), _text(row.get("unit_cost")), _true(row.get("include"), empty=True)
        told = len(self._problems)
        scope = _text(row.get("administrative_level")) or "National"
        if unit not in prices:
            self._problems.append(f"{where} has the unit cost {unit!r}, which no table prices")
        counted = _COUNTS.get(scope.casefold())
        if scope.casefold() != "national" and counted not in counts:
            self._problems.append(f"{where} is for {scope!r}, which no multiplier counts")
        words = _text(row.get("cost_type")).casefold()
        if words not in set(CostType):
            self._problems.append(f"{where} is paid {words!r}, neither one-time nor recurring")
        factors = [row.get(f"custom_multiplier_{n}") for n in (1, 2)]
        line = CostLine(
            id=_text(row["line_item_id"]),
            metric=_text(row.get("metric_id")) or _text(row.get("metric_score_id")).rpartition(".")[0],
            level=int(self._number(row.get("score_numeric"), f"{where} score_numeric", Decimal(1))),
            title=_text(row.get("action")),
            unit_cost=unit,
            price=prices.get(unit, Decimal(0)),
            multipliers=[self._number(factor, f"{where} multiplier", Decimal(1)) for factor in factors],
            scope=scope,
            count=counts.get(counted, Decimal(0)) if counted is not None else Decimal(1),
            type=words if words in set(CostType) else CostType.ONE_TIME,
            included=included,
            optional=_true(row.get("optional_cost"), empty=False),
            origin=origin,
        )
        if not included:
            # What is taken out is not counted, so nothing in it needs to be corrected.
            del self._problems[told:]
        return line


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _true(value: object, *, empty: bool) -> bool:
    words = _text(value).casefold()
    return empty if not words else words in ("true", "1", "yes", "x")
