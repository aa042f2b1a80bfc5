"""Organisations, phases, rounds and documents of a programme, as programme.toml has them."""

from capbuild.errors import did_you_mean
from capbuild.model import Organisation, OrganisationRole, Phase, ProgrammeDocument, Round, RoundKind
from capbuild.workspace.toml import Table, choice

__all__ = ["load_documents", "load_organisations", "load_phases", "load_rounds"]


def load_organisations(top: Table) -> list[Organisation]:
    """Return the organisations."""
    return [one for table in top.tables("organisations") if (one := _organisation(table)) is not None]


def _organisation(table: Table) -> Organisation | None:
    roles = []
    for role in table.names("roles"):
        if role in set(OrganisationRole):
            roles.append(OrganisationRole(role))
        else:
            known = ", ".join(OrganisationRole)
            table.problem("roles", f"{role!r} is no role{did_you_mean(role, OrganisationRole)}", f"one of: {known}")
    made = table.make(
        lambda: Organisation(
            id=table.get("id", str, ""),
            name=table.text("name"),
            roles=roles,
            reference=table.get("reference", str, ""),
        )
    )
    table.done()
    return made


def load_documents(top: Table) -> list[ProgrammeDocument]:
    """Return the documents."""
    return [one for table in top.tables("documents") if (one := _document(table)) is not None]


def _document(table: Table) -> ProgrammeDocument | None:
    made = table.make(
        lambda: ProgrammeDocument(
            title=table.text("title"),
            url=table.get("url", str, ""),
            format=table.get("format", str, ""),
            categories=table.names("categories"),
            languages=table.names("languages"),
            date=table.day("date"),
            description=table.text("description") if "description" in table.data else None,
        )
    )
    table.done()
    return made


def load_phases(top: Table) -> list[Phase]:
    """Return the phases."""
    return [one for table in top.tables("phases") if (one := _phase(table)) is not None]


def _phase(table: Table) -> Phase | None:
    start, end = table.day("start"), table.day("end")
    if start is None or end is None:
        table.problem("start", "a phase needs a start and an end")
        return None
    made = table.make(
        lambda: Phase(
            id=table.get("id", str, ""),
            title=table.text("title"),
            start=start,
            end=end,
            description=table.text("description") if "description" in table.data else None,
        )
    )
    table.done()
    return made


def load_rounds(top: Table) -> tuple[list[Round], dict[str, str]]:
    """Return the rounds, and the framework of each that names one of its own."""
    found: list[Round] = []
    frameworks: dict[str, str] = {}
    for table in top.tables("rounds"):
        edition = table.get("framework", str, "")
        made = _round(table)
        if made is not None:
            found.append(made)
            frameworks |= {made.id: edition} if edition else {}
    if not found:
        top.problem("rounds", "there is no round", 'add [[rounds]] with id, kind = "baseline" and reference_date')
    return found, frameworks


def _round(table: Table) -> Round | None:
    reference = table.day("reference_date")
    if reference is None:
        table.problem("reference_date", "a round needs a reference_date", "results are true of that day")
        return None
    kind = choice(table, "kind", RoundKind, RoundKind.BASELINE)
    made = table.make(
        lambda: Round(
            id=table.get("id", str, kind.value),
            kind=kind,
            title=table.text("title", kind.value.capitalize()),
            reference_date=reference,
            start=table.day("start"),
            end=table.day("end"),
        )
    )
    table.done()
    return made
