"""Record of a run: digests of files, code and packages."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, frozen

from capbuild._atomic import write_atomic
from capbuild.checks import to_tuple
from capbuild.documents.envelope import structure, unstructure
from capbuild.errors import CapbuildError
from capbuild.model import Issue, Issues
from capbuild.workspace.paths import FolderPaths

Row = tuple[str, ...]


def compute_exit_code(issues: Issues, *, usable: bool) -> int:
    """Return the exit status of a run or validation.

    Args:
        issues: Issues found.
        usable: Whether the folder is usable.
    """
    return 2 if not usable else 1 if issues.count("error") else 0


def _to_rows(rows: Any) -> tuple[Row, ...]:
    return tuple(tuple(row) for row in rows)


@frozen(kw_only=True)
class RoundSummary:
    """Figures of one round.

    Attributes:
        round: Its id.
        title: Its title.
        heard: Alpha-2 codes of countries with answers.
        named: Alpha-2 codes of countries with findings.
        unanswered: Names of countries without an answer yet.
        unusable: Names of countries with unusable answers, with reasons.
        unused: Responses of no participating country: file and places, with reasons.
        files: Survey files read.
        tables: Tables of judgements read among the returns.
        reviews: Desk reviews made.
        visits: Visits made.
        meetings: Meetings that took place.
        assessments: Countries assessed.
        indicators: Indicators judged, over all countries.
        headers: Column names of the table of figures.
        rows: The table of figures: a row per dimension, or per capacity with a mean.
        note: Sentence that explains the table.
        change: Sentence on the change since the round before; empty for the first.
        plan: Sentence on the plan for the round's needs; empty without one.
    """

    round: str
    title: str
    heard: tuple[str, ...] = field(default=(), converter=to_tuple)
    named: tuple[str, ...] = field(default=(), converter=to_tuple)
    unanswered: tuple[str, ...] = field(default=(), converter=to_tuple)
    unusable: tuple[Row, ...] = field(default=(), converter=_to_rows)
    unused: tuple[Row, ...] = field(default=(), converter=_to_rows)
    files: int = 0
    tables: int = 0
    reviews: int = 0
    visits: int = 0
    meetings: int = 0
    assessments: int = 0
    indicators: int = 0
    headers: tuple[str, ...] = field(default=(), converter=to_tuple)
    rows: tuple[Row, ...] = field(default=(), converter=_to_rows)
    note: str = ""
    change: str = ""
    plan: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@frozen(kw_only=True)
class Stage:
    """One stage of a run.

    Attributes:
        name: `Read`, `Score`, `Plan` or `Write`.
        summary: Result as text.
        seconds: Duration.
    """

    name: str
    summary: str
    seconds: float


@frozen(kw_only=True, slots=False)
class Outcome:
    """Summaries, issues and files of a run.

    Attributes:
        summaries: Figures of every round.
        issues: Every problem found.
        files: Files written, below `out`.
        reused: Files reused from the last run, since their inputs are unchanged.
        stages: Stages, with times.
        out: Location of the files.
    """

    summaries: tuple[RoundSummary, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    files: tuple[str, ...] = field(default=(), converter=to_tuple)
    reused: tuple[str, ...] = field(default=(), converter=to_tuple)
    stages: tuple[Stage, ...] = field(default=(), converter=to_tuple)
    out: Path

    @property
    def written(self) -> bool:
        """True if results were written."""
        return bool(self.summaries)

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 with errors, 2 without results."""
        return compute_exit_code(self.issues, usable=self.written)


#: Libraries whose release may change readings, last digits, messages or bytes of a page: all requirements of the core
#: and its plugins, except those for display in terminals and notebooks.
LIBRARIES = (
    "attrs",
    "babel",
    "cattrs",
    "defusedxml",
    "highspy",
    "jinja2",
    "msgspec",
    "narwhals",
    "numpy",
    "pluggy",
    "polars",
    "pycountry",
    "pypdf",
    "pyreadstat",
    "python-pptx",
    "python-docx",
    "pyyaml",
    "rapidfuzz",
    "typst",
    "xlrd",
    "xlsxwriter",
)

#: Register of publications. Entries of the last run do not change the same run done again.
_REGISTER = "private/publications.json"


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_values(parts: Iterable[object]) -> str:
    """Return the SHA-256 of plain values."""
    return hashlib.sha256(json.dumps(list(parts), sort_keys=True, default=str).encode()).hexdigest()


@cache
def digest_sources(module: str) -> str:
    """Return a digest of a package's source code.

    An edited plugin may give other results, even without a new version.
    """
    place = _find_file(module)
    if place is None:
        return "no file"
    if place.name != "__init__.py":
        return digest_values([(place.name, digest_file(place))])
    home = place.parent
    files = sorted(
        Path(folder, name)
        for folder, inside, names in os.walk(home)
        if "__pycache__" not in Path(folder).parts
        for name in names
    )
    return digest_values((path.relative_to(home).as_posix(), digest_file(path)) for path in files)


def _find_file(module: str) -> Path | None:
    """Return the file of a top-level package, or None."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        try:
            spec = find_spec(module)
        except (ImportError, ValueError):
            return None
        file = spec.origin if spec is not None and spec.has_location else None
    return Path(file) if file is not None else None


@cache
def list_library_versions() -> tuple[tuple[str, str], ...]:
    """Return versions of libraries that affect results.

    The version of a library that is not installed is empty.
    """
    versions = dict.fromkeys(LIBRARIES, "")
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return tuple(versions.items())


def digest_inputs(folder: Path, out: Path) -> dict[str, str]:
    """Return the digest of each input file by name.

    Inputs are all files of the folder, including files behind links and those in `private/`, and the files under
    `shared_inputs`. Results and the register of publications are left out, since a run writes them itself. An
    unreadable file has an empty digest: the code that needs it reports it, and it counts as changed once readable.

    Args:
        folder: The programme's folder.
        out: Results folder, which is skipped, as is the folder's own `out/`.
    """
    digests: dict[str, str] = {}
    for name, path in FolderPaths.load(folder).iter_inputs(out):
        if name != _REGISTER:
            digests[name] = ""
            with suppress(OSError):
                digests[name] = digest_file(path)
    return digests


def list_files(folder: Path, base: Path) -> set[str]:
    """Return files and links below `folder`, relative to `base`."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(base).as_posix() for path in paths}


RECORD_FILE = "run.json"

SIGNATURE_FILE = f"{RECORD_FILE}.sig"


def record_report(out: Path, files: Iterable[Path], round_: str, writer: str) -> Path:
    """Write a report's record beside it, and return its path.

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
        """Load the last run's record.

        An unreadable record is replaced by an empty one, so that everything is computed again.
        """
        try:
            data = json.loads((folder / RECORD_FILE).read_text("utf-8"))
            record = cls(folder, {name: _parse_round(item) for name, item in data["rounds"].items()})
            if "seal" in data:
                record.seal, record.homes = str(data["seal"]), tuple(map(str, data["homes"]))
                record.summaries = {str(stage): str(words) for stage, words in data["said"].items()}
                record.folder_issues = _parse_issues(data["folder_issues"])
            return record
        except (OSError, ValueError, KeyError, TypeError, AttributeError, CapbuildError):
            return cls(folder)

    def save(self, folder: Path) -> None:
        """Write the record into a folder."""
        rounds = {name: asdict(record, recurse=False) for name, record in self.rounds.items()}
        around = {"seal": self.seal, "homes": self.homes, "said": self.summaries, "folder_issues": self.folder_issues}
        whole = {**(around if self.seal else {}), "rounds": rounds}
        text = json.dumps(whole, ensure_ascii=False, indent=1, default=_encode)
        write_atomic(folder / RECORD_FILE, text + "\n")

    def known(self, round_: str, digest: str) -> RoundRecord | None:
        """Return the record of an unchanged round.

        The result is None if the digest of the round changed.
        """
        record = self.rounds.get(round_)
        return record if record is not None and record.digest == digest else None

    @property
    def issues(self) -> Issues:
        """All recorded issues."""
        round_issues = (issue for round_ in self.rounds.values() for issue in (*round_.issues, *round_.left_out))
        return Issues(dict.fromkeys([*self.folder_issues, *round_issues]))

    @property
    def written(self) -> dict[str, str]:
        """Digests of written files by name."""
        return {
            name: digest
            for record in self.rounds.values()
            for output in record.outputs.values()
            for name, digest in output.items()
        }

    def is_unchanged(self, outputs: Mapping[str, str]) -> bool:
        """True if the last run's files are unchanged."""
        paths = {self.folder / name: digest for name, digest in outputs.items()}
        return all(
            path.is_file() and not path.is_symlink() and digest_file(path) == digest for path, digest in paths.items()
        )

    def reuse(self, outputs: Mapping[str, str], folder: Path) -> bool:
        """Reuse files of the last run, all or none.

        The result is false if any of them is missing or changed.
        """
        if not self.is_unchanged(outputs):
            return False
        for name in outputs:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(self.folder / name, folder / name)
            except OSError:  # without link support
                shutil.copyfile(self.folder / name, folder / name)
        return True


def _encode(value: RoundSummary | Issues) -> object:
    return value.as_json() if isinstance(value, RoundSummary) else list(map(unstructure, value))


def _parse_issues(issues: Iterable[Any]) -> Issues:
    return Issues([structure(issue, Issue) for issue in issues])


def _parse_round(item: Mapping[str, Any]) -> RoundRecord:
    return RoundRecord(
        digest=str(item["digest"]),
        summary=RoundSummary(**item["summary"]),
        issues=_parse_issues(item["issues"]),
        outputs={job: {_check_name(n): str(d) for n, d in outputs.items()} for job, outputs in item["outputs"].items()},
        kinds=None if item["kinds"] is None else tuple(map(str, item["kinds"])),
        left_out=_parse_issues(item["left_out"]),
    )


def _check_name(name: str) -> str:
    """Return a name if it stays below its folder.

    Raises:
        ValueError: It does not: a run did not write the record.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(name)
    return name


def digest_content(content: str | bytes) -> str:
    """Return the SHA-256 of content."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()
