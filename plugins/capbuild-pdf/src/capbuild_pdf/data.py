"""The report as plain data for the templates: nothing in it is ever read as markup."""

from collections.abc import Collection, Hashable, Iterator
from functools import lru_cache
from typing import Any

from attrs import fields, frozen, has

from capbuild.reports import (
    Bar,
    Figure,
    Heat,
    Report,
    ReportKind,
    Row,
    Stretch,
    Tile,
    TileMap,
    Words,
)
from capbuild_pdf.glyphs import Letters
from capbuild_pdf.language import base_language
from capbuild_pdf.layout import fixed_width, hang_width, is_drawn, is_long, mark_step, shares
from capbuild_pdf.links import resolve

__all__ = ["Plain"]

#: Reports of two pages or so: contents would only take room.
_SHORT = (ReportKind.BRIEF, ReportKind.DONOR, ReportKind.REDACTIONS)


@frozen(kw_only=True)
class Plain:
    """Turns a report into dictionaries, lists, texts and numbers.

    Attributes:
        letters: What the fonts can print.
        pages: Ids of the reports in the document, for links.
    """

    letters: Letters
    pages: frozenset[str]

    def report(self, report: Report, contents: bool = True) -> dict[str, Any]:
        """Return a report with all that its pages repeat.

        Args:
            report: The report.
            contents: Whether it begins with a table of contents.
        """
        foot = ". ".join(part.rstrip(".") for part in (report.title, report.disclaimer) if part)
        made = {
            **self._fields(report, leave=("profiles", "words")),
            "running": self._text(report.words.get("invented.running", report.invented) if report.invented else ""),
            "foot": self._text(foot),
            "contents": report.words.get("contents", ""),
            "profiles_title": report.words.get("profiles", ""),
            "show_contents": contents and bool(report.sections) and report.kind not in _SHORT,
        }
        return {**made, "profiles": [self.report(profile, contents=False) for profile in report.profiles]}

    def _text(self, text: str) -> str:
        return self.letters.clean(text)

    def _any(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, list | tuple):
            return [self._any(item) for item in value]
        if isinstance(value, Figure):
            return self._figure(value)
        return self._object(value) if has(type(value)) else value

    def _fields(self, value: Any, leave: Collection[str] = ()) -> dict[str, Any]:
        return {name: self._any(getattr(value, name)) for name in _names(value.__class__) if name not in leave}

    def _object(self, value: Any) -> dict[str, Any]:
        return {"is": type(value).__name__.lower(), **self._fields(value), **self._added(value)}

    def _added(self, value: Any) -> dict[str, Any]:
        """What the templates need beside the fields of an object."""
        if isinstance(value, Words):
            return {"link": resolve(value.link, self.pages), "language": base_language(value.language)}
        if isinstance(value, Row):
            return {"long": is_long(value.cells), "drawn": any(is_drawn(cell) for cell in value.cells)}
        if isinstance(value, Bar | Heat):
            return {"words": self._text(value.words)}
        if isinstance(value, Stretch):
            return {"words": self._text(value.words), "late": value.late, "first": value.first, "end": value.end}
        if isinstance(value, TileMap):
            return {"kind": "tiles", "width": value.width, "words": self._text("; ".join(_said(value.tiles)))}
        return {}

    def _figure(self, figure: Figure) -> dict[str, Any]:
        widths = shares(figure)
        columns = [
            {**self._fields(column), "share": max(width, 1.0), "fixed": fixed_width(figure, place)}
            for place, (column, width) in enumerate(zip(figure.columns, widths, strict=True))
        ]
        return {
            "is": "figure",
            **self._fields(figure, leave=("columns",)),
            "kind": figure.kind.value,
            "columns": columns,
            "hang": hang_width(figure),
            "mark_step": mark_step(figure),
        }


def _said(tiles: tuple[Tile, ...]) -> Iterator[str]:
    return (f"{tile.name}, {tile.spoken}" for tile in tiles)


@lru_cache(maxsize=64)
def _names(cls: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]  # an attrs class: the caller has asked `has`
