"""Rows right below the heads that belong to them: a second row of heads, questions in words, units."""

import re
from collections.abc import Sequence

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.folding import one_line
from capbuild.formats.grid import GridRow
from capbuild.formats.headpair import is_grouped, is_pair, joined_pair
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.numbers import is_number
from capbuild.formats.places import is_code, names_country

__all__ = ["IDS", "find_codes", "find_import_ids", "find_labels", "find_numbering", "with_pair", "worded"]

#: What the row is in which Qualtrics repeats the ids of the columns.
IDS = "ids of the columns"
#: A head that names a question by a code.
_CODE = re.compile(r"[A-Za-z]{0,4}[-_. ]?\d+(?:[._-]?[\da-z]{1,2})*")
#: A name of a variable, which has a mark or a digit where it is no word.
_VARIABLE = re.compile(r"[A-Za-z]\w*(?:[./:-]\w+)*", re.ASCII)
#: Rows by which columns of numbers are told.
_SAMPLE = 50


def with_pair(sample: list[GridRow], index: int) -> tuple[list[GridRow], int]:
    """Return the rows and where the heads are, with the heads of two rows joined into one where there are two.

    Args:
        sample: The first rows of a table.
        index: Where the row is that looks most like the heads.

    Example:
        >>> rows = [(1, ["Country", "2013", ""]), (2, ["", "Men", "Women"]), (3, ["Peru", "4", "5"])]
        >>> with_pair(rows, 0)
        ([(2, ['Country', '2013 - Men', '2013 - Women']), (3, ['Peru', '4', '5'])], 0)
    """
    for top in (index, index - 1):
        if not 0 <= top < len(sample) - 2 or sample[top + 1][0] != sample[top][0] + 1:
            continue
        (_, above), (number, below) = sample[top : top + 2]
        after = next((cells for _, cells in sample[top + 2 :] if any(map(cell_text, cells))), ())
        if is_pair(above, below, after) or is_grouped(above, below):
            return [*sample[:top], (number, joined_pair(above, below)), *sample[top + 2 :]], top
    return sample, index


def worded(heads: Sequence[Cell], labels: Sequence[Cell], *, whole: bool = False) -> dict[int, str]:
    """Return the questions in words, by the index of their column.

    A row that spells the heads out replaces them; one of units, or of parts, goes on with them.

    Args:
        heads: The row of heads.
        labels: The row that says more of them.
        whole: Whether it is known to spell them out.

    Example:
        >>> worded(["Country", "Q1"], ["", "Is there a law?"]), worded(["Country", "Budget"], ["", "USD m"])
        ({1: 'Is there a law?'}, {1: 'Budget (USD m)'})
    """
    texts = {index: text for index, cell in enumerate(labels) if (text := one_line(cell_text(cell)))}
    names = [one_line(cell_text(cell)) for cell in heads]
    if whole or any(map(_says_place, texts.values())) or _are_codes(names):
        return texts
    named = ((index, text, names[index] if index < len(names) else "") for index, text in texts.items())
    return {index: f"{head} ({text.strip('()')})" if head else text for index, text, head in named}


def _says_place(head: str) -> bool:
    meaning = head_meaning(head)
    return meaning is not None and meaning.role is Role.COUNTRY


def _are_codes(names: Sequence[str]) -> bool:
    asked = [name for name in names if name and not _says_place(name)]
    return 2 * sum(_CODE.fullmatch(name) is not None for name in asked) > len(asked)


def find_codes(sample: Sequence[GridRow], index: int) -> int | None:
    """Return where a row of codes stands right below the row of heads in words; None where there is none.

    Codes such as `q1` or `law_year` differ from one another, and none of them comes again below it.

    Args:
        sample: The first rows of a table.
        index: Where the row is that looks most like the heads: that in words, or that of codes.

    Example:
        >>> rows = [(1, ["Country", "Is there a law?", "Staff in all?"]), (2, ["country", "q1", "q2"])]
        >>> find_codes([*rows, (3, ["Peru", "yes", 4]), (4, ["Cuba", "no", 3])], 0)
        1
    """
    for top in (index, index - 1):
        if 0 <= top < len(sample) - 2 and sample[top + 1][0] == sample[top][0] + 1:
            words, codes = (list(map(cell_text, cells)) for _, cells in sample[top : top + 2])
            if _stand_for(codes, words) and not _come_again(codes, sample[top + 2 : top + 2 + _SAMPLE]):
                return top + 1
    return None


def _stand_for(codes: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether a row holds a code of its own below each head, and most heads are in words."""
    pairs = [(code, head) for code, head in zip(codes, words, strict=False) if code or head]
    if len(codes) > len(words) or len(pairs) < 2 or len({code for code, _ in pairs}) < len(pairs):
        return False
    if not all(code and head and _VARIABLE.fullmatch(code) for code, head in pairs):
        return False
    asked = [(code, head) for code, head in pairs if head_meaning(code) is None]
    told = sum(_is_variable(code) and " " in head and len(head) > len(code) for code, head in asked)
    return told > 0 and 2 * told > len(asked)


def _is_variable(text: str) -> bool:
    return "_" in text or any(map(str.isdigit, text))


def _come_again(codes: Sequence[str], below: Sequence[GridRow]) -> bool:
    """Tell whether a text of a row stands again below it in its column, or the rows below hold such codes too."""
    rows = [list(map(cell_text, cells)) for _, cells in below]
    if any(code == text for row in rows for code, text in zip(codes, row, strict=False)):
        return True
    texts = [text for row in rows for text in row[: len(codes)] if text]
    return 2 * sum(_is_variable(text) and _VARIABLE.fullmatch(text) is not None for text in texts) >= len(texts)


def find_import_ids(below: Sequence[GridRow]) -> int | None:
    """Return where, in the two rows below the heads, Qualtrics wrote the ids of the columns; None where it did not.

    Example:
        >>> find_import_ids([(2, ["Q1 text"]), (3, ['{"ImportId":"QID1"}']), (4, ["yes"])])
        1
    """
    for place, (_, cells) in enumerate(below[:2]):
        filled = [text for cell in cells if (text := cell_text(cell))]
        if filled and all(text.startswith('{"ImportId"') for text in filled):
            return place
    return None


def find_numbering(heads: Sequence[Cell], below: Sequence[GridRow]) -> int | None:
    """Return the number of the row right below the heads that only counts the columns; None where there is none.

    Printed tables have one: `(1) (2) (3)`. Bare numbers may be answers, unless the heads say that a country stands
    there, or other rows hold words.

    Example:
        >>> find_numbering(["Country", "Law", "Staff"], [(2, ["(1)", "(2)", "(3)"]), (3, ["Peru", "yes", 4])])
        2
        >>> find_numbering(["id", "q1", "q2"], [(2, [1, 2, 3]), (3, [2, 4, 4])])
    """
    if len(below) < 2:
        return None
    number, cells = below[0]
    texts = list(map(cell_text, cells))
    bare = [text.strip("()[]") for text in texts if text]
    first = bare[0] if bare else ""
    if len(bare) < 3 or first not in ("1", "A", "a") or 2 * len(bare) <= len(heads):
        return None
    if bare != [str(i + 1) if first == "1" else chr(ord(first) + i) for i in range(len(bare))]:
        return None
    marked = all(text[0] in "([" for text in texts if text)
    places = [i for i, text in enumerate(texts) if text and i < len(heads) and _says_place(cell_text(heads[i]))]
    others = [cell for _, row in below[1:_SAMPLE] for cell in row if cell_text(cell)]
    words = sum(not is_number(cell) for cell in others)
    return number if marked or places or 2 * words > len(others) else None


def find_labels(heads: Sequence[Cell], below: Sequence[GridRow]) -> GridRow | None:
    """Return the row right below the heads that spells them out; None where there is none.

    It holds texts only, and under the head of the country a word for country, which the next row does not; or nothing,
    where most heads are codes such as `Q1`, or the rows below it hold numbers.

    Example:
        >>> rows = [(2, ["", "number", "USD m"]), (3, ["Peru", 10, 5.5]), (4, ["Cuba", 3, 2.0])]
        >>> find_labels(["Country", "Staff", "Budget"], rows)
        (2, ['', 'number', 'USD m'])
    """
    if len(below) < 2 or any(not isinstance(cell, str) for cell in below[0][1] if cell_text(cell)):
        return None
    texts = [cell_text(cell) for cell in heads]
    place = next(
        (i for i, text in enumerate(texts) if (found := head_meaning(text)) and found.role is Role.COUNTRY), -1
    )
    filled = sum(bool(cell_text(cell)) for cell in below[0][1])
    if place < 0 or filled < 2 or _says_country(below[1], place):
        return None
    told = _says_country(below[0], place) or _spells_codes(texts, below[0][1], place)
    return below[0] if told or _stands_above_numbers(below, place) else None


def _stands_above_numbers(below: Sequence[GridRow], place: int) -> bool:
    """Tell whether a row that names no country holds words right above numbers, in most of its columns."""
    first, rows = below[0][1], below[1:_SAMPLE]
    if (place < len(first) and cell_text(first[place])) or not any(map(cell_text, rows[0][1][place : place + 1])):
        return False
    told = [index for index, cell in enumerate(first) if cell_text(cell)]
    if any(is_number(first[index]) for index in told):
        return False
    above = sum(_are_numbers([cells[index] for _, cells in rows if index < len(cells)]) for index in told)
    return above > 1 and 2 * above > len(told)


def _are_numbers(cells: Sequence[Cell]) -> bool:
    found = [cell for cell in cells if cell_text(cell)]
    return 2 * sum(map(is_number, found)) > len(found)


def _spells_codes(heads: Sequence[str], cells: Sequence[Cell], place: int) -> bool:
    """Tell whether a row that names no country stands right below heads most of which are codes, with longer texts."""
    asked = [(head, cell_text(cell)) for i, (head, cell) in enumerate(zip(heads, cells, strict=False)) if i != place]
    told = [text for head, text in asked if _CODE.fullmatch(head) and len(text) > max(len(head), 3)]
    return not cell_text(cells[place] if place < len(cells) else None) and 2 * len(told) > len(asked)


def _says_country(row: GridRow, place: int) -> bool:
    """Tell whether a cell has a word for country and names none."""
    text = cell_text(row[1][place]) if place < len(row[1]) else ""
    meanings = [head_meaning(text), *map(head_meaning, text.split())]
    says = any(meaning is not None and meaning.role is Role.COUNTRY for meaning in meanings)
    return says and not names_country(text) and not is_code(text)
