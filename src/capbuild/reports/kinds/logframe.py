"""Results matrix (logframe): baseline, target, actual, deviation, reason."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, BudgetLine, Money, Programme, Result, ResultIndicator
from capbuild.model.programme import DacCriterion
from capbuild.reports.cells import DASH, Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.kinds.donor import find_programme_period
from capbuild.reports.model import (
    Block,
    Bullets,
    Definitions,
    Fact,
    Paragraph,
    Report,
    ReportKind,
    ReportSection,
)
from capbuild.reports.sections.budget import describe_rates
from capbuild.reports.sections.results_framework import (
    ResultLine,
    describe_reached,
    make_number_cell,
    make_result_group,
    make_result_lines,
)
from capbuild.tracking.result_targets import parse_slot
from capbuild.tracking.results import GAINED

_CENT = Decimal("0.01")


def check_logframe(context: ReportContext) -> None:
    """Refuse a results matrix without results.

    Raises:
        WriteError: Code CB732.
    """
    if not _list_results(context):
        raise WriteError(
            "a results matrix without results is empty", code="CB732", remedy="describe the results in results.toml"
        )


def _list_results(context: ReportContext) -> tuple[Result, ...]:
    programme = context.programme
    return context.dossier.results or (programme.results if programme is not None else ())


def build_logframe(subject: AssessmentSet, context: ReportContext) -> Report:
    """Build the results matrix for a period.

    The matrix ends on the last day of the context's period, by default on the reference date of the round.

    Raises:
        WriteError: There are no results (code CB732).
    """
    check_logframe(context)
    t, programme = context.t, context.programme or Programme(id="programme", title="Programme")
    period = context.render_context.period
    start, end = period or find_programme_period(programme, subject.round)
    until = period[1] if period is not None else subject.round.reference_date
    lines = [(result, list(_list_lines(result, programme, until))) for result in _list_results(context)]
    sections = (
        _build_matrix(lines, context),
        _build_conditions(_list_results(context), context),
        _build_unit_costs(programme, until, context),
        _build_evaluation(programme, lines, context),
    )
    span = t.raised(t("donor.period", start=t.date(start), end=t.date(end)))
    result_lines = [line for _, pairs in lines for line, _ in pairs]
    return context.report(
        subject,
        ReportKind.LOGFRAME,
        "logframe",
        sections,
        title=t("logframe.title"),
        subtitle=f"{span}. {t('logframe.until', date=t.date(until))}",
        lead=_write_lead(result_lines, context),
        facts=_make_facts(result_lines, context),
        numbered=False,
    )


def _list_lines(result: Result, programme: Programme, until: datetime.date) -> Iterator[tuple[ResultLine, str]]:
    """Yield a line and a key for each indicator's target.

    An indicator without targets has one line with an empty key.
    """
    for indicator in result.indicators:
        for key in indicator.targets or ("",):
            slot = parse_slot(key, programme.rounds)
            if "country" in slot.groups:
                continue  # figures of one country are not the programme's
            group = key.partition(";")[2].strip() if slot.period else key
            shown = _select_group(indicator, group, key)
            (line,) = make_result_lines(evolve(result, indicators=[shown]), programme, until)
            yield line, key


def _select_group(one: ResultIndicator, group: str, key: str) -> ResultIndicator:
    """Return an indicator with one group's figures and one target."""
    if not group:
        return evolve(one, targets={key: one.targets[key]} if key else {})
    end = f"; {group}"

    def own(figures: dict[str, float]) -> dict[str, float]:
        return {name.removesuffix(end): value for name, value in figures.items() if name.endswith(end)}

    return evolve(
        one, baselines=own(dict(one.baselines)), actuals=own(dict(one.actuals)), targets=own({key: one.targets[key]})
    )


def _is_due(line: ResultLine) -> bool:
    return line.target is not None and line.target.end <= line.until


def _write_lead(lines: list[ResultLine], context: ReportContext) -> str:
    t = context.t
    aimed = [line for line in lines if line.target is not None]
    reached = sum(line.to_go == 0 for line in aimed)
    parts = [t("logframe.lead", count=reached, total=len(aimed))]
    other = sum(line.uncertain + line.other_cause for line in lines)
    parts += [t("logframe.lead.other", count=other)] if other else []
    return " ".join(parts)


def _make_facts(lines: list[ResultLine], context: ReportContext) -> list[Fact]:
    t = context.t
    aimed = [line for line in lines if line.target is not None]
    of = t("of", total=len(aimed))
    late = sum(line.late for line in aimed)
    return [
        Fact(label=t("fact.targets_reached"), value=t.number(sum(line.to_go == 0 for line in aimed)), unit=of),
        Fact(label=t("fact.targets_missed"), value=t.number(late), unit=of),
        Fact(label=t("fact.no_target"), value=t.number(len(lines) - len(aimed))),
    ]


# The matrix


def _build_matrix(lines: list[tuple[Result, list[tuple[ResultLine, str]]]], context: ReportContext) -> ReportSection:
    groups = [
        (make_result_group(result, context), [_make_row(*pair, context) for pair in pairs]) for result, pairs in lines
    ]
    figure = context.table("logframe", groups=groups, caption=context.t("logframe.caption"))
    return context.section("matrix", 100, figure, title=context.t("logframe.section"))


def _make_row(line: ResultLine, key: str, context: ReportContext) -> Values:
    t, indicator = context.t, line.indicator
    rounds = context.programme.rounds if context.programme is not None else ()
    groups = [_name_group(name, value, context) for name, value in parse_slot(key, rounds).groups.items()]
    other = line.uncertain + line.other_cause
    value = line.value
    actual = value if value is None or indicator.computed != GAINED else value._replace(value=value.value + other)
    unit = f"({t.known(indicator.unit)})" if indicator.unit else ""
    return {
        "logframe.col.indicator": Words(text=t.clauses(t.text(indicator.title), *groups), after=unit),
        "#logframe.col.baseline": make_number_cell(line.baseline, context),
        "#logframe.col.target": make_number_cell(line.target, context),
        "#logframe.col.actual": make_number_cell(actual, context, Style.STRONG),
        "#logframe.col.alike": _make_alike(line, context),
        "logframe.col.means": _make_means(indicator, context),
        "logframe.col.deviation": _make_deviation(line, key, context),
    }


def _name_group(name: str, value: str, context: ReportContext) -> str:
    key = f"logframe.{name}.{value}"
    return context.t(key) if key in context.t.messages else context.t.labelled(name, value)


def _make_alike(line: ResultLine, context: ReportContext) -> Words:
    """Make the cell of the like-for-like actual.

    It compares the same countries by the same kinds of sources.
    """
    t = context.t
    if line.alike is not None:
        return Words(text=t.number(line.alike[1]), after=t("logframe.before", count=line.alike[0]))
    if line.indicator.computed == "criteria met" and line.baseline is not None:
        return Words(text=t("logframe.incomparable"), style=Style.LACKING)
    if line.value is None or not line.indicator.computed:
        return DASH
    return Words(text=t.number(round(line.value.value, 2)))


def _make_means(one: ResultIndicator, context: ReportContext) -> Cell:
    t = context.t
    parts = [t.known(part) for part in (one.source, one.method, one.frequency, one.responsible) if part]
    return Words(text=t.clauses(*parts) if parts else "–", style=Style.PLAIN if parts else Style.QUIET)


def _make_deviation(line: ResultLine, key: str, context: ReportContext) -> Cell:
    t, words = context.t, describe_reached(line, context)
    if words is not None:
        return words
    gap = t("result.to_go", amount=t.number(round(line.to_go or 0, 2)))
    reason = line.indicator.reasons.get(key)
    lines = [Words(text=gap, style=Style.LACKING if line.late else Style.PLAIN)]
    if reason is not None:
        lines.append(Words(text=t.text(reason)))
    elif _is_due(line):
        lines.append(Words(text=t("logframe.no_reason"), style=Style.QUIET))
    return Lines(lines=lines)


# Assumptions and risks, unit costs, criteria of an evaluation


def _build_conditions(results: tuple[Result, ...], context: ReportContext) -> ReportSection:
    t, blocks = context.t, list[Block]()
    for name in ("assumptions", "risks"):
        points = [
            Paragraph(strong=t.label(t.text(result.title)), text=t.text(text))
            for result in results
            for text in getattr(result, name)
        ]
        blocks.append(Paragraph(strong=t(f"logframe.{name}"), text="" if points else t("logframe.none")))
        blocks += [Bullets(points=points)] if points else []
    return context.section("conditions", 200, *blocks, title=t("logframe.conditions"))


def _build_unit_costs(programme: Programme, until: datetime.date, context: ReportContext) -> ReportSection | None:
    """Build the section on unit costs of results.

    Only a budget line that pays for a single result has a unit cost. The result is None if there is no such line.
    """
    t, results = context.t, {result.id: result for result in _list_results(context)}
    rows = []
    for line in context.dossier.budgets or programme.budgets:
        result = results.get(line.result)
        later = line.as_of is not None and line.as_of > until
        if result is None or not result.indicators or line.spent is None or later:
            continue
        count = _find_count(line, result, programme, until)
        if count:
            rows.append(_make_unit_row(line, line.spent, result.indicators[0], count, context))
    if not rows:
        return None
    figure = context.table("unit-costs", rows, caption=describe_rates(context.programme, t))
    return context.section("unit-costs", 300, figure, title=t("logframe.unit_costs"))


def _find_count(line: BudgetLine, result: Result, programme: Programme, until: datetime.date) -> float:
    """Return the number of units that a budget line pays.

    This is the indicator's figure of the line's year, or the latest figure if the line has no year.
    """
    indicator = result.indicators[0]
    if line.year is not None:
        return indicator.actuals.get(str(line.year), 0.0)
    (result_line, *_) = make_result_lines(result, programme, until)
    return result_line.value.value if result_line.value is not None else 0.0


def _make_unit_row(
    line: BudgetLine, spent: Money, indicator: ResultIndicator, count: float, context: ReportContext
) -> Values:
    t = context.t
    each = Money((spent.amount / Decimal(str(count))).quantize(_CENT), spent.currency)
    return {
        "logframe.col.line": Words(text=t.text(line.title), after=f"({line.year})" if line.year is not None else ""),
        "#logframe.col.spent": spent,
        "logframe.col.what": t.text(indicator.title),
        "#logframe.col.count": t.number(count),
        "#logframe.col.each": Words(text=t.money(each), style=Style.STRONG),
    }


def _build_evaluation(
    programme: Programme, lines: list[tuple[Result, list[tuple[ResultLine, str]]]], context: ReportContext
) -> ReportSection:
    """Build the records for each criterion of the OECD DAC.

    Effectiveness is counted from the outcomes if the programme has no text on it.
    """
    t, statements = context.t, dict[DacCriterion, str]()
    outcomes = [
        line for result, pairs in lines if result.kind.is_outcome for line, _ in pairs if line.target is not None
    ]
    if outcomes:
        reached = sum(outcome.to_go == 0 for outcome in outcomes)
        statements[DacCriterion.EFFECTIVENESS] = t("logframe.effectiveness", count=reached, total=len(outcomes))
    statements |= {name: t.text(text) for name, text in programme.evaluation.items()}
    entries = [(t(f"logframe.dac.{name}"), statements.get(name, t("logframe.no_finding"))) for name in DacCriterion]
    return context.section("evaluation", 400, Definitions(entries=entries), title=t("logframe.evaluation"))
