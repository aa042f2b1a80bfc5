"""Eligible countries, and prerequisites of each activity."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from capbuild.model import (
    Activity,
    ActivityKind,
    AssessmentSet,
    Catalogue,
    CriterionState,
    LeftOut,
    LeftOutReason,
    Limits,
    Needs,
    Safeguard,
)

#: Prerequisite: ids of alternative activities, their required share, whether a course keeps pace with them, its
#: countries (None for all), and the criteria that a new finding must confirm.
Requirement = tuple[tuple[str, ...], float, bool, frozenset[str] | None, str]

#: Share of an activity to finish before a criterion or safeguard that depends on it, for activities without
#: prerequisites: rights and rules are never skipped.
_HALF = 0.5


class Eligibility:
    """Rules on the eligible countries of an activity.

    An activity that enables intrusive work needs a recorded rights decision, and a confirmed safeguard or an activity
    for it earlier in the plan. A prerequisite criterion that is not met can be addressed earlier in the plan: the
    session then depends on a new finding to confirm it.

    Attributes:
        reasons: Why an activity is impossible in a country, by activity id and alpha-2 code.
        overrides: Reasons for overriding the safeguard, by activity and country.
    """

    def __init__(self, needs: Needs, catalogue: Catalogue, limits: Limits, assessed: AssessmentSet | None) -> None:
        self._catalogue = catalogue
        self._limits = limits
        self._assessed = assessed
        self._gaps = {(gap.country.alpha_2, gap.capacity): gap for gap in needs.gaps}
        self._unmet = {(gap.country.alpha_2, name) for gap in needs.gaps for name in (*gap.lacking, *gap.open)}
        self._states = {
            (one.country.alpha_2, result.target): result.state
            for one in (assessed or ())
            for score in one.indicators
            for result in score.results
        }
        self._movers: dict[str, tuple[str, ...]] = {}
        for activity in sorted(catalogue.activities, key=lambda one: one.id):
            for name in activity.helps:
                self._movers[name] = (*self._movers.get(name, ()), activity.id)
        self.reasons: dict[tuple[str, str], LeftOut] = {}
        self.overrides: dict[str, str] = {}

    def resolve(
        self, codes: Iterable[str], values: Mapping[tuple[str, str], Fraction]
    ) -> tuple[dict[str, list[str]], dict[str, list[Requirement]]]:
        """Return eligible countries and prerequisites by activity id.

        A country takes part in activities for one of its needs, and in their prerequisites.
        """
        every = list(codes)
        after: dict[str, list[Requirement]] = {}
        allowed: dict[str, set[str]] = {}
        for activity in self._catalogue.activities:
            after[activity.id], allowed[activity.id] = self._list_prerequisites(activity, every)
        wanted = {
            activity.id: {code for code in every for name in activity.helps if (code, name) in values}
            for activity in self._catalogue.activities
        }
        found = {name: wanted[name] & allowed[name] for name in wanted}
        waiting = list(found)
        while waiting:
            name = waiting.pop()
            for names, _, _, only, _ in after[name]:
                asked = found[name] if only is None else found[name] & only
                for first in names:
                    more = (asked & allowed[first]) - found[first]
                    if more:
                        found[first] |= more
                        waiting.append(first)
        return {name: sorted(countries) for name, countries in found.items()}, after

    def _list_prerequisites(self, activity: Activity, codes: list[str]) -> tuple[list[Requirement], set[str]]:
        share, course = activity.prerequisite_share, activity.kind is ActivityKind.COURSE
        kinds = {one.id: one.kind for one in self._catalogue.activities}
        orders: list[Requirement] = [
            ((name,), share, course and kinds[name] is ActivityKind.COURSE, None, "") for name in activity.prerequisites
        ]
        if activity.one_of:
            orders.append((activity.one_of, share, False, None, ""))
        allowed = {code for code in codes if not self._is_banned(activity, code)}
        allowed -= self._refuse(
            activity,
            {c for c in allowed if not self._has_language(activity, c)},
            LeftOut(reason=LeftOutReason.LANGUAGE),
        )
        for name in activity.requires:
            lacking = frozenset(code for code in allowed if not self._is_met(code, name))
            helpers = tuple(mover for mover in self._movers.get(name, ()) if mover != activity.id)
            if lacking and helpers:
                orders.append((helpers, share or _HALF, False, lacking, name))
            elif lacking:
                allowed -= self._refuse(activity, lacking, LeftOut(reason=LeftOutReason.NOT_MET, names=[name]))
        if activity.intrusive and self._catalogue.safeguard is not None:
            allowed -= self._apply_safeguard(activity, self._catalogue.safeguard, allowed, orders)
        return orders, allowed

    def _refuse(self, activity: Activity, codes: Iterable[str], why: LeftOut) -> set[str]:
        refused = set(codes)
        for code in refused:
            self.reasons[activity.id, code] = why
        return refused

    def _is_banned(self, activity: Activity, code: str) -> bool:
        names = {activity.id, f"{activity.id} {code}"}
        banned = bool(names & set(self._limits.banned))
        if banned:
            self.reasons[activity.id, code] = LeftOut(reason=LeftOutReason.BANNED)
        return banned

    def _has_language(self, activity: Activity, code: str) -> bool:
        known = self._limits.languages.get(code)
        return known is None or not activity.languages or bool(set(known) & set(activity.languages))

    def _is_met(self, code: str, name: str) -> bool:
        if self._assessed is None:
            return (code, name) not in self._unmet
        return self._states.get((code, name)) in (CriterionState.MET, CriterionState.NOT_APPLICABLE)

    def _apply_safeguard(
        self, activity: Activity, safeguard: Safeguard, codes: set[str], orders: list[Requirement]
    ) -> set[str]:
        """Apply the safeguard to an intrusive activity; return the countries it excludes."""
        refused: set[str] = set()
        waits: set[str] = set()
        for code in sorted(codes):
            names = (f"{activity.id} {code}", activity.id)
            override = next((self._limits.overrides[name] for name in names if name in self._limits.overrides), None)
            if override is not None:
                self.overrides[names[0]] = override
            elif code not in self._limits.cleared:
                refused |= self._refuse(activity, {code}, LeftOut(reason=LeftOutReason.NO_RIGHTS))
            elif not self._is_safe(safeguard, code):
                waits.add(code)
        known = {one.id for one in self._catalogue.activities}
        first = tuple(name for name in safeguard.activities if name in known)
        if waits and not first:
            refused |= self._refuse(activity, waits, LeftOut(reason=LeftOutReason.UNSAFE, names=[safeguard.capacity]))
        elif waits:
            share = activity.prerequisite_share or _HALF
            orders.append((first, share, False, frozenset(waits), safeguard.capacity))
        return refused

    def _is_safe(self, safeguard: Safeguard, code: str) -> bool:
        gap = self._gaps.get((code, safeguard.capacity))
        if gap is not None:
            return gap.lowest is not None and gap.lowest >= safeguard.level
        if self._assessed is None:
            return True
        one = self._assessed.get(code)
        score = one.scores.get(safeguard.capacity) if one is not None else None
        return score is not None and score.plausible is not None and score.plausible.lowest >= safeguard.level
