"""Labels of the generated tables of `benchmarks/layouts` hold what the files hold; scores count what they should."""

import csv
import datetime
import io
import unicodedata
from collections import Counter

import openpyxl
import pytest
from attrs import evolve
from python_calamine import CalamineWorkbook

import capbuild as cb
from benchmarks.layouts import generate
from benchmarks.layouts.files import BOOKS, Style, choose, shown, styles, write
from benchmarks.layouts.measure import Score, measure, score_reading
from benchmarks.layouts.readings import Index, spots
from benchmarks.layouts.variations import answers_of, edited, variants
from capbuild.model import Issues

KINDS = generate.kinds()


def labelled(table, decimal="."):
    """Texts of all cells by sheet, row and column."""
    return {
        (sheet.name, *place): shown(cell.value, decimal)
        for sheet in table.sheets
        for place, cell in sheet.cells.items()
    }


def by_csv(data, style):
    rows = csv.reader(io.StringIO(data.decode(style.encoding), newline=""), delimiter=style.delimiter)
    return {("Sheet1", r, c): text for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1) if text}


def by_calamine(data):
    found = {}
    for name in (book := CalamineWorkbook.from_filelike(io.BytesIO(data))).sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        found |= {(name, r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1) if v != ""}
    return found


def by_openpyxl(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {(s.title, c.row, c.column): c.value for s in book for row in s for c in row if c.value is not None}


def same(got, cell):
    """Whether a value of a workbook is that of a cell, typed or as text."""
    if isinstance(got, datetime.datetime):
        got = got.date()
    if isinstance(got, datetime.date | str) or isinstance(cell.cell, str):
        return str(got) in {shown(cell), str(cell.cell)}
    return got == pytest.approx(cell.cell)


@pytest.mark.parametrize("kind", KINDS)
def test_file_holds_exactly_the_labelled_cells(kind):
    for language in ("en", "pt", "ar"):
        table = generate.make(kind, language, 3)
        for style in styles(table):
            data = write(table, style)
            if style not in BOOKS:
                assert by_csv(data, style) == labelled(table)
                continue
            cells = {(s.name, *place): cell.value for s in table.sheets for place, cell in s.cells.items()}
            for found in [by_calamine(data)] + ([by_openpyxl(data)] if style.suffix == "xlsx" else []):
                assert found.keys() == cells.keys()
                assert [place for place, got in found.items() if not same(got, cells[place])] == []


@pytest.mark.parametrize("kind", KINDS)
def test_labels_agree_with_their_cells(kind):
    for language in generate.LANGUAGES:
        table = generate.make(kind, language, 1)
        assert len({cell.at for s in table.sheets for cell in s.cells.values()}) == len(labelled(table))
        assert any(spot.cell.fact for spot in spots(table))
        for spot in spots(table):
            cell, text = spot.cell, shown(spot.cell.value)
            assert text.strip()
            assert cell.label in generate.LABELS
            assert (cell.label == "answer") == (cell.fact is not None)
            assert cell.of is None or spot.sheet.cells[cell.of].label == "answer"
            if cell.fact is not None and not cell.fact.option and not kind.startswith(("ticks", "options printed")):
                assert any(is_content(value, cell.value, text) for value in cell.fact.values), cell


def is_content(expected, value, text):
    """Whether an expected value can be seen in the text of a cell."""
    if isinstance(expected, cb.Missing):
        return isinstance(value.cell, str)
    if isinstance(expected, tuple):
        return all(part in text for part in expected)
    digits = "".join(str(unicodedata.digit(letter, letter)) for letter in text)
    return str(expected) in digits or expected == value.cell


def test_texts_of_labels_stand_in_the_table():
    for table in generate.tables(2, len(KINDS)):
        texts = " ".join([*labelled(table).values(), *(sheet.name for sheet in table.sheets)])
        facts = [spot.cell.fact for spot in spots(table) if spot.cell.fact]
        assert [fact for fact in facts if not all(part in texts for part in (*fact.asks, *fact.dims))] == []


def test_answers_have_keys_of_their_own():
    for table in generate.tables(1, len(KINDS)):
        if table.kind == "respondents" or table.kind.startswith(("names", "sheet per country records", "year once")):
            continue  # a respondent or the year of the row tells those apart, or nothing does
        facts = [spot.cell.fact for spot in spots(table) if spot.cell.fact and not spot.cell.fact.option]
        seen = Counter((spot.country, spot.asks, spot.dims) for spot in facts)
        allowed = 2 if table.kind in {"hidden sheets", "ambiguous sheet names"} else 1
        assert max(seen.values()) <= allowed, table.kind


def test_there_are_many_kinds_and_the_seed_decides():
    tables = list(generate.tables(1))
    assert len(KINDS) >= 40
    assert len(tables) >= 500
    assert {table.language for table in tables} == set(generate.LANGUAGES) == set(generate.texts())
    again = list(generate.tables(1))
    assert tables == again
    assert [choose(table, 1) for table in tables] == [choose(table, 1) for table in again]
    assert {style.suffix for table in tables for style in [choose(table, 1)]} == {"csv", "tsv", "xlsx", "ods"}
    assert generate.make("records wide", "en", 1) != generate.make("records wide", "en", 2)


@pytest.fixture
def plain():
    return generate.make("records wide", "en", 1)


def test_a_good_reading_scores_right(plain):
    counts = measure(plain, Style("csv")).counts
    assert counts["facts"] == counts["right"] > 0
    assert not counts["wrong"] + counts["silent"] + counts["other"] + counts["notes"]


def scored(table, change=lambda reading: reading):
    style = Style("csv")
    score = Score(Counter())
    reading = change(cb.read(write(table, style), name="table.csv"))
    score_reading(score, spots(table), Index(reading, table))
    return score.counts


def without_column(reading, column):
    answers = [[a for a in response if a.origin.column != column] for response in reading.responses]
    responses = [evolve(r, answers=a) for r, a in zip(reading.responses, answers, strict=True)]
    return evolve(reading, responses=responses)


def test_lost_answers_are_silent_or_reported(plain):
    lost = sum(place[1] == 3 for place, cell in plain.sheets[0].cells.items() if cell.fact)
    assert scored(plain, lambda reading: without_column(reading, 3))["silent"] == lost

    def reported(reading):
        origin = cb.Origin("table.csv", column=3)
        issue = cb.Issue(code="CB999", severity="warning", message="left out", origin=origin)
        return evolve(without_column(reading, 3), issues=Issues([issue]))

    counts = scored(plain, reported)
    assert (counts["silent"], counts["reported"]) == (0, lost)


def test_wrong_country_question_or_value_is_wrong(plain):
    sheet = plain.sheets[0]
    place = next(place for place, cell in sheet.cells.items() if cell.fact)
    fact = sheet.cells[place].fact
    for other in (evolve(fact, country="XXX"), evolve(fact, asks=("Never asked",)), evolve(fact, values=("never",))):
        cells = {**sheet.cells, place: evolve(sheet.cells[place], fact=other)}
        counts = scored(evolve(plain, sheets=[evolve(sheet, cells=cells)]))
        assert (counts["wrong"], counts["silent"]) == (1, 0)


def test_notes_that_become_answers_are_counted(plain):
    sheet = plain.sheets[0]
    last = {place: evolve(cell, label="total", fact=None) for place, cell in sheet.cells.items() if place[0] == 5}
    counts = scored(evolve(plain, sheets=[evolve(sheet, cells={**sheet.cells, **last})]))
    assert counts["notes"] == sum(place[1] > 1 for place in last)


def test_variants_and_edits_keep_the_places_of_answers(plain):
    rng = generate.random.Random(1)
    before = answers_of(plain, Style("csv"))
    found = list(variants(plain, Style("csv"), rng))
    assert {"title above", "columns shuffled", "half of the rows", "as xlsx typed"} <= {one.name for one in found}
    for one in found:
        after = answers_of(one.table, one.style)
        assert after.keys() <= before.keys()
    table, cell, text = edited(plain, rng)
    changed = [at for at, found in answers_of(table, Style("csv")).items() if found != before[at]]
    assert changed in ([cell.at], [])
    assert text in labelled(table).values()
