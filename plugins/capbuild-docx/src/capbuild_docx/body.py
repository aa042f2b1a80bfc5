"""From a report to the body of a document, block by block."""

from collections.abc import Iterator

from attrs import frozen
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.reports import (
    Block,
    Bullets,
    Definitions,
    Figure,
    FigureKind,
    KeyItem,
    List,
    Paragraph,
    Report,
    ReportKind,
    ReportSection,
    Tile,
    TileMap,
)
from capbuild_docx.cells import Pen, table_cell
from capbuild_docx.colours import ABSENT, ACCENT, DEEP, INK, RULE, Ground
from capbuild_docx.tables import PAGE, frame, table, table_row
from capbuild_docx.xml import paragraph, run, w

__all__ = ["Story"]

#: Columns from which tiles hold codes and no names.
_SMALL = 14
_HEIGHT = 500

#: Name of the bookmark round what the contents list.
_CONTENTS = "contents"
#: Signs of a key that stand for small drawings, each with the style of its colour.
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
class Story:
    """Tells a report in a document's styles.

    Attributes:
        pen: Writes words and cells.
    """

    pen: Pen

    def report(self, report: Report) -> Iterator[BaseOxmlElement]:
        """Yield the body of a report, and of the reports on single countries after it, each on a new page."""
        yield from self._head(report, first=True)
        # What has two pages needs no list of them.
        if report.kind is not ReportKind.BRIEF:
            yield from self._contents(report)
        yield from self.pen.links.bookmark(_CONTENTS, *self._sections(report))
        for profile in report.profiles:
            yield from self._head(profile, first=False)
            yield from self._sections(profile)

    def end(self, note: str) -> Iterator[BaseOxmlElement]:
        """Yield what is said at the end, where something is."""
        if note:
            yield self._line("note", run(note))

    def _line(self, style: str, *content: BaseOxmlElement, before: tuple[BaseOxmlElement, ...] = ()) -> BaseOxmlElement:
        return paragraph(self.pen.styles(style), *content, before=before)

    def _head(self, report: Report, first: bool) -> Iterator[BaseOxmlElement]:
        new_page = () if first else (w("pageBreakBefore"),)
        yield self._line("label", run(report.label), before=new_page)
        whom = " · ".join(part for part in (report.programme, report.audience_label) if part)
        yield self._line("quiet_line", run(whom))
        if report.invented or report.notices:
            bold = [run(f"{report.invented}. ", bold=True)] if report.invented else []
            yield self._line("notice", *bold, run("\n".join(report.notices)))
        title = self.pen.links.bookmark(self.pen.links.page(report.id), run(report.title))
        yield self._line("heading1", *title)
        if report.subtitle:
            yield self._line("subtitle", run(report.subtitle))
        if report.lead:
            yield self._line("lead", run(report.lead))
        if report.facts:
            yield self._facts(report)
        if len(report.lists) > 1:
            yield self._side_by_side(report)
        else:
            for short in report.lists:
                yield from self._list(short)

    def _side_by_side(self, report: Report) -> BaseOxmlElement:
        """The short lists next to each other, as on the other pages."""
        width = PAGE // len(report.lists)
        told = [list(self._list(short)) for short in report.lists]
        heads = [table_cell(head, width=width) for head, *_ in told]
        items = [table_cell(*rest, width=width) for _, *rest in told]
        title = " · ".join(short.title for short in report.lists)
        return frame("", [width] * len(told), [table_row(heads, head=True), table_row(items)], title)

    def _facts(self, report: Report) -> BaseOxmlElement:
        width = PAGE // len(report.facts)
        labels = [table_cell(self._line("mark", run(fact.label)), width=width) for fact in report.facts]
        values = [
            table_cell(
                self._line("cell", run(fact.value, bold=True), *([run(f" {fact.unit}")] if fact.unit else [])),
                width=width,
            )
            for fact in report.facts
        ]
        rows = [table_row(labels, head=True), table_row(values)]
        return frame(self.pen.styles("table"), [width] * len(report.facts), rows, report.title)

    def _list(self, short: List) -> Iterator[BaseOxmlElement]:
        yield self._line("small_head", run(short.title))
        if not short.items:
            yield self._line("quiet_line", run(short.empty))
        for item in short.items:
            detail = [run(f"\n{item.detail}", style=self.pen.styles("quiet"))] if item.detail else []
            yield self._line("bullet", run(item.title, style=self.pen.styles("strong")), *detail)

    def _contents(self, report: Report) -> Iterator[BaseOxmlElement]:
        """Contents that lead to sections and profiles by links; Word brings them up to date as fields."""
        names = [(self._section_name(report, one), one.title) for one in report.sections]
        yield from self._toc(report.words.get("contents", ""), f'TOC \\o "2-2" \\h \\n \\b {_CONTENTS}', names)
        if report.profiles:
            yield self._line("small_head", run(report.words.get("profiles", "")))
            links = [self.pen.links.to(f"#{one.id}", run(one.title)) for one in report.profiles]
            yield self._line("toc2", *[piece for link in links for piece in (run(" · "), *link)][1:])

    def _section_name(self, report: Report, section: ReportSection) -> str:
        place = [one.id for one in report.sections].index(section.id) + 1
        return f"{self.pen.links.page(report.id)}_section_{place}"

    def _toc(self, title: str, code: str, entries: list[tuple[str, str]]) -> Iterator[BaseOxmlElement]:
        if not entries:
            return
        yield self._line("small_head", run(title))
        instruction = w("instrText")
        instruction.text = f" {code} "
        opening = [
            w("r", w("fldChar", fldCharType="begin")),
            w("r", instruction),
            w("r", w("fldChar", fldCharType="separate")),
        ]
        for place, (name, text) in enumerate(entries):
            last = place + 1 == len(entries)
            yield self._line(
                "toc2",
                *(opening if place == 0 else []),
                self.pen.links.inside(name, run(text)),
                *([w("r", w("fldChar", fldCharType="end"))] if last else []),
            )

    def _sections(self, report: Report) -> Iterator[BaseOxmlElement]:
        for section in report.sections:
            name = self._section_name(report, section)
            yield self._line("heading2", *self.pen.links.bookmark(name, run(section.title)))
            if section.lead:
                yield self._line("sentence", run(section.lead))
            for block in section.blocks:
                yield from self._block(block, section, report)

    def _block(self, block: Block, section: ReportSection, report: Report) -> Iterator[BaseOxmlElement]:
        if isinstance(block, Paragraph):
            yield self._paragraph(block, "note" if block.note else "normal")
        elif isinstance(block, Bullets):
            yield from (self._paragraph(point, "bullet") for point in block.points)
        elif isinstance(block, Definitions):
            yield self._definitions(block, section)
        elif isinstance(block, TileMap):
            yield self._key(block.key, report)
            yield _tile_table(block, self.pen, section.title)
            yield from self._caption(block.caption)
        else:
            yield from self._figure(block, section, report)

    def _paragraph(self, one: Paragraph, style: str) -> BaseOxmlElement:
        bold = [run(f"{one.strong} ", style=self.pen.styles("strong"))] if one.strong else []
        return self._line(style, *bold, run(one.text))

    def _definitions(self, block: Definitions, section: ReportSection) -> BaseOxmlElement:
        widths = [PAGE // 5, PAGE - PAGE // 5]
        rows = [
            table_row(
                [
                    table_cell(self._line("cell", run(term, style=self.pen.styles("quiet"))), width=widths[0]),
                    table_cell(self._line("cell", run(text)), width=widths[1]),
                ],
                breaks=True,
            )
            for term, text in block.entries
        ]
        return frame(self.pen.styles("table"), widths, rows, section.title)

    def _figure(self, figure: Figure, section: ReportSection, report: Report) -> Iterator[BaseOxmlElement]:
        drawn = figure.kind.drawn
        if drawn:
            yield self._key(figure.key, report)
        else:
            yield from self._caption(figure.caption, report.invented)
        if figure.kind is FigureKind.EVIDENCE:
            for group in figure.groups:
                summary = run(f"  {group.summary}", style=self.pen.styles("quiet"))
                yield self._line("heading3", run(group.title), summary)
                yield table(figure, [group], self.pen, group.title)
        else:
            yield table(figure, figure.groups, self.pen, section.title)
        # Word joins tables that no paragraph parts.
        yield from self._caption(figure.caption) if drawn and figure.caption else [self._line("caption")]

    def _caption(self, caption: str, invented: str = "") -> Iterator[BaseOxmlElement]:
        made_up = [run(f"{invented}. ", style=self.pen.styles("invented"))] if invented else []
        if caption or made_up:
            keep = (w("keepNext"),) if invented else ()
            yield self._line("caption", *made_up, run(caption), before=keep)

    def _key(self, items: tuple[KeyItem, ...], report: Report) -> BaseOxmlElement:
        content: list[BaseOxmlElement] = []
        for item in items:
            content += [self._key_mark(item), run(f" {item.text}    ")]
        if report.invented:
            content.append(run(f"{report.invented}.", style=self.pen.styles("invented")))
        return self._line("key", *content)

    def _key_mark(self, item: KeyItem) -> BaseOxmlElement:
        if item.mark == "target":
            return run("▌", style=self.pen.styles("lacking"))
        if item.mark in ("dot", "thin"):
            return self.pen.mark("●", Ground(shade=4 if item.mark == "dot" else 2))
        if item.mark in _SIGNS:
            sign, colour = _SIGNS[item.mark]
            return run(sign, colour=colour)
        if item.mark == "need-open":
            return run(item.code, style=self.pen.styles("open"))
        if item.mark in ("spent", "committed"):
            return self.pen.mark("", Ground(shade=4 if item.mark == "spent" else 2))
        if item.mark in ("claim", "absent", "hollow", "budget"):
            side = {"val": "dashed" if item.mark == "absent" else "single", "sz": "8", "space": "0"}
            return self.pen.framed(item.code, w("bdr", **side))
        return self.pen.mark(item.code, Ground(shade=item.shade, open=item.mark in ("hatch", "range")))


def _tile_table(figure: TileMap, pen: Pen, title: str) -> BaseOxmlElement:
    """Return the tiles at their places; empty places have no border."""
    placed = {(tile.column, tile.row): tile for tile in figure.tiles}
    width = PAGE // max(figure.width, 1)
    small = figure.width > _SMALL
    rows = [
        w(
            "tr",
            w("trPr", w("cantSplit"), w("trHeight", val=_HEIGHT, hRule="atLeast")),
            *(_tile(placed.get((column, row)), width, small, pen) for column in range(figure.width)),
        )
        for row in range(1 + max((tile.row for tile in figure.tiles), default=0))
    ]
    words = "; ".join(f"{tile.name}, {tile.spoken}" for tile in figure.tiles)
    return frame("", [width] * figure.width, rows, title, words)


def _tile(tile: Tile | None, width: int, small: bool, pen: Pen) -> BaseOxmlElement:
    sides = ("top", "left", "bottom", "right")
    if tile is None:
        borders = w("tcBorders", *(w(side, val="nil") for side in sides))
        return table_cell(_centred(pen), width=width, borders=borders)
    ground = Ground(shade=tile.shade, open=tile.open)
    known = tile.shade is not None or tile.open
    line = {"val": "single" if known else "dashed", "sz": "6", "space": "0", "color": RULE if known else ABSENT}
    colour = "" if ground.letters == INK else ground.letters
    name = run(tile.code if small else tile.short, colour=colour)
    return table_cell(
        *(_centred(pen, text) for text in (name, run(tile.text, bold=known, colour=colour))),
        width=width,
        borders=w("tcBorders", *(w(side, **line) for side in sides)),
        shading=ground.shading(),
        tight=True,
    )


def _centred(pen: Pen, *content: BaseOxmlElement) -> BaseOxmlElement:
    """A line of a tile, kept with the next, so that the map stays on one page."""
    return w("p", w("pPr", w("pStyle", val=pen.styles("tiny")), w("keepNext"), w("jc", val="center")), *content)
