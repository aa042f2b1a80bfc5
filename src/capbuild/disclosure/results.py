"""Disclosed results: totals over named countries, or over enough countries."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.disclosure.groups import Groups, sum_facts
from capbuild.disclosure.outcome import Log, Redaction, is_masked
from capbuild.disclosure.publications import is_uniform
from capbuild.model import AssessmentSet, Catalogue, Change, Delivery, Enrolment, Result, ResultIndicator, Round
from capbuild.text import Text
from capbuild.tracking.result_targets import parse_slot
from capbuild.tracking.results import (
    AT_TARGET,
    FROM_FINDINGS,
    GAINED,
    OUTPUT_ONLY,
    ResultRecords,
    compute_actuals,
    judged_items,
)

#: Tolerance within which recorded figures add up.
_EXACT = 1e-9


@frozen(kw_only=True, slots=False)
class ResultsFilter:
    """Filter that removes undisclosed figures from results.

    Figures are computed again from the disclosed records. A manually recorded figure stays unless it could be derived
    from figures of single countries.

    Attributes:
        groups: Named, counted and hidden countries.
        log: Log of redactions.
        deliveries: Disclosed deliveries.
        enrolments: Disclosed enrolments.
        catalogue: Activities with the criteria they address.
        changes: Comparisons of rounds made before.
        until: Last day of results; None for all.
        withheld: Ids of indicators with a withheld total; added to.
    """

    groups: Groups
    log: Log
    deliveries: Sequence[Delivery] = ()
    enrolments: Sequence[Enrolment] = ()
    catalogue: Catalogue | None = None
    changes: Sequence[Change] = ()
    until: datetime.date | None = None
    withheld: set[str] = field(factory=set)
    _since: dict[tuple[str, ...], list[Change]] = field(factory=dict)
    _disclosed: dict[int, tuple[tuple[Result, ...], list[Result]]] = field(factory=dict)
    _selected: dict[tuple[str, frozenset[str]], AssessmentSet] = field(factory=dict)

    def results(self, found: Iterable[Result]) -> list[Result]:
        """Return results with disclosed figures.

        Args:
            found: The results chain with its figures.
        """
        if self.groups.everything:
            return list(found)
        chain = tuple(found)
        # A dossier and its programme often share the same chain.
        if id(chain) not in self._disclosed:
            self._disclosed[id(chain)] = chain, self._filter_chain(chain)
        return self._disclosed[id(chain)][1]

    def _filter_chain(self, found: Sequence[Result]) -> list[Result]:
        kept = [result for result in found if self._may_name(result)]
        names = {result.id for result in kept}
        return [
            evolve(
                result,
                contributes_to=result.contributes_to if result.contributes_to in names else None,
                indicators=[self._filter_indicator(result, i) for i in result.indicators if self._may_name(i, i.unit)],
                assumptions=[text for text in result.assumptions if not self._has_mention(text)],
                risks=[text for text in result.risks if not self._has_mention(text)],
            )
            for result in kept
        ]

    def _may_name(self, one: Result | ResultIndicator, *words: str) -> bool:
        """True if a result names no hidden country.

        Its title and id are checked. If they name one, the figures of the result are withheld too.
        """
        if not self._has_mention(one.title) and not any(map(self.groups.mentions, (one.id, *words))):
            return True
        self.log[Redaction(section="results.title", what="figure", why="mention", about=one.title)] = None
        return False

    def _has_mention(self, text: Text) -> bool:
        """True if a text names a hidden country."""
        return any(self.groups.mentions(text.get(language)) for language in text.languages)

    def _find_rounds(self, figures: Mapping[str, float]) -> tuple[AssessmentSet, ...]:
        """Return the rounds up to the last one with figures."""
        names = [round_.round for round_ in self.groups.rounds]
        periods = {parse_slot(key, names).period for key in figures}
        last = max((position for position, round_ in enumerate(names, start=1) if round_.id in periods), default=0)
        return self.groups.rounds[:last]

    def _filter_indicator(self, result: Result, one: ResultIndicator) -> ResultIndicator:
        rounds = self._find_rounds(one.actuals)
        baselines, targets = (
            self._filter_recorded(figures, one, self.groups.rounds) for figures in (one.baselines, one.targets)
        )
        if one.computed in OUTPUT_ONLY and self.deliveries:
            actuals = self._compute_figures(result, one)
        elif one.computed in FROM_FINDINGS and rounds:
            actuals = self._compute_findings(result, one, rounds)
            # Without a recorded baseline, the figure of the first round is the baseline.
            first, ids = rounds[0].round.id, {round_.round.id for round_ in rounds}
            dated = {key: value for key, value in baselines.items() if parse_slot(key).period not in {"", *ids}}
            baselines = dated | ({first: actuals[first]} if first in one.baselines and first in actuals else {})
        else:
            actuals = self._filter_recorded(one.actuals, one, self.groups.rounds)
        reasons = {key: text for key, text in one.reasons.items() if not self._has_mention(text)}
        return evolve(one, actuals=actuals, baselines=baselines, targets=targets, reasons=reasons)

    def _compute_figures(
        self,
        result: Result,
        indicator: ResultIndicator,
        rounds: Sequence[AssessmentSet] = (),
        changes: Iterable[Change] = (),
    ) -> dict[str, float]:
        """Compute an indicator's figures from shown records.

        Only named countries have figures of their own.
        """
        records = ResultRecords(
            rounds=rounds,
            changes=changes,
            deliveries=[delivery for delivery in self.deliveries if self.until is None or delivery.end <= self.until],
            enrolments=self.enrolments,
            catalogue=self.catalogue,
        )
        figures = compute_actuals(result, indicator, records)
        named = self.groups.named["results"]
        slots = {key: parse_slot(key).groups.get("country", "") for key in figures}
        masked = {key for key in slots if any(is_masked(part.strip()) for part in key.split(";"))}
        return {key: value for key, value in figures.items() if slots[key] in ("", *named) and key not in masked}

    def _compute_findings(
        self, result: Result, indicator: ResultIndicator, rounds: Sequence[AssessmentSet]
    ) -> dict[str, float]:
        """Compute figures from findings, withholding totals that reveal unnamed countries."""
        names = [round_.round for round_ in rounds]
        by_round = {round_.round.id: (round_, self.groups.of(round_)) for round_ in rounds}
        changes = self._compare_with_first(rounds) if indicator.computed == GAINED else []

        def of(codes: Mapping[str, frozenset[str]]) -> dict[str, float]:
            own = [self._select_countries(round_, codes[round_.round.id]) for round_ in rounds]
            return self._compute_figures(
                result, indicator, own, [change for c in changes if (change := _narrow_change(c, own)) is not None]
            )

        safe = len(rounds) == 1 or self.groups.comparable(rounds)
        counted = {name: group.counted if safe else frozenset() for name, (_, group) in by_round.items()}
        figures = of({name: group.named | counted[name] for name, (_, group) in by_round.items()})
        single = {
            code: of({name: codes & {code} for name, codes in counted.items()})
            for code in sorted(frozenset().union(*counted.values()))
        }
        for key, slot in {key: parse_slot(key, names) for key in figures}.items():
            if "country" in slot.groups:
                continue
            assessment_set, group = by_round[slot.period]
            # Countries without a comparison add nothing, and are not among the distinguishable ones.
            others = {code: single[code].get(key, 0.0) for code in counted[slot.period] if slot.period in single[code]}
            most = 1 if indicator.computed == AT_TARGET else len(judged_items(result, assessment_set.framework))
            # A sum minus the published rows would reveal the withheld row.
            facts = {code: sum_facts(value, most) for code, value in others.items()}
            uniform = bool(others) and (
                self.groups.is_uniform(facts)
                or any(self._is_bin_withheld(result, where) for where in (rounds[0], assessment_set))
            )
            nobody = not counted[slot.period] and not group.named
            # A round's total comes first: the figures beside it mean nothing without it.
            if uniform or nobody or slot.period not in figures:
                del figures[key]
                self._log_withheld(indicator, "few" if nobody else "alike")
            elif others and not self.groups.admit(f"result {indicator.id} {key}", others, facts):
                del figures[key]
                self._log_withheld(indicator, "published")
        return figures

    def _select_countries(self, assessment_set: AssessmentSet, codes: frozenset[str]) -> AssessmentSet:
        """Return a round with some of its countries, cached."""
        key = assessment_set.round.id, codes
        if key not in self._selected:
            own = [a for a in assessment_set if a.country.alpha_2 in codes]
            self._selected[key] = evolve(assessment_set, assessments=own, silent=(), unusable={}, unused=())
        return self._selected[key]

    def _is_bin_withheld(self, result: Result, set_: AssessmentSet) -> bool:
        """True if a result uses a capacity with withheld counts."""
        names, withheld = frozenset(judged_items(result, set_.framework)), self.groups.withheld_in(set_)
        return any(
            node.id in withheld and not names.isdisjoint((node.id, *(c.id for c in node.criteria)))
            for node in set_.framework.indicators
        )

    def _compare_with_first(self, rounds: Sequence[AssessmentSet]) -> list[Change]:
        """Return the changes since the first round, from joint estimates."""
        names = tuple(round_.round.id for round_ in rounds)
        if names not in self._since:
            self._since[names] = list(ResultRecords(rounds=rounds, changes=self.changes).changes_since_first())
        return self._since[names]

    def _filter_recorded(
        self, figures: Mapping[str, float], indicator: ResultIndicator, rounds: Sequence[AssessmentSet]
    ) -> dict[str, float]:
        """Return recorded figures without hidden countries, and safe totals."""
        known: list[Round] = [round_.round for round_ in rounds]
        slots = {key: parse_slot(key, known) for key in figures}
        named, kept = self.groups.named["results"], dict(figures)
        parts: dict[tuple[object, ...], dict[str, float]] = {}
        for key, slot in slots.items():
            code = slot.groups.get("country", "")
            if code:
                rest = tuple(sorted((name, value) for name, value in slot.groups.items() if name != "country"))
                parts.setdefault((slot.period, rest), {})[code] = figures[key]
                if code not in named:
                    del kept[key]
        for key, slot in slots.items():
            if indicator.computed in FROM_FINDINGS and slot.groups and "country" not in slot.groups:
                del kept[key]  # it counts part of what others add up to
                continue
            single = parts.get((slot.period, tuple(sorted(slot.groups.items()))), {})
            why = self._explain_withholding(f"recorded {indicator.id} {key}", figures[key], single)
            if why and "country" not in slot.groups:
                del kept[key]
                self._log_withheld(indicator, why)
        return kept

    def _explain_withholding(self, name: str, total: float, single: Mapping[str, float]) -> str:
        """Return why a total would reveal withheld figures, if so.

        A total that differs from the sum of its single figures counts other countries too, and is revealing only if
        some countries are named.
        """
        named = self.groups.named["results"]
        others = {code: value for code, value in single.items() if code not in named}
        hidden = [value for code, value in others.items() if code not in self.groups.known]
        whole = abs(sum(single.values()) - total) < _EXACT
        if named.issuperset(single) or (not whole and named.isdisjoint(single)):
            return ""
        if len(hidden) < self.groups.least:
            return "few"
        if is_uniform([{value} for value in hidden]):
            return "alike"
        return "" if self.groups.admit(name, others) else "published"

    def _log_withheld(self, indicator: ResultIndicator, why: str) -> None:
        least = None if why == "alike" else self.groups.least
        self.log[Redaction(section="results.title", what="figure", why=why, about=indicator.title, least=least)] = None
        self.withheld.add(indicator.id)


def _narrow_change(change: Change, rounds: Sequence[AssessmentSet]) -> Change | None:
    """Limit a comparison to countries of both rounds.

    The result is None if no country is left.
    """
    by_round = {round_.round.id: round_ for round_ in rounds}
    both = [{place.alpha_2 for place in by_round[name].countries} for name in (change.before, change.after)]
    matched = [code for code in change.matched if all(code in codes for codes in both)]
    if not matched:
        return None
    return evolve(change, matched=matched, criteria=[c for c in change.criteria if c.country.alpha_2 in matched])
