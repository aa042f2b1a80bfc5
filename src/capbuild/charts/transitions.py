"""Bar chart of criteria gained and lost between two rounds."""

from collections import Counter
from typing import TYPE_CHECKING

from capbuild.charts.theme import ACCENT, DEEP, OUTLINE, PAPER, alt, chart_data, finish_chart
from capbuild.model import Change, CriterionChange
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import Translator, get_translator

if TYPE_CHECKING:
    import altair

#: Side of the axis, fill and outline of the bars, in order from the middle.
_DRAWN = {
    "gained": (1, DEEP, DEEP),
    "uncertain_gained": (1, PAPER, OUTLINE),
    "lost": (-1, ACCENT, ACCENT),
    "uncertain_lost": (-1, PAPER, "#76848F"),
}


def _make_bar(criterion_change: CriterionChange) -> str:
    return criterion_change.move.value if criterion_change.reliable else f"uncertain_{criterion_change.move.value}"


def change(moved: Change, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return gained and lost criteria by country, like for like.

    Hollow bars are changes no more certain than a repeated answer. Changes from another source, respondent, rule,
    wording or scope are not progress, and are not drawn.

    Args:
        moved: The change between two rounds.
        language: Language code of titles and names, such as `es`.
    """
    t = get_translator(language)
    comparable = [criterion for criterion in moved.criteria if criterion.like_for_like]
    names = {criterion.country.alpha_2: get_country_name(criterion.country, t.language) for criterion in comparable}
    order = sorted(names.values(), key=t.sorted_as)
    counts = Counter((names[criterion.country.alpha_2], _make_bar(criterion)) for criterion in comparable)
    rows = [row for name in order for row in _list_country_bars(name, counts, t)]
    words = [t(f"chart.move.{bar}") for bar in _DRAWN]
    base = alt.Chart(chart_data(rows)).encode(y=alt.Y("country:N", sort=order, title=None))
    colour = alt.Color(
        "move:N",
        title=None,
        sort=words,
        scale=alt.Scale(domain=words, range=[fill for _, fill, _ in _DRAWN.values()]),
    )
    edge = alt.Stroke(
        "move:N", sort=words, scale=alt.Scale(domain=words, range=[edge for _, _, edge in _DRAWN.values()])
    )
    bars = base.mark_bar(height=14, strokeWidth=1).encode(
        x=alt.X(
            "start:Q",
            title=t("chart.change.axis"),
            axis=alt.Axis(labelExpr="abs(datum.value)", orient="top", tickMinStep=1),
        ),
        x2="end:Q",
        color=colour,
        stroke=edge,
        tooltip=["country:N", "move:N", "count:Q"],
    )
    middle = alt.Chart(chart_data([{"at": 0}])).mark_rule(color="#14212B").encode(x="at:Q")
    chart = alt.layer(bars, middle).properties(width=460, height=alt.Step(22))
    title = t("chart.change.title", before=moved.before, after=moved.after)
    alt_text = t.clauses(*(f"{name}: {_describe_chart(name, counts, t)}" for name in order))
    return finish_chart(
        chart,
        title,
        [t("chart.change.key")],
        invented=bool(getattr(moved, "invented", False)),
        description=f"{title}. {alt_text}.",
        language=language,
    )


def _list_country_bars(name: str, counts: Counter[tuple[str, str]], t: Translator) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    reached = {1: 0, -1: 0}
    for bar, (side, _, _) in _DRAWN.items():
        count = counts[name, bar]
        start = reached[side]
        reached[side] += side * count
        words = t(f"chart.move.{bar}")
        rows.append({"country": name, "move": words, "count": count, "start": start, "end": reached[side]})
    return rows


def _describe_chart(name: str, counts: Counter[tuple[str, str]], t: Translator) -> str:
    return ", ".join(f"{t(f'chart.move.{bar}')} {counts[name, bar]}" for bar in _DRAWN)
