"""Candidate layouts with one response per row."""

from collections.abc import Iterator, Sequence

from capbuild.formats.headers import Role
from capbuild.formats.layouts.cell_types import MARKS, is_mark, is_place_name
from capbuild.formats.layouts.header_vocabulary import are_options, says
from capbuild.formats.layouts.region_under_header import Found, HeadedRegion
from capbuild.formats.layouts.shapes import Records
from capbuild.formats.layouts.steps import Sections
from capbuild.formats.normalisation import fold_header


def record_candidates(view: HeadedRegion) -> Iterator[Found]:
    """Yield the layout with one response per row."""
    extra, cost = view.row_steps(records=True)
    if view.by_country:
        extra, cost = [*extra, *view.sections], 0.03
    elif view.has_headings:
        extra, cost = [*extra, Sections()], 0.03
    pure = [share for column, share in view.pure.items() if column != view.country]
    if view.country is not None:
        places = view.texts(view.country, view.every)
        unique = 0.5 + 0.5 * len(set(places)) / max(1, len(places))
    else:
        rows = list(zip(*(view.texts(c, view.every) for c in view.sample.columns), strict=True))
        unique = 0.2 + 0.5 * len(set(rows)) / max(1, len(rows))
    # A label and its country, `Country: Peru`, are not the header of a country column.
    label = not view.countries and any(is_place_name(view.header.name(column)) for column in view.sample.columns)
    said = 0.5 * view.place.said if view.place is not None and not label else 0.0
    # Headers for question and answer mean that rows are answers.
    told = (any(view.header.says(c, role) for c in view.sample.columns) for role in (Role.QUESTION, Role.ANSWER))
    if all(told):
        said -= 0.35
    groups = tuple(_groups(view))
    terms = {
        "consistency": sum(pure) / len(pure) if pure else 0.4,
        "keys": 0.5 * unique if _names_others(view) else unique,
        "countries": view.countries,
        "vocabulary": 0.35 + said + 0.15 * bool(groups),
    }
    yield view.layout(Records(country=view.country, groups=groups), terms, extra, cost)


def _names_others(view: HeadedRegion) -> bool:
    """True if a second country column names other countries.

    It has the header of the country column.
    """
    if view.country is None:
        return False
    header, places = view.header.parts[view.country][-1:], view.texts(view.country)
    others = [c for c in view.sample.columns if c != view.country]
    named = bool(header) and says(header[0], Role.COUNTRY) > 0
    again = [c for c in others if named and view.header.parts[c][-1:] == header]
    pairs = [(one, other) for c in again for one, other in zip(places, view.texts(c), strict=True) if other]
    return 2 * sum(one != other for one, other in pairs) > len(pairs) > 0


def _groups(view: HeadedRegion) -> Iterator[tuple[int, ...]]:
    """Yield groups of adjacent columns of check marks, each an option of the question in the header above."""
    run: list[int] = []
    for column in [*view.sample.columns, -1]:
        above, option = view.header.option(column)
        told = fold_header(view.header.name(column)) in view.options.columns
        goes_on = bool(run) and above == view.header.option(run[-1])[0]
        # An option that nobody chose has no mark at all.
        unmarked = bool(above) and not any(view.texts(column))
        ticked = unmarked or (bool(above) and _has_marks(view, [column]))
        joined = len(view.header.parts.get(column, ())) == 1 and not are_options(option)
        marked = ticked and not told and (not joined or (goes_on and unmarked) or _repeats(view, column))
        if run and not (marked and goes_on):
            if sum(any(view.texts(c)) for c in run) > 1 and _has_marks(view, run):
                yield tuple(run)
            run = []
        if marked:
            run.append(column)


def _has_marks(view: HeadedRegion, columns: Sequence[int]) -> bool:
    """True if columns have check marks: at most one other cell in a column, or a fifth in a group."""
    cells = [(text, view.header.option(column)[1]) for column in columns for text in view.texts(column) if text]
    other = sum(not is_mark(*cell) for cell in cells)
    return other < len(cells) and (other <= 1 if len(columns) == 1 else 5 * other <= len(cells))


def _repeats(view: HeadedRegion, column: int) -> bool:
    """True if cells of a column repeat its option, as some products mark chosen options."""
    option = view.header.option(column)[1]
    return any(text not in MARKS and is_mark(text, option) for text in view.texts(column))
