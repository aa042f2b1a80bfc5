"""Sample design of a table: weights, strata and clusters, by column name."""

import math
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ModelError, did_you_mean
from capbuild.tables.codebook import Codebook, Coding, Column

#: Contributions of a stratum with one cluster to the variance, as `survey.lonely.psu` of R's survey.
LONELY = ("fail", "certainty", "adjust")


@frozen(kw_only=True)
class SampleDesign:
    """Columns of the sample design.

    A name is a fact (`country`), a question, or a physical column of the frame. The variance is between first-stage
    clusters within strata.

    Attributes:
        weight: Members of the population that a respondent represents; None: equal weights.
        strata: Strata; empty for one sample of the whole. Countries are strata if each drew its own sample.
        cluster: First-stage cluster, such as a police station; None: the respondents themselves.
        population: Clusters of the stratum in the population; None: many more than were drawn.
        lonely: Contribution of a stratum with one cluster to the variance: `fail`, the error is undefined; `certainty`,
            none, for a cluster selected with certainty; `adjust`, its deviation from the overall mean.

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
    """A column that defines domains, strata or clusters.

    Attributes:
        given: Name as given: a fact, a question, or a physical column.
        physical: Name of the physical column; empty if every row has the same value.
        column: Its entry in the codebook; None for a physical column outside the codebook.
    """

    given: str
    physical: str
    column: Column | None = None

    def decode(self, cell: Any) -> Any:
        """Return the value of a cell, or None."""
        if self.column is None:
            return None if is_null(cell) else cell
        if self.column.coding is Coding.CONSTANT:
            return self.column.values[0]
        if is_null(cell):
            return None
        return self.column.values[int(cell)] if self.column.coding is Coding.CODED else cell


def is_null(cell: Any) -> bool:
    """True if a cell is null.

    Nulls are None, NaN of pandas, and `NA`, which has no truth value.
    """
    return cell is None or type(cell).__name__ == "NAType" or (isinstance(cell, float) and math.isnan(cell))


def key_of(codebook: Codebook, physical: Sequence[str], name: str, argument: str = "by") -> Key:
    """Return the column with a name.

    Args:
        codebook: Codebook of the table.
        physical: Columns of the frame.
        name: The name.
        argument: Argument that names it, for the message.

    Raises:
        ModelError: There is none, or the frame cannot group by its values.
    """
    column = codebook.find(name)
    if column is not None and column.coding not in (Coding.FROM_ROW, Coding.TAGGED):
        return Key(name, column.name if column.is_stored else "", column)
    if column is None and name in physical:
        return Key(name, name)
    known = [*codebook.facts, *(column.question for column in codebook.columns)]
    hint = did_you_mean(name, known) or f", such as {', '.join(known[:8])}"
    raise ModelError(argument, name, f"must be a fact or a question of the table{hint}")


def number_column(codebook: Codebook, physical: Sequence[str], name: str | None, what: str) -> str:
    """Return the physical column of numbers that a design names; empty if none.

    Raises:
        ModelError: There is no such column, or it has texts.
    """
    if name is None:
        return ""
    key = key_of(codebook, physical, name, what)
    if key.column is not None and key.column.coding not in (Coding.INTEGER, Coding.NUMBER):
        raise ModelError(f"SampleDesign.{what}", name, "must be a column of numbers, and it holds texts")
    return key.physical
