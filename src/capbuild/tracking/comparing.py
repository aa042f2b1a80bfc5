"""Comparing two rounds: matched countries and capacities only, criteria first, and no false difference."""

from collections import Counter
from collections.abc import Iterable

from capbuild.errors import ComparisonError
from capbuild.model import Assessment, AssessmentSet, Change, ChangeCause, CriterionChange, Crosswalk
from capbuild.tracking.crosswalk import Common, common
from capbuild.tracking.differences import differences, means
from capbuild.tracking.moves import moves, observed_twice
from capbuild.tracking.splitting import Methods, by_each_other, has_values, split

__all__ = ["compare"]


def _unmatched(before: AssessmentSet, after: AssessmentSet) -> dict[str, str]:
    """Say of each country in one round only why it cannot be compared."""
    rounds = ((before, after), (after, before))
    found: dict[str, str] = {}
    for own, other in rounds:
        silent = {country.alpha_2 for country in other.silent}
        for country in own.countries:
            if country not in other:
                why = "silent in" if country.alpha_2 in silent else "not in"
                found[country.alpha_2] = f"{why} {other.round.id}"
    both = {country.alpha_2 for country in before.silent} & {country.alpha_2 for country in after.silent}
    return dict(sorted((found | dict.fromkeys(both, "silent in both rounds")).items()))


def _caution(before: Assessment, after: Assessment) -> str:
    """Say what a reader must know of how a country was looked at; empty when it was alike."""
    if before.visited != after.visited:
        when, not_when = (before, after) if before.visited else (after, before)
        return f"visited for {when.round.id}, not for {not_when.round.id}: what only a visit can see was seen once"
    if before.modes != after.modes:
        kinds = (", ".join(kind.value for kind in one.modes) or "nothing" for one in (before, after))
        return "rests on {} before, on {} after".format(*kinds)
    return ""


def _causes(moved: Iterable[CriterionChange], shared: Common) -> dict[tuple[str, str], tuple[ChangeCause, ...]]:
    """Return the causes of moved criteria by country and capacity, each once, in a fixed order."""
    owner = {pair.id: pair.capacity for pair in shared.pairs}
    found: dict[tuple[str, str], set[ChangeCause]] = {}
    for one in moved:
        found.setdefault((one.country.alpha_2, owner[one.criterion]), set()).add(one.cause)
    return {key: tuple(cause for cause in ChangeCause if cause in causes) for key, causes in found.items()}


def compare(
    baseline: AssessmentSet,
    endline: AssessmentSet,
    *,
    crosswalk: Crosswalk | None = None,
    methods: Methods | None = None,
) -> Change:
    """Return what changed from one round to another.

    Only countries that both rounds assessed count, and only what both editions judge. First come the criteria: gained
    and lost where they were settled in both rounds, newly observed and no longer observed where they were in one.
    Then levels and values that differ, each with whether it may be no change at all. Differences of values are split
    by cause; see `ChangeCause`.

    Args:
        baseline: The earlier round.
        endline: The later round.
        crosswalk: How the earlier edition is read as the later one, where the editions differ; either way round.
        methods: Functions that plugins registered, by method name, where the framework uses them.

    Returns:
        What is otherwise than before; empty when nothing is.

    Raises:
        ComparisonError: CB801, the editions differ and no crosswalk joins them; CB802, the crosswalk does not fit;
            CB803, no country is in both rounds; CB804, two frameworks of one edition differ.

    Example: see `docs/how-to/compare-rounds.md`.
    """
    shared = common(baseline.framework, endline.framework, crosswalk)
    matched = [(old, new) for new in endline if (old := baseline.get(new.country)) is not None]
    unmatched = _unmatched(baseline, endline)
    if not matched:
        raise ComparisonError(
            f"no country is in both {baseline.round.id} and {endline.round.id}",
            code="CB803",
            remedy="compare rounds that have countries in common",
        )
    again = by_each_other(baseline, endline, methods)
    valued = has_values(matched)
    splits = split(baseline, endline, shared, methods) if valued else {}
    moved = [
        one
        for old, new in matched
        for one in moves(old, new, shared, again=again and (again[0][new.country], again[1][new.country]))
    ]
    causes = _causes(moved, shared)
    observed = Counter(name for old, new in matched for name in observed_twice(old, new, shared))
    return Change(
        before=baseline.round.id,
        after=endline.round.id,
        framework=endline.framework.key,
        earlier_framework=None if baseline.framework.key == endline.framework.key else baseline.framework.key,
        matched=[new.country.alpha_2 for _, new in matched],
        unmatched=unmatched,
        cautions={new.country.alpha_2: said for old, new in matched if (said := _caution(old, new))},
        comparable=shared.share,
        incomparable=shared.left,
        observed={node.id: observed[node.id] for node in endline.framework.walk() if node.id in observed},
        criteria=moved,
        capacities=[one for old, new in matched for one in differences(old, new, shared, splits, causes)],
        means=means(matched, shared, endline.recipe.confidence) if valued else (),
        invented=baseline.invented or endline.invented,
    )
