"""The story at the head of a regional report: findings, shared gaps, partners and good practice."""

from collections.abc import Sequence
from itertools import groupby

from capbuild.advice import Advice, Message, MessageKind, advise
from capbuild.model import AssessmentSet
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Block, Bullets, Column, Figure, Paragraph, ReportSection, Row, RowGroup

__all__ = ["advise_region", "build_story_section"]


def advise_region(subject: AssessmentSet, context: ReportContext) -> Advice:
    """Return advice over the countries that are named."""
    disclosure = context.disclosure
    return advise(
        subject,
        dossier=context.dossier,
        programme=context.programme,
        examples=context.examples,
        least=1 if disclosure.everything else disclosure.minimum_n,
    )


def build_story_section(advice: Advice, subject: AssessmentSet, context: ReportContext) -> ReportSection | None:
    """Build "What stands out" over the countries that are named.

    None where too few of them are. No country is ranked.
    """
    if not advice:
        return None
    say, writer = context.say, context.writer()
    dimensions = [
        Paragraph(strong=say.label(context.marks.title(context.framework[one.capacity])), text=writer.sentence(one))
        for one in advice.of(MessageKind.DIMENSION)
    ]
    blocks: list[Block] = [Bullets(points=dimensions)] if dimensions else []
    shared = advice.of(MessageKind.SHARED)
    if shared:
        blocks.append(_make_shared_figure(shared, len(subject), writer))
    blocks += _list_practice(advice, writer)
    rest = [writer.sentence(one) for one in advice.of(MessageKind.CHANGE, MessageKind.IDLE_SEATS)]
    blocks += [Paragraph(text=" ".join(rest), note=True)] if rest else []
    return ReportSection(id="story", order=50, title=say("story.title"), blocks=blocks)


def _make_shared_figure(shared: Sequence[Message], countries: int, writer: AdviceWriter) -> Figure:
    say = writer.say
    columns = [
        Column(id="gap", title=say("story.col.gap")),
        Column(id="short", title=say("story.col.short"), number=True),
        Column(id="step", title=say("story.col.step")),
        Column(id="help", title=say("story.col.help")),
        Column(id="booked", title=say("story.col.booked"), number=True),
    ]
    return Figure(
        id="shared",
        columns=columns,
        groups=[RowGroup(rows=[_make_shared_row(one, writer) for one in shared])],
        caption=say("story.caption", count=countries),
    )


def _make_shared_row(one: Message, writer: AdviceWriter) -> Row:
    say, counts = writer.say, one.counts
    partners = say.joined(map(writer.name, one.countries)) or "–"
    step = say("story.step", count=counts["step"], do=writer.action(one.criteria[0]))
    return Row(
        cells=[
            Words(text=writer.title(one.capacity), after=one.capacity, style=Style.STRONG),
            Words(text=say.number(counts["below"]), after=say("of", total=counts["settled"])),
            Words(text=step, after=one.criteria[0]),
            Words(text=partners, style=Style.PLAIN if one.countries else Style.QUIET),
            Words(text=say.number(counts["booked"]), after=say("of", total=counts["step"])),
        ]
    )


def _list_practice(advice: Advice, writer: AdviceWriter) -> list[Block]:
    found = advice.of(MessageKind.PRACTICE)
    if not found:
        return []
    say = writer.say
    named = sorted(found, key=lambda one: say.sorted_as(writer.name(one.country)))
    by_country = [
        say.labelled(name, say.joined(map(writer.write_proven, group)))
        for name, group in groupby(named, key=lambda one: writer.name(one.country))
    ]
    return [Paragraph(strong=say.label(say("story.practice")), text=f"{say.clauses(*by_country)}.")]
