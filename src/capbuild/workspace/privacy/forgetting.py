"""Removal of a person from a folder.

A search before and after shows where the person is mentioned.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

from attrs import evolve, field, frozen

from capbuild._atomic import write_atomic
from capbuild.checks import to_tuple
from capbuild.display import name_some
from capbuild.errors import CountryError, WorkspaceError, WriteError
from capbuild.io import country
from capbuild.origin import Origin
from capbuild.workspace.privacy.mentions import PICTURE, Mention, Searcher, make_searcher
from capbuild.workspace.privacy.pseudonyms import PARTICIPANTS_FILE, PEOPLE, list_pseudonyms
from capbuild.workspace.records.plain_tables import split_records
from capbuild.workspace.records.table import read_records
from capbuild.workspace.runs.out_folder import lock_target
from capbuild.workspace.transactions import edit_folder

#: Person sought by an interrupted call; removed when all is done.
JOURNAL = "private/forgetting.json"
_FORGOTTEN = "forgotten"
_TEXT = (".csv", ".tsv", ".txt", ".json", ".md", ".html", ".toml")
_EVIDENCE = "evidence.csv"
#: Folders of findings tables, which cite evidence.
_FINDINGS = ("visits", "meetings", "desk")
#: Text files to remove rows from.
_RECORDS = (".csv", ".tsv", ".txt", ".md")


@frozen(kw_only=True)
class ForgetResult:
    """Files changed to forget a respondent or a country, and remaining mentions.

    Attributes:
        respondent: The pseudonym, or the name of the country.
        found: Every mention of the person before the change.
        removed: Rows removed, as file and count.
        rewritten: Derived files, removed or with the pseudonym replaced: a run makes them again.
        remaining: Remaining mentions, with remedies.
        searched: Number of files searched afterwards, with every byte decoded.
        done: False if nothing was changed yet.
    """

    respondent: str
    found: tuple[Mention, ...] = field(default=(), converter=to_tuple)
    removed: tuple[tuple[str, int], ...] = field(default=(), converter=to_tuple)
    rewritten: tuple[str, ...] = field(default=(), converter=to_tuple)
    remaining: tuple[tuple[str, str], ...] = field(default=(), converter=to_tuple)
    searched: int = 0
    done: bool = True


def _decode(path: Path) -> tuple[str, str] | None:
    """Return text and encoding of a text file, or None."""
    if path.suffix.lower() not in _TEXT:
        return None
    data = path.read_bytes()
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    marked = next((name for mark, name in marks.items() if data.startswith(mark)), None)
    for encoding in ("utf-8", "cp1252") if marked is None else (marked,):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def _find_facts(folder: Path, pseudonym: str) -> list[str]:
    """Return a person's name, address and number."""
    facts: list[str] = []
    for name in (PEOPLE, PARTICIPANTS_FILE):
        for row in read_records(folder, name, ["pseudonym"], []):
            if row.text("pseudonym").casefold() == pseudonym.casefold():
                facts += [row.text(key) for key in ("name", "email", "telephone")]
    return [fact for fact in facts if fact]


def _remove_records(text: str, searcher: Searcher) -> tuple[str, int]:
    """Remove the records of a pseudonym from CSV text."""
    kept: list[str] = []
    removed = 0
    for record in split_records(text):
        cells = next(csv.reader(io.StringIO(record)), [])
        if any(map(searcher.is_person, cells)):
            removed += 1
        else:
            kept.append(record)
    return "".join(kept), removed


@frozen(kw_only=True)
class _Journal:
    """Person to remove, stored until the removal is complete.

    The rows that identify the person are removed first.
    """

    searcher: Searcher
    answers: bool = False

    @classmethod
    def load(cls, folder: Path) -> "_Journal | None":
        try:
            data = json.loads((folder / JOURNAL).read_text("utf-8"))
            return cls(searcher=make_searcher(data["pseudonym"], data["facts"]), answers=data["answers"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # cut off during writing, before any change

    def save(self, folder: Path) -> None:
        facts = {"pseudonym": self.searcher.pseudonym, "facts": self.searcher.names, "answers": self.answers}
        write_atomic(folder / JOURNAL, json.dumps(facts, ensure_ascii=False), mode=0o600)

    def close(self, folder: Path) -> None:
        for path in [*(folder / "private").glob(f".{Path(JOURNAL).name}.*.tmp"), folder / JOURNAL]:
            path.unlink(missing_ok=True)


def forget(folder: str | Path, respondent: str, *, answers: bool = False, act: bool = True) -> ForgetResult:
    """Remove a person from `private/` and derived files.

    All files are searched, with their packed contents, and the git history. The person's data are kept in a journal
    in `private/` until all is done: if the computer stops in between, the next call for any person finishes the work.

    Args:
        folder: The programme's folder.
        respondent: The pseudonym.
        answers: Also remove the respondent's rows from the CSV files of `returns/`. Otherwise returns stay as
            they were received, under a pseudonym that no longer leads to a person.
        act: False to list every place and change nothing.

    Returns:
        Mentions found, changes made, and mentions that remain.

    Raises:
        WorkspaceError: CB608, the respondent is named nowhere, or is a country; to act, it must be the value of a cell.
        WorkspaceError: CB621, a run writes results; nothing was changed.
        WriteError: CB702, the folder cannot be written; nothing was changed.
    """
    if not any(map(str.isalnum, respondent)):
        message = f"{respondent!r} is no pseudonym"
        raise WorkspaceError(message, code="CB608", origin=Origin("private"), remedy="name a respondent")
    folder = Path(folder)
    journal = _Journal.load(folder)
    if journal is not None and act and journal.searcher.pseudonym != respondent:
        _finish(folder, journal)
        journal = None
    if journal is None or journal.searcher.pseudonym != respondent:
        _refuse_country(folder, respondent)
        searcher = make_searcher(respondent, _find_facts(folder, respondent))
        journal = _Journal(searcher=searcher, answers=answers)
        _require_mention(folder, searcher, as_value=act)
    journal = evolve(journal, answers=journal.answers or answers)
    if not act:
        return _plan(folder, journal)
    resumed = (folder / JOURNAL).exists()
    try:
        # A run that has read the person would write it again.
        with lock_target(folder / "out"):
            journal.save(folder)
            return _finish(folder, journal)
    except WriteError:  # nothing was changed, and an earlier call keeps its journal
        if not resumed:
            journal.close(folder)
        raise


def _refuse_country(folder: Path, respondent: str) -> None:
    """Refuse a country that is no known pseudonym.

    A country's answers are also in rows and files without its name.
    """
    if respondent in (list_pseudonyms(folder) or ()) or _find_facts(folder, respondent):
        return
    try:
        found = country(respondent)
    except CountryError:
        return
    raise WorkspaceError(
        f"{respondent!r} is the country {found}, not a respondent; nothing was changed",
        code="CB608",
        origin=Origin("private"),
        remedy=f"name a pseudonym; for the country: capbuild forget --country {found.alpha_2}",
    )


def _require_mention(folder: Path, searcher: Searcher, *, as_value: bool) -> None:
    """Refuse an unused or ambiguous pseudonym.

    A pseudonym that is a common word, such as "nobody", must be the value of a cell to be removed.
    """
    mentions = [
        mention for mention in searcher.search_folder(folder, _list_own_files(folder))[0] if not mention.unreadable
    ]
    if any(not as_value or mention.value or mention.part == "name" or not mention.pseudonym for mention in mentions):
        return
    places = [mention.file for mention in mentions]
    where = f"is only a word of the text in {name_some(places)}" if places else f"was not found in {folder}"
    raise WorkspaceError(
        f"{searcher.pseudonym!r} {where}",
        code="CB608",
        origin=Origin("private"),
        remedy="write the pseudonym as the tables do",
    )


def _list_own_files(folder: Path) -> list[str]:
    return [JOURNAL, *(p.relative_to(folder).as_posix() for p in (folder / "private").glob(".forgetting.json.*.tmp"))]


def _plan(folder: Path, journal: _Journal) -> ForgetResult:
    """List every place with its planned change, without changing anything."""
    mentions, searched = journal.searcher.search_folder(folder, _list_own_files(folder))
    files = [name for name in dict.fromkeys(mention.file for mention in mentions) if name != ".git"]
    steps = {name: _prepare(folder, name, journal) for name in files}
    return ForgetResult(
        respondent=journal.searcher.pseudonym,
        found=mentions,
        removed=[(name, step.count) for name, step in steps.items() if step is not None and step.count],
        rewritten=[name for name, step in steps.items() if step is not None and not step.count],
        remaining=_explain(folder, [mention for mention in mentions if steps.get(mention.file) is None], journal),
        searched=searched,
        done=False,
    )


def _finish(folder: Path, journal: _Journal) -> ForgetResult:
    """Change every file, and search all files again."""
    planned = _plan(folder, journal)
    with edit_folder(folder) as edit:
        for name in [*planned.rewritten, *(name for name, _ in planned.removed)]:
            step = _prepare(folder, name, journal)
            if step is not None and step.content is None:
                edit.remove(name)
            elif step is not None and step.content is not None:
                edit.write(name, step.content)
    left, searched = journal.searcher.search_folder(folder, _list_own_files(folder))
    journal.close(folder)
    return evolve(planned, remaining=_explain(folder, left, journal), searched=searched, done=True)


@frozen
class _Step:
    """Change of a file, with the number of removed rows."""

    content: bytes | None
    count: int = 0


def _prepare(folder: Path, name: str, journal: _Journal) -> _Step | None:
    """Return the change of a file.

    The result is None if nothing must change, or if a person must change the file.
    """
    path, place, searcher = folder / name, name.split("/", maxsplit=1)[0], journal.searcher
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        return None  # linked or shared files are not the folder's own
    derived = is_derived(name)
    decoded = _decode(path)
    own = any(mention.pseudonym and not mention.unreadable for mention in searcher.search(name, path.read_bytes()))
    if not own:
        return None
    if decoded is None:
        return _Step(None) if derived else None
    text, encoding = decoded
    rows = path.suffix.lower() in (".csv", ".tsv")
    if place == "private" or (place == "returns" and journal.answers and rows):
        rest, count = _remove_records(text, searcher) if path.suffix.lower() in _RECORDS else (text, 0)
        return _Step(rest.encode(encoding), count) if count else None
    if derived:
        # The pseudonym as a whole word: `bb-police-1` is not part of `bb-police-12`.
        exact = rf"(?<![\w-]){re.escape(searcher.pseudonym)}(?![\w-])"
        erased = re.sub(exact, _FORGOTTEN, text, flags=re.IGNORECASE).encode(encoding)
        return _Step(None if searcher.search(name, erased) else erased)
    return None


def is_derived(name: str) -> bool:
    """True for a file that a run made."""
    place = name.split("/", maxsplit=1)[0]
    return place == "out" or place.startswith(".out")


def _explain(folder: Path, mentions: Iterable[Mention], journal: _Journal) -> list[tuple[str, str]]:
    """Return file and remedy, once for each file and reason.

    Pictures in results are left out: a run makes them from figures.
    """
    labels, named_in = _find_evidence(folder, journal.searcher)
    rows: dict[tuple[str, str], list[str]] = {}
    for mention in mentions:
        if mention.unreadable != PICTURE or not (is_derived(mention.file) or mention.file in named_in):
            rows.setdefault((mention.file, _advise(mention, journal)), []).append(mention.part)
    for file, tables in named_in.items():
        advice = f"belongs to a row that names the person, in {name_some(tables)}: remove the file and its row by hand"
        rows.setdefault((file, advice), [])
    reported = []
    for (file, what), parts in rows.items():
        named = name_some(part for part in parts if part and part != "name")
        label = f"{labels[file]}: " if file in labels else ""
        reported.append((file, f"{label}{what}: {named}" if named else f"{label}{what}"))
    return sorted(reported) if named_in else reported


def _find_evidence(folder: Path, searcher: Searcher) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the title of each file of evidence, and the tables that name the person beside it.

    These are its own row, and rows of findings that cite it.
    """
    labels: dict[str, str] = {}
    named_in: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for row in read_records(folder, _EVIDENCE, ["id"], []):
        if file := row.text("file"):
            files[row.text("id")] = file
            labels[file] = f"{row.text('id')} {row.text('title')!r}"
            if searcher.find_in("\n".join(row.cells.values())) is not None:
                named_in[file] = [_EVIDENCE]
    for path in sorted(cited_name for place in _FINDINGS for cited_name in (folder / place).glob("*.csv")):
        name = path.relative_to(folder).as_posix()
        for row in read_records(folder, name, ["evidence_title"], []):
            cited = [
                files[cited_name]
                for text in row.text("evidence_title").split(";")
                if (cited_name := text.strip()) in files
            ]
            if cited and searcher.find_in("\n".join(row.cells.values())) is not None:
                for file in cited:
                    named_in.setdefault(file, []).append(name)
    return labels, named_in


def _advise(mention: Mention, journal: _Journal) -> str:
    """Return the remedy for a mention."""
    place, suffix = mention.file.split("/")[0], Path(mention.file).suffix.lower()
    if mention.unreadable:
        return f"not searched, {mention.unreadable}: look into it by hand"
    if mention.file == ".git":
        return "in the history: rewrite it with git filter-repo, and have every copy made again"
    if mention.part == "name":
        return "the file's name has it: rename or remove it by hand"
    if not mention.pseudonym:
        return "names the person, or somebody of that name: look into it by hand"
    if place == "returns" and not journal.answers and suffix in (".csv", ".tsv"):
        return "as received; --answers removes it"
    if suffix not in _TEXT:
        return "not a text file: remove it by hand"
    return "remove it by hand"
