"""Display of a change or series: like-for-like changes first."""

from collections.abc import Sequence

from capbuild.display import counted
from capbuild.model import Change, ChangeCounts, ChangeSeries
from capbuild.notebook.pages import SAY, Column, Grid, Page, Shown, count_text, is_invented
from capbuild.reports.cells import Style, Words

#: Most countries shown.
_ROWS = 6
#: Count columns, with their headers.
_COLUMNS = {
    "gained": "Gained",
    "lost": "Lost",
    "uncertain": "Uncertain",
    "other_causes": "Other causes",
    "newly_observed": "Newly observed",
    "no_longer_observed": "No longer observed",
    "risen": "Levels up",
    "fallen": "Levels down",
}
#: Counts in the summary above the table.
_FACTS = ("gained", "lost", "uncertain", "other_causes", "newly_observed", "no_longer_observed")
_FOOT = "Gained and lost are like for like and reliable; nothing else shows progress"


def page(change: Change | ChangeSeries) -> Page:
    """Return the display of a change or series."""
    if isinstance(change, ChangeSeries):
        return _make_series_page(change)
    return Page(
        title=f"From {change.before} to {change.after}",
        facts=_list_facts(change),
        blocks=_list_country_rows(change),
        foot=_make_foot(change),
        invented=is_invented(change),
    )


def _list_facts(change: Change) -> list[Words]:
    facts = [Words(text=f"{counted(len(change.matched), 'country', 'countries')} compared")]
    if change.unmatched:
        facts.append(Words(text=f"{SAY.number(len(change.unmatched))} not compared"))
    if change.comparable < 1:
        share = SAY.number(round(100 * max(change.comparable, 0.0)))
        facts.append(Words(text=f"the editions share {share} % of their capacities"))
    counts = change.counts()
    facts += [
        Words(
            text=f"{SAY.number(getattr(counts, name))} {_COLUMNS[name].lower()}",
            style=Style.LACKING if name == "lost" and counts.lost else Style.PLAIN,
        )
        for name in _FACTS
    ]
    return facts


def _list_cells(counts: ChangeCounts) -> list[Shown]:
    return [count_text(getattr(counts, name)) for name in _COLUMNS]


def _list_headers(first: str, *more: str) -> Sequence[Column]:
    return [Column(head=first), *(Column(head=head, number=True) for head in (*more, *_COLUMNS.values()))]


def _list_country_rows(change: Change) -> list[Grid]:
    """Return a row per country: moved criteria and changed levels."""
    names = {one.country.alpha_2: one.country.name for one in change.criteria}
    names |= {one.country.alpha_2: one.country.name for one in change.capacities}
    if not names:
        return []
    rows: list[tuple[Shown, ...]] = [
        (Words(text=name), *_list_cells(change.counts([code])))
        for code, name in sorted(names.items(), key=lambda item: SAY.sorted_as(item[1]))
    ]
    left = len(rows) - _ROWS
    more = f"{counted(left, 'more country', 'more countries')} with `.criteria`" if left > 0 else ""
    return [Grid(columns=_list_headers(SAY("col.country")), rows=rows[:_ROWS], more=more)]


def _make_foot(change: Change) -> list[str]:
    sentences = [_FOOT]
    if change.unmatched:
        sentences.append("`.unmatched` says why some were not compared")
    return [*sentences, "`.criteria` lists every move, `.capacities` the levels"]


def _make_series_page(series: ChangeSeries) -> Page:
    """Return the display of a series, a row per step."""
    rows: list[tuple[Shown, ...]] = [
        (Words(text=f"{one.before} to {one.after}"), count_text(len(one.matched)), *_list_cells(one.counts()))
        for one in series.changes
    ]
    return Page(
        title=f"From {series.rounds[0]} to {series.rounds[-1]}",
        facts=[Words(text=counted(len(series.rounds), "round"))],
        blocks=[Grid(columns=_list_headers("Rounds", "Countries"), rows=rows)],
        foot=[_FOOT, "The steps do not add up to the whole", "`.steps` and `.whole` are changes"],
        invented=is_invented(series),
    )
