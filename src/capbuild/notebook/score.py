"""Display of a score: level, next step, target and deciding criteria."""

from attrs import evolve

from capbuild.display import counted
from capbuild.model import CriterionState, Score
from capbuild.notebook.pages import SAY, Lines, Page, Shown, is_invented, shorten
from capbuild.notebook.scoring import criterion_outcome, scale_labels
from capbuild.reports.cells import Band, Style, Track, Words
from capbuild.reports.sections.summary import describe_doubt, describe_level_shares, describe_likely_level
from capbuild.scoring.likelihood import likely_level

#: Most criteria shown.
_SHOWN = 3


def page(score: Score) -> Page:
    """Return the display of a score."""
    marks = scale_labels(score.scale)
    place = score.findings[0].country.name if score.findings else ""
    profile = bool(score.capacity.children) and score.plausible is None and score.value is None
    lead = Words(text=str(score)) if profile else marks.result_cell(score)
    return Page(
        title=", ".join(filter(None, [SAY.text(score.capacity.title), place])),
        lead=lead,
        head=() if profile else _list_head(score),
        blocks=_list_deciding_criteria(score),
        foot=[
            *_list_uncertainty_lines(score),
            *_list_source_lines(score, profile),
            "`.explain()` walks back to the cells",
        ],
        invented=is_invented(score),
    )


def _list_head(score: Score) -> list[Shown]:
    marks = scale_labels(score.scale)
    drawn = marks.track(score)
    if isinstance(drawn, Track | Band):
        # The text next to the drawing gives the target and the claim.
        drawn = evolve(drawn, note="")
    cells: list[Shown] = [drawn, Words(text=marks.say.clauses(marks.next_step(score), marks.waiting(score)))]
    if score.target is not None:
        gap = marks.gap(score)
        target = SAY("track.target", level=marks.target(score))
        cells.append(Words(text=f"{target}: {gap.text}", style=gap.style))
    return cells


def _list_deciding_criteria(score: Score) -> list[Lines]:
    """Return criteria lacking for the target.

    Without any, those that decide between the ends of the range.
    """
    wanted = score.lacking or score.deciding or score.open
    results = {result.target: result for result in score.results}
    texts = {c.id: SAY.text(c.text) for c in score.capacity.criteria}
    found = [name for name in wanted if name in results]
    lines = [
        Words(before=name, text=shorten(texts.get(name, "")), after=criterion_outcome(results[name]))
        for name in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(Words(text=f"and {SAY.number(len(found) - _SHOWN)} more", style=Style.QUIET))
    return [Lines(lines=lines)] if lines else []


def _list_uncertainty_lines(score: Score) -> list[str]:
    """Yield level probabilities, sources of doubt, and the target's probability."""
    marks = scale_labels(score.scale)
    lines = []
    if likely_level(score.plausible) is not None:
        lines.append(f"{describe_likely_level(score, marks)} ({describe_level_shares(score, marks)})")
    elif score.interval is not None:
        lines.append(describe_likely_level(score, marks))
    if not lines:
        return []
    if doubt := describe_doubt(score, SAY):
        lines.append(f"in doubt for {doubt}")
    if score.below_target is not None and 0 < score.below_target < 1:
        lines.append(f"target missed with {SAY.percent(score.below_target)} probability")
    return lines


def _list_source_lines(score: Score, profile: bool) -> list[str]:
    """Yield the number and agreement of sources, and claims beyond the result."""
    marks, coverage = scale_labels(score.scale), score.coverage
    lines = []
    if profile or score.plausible is not None:  # a value has this next to its drawing
        lines.append(
            f"{SAY.number(coverage.answered)} of {counted(coverage.applicable, 'criterion', 'criteria')} answered"
        )
    sources = len({finding.source for finding in score.findings})
    if sources:
        differ = len(score.conflicts)
        agree = f"disagree on {SAY.number(differ)}" if differ else "agree" if sources > 1 else ""
        lines.append(f"{counted(sources, 'source')} {agree}".rstrip())
    if score.claimed is not None:
        lines.append(f"{SAY('claimed')} {marks.code(score.scale, score.claimed)}")
    if any(result.state is CriterionState.NOT_APPLICABLE for result in score.results):
        lines.append("what cannot apply is left out")
    return [SAY("rule.profile"), *lines] if profile else lines
