"""Chart of the sources behind each country's levels."""

import altair

from capbuild.charts import finish_chart
from capbuild.model import AssessmentSet


def draw_sources(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a chart of the number of sources.

    There is a point for each country, and a source counts if it speaks of it.
    """
    rows = [{"country": one.country.name, "sources": len({f.source for f in one.findings})} for one in assessed]
    chart = altair.Chart(altair.Data(values=rows)).mark_point(filled=True).encode(x="sources:Q", y="country:N")
    text = "Sources. " + "; ".join(f"{row['country']}: {row['sources']}" for row in rows)
    return finish_chart(chart, "Sources", [], invented=assessed.invented, description=text, language=language)
