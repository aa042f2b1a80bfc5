"""What a run wrote and from what: `run.json` beside the results, by which the next run knows what it can reuse."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from capbuild.atomic import write_atomic
from capbuild.documents import structure, unstructure
from capbuild.errors import CapbuildError
from capbuild.model import Issue, Issues
from capbuild.workspace.fingerprint import file_digest
from capbuild.workspace.summary import RoundSummary

__all__ = ["LEDGER", "Ledger", "RoundRecord"]

LEDGER = "run.json"


@define
class RoundRecord:
    """One round of a run.

    Attributes:
        digest: What its results depend on.
        summary: The round in numbers.
        issues: What a person should know of it.
        outputs: Names and digests of files, by writer and language.
        kinds: Kinds of further reports that have something to say of it; None where nobody asked.
    """

    digest: str
    summary: RoundSummary
    issues: Issues = Issues()
    outputs: dict[str, dict[str, str]] = field(factory=dict)
    kinds: tuple[str, ...] | None = None


@define
class Ledger:
    """All rounds of a run, by their ids.

    Attributes:
        folder: Where the results lie.
        rounds: What was done.
    """

    folder: Path
    rounds: dict[str, RoundRecord] = field(factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Ledger":
        """Return what the last run wrote; an empty one where that cannot be known, which costs time only."""
        try:
            data = json.loads((folder / LEDGER).read_text("utf-8"))
            rounds = {name: _record(item) for name, item in data["rounds"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, CapbuildError):
            return cls(folder)
        return cls(folder, rounds)

    def save(self, folder: Path) -> None:
        """Write it beside the results."""
        rounds = {
            name: {
                "digest": record.digest,
                "summary": record.summary.as_json(),
                "issues": [unstructure(issue) for issue in record.issues],
                "outputs": record.outputs,
                "kinds": record.kinds,
            }
            for name, record in self.rounds.items()
        }
        text = json.dumps({"rounds": rounds}, ensure_ascii=False, indent=1)
        write_atomic(folder / LEDGER, text + "\n")

    def known(self, round_: str, digest: str) -> RoundRecord | None:
        """Return what is recorded of a round, when it still rests on the same."""
        record = self.rounds.get(round_)
        return record if record is not None and record.digest == digest else None

    def reuse(self, outputs: Mapping[str, str], folder: Path) -> bool:
        """Take over files of the last run; False, with nothing taken, when one is gone or was changed."""
        if any(not _is(self.folder / name, digest) for name, digest in outputs.items()):
            return False
        for name in outputs:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _link(self.folder / name, folder / name)
        return True


def _record(item: Mapping[str, Any]) -> RoundRecord:
    return RoundRecord(
        digest=str(item["digest"]),
        summary=RoundSummary.from_json(item["summary"]),
        issues=Issues([structure(issue, Issue) for issue in item["issues"]]),
        outputs={job: {_inside(n): str(d) for n, d in made.items()} for job, made in item["outputs"].items()},
        kinds=None if item["kinds"] is None else tuple(map(str, item["kinds"])),
    )


def _inside(name: str) -> str:
    """Return a name that stays below its folder.

    Raises:
        ValueError: It does not: the ledger was not written by a run.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(name)
    return name


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and file_digest(path) == digest


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def content_digest(content: str | bytes) -> str:
    """Return the SHA-256 of what is written for a content."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()
