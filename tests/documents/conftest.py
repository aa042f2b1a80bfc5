"""One full example of every class of the model, small enough to be read; every field differs from its default."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from capbuild import model as m
from capbuild.origin import Origin
from capbuild.text import Text, Translation, TranslationStatus, text_hash
from capbuild.undefined import Undefined, UndefinedReason

DAY, NEXT = datetime.date(2016, 5, 9), datetime.date(2016, 5, 12)
JM = m.Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
AW = m.Country(alpha_2="AW", alpha_3="ABW", name="Aruba", kind=m.CountryKind.TERRITORY, sovereign="NL")
CELL = Origin("visits.xlsx", "Jamaica", 17, 4)
YES = Text(
    "yes",
    "en",
    {"es": Translation("sí", TranslationStatus.REVIEWED, text_hash("yes")), "nl": Translation("ja")},
)
CAD = m.Money(Decimal("1200.5"), "CAD")


def _framework_side() -> list[Any]:
    level = m.Level(code="L1", order=1, label=Text("Initial", "en"), definition="Nothing is in place.")
    second = m.Level(code="L2", order=2, label="Formative")
    scale = m.Scale(
        id="levels", kind=m.ScaleKind.POINTS, levels=[level, second], minimum=1, maximum=2, unit="level",
        ascending=False,
    )  # fmt: skip
    criterion = m.Criterion(
        id="TEC-2.2a", step=2, check=m.Check.RECORD, text=Text("A device was examined.", "en"),
        small="A device was sent away for examination.", elsewhere=m.Elsewhere.SUBSTITUTE, no_cases=True, sample=5,
        window_months=24, public=False, points=2.0,
    )  # fmt: skip
    method = m.Method(name="staircase", parameters={"maximum": 2, "mode": "strict", "share": 0.5, "star": True})
    lab = m.Capacity(
        id="TEC-2", kind="factor", title="Access to forensic examination",
        definition="Whether devices can be examined.", why="Evidence is lost without it.",
        evidence="Reports of examinations.", respondents=["police", "laboratory"],
        sources={"visit": 3, "survey": 1}, criteria=[criterion], weight=2.0, scale="levels", answers="met",
        method=method, target=2.0,
    )  # fmt: skip
    root = m.Capacity(id="TEC", kind="dimension", title="Technology", children=[lab])
    rounding = m.RoundingRule(digits=1, mode=m.RoundingMode.HALF_EVEN, feeds_up=True)
    band = m.Band(code="T1", label="Tier 1", lower=0.0, upper=1.5)
    rule = m.ConsistencyRule(condition="TEC-2.2a = no", expected="TEC-2 < 3", text="No device was examined.")
    option = m.AnswerOption(code="P", label="Met in part", counts=m.Verdict.PARTLY)
    answers = m.AnswerScale(id="met", options=[option])
    rules = m.JudgementRules(
        agreement=m.AgreementRule.MEDIAN, evidence_from=2, max_spread=2.0, source="Handbook, section 4"
    )  # fmt: skip
    profile = m.TargetProfile(id="2017", title="By 2017", targets={"TEC-2": 2.0}, default=1.0)
    framework = m.Framework(
        id="police-cyber", edition="1.0", provider="capbuild", title="Police cyber capacity",
        description="For police services.", licence="CC-BY-4.0", languages=["en", "es", "nl"], scales=[scale],
        roots=[root], methods={"factor": method}, rounding={"dimension": rounding}, bands=[band],
        labels={"answer.yes": YES}, notes={"N1": "A visit confirms; a survey claims."}, rules=[rule],
        answers=[answers], judgement=rules, profiles=[profile], zero=m.ZeroMeaning.LEVEL,
    )  # fmt: skip
    recipe = m.Recipe(
        name="strict", reconciliation=m.ReconciliationPolicy.LEAD_AGENCY, lead=["visit"], methods={"TEC-2": method},
        rounding={"factor": rounding}, allow_partial=1, minimum_coverage=0.5, seed=7,
    )  # fmt: skip
    trust = m.Trust(met=0.9, unmet=0.25, weight=30.0, spread=0.5)
    link = m.CrosswalkLink(before=["TEC-1"], after=["TEC-2"], relation=m.CrosswalkRelation.EXACT, note="renamed")
    crosswalk = m.Crosswalk(before="police-cyber 0.9", after="police-cyber 1.0", links=[link])
    own = [option, answers, rules, profile, rule]
    return [level, scale, criterion, method, lab, rounding, band, framework, recipe, trust, *own, link, crosswalk]


def _evidence_side() -> list[Any]:
    source = m.Source(
        id="visit-jm", kind="visit", title="Visit to Kingston", country=JM, start=DAY, end=NEXT, place="Kingston",
        team=["examiner"], mode="in person", respondent="police", language="en", late=True,
    )  # fmt: skip
    meeting_source = m.Source(id="meeting-1", kind="meeting", title="Heads of unit", start=DAY)
    evidence = m.Evidence(
        id="E1", kind=m.EvidenceKind.LAW, title="Cybercrimes Act", link="https://example.org/act", sha256="ab" * 32,
        date=DAY, valid_until=NEXT, language="en", tlp=m.TLP.GREEN, reliability=3,
        quote="An Act to provide criminal sanctions", marking="Restricted", origin=CELL,
    )  # fmt: skip
    finding = m.Finding(
        country=JM, target="TEC-2.2a", value=m.Verdict.ELSEWHERE, source="visit-jm", status=m.FindingStatus.CLAIMED,
        basis=m.Basis.SEEN, confidence=2, as_of=DAY, respondent="R-07", consensus=True, route=m.Route.REGIONAL,
        reason="no laboratory", sample=3, note="shared laboratory", evidence=["E1"], raw="x",
        marking="Internal", origin=CELL,
    )  # fmt: skip
    return [
        source,
        evidence,
        finding,
        m.Visit(source=source, host="Cybercrime unit", sites=["laboratory"], agenda=["tour"]),
        m.Meeting(source=meeting_source, level="heads of unit", participants=[JM, AW], minutes="Agreed to share."),
        JM,
        m.Group(id="CARICOM", title="Caribbean Community", kind=m.GroupKind.REGION, source="caricom.org"),
        m.Membership(
            group="INTERPOL", country="JM", status="member", since="1963-08", until="2030", source="interpol.int"
        ),
        m.GeoPoint(18.0, -76.75, 9.0, 5.0),
    ]


def _score_side(made: dict[type, Any]) -> list[Any]:
    framework, finding, recipe = made[m.Framework], made[m.Finding], made[m.Recipe]
    judgement = m.Judgement(
        rule="median", agreed=2.0, lowest=1.0, highest=2.0, assessors=3, consensus=True, evidence_limit=1.0,
        settled=True,
    )  # fmt: skip
    result = m.CriterionResult(
        target="TEC-2.2a", state=m.CriterionState.PARTLY, value=m.Missing.DONT_KNOW, findings=[finding], used=0,
        conflict=True, judgement=judgement, unsupported=True,
    )  # fmt: skip
    plausible = m.PlausibleLevels(lowest=1, highest=2, probabilities={1: 0.25, 2: 0.75})
    interval = m.Interval(lower=1.0, upper=1.75, nominal=None)
    coverage = m.Coverage(answered=2, settled=1, applicable=3)
    progress = m.Progress(met=1, applicable=3, step=2)
    review = m.Review(level=2, value=2.0, reason="seen since", by="team leader")
    score = m.Score(
        capacity=framework["TEC-2"], scale=framework.scales[0], level=1, plausible=plausible, claimed=2, starred=True,
        value=1.5, exact=1.4999, interval=interval, coverage=coverage, missing={"don't know": 1}, progress=progress,
        above=["TEC-2.3a"], target=2.0, lacking=["TEC-2.2a"], open=["TEC-2.2b"], results=[result], below_target=0.25,
        shares={"source": 0.5}, review=review, undefined=Undefined(UndefinedReason.TOO_FEW, "one source"),
    )  # fmt: skip
    round_ = m.Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY, start=DAY, end=NEXT)
    record = m.StateRecord(
        country=JM, round="baseline", state="disputed", by="ministry", date=DAY, deadline=NEXT, successor="endline",
        note="by letter", origin=CELL,
    )  # fmt: skip
    proposal = m.Proposal(
        country=JM, round="baseline", target="TEC-2", computed="L2", proposed="L3", comment="Since May.",
        evidence="a report", by="police", date=DAY, decision="accepted", decided_by="team", decided_on=NEXT,
        reason="the report was seen", file="JM.xlsx", origin=CELL,
    )  # fmt: skip
    series = m.ExternalSeries(
        id="GCI", provider="ITU", edition="5", title="Global index", year=2024, ascending=False, minimum=0.0,
        maximum=100.0, unit="points", status="secondary", statuses={"JM": "estimated"},
        values={"JM": 58.0}, missing={"AW": m.Missing.NOT_COLLECTED}, capacities=["TEC"], source="a page",
        invented=True,
    )  # fmt: skip
    dissent = m.Dissent(target="TEC-2", statement="A device was examined.", by="police", date=DAY, answer="noted")
    assessment = m.Assessment(
        country=JM, framework=framework, round=round_, recipe=recipe, scores={"TEC-2": score},
        sources=[made[m.Source]], evidence=[made[m.Evidence]], size=m.SizeProfile.SMALL,
        state=m.AssessmentState.NO_REPLY, standing=record, dissents=[dissent], unmapped=[finding], invented=True,
    )  # fmt: skip
    whole = m.AssessmentSet(
        framework=framework, round=round_, recipe=recipe, assessments=[assessment], silent=[AW],
        inputs={"returns/jm.csv": "ab" * 32}, invented=True,
    )  # fmt: skip
    unused = m.UnusedResponses(
        file="returns/jm.csv", reason=m.UnusedReason.UNKNOWN_COUNTRY, places=["Atlantis"], responses=2
    )
    moved = m.CriterionChange(
        country=JM, criterion="TEC-2.2a", move=m.CriterionMove.NEWLY_OBSERVED, before=m.CriterionState.OPEN,
        after=m.CriterionState.MET, cause=m.ChangeCause.SCOPE,
    )  # fmt: skip
    shift = m.CapacityChange(
        country=JM, capacity="TEC-2", before=plausible, after=m.PlausibleLevels(lowest=2, highest=2), difference=0.5,
        interval=interval, detectable=0.25, within_noise=False, split={"capacity": 0.4, "method": 0.1},
        causes=[m.ChangeCause.SOURCE],
    )  # fmt: skip
    mean = m.MeanChange(
        capacity="TEC", countries=12, unpaired=2, difference=0.5, interval=interval, detectable=0.75, within_noise=True
    )
    change = m.Change(
        before="baseline", after="endline", framework="police-cyber 1.0", earlier_framework="police-cyber 0.9",
        matched=["JM"], unmatched={"AW": "silent"}, cautions={"JM": "visited once"}, comparable=0.9,
        incomparable={"TEC-3": "dropped"}, observed={"TEC-2": 1}, criteria=[moved], capacities=[shift], means=[mean],
        invented=True,
    )  # fmt: skip
    counts = m.ChangeCounts(gained=3, lost=1, uncertain=2, source=4, newly_observed=5, risen=1)
    rounds = [("baseline", "midline"), ("midline", "endline"), ("baseline", "endline")]
    *steps, over_all = [m.Change(before=before, after=after, matched=["JM"]) for before, after in rounds]
    changes = m.ChangeSeries(steps=steps, whole=over_all)
    figures = [judgement, result, plausible, interval, coverage, progress, review, score]
    return [
        *figures,
        round_,
        dissent,
        assessment,
        whole,
        unused,
        moved,
        shift,
        mean,
        change,
        counts,
        changes,
        record,
        proposal,
        series,
        *_sensitivity(),
    ]


def _sensitivity() -> list[Any]:
    other = m.Alternative(name="minimum", moved=12, distance=0.125)
    effect = m.AssumptionEffect(assumption="policy", alternatives=[other], effect=0.0625, share=0.75)
    return [other, effect, m.Sensitivity(round="baseline", results=25, effects=[effect])]


def _response_side() -> list[Any]:
    moment = datetime.datetime(2016, 5, 9, 14, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))
    values = [
        "text", True, 3, 2.5, DAY, moment, datetime.time(9, 15), ("a", "b"), m.GeoPoint(18.0, -76.75),
        m.Missing.REFUSED,
    ]  # fmt: skip
    answers = [m.Answer(f"q{n}", value, origin=CELL) for n, value in enumerate(values)]
    citation = m.Citation("Annual report", "https://example.org/report")
    answer = m.Answer("q1", 0, raw="none", comment="not yet", repeat=2, citations=(citation,), origin=CELL)
    previous = m.PreviousAnswer(value="yes", question="Q-0", framework="f 1", round="baseline", date=DAY)
    respondent = m.Respondent(pseudonym="R-07", kind="police", country=JM, role="R01", language="en", official=False)
    response = m.Response(
        id="1", place="Jamaica ", country=JM, respondent=respondent, questionnaire="baseline", version="2",
        language="en", status=m.ResponseStatus.PARTIAL, submitted=moment, date=DAY, answers=answers, origin=CELL,
    )  # fmt: skip
    choice = m.Choice(code="dk", label="Don't know", score=0.0, exclusive=True, other=True, missing=m.Missing.DONT_KNOW)
    skip = m.SkipRule(expression="${q1} = 'yes'", dialect="xpath", questions=["q1"])
    question = m.Question(
        id="q2", type=m.QuestionType.SELECT_ONE, text="Was a device examined?", hint="In the last two years.",
        choices=[choice], group="g1", parent="q1", required=True, skip=skip, unit="devices", minimum=0.0,
        maximum=10.0, personal=m.PersonalData.EMAIL, inferred=True,
    )  # fmt: skip
    group = m.QuestionGroup(id="g1", title="Laboratory", repeat=True)
    mapping = m.QuestionMapping(question="q2", target="TEC-2.2a", choice="dk", answers={"1": "yes"}, factor=20.0)
    form = m.Questionnaire(
        id="baseline", version="2", title="Baseline survey", languages=["en"], groups=[group, m.QuestionGroup(id="g2",
        title="Inner", parent="g1")], questions=[question], mappings=[mapping], previous={"q2": previous},
        inferred=True,
    )  # fmt: skip
    issue = m.Issue(code="CB201", severity="warning", message="'x' is no answer", origin=CELL, remedy="correct it")
    column = m.ColumnUsed(
        name="e-mail", column=3, use=m.ColumnUse.PERSONAL, reason="dropped", personal=m.PersonalData.EMAIL,
    )  # fmt: skip
    table = m.DetectedTable(
        sheet="Q2", range="A1:C3", shape="long", steps=["row 1: the header"], confidence=0.8, runner_up="records",
        margin=0.2,
    )  # fmt: skip
    layout = m.Layout(file="jm.csv", format="csv", sha256="ab" * 32, personal_dropped=True, tables=[table])
    sheet = m.SheetReconciliation(
        sheet="Q2", rows_in=3, rows_out=2, rows_left_out={"empty": 1}, columns=[column], cells=4, answers=2,
        absent={"refused": 1}, left_out={"remark": 1}, skipped="no",
    )  # fmt: skip
    account = m.Reconciliation(sheets=[sheet])
    reading = m.Survey(
        file="jm.csv", format="csv", why="by name", sha256="ab" * 32, questionnaire=form, responses=[response],
        issues=m.Issues([issue]), reconciliation=account, details={"encoding": "utf-8"},
    )  # fmt: skip
    asked = [choice, skip, question, group, mapping, form]
    found = [m.Issues([issue]), column, table, layout, sheet, account]
    return [answer, citation, previous, respondent, response, *asked, issue, *found, reading]


def _plan_side() -> list[Any]:
    cost = m.Cost(one_time=CAD, per_session=CAD, per_seat=CAD, travel_per_seat=CAD, recurring=CAD)
    activity = m.Activity(
        id="A09", kind="mentoring", title="Mentoring", addresses=["TEC-2.2a"], competences={"C05": 3},
        prerequisites=["A01"], requires=["LEG-1.1a"], intrusive=True, days=4.5, lead_months=3, seats=12,
        languages=["en"], cost=cost, invented=True, effects={"TEC-2.2a": 0.4}, roles=["R07"], mode="online",
        seats_min=4, countries_min=2, days_away=3.0, trainer_days=9.0, hosts=["JM"], prerequisite_share=0.75,
        one_of=["A01"],
    )  # fmt: skip
    first = m.Activity(id="A01", kind="course", title="First responder")
    role = m.Role(id="R07", title="Examiner", required={"C05": 4})
    competence = m.Competence(id="C05", title="Acquire evidence", critical=True)
    safeguard = m.Safeguard(capacity="MAN-3", level=3, activities=["A01"])
    catalogue = m.Catalogue(
        id="police", edition="2", title="Activities", framework="police-cyber 1.0", activities=[first, activity],
        roles=[role], competences=[competence], notes={"n": "Costs are invented."}, safeguard=safeguard,
        kinds={"TEC-2": "skill"}, headcount={"small": {"R07": 2}},
    )  # fmt: skip
    limits = m.Limits(
        budget=CAD, budget_by_year={2016: CAD}, start=DAY, months=12, trainer_days=10.5, seats_per_country=4,
        fairness=0.2, trainer_days_by_month={"2016-05": 4.0}, days_away=20.0, days_away_by_country={"JM": 10.0},
        blocked_months={"JM": ("12",)}, hosts=["JM"], travel={"JM": {"AW": CAD}}, must=["A09"], banned=["A01 JM"],
        cleared=["JM"], overrides={"A09 JM": "a judge signs"}, rates={"USD": 1.25}, languages={"JM": ("en",)},
    )  # fmt: skip
    session = m.PlannedActivity(
        id="S1", activity="A09", start=DAY, end=NEXT, host="JM", place="Kingston", language="en", seats={"JM": 2},
        cost=CAD, addresses=["N1"], cost_lines={"per seat": CAD}, marginal_closure={"N1": 0.5},
        conditions=["INF-1.3a JM"],
    )  # fmt: skip
    left_out = m.LeftOut(reason="criterion not met", names=["INF-1.3a"])
    expected = m.Expected(criteria=12.5, lacking=40.0, targets=2.0, below=9.0, total=77.5)
    plan = m.Plan(
        activities=[session], limits=limits, value=1.5, expected=expected, bound=2.0, stopped=m.StopReason.GAP,
        left_out={"N2": "no budget"}, left_out_for={"N2": (left_out,)}, binding=["budget"], closes={"N1": 1.5},
        shortfalls={"AW": 0.1},
        unmet={"A09": "no month is left"}, overrides={"A09 JM": "a judge signs"}, deterministic=False, solver="highs",
        solver_version="1.16", seed=7, input_hash="ab" * 32, invented=True,
    )  # fmt: skip
    gap = m.Gap(
        country=JM, capacity="TEC-2", level=1, value=1.5, target=2.0, lacking=["TEC-2.2a"], open=["TEC-2.2b"],
        size=1.5,
        probability=0.8,
    )  # fmt: skip
    need = m.Need(
        id="N1", kind="skill", statement="Examiners", countries=["JM"], capacities=["TEC-2"], criteria=["TEC-2.2a"],
        roles={"R07": 2}, urgency=3, relevance=1, depends_on=["N0"], sources=["visit-jm"],
    )  # fmt: skip
    advice = m.Recommendation(
        id="RC1", needs=["N1"], text="Train two examiners.", owner="police", due=NEXT,
        status=m.RecommendationStatus.ACCEPTED, answer="yes",
    )  # fmt: skip
    delivery = m.Delivery(
        id="D1", course="K1", start=DAY, end=NEXT, place="Kingston", host="JM", language="en", trainers=2,
        criteria=["TEC-2.2a"], title="Acquisition in Kingston", cancelled=True,
    )  # fmt: skip
    enrolment = m.Enrolment(
        participant="P1", delivery="D1", country="JM", status=m.EnrolmentStatus.CERTIFIED, sex=m.Sex.FEMALE, role="R07"
    )
    evaluation = m.Evaluation(
        delivery="D1", participant="P1", level="learning", moment="before", instrument="test", value=7.0, maximum=10.0
    )
    needs = m.Needs(needs=[need], gaps=[gap], invented=True, headcount={"JM": {"R07": 2}}, as_of=DAY)
    training = [delivery, enrolment, evaluation]
    listed = [CAD, cost, activity, role, competence, safeguard, catalogue, limits]
    return [*listed, left_out, session, expected, plan, gap, need, needs, advice, *training]


def _network_side() -> list[Any]:
    asked = m.Request(
        country=JM, round="baseline", instrument="survey", respondent="police", language="en", focal_point="F-03",
        sent=DAY, due=NEXT, reminders=[NEXT], received=NEXT, status="returned", questions=["Which year?"],
        file="returns/jm.csv", note="by post", origin=CELL,
    )  # fmt: skip
    request = m.CooperationRequest(
        asking=JM, asked=AW, network="24/7", kind="preservation", sent=DAY, answered=NEXT, outcome="partly",
        tlp=m.TLP.AMBER,
    )  # fmt: skip
    agreement = m.Agreement(
        id="AG1", title="Mutual assistance", kind="treaty", parties=[JM, AW], signed=DAY, in_force=DAY, until=NEXT,
        tlp=m.TLP.GREEN,
    )  # fmt: skip
    operation = m.JointOperation(
        id="OP1", title="Joint exercise", participants=[JM, AW], start=DAY, end=NEXT, outcomes=["2 requests answered"],
        activity="A30", tlp=m.TLP.GREEN,
    )  # fmt: skip
    gap = m.NetworkGap(country=AW, kind="lapsed", network="24/7", partners=[JM], since=DAY)
    contact = m.ContactPoint(country=JM, network="24/7", office="Cybercrime unit")
    network = m.Network(
        contacts=[contact], requests=[request], agreements=[agreement], operations=[operation], invented=True
    )
    return [asked, request, agreement, operation, gap, network]


def _dossier(made: dict[type, Any]) -> m.Dossier:
    return m.Dossier(
        earlier=made[m.AssessmentSet], needs=made[m.Needs], recommendations=[made[m.Recommendation]],
        catalogue=made[m.Catalogue], plan=made[m.Plan], change=made[m.Change], deliveries=[made[m.Delivery]],
        enrolments=[made[m.Enrolment]], evaluations=[made[m.Evaluation]], results=[made[m.Result]],
        budgets=[made[m.BudgetLine]], external=[made[m.ExternalSeries]], states=[made[m.StateRecord]],
        proposals=[made[m.Proposal]],
        network=made[m.Network], sensitivity=made[m.Sensitivity],
    )  # fmt: skip


def _programme_side(made: dict[type, Any]) -> list[Any]:
    organisation = m.Organisation(
        id="INTERPOL", name="INTERPOL", roles=[m.OrganisationRole.IMPLEMENTING], reference="XM-1",
    )  # fmt: skip
    phase = m.Phase(id="needs", title="Needs assessment", start=DAY, end=NEXT, description="Surveys and visits.")
    part = m.Participation(
        country=JM, role=m.ParticipationRole.PRIORITY, languages=["en"], visit=True, since=DAY, until=NEXT,
        target="2017",
    )  # fmt: skip
    contact = m.ContactPoint(
        country=JM, network="24/7", office="Cybercrime unit", role="deputy", focal_point="F-03", languages=["en"],
        hours="always", last_tested=DAY, reached=False, valid_until=NEXT, tlp=m.TLP.AMBER,
    )  # fmt: skip
    indicator = m.ResultIndicator(
        id="I1", title="Examiners", unit="people", ascending=False, baselines={"2015": 0.0}, targets={"2017": 2.0},
        actuals={"2016": 1.0}, source="reports", method="count", frequency="each year", responsible="police",
        computed="enrolments completed",
    )  # fmt: skip
    result = m.Result(
        id="R1", kind="output", title="Trained", contributes_to="R0", indicators=[indicator], activities=["A09"],
        criteria=["TEC-2.2a"],
    )  # fmt: skip
    budget = m.BudgetLine(
        id="B1", title="Training", amount=CAD, committed=CAD, spent=CAD, year=2016, recurring=True, rate_date=DAY,
    )  # fmt: skip
    document = m.ProgrammeDocument(
        title="Logical framework", url="https://example.org/logframe.pdf", format="application/pdf", categories=["A02"],
        languages=["en"], date=DAY, description="Results and indicators.",
    )  # fmt: skip
    consent = m.Consent(country="JM", audience="public", item="TEC-2", date=DAY, by="Ministry")
    policy = m.DisclosurePolicy(
        audiences={"public": m.TLP.CLEAR}, minimum_n=5, consents=[consent], named_by_default=[m.Audience.DONOR],
        markings={"Restricted": m.TLP.AMBER},
    )  # fmt: skip
    programme = m.Programme(
        id="americas-2015", title="Americas", description="Cyber capacity.", organisations=[organisation],
        phases=[phase], rounds=[made[m.Round]], participations=[part], framework="police-cyber 1.0",
        targets=made[m.TargetProfile], results=[result], budgets=[budget], contacts=[contact], languages=["en", "es"],
        disclosure=policy, notice="Answers are invented.", disclaimer="Not endorsed.", invented=True,
    )  # fmt: skip
    rate = m.ExchangeRate(currency="CAD", rate="0.7714", date=DAY, source="central bank")
    return [organisation, phase, part, contact, indicator, result, budget, document, consent, policy, programme, rate]


@pytest.fixture(scope="session")
def samples() -> dict[type, Any]:
    """Return one example by class."""
    made = {type(one): one for one in (*_framework_side(), *_evidence_side(), *_response_side(), *_plan_side())}
    made |= {type(one): one for one in _score_side(made)}
    made |= {type(one): one for one in (*_programme_side(made), *_network_side())}
    return made | {m.Dossier: _dossier(made)}


@pytest.fixture
def jamaica() -> m.Country:
    return JM
