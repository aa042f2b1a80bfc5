"""Display of a programme: partners, dates, countries and framework."""

from typing import Any

from attrs import evolve

from capbuild.display import counted
from capbuild.model import OrganisationRole, Programme
from capbuild.notebook.pages import SAY, Column, Grid, Page, is_invented, shorten
from capbuild.notebook.survey_parts import list_causes
from capbuild.reports.cells import Words

#: Most countries shown.
_NAMED = 6


def page(subject: Any) -> Page:
    """Return the display of a programme, or of its folder."""
    if isinstance(subject, Programme):
        return _make_page(subject)
    if not subject.usable:
        return Page(
            title=shorten(subject.folder.as_posix(), 100),
            blocks=list_causes(subject.folder_issues),
            foot=["`.validate()` lists every issue of the folder"],
        )
    shown = _make_page(subject.programme)
    facts = [Words(text=shorten(subject.folder.as_posix(), 100)), *shown.facts]
    foot = ["`.programme` holds the settings"]
    if subject.rounds:
        foot.append(f"`.assess({subject.rounds[-1].id!r})` has the scores of a round")
    return evolve(shown, facts=facts, foot=[*foot, "`.validate()` lists every issue"])


def _make_page(programme: Programme) -> Page:
    rows = [(Words(text=label), Words(text=text)) for label, text in _list_fact_rows(programme) if text]
    return Page(
        title=shorten(SAY.text(programme.title)),
        facts=[Words(text=shorten(SAY.text(programme.description), 200))] if programme.description else [],
        blocks=[Grid(columns=[Column(), Column()], rows=rows)] if rows else [],
        foot=_make_foot(programme),
        invented=is_invented(programme),
    )


def _list_fact_rows(programme: Programme) -> list[tuple[str, str]]:
    """Return known facts as label and text; empty ones are skipped."""
    phases = [f"{SAY.text(p.title)} ({_format_span(p.start.year, p.end.year)})" for p in programme.phases[:4]]
    rounds = [f"{SAY.text(r.title)} (as of {SAY.date(r.reference_date)})" for r in programme.rounds[:4]]
    funders = [SAY.text(o.name) for o in programme.with_role(OrganisationRole.FUNDING)]
    doers = [SAY.text(o.name) for o in programme.with_role(OrganisationRole.IMPLEMENTING)]
    return [
        ("Participants", _format_participants(programme)),
        ("Framework", programme.framework),
        ("Implemented by", SAY.joined(doers[:4])),
        ("Funded by", SAY.joined(funders[:4])),
        ("Phases", SAY.joined(phases)),
        ("Rounds", SAY.joined(rounds)),
        ("Targets", SAY.text(programme.targets.title) if programme.targets is not None else ""),
        ("Results", counted(len(programme.results), "result") if programme.results else ""),
        ("Report languages", ", ".join(programme.languages)),
    ]


def _format_span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _format_participants(programme: Programme) -> str:
    names = [country.name for country in programme.countries]
    if not names:
        return ""
    visits = sum(participation.visit for participation in programme.participations)
    visited = f"; {visits} of the {SAY.number(len(names))} were visited" if visits else ""
    listed = SAY.joined(names)
    if len(names) > _NAMED:
        listed = SAY("and_more", count=len(names) - _NAMED, listed=", ".join(names[:_NAMED]))
    return f"{SAY.number(len(names))}: {listed}{visited}"


def _make_foot(programme: Programme) -> list[str]:
    notes = [shorten(SAY.text(programme.disclaimer).replace("`", "").rstrip("."), 120)] if programme.disclaimer else []
    return [*notes, "`.participations` and `.rounds` hold the details"]
