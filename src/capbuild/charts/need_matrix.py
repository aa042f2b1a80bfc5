"""Countries and needs: a square where a country has a need, larger where more criteria are lacking."""

from typing import TYPE_CHECKING

from capbuild import countries
from capbuild.charts.theme import DEEP, FILLS, OUTLINE, PAPER, alt, finished, table
from capbuild.model import Needs
from capbuild.planning import shared_needs
from capbuild.reports.country_names import shorten_name
from capbuild.reports.i18n import Translator, get_translator

if TYPE_CHECKING:
    import altair

__all__ = ["needs"]

#: Least number of criteria lacking for each square, its side in points and its fill.
_SIZES = ((4, 16, DEEP), (2, 12, FILLS[3][0]), (1, 8, PAPER))
_SIDE = 26


def needs(found: Needs, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return countries x needs: a square by the number of criteria lacking, empty where the need is not shared.

    Args:
        found: The needs with the gaps behind them.
        language: Language of titles and names: en, es, fr or nl.
    """
    say = get_translator(language)
    rows = _rows(found, say)
    order = sorted({str(row["country"]) for row in rows}, key=say.sorted_as)
    heads = list(dict.fromkeys(str(row["need"]) for row in rows))
    base = (
        alt()
        .Chart(table(rows))
        .encode(
            x=alt().X("need:N", sort=heads, title=None, axis=alt().Axis(orient="top", labelAngle=-60)),
            y=alt().Y("country:N", sort=order, title=None),
            tooltip=["country:N", "need:N", "lacking:Q"],
        )
    )
    squares = [
        base.transform_filter(f"datum.side === {side}").mark_square(
            size=side * side, fill=fill, stroke=OUTLINE, strokeWidth=1, opacity=1
        )
        for _, side, fill in _SIZES
    ]
    chart = alt().layer(*squares).properties(width=alt().Step(_SIDE), height=alt().Step(22))
    title = say("chart.needs.title")
    described = [f"{head}: {say.joined(_who(rows, head)) or '–'}" for head in heads]
    return finished(
        chart,
        title,
        [say("chart.needs.key")],
        invented=found.invented,
        description=f"{title}. {say.clauses(*described)}.",
        language=language,
    )


def _head(name: str, statement: str) -> str:
    text = f"{name} {statement}"
    return text if len(text) <= 44 else f"{text[:43].rstrip()}…"


def _rows(found: Needs, say: Translator) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for shared in shared_needs(found):
        need = found[shared.id]
        for code in need.countries:
            count = shared.lacking.get(code, 0)
            side = next((side for least, side, _ in _SIZES if count >= least), _SIZES[-1][1])
            name = shorten_name(countries.country_name(code, say.language), 26)
            head = _head(need.id, say.text(need.statement))
            rows.append({"country": name, "need": head, "lacking": count, "side": side})
    return rows


def _who(rows: list[dict[str, object]], head: str) -> list[str]:
    return [str(row["country"]) for row in rows if row["need"] == head]
