"""Colours and cell formats of the reports' palette."""

from typing import Any


class Palette:
    """Colours of all reports.

    Blue stands for levels and evidence, rust for what is lacking or invented.
    """

    INK = "#14212B"
    SECONDARY = "#4C5C68"
    RULE = "#2B6F9C"
    DEEP = "#124064"
    ACCENT = "#A64A18"
    ABSENT = "#76848F"
    SLOT = "#EBF0F3"
    HATCH = "#D5E0E8"
    HAIRLINE = "#D3DBE1"
    WHITE = "#FFFFFF"


#: Fill and text colour of levels 1 to 5.
LEVELS = (
    ("#E8F2F7", Palette.INK),
    ("#B2D5E9", Palette.INK),
    ("#73AFD1", Palette.INK),
    ("#2B6F9C", Palette.WHITE),
    ("#124064", Palette.WHITE),
)

#: Workbooks cannot embed the report's font; this is the first fallback in its style sheet.
_FONT = {"font_name": "Segoe UI", "font_size": 10, "font_color": Palette.INK}
_ROW = {"bottom": 1, "bottom_color": Palette.HAIRLINE, "valign": "top"}
_HEAD = {
    "bold": True,
    "font_size": 9,
    "font_color": Palette.SECONDARY,
    "bottom": 2,
    "bottom_color": Palette.DEEP,
    "valign": "bottom",
    "text_wrap": True,
}
_INPUT = {"border": 1, "border_color": Palette.ABSENT, "bg_color": Palette.WHITE, "locked": False, "valign": "top"}

#: Cell formats by name.
_NAMED: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18},
    "subtitle": {"font_size": 11, "font_color": Palette.SECONDARY},
    "lead": {"font_color": Palette.SECONDARY},
    "lead.wrap": {"font_color": Palette.SECONDARY, "text_wrap": True, "valign": "top"},
    "notice": {"bold": True, "italic": True, "font_color": Palette.ACCENT},
    "section": {"bold": True, "font_size": 12, "font_color": Palette.DEEP, "bottom": 1, "bottom_color": Palette.RULE},
    "head": _HEAD,
    "head.number": {**_HEAD, "align": "right"},
    "head.upright": {**_HEAD, "align": "center"},
    "group": {**_HEAD, "font_color": Palette.INK, "align": "left", "text_wrap": False, "bottom": 0},
    "cell": _ROW,
    "wrap": {**_ROW, "text_wrap": True},
    "quiet": {**_ROW, "font_color": Palette.SECONDARY, "text_wrap": True},
    "code": {**_ROW, "font_color": Palette.SECONDARY},
    "strong": {**_ROW, "bold": True},
    "strong.wrap": {**_ROW, "bold": True, "text_wrap": True},
    "fact": {**_ROW, "bold": True, "align": "left", "num_format": "#,##0"},
    "month": {**_HEAD, "rotation": 90, "num_format": "mmm yy", "align": "center", "text_wrap": False},
    "lacking": {**_ROW, "bold": True, "font_color": Palette.ACCENT, "text_wrap": True},
    "open": {**_ROW, "italic": True, "font_color": Palette.SECONDARY},
    "number": {**_ROW, "num_format": "#,##0", "align": "right"},
    "decimal": {**_ROW, "align": "right"},
    "money": {**_ROW, "num_format": "#,##0.00", "align": "right"},
    "date": {**_ROW, "num_format": "yyyy-mm-dd", "align": "left"},
    "truth": {**_ROW, "align": "center"},
    "link": {**_ROW, "font_color": Palette.RULE, "underline": 1},
    "input": _INPUT,
    "input.wrap": {**_INPUT, "text_wrap": True},
    "input.date": {**_INPUT, "num_format": "yyyy-mm-dd", "align": "left"},
    "input.number": {**_INPUT, "num_format": "General", "align": "left"},
    "dimension": {
        "bold": True,
        "font_size": 12,
        "font_color": Palette.DEEP,
        "bottom": 2,
        "bottom_color": Palette.DEEP,
        "valign": "bottom",
    },
    "indicator": {"bold": True, "bg_color": Palette.SLOT, "valign": "top", "text_wrap": True},
    "heat.open": {
        "pattern": 14,  # thin upward stripes for an open range
        "fg_color": Palette.HATCH,
        "bg_color": Palette.WHITE,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "border_color": Palette.WHITE,
        "font_size": 9,
    },
    "heat.none": {
        "align": "center",
        "valign": "vcenter",
        "font_color": Palette.SECONDARY,
        "border": 1,
        "border_color": Palette.HAIRLINE,
    },
    "heat.group": {**_HEAD, "bottom": 1, "bottom_color": Palette.RULE, "align": "center", "valign": "bottom"},
    "heat.head": {**_HEAD, "bold": False, "rotation": 90, "text_wrap": False, "align": "center"},
    "step": {"bg_color": Palette.SLOT, "border": 1, "border_color": Palette.WHITE, "align": "center"},
    "upright": {**_ROW, "align": "center"},
    "heat.name": {"valign": "vcenter", "bottom": 1, "bottom_color": Palette.HAIRLINE},
}


class Styles:
    """Cell formats of one workbook, created on first use.

    Args:
        book: The XlsxWriter workbook.
    """

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __call__(self, name: str) -> Any:
        """Return the format of a name.

        Raises:
            KeyError: There is no such style.
        """
        style = self._made.get(name)
        if style is None:
            style = self._made[name] = self._book.add_format({**_FONT, **_NAMED[name]})
        return style

    @property
    def hairline(self) -> Any:
        """Conditional format for the line below a row."""
        if "hairline" not in self._made:
            self._made["hairline"] = self._book.add_format({"bottom": 1, "bottom_color": Palette.HAIRLINE})
        return self._made["hairline"]

    def level(self, shade: int) -> Any:
        """Return the heat-map format for level 1 to 5."""
        name = f"level.{shade}"
        if name not in self._made:
            fill, ink = LEVELS[shade - 1]
            look = {"bg_color": fill, "font_color": ink, "bold": True, "border_color": Palette.WHITE, "border": 1}
            self._made[name] = self._book.add_format({**_FONT, **look, "align": "center", "valign": "vcenter"})
        return self._made[name]

    def fill(self, shade: int | None) -> Any:
        """Return a level's conditional format, striped if open."""
        name = f"fill.{shade}"
        if name not in self._made:
            look: dict[str, Any] = {"pattern": 14, "fg_color": Palette.HATCH, "bg_color": Palette.WHITE}
            if shade is not None:
                look = {"bg_color": LEVELS[shade - 1][0], "font_color": LEVELS[shade - 1][1], "bold": True}
            self._made[name] = self._book.add_format(look)
        return self._made[name]
