"""What changed between two rounds: criteria gained and lost, a row a country."""

from collections import Counter
from typing import TYPE_CHECKING

from capbuild.charts.look import ACCENT, DEEP, OUTLINE, PAPER, alt, finished, table
from capbuild.model import Change, CriterionMove
from capbuild.reports.places import country_name
from capbuild.reports.wording import Wording, wording

if TYPE_CHECKING:
    import altair

__all__ = ["change"]

#: Which side of the middle a move stands on, its fill and its outline, in the order of the bars from the middle.
_DRAWN = {
    CriterionMove.GAINED: (1, DEEP, DEEP),
    CriterionMove.NEWLY_OBSERVED: (1, PAPER, OUTLINE),
    CriterionMove.LOST: (-1, ACCENT, ACCENT),
    CriterionMove.NO_LONGER_OBSERVED: (-1, PAPER, "#76848F"),
}


def change(moved: Change, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a row a country in alphabetical order: criteria gained to the right, lost to the left.

    Hollow bars are criteria newly observed and no longer observed: they show what was seen, not progress.

    Args:
        moved: What changed between two rounds.
        language: Language of titles and names: en, es, fr or nl.
    """
    say = wording(language)
    names = {one.country.alpha_2: country_name(one.country, say.language) for one in moved.criteria}
    order = sorted(names.values(), key=say.sorted_as)
    counts = Counter((names[one.country.alpha_2], one.move) for one in moved.criteria)
    rows = [row for name in order for row in _bars(name, counts, say)]
    words = [say(f"chart.move.{move.name.lower()}") for move in CriterionMove]
    base = alt().Chart(table(rows)).encode(y=alt().Y("country:N", sort=order, title=None))
    colour = alt().Color(
        "move:N",
        title=None,
        sort=words,
        scale=alt().Scale(domain=words, range=[_DRAWN[move][1] for move in CriterionMove]),
    )
    edge = alt().Stroke(
        "move:N", sort=words, scale=alt().Scale(domain=words, range=[_DRAWN[m][2] for m in CriterionMove])
    )
    bars = base.mark_bar(height=14, strokeWidth=1).encode(
        x=alt().X(
            "start:Q", title=say("chart.change.axis"), axis=alt().Axis(labelExpr="abs(datum.value)", orient="top")
        ),
        x2="end:Q",
        color=colour,
        stroke=edge,
        tooltip=["country:N", "move:N", "count:Q"],
    )
    middle = alt().Chart(table([{"at": 0}])).mark_rule(color="#14212B").encode(x="at:Q")
    chart = alt().layer(bars, middle).properties(width=460, height=alt().Step(22))
    title = say("chart.change.title", before=moved.before, after=moved.after)
    spoken = say.clauses(*(f"{name}: {_spoken(name, counts, say)}" for name in order))
    return finished(
        chart,
        title,
        [say("chart.change.key")],
        invented=bool(getattr(moved, "invented", False)),
        description=f"{title}. {spoken}.",
        language=language,
    )


def _bars(name: str, counts: Counter[tuple[str, CriterionMove]], say: Wording) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    reached = {1: 0, -1: 0}
    for move, (side, _, _) in _DRAWN.items():
        count = counts[name, move]
        start = reached[side]
        reached[side] += side * count
        words = say(f"chart.move.{move.name.lower()}")
        rows.append({"country": name, "move": words, "count": count, "start": start, "end": reached[side]})
    return rows


def _spoken(name: str, counts: Counter[tuple[str, CriterionMove]], say: Wording) -> str:
    return ", ".join(f"{say(f'chart.move.{move.name.lower()}')} {counts[name, move]}" for move in CriterionMove)
