"""Generated tables in twelve languages: written otherwise they say the same; one changed cell changes one answer."""

import random
from itertools import islice

import pytest

from benchmarks.layouts import generate
from benchmarks.layouts.ablation import chosen, without
from benchmarks.layouts.calibrate import cases, harder, low
from benchmarks.layouts.variations import changed_answers, written_otherwise
from capbuild.formats.layouts.layout_score import WEIGHTS

SEED = 1
#: Exports of software, which its own readers know by their first row: a line above it hides that.
PRODUCTS = (
    "surveymonkey", "kobo", "footer lines", "odk", "google forms", "microsoft forms", "limesurvey", "eurostat download",
    "sdmx csv",
)  # fmt: skip
#: Two tables of each kind; kinds take languages in turn.
TABLES = list(generate.tables(SEED, 2 * len(generate.kinds())))


def faults(found):
    return [one for one in found if one[-1]]


def rng(table):
    return random.Random(f"{table.kind} {table.language} {SEED} variations")


def in_language(language):
    return [table for table in TABLES if table.language == language]


@pytest.mark.parametrize("language", generate.LANGUAGES)
def test_tables_written_otherwise_say_the_same(language):
    tables = [table for table in in_language(language) if table.kind not in PRODUCTS]
    found = [(t.kind, *one) for t in tables for one in written_otherwise(t, rng(t))]
    assert len(found) > 30
    assert faults(found) == []


@pytest.mark.parametrize("language", generate.LANGUAGES)
def test_one_changed_cell_changes_one_answer(language):
    found = [(t.kind, *one) for t in in_language(language) for one in changed_answers(t, SEED, rng(t))]
    assert len(found) > 10
    assert faults(found) == []


@pytest.fixture(scope="module")
def some_tables():
    """Tables that are hard to read, one of each kind, and one of forms that are nearly records."""
    made = [harder(table, random.Random(f"{table.kind} {SEED}")) for table in generate.tables(3, len(generate.kinds()))]
    made = [table for table in made if all(any(c.fact for c in sheet.cells.values()) for sheet in table.sheets)]
    return [*made, generate.make("form of plain labels", "ar", 4)]


@pytest.fixture(scope="module")
def choices(some_tables):
    return [chosen(table, SEED)[0] for table in some_tables]


@pytest.mark.parametrize("term", WEIGHTS)
def test_each_term_of_the_score_decides_something(term, some_tables, choices):
    with without(term):
        assert any(chosen(table, SEED)[0] != choice for table, choice in zip(some_tables, choices, strict=True))


def test_confidence_is_low_where_tables_are_read_wrongly():
    found = [one for hard in (False, True) for one in islice(cases(11, hard=hard), 186)]
    right, wrong = low(found)
    assert sum(one.wrong for one in found) > 20
    assert right < 0.07
    assert wrong > 0.6
