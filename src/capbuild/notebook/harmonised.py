"""Displays of harmonised surveys and of the crosswalk that harmonises them."""

from collections import Counter
from typing import Any

from capbuild.display import counted
from capbuild.notebook.pages import SAY, Column, Grid, Page, shorten
from capbuild.reports.cells import Words

#: Most rows shown.
_MOST = 8


def page(subject: Any) -> Page:
    """Return the display of harmonised surveys, or of a crosswalk of questions and options."""
    return _make_survey_page(subject) if hasattr(subject, "survey") else _make_crosswalk_page(subject)


def _make_survey_page(found: Any) -> Page:
    rows = []
    for wave, survey in found.waves.items():
        kept = {row.question for row in found.crosswalk if row.wave == wave and not row.option and row.target}
        rows.append((wave, SAY.number(len(survey)), SAY.number(len(kept))))
    columns = [Column(head="Survey"), Column(head="Responses", number=True), Column(head="Questions kept", number=True)]
    return Page(
        title=str(found),
        blocks=[Grid(columns=columns, rows=[tuple(Words(text=cell) for cell in row) for row in rows])],
        foot=["`.survey` has all responses", "`.to_pandas()` has each value beside the original", "`.crosswalk`"],
    )


def _make_crosswalk_page(found: Any) -> Page:
    count = Counter(row.certainty.value for row in found.rows)
    facts = [Words(text=f"{SAY.number(number)} {name}") for name, number in count.items()]
    cells = [
        (
            row.wave,
            row.question,
            row.option,
            shorten(row.text, 50),
            row.target or row.proposed,
            row.certainty.value,
            row.reason,
        )
        for row in found.rows[:_MOST]
    ]  # fmt: skip
    left = len(found.rows) - _MOST
    headers = ("Survey", "Question", "Option", "Text", "Target", "Certainty", "Reason")
    return Page(
        title=f"{counted(len(found.rows), 'row')}, {len(found.open_rows)} without a target",
        facts=facts,
        blocks=[
            Grid(
                columns=[Column(head=head) for head in headers],
                rows=[tuple(Words(text=cell or "–") for cell in row) for row in cells],
                more=f"{SAY.number(left)} more with `.rows`" if left > 0 else "",
            )
        ],
        foot=["`.to_csv()` is the table to correct", "`.open_rows` wait for a person"],
    )
