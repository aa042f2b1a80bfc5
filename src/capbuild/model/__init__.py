"""Typed, frozen classes of the model, without I/O or scoring.

Modules are imported on first use, so `from capbuild.model import Country` costs little.
"""

from capbuild._lazy import lazy_exports

_NAMES = {
    "assessment": "Assessment AssessmentSet Round RoundKind SizeProfile UnusableReason UnusedReason UnusedResponses",
    "capacity": "Capacity Check Criterion Elsewhere Level Scale ScaleKind",
    "change": "CapacityChange Change ChangeCause ChangeCounts ChangeSeries CriterionChange CriterionMove MeanChange",
    "country": "Country CountryKind Group GroupKind Membership MembershipStatus",
    "dossier": "Alternative Assumption AssumptionEffect Dossier Sensitivity",
    "evidence": (
        "TLP Basis Evidence EvidenceKind Finding FindingStatus FindingValue Interval Meeting Route Source "
        "SourceKind Verdict Visit"
    ),
    "external": "ExternalSeries SeriesStatus",
    "framework": "Band ConsistencyRule Crosswalk CrosswalkLink CrosswalkRelation Framework TargetProfile",
    "judgement": "AgreementRule AnswerOption AnswerScale Judgement JudgementRules ZeroMeaning",
    "money": "ExchangeRate Money",
    "need": "Gap Need NeedKind Needs Recommendation RecommendationStatus",
    "network": "Agreement CooperationRequest JointOperation Network NetworkGap NetworkGapKind RequestOutcome",
    "plan": (
        "Activity ActivityKind Catalogue Cost Expected LeftOut LeftOutReason Limits Plan PlannedActivity "
        "ProviderKind Safeguard StopReason"
    ),
    "programme": (
        "Audience Budget Consent ContactPoint DacCriterion DisclosurePolicy Organisation OrganisationRole "
        "Participation ParticipationRole Phase Programme ProgrammeDocument Result ResultIndicator ResultKind"
    ),
    "questionnaire": "Choice QuestionMapping PersonalData Question QuestionGroup Questionnaire QuestionType SkipRule",
    "reading": (
        "ColumnUse ColumnUsed DetectedTable Issue Issues Layout Reconciliation Severity SheetReconciliation Survey"
    ),
    "recipe": "Method MissingPolicy Parameter Recipe ReconciliationPolicy RoundingMode RoundingRule Trust",
    "request": "Request RequestStatus",
    "response": (
        "Answer AnswerCode AnswerValue Citation GeoPoint Missing PreviousAnswer Respondent Response ResponseStatus"
    ),
    "review": "AssessmentState Decision Dissent Proposal StateRecord",
    "score": "Coverage CriterionResult CriterionState PlausibleLevels Progress Review Score",
    "training": "Competence Delivery Enrolment EnrolmentStatus Evaluation Kirkpatrick Role Sex",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
