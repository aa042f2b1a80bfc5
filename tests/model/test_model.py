"""Rules of the model: values compare, hash and pickle; what breaks a rule names field, value and rule."""

import copy
import datetime
import pickle
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import CapbuildError, IssuesError, ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    TLP,
    Answer,
    Band,
    BudgetLine,
    Capacity,
    Country,
    Coverage,
    Criterion,
    CrosswalkLink,
    CrosswalkRelation,
    Framework,
    Issue,
    Issues,
    Limits,
    Membership,
    Missing,
    Money,
    PlausibleLevels,
    Response,
    Scale,
    SheetReconciliation,
    Verdict,
)
from capbuild.origin import Origin, column_letters
from capbuild.text import Text, Translation, TranslationStatus, as_text, text_hash


def country(**changes):
    return Country(**{"alpha_2": "JM", "alpha_3": "JAM", "name": "Jamaica"} | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alpha_2": "jm"}, "Country.alpha_2 must be two capital letters, not 'jm'"),
        ({"alpha_3": "JM"}, "Country.alpha_3 must be three capital letters"),
        ({"name": " Jamaica"}, "Country.name must be a name"),
        ({"kind": "x", "sovereign": "GB"}, "Country.kind must be one of 'state', 'territory', 'other', not 'x'"),
        ({"sovereign": "GB"}, "must be given for a territory, and for nothing else"),
    ],
)
def test_a_country_says_what_is_wrong(changes, message):
    with pytest.raises(ModelError, match=r".*") as caught:
        country(**changes)
    assert message in str(caught.value)


def test_a_country_is_its_codes_not_its_display_name():
    assert country() == country(name="Jamaica, W.I.")
    assert {country(): 1}[country(name="JA")] == 1
    assert (repr(country()), str(country())) == ("Country('JM', 'Jamaica')", "Jamaica")


def test_frozen_maps_hash_compare_pickle_and_copy():
    made = FrozenMap({"b": 1, "a": 2})
    assert made == {"a": 2, "b": 1}
    assert hash(made) == hash(FrozenMap({"a": 2, "b": 1}))
    assert pickle.loads(pickle.dumps(made)) == made == copy.deepcopy(made)
    assert list(made) == ["b", "a"]
    with pytest.raises(TypeError):
        made["c"] = 3


@pytest.mark.parametrize("kind", list(Missing))
def test_missing_is_never_a_number(kind):
    assert kind != 0
    assert not isinstance(kind, int | float | str)
    assert Answer("q", 0) != Answer("q", kind)


def test_what_missing_does_to_a_count():
    leave = {kind for kind in Missing if not kind.in_denominator}
    assert leave == {Missing.NOT_APPLICABLE, Missing.NOT_ASKED, Missing.NOT_COLLECTED}


def test_an_origin_prints_as_a_spreadsheet_does():
    assert str(Origin("visits.xlsx", "Barbados", 17, 4)) == "visits.xlsx!Barbados:D17"
    assert str(Origin("a.csv", row=88)) == "a.csv:88"
    assert str(Origin("a.json", path="$.x[3]")) == "a.json $.x[3]"
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    with pytest.raises(ValueError, match="counts from 1"):
        Origin("a.csv", row=0)


def test_origins_are_not_part_of_equality():
    assert Answer("q", 1, origin=Origin("a", row=1)) == Answer("q", 1, origin=Origin("b", row=2))


def test_a_text_falls_back_from_region_to_language_to_source():
    text = Text("yes", "en", {"es": Translation("sí", TranslationStatus.REVIEWED, text_hash("yes"))})
    assert (text.get("es-MX"), text.get("fr"), text.status("es")) == ("sí", "yes", TranslationStatus.REVIEWED)
    assert as_text({"en": "no", "nl": "nee"}).languages == ("en", "nl")
    with pytest.raises(ModelError):
        Text("yes", "en", {"en": Translation("yes")})


def test_a_framework_refuses_an_id_that_stands_twice():
    leaf = Capacity(id="a", title="A", criteria=[Criterion(id="x", text="x")])
    twin = Capacity(id="b", title="B", criteria=[Criterion(id="x", text="x")])
    with pytest.raises(ModelError, match="must not name a capacity or criterion more than once, not 'x'"):
        Framework(id="f", edition="1", title="F", scales=[Scale(id="s")], roots=[leaf, twin])
    with pytest.raises(ModelError, match="must be one of"):
        Framework(
            id="f", edition="1", title="F", scales=[Scale(id="s")], roots=[Capacity(id="a", title="A", scale="z")]
        )


def test_a_capacity_has_criteria_or_children():
    with pytest.raises(ModelError, match="must be empty for a node with children"):
        Capacity(
            id="a",
            title="A",
            criteria=[Criterion(id="x", text="x")],
            children=[Capacity(id="b", title="B")],
        )


def test_collections_are_tuples_and_one_text_is_no_collection():
    assert Response(id="1", answers=[Answer("q", 1)]).answers == (Answer("q", 1),)
    with pytest.raises(ModelError, match=r"Response\.answers must be a collection, each Answer, not 'abc'"):
        Response(id="1", answers="abc")


def test_no_naive_moment():
    with pytest.raises(ModelError, match="must be a datetime with a time zone"):
        Response(id="1", submitted=datetime.datetime(2016, 1, 1, 12))


def test_issues_are_raised_all_at_once_worst_first():
    found = Issues(
        [
            Issue(code="A1", severity="note", message="n"),
            Issue(code="B1", severity="error", message="e"),
            Issue(code="C1", severity="warning", message="w"),
        ]
    )
    assert [issue.code for issue in found.worst_first] == ["B1", "C1", "A1"]
    assert (found[-1], list(found[:2])) == (list(found)[-1], list(found)[:2])
    assert str(found) == "1 error, 1 warning, 1 note"
    with pytest.raises(IssuesError) as caught:
        found.raise_if("warning")
    assert [issue.code for issue in caught.value.issues] == ["B1", "C1"]
    Issues([Issue(code="A1", severity="note", message="n")]).raise_if("warning")


def test_an_account_adds_up_or_says_that_it_does_not():
    account = SheetReconciliation(
        rows_in=3, rows_out=2, rows_left_out={"blank": 1}, cells=4, answers=2, absent={"no answer": 2}
    )
    assert account.adds_up
    assert not SheetReconciliation(rows_in=3, rows_out=2).adds_up
    assert not SheetReconciliation(cells=1).adds_up


def test_money_is_exact_and_never_mixes_currencies():
    assert sum([Money("0.1", "CAD"), Money("0.2", "CAD")]) == Money("0.3", "CAD")
    assert sum([], start=Money(0, "CAD")) == Money(0, "CAD")
    assert str(Money("1234.5", "CAD")) == "CAD 1,234.50"
    with pytest.raises(ModelError, match="must be CAD"):
        Money(1, "CAD") + Money(1, "USD")
    with pytest.raises(ModelError, match="ISO 4217"):
        Money(1, "dollars")


_AMOUNTS = st.decimals(-(10**12), 10**12, places=4)


@given(st.lists(_AMOUNTS, min_size=1), st.integers(-999, 999) | _AMOUNTS, st.integers(2, 28))
def test_money_is_summed_and_multiplied_as_fractions_are(amounts, factor, precision):
    total = sum(map(Fraction, amounts))
    with localcontext() as context:  # the precision that a program has set for itself does not count
        context.prec = precision
        money = [Money(amount, "CAD") for amount in amounts]
        assert Fraction(sum(money).amount) == total
        assert Fraction((factor * sum(money)).amount) == total * Fraction(factor)
        assert factor * sum(money) == sum(money) * factor
        assert Fraction((money[0] - sum(money)).amount) == Fraction(amounts[0]) - total


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Money("twelve"), lambda: Money(""), lambda: Money(None), lambda: Money("1,200"), lambda: Money("NaN"),
        lambda: Money(1, "US$"), lambda: Money(1, None), lambda: Money(1) + 1, lambda: 1 + Money(1),
        lambda: Money(1) - 1, lambda: Money(1) + None, lambda: Money(1) < 2, lambda: Money(1) * 0.5,
        lambda: 0.5 * Money(1), lambda: Money(1) * True, lambda: Money(1) * "2", lambda: Money(1) * Money(1),
        lambda: Money(1) * Decimal("NaN"), lambda: Money(1) * Decimal("sNaN"), lambda: Money("1E90") + Money("1E-90"),
        lambda: sum([Money(1, "CAD"), Money(1, "USD")]),
    ],
)  # fmt: skip
def test_what_is_no_money_is_an_error_of_the_library(wrong):
    with pytest.raises(CapbuildError):
        wrong()


def test_labels_allow_only_what_is_no_stricter():
    assert TLP.CLEAR.allows(TLP.AMBER)
    assert TLP.AMBER.allows(TLP.AMBER)
    assert not TLP.RED.allows(TLP.AMBER)


def test_verdicts_that_pass():
    assert {verdict for verdict in Verdict if verdict.passes} == {Verdict.YES, Verdict.ELSEWHERE}


def test_bands_are_half_open():
    tier = Band(code="T2", label="Advancing", lower=85, upper=95)
    assert (85 in tier, 95 in tier, 84.99 in tier) == (True, False, False)


def test_plausible_levels_and_coverage_check_themselves():
    with pytest.raises(ModelError):
        PlausibleLevels(lowest=3, highest=2)
    with pytest.raises(ModelError, match="must sum to 1"):
        PlausibleLevels(lowest=1, highest=2, probabilities={1: 0.5, 2: 0.4})
    with pytest.raises(ModelError):
        Coverage(answered=1, settled=2, applicable=3)


def test_a_crosswalk_drops_to_nothing_and_nothing_else_does():
    CrosswalkLink(before=["a"], relation=CrosswalkRelation.DROPPED)
    with pytest.raises(ModelError):
        CrosswalkLink(before=["a"], relation=CrosswalkRelation.EXACT)


def test_a_membership_holds_between_its_dates():
    made = Membership(group="G", country="JM", status="member", since="1973-08", until="1990", source="s")
    days = [datetime.date(y, 8, 1) for y in (1972, 1973, 1990, 1991)]
    assert [made.is_valid_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("make", "field", "found"),
    [
        (lambda: Limits(budget=5), "Limits.budget", 5),
        (lambda: Limits(budget="USD 5"), "Limits.budget", "USD 5"),
        (lambda: Limits(budget=Money(5), budget_by_year={2016: 4}), "Limits.budget_by_year[2016]", 4),
        (lambda: Limits(budget=Money(5), travel={"JM": {"PA": 3.5}}), "Limits.travel['JM']['PA']", 3.5),
        (lambda: BudgetLine(id="b", title="B", amount=1), "BudgetLine.amount", 1),
    ],
)
def test_an_amount_without_its_currency_is_refused(make, field, found):
    with pytest.raises(ModelError) as caught:
        make()
    rule = 'must be money with its currency, such as Money(1_200_000, "CAD")'
    assert str(caught.value) == f"CB001 {field} {rule}, not {found!r}"
    assert Limits(budget=Money(5)).budget.currency == "USD"
