"""How the respondents of a table were drawn, by the names of columns."""

from attrs import field, frozen

from capbuild.checks import to_tuple

__all__ = ["SampleDesign"]


@frozen(kw_only=True)
class SampleDesign:
    """Which columns say how the respondents were drawn.

    A name is that of a fact (`country`), of a question, or of a physical column of the frame. The variance is that of
    the first-stage clusters within their strata, as `capbuild.stats.survey` has it.

    Attributes:
        weight: How many of the population a respondent stands for; None: all stand for as many.
        strata: What the sample was drawn apart in; none for one sample of the whole. Countries are strata wherever
            each drew its own sample.
        cluster: What was drawn first, such as a police station; None: the respondents themselves.
        population: How many clusters the stratum has in the population; None: many more than were drawn.

    Example:
        >>> SampleDesign(weight="weight", strata=["country"]).strata
        ('country',)
    """

    weight: str | None = None
    strata: tuple[str, ...] = field(default=(), converter=to_tuple)
    cluster: str | None = None
    population: str | None = None
