"""Charts of assessments, by name."""

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capbuild._lazy import provided

if TYPE_CHECKING:
    import altair

__all__ = ["AssessmentPlots"]


@frozen
class AssessmentPlots:
    """Charts of an assessment set (extra `charts`), with tooltips on the evidence.

    Attributes:
        subject: The assessments.

    Raises:
        CapbuildError: CB750, Altair is not installed.
    """

    subject: Any = field(repr=False)

    def heat(self, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a heat map of countries and indicators."""
        return self._draw("heat", language=language)

    def levels(self, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return the number of countries on each level, one row per indicator."""
        return self._draw("levels", language=language)

    def range(self, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return the range left by the evidence on a capacity, one row per country."""
        return self._draw("ranges", capacity, language=language)

    def map(self, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a map of a capacity's levels."""
        return self._draw("country_map", capacity, language=language)

    def tiles(self, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
        """Return a map of a capacity's levels with equal-sized countries."""
        return self._draw("tiles", capacity, language=language)

    def _draw(self, name: str, *arguments: str, language: str) -> "altair.TopLevelMixin":
        chart: altair.TopLevelMixin = provided("chart")(name, self.subject, *arguments, language=language)
        return chart
