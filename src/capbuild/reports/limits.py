"""What is missing, and what the regional report does not say."""

from capbuild import countries
from capbuild.model import Assessment, AssessmentSet, Country, CriterionState, SourceKind
from capbuild.reports.cells import Cell, Style, Words
from capbuild.reports.model import Block, Bullets, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting

__all__ = ["limits_section", "missing_section"]

#: Kinds of sources that have a column of their own.
_KINDS = (SourceKind.SURVEY, SourceKind.VISIT, SourceKind.MEETING)


def missing_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return what is missing, country by country; those without an answer by name only where they may be named."""
    say, disclosure = setting.say, setting.disclosure
    silent = _silent(setting)
    named = sorted(disclosure.named, key=lambda a: say.sorted_as(setting.name(a.country)))
    incomplete = [a for a in named if _counts(a) != (0, 0, 0)]
    if not incomplete and not silent:
        return None
    blocks: list[Block] = [*silent]
    if incomplete:
        kinds = [kind for kind in _KINDS if any(kind in a.modes for a in named)]
        blocks.append(
            Figure(
                id="missing",
                columns=[
                    Column(id="country", title=say("col.country")),
                    *(Column(id=k.value, title=say.raised(say(f"source.{k.value}")), number=True) for k in kinds),
                    Column(id="not_verified", title=say("col.not_verified"), number=True),
                    Column(id="open", title=say("col.open_criteria"), number=True),
                    Column(id="conflicts", title=say("col.conflicts"), number=True),
                ],
                groups=[RowGroup(rows=[_row(a, kinds, setting) for a in incomplete])],
                caption=say("caption.missing"),
            )
        )
    return ReportSection(id="missing", order=700, title=say("missing.title"), lead=say("missing.lead"), blocks=blocks)


def _silent(setting: Setting) -> list[Paragraph]:
    say, disclosure = setting.say, setting.disclosure
    if not disclosure.silent_count:
        return []
    made: list[Paragraph] = []
    received = [c for c in disclosure.silent if c.alpha_2 in setting.unusable]
    unanswered = [c for c in disclosure.silent if c.alpha_2 not in setting.unusable]
    count = disclosure.silent_count - len(setting.unusable)
    if count:
        names = say.joined(sorted((setting.name(c) for c in unanswered), key=say.sorted_as))
        text = say("missing.silent.named", listed=names) if unanswered else say("missing.silent.counted")
        made.append(Paragraph(note=True, strong=say("missing.silent.strong", count=count), text=text))
    if setting.unusable:
        reasons = [_why_unusable(c, setting) for c in sorted(received, key=lambda c: say.sorted_as(setting.name(c)))]
        text = f"{say.clauses(*reasons)}." if reasons else say("missing.unusable.counted")
        strong = say("missing.unusable.strong", count=len(setting.unusable))
        made.append(Paragraph(note=True, strong=strong, text=text))
    return made


def _why_unusable(country: Country, setting: Setting) -> str:
    say = setting.say
    reason = say(f"unusable.{setting.unusable[country.alpha_2].name.lower()}")
    return say("unusable.named", country=setting.name(country), reason=reason)


def _counts(assessment: Assessment) -> tuple[int, int, int]:
    """Indicators not verified, criteria open, criteria on which sources disagree."""
    scores = assessment.indicators
    opened = sum(r.state is CriterionState.OPEN for s in scores for r in s.results)
    return sum(not s.settled for s in scores), opened, len(assessment.conflicts)


def _row(assessment: Assessment, kinds: list[SourceKind], setting: Setting) -> Row:
    say = setting.say
    sources: list[Cell] = []
    for kind in kinds:
        count = sum(source.kind is kind for source in assessment.sources)
        late = sum(source.kind is kind and source.late for source in assessment.sources)
        style = Style.PLAIN if count else Style.QUIET
        note = say("fact.late", count=late) if late else ""
        sources.append(Words(text=say.number(count) if count else "–", style=style, after=note))
    not_verified, opened, conflicts = _counts(assessment)
    total = say("of", total=len(assessment.indicators))
    head = Words(text=setting.name(assessment.country), link=f"#{assessment.country.alpha_2}")
    return Row(
        cells=[
            head,
            *sources,
            Words(text=say.number(not_verified), after=total),
            Words(text=say.number(opened)),
            Words(text=say.number(conflicts)),
        ]
    )


def limits_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return what the report does not say."""
    say, disclosure = setting.say, setting.disclosure
    points = []
    if disclosure.unnamed:
        count = len(disclosure.unnamed)
        counted = len(disclosure.counted) > len(disclosure.named)
        text = say("limits.unnamed.counted" if counted else "limits.unnamed.left_out")
        points.append(Paragraph(strong=say("limits.unnamed.strong", count=count), text=text))
    counts = setting.absences("limits.silent.strong", "limits.unusable.strong")
    points += [Paragraph(strong=strong, text=say("limits.silent.text")) for strong in counts]
    known = setting.dossier.visits
    ever = sum(setting.visited_on(a) is not None for a in subject) + sum(c.alpha_2 in known for c in subject.silent)
    unvisited, before = len(subject) + len(subject.silent) - ever, ever - sum(a.visited for a in subject)
    if before:
        strong = say("limits.visited_before.strong", count=before)
        points.append(Paragraph(strong=strong, text=say("limits.visited_before.text")))
    if unvisited and ever:
        strong = say("limits.unvisited.strong", count=unvisited)
        points.append(Paragraph(strong=strong, text=say("limits.unvisited.text")))
    points.append(Paragraph(strong=say("limits.rank.strong"), text=say("limits.rank.text")))
    points.append(Paragraph(text=say.text(countries.NAMES_NOTE)))
    return ReportSection(id="limits", order=750, title=say("limits.title"), blocks=[Bullets(points=points)])
