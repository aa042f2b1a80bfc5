"""Country reviews: export of forms, import of proposals.

Computed results do not change.
"""

import datetime
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from attrs import define, evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import WorkspaceError
from capbuild.formats.values.dates import read_day
from capbuild.io import country as resolve
from capbuild.io.cells import read_cells
from capbuild.model import Assessment, AssessmentState, Issue, Issues, Proposal, StateRecord
from capbuild.origin import Origin
from capbuild.reports.forms.reviews import digest_results
from capbuild.workspace.folder_functions import in_own_languages
from capbuild.workspace.forms.returned_forms import (
    REVIEW_FORM,
    FilledForm,
    check_mark,
    parse_agreement,
    parse_level,
    read_form,
)
from capbuild.workspace.records.folder_tables import PROPOSALS, STATES
from capbuild.workspace.records.table import Record
from capbuild.workspace.settings.reading import choose_report_language
from capbuild.workspace.transactions import edit_folder, write_export
from capbuild.workspace.workspace import Workspace


@frozen(kw_only=True)
class ImportedReview:
    """Proposals and state imported from a review form.

    Attributes:
        file: The form.
        country: Name of the country.
        proposals: Proposals that were not recorded before.
        known: Number of proposals recorded before.
        state: Current state of the assessment; None if the form does not give it.
        issues: Issues found.
    """

    file: str
    country: str
    proposals: tuple[Proposal, ...] = field(default=(), converter=to_tuple)
    known: int = 0
    state: StateRecord | None = None
    issues: Issues = Issues()


def _find_assessment(workspace: Workspace, country: str, round_: str) -> Assessment:
    assessment = workspace.assess(round_).get(country)
    if assessment is None:
        place = resolve(country, context=workspace.programme.countries, overrides=workspace.settings.spellings)
        assessment = workspace.assess(round_).get(place)
    if assessment is None:
        others = [
            round_record.id
            for round_record in workspace.programme.rounds
            if workspace.assess(round_record.id).get(country) is not None
        ]
        remedy = f"name a round that has one: --round {others[-1]}" if others else "it has no answers to review yet"
        raise WorkspaceError(f"{country} has no assessment in {round_}", remedy=remedy)
    return assessment


@in_own_languages
def export_review(
    workspace: Workspace,
    country: str,
    *,
    round_: str | None = None,
    out: Path | None = None,
    language: str | None = None,
    sent: datetime.date | None = None,
    deadline: datetime.date | None = None,
) -> Path:
    """Write a country's review form, and return its path.

    Args:
        workspace: The programme's folder.
        country: Name or code of the country.
        round_: Id or kind of the round; the last one by default.
        out: File to write, `.xlsx` or `.csv`; `private/reviews/COUNTRY-ROUND.xlsx` by default, which is not in git.
        language: Language of the form; the country's first, or the programme's.
        sent: Date of sending, recorded in `reviews/states.csv`; None records nothing.
        deadline: Deadline of the answer.

    Raises:
        WorkspaceError: The country has no assessment in the round.
        WriteError: The disclosure policy does not name the audience `country`, or no plugin writes workbooks, or
            the file has another suffix.
    """
    round_record = workspace.round(round_ or workspace.programme.rounds[-1].id)
    assessment = _find_assessment(workspace, country, round_record.id)
    record = StateRecord(
        country=assessment.country,
        round=round_record.id,
        state=AssessmentState.SENT,
        by="programme team",
        date=sent,
        deadline=deadline,
    )
    if deadline is not None:
        assessment = evolve(assessment, standing=record)
    name = f"{assessment.country.alpha_2}-{round_record.id}"
    target = out or workspace.folder / "private" / "reviews" / f"{name}.xlsx"
    form = REVIEW_FORM.render(
        assessment,
        target,
        language=language or choose_report_language(workspace.programme, assessment.country),
        audience="country",
        programme=workspace.programme,
        host=workspace.host,
    )
    if sent is None:
        write_export(workspace.folder, target, form)
        return target
    with edit_folder(workspace.folder) as edit:
        edit.export(target, form)
        edit.read(STATES.file)
        states = workspace.read_monitoring().states
        if not any(_is_same_state(state, record) and state.deadline == record.deadline for state in states):
            edit.append(STATES, [record])
    return target


@in_own_languages
def import_review(workspace: Workspace, file: Path, *, received: datetime.date | None = None) -> ImportedReview:
    """Record a country's answers from its form.

    Proposals are recorded in `reviews/proposals.csv`, and the country's overall view in `reviews/states.csv`.
    Existing entries are not repeated. Decisions are made in the first table, in `decision`, `decided_by`,
    `decided_on` and `reason`.

    Args:
        workspace: The programme's folder.
        file: The returned form.
        received: Date of receipt, if the form has no date.

    Raises:
        ReadError: CB849, not a review form; CB854, its country or round differs from the one on the form.
        WorkspaceError: It is for another framework, or for a country or round without an assessment.
    """
    filled = read_form(read_cells(file, host=workspace.host), file.name)
    assessment = _find_assessment(workspace, filled.facts.get("country", ""), filled.facts.get("round", ""))
    if filled.facts.get("framework") != assessment.framework.key:
        raise WorkspaceError(
            f"{file.name} is of {filled.facts.get('framework')!r}, not of {assessment.framework.key}",
            code="CB849",
            origin=Origin(file.name),
        )
    identity = (assessment.country.alpha_2, assessment.round.id, assessment.framework.key)
    unmarked = check_mark(
        filled.facts.get("form", ""),
        "review",
        identity,
        Origin(file.name, filled.sheet, *filled.fact_cells["country"]),
        "put back what the form was sent with, or export it again for this country and copy the answers into it",
    )
    filled.issues.extend(unmarked)
    form = _FormReader(filled, assessment, received)
    proposals = list(form.proposals())
    state = form.answer(proposals)
    with edit_folder(workspace.folder) as edit:
        edit.read(PROPOSALS.file), edit.read(STATES.file)
        current = workspace.read_monitoring()  # somebody may have recorded the form since the folder was opened
        recorded = {_get_content(proposal) for proposal in current.proposals}
        new = [proposal for proposal in proposals if _get_content(proposal) not in recorded]
        if state is not None and any(_is_same_state(state_record, state) for state_record in current.states):
            state = None
        edit.append(PROPOSALS, new)
        edit.append(STATES, [] if state is None else [state])
    return ImportedReview(
        file=file.name,
        country=assessment.country.name,
        proposals=new,
        known=len(proposals) - len(new),
        state=state,
        issues=Issues(filled.issues),
    )


def _get_content(one: Proposal) -> tuple[str, ...]:
    return (one.country.alpha_2, one.round, one.target, one.proposed, one.comment, one.evidence)


def _is_same_state(record: StateRecord, other: StateRecord) -> bool:
    return (record.country, record.round, record.state, record.date, record.by) == (
        other.country, other.round, other.state, other.date, other.by,
    )  # fmt: skip


@define(slots=False)
class _FormReader:
    """Reader of a returned form against its assessment."""

    filled: FilledForm
    assessment: Assessment
    received: datetime.date | None

    @cached_property
    def day(self) -> datetime.date | None:
        """Date of the answer, or of its receipt."""
        text = self.filled.facts.get("date", "")
        reviewed = read_day(text)
        if reviewed is None and text:
            message = f"the day of the answer, {text!r}, is not a date, or is ambiguous"
            self._add_issue("CB603", message, "give it with --received")
        return reviewed or self.received

    def _add_issue(self, code: str, message: str, remedy: str, sheet: str | None = None) -> None:
        place = Origin(self.filled.file, sheet or self.filled.sheet)
        self.filled.issues.append(Issue.warning(code, message, place, remedy))

    def proposals(self) -> Iterator[Proposal]:
        """Yield a proposal for each answered row."""
        filled, seen, answered_before = self.filled, [], set()
        for row in filled.records():
            written, computed = row.text("target"), row.text("computed")
            answers = [row.text(column) for column in ("proposed", "comment", "new_evidence")]
            if text := filled.extra_text(row.row):
                row.warn("", f"text beside the columns is not read: {_shorten(text)!r}", "record it by hand", "CB853")
            target = self._ids.get(written.casefold())
            if target is None:
                if written or any(answers):
                    message = f"the row is not about anything assessed: {_shorten(written, *answers)!r}"
                    row.warn("proposed", message, "find out what it is about", "CB840")
                continue
            seen.append((target, computed))
            if any(answers):
                if target in answered_before:
                    message = f"{target} is answered in more than one row"
                    row.warn("proposed", message, "ask which one is meant", "CB853")
                answered_before.add(target)
                yield self._make_proposal(target, computed, answers, row)
        for sheet, text in filled.elsewhere:
            message = f"text on another sheet is not read: {_shorten(text)!r}"
            self._add_issue("CB853", message, "record it by hand", sheet)
        seen.sort(key=lambda pair: self._order[pair[0]])  # sorting the rows changes no result
        if digest_results(seen) != filled.facts.get("computed_digest", ""):
            message = "rows were removed, or results were changed by hand; results are not read from the form"
            self._add_issue("CB850", message, "compare the form with the report")

    @cached_property
    def _ids(self) -> dict[str, str]:
        framework = self.assessment.framework
        return {name.casefold(): name for name in (*framework.criteria, *framework.capacities)}

    @cached_property
    def _order(self) -> dict[str, int]:
        """Original order of the form's rows; other rows come last."""
        scores = self.assessment.indicators
        rows = (name for score in scores for name in (score.capacity.id, *(result.target for result in score.results)))
        return {name: position for position, name in enumerate(dict.fromkeys((*rows, *self._ids.values())))}

    def _make_proposal(self, target: str, computed: str, answers: Sequence[str], row: Record) -> Proposal:
        framework = self.assessment.framework
        proposed, comment, evidence = answers
        if proposed and target in framework.capacities:
            scale = framework.scale_of(framework[target])
            if scale.levels and parse_level(scale, proposed) is None:
                codes = ", ".join(level.code for level in scale.levels)
                message = f"{proposed!r} is not one level of {target}: if accepted, it could not be printed"
                row.warn("proposed", f"{message} with the result", f"ask which is meant: {codes}", "CB853")
        return Proposal(
            country=self.assessment.country,
            round=self.assessment.round.id,
            target=target,
            computed=computed,
            proposed=proposed,
            comment=comment,
            evidence=evidence,
            by=self.filled.facts.get("by", ""),
            date=self.day,
            file=self.filled.file,
            origin=row.origin("proposed"),
        )

    def answer(self, proposals: Sequence[Proposal]) -> StateRecord | None:
        """Return the assessment's new state.

        The state is disputed if the country proposes another result. It is None if the country gave no answer.
        """
        text = self.filled.facts.get("agree", "")
        agrees, disputes = parse_agreement(text), [proposal for proposal in proposals if proposal.proposed]
        if disputes and agrees is True:
            message = f"the country agrees, and proposes {len(disputes)} other results: recorded as disputed"
            self._add_issue("CB851", message, "ask the country which of the two it means")
        elif text and agrees is None:
            message = f"{text!r} does not say whether the country agrees"
            self._add_issue("CB851", message, "ask the country, and add its state to reviews/states.csv")
        if not disputes and agrees is None:
            return None
        state = AssessmentState.DISPUTED if disputes or not agrees else AssessmentState.AGREED
        return StateRecord(
            country=self.assessment.country,
            round=self.assessment.round.id,
            state=state,
            by=self.filled.facts.get("by", ""),
            date=self.day,
            note=f"form {self.filled.file}",
        )


def _shorten(*parts: str) -> str:
    text = "; ".join(part for part in parts if part)
    return text if len(text) < 100 else f"{text[:97]}..."
