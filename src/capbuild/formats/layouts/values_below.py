"""Forms in one column."""

from collections.abc import Sequence

from capbuild.formats.layouts.cell_grid import is_label, is_note, role_score
from capbuild.formats.layouts.cell_kinds import CLASSES, is_place_name, kind_of
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.vocabulary import Role


def pair_below(numbers: Sequence[int], cells: Sequence[Cell]) -> list[tuple[int, int | None]]:
    """Pair labels with the values below them.

    The result has positions, and None for a label without a value. Rows without a blank row between them are a block,
    which begins with a label. A label right below another begins a new pair: the first has no value, like a title or an
    unanswered question.

    Args:
        numbers: Row numbers of the cells, ascending.
        cells: The cells of the column.

    Example:
        >>> pair_below([1, 2, 4, 6, 7], ["Country", "Peru", "Any law?", "Staff", 12])
        [(0, 1), (2, None), (3, 4)]
    """
    texts = list(map(cell_text, cells))
    kinds = [CLASSES[kind_of(cell)] for cell in cells]
    pairs: list[tuple[int, int | None]] = []
    waiting: int | None = None
    for i, text in enumerate(texts):
        begins = i == 0 or numbers[i] > numbers[i - 1] + 1
        ends = i + 1 == len(texts) or numbers[i + 1] > numbers[i] + 1
        typed_next = not ends and kinds[i] == "T" != kinds[i + 1]
        last = i + 2 == len(texts) or (i + 2 < len(texts) and numbers[i + 2] > numbers[i + 1] + 1)
        if waiting is not None and not (begins or is_label(text) or (typed_next and last)):
            pairs.append((waiting, i))
            waiting = None
            continue
        if waiting is not None:
            pairs.append((waiting, None))
        waiting = i
    return pairs if waiting is None else [*pairs, (waiting, None)]


def find_values_below(numbers: Sequence[int], cells: Sequence[Cell], country: str) -> tuple[float, bool] | None:
    """Return how much a column looks like a form.

    The first value is from 0 to 1, and the second is True if the form names its country. A form has a line for the
    country or a given country, at least two more labels with values, no duplicate label, and none that is a country.
    Most labels must look like one, or have a value that is not text. Otherwise the result is None.

    Args:
        numbers: Row numbers of the cells, ascending.
        cells: The cells of the column.
        country: Country named by the sheet or file; empty for none.
    """
    pairs = [(i, j) for i, j in pair_below(numbers, cells) if j is not None]
    texts = list(map(cell_text, cells))
    named = [i for i, j in pairs if role_score(texts[i].rstrip(" :"), Role.COUNTRY) and is_place_name(texts[j])]
    asked = [(i, j) for i, j in pairs if i not in named and not is_note(texts[i], marked=False)]
    labels = [texts[i] for i, _ in asked]
    if len(asked) < 2 or len(named) > 1 or not (named or country) or len(set(labels)) < len(labels):
        return None
    kinds = [(CLASSES[kind_of(cells[i])], CLASSES[kind_of(cells[j])]) for i, j in asked]
    if any(map(is_place_name, labels)) or any(label != "T" for label, _ in kinds):
        return None
    marked = [is_label(text) or value != "T" for text, (_, value) in zip(labels, kinds, strict=True)]
    share = sum(marked) / len(marked)
    return (share, bool(named)) if 2 * share > 1 else None
