"""Sections on missing data and limits of a report."""

from capbuild import countries
from capbuild.model import Assessment, Country, CriterionState, SourceKind, UnusedResponses
from capbuild.reports.cells import DASH, Words
from capbuild.reports.context import ReportContext, Value, Values
from capbuild.reports.links import make_page_link
from capbuild.reports.model import Bullets, Column, Paragraph, ReportSection
from capbuild.text import shorten_middle

#: Kinds of sources that have a column of their own.
_KINDS = (SourceKind.SURVEY, SourceKind.VISIT, SourceKind.MEETING)
#: Questions without a mapping that are named, of each return.
_QUESTIONS = 3


def build_missing_section(context: ReportContext) -> ReportSection | None:
    """Build the section on missing data by country.

    Countries without an answer are listed only where the audience may know them.
    """
    t = context.t
    silent = [*_list_unanswered(context), *_list_unused(context)]
    named = sorted(context.named, key=lambda a: t.sorted_as(context.name(a.country)))
    incomplete = [a for a in named if _count_open(a) != (0, 0, 0)]
    if not incomplete and not silent:
        return None
    kinds = [kind for kind in _KINDS if any(kind in a.modes for a in named)]
    rows = [_make_country_row(a, kinds, context) for a in incomplete]
    figure = context.table("missing", rows, caption=t("caption.missing")) if rows else None
    return context.section("missing", 700, *silent, figure, lead=t("missing.lead"))


def _list_unanswered(context: ReportContext) -> list[Paragraph]:
    t, silent = context.t, context.disclosure.silent
    if not silent:
        return []
    if not context.silent:
        return [
            Paragraph(note=True, strong=strong, text=t("missing.silent.counted"))
            for strong in context.absences("missing")
        ]
    paragraphs: list[Paragraph] = []
    named = sorted(context.silent, key=lambda c: t.sorted_as(context.name(c)))
    received = [country for country in named if country.alpha_2 in context.unusable]
    unanswered = [context.name(country) for country in named if country not in received]
    if unanswered:
        text = t("missing.silent.named", listed=t.joined(unanswered))
        paragraphs.append(Paragraph(note=True, strong=t("missing.silent.strong", count=len(unanswered)), text=text))
    if received:
        text = f"{t.clauses(*(_explain_unusable(country, context) for country in received))}."
        paragraphs.append(Paragraph(note=True, strong=t("missing.unusable.strong", count=len(received)), text=text))
    return paragraphs


def _list_unused(context: ReportContext) -> list[Paragraph]:
    """Make the paragraph on responses that belong to no country."""
    t = context.t
    unused = [responses for responses in context.unused if not responses.waiting]
    waiting = [responses for responses in context.unused if responses.waiting]
    counts = {
        "missing.unused.strong": (unused, sum(responses.responses for responses in unused)),
        "missing.waiting.strong": (waiting, sum(len(responses.waiting) for responses in waiting)),
    }
    return [
        Paragraph(
            note=True,
            strong=t(strong, count=count),
            text=f"{t.clauses(*(_explain_unused(responses, context) for responses in group))}.",
        )
        for strong, (group, count) in counts.items()
        if group
    ]


def _explain_unused(responses: UnusedResponses, context: ReportContext) -> str:
    t = context.t
    listed = t.joined(t.quoted(place) for place in responses.places)
    if responses.waiting:
        asked = [t.quoted(shorten_middle(question, 60)) for question in responses.waiting]
        shown = t.listed(*asked[:_QUESTIONS])
        shown = t("and_more", listed=shown, count=len(asked) - _QUESTIONS) if len(asked) > _QUESTIONS else shown
        names = {assessment.country.name: context.name(assessment.country) for assessment in context.named}
        where = t.listed(*(names.get(place, place) for place in responses.places), responses.file)
        return t("unusable.named", country=where, reason=shown)
    reason = t(f"unused.{responses.reason.name.lower()}", count=max(len(responses.places), 1), listed=listed)
    return t("unusable.named", country=responses.file, reason=reason)


def _explain_unusable(country: Country, context: ReportContext) -> str:
    t = context.t
    reason = t(f"unusable.{context.unusable[country.alpha_2].name.lower()}")
    return t("unusable.named", country=context.name(country), reason=reason)


def _count_open(assessment: Assessment) -> tuple[int, int, int]:
    """Count unverified indicators, open criteria and conflicts."""
    scores = assessment.indicators
    opened = sum(r.state is CriterionState.OPEN for s in scores for r in s.results)
    return sum(s.applies and not s.settled for s in scores), opened, len(assessment.conflicts)


def _make_country_row(assessment: Assessment, kinds: list[SourceKind], context: ReportContext) -> Values:
    t = context.t
    sources: dict[str | Column, Value] = {}
    for kind in kinds:
        count = sum(source.kind is kind for source in assessment.sources)
        late = sum(source.kind is kind and source.late for source in assessment.sources)
        note = f"({t('fact.late', count=late)})" if late else ""
        column = Column(id=kind.value, title=t.raised(t(f"source.{kind.value}")), number=True)
        sources[column] = Words(text=t.number(count), after=note) if count else DASH
    not_verified, opened, conflicts = _count_open(assessment)
    total = t("of", total=sum(score.applies for score in assessment.indicators))
    head = Words(text=context.name(assessment.country), link=make_page_link("profile", assessment.country.alpha_2))
    return {
        "col.country": head,
        **sources,
        "#col.not_verified": Words(text=t.number(not_verified), after=total),
        # Of an indicator that is judged as a whole, "not verified" is all that is open.
        "#open=col.open_criteria": None if t.judged else opened,
        "#col.conflicts": conflicts,
    }


def build_caveats_section(context: ReportContext) -> ReportSection | None:
    """Build the section on limits of the regional report."""
    t, shown = context.t, context.disclosure
    points = []
    if shown.counted:
        strong = t("limits.unnamed.strong", count=shown.counted)
        points.append(Paragraph(strong=strong, text=t("limits.unnamed.counted")))
    points += [Paragraph(strong=strong, text=t("limits.silent.text")) for strong in context.absences("limits")]
    if not shown.everything:
        points.append(Paragraph(strong=t("limits.hidden.strong"), text=t("limits.hidden.text")))
    points += _list_unvisited(context)
    points.append(Paragraph(strong=t("limits.rank.strong"), text=t("limits.rank.text")))
    points.append(Paragraph(text=t.text(countries.NAMES_NOTE)))
    return context.section("limits", 750, Bullets(points=points))


def _list_unvisited(context: ReportContext) -> list[Paragraph]:
    """Make the point on the number of countries not visited.

    The result is empty unless the number is known for all countries.
    """
    t, visits, frozen_map = context.t, context.visits, context.dossier.visits
    # Only who sees everything may know that a visited country has not answered now.
    complete = context.disclosure.everything or context.dossier.earlier is None
    if visits is None or context.answered is None or not complete:
        return []
    ever = visits[0] + sum(country.alpha_2 in frozen_map for country in context.silent)
    unvisited, before = context.places - ever, ever - visits[1]
    points = []
    if before:
        strong = t("limits.visited_before.strong", count=before)
        points.append(Paragraph(strong=strong, text=t("limits.visited_before.text")))
    if unvisited and ever:
        strong = t("limits.unvisited.strong", count=unvisited)
        points.append(Paragraph(strong=strong, text=t("limits.unvisited.text")))
    return points
