"""National action plan: actions, costs and sign-off."""

from collections.abc import Iterable, Iterator

from capbuild.advice import Action, ActionPlan, plan_actions
from capbuild.advice.actions import ActionCheck, add_money
from capbuild.errors import WriteError
from capbuild.model import Assessment, Country, CriterionState, Money
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.i18n import Translator
from capbuild.reports.model import Column, Fact, FigureKind, Paragraph, Report, ReportKind, ReportSection, RowGroup
from capbuild.reports.sections.budget import describe_rates

#: Room for a signature.
_ROOM = Lines(lines=[Words(text="\u00a0"), Words(text="\u00a0")])


def make_plan_of_actions(assessment: Assessment, context: ReportContext) -> ActionPlan:
    """Return a country's action plan, as the audience may see."""
    own = context.disclosure.own_costs
    return plan_actions(
        assessment,
        context.dossier,
        advice=context.advise(assessment),
        costs=own if own is not None else context.disclosure.costs,
    )


def check_sources(context: ReportContext) -> None:
    """Refuse audiences other than the country and the team.

    Raises:
        WriteError: Code CB703.
    """
    if not context.disclosure.sources:
        raise WriteError(
            f"an action plan is not written for {context.disclosure.audience.value!r}",
            code="CB703",
            remedy="write it for the country or the team",
        )


def build_action_plan(assessment: Assessment, context: ReportContext) -> Report:
    """Return the national action plan of a country.

    Raises:
        WriteError: The audience is neither the country nor the team (code CB703).
    """
    check_sources(context)
    plan = make_plan_of_actions(assessment, context)
    return context.report(
        assessment,
        ReportKind.ACTION_PLAN,
        assessment.country.alpha_2,
        [
            _build_actions_section(plan, assessment, context),
            _build_costs(plan, context),
            build_sign_off(plan.country, context),
        ],
        title=write_title(plan, context.name(plan.country), context.t),
        lead=_write_lead(plan, context),
        facts=_make_facts(plan, context),
        numbered=False,
    )


def write_title(plan: ActionPlan, country: str, t: Translator) -> str:
    """Return the title of a plan with its action count.

    Actions with planned sessions are counted as well, if there are any.
    """
    booked = sum(bool(action.sessions) for action in plan)
    if not booked:
        return t("actions.title.plain", count=len(plan), country=country)
    return t("actions.title", count=len(plan), country=country, booked=booked)


def _write_lead(plan: ActionPlan, context: ReportContext) -> str:
    t, still = context.t, list_open(plan)
    parts = [t("actions.lead", count=len(still))]
    nobody = sum(not action.owner for action in still)
    odd, late = _count_unconfirmed(plan), sum(action.check is ActionCheck.OVERDUE for action in plan)
    alone = 1 < nobody == len(still)
    parts += [t("actions.lead.nobody" if alone else "actions.lead.owners", count=nobody)] if nobody else []
    parts += [t("actions.lead.overdue", count=late)] if late else []
    parts += [t("actions.lead.check", count=odd)] if odd else []
    return " ".join(parts)


def _count_unconfirmed(plan: ActionPlan) -> int:
    """Count actions whose status contradicts the findings."""
    return sum(action.check not in (None, ActionCheck.OVERDUE) for action in plan)


def list_open(plan: Iterable[Action]) -> list[Action]:
    """Return the actions that are not closed."""
    return [action for action in plan if not action.status.is_closed]


def _make_facts(plan: ActionPlan, context: ReportContext) -> list[Fact]:
    t, of = context.t, context.t("of", total=len(plan))
    still = list_open(plan)
    booked = sum(bool(action.sessions) for action in plan)
    facts = [
        Fact(label=t("fact.actions"), value=t.number(len(still)), unit=of),
        *([Fact(label=t("fact.booked"), value=t.number(booked), unit=of)] if booked else []),
        Fact(label=t("fact.owners"), value=t.number(sum(bool(action.owner) for action in still))),
        Fact(label=t("fact.to_confirm"), value=t.number(_count_unconfirmed(plan))),
    ]
    label = t("fact.action_cost.shown" if plan.withheld else "fact.action_cost")
    sums = add_money(part for action in plan for part in action.amounts)
    return [*facts, *(Fact(label=label, value=t.amount(sum_.amount), unit=sum_.currency) for sum_ in sums)]


# Actions


def describe_action(one: Action, writer: AdviceWriter, context: ReportContext, assessment: Assessment) -> str:
    """Return the text of an action.

    This is the text of the recorded action if it has its own, else that of its criterion, else the level to reach.
    """
    framework = context.framework
    if one.target in framework.criteria and (one.text is None or one.text == _find_known(one.target, context)):
        return writer.action(one.target)
    if one.text is not None:
        return context.t.text(one.text)
    score = assessment.scores.get(one.capacity)
    if score is not None and score.plausible is not None and score.settled and score.target_met is False:
        return writer.raise_level(one.capacity, score.plausible.lowest + 1)
    return writer.raise_level(one.capacity, None)


def _find_known(target: str, context: ReportContext) -> object:
    criterion = context.framework.criteria[target]
    return criterion.action or criterion.text


def _build_actions_section(plan: ActionPlan, assessment: Assessment, context: ReportContext) -> ReportSection:
    t, title = context.t, context.t("actions.section")
    if not plan.actions:
        return context.section("actions", 100, title=title, lead=t("actions.none"))
    groups = _group_rows(plan, assessment, _find_currency(plan), context)
    figure = context.table("actions", groups=groups, kind=FigureKind.ACTIONS, caption=t("actions.caption"))
    return context.section("actions", 100, figure, title=title)


def _find_currency(plan: ActionPlan) -> str:
    """Return the only currency of a plan.

    The result is empty if there is none, or more than one.
    """
    currencies = {part.currency for action in plan for part in action.amounts}
    return next(iter(currencies)) if len(currencies) == 1 else ""


def _group_rows(
    plan: ActionPlan, assessment: Assessment, currency: str, context: ReportContext
) -> Iterator[tuple[RowGroup, list[Values]]]:
    writer = context.writer(assessment)
    for name in dict.fromkeys(action.capacity for action in plan):
        rows = [_make_row(action, assessment, writer, currency, context) for action in plan if action.capacity == name]
        title = writer.title(name) if name else context.t("actions.other_area")
        levels = _write_levels(plan, name, writer)
        title = context.t.labelled(title, context.t.lowered(levels)) if levels else title
        yield RowGroup(title=title, code=name), rows


def _write_levels(plan: ActionPlan, name: str, writer: AdviceWriter) -> str:
    levels: dict[str, object] = {key: writer.level(name, order) for key, order in plan.levels.get(name, {}).items()}
    if "now" not in levels:
        return ""
    return writer.t("message.moves" if "then" in levels else "message.moves.open", None, **levels)


def make_action_cells(
    one: Action, writer: AdviceWriter, context: ReportContext, assessment: Assessment, *, after: str = ""
) -> tuple[Words, Words]:
    """Make the cells of an action and its owner.

    Texts written by people are marked with their own language.
    """
    t = context.t
    text = describe_action(one, writer, context, assessment)
    own = one.text.language_used(t.language) if one.text is not None and text == t.text(one.text) else t.language
    action = Words(before=one.id, text=text, after=after, language="" if own == t.language else own)
    if one.owner:
        return action, Words(text=one.owner, language="und")
    return action, Words(text=t("actions.nobody"), style=Style.QUIET)


def _make_row(
    one: Action, assessment: Assessment, writer: AdviceWriter, currency: str, context: ReportContext
) -> Values:
    t = context.t
    due = f"{t.date(one.due)}{' *' if one.proposed else ''}"
    target = one.target if one.target in context.framework.criteria else ""
    cost = Column(id="cost", title=t.listed(t("col.cost"), currency), number=True)
    action, owner = make_action_cells(one, writer, context, assessment, after=target)
    return {
        "actions.col.action": action,
        "col.owner": owner,
        "col.due": due or Words(text=t("actions.to_agree"), style=Style.QUIET),
        cost: _make_cost_cell(one, currency, context),
        "actions.col.payer": _make_payer_cell(one, context),
        "col.status": make_status_cell(one, context),
        "actions.col.found": _write_state(one, assessment, context),
    }


def _make_cost_cell(action: Action, currency: str, context: ReportContext) -> Words:
    t, sums = context.t, add_money(action.amounts)
    if sums and not action.withheld:
        return Words(text=t.clauses(*(t.amount(m.amount) if currency else t.money(m) for m in sums)))
    text = t("actions.with", id=action.booked_by) if action.booked_by else t("actions.no_price")
    if action.withheld:
        amounts = t.clauses(*(t.money(m) for m in sums))
        text = t.clauses(*filter(None, (amounts, t("withheld"))))
    return Words(text=text, style=Style.QUIET)


def _make_payer_cell(action: Action, context: ReportContext) -> Cell:
    t = context.t
    lines = [Words(text=t("known.programme"), after=", ".join(action.activities))] if action.sessions else []
    lines += [Words(text=t.known(action.payer))] if action.payer else []
    return Lines(lines=lines) if lines else Words(text=t("actions.to_agree"), style=Style.QUIET)


def make_status_cell(action: Action, context: ReportContext) -> Lines:
    """Make the cell of an action's status.

    Conflicts with findings and the country's answer follow the status.
    """
    t, answer = context.t, context.own_words(action.answer)
    lines = [Words(text=t(f"advice.{action.status.name.lower()}"))]
    if action.check is not None:
        lines.append(Words(text=t(f"actions.check.{action.check.name.lower()}"), style=Style.LACKING))
    return Lines(lines=[*lines, *([answer] if answer is not None else [])])


def _write_state(action: Action, assessment: Assessment, context: ReportContext) -> str:
    """Return this round's result for an action's criterion or capacity."""
    score = assessment.scores.get(action.capacity)
    if score is None:
        return "–"
    result = next((node_result for node_result in score.results if node_result.target == action.target), None)
    if result is None:
        return context.marks.result(score)
    if result.state is CriterionState.NOT_APPLICABLE:
        return "–"
    return context.outcome(result)


# Costs


def _build_costs(plan: ActionPlan, context: ReportContext) -> ReportSection | None:
    """Build the sums by payer.

    They add up to the country's share of the plan.
    """
    t = context.t
    total_costs = add_money([*plan.share, *(part for sums in plan.costs.values() for part in sums)])
    if not total_costs:
        return None
    rows = [_make_sum(t("actions.sum.booked"), plan.booked, context)] if plan.share else []
    if plan.other is not None or (plan.withheld and plan.other_seats):
        others = [plan.other] if plan.other is not None else []
        text = t("actions.sum.other", count=plan.other_seats)
        rows.append(_make_sum(text, others, context, nothing=t("withheld")))
    if plan.share:
        share = t("actions.sum.share.shown" if plan.withheld else "actions.sum.share")
        rows.append(_make_sum(share, plan.share, context, style=Style.STRONG))
    for payer, sums in plan.costs.items():
        text = t("actions.sum.own", payer=t.known(payer)) if payer else t("actions.sum.nobody")
        rows.append(_make_sum(text, sums, context))
    total = _make_sum(t("actions.sum.shown" if plan.withheld else "total"), total_costs, context)
    note = " ".join(filter(None, (_write_plan_note(context), describe_rates(context.programme, t))))
    blocks = [context.table("sums", rows, total=total), Paragraph(text=note) if note else None]
    return context.section("costs", 200, *blocks, title=t("actions.costs"))


def _make_sum(
    text: str, sums: Iterable[Money], context: ReportContext, *, style: Style = Style.PLAIN, nothing: str = "–"
) -> Values:
    amounts = "; ".join(map(context.t.money, sums)) or nothing
    return {"actions.col.what": Words(text=text, style=style), "#col.cost": Words(text=amounts, style=style)}


def _write_plan_note(context: ReportContext) -> str:
    """Return the cost of the whole plan."""
    plan = context.dossier.plan
    if plan is None or not plan.activities or not context.disclosure.costs:
        return ""
    return context.t("actions.plan", cost=context.t.money(plan.cost))


# Sign-off


def build_sign_off(country: Country, context: ReportContext) -> ReportSection:
    """Build the block that country and programme sign."""
    t = context.t
    blank: Values = {f"actions.sign.{name}": _ROOM for name in ("name", "signature", "date")}
    parties = (context.name(country), t("actions.party.programme"))
    figure = context.table("sign", [{"actions.sign.party": party, **blank} for party in parties])
    return context.section("sign", 900, figure, title=t("actions.sign"))
