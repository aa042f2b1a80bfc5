"""From assessments to a report: the right kind, with plugins' sections, figures numbered."""

from collections.abc import Callable, Iterator
from functools import partial

from attrs import evolve

from capbuild.disclosure import disclose
from capbuild.errors import CountryError, WriteError, did_you_mean
from capbuild.model import Assessment, AssessmentSet
from capbuild.model.country import country_code
from capbuild.plugins import RenderContext
from capbuild.reports.brief import brief_report, check_brief
from capbuild.reports.context import Setting, make_setting
from capbuild.reports.country import country_report, silent_report
from capbuild.reports.donor import check_donor, donor_report
from capbuild.reports.i18n import Wording
from capbuild.reports.kinds import KINDS
from capbuild.reports.model import Block, Figure, Report, ReportSection, TileMap
from capbuild.reports.redactions import redaction_report
from capbuild.reports.region import regional_report

__all__ = ["build", "check_report"]

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
    shown, seen = disclose(subject, context)
    if context.shared is None:
        return _built(shown, seen, kind, profiles=profiles)
    # Other writers of the same will want the profiles.
    key = ("report", shown.country.alpha_2 if isinstance(shown, Assessment) else "")
    report = context.once(key, lambda: _built(shown, seen, kind, profiles=True))
    return report if profiles else evolve(report, profiles=())


def check_report(subject: AssessmentSet, context: RenderContext) -> None:
    """Raise what `build` would raise, and build nothing: whether a report can be written is known in no time.

    Raises:
        WriteError: As `build` does.
    """
    kind = _kind(subject, context.kind, context.country)
    shown, seen = disclose(subject, context)
    setting = make_setting(shown, seen)
    if kind == "brief":
        check_brief(setting)
    elif kind == "donor":
        check_donor(shown, setting)


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


def _built(subject: AssessmentSet | Assessment, context: RenderContext, kind: str, *, profiles: bool) -> Report:
    """Return a report of what the audience may see."""
    setting = make_setting(subject, context)
    if kind == "redactions":
        return _finished(redaction_report(subject, setting), setting)
    if isinstance(subject, Assessment):
        return _finished(country_report(subject, setting), setting)
    if kind == "profile":
        return _profile(subject, setting)
    make = partial(regional_report, profiles=profiles) if kind == "regional" else _MAKERS[kind]
    report = make(subject, setting)
    pages = tuple(_finished(profile, setting) for profile in report.profiles)
    return _finished(evolve(report, profiles=pages), setting)


def _profile(subject: AssessmentSet, setting: Setting) -> Report:
    """The profile of the country that the context names, silent or not."""
    wanted = setting.context.country
    if not wanted:
        raise WriteError("a profile report is made of one country", code="CB731", remedy="name it with country=...")
    try:
        code = country_code(wanted, (*subject.countries, *subject.silent))
    except CountryError as error:
        raise _without(subject, error.message) from None
    found = subject.get(code)
    if found is not None:
        return _finished(country_report(found, setting), setting)
    silent = next((country for country in subject.silent if country.alpha_2 == code), None)
    if silent is None:
        raise _without(subject, f"no assessment of {wanted!r}")
    return _finished(silent_report(silent, subject, setting), setting)


def _without(subject: AssessmentSet, message: str) -> WriteError:
    return WriteError(
        message, code="CB731", remedy=f"countries are: {', '.join(country.alpha_2 for country in subject.countries)}"
    )


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
