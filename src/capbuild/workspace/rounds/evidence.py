"""Due findings, and new evidence for a folder.

The folder is a programme's; due findings must be checked again.
"""

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.model import TLP, Country, Evidence, EvidenceKind, Finding, Issue, Missing, Round, SourceKind
from capbuild.origin import Origin
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.inputs import Inputs
from capbuild.workspace.records.evidence import EVIDENCE_FOLDER, StoredEvidence, name_evidence_file
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.records.table import Places
from capbuild.workspace.transactions import Transaction, edit_folder

#: Keeps files of evidence out of git.
_IGNORE = f"{EVIDENCE_FOLDER}/.gitignore"
_LOOKED = (SourceKind.VISIT, SourceKind.MEETING, SourceKind.DESK)


@frozen(kw_only=True)
class DueFinding:
    """Finding with expired evidence: a new check is due.

    Attributes:
        finding: The finding.
        round: Last round in which its criterion was judged on evidence.
        evidence: Evidence of the finding.
    """

    finding: Finding
    round: Round
    evidence: tuple[Evidence, ...] = field(converter=to_tuple)

    @property
    def since(self) -> datetime.date:
        """Last day on which its evidence was valid."""
        return max(item.valid_until for item in self.evidence if item.valid_until is not None)


@takes_folder
def list_due_findings(workspace: Inputs, on: datetime.date) -> tuple[DueFinding, ...]:
    """Return findings with expired evidence only, by country and criterion.

    A criterion that a later visit, meeting or desk review has answered is left out; a blank row of its table is no
    answer.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        on: The day.
    """
    if not any(stored_evidence.evidence.has_expired(on) for stored_evidence in workspace.evidence):
        return ()
    latest: dict[tuple[Country, str], DueFinding] = {}
    for earlier_round in sorted(workspace.rounds, key=lambda round_: round_.reference_date):
        collection = workspace.collect(earlier_round.id)
        known = {country: {item.id: item for item in items} for country, items in collection.evidence.items()}
        looked = {source.id for source in collection.sources if source.kind in _LOOKED}
        for finding in collection.findings:
            if finding.source in looked and not isinstance(finding.value, Missing):
                latest.pop((finding.country, finding.target), None)
        cited: dict[tuple[Country, str], tuple[Finding, dict[str, Evidence]]] = {}
        for finding in collection.findings:
            items = known.get(finding.country, {})
            support = {name: items[name] for name in finding.evidence if name in items}
            if support:
                cited.setdefault((finding.country, finding.target), (finding, {}))[1].update(support)
        for key, (finding, support) in cited.items():
            latest[key] = DueFinding(finding=finding, round=earlier_round, evidence=support.values())
    due = [due_finding for due_finding in latest.values() if all(item.has_expired(on) for item in due_finding.evidence)]
    return tuple(sorted(due, key=lambda due_finding: (due_finding.finding.country.name, due_finding.finding.target)))


@takes_folder
def add_evidence(
    workspace: Inputs,
    file: Path | None,
    *,
    country: str,
    title: str,
    criteria: Iterable[str] = (),
    kind: EvidenceKind = EvidenceKind.DOCUMENT,
    date: datetime.date | None = None,
    valid_until: datetime.date | None = None,
    marking: str = "",
    language: str = "",
    link: str = "",
    source: str = "",
) -> StoredEvidence:
    """Record a piece of evidence.

    The file is stored by hash, with a row in `evidence.csv`. If a recorded file was changed or lost in `evidence/`,
    it is restored.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        file: The file, which is copied; None for a link without a file.
        country: Name or code of the country.
        title: Title of the evidence.
        criteria: Ids of the criteria and capacities that it supports.
        kind: Law, policy, statistic, observation, ...
        date: Date of the evidence.
        valid_until: Last day of validity.
        marking: A traffic-light label, or one of the programme's own marks.
        language: Language of the evidence.
        link: Address of the evidence.
        source: Who gave it: an office, a pseudonym or the id of a visit, by which `forget` finds it.

    Raises:
        WorkspaceError: CB108, the file is not one, or missing; CB403, the country does not take part; CB603, there is
            neither file nor link, the file is empty, the link is no address of a page, the title is blank, the marking
            is not known, or it is valid until a day before its date; CB672, it is recorded already; CB840, there is no
            such criterion.
    """
    criteria = tuple(criteria)
    place = _find_country(workspace, country)
    names = workspace.editions.names
    marks = (*(mark.value for mark in TLP), *workspace.settings.programme.disclosure.markings)
    unknown = next((criterion for criterion in criteria if criterion not in names), None)
    late = date is not None and valid_until is not None and valid_until < date
    _refuse(file is None and not link, "the evidence has neither file nor link", "name one of them")
    message = f"there is no criterion or capacity {unknown!r}{did_you_mean(unknown or '', names)}"
    _refuse(unknown is not None, message, "`capbuild questionnaire` lists them", "CB840")
    message = f"{marking!r} is not a marking{did_you_mean(marking, marks)}"
    _refuse(marking not in ("", *marks), message, f"markings are: {', '.join(marks)}")
    is_page = link.casefold().startswith(("https://", "http://"))
    message = f"{link!r} is not the address of a page"
    _refuse(bool(link) and not is_page, message, "begin it with https://, or add the file")
    is_title = bool(title.strip()) and title.isprintable()
    _refuse(not is_title, f"{title!r} is not a title on one line", "describe the evidence")
    _refuse(late, f"it is valid until {valid_until}, before its date {date}", "correct one of the two days")
    missing = file is not None and not file.is_file()
    _refuse(missing, f"{file} is not a file that can be copied", "check the path", "CB108", file)
    data = b"" if file is None else file.read_bytes()
    _refuse(file is not None and not data, f"{file} is empty", "name another file", file=file)
    row = make_evidence_row(
        place,
        data,
        "" if file is None else file.suffix,
        title=title,
        criteria=criteria,
        kind=kind,
        date=date,
        valid_until=valid_until,
        marking=marking,
        language=language,
        link=link,
        source=source,
    )
    with edit_folder(workspace.folder) as edit:
        if put_evidence(edit, workspace, row, data) is False:
            remedy = f"add criteria or a new date to its row of {EVIDENCE.file}"
            origin = Origin(EVIDENCE.file)
            raise WorkspaceError(f"it is recorded already as {row['id']}", code="CB672", origin=origin, remedy=remedy)
    return next(item for item in workspace.read_evidence()[0] if item.evidence.id == row["id"])


def make_evidence_row(
    country: Country,
    data: bytes,
    suffix: str,
    *,
    title: str,
    criteria: Iterable[str] = (),
    kind: EvidenceKind = EvidenceKind.DOCUMENT,
    date: datetime.date | None = None,
    valid_until: datetime.date | None = None,
    marking: str = "",
    language: str = "",
    link: str = "",
    source: str = "",
) -> dict[str, str]:
    """Return the row of `evidence.csv` for a file or link.

    Arguments are those of `add_evidence`, and the content of the file with its suffix. The content is empty for a
    link without a file.
    """
    name, digest = name_evidence_file(data, suffix) if data else ("", "")
    identity = digest or name_evidence_file(link.encode(), "")[1]
    evidence = Evidence(
        id=f"E-{country.alpha_2}-{identity[:8]}",
        title=title,
        kind=kind,
        date=date,
        valid_until=valid_until,
        marking=marking,
        language=language,
        sha256=digest,
        link=link,
    )
    return EVIDENCE.format_row(evidence, country=country.name, criteria="; ".join(criteria), file=name, source=source)


def put_evidence(edit: Transaction, workspace: Inputs, row: Mapping[str, str], data: bytes) -> bool | None:
    """Write a row of `evidence.csv` and its file.

    The result is None if the row is new. For a recorded row, it is true if the file was changed or lost and is
    restored, and false otherwise.
    """
    name = row["file"]
    edit.read(EVIDENCE.file)
    if name and edit.read(_IGNORE) is None:
        edit.write(_IGNORE, "*\n")
    known = next((item for item in workspace.read_evidence()[0] if item.evidence.id == row["id"]), None)
    lost = bool(name) and edit.read(name) != data
    if known is not None and not (lost and known.file == name):
        return False
    if name:
        edit.write(name, data)
    if known is not None:
        return True
    if edit.read(EVIDENCE.file):  # its header may be older than a column
        edit.change_rows(EVIDENCE.file, [name for name in EVIDENCE.columns if row[name]], {})
    edit.append_rows(EVIDENCE.file, EVIDENCE.columns, [list(row.values())])
    return None


def _find_country(workspace: Inputs, text: str) -> Country:
    issues: list[Issue] = []
    country = Places(workspace.settings, workspace.host, issues)(text, Origin(EVIDENCE.file))
    if country is None:
        first = issues[0] if issues else None
        message, code = (first.message, first.code) if first is not None else ("no country is named", "CB403")
        raise WorkspaceError(message, code=code, remedy=first.remedy if first is not None else "name the country")
    return country


def _refuse(wrong: bool, message: str, remedy: str, code: str = "CB603", file: Path | None = None) -> None:
    """Refuse evidence that could not be read back."""
    if wrong:
        raise WorkspaceError(message, code=code, origin=None if file is None else Origin(file.name), remedy=remedy)
