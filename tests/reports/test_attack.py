"""Attacks on the disclosure: everything an audience is given of all rounds, in all formats that writers share.

Two attackers. One takes every printed figure for an equation, and must find out nothing of a country that has agreed to
nothing. The other compares whole worlds: a country that is not named is safe when the same publication, to the letter,
could come from a world in which it stands otherwise.
"""

from collections.abc import Callable, Iterable
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.disclosure import disclose
from capbuild.disclosure.groups import Groups
from capbuild.reports import Timeline
from tests.reports.attacking import found_out
from tests.reports.worlds import CODES, INDICATORS, STANDINGS, Truth, World, differences, published, worlds
from tests.reports.worlds import given as given_of

_slow = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def truth(takes_part: frozenset[str] = frozenset(CODES), **values: object) -> Truth:
    """A round of which nothing is out of the ordinary: levels differ, half of the countries have each need."""
    levels = ("L1", "L2", "L3")
    plain = {
        "takes_part": takes_part,
        "silent": frozenset(),
        "visited": frozenset(CODES[::3]),
        "standing": {
            code: {name: levels[(place + n) % 3] for n, name in enumerate(INDICATORS)}
            for place, code in enumerate(CODES)
        },
        "state": dict.fromkeys(CODES, "draft"),
        "need": dict.fromkeys(INDICATORS, frozenset(CODES[::2])),
    }
    return Truth(**(plain | values))


def world(*rounds: Truth, named: str = "", least: int = 3, **values: object) -> World:
    """A world in which some countries have agreed to everything, and the others to nothing."""
    plain = {
        "seats": {"S1": frozenset(CODES[:3])},
        "host": {"S1": "BB"},
        "language": {"S1": "en"},
    }
    nobody = World(agreed={}, least=least, rounds=rounds or (truth(),), **(plain | values))
    return nobody.naming(frozenset(named.split()))


@_slow
@given(worlds())
def test_no_value_of_a_country_is_found_out(drawn: World) -> None:
    assert found_out(drawn) == []


@_slow
@given(worlds(steady=True))
def test_nor_by_comparing_rounds_in_which_nothing_changes(drawn: World) -> None:
    assert found_out(drawn, steady=True) == []


#: Rules of suppression by name: what stands in their place, and a world in which they are needed.
_RULES: dict[str, tuple[str, Callable[..., object], World]] = {
    "all are on one level": (
        "is_uniform",
        lambda _self, _facts: False,
        world(truth(standing={code: dict.fromkeys(INDICATORS, "L2") for code in CODES})),
    ),
    "all are on one side of the target": (
        "is_uniform",
        lambda _self, _facts: False,
        world(truth(standing={code: dict.fromkeys(INDICATORS, f"L{1 + n % 2}") for n, code in enumerate(CODES)})),
    ),
    "all but one are on one side of the target": (
        "is_uniform",
        lambda _self, _facts: False,
        world(truth(standing={c: dict.fromkeys(INDICATORS, f"L{1 + n % 2 + n // 7}") for n, c in enumerate(CODES)})),
    ),
    "nobody is silent": (
        "_countable",
        lambda _self, group: group.unnamed,
        world(truth(), named="AG BB BZ CO CU"),
    ),
    "one is silent": (
        "_countable",
        lambda _self, group: group.unnamed if group.silent else frozenset(),
        world(truth(silent=frozenset({"JM"})), named="AG BB"),
    ),
    "one of two rounds counts a country more": (
        "parts",
        property(lambda self: [frozenset().union(*(self.of(one).counted for one in self.rounds))]),
        world(truth(), truth(frozenset(CODES) - {"HT"})),
    ),
    "all but one have a need": (
        "split",
        lambda self, codes, item, _one=None: (
            sorted(set(codes) & self.named[item]),
            [f"other {n}" for n in range(1, len(set(codes) - self.named[item]) + 1)],
        ),
        world(truth(need=dict.fromkeys(INDICATORS, frozenset(CODES[1:])))),
    ),
    "all attend": (
        "split",
        lambda self, codes, item, one=None: (
            sorted(set(codes) & self.named[item]),
            [f"other {n}" for n in range(1, len(set(codes) - self.named[item]) + 1)],
        ),
        world(truth(need=dict.fromkeys(INDICATORS, frozenset())), named="AG BB", seats={"S1": frozenset(CODES)}),
    ),
}


@pytest.mark.parametrize("rule", _RULES)
def test_without_a_rule_the_attacker_finds_what_it_hides(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, instead, drawn = _RULES[rule]
    assert found_out(drawn, steady=True) == []
    monkeypatch.setattr(Groups, name, instead)
    if rule.startswith("one of two"):
        monkeypatch.setattr(Groups, "_cores", lambda _self, counted: counted)
    assert found_out(drawn, steady=True)


def test_a_single_objector_is_nowhere_on_the_map() -> None:
    """All have answered and one has not agreed: a tile that says "not shown" would say who it is."""
    page = published(world(truth(), named=" ".join(set(CODES) - {"HT"}))).pages["baseline", "regional"]
    assert not isinstance(page, str)
    assert "Haiti" not in str(page)
    assert {fact.label: fact.value for fact in page.facts}["Countries"] == "7"
    # Where others are silent, nobody can tell which of the two it is: their number is given, and no name.
    silent = world(truth(silent=frozenset({"AG", "BB"})), named="BZ CO CU GD JM")
    page = published(silent).pages["baseline", "regional"]
    assert not isinstance(page, str)
    assert "Haiti" not in str(page)
    assert "3 participants are in no figure" in str(page)


@_slow
@given(worlds())
def test_unnamed_countries_can_change_places(drawn: World) -> None:
    for shown in (drawn, drawn.naming(frozenset())):
        pairs = [
            (one, other)
            for one, other in combinations(shown.hidden, 2)
            if all((one in truth.takes_part) is (other in truth.takes_part) for truth in shown.rounds)
        ]
        assert differences(shown, *(shown.swapped(one, other) for one, other in pairs[:2])) == []


def test_what_a_named_country_costs_is_the_same_whoever_sits_with_it() -> None:
    """What rounding leaves is a cent or two, and which country bears them would tell who has the other seats."""
    groups = combinations(sorted(set(CODES) - {"CU"}), 3)
    first, *rest = (world(named="CU", seats={"S1": frozenset({"CU", *others})}) for others in groups)
    assert "value='350'" in str(published(first).pages["baseline", "profile CU"])  # of 1,400.01 for four
    assert differences(first, *rest[::4]) == []


@_slow
@given(worlds(parts=False), st.sampled_from(INDICATORS), st.permutations(sorted(STANDINGS)))
def test_a_level_that_all_unnamed_share_could_be_another(drawn: World, name: str, order: list[str]) -> None:
    """Whether they share that of one indicator or of all: no total holds what a row does not tell."""

    def alike(standing: str, names: Iterable[str]) -> World:
        made = []
        for one in drawn.rounds:
            rows = {code: dict(row) for code, row in one.standing.items()}
            for code in drawn.hidden:
                rows[code] |= dict.fromkeys(names, standing)
            made.append(evolve(one, standing=rows, need=dict.fromkeys(INDICATORS, frozenset())))
        return evolve(drawn, rounds=tuple(made))

    for names in ((name,), INDICATORS):
        assert differences(alike(order[0], names), alike(order[1], names)) == []


@_slow
@given(worlds(parts=False), st.sampled_from(INDICATORS))
def test_a_need_that_all_unnamed_share_could_be_none_of_theirs(drawn: World, name: str) -> None:
    def needing(codes: frozenset[str]) -> World:
        return evolve(drawn, rounds=tuple(evolve(one, need={**one.need, name: codes}) for one in drawn.rounds))

    theirs = drawn.named()
    assert differences(needing(theirs | frozenset(drawn.hidden)), needing(theirs)) == []


@_slow
@given(worlds(parts=False))
def test_a_session_that_all_unnamed_attend_could_be_without_them(drawn: World) -> None:
    named = drawn.named() or frozenset()
    every = evolve(drawn, came={}, seats={**drawn.seats, "S1": named | frozenset(drawn.hidden)})
    none = evolve(drawn, came={}, seats={**drawn.seats, "S1": named})
    if named:
        assert differences(every, none) == []


@_slow
@given(worlds())
def test_comparisons_are_of_countries_that_are_named_with_them(drawn: World) -> None:
    """No step of a series, no visit and no estimate over all countries is of one that is not named."""
    for subject, context in given_of(drawn):
        shown = disclose(subject, context)[1].dossier
        changes = [shown.change, *(shown.series.changes if shown.series is not None else ())]
        for one in filter(None, changes):
            rows = [*one.criteria, *one.capacities]
            codes = {*one.matched, *one.unmatched, *one.cautions, *(row.country.alpha_2 for row in rows)}
            assert codes <= drawn.named("change")
            if drawn.hidden:
                assert not any((one.observed, one.like_for_like, one.means))
                assert {row.probability for row in rows} <= {None}
        assert shown.visits.keys() <= drawn.named()


@_slow
@given(worlds())
def test_what_ties_an_unnamed_country_is_nowhere(drawn: World) -> None:
    """No agreement, operation or request of an unnamed country is shown or counted, whatever its label."""
    named = drawn.named()
    bonds = {name: codes for name, codes in drawn.bonds.items() if codes <= named}
    asked = frozenset(pair for pair in drawn.asked if named.issuperset(pair))
    more = {**drawn.bonds, "Z1": frozenset(CODES), "Z2": frozenset(drawn.hidden or CODES)}
    if drawn.hidden:
        assert differences(evolve(drawn, bonds=more), evolve(drawn, bonds=bonds, asked=asked)) == []


def test_what_ties_named_countries_is_shown() -> None:
    drawn = world(
        named="BB JM CO",
        least=2,
        bonds={"B1": frozenset({"BB", "JM"}), "B2": frozenset({"BB", "HT"})},
        asked=frozenset({("BB", "JM"), ("HT", "JM")}),
    )
    page = published(drawn).pages["baseline", "regional"]
    assert not isinstance(page, str)
    shown = {figure.id: figure for figure in page.figures}
    # The agreement is marked too strictly for this audience; the operation is not.
    assert [row.cells[1].words for row in shown["bonds"].rows] == ["Barbados and Jamaica"]
    assert [row.cells[0].words for row in shown["cooperation"].rows] == ["Barbados – Jamaica"]
    assert "contacts" not in shown


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_language_that_few_work_in_is_not_told(language: str) -> None:
    """Haiti alone works in French, and Colombia and Cuba in Spanish: fewer than three, and one of them not named."""
    named = " ".join(set(CODES) - {"HT", "CU", "JM"})
    drawn = world(named=named, seats={"S1": frozenset(CODES)}, language={"S1": language})
    assert labels(drawn) == ["Barbados", "Barbados"]
    assert language not in {cell for row in published(drawn).tables["baseline"]["sessions"] for cell in row.values()}
    assert labels(evolve(drawn, language={"S1": "en"})) == ["Barbados (en)", "Barbados (en)"]
    assert labels(evolve(drawn, host={"S1": "JM"})) == ["", ""]


def labels(drawn: World) -> list[str]:
    """What stands beside the bars of the calendars."""
    pages = [page for page in published(drawn).pages.values() if not isinstance(page, str)]
    figures = [figure for page in pages for figure in page.figures]
    return [cell.label for figure in figures for row in figure.rows for cell in row.cells if isinstance(cell, Timeline)]
