"""Competences of people under pseudonyms, from `training/competences.csv`."""

from collections.abc import Iterator
from pathlib import Path

from capbuild.model import Catalogue, Issue
from capbuild.planning.competences import CompetenceLevels, effective_level
from capbuild.workspace.records.table import Places, Record, read_records
from capbuild.workspace.records.training import check_pseudonym

HELD_FILE = "training/competences.csv"
HELD = ("participant", "country", "role", "competence", "test", "own", "manager")
_HIGHEST = 4


def load_competences(
    folder: Path, catalogue: Catalogue | None, places: Places, issues: list[Issue]
) -> Iterator[CompetenceLevels]:
    """Yield the competences of each person in a role.

    Nothing without the table or without a catalogue.

    Args:
        folder: The programme's folder.
        catalogue: Roles and competences.
        places: Resolves countries.
        issues: Collects problems.
    """
    if catalogue is None:
        return
    roles = [one.id for one in catalogue.roles]
    competences = [one.id for one in catalogue.competences]
    levels_by_person: dict[tuple[str, str, str], dict[str, int]] = {}
    for record in read_records(folder, HELD_FILE, HELD, issues):
        place = places(record.text("country"), record.origin("country"))
        role = record.find_one("role", roles, "role")
        competence = record.find_one("competence", competences, "competence")
        level = effective_level(**{name: _parse_level(record, name) for name in ("test", "own", "manager")})
        person = record.text("participant")
        check_pseudonym(record, "participant", person)
        if place is None or not (person and role and competence):
            continue
        known = levels_by_person.setdefault((place.alpha_2, role, person), {})
        key = (place.alpha_2, role, person, competence)
        if level is not None and record.is_first(key, f"{person} with {competence}", "competence", "CB603"):
            known[competence] = level
    for (country, role, person), levels in levels_by_person.items():
        yield CompetenceLevels(country=country, role=role, person=person, levels=levels)


def _parse_level(record: Record, column: str) -> int | None:
    level = record.number(column)
    if level is None or (level.is_integer() and 0 <= level <= _HIGHEST):
        return None if level is None else int(level)
    record.problem(column, f"{level:g} is not a level", f"a level is a whole number from 0 to {_HIGHEST}")
    return None
