"""Key roles of columns, from headers and values.

A role that the header names is used only if the values fit it.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from attrs import evolve

from capbuild.formats.columns import Column, ColumnSample
from capbuild.formats.grid import GridRow
from capbuild.formats.layouts.cell_grid import is_total
from capbuild.formats.places import is_ambiguous, is_code, is_country_name, is_region_name
from capbuild.formats.values.cells import cell_text
from capbuild.formats.values.dates import is_unit_header
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.values.numbers import is_number
from capbuild.formats.vocabulary import Role, cell_words, fold_header, fold_word, header_words
from capbuild.model import QuestionType

_ANSWERS = cell_words("yes", "no", "partly", "yes_mark", "no_mark")
_SAYS_COUNTRY = header_words("country_word")
#: Words for a country other than the respondent's, and for places that share a country's name, such as a city.
_OTHER = header_words("elsewhere", "not_country")
_LOCATED = frozenset(("latitude", "longitude"))
_LONGEST_HEAD, _SAMPLE = 60, 200
#: Largest number of words of a label; smallest number of countries in a column without a country header.
_LABEL_WORDS, _LEAST_COUNTRIES = 3, 3


def assign_keys(
    columns: Sequence[Column],
    samples: Sequence[ColumnSample],
    rows: Sequence[GridRow],
    *,
    owned: bool = False,
    texts: Mapping[int, str] | None = None,
) -> tuple[Column, ...]:
    """Assign the key roles of a table's columns.

    Roles from headers are corrected by the cells: a column `Unit` with `yes` and `no` is a question, not a respondent,
    and `Country / Area` with countries is the country.

    Args:
        columns: The columns, with roles from headers or options.
        samples: Sample of each column.
        rows: The rows below the header.
        owned: Whether the table's country is known, so that country names in it are answers.
        texts: Question texts by column index, if the header has ids next to them.
    """
    worded = {index for index, text in (texts or {}).items() if _asks_country(text)}
    columns = [
        evolve(column, role=None, rank=0)
        if column.role is Role.RESPONDENT
        and not column.given
        and _are_answers(samples[column.index], weak=column.rank > 1)
        else column
        for column in columns
    ]
    columns, located = _without_located(_with_unit(columns, rows))
    if any(column.role is Role.COUNTRY for column in columns):
        return _with_codes(columns, samples)
    others = [column for column in columns if column.index != located]
    asking = [c for c in others if c.role is None and not c.given and (c.index in worded or _asks_country(c.name))]
    place = next((c.index for c in asking if _are_countries(rows, c.index)), -1)
    if place < 0 and not owned:
        place = next((c.index for c in others if _may_hold_countries(c) and _names_countries(samples[c.index])), -1)
    return tuple(evolve(c, role=Role.COUNTRY, rank=9) if c.index == place else c for c in columns)


def assign_date_column(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return columns with a date column if headers name none.

    It is the first column of dates whose header has a word for date. `Data` is a date in Portuguese and Italian, and
    any data in English, so the cells decide.
    """
    taken = any(column.role is Role.DATE for column in columns)
    place = next((column.index for column in columns if _may_be_date(column)), -1) if not taken else -1
    return tuple(evolve(c, role=Role.DATE, rank=9) if c.index == place else c for c in columns)


def _may_be_date(column: Column) -> bool:
    free = column.role is None and not column.given and column.personal is None
    return free and column.type is QuestionType.DATE and fold_header(column.name) in header_words("date_label")


def _with_codes(columns: Sequence[Column], samples: Sequence[ColumnSample]) -> tuple[Column, ...]:
    """Use codes as the country if a name is ambiguous.

    An example is `Congo`, followed by `COG`.
    """
    named, *others = sorted((c for c in columns if c.role is Role.COUNTRY), key=lambda c: (not c.given, c.rank))
    texts = {column.index: samples[column.index].texts for column in others}
    coded = next((c for c in others if texts[c.index] and all(map(is_code, texts[c.index]))), None)
    if coded is None or named.given or not any(map(is_ambiguous, samples[named.index].texts)):
        return tuple(columns)
    return tuple(evolve(c, rank=-1) if c is coded else c for c in columns)


def _without_located(columns: Sequence[Column]) -> tuple[list[Column], int]:
    """Find the index of a geolocated country column, or -1.

    Alchemer exports `Longitude, Latitude, Country, City` of the network address, whatever country the respondent is
    from. The columns are returned with the index.
    """
    headers = [fold_header(column.name) for column in columns]
    for before, column, after in zip(headers, columns[1:], headers[2:], strict=False):
        if column.role is Role.COUNTRY and not column.given and before in _LOCATED and after == "city":
            return [evolve(c, role=None, rank=0) if c is column else c for c in columns], column.index
    return list(columns), -1


def _with_unit(columns: Sequence[Column], rows: Sequence[GridRow]) -> list[Column]:
    """Use `Unit` as the unit of measure if it fits.

    It fits if each question of a long table then has a single unit.
    """
    best = {c.role: c for c in sorted(columns, key=lambda c: -c.rank) if c.role is not None}
    unit, question = best.get(Role.RESPONDENT), best.get(Role.QUESTION)
    if unit is None or question is None or Role.ANSWER not in best or unit.given or not is_unit_header(unit.name):
        return list(columns)
    last = max(unit.index, question.index)
    pairs = {(cell_text(c[question.index]), cell_text(c[unit.index])) for _, c in rows[:_SAMPLE] if len(c) > last}
    units = {text for _, text in pairs if text}
    measures = len(units) > 1 or any(map(_is_measure, units))
    if not measures or len({asked for asked, _ in pairs}) < len(pairs):
        return list(columns)
    return [evolve(c, role=Role.UNIT, rank=0) if c is unit else c for c in columns]


def _is_measure(text: str) -> bool:
    """True if a text is a unit of measure.

    Examples are `per 100,000`, `%` and `Tasa por mil`.
    """
    return "%" in text or bool(header_words("measure").intersection(fold_header(text).split()))


def _are_answers(sample: ColumnSample, *, weak: bool) -> bool:
    """True if a column has answers, such as `yes`.

    Numbers may be among them. If `weak`, a column of numbers alone counts too.
    """
    has_answers = False
    for text in sample.texts:
        word = fold_word(text)
        if word in _ANSWERS:
            has_answers = True
        elif word not in MISSING_WORDS and not is_number(word):
            return False
    return has_answers or (weak and bool(sample))


def is_country_header(head: str) -> bool:
    """True if a header has a word for country.

    Words for another country or a city exclude it.

    Example:
        >>> [is_country_header(head) for head in ("Your country", "Country of birth", "Country (capital)", "Law")]
        [True, False, False, False]
    """
    folded = fold_header(head)
    return bool(_SAYS_COUNTRY.intersection((folded, *folded.split()))) and not _is_of_another(folded)


def _is_of_another(head: str) -> bool:
    return bool(_OTHER.intersection((head, *head.split())))


def _asks_country(text: str) -> bool:
    return len(text) <= _LONGEST_HEAD and is_country_header(text)


def _may_hold_countries(column: Column) -> bool:
    """True if a header may name the country column.

    Examples are `Member`, `Location` and a blank header.
    """
    head = fold_header(column.name)
    free = column.role is None or (column.role is Role.RESPONDENT and column.rank > 1)
    asks = len(head.split()) > _LABEL_WORDS or "?" in column.name
    return free and not column.given and column.personal is None and not asks and not _is_of_another(head)


def _names_countries(sample: ColumnSample) -> bool:
    """True if nearly all texts of a column are countries.

    There must be at least `_LEAST_COUNTRIES` of them. Regions and totals are ignored. Codes alone are not enough, since
    `IN` and `NO` may be answers.
    """
    if sample.typed:
        return False
    texts = [text for text in islice(sample.texts, _SAMPLE) if not (is_total(text) or is_region_name(text))]
    first = texts[:10]
    if 2 * sum(map(is_country_name, first)) < len(first):  # as in nearly every column
        return False
    named = sum(map(is_country_name, texts))
    return named >= _LEAST_COUNTRIES and named >= 0.8 * len(texts)


def _are_countries(rows: Sequence[GridRow], index: int) -> bool:
    """True if most texts of a column are countries."""
    full = (cells for _, cells in rows[:_SAMPLE] if sum(bool(cell_text(cell)) for cell in cells) > 1)
    texts = {cell_text(cells[index]) for cells in full if index < len(cells)} - {""}
    named = [text for text in texts if not (is_total(text) or is_region_name(text))]
    return bool(named) and sum(is_country_name(text) or is_code(text) for text in named) >= 0.6 * len(named)
