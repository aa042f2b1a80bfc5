"""Programme data for reports, beyond one round of assessments."""

import datetime
from collections.abc import Iterator
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.display import NotebookDisplay, counted
from capbuild.errors import did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.assessment import AssessmentSet
from capbuild.model.change import Change, ChangeSeries
from capbuild.model.external import ExternalSeries
from capbuild.model.need import Needs, Recommendation
from capbuild.model.network import Network, NetworkGap
from capbuild.model.plan import Catalogue, Plan
from capbuild.model.programme import BudgetLine, Result
from capbuild.model.review import Proposal, StateRecord
from capbuild.model.training import Delivery, Enrolment, Evaluation


class Assumption(StrEnum):
    """Assumption that affects results, chosen by the analyst."""

    POLICY = "policy"
    TRUST = "trust"
    WEIGHTS = "weights"
    TARGETS = "targets"
    MISSING = "missing answers"


@model(kw_only=True)
class Alternative:
    """Another choice for one assumption.

    Attributes:
        name: The choice, such as `minimum`.
        moved: Number of results that it moves.
        distance: Mean distance over all results, moved or not, 0 to 1.
    """

    name: str = field(validator=identifier)
    moved: int = field(validator=between(0))
    distance: float = field(validator=between(0, 1))


@model(kw_only=True)
class AssumptionEffect:
    """Effect of one assumption.

    Attributes:
        assumption: The assumption.
        alternatives: Other choices, most effective first.
        effect: Mean squared distance of results, over the alternatives.
        share: Share of the effects of all assumptions, 0 to 1.
    """

    assumption: Assumption
    alternatives: tuple[Alternative, ...] = field(default=(), converter=to_tuple)
    effect: float = field(validator=between(0, 1))
    share: float = field(validator=between(0, 1))

    def __str__(self) -> str:
        text = f"{self.assumption.value}: {self.share:.0%} of all movement"
        first = next(iter(self.alternatives), None)
        if first is None:
            return text
        return f"{text}; with {first.name!r}, {counted(first.moved, 'result moves', 'results move')}"


@model(kw_only=True)
class Sensitivity(NotebookDisplay):
    """Sensitivity of a round's results to assumptions, strongest first.

    Attributes:
        round: Id of the round.
        results: Number of results: one per country and indicator.
        effects: One per assumption with an alternative.
    """

    round: str = field(validator=identifier)
    results: int = field(validator=between(0))
    effects: tuple[AssumptionEffect, ...] = field(default=(), converter=to_tuple)

    def __iter__(self) -> Iterator[AssumptionEffect]:
        return iter(self.effects)

    def __getitem__(self, assumption: Assumption | str) -> AssumptionEffect:
        for effect in self.effects:
            if effect.assumption == assumption:
                return effect
        raise KeyError(f"no assumption {assumption!r}{did_you_mean(assumption, self._ipython_key_completions_())}")

    def _ipython_key_completions_(self) -> list[str]:
        return [effect.assumption.value for effect in self.effects]

    def __repr__(self) -> str:
        counts = f"{counted(len(self.effects), 'assumption')}, {counted(self.results, 'result')}"
        return f"Sensitivity({self.round!r}, {counts})"

    def __str__(self) -> str:
        title = f"{self.round}: {counted(self.results, 'result')}, one assumption changed at a time"
        return "\n".join([title, *(f"  {effect}" for effect in self.effects)])


@model(kw_only=True)
class Dossier:
    """Programme data beyond one round of assessments.

    A report shows what is present, and leaves out the rest.

    Attributes:
        earlier: Assessments of an earlier round, shown as hollow marks.
        needs: Needs with their gaps.
        recommendations: Recommendations to countries.
        catalogue: Activities, roles and competences of the plan.
        plan: The plan.
        change: Change since the earlier round.
        series: Changes over all rounds so far, if three or more.
        sensitivity: Sensitivity of the results to assumptions, if requested.
        visits: Last day of each country's latest visit, in this round or an earlier one, by alpha-2 code.
        deliveries: Deliveries of courses.
        enrolments: Enrolments, under pseudonyms.
        evaluations: Evaluations.
        results: The results chain, with actuals computed from the records.
        budgets: Amounts planned, committed and spent.
        external: Published series of the countries, shown next to, never in, the programme's own results.
        states: States of assessments, in chronological order.
        proposals: Proposals of countries, with decisions.
        network: Contact points and cooperation.
        network_gaps: Gaps of the network. A report uses these gaps only and derives no others: contact points hidden
            from an audience would look missing.
    """

    earlier: AssessmentSet | None = None
    needs: Needs | None = None
    recommendations: tuple[Recommendation, ...] = field(default=(), converter=to_tuple)
    catalogue: Catalogue | None = None
    plan: Plan | None = None
    change: Change | None = None
    series: ChangeSeries | None = None
    sensitivity: Sensitivity | None = None
    visits: FrozenMap[str, datetime.date] = field(factory=FrozenMap, converter=to_map)
    deliveries: tuple[Delivery, ...] = field(default=(), converter=to_tuple)
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    evaluations: tuple[Evaluation, ...] = field(default=(), converter=to_tuple)
    results: tuple[Result, ...] = field(default=(), converter=to_tuple)
    budgets: tuple[BudgetLine, ...] = field(default=(), converter=to_tuple)
    external: tuple[ExternalSeries, ...] = field(default=(), converter=to_tuple)
    states: tuple[StateRecord, ...] = field(default=(), converter=to_tuple)
    proposals: tuple[Proposal, ...] = field(default=(), converter=to_tuple)
    network: Network | None = None
    network_gaps: tuple[NetworkGap, ...] = field(default=(), converter=to_tuple)

    @property
    def since_first(self) -> Change | None:
        """Change since the first round."""
        return self.change if self.series is None else self.series.whole
