"""Attacks on sequences of editions: late returns, consents that come and go, corrections, a country that knows itself.

The attacker has every edition that an audience was given, knows which countries each figure counts, and knows what
changed from one to the next. Every value that countries could have is tried: what is true in all that fit the figures
is found out. The figures are those that every writer is given.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from capbuild.disclosure import Publications, disclose
from capbuild.disclosure.control import _Control
from capbuild.disclosure.outcome import is_masked
from capbuild.model import Audience, Dossier
from capbuild.plugins import RenderContext
from tests.reports.test_attack import truth, world
from tests.reports.worlds import CODES, INDICATORS, STANDINGS, World, given

_slow = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
VALUES = tuple(STANDINGS)
#: What nobody may know of a country: the values of which it has one.
STATEMENTS = {
    "is at L1": {"L1"},
    "is at L2": {"L2"},
    "is at L3": {"L3"},
    "reaches L2": {"L2", "L3"},
    "is below L3": {"L1", "L2"},
}
#: A country and the standing that it has: one that is corrected has two.
Unknown = tuple[str, str]


@frozen
class Figure:
    """Countries in a figure with what each has, and how many the figure says have which value."""

    unknowns: tuple[Unknown, ...]
    counts: Mapping[str, int]


def given_of(one: World) -> list[tuple[object, RenderContext]]:
    """Each round with needs and plan, without what makes a report long."""
    return [(s, evolve(c, dossier=Dossier(needs=c.dossier.needs, plan=c.dossier.plan))) for s, c in given(one)]


def publish(editions: Sequence[World], register: Publications | None) -> tuple[dict[str, list[Figure]], frozenset[str]]:
    """Publish editions; return the figures by name, and the countries that some edition names."""
    figures: dict[str, list[Figure]] = {}
    named: set[str] = set()
    for one in editions:
        for place, (subject, plain) in enumerate(given_of(one)):
            context = evolve(plain, publications=register)
            groups = _Control.of(subject, context).groups
            _, shown = disclose(subject, context)
            named |= groups.named["results"]
            standing, counted = one.rounds[place].standing, sorted(groups.of(subject).counted)
            for name, bins in shown.disclosure.others.items():
                if name in INDICATORS:
                    counts = {_words(found.kind, found.order): many for found, many in bins.counts.items()}
                    unknowns = tuple((code, standing[code][name]) for code in counted)
                    figures.setdefault(name, []).append(Figure(unknowns, counts))
            for need in shown.dossier.needs or ():
                masks = sum(is_masked(getattr(place, "alpha_2", str(place))) for place in need.countries)
                if masks:
                    has = one.rounds[place].need[need.capacities[0]]
                    unknowns = tuple((code, "yes" if code in has else "no") for code in counted)
                    figures.setdefault(need.id, []).append(Figure(unknowns, {"yes": masks, "no": len(counted) - masks}))
        if register is not None:
            register.settle(Audience.REGIONAL)
    return figures, frozenset(named)


def _words(kind: str, order: int) -> str:
    return f"L{order}" if kind == "level" else kind


def found_out(editions: Sequence[World], register: Publications | None) -> list[tuple[str, ...]]:
    """What the attacker finds out of countries that no edition names: alone, or as one of them."""
    figures, named = publish(editions, register)
    return [
        (name, *found)
        for name, every in figures.items()
        for found in _certain(every, named, VALUES if name in INDICATORS else ("yes", "no"))
    ]


def _certain(figures: Sequence[Figure], named: frozenset[str], values: Sequence[str]) -> Iterator[tuple[str, ...]]:
    unknowns = sorted({one for figure in figures for one in figure.unknowns})
    tried = np.indices((len(values),) * len(unknowns), dtype=np.int8).reshape(len(unknowns), -1)
    fits = np.ones(tried.shape[1], dtype=bool)
    truth_of = [values.index(value) for _, value in unknowns]
    for figure in figures:
        rows = tried[[unknowns.index(one) for one in figure.unknowns]]
        for number, value in enumerate(values):
            fits &= (rows == number).sum(axis=0) == figure.counts.get(value, 0)
    for place, (code, _) in enumerate(unknowns):
        if code in named:
            fits &= tried[place] == truth_of[place]  # what an edition says of it by name
    left = tried[:, fits]
    assert left.size, "what is printed contradicts what is true"
    statements = STATEMENTS if len(values) > 2 else {"has it": {"yes"}, "has it not": {"no"}}
    for insider in (None, *{code for code, _ in unknowns if code not in named}):
        own = [place for place, (code, _) in enumerate(unknowns) if code == insider]
        known = left[:, np.all([left[place] == truth_of[place] for place in own], axis=0)] if own else left
        for place, (code, _) in enumerate(unknowns):
            possible = {values[number] for number in np.unique(known[place])}
            if code not in named and code != insider:
                yield from ((code, words, str(insider)) for words, those in statements.items() if possible <= those)


def standing(**changed: str) -> dict[str, dict[str, str]]:
    """Four countries on each of two levels, but those that are said to be otherwise."""
    levels = {code: ("L1", "L3", "open")[place % 3] for place, code in enumerate(CODES)} | changed
    return {code: dict.fromkeys(INDICATORS, level) for code, level in levels.items()}


def edition(silent: str = "", named: str = "", least: int = 3, **changed: str) -> World:
    """An edition of one round."""
    one = truth(silent=frozenset(silent.split()), standing=standing(**changed))
    return world(one, named=named, least=least)


def of_rounds(*without: str) -> World:
    """An edition of several rounds, in each of which some do not take part."""
    return world(*(truth(frozenset(CODES) - set(codes.split()), standing=standing()) for codes in without))


#: Editions by what happens between them.
SEQUENCES: dict[str, list[World]] = {
    "one late return": [edition("HT JM"), edition("JM")],
    "late returns one by one": [edition("HT JM"), edition("JM"), edition()],
    "a late return where another is named": [edition("HT JM GD", "AG"), edition("JM GD", "AG")],
    "a correction": [edition(), edition(HT="L3")],
    "corrections one by one": [edition(), edition(HT="L3"), edition(HT="L3", JM="L1")],
    "all but two agree to be named": [edition(), edition(named="AG BB BZ CO CU GD")],
    "countries agree one by one": [edition(), edition(named="AG BB"), edition(named="AG BB BZ CO CU")],
    "a consent is taken back": [edition("GD CU", "AG BB HT"), edition("GD CU", "AG BB"), edition("GD CU", "AG")],
    "a return is taken back": [edition(), edition("HT")],
    "countries that were named are corrected with another": [
        edition(named="AG BB BZ"),
        edition(),
        edition(AG="L3", BB="L1", BZ="L1", HT="L3"),
    ],
    "a round in which one is missing follows": [of_rounds(""), of_rounds("", "HT"), of_rounds("", "HT", "JM")],
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_no_sequence_of_editions_tells_of_a_country(name: str) -> None:
    assert found_out(SEQUENCES[name], Publications()) == []


#: Sequences that tell something where nothing is kept of what was given.
_TELLING = [
    "one late return",
    "late returns one by one",
    "a correction",
    "corrections one by one",
    "all but two agree to be named",
    "a return is taken back",
    "countries that were named are corrected with another",
]


@pytest.mark.parametrize("name", _TELLING)
def test_without_the_register_the_attacker_finds_it(name: str) -> None:
    assert found_out(SEQUENCES[name], None)


def test_late_returns_are_counted_once_there_are_enough() -> None:
    """Two are left out, and with a third all are counted: what was given before stays as it was until then."""
    register = Publications()
    few = [edition("HT JM GD"), edition("JM GD"), edition("GD")]
    figures, _ = publish(few, register)
    assert [len(figure.unknowns) for figure in figures["A-1"]] == [5, 5, 5]
    figures, _ = publish([edition()], register)
    assert [len(figure.unknowns) for figure in figures["A-1"]] == [8]


def test_a_corrected_row_is_left_out_and_the_others_stay() -> None:
    first = edition()
    (one,) = first.rounds
    corrected = evolve(one, standing={**one.standing, "HT": {**one.standing["HT"], "A-2": "L3"}})
    figures, _ = publish([first, evolve(first, rounds=(corrected,))], Publications())
    assert {name: len(figures[name]) for name in INDICATORS} == {"A-1": 2, "A-2": 1, "A-3": 2}


def test_what_is_given_again_is_the_same_and_adds_nothing() -> None:
    """Also where editions between them were others."""
    register = Publications()
    editions = [edition("HT JM"), edition("JM"), edition(), edition(HT="L3"), of_rounds("", "HT")]
    first = [publish([one], register) for one in editions]
    known = register.every
    assert [publish([one], register) for one in editions[-1:]] == first[-1:]
    assert register.every == known


@_slow
@drawn_from(st.data())
def test_drawn_editions_tell_of_no_country(data: st.DataObject) -> None:
    """Countries return late, agree, take it back and correct themselves, in any order, over three editions."""
    codes, levels = st.sampled_from(CODES), st.sampled_from(VALUES)
    silent = set(data.draw(st.frozensets(codes, max_size=4)))
    named = set(data.draw(st.frozensets(codes, max_size=3)))
    values = {code: data.draw(levels) for code in CODES}
    least, corrections = data.draw(st.integers(2, 4)), 2
    editions = []
    for _ in range(3):
        editions.append(edition(" ".join(silent), " ".join(named), least, **values))
        step = data.draw(st.sampled_from(("late", "agrees", "takes back", "corrects")))
        code = data.draw(codes)
        silent -= {code} if step == "late" else set()
        named = named | {code} if step == "agrees" else named - {code} if step == "takes back" else named
        if step == "corrects" and corrections:
            corrections -= 1
            values[code] = data.draw(levels)
    assert found_out(editions, Publications()) == []


def of_audiences(audience: Audience, one: World, register: Publications) -> frozenset[str]:
    """Publish an edition for an audience; return the countries that its totals count."""
    (subject, plain), *_ = given_of(one)
    context = evolve(plain, audience=audience.value, publications=register)
    policy = context.programme.disclosure
    labels = {**policy.audiences, audience.value: "TLP:GREEN"}
    consents = [evolve(consent, audience=audience) for consent in policy.consents if consent.audience == "regional"]
    context = evolve(
        context,
        programme=evolve(context.programme, disclosure=evolve(policy, audiences=labels, consents=consents)),
    )
    counted = _Control.of(subject, context).groups.of(subject).counted
    disclose(subject, context)
    register.settle(audience)
    return counted


def test_a_late_return_is_in_no_total_of_another_audience() -> None:
    """Reports are passed on: donors have counted six, so participants are not given seven."""
    register = Publications()
    assert len(of_audiences(Audience.DONOR, edition("HT JM"), register)) == 6
    assert len(of_audiences(Audience.REGIONAL, edition("JM"), register)) == 6
    assert len(of_audiences(Audience.PUBLIC, edition("JM"), Publications())) == 7


def test_a_name_is_held_back_where_the_rest_of_an_earlier_need_would_be_alike() -> None:
    """Four of six have the need: without one that agrees and has it not, all of the rest but one."""
    editions = [edition("CO GD", least=2), edition("CO GD", "BB", least=2)]
    assert found_out(editions, None)
    assert found_out(editions, Publications()) == []


def test_a_donor_report_gives_and_records_nothing_of_single_indicators_and_needs() -> None:
    """What its writer is not given is no reason to hold a name back later."""
    one = edition("CO GD", "BB", least=2)
    subject, plain = given_of(one)[0]
    given = {}
    for kind in ("", "donor"):
        register = Publications()
        _, shown = disclose(subject, evolve(plain, kind=kind, publications=register))
        names = {name.split(" ", 1)[-1].split()[0] for one in register.every for name in one.figures}
        given[kind] = bool(shown.disclosure.others) or bool(shown.dossier.needs), "row" in names
    assert given == {"": (True, True), "donor": (False, False)}


def test_only_new_publications_are_saved() -> None:
    saved: list[Publications] = []
    register = Publications(store=saved.append)
    register.save()
    publish([edition()], register)
    register.save()
    publish([edition()], register)
    register.save()
    assert saved == [register]


#: Five countries of which nobody is named: a reader knows which they are, and the rules.
FEW = CODES[:5]


def of_few(levels: Mapping[str, str], least: int = 2, *, needy: bool = False) -> World:
    """An edition in which five countries have a level of one indicator, and all the same of the others."""
    standings = {code: {"A-1": levels.get(code, "L1"), "A-2": "L1", "A-3": "L1"} for code in CODES}
    have = frozenset(code for code, level in levels.items() if needy and level == "L1")
    need = {name: have if name == "A-1" else frozenset[str]() for name in INDICATORS}
    return world(truth(frozenset(FEW), standing=standings, need=need), least=least)


def conclude(cases: Mapping[tuple[str, ...], Sequence[World]]) -> list[tuple[str, ...]]:
    """What a reader who knows the rules concludes of a country from what is shown, and from what is withheld.

    Args:
        cases: Editions by what the first country has had, and by the levels of the others in alphabetical order. All
            cases fit what the reader knows before; the others can change places.

    Returns:
        Own level of the reader (none for an outsider, who knows no country), and what is left for another country.
    """
    classes: dict[object, set[tuple[str, ...]]] = {}
    for (first, *others), editions in cases.items():
        register = Publications()
        shown = [
            (name, [code for code, _ in one.unknowns], sorted(one.counts.items()))
            for edition in editions
            for name, every in [*sorted(publish([edition], register)[0].items()), ("end", [])]
            for one in every or [Figure((), {})]
        ]
        places = {(first, *order) for order in permutations(others)}
        classes.setdefault(str(shown), set()).update(places)
    sides = [set(values) for values in STATEMENTS.values()]
    found = []
    for places in classes.values():
        for insider, other in [(None, 0), (None, 1), (0, 1), (1, 0), (1, 2)]:
            for own in {None if insider is None else one[insider] for one in places}:
                left = {one[other] for one in places if insider is None or one[insider] == own}
                found += [
                    (str(own), *sorted(levels))
                    for levels in map(set, zip(*(had.split() for had in left), strict=True))
                    if any(levels <= side for side in sides)
                ]
    return found


@pytest.mark.parametrize("least", [2, 3])
def test_what_is_withheld_tells_nothing_beside_a_need(least: int) -> None:
    """A row is withheld where one country alone is on a side; the count of a need beside it would say on which."""
    levels = combinations_with_replacement(("L1", "L2", "L3"), len(FEW) - 1)
    cases = {
        (first, *others): [of_few(dict(zip(FEW, (first, *others), strict=True)), least, needy=True)]
        for others in levels
        for first in ("L1", "L2", "L3")
    }
    assert conclude(cases) == []


@pytest.mark.parametrize("least", [2, 3])
def test_a_row_that_was_withheld_tells_nothing_of_a_correction(least: int) -> None:
    """It was withheld because all but one were alike, and is shown once a country is corrected: which one, and how."""
    cases = {
        (f"{before} {after}", *others): [
            of_few(dict(zip(FEW, (level, *others), strict=True)), least) for level in (before, after)
        ]
        for others in combinations_with_replacement(("L1", "L3"), len(FEW) - 1)
        for before, after in product(("L1", "L3"), repeat=2)
    }
    assert conclude(cases) == []
