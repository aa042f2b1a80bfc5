"""Records proposed actions in `actions.csv`, and edits from action sheets."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from capbuild.advice import Action, ActionPlan
from capbuild.advice.actions import find_action_text
from capbuild.checks import to_tuple
from capbuild.errors import ModelError, ReadError
from capbuild.formats import NumberStyle, read_number
from capbuild.formats.vocabulary import fold_header
from capbuild.io.cells import read_cells
from capbuild.model import Country, Framework, Issue, Issues, Money, Recommendation, RecommendationStatus
from capbuild.origin import Origin
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
from capbuild.workspace.forms.returned_forms import find_table, map_words, parse_day
from capbuild.workspace.own_languages import in_own_languages
from capbuild.workspace.records.actions import ACTIONS
from capbuild.workspace.records.table import Places
from capbuild.workspace.transactions import edit_folder

if TYPE_CHECKING:
    from capbuild.workspace.workspace import Workspace


@in_own_languages
def record_actions(workspace: "Workspace", round_: str | None = None, country: str | None = None) -> list[Action]:
    """Append a round's proposed actions to `actions.csv`.

    The actions are returned. Existing rows stay unchanged, and are not proposed again.

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
        known = {(one.country, one.target) for one in workspace.read_monitoring().recommendations}
        for plan in plans:
            fresh = [action for action in plan if not action.recorded and (plan.country, action.target) not in known]
            new += fresh
            rows += [_make_row(action, plan, _write_text(action, plan, language)) for action in fresh]
        if rows:
            edit.append_rows(ACTIONS, ACTION_COLUMNS, rows)
    return new


def _write_text(action: Action, plan: ActionPlan, language: str) -> str:
    say = get_translator(language, plan.framework)
    if action.text is not None:
        return action.text.get(language)
    writer = AdviceWriter(say=say, framework=plan.framework)
    levels = plan.levels.get(action.capacity)
    order = None if levels is None else levels.get("then", levels.get("target"))
    return writer.raise_level(action.capacity, order)


def _make_row(action: Action, plan: ActionPlan, text: str) -> list[str]:
    cells = {**make_action_cells(action), "id": action.id, "country": plan.country.name, "target": action.target}
    cells |= {"action": text, "round": action.round}
    return [cells[name] for name in ACTION_COLUMNS]


# Returned sheets

#: Columns that a sheet needs.
_NEEDED = frozenset({"id", "target", "status"})


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
def import_actions(workspace: "Workspace", file: Path) -> ImportedActions:
    """Record the edits of an action sheet in `actions.csv`.

    Adds proposed rows of the sheet. A row that changed in the table after the export keeps its values, with an issue.

    Args:
        workspace: The programme's folder.
        file: The sheet, a workbook or a table of text.

    Raises:
        ReadError: CB849, it is not an action sheet.
    """
    form = find_table(read_cells(file, host=workspace.host), ACTION_FORM_COLUMNS, _NEEDED.issubset)
    if form is None:
        raise ReadError(
            f"{file.name} is not a sheet of actions: no row has the ids {', '.join(ACTION_COLUMNS)}",
            code="CB849",
            origin=Origin(file.name),
            remedy="write the sheet with capbuild actions FOLDER --out actions.xlsx",
        )
    reader = _Sheet(file.name, form.sheet, form.places, workspace, _find_decimal(form.above))
    with edit_folder(workspace.folder) as edit:
        edit.read(ACTIONS)  # base of row numbers
        monitoring = workspace.read_monitoring()
        records = {one.id: one for one in monitoring.recommendations}
        targets = {(one.country, one.target): one.id for one in records.values() if one.country and one.target}
        changes: dict[int, dict[str, str]] = {}
        changed, added = [], []
        for number, cells in form.records():
            recommendation = records.get(cells.get("id", ""))
            if recommendation is None:
                added += [found] if (found := reader.read_new(number, cells, targets)) is not None else []
                continue
            origin = monitoring.origins.get(recommendation)
            new = reader.read_change(number, cells, recommendation)
            if new and origin is not None and origin.row is not None:
                changes[origin.row] = new
                changed.append(recommendation.id)
        if changes:
            edit.change_rows(ACTIONS, ("id", *dict.fromkeys(name for new in changes.values() for name in new)), changes)
        if added:
            edit.append_rows(ACTIONS, ACTION_COLUMNS, added)
    return ImportedActions(
        file=file.name, changed=changed, added=[one[0] for one in added], issues=Issues(reader.issues)
    )


def _make_cells(one: Recommendation) -> dict[str, str]:
    """Return the filled-in cells of a row."""
    action = Action(
        id=one.id, owner=one.owner, due=one.due, cost=one.cost, payer=one.payer, status=one.status, closed=one.closed,
        answer=one.answer,
    )  # fmt: skip
    return make_action_cells(action)


def _find_decimal(above: Sequence[Sequence[str]]) -> str:
    """Return the decimal mark of the column titles' language.

    Empty if the titles were deleted.
    """
    found = {fold_header(cell) for cells in above for cell in cells}
    for say in map(get_translator, list_languages()):
        if all(fold_header(say(f"actions.head.{name}")) in found for name in ("action", "cost", "due")):
            return "," if "," in say.amount(Decimal("0.5")) else "."
    return ""


def _parse_amount(text: str, decimal: str) -> str | None:
    """Return an amount as a plain number.

    None if it is not a number, or is ambiguous.

    Three digits behind the only mark are thousands, if the form's language groups by that mark.

    Example:
        >>> [_parse_amount(text, ",") for text in ("12.500,50", "12,500.50", "12.500", "12,500", "1234.50")]
        ['12500.5', '12500.5', '12500', None, '1234.50']
    """
    values = {mark: read_number(text, NumberStyle(mark, seen=True)) for mark in (".", ",")}
    found = {value for value in values.values() if value is not None}
    value = values.get(decimal) if len(found) > 1 else next(iter(found), None)
    if value is None or value < max(found):
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


def _fold_blanks(text: str) -> str:
    return " ".join(text.split())


@define(slots=False)
class _Sheet:
    """Reader of an action sheet against the table."""

    name: str
    sheet: str | None
    columns: Mapping[str, int]
    workspace: "Workspace"
    decimal: str
    issues: list[Issue] = field(factory=list)

    def read_change(self, number: int, cells: Mapping[str, str], recorded: Recommendation) -> dict[str, str]:
        """Return the changed cells of a row."""
        if not self._is_same(number, cells, recorded):
            return {}
        known = _make_cells(recorded)
        found = self._read_cells(number, cells, known["cost"])
        new = {name: text for name, text in found.items() if text != known[name] and not _is_same(text, known[name])}
        if (edited := self._read_text(number, cells, recorded)) is not None:
            new["action"] = edited
        filled, _, text = cells.get("digest", "").partition(".")
        if new and (filled not in ("", digest_cells(known)) or text not in ("", compute_digest(recorded.text.source))):
            message = f"{cells['id']} was changed since the sheet was written; the table stays: {', '.join(new)}"
            self._add_issue(number, "CB853", message, f"change {ACTIONS} by hand, or write the sheet again")
            return {}
        return new

    def _read_text(self, number: int, cells: Mapping[str, str], recorded: Recommendation) -> str | None:
        """Return the text of an action if edited.

        None otherwise, or with an issue if it cannot be recorded.
        """
        text = cells.get("action", "")
        shown = self._list_texts(recorded)
        if not text or not shown or _fold_blanks(text) in shown:
            return None
        if recorded.text.translations:
            message = f"the text of {recorded.id!r} was edited, and the table has it in several languages: not recorded"
            self._add_issue(number, "CB853", message, f"change {ACTIONS} by hand, in every language", "action")
            return None
        return text

    def _list_texts(self, recorded: Recommendation) -> set[str]:
        """Return the texts of an action.

        Sheets may have any language and edition. None for an action without text.
        """
        texts = [find_action_text(recorded, framework) for framework in self._frameworks]
        shown = {one.get(language) for one in texts if one is not None for language in list_languages()}
        quoted = {say.quoted(text) for say in map(get_translator, list_languages()) for text in shown}
        return {_fold_blanks(text) for text in shown | quoted}

    @cached_property
    def _frameworks(self) -> list[Framework]:
        return [self.workspace.edition(round_.id) for round_ in self.workspace.rounds]

    def _is_same(self, number: int, cells: Mapping[str, str], recorded: Recommendation) -> bool:
        """True if a row is the recorded action.

        It has the country and target of the action with its id.
        """
        place = self._find_country(number, cells) if cells.get("country") else recorded.country
        if place == recorded.country and cells.get("target", recorded.target) == recorded.target:
            return True
        if place is not None:
            was = f"{'' if recorded.country is None else recorded.country.name} {recorded.target}".strip()
            message = f"action {recorded.id!r} is recorded for {was}: the row is about another, and is not recorded"
            self._add_issue(number, "CB853", message, "give it an id of its own, or write the sheet again", "id")
        return False

    def read_new(
        self, number: int, cells: Mapping[str, str], targets: dict[tuple[Country, str], str]
    ) -> list[str] | None:
        """Return the row of an unrecorded action.

        None if it cannot be recorded.

        Args:
            number: Number of the row.
            cells: Its cells by column.
            targets: Ids of recorded actions by country and target; adds the row.
        """
        name, target = cells.get("id", ""), cells.get("target", "")
        if not name or not cells.get("country"):
            self._add_issue(number, "CB853", "the row has no id or no country: not recorded", "fill in both")
            return None
        place = self._find_country(number, cells)
        filled = self._read_cells(number, cells)
        if place is None or "status" not in filled:
            return None
        if (place, target) in targets:
            message = f"{place.name} has an action for {target!r}, {targets[place, target]!r}: not recorded again"
            self._add_issue(number, "CB853", message, "fill in the row with that id", "target")
            return None
        if target:
            targets[place, target] = name
        found = {**dict.fromkeys(ACTION_COLUMNS, ""), **cells, **filled}
        return [found[column] for column in ACTION_COLUMNS]

    def _find_country(self, number: int, cells: Mapping[str, str]) -> Country | None:
        """Return the participating country of a row."""
        find = Places(self.workspace.settings, self.workspace.host, self.issues)
        return find(cells["country"], self._make_origin(number, "country"))

    def _read_cells(self, number: int, cells: Mapping[str, str], cost: str = "") -> dict[str, str]:
        """Return the filled-in cells of a row.

        They are in the format of the table; unreadable ones are issues.

        Args:
            number: Number of the row.
            cells: Its cells by column.
            cost: Recorded cost, as the sheet was sent with it.
        """
        found = {name: cells[name] for name in ("owner", "cost", "currency", "payer", "note") if name in cells}
        if "cost" in cells and (amount := self._parse_cost(number, cells, cost)) is not None:
            found["cost"] = amount
        elif "cost" in cells:
            empty = dict.fromkeys(("cost", "currency"), "")
            found = {name: text for name, text in (found | empty).items() if not cells["cost"] or name not in empty}
        for name in ("due", "closed"):
            text = cells.get(name, "")
            day = parse_day(text) if text else ""
            if day is None:
                message = f"{text!r} is not a date, or is ambiguous"
                self._add_issue(number, "CB603", message, "write dates as 2016-02-29", name)
            elif name in cells:
                found[name] = day
        word = cells.get("status", "")
        status = _map_status_words().get(fold_header(word)) if word else RecommendationStatus.PROPOSED
        if status is None:
            remedy = f"one of: {', '.join(RecommendationStatus)}"
            self._add_issue(number, "CB853", f"{word!r} is not a status", remedy, "status")
        else:
            found["status"] = status.value
        return found

    def _parse_cost(self, number: int, cells: Mapping[str, str], recorded: str) -> str | None:
        """Return a row's cost as a plain number.

        None without one, or with an issue if it is invalid.
        """
        text, currency = cells["cost"], cells.get("currency", "")
        if not text:
            return None
        amount = text if _is_same(text, recorded) else _parse_amount(text, self.decimal)
        try:
            if amount is not None and Money(amount, currency).currency:
                return amount
        except ModelError:
            pass
        message = f"{text!r} in {currency!r} is not an amount, or may be two: not recorded"
        self._add_issue(number, "CB853", message, "write it as 1234.50, with a currency such as USD", "cost")
        return None

    def _add_issue(self, row: int, code: str, message: str, remedy: str, column: str = "") -> None:
        origin = self._make_origin(row, column)
        self.issues.append(Issue.warning(code, message, origin, remedy))

    def _make_origin(self, row: int, column: str) -> Origin:
        place = self.columns.get(column)
        return Origin(self.name, self.sheet, row, None if place is None else place + 1)
