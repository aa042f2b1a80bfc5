"""Nomination sheets: out to a country, back with names, and into the folder under pseudonyms."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from capbuild.atomic import write_atomic
from capbuild.errors import ReadError, WorkspaceError, did_you_mean
from capbuild.io import country, read_cells
from capbuild.model import Country, Delivery, Enrolment, Issue, Issues, Severity, Sex
from capbuild.model._checks import to_tuple
from capbuild.origin import Origin
from capbuild.reports.wording import Wording, wording
from capbuild.workspace.appending import append_rows
from capbuild.workspace.records import read_records
from capbuild.workspace.training_records import ENROLMENTS

if TYPE_CHECKING:
    from capbuild.workspace.folder import Workspace

__all__ = ["PARTICIPANTS", "Nominated", "read_nominations", "write_nominations"]

PARTICIPANTS = ("pseudonym", "name", "country", "office", "email", "telephone")
_PEOPLE = "private/participants.csv"
_COLUMNS = ("name", "office", "role", "sex", "email", "telephone")
#: What people write for a sex, in the languages of the sheets.
_SEXES = {
    **dict.fromkeys(("female", "f", "woman", "mujer", "femme", "vrouw", "v"), Sex.FEMALE),
    **dict.fromkeys(("male", "m", "man", "hombre", "homme", "h"), Sex.MALE),
    **dict.fromkeys(("other", "otro", "otra", "autre", "anders", "x"), Sex.OTHER),
}
_BLANK_ROWS = 6


@frozen(kw_only=True)
class Nominated:
    """What a nomination sheet brought.

    Attributes:
        delivery: Id of the delivery.
        country: The country.
        enrolments: Places that were added, under pseudonyms.
        known: How many people of the sheet were enrolled already.
        issues: What a person should know of it.
    """

    delivery: str
    country: Country
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    known: int = 0
    issues: Issues = Issues()


def _delivery(workspace: "Workspace", name: str) -> Delivery:
    held = {one.id: one for one in workspace.tracked.deliveries}
    if name not in held:
        raise WorkspaceError(
            f"there is no delivery {name!r}{did_you_mean(name, held)}",
            code="CB840",
            origin=Origin("training/deliveries.csv"),
            remedy="add it to training/deliveries.csv",
        )
    return held[name]


def _place(workspace: "Workspace", text: str) -> Country:
    found = country(text, context=workspace.programme.countries, overrides=workspace.settings.spellings)
    return next((one for one in workspace.programme.countries if one == found), found)


def _invited(workspace: "Workspace", delivery: Delivery, names: Sequence[str]) -> list[tuple[Country, str]]:
    """Countries with the language of their sheet: those named, or all that work in the language of the delivery."""
    parts = {part.country: part.languages for part in workspace.programme.participations}
    fallback = workspace.programme.languages[0]
    if names:
        return [(place, (parts.get(place) or (fallback,))[0]) for place in (_place(workspace, name) for name in names)]
    return [
        (place, (languages or (fallback,))[0])
        for place, languages in parts.items()
        if not delivery.language or delivery.language in languages
    ]


def _sheet(delivery: Delivery, place: Country, say: Wording, seats: int | None, roles: Iterable[str]) -> str:
    title = say.text(delivery.title) if delivery.title is not None else delivery.course
    start, end = say.date(delivery.start), say.date(delivery.end)
    when = say("nominate.delivery", start=start, end=end, place=delivery.place or "–")
    heads = [
        say("nominate.role", codes=", ".join(roles) or "R01…") if c == "role" else say(f"nominate.{c}")
        for c in _COLUMNS
    ]
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerows([[say("nominate.title", course=title)], [say("nominate.how")]])
    out.writerow(["delivery", when, delivery.id])
    out.writerow(["country", place.name, place.alpha_2])
    out.writerow(["seats", say("nominate.seats"), "" if seats is None else seats])
    out.writerows([[], heads, _COLUMNS, *([[""] * len(_COLUMNS)] * (seats or _BLANK_ROWS))])
    return stream.getvalue()


def write_nominations(
    workspace: "Workspace",
    delivery: str,
    *,
    countries: Sequence[str] = (),
    seats: int | None = None,
    out: Path | None = None,
) -> tuple[Path, ...]:
    """Write a nomination sheet for each country, in its first language.

    Args:
        workspace: The programme's folder.
        delivery: Id of the delivery.
        countries: Names or codes; those that work in the language of the delivery by default.
        seats: Seats for each country.
        out: Folder to write to; `private/nominations/DELIVERY/` by default: names will stand on the sheets.

    Raises:
        WorkspaceError: CB840, there is no such delivery.
        CountryError: A text names no country.
    """
    held = _delivery(workspace, delivery)
    roles = [one.id for one in workspace.catalogue.roles] if workspace.catalogue is not None else []
    target = out or workspace.folder / "private" / "nominations" / held.id
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for place, language in _invited(workspace, held, countries):
        path = target / f"{held.id}-{place.alpha_2}.csv"
        write_atomic(path, _sheet(held, place, wording(language), seats, roles))
        written.append(path)
    return tuple(written)


@define
class _Register:
    """Names behind pseudonyms, and those that are new."""

    known: dict[tuple[str, str], str]
    used: set[str]
    new: list[tuple[str, ...]] = field(factory=list)

    @classmethod
    def load(cls, workspace: "Workspace", issues: list[Issue]) -> "_Register":
        rows = list(read_records(workspace.folder, _PEOPLE, PARTICIPANTS, issues))
        known = {(row.text("name").casefold(), row.text("country")): row.text("pseudonym") for row in rows}
        used = {*known.values(), *(one.participant for one in workspace.tracked.enrolments)}
        return cls(known, used)

    def pseudonym(self, cells: Mapping[str, str], place: Country) -> str:
        """Return the pseudonym of a person; one of one name and country keeps the pseudonym it had."""
        key = (cells["name"].casefold(), place.alpha_2)
        if key not in self.known:
            number = 1
            while (name := f"{place.alpha_2}-{number:03}") in self.used:
                number += 1
            self.known[key] = name
            self.used.add(name)
            self.new.append((name, cells["name"], place.alpha_2, cells["office"], cells["email"], cells["telephone"]))
        return self.known[key]


def _filled(workspace: "Workspace", file: Path) -> tuple[dict[str, str], list[tuple[int, dict[str, str]]]]:
    """Return the facts of a sheet and the rows with a name."""
    for table in read_cells(file, host=workspace.host):
        facts: dict[str, str] = {}
        for number, cells in enumerate(table.rows):
            known = [cell.strip() for cell in cells]
            if set(_COLUMNS) <= set(known):
                below = enumerate(table.rows[number + 1 :], start=number + 2)
                rows = [
                    (row, {head: (cells[n].strip() if n < len(cells) else "") for n, head in enumerate(known) if head})
                    for row, cells in below
                ]
                return facts, [(row, found) for row, found in rows if found["name"]]
            if known and known[0] in ("delivery", "country", "seats"):
                facts[known[0]] = known[2] if len(known) > 2 else ""
    raise ReadError(
        f"{file.name} is no nomination sheet: no row holds {', '.join(_COLUMNS)}",
        code="CB852",
        origin=Origin(file.name),
        remedy="write it again with capbuild training sheets, and copy the names into it",
    )


def read_nominations(workspace: "Workspace", file: Path) -> Nominated:
    """Enrol the people of a nomination sheet: names go to `private/participants.csv`, pseudonyms to `training/`.

    Who is enrolled already is not enrolled twice.

    Args:
        workspace: The programme's folder.
        file: The sheet that came back, in any format that can be read cell by cell.

    Raises:
        ReadError: CB852, it is no nomination sheet.
        WorkspaceError: CB840, there is no such delivery.
    """
    facts, rows = _filled(workspace, file)
    held, place = _delivery(workspace, facts.get("delivery", "")), _place(workspace, facts.get("country", ""))
    issues: list[Issue] = []
    register = _Register.load(workspace, issues)
    enrolled = {(one.participant, one.delivery) for one in workspace.tracked.enrolments}
    new: list[Enrolment] = []
    for row, cells in rows:
        sex = _SEXES.get(cells["sex"].casefold()) if cells["sex"] else Sex.NOT_STATED
        if sex is None:
            _tell(issues, f"{cells['sex']!r} is no sex that can be recorded: not stated", Origin(file.name, row=row))
        person = register.pseudonym(cells, place)
        if (person, held.id) not in enrolled:
            new.append(
                Enrolment(
                    participant=person,
                    delivery=held.id,
                    country=place.alpha_2,
                    sex=sex or Sex.NOT_STATED,
                    role=cells["role"] or None,
                )
            )
            enrolled.add((person, held.id))
    seats = facts.get("seats", "")
    if seats.isdigit() and len(rows) > int(seats):
        _tell(issues, f"{len(rows)} people are nominated for {seats} seats", Origin(file.name))
    if register.new:
        append_rows(workspace.folder / _PEOPLE, PARTICIPANTS, register.new)
    if new:
        heads = ENROLMENTS
        cells_of = ((e.participant, e.delivery, place.name, e.role or "", e.sex.value, e.status.value) for e in new)
        append_rows(workspace.folder / "training" / "enrolments.csv", heads, cells_of)
    known = len(rows) - len(new)
    return Nominated(delivery=held.id, country=place, enrolments=new, known=known, issues=Issues(issues))


def _tell(issues: list[Issue], message: str, origin: Origin) -> None:
    issues.append(
        Issue(code="CB603", severity=Severity.WARNING, message=message, origin=origin, remedy="ask the country")
    )
