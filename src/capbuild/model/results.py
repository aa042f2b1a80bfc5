"""Results chain with indicators, and budget lines."""

import datetime
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_texts, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model.money import Money, not_negative
from capbuild.text import Text, as_text


class ResultKind(StrEnum):
    """Level of a result in the chain."""

    ULTIMATE_OUTCOME = "ultimate outcome"
    INTERMEDIATE_OUTCOME = "intermediate outcome"
    IMMEDIATE_OUTCOME = "immediate outcome"
    OUTPUT = "output"
    ACTIVITY = "activity"

    @property
    def is_outcome(self) -> bool:
        """True for a change in a country, not an output."""
        return self not in (ResultKind.OUTPUT, ResultKind.ACTIVITY)


@model(kw_only=True)
class ResultIndicator:
    """Indicator of a result.

    Outputs are never shown as outcomes.

    Attributes:
        id: Id within the programme.
        title: Title.
        unit: Unit.
        ascending: Whether more is better.
        baselines: Baseline by period or group; keys are texts such as `2016; JM; sex=female`.
        targets: Target by period or group.
        actuals: Measured value by period or group.
        source: Source of the figures.
        method: Method of collection.
        frequency: Frequency of collection.
        responsible: Office responsible for collection.
        computed: Computation of actuals from the programme's records, such as `enrolments completed`; empty if recorded
            by hand.
        reasons: Reasons for deviations from targets, by target key.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    unit: str = ""
    ascending: bool = True
    baselines: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    targets: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    actuals: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    source: str = ""
    method: str = ""
    frequency: str = ""
    responsible: str = ""
    computed: str = ""
    reasons: FrozenMap[str, Text] = field(factory=FrozenMap, converter=to_texts)


@model(kw_only=True)
class Result:
    """Link of the results chain.

    Attributes:
        id: Id within the programme.
        kind: Ultimate, intermediate or immediate outcome, output or activity.
        title: The result.
        contributes_to: Id of the result above.
        indicators: Indicators.
        activities: Ids of the activities that contribute to it; empty for all.
        criteria: Ids of its criteria or capacities; empty for all.
        assumptions: Conditions for it to follow from the results below.
        risks: Risks to its achievement.
    """

    id: str = field(validator=identifier)
    kind: ResultKind
    title: Text = field(converter=as_text)
    contributes_to: str | None = None
    indicators: tuple[ResultIndicator, ...] = field(default=(), converter=to_tuple)
    activities: tuple[str, ...] = field(default=(), converter=to_tuple)
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    assumptions: tuple[Text, ...] = field(default=(), converter=to_tuple)
    risks: tuple[Text, ...] = field(default=(), converter=to_tuple)


@model(kw_only=True)
class Budget:
    """Budget line.

    Attributes:
        id: Id within the programme.
        title: Purpose.
        amount: Planned amount, at least 0.
        committed: Committed so far; below 0 if more was withdrawn.
        spent: Paid so far, net of refunds.
        year: Calendar year; None for the whole programme.
        recurring: Whether it recurs each year.
        rate_date: Date of the exchange rate.
        as_of: Last date counted in `committed` and `spent`; None if not recorded.
        result: Id of the result it pays for; empty for no single one.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    amount: Money = field(validator=not_negative)
    committed: Money | None = None
    spent: Money | None = None
    year: int | None = field(default=None, validator=between(1900, 2200))
    recurring: bool = False
    rate_date: datetime.date | None = None
    as_of: datetime.date | None = None
    result: str = ""
