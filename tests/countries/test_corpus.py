"""The open corpus of country names: floors under the figures that the documentation states."""

from collections import Counter

import pytest

from capbuild.countries import find_countries, match_countries

pytestmark = pytest.mark.corpus

APART = {"historical", "ambiguous", "in_sentence", "sentence", "constituent"}
NO_COUNTRY = {"non_country", "subdivision", "city"}
TYPOS = {"typo1", "typo2"}
#: Pairs that must never be taken for each other.
RIVALS = [
    {"DOM", "DMA"}, {"NER", "NGA"}, {"COD", "COG"}, {"KOR", "PRK"}, {"SXM", "MAF"}, {"VGB", "VIR"}, {"GNQ", "GIN"},
    {"WSM", "ASM"},
]  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(name_rows):
    rows = name_rows("names_open.csv")
    column = match_countries([row["name"] for row in rows])
    return [(row, country.alpha_3 if country else "") for row, country in zip(rows, column.countries, strict=True)]


def share(outcomes, kinds):
    chosen = [(row, found) for row, found in outcomes if kinds(row["kind"])]
    return Counter(
        "right" if found == row["expected_iso3"] else "wrong" if found else "refused" for row, found in chosen
    )


def test_names_that_must_resolve(outcomes):
    counts = share(outcomes, lambda kind: kind not in APART | NO_COUNTRY | TYPOS)
    assert counts["right"] / counts.total() >= 0.93
    assert counts["wrong"] / counts.total() <= 0.001


def test_what_is_no_country_is_refused(outcomes):
    counts = share(outcomes, lambda kind: kind in NO_COUNTRY)
    assert counts["right"] / counts.total() >= 0.995


def test_ambiguous_names_are_not_guessed(outcomes):
    assert share(outcomes, lambda kind: kind == "ambiguous").keys() == {"right"}


def test_rivals_are_never_swapped(outcomes):
    assert not [row for row, found in outcomes if {found, row["expected_iso3"]} in RIVALS]


def test_typing_errors_are_suggested_first(name_rows):
    from capbuild.countries import country_by_code

    rows = [row for row in name_rows("names_open.csv") if row["kind"] == "typo1"]
    column = match_countries([row["name"] for row in rows])
    refused = [(row, column.unresolved[row["name"]]) for row in rows if row["name"] in column.unresolved]
    first = [row["expected_iso3"] == country_by_code(r.candidates[0]).alpha_3 for row, r in refused if r.candidates]
    assert sum(first) / len(refused) >= 0.9


def test_mentions_in_sentences(name_rows):
    rows = [row for row in name_rows("names_open.csv") if row["kind"] == "in_sentence"]
    found = [[m.country.alpha_3 for m in find_countries(row["name"]) if m.country] for row in rows]
    assert sum(f == [row["expected_iso3"]] for f, row in zip(found, rows, strict=True)) / len(rows) >= 0.98
