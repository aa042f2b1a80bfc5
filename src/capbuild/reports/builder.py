"""Building of reports from assessments, with plugin sections.

Figures are numbered.
"""

from collections.abc import Callable, Iterator

from attrs import evolve

from capbuild.disclosure import disclose
from capbuild.disclosure.control import COUNTRY_KINDS
from capbuild.disclosure.currency import convert_context
from capbuild.errors import CountryError, WriteError, did_you_mean
from capbuild.model import Assessment, AssessmentSet, Issue
from capbuild.model.country import country_code
from capbuild.plugins import RenderContext
from capbuild.reports.context import ReportContext, make_report_context
from capbuild.reports.i18n import MessageUsage, Translator, get_base_language, get_translator
from capbuild.reports.kinds import KINDS
from capbuild.reports.kinds.action_plan import build_action_plan
from capbuild.reports.kinds.country import build_country_report, build_unanswered_report
from capbuild.reports.kinds.country_brief import build_country_brief
from capbuild.reports.kinds.donor import build_donor_report, check_donor
from capbuild.reports.kinds.evidence import build_evidence_report, check_evidence
from capbuild.reports.kinds.letter import build_letter
from capbuild.reports.kinds.logframe import build_logframe, check_logframe
from capbuild.reports.kinds.needs_brief import build_brief, check_brief
from capbuild.reports.kinds.redactions import build_redaction_report
from capbuild.reports.kinds.region import build_regional_report
from capbuild.reports.model import Block, Figure, Report, ReportSection, TileMap

#: Builders of reports on all countries.
_MAKERS: dict[str, Callable[[AssessmentSet, ReportContext], Report]] = {
    "regional": build_regional_report,
    "brief": build_brief,
    "donor": build_donor_report,
    "logframe": build_logframe,
}
#: Builders of reports on one country.
_COUNTRY_MAKERS: dict[str, Callable[[Assessment, ReportContext], Report]] = {
    "profile": build_country_report,
    "brief-country": build_country_brief,
    "letter": build_letter,
    "actions": build_action_plan,
    "evidence": build_evidence_report,
}


def build(subject: AssessmentSet | Assessment, context: RenderContext) -> Report:
    """Build a report for a context.

    The context selects the kind, and the country for reports on one country.

    Args:
        subject: A round's assessments, or one country's.
        context: Kind, language, audience, programme, dossier, and the sections that plugins add. The setting
            `map_indicator` names the indicator on the map.

    Raises:
        WriteError: The disclosure policy does not name the audience, or the country has not consented to be named
            before it (code CB703); a finding is marked more strictly than the report (CB730); there is no such kind,
            or not of this subject (CB731); there is nothing to report on (CB732); the subject is no assessment
            (CB701).

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> from capbuild.scoring import assess
        >>> import datetime
        >>> from capbuild.model import Round
        >>> day = datetime.date(2016, 12, 31)
        >>> baseline = Round(id="baseline", kind="baseline", title="Baseline", reference_date=day)
        >>> report = build(assess([], load_bundled("police_cyber"), round=baseline), RenderContext())
        >>> report.kind.value, [section.id for section in report.sections]
        ('regional', ['limits', 'method'])
    """
    kind = _choose_kind(subject, context.kind, context.country)
    if kind == "explorer":
        raise WriteError(
            "the explorer is a page with a script, and exists as HTML only", code="CB731", remedy="write it as html"
        )
    context = convert_context(context)
    shown, render_context = disclose(subject, context)
    if context.shared is None:
        return _build_kind(shown, render_context, kind)
    code = shown.country.alpha_2 if isinstance(shown, Assessment) else context.country
    return context.once(("report", kind, code), lambda: _build_kind(shown, render_context, kind))


def list_message_keys(subject: AssessmentSet | Assessment, context: RenderContext) -> tuple[str, ...]:
    """Return the keys of the messages that a report prints.

    Use them to translate these messages first.

    Args:
        subject: Subject of the report.
        context: Its kind, country, programme and dossier; the language does not matter.

    Raises:
        WriteError: As `build` does.
    """
    usage = MessageUsage(frozenset())
    _build_kind(*disclose(subject, context), _choose_kind(subject, context.kind, context.country), usage)
    return tuple(sorted(usage.keys))


def check_report(subject: AssessmentSet, context: RenderContext) -> None:
    """Raise the errors of `build` without building the report.

    Raises:
        WriteError: As `build` does.
    """
    kind = _choose_kind(subject, context.kind, context.country)
    shown, render_context = disclose(subject, context)
    report_context = make_report_context(shown, render_context)
    if kind == "brief":
        check_brief(report_context)
    elif kind == "donor":
        check_donor(shown, report_context)
    elif kind == "logframe":
        check_logframe(report_context)
    elif kind == "evidence":
        check_evidence(report_context)


def _choose_kind(subject: object, wanted: str, country: str) -> str:
    """Return the report kind to build.

    Raises:
        WriteError: There is no such kind, or not of this subject.
    """
    if not isinstance(subject, Assessment | AssessmentSet):
        raise WriteError(f"cannot make a report of {type(subject).__name__}", code="CB701")
    own = "profile" if isinstance(subject, Assessment) else "regional"
    kind = wanted or own
    if kind not in KINDS:
        raise WriteError(
            f"{kind!r} is not a kind of report{did_you_mean(kind, KINDS)}",
            code="CB731",
            remedy=f"kinds are: {', '.join(KINDS)}",
        )
    if kind not in (*COUNTRY_KINDS, "redactions") and (isinstance(subject, Assessment) or country):
        raise WriteError(
            f"a report of kind {kind!r} needs the assessments of a round, not of one country",
            code="CB731",
            remedy="leave out the country",
        )
    return kind


def _build_kind(
    subject: AssessmentSet | Assessment, context: RenderContext, kind: str, usage: MessageUsage | None = None
) -> Report:
    """Build a report from disclosed data.

    The keys of printed messages are added to `usage`, if it is given.
    """
    report_context = make_report_context(subject, context)
    if usage is not None:
        report_context = evolve(report_context, t=evolve(report_context.t, usage=usage))
    if kind == "redactions":
        return _add_sections(build_redaction_report(subject, report_context), report_context)
    if isinstance(subject, Assessment):
        return _add_sections(_COUNTRY_MAKERS[kind](subject, report_context), report_context)
    if kind in COUNTRY_KINDS:
        return _build_country(subject, report_context, kind)
    return _add_sections(_MAKERS[kind](subject, report_context), report_context)


def _build_country(subject: AssessmentSet, context: ReportContext, kind: str) -> Report:
    """Build the profile or brief of the context's country.

    A country that has not answered gets the page for missing answers.
    """
    wanted = context.render_context.country
    if not wanted:
        raise WriteError(
            f"a report of kind {kind!r} needs one country", code="CB731", remedy="name it with country=..."
        )
    try:
        code = country_code(wanted, (*subject.countries, *subject.silent))
    except CountryError as error:
        raise _make_error(subject, error.message) from None
    assessment = subject.get(code)
    if assessment is not None:
        return _add_sections(_COUNTRY_MAKERS[kind](assessment, context), context)
    silent = next((country for country in subject.silent if country.alpha_2 == code), None)
    if silent is None:
        raise _make_error(
            subject, f"{wanted!r} has no assessment in the round {subject.round.id!r}, and is not expected in it"
        )
    return _add_sections(build_unanswered_report(silent, subject, context, kind), context)


def _make_error(subject: AssessmentSet, message: str) -> WriteError:
    countries = ", ".join(country.alpha_2 for country in subject.countries)
    remedy = f"countries are: {countries}" if countries else "name a country with an assessment; `countries` has them"
    return WriteError(message, code="CB731", remedy=remedy)


def _add_sections(report: Report, context: ReportContext) -> Report:
    """Add plugins' sections, then number figures and tables."""
    added = tuple(context.render_context.sections(report, report.audience))
    full = report.with_sections(added) if added else report
    numbers = {"figure": 0, "table": 0}
    sections = tuple(_number_section(section, numbers, context.t) for section in full.sections)
    usage = context.t.usage
    if usage is None or not usage.english:
        return evolve(full, sections=sections)
    context.render_context.issues.append(_make_note(context.render_context.language, usage))
    return evolve(full, sections=sections, english=sorted(usage.english))


def _make_note(language: str, usage: MessageUsage) -> Issue:
    """Return the note that a report is partly in English."""
    tag = get_base_language(language)
    lacking = len(usage.keys & usage.untranslated)
    share = get_translator("en").share(usage.share)
    return Issue.note(
        "CB705",
        f"{share} of this report is in {tag!r}; texts in English: {lacking} of {len(usage.keys)}",
        remedy=f"translate them: `capbuild new language {tag} FOLDER` writes the texts to fill in",
    )


def _number_section(section: ReportSection, numbers: dict[str, int], t: Translator) -> ReportSection:
    return evolve(section, blocks=tuple(_number_blocks(section.blocks, numbers, t)))


def _number_blocks(blocks: tuple[Block, ...], numbers: dict[str, int], t: Translator) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, TileMap | Figure) and block.caption:
            kind = "figure" if isinstance(block, TileMap) or block.kind.drawn else "table"
            numbers[kind] += 1
            yield evolve(block, caption=f"{t(f'{kind}.number', count=numbers[kind])} {block.caption}")
        else:
            yield block
