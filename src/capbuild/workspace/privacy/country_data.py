"""Removal of a country's data from a folder: what it sent, what was found there, and all results."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import accumulate
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from capbuild.display import counted
from capbuild.documents.toml import decode_toml
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.io import read
from capbuild.model import Country, Response, Survey
from capbuild.origin import Origin
from capbuild.reports.country_names import get_country_name
from capbuild.reports.languages import list_languages
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.paths import iter_files
from capbuild.workspace.privacy.forgetting import ForgetResult, is_derived
from capbuild.workspace.privacy.mentions import PICTURE, Mention, Searcher
from capbuild.workspace.records.evidence import EVIDENCE_FOLDER
from capbuild.workspace.records.folder_tables import EVIDENCE, TABLES
from capbuild.workspace.records.plain_tables import change_rows, decode_text, read_plain_table, split_records
from capbuild.workspace.records.table import Places, read_records
from capbuild.workspace.runs.out_folder import lock_target
from capbuild.workspace.transactions import edit_folder
from capbuild.workspace.versions.files import ABOVE, HEAD, read_blocks
from capbuild.workspace.versions.three_way import Part
from capbuild.workspace.workspace import Workspace, open_workspace

_TABLES = (".csv", ".tsv", ".txt")
#: Characters of a country's longest code.
_LONGEST_CODE = 3
#: A text in a list of a TOML file, with its comma and the space after it.
_TOML_ITEM = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:,\s*|(?=\]))""")
#: Folders with data about a country that others published.
_FROM_OTHERS = ("external", "mappings")
#: Names the countries in earlier reports, so that new totals do not reveal the part of one that has left.
_REGISTER = "private/publications.json"


@takes_folder
def forget_country(workspace: Workspace, country: str, *, act: bool = True) -> ForgetResult:
    """Remove the data that a country gave.

    Removed are its returns and rows in tables, its visits, desk reviews and meetings with their findings, its entries
    in settings, its name in lists of countries, its files of evidence, and all results, which a run makes again
    without it. All changes are one transaction: if the computer stops, the next command finishes it or nothing was
    changed. Then the folder is opened and searched again.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        country: Name or code of the country.
        act: False to list every place and change nothing.

    Returns:
        Changes, and what remains for a person to do: files that name the country, returns with answers of others that
        cannot be separated, pictures, and git history.

    Raises:
        WorkspaceError: CB401 or CB403, it is no country of the programme; CB608, it has given nothing; CB621,
            a run writes results, and nothing was changed.
        WriteError: CB702, the folder cannot be written; nothing was changed.
    """
    removal = _Removal(workspace, _find_country(workspace, country))
    removal.plan()
    if not removal.changes and not removal.by_hand:
        message, remedy = f"{removal.country.name} has given nothing to this folder", "capbuild status lists who has"
        raise WorkspaceError(message, code="CB608", origin=Origin("programme.toml"), remedy=remedy)
    mentions, searched = _search(workspace.folder, removal.country)
    result = ForgetResult(
        respondent=removal.country.name,
        found=mentions,
        removed=[(name, count) for name, count in removal.counts.items() if not is_derived(name)],
        rewritten=[name for name in removal.changes if is_derived(name)],
        remaining=[*removal.by_hand, *_explain(mentions, {*removal.changes, *dict(removal.by_hand)})],
        searched=searched,
        done=False,
    )
    if not act:
        return result
    # A run that has read the country would write it again.
    with lock_target(workspace.folder / "out"), edit_folder(workspace.folder) as edit:
        for name, content in removal.changes.items():
            edit.remove(name) if content is None else edit.write(name, content)
    left, searched = _search(workspace.folder, removal.country)
    again = _Removal(open_workspace(workspace.folder, host=workspace.host), removal.country)
    again.plan()
    remaining = [*again.by_hand, *((name, "still has its data: remove it by hand") for name in again.changes)]
    return evolve(result, remaining=[*remaining, *_explain(left, dict(remaining))], searched=searched, done=True)


def _find_country(workspace: Workspace, text: str) -> Country:
    places = Places(workspace.settings, workspace.host, [])
    found = places.anywhere(text, Origin("programme.toml"))
    if found is None:
        first = places.issues[0] if places.issues else None
        message, code = (first.message, first.code) if first is not None else ("no country is named", "CB403")
        raise WorkspaceError(message, code=code, remedy=first.remedy if first is not None else "name the country")
    return found


def _search(folder: Path, country: Country) -> tuple[list[Mention], int]:
    """Return mentions of a country's names in the languages of reports, and the number of files."""
    names = dict.fromkeys([country.name, *(get_country_name(country, language) for language in list_languages())])
    searches = [Searcher(pseudonym=name).search_folder(folder) for name in names]
    return list(dict.fromkeys(mention for mentions, _ in searches for mention in mentions)), searches[0][1]


def _explain(mentions: list[Mention], changed: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield file and remedy of mentions, and of what cannot be searched."""
    reasons: dict[str, str] = {}
    for mention in mentions:
        if mention.file in changed or mention.file == _REGISTER or is_derived(mention.file):
            continue
        if mention.unreadable == PICTURE and mention.file.startswith(f"{EVIDENCE_FOLDER}/"):
            continue  # recorded for another country
        if mention.unreadable:
            why = f"not searched, {mention.unreadable}: look into it by hand"
        elif mention.file == ".git":
            why = "in the history: rewrite it with git filter-repo, and have every copy made again"
        else:
            why = "names the country: look into it by hand"
        reasons.setdefault(mention.file, why)
    yield from reasons.items()


def _list_values(response: Response) -> tuple[object, ...]:
    return response.country, [(answer.question, answer.value, answer.comment) for answer in response.answers]


def _list_lines(response: Response, starts: list[int]) -> range:
    """Return the lines of a response: to the next one, or to its last answer.

    Args:
        response: The response.
        starts: First lines of all responses.
    """
    origins = [response.origin, *(answer.origin for answer in response.answers)]
    own = [origin.row for origin in origins if origin is not None and origin.row]
    if response.origin is None or not response.origin.row:
        return range(0)
    first = response.origin.row
    return range(first, next((line for line in starts if line > first), max(own) + 1))


@define
class _Removal:
    """Planned changes of files to remove a country.

    Attributes:
        workspace: The programme's folder.
        country: The country.
        changes: New content of each file; None removes it.
        counts: Rows, entries or answers removed, by file.
        by_hand: Files that a person must change, with remedies.
    """

    workspace: Workspace
    country: Country
    changes: dict[str, bytes | None] = field(factory=dict)
    counts: dict[str, int] = field(factory=dict)
    by_hand: list[tuple[str, str]] = field(factory=list)
    _known: dict[str, bool] = field(factory=dict, init=False, repr=False)

    def plan(self) -> None:
        """Plan the changes of all files."""
        folder = self.workspace.folder
        names = {path.relative_to(folder).as_posix(): path for path in iter_files(folder)}
        returns = self._plan_returns([name for name in names if name.startswith("returns/")])
        self._plan_settings(name for name in names if _is_settings(name))
        self._plan_evidence()
        for name, path in names.items():
            top = name.partition("/")[0]
            if is_derived(name):
                continue
            if path.suffix.lower() in _TABLES and name not in {*returns, *self.changes} and top not in _FROM_OTHERS:
                self._plan_table(name, path)
        if self.changes or self.by_hand:
            derived = (path for path in folder.glob("out/**/*") if path.is_file())
            self._remove(*(path.relative_to(folder).as_posix() for path in derived))

    def _is_own(self, text: str) -> bool:
        if text not in self._known:
            places = Places(self.workspace.settings, self.workspace.host, [])
            self._known[text] = places.anywhere(text.strip(), Origin("")) == self.country
        return self._known[text]

    def _remove(self, *names: str, count: int = 1) -> None:
        for name in names:
            self.changes[name] = None
            self.counts[name] = count

    def _plan_returns(self, names: list[str]) -> set[str]:
        """Plan the changes of survey files, and return the names of those that were read."""
        surveys: dict[str, list[Survey]] = {}
        for round_ in self.workspace.rounds:
            for survey in self.workspace.collect(round_.id).readings:
                file = max((name for name in names if survey.file.startswith(name)), key=len, default=survey.file)
                surveys.setdefault(file, []).append(survey)
        for name, survey_list in surveys.items():
            responses = [response for survey in survey_list for response in survey.responses]
            own = [response for response in responses if response.country == self.country]
            if own and len(own) == len(responses):
                self._remove(name, count=len(own))
            elif own and not self._cut_rows(name, own, [other for other in responses if other not in own]):
                remedy = f"has {counted(len(own), 'response')} of the country and others: remove them by hand"
                self.by_hand.append((name, remedy))
        return {*surveys}

    def _cut_rows(self, name: str, own: list[Response], others: list[Response]) -> bool:
        """Cut a country's rows out of a text file.

        The rest is read again, and must have the answers of all others, and none of the country.
        """
        path = self.workspace.folder / name
        if path.suffix.lower() not in _TABLES:
            return False
        starts = sorted(
            neighbour.origin.row
            for neighbour in (*own, *others)
            if neighbour.origin is not None and neighbour.origin.row
        )
        lines = {line for response in own for line in _list_lines(response, starts)}
        try:
            data = path.read_bytes()
            breaks = accumulate((record.count("\n") for record in split_records(decode_text(data, name)[0])), initial=1)
            rows = [row for row, line in enumerate(breaks, start=1) if line in lines]
            rest = change_rows(data, name, [], dict.fromkeys(rows))
            arguments = self.workspace.settings.read_arguments(name)
            again = read(rest, name=name, host=self.workspace.host, **arguments).responses
        except CapbuildError:
            return False
        if list(map(_list_values, again)) != list(map(_list_values, others)):
            return False
        self.changes[name], self.counts[name] = rest, len(own)
        return True

    def _plan_settings(self, names: Iterable[str]) -> None:
        """Plan the changes of settings and registers, with the findings tables of removed entries.

        An entry of the country is removed with its tables, and the country from lists and keys.
        """
        for name in names:
            path = self.workspace.folder / name
            blocks = read_blocks(decode_text(path.read_bytes(), name)[0])
            if blocks is None:
                continue
            kept, entries, count = self._prune(blocks.parts)
            text = blocks.write(evolve(blocks, parts=kept))
            if self._has_entry(decode_toml(text)):  # an entry of an inline array
                self.by_hand.append((name, "has entries of the country: remove them by hand"))
            if count:
                self.changes[name], self.counts[name] = text.encode("utf-8"), count
            shared = {_read_field(part, "findings") for part in kept}
            files = sorted({str(_read_field(part, "findings")) for part in entries} - {str(file) for file in shared})
            folder = name.rpartition("/")[0]
            self._remove(*(f"{folder}/{file}" for file in files if (path.parent / file).is_file()))

    def _prune(self, parts: Iterable[Part]) -> tuple[list[Part], list[Part], int]:
        """Return parts without the country, the removed ones, and the number of changes."""
        kept: list[Part] = []
        removed: list[Part] = []
        inside: tuple[str, ...] = ()
        count = 0
        for part in parts:
            header = _list_keys(decode_toml(part.key[0])) if part.key[0] else ()
            own = len(header) > 1 or part.key[0].startswith("[[")
            named = any(map(self._is_name, header)) or (own and self._is_own(str(_read_field(part, "country"))))
            if named or (inside and len(header) > len(inside) and header[: len(inside)] == inside):
                inside = header if named else inside
                count += named
                removed.append(part)
                # A comment above an empty line is about more than the entry.
                section, line, _ = part.fields[ABOVE].rpartition("\n\n")
                kept += [Part(("",), {ABOVE: f"{section}{line}", HEAD: ""})] if line else []
                continue
            inside = ()
            fields = {key: self._prune_field(text) for key, text in part.fields.items()}
            count += sum(fields[key] != text for key, text in part.fields.items())
            kept.append(evolve(part, fields=fields))
        return kept, removed, count

    def _prune_field(self, text: str) -> str:
        """Return a field without the country: empty, or with a shorter list."""
        try:
            (key, value), *more = decode_toml(text).items()
        except ValueError:
            return text  # comments and headers
        if more or self._is_name(key):
            return text if more else ""
        if not isinstance(value, list) or not any(isinstance(item, str) and self._is_name(item) for item in value):
            return text
        rest = [item for item in value if not (isinstance(item, str) and self._is_name(item))]
        shorter = _TOML_ITEM.sub(lambda match: "" if self._is_name(match[1][1:-1]) else match[0], text)
        return shorter if decode_toml(shorter) == {key: rest} else text

    def _is_name(self, text: str) -> bool:
        """True for a name of the country in full: a code may be a language or a capacity."""
        return len(text) > _LONGEST_CODE and self._is_own(text)

    def _has_entry(self, value: object) -> bool:
        """True if a list has an entry of the country."""
        if isinstance(value, list):
            own = (item for item in value if isinstance(item, dict))
            return any(self._is_own(str(item.get("country", ""))) or self._has_entry(item) for item in own)
        return isinstance(value, dict) and any(map(self._has_entry, value.values()))

    def _plan_evidence(self) -> None:
        """Plan the removal of files of evidence; their rows are those of a table."""
        rows = [
            (row.text("file"), row.text("country"))
            for row in read_records(self.workspace.folder, EVIDENCE.file, ["id"], [])
        ]
        others = {file for file, place in rows if not self._is_own(place)}
        for file in sorted({file for file, place in rows if file and self._is_own(place)} - others):
            name = f"{EVIDENCE_FOLDER}/{Path(file).name}"
            if name == file and (self.workspace.folder / name).is_file():
                self._remove(name)

    def _plan_table(self, name: str, path: Path) -> None:
        """Plan the changes of a table with columns of countries.

        A row that needs the country is removed. In others, its cell is emptied, or its name removed from a list; a row
        whose list would be empty is removed.
        """
        declared = next((table for table in TABLES if fnmatchcase(name, table.file)), None)
        columns = {**(declared.countries if declared is not None else {}), "country": "none"}
        top = "country" if declared is None or "country" in declared.columns else declared.columns[0]
        try:
            table = read_plain_table(path, name, [top])
            if table.top is None:
                return
            places = {column: table.header.index(column) for column in columns if column in table.header}
            changes: dict[int, dict[str, str] | None] = {}
            for row, cells in table.filled:
                own = {column: cells[place] for column, place in places.items() if place < len(cells)}
                rests = {column: rest for column, text in own.items() if (rest := self._leave_out(text)) is not None}
                if rests:
                    stays = all(columns[column] == "cell" or rest for column, rest in rests.items())
                    changes[row] = rests if stays and "none" not in map(columns.get, rests) else None
            if changes:
                self.changes[name] = change_rows(path.read_bytes(), name, [top], changes)
                self.counts[name] = len(changes)
        except (CapbuildError, OSError, ValueError):
            return  # unreadable as a table: a search finds what names the country

    def _leave_out(self, text: str) -> str | None:
        """Return a cell's semicolon-separated names without the country; None if it is not among them."""
        names = [name.strip() for name in text.split(";")]
        rest = [name for name in names if not self._is_own(name)]
        return None if len(rest) == len(names) else "; ".join(rest)


def _is_settings(name: str) -> bool:
    """True for the programme's settings and registers, such as `visits/visits.toml`."""
    folder, _, file = name.rpartition("/")
    return file.endswith(".toml") and folder in ("", file.removesuffix(".toml"))


def _read_field(part: Part, name: str) -> object:
    """Return the value of a part's field, or an empty text."""
    return decode_toml(part.fields[name])[name] if name in part.fields else ""


def _list_keys(header: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of a table's header, outermost first."""
    keys: tuple[str, ...] = ()
    inner: Any = header
    while inner:
        (key, inner), *_ = inner.items()
        inner = inner[0] if isinstance(inner, list) else inner
        keys += (key,)
    return keys
