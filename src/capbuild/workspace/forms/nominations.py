"""Nomination forms: export, import with names, enrolment under pseudonyms."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import define, field, frozen

from capbuild.checks import to_tuple
from capbuild.display import counted
from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.io import country
from capbuild.model import Country, Delivery, Dossier, Enrolment, Issue, Issues, Sex
from capbuild.origin import Origin
from capbuild.reports import NOMINATION_COLUMNS, NominationOptions
from capbuild.reports.forms.nominations import list_sex_words
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import list_languages
from capbuild.workspace.folder_functions import in_own_languages
from capbuild.workspace.forms.returned_forms import FormTable, RoundTripForm, check_mark
from capbuild.workspace.paths import require_file_name
from capbuild.workspace.records.folder_tables import ENROLMENTS, PARTICIPANTS
from capbuild.workspace.records.table import Record
from capbuild.workspace.settings.reading import choose_report_language
from capbuild.workspace.transactions import Transaction, edit_folder
from capbuild.workspace.workspace import Workspace

KEY = "private/pseudonyms.key"
#: Letters and digits that cannot be confused in speech or in handwriting.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: Characters of a pseudonym: among 500 people of one country, the odds of a collision are 1 to 7,000. Within one copy
#: of the folder, the second gets one more character.
_LENGTH = 6

_ASK = "ask the country"
_FORM = RoundTripForm(
    kind="nomination",
    name="a nomination form",
    columns=NOMINATION_COLUMNS,
    needed=NOMINATION_COLUMNS,
    code="CB852",
    remedy="write it again with capbuild training sheets, and copy the names into it",
)
#: Words for a sex, in the languages of the forms.
_SEXES = {
    **dict.fromkeys(("female", "f", "woman", "mujer", "femme", "vrouw", "v"), Sex.FEMALE),
    **dict.fromkeys(("male", "m", "man", "hombre", "homme", "h"), Sex.MALE),
    **dict.fromkeys(("other", "otro", "otra", "autre", "anders", "x"), Sex.OTHER),
}


@frozen(kw_only=True)
class ImportedNominations:
    """Enrolments imported from a nomination form.

    Attributes:
        delivery: Id of the delivery.
        country: The country.
        enrolments: New enrolments, under pseudonyms.
        known: Number of people enrolled before.
        issues: Issues found.
    """

    delivery: str
    country: Country
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    known: int = 0
    issues: Issues = Issues()


def _find_delivery(workspace: Workspace, name: str) -> Delivery:
    deliveries = {delivery.id: delivery for delivery in workspace.monitoring.deliveries}
    if name not in deliveries:
        raise WorkspaceError(
            f"there is no delivery {name!r}{did_you_mean(name, deliveries)}",
            code="CB840",
            origin=Origin("training/deliveries.csv"),
            remedy="add it to training/deliveries.csv",
        )
    return deliveries[name]


def _find_country(workspace: Workspace, text: str) -> Country:
    resolved = country(text, context=workspace.programme.countries, overrides=workspace.settings.spellings)
    return next((place for place in workspace.programme.countries if place == resolved), resolved)


def _list_invited(workspace: Workspace, delivery: Delivery, names: Sequence[str]) -> list[tuple[Country, str]]:
    """Return the invited countries with the languages of their forms."""
    parts = workspace.programme.participations
    invited = [part.country for part in parts if not delivery.language or delivery.language in part.languages]
    places = [_find_country(workspace, name) for name in names] if names else invited
    return [(place, choose_report_language(workspace.programme, place)) for place in places]


@in_own_languages
def write_nominations(
    workspace: Workspace,
    delivery: str,
    *,
    countries: Sequence[str] = (),
    seats: int | None = None,
    out: Path | None = None,
    format: str = "",  # noqa: A002 - the field's word
) -> tuple[Path, ...]:
    """Write blank nomination forms, each in the country's first language.

    Args:
        workspace: The programme's folder.
        delivery: Id of the delivery.
        countries: Names or codes; countries that work in the language of the delivery by default.
        seats: Seats for each country.
        out: Folder to write to; `private/nominations/DELIVERY/` by default, since the forms will have names.
        format: `xlsx` or `csv`; a workbook by default, if a plugin writes workbooks.

    Raises:
        WorkspaceError: CB840, there is no such delivery. CB603, its id cannot be the name of a file.
        WriteError: No writer makes such a sheet.
        CountryError: A text names no country.
    """
    found_delivery = _find_delivery(workspace, delivery)
    suffix = format or ("xlsx" if "nomination-xlsx" in workspace.host.writers else "csv")
    name = require_file_name(found_delivery.id, "delivery", Origin("training/deliveries.csv"))
    target = out or workspace.folder / "private" / "nominations" / name
    written: dict[Path, str | bytes] = {}
    for place, language in _list_invited(workspace, found_delivery, countries):
        path = target / f"{name}-{place.alpha_2}.{suffix}"
        written[path] = _FORM.render(
            found_delivery,
            path,
            language=language,
            programme=workspace.programme,
            dossier=Dossier(catalogue=workspace.catalogue),
            country=place.alpha_2,
            options=NominationOptions(seats=seats or 0),
            host=workspace.host,
        )
    with edit_folder(workspace.folder) as edit:
        pseudonym_key(edit)  # before copies are made, so that they draw the same pseudonyms
        for path, content in written.items():
            edit.export(path, content)
    return tuple(written)


@define
class _Pseudonyms:
    """Known and new pseudonyms with names."""

    edit: Transaction
    known: dict[tuple[str, str], str]
    used: set[str]
    new: list[tuple[str, ...]] = field(factory=list)

    def pseudonym(self, cells: Mapping[str, str], place: Country) -> str:
        """Return a person's pseudonym, by name and country."""
        key = (cells["name"].casefold(), place.alpha_2)
        if key not in self.known:
            name = draw_pseudonym(pseudonym_key(self.edit), cells["name"], place.alpha_2, self.used)
            self.known[key] = name
            self.used.add(name)
            self.new.append((name, cells["name"], place.alpha_2, cells["office"], cells["email"], cells["telephone"]))
        return self.known[key]


def _read_sheet(workspace: Workspace, file: Path) -> tuple[dict[str, str], Origin, FormTable]:
    """Return facts, country cell and table of a form."""
    form = _FORM.read(file, workspace.host)
    facts, cell = {}, Origin(file.name, form.sheet)
    for row, cells in enumerate(form.above, start=1):
        if cells and cells[0] in ("delivery", "country", "seats", "form"):
            facts[cells[0]] = cells[2] if len(cells) > 2 else ""
            if cells[0] == "country":
                cell = Origin(file.name, form.sheet, row, 3)
    return facts, cell, form


@in_own_languages
def read_nominations(workspace: Workspace, file: Path) -> ImportedNominations:
    """Enrol the people of a nomination form.

    Names are recorded in `private/participants.csv`, and pseudonyms in `training/`. People who are already enrolled
    are skipped.

    Args:
        workspace: The programme's folder.
        file: The returned form, in any format that can be read cell by cell.

    Raises:
        ReadError: CB852, not a nomination form; CB854, its delivery or country differs from the one on the form.
        WorkspaceError: CB840, there is no such delivery.
    """
    facts, cell, form = _read_sheet(workspace, file)
    delivery = _find_delivery(workspace, facts.get("delivery", ""))
    place = _find_country(workspace, facts.get("country", ""))
    issues = form.issues
    issues += check_mark(
        facts.get("form", ""),
        "nomination",
        (delivery.id, place.alpha_2),
        cell,
        "put back what the sheet was sent with, or write it again for this country and copy the names into it",
    )
    home = workspace.folder.resolve()
    if file.resolve().is_relative_to(home) and not file.resolve().is_relative_to((home / "private").resolve()):
        message = "the form has names, but is outside private/"
        issues.append(Issue.warning("CB603", message, Origin(file.name), "move it below private/"))
    rows = [row for row in form.records() if any(row.cells.values())]
    people = [row for row in rows if row.text("name")]
    for row in rows:
        if not row.text("name"):
            row.warn("", "the row has no name, and nominates nobody", _ASK)
    new = _enrol(workspace, people, delivery, place, issues)
    seats = facts.get("seats", "")
    if seats.isdigit() and len(people) > int(seats):
        message = f"{len(people)} people are nominated for {counted(int(seats), 'seat')}"
        issues.append(Issue.warning("CB603", message, Origin(file.name), _ASK))
    known = len(people) - len(new)
    return ImportedNominations(delivery=delivery.id, country=place, enrolments=new, known=known, issues=Issues(issues))


def _enrol(
    workspace: Workspace,
    people: Iterable[Record],
    delivery: Delivery,
    place: Country,
    issues: list[Issue],
) -> list[Enrolment]:
    """Enrol people under pseudonyms, and return the new enrolments."""
    new: list[Enrolment] = []
    roles = [role.id for role in workspace.catalogue.roles] if workspace.catalogue is not None else []
    with edit_folder(workspace.folder) as edit:
        for table in (PARTICIPANTS, ENROLMENTS):
            edit.read(table.file)  # changes by others from here on are merged
        recorded = workspace.read_monitoring().enrolments
        rows = PARTICIPANTS.records(workspace.folder, issues)
        named = {(row.text("name").casefold(), row.text("country")): row.text("pseudonym") for row in rows}
        register = _Pseudonyms(edit, named, {*named.values(), *(enrolment.participant for enrolment in recorded)})
        enrolled = {(enrolment.participant, enrolment.delivery) for enrolment in recorded}
        for row in people:
            sex, role = _parse_sex(row), _parse_role(row, roles)
            name = register.pseudonym(row.cells, place)
            if (name, delivery.id) not in enrolled:
                enrolled.add((name, delivery.id))
                new.append(Enrolment(participant=name, delivery=delivery.id, country=place, sex=sex, role=role or None))
        if register.new:
            edit.append_rows(PARTICIPANTS.file, PARTICIPANTS.columns, register.new)
        edit.append(ENROLMENTS, new)
    return new


def _parse_sex(row: Record) -> Sex:
    """Parse a sex in any language of the forms."""
    text = row.text("sex")
    if not text:
        return Sex.NOT_STATED
    chosen = {
        word.casefold(): sex for code in list_languages() for word, sex in list_sex_words(get_translator(code)).items()
    }
    meaning = {**_SEXES, **chosen}.get(text.casefold())
    if meaning is None:
        row.warn("", f"{text!r} is not a known sex; recorded as not stated", _ASK)
    return meaning or Sex.NOT_STATED


def _parse_role(row: Record, roles: Sequence[str]) -> str:
    """Return a role's code from a choice like `R07 Examiner`.

    An unknown role is an issue.
    """
    text = row.text("role")
    first = next(iter(text.split()), "")
    role = first if first in roles else text
    if role and roles and role not in roles:
        row.warn("", f"{role!r} is not a role{did_you_mean(role, roles)}", f"roles are: {', '.join(roles)}")
        return ""
    return role


def pseudonym_key(edit: Transaction) -> bytes:
    """Return the folder's secret key, created if missing."""
    key = (edit.read(KEY) or b"").strip()
    if not key:
        key = secrets.token_hex(32).encode()
        edit.write(KEY, key + b"\n")
    return key


def draw_pseudonym(key: bytes, name: str, place: str, used: Collection[str] = ()) -> str:
    """Return the pseudonym of a person.

    Args:
        key: The key of the folder.
        name: The name; case and white space are ignored.
        place: Alpha-2 code of the country.
        used: Pseudonyms in use.

    Example:
        >>> draw_pseudonym(b"key", "Ana  Ruiz", "JM") == draw_pseudonym(b"key", "ana ruiz", "JM")
        True
    """
    text = "\x1f".join((" ".join(name.split()).casefold(), place))
    number = int.from_bytes(hmac.digest(key, text.encode(), hashlib.sha256))
    signs = ""
    while len(signs) < _LENGTH or f"{place}-{signs}" in used:
        number, sign = divmod(number, len(_SIGNS))
        signs += _SIGNS[sign]
    return f"{place}-{signs}"
