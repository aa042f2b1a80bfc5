"""Rules on the results framework and on published texts."""

from collections.abc import Iterator

from capbuild.countries.mentions import find_countries
from capbuild.display import name_some
from capbuild.model import Audience, Country, Result, ResultIndicator
from capbuild.origin import Origin
from capbuild.tracking.result_targets import ResultSlot, parse_slot
from capbuild.workspace.checks.context import CheckContext, Found, error, note, warning

#: Audiences outside team and country.
_OTHERS = (Audience.REGIONAL, Audience.DONOR, Audience.PUBLIC)


def _list_indicators(context: CheckContext) -> Iterator[tuple[Result, ResultIndicator, Origin | None]]:
    for result in context.records.results:
        for indicator in result.indicators:
            yield result, indicator, context.origin(indicator)


@warning("CK901", "An indicator has no target", "add a target")
def find_indicators_without_target(context: CheckContext) -> Iterator[Found]:
    """Yield indicators without a target."""
    yield from (
        (f"{indicator.id}: {indicator.title}", place)
        for _, indicator, place in _list_indicators(context)
        if not indicator.targets
    )


@note("CK902", "An indicator has no baseline", "add the figure from before the programme")
def find_indicators_without_baseline(context: CheckContext) -> Iterator[Found]:
    """Yield manually recorded outcome indicators without a baseline."""
    for result, indicator, place in _list_indicators(context):
        if result.kind.is_outcome and not indicator.baselines and not indicator.computed:
            yield f"{indicator.id}: {indicator.title}", place


@note("CK903", "An indicator has no means of verification", "state source and method")
def find_indicators_without_means(context: CheckContext) -> Iterator[Found]:
    """Yield manually recorded indicators without source or method."""
    for _, indicator, place in _list_indicators(context):
        lacking = [name for name in ("source", "method") if not getattr(indicator, name)]
        if not indicator.computed and lacking:
            yield f"{indicator.id}: no {' and no '.join(lacking)}", place


def _slots(context: CheckContext, figures: dict[str, float]) -> Iterator[tuple[ResultSlot, str, float]]:
    for key, value in figures.items():
        yield parse_slot(key, context.workspace.programme.rounds), key, value


@error("CK904", "A target is worse than its baseline", "correct one of them, or ascending")
def find_targets_below_baseline(context: CheckContext) -> Iterator[Found]:
    """Yield targets on the wrong side of the baseline."""
    for _, indicator, place in _list_indicators(context):
        base = {
            tuple(sorted(slot.groups.items())): value for slot, _, value in _slots(context, dict(indicator.baselines))
        }
        for slot, key, value in _slots(context, dict(indicator.targets)):
            before = base.get(tuple(sorted(slot.groups.items())))
            if before is not None and (value < before if indicator.ascending else value > before):
                yield f"{indicator.id}: target {value:g} in {key}, baseline {before:g}", place


@warning("CK905", "A result has no indicator", "state how it is measured")
def find_results_without_indicator(context: CheckContext) -> Iterator[Found]:
    """Yield results without an indicator."""
    for result in context.records.results:
        if not result.indicators:
            yield f"{result.id}: {result.title}", context.origin(result)


@warning("CK906", "A target is for a time outside the programme", "correct the period")
def find_targets_outside_programme(context: CheckContext) -> Iterator[Found]:
    """Yield targets dated before or after the programme."""
    first, last = context.span
    for _, indicator, place in _list_indicators(context):
        for slot, key, _ in _slots(context, dict(indicator.targets)):
            begin, end = slot.start or slot.end, slot.end
            if end is not None and begin is not None and (begin.year > last.year or end < first):
                yield f"{indicator.id}: {key}, and the programme is from {first} to {last}", place


@error("CK907", "A figure is for a time to come", "correct the period, or move it to targets")
def find_figures_of_the_future(context: CheckContext) -> Iterator[Found]:
    """Yield measured figures dated after the check."""
    for _, indicator, place in _list_indicators(context):
        for slot, key, value in _slots(context, dict(indicator.actuals)):
            if slot.start is not None and slot.start > context.on:
                yield f"{indicator.id}: {value:g} in {key}", place


@warning("CK908", "A text for others names a country that has not agreed", "take it out, or record the consent")
def find_named_countries(context: CheckContext) -> Iterator[Found]:
    """Yield published texts that name a participant without consent."""
    policy = context.workspace.programme.disclosure
    audiences = [audience for audience in _OTHERS if audience.value in policy.audiences]
    hidden: dict[str, Country] = {
        country.alpha_2: country
        for country in context.participations
        if any(not policy.may_name(country, audience) for audience in audiences)
    }
    # Without consent to an audience, its reports name no country: CK909 reports this.
    agreed = {consent.audience for consent in policy.consents}
    hidden = (
        {} if agreed.isdisjoint(audiences) else _find_without(context, hidden, [a for a in audiences if a in agreed])
    )
    for words, place in _list_texts(context):
        named = [m.country for m in find_countries(words) if m.country is not None and m.country.alpha_2 in hidden]
        if named:
            yield f"{name_some(country.name for country in named)}: {words[:80]!r}", place


def _find_without(context: CheckContext, hidden: dict[str, Country], audiences: list[Audience]) -> dict[str, Country]:
    policy = context.workspace.programme.disclosure
    return {
        code: country for code, country in hidden.items() if not any(policy.may_name(country, a) for a in audiences)
    }


def _list_texts(context: CheckContext) -> Iterator[tuple[str, Origin | None]]:
    """Yield the texts of records in reports, with origins."""
    for row in context.rounds:
        for decision, place in context.workspace.planned.decisions(row.round.id):
            if decision.statement is not None:
                yield decision.statement.source, place
    records = context.records
    for result in records.results:
        yield result.title.source, context.origin(result)
        yield from ((indicator.title.source, context.origin(indicator)) for indicator in result.indicators)
    yield from ((line.title.source, context.origin(line)) for line in records.budgets)
    for delivery in records.deliveries:
        if delivery.title is not None:
            yield delivery.title.source, context.origin(delivery)


@note("CK909", "A report is for an audience to which no country agreed", "ask for consent, or take it out")
def find_audiences_without_consent(context: CheckContext) -> Iterator[Found]:
    """Yield report audiences without any consent."""
    policy = context.workspace.programme.disclosure
    for audience in _OTHERS:
        named = audience.value in policy.audiences and audience not in policy.named_by_default
        if named and not any(consent.audience is audience for consent in policy.consents):
            place = context.setting("audiences", audience.value)
            yield f"{audience.value}: no country is named in it", place
