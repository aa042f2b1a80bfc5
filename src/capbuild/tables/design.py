"""How the respondents of a table were drawn and are told apart, by the names of columns."""

import math
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ModelError, did_you_mean
from capbuild.tables.codebook import Codebook, Coding, Column

__all__ = ["LONELY", "Key", "SampleDesign", "is_null", "key_of", "number_column"]

#: What a stratum with one cluster adds to the variance, as `survey.lonely.psu` of R's survey.
LONELY = ("fail", "certainty", "adjust")


@frozen(kw_only=True)
class SampleDesign:
    """Which columns say how the respondents were drawn.

    A name is that of a fact (`country`), of a question, or of a physical column of the frame. The variance is that of
    the first-stage clusters within their strata.

    Attributes:
        weight: How many of the population a respondent stands for; None: all stand for as many.
        strata: What the sample was drawn apart in; none for one sample of the whole. Countries are strata wherever
            each drew its own sample.
        cluster: What was drawn first, such as a police station; None: the respondents themselves.
        population: How many clusters the stratum has in the population; None: many more than were drawn.
        lonely: What a stratum with one cluster adds to the variance: `fail`, the error is undefined; `certainty`,
            nothing, as where it was sure to be drawn; `adjust`, its distance from the mean of the whole.

    Example:
        >>> SampleDesign(weight="weight", strata=["country"]).strata
        ('country',)
    """

    weight: str | None = None
    strata: tuple[str, ...] = field(default=(), converter=to_tuple)
    cluster: str | None = None
    population: str | None = None
    lonely: str = "fail"

    def __attrs_post_init__(self) -> None:
        if self.lonely not in LONELY:
            remedy = f"must be one of {', '.join(LONELY)}{did_you_mean(self.lonely, LONELY)}"
            raise ModelError("SampleDesign.lonely", self.lonely, remedy)


@frozen(eq=False)
class Key:
    """A column that respondents are told apart by.

    Attributes:
        given: Name as given: a fact, a question, or a physical column.
        physical: Name of the physical column; empty where every row has the same value.
        column: Its entry in the codebook; None for a physical column that the codebook does not know.
    """

    given: str
    physical: str
    column: Column | None = None

    def decode(self, cell: Any) -> Any:
        """Return the value that a cell stands for; None where there is none."""
        if self.column is None:
            return None if is_null(cell) else cell
        if self.column.coding is Coding.CONSTANT:
            return self.column.values[0]
        if is_null(cell):
            return None
        return self.column.values[int(cell)] if self.column.coding is Coding.CODED else cell


def is_null(cell: Any) -> bool:
    """Tell whether a cell is a null: NaN in pandas, and `NA`, which equals nothing and is no truth value."""
    return cell is None or type(cell).__name__ == "NAType" or (isinstance(cell, float) and math.isnan(cell))


def key_of(codebook: Codebook, physical: Sequence[str], name: str) -> Key:
    """Return the column of a name.

    Raises:
        ModelError: There is none, or its values cannot be told apart in the frame.
    """
    column = codebook.find(name)
    if column is not None and column.coding not in (Coding.FROM_ROW, Coding.TAGGED):
        return Key(name, column.name if column.is_stored else "", column)
    if column is None and name in physical:
        return Key(name, name)
    known = [*codebook.facts, *(column.question for column in codebook.columns)]
    hint = did_you_mean(name, known) or f", such as {', '.join(known[:8])}"
    raise ModelError("by", name, f"must be a fact or a question of the table{hint}")


def number_column(codebook: Codebook, physical: Sequence[str], name: str | None, what: str) -> str:
    """Return the physical column that a design names for numbers; empty where it names none.

    Raises:
        ModelError: There is no such column, or it holds texts.
    """
    if name is None:
        return ""
    key = key_of(codebook, physical, name)
    if key.column is not None and key.column.coding not in (Coding.INTEGER, Coding.NUMBER):
        raise ModelError(f"SampleDesign.{what}", name, "must be a column of numbers, and it holds texts")
    return key.physical
