"""Programmes as IATI 2.03 activities.

There is a parent activity, and one for each phase.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from mimetypes import guess_type
from xml.etree.ElementTree import Comment, Element, SubElement

from attrs import evolve, frozen

from capbuild.disclosure import disclose
from capbuild.errors import WriteError
from capbuild.escaping import xml_text
from capbuild.formats import print_xml
from capbuild.io import report_lost_fields
from capbuild.model import Issues, Organisation, OrganisationRole, Participation, Phase, Programme, ProgrammeDocument
from capbuild.plugins import RenderContext
from capbuild.text import Text, as_text
from capbuild_iati.document import IatiDocument
from capbuild_iati.money import write_budgets, write_transactions
from capbuild_iati.options import WRITER, IatiOptions
from capbuild_iati.results import Losses, ResultWriter, SlotReader, list_programme_days, record_programme_losses
from capbuild_iati.tree import (
    LANGUAGE,
    NAMESPACE,
    ROLE_CODES,
    add_narratives,
    add_text_element,
    make_own_name,
    set_marks,
)

_INVENTED = as_text(
    {
        "en": "Invented: every figure in this file is made up to show the software.",
        "es": "Inventado: todas las cifras de este archivo son inventadas y sirven para mostrar el software.",
        "fr": "Données fictives\u00a0: tous les chiffres de ce fichier servent à montrer le logiciel.",
        "nl": "Fictief: alle cijfers in dit bestand zijn gemaakt om de software te tonen.",
        "pt": "Fictício: todos os números deste arquivo são fictícios e servem para demonstrar o software.",
    }
)
#: Code lists: description 1 is general, 4 other; date 1 is the planned start, 3 the planned end.
_GENERAL, _OTHER = "1", "4"
_ALPHA_2 = "A4"
_PARENT, _CHILD = "1", "2"
#: Tolerance of sums of shares, since people round percentages.
_SHARE_TOLERANCE = 0.01
#: Most keys of withheld figures listed individually.
_SHOWN = 5
_CONSENT = "record its consent with date and office"


@frozen
class _Frame:
    """Data repeated in every activity of the file.

    Attributes:
        programme: The programme.
        options: Facts that the programme lacks.
        reporter: The reporting organisation.
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

    @property
    def codes(self) -> frozenset[str]:
        """Alpha-2 codes of the countries."""
        return frozenset(part.country.alpha_2 for part in self.programme.participations)


def write_iati(programme: Programme, *, audience: str = "team", options: IatiOptions | None = None) -> IatiDocument:
    """Return a programme as IATI 2.03 activities with its losses.

    Args:
        programme: The programme.
        audience: Audience of the file; `public` for a published one. Figures of a country are written only if the
            policy lets the audience see them by name.
        options: Facts that a programme lacks.

    Raises:
        WriteError: The disclosure policy does not name the audience (CB703), or the file would not be valid: no
            organisation with a reference, no role, no day (IATI100).
    """
    shown, _ = disclose(programme, RenderContext(audience=audience, programme=programme))
    losses = Losses()
    _record_withheld(programme, shown, losses)
    document = make_iati_document(shown, options or IatiOptions(), losses)
    lost = report_lost_fields(shown, WRITER)
    return document if lost is None else evolve(document, losses=Issues([*document.losses, lost]))


def write_activities(subject: Programme, context: RenderContext, options: IatiOptions) -> Iterator[bytes]:
    """Yield the file of a programme for an audience.

    What the file cannot express is added to the issues of the context.
    """
    shown, losses = disclose(subject, context)[0], Losses()
    _record_withheld(subject, shown, losses)
    document = make_iati_document(shown, options, losses)
    context.issues.extend(document.losses)
    yield document.xml


def _record_withheld(programme: Programme, shown: Programme, losses: Losses) -> None:
    """Record what disclosure withheld: figures, results and details of participation.

    Args:
        programme: The programme before disclosure.
        shown: The programme after it.
        losses: Collects the losses.
    """
    for part, participation in zip(programme.participations, shown.participations, strict=True):
        if _list_details(part) != _list_details(participation):
            losses.withheld(f"how {part.country} takes part", "the audience does not see every country's results")
    kept = {result.id: {part.id: part for part in result.indicators} for result in shown.results}
    why = "it is, or would reveal, the result of a country that has not agreed to be named"
    for result in programme.results:
        if result.id not in kept:
            losses.withheld(f"result {result.id!r}", why, _CONSENT)
            continue
        for indicator in result.indicators:
            other = kept[result.id].get(indicator.id)
            for kind in ("baselines", "targets", "actuals"):
                gone = [key for key in getattr(indicator, kind) if other is None or key not in getattr(other, kind)]
                if gone:
                    more = f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""
                    keys = ", ".join(map(repr, gone[:_SHOWN]))
                    losses.withheld(f"{kind} {keys}{more} of indicator {indicator.id!r}", why, _CONSENT)


def make_iati_document(programme: Programme, iati_options: IatiOptions, losses: Losses | None = None) -> IatiDocument:
    """Return an activity file of a disclosed programme.

    Args:
        programme: The programme, after `capbuild.disclosure.disclose`.
        iati_options: Facts that a programme lacks.
        losses: Losses so far.

    Raises:
        WriteError: The file would not be valid (IATI100).
    """
    losses = losses or Losses()
    frame = _make_frame(programme, iati_options)
    record_programme_losses(programme, frame.reporter.id, losses)
    root = Element("iati-activities", version="2.03")
    if programme.invented:
        root.append(Comment(f" {_INVENTED} "))
    _write_programme(SubElement(root, "iati-activity"), frame, losses)
    for phase in programme.phases:
        _write_phase(SubElement(root, "iati-activity"), phase, frame)
    _advise(frame, losses)
    return IatiDocument(xml=print_xml(root, {NAMESPACE: "capbuild"}), losses=losses.issues)


def _advise(frame: _Frame, losses: Losses) -> None:
    """Record unmet rules of the standard outside its schema."""
    shares = {code: share for code, share in frame.options.shares.items() if code in frame.codes}
    if not frame.codes:
        losses.advise(
            "IATI requires the countries of an activity, but there are no participants", "name the participants"
        )
    elif len(frame.codes) > 1 and abs(sum(shares.values()) - 100) > _SHARE_TOLERANCE:
        problem = f"they sum to {sum(shares.values()):g}" if shares else "they are not known"
        losses.advise(
            f"IATI requires the countries' percentages of the money to sum to 100, but {problem}",
            "give them with the option shares",
        )
    if not frame.options.sector:
        losses.advise("IATI requires the sector of an activity", "give it with the option sector")
    if not frame.identifier.startswith(frame.reporter.reference):
        losses.advise(
            f"the identifier {frame.identifier!r} does not begin with that of the organisation that reports, "
            f"{frame.reporter.reference!r}",
            "correct the option identifier",
        )


def _make_frame(programme: Programme, options: IatiOptions) -> _Frame:
    reporter = _find_reporter(programme, options)
    if not any(organisation.roles for organisation in programme.organisations):
        raise WriteError(
            "no organisation has a role in the programme; IATI requires one",
            code="IATI100",
            remedy="name who funds and who implements it",
        )
    named = (day for day in (options.start, options.end) if day is not None)
    days = sorted([*named, *list_programme_days(programme)])
    if not days:
        raise WriteError(
            "the programme has no dates: no phase, round or yearly budget",
            code="IATI100",
            remedy="give the options start and end",
        )
    identifier = options.identifier or f"{reporter.reference}-{_clean_identifier(programme.id)}"
    return _Frame(programme, options, reporter, identifier, options.start or days[0], options.end or days[-1])


def _find_reporter(programme: Programme, options: IatiOptions) -> Organisation:
    """Return the reporting organisation, which has a reference."""
    roles = (OrganisationRole.ACCOUNTABLE, OrganisationRole.IMPLEMENTING)
    first = [organisation for role in roles for organisation in programme.with_role(role)]
    for organisation in (*first, *programme.organisations):
        reference = options.reference or organisation.reference
        if reference and options.reporting in ("", organisation.id):
            return evolve(organisation, reference=reference)
    named = f"organisation {options.reporting!r} does not exist, or has no reference"
    raise WriteError(
        named if options.reporting else "no organisation has a reference",
        code="IATI100",
        remedy="give the organisation that reports its IATI identifier as reference, or the option reference",
    )


def _write_programme(activity: Element, frame: _Frame, losses: Losses) -> None:
    programme = frame.programme
    _write_head(activity, frame, frame.identifier, own_id=programme.id, hierarchy="1")
    set_marks(activity, languages=" ".join(programme.languages))
    if programme.currency:
        activity.set("default-currency", programme.currency)
    _write_texts(activity, programme.title, programme.description, programme)
    if programme.disclaimer is not None:
        set_marks(add_text_element(activity, "description", programme.disclaimer, type=_OTHER), use="disclaimer")
    _write_common(activity, frame, frame.start, frame.end, details=True)
    parts = [part for part in programme.participations if any(_list_details(part).values())]
    losses.private("how countries take part", (part.country.name for part in parts))
    write_budgets(activity, programme, frame.start, frame.end, losses)
    write_transactions(activity, programme, frame.end, frame.options.as_of)
    for document in programme.documents:
        if document.categories:
            _write_document(activity, document)
    for phase in programme.phases:
        SubElement(activity, "related-activity", ref=_make_phase_identifier(frame, phase), type=_CHILD)
    writer = ResultWriter(
        slots=SlotReader(programme),
        start=frame.start,
        end=frame.end,
        measured=frozenset(result.id for result in programme.results if result.indicators),
        losses=losses,
    )
    for result in programme.results:
        writer.write(activity, result)
    if programme.invented:
        SubElement(activity, make_own_name("invented")).text = "true"


def _write_document(activity: Element, document: ProgrammeDocument) -> None:
    known = document.format or guess_type(document.url)[0] or "text/html"
    element = SubElement(activity, "document-link", url=xml_text(document.url), format=xml_text(known))
    if not document.format:
        set_marks(element, guessed="true")
    add_text_element(element, "title", document.title)
    if document.description is not None:
        add_text_element(element, "description", document.description)
    for tag, codes in (("category", document.categories), ("language", document.languages)):
        for code in codes:
            SubElement(element, tag, code=xml_text(code))
    if document.date is not None:
        SubElement(element, "document-date", {"iso-date": document.date.isoformat()})


def _write_phase(activity: Element, phase: Phase, frame: _Frame) -> None:
    _write_head(activity, frame, _make_phase_identifier(frame, phase), own_id=phase.id, hierarchy="2")
    _write_texts(activity, phase.title, phase.description, frame.programme)
    _write_common(activity, frame, phase.start, phase.end, details=False)
    SubElement(activity, "related-activity", ref=frame.identifier, type=_PARENT)


def _make_phase_identifier(frame: _Frame, phase: Phase) -> str:
    return f"{frame.identifier}-{_clean_identifier(phase.id)}"


def _clean_identifier(name: str) -> str:
    """Remove invalid characters from identifiers."""
    return re.sub(r"[/&|?\s]", "-", name)


def _write_head(activity: Element, frame: _Frame, identifier: str, *, own_id: str, hierarchy: str) -> None:
    activity.set(LANGUAGE, frame.programme.languages[0] if frame.programme.languages else "en")
    activity.set("hierarchy", hierarchy)
    set_marks(activity, id=own_id)
    SubElement(activity, "iati-identifier").text = xml_text(identifier)
    reporter = frame.reporter
    kind = frame.options.reporting_type
    set_marks(
        add_text_element(activity, "reporting-org", reporter.name, ref=reporter.reference, type=kind), id=reporter.id
    )


def _write_texts(activity: Element, title: Text, description: Text | None, programme: Programme) -> None:
    """Add title, description and standard notes of reports."""
    add_text_element(activity, "title", title)
    general = add_text_element(activity, "description", description or title, type=_GENERAL)
    set_marks(general, use="title" if description is None else "")
    for use, text in (("invented", _INVENTED if programme.invented else None), ("notice", programme.notice)):
        if text is not None:
            set_marks(add_text_element(activity, "description", text, type=_OTHER), use=use)


def _write_common(activity: Element, frame: _Frame, start: datetime.date, end: datetime.date, *, details: bool) -> None:
    """Add the elements between descriptions and money, in schema order."""
    _write_organisations(activity, frame.programme.organisations)
    SubElement(activity, "activity-status", code=frame.options.status)
    for code, day in (("1", start), ("3", end)):
        element = SubElement(activity, "activity-date", {"type": code, "iso-date": day.isoformat()})
        set_marks(element, derived="true")  # phases, rounds and budgets have these dates
    for part in frame.programme.participations:
        country = SubElement(activity, "recipient-country", code=part.country.alpha_2)
        set_marks(country, role=part.role.value, **(_list_details(part) if details else {}))
        if part.country.alpha_2 in frame.options.shares:
            country.set("percentage", f"{frame.options.shares[part.country.alpha_2]:.12g}")
        add_narratives(country, Text(part.country.name, "en"))
    for part in frame.programme.participations:
        place = SubElement(activity, "location", ref=part.country.alpha_2)
        SubElement(place, "location-id", vocabulary=_ALPHA_2, code=part.country.alpha_2)
        add_text_element(place, "name", Text(part.country.name, "en"))
    if frame.options.sector:
        SubElement(activity, "sector", vocabulary="1", code=frame.options.sector)


def _list_details(part: Participation) -> dict[str, str]:
    """Return details of participation without a place in IATI."""
    return {
        "languages": " ".join(part.languages),
        "visit": "true" if part.visit else "",
        "since": "" if part.since is None else part.since.isoformat(),
        "until": "" if part.until is None else part.until.isoformat(),
        "target": part.target or "",
    }


def _write_organisations(activity: Element, organisations: Iterable[Organisation]) -> None:
    for organisation in organisations:
        for role in organisation.roles:
            element = add_text_element(activity, "participating-org", organisation.name, role=ROLE_CODES[role])
            set_marks(element, id=organisation.id)
            if organisation.reference:
                element.set("ref", xml_text(organisation.reference))
