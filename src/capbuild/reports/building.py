"""From assessments to a report: the right kind, with plugins' sections, figures numbered."""

from collections.abc import Callable, Iterator
from functools import partial

from attrs import evolve

from capbuild.errors import CountryError, WriteError, did_you_mean
from capbuild.model import Assessment, AssessmentSet, Audience
from capbuild.model.country import country_code
from capbuild.plugins import RenderContext
from capbuild.reports.brief import brief_report, check_brief
from capbuild.reports.country import country_report, silent_report
from capbuild.reports.disclosure import disclose, disclose_one, disclose_silent
from capbuild.reports.donor import check_donor, donor_report
from capbuild.reports.kinds import KINDS
from capbuild.reports.model import Block, Figure, Report, ReportSection, TileMap
from capbuild.reports.redactions import redaction_report
from capbuild.reports.region import regional_report
from capbuild.reports.setting import Redaction, Setting, make_setting
from capbuild.reports.wording import Wording

__all__ = ["build", "check_report", "redactions"]

#: What makes a report of all countries.
_MAKERS: dict[str, Callable[[AssessmentSet, Setting], Report]] = {
    "regional": regional_report,
    "brief": brief_report,
    "donor": donor_report,
}


def build(subject: AssessmentSet | Assessment, context: RenderContext, *, profiles: bool = True) -> Report:
    """Return a report: by its kind, or the one on all countries of a round, or the profile of one.

    Args:
        subject: A round's assessments, or one country's.
        context: Kind, language, audience, programme, dossier, and the sections that plugins add. The setting
            `map_indicator` names the indicator on the map.
        profiles: Whether a regional report holds the profile of each country.

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
    kind = _kind(subject, context.kind, context.country)
    if context.shared is None:
        return _made(subject, context, kind, profiles=profiles)
    # Other writers of the same will want the profiles.
    key = ("report", subject.country.alpha_2 if isinstance(subject, Assessment) else "")
    report = context.once(key, lambda: _made(subject, context, kind, profiles=True))
    return report if profiles else evolve(report, profiles=())


def check_report(subject: AssessmentSet, context: RenderContext) -> None:
    """Raise what `build` would raise, and build nothing: whether a report can be written is known in no time.

    Raises:
        WriteError: As `build` does.
    """
    kind = _kind(subject, context.kind, context.country)
    setting = make_setting(subject, disclose(subject, context.audience, context.programme), context)
    if kind == "brief":
        check_brief(setting)
    elif kind == "donor":
        check_donor(subject, setting)


def _made(subject: AssessmentSet | Assessment, context: RenderContext, kind: str, *, profiles: bool) -> Report:
    if kind == "redactions":
        return _redactions(subject, context)
    return _built(subject, context, kind, profiles=profiles)[0]


def redactions(subject: AssessmentSet | Assessment, context: RenderContext) -> tuple[Redaction, ...]:
    """Return what a report leaves out for its audience and why, in the order of its sections.

    Raises:
        WriteError: As `build` does.
    """
    return tuple(_built(subject, context, _kind(subject, context.kind, context.country))[1].left_out)


def _kind(subject: object, wanted: str, country: str) -> str:
    """The kind of report that is meant.

    Raises:
        WriteError: There is no such kind, or not of this subject.
    """
    if not isinstance(subject, Assessment | AssessmentSet):
        raise WriteError(f"no report is made of {type(subject).__name__}", code="CB701")
    own = "profile" if isinstance(subject, Assessment) else "regional"
    kind = wanted or own
    if kind not in KINDS:
        raise WriteError(
            f"{kind!r} is no kind of report{did_you_mean(kind, KINDS)}",
            code="CB731",
            remedy=f"kinds are: {', '.join(KINDS)}",
        )
    if kind not in ("profile", "redactions") and (isinstance(subject, Assessment) or country):
        raise WriteError(
            f"a {kind} report is made of the assessments of a round, not of one country",
            code="CB731",
            remedy="leave out the country",
        )
    return kind


def _built(
    subject: AssessmentSet | Assessment, context: RenderContext, kind: str, *, profiles: bool = True
) -> tuple[Report, Setting]:
    if isinstance(subject, Assessment):
        shown = disclose_one(subject, context.audience, context.programme)
        setting = make_setting(subject, shown, context)
        return _finished(country_report(subject, setting), setting), setting
    if kind == "profile":
        return _profile(subject, context)
    setting = make_setting(subject, disclose(subject, context.audience, context.programme), context)
    setting.leave_out_countries()
    make = partial(regional_report, profiles=profiles) if kind == "regional" else _MAKERS[kind]
    report = make(subject, setting)
    pages = tuple(_finished(profile, setting) for profile in report.profiles)
    return _finished(evolve(report, profiles=pages), setting), setting


def _profile(subject: AssessmentSet, context: RenderContext) -> tuple[Report, Setting]:
    """The profile of the country that the context names, silent or not."""
    if not context.country:
        raise WriteError("a profile report is made of one country", code="CB731", remedy="name it with country=...")
    try:
        code = country_code(context.country, (*subject.countries, *subject.silent))
    except CountryError as error:
        raise _without(subject, error.message) from None
    found = subject.get(code)
    if found is not None:
        shown = disclose_one(found, context.audience, context.programme)
        setting = make_setting(subject, shown, context)
        return _finished(country_report(found, setting), setting), setting
    silent = next((country for country in subject.silent if country.alpha_2 == code), None)
    if silent is None:
        raise _without(subject, f"no assessment of {context.country!r}")
    setting = make_setting(subject, disclose_silent(silent, context.audience, context.programme), context)
    return _finished(silent_report(silent, subject, setting), setting), setting


def _without(subject: AssessmentSet, message: str) -> WriteError:
    return WriteError(
        message, code="CB731", remedy=f"countries are: {', '.join(country.alpha_2 for country in subject.countries)}"
    )


def _redactions(subject: AssessmentSet | Assessment, context: RenderContext) -> Report:
    """What every kind of report on a subject leaves out for an audience, as a report to the team."""
    one = isinstance(subject, Assessment) or bool(context.country)
    kinds = ("profile",) if one else tuple(_MAKERS)
    left_out = []
    for kind in kinds:
        try:
            report, setting = _built(subject, evolve(context, kind=kind), kind)
        except WriteError as error:
            if error.code != "CB732":
                raise
            continue
        left_out.append((report.label, setting.left_out))
    team = evolve(context, audience=Audience.TEAM.value)
    if isinstance(subject, AssessmentSet):
        shown = disclose(subject, team.audience, team.programme)
    else:
        shown = disclose_one(subject, team.audience, team.programme)
    setting = make_setting(subject, shown, team)
    return _finished(redaction_report(subject, setting, context.audience, left_out), setting)


def _finished(report: Report, setting: Setting) -> Report:
    """Add plugins' sections, then number figures and tables."""
    added = tuple(setting.context.sections(report, report.audience))
    full = report.with_sections(added) if added else report
    numbers = {"figure": 0, "table": 0}
    sections = tuple(_numbered(section, numbers, setting.say) for section in full.sections)
    return evolve(full, sections=sections)


def _numbered(section: ReportSection, numbers: dict[str, int], say: Wording) -> ReportSection:
    return evolve(section, blocks=tuple(_captioned(section.blocks, numbers, say)))


def _captioned(blocks: tuple[Block, ...], numbers: dict[str, int], say: Wording) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, TileMap | Figure) and block.caption:
            kind = "figure" if isinstance(block, TileMap) or block.kind.drawn else "table"
            numbers[kind] += 1
            yield evolve(block, caption=f"{say(f'{kind}.number', count=numbers[kind])} {block.caption}")
        else:
            yield block
