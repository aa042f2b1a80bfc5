"""Removal of a country's data from a folder: what it sent, what was found there, and all results."""

from collections.abc import Collection, Iterator
from itertools import accumulate
from pathlib import Path

from attrs import define, evolve, field

from capbuild.display import counted
from capbuild.documents.toml import decode_toml, load_toml
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
from capbuild.workspace.records.findings import REGISTERS
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.records.plain_tables import change_rows, decode_text, read_plain_table, split_records
from capbuild.workspace.records.table import Places, read_records
from capbuild.workspace.transactions import edit_folder
from capbuild.workspace.versions.files import read_blocks
from capbuild.workspace.workspace import Workspace, open_workspace

_TABLES = (".csv", ".tsv", ".txt")
#: Folders with data about a country that others published.
_FROM_OTHERS = ("external", "mappings")
#: Names the countries in earlier reports, so that new totals do not reveal the part of one that has left.
_REGISTER = "private/publications.json"


@takes_folder
def forget_country(workspace: Workspace, country: str, *, act: bool = True) -> ForgetResult:
    """Remove the data that a country gave.

    Removed are its returns and rows in tables, its visits, desk reviews and meetings with their findings, its files of
    evidence, and all results, which a run makes again without it. All changes are one transaction: if the computer
    stops, the next command finishes it or nothing was changed. Then the folder is opened and searched again.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        country: Name or code of the country.
        act: False to list every place and change nothing.

    Returns:
        Changes, and what remains for a person to do: files that name the country, returns with answers of others that
        cannot be separated, pictures, and git history.

    Raises:
        WorkspaceError: CB401 or CB403, it is no country of the programme; CB608, it has given nothing.
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
    with edit_folder(workspace.folder) as edit:
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
        elif mention.file == "programme.toml":
            why = "names the country: remove its [[participants]], [[consents]] and [read] tables, or give it until"
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

    def plan(self) -> None:
        """Plan the changes of all files."""
        folder = self.workspace.folder
        names = {path.relative_to(folder).as_posix(): path for path in iter_files(folder)}
        returns = self._plan_returns([name for name in names if name.startswith("returns/")])
        self._plan_registers()
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
        places = Places(self.workspace.settings, self.workspace.host, [])
        return places.anywhere(text.strip(), Origin("")) == self.country

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
            elif own and not self._cut(name, own, [other for other in responses if other not in own]):
                remedy = f"has {counted(len(own), 'response')} of the country and others: remove them by hand"
                self.by_hand.append((name, remedy))
        return {*surveys}

    def _cut(self, name: str, own: list[Response], others: list[Response]) -> bool:
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

    def _plan_registers(self) -> None:
        """Plan the removal of visits, meetings and desk reviews, with their findings tables."""
        for folder, array, _ in REGISTERS:
            name = f"{folder}/{folder}.toml"
            path = self.workspace.folder / name
            top = load_toml(path, name, []) if path.is_file() else None
            tables = list(top.tables(array)) if top is not None else []
            own = [self._is_own(str(table.data.get("country", ""))) for table in tables]
            blocks = read_blocks(path.read_text("utf-8-sig")) if any(own) else None
            if blocks is None:
                continue
            places = [n for n, part in enumerate(blocks.parts) if part.key[0] == f"[[{array}]]"]
            if len(places) != len(tables):  # an inline array
                self.by_hand.append((name, "has entries of the country: remove them by hand"))
                continue
            drop = {place for place, mine in zip(places, own, strict=True) if mine}
            kept = evolve(blocks, parts=[part for n, part in enumerate(blocks.parts) if n not in drop])
            text = kept.write(kept)
            decode_toml(text)
            self.changes[name], self.counts[name] = text.encode("utf-8"), len(drop)
            shared = {table.data.get("findings") for table, mine in zip(tables, own, strict=True) if not mine}
            files = {str(table.data.get("findings", "")) for table, mine in zip(tables, own, strict=True) if mine}
            self._remove(
                *sorted(f"{folder}/{file_name}" for file_name in files - shared if (path.parent / file_name).is_file())
            )

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
        """Plan the removal of a country's rows from a table with a column of countries."""
        try:
            table = read_plain_table(path, name, ["country"])
            if table.top is None:
                return
            place = table.header.index("country")
            own = [row for row, cells in table.filled if place < len(cells) and self._is_own(cells[place])]
            if own:
                self.changes[name] = change_rows(path.read_bytes(), name, ["country"], dict.fromkeys(own))
                self.counts[name] = len(own)
        except (CapbuildError, OSError, ValueError):
            return  # unreadable as a table: a search finds what names the country
