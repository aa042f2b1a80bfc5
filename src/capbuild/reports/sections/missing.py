"""Missing data of a country: kinds, late returns, unverified claims, omissions."""

from collections.abc import Callable

from capbuild.model import Assessment, Score
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Bullets, Paragraph, ReportSection

__all__ = ["build_missing_data_section", "count_absences"]

#: Ids listed before "and 3 more".
_LISTED = 12


def count_absences(assessment: Assessment) -> dict[str, int]:
    """Count missing criteria over all indicators, by kind."""
    counts: dict[str, int] = {}
    for score in assessment.indicators:
        for kind, count in score.missing.items():
            counts[kind] = counts.get(kind, 0) + count
    return dict(sorted(counts.items()))


def build_missing_data_section(assessment: Assessment, context: ReportContext) -> ReportSection:
    """Build a country's section on missing data."""
    say = context.say
    points = [
        *_list_indicators(
            assessment, "unknown.not_verified", lambda score: score.applies and not score.settled, context
        ),
        *_list_indicators(assessment, "unknown.reported", lambda score: score.reported, context),
        *_list_absent(assessment, context),
        *_list_late(assessment, context),
        *_list_left_out(assessment, context),
    ]
    blocks = [Bullets(points=points)] if points else []
    lead = "" if points else say("unknown.nothing")
    return ReportSection(id="unknown", order=700, title=say("unknown.title"), lead=lead, blocks=blocks)


def _list_indicators(
    assessment: Assessment, kind: str, chosen: Callable[[Score], bool], context: ReportContext
) -> list[Paragraph]:
    """Return the indicators with a property; valued ones without values."""
    scores = assessment.indicators
    if not any(score.plausible is not None for score in scores):
        kind = "unknown.no_figure" if kind == "unknown.not_verified" else kind
        scores = tuple(s for s in scores if s.value is None) if kind == "unknown.no_figure" else scores
    names = [score.capacity.id for score in scores if chosen(score)]
    if not names:
        return []
    say = context.say
    listed = ", ".join(names[:_LISTED])
    if len(names) > _LISTED:
        listed = say("and_more", listed=listed, count=len(names) - _LISTED)
    return [Paragraph(strong=say(f"{kind}.strong", count=len(names)), text=say(f"{kind}.text", listed=listed))]


def _list_absent(assessment: Assessment, context: ReportContext) -> list[Paragraph]:
    say = context.say
    counts = count_absences(assessment)
    if not counts:
        return []
    words = [f"{context.coded('answer', _find_code(kind))} {say.number(count)}" for kind, count in counts.items()]
    return [
        Paragraph(
            strong=say("unknown.absent.strong", count=sum(counts.values())),
            text=say("unknown.absent.text", listed=say.clauses(*words)),
        )
    ]


def _find_code(kind: str) -> str:
    return kind.replace("'", "").replace(" ", "_")


def _list_late(assessment: Assessment, context: ReportContext) -> list[Paragraph]:
    say = context.say
    late = [source for source in assessment.sources if source.late]
    if not late or not context.disclosure.sources:
        return []
    titles = say.joined(say.text(source.title) for source in late)
    return [Paragraph(strong=say("unknown.late.strong", count=len(late)), text=say("unknown.late.text", listed=titles))]


def _list_left_out(assessment: Assessment, context: ReportContext) -> list[Paragraph]:
    say = context.say
    found = []
    stricter = context.disclosure.marked.get(assessment.country.alpha_2, 0)
    if stricter and context.disclosure.sources:
        found.append(Paragraph(strong=say("unknown.marked.strong", count=stricter), text=say("unknown.marked.text")))
    if assessment.unmapped:
        count = len(assessment.unmapped)
        found.append(Paragraph(strong=say("unknown.unmapped.strong", count=count), text=say("unknown.unmapped.text")))
    return found
