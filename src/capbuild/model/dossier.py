"""Dossier: programme data beyond one round of assessments, for reports."""

import datetime

from attrs import field

from capbuild._typed import model
from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model.assessment import AssessmentSet
from capbuild.model.change import Change, ChangeSeries
from capbuild.model.external import ExternalSeries
from capbuild.model.need import Needs, Recommendation
from capbuild.model.network import Network, NetworkGap
from capbuild.model.plan import Catalogue, Plan
from capbuild.model.results import Budget, Result
from capbuild.model.review import Proposal, StateRecord
from capbuild.model.sensitivity import Sensitivity
from capbuild.model.training import Delivery, Enrolment, Evaluation


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
    budgets: tuple[Budget, ...] = field(default=(), converter=to_tuple)
    external: tuple[ExternalSeries, ...] = field(default=(), converter=to_tuple)
    states: tuple[StateRecord, ...] = field(default=(), converter=to_tuple)
    proposals: tuple[Proposal, ...] = field(default=(), converter=to_tuple)
    network: Network | None = None
    network_gaps: tuple[NetworkGap, ...] = field(default=(), converter=to_tuple)

    @property
    def since_first(self) -> Change | None:
        """Change since the first round."""
        return self.change if self.series is None else self.series.whole
