"""Table `actions.csv` of agreed actions.

They are those of countries and programme, over all rounds.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from capbuild.errors import ModelError
from capbuild.model import Country, Money, Recommendation, RecommendationStatus, Severity
from capbuild.reports.forms.actions import ACTION_COLUMNS
from capbuild.workspace.records.table import Places, Record, read_records

ACTIONS = "actions.csv"


def load_actions(
    folder: Path, known: Collection[str], rounds: Collection[str], places: Places
) -> Iterator[Recommendation]:
    """Yield the rows of `actions.csv`; none without the file.

    Args:
        folder: The programme's folder.
        known: Known ids of criteria and capacities.
        rounds: Ids of the rounds.
        places: Resolves countries, and collects problems as issues.
    """
    for record in read_records(folder, ACTIONS, ACTION_COLUMNS, places.issues, places.origins):
        country, name = places(record.text("country"), record.origin("country")), record.text("id")
        if not name:
            record.problem("id", "the action has no id", "give it one of its own, such as BB-07")
        elif not record.text("country"):
            record.problem("country", "the action names no country", "name the country that acts")
        elif country is not None and record.is_first(name, f"action {name!r}", "id"):
            # No finding can confirm an action without a known target.
            for column, names, what in (("target", known, "criterion or capacity"), ("round", rounds, "round")):
                if record.text(column):
                    record.find_one(column, names, what, Severity.WARNING)
            if "@" in record.text("owner"):
                remedy = "name the office; addresses of people belong into private/"
                record.warn("owner", "the owner is an address", remedy, "CB671")
            recommendation = _make_recommendation(record, country)
            if recommendation is not None:
                yield recommendation


def _make_recommendation(record: Record, country: Country) -> Recommendation | None:
    closed = record.day("closed")
    # A closed action without a status is done.
    statuses = {} if closed is None or record.text("status") else {"status": RecommendationStatus.DONE}
    text = record.texts("action", record.text("target"))
    return record.build(
        Recommendation,
        country=country,
        text=text,
        cost=_parse_cost(record),
        answer=record.text("note"),
        closed=closed,
        **statuses,
    )


def _parse_cost(record: Record) -> Money | None:
    text = record.text("cost")
    if not text:
        return None
    if record.number("cost") is None:
        return None
    if not record.text("currency"):
        record.problem("currency", "the cost has no currency", "write it as ISO 4217 does, such as USD")
        return None
    try:
        return Money(record.table.plain(text), record.text("currency"))
    except ModelError as error:
        record.problem("currency", error.message, error.remedy or "write it as ISO 4217 does, such as USD")
        return None
