"""Writes the body of a Word document, block by block."""

from collections.abc import Iterator

from attrs import frozen
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.reports import (
    Block,
    Bullets,
    Definitions,
    Figure,
    KeyItem,
    List,
    Paragraph,
    Report,
    ReportSection,
    Tile,
    TileMap,
)
from capbuild_docx.cells import TextWriter, make_cell
from capbuild_docx.tables import PAGE, make_frame, make_row, make_table
from capbuild_docx.xml import ABSENT, ACCENT, DEEP, INK, RULE, CellColour, paragraph, run, w

#: Columns from which tiles have codes and no names.
_SMALL = 14
_HEIGHT = 500

#: Signs of a key used for small drawings, each with the style of its colour.
_SIGNS = {
    "gained": ("■", DEEP),
    "lost": ("⊟", ACCENT),
    "need-1": ("□", RULE),
    "need-2": ("■", "73AFD1"),
    "need-3": ("■", DEEP),
    "months": ("▬", RULE),
    "began": ("○", DEEP),
    "now": ("●", DEEP),
    "elapsed": ("▏", INK),
}


@frozen(kw_only=True)
class BodyWriter:
    """Writes a report in a document's styles.

    Attributes:
        pen: Writes words and cells.
    """

    pen: TextWriter

    def report(self, report: Report) -> Iterator[BaseOxmlElement]:
        """Yield the body of a report."""
        yield from self._write_head(report)
        for section in report.sections:
            yield self._make_line("heading2", run(section.title))
            if section.lead:
                yield self._make_line("sentence", run(section.lead))
            for block in section.blocks:
                yield from self._write_block(block, section, report)
        if report.lists_last:
            yield from self._write_lists(report)

    def _make_line(
        self, style: str, *content: BaseOxmlElement, before: tuple[BaseOxmlElement, ...] = ()
    ) -> BaseOxmlElement:
        return paragraph(self.pen.styles(style), *content, before=before)

    def _write_head(self, report: Report) -> Iterator[BaseOxmlElement]:
        yield self._make_line("label", run(report.label))
        whom = " · ".join(part for part in (report.programme, report.audience_label) if part)
        yield self._make_line("quiet_line", run(whom))
        if report.invented or report.notices:
            bold = [run(f"{report.invented}. ", bold=True)] if report.invented else []
            yield self._make_line("notice", *bold, run("\n".join(report.notices)))
        yield self._make_line("heading1", run(report.title))
        if report.subtitle:
            yield self._make_line("subtitle", run(report.subtitle))
        if report.lead:
            yield self._make_line("lead", run(report.lead))
        if report.facts:
            yield self._make_facts(report)
        if not report.lists_last:
            yield from self._write_lists(report)

    def _write_lists(self, report: Report) -> Iterator[BaseOxmlElement]:
        if len(report.lists) > 1:
            yield self._make_lists(report)
        else:
            for short in report.lists:
                yield from self._write_list(short)

    def _make_lists(self, report: Report) -> BaseOxmlElement:
        """Make the short lists, next to each other."""
        width = PAGE // len(report.lists)
        lists = [list(self._write_list(short)) for short in report.lists]
        headers = [make_cell(head, width=width) for head, *_ in lists]
        items = [make_cell(*rest, width=width) for _, *rest in lists]
        title = " · ".join(short.title for short in report.lists)
        return make_frame("", [width] * len(lists), [make_row(headers, head=True), make_row(items)], title)

    def _make_facts(self, report: Report) -> BaseOxmlElement:
        width = PAGE // len(report.facts)
        labels = [make_cell(self._make_line("mark", run(fact.label)), width=width) for fact in report.facts]
        values = [
            make_cell(
                self._make_line("cell", run(fact.value, bold=True), *([run(f" {fact.unit}")] if fact.unit else [])),
                width=width,
            )
            for fact in report.facts
        ]
        rows = [make_row(labels, head=True), make_row(values)]
        return make_frame(self.pen.styles("table"), [width] * len(report.facts), rows, report.title)

    def _write_list(self, short: List) -> Iterator[BaseOxmlElement]:
        yield self._make_line("small_head", run(short.title))
        if not short.items:
            yield self._make_line("quiet_line", run(short.empty))
        for item in short.items:
            detail = [run(f"\n{item.detail}", style=self.pen.styles("quiet"))] if item.detail else []
            style = self.pen.styles("strong") if item.detail else ""
            yield self._make_line("bullet", *self.pen.links.to(item.link, run(item.title, style=style)), *detail)

    def _write_block(self, block: Block, section: ReportSection, report: Report) -> Iterator[BaseOxmlElement]:
        if isinstance(block, Paragraph):
            yield self._make_paragraph(block, "note" if block.note else "normal")
        elif isinstance(block, Bullets):
            yield from (self._make_paragraph(point, "bullet") for point in block.points)
        elif isinstance(block, Definitions):
            yield self._make_definitions(block, section)
        elif isinstance(block, TileMap):
            yield self._make_key(block.key, report)
            yield _make_tile_table(block, self.pen, section.title)
            yield from self._write_caption(block.caption)
        else:
            yield from self._write_figure(block, section, report)

    def _make_paragraph(self, one: Paragraph, style: str) -> BaseOxmlElement:
        bold = [run(f"{one.strong} ", style=self.pen.styles("strong"))] if one.strong else []
        return self._make_line(style, *bold, run(one.text))

    def _make_definitions(self, block: Definitions, section: ReportSection) -> BaseOxmlElement:
        widths = [PAGE // 5, PAGE - PAGE // 5]
        rows = [
            make_row(
                [
                    make_cell(self._make_line("cell", run(term, style=self.pen.styles("quiet"))), width=widths[0]),
                    make_cell(self._make_line("cell", run(text)), width=widths[1]),
                ],
                breaks=True,
            )
            for term, text in block.entries
        ]
        return make_frame(self.pen.styles("table"), widths, rows, section.title)

    def _write_figure(self, figure: Figure, section: ReportSection, report: Report) -> Iterator[BaseOxmlElement]:
        drawn = figure.kind.drawn
        if drawn:
            yield self._make_key(figure.key, report)
        else:
            yield from self._write_caption(figure.caption, report.invented)
        yield make_table(figure, figure.groups, self.pen, section.title)
        # Word joins tables that no paragraph parts.
        yield from self._write_caption(figure.caption) if drawn and figure.caption else [self._make_line("caption")]

    def _write_caption(self, caption: str, invented: str = "") -> Iterator[BaseOxmlElement]:
        made_up = [run(f"{invented}. ", style=self.pen.styles("invented"))] if invented else []
        if caption or made_up:
            keep = (w("keepNext"),) if invented else ()
            yield self._make_line("caption", *made_up, run(caption), before=keep)

    def _make_key(self, items: tuple[KeyItem, ...], report: Report) -> BaseOxmlElement:
        content: list[BaseOxmlElement] = []
        for item in items:
            content += [self._make_key_mark(item), run(f" {item.text}    ")]
        if report.invented:
            content.append(run(f"{report.invented}.", style=self.pen.styles("invented")))
        return self._make_line("key", *content)

    def _make_key_mark(self, item: KeyItem) -> BaseOxmlElement:
        if item.mark == "target":
            return run("▌", style=self.pen.styles("lacking"))
        if item.mark in ("dot", "thin"):
            return self.pen.mark("●", CellColour(shade=4 if item.mark == "dot" else 2))
        if item.mark in _SIGNS:
            sign, colour = _SIGNS[item.mark]
            return run(sign, colour=colour)
        if item.mark == "need-open":
            return run(item.code, style=self.pen.styles("open"))
        if item.mark in ("spent", "committed"):
            return self.pen.mark("", CellColour(shade=4 if item.mark == "spent" else 2))
        if item.mark in ("claim", "absent", "hollow", "budget"):
            side = {"val": "dashed" if item.mark == "absent" else "single", "sz": "8", "space": "0"}
            return self.pen.framed(item.code, w("bdr", **side))
        return self.pen.mark(item.code, CellColour(shade=item.shade, open=item.mark in ("hatch", "range")))


def _make_tile_table(figure: TileMap, pen: TextWriter, title: str) -> BaseOxmlElement:
    """Return a table of the tiles at their places."""
    placed = {(tile.column, tile.row): tile for tile in figure.tiles}
    width = PAGE // max(figure.width, 1)
    small = figure.width > _SMALL
    rows = [
        w(
            "tr",
            w("trPr", w("cantSplit"), w("trHeight", val=_HEIGHT, hRule="atLeast")),
            *(_make_tile(placed.get((column, row)), width, small=small, pen=pen) for column in range(figure.width)),
        )
        for row in range(1 + max((tile.row for tile in figure.tiles), default=0))
    ]
    words = "; ".join(f"{tile.name}, {tile.spoken}" for tile in figure.tiles)
    return make_frame("", [width] * figure.width, rows, title, words)


def _make_tile(tile: Tile | None, width: int, *, small: bool, pen: TextWriter) -> BaseOxmlElement:
    sides = ("top", "left", "bottom", "right")
    if tile is None:
        borders = w("tcBorders", *(w(side, val="nil") for side in sides))
        return make_cell(_make_centred(pen), width=width, borders=borders)
    ground = CellColour(shade=tile.shade, open=tile.open)
    known = tile.shade is not None or tile.open
    line = {"val": "single" if known else "dashed", "sz": "6", "space": "0", "color": RULE if known else ABSENT}
    colour = "" if ground.letters == INK else ground.letters
    name = run(tile.code if small else tile.short, colour=colour)
    return make_cell(
        *(_make_centred(pen, text) for text in (name, run(tile.text, bold=known, colour=colour))),
        width=width,
        borders=w("tcBorders", *(w(side, **line) for side in sides)),
        shading=ground.shading(),
        tight=True,
    )


def _make_centred(pen: TextWriter, *content: BaseOxmlElement) -> BaseOxmlElement:
    """Make a centred paragraph for a line of tiles.

    It stays on one page with the next paragraph, so that maps are not broken.
    """
    return w("p", w("pPr", w("pStyle", val=pen.styles("tiny")), w("keepNext"), w("jc", val="center")), *content)
