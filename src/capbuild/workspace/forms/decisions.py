"""Exports and imports the team's decisions on proposals.

They are stored in `reviews/proposals.csv`.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import define, evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import did_you_mean
from capbuild.formats.values.dates import read_day
from capbuild.formats.vocabulary import fold_header
from capbuild.io import country as resolve
from capbuild.model import Decision, Dossier, Issues, Proposal
from capbuild.reports.forms.decisions import DECISION_COLUMNS, digest_decision, list_decision_words, make_proposal_key
from capbuild.reports.languages import cache_texts
from capbuild.workspace.folder_functions import in_own_languages
from capbuild.workspace.forms.returned_forms import RoundTripForm, map_words
from capbuild.workspace.records.folder_tables import PROPOSALS
from capbuild.workspace.records.table import Record
from capbuild.workspace.transactions import edit_folder, write_export
from capbuild.workspace.workspace import Workspace

_FORM = RoundTripForm(
    kind="decisions",
    name="a decision form",
    columns=DECISION_COLUMNS,
    needed=["target", "decision", "reason"],
    titles="decide.head.",
    remedy="write the form with capbuild review proposals",
)


@cache_texts
def _map_decision_words() -> dict[str, Decision]:
    return map_words(Decision, list_decision_words)


@frozen(kw_only=True)
class ImportedDecisions:
    """Decisions imported from a form.

    Attributes:
        file: The sheet.
        proposals: Current state of the proposals with a new or changed decision.
        known: Number of decisions recorded before.
        open: Number of recorded proposals that are still open.
        issues: Issues found.
    """

    file: str
    proposals: tuple[Proposal, ...] = field(default=(), converter=to_tuple)
    known: int = 0
    open: int = 0
    issues: Issues = Issues()


@in_own_languages
def export_decisions(
    workspace: Workspace,
    *,
    round_: str | None = None,
    country: str | None = None,
    out: Path | None = None,
    language: str | None = None,
) -> Path:
    """Write a round's decision form, and return its path.

    Args:
        workspace: The programme's folder.
        round_: Id or kind of the round; the last one with a proposal by default.
        country: Name or code of the country of the proposals; all by default.
        out: File to write, `.xlsx` or `.csv`; `private/reviews/decisions-ROUND.xlsx` by default.
        language: Language of the sheet; the programme's first.

    Raises:
        WriteError: No plugin writes workbooks, or the file has another suffix.
        CountryError: The text names no country.
    """
    asked = {proposal.round for proposal in workspace.monitoring.proposals}
    rounds = [round_record.id for round_record in workspace.programme.rounds]
    last = next((round_record for round_record in reversed(rounds) if round_record in asked), rounds[-1])
    round_record = workspace.round(round_ or last)
    places = workspace.programme.countries
    place = resolve(country, context=places, overrides=workspace.settings.spellings) if country else None
    target = out or workspace.folder / "private" / "reviews" / f"decisions-{round_record.id}.xlsx"
    form = _FORM.render(
        workspace.assess(round_record.id),
        target,
        language=language or workspace.programme.languages[0],
        programme=workspace.programme,
        dossier=Dossier(proposals=workspace.monitoring.proposals),
        country="" if place is None else place.alpha_2,
        host=workspace.host,
    )
    write_export(workspace.folder, target, form)
    return target


@in_own_languages
def import_decisions(workspace: Workspace, file: Path) -> ImportedDecisions:
    """Record the decisions of a form in `reviews/proposals.csv`.

    Rows without a decision in the form stay unchanged. A proposal decided since the export keeps that decision, and
    is reported. A decision without a reason is not recorded, since the country reads the reason.

    Args:
        workspace: The programme's folder.
        file: The sheet, a workbook or a table of text.

    Raises:
        ReadError: CB849, it is not a decision form.
    """
    form = _FORM.read(file, workspace.host)
    with edit_folder(workspace.folder) as edit:
        edit.read(PROPOSALS.file)  # base of row numbers
        known = {make_proposal_key(proposal): proposal for proposal in workspace.read_monitoring().proposals}
        reading = _DecisionSheet(known)
        changed = list(reading.read_proposals(form.records()))
        cells = {
            proposal.origin.row: PROPOSALS.format_row(proposal)
            for proposal in changed
            if proposal.origin and proposal.origin.row
        }
        edit.change(PROPOSALS, {row: {name: formatted[name] for name in _FIELDS} for row, formatted in cells.items()})
    current = {**known, **{make_proposal_key(proposal): proposal for proposal in changed}}
    return ImportedDecisions(
        file=file.name,
        proposals=changed,
        known=reading.known,
        open=sum(proposal.decision is Decision.OPEN for proposal in current.values()),
        issues=Issues(form.issues),
    )


_FIELDS = ("decision", "decided_by", "decided_on", "reason")


#: Columns with the text of the proposal itself.
_PROPOSED = ("country", "target", "proposed", "comment", "evidence")


def _pick_proposal(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(cells[name].split()) for name in _PROPOSED if name in cells}


def _describe_proposal(proposal: Proposal) -> dict[str, str]:
    return _pick_proposal(PROPOSALS.format_row(proposal))


@define
class _DecisionSheet:
    """Reader of a decision form against the recorded proposals."""

    on_record: Mapping[str, Proposal]
    known: int = 0

    def read_proposals(self, rows: Iterable[Record]) -> Iterator[Proposal]:
        """Yield each proposal with a changed decision."""
        for row in rows:
            proposal, was = self._find(row.cells)
            if proposal is None:
                row.warn("", "the row matches no recorded proposal", "was it removed or changed?", "CB853")
                continue
            decided = None if self._is_mismatched(row, proposal) else self._read_row(row, proposal)
            if decided is None:
                continue
            if digest_decision(decided) == digest_decision(proposal):
                self.known += proposal.decision is not Decision.OPEN
            elif digest_decision(proposal) != was:
                current = f"{proposal.decision.value} by {proposal.decided_by or 'nobody named'}"
                what = f"{proposal.country} {proposal.target} was decided since the form was written"
                remedy = f"to make it {decided.decision.value}, change {PROPOSALS.file}"
                row.warn("", f"{what}: {current}; the recorded decision stays", remedy, "CB853")
            else:
                yield decided

    def _find(self, cells: Mapping[str, str]) -> tuple[Proposal | None, str]:
        """Return the proposal of a row, and state at export.

        If the key was deleted, this is the only open proposal with the same target and text.
        """
        key, _, was = cells.get("id", "").partition(".")
        if key in self.on_record:
            return self.on_record[key], was
        words = _pick_proposal(cells)
        same = [
            proposal
            for proposal in self.on_record.values()
            if not key and words.items() == _describe_proposal(proposal).items()
        ]
        if len(same) != 1:
            return None, ""
        return same[0], digest_decision(same[0]) if same[0].decision is Decision.OPEN else ""

    def _is_mismatched(self, row: Record, proposal: Proposal) -> bool:
        """True if key and cells belong to different proposals."""
        expected = _describe_proposal(proposal)
        for name, text in _pick_proposal(row.cells).items():
            if text != expected[name]:
                message = f"the row says {text!r} and was made for {expected[name]!r}: its decision was not recorded"
                row.problem(name, message, "put back what the row was sent with, or write the sheet again", "CB854")
                return True
        return False

    def _read_row(self, row: Record, proposal: Proposal) -> Proposal | None:
        """Return a proposal with the row's decision.

        If the decision is invalid, the result is None, with an issue.
        """
        text, reason, day = row.text("decision"), row.text("reason"), row.text("decided_on")
        decision = _map_decision_words().get(fold_header(text)) if text else Decision.OPEN
        if decision is None:
            hint = did_you_mean(text, [word.value for word in Decision])
            row.problem("", f"{text!r} is not a decision{hint}", "accepted or rejected", "CB853")
            return None
        if decision is not Decision.OPEN and not reason:
            message = f"{proposal.country} {proposal.target} was {decision.value} without a reason: not recorded"
            row.problem("", message, "give the reason; the country reads it", "CB847")
            return None
        decided = read_day(day) if day else None
        if day and decided is None:
            row.warn("", f"{day!r} is not a date, or is ambiguous", "write dates as 2016-02-29")
        return evolve(
            proposal,
            decision=decision,
            decided_by=row.text("decided_by"),
            decided_on=decided,
            reason=reason,
        )
