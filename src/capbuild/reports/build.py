"""From assessments to a report: the right kind, with plugins' sections, figures numbered."""

from collections.abc import Iterator

from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports.country import country_report
from capbuild.reports.disclosure import disclose, disclose_one
from capbuild.reports.model import Block, Figure, FigureKind, Report, ReportSection, TileMap
from capbuild.reports.region import regional_report
from capbuild.reports.setting import Setting, make_setting
from capbuild.reports.wording import Wording

__all__ = ["build"]

_DRAWN = (FigureKind.LEVELS, FigureKind.HEAT, FigureKind.COUNTS)


def build(subject: AssessmentSet | Assessment, context: RenderContext, *, profiles: bool = True) -> Report:
    """Return the report on all countries of a round, or the profile of one.

    Args:
        subject: A round's assessments, or one country's.
        context: Language, audience, programme, and the sections that plugins add. The setting `map_indicator`
            names the indicator on the map.
        profiles: Whether a regional report holds the profile of each country.

    Raises:
        WriteError: The disclosure policy does not name the audience, or the country has not consented to be named
            before it (code CB703); the subject is of another kind (code CB701).

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
    if isinstance(subject, AssessmentSet):
        setting = make_setting(subject, disclose(subject, context.audience, context.programme), context)
        report = regional_report(subject, setting, profiles=profiles)
    elif isinstance(subject, Assessment):
        setting = make_setting(subject, disclose_one(subject, context.audience, context.programme), context)
        report = country_report(subject, setting)
    else:
        raise WriteError(f"no report is made of a {type(subject).__name__}", code="CB701")
    pages = tuple(_finished(profile, setting) for profile in report.profiles)
    return _finished(evolve(report, profiles=pages), setting)


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
            kind = "figure" if isinstance(block, TileMap) or block.kind in _DRAWN else "table"
            numbers[kind] += 1
            yield evolve(block, caption=f"{say(f'{kind}.number', count=numbers[kind])} {block.caption}")
        else:
            yield block
