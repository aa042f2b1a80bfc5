"""Display of needs: kinds, countries and urgency."""

from collections import Counter

from capbuild.display import counted
from capbuild.model import NeedKind, Needs
from capbuild.notebook.pages import SAY, Column, Grid, Page, count_text, is_invented, shorten
from capbuild.planning.capacity_needs import shared_needs
from capbuild.reports.cells import Words

#: Most needs shown, those that most countries share.
_ROWS = 6
_URGENCY = {1: "can wait", 2: "soon", 3: "now"}


def page(needs: Needs) -> Page:
    """Return the display of needs."""
    kinds = Counter(need.kind for need in needs)
    countries = {code for need in needs for code in need.countries}
    facts = [Words(text=f"{SAY.number(kinds[kind])} {kind.value}") for kind in NeedKind if kinds[kind]]
    return Page(
        title=f"{counted(len(needs), 'need')} of {counted(len(countries), 'country', 'countries')}",
        facts=[Words(text=f"from {counted(len(needs.gaps), 'gap')}"), *facts],
        blocks=_list_first_needs(needs),
        foot=["Only a new finding meets a need", "`.gaps` holds what they were derived from"],
        invented=is_invented(needs),
    )


def _list_first_needs(needs: Needs) -> list[Grid]:
    if not len(needs):
        return []
    shared = shared_needs(needs)
    columns = [
        Column(head="Need"),
        Column(head="Kind"),
        Column(head="When"),
        Column(head="Countries", number=True),
        Column(head="Open in", number=True),
        Column(head="People", number=True),
    ]
    rows = [
        (
            Words(text=shorten(str(need.statement), 90)),
            Words(text=need.kind.value),
            Words(text=_URGENCY[need.urgency]),
            count_text(len(one.lacking)),
            count_text(len(one.open)),
            count_text(sum(need.roles.values())),
        )
        for one, need in ((one, needs[one.id]) for one in shared[:_ROWS])
    ]
    left = len(shared) - _ROWS
    return [Grid(columns=columns, rows=rows, more=f"{counted(left, 'more need')} by iteration" if left > 0 else "")]
