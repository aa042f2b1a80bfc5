"""Evidence of a programme.

Its table is `evidence.csv`; files are in `evidence/`, by hash.
"""

import datetime
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import TLP, Country, Evidence, Finding, Missing, Severity, Verdict
from capbuild.origin import Origin
from capbuild.workspace.records.table import Places, Record, read_records
from capbuild.workspace.runs.run_record import digest_file

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,16}")
#: Hash of an empty file.
_EMPTY = hashlib.sha256().hexdigest()
EVIDENCE_FILE, EVIDENCE_FOLDER = "evidence.csv", "evidence"
EVIDENCE = (
    "id", "country", "title", "criteria", "kind", "date", "valid_until", "marking", "language", "file", "sha256",
    "link",
)  # fmt: skip


@frozen(kw_only=True)
class StoredEvidence:
    """Row of `evidence.csv`.

    Attributes:
        evidence: Evidence with its hash, expiry and marking.
        country: The country that it is about.
        criteria: Ids of the criteria and capacities that it serves.
        file: Name of its file below the programme's folder; empty for a link alone.
    """

    evidence: Evidence
    country: Country
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    file: str = ""


@frozen
class EvidenceStore:
    """Evidence of a programme, as a round's findings cite it.

    Attributes:
        items: Every row.
        day: Reference date of the round. Evidence dated later, or expired by then, supports no finding by its
            criteria.
    """

    items: tuple[StoredEvidence, ...] = field(default=(), converter=to_tuple)
    day: datetime.date | None = None

    def find(self, names: Iterable[str], country: Country) -> list[Evidence]:
        """Return the evidence that ids name.

        Empty if any of them is unknown.
        """
        known = {one.evidence.id: one.evidence for one in self.items if one.country == country}
        wanted = list(names)
        return [known[name] for name in wanted] if known.keys() >= {*wanted} else []

    def find_support(self, finding: Finding) -> list[Evidence]:
        """Return the evidence for a finding's criterion.

        Empty for `no` and missing answers.
        """
        if isinstance(finding.value, Missing) or finding.value is Verdict.NO:
            return []
        own = [one for one in self.items if one.country == finding.country and finding.target in one.criteria]
        day = self.day
        return [
            one.evidence
            for one in own
            if day is None
            or ((one.evidence.date is None or one.evidence.date <= day) and not one.evidence.has_expired(day))
        ]


def load_evidence(folder: Path, known: Collection[str], places: Places) -> tuple[StoredEvidence, ...]:
    """Load `evidence.csv`; nothing without it.

    Args:
        folder: The programme's folder.
        known: Ids of criteria and capacities.
        places: Resolves countries; problems go to its issues.
    """
    found: list[StoredEvidence] = []
    for record in read_records(folder, EVIDENCE_FILE, EVIDENCE, places.issues):
        name, country = record.text("id"), places(record.text("country"), record.origin("country"))
        if not name or not record.text("country"):
            record.problem("id", "the evidence has no id or no country", "fill in both")
        elif country is not None:
            made = _make_evidence(record, known, places)
            if made is not None and record.is_first(name, repr(name), "id"):
                criteria = record.words("criteria")
                found.append(
                    StoredEvidence(evidence=made, country=country, criteria=criteria, file=record.text("file"))
                )
    return tuple(found)


def _make_evidence(record: Record, known: Collection[str], places: Places) -> Evidence | None:
    record.find_known("criteria", known, "criterion or capacity", Severity.WARNING)
    if not record.text("file") and not record.text("link"):
        record.problem("file", "the evidence has neither file nor link", "fill in one of them")
        return None
    if record.text("sha256").lower() == _EMPTY:
        record.problem("sha256", "the file is empty", "add the file again, with its content")
        return None
    date, label = record.day("date"), places.settings.programme.disclosure.label(record.text("marking"))
    return record.build(
        Evidence,
        title=record.texts("title", record.text("link") or record.text("file")),
        sha256=record.text("sha256").lower(),
        date=date,
        valid_until=record.day_since("valid_until", "date", date),
        tlp=label or TLP.AMBER,
        origin=record.origin("id"),
    )


def name_evidence_file(data: bytes, suffix: str) -> tuple[str, str]:
    """Return name and SHA-256 of a file of evidence.

    Args:
        data: Its content.
        suffix: Its suffix, such as `.pdf`; one that no system recognises as a suffix is left out.
    """
    digest = hashlib.sha256(data).hexdigest()
    kept = suffix.lower() if _SUFFIX.fullmatch(suffix) else ""
    return f"{EVIDENCE_FOLDER}/{digest[:16]}{kept}", digest


def find_changed_files(folder: Path, items: Iterable[StoredEvidence]) -> Iterator[tuple[str, Origin | None]]:
    """Yield problems of recorded files, and where each is recorded.

    Nothing in a copy of the folder without `evidence/`, which stays out of git.

    Args:
        folder: The programme's folder.
        items: The rows of `evidence.csv`.
    """
    if not (folder / EVIDENCE_FOLDER).is_dir():
        return
    for one in items:
        path = folder / EVIDENCE_FOLDER / Path(one.file).name
        if not one.file:
            continue
        if path.relative_to(folder).as_posix() != one.file or not path.is_file():
            yield f"{one.evidence.id}: there is no {one.file} in {EVIDENCE_FOLDER}/", one.evidence.origin
        elif not one.evidence.sha256:
            yield f"{one.evidence.id}: {one.file} has no sha256, which would show a change", one.evidence.origin
        elif digest_file(path) != one.evidence.sha256:
            yield f"{one.evidence.id}: {one.file} is not the file that was recorded", one.evidence.origin


def find_unrecorded_files(folder: Path, items: Iterable[StoredEvidence]) -> Iterator[tuple[str, Origin | None]]:
    """Yield files in `evidence/` that no row names.

    Args:
        folder: The programme's folder.
        items: The rows of `evidence.csv`.
    """
    listed = {stored_evidence.file for stored_evidence in items}
    for path in sorted((folder / EVIDENCE_FOLDER).glob("[!.]*")):
        name = path.relative_to(folder).as_posix()
        if name not in listed:
            yield name, Origin(name)
