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

#: Confidence level of the intervals of changes.
_CONFIDENCE = 0.9

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
    measured, withheld = _measured(every, until, setting)
    minimum = 1 if setting.disclosure.everything else least
    results = level_results(measured, present, minimum_n=minimum, level=_CONFIDENCE)
    columns = ("level", "instrument", "moment", "answers", "rate", "mean", "change")
    figure = Figure(
        id="evaluation",
        columns=[Column(id=name, title=say(f"evaluation.col.{name}"), number=name in columns[3:]) for name in columns],
        groups=[RowGroup(rows=[_row(one, setting) for one in results])],
        caption=say("evaluation.caption", count=least, share=say.percent(_CONFIDENCE)),
    )
    blocks: list[Block] = [figure]
    if withheld:
        blocks.append(Paragraph(text=say("evaluation.unnamed"), note=True))
    return ReportSection(
        id="evaluation", order=250, title=say("evaluation.title"), lead=say("evaluation.lead"), blocks=blocks
    )


def _measured(every: Sequence[Held], until: datetime.date, setting: Setting) -> tuple[list[Evaluation], bool]:
    """Return what was measured of the activities held, and whether some of it is withheld.

    A row that stands for withheld ones is kept only where nothing else was measured: it counts nobody.
    """
    found = []
    held = {one.delivery.id: one for one in every if one.held and one.delivery is not None}
    for row in setting.dossier.evaluations:
        one = held.get(row.delivery)
        if one is None or one.delivery is None:
            continue
        then = one.delivery.end + datetime.timedelta(days=max(months_after(row.moment), 0) * _MONTH)
        known = row.participant is None or row.participant in {person.participant for person in one.present}
        if known and then <= until:
            found.append(row)
    if setting.disclosure.everything:
        return found, False
    blank = [row for row in found if row.value is Missing.CONFIDENTIAL]
    told = {_measure(row) for row in found if row not in blank}
    return [row for row in found if row not in blank or _measure(row) not in told], bool(blank)


def _measure(row: Evaluation) -> tuple[object, ...]:
    return row.level, row.instrument, row.maximum, row.moment


def _row(one: LevelResult, setting: Setting) -> Row:
    say = setting.say
    dash, withheld = Words(text="–", style=Style.QUIET), Words(text=say("withheld"), style=Style.QUIET)
    level = Words(text=say(f"evaluation.level.{one.level.value}"), style=Style.STRONG)
    if not one.moment:
        return Row(cells=[level, Words(text=say("evaluation.not_measured"), style=Style.QUIET), *[dash] * 5])
    head = [level, _instrument(one.instrument, setting), Words(text=_moment(one.moment, setting))]
    if one.small:
        return Row(cells=[*head, *[withheld] * 4])
    asked = "" if one.asked is None else say("of", total=one.asked)
    top = "" if one.maximum is None else say("of", total=one.maximum)
    return Row(
        cells=[
            *head,
            Words(text=say.number(one.answers), after=asked),
            dash if one.response_rate is None else Words(text=say.percent(one.response_rate)),
            dash if one.mean is None else Words(text=say.decimal(one.mean), after=top),
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
        return f"{'+' if round(value, 1) > 0 else ''}{say.decimal(round(value, 1))}"

    if change.interval is None:
        return Words(text=signed(change.difference))
    low, high = signed(change.interval.lower), signed(change.interval.upper)
    return Words(
        text=say("evaluation.change", change=signed(change.difference), low=low, high=high),
        after=say("evaluation.noise") if change.within_noise else "",
    )
