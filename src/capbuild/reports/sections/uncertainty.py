"""Uncertainty of a country's results: probabilities, causes and respondents."""

from collections.abc import Iterable

from capbuild.model import Assessment, Score
from capbuild.reports.cells import Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.i18n import Translator
from capbuild.reports.model import Block, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.reports.nodes import list_families
from capbuild.reports.score_text import ScoreFormatter
from capbuild.reports.sections.summary import has_levels
from capbuild.scoring.likelihood import LEAST, Likelihood, likely_level

#: A share of the doubt that is worth a word, and a probability of a level.
_WORTH, _WORTH_A_LEVEL = 0.05, 0.005


def build_uncertainty_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build "How sure this is".

    None where nothing is in doubt, or nothing could be estimated.

    Probabilities are estimated from the answers of all countries, so that they tell of those that are not named: an
    audience that may not see every country is told of none.
    """
    say = context.say
    if context.disclosure.pooled:
        return None
    doubtful = [score for score in _list_scores(assessment, context) if _is_estimated(score)]
    if not doubtful:
        return None
    stairs = has_levels(assessment)
    columns = [
        Column(id="indicator", title=say("col.indicator")),
        Column(id="likely", title=say("col.likely" if stairs else "col.interval")),
        Column(id="below", title=say("col.below")),
        Column(id="doubt", title=say("col.doubt")),
    ]
    if context.disclosure.sources:
        columns.append(Column(id="rests", title=say("col.rests")))
    figure = Figure(
        id="sureness",
        columns=columns,
        groups=[RowGroup(rows=[_make_score_row(score, assessment, context) for score in doubtful])],
        caption=say("caption.sureness" if stairs else "caption.sureness.values"),
    )
    seen, day = "visited" if assessment.visited else "unvisited", context.visited_on(assessment)
    strong = say(f"sure.{seen}.strong")
    if day is not None and not assessment.visited:
        strong = say("sure.visited_before.strong", month=say.month(day, long=True))
    blocks: list[Block] = [figure, Paragraph(note=True, strong=strong, text=say(f"sure.{seen}"))]
    shares = {"likely": say.percent(LEAST[Likelihood.LIKELY]), "very": say.percent(LEAST[Likelihood.VERY_LIKELY])}
    lead = say("sure.lead" if stairs else "sure.lead.values", count=len(doubtful), **shares)
    return ReportSection(id="sureness", order=375, title=say("sure.title"), lead=lead, blocks=blocks)


def _list_scores(assessment: Assessment, context: ReportContext) -> Iterable[Score]:
    """Return indicators with levels and nodes with figures, in order."""
    for family in list_families(context.framework):
        nodes = [family.parent, *family.nodes] if family.parent is not None else family.nodes
        yield from (assessment.scores[node.id] for node in nodes if node.id in assessment.scores)


def _is_estimated(score: Score) -> bool:
    if score.plausible is not None:
        return likely_level(score.plausible) is not None
    return score.interval is not None and bool(score.capacity.children)


def describe_likely_level(score: Score, marks: ScoreFormatter) -> str:
    """Return "likely L2, 72%", or a figure's range.

    It says so where no level is likely; empty without an estimate.
    """
    say = marks.say
    found = likely_level(score.plausible)
    if found is not None:
        if found.word is Likelihood.UNSURE:
            return say("likely.none")
        code = marks.code(score.scale, found.order)
        return say(f"likely.{found.word.name.lower()}", level=code, share=say.share(found.probability))
    interval = score.interval
    if interval is None:
        return ""
    low, high = marks.figure(interval.lower), marks.figure(interval.upper)
    if interval.nominal is None:
        return say("likely.assumed", low=low, high=high)
    return say("likely.interval", low=low, high=high, share=say.share(interval.nominal))


def describe_level_shares(score: Score, marks: ScoreFormatter) -> str:
    """Return level probabilities: "L1 8%, L2 72%, L3 20%"; empty if unknown."""
    if score.plausible is None:
        return ""
    return ", ".join(
        f"{marks.code(score.scale, order)} {marks.say.share(share)}"
        for order, share in score.plausible.probabilities.items()
        if share >= _WORTH_A_LEVEL
    )


def describe_doubt(score: Score, say: Translator) -> str:
    """Return causes of doubt: "missing answers 80%, method 20%"; empty if none."""
    ordered = sorted(score.shares.items(), key=lambda item: -item[1])
    return ", ".join(f"{_name_doubt(name, say)} {say.share(share)}" for name, share in ordered if share >= _WORTH)


def _name_doubt(name: str, say: Translator) -> str:
    """Return the label of a cause of doubt, or its name."""
    key = f"doubt.{name}"
    return say(key) if key in say.messages else name


def _make_score_row(score: Score, assessment: Assessment, context: ReportContext) -> Row:
    say, marks = context.say, context.marks
    likely = Words(text=describe_likely_level(score, marks), style=Style.STRONG if _is_likely(score) else Style.OPEN)
    each = describe_level_shares(score, marks)
    cells: list[Cell] = [
        Words(before=score.capacity.id, text=marks.title(score.capacity)),
        Lines(lines=[likely, Words(text=each, style=Style.QUIET)]) if each else likely,
        _make_below_cell(score, context),
        Words(text=describe_doubt(score, say) or "–"),
    ]
    if context.disclosure.sources:
        cells.append(Words(text=_list_respondents(score, assessment, context)))
    return Row(cells=cells)


def _is_likely(score: Score) -> bool:
    found = likely_level(score.plausible)
    return found is not None and found.word is not Likelihood.UNSURE


def _make_below_cell(score: Score, context: ReportContext) -> Words:
    if score.below_target is None or score.target is None:
        return Words(text="–", style=Style.QUIET)
    return Words(text=context.say.share(score.below_target))


def _list_respondents(score: Score, assessment: Assessment, context: ReportContext) -> str:
    """List the respondents behind a score and its parts."""
    findings = list(score.findings)
    for leaf in score.capacity.leaves:
        if leaf.id in assessment.scores:
            findings += assessment.scores[leaf.id].findings
    sources = (assessment.source_by_id.get(finding.source) for finding in findings)
    names = dict.fromkeys(context.source(source) for source in sources if source is not None)
    return context.say.clauses(*names) or "–"
