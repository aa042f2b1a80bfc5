"""The display of a score: its level in words, the next step, the target, and the criteria that decide."""

from attrs import evolve

from capbuild.display import counted
from capbuild.model import CriterionState, Score
from capbuild.notebook.pages import SAY, Lines, Page, Shown, is_invented, shortened
from capbuild.notebook.scoring import marks_of, outcome
from capbuild.reports.cells import Band, Style, Track, Words
from capbuild.reports.uncertainty import describe_doubt, describe_level_shares, describe_likely_level
from capbuild.scoring.likelihood import likely_level

__all__ = ["page"]

#: Criteria that are shown.
_SHOWN = 3


def page(score: Score) -> Page:
    """Return what a notebook shows of a score."""
    marks = marks_of(score.scale)
    place = score.findings[0].country.name if score.findings else ""
    profile = bool(score.capacity.children) and score.plausible is None and score.value is None
    lead = Words(text=str(score)) if profile else marks.result_cell(score)
    return Page(
        title=", ".join(filter(None, [SAY.text(score.capacity.title), place])),
        lead=lead,
        head=() if profile else _head(score),
        blocks=_criteria(score),
        foot=[*_sureness(score), *_sources(score, profile), "`.explain()` walks back to the cells"],
        invented=is_invented(score),
    )


def _head(score: Score) -> list[Shown]:
    marks = marks_of(score.scale)
    drawn = marks.track(score)
    if isinstance(drawn, Track | Band):
        # The target and the claim stand in words beside the drawing, and need not be said twice.
        drawn = evolve(drawn, note="")
    cells: list[Shown] = [drawn, Words(text=marks.say.clauses(marks.next_step(score), marks.waiting(score)))]
    if score.target is not None:
        gap = marks.gap(score)
        target = SAY("track.target", level=marks.target(score))
        cells.append(Words(text=f"{target}: {gap.text}", style=gap.style))
    return cells


def _criteria(score: Score) -> list[Lines]:
    """The criteria that lack for the target; without any, those that decide between the ends of the range."""
    wanted = score.lacking or score.deciding or score.open
    results = {result.target: result for result in score.results}
    texts = {c.id: SAY.text(c.text) for c in score.capacity.criteria}
    found = [name for name in wanted if name in results]
    lines = [
        Words(before=name, text=shortened(texts.get(name, "")), after=outcome(results[name])) for name in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(Words(text=f"and {SAY.number(len(found) - _SHOWN)} more", style=Style.QUIET))
    return [Lines(lines=lines)] if lines else []


def _sureness(score: Score) -> list[str]:
    """How likely each level is, what the doubt comes from, and whether the target is missed."""
    marks = marks_of(score.scale)
    said = []
    if likely_level(score.plausible) is not None:
        said.append(f"{describe_likely_level(score, marks)} ({describe_level_shares(score, marks)})")
    elif score.interval is not None:
        said.append(describe_likely_level(score, marks))
    if not said:
        return []
    if doubt := describe_doubt(score, SAY):
        said.append(f"in doubt for {doubt}")
    if score.below_target is not None and 0 < score.below_target < 1:
        said.append(f"target missed with {SAY.percent(score.below_target)} probability")
    return said


def _sources(score: Score, profile: bool) -> list[str]:
    """What the result rests on: how many sources, how far they agree, what they claim beyond it."""
    marks, coverage = marks_of(score.scale), score.coverage
    said = []
    if profile or score.plausible is not None:  # a value says so beside its drawing
        said.append(
            f"{SAY.number(coverage.answered)} of {counted(coverage.applicable, 'criterion', 'criteria')} answered"
        )
    sources = len({finding.source for finding in score.findings})
    if sources:
        differ = len(score.conflicts)
        agree = f"disagree on {SAY.number(differ)}" if differ else "agree" if sources > 1 else ""
        said.append(f"{counted(sources, 'source')} {agree}".rstrip())
    if score.claimed is not None:
        said.append(f"{SAY('claimed')} {marks.code(score.scale, score.claimed)}")
    if any(result.state is CriterionState.NOT_APPLICABLE for result in score.results):
        said.append("what cannot apply is left out")
    return [SAY("rule.profile"), *said] if profile else said
