"""Displays as HTML: elements with classes, a style block of their own, and neither script nor inline style.

What is drawn is hidden from screen readers; the words beside it say the same.
"""

import re
from functools import cache
from html import escape
from importlib.resources import files

from capbuild.notebook.drawn import band, months, track
from capbuild.notebook.pages import SAY, Code, Column, Grid, Heats, Lines, Months, Page, Shown
from capbuild.reports.cells import Band, Heat, Style, Track, Words

__all__ = ["as_html", "style"]

_CLASSES = {Style.OPEN: "o", Style.LACKING: "l", Style.QUIET: "q", Style.STRONG: "b"}


@cache
def style() -> str:
    """Return the style that every display carries, as one line: an output may be copied anywhere."""
    text = (files("capbuild.notebook") / "style.css").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s*", r"\1", " ".join(text.split())).replace(";}", "}").strip()


def as_html(page: Page) -> str:
    """Return a display as a piece of HTML with its style.

    Example:
        >>> text = as_html(Page(title="Fish & Chips", foot=["`.name` says more"]))
        >>> text[text.index("<div"):]
        '<div class="cb"><p class="t">Fish &amp; Chips</p><p class="f"><code>.name</code> says more</p></div>'
    """
    parts = [f'<p class="t">{escape(page.title)}</p>']
    if page.lead is not None or page.head:
        lead = f'<span class="h">{escape(page.lead.words)}</span>' if page.lead is not None else ""
        parts.append(f'<p class="w">{lead}{"".join(f"<span>{_cell(cell)}</span>" for cell in page.head)}</p>')
    if page.facts:
        parts.append(f'<p class="q">{" · ".join(_words(fact) for fact in page.facts)}</p>')
    parts += [_grid(block) if isinstance(block, Grid) else _lines(block) for block in page.blocks]
    notice = f'<i class="l">{SAY("invented")}.</i> ' if page.invented else ""
    parts.append(f'<p class="f">{notice}{" · ".join(map(_sentence, page.foot))}</p>')
    return f'<style>{style()}</style><div class="cb">{"".join(parts)}</div>'


def _sentence(text: str) -> str:
    """Our own sentence, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def _lines(block: Lines) -> str:
    return f"<p>{'<br>'.join(_words(line) for line in block.lines)}</p>"


def _grid(grid: Grid) -> str:
    heads = "".join(f'<th scope="col"{_right(c)}>{escape(c.head)}</th>' for c in grid.columns)
    head = f"<thead><tr>{heads}</tr></thead>" if any(c.head for c in grid.columns) else ""
    rows = "".join(_row(row, grid.columns, headed=not head) for row in grid.rows)
    more = f'<p class="q">{_sentence(grid.more)}</p>' if grid.more else ""
    return f"<table>{head}<tbody>{rows}</tbody></table>{more}"


def _row(row: tuple[Shown, ...], columns: tuple[Column, ...], headed: bool) -> str:
    cells = [f"<td{_right(c)}>{_cell(cell)}</td>" for cell, c in zip(row, columns, strict=True)]
    if headed:
        cells[0] = f'<th scope="row">{_cell(row[0])}</th>'
    return f"<tr>{''.join(cells)}</tr>"


def _right(column: Column) -> str:
    return ' class="n"' if column.number else ""


def _cell(cell: Shown) -> str:
    match cell:
        case Words():
            return _words(cell)
        case Code():
            return f"<code>{escape(cell.text)}</code>"
        case Heats():
            more = f" +{cell.more}" if cell.more else ""
            return f'<span class="r">{"".join(map(_heat, cell.cells))}</span>{more}'
        case Heat():
            return _heat(cell)
        case Months():
            return f'<span class="j">{escape(cell.label)}</span>{months(cell)}'
        case Track():
            return f"{track(cell)}{_hidden(cell.note)}"
        case Band():
            return f"{band(cell)}{_hidden(cell.note)}"
        case _:
            return escape(cell.words)


def _words(words: Words) -> str:
    before = f"<code>{escape(words.before)}</code> " if words.before else ""
    after = f" <i>{escape(words.after)}</i>" if words.after else ""
    name = _CLASSES.get(words.style)
    text = escape(words.text)
    return f"{before}{f'<span class={name}>{text}</span>' if name else text}{after}"


def _heat(cell: Heat) -> str:
    """One cell of a heat map: what is printed, or where that is not enough what is said."""
    name = "x" if cell.open else f"c{cell.shade}" if cell.shade is not None else "u"
    text = escape(cell.text)
    if cell.spoken:
        return f'<b class="{name}"><span aria-hidden="true">{text}</span>{_hidden(cell.spoken)}</b>'
    return f'<b class="{name}">{text}</b>'


def _hidden(text: str) -> str:
    return f'<span class="v">{escape(text)}</span>' if text else ""
