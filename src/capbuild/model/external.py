"""External series: published figures of countries, kept apart from results."""

from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, country_code
from capbuild.model.response import Missing
from capbuild.text import Text, as_text


class SeriesStatus(StrEnum):
    """Origin of a published value."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"
    ESTIMATED = "estimated"
    SELF_REPORTED = "self-reported"
    SECONDARY = "secondary"
    WITHDRAWN = "withdrawn"


@model(kw_only=True)
class ExternalSeries:
    """Published index or indicator, with a value per country.

    Its name includes provider and edition: indices can share an acronym, and editions are not comparable.

    Attributes:
        id: Id within the programme.
        provider: Publisher.
        edition: Edition.
        title: Name.
        year: Year of the values.
        ascending: Whether more is better.
        minimum: Lowest possible value.
        maximum: Highest possible value.
        unit: Unit.
        status: Status of the values.
        statuses: Other status of a country's value, by alpha-2 code.
        values: Value by alpha-2 code.
        missing: Reason for a missing value, by alpha-2 code.
        capacities: Ids of related capacities; empty for the country as a whole.
        source: Place of publication.
        licence: Licence of the values, such as `CC BY 4.0`; empty if unknown.
        invented: Whether its values are invented.

    Raises:
        ModelError: A value is outside the scale, or a country has both a value and a reason for none.
    """

    id: str = field(validator=identifier)
    provider: str = field(validator=identifier)
    edition: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    year: int | None = field(default=None, validator=between(1900, 2200))
    ascending: bool = True
    minimum: float | None = None
    maximum: float | None = field(default=None, validator=not_before("minimum"))
    unit: str = ""
    status: SeriesStatus = SeriesStatus.PUBLISHED
    statuses: FrozenMap[str, SeriesStatus] = field(factory=FrozenMap, converter=to_map)
    values: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=to_map)
    capacities: tuple[str, ...] = field(default=(), converter=to_tuple)
    source: str = ""
    licence: str = ""
    invented: bool = False

    def __attrs_post_init__(self) -> None:
        low = float("-inf") if self.minimum is None else self.minimum
        high = float("inf") if self.maximum is None else self.maximum
        off = {code: value for code, value in self.values.items() if not low <= value <= high}
        if off:
            raise ModelError("ExternalSeries.values", off, f"must lie between {low:g} and {high:g}")
        both = sorted(set(self.values) & set(self.missing))
        if both:
            raise ModelError("ExternalSeries.missing", both, "must not name countries that have a value")

    @property
    def key(self) -> str:
        """Provider, title and edition, as a unique name."""
        return f"{self.provider}, {self.title}, {self.edition}"

    def value_of(self, country: Country | str) -> float | Missing:
        """Return a country's value, or why it is missing.

        A country outside the series has `Missing.NOT_COLLECTED`.

        Raises:
            CountryError: The text names no country, or several.
        """
        code = self._find_code(country)
        value = self.values.get(code)
        return self.missing.get(code, Missing.NOT_COLLECTED) if value is None else value

    def status_of(self, country: Country | str) -> SeriesStatus:
        """Return the status of a country's value.

        Raises:
            CountryError: The text names no country, or several.
        """
        return self.statuses.get(self._find_code(country), self.status)

    def _find_code(self, country: Country | str) -> str:
        is_code = country in self.values or country in self.missing
        return str(country) if is_code else country_code(country)
