"""Results chain with indicators, and budget lines."""

import datetime
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_texts, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model.money import Money, not_negative
from capbuild.text import Text, as_text

__all__ = ["Budget", "Result", "ResultIndicator", "ResultKind"]


class ResultKind(StrEnum):
    """Place in the results chain."""

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

    An output is never shown as an outcome.

    Attributes:
        id: Id within the programme.
        title: What is measured.
        unit: Unit.
        ascending: Whether more is better.
        baselines: Baseline by period or group; a key is a text such as `2016; JM; sex=female`.
        targets: Target by period or group.
        actuals: Measured value by period or group.
        source: Where figures come from.
        method: How they are collected.
        frequency: How often.
        responsible: Who collects them, as an office.
        computed: How actuals are made from the programme's own records, such as `enrolments completed`; empty where
            they are recorded by hand.
        reasons: Why an actual deviates from its target, by the target's key.
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
        indicators: How it is measured.
        activities: Ids of the activities of the catalogue that bring it about; empty for all.
        criteria: Ids of the criteria or capacities it is about; empty for all.
        assumptions: What must hold for it to follow from the results below.
        risks: What may keep it from being reached.
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
        title: What it is for.
        amount: Planned, at least 0.
        committed: Promised so far; below 0 where more was taken back.
        spent: Paid so far, less refunds.
        year: Calendar year; None for the whole programme.
        recurring: Whether it comes back each year.
        rate_date: Day of the exchange rate used.
        as_of: Day up to which `committed` and `spent` are counted; None where nobody recorded it.
        result: Id of the result that it pays for; empty for none alone.
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
