"""Records proposed actions in `actions.csv`, and edits from action sheets."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from attrs import define, field, frozen

from capbuild.advice import Action, ActionPlan
from capbuild.advice.actions import find_action_text
from capbuild.checks import to_tuple
from capbuild.errors import ModelError
from capbuild.formats import NumberStyle, read_number
from capbuild.formats.values.dates import read_day
from capbuild.formats.vocabulary import fold_header
from capbuild.model import Country, Framework, Issues, Money, Recommendation, RecommendationStatus
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.forms.actions import (
    ACTION_COLUMNS,
    ACTION_FORM_COLUMNS,
    digest_cells,
    list_status_words,
    make_action_cells,
)
from capbuild.reports.forms.decisions import compute_digest
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import cache_texts, list_languages
from capbuild.workspace.folder_functions import in_own_languages
from capbuild.workspace.forms.returned_forms import RoundTripForm, map_words
from capbuild.workspace.records.folder_tables import ACTIONS
from capbuild.workspace.records.table import Places, Record
from capbuild.workspace.transactions import edit_folder
from capbuild.workspace.workspace import Workspace


@in_own_languages
def record_actions(workspace: Workspace, round_: str | None = None, country: str | None = None) -> list[Action]:
    """Append a round's proposed actions to `actions.csv`, and return them.

    Existing rows stay unchanged, and are not proposed again.

    Args:
        workspace: The programme's folder.
        round_: Id of the round; the last one by default.
        country: Name or code of a country; all by default.

    Raises:
        KeyError: The round has no assessment of the country.
    """
    name = workspace.round(round_).id if round_ else workspace.rounds[-1].id
    language = workspace.programme.languages[0]
    plans = workspace.list_actions(name, country)
    new: list[Action] = []
    rows: list[list[str]] = []
    with edit_folder(workspace.folder) as edit:
        # Somebody may have added rows while the plan was computed.
        known = {
            (recommendation.country, recommendation.target)
            for recommendation in workspace.read_monitoring().recommendations
        }
        for plan in plans:
            fresh = [action for action in plan if not action.recorded and (plan.country, action.target) not in known]
            new += fresh
            for action in fresh:
                cells = {**make_action_cells(action), "id": action.id, "country": plan.country.name}
                cells |= {"target": action.target, "action": _write_text(action, plan, language), "round": action.round}
                rows.append([cells[name] for name in ACTION_COLUMNS])
        if rows:
            edit.append_rows(ACTIONS.file, ACTIONS.columns, rows)
    return new


def _write_text(action: Action, plan: ActionPlan, language: str) -> str:
    t = get_translator(language, plan.framework)
    if action.text is not None:
        return action.text.get(language)
    writer = AdviceWriter(t=t, framework=plan.framework)
    levels = plan.levels.get(action.capacity)
    order = None if levels is None else levels.get("then", levels.get("target"))
    return writer.raise_level(action.capacity, order)


# Returned sheets

#: Columns that a sheet changes, besides the text.
_EDITED = ("owner", "due", "cost", "currency", "payer", "status", "closed", "note")
_FORM = RoundTripForm(
    kind="actions",
    name="a sheet of actions",
    columns=ACTION_FORM_COLUMNS,
    needed=["id", "target", "status"],
    remedy="write the sheet with capbuild actions FOLDER --out actions.xlsx",
)


@frozen(kw_only=True)
class ImportedActions:
    """Changes imported from a sheet of actions.

    Attributes:
        file: The sheet.
        changed: Ids of the rows that changed.
        added: Ids of the rows that were added.
        issues: Issues found.
    """

    file: str
    changed: tuple[str, ...] = field(default=(), converter=to_tuple)
    added: tuple[str, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()


@in_own_languages
def import_actions(workspace: Workspace, file: Path) -> ImportedActions:
    """Record the edits of an action sheet in `actions.csv`.

    Proposed rows of the sheet are added. A row that changed in the table after the export keeps its values, with an
    issue.

    Args:
        workspace: The programme's folder.
        file: The sheet, a workbook or a table of text.

    Raises:
        ReadError: CB849, it is not an action sheet.
    """
    form = _FORM.read(file, workspace.host)
    reader = _Sheet(workspace, _find_decimal(form.above))
    with edit_folder(workspace.folder) as edit:
        edit.read(ACTIONS.file)  # base of row numbers
        monitoring = workspace.read_monitoring()
        records = {recommendation.id: recommendation for recommendation in monitoring.recommendations}
        targets = {
            (record.country, record.target): record.id
            for record in records.values()
            if record.country and record.target
        }
        changes: dict[int, dict[str, str]] = {}
        changed, added = [], []
        for row in form.records():
            recommendation = records.get(row.text("id"))
            if recommendation is None:
                added += [action] if (action := reader.read_new(row, targets)) is not None else []
                continue
            origin = monitoring.origins.get(recommendation)
            new = reader.read_change(row, recommendation)
            if new and origin is not None and origin.row is not None:
                changes[origin.row] = new
                changed.append(recommendation.id)
        edit.change(ACTIONS, changes)
        if added:
            edit.append_rows(ACTIONS.file, ACTIONS.columns, added)
    return ImportedActions(file=file.name, changed=changed, added=[row[0] for row in added], issues=Issues(form.issues))


def _find_decimal(above: Sequence[Sequence[str]]) -> str:
    """Return the decimal mark of the column titles' language.

    The result is empty if the titles were deleted.
    """
    folded = {fold_header(cell) for cells in above for cell in cells}
    for t in map(get_translator, list_languages()):
        if all(fold_header(t(f"actions.head.{name}")) in folded for name in ("action", "cost", "due")):
            return "," if "," in t.amount(Decimal("0.5")) else "."
    return ""


def _parse_amount(text: str, decimal: str) -> str | None:
    """Return an amount as a plain number.

    If there is one mark, followed by three digits, it separates thousands if the form's language uses it so. The
    result is None if the text is not a number, or is ambiguous.

    Example:
        >>> [_parse_amount(text, ",") for text in ("12.500,50", "12,500.50", "12.500", "12,500", "1234.50")]
        ['12500.5', '12500.5', '12500', None, '1234.50']
    """
    values = {mark: read_number(text, NumberStyle(mark, seen=True)) for mark in (".", ",")}
    amounts = {value for value in values.values() if value is not None}
    value = values.get(decimal) if len(amounts) > 1 else next(iter(amounts), None)
    if value is None or value < max(amounts):
        return None
    return text if _is_same(text, str(value)) else str(value)


@cache_texts
def _map_status_words() -> dict[str, RecommendationStatus]:
    return map_words(RecommendationStatus, list_status_words)


def _is_same(text: str, known: str) -> bool:
    """True if two cells have the same number.

    A program may save 18500 as 18500.0.
    """
    try:
        return Decimal(text) == Decimal(known)
    except InvalidOperation:
        return False


@define(slots=False)
class _Sheet:
    """Reader of an action sheet against the table."""

    workspace: Workspace
    decimal: str

    def read_change(self, row: Record, recorded: Recommendation) -> dict[str, str]:
        """Return the cells of a row that differ from records.

        A row about another action has none.
        """
        if not self._is_same(row, recorded):
            return {}
        currency = "" if recorded.cost is None else recorded.cost.currency
        cells = ACTIONS.format_row(recorded, currency=currency)
        known = {name: cells[name] for name in _EDITED}
        read_cells = self._read_cells(row, known["cost"])
        new = {
            name: text for name, text in read_cells.items() if text != known[name] and not _is_same(text, known[name])
        }
        if (edited := self._read_text(row, recorded)) is not None:
            new["action"] = edited
        filled, _, text = row.text("digest").partition(".")
        if new and (filled not in ("", digest_cells(known)) or text not in ("", compute_digest(recorded.text.source))):
            message = f"{row.text('id')} was changed since the sheet was written; the table stays: {', '.join(new)}"
            row.warn("", message, f"change {ACTIONS.file} by hand, or write the sheet again", "CB853")
            return {}
        return new

    def _read_text(self, row: Record, recorded: Recommendation) -> str | None:
        """Return the text of an action if edited.

        If an edited text cannot be recorded, the result is None, with an issue.
        """
        text = row.text("action")
        # In sheets of any language and edition; none for an action without text.
        texts = [find_action_text(recorded, framework) for framework in self._frameworks]
        shown = {text.get(language) for text in texts if text is not None for language in list_languages()}
        shown |= {t.quoted(text) for t in map(get_translator, list_languages()) for text in shown}
        if not text or not shown or " ".join(text.split()) in {" ".join(known_text.split()) for known_text in shown}:
            return None
        if recorded.text.translations:
            message = f"the text of {recorded.id!r} was edited, and the table has it in several languages: not recorded"
            row.warn("action", message, f"change {ACTIONS.file} by hand, in every language", "CB853")
            return None
        return text

    @cached_property
    def _frameworks(self) -> list[Framework]:
        return [self.workspace.edition(round_.id) for round_ in self.workspace.rounds]

    def _is_same(self, row: Record, recorded: Recommendation) -> bool:
        """True if a row has the recorded country and target."""
        place = self._find_country(row) if row.text("country") else recorded.country
        if place == recorded.country and row.cells.get("target", recorded.target) == recorded.target:
            return True
        if place is not None:
            was = f"{recorded.country or ''} {recorded.target}".strip()
            message = f"action {recorded.id!r} is recorded for {was}: the row is about another, and is not recorded"
            row.warn("id", message, "give it an id of its own, or write the sheet again", "CB853")
        return False

    def read_new(self, row: Record, targets: dict[tuple[Country, str], str]) -> list[str] | None:
        """Return the row of an unrecorded action.

        The result is None if the action cannot be recorded.

        Args:
            row: The row.
            targets: Ids of recorded actions by country and target; adds the row.
        """
        target = row.text("target")
        if not row.text("id") or not row.text("country"):
            row.warn("", "the row has no id or no country: not recorded", "fill in both", "CB853")
            return None
        place, filled = self._find_country(row), self._read_cells(row)
        if place is None or "status" not in filled:
            return None
        if (place, target) in targets:
            message = f"{place.name} has an action for {target!r}, {targets[place, target]!r}: not recorded again"
            row.warn("target", message, "fill in the row with that id", "CB853")
            return None
        if target:
            targets[place, target] = row.text("id")
        return [{**row.cells, **filled}.get(column, "") for column in ACTION_COLUMNS]

    def _find_country(self, row: Record) -> Country | None:
        """Return the participating country of a row.

        If it is unknown, the result is None, with an issue.
        """
        find = Places(self.workspace.settings, self.workspace.host, row.issues)
        return find(row.text("country"), row.origin("country"))

    def _read_cells(self, row: Record, cost: str = "") -> dict[str, str]:
        """Return the filled-in cells in the table's format.

        Unreadable cells are left out, with issues.

        Args:
            row: The row.
            cost: Recorded cost, as the sheet was sent with it.
        """
        cells = row.cells
        texts = {name: cells[name] for name in ("owner", "cost", "currency", "payer", "note") if name in cells}
        if "cost" in cells and (amount := self._parse_cost(row, cost)) is not None:
            texts["cost"] = amount
        elif "cost" in cells:
            empty = dict.fromkeys(("cost", "currency"), "")
            texts = {name: text for name, text in (texts | empty).items() if not cells["cost"] or name not in empty}
        for name in ("due", "closed"):
            text = row.text(name)
            day = read_day(text) if text else None
            if text and day is None:
                row.warn(name, f"{text!r} is not a date, or is ambiguous", "write dates as 2016-02-29")
            elif name in cells:
                texts[name] = "" if day is None else day.isoformat()
        word = row.text("status")
        status = _map_status_words().get(fold_header(word)) if word else RecommendationStatus.PROPOSED
        if status is None:
            row.warn("status", f"{word!r} is not a status", f"one of: {', '.join(RecommendationStatus)}", "CB853")
        else:
            texts["status"] = status.value
        return texts

    def _parse_cost(self, row: Record, recorded: str) -> str | None:
        """Return a row's cost as a plain number.

        The result is None if the row has no cost, or an invalid one, which is an issue.
        """
        text, currency = row.text("cost"), row.text("currency")
        if not text:
            return None
        amount = text if _is_same(text, recorded) else _parse_amount(text, self.decimal)
        with suppress(ModelError):
            if amount is not None and Money(amount, currency).currency:
                return amount
        message = f"{text!r} in {currency!r} is not an amount, or may be two: not recorded"
        row.warn("cost", message, "write it as 1234.50, with a currency such as USD", "CB853")
        return None
