"""Phases and rounds of a programme, as programme.toml says them."""

from capbuild.model import Phase, Round, RoundKind
from capbuild.workspace.toml import Table, choice

__all__ = ["load_phases", "load_rounds"]


def load_phases(top: Table) -> list[Phase]:
    """Return the phases."""
    found: list[Phase] = []
    for table in top.tables("phases"):
        start, end = table.day("start"), table.day("end")
        if start is None or end is None:
            table.problem("start", "a phase needs a start and an end")
            continue
        description = table.text("description")
        made = table.make(
            lambda t=table, s=start, e=end, d=description: Phase(  # type: ignore[misc]
                id=t.get("id", str, ""), title=t.text("title"), start=s, end=e, description=d
            )
        )
        table.done()
        if made is not None:
            found.append(made)
    return found


def load_rounds(top: Table) -> tuple[list[Round], dict[str, str]]:
    """Return the rounds, and the framework of each that names one of its own."""
    found: list[Round] = []
    frameworks: dict[str, str] = {}
    for table in top.tables("rounds"):
        reference = table.day("reference_date")
        if reference is None:
            table.problem("reference_date", "a round needs a reference_date", "results are true of that day")
            continue
        kind = choice(table, "kind", RoundKind, RoundKind.BASELINE)
        edition = table.get("framework", str, "")
        made = table.make(
            lambda t=table, k=kind, r=reference: Round(  # type: ignore[misc]
                id=t.get("id", str, k.value),
                kind=k,
                title=t.text("title", k.value.capitalize()),
                reference_date=r,
                start=t.day("start"),
                end=t.day("end"),
            )
        )
        table.done()
        if made is not None:
            found.append(made)
            frameworks |= {made.id: edition} if edition else {}
    if not found:
        top.problem("rounds", "there is no round", 'add [[rounds]] with id, kind = "baseline" and reference_date')
    return found, frameworks
