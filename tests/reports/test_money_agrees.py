"""Made programmes with money in two currencies: every document has the sums of plan and budget, to the cent."""

import datetime
import re
from decimal import Decimal

from attrs import evolve
from capbuild_iati import IatiOptions, write_iati
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from lxml import etree

from capbuild.model import (
    BudgetLine,
    ExchangeRate,
    Limits,
    Money,
    Organisation,
    OrganisationRole,
    Phase,
    Plan,
    Recommendation,
    Result,
    ResultIndicator,
)
from capbuild.plugins import RenderContext
from capbuild.reports import Report, build, make_explorer
from tests.reports.conftest import make_programme
from tests.reports.looking import figure
from tests.reports.test_actions import make_dossier

DAY = datetime.date(2016, 6, 30)
CENTS = st.decimals(min_value=1, max_value=99_999, places=2)
MONEY = st.builds(Money, CENTS, st.sampled_from(["USD", "CAD"]))


@st.composite
def budgets(draw: st.DrawFn) -> list[BudgetLine]:
    """Lines of the year 2017, spent up to what is committed."""
    lines = []
    for number in range(draw(st.integers(1, 4))):
        amount, share, paid = draw(MONEY), draw(st.integers(0, 100)), draw(st.integers(0, 100))
        committed = Money(round(amount.amount * share / 100, 2), amount.currency)
        spent = Money(round(committed.amount * paid / 100, 2), amount.currency)
        lines.append(
            BudgetLine(
                id=f"B{number}", title=f"Line {number}", amount=amount, committed=committed, spent=spent, year=2017,
                rate_date=DAY, result="R",
            )
        )  # fmt: skip
    return lines


def to_usd(money: Money, rate: Decimal) -> Decimal:
    return money.amount if money.currency == "USD" else (money.amount * rate).quantize(Decimal("0.01"))


def read(text: str) -> Decimal:
    return Decimal(re.sub(r"[^0-9.]", "", text))


@settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, phases=[Stage.generate]
)
@given(data=st.data(), rate=st.decimals(min_value="0.01", max_value="1.5", places=4), lines=budgets())
def test_every_document_has_the_same_sums(data, rate, lines, baseline):
    codes = [one.country.alpha_2 for one in baseline]
    seats = st.dictionaries(st.sampled_from(codes), st.integers(1, 9), min_size=1)
    given_dossier = make_dossier(baseline)
    sessions = [
        evolve(session, cost=data.draw(MONEY), seats=data.draw(seats), activity=f"A{number % 3}")
        for number, session in enumerate(given_dossier.plan.activities)
    ]
    own = [
        Recommendation(
            id=f"{one.country.alpha_2}-own", country=one.country, text="Do it", cost=data.draw(MONEY), payer="office"
        )
        for one in list(baseline)[:2]
    ]
    chain = Result(
        id="R", kind="output", title="Trained",
        indicators=[ResultIndicator(id="I", title="People", unit="people", targets={"2017": 10}, actuals={"2017": 10})],
    )  # fmt: skip
    programme = evolve(
        make_programme(),
        currency="USD",
        rates=[ExchangeRate(currency="CAD", rate=rate, date=DAY)],
        budgets=lines,
        results=[chain],
        phases=[Phase(id="all", title="All", start=datetime.date(2016, 1, 1), end=datetime.date(2017, 12, 31))],
        organisations=[Organisation(id="O", name="Office", roles=[OrganisationRole.IMPLEMENTING], reference="XX-1")],
    )
    plan = Plan(activities=sessions, limits=Limits(budget=Money(900_000, "USD")))
    dossier = evolve(given_dossier, plan=plan, recommendations=own)

    def make(kind: str, country: str = "") -> Report:
        context = RenderContext(programme=programme, dossier=dossier, kind=kind, country=country or None)
        return build(baseline, context)

    costs = [to_usd(session.cost, rate) for session in sessions]
    total = sum(costs)
    assert read(figure(make("regional"), "plan").total.cells[-1].words) == total
    explorer = make_explorer(baseline, RenderContext(programme=programme, dossier=dossier, rounds=[baseline]))
    assert [Decimal(session.cost) for session in explorer.sessions] == costs
    shares, others = {}, {}
    for code in codes:
        page = next((f for f in make("actions", code).figures if f.id == "sums"), None)
        rows = {row.cells[0].words: row.cells[1].words for row in page.rows} if page is not None else {}
        shares[code] = sum(
            (read(text) for name, text in rows.items() if name.startswith("Share of the plan")), Decimal(0)
        )
        others[code] = sum((read(text) for name, text in rows.items() if name.startswith("Other costs")), Decimal(0))
        brief = next((f for f in make("brief-country", code).facts if f.label.startswith("Planned for")), None)
        assert (read(brief.value) if brief is not None else 0) == shares[code]
        table = next((f for f in make("letter", code).figures if f.id == "sessions"), None)
        assert (read(table.total.cells[-1].words) if table is not None else 0) == shares[code]
    # Each share is rounded on its own, so that the last cent tells nothing of the seats of others.
    assert abs(sum(shares.values()) - total) <= Decimal("0.005") * sum(len(session.seats) for session in sessions)
    assert {code: amount for code, amount in others.items() if amount} == {
        one.country.alpha_2: to_usd(one.cost, rate) for one in own
    }

    donor = make("donor")
    held = figure(donor, "money-usd").total
    amounts, spent = ([to_usd(getattr(line, name), rate) for line in lines] for name in ("amount", "spent"))
    assert [read(cell.words) for cell in held.cells[2:4]] == [sum(amounts), sum(spent)]
    said = " ".join(block.text for one in donor.sections for block in one.blocks if hasattr(block, "text"))
    assert f"{total:,.2f}".removesuffix(".00") in said
    unit = [row.cells[1].words for row in figure(make("logframe"), "unit-costs").rows]
    assert sorted(read(text) for text in unit) == sorted(spent)
    activity = etree.fromstring(write_iati(programme, audience="team", options=IatiOptions()).xml)
    written = [Money(value.text, value.get("currency")) for value in activity.iterfind(".//budget/value")]
    assert sorted(written, key=str) == sorted((line.amount for line in lines), key=str)
