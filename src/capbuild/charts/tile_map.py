"""Tile map of one indicator, and its ranges."""

from collections.abc import Iterable, Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

from attrs import frozen

from capbuild.charts.theme import (
    ACCENT,
    OUTLINE,
    QUIET,
    alt,
    chart_data,
    finish_chart,
    hatch_layer,
    shade_colour,
)
from capbuild.errors import OptionError, did_you_mean
from capbuild.model import Assessment, AssessmentSet, Capacity, Country, Score
from capbuild.reports.country_names import get_country_name, place_tiles, shorten_name
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.score_text import ScoreFormatter

if TYPE_CHECKING:
    import altair


@frozen(kw_only=True)
class ScorePainter:
    """Shades and texts of one set's scores in one language.

    Attributes:
        t: Translator.
        marks: Shades and figures.
        subject: The assessments.
    """

    t: Translator
    marks: ScoreFormatter
    subject: AssessmentSet

    @property
    def sorted_assessments(self) -> list[Assessment]:
        """Assessments sorted by country name."""
        return sorted(self.subject, key=lambda assessment: self.t.sorted_as(self.country_label(assessment.country)))

    def country_label(self, country: Country, limit: int = 40) -> str:
        """Return a country's name in the language, shortened to fit."""
        return shorten_name(get_country_name(country, self.t.language), limit)

    def missing_reason(self, country: Country) -> str:
        """Return why a country has no assessment."""
        return self.t("page.unusable" if country.alpha_2 in self.subject.unusable else "page.silent")

    def score_cell(self, score: Score | None) -> dict[str, object]:
        """Return shade, figure and text of a score.

        The shade is 0 for an open range, and -1 without a figure.
        """
        if score is None:
            return {"shade": -1, "text": "·", "words": self.t("undefined.nobody_answered")}
        heat = self.marks.heat(score)
        shade = 0 if heat.open else heat.shade or -1
        return {"shade": shade, "text": heat.text, "words": self.marks.result(score)}

    def alt_text(self, node: Capacity) -> str:
        """Return the scores as text, for the alternative text."""
        return self.t.clauses(
            *(
                f"{self.country_label(assessment.country)} {self.marks.result(assessment.scores[node.id])}"
                for assessment in self.sorted_assessments
                if node.id in assessment.scores
            )
        )

    def legend(self, scores: Iterable[Score]) -> Iterator[str]:
        """Yield the meaning of each shade: "L3 Organised"."""
        for item in self.marks.key(scores):
            yield f"{item.code} {item.text}".strip()

    def legend_of(self, node: Capacity) -> str:
        """Return the meaning of each shade that a capacity has."""
        return self.t.clauses(
            *self.legend([assessment.scores[node.id] for assessment in self.subject if node.id in assessment.scores])
        )

    def finish(self, chart: Any, node: Capacity, title: str, notes: list[str]) -> "altair.TopLevelMixin":
        """Add title, notes and scores as text to a chart."""
        described, language = f"{title}. {self.alt_text(node)}.", self.t.language
        invented = self.subject.invented
        return finish_chart(chart, title, notes, invented=invented, description=described, language=language)

    def finish_map(self, chart: Any, node: Capacity, notes: list[str]) -> "altair.TopLevelMixin":
        """Add title, notes and scores as text to a map."""
        title = self.t("map.title", indicator=self.t.lowered(self.marks.title(node)))
        return self.finish(chart, node, title, notes)


def make_painter(subject: AssessmentSet, language: str) -> ScorePainter:
    """Return the painter of a set in a language."""
    t = get_translator(language)
    return ScorePainter(t=t, marks=ScoreFormatter(framework=subject.framework, t=t), subject=subject)


def plausible_range(score: Score | None) -> tuple[float | None, float | None]:
    """Return the ends of the plausible range, or None."""
    if score is None:
        return None, None
    if score.plausible is not None:
        return score.plausible.lowest, score.plausible.highest
    if score.interval is not None:
        return score.interval.lower, score.interval.upper
    return score.value, score.value


def confirmed_value(score: Score | None) -> float | None:
    """Return the confirmed figure, or None if it is open."""
    if score is None or score.plausible is None:
        return None if score is None else score.value
    return score.plausible.lowest if score.plausible.settled else None


_WIDE, _HIGH = 78, 42


def tiles(assessed: AssessmentSet, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a tile map of one capacity.

    Positions are approximate, and imply nothing about borders.

    Args:
        assessed: The assessments.
        capacity: Id of the capacity.
        language: Language code of titles and names, such as `es`.

    Raises:
        OptionError: The framework has no such capacity, or no tile map has all the countries.
    """
    draw = make_painter(assessed, language)
    node = find_capacity(assessed, capacity)
    rows = _list_tile_rows(draw, node)
    width, height = (1 + max(int(str(row[axis])) for row in rows) for axis in ("column", "row"))
    base = alt.Chart(chart_data(rows)).encode(
        x=alt.X("column:Q", scale=alt.Scale(domain=[-0.5, width - 0.5], nice=False), axis=None),
        y=alt.Y("row:Q", scale=alt.Scale(domain=[height - 0.5, -0.5], nice=False), axis=None),
        tooltip=["country:N", "words:N"],
    )
    frame = base.mark_rect(width=_WIDE - 4, height=_HIGH - 4, stroke=OUTLINE, strokeWidth=1)
    absent = frame.transform_filter("datum.shade < 0").mark_rect(
        width=_WIDE - 4, height=_HIGH - 4, fill="#FFFFFF", stroke="#76848F", strokeDash=[3, 3]
    )
    known = frame.transform_filter("datum.shade >= 0").encode(color=shade_colour("shade", 0))
    letters = {"color": shade_colour("shade", 1)}
    chart = alt.layer(
        absent,
        known,
        hatch_layer(base, _HIGH - 10),
        base.mark_text(fontSize=10, dy=-8).encode(text="short:N", **letters),
        base.mark_text(fontSize=12, dy=8, fontWeight="bold").encode(text="level:N", **letters),
    ).resolve_scale(color="independent").properties(width=width * _WIDE, height=height * _HIGH)  # fmt: skip
    return draw.finish_map(chart, node, [draw.t("caption.map"), draw.legend_of(node)])


def find_capacity(assessed: AssessmentSet, capacity: str) -> Capacity:
    """Return a capacity of the framework by its id.

    Raises:
        OptionError: The id is unknown.
    """
    if capacity not in assessed.framework:
        hint = did_you_mean(capacity, assessed.framework.capacities)
        raise OptionError(f"{assessed.framework.key} has no capacity {capacity!r}{hint}")
    return assessed.framework[capacity]


def _list_tile_rows(draw: ScorePainter, node: Capacity) -> list[dict[str, object]]:
    assessed = draw.subject
    everyone = sorted((*assessed.countries, *assessed.silent), key=lambda c: draw.t.sorted_as(draw.country_label(c)))
    places = place_tiles(frozenset(country.alpha_2 for country in everyone))
    if not places:
        raise OptionError("no tile map contains all these countries", remedy="use charts.country_map")
    rows: list[dict[str, object]] = []
    for country in everyone:
        assessment = assessed.get(country)
        score = assessment.scores.get(node.id) if assessment is not None else None
        cell = draw.score_cell(score)
        settled = score is not None and score.plausible is not None and score.plausible.settled
        level = draw.marks.code(score.scale, score.plausible.lowest) if settled and score and score.plausible else ""
        column, row = places[country.alpha_2]
        rows.append(
            {
                "country": draw.country_label(country),
                "short": draw.country_label(country, 13),
                "column": column,
                "row": row,
            }
            | cell
            | {"level": level or (cell["text"] if assessment is not None else draw.missing_reason(country))}
        )
    return rows


def ranges(assessed: AssessmentSet, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a chart with each country's figure or range.

    A known figure is a mark. The dashed line is the median of values; levels have none, since a median of steps need
    not be a step.

    Args:
        assessed: The assessments.
        capacity: Id of the capacity.
        language: Language code of titles and names, such as `es`.

    Raises:
        OptionError: The framework has no such capacity.
    """
    draw = make_painter(assessed, language)
    node = find_capacity(assessed, capacity)
    rows = [
        _make_country_row(draw, assessment, node)
        for assessment in draw.sorted_assessments
        if node.id in assessment.scores
    ]
    scale = assessed.framework.scale_of(node)
    edges = [scale.ends[0] - 0.5, scale.ends[1] + 0.5] if scale.levels else list(scale.ends)
    axis = alt.Axis(orient="top", values=list(scale.orders), format="d") if scale.levels else alt.Axis()
    x = alt.X("low:Q", scale=alt.Scale(domain=edges, nice=False), axis=axis, title=scale.unit or None)
    base = alt.Chart(chart_data(rows)).encode(
        y=alt.Y("country:N", sort=[row["country"] for row in rows], title=None),
        tooltip=["country:N", "words:N"],
    )
    layers = [
        base.transform_filter("datum.low !== datum.high")
        .mark_bar(height=12, cornerRadius=6, fill="#E4ECF1", stroke=OUTLINE, strokeWidth=1)
        .encode(x=x, x2="high:Q"),
        base.transform_filter("datum.point !== null")
        .mark_point(shape="square", size=150, filled=True, stroke=OUTLINE, strokeWidth=1, opacity=1)
        .encode(x="point:Q", color=shade_colour("shade", 0)),
        *_list_reference_lines(assessed, node),
    ]
    chart = alt.layer(*layers).resolve_scale(color="independent").properties(width=360, height=alt.Step(22))
    title = f"{node.id} {draw.marks.title(node)}, {draw.t.text(assessed.round.title)}"
    notes = [draw.t("chart.ranges.key")]
    if _find_target(assessed, node) is not None:
        notes.append(draw.t("chart.ranges.target"))
    return draw.finish(chart, node, title, notes)


def _make_country_row(draw: ScorePainter, assessment: Assessment, node: Capacity) -> dict[str, Any]:
    score = assessment.scores[node.id]
    low, high = plausible_range(score)
    return {
        "country": draw.country_label(assessment.country),
        "low": low,
        "high": high,
        "point": confirmed_value(score),
    } | draw.score_cell(score)


def _find_target(assessed: AssessmentSet, node: Capacity) -> float | None:
    """Return the target that all countries share, or None."""
    targets = {assessment.scores[node.id].target for assessment in assessed if node.id in assessment.scores} - {None}
    return targets.pop() if len(targets) == 1 else None


def _list_reference_lines(assessed: AssessmentSet, node: Capacity) -> list[Any]:
    """Return vertical lines for the target and the median.

    Levels have no median.
    """
    scores = [assessment.scores[node.id] for assessment in assessed if node.id in assessment.scores]
    target = _find_target(assessed, node)
    values = [score.value for score in scores if score.value is not None]
    step = 0.5 if any(score.plausible is not None for score in scores) else 0.0
    lines = []
    if target is not None:
        rule = alt.Chart(chart_data([{"at": target - step}])).mark_rule(color=ACCENT, strokeWidth=2)
        lines.append(rule.encode(x="at:Q"))
    if values and not step:
        middle = alt.Chart(chart_data([{"at": median(values)}])).mark_rule(color=QUIET, strokeDash=[4, 3])
        lines.append(middle.encode(x="at:Q"))
    return lines
