"""Charts by name, for the methods of the model."""

from typing import TYPE_CHECKING, Any

from capbuild import charts

if TYPE_CHECKING:
    import altair


def draw(name: str, subject: Any, *arguments: str, **options: Any) -> "altair.TopLevelMixin":
    """Return the chart of a name in `capbuild.charts`."""
    chart: altair.TopLevelMixin = getattr(charts, name)(subject, *arguments, **options)
    return chart
