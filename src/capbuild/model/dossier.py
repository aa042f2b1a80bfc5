"""The dossier: what a programme knows beside one round of assessments, for reports to draw on."""

from attrs import field, frozen

from capbuild.model._checks import to_tuple
from capbuild.model.assessment import AssessmentSet
from capbuild.model.change import Change
from capbuild.model.need import Needs, Recommendation
from capbuild.model.plan import Catalogue, Plan
from capbuild.model.training import Delivery, Enrolment, Evaluation

__all__ = ["Dossier"]


@frozen(kw_only=True)
class Dossier:
    """What a programme knows beside one round of assessments. A report shows what is there, and leaves out the rest.

    Attributes:
        earlier: Assessments of an earlier round, for hollow marks beside the filled ones.
        needs: Needs, and the gaps behind them.
        recommendations: What is recommended to countries.
        catalogue: Activities, roles and competences that the plan speaks of.
        plan: The plan.
        change: What changed since the earlier round.
        deliveries: Courses as they were held.
        enrolments: Who took part, under pseudonyms.
        evaluations: What came of it.
    """

    earlier: AssessmentSet | None = None
    needs: Needs | None = None
    recommendations: tuple[Recommendation, ...] = field(default=(), converter=to_tuple)
    catalogue: Catalogue | None = None
    plan: Plan | None = None
    change: Change | None = None
    deliveries: tuple[Delivery, ...] = field(default=(), converter=to_tuple)
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    evaluations: tuple[Evaluation, ...] = field(default=(), converter=to_tuple)
