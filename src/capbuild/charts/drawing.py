"""Charts of this package and of plugins, by name."""

from typing import TYPE_CHECKING, Any

from capbuild import charts
from capbuild.errors import OptionError, did_you_mean
from capbuild.plugins import Host, default_host
from capbuild.plugins.host import BUILT_IN_CHARTS

if TYPE_CHECKING:
    import altair


def draw(name: str, subject: Any, *arguments: str, host: Host | None = None, **settings: Any) -> "altair.TopLevelMixin":
    """Return the chart with a name.

    Args:
        name: Name of a function of this package, such as `heat`, or of a plugin's kind of chart.
        subject: Object to draw.
        arguments: Arguments of the function after the subject, such as a capacity.
        host: Plugins to use; by default those installed.
        settings: Its settings, such as `language`.

    Raises:
        OptionError: There is no such chart, or it does not draw this subject.
        PluginError: CB715, the plugin's function failed.
        CapbuildError: CB750, Altair is not installed.
    """
    chart: altair.TopLevelMixin
    if name.replace("_", "-") in BUILT_IN_CHARTS:
        chart = getattr(charts, name.replace("-", "_"))(subject, *arguments, **settings)
        return chart
    kinds = (host or default_host()).charts
    if name not in kinds:
        known = (*BUILT_IN_CHARTS, *kinds)
        raise OptionError(
            f"there is no chart {name!r}{did_you_mean(name, known)}", remedy=f"charts are: {', '.join(known)}"
        )
    if not isinstance(subject, kinds[name].accepts):
        accepted = ", ".join(accept.__name__ for accept in kinds[name].accepts)
        raise OptionError(f"the chart {name!r} does not draw {type(subject).__name__}", remedy=f"give it {accepted}")
    chart = kinds[name].draw(subject, *arguments, **settings)
    return chart
