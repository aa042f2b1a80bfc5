"""Interface of a tally of a survey's questions."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import altair
    import pandas
    import polars


class SurveyTallyCell(Protocol):
    """Interface of `capbuild.tables.TallyCell`: a figure of one domain."""

    @property
    def domain(self) -> tuple[Any, ...]:
        """Identity of the domain, such as a country."""

    @property
    def domain_labels(self) -> tuple[str | None, ...]:
        """The same with labels: options, names of countries."""

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
        """Share of the option, mean or quantile; None without answers, or if suppressed."""

    @property
    def n(self) -> int | None:
        """Respondents with a figure; None if suppressed."""

    @property
    def suppressed(self) -> bool:
        """Whether there are too few respondents to show the cell."""


class SurveyTally(Protocol):
    """Interface of `capbuild.tables.Tally`."""

    @property
    def issues(self) -> Iterable[Any]:
        """Issues (`capbuild.model.Issues`) about the figures."""

    def __getitem__(self, key: tuple[Any, ...] | str, /) -> SurveyTallyCell: ...

    def __iter__(self) -> Iterator[SurveyTallyCell]: ...

    def __len__(self) -> int: ...

    def to_pandas(self, table: str | None = None) -> "pandas.DataFrame":
        """Return one row per domain and option."""

    def to_polars(self, table: str | None = None) -> "polars.DataFrame":
        """Return one row per domain and option."""

    def plot(self) -> "altair.TopLevelMixin":
        """Return a chart: bars of shares, or dots of means, with intervals."""

    def display(self) -> None:
        """Show a table per question: as a page in a notebook, as text elsewhere."""
