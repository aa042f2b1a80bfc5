"""Results of training: participation, and changes of the same people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.frozen import FrozenMap
from capbuild.model import Enrolment, EnrolmentStatus, Evaluation, Interval, Kirkpatrick, Missing
from capbuild.undefined import Undefined

_BEFORE = "before"


@frozen(kw_only=True)
class EnrolmentCount:
    """Number of people of a group by status.

    People who completed also count as nominated, accepted and attended.

    Attributes:
        group: Common attributes, such as `{"sex": "female"}`.
        people: Number by status: nominated, accepted, attended, completed, certified, withdrawn.
        small: Whether they are too few to show outside the team.
    """

    group: FrozenMap[str, str] = field(converter=to_map)
    people: FrozenMap[str, int] = field(converter=to_map)
    small: bool = False

    def __str__(self) -> str:
        parts = ", ".join(f"{count} {status}" for status, count in self.people.items() if count)
        return f"{' '.join(self.group.values()) or 'all'}: {parts or 'nobody'}"


def _count_group(enrolment: Enrolment, key: str) -> str:
    value = enrolment.country.alpha_2 if key == "country" else getattr(enrolment, key)
    return "not stated" if value is None else str(getattr(value, "value", value))


def count_enrolments(
    enrolments: Iterable[Enrolment], by: Sequence[str] = (), *, minimum_n: int = 1
) -> tuple[EnrolmentCount, ...]:
    """Return the number of people by group and status.

    Args:
        enrolments: Enrolments; a person in two deliveries is counted in both.
        by: Grouping: `delivery`, `country`, `sex`, `role`, in any combination.
        minimum_n: Minimum number of people shown outside the team.

    Example:
        >>> some = [Enrolment(participant=f"P{n}", delivery="D1", country="JM", status=status)
        ...         for n, status in enumerate(["certified", "attended", "withdrawn"])]
        >>> print(count_enrolments(some)[0])
        all: 3 nominated, 2 accepted, 2 attended, 1 completed, 1 certified, 1 withdrawn
    """
    groups: dict[tuple[str, ...], Counter[EnrolmentStatus]] = {} if by else {(): Counter()}
    for enrolment in enrolments:
        counts = groups.setdefault(tuple(_count_group(enrolment, key) for key in by), Counter())
        counts.update(enrolment.status.steps)
    return tuple(
        EnrolmentCount(
            group=dict(zip(by, names, strict=True)),
            people={status.value: counts[status] for status in EnrolmentStatus},
            small=counts[EnrolmentStatus.NOMINATED] < minimum_n,
        )
        for names, counts in sorted(groups.items())
    )


@frozen(kw_only=True)
class TrainingEffect:
    """Change of people measured before and after.

    Attributes:
        delivery: Id of the delivery.
        level: Learning, behaviour or results.
        instrument: Instrument.
        moment: Moment compared with before: `after`, or a follow-up such as `6 months`.
        maximum: Highest possible value; None for none.
        paired: Number of people measured both times.
        only_before: Number measured before only, who left.
        only_after: Number measured afterwards only.
        anonymous: Number of values without a pseudonym, which cannot be paired.
        before: Mean of the paired before.
        after: Mean of the paired afterwards.
        difference: Mean of their differences; None without a pair.
        interval: Student's interval of that mean; None if undefined.
        within_noise: Whether the interval contains zero; None without an interval.
        small: Whether the paired are too few to show outside the team.
        undefined: Reason for no interval.
    """

    delivery: str
    level: Kirkpatrick
    instrument: str
    moment: str
    maximum: float | None = None
    paired: int = 0
    only_before: int = 0
    only_after: int = 0
    anonymous: int = 0
    before: float | None = None
    after: float | None = None
    difference: float | None = None
    interval: Interval | None = None
    within_noise: bool | None = None
    small: bool = False
    undefined: Undefined | None = None

    @property
    def attrition(self) -> float | None:
        """Share measured before but not again, 0 to 1.

        The share is None if nobody was measured before.
        """
        started = self.paired + self.only_before
        return self.only_before / started if started else None

    def __str__(self) -> str:
        prefix = f"{self.delivery} {self.level.value}, {_BEFORE} to {self.moment}: "
        lost = f"{self.paired} paired, {self.only_before} not measured again"
        if self.difference is None:
            return f"{prefix}{lost}"
        reach = "" if self.interval is None else f" ({self.interval.lower:+.3g} to {self.interval.upper:+.3g})"
        noise = ", within noise" if self.within_noise else ""
        return f"{prefix}{self.difference:+.3g}{reach}{noise}, {lost}{', few people' if self.small else ''}"


_Key = tuple[str, Kirkpatrick, str, float | None]


def _group_evaluations(evaluations: Iterable[Evaluation]) -> dict[_Key, dict[str, list[Evaluation]]]:
    """Return evaluations by moment, separately for instruments and maxima."""
    groups: dict[_Key, dict[str, list[Evaluation]]] = {}
    order = list(Kirkpatrick)
    ranked = sorted(
        evaluations,
        key=lambda e: (
            e.delivery, order.index(e.level), e.instrument, e.maximum or 0.0, e.moment, e.participant or "",
            isinstance(e.value, Missing), str(e.value) if isinstance(e.value, Missing) else e.value,
        ),
    )  # fmt: skip
    for evaluation in ranked:
        group = groups.setdefault(
            (evaluation.delivery, evaluation.level, evaluation.instrument, evaluation.maximum), {}
        )
        group.setdefault(evaluation.moment, []).append(evaluation)
    return groups


def present_values(rows: Iterable[Evaluation]) -> list[float]:
    """Return the values of measurements that are not missing."""
    return [row.value for row in rows if not isinstance(row.value, Missing)]


def _average_by_person(values: Iterable[Evaluation]) -> dict[str, float]:
    """Average repeated values by pseudonym."""
    by_person: dict[str, list[float]] = {}
    for evaluation in values:
        if evaluation.participant is not None and not isinstance(evaluation.value, Missing):
            by_person.setdefault(evaluation.participant, []).append(evaluation.value)
    return {person: sum(several) / len(several) for person, several in by_person.items()}


def _make_effect(
    key: _Key, moment: str, moments: Mapping[str, list[Evaluation]], *, minimum_n: int, level: float
) -> TrainingEffect:
    first, second = moments[_BEFORE], moments[moment]
    before, after = _average_by_person(first), _average_by_person(second)
    both = sorted(before.keys() & after.keys())
    plain = TrainingEffect(
        delivery=key[0],
        level=key[1],
        instrument=key[2],
        maximum=key[3],
        moment=moment,
        paired=len(both),
        only_before=len(before) - len(both),
        only_after=len(after) - len(both),
        anonymous=sum(
            person.participant is None and not isinstance(person.value, Missing) for person in (*first, *second)
        ),
        small=len(both) < minimum_n,
    )
    if not both:
        return plain
    from capbuild.stats.change import paired_change

    old, new = [before[person] for person in both], [after[person] for person in both]
    change = paired_change(old, new, level=level)
    start, end = sum(old) / len(old), sum(new) / len(new)
    plain = evolve(plain, before=start, after=end, difference=round(end - start, 12))
    if isinstance(change, Undefined):
        return evolve(plain, undefined=change)
    low, high = change.estimate.low, change.estimate.high
    return evolve(plain, interval=Interval(lower=low, upper=high, nominal=level), within_noise=low <= 0 <= high)


def training_effects(
    evaluations: Iterable[Evaluation], *, minimum_n: int = 1, level: float = 0.9
) -> tuple[TrainingEffect, ...]:
    """Return measured changes of people, by delivery, level and instrument.

    Only people measured before and at the later moment are compared.

    Args:
        evaluations: Measurements, under pseudonyms.
        minimum_n: Minimum number of people shown outside the team.
        level: Confidence level of the intervals.

    Example:
        >>> values = {"P1": (4, 7), "P2": (5, 6), "P3": (3, 8), "P4": (6, None)}
        >>> some = [Evaluation(delivery="D1", participant=who, level="learning", moment=moment, value=value)
        ...         for who, both in values.items() for moment, value in zip(["before", "after"], both) if value]
        >>> print(training_effects(some)[0])
        D1 learning, before to after: +3 (-0.372 to +6.37), within noise, 3 paired, 1 not measured again
    """
    return tuple(
        _make_effect(key, moment, moments, minimum_n=minimum_n, level=level)
        for key, moments in _group_evaluations(evaluations).items()
        if _BEFORE in moments
        for moment in moments
        if moment != _BEFORE
    )
