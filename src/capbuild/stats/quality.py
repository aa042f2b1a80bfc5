"""Quality of returns: straight-lining, duplicates, false zeros and non-response.

A return is a row of a table (respondents, items), NaN for unanswered. All results are hints to check, not verdicts:
nothing is dropped.
"""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_table, quotient


def find_straight_lining(answers: npt.ArrayLike, *, share: float = 0.9, minimum: int = 6) -> Bools:
    """Return respondents with the same answer to nearly all items.

    Args:
        answers: Table (respondents, items) of items on one scale.
        share: Minimum share of answered items with the same answer.
        minimum: Minimum number of answered items; shorter returns are skipped.

    Raises:
        ModelError: The share is not above 0 and at most 1.

    Example:
        >>> find_straight_lining([[4, 4, 4, 4], [4, 1, 4, 2]], minimum=4).tolist()
        [True, False]
    """
    if not 0 < share <= 1:
        raise ModelError("share", share, "must be above 0 and at most 1")
    table = as_table(answers, "answers")
    ordered = np.sort(table, axis=1)  # missing answers go last, and equal nothing
    run = np.where(np.isnan(ordered[:, :1]), 0, 1)[:, 0] if table.shape[1] else np.zeros(len(table), np.int64)
    most = run
    for left, right in zip(ordered.T[:-1], ordered.T[1:], strict=True):
        run = np.where(left == right, run + 1, 1)
        most = np.maximum(most, np.where(np.isnan(right), 0, run))
    answered = (~np.isnan(table)).sum(axis=1)
    return np.asarray((answered >= minimum) & (most >= share * answered))


@frozen(kw_only=True)
class Duplicate:
    """Two returns with the same answers.

    Attributes:
        first: Row of the earlier one.
        second: Row of the later one.
        shared: Number of items that both answered.
        same: Share of these with the same answer.
    """

    first: int
    second: int
    shared: int
    same: float


def find_duplicates(answers: npt.ArrayLike, *, share: float = 1.0, minimum: int = 6) -> tuple[Duplicate, ...]:
    """Return pairs of returns with equal answers, in row order.

    Args:
        answers: Table (respondents, items).
        share: Minimum share of equal answers among shared items; below 1 finds edited copies.
        minimum: Minimum number of items that both answered.

    Raises:
        ModelError: The share is not above 0 and at most 1.

    Example:
        >>> find_duplicates([[1, 2, 3], [3, 2, 1], [1, 2, 3]], minimum=3)
        (Duplicate(first=0, second=2, shared=3, same=1.0),)
    """
    if not 0 < share <= 1:
        raise ModelError("share", share, "must be above 0 and at most 1")
    table = as_table(answers, "answers")
    given = ~np.isnan(table)
    duplicates = []
    for first in range(len(table) - 1):
        both = given[first] & given[first + 1 :]
        shared = both.sum(axis=1)
        equal = ((table[first] == table[first + 1 :]) & both).sum(axis=1)
        for offset in np.flatnonzero((shared >= max(minimum, 1)) & (equal >= share * shared)):
            n = int(shared[offset])
            duplicates.append(
                Duplicate(first=first, second=first + 1 + int(offset), shared=n, same=float(equal[offset]) / n)
            )
    return tuple(duplicates)


@frozen(kw_only=True, eq=False)
class NonResponse:
    """Item and unit non-response, as shares from 0 to 1.

    Attributes:
        items: Share of respondents asked that skipped each item, shape (items,); NaN if none was asked.
        respondents: Share of items asked that each respondent skipped, shape (respondents,); NaN if none was.
        overall: Share of all cells asked; 0 if none was asked, never NaN.
    """

    items: Floats
    respondents: Floats
    overall: float


def count_non_response(answers: npt.ArrayLike, *, asked: npt.ArrayLike | None = None) -> NonResponse:
    """Return the shares of unanswered items.

    Args:
        answers: Table (respondents, items), NaN for unanswered.
        asked: True if an item was asked; all by default. Items not asked are not non-response.

    Raises:
        ModelError: `asked` has another shape.

    Example:
        >>> found = count_non_response([[1.0, np.nan, np.nan], [2.0, 3.0, 4.0]])
        >>> found.items.tolist(), found.respondents.round(2).tolist()
        ([0.0, 0.5, 0.5], [0.67, 0.0])
    """
    table = as_table(answers, "answers")
    put = np.ones(table.shape, np.bool_) if asked is None else np.asarray(asked, dtype=np.bool_)
    if put.shape != table.shape:
        raise ModelError("asked", put.shape, f"must have the shape {table.shape}")
    absent = put & np.isnan(table)
    total = int(put.sum())
    return NonResponse(
        items=quotient(absent.sum(axis=0), put.sum(axis=0)),
        respondents=quotient(absent.sum(axis=1), put.sum(axis=1)),
        overall=int(absent.sum()) / total if total else 0.0,
    )


@frozen(kw_only=True, eq=False)
class ZeroCounts:
    """Zeros of each item, and whether they look like blanks.

    Attributes:
        share: Share of zeros among values, shape (items,); NaN without values.
        suspicious: True if zeros are separate from the other values and the item has no missing value, so that zeros
            may be blanks.
        mean: Mean of all values, NaN without values.
        mean_without: Mean without the zeros, NaN without other values.
    """

    share: Floats
    suspicious: Bools
    mean: Floats
    mean_without: Floats


def find_suspicious_zeros(values: npt.ArrayLike, *, share: float = 0.05, gap: float = 0.1) -> ZeroCounts:
    """Return items with zeros that look like missing values.

    Blanks turned into zeros leave three signs: many zeros, no missing value, and a gap between zero and the other
    values. Items with only zeros are not suspicious.

    Args:
        values: Table (units, items) of non-negative figures.
        share: Minimum share of zeros.
        gap: Minimum distance from zero to the nearest other value, in ranges of the other values.

    Example:
        >>> found = find_suspicious_zeros([[0.0], [51.0], [60.0], [0.0], [72.0]])
        >>> found.suspicious.tolist(), found.mean.tolist(), found.mean_without.tolist()
        ([True], [36.6], [61.0])
    """
    table = as_table(values)
    given = ~np.isnan(table)
    zero = table == 0
    rest = np.where(zero, np.nan, table)
    others = ~np.isnan(rest)
    near = np.min(np.where(others, np.abs(rest), np.inf), axis=0, initial=np.inf)
    high = np.max(np.where(others, rest, -np.inf), axis=0, initial=-np.inf)
    low = np.min(np.where(others, rest, np.inf), axis=0, initial=np.inf)
    some = others.any(axis=0)
    distance = quotient(np.where(some, near, np.nan), np.where(some, high, np.nan) - np.where(some, low, np.nan))
    shares = quotient(zero.sum(axis=0), given.sum(axis=0))
    marks = (np.nan_to_num(shares) >= share) & zero.any(axis=0) & (np.nan_to_num(distance) >= gap)
    return ZeroCounts(
        share=shares,
        suspicious=marks & given.all(axis=0),
        mean=quotient(np.nansum(table, axis=0), given.sum(axis=0)),
        mean_without=quotient(np.nansum(rest, axis=0), others.sum(axis=0)),
    )
