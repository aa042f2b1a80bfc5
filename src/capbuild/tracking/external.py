"""External series in contrast with the programme's results.

Never adds, averages or rescales published figures together with own ones: disagreement between instruments is a
finding.
"""

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import AssessmentSet, Country, ExternalSeries, Missing, PlausibleLevels, SeriesStatus

#: Share of zeros from which they may mean blanks: no capacity index gives zero to one country in five.
_MANY_ZEROS = 0.2
_FEWEST = 5


@frozen(kw_only=True)
class ContrastRow:
    """Figures of one country in two instruments.

    Attributes:
        country: The country.
        levels: Levels consistent with our evidence, for staircase frameworks.
        value: Our own value, for others.
        theirs: The published value, in its own unit; None without one.
        missing: Reason for no value.
        status: Status of the published value.
        place: Rank among the compared countries, 1 for the best; ties share the better rank.
    """

    country: Country
    levels: PlausibleLevels | None = None
    value: float | None = None
    theirs: float | None = None
    missing: Missing | None = None
    status: SeriesStatus = SeriesStatus.PUBLISHED
    place: int | None = None


@frozen(kw_only=True)
class Contrast:
    """Published series in contrast with one own capacity.

    Attributes:
        series: The series.
        capacity: Id of our capacity.
        rows: The countries, in alphabetical order.
    """

    series: ExternalSeries
    capacity: str
    rows: tuple[ContrastRow, ...] = field(default=(), converter=to_tuple)

    @property
    def matched_count(self) -> int:
        """Number of countries with a figure in both."""
        return sum(row.theirs is not None and (row.levels is not None or row.value is not None) for row in self.rows)

    def __str__(self) -> str:
        better = "more" if self.series.ascending else "less"
        counts = f"{self.matched_count} of {len(self.rows)} countries in both"
        return f"{self.capacity} beside {self.series.key}: {counts}; {better} is better"


def contrast_series(assessed: AssessmentSet, series: Iterable[ExternalSeries]) -> Iterator[Contrast]:
    """Yield the contrast of each series and capacity, by country.

    Args:
        assessed: Our own round.
        series: Published series.
    """
    for external in series:
        values = [
            value for assessment in assessed if (value := external.values.get(assessment.country.alpha_2)) is not None
        ]
        for capacity in external.capacities:
            yield Contrast(
                series=external, capacity=capacity, rows=_list_contrast_rows(assessed, external, capacity, values)
            )


def _list_contrast_rows(
    assessed: AssessmentSet, series: ExternalSeries, capacity: str, values: list[float]
) -> Iterator[ContrastRow]:
    for assessment in assessed:
        published = series.value_of(assessment.country)
        theirs = None if isinstance(published, Missing) else published
        score = assessment.scores.get(capacity)
        better = 0 if theirs is None else sum(v > theirs if series.ascending else v < theirs for v in values)
        yield ContrastRow(
            country=assessment.country,
            levels=None if score is None else score.plausible,
            value=None if score is None else score.value,
            theirs=theirs,
            missing=published if isinstance(published, Missing) else None,
            status=series.status_of(assessment.country),
            place=None if theirs is None else better + 1,
        )


def has_suspicious_zeros(values: Iterable[float]) -> bool:
    """True if zeros are frequent enough to be blanks.

    Example:
        >>> has_suspicious_zeros([0, 0, 0, 41.2, 55.0, 60.1]), has_suspicious_zeros([12.0, 41.2, 55.0, 60.1, 38.8])
        (True, False)
    """
    all_values = list(values)
    return len(all_values) >= _FEWEST and sum(value == 0 for value in all_values) >= _MANY_ZEROS * len(all_values)
