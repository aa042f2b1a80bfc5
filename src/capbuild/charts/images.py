"""Charts as images, without browser or network."""

import importlib
import re
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from capbuild.errors import CapbuildError, OptionError

if TYPE_CHECKING:
    import altair

_CLIPS = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")


def alt_text(chart: "altair.TopLevelMixin") -> str:
    """Return the alternative text of a chart."""
    found: Any = getattr(chart, "description", "")
    return found if isinstance(found, str) else ""


def picture(chart: "altair.TopLevelMixin", format: str = "svg", *, scale: float = 2.0) -> bytes:  # noqa: A002 - as usual
    """Return a chart as SVG or PNG, byte for byte reproducible.

    Args:
        chart: The chart.
        format: `svg` or `png`.
        scale: Pixels of a PNG for each point.

    Raises:
        OptionError: The format is unknown.
        CapbuildError: CB750, the converter is not installed.
    """
    if format not in ("svg", "png"):
        raise OptionError(f"no images in the format {format!r}", remedy="use svg or png")
    convert = _load_converter()
    drawn = chart.to_json(indent=None)
    if format == "svg":
        svg = _renumber_clips(str(convert.vegalite_to_svg(drawn)))
        return svg.replace(">", f">{_embed_font()}", 1).encode("utf-8")
    return bytes(convert.vegalite_to_png(drawn, scale=scale))


def _renumber_clips(svg: str) -> str:
    """Number clip paths from 1, for reproducible output."""
    names = {name: f"clip{place}" for place, name in enumerate(dict.fromkeys(_CLIPS.findall(svg)), start=1)}
    return _CLIPS.sub(lambda found: names[found[0]], svg)


@cache
def _embed_font() -> str:
    """Embed the font in the image."""
    faces = []
    for name, weight in (("regular", 400), ("bold", 700)):
        data = (files("capbuild.charts") / "fonts" / f"capbuild-sans-{name}.woff2").read_bytes()
        source = f"url(data:font/woff2;base64,{b64encode(data).decode('ascii')}) format('woff2')"
        faces.append(f"@font-face{{font-family:'Capbuild Sans';font-weight:{weight};src:{source}}}")
    return f"<defs><style>{''.join(faces)}</style></defs>"


@cache
def _load_converter() -> Any:
    """Return the converter with the fonts of the reports."""
    try:
        convert: Any = importlib.import_module("vl_convert")
    except ModuleNotFoundError as error:
        remedy = 'pip install "capbuild[charts]"'
        raise CapbuildError("images need vl-convert, which is not installed", code="CB750", remedy=remedy) from error
    convert.register_font_directory(str(files("capbuild.charts") / "fonts"))
    return convert
