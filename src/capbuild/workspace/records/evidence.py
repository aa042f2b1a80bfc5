"""Evidence of a programme.

Its table is `evidence.csv`; files are in `evidence/`, by hash.
"""

import datetime
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.display import counted
from capbuild.model import TLP, Country, Evidence, Finding, Issue, Missing, Severity, Verdict
from capbuild.origin import Origin
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.records.table import Places
from capbuild.workspace.runs.run_record import digest_file

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,16}")
#: Hash of an empty file.
_EMPTY = hashlib.sha256().hexdigest()
EVIDENCE_FOLDER = "evidence"


@frozen(kw_only=True)
class StoredEvidence:
    """Row of `evidence.csv`.

    Attributes:
        evidence: Evidence with its hash, expiry and marking.
        country: The country.
        criteria: Ids of the criteria and capacities that it supports.
        file: Name of its file below the programme's folder; empty for a link without a file.
        source: Who gave it: an office, a pseudonym or the id of a visit.
    """

    evidence: Evidence
    country: Country
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    file: str = ""
    source: str = ""


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
        """Return the evidence with some ids.

        The result is empty if any of the ids is unknown.
        """
        known = {item.evidence.id: item.evidence for item in self.items if item.country == country}
        wanted = list(names)
        return [known[name] for name in wanted] if known.keys() >= {*wanted} else []

    def find_support(self, finding: Finding) -> list[Evidence]:
        """Return the valid evidence for a finding's criterion.

        There is none for `no` and missing answers.
        """
        if isinstance(finding.value, Missing) or finding.value is Verdict.NO:
            return []
        own = [item for item in self.items if item.country == finding.country and finding.target in item.criteria]
        day = self.day
        return [
            item.evidence
            for item in own
            if day is None
            or ((item.evidence.date is None or item.evidence.date <= day) and not item.evidence.has_expired(day))
        ]


def load_evidence(folder: Path, known: Collection[str], places: Places) -> tuple[StoredEvidence, ...]:
    """Load the table of evidence; nothing without it.

    Args:
        folder: The programme's folder.
        known: Ids of criteria and capacities.
        places: Resolves countries; problems go to its issues.
    """
    stored: list[StoredEvidence] = []
    for record, item in EVIDENCE.load(folder, places):
        record.find_known("criteria", known, "criterion or capacity", Severity.WARNING)
        country = places(record.text("country"), record.origin("country"))
        if not record.text("file") and not item.link:
            record.problem("file", "the evidence has neither file nor link", "fill in one of them")
        elif item.sha256 == _EMPTY:
            record.problem("sha256", "the file is empty", "add the file again, with its content")
        elif country is not None:
            label = places.settings.programme.disclosure.label(item.marking) or TLP.AMBER
            evidence, criteria = evolve(item, tlp=label), record.words("criteria")
            stored.append(
                StoredEvidence(
                    evidence=evidence,
                    country=country,
                    criteria=criteria,
                    file=record.text("file"),
                    source=record.text("source"),
                )
            )
    return tuple(stored)


def name_evidence_file(data: bytes, suffix: str) -> tuple[str, str]:
    """Return name and SHA-256 of a file of evidence.

    Args:
        data: Its content.
        suffix: Its suffix, such as `.pdf`; one that no system recognises as a suffix is left out.
    """
    digest = hashlib.sha256(data).hexdigest()
    kept = suffix.lower() if _SUFFIX.fullmatch(suffix) else ""
    return f"{EVIDENCE_FOLDER}/{digest[:16]}{kept}", digest


def find_cited_files(
    folder: Path, items: Iterable[StoredEvidence], cited: Mapping[Country, Iterable[Evidence]]
) -> dict[str, Path]:
    """Return the stored files of cited evidence, by name.

    Args:
        folder: The programme's folder.
        items: The rows of `evidence.csv`.
        cited: Evidence of findings, by country.
    """
    wanted = {(country, evidence.id) for country, items in cited.items() for evidence in items}
    names = {item.file for item in items if item.file and (item.country, item.evidence.id) in wanted}
    places = {f"{EVIDENCE_FOLDER}/{Path(name).name}" for name in names}
    return {name: folder / name for name in places & names}


def check_files(folder: Path, items: Iterable[StoredEvidence]) -> tuple[Issue, ...]:
    """Return issues on recorded files that are missing or changed.

    Args:
        folder: The programme's folder.
        items: The rows of `evidence.csv`.
    """
    names = [item.file for item in items if item.file]
    if names and not (folder / EVIDENCE_FOLDER).is_dir():
        message = f"{EVIDENCE_FOLDER}/ is not in this copy of the folder: {counted(len(names), 'file')} not checked"
        return (Issue.note("CB604", message, Origin(EVIDENCE.file), "copy it from the folder that has the files"),)
    return tuple(
        Issue.error("CB673", message, origin, "put it back: capbuild evidence add FOLDER FILE; or correct its row")
        for message, origin in find_changed_files(folder, items)
    )


def find_changed_files(folder: Path, items: Iterable[StoredEvidence]) -> Iterator[tuple[str, Origin | None]]:
    """Yield problems of recorded files, and where each is recorded.

    In a copy of the folder without `evidence/`, which is not in git, there are none.

    Args:
        folder: The programme's folder.
        items: The rows of `evidence.csv`.
    """
    if not (folder / EVIDENCE_FOLDER).is_dir():
        return
    for item in items:
        path = folder / EVIDENCE_FOLDER / Path(item.file).name
        if not item.file:
            continue
        if path.relative_to(folder).as_posix() != item.file or not path.is_file():
            yield f"{item.evidence.id}: there is no {item.file} in {EVIDENCE_FOLDER}/", item.evidence.origin
        elif not item.evidence.sha256:
            yield f"{item.evidence.id}: {item.file} has no sha256, which would show a change", item.evidence.origin
        elif digest_file(path) != item.evidence.sha256:
            yield f"{item.evidence.id}: {item.file} is not the file that was recorded", item.evidence.origin


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
