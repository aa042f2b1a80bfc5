"""Interface of what a tally of a survey's questions gives."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import altair
    import pandas
    import polars

__all__ = ["SurveyTally", "SurveyTallyCell"]


class SurveyTallyCell(Protocol):
    """Interface of `capbuild.tables.TallyCell`: a figure of one domain."""

    @property
    def domain(self) -> tuple[Any, ...]:
        """What tells the domain from others, such as a country."""

    @property
    def domain_labels(self) -> tuple[str | None, ...]:
        """The same for people: labels of options, names of countries."""

    @property
    def target(self) -> str:
        """Id of the question."""

    @property
    def option(self) -> str:
        """Code of the option; empty for a mean."""

    @property
    def label(self) -> str:
        """Label of the option."""

    @property
    def quantile(self) -> float | None:
        """Share of respondents with this figure or less; None for a mean or share."""

    @property
    def mean(self) -> float | None:
        """Share of the option, mean or quantile; None where nobody answered or the cell is suppressed."""

    @property
    def n(self) -> int | None:
        """Respondents with a figure; None where the cell is suppressed."""

    @property
    def suppressed(self) -> bool:
        """Whether there are too few respondents for the cell to be shown."""


class SurveyTally(Protocol):
    """Interface of `capbuild.tables.Tally`."""

    @property
    def issues(self) -> Iterable[Any]:
        """Issues (`capbuild.model.Issues`): what a person should know of the figures."""

    def __getitem__(self, key: tuple[Any, ...] | str, /) -> SurveyTallyCell: ...

    def __iter__(self) -> Iterator[SurveyTallyCell]: ...

    def __len__(self) -> int: ...

    def to_pandas(self, table: str | None = None) -> "pandas.DataFrame":
        """Return a row a domain and option."""

    def to_polars(self, table: str | None = None) -> "polars.DataFrame":
        """Return a row a domain and option."""

    def plot(self) -> "altair.TopLevelMixin":
        """Return a chart: shares as bars of 100 %, means as dots with their intervals."""
