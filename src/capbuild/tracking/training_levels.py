"""Kirkpatrick's four levels of training: reaction, learning, behaviour, results."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.display import NotebookDisplay
from capbuild.model import Delivery, Enrolment, Evaluation, Kirkpatrick, Missing
from capbuild.tracking.training import (
    EnrolmentCount,
    TrainingEffect,
    count_enrolments,
    present_values,
    training_effects,
)

_BEFORE = "before"
#: Missing kinds of people who do not count as asked.
_NOT_ASKED = (Missing.NOT_ASKED, Missing.NOT_APPLICABLE)
_MONTHS = {"week": 12 / 52, "month": 1, "year": 12}
_LATER = re.compile(r"(\d+) (week|month|year)s?")


@frozen(kw_only=True)
class LevelResult:
    """Result of one instrument on one level at one moment.

    Attributes:
        level: Reaction, learning, behaviour or results.
        instrument: Instrument; empty without measurements.
        moment: `after`, or a follow-up such as `6 months`; `before` if nothing was measured later.
        maximum: Highest possible value; None for none.
        answers: Number of values.
        asked: Possible number of values: people present in those deliveries, and rows that record a missing value; None
            if neither is recorded.
        mean: Mean of the values; None without values. Missing values are excluded.
        change: Change of the same people since before; None without earlier measurements.
        small: Whether there are too few values to show outside the team.
    """

    level: Kirkpatrick
    instrument: str = ""
    moment: str = ""
    maximum: float | None = None
    answers: int = 0
    asked: int | None = None
    mean: float | None = None
    change: TrainingEffect | None = None
    small: bool = False

    @property
    def response_rate(self) -> float | None:
        """Share of the people asked who answered, 0 to 1.

        The share is None if nobody was asked.
        """
        return self.answers / self.asked if self.asked else None

    @property
    def missing(self) -> int | None:
        """Number of those asked without a value, or None."""
        return None if self.asked is None else self.asked - self.answers

    def __str__(self) -> str:
        if not self.instrument and self.mean is None:
            return f"{self.level.value}: not measured"
        of = "" if self.asked is None else f" of {self.asked}"
        top = "" if self.maximum is None else f" of {self.maximum:g}"
        mean = "no value" if self.mean is None else f"mean {self.mean:.3g}{top}"
        what = ", ".join(part for part in (self.level.value, self.instrument, self.moment) if part)
        return f"{what}: {self.answers}{of}, {mean}"


_Key = tuple[str, float | None]


def level_results(
    evaluations: Iterable[Evaluation],
    enrolments: Iterable[Enrolment] = (),
    *,
    minimum_n: int = 1,
    level: float = 0.9,
) -> tuple[LevelResult, ...]:
    """Return training results at each of the four levels.

    Levels without measurements have a result that says so. Instruments and maxima have separate results. If a
    delivery used an instrument at any moment, everybody who was present counts as asked at each moment, so that
    people who are not measured again lower the response rate.

    Args:
        evaluations: Measurements, with or without pseudonyms.
        enrolments: Participants.
        minimum_n: Minimum number of people shown outside the team.
        level: Confidence level of the intervals.

    Example:
        >>> some = [Evaluation(delivery="D1", level="reaction", instrument="form", value=value, maximum=5)
        ...         for value in (4, 5, Missing.NO_ANSWER)]
        >>> print(level_results(some)[0])
        reaction, form, after: 2 of 3, mean 4.5 of 5
    """
    present: dict[str, int] = {}
    for enrolment in enrolments:
        if enrolment.status.was_present:
            present[enrolment.delivery] = present.get(enrolment.delivery, 0) + 1
    by_level: dict[Kirkpatrick, dict[_Key, list[Evaluation]]] = {kirkpatrick: {} for kirkpatrick in Kirkpatrick}
    for row in evaluations:
        by_level[row.level].setdefault((row.instrument, row.maximum), []).append(row)
    results: list[LevelResult] = []
    for kind, instruments in by_level.items():
        instrument_results = [
            result
            for key in sorted(instruments, key=lambda one: (one[0], one[1] or 0.0))
            for result in _list_instrument_results(
                kind, key, instruments[key], present, minimum_n=minimum_n, level=level
            )
        ]
        results += instrument_results or [LevelResult(level=kind)]
    return tuple(results)


def _list_instrument_results(
    kind: Kirkpatrick,
    key: _Key,
    rows: Sequence[Evaluation],
    present: Mapping[str, int],
    *,
    minimum_n: int,
    level: float,
) -> Iterator[LevelResult]:
    """Yield an instrument's results at each moment after deliveries.

    If it was only used before deliveries, the result is that of `before`.
    """
    moments = sorted({row.moment for row in rows}, key=months_after)
    effects = {
        effect.moment: effect for effect in training_effects(_pool_deliveries(rows), minimum_n=minimum_n, level=level)
    }
    for moment in [known for known in moments if known != _BEFORE] or moments:
        then = [row for row in rows if row.moment == moment]
        values = present_values(then)
        yield LevelResult(
            level=kind,
            instrument=key[0],
            moment=moment,
            maximum=key[1],
            answers=len(values),
            asked=_count_asked(kind, rows, then, present),
            mean=sum(values) / len(values) if values else None,
            change=effects.get(moment),
            small=len(values) < minimum_n,
        )


def _pool_deliveries(rows: Iterable[Evaluation]) -> Iterator[Evaluation]:
    """Yield pooled measurements of all deliveries.

    A person in two deliveries counts as two people.
    """
    for row in rows:
        person = None if row.participant is None else f"{row.delivery} {row.participant}"
        yield evolve(row, delivery="all", participant=person)


def _count_asked(
    kind: Kirkpatrick, rows: Sequence[Evaluation], then: Sequence[Evaluation], present: Mapping[str, int]
) -> int | None:
    """Return the number of people asked at a moment.

    The result is None if the number is unknown. Results without a pseudonym are about services, not about the people
    present.
    """
    total, known = 0, False
    for delivery in dict.fromkeys(row.delivery for row in rows):
        here = [row for row in then if row.delivery == delivery]
        out = sum(row.value in _NOT_ASKED for row in here)
        of_services = kind is Kirkpatrick.RESULTS and all(row.participant is None for row in here)
        people = 0 if of_services else present.get(delivery, 0) - out
        gaps = sum(isinstance(row.value, Missing) for row in here) - out
        known = known or people > 0 or gaps > 0
        total += max(people, len(here) - out)
    return total if known else None


def months_after(moment: str) -> float:
    """Return the months from a delivery to a moment.

    The result is -1 for `before`, and 0 for `after` and unknown moments.

    Example:
        >>> months_after("6 months"), months_after("1 year"), months_after("after")
        (6, 12, 0)
    """
    if moment == _BEFORE:
        return -1
    match = _LATER.fullmatch(moment)
    return int(match[1]) * _MONTHS[match[2]] if match else 0


@frozen(kw_only=True)
class TrainingSummary(NotebookDisplay):
    """Summary of a programme's training.

    Attributes:
        deliveries: Number of recorded deliveries.
        cancelled: Number of cancelled ones.
        people: Number of people by status, over all deliveries.
        levels: Kirkpatrick's four levels.
        minimum_n: Minimum number of people shown outside the team.
        invented: Whether the records are invented.
    """

    deliveries: int
    cancelled: int
    people: EnrolmentCount
    levels: tuple[LevelResult, ...] = field(converter=to_tuple)
    minimum_n: int = 1
    invented: bool = False

    def __repr__(self) -> str:
        measured = sum(level_result.mean is not None for level_result in self.levels)
        return f"TrainingSummary({self.deliveries} deliveries, {measured} measurements)"

    def __str__(self) -> str:
        return "\n".join([f"{self.deliveries} deliveries; {self.people}", *map(str, self.levels)])


def summarise_training(
    deliveries: Iterable[Delivery],
    enrolments: Iterable[Enrolment],
    evaluations: Iterable[Evaluation],
    *,
    minimum_n: int = 1,
    invented: bool = False,
) -> TrainingSummary:
    """Return a programme's people by status and results by level.

    Args:
        deliveries: Deliveries.
        enrolments: Participants.
        evaluations: Measurements.
        minimum_n: Minimum number of people shown outside the team.
        invented: Whether the records are invented.
    """
    delivered, people = list(deliveries), list(enrolments)
    (counts,) = count_enrolments(people, minimum_n=minimum_n)
    return TrainingSummary(
        deliveries=len(delivered),
        cancelled=sum(delivery.cancelled for delivery in delivered),
        people=counts,
        levels=level_results(evaluations, people, minimum_n=minimum_n),
        minimum_n=minimum_n,
        invented=invented,
    )
