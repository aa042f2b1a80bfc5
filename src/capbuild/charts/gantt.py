"""Gantt chart of a plan, one bar per session."""

from typing import TYPE_CHECKING

from capbuild.charts.theme import INK, OUTLINE, alt, chart_data, finish_chart
from capbuild.model import Activity, Catalogue, Plan, PlannedActivity
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.plan_text import describe_place

if TYPE_CHECKING:
    import altair


def plan(planned: Plan, *, catalogue: Catalogue | None = None, language: str = "en") -> "altair.TopLevelMixin":
    """Return a Gantt chart of a plan, by first day.

    Args:
        planned: The plan.
        catalogue: Catalogue with activity names; ids are shown without it.
        language: Language code of titles and names, such as `es`.
    """
    t = get_translator(language)
    activities = {activity.id: activity for activity in catalogue.activities} if catalogue is not None else {}
    sessions = sorted(planned.activities, key=lambda session: (session.start, session.end, session.id))
    rows = [_make_session_row(session, activities.get(session.activity), t) for session in sessions]
    base = alt.Chart(chart_data(rows)).encode(y=alt.Y("session:N", sort=[row["session"] for row in rows], title=None))
    axis = alt.Axis(format="%m/%y", orient="top", grid=True, gridColor="#E1E7EB", tickCount="month", labelOverlap=True)
    bars = base.mark_bar(height=14, fill=OUTLINE).encode(
        x=alt.X("start:T", title=None, axis=axis),
        x2="end:T",
        tooltip=["session:N", "detail:N", "start:T", "end:T"],
    )
    words = base.mark_text(align="left", dx=6, fontSize=11, color=INK).encode(x="end:T", text="detail:N")
    chart = alt.layer(bars, words).properties(width=560, height=alt.Step(24))
    seats = t("count.seats", count=sum(sum(session.seats.values()) for session in sessions))
    title = t("chart.plan.title", count=len(sessions), seats=seats, cost=str(planned.cost))
    alt_text = t.clauses(*(f"{row['session']}, {row['when']}, {row['detail']}" for row in rows))
    return finish_chart(
        chart,
        title,
        [t("chart.plan.key")],
        invented=bool(getattr(planned, "invented", False)),
        description=f"{title}. {alt_text}.",
        language=language,
    )


def _make_session_row(session: PlannedActivity, activity: Activity | None, t: Translator) -> dict[str, str]:
    title = t.text(activity.title) if activity is not None else ""
    where = describe_place(session, activity, t)
    language = f" ({session.language})" if session.language else ""
    seats = t("chart.plan.seats", count=sum(session.seats.values()))
    return {
        # The id distinguishes two sessions of one activity.
        "session": f"{session.id} {title or session.activity}",
        "start": f"{session.start.isoformat()}T00:00:00",
        "end": f"{session.end.isoformat()}T23:59:59",
        "when": f"{t.date(session.start)} – {t.date(session.end)}",
        "detail": f"{where}{language}, {seats}",
    }
