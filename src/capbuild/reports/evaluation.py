"""What training came to on the four levels at which it is evaluated, for the report to a donor."""

import datetime
from collections.abc import Sequence

from capbuild.model import Evaluation, Missing
from capbuild.reports.cells import Style, Words
from capbuild.reports.held import Held
from capbuild.reports.model import Block, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting
from capbuild.tracking import LevelResult, level_results, months_after

__all__ = ["evaluation_section"]

#: Days of a month, for moments such as `6 months`.
_MONTH = 365.25 / 12


def evaluation_section(every: Sequence[Held], until: datetime.date, setting: Setting) -> ReportSection | None:
    """Return the four levels over all activities of the period; None where nothing was ever measured.

    Args:
        every: Activities of the period.
        until: Last day of the period: what was measured later is not shown.
        setting: Language, audience and dossier.
    """
    if not setting.dossier.evaluations or not any(one.held for one in every):
        return None
    say, least = setting.say, setting.disclosure.minimum_n
    present = [enrolment for one in every if one.held for enrolment in one.present]
    measured, unnamed = _measured(every, until, setting)
    results = level_results(measured, present, minimum_n=1 if setting.disclosure.everything else least)
    columns = ("level", "instrument", "moment", "answers", "rate", "mean", "change")
    figure = Figure(
        id="evaluation",
        columns=[Column(id=name, title=say(f"evaluation.col.{name}"), number=name in columns[3:]) for name in columns],
        groups=[RowGroup(rows=[_row(one, setting) for one in results])],
        caption=say("evaluation.caption", count=least),
    )
    blocks: list[Block] = [figure]
    if unnamed:
        text = say("evaluation.unnamed", count=unnamed)
        blocks.append(Paragraph(text=text, note=True))
    return ReportSection(
        id="evaluation", order=250, title=say("evaluation.title"), lead=say("evaluation.lead"), blocks=blocks
    )


def _measured(every: Sequence[Held], until: datetime.date, setting: Setting) -> tuple[list[Evaluation], int]:
    """Return what may be counted of the activities held, and how many answers without names may not.

    Answers of people are counted as the people are; answers without names where everybody who was present is.
    """
    found, unnamed = [], 0
    came: dict[str, set[str]] = {}
    for enrolment in setting.dossier.enrolments:
        if enrolment.status.present:
            came.setdefault(enrolment.delivery, set()).add(enrolment.country)
    held = {one.delivery.id: one for one in every if one.held and one.delivery is not None}
    for row in setting.dossier.evaluations:
        one = held.get(row.delivery)
        if one is None or one.delivery is None:
            continue
        known = {person.participant for person in one.present}
        everybody = came.get(row.delivery, set()) <= one.countries
        then = one.delivery.end + datetime.timedelta(days=max(months_after(row.moment), 0) * _MONTH)
        if then > until:
            continue
        if row.participant in known or (row.participant is None and everybody):
            found.append(row)
        elif row.participant is None and not isinstance(row.value, Missing):
            unnamed += 1
    return found, unnamed


def _row(one: LevelResult, setting: Setting) -> Row:
    say = setting.say
    dash, withheld = Words(text="–", style=Style.QUIET), Words(text=say("withheld"), style=Style.QUIET)
    level = Words(text=say(f"evaluation.level.{one.level.value}"), style=Style.STRONG)
    if not one.moment:
        return Row(cells=[level, Words(text=say("evaluation.not_measured"), style=Style.QUIET), *[dash] * 5])
    head = [level, _instrument(one.instrument, setting), Words(text=_moment(one.moment, setting))]
    if one.small:
        section, what = say("evaluation.title"), f"{level.text}, {one.instrument}"
        setting.leave_out(section, what, "few_people", count=setting.disclosure.minimum_n)
        return Row(cells=[*head, *[withheld] * 4])
    asked = "" if one.asked is None else say("of", total=one.asked)
    top = "" if one.maximum is None else say("of", total=one.maximum)
    return Row(
        cells=[
            *head,
            Words(text=say.number(one.answers), after=asked),
            dash if one.response_rate is None else Words(text=say.percent(one.response_rate)),
            dash if one.mean is None else Words(text=say.number(round(one.mean, 1)), after=top),
            _change(one, setting),
        ]
    )


def _instrument(name: str, setting: Setting) -> Words:
    """Return what was measured with: a word that many programmes use, or the programme's own words."""
    known = setting.say.known(name)
    return Words(text=known or "–", language="und" if known == name and name else "")


def _moment(moment: str, setting: Setting) -> str:
    months = months_after(moment)
    if months > 0:
        return setting.say("evaluation.moment.months", count=round(months))
    return setting.say(f"evaluation.moment.{moment}") if moment in ("after", "before") else moment


def _change(one: LevelResult, setting: Setting) -> Words:
    say, change = setting.say, one.change
    if change is None or change.difference is None or change.small:
        text = say("withheld") if change is not None and change.small and change.paired else "–"
        return Words(text=text, style=Style.QUIET)

    def signed(value: float) -> str:
        return f"{'+' if round(value, 1) > 0 else ''}{say.number(round(value, 1))}"

    if change.interval is None:
        return Words(text=signed(change.difference))
    low, high = signed(change.interval.lower), signed(change.interval.upper)
    return Words(
        text=say("evaluation.change", change=signed(change.difference), low=low, high=high),
        after=say("evaluation.noise") if change.within_noise else "",
    )
