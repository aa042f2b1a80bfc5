"""What changed: moves counted by hand, properties of any two rounds, and what is refused."""

import re
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import ComparisonError, ModelError
from capbuild.model import (
    ChangeCause,
    ChangeCounts,
    ChangeSeries,
    CriterionMove,
    CriterionState,
    Crosswalk,
    CrosswalkLink,
    Interval,
    Missing,
    Recipe,
    UnusableReason,
)
from capbuild.reports.i18n import get_translator
from capbuild.reports.sections.changes import translate_reasons
from capbuild.tracking.differences import ChangeContext, find_differences
from capbuild.tracking.reasons import NotCompared, read_reasons, write_reason
from capbuild.tracking.transitions import find_move

GAINED, LOST, NEWLY, GONE = CriterionMove


ANSWERS = st.dictionaries(
    st.sampled_from(["XA", "XB", "XC"]),
    st.dictionaries(
        st.sampled_from(["visit", "meeting", "survey"]),
        st.dictionaries(
            st.sampled_from(["A.2a", "A.2b", "A.3a", "B.2a", "B.3a"]),
            st.sampled_from(["y", "p", "n", Missing.DONT_KNOW]),
            min_size=1,
        ),
        min_size=1,
    ),
    min_size=1,
)
TURNED = {GAINED: LOST, LOST: GAINED, NEWLY: GONE, GONE: NEWLY}


def moves(change):
    return {(one.country.alpha_2, one.criterion): (one.move, one.cause) for one in change.criteria}


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ("not met", "met", GAINED),
        ("partly", "met", GAINED),
        ("met", "partly", LOST),
        ("met", "not met", LOST),
        ("open", "met", NEWLY),
        ("open", "not met", NEWLY),
        ("not applicable", "met", NEWLY),
        ("met", "open", GONE),
        ("partly", "not applicable", GONE),
        ("not met", "partly", None),
        ("open", "not applicable", None),
        ("met", "met", None),
        ("valued", "open", GONE),
        ("valued", "valued", None),
    ],
)
def test_moves_as_defined(before, after, move):
    assert find_move(CriterionState(before), CriterionState(after)) is move


def test_moves_and_causes_by_hand(make_round, make_staircase):
    framework = make_staircase()
    before = {"XA": {"visit": {"A.2a": "n", "A.2b": "y", "A.3a": "p", "B.2a": "n"}}, "XB": {"visit": {"A.2a": "y"}}}
    after = {
        "XA": {"visit": {"A.2a": "y", "A.2b": "n", "B.3a": "y"}, "meeting": {"B.2a": "y"}},
        "XC": {"visit": {"A.2a": "y"}},
    }
    change = cb.compare(make_round(framework, before), make_round(framework, after, "endline", silent=["XB"]))
    assert moves(change) == {
        ("XA", "A.2a"): (GAINED, ChangeCause.CAPACITY),
        ("XA", "A.2b"): (LOST, ChangeCause.CAPACITY),
        ("XA", "A.3a"): (GONE, ChangeCause.SCOPE),
        ("XA", "B.2a"): (GAINED, ChangeCause.SOURCE),
        ("XA", "B.3a"): (NEWLY, ChangeCause.SCOPE),
    }
    assert change.matched == ("XA",)
    assert change.unmatched == {"XB": "silent in endline", "XC": "not in baseline"}
    assert change.observed == {"A": 2, "B": 1}
    assert change.like_for_like == {"A": 2}
    assert change.cautions == {"XA": "rests on visit before, on visit, meeting after"}
    assert str(change).endswith(
        "3 criteria observed in both rounds, 2 of them like for like: 0 gained, 0 lost, 2 uncertain, "
        "1 by other source, 1 newly observed, 1 no longer observed"
    )


@pytest.mark.parametrize("reason", UnusableReason)
def test_a_return_that_is_not_usable_is_told_as_in_its_round(make_round, make_staircase, reason):
    framework, told = make_staircase(), {"visit": {"A.2a": "y"}}
    before = make_round(framework, {"XA": told, "XB": told}, silent=["XC", "XD"])
    after = make_round(framework, {"XA": told}, "endline", silent=["XB", "XC", "XD"])
    after = evolve(after, unusable={"XB": reason, "XC": reason})
    for code in ("XB", "XC"):
        with pytest.raises(KeyError, match=f"received, not usable: {reason.value}"):
            after[code]
    received = f"received in endline, not usable: {reason.value}"
    assert cb.compare(before, after).unmatched == {
        "XB": received,
        "XC": f"silent in baseline; {received}",
        "XD": "silent in both rounds",
    }


@pytest.mark.parametrize("kind", NotCompared)
@given(st.text("abcAB12.- ", min_size=1).map(str.strip).filter(bool), st.text("abc;, ").map(str.strip))
def test_each_reason_is_read_back_with_its_values_and_note(kind, value, note):
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", kind.value), value)
    texts = [write_reason(kind, note, **values)]
    if "round" in values:  # several reasons, without notes of people
        texts = ["; ".join([write_reason(kind, **values), write_reason(NotCompared.NOT_IN, round="b")])]
        note = ""
    first, *others = read_reasons(texts[0])
    assert (first.kind, dict(first.values), first.note) == (kind, values, note)
    assert [reason.kind for reason in others] == [NotCompared.NOT_IN] * ("round" in values)


def test_a_sentence_of_another_origin_stays_as_it_is():
    (reason,) = read_reasons("asked in another form")
    assert (reason.kind, reason.note) == (None, "asked in another form")


@pytest.mark.parametrize("language", ["es", "fr", "nl", "pt"])
def test_why_a_country_is_not_compared_is_told_in_the_language_of_the_report(make_round, make_staircase, language):
    framework, told, t = make_staircase(), {"visit": {"A.2a": "y"}}, get_translator(language)
    after = make_round(framework, {"XA": told, "XB": told}, "endline", silent=["XC", "XD"])
    before = make_round(framework, {"XA": told}, silent=["XB", "XC"])
    for reason in (None, *UnusableReason):
        rounds = [evolve(one, unusable={"XC": reason} if reason else {}) for one in (before, after)]
        for said in cb.compare(*rounds).unmatched.values():
            told_again = translate_reasons(said, t, {"baseline": "B1", "endline": "E1"})
            english = {
                "silent",
                "not in",
                "received",
                "usable",
                "baseline",
                "endline",
                reason.value if reason else "silent",
            }
            assert not [word for word in english if word in told_again]
            assert "both" in said or len(re.findall("[BE]1", told_again)) == said.count("; ") + 1


def test_each_cause_is_told_by_hand(make_round, make_staircase):
    """Who judged, in which words: only what a comparable source judged in both rounds is like for like."""
    framework = make_staircase()
    police, court, visit = "survey police", "survey court", "visit"
    before = {"XA": {police: {"A.2a": "n", "A.2b": "n"}, visit: {"A.3a": "n", "B.2a": "n", "B.3a": "y"}, court: {}}}
    after = {
        "XA": {
            court: {"A.2a": "y", "B.3a": "n"},
            police: {"A.2b": "y", "A.3a": "y"},
            visit: {"B.2a": "y"},
        }
    }
    change = cb.compare(make_round(framework, before), make_round(framework, after, "endline"))
    assert moves(change) == {
        ("XA", "A.2a"): (GAINED, ChangeCause.RESPONDENTS),
        ("XA", "A.2b"): (GAINED, ChangeCause.CAPACITY),
        ("XA", "A.3a"): (GAINED, ChangeCause.SOURCE),
        ("XA", "B.2a"): (GAINED, ChangeCause.CAPACITY),
        ("XA", "B.3a"): (LOST, ChangeCause.SOURCE),
    }
    counts = change.counts()
    assert (counts.respondents, counts.source, counts.other_causes) == (1, 2, 3)
    assert counts.gained + counts.uncertain == 2
    assert change.counts(countries=["XB"]) == ChangeCounts()
    assert change.counts(capacities=["B"]).source == 1
    assert change.counts(capacities=["B.2a"]).source == 0


def test_different_deciders_who_spoke_both_times_are_comparable(make_round, make_staircase):
    """A visit decides before and a survey afterwards, but both spoke twice and saw the same move."""
    framework = make_staircase()
    lead = [Recipe(reconciliation="lead agency", lead=[who, "x"], replications=0) for who in ("visit", "survey")]
    table = {"XA": {"visit": {"A.2a": "n"}, "survey police": {"A.2a": "n"}}}
    later = {"XA": {"visit": {"A.2a": "y"}, "survey police": {"A.2a": "y"}}}
    change = cb.compare(make_round(framework, table, recipe=lead[0]), make_round(framework, later, "endline", lead[1]))
    assert moves(change) == {("XA", "A.2a"): (GAINED, ChangeCause.CAPACITY)}
    # Where one saw it the other way round, they are not.
    later["XA"]["visit"]["A.2a"] = "n"
    change = cb.compare(make_round(framework, table, recipe=lead[0]), make_round(framework, later, "endline", lead[1]))
    assert moves(change) == {("XA", "A.2a"): (GAINED, ChangeCause.METHOD)}


def test_a_level_counts_only_where_what_decides_it_is_like_for_like(make_round, make_staircase):
    framework = make_staircase()
    answers = ["A.2a", "A.2b", "A.3a"]
    before = {"XA": {"visit": dict.fromkeys(answers, "n")}}
    alike = {"XA": {"visit": {"A.2a": "y", "A.2b": "y", "A.3a": "n"}}}
    mixed = {"XA": {"visit": {"A.2a": "y", "A.3a": "n"}, "meeting": {"A.2b": "y"}}}
    found = []
    for after in (alike, mixed):
        change = cb.compare(make_round(framework, before), make_round(framework, after, "endline"))
        (level,) = [one for one in change.capacities if one.capacity == "A"]
        found.append((str(level.after), level.rise, level.like_for_like, level.reliable))
        assert change.counts().risen == level.reliable
    assert found == [("L2", 1, True, True), ("L2", 1, False, False)]


def test_other_words_are_another_framework(make_round, make_staircase):
    old, new = make_staircase("1"), make_staircase("2", text="y")
    links = [CrosswalkLink(before=["A"], after=["A"], relation="exact")]
    walk = Crosswalk(before="s 1", after="s 2", links=links)
    rounds = [make_round(one, {"XA": {"visit": dict.fromkeys(["A.2a", "A.2b"], answer)}}, name)
              for one, answer, name in ((old, "n", "baseline"), (new, "y", "endline"))]  # fmt: skip
    change = cb.compare(*rounds, crosswalk=walk)
    assert {cause for _, cause in moves(change).values()} == {ChangeCause.FRAMEWORK}
    assert change.counts().framework == 2
    assert not any(one.reliable or one.like_for_like for one in (*change.criteria, *change.capacities))


def test_a_series_is_its_pairs(make_round, make_staircase):
    framework = make_staircase()
    rounds = [
        make_round(framework, {"XA": {"visit": {"A.2a": a, "A.2b": a}}, "XB": {"visit": {"A.2a": b}}}, name)
        for a, b, name in (("n", "n", "baseline"), ("y", "n", "midline"), ("n", "y", "endline"))
    ]
    series = cb.compare(*rounds)
    assert isinstance(series, ChangeSeries)
    assert series.rounds == ("baseline", "midline", "endline")
    pairs = [(0, 1), (1, 2), (0, 2)]
    assert series.changes == tuple(cb.compare(rounds[first], rounds[second]) for first, second in pairs)
    # What was gained and lost again is no change over the whole.
    assert [len(one.criteria) for one in series.changes] == [2, 3, 1]
    with pytest.raises(ModelError):
        ChangeSeries(steps=series.steps[::-1], whole=series.whole)


@settings(max_examples=25)
@given(tables=st.lists(ANSWERS, min_size=3, max_size=4))
def test_any_series_is_its_pairs(make_round, make_staircase, tables):
    framework = make_staircase()
    names = ["baseline", "second", "third", "endline"]
    rounds = [make_round(framework, {**table, "XZ": {"visit": {"A.2a": "y"}}}, name)
              for table, name in zip(tables, names, strict=False)]  # fmt: skip
    series = cb.compare(*rounds)
    assert list(series) == [cb.compare(*both) for both in pairwise(rounds)]
    assert series.whole == cb.compare(rounds[0], rounds[-1])


@settings(max_examples=40)
@given(first=ANSWERS, second=ANSWERS)
def test_every_move_is_counted_once(make_round, make_staircase, first, second):
    framework = make_staircase()
    before, after = make_round(framework, first), make_round(framework, second, "endline")
    if not set(before.countries) & set(after.countries):
        return
    change = cb.compare(before, after)
    counts = change.counts()
    assert len(change.criteria) == (
        counts.gained + counts.lost + counts.uncertain + counts.other_causes + counts.newly_observed
        + counts.no_longer_observed
    )  # fmt: skip
    assert all(change.counts([code]).gained <= counts.gained for code in change.matched)
    for one in change.criteria:
        assert one.probability is None or 0 <= one.probability <= 1
        assert not one.reliable or (one.like_for_like and one.probability >= change.confidence)


def test_visited_in_one_round_only_is_said(make_round, make_staircase):
    framework = make_staircase()
    before = make_round(framework, {"XA": {"visit": {"A.2a": "n"}}})
    after = make_round(framework, {"XA": {"meeting": {"A.2a": "n"}}}, "endline")
    assert cb.compare(before, after).cautions["XA"].startswith("visited for baseline, not for endline")


def test_levels_move_only_where_ranges_do_not_meet(make_round, make_staircase):
    framework = make_staircase()
    before = {"XA": {"visit": {"A.2a": "n", "A.2b": "y", "A.3a": "n", "B.2a": "y"}}}
    after = {"XA": {"visit": {"A.2a": "y", "A.2b": "y", "A.3a": "n", "B.2a": "y", "B.3a": "n"}}}
    change = cb.compare(make_round(framework, before), make_round(framework, after, "endline"))
    assert [(one.capacity, str(one.before), str(one.after), one.within_noise) for one in change.capacities] == [
        ("A", "L1", "L2", False),
        ("B", "L2 to L3", "L2", True),
    ]
    assert str(change.capacities[1]).endswith("the ranges overlap: whether it moved is not known")


def test_a_level_that_differs_through_another_source_alone_says_so(make_round, make_staircase):
    framework = make_staircase()
    before = {"XA": {"visit": {"A.2a": "y", "A.2b": "y", "A.3a": "n"}}}
    after = {"XA": {"meeting": {"A.2a": "n", "A.2b": "y", "A.3a": "n"}}}
    change = cb.compare(make_round(framework, before), make_round(framework, after, "endline"))
    (one,) = change.capacities
    assert (one.causes, one.like_for_like, one.within_noise) == ((ChangeCause.SOURCE,), False, False)
    assert str(one) == "Country XA A: L2 before, L1 after, through another source"


def test_thirty_then_thirty_five(make_round, make_staircase):
    framework = make_staircase()
    codes = [f"{first}{second}" for first in "ABCDE" for second in "ABCDEFGH"]
    early, late = codes[:30], codes[2:37]
    answers = {"visit": {"A.2a": "n"}}
    change = cb.compare(
        make_round(framework, dict.fromkeys(early, answers)),
        make_round(framework, {code: {"visit": {"A.2a": "y"}} for code in late}, "endline"),
    )
    assert (len(early), len(late), len(change.matched)) == (30, 35, 28)
    assert change.count(GAINED) == 28
    assert sorted(change.unmatched.values()) == ["not in baseline"] * 7 + ["not in endline"] * 2


@settings(max_examples=40)
@given(table=ANSWERS)
def test_a_round_against_itself_is_empty(make_round, make_staircase, table):
    one = make_round(make_staircase(), table)
    if len(one):
        assert cb.compare(one, one).is_empty


@settings(max_examples=40)
@given(first=ANSWERS, second=ANSWERS)
def test_the_other_way_round_is_the_opposite(make_round, make_staircase, first, second):
    framework = make_staircase()
    before, after = make_round(framework, first), make_round(framework, second, "endline")
    if not set(before.countries) & set(after.countries):
        with pytest.raises(ComparisonError):
            cb.compare(before, after)
        return
    forth, back = cb.compare(before, after), cb.compare(after, before)
    assert moves(back) == {key: (TURNED[move], cause) for key, (move, cause) in moves(forth).items()}
    assert back.observed == forth.observed
    assert forth.count(GAINED) + forth.count(LOST) <= sum(forth.observed.values())


@settings(max_examples=40)
@given(first=ANSWERS, second=ANSWERS)
def test_the_order_of_rows_is_irrelevant(make_round, make_staircase, first, second):
    framework = make_staircase()
    if not set(first) & set(second):
        return
    turned = [dict(reversed(table.items())) for table in (first, second)]
    found = []
    for one, other in ((first, second), turned):
        rounds = make_round(framework, one), make_round(framework, other, "endline", order=-1)
        try:
            found.append(cb.compare(*rounds))
        except ComparisonError as error:
            found.append(error.code)
    assert found[0] == found[1]


def test_no_country_in_both_is_refused(make_round, make_staircase):
    framework = make_staircase()
    rounds = (make_round(framework, {code: {"visit": {"A.2a": "y"}}}) for code in ("XA", "XB"))
    with pytest.raises(ComparisonError) as caught:
        cb.compare(*rounds)
    assert caught.value.code == "CB803"


def test_editions_never_mix(make_round, make_staircase):
    table = {"XA": {"visit": {"A.2a": "y"}}}
    with pytest.raises(ComparisonError) as caught:
        cb.compare(make_round(make_staircase("1"), table), make_round(make_staircase("2"), table))
    assert caught.value.code == "CB801"
    assert "draft_crosswalk" in caught.value.remedy
    with pytest.raises(ComparisonError) as caught:
        cb.compare(make_round(make_staircase("1"), table), make_round(make_staircase("1", text="y"), table))
    assert caught.value.code == "CB804"


def test_other_rules_are_no_other_capacity(make_round, make_staircase):
    framework = make_staircase()
    table = {"XA": {"visit": {"A.2a": "y"}, "meeting": {"A.2a": "n"}}}
    minimum = Recipe(reconciliation="minimum", replications=0)
    lead = Recipe(reconciliation="lead agency", lead=["visit"], replications=0)
    change = cb.compare(make_round(framework, table, recipe=minimum), make_round(framework, table, "endline", lead))
    assert moves(change) == {("XA", "A.2a"): (GAINED, ChangeCause.METHOD)}
    assert str(change.criteria[0]) == "Country XA A.2a gained, by other rules of scoring"


def test_a_difference_of_points_is_split_by_cause(make_round, make_points):
    framework = make_points()
    before = {"XA": {"visit": {"P0.a": "n", "P0.b": "n", "P0.c": "y", "P0.d": "y", "P1.a": "y"}}}
    # One gained by the same kind of source, one by another; P1.a is gone and P1.b is new.
    after = {"XA": {"visit": {"P0.a": "y", "P0.c": "y", "P0.d": "y", "P1.b": "n"}, "meeting": {"P0.b": "y"}}}
    change = cb.compare(make_round(framework, before), make_round(framework, after, "endline"))
    found = {one.capacity: one for one in change.capacities}
    assert found["P0"].difference == 50
    assert found["P0"].split == {
        "capacity": 25, "source": 25, "respondents": 0, "method": 0, "framework": 0, "scope": 0,
    }  # fmt: skip
    # Everything was settled in both rounds, so nothing is uncertain about it; of P1 three of four are open.
    assert str(found["P0"]) == "Country XA P0: +50 (+50 to +50)"
    assert found["P1"].difference == -100
    assert found["P1"].split["scope"] == -100
    assert found["P1"].within_noise is True


@settings(max_examples=40)
@given(first=ANSWERS, second=ANSWERS)
def test_parts_add_up_and_turn_with_the_direction(make_round, make_points, first, second):
    names = dict(zip(["A.2a", "A.2b", "A.3a", "B.2a", "B.3a"], ["P0.a", "P0.b", "P1.a", "P1.b", "P1.c"], strict=True))

    def renamed(table):
        return {c: {k: {names[t]: v for t, v in a.items()} for k, a in s.items()} for c, s in table.items()}

    old, new = make_points((1, 2)), make_points((1, 2))
    recipes = Recipe(replications=0), Recipe(reconciliation="minimum", replications=0)
    before = make_round(old, renamed(first), recipe=recipes[0])
    after = make_round(new, renamed(second), "endline", recipes[1])
    if not set(before.countries) & set(after.countries):
        return
    forth, back = cb.compare(before, after), cb.compare(after, before)
    turned = {(one.country, one.capacity): one for one in back.capacities}
    for one in forth.capacities:
        if one.split:
            assert sum(one.split.values()) == pytest.approx(one.difference)
        other = turned[one.country, one.capacity]
        assert other.difference == -one.difference
        assert {k: -v for k, v in other.split.items()} == pytest.approx(one.split)


def test_within_noise_is_said(make_round, make_points):
    framework = make_points()
    rounds = [
        make_round(framework, {"XA": {"visit": {"P0.a": answer, "P0.b": "y"}}}, name)
        for answer, name in (("n", "baseline"), ("y", "endline"))
    ]
    before, after = (one["XA"] for one in rounds)
    wide = [evolve(a, scores={**a.scores, "P0": evolve(a["P0"], interval=i)}) for a, i in (
        (before, Interval(lower=20, upper=90)), (after, Interval(lower=40, upper=100)),
    )]  # fmt: skip
    from capbuild.tracking.crosswalk import find_overlap

    found = next(
        one
        for one in find_differences(*wide, find_overlap(framework, framework), ChangeContext())
        if one.capacity == "P0"
    )
    assert found.difference == 50
    # By hand: 50 - hypot(100 - 40, 90 - 50) and 50 + hypot(0, 50 - 20).
    assert (found.interval.lower, found.interval.upper) == pytest.approx((50 - 5200**0.5, 80))
    assert found.within_noise is True
    assert str(found).endswith("within noise")


def test_means_over_matched_countries(make_round, make_points):
    framework = make_points((1,))
    full = dict.fromkeys(["P0.a", "P0.b", "P0.c", "P0.d"], "n")

    def table(counts):
        return {code: {"visit": full | {f"P0.{name}": "y" for name in "abcd"[:n]}} for code, n in counts.items()}

    before = make_round(framework, table({"XA": 1, "XB": 2, "XC": 2, "XD": 0}))
    after = make_round(framework, table({"XA": 2, "XB": 2, "XC": 4, "XE": 4}), "endline")
    found = next(one for one in cb.compare(before, after).means if one.capacity == "P0")
    # Differences 25, 0, 50: mean 25, sd 25, se 25 / sqrt(3), t(0.95, 2) = 2.919986.
    assert (found.countries, found.difference) == (3, 25)
    assert found.interval.upper == pytest.approx(25 + 2.919986 * 25 / 3**0.5, abs=1e-4)
    assert found.within_noise is True


def test_an_edition_is_read_through_a_crosswalk(make_round, make_staircase):
    old, new = make_staircase("1"), make_staircase("2", ("A.2a", "A.2b", "A.3a", "B.2x", "B.2y", "B.3a"))
    links = [
        CrosswalkLink(before=["A"], after=["A"], relation="exact"),
        CrosswalkLink(before=["B.2a"], after=["B.2x", "B.2y"], relation="split"),
        CrosswalkLink(before=["B.3a"], after=["B.3a"], relation="narrower", note="asks for more"),
    ]
    walk = Crosswalk(before="s 1", after="s 2", links=links)
    before = make_round(old, {"XA": {"visit": {"A.2a": "n", "B.2a": "y", "B.3a": "n"}}})
    after = make_round(new, {"XA": {"visit": {"A.2a": "y", "B.2x": "y", "B.2y": "n", "B.3a": "y"}}}, "endline")
    change = cb.compare(before, after, crosswalk=walk)
    assert {(one.criterion, one.move, one.capacity) for one in change.criteria} == {
        ("A.2a", GAINED, "A"),
        ("B.2a", LOST, "B"),
    }
    # Judged are 5 and 6; of these 3 + 3 are the same, and 1 + 2 by the split.
    assert change.comparable == pytest.approx(9 / 11)
    assert change.incomparable["B.3a"] == "narrower in the later edition, as B.3a (asks for more)"
    assert {one.capacity for one in change.capacities} <= {"A"}
    back = cb.compare(after, before, crosswalk=walk)
    assert {(one.criterion, one.move) for one in back.criteria} == {("A.2a", LOST), ("B.2a", GAINED)}
    assert change.earlier_framework == "s 1"


@given(
    first=ANSWERS,
    second=ANSWERS,
    links=st.dictionaries(
        st.sampled_from(["A.2a", "A.2b", "A.3a", "B.2a", "B.3a"]), st.sampled_from(["exact", "narrower", "broader"])
    ),
)
@settings(max_examples=40)
def test_no_comparison_mixes_editions(make_round, make_staircase, first, second, links):
    old, new = make_staircase("1"), make_staircase("2")
    before, after = make_round(old, first), make_round(new, second, "endline")
    if not set(before.countries) & set(after.countries):
        return
    walk = Crosswalk(
        before="s 1",
        after="s 2",
        links=[CrosswalkLink(before=[name], after=[name], relation=relation) for name, relation in links.items()],
    )
    change = cb.compare(before, after, crosswalk=walk)
    exact = {name for name, relation in links.items() if relation == "exact"}
    assert {one.criterion for one in change.criteria} <= exact
    assert change.capacities == ()
    assert change.comparable == pytest.approx(len(exact) / 5)
    assert set(change.incomparable) >= {"A.2a", "A.2b", "A.3a", "B.2a", "B.3a"} - exact


def test_everything_wrong_with_a_crosswalk_is_told_at_once(make_round, make_staircase):
    old, new = make_staircase("1"), make_staircase("2", ("A.2a", "A.2b", "B.2a", "B.3a"))
    links = [
        CrosswalkLink(before=["A"], after=["A"], relation="exact"),
        CrosswalkLink(before=["B.2a"], after=["B.9z"], relation="exact"),
        CrosswalkLink(before=["B.2a"], after=["B.2a"], relation="exact"),
    ]
    table = {"XA": {"visit": {"A.2a": "y"}}}
    with pytest.raises(ComparisonError) as caught:
        cb.compare(
            make_round(old, table),
            make_round(new, table, "endline"),
            crosswalk=Crosswalk(before="s 1", after="s 2", links=links),
        )
    assert caught.value.code == "CB802"
    for said in ("3 criteria before and 2 after", "there is no 'B.9z' of s 2", "'B.2a' is in another link too"):
        assert said in caught.value.message


def test_a_draft_holds_only_what_is_plainly_the_same(make_staircase):
    old, new = make_staircase("1"), make_staircase("2", ("A.2a", "A.2b", "A.3a", "B.2a", "B.3b"))
    draft = cb.draft_crosswalk(old, new)
    assert {(one.before, one.relation.value) for one in draft.links} == {(("A",), "exact"), (("B.2a",), "exact")}
    same = cb.draft_crosswalk(old, make_staircase("3"))
    assert [one.before for one in same.links] == [("all",), ("A",), ("B",)]


def test_of_the_example(americas):
    change = cb.compare(*americas)
    assert change.invented
    assert len(change.matched) == 16
    assert change.count(GAINED) > change.count(LOST) > 0
    assert set(change.unmatched.values()) == {"not in endline"}


def test_indicators_judged_as_a_whole_are_the_same_only_with_title_and_levels(tmp_path):
    """Of five indicators by hand: one kept, one with another title, one with another level text, one gone, one new."""
    head = "ID,Indicator,Level 1,Level 2\n"
    rows = {name: f"{name},Title {name},low {name},high {name}\n" for name in ("a", "b", "c", "d", "e")}
    texts = (
        head + "".join(rows[name] for name in "abcd"),
        head + rows["a"] + rows["b"].replace("Title", "Name") + rows["c"].replace("high", "full") + rows["e"],
    )
    editions = []
    for number, text in enumerate(texts, start=1):
        (tmp_path / f"model {number}.csv").write_text(f"Model {number},,,\n{text}", "utf-8")
        editions.append(cb.read_framework(tmp_path / f"model {number}.csv").require())
    links = {link.before: link.relation.value for link in cb.draft_crosswalk(*editions).links}
    assert links == {("a",): "exact", ("d",): "dropped"}
