"""Record of a run (`run.json`), for reusing its results."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from capbuild._atomic import write_atomic
from capbuild.documents.envelope import structure, unstructure
from capbuild.errors import CapbuildError
from capbuild.model import Issue, Issues
from capbuild.workspace.runs.digests import digest_file
from capbuild.workspace.runs.outcome import RoundSummary

RECORD_FILE = "run.json"
SIGNATURE_FILE = f"{RECORD_FILE}.sig"


def record_report(out: Path, files: Iterable[Path], round_: str, writer: str) -> Path:
    """Write the record of one report in its folder, and return its path.

    Args:
        out: File or folder of the report.
        files: Its files.
        round_: Id of the round.
        writer: Name of the writer.
    """
    place = out.resolve()
    outputs = {path.resolve().relative_to(place.parent).as_posix(): digest_file(path) for path in files}
    record = place.with_name(f"{place.name}.{RECORD_FILE}")
    whole = {"rounds": {round_: {"outputs": {writer: outputs}}}}
    write_atomic(record, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    return record


@define
class RoundRecord:
    """One round of a run.

    Attributes:
        digest: Digest of its inputs.
        summary: Figures of the round.
        issues: Issues found.
        outputs: Names and digests of files, by writer and language.
        kinds: Kinds of further reports with content; None if not computed.
        left_out: Reasons for outputs not written.
    """

    digest: str
    summary: RoundSummary
    issues: Issues = Issues()
    outputs: dict[str, dict[str, str]] = field(factory=dict)
    kinds: tuple[str, ...] | None = None
    left_out: Issues = Issues()


@define
class RunRecord:
    """All rounds of a run, by their ids.

    Attributes:
        folder: Folder of the results.
        rounds: Record of each round.
        folder_issues: Issues of the programme's folder itself.
        said: Summary of each stage but the last, as in a run without changes.
        homes: Top-level packages of the code in use.
        seal: Digest of all inputs of the run; empty if later runs must not rely on it alone.
    """

    folder: Path
    rounds: dict[str, RoundRecord] = field(factory=dict)
    folder_issues: Issues = Issues()
    summaries: dict[str, str] = field(factory=dict)
    homes: tuple[str, ...] = ()
    seal: str = ""

    @classmethod
    def load(cls, folder: Path) -> "RunRecord":
        """Load the last run's record; empty if unreadable, which only costs time."""
        try:
            data = json.loads((folder / RECORD_FILE).read_text("utf-8"))
            found = cls(folder, {name: _parse_round(item) for name, item in data["rounds"].items()})
            if "seal" in data:
                found.seal, found.homes = str(data["seal"]), tuple(map(str, data["homes"]))
                found.summaries = {str(stage): str(words) for stage, words in data["said"].items()}
                found.folder_issues = Issues([structure(issue, Issue) for issue in data["folder_issues"]])
            return found
        except (OSError, ValueError, KeyError, TypeError, AttributeError, CapbuildError):
            return cls(folder)

    def save(self, folder: Path) -> None:
        """Write the record into a folder."""
        rounds = {
            name: {
                "digest": record.digest,
                "summary": record.summary.as_json(),
                "issues": [unstructure(issue) for issue in record.issues],
                "outputs": record.outputs,
                "kinds": record.kinds,
                "left_out": [unstructure(issue) for issue in record.left_out],
            }
            for name, record in self.rounds.items()
        }
        around = {
            "seal": self.seal,
            "homes": self.homes,
            "said": self.summaries,
            "folder_issues": [unstructure(issue) for issue in self.folder_issues],
        }
        whole = {**(around if self.seal else {}), "rounds": rounds}
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        write_atomic(folder / RECORD_FILE, text + "\n")

    def known(self, round_: str, digest: str) -> RoundRecord | None:
        """Return the record of a round, if its digest is unchanged."""
        record = self.rounds.get(round_)
        return record if record is not None and record.digest == digest else None

    @property
    def issues(self) -> Issues:
        """All recorded issues."""
        every = (issue for one in self.rounds.values() for issue in (*one.issues, *one.left_out))
        return Issues(dict.fromkeys([*self.folder_issues, *every]))

    @property
    def written(self) -> dict[str, str]:
        """Digests of written files by name."""
        return {
            name: digest
            for record in self.rounds.values()
            for made in record.outputs.values()
            for name, digest in made.items()
        }

    def is_unchanged(self, outputs: Mapping[str, str]) -> bool:
        """True if the last run's files are unchanged."""
        return all(_has_digest(self.folder / name, digest) for name, digest in outputs.items())

    def reuse(self, outputs: Mapping[str, str], folder: Path) -> bool:
        """Reuse files of the last run; False if any is missing or changed.

        Reuses none in that case.
        """
        if not self.is_unchanged(outputs):
            return False
        for name in outputs:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _link_file(self.folder / name, folder / name)
        return True


def _parse_round(item: Mapping[str, Any]) -> RoundRecord:
    return RoundRecord(
        digest=str(item["digest"]),
        summary=RoundSummary.from_json(item["summary"]),
        issues=Issues([structure(issue, Issue) for issue in item["issues"]]),
        outputs={job: {_check_name(n): str(d) for n, d in made.items()} for job, made in item["outputs"].items()},
        kinds=None if item["kinds"] is None else tuple(map(str, item["kinds"])),
        left_out=Issues([structure(issue, Issue) for issue in item["left_out"]]),
    )


def _check_name(name: str) -> str:
    """Return a name if it stays below its folder.

    Raises:
        ValueError: It does not: a run did not write the record.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(name)
    return name


def _has_digest(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and digest_file(path) == digest


def _link_file(source: Path, target: Path) -> None:
    """Hard-link a file, or copy it without link support."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def digest_content(content: str | bytes) -> str:
    """Return the SHA-256 of content."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()
