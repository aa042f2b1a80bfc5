"""Sections on missing data and limits of a report."""

from capbuild import countries
from capbuild.model import Assessment, Country, CriterionState, SourceKind, UnusedResponses
from capbuild.reports.cells import DASH, Words
from capbuild.reports.context import ReportContext, Value, Values
from capbuild.reports.i18n import Translator
from capbuild.reports.links import make_page_link
from capbuild.reports.model import Bullets, Column, Paragraph, ReportSection

#: Kinds of sources that have a column of their own.
_KINDS = (SourceKind.SURVEY, SourceKind.VISIT, SourceKind.MEETING)


def build_missing_section(context: ReportContext) -> ReportSection | None:
    """Build the section on missing data by country.

    Countries without an answer are listed only where they may be named.
    """
    say = context.say
    silent = [*_list_unanswered(context), *_list_unused(context)]
    named = sorted(context.named, key=lambda a: say.sorted_as(context.name(a.country)))
    incomplete = [a for a in named if _count_open(a) != (0, 0, 0)]
    if not incomplete and not silent:
        return None
    kinds = [kind for kind in _KINDS if any(kind in a.modes for a in named)]
    rows = [_make_country_row(a, kinds, context) for a in incomplete]
    figure = context.table("missing", rows, caption=say("caption.missing")) if rows else None
    return context.section("missing", 700, *silent, figure, lead=say("missing.lead"))


def _list_unanswered(context: ReportContext) -> list[Paragraph]:
    say, silent = context.say, context.disclosure.silent
    if not silent:
        return []
    if not context.silent:
        return [
            Paragraph(note=True, strong=strong, text=say("missing.silent.counted"))
            for strong in context.absences("missing")
        ]
    paragraphs: list[Paragraph] = []
    named = sorted(context.silent, key=lambda c: say.sorted_as(context.name(c)))
    received = [country for country in named if country.alpha_2 in context.unusable]
    unanswered = [context.name(country) for country in named if country not in received]
    if unanswered:
        text = say("missing.silent.named", listed=say.joined(unanswered))
        paragraphs.append(Paragraph(note=True, strong=say("missing.silent.strong", count=len(unanswered)), text=text))
    if received:
        text = f"{say.clauses(*(_explain_unusable(country, context) for country in received))}."
        paragraphs.append(Paragraph(note=True, strong=say("missing.unusable.strong", count=len(received)), text=text))
    return paragraphs


def _list_unused(context: ReportContext) -> list[Paragraph]:
    """Make the paragraph on unused responses.

    They belong to no country of the programme.
    """
    say, found = context.say, context.unused
    if not found:
        return []
    strong = say("missing.unused.strong", count=sum(responses.responses for responses in found))
    return [Paragraph(note=True, strong=strong, text=f"{say.clauses(*(_explain_unused(o, say) for o in found))}.")]


def _explain_unused(responses: UnusedResponses, say: Translator) -> str:
    listed = say.joined(say.quoted(place) for place in responses.places)
    reason = say(f"unused.{responses.reason.name.lower()}", count=max(len(responses.places), 1), listed=listed)
    return say("unusable.named", country=responses.file, reason=reason)


def _explain_unusable(country: Country, context: ReportContext) -> str:
    say = context.say
    reason = say(f"unusable.{context.unusable[country.alpha_2].name.lower()}")
    return say("unusable.named", country=context.name(country), reason=reason)


def _count_open(assessment: Assessment) -> tuple[int, int, int]:
    """Count unverified indicators, open criteria and conflicts."""
    scores = assessment.indicators
    opened = sum(r.state is CriterionState.OPEN for s in scores for r in s.results)
    return sum(s.applies and not s.settled for s in scores), opened, len(assessment.conflicts)


def _make_country_row(assessment: Assessment, kinds: list[SourceKind], context: ReportContext) -> Values:
    say = context.say
    sources: dict[str | Column, Value] = {}
    for kind in kinds:
        count = sum(source.kind is kind for source in assessment.sources)
        late = sum(source.kind is kind and source.late for source in assessment.sources)
        note = say("fact.late", count=late) if late else ""
        column = Column(id=kind.value, title=say.raised(say(f"source.{kind.value}")), number=True)
        sources[column] = Words(text=say.number(count), after=note) if count else DASH
    not_verified, opened, conflicts = _count_open(assessment)
    total = say("of", total=sum(score.applies for score in assessment.indicators))
    head = Words(text=context.name(assessment.country), link=make_page_link("profile", assessment.country.alpha_2))
    return {
        "col.country": head,
        **sources,
        "#col.not_verified": Words(text=say.number(not_verified), after=total),
        "#open=col.open_criteria": opened,
        "#col.conflicts": conflicts,
    }


def build_caveats_section(context: ReportContext) -> ReportSection | None:
    """Build the section on limits of the regional report."""
    say, shown = context.say, context.disclosure
    points = []
    if shown.counted:
        strong = say("limits.unnamed.strong", count=shown.counted)
        points.append(Paragraph(strong=strong, text=say("limits.unnamed.counted")))
    points += [Paragraph(strong=strong, text=say("limits.silent.text")) for strong in context.absences("limits")]
    if not shown.everything:
        points.append(Paragraph(strong=say("limits.hidden.strong"), text=say("limits.hidden.text")))
    points += _list_unvisited(context)
    points.append(Paragraph(strong=say("limits.rank.strong"), text=say("limits.rank.text")))
    points.append(Paragraph(text=say.text(countries.NAMES_NOTE)))
    return context.section("limits", 750, Bullets(points=points))


def _list_unvisited(context: ReportContext) -> list[Paragraph]:
    """List the number of countries not visited.

    None is given unless it is known for all.
    """
    say, visits, frozen_map = context.say, context.visits, context.dossier.visits
    # Only who sees everything may know that a visited country has not answered now.
    complete = context.disclosure.everything or context.dossier.earlier is None
    if visits is None or context.answered is None or not complete:
        return []
    ever = visits[0] + sum(country.alpha_2 in frozen_map for country in context.silent)
    unvisited, before = context.places - ever, ever - visits[1]
    points = []
    if before:
        strong = say("limits.visited_before.strong", count=before)
        points.append(Paragraph(strong=strong, text=say("limits.visited_before.text")))
    if unvisited and ever:
        strong = say("limits.unvisited.strong", count=unvisited)
        points.append(Paragraph(strong=strong, text=say("limits.unvisited.text")))
    return points
