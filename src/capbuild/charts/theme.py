"""Theme of charts, and charts as images."""

import importlib
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from capbuild.errors import CapbuildError, OptionError
from capbuild.reports.i18n import Translator, get_translator

if TYPE_CHECKING:
    import altair

INK, QUIET, ACCENT = "#14212B", "#4C5C68", "#A64A18"
OUTLINE, DEEP, PAPER = "#2B6F9C", "#124064", "#FFFFFF"
#: Countries that are not assessed: no shade of blue, so that it is no level.
AROUND = "#E3DED6"
#: Fill of each shade, and its text colour. Shade 0 is an open range, -1 unknown.
FILLS: Mapping[int, tuple[str, str]] = {
    -1: (PAPER, QUIET),
    0: ("#F6F8F9", INK),
    1: ("#E8F2F7", INK),
    2: ("#B2D5E9", INK),
    3: ("#73AFD1", INK),
    4: (OUTLINE, "#FFFFFF"),
    5: (DEEP, "#FFFFFF"),
}
#: Diagonal lines that fill a square, the mark of unverified results.
HATCH = "M-1,-.5L-.5,-1M-1,.5L.5,-1M-.5,1L1,-.5M.5,1L1,.5"

_CLIPS = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")
_FONT = "Capbuild Sans, Segoe UI, Helvetica Neue, Arial, sans-serif"


class _Altair:
    """Altair, imported on first use.

    Its import takes longer than that of the whole package.

    Raises:
        CapbuildError: CB750, Altair is not installed.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(_load("altair", "charts need Altair"), name)


#: Altair under its customary name.
alt: Any = _Altair()


def _load(name: str, need: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        remedy = 'pip install "capbuild[charts]"'
        raise CapbuildError(f"{need}, which is not installed", code="CB750", remedy=remedy) from error


def chart_data(rows: Iterable[Mapping[str, Any]]) -> "altair.Data":
    """Return rows as chart data, in order."""
    data: altair.Data = alt.Data(values=[dict(row) for row in rows])
    return data


def shade_colour(field: str, place: int) -> "altair.Color":
    """Return the fill or text colour of a shade.

    Args:
        field: Field with the shade.
        place: 0 for the fill, 1 for the text.
    """
    colour: altair.Color = alt.Color(
        f"{field}:O",
        scale=alt.Scale(domain=list(FILLS), range=[pair[place] for pair in FILLS.values()]),
        legend=None,
    )
    return colour


def hatch_layer(base: "altair.Chart", side: float) -> "altair.Chart":
    """Draw hatched squares over rows of shade 0."""
    layer: altair.Chart = base.transform_filter("datum.shade === 0").mark_point(
        shape=HATCH, filled=False, size=side * side, stroke="#D5E0E8", strokeWidth=1, opacity=1
    )
    return layer


def finish_chart(
    chart: Any, title: str, notes: Sequence[str], *, invented: bool, description: str, language: str
) -> "altair.TopLevelMixin":
    """Return a chart with title, caption, alternative text and theme.

    Args:
        chart: The chart.
        title: Title.
        notes: Sentences on how to read it.
        invented: Whether its answers are invented; shown first, in the accent colour.
        description: The chart as text.
        language: Language of the fixed texts.
    """
    t: Translator = get_translator(language)
    made_up = t("invented") if invented else ""
    subtitle = [line for note in notes for line in _wrap_text(note)]
    head = alt.TitleParams(text=wrap_title(title), subtitle=[*([made_up] if made_up else []), *subtitle])
    text = f"{made_up}. {description}" if made_up else description
    described = chart.properties(title=head, description=text)
    finished: altair.TopLevelMixin = _apply_theme(described, only_notice=bool(made_up) and not subtitle)
    kind: Any = type(finished)
    object.__setattr__(finished, "__class__", _offline_class(kind))  # Altair takes an attribute for a property
    return finished


@cache
def _offline_class(kind: Any) -> Any:
    """Return a class of charts that notebooks show without network.

    Altair's own classes load scripts from a server.
    """

    def make_bundle(self: Any, *arguments: Any, **options: Any) -> Any:
        if find_spec("vl_convert") is None:
            return kind._repr_mimebundle_(self, *arguments, **options)
        spec = self.to_dict()
        name = f"application/vnd.vegalite.v{alt.SCHEMA_VERSION[1]}+json"
        described = spec.get("description", "")
        return {name: spec, "image/svg+xml": picture(self, "svg").decode("utf-8"), "text/plain": described}

    return type(kind.__name__, (kind,), {"__module__": kind.__module__, "_repr_mimebundle_": make_bundle})


def wrap_title(text: str) -> str | list[str]:
    """Return a title, or its lines if long."""
    lines = _wrap_text(text, 64)
    return text if len(lines) == 1 else lines


def _wrap_text(text: str, width: int = 96) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _apply_theme(chart: Any, *, only_notice: bool) -> Any:
    # Screen readers would announce each mark; the description replaces them.
    quiet = {"aria": False, "labelColor": INK, "labelLimit": 0, "titleColor": QUIET, "titleFontWeight": "normal"}
    return (
        chart.configure(font=_FONT, background=PAPER, padding=12)
        .configure_view(stroke=None)
        .configure_mark(aria=False)
        .configure_axis(**quiet, domain=False, ticks=False, grid=False, labelFontSize=12, titleFontSize=12)
        .configure_axisQuantitative(labelOverlap=True, labelSeparation=8)
        .configure_legend(**quiet, labelFontSize=12, orient="top", symbolStrokeColor=OUTLINE, symbolOpacity=1)
        .configure_header(labelColor=INK, labelFontSize=12, titleColor=QUIET)
        .configure_title(
            anchor="start",
            frame="bounds",
            color=INK,
            fontSize=17,
            subtitleFontSize=12,
            subtitleColor=ACCENT if only_notice else QUIET,
            offset=14,
        )
    )


# Charts as images, without browser or network


def alt_text(chart: "altair.TopLevelMixin") -> str:
    """Return the alternative text of a chart."""
    description: Any = getattr(chart, "description", "")
    return description if isinstance(description, str) else ""


def picture(chart: "altair.TopLevelMixin", format: str = "svg", *, scale: float = 2.0) -> bytes:  # noqa: A002 - as usual
    """Return a chart as SVG or PNG.

    The same chart always gives the same bytes.

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
    names = {name: f"clip{position}" for position, name in enumerate(dict.fromkeys(_CLIPS.findall(svg)), start=1)}
    return _CLIPS.sub(lambda match: names[match[0]], svg)


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
    convert: Any = _load("vl_convert", "images need vl-convert")
    convert.register_font_directory(str(files("capbuild.charts") / "fonts"))
    return convert
