"""Visits, meetings and desk reviews: TOML registers with findings tables."""

import datetime
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from attrs import define, field

from capbuild.documents.toml import TomlTable, load_toml
from capbuild.errors import did_you_mean
from capbuild.model import Finding, Framework, Issue, Meeting, Source, SourceKind, Visit
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.text import as_text
from capbuild.workspace.paths import find_named_file
from capbuild.workspace.records.findings import FindingsTable
from capbuild.workspace.records.table import Places
from capbuild.workspace.settings.config import Settings

#: Folder, register, its array, and kind of source.
_REGISTERS = (
    ("visits", "visits", SourceKind.VISIT),
    ("meetings", "meetings", SourceKind.MEETING),
    ("desk", "reviews", SourceKind.DESK),
)
#: Tables next to the registers that are not findings.
_NOT_FINDINGS = ("needs.csv", "template.csv")


@define
class Fieldwork:
    """Reader of fieldwork of assessors.

    Attributes:
        folder: The programme's folder.
        settings: Settings from programme.toml.
        framework: Framework of the findings.
        host: Plugin host, to resolve countries.
        issues: Collects problems.
        tables: Reads the findings tables, and stores their evidence.
        origins: Line of each occasion, by its id.
    """

    folder: Path
    settings: Settings
    framework: Framework
    host: Host
    issues: list[Issue]
    tables: FindingsTable
    origins: dict[str, Origin] = field(factory=dict)

    @property
    def _place(self) -> Places:
        return Places(self.settings, self.host, self.issues)

    def collect(
        self, round_id: str, files: dict[str, Path]
    ) -> Iterator[tuple[Source, Visit | Meeting | None, list[Finding]]]:
        """Yield a round's visits, meetings and desk reviews.

        Findings come with them. Used files are added to `files`.
        """
        rounds = [round_.id for round_ in self.settings.programme.rounds]
        seen: set[object] = set()  # distinguishes findings of visits, meetings and desk reviews
        for folder, array, kind in _REGISTERS:
            name = f"{folder}/{folder}.toml"
            path = self.folder / name
            top = load_toml(path, name, self.issues) if path.is_file() else None
            tables = list(top.tables(array)) if top is not None else []
            self._check_files(folder, {str(table.data.get("findings")) for table in tables})
            if top is None:
                continue
            files[name] = path
            top.report_unknown()
            for table in tables:
                if (own := table.data.get("id")) in seen:
                    table.add_error("id", f"{own!r} is the id of an earlier entry too", "give each its own id")
                    continue
                seen.add(own)
                of = table.get("round", str, rounds[0])
                if of not in rounds:
                    message = f"there is no round {of!r}{did_you_mean(of, rounds)}"
                    table.add_error("round", message, f"rounds are: {', '.join(rounds)}")
                elif of == round_id and not self._is_of_other_round(table, of):
                    yield from self._read_occasion(table, folder, kind, files)

    def _is_of_other_round(self, table: TomlTable, of: str) -> bool:
        """True if an entry begins in another round.

        It names no round; an issue is added.
        """
        start, rounds = table.data.get("start"), {round_.id: round_ for round_ in self.settings.programme.rounds}
        day = start if type(start) is datetime.date and "round" not in table.data else None
        if (other := self.settings.find_other_round(day, rounds[of])) is None:
            return False
        message = f"{table.data.get('id')} began on {day}, in round {other.id!r}, and is not used in {of!r}"
        origin, remedy = table.origin("start"), f'add round = "{other.id}", or round = "{of}"'
        self.issues.append(Issue.warning("CB606", message, origin, remedy))
        return True

    def _check_files(self, folder: str, named: set[str]) -> None:
        """Warn about findings tables that no register names."""
        for path in sorted((self.folder / folder).glob("*.csv")):
            name = f"{folder}/{path.name}"
            if path.name not in (*named, *_NOT_FINDINGS):
                message = f"no entry of {folder}/{folder}.toml names {path.name}: it is not read"
                remedy = f'add findings = "{path.name}" to its entry, or take the file out'
                self.issues.append(Issue.warning("CB604", message, Origin(name), remedy))

    def _read_occasion(
        self, table: TomlTable, folder: str, kind: SourceKind, files: dict[str, Path]
    ) -> Iterator[tuple[Source, Visit | Meeting | None, list[Finding]]]:
        where = self._place(table.get("country", str, ""), table.origin("country"))
        people = tuple(
            place
            for text in table.names("participants")
            if (place := self._place(text, table.origin("participants"))) is not None
        )
        visit = partial(
            Visit, host=table.get("host", str, ""), sites=table.names("sites"), agenda=table.names("agenda")
        )
        meeting = partial(
            Meeting, level=table.get("level", str, ""), participants=people, minutes=as_text(table.text("minutes"))
        )
        makers: dict[SourceKind, Callable[..., Visit | Meeting]] = {
            SourceKind.VISIT: visit,
            SourceKind.MEETING: meeting,
        }
        findings_file, title = table.get("findings", str, ""), table.text("title", kind.value.capitalize())
        source = table.build(Source, kind=kind, title=title, country=where, respondent="", late=False)
        unplaced = kind is SourceKind.VISIT and where is None and table.get("country", str, "")
        if source is None or unplaced:  # an unknown country is one issue, not one a row
            return
        self.origins[source.id] = table.origin("id")
        findings: list[Finding] = []
        if findings_file:
            file = find_named_file(table, "findings", findings_file, self.settings.paths(self.folder), folder)
            if file is not None:
                name, files[file[0]] = file
                findings = list(self.tables.read(files[name], name, source, self._place))
        yield source, makers[kind](source=source) if kind in makers else None, findings
