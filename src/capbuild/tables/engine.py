"""Frames of any engine: usable rows, weights, and collection of small results."""

from typing import Any

import narwhals as nw
from attrs import frozen

from capbuild.display import counted
from capbuild.errors import ModelError
from capbuild.model import Issue, ResponseStatus
from capbuild.tables.codebook import Codebook, Coding


def collect_rows(frame: Any) -> list[dict[str, Any]]:
    """Collect a small result into this process."""
    if isinstance(frame, nw.LazyFrame):
        polars = frame.implementation is nw.Implementation.POLARS
        frame = frame.collect(backend="polars", engine="streaming") if polars else frame.collect()
    return list(frame.iter_rows(named=True))


def lazy_frame(native: Any) -> Any:
    """Return a narwhals frame.

    A polars frame becomes lazy, so that it is never copied whole.
    """
    frame = nw.from_native(native)
    eager = isinstance(frame, nw.DataFrame) and frame.implementation is nw.Implementation.POLARS
    return frame.lazy() if eager else frame


def counted_rows(codebook: Codebook, native: Any) -> Any:
    """Return a narwhals frame of the responses whose status counts.

    Args:
        codebook: Codebook of the frame.
        native: The frame of any engine.
    """
    frame, status = lazy_frame(native), codebook.facts.get("status")
    if status is None:
        return frame
    aside = [code for code, one in enumerate(status.values) if isinstance(one, ResponseStatus) and not one.counts]
    if not aside:
        return frame
    if status.coding is not Coding.CODED:
        return frame.head(0)
    return frame.filter(~nw.col(status.name).is_in(aside))


@frozen(kw_only=True)
class WeightedRows:
    """Rows that have a weight.

    Attributes:
        frame: The frame (narwhals) without rows with a missing weight.
        zero: Number of zero weights: their respondents count in the sample design but in no estimate.
        missing: Number of missing weights.
    """

    frame: Any
    zero: int = 0
    missing: int = 0

    def issues(self, name: str | None) -> list[Issue]:
        """Return warnings about the weights."""
        found = []
        if self.zero:
            message = f"{counted(self.zero, 'respondent')} with a weight of zero in {name} count in no figure"
            found.append(Issue.note("CB223", message))
        if self.missing:
            message = f"{counted(self.missing, 'respondent')} without a weight in {name} are left out"
            remedy = "find out why they have none: the other weights may no longer add up to the population"
            found.append(Issue.warning("CB223", message, remedy=remedy))
        return found


def weighted_rows(frame: Any, weight: str) -> WeightedRows:
    """Return the rows that have a weight.

    Args:
        frame: The frame (narwhals).
        weight: Physical column of the weights; empty for none.

    Raises:
        ModelError: A weight is negative.
    """
    if not weight:
        return WeightedRows(frame=frame)
    column = nw.col(weight).cast(nw.Float64)
    # NaN, infinite and null weights match neither test.
    tests = {"zero": column == 0, "below": (column < 0) & (column > -float("inf"))}
    has_weight = ((column >= 0) & (column < float("inf"))).fill_null(False)
    made = frame.select(**{name: test.fill_null(False).cast(nw.Int64) for name, test in tests.items()},
                        absent=(~(has_weight | tests["below"].fill_null(False))).cast(nw.Int64))  # fmt: skip
    (row,) = collect_rows(made.select(*(nw.col(name).sum() for name in ("zero", "below", "absent"))))
    zero, below, absent = (int(row[name] or 0) for name in ("zero", "below", "absent"))
    if below:
        raise ModelError(f"{below} values of {weight}", "negative", "must be 0 or more")
    return WeightedRows(frame=frame.filter(has_weight) if absent else frame, zero=zero, missing=absent)
