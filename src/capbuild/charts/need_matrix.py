"""Matrix of countries and needs."""

from typing import TYPE_CHECKING

from capbuild import countries
from capbuild.charts.theme import DEEP, FILLS, OUTLINE, PAPER, alt, chart_data, finish_chart
from capbuild.model import Needs
from capbuild.planning.capacity_needs import shared_needs
from capbuild.reports.country_names import shorten_name
from capbuild.reports.i18n import Translator, get_translator

if TYPE_CHECKING:
    import altair

#: Minimum number of missing criteria for each square, with its side in points and its fill.
_SIZES = ((4, 16, DEEP), (2, 12, FILLS[3][0]), (1, 8, PAPER))
_SIDE = 26


def needs(found: Needs, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a matrix of countries and needs.

    The size of a square shows the number of missing criteria.

    Args:
        found: The needs with their gaps.
        language: Language code of titles and names, such as `es`.
    """
    t = get_translator(language)
    rows = _list_matrix_rows(found, t)
    order = sorted({str(row["country"]) for row in rows}, key=t.sorted_as)
    labels = list(dict.fromkeys(str(row["need"]) for row in rows))
    base = alt.Chart(chart_data(rows)).encode(
        x=alt.X("need:N", sort=labels, title=None, axis=alt.Axis(orient="top", labelAngle=-60)),
        y=alt.Y("country:N", sort=order, title=None),
        tooltip=["country:N", "need:N", "lacking:Q"],
    )
    squares = [
        base.transform_filter(f"datum.side === {side}").mark_square(
            size=side * side, fill=fill, stroke=OUTLINE, strokeWidth=1, opacity=1
        )
        for _, side, fill in _SIZES
    ]
    chart = alt.layer(*squares).properties(width=alt.Step(_SIDE), height=alt.Step(22))
    title = t("chart.needs.title")
    described = [f"{label}: {t.joined(_list_countries(rows, label)) or '–'}" for label in labels]
    return finish_chart(
        chart,
        title,
        [t("chart.needs.key")],
        invented=found.invented,
        description=f"{title}. {t.clauses(*described)}.",
        language=language,
    )


def _format_column_label(name: str, statement: str) -> str:
    text = f"{name} {statement}"
    return text if len(text) <= 44 else f"{text[:43].rstrip()}…"


def _list_matrix_rows(found: Needs, t: Translator) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for shared in shared_needs(found):
        need = found[shared.id]
        for code in (country.alpha_2 for country in need.countries):
            count = shared.lacking.get(code, 0)
            side = next((side for least, side, _ in _SIZES if count >= least), _SIZES[-1][1])
            name = shorten_name(countries.country_name(code, t.language), 26)
            label = _format_column_label(need.id, t.text(need.statement))
            rows.append({"country": name, "need": label, "lacking": count, "side": side})
    return rows


def _list_countries(rows: list[dict[str, object]], label: str) -> list[str]:
    return [str(row["country"]) for row in rows if row["need"] == label]
