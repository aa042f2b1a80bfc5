"""What the activities of a plan are for: objective, form, provider, check and cost of a seat."""

from collections.abc import Iterable
from math import ceil

from capbuild.model import Activity, Catalogue
from capbuild.reports.cells import Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Column, Figure, Row, RowGroup

#: Modes with a name in the language of the report; others are printed as they were written.
_MODES = ("classroom", "online", "blended")


def build_activity_figure(names: Iterable[str], context: ReportContext) -> Figure | None:
    """Build the table of activities; None where the catalogue says nothing more of them than their titles.

    Args:
        names: Ids of the activities, in the order of the table.
        context: Language, audience and the dossier with the catalogue.
    """
    catalogue = context.dossier.catalogue
    if catalogue is None:
        return None
    known = {one.id: one for one in catalogue.activities}
    shown = [known[name] for name in dict.fromkeys(names) if name in known]
    if not any(one.objective.source or one.assessment.source for one in shown):
        return None
    say, costs = context.say, context.disclosure.costs
    return Figure(
        id="plan-activities",
        columns=[
            Column(id="activity", title=say("activity.objective")),
            Column(id="form", title=say("activity.form")),
            Column(id="before", title=say("activity.before")),
            Column(id="checked", title=say("activity.checked")),
            *([Column(id="seat", title=say("activity.seat"), number=True)] if costs else []),
        ],
        groups=[RowGroup(rows=[_make_row(one, catalogue, context) for one in shown])],
        caption=say("caption.plan.about"),
    )


def _make_row(one: Activity, catalogue: Catalogue, context: ReportContext) -> Row:
    say = context.say
    cells: list[Cell] = [
        Lines(
            lines=[
                Words(text=say.text(one.title), after=one.id, style=Style.STRONG),
                *([Words(text=say.text(one.objective))] if one.objective.source else []),
            ]
        ),
        Words(text=describe_form(one, context)),
        Words(text=_describe_conditions(one, catalogue, context) or "–"),
        Words(text=say.text(one.assessment) or "–"),
    ]
    return Row(cells=[*cells, *([Words(text=_describe_seat(one, context) or "–")] if context.disclosure.costs else [])])


def describe_content(one: Activity, catalogue: Catalogue, context: ReportContext) -> list[str]:
    """Return objective, topics, levels of competence that it raises people to, and check, each as a sentence."""
    say = context.say
    titles = {known.id: say.lowered(say.text(known.title)) for known in catalogue.competences}
    raised = [
        say("activity.raises.one", title=titles.get(name, name), level=level) for name, level in one.competences.items()
    ]
    return [
        *([f"{say.text(one.objective)}."] if one.objective.source else []),
        *([say("activity.topics", list=say.text(one.syllabus))] if one.syllabus.source else []),
        *([say("activity.raises", list=say.clauses(*raised))] if raised else []),
        *(
            [f"{say.labelled(say('activity.checked'), say.lowered(say.text(one.assessment)))}."]
            if one.assessment.source
            else []
        ),
    ]


def describe_form(one: Activity, context: ReportContext) -> str:
    """Return mode, length in whole days and providers, such as "in person, 5 days; university"."""
    say = context.say
    mode = say(f"activity.mode.{one.mode}") if one.mode in _MODES else one.mode
    # What takes no days and is not online, such as equipment, is not held in any form.
    form = [mode, say("count.days", count=ceil(one.days))] if one.days else [mode] if one.mode == "online" else []
    return say.clauses(", ".join(form), *(say(f"activity.provider.{kind.name.lower()}") for kind in one.providers))


def _describe_conditions(one: Activity, catalogue: Catalogue, context: ReportContext) -> str:
    say, note = context.say, catalogue.notes.get(one.id)
    first = [*one.prerequisites, *one.one_of, *one.requires]
    return " ".join(
        [
            *([say("activity.first", list=", ".join(first))] if first else []),
            *([say.text(note)] if note is not None else []),
        ]
    )


def _describe_seat(one: Activity, context: ReportContext) -> str:
    say, home, abroad = context.say, one.cost_per_seat(), one.cost_per_seat(abroad=True)
    if home is None or abroad is None:
        return ""
    texts = [say("money", currency=money.currency, amount=say.amount(money.amount)) for money in (home, abroad)]
    return texts[0] if home == abroad else say.clauses(texts[0], say("activity.seat.abroad", amount=texts[1]))
