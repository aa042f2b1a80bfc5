"""Display of a costing: cost by year, and largest indicators."""

from collections.abc import Mapping

from capbuild.display import counted
from capbuild.model import Money
from capbuild.notebook.pages import SAY, Column, Grid, Page, is_invented, shorten
from capbuild.planning import Costing, CostRange
from capbuild.reports.cells import Style, Words

#: Most years and indicators shown.
_YEARS, _INDICATORS = 10, 5


def page(costing: Costing) -> Page:
    """Return the display of a costing."""
    names = [name for name in costing.countries if name]
    years = {f"Year {year}": amount for year, amount in costing.by_year.items()}
    dearest = sorted(costing.by("indicator").items(), key=lambda pair: -pair[1].high.amount)
    facts = [counted(len(names), "country", "countries")] if len(names) > 1 else names
    return Page(
        title=f"{costing.total} in {counted(costing.years, 'year')}",
        facts=[Words(text=fact) for fact in (*facts, *costing.assumptions)],
        blocks=[
            _make_table(costing, "Year", years, _YEARS, "`.by_year`"),
            _make_table(costing, "Indicator", dict(dearest), _INDICATORS, '`.by("indicator")`'),
        ],
        foot=[f"{counted(len(costing.issues), 'remark')}: `.issues`" if costing.issues else '`.by("line")` has all'],
        invented=is_invented(costing),
    )


def _make_table(costing: Costing, header: str, costs: Mapping[str, CostRange], most: int, call: str) -> Grid:
    ends = (f"{costing.currency}, lowest", "highest") if costing.total.is_range else (costing.currency,)
    rows = [
        (
            Words(text=shorten(name or "no indicator", 40)),
            *map(_make_amount, (cost.low, cost.high)[: len(ends)]),
        )
        for name, cost in list(costs.items())[:most]
    ]
    left = len(costs) - most
    columns = [Column(head=header), *(Column(head=end, number=True) for end in ends)]
    return Grid(columns=columns, rows=rows, more=f"{SAY.number(left)} more with {call}" if left > 0 else "")


def _make_amount(money: Money) -> Words:
    return Words(text=f"{money.amount:,.2f}", style=Style.NUMBER)
