"""The office's chart."""

import altair

from capbuild.charts import finish_chart
from capbuild.model import AssessmentSet


def draw_coverage(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a bar chart of criteria answered by country."""
    rows = [{"country": one.country.name, "answered": one.coverage.answered} for one in assessed]
    chart = altair.Chart(altair.Data(values=rows)).mark_bar().encode(x="answered:Q", y="country:N")
    text = "Criteria answered. " + "; ".join(f"{row['country']}: {row['answered']}" for row in rows)
    return finish_chart(chart, "Criteria answered", [], invented=assessed.invented, description=text, language=language)
