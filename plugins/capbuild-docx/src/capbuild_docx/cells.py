"""Cells of Word tables: styled text and small shaded cells."""

from collections.abc import Iterable

from attrs import frozen
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.reports import Lines, Square, Tally, Words
from capbuild_docx.shaded_cells import ShadedCell
from capbuild_docx.styles import Styles
from capbuild_docx.xml import ACCENT, DEEP, INK, RULE, CellColour, Links, paragraph, run, w

#: Styles of words that have a character style of their own.
#: Sign and colour of each mark of a tally, and of a need by its size.
_MARKS = {"gained": ("■", DEEP), "lost": ("⊟", ACCENT)}
_SQUARES = (("□", RULE), ("■", "73AFD1"), ("■", DEEP))
_MARKED = ("strong", "quiet", "open", "lacking")


def make_cell(
    *content: BaseOxmlElement,
    width: int = 0,
    span: int = 1,
    borders: BaseOxmlElement | None = None,
    shading: BaseOxmlElement | None = None,
    middle: bool = False,
    tight: bool = False,
) -> BaseOxmlElement:
    """Return a cell ending in a paragraph, as Word requires.

    Args:
        content: Its paragraphs.
        width: Width in twentieths of a point.
        span: How many columns it takes.
        borders: Borders of its own.
        shading: Background colour.
        middle: Whether its content is vertically centred.
        tight: Whether it is drawn: no room at its sides, no break in its code.
    """
    properties = w(
        "tcPr",
        w("tcW", w=width, type="dxa"),
        w("gridSpan", val=span) if span > 1 else None,
        borders,
        shading,
        w("noWrap") if tight else None,
        w("tcMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")) if tight else None,
        w("vAlign", val="center") if middle or tight else None,
    )
    return w("tc", properties, *(content or (w("p"),)))


def _pad(text: str) -> str:
    """Pad a code with non-breaking spaces."""
    return f"\u00a0{text}\u00a0" if text else "\u00a0" * 4


def _make_borders(step: ShadedCell) -> BaseOxmlElement:
    """Make the borders of a step.

    Claims have a frame, levels an outline, and targets a line.
    """
    colour, size = (
        (DEEP, 12) if step.claim or step.lifted else (RULE, 6) if step.outlined or step.hollow else ("FFFFFF", 6)
    )
    edge = {"val": "dashed" if step.lifted else "single", "sz": size, "space": 0, "color": colour}
    target = {"val": "single", "sz": 24, "space": 0, "color": ACCENT}
    sides = ("top", "left", "bottom", "right")
    gone = {**target, "color": INK}
    left = target if step.target else gone if step.gone else edge
    return w("tcBorders", *(w(side, **(left if side == "left" else edge)) for side in sides))


@frozen(kw_only=True)
class TextWriter:
    """Writes words in the styles of a document.

    Attributes:
        styles: The styles.
        links: Bookmarks and links.
        language: Language of the report.
    """

    styles: Styles
    links: Links
    language: str

    def words(self, words: Words) -> list[BaseOxmlElement]:
        """Return the runs of a cell's words."""
        other = words.language if words.language not in ("", "und", self.language) else ""
        marked = words.style.value in _MARKED
        style = self.styles("link") if words.link and not marked else self.styles(words.style.value) if marked else ""
        runs = self.links.to(words.link, run(words.text, style=style, language=other))
        if words.link and len(runs) == 1 and runs[0].tag.endswith("}r") and not marked:
            runs = [run(words.text, language=other)]
        before = [run(f"{words.before} ", style=self.styles("code"))] if words.before else []
        after = [run(f" {words.after}", style=self.styles("code"))] if words.after else []
        for code, link in words.refs:
            after += [run(" "), *self.links.to(link, run(code, style=self.styles("code")))]
        return [*before, *runs, *after]

    def lines(
        self, cell: Words | Lines, style: str = "cell", right: bool = False, centre: bool = False
    ) -> Iterable[BaseOxmlElement]:
        """Return the paragraphs of a cell."""
        aligned = (w("jc", val="right" if right else "center"),) if right or centre else ()
        parts = cell.lines if isinstance(cell, Lines) else (cell,)
        return [paragraph(self.styles(style), *self.words(part), before=aligned) for part in parts]

    def tally(self, cell: Tally) -> BaseOxmlElement:
        """Return coloured marks and their number."""
        sign, colour = _MARKS[cell.mark.value]
        return paragraph(self.styles("cell"), run(sign * cell.marks, colour=colour), run(f"\u00a0{cell.text}"))

    def square(self, cell: Square) -> BaseOxmlElement:
        """Return a need as a square with its number.

        Text for an open need is in italics. A country without the need has an empty cell.
        """
        if cell.open:
            content = [run(cell.text, style=self.styles("open"))]
        elif cell.size:
            sign, colour = _SQUARES[cell.size - 1]
            content = [run(sign, colour=colour), run(f"\u00a0{cell.count}")]
        else:
            content = []
        return paragraph(self.styles("cell"), *content, before=(w("jc", val="center"),))

    def step(self, step: ShadedCell, width: int, style: str = "mark") -> BaseOxmlElement:
        """Return a small cell: shade, code and target line."""
        letters = step.ground.letters
        text = run(
            step.text,
            style=self.styles("code") if step.ground.empty else "",
            bold=step.strong,
            colour="" if letters == INK else letters,
        )
        return make_cell(
            paragraph(self.styles(style), text, before=(w("jc", val=step.align),)),
            width=width,
            span=step.span,
            borders=_make_borders(step),
            shading=step.ground.shading(),
            tight=True,
        )

    def mark(self, text: str, ground: CellColour) -> BaseOxmlElement:
        """Return a code for a key, as shaded letters."""
        letters = ground.letters
        return run(
            _pad(text),
            bold=not ground.open,
            colour="" if letters == INK else letters,
            shading=ground.shading(),
        )

    def framed(self, text: str, frame: BaseOxmlElement) -> BaseOxmlElement:
        """Return a framed code, for a claim in a key."""
        element = run(_pad(text))
        element.insert(0, w("rPr", frame))
        return element
