"""The display of a change: criteria first, levels after; newly observed is not progress."""

from collections import Counter

from capbuild.display import counted
from capbuild.model import Change, CriterionMove
from capbuild.notebook.pages import SAY, Column, Grid, Page, Shown, is_invented, number
from capbuild.reports.cells import Style, Words

__all__ = ["page"]

#: Countries that are shown.
_ROWS = 6


def page(change: Change) -> Page:
    """Return what a notebook shows of a change between rounds."""
    facts = [Words(text=f"{counted(len(change.matched), 'country', 'countries')} compared")]
    if change.unmatched:
        facts.append(Words(text=f"{SAY.number(len(change.unmatched))} not compared"))
    if change.comparable < 1:
        share = SAY.number(round(100 * max(change.comparable, 0.0)))
        facts.append(Words(text=f"the editions share {share} % of their capacities"))
    counts = Counter(one.move for one in change.criteria)
    facts += [
        Words(text=f"{SAY.number(counts[move])} {move.value}", style=_style(move, counts)) for move in CriterionMove
    ]
    return Page(
        title=f"From {change.before} to {change.after}",
        facts=facts,
        blocks=_countries(change),
        foot=_foot(change),
        invented=is_invented(change),
    )


def _style(move: CriterionMove, counts: Counter[CriterionMove]) -> Style:
    return Style.LACKING if move is CriterionMove.LOST and counts[move] else Style.PLAIN


def _countries(change: Change) -> list[Grid]:
    """A row a country, in alphabetical order: how many criteria made each move, how many levels rose or fell."""
    names = {one.country.alpha_2: one.country.name for one in change.criteria}
    names |= {one.country.alpha_2: one.country.name for one in change.capacities}
    if not names:
        return []
    moves = Counter((one.country.alpha_2, one.move) for one in change.criteria)
    levels = Counter(
        (one.country.alpha_2, one.after.lowest > one.before.lowest)
        for one in change.capacities
        if one.before is not None and one.after is not None
        # A level has moved only where it is confirmed on both sides: a narrower range is not a change.
        if one.before.settled and one.after.settled and one.before != one.after
    )
    heads = [move.value.capitalize() for move in CriterionMove] + ["Levels up", "Levels down"]
    columns = [Column(head=SAY("col.country")), *(Column(head=head, number=True) for head in heads)]
    rows: list[tuple[Shown, ...]] = []
    for code, name in sorted(names.items(), key=lambda item: SAY.sorted_as(item[1])):
        counts = [number(moves[code, move]) for move in CriterionMove]
        rows.append((Words(text=name), *counts, number(levels[code, True]), number(levels[code, False])))
    left = len(rows) - _ROWS
    more = f"{counted(left, 'more country', 'more countries')} with `.criteria`" if left > 0 else ""
    return [Grid(columns=columns, rows=rows[:_ROWS], more=more)]


def _foot(change: Change) -> list[str]:
    said = ["Newly observed shows what was seen, not progress"]
    if change.unmatched:
        said.append("`.unmatched` says why some were not compared")
    return [*said, "`.criteria` lists every move, `.capacities` the levels"]
