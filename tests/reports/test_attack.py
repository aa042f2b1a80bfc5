"""An attack on the disclosure: everything an audience is given, for rounds, needs, plans and changes that are drawn.

The attacker knows the named countries and all that is published. A country that is not named is safe when the same
publication could come from another world, in which it stands otherwise. Two kinds of other worlds are tried: two
unnamed countries change places, and what all of them share is something else for all of them.
"""

from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.reports import Stretch
from tests.reports.worlds import CODES, INDICATORS, STANDINGS, World, differences, published, worlds

_slow = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@_slow
@given(worlds())
def test_unnamed_countries_can_change_places(world: World) -> None:
    for shown in (world, evolve(world, named=frozenset())):
        for one, other in list(combinations(shown.unnamed, 2))[:2]:
            assert differences(shown, shown.swapped(one, other)) == []


@_slow
@given(worlds(), st.sampled_from(INDICATORS), st.permutations(sorted(STANDINGS)))
def test_a_level_that_all_unnamed_share_could_be_another(world: World, name: str, order: list[str]) -> None:
    def alike(standing: str) -> World:
        rows = {code: dict(row) for code, row in world.standing.items()}
        for code in world.unnamed:
            rows[code][name] = standing
        return evolve(world, standing=rows)

    # A country of which nobody has found anything is silent, which is known.
    kept = [other for other in INDICATORS if other != name]
    for code in world.unnamed:
        if all(world.standing[code][other] == "open" for other in kept):
            world = evolve(world, standing={**world.standing, code: {**world.standing[code], kept[0]: "L2"}})
    assert differences(alike(order[0]), alike(order[1])) == []


@_slow
@given(worlds(), st.sampled_from(INDICATORS))
def test_a_need_that_all_unnamed_share_could_be_none_of_theirs(world: World, name: str) -> None:
    theirs = world.need[name] & world.named
    if not theirs:  # what no named country needs is not spoken of at all, whoever else needs it
        theirs = frozenset(sorted(world.named)[:1])
    every = evolve(world, need={**world.need, name: theirs | frozenset(world.unnamed)})
    none = evolve(world, need={**world.need, name: theirs})
    assert differences(every, none) == []


@_slow
@given(worlds())
def test_a_session_that_all_unnamed_attend_could_be_without_them(world: World) -> None:
    theirs = world.seats["S1"] & world.named or frozenset(sorted(world.named)[:1])
    every = evolve(world, seats={**world.seats, "S1": theirs | frozenset(world.unnamed)})
    none = evolve(world, seats={**world.seats, "S1": theirs})
    assert differences(every, none) == []


@_slow
@given(worlds())
def test_what_an_unnamed_country_gained_is_nowhere(world: World) -> None:
    none = evolve(world, gained={**world.gained, **dict.fromkeys(world.unnamed, frozenset())})
    assert differences(world, none) == []


@_slow
@given(worlds())
def test_what_ties_an_unnamed_country_is_nowhere(world: World) -> None:
    """No agreement, operation or request of an unnamed country is shown or counted, whatever its label."""
    bonds = {name: codes for name, codes in world.bonds.items() if codes <= world.named}
    asked = frozenset(pair for pair in world.asked if world.named.issuperset(pair))
    more = {**world.bonds, "Z1": frozenset(CODES), "Z2": frozenset(world.unnamed)}
    assert differences(evolve(world, bonds=more), evolve(world, bonds=bonds, asked=asked)) == []


def test_what_ties_named_countries_is_shown() -> None:
    world = World(
        named=frozenset({"BB", "JM", "CO"}),
        least=2,
        standing=dict.fromkeys(CODES, dict.fromkeys(INDICATORS, "L2")),
        need={},
        seats={"S1": frozenset(CODES)},
        host={"S1": "BB"},
        language={"S1": "en"},
        gained=dict.fromkeys(CODES, frozenset()),
        bonds={"B1": frozenset({"BB", "JM"}), "B2": frozenset({"BB", "HT"})},
        asked=frozenset({("BB", "JM"), ("HT", "JM")}),
    )
    shown = {figure.id: figure for page in published(world)[0] for figure in page.figures}
    # The agreement is marked too strictly for this audience; the operation is not.
    assert [row.cells[1].words for row in shown["bonds"].rows] == ["Barbados and Jamaica"]
    assert [row.cells[0].words for row in shown["cooperation"].rows] == ["Barbados – Jamaica"]
    assert "contacts" not in shown


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_language_that_few_work_in_is_not_told(language: str) -> None:
    """Haiti alone works in French, and Colombia and Cuba in Spanish: fewer than three, and one of them not named."""
    world = World(
        named=frozenset(CODES) - {"HT", "CU", "JM"},
        least=3,
        standing=dict.fromkeys(CODES, dict.fromkeys(INDICATORS, "L2")),
        need=dict.fromkeys(INDICATORS, frozenset(CODES)),
        seats={"S1": frozenset(CODES)},
        host={"S1": "BB"},
        language={"S1": language},
        gained=dict.fromkeys(CODES, frozenset()),
    )
    assert labels(world) == ["Barbados", "Barbados"]
    assert language not in {cell for row in published(world)[1]["sessions"] for cell in row}
    assert labels(evolve(world, language={"S1": "en"})) == ["Barbados (en)", "Barbados (en)"]
    assert labels(evolve(world, host={"S1": "JM"})) == ["", ""]


def labels(world: World) -> list[str]:
    """What stands beside the bars of the calendars."""
    figures = [figure for page in published(world)[0] for figure in page.figures]
    return [cell.label for figure in figures for row in figure.rows for cell in row.cells if isinstance(cell, Stretch)]
