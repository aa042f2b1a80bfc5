"""MIME bundles for notebooks."""

import re
import shutil
import sys
import textwrap
from functools import cache
from html import escape
from importlib import import_module
from importlib.resources import files
from itertools import zip_longest

from attrs import evolve

from capbuild._lazy import import_object
from capbuild.escaping import isolate_direction, terminal_text
from capbuild.notebook.pages import ENGLISH, CodeText, Grid, HeatCells, Lines, Page, Shown, shorten
from capbuild.reports.cells import Band, Heat, Style, Timeline, Track, Words
from capbuild.reports.model import Column
from capbuild.reports.score_text import compute_shade

#: Classes by the function that shows them; its module is imported on first display.
_PAGES = {
    "assessments:show_assessment": "Assessment",
    "assessments:show_assessment_set": "AssessmentSet",
    "assessments:show_change": "Change ChangeSeries",
    "assessments:show_score": "Score",
    "assessments:show_sensitivity": "Sensitivity",
    "planning:show_actions": "ActionPlan",
    "planning:show_advice": "Advice",
    "planning:show_costing": "Costing",
    "planning:show_gaps": "Gaps",
    "planning:show_needs": "Needs",
    "planning:show_plan": "Plan",
    "planning:show_training": "TrainingSummary",
    "programme:show_capacity": "Capacity",
    "programme:show_country": "Country",
    "programme:show_framework": "Framework",
    "programme:show_programme": "Programme Workspace",
    "questions:show_question_part": "Question QuestionAnswers QuestionSummary QuestionTable",
    "surveys:show_questionnaire": "Questionnaire",
    "surveys:show_response_table": "ResponseTable",
    "surveys:show_survey": "Survey",
    "surveys:show_survey_part": "Answer Issue Issues Layout Reconciliation Response",
    "tallies:show_harmonised": "HarmonisedSurveys QuestionCrosswalk",
    "tallies:show_tally": "Tally",
}
_HOMES = {name: home for home, names in _PAGES.items() for name in names.split()}


def find_display(kind: type) -> str | None:
    """Return the function that displays a class, or None.

    It is that of the class or of its nearest base, as a module and a name.
    """
    own = (base for base in kind.__mro__ if base.__module__.startswith("capbuild."))
    return next((_HOMES[base.__name__] for base in own if base.__name__ in _HOMES), None)


def mimebundle(subject: object) -> dict[str, str]:
    """Return the display of an object by media type.

    Every object has `text/plain`; one with a display of its own also has `text/html`.

    Example:
        >>> mimebundle(1)
        {'text/plain': '1'}
        >>> from capbuild.model import Country
        >>> print(mimebundle(Country(alpha_2="BB", alpha_3="BRB", name="Barbados"))["text/plain"].splitlines()[0])
        Barbados
    """
    page = _make_page(subject)
    if page is None:
        return {"text/plain": _format_other(subject)}
    return {"text/plain": terminal_text(to_plain(page, _terminal_width())), "text/html": _to_html(page)}


def plain_text(subject: object, width: int = 0) -> str:
    """Return the display of an object as text.

    Args:
        subject: The object.
        width: Characters in a line; 0 for no limit.
    """
    page = _make_page(subject)
    return terminal_text(to_plain(page, width)) if page is not None else _format_other(subject)


def _make_page(subject: object) -> Page | None:
    """Return the display of an object, or None."""
    home = find_display(type(subject))
    if home is None:
        return None
    page: Page = import_object(f"capbuild.notebook.{home}")(subject)
    return evolve(page, invented=page.invented or bool(getattr(subject, "invented", False)))


def _format_other(subject: object) -> str:
    return str(subject) if type(subject).__str__ is not object.__str__ else repr(subject)


def _terminal_width() -> int:
    """Return the width of the terminal; 0 for other output."""
    return shutil.get_terminal_size((0, 0)).columns if sys.stdout and sys.stdout.isatty() else 0


def display(subject: object) -> None:
    """Show an object as HTML in notebooks, else as text.

    Example:
        >>> display(1)
        1
    """
    interactive = sys.modules.get("IPython")  # a notebook has imported it
    if interactive is not None and interactive.get_ipython() is not None:
        import_module("IPython.display").display(subject)
    else:
        sys.stdout.write(terminal_text(mimebundle(subject)["text/plain"]) + "\n")


def to_plain(page: Page, width: int = 0) -> str:
    """Return a display as lines of text.

    Args:
        page: The display.
        width: Characters in a line; longer lines are wrapped, and broad columns shortened. 0 for no limit.

    Example:
        >>> print(to_plain(Page(title="Barbados", foot=["`.name` says more"], invented=True)))
        Barbados
        Invented answers. .name says more
    """
    parts = [page.lead.words if page.lead is not None else "", *(cell.words for cell in page.head)]
    lines = [page.title, "  ".join(filter(None, parts)), " · ".join(fact.words for fact in page.facts)]
    for block in page.blocks:
        lines += _make_grid(block, width) if isinstance(block, Grid) else _list_lines(block)
    notice = f"{ENGLISH('invented')}. " if page.invented else ""
    lines.append(notice + " · ".join(page.foot).replace("`", ""))
    if width:
        lines = [part for line in lines for part in _wrap_line(line, width)]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _wrap_line(line: str, width: int) -> list[str]:
    if len(line.rstrip()) <= width:
        return [line]
    return textwrap.wrap(line, width, subsequent_indent="  ", break_on_hyphens=False, drop_whitespace=True)


def _list_lines(block: Lines) -> list[str]:
    return [f"  {line.words}" for line in block.lines]


def _make_grid(grid: Grid, width: int) -> list[str]:
    columns, rows = grid.lay_out()
    table = [[_format_one_line(cell) for cell in row] for row in rows]
    if grid.headed:
        table.insert(0, [column.title for column in columns])
    widths = [max(map(len, column)) for column in zip_longest(*table, fillvalue="")]
    while width and sum(widths) + 2 * len(widths) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in table:
        cells = [
            shorten(text, most).rjust(most) if column.number else shorten(text, most).ljust(most)
            for text, most, column in zip(row, widths, columns, strict=True)
        ]
        lines.append("  " + "  ".join(cells))
    return [*lines, f"  {grid.more}".replace("`", "")]


def _format_one_line(cell: Shown) -> str:
    return " ".join(cell.words.split())


#: Fewest characters that a column is shortened to.
_NARROWEST = 6

# HTML of displays, with a style block and without scripts


#: Most steps of a staircase that the style can draw; longer ones are shown as text.
_STEPS = 6

_CLASSES = {Style.OPEN: "o", Style.LACKING: "l", Style.QUIET: "q", Style.STRONG: "b"}


@cache
def load_style(name: str = "style.css") -> str:
    """Return a style of displays, as one line."""
    text = (files("capbuild.notebook") / name).read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s*", r"\1", " ".join(text.split())).replace(";}", "}").strip()


def _escape(text: str, *, quote: bool = True) -> str:
    return escape(isolate_direction(text), quote=quote)


def _to_html(page: Page) -> str:
    """Return a display as HTML with its style.

    Example:
        >>> text = _to_html(Page(title="Fish & Chips", foot=["`.name` says more"]))
        >>> text[text.index("<div"):]
        '<div class="cb"><p class="t">Fish &amp; Chips</p><p class="f"><code>.name</code> says more</p></div>'
    """
    parts = [f'<p class="t">{_escape(page.title)}</p>']
    if page.lead is not None or page.head:
        lead = f'<span class="h">{_escape(page.lead.words)}</span>' if page.lead is not None else ""
        parts.append(f'<p class="w">{lead}{"".join(f"<span>{_render_cell(cell)}</span>" for cell in page.head)}</p>')
    if page.facts:
        parts.append(f'<p class="q">{" · ".join(_render_text(fact) for fact in page.facts)}</p>')
    parts += [_render_grid(block) if isinstance(block, Grid) else _render_lines(block) for block in page.blocks]
    notice = f'<i class="l">{ENGLISH("invented")}.</i> ' if page.invented else ""
    parts.append(f'<p class="f">{notice}{" · ".join(map(_render_sentence, page.foot))}</p>')
    return f'<style>{load_style()}</style><div class="cb">{"".join(parts)}</div>'


def _render_sentence(text: str) -> str:
    """Return a sentence with backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _escape(text, quote=False))


def _render_lines(block: Lines) -> str:
    return f"<p>{'<br>'.join(_render_text(line) for line in block.lines)}</p>"


def _render_grid(grid: Grid) -> str:
    columns, rows = grid.lay_out()
    headers = "".join(f'<th scope="col"{_write_alignment(c)}>{_escape(c.title)}</th>' for c in columns)
    head = f"<thead><tr>{headers}</tr></thead>" if grid.headed else ""
    body = "".join(_render_row(row, columns, headed=not head) for row in rows)
    more = f'<p class="q">{_render_sentence(grid.more)}</p>' if grid.more else ""
    return f"<table>{head}<tbody>{body}</tbody></table>{more}"


def _render_row(row: list[Shown], columns: list[Column], *, headed: bool) -> str:
    cells = [f"<td{_write_alignment(c)}>{_render_cell(cell)}</td>" for cell, c in zip(row, columns, strict=True)]
    if headed:
        cells[0] = f'<th scope="row">{_render_cell(row[0])}</th>'
    return f"<tr>{''.join(cells)}</tr>"


def _write_alignment(column: Column) -> str:
    return ' class="n"' if column.number else ""


def _render_cell(cell: Shown) -> str:
    match cell:
        case Words():
            return _render_text(cell)
        case CodeText():
            return f"<code>{_escape(cell.text)}</code>"
        case HeatCells():
            more = f" +{cell.more}" if cell.more else ""
            return f'<span class="r">{"".join(map(_render_heat_cell, cell.cells, cell.notes))}</span>{more}'
        case Heat():
            return _render_heat_cell(cell)
        case Timeline():
            return f'<span class="j">{_escape(cell.spoken)}</span>{_render_months(cell)}'
        case Track():
            return f"{_render_track(cell)}{_render_hidden_text(cell.note)}"
        case Band():
            return f"{_render_band(cell)}{_render_hidden_text(cell.note)}"
        case _:
            return _escape(cell.words)


def _render_text(words: Words) -> str:
    before = f"<code>{_escape(words.before)}</code> " if words.before else ""
    after = f" <i>{_escape(words.after)}</i>" if words.after else ""
    name = _CLASSES.get(words.style)
    text = _escape(words.text)
    return f"{before}{f'<span class={name}>{text}</span>' if name else text}{after}"


def _render_heat_cell(cell: Heat, note: str = "") -> str:
    """Return a heat map's cell, with figure or text."""
    hover = f' title="{_escape(note)}"' if note else ""
    name = "x" if cell.open else f"c{cell.shade}" if cell.shade is not None else "u"
    text = _escape(cell.text)
    if cell.spoken:
        return f'<b class="{name}"{hover}><span aria-hidden="true">{text}</span>{_render_hidden_text(cell.spoken)}</b>'
    return f'<b class="{name}"{hover}>{text}</b>'


def _render_hidden_text(text: str) -> str:
    return f'<span class="v">{_escape(text)}</span>' if text else ""


def _render_track(cell: Track) -> str:
    """Return a staircase with its level or range.

    The result is empty if there are too many steps to draw.

    Example:
        >>> _render_track(Track(codes=["L1", "L2"], lowest=2, highest=2, target=2))
        '<span class="k" aria-hidden="true"><i class="s1"></i><b class="c5 s2">L2</b><em class="s2"></em></span>'
    """
    count = len(cell.codes)
    if count > _STEPS:
        return ""
    marked = range(cell.lowest, cell.highest + 1) if cell.settled else ()
    parts = [f'<i class="s{step}"></i>' for step in range(1, count + 1) if step not in marked]
    code = [_escape(code) for code in cell.codes]
    if cell.settled:
        parts.append(f'<b class="c{compute_shade(cell.lowest, count)} s{cell.lowest}">{code[cell.lowest - 1]}</b>')
    else:
        ends = f"<u>{code[cell.lowest - 1]}</u><u>{code[cell.highest - 1]}</u>"
        parts.append(f'<b class="x s{cell.lowest} e{cell.highest}">{ends}</b>')
    if cell.claimed is not None:
        parts.append(f'<b class="m s{cell.claimed}">{code[cell.claimed - 1]}</b>')
    if cell.target is not None:
        parts.append(f'<em class="s{cell.target}"></em>')
    return f'<span class="k" aria-hidden="true">{"".join(parts)}</span>'


def _render_band(cell: Band) -> str:
    """Return a value on its scale, with interval and target."""
    width = 150
    parts = [f'<path class="g" d="M4 12h{width}"/>']
    if cell.lower is not None and cell.upper is not None:
        start, end = (4 + share * width for share in (cell.lower, cell.upper))
        parts.append(f'<path class="a" d="M{start:.1f} 12H{end:.1f}"/>')
    if cell.value is not None:
        kind = "z" if cell.thin else "d"
        parts.append(f'<circle class="{kind}" cx="{4 + cell.value * width:.1f}" cy="12" r="4.5"/>')
    if cell.target is not None:
        parts.append(f'<path class="y" d="M{4 + cell.target * width:.1f} 2v20"/>')
    return f'<svg width="158" height="24" aria-hidden="true">{"".join(parts)}</svg>'


def _render_months(cell: Timeline) -> str:
    """Return a row of months with one bar."""
    wide = 8
    lines = "".join(f"M{wide * month + 0.5} 0v18" for month in range(0, cell.total + 1, 3))
    start, width = cell.first * wide + 1, max((cell.end - cell.first) * wide - 1, 3)
    bar = f'<rect class="d" x="{start}" y="2" width="{width}" height="14"/>'
    return (
        f'<svg width="{cell.total * wide + 2}" height="18" aria-hidden="true"><path class="g" d="{lines}"/>{bar}</svg>'
    )
