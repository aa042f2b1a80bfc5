"""Phases and rounds of a programme, as programme.toml says them."""

from capbuild.model import Phase, Round, RoundKind
from capbuild.workspace.toml import Table, choice

__all__ = ["load_phases", "load_rounds"]


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
            description=table.text("description"),
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
