"""Chart of a tally, with intervals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve

from capbuild.charts.theme import INK, OUTLINE, alt, chart_data, finish_chart, wrap_title
from capbuild.errors import ModelError
from capbuild.model import Answer, Questionnaire, Response, Survey
from capbuild.model.survey_questions import QuestionAnswers
from capbuild.stats.estimate import Estimate
from capbuild.tables import Tally, TallyCell

if TYPE_CHECKING:
    import altair

_WHOLE = "all respondents"
#: Figure, interval and number of respondents, shown for a mark under the pointer.
_TOOLTIP = ("words:N", "interval:N", "respondents:Q")


def tally_bars(tally: Tally) -> "altair.TopLevelMixin":
    """Return a chart of a tally.

    Shares are bars and means are dots, with intervals. Suppressed cells are blank.

    Args:
        tally: The tally of one question or more.

    Raises:
        CapbuildError: CB750, Altair is not installed.
        ModelError: The tally has no cells.
    """
    if not tally.cells:
        raise ModelError("tally", tally, "must have cells to be drawn")
    names = list(dict.fromkeys(cell.target for cell in tally))
    texts = [tally.texts.get(name, name) for name in names]
    titles = texts if len(names) > 1 else [""]
    parts = [
        _draw([cell for cell in tally if cell.target == name], title) for name, title in zip(names, titles, strict=True)
    ]
    rows = [_make_row(cell) for cell in tally]
    title = texts[0] if len(names) == 1 else ", ".join(names)
    title += f" (by {', '.join(tally.by)})" if tally.by else ""
    hidden = sum(cell.suppressed for cell in tally)
    notes = [f"{hidden} figures are not shown: too few respondents."] if hidden else []
    notes += [f"{issue.message}." for issue in tally.issues]
    described = "; ".join(f"{row['domain']} {row['option']}: {row['words']}" for row in rows[:40])
    chart = alt.vconcat(*parts).resolve_scale(color="independent") if len(parts) > 1 else parts[0]
    return finish_chart(chart, title, notes, invented=False, description=described, language="en")


def question_bars(answers: QuestionAnswers) -> "altair.TopLevelMixin":
    """Return a chart of the answers to one question.

    Shares are bars, and a mean is a dot.

    Args:
        answers: The answers.

    Raises:
        CapbuildError: CB750, Altair is not installed.
        ModelError: The question asks for personal data, or has no answers.
    """
    given: dict[str, tuple[Response, list[Answer]]] = {}
    for response, answer in zip(answers.responses, answers.answers, strict=True):
        given.setdefault(response.id, (response, []))[1].append(answer)
    asked = evolve(answers.question, group=None, parent=None)
    survey = Survey(
        file="",
        format="",
        questionnaire=Questionnaire(id="question", title="", questions=[asked]),
        responses=[evolve(response, answers=own) for response, own in given.values()],
    )
    chart: altair.TopLevelMixin = survey.tally(asked.id).plot()
    return chart


def _draw(cells: Sequence[TallyCell], title: str) -> Any:
    """Return the chart of one question."""
    draw, step = (
        (_draw_shares, alt.Step(14, **{"for": "offset"}))
        if all(cell.option for cell in cells)
        else (_draw_figures, alt.Step(24))
    )
    named = {"title": wrap_title(title)} if title else {}
    return draw([_make_row(cell) for cell in cells]).properties(width=420, height=step, **named)


def _make_row(cell: TallyCell) -> dict[str, Any]:
    estimate = cell.estimate if isinstance(cell.estimate, Estimate) else None
    style = ".0%" if cell.is_verdict else ".3g"
    return {
        "domain": " · ".join(part or "no answer" for part in cell.domain_labels) or _WHOLE,
        "target": cell.target,
        "option": cell.label or cell.option,
        "value": None if cell.suppressed else cell.mean,
        "low": None if estimate is None else estimate.low,
        "high": None if estimate is None else estimate.high,
        "respondents": cell.n,
        "words": "not shown" if cell.mean is None or cell.suppressed else format(cell.mean, style),
        "interval": "none" if estimate is None else f"{estimate.low:{style}} to {estimate.high:{style}}",
    }


def _draw_shares(rows: list[dict[str, Any]]) -> Any:
    """Return a bar with its interval for each option.

    Bars are side by side, since shares of a multi-select question sum to more than 1.
    """
    order = list(dict.fromkeys(row["option"] for row in rows))
    base = alt.Chart(chart_data(rows)).encode(
        y=alt.Y("domain:N", sort=None, title=None),
        yOffset=alt.YOffset("option:N", sort=order),
        tooltip=["domain:N", "option:N", *_TOOLTIP],
    )
    bars = base.mark_bar(stroke=OUTLINE, strokeWidth=1).encode(
        x=alt.X("value:Q", stack=None, title=None, axis=alt.Axis(format="%", orient="top", grid=True, tickCount=6)),
        color=alt.Color("option:N", sort=order, title=None, scale=alt.Scale(scheme="tealblues")),
    )
    return bars + base.mark_rule(stroke=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")


def _draw_figures(rows: list[dict[str, Any]]) -> Any:
    data = chart_data({**row, "label": _format_label(row)} for row in rows)
    base = alt.Chart(data).encode(y=alt.Y("label:N", sort=None, title=None), tooltip=["label:N", *_TOOLTIP])
    lines = base.mark_rule(stroke=OUTLINE, strokeWidth=2).encode(
        x=alt.X("low:Q", title=None, axis=alt.Axis(orient="top", grid=True)), x2="high:Q"
    )
    return lines + base.mark_point(filled=True, size=70, opacity=1, color="#0B6E8A").encode(x="value:Q")


def _format_label(row: dict[str, Any]) -> str:
    return " · ".join(filter(None, (row["domain"], row["option"])))
