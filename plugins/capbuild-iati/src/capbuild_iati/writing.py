"""A programme as an IATI 2.03 activity: one for the programme, and one below it for each phase."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator

from attrs import evolve, frozen

from capbuild.errors import WriteError, did_you_mean
from capbuild.guarding import xml_text
from capbuild.model import Audience, Organisation, OrganisationRole, Phase, Programme
from capbuild.text import Text
from capbuild_iati.codes import ROLE_CODES
from capbuild_iati.document import IatiDocument
from capbuild_iati.losses import Losses, programme_losses
from capbuild_iati.money import write_budgets, write_transactions
from capbuild_iati.options import IatiOptions
from capbuild_iati.results import ResultWriter
from capbuild_iati.slots import SlotReader
from capbuild_iati.tree import LANGUAGE, Element, SubElement, narratives, own, printed, text_element

__all__ = ["write_iati"]

_INVENTED = Text("The figures in this file are invented.", "en")
#: Code lists: description 1 is general, 4 other; date 1 is the planned start, 3 the planned end.
_GENERAL, _OTHER = "1", "4"
_ALPHA_2 = "A4"
_PARENT, _CHILD = "1", "2"


@frozen
class _Frame:
    """What every activity of the file repeats.

    Attributes:
        programme: The programme.
        options: Facts that it does not hold.
        reporter: The organisation that reports.
        identifier: Identifier of the programme's activity.
        start: First day of the programme.
        end: Last day.
    """

    programme: Programme
    options: IatiOptions
    reporter: Organisation
    identifier: str
    start: datetime.date
    end: datetime.date


def write_iati(programme: Programme, *, audience: str = "team", options: IatiOptions | None = None) -> IatiDocument:
    """Return a programme as an activity file of edition 2.03, with an account of what it does not hold.

    Args:
        programme: The programme.
        audience: Who will read the file; `public` for one that is published. A figure that belongs to a country is
            written only where the policy lets that audience see it by name.
        options: Facts that a programme does not hold.

    Raises:
        WriteError: The disclosure policy does not name the audience (CB703), or the file would not be valid: no
            organisation with a reference, no role, no day (IATI100).
    """
    given = options or IatiOptions()
    whom = _admitted(programme, audience)
    frame = _frame(programme, given)
    losses = Losses()
    programme_losses(programme, losses)
    root = Element("iati-activities", version="2.03")
    _programme_activity(SubElement(root, "iati-activity"), frame, whom, losses)
    for phase in programme.phases:
        _phase_activity(SubElement(root, "iati-activity"), phase, frame)
    if len(programme.participations) > 1 and not given.shares:
        losses.advise(
            "IATI wants the countries' percentages of the money to sum to 100, and they are not known",
            "give them with the option shares",
        )
    return IatiDocument(xml=printed(root), losses=losses.issues)


def _admitted(programme: Programme, audience: str) -> Audience:
    """Return the audience if the policy names it: it fails closed, as reports do."""
    policy = programme.disclosure
    known = {a.value for a in Audience} & {*policy.audiences, *policy.named_by_default}
    if audience not in known:
        raise WriteError(
            f"the disclosure policy does not name the audience {audience!r}{did_you_mean(audience, known)}",
            code="CB703",
            remedy=f"audiences named: {', '.join(sorted(known))}; add it to [audiences] when it may have a file",
        )
    return Audience(audience)


def _frame(programme: Programme, options: IatiOptions) -> _Frame:
    reporter = _reporter(programme, options)
    if not any(organisation.roles for organisation in programme.organisations):
        raise WriteError(
            "no organisation has a role in the programme; IATI asks for one",
            code="IATI100",
            remedy="say who funds and who implements it",
        )
    days = sorted(_days(programme, options))
    if not days:
        raise WriteError(
            "the programme has no day: no phase, round or yearly budget",
            code="IATI100",
            remedy="give the options start and end",
        )
    identifier = options.identifier or f"{reporter.reference}-{_identifying(programme.id)}"
    return _Frame(programme, options, reporter, identifier, options.start or days[0], options.end or days[-1])


def _reporter(programme: Programme, options: IatiOptions) -> Organisation:
    """Return the organisation that reports, with a reference."""
    roles = (OrganisationRole.ACCOUNTABLE, OrganisationRole.IMPLEMENTING)
    first = [organisation for role in roles for organisation in programme.with_role(role)]
    for organisation in (*first, *programme.organisations):
        reference = options.reference or organisation.reference
        if reference and options.reporting in ("", organisation.id):
            return evolve(organisation, reference=reference)
    named = f"organisation {options.reporting!r} is not there, or has no reference"
    raise WriteError(
        named if options.reporting else "no organisation has a reference",
        code="IATI100",
        remedy="give the organisation that reports its IATI identifier as reference, or the option reference",
    )


def _days(programme: Programme, options: IatiOptions) -> Iterator[datetime.date]:
    yield from (day for day in (options.start, options.end) if day is not None)
    for phase in programme.phases:
        yield from (phase.start, phase.end)
    for one in programme.rounds:
        yield from (one.start or one.reference_date, one.end or one.reference_date)
    for budget in programme.budgets:
        if budget.year is not None:
            yield from (datetime.date(budget.year, 1, 1), datetime.date(budget.year, 12, 31))


def _programme_activity(activity: Element, frame: _Frame, whom: Audience, losses: Losses) -> None:
    programme = frame.programme
    _activity_head(activity, frame, frame.identifier, own_id=programme.id, hierarchy="1")
    currencies = sorted({budget.amount.currency for budget in programme.budgets})
    if currencies:
        activity.set("default-currency", currencies[0])
    text_element(activity, "title", programme.title)
    described = text_element(activity, "description", programme.description or programme.title, type=_GENERAL)
    if programme.description is None:
        described.set(own("use"), "title")
    _notices(activity, programme)
    _common(activity, frame, frame.start, frame.end)
    write_budgets(activity, programme, frame.start, frame.end, losses)
    write_transactions(activity, programme, frame.end, frame.options.as_of)
    for phase in programme.phases:
        SubElement(activity, "related-activity", ref=_phase_identifier(frame, phase), type=_CHILD)
    writer = ResultWriter(
        slots=SlotReader(programme),
        start=frame.start,
        end=frame.end,
        may_show=_may_show(programme, whom),
        losses=losses,
    )
    for result in programme.results:
        writer.write(activity, result)
    if programme.invented:
        SubElement(activity, own("invented")).text = "true"


def _may_show(programme: Programme, whom: Audience) -> Callable[[str], bool]:
    """Return what tells whether a country may be named with its results, by alpha-2 code."""
    named = {c.alpha_2 for c in programme.countries if programme.disclosure.may_name(c, whom)}
    return named.__contains__


def _phase_activity(activity: Element, phase: Phase, frame: _Frame) -> None:
    _activity_head(activity, frame, _phase_identifier(frame, phase), own_id=phase.id, hierarchy="2")
    text_element(activity, "title", phase.title)
    described = text_element(activity, "description", phase.description or phase.title, type=_GENERAL)
    if phase.description is None:
        described.set(own("use"), "title")
    _common(activity, frame, phase.start, phase.end)
    SubElement(activity, "related-activity", ref=frame.identifier, type=_PARENT)


def _phase_identifier(frame: _Frame, phase: Phase) -> str:
    return f"{frame.identifier}-{_identifying(phase.id)}"


def _identifying(name: str) -> str:
    """Return a name without the characters that the standard forbids in identifiers."""
    return re.sub(r"[/&|?\s]", "-", name)


def _activity_head(activity: Element, frame: _Frame, identifier: str, *, own_id: str, hierarchy: str) -> None:
    activity.set(LANGUAGE, frame.programme.languages[0] if frame.programme.languages else "en")
    activity.set("hierarchy", hierarchy)
    activity.set(own("id"), xml_text(own_id))
    SubElement(activity, "iati-identifier").text = xml_text(identifier)
    text_element(
        activity,
        "reporting-org",
        frame.reporter.name,
        ref=frame.reporter.reference,
        type=frame.options.reporting_type,
    )


def _notices(activity: Element, programme: Programme) -> None:
    """What stands on every page of a report stands in the file too."""
    notice = programme.notice or (_INVENTED if programme.invented else None)
    for use, text in (("notice", notice), ("disclaimer", programme.disclaimer)):
        if text is not None:
            element = text_element(activity, "description", text, type=_OTHER)
            element.set(own("use"), "invented" if text is _INVENTED else use)


def _common(activity: Element, frame: _Frame, start: datetime.date, end: datetime.date) -> None:
    """Add what stands between the descriptions and the money, in the order of the schema."""
    _organisations(activity, frame.programme.organisations)
    SubElement(activity, "activity-status", code=frame.options.status)
    for code, day in (("1", start), ("3", end)):
        element = SubElement(activity, "activity-date", {"type": code, "iso-date": day.isoformat()})
        element.set(own("derived"), "true")  # phases, rounds and budgets say the days themselves
    for part in frame.programme.participations:
        country = SubElement(activity, "recipient-country", code=part.country.alpha_2)
        country.set(own("role"), part.role.value)
        if part.country.alpha_2 in frame.options.shares:
            country.set("percentage", f"{frame.options.shares[part.country.alpha_2]:.12g}")
        narratives(country, Text(part.country.name, "en"))
    for part in frame.programme.participations:
        place = SubElement(activity, "location", ref=part.country.alpha_2)
        SubElement(place, "location-id", vocabulary=_ALPHA_2, code=part.country.alpha_2)
        text_element(place, "name", Text(part.country.name, "en"))
    if frame.options.sector:
        SubElement(activity, "sector", vocabulary="1", code=frame.options.sector)


def _organisations(activity: Element, organisations: Iterable[Organisation]) -> None:
    for organisation in organisations:
        for role in organisation.roles:
            element = text_element(activity, "participating-org", organisation.name, role=ROLE_CODES[role])
            element.set(own("id"), xml_text(organisation.id))
            if organisation.reference:
                element.set("ref", xml_text(organisation.reference))
