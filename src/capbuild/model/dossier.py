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

__all__ = ["Dossier"]


@model(kw_only=True)
class Dossier:
    """Programme data beyond one round of assessments.

    A report shows what is present and leaves out the rest.

    Attributes:
        earlier: Assessments of an earlier round, for hollow marks beside the filled ones.
        needs: Needs, and the gaps behind them.
        recommendations: What is recommended to countries.
        catalogue: Activities, roles and competences that the plan speaks of.
        plan: The plan.
        change: What changed since the earlier round.
        series: What changed over all rounds so far, where there are three or more.
        sensitivity: Which assumptions move the results most, where that was asked for.
        visits: Last day of each country's latest visit, in this round or an earlier one, by alpha-2 code.
        deliveries: Courses as they were held.
        enrolments: Who took part, under pseudonyms.
        evaluations: What came of it.
        results: The results chain, with actuals computed from the records.
        budgets: What was planned, promised and spent.
        external: What others published of the countries; it stands beside, never in, the programme's own results.
        states: Where each assessment stood, in order of time.
        proposals: What countries proposed, and what was decided.
        network: Who can be reached and who works with whom.
        network_gaps: What is lacking in the network. A report draws on what is here and looks for no more: of contact
            points that an audience may not see, it would think that they are missing.
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
