"""Tables of a programme's folder, each declared once.

`docs/reference/folder-tables.md` describes their columns.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from capbuild.model import (
    Activity,
    ActivityKind,
    Agreement,
    AssessmentState,
    BudgetLine,
    Competence,
    ContactPoint,
    CooperationRequest,
    Cost,
    Country,
    Delivery,
    Enrolment,
    Evaluation,
    Evidence,
    JointOperation,
    Missing,
    NeedKind,
    Proposal,
    QuestionMapping,
    Recommendation,
    RecommendationStatus,
    Request,
    RequestOutcome,
    RequestStatus,
    Role,
    Severity,
    SizeProfile,
    StateRecord,
)
from capbuild.planning.capacity_needs import NeedDecision
from capbuild.reports.forms.actions import ACTION_COLUMNS
from capbuild.scoring.answer_words import ANSWER_CODES
from capbuild.workspace.privacy.pseudonyms import PARTICIPANTS_FILE, PEOPLE, looks_like_a_person
from capbuild.workspace.records.table import Record, Table

#: Highest level of a competence.
_HIGHEST = 4


def _read_lower(record: Record, column: str) -> str:
    return record.text(column).lower()


def _read_dollars(record: Record, column: str) -> Any:
    return record.money(column, "USD")


def _person_reader(place: str, severity: Severity = Severity.WARNING, *, offices: bool = False) -> Any:
    """Return the reader of a pseudonym column, which reports people.

    Args:
        place: Table in which a name belongs.
        severity: Severity of the issue.
        offices: Whether the column has offices, so that only an address is of a person.
    """

    def read(record: Record, column: str) -> str:
        text = record.text(column)
        if looks_like_a_person(text) and ("@" in text or not offices):
            message = f"the {column.replace('_', ' ')} looks like a person"
            record.problem(column, message, f"write a pseudonym here and the name in {place}", "CB671", severity)
        return text

    return read


def _read_measurement(record: Record, column: str) -> float | Missing | None:
    """Return a number, or the reason why it is missing."""
    text = record.text(column).lower()
    return next((reason for reason in Missing if reason.value == text), None) or record.number(column)


def _read_meanings(record: Record, column: str) -> dict[str, str] | None:
    """Return the meaning of each answer, such as `Sí=yes; No=no`."""
    pairs = {part: part.partition("=") for part in record.words(column)}
    unmeant = next((part for part, (_, mark, _) in pairs.items() if not mark), None)
    if unmeant is not None:
        remedy = f"write {unmeant}=, followed by one of: {', '.join(ANSWER_CODES)}"
        record.problem(column, f"{unmeant!r} has no meaning", remedy)
        return None
    return {word.strip(): code.strip() for word, _, code in pairs.values()}


def _read_competence_level(record: Record, column: str) -> int | None:
    level = record.number(column)
    if level is None or (level.is_integer() and 0 <= level <= _HIGHEST):
        return None if level is None else int(level)
    record.problem(column, f"{level:g} is not a level", f"a level is a whole number from 0 to {_HIGHEST}")
    return None


@frozen(kw_only=True)
class CompetenceRow:
    """Level of a person in one competence of a role.

    Levels are those by test and by ratings.
    """

    participant: str
    country: Country
    role: str
    competence: str
    test: int | None = None
    own: int | None = None
    manager: int | None = None


def _check_action(record: Record, action: Recommendation) -> None:
    if "@" in action.owner:
        remedy = "name the office; addresses of people belong into private/"
        record.warn("owner", "the owner is an address", remedy, "CB671")


def _check_budget(record: Record, line: BudgetLine) -> None:
    if line.spent is not None and line.amount < line.spent:
        message = f"{line.spent} was spent of {line.amount}"
        record.warn("spent", message, "say why in the title, or correct it", "CB845")


def _imply(column: str, value: Any) -> Any:
    """Return the value of empty cells if another is filled."""
    return lambda cells: value if cells.get(column) else None


REGISTER = Table(
    Request,
    "collecting/register.csv",
    "Collection requests",
    key="country round instrument respondent focal_point",
    empty={"instrument": lambda _: "survey", "status": _imply("received", RequestStatus.RECEIVED)},
    since={"due": "sent", "received": "sent"},
    readers={"focal_point": _person_reader(PEOPLE)},
    kept={"round": Severity.ERROR},
)
VISIT_FINDINGS = Table(
    object,
    "visits/*",
    "Findings of a visit: {}",
    columns="criterion answer basis confidence as_of sample route reason note note_language evidence_kind "
    "evidence_title evidence_link evidence_marking marking",
)
MEETING_FINDINGS = Table(
    object,
    "meetings/*",
    "Findings of a meeting: {}",
    key="country criterion",
    columns=("country", *VISIT_FINDINGS.columns),
)
DESK_FINDINGS = evolve(MEETING_FINDINGS, file="desk/*", title="Findings of a desk review: {}")
DECISIONS = Table(
    NeedDecision,
    "meetings/needs.csv",
    "Decisions of meetings on needs",
    key="meeting action need",
    columns="meeting action need kind urgency relevance countries criteria statement",
    empty={"kind": lambda _: NeedKind.COOPERATION},
    lenient=True,
)
CONTACTS = Table(
    ContactPoint,
    "network/contacts.csv",
    "Contact points",
    key="country network role focal_point",
    readers={
        "focal_point": _person_reader(PEOPLE, Severity.ERROR),
        "office": _person_reader(PEOPLE, Severity.ERROR, offices=True),
    },
)
REQUESTS = Table(
    CooperationRequest,
    "network/requests.csv",
    "Requests between countries",
    key="asking asked network kind sent",
    empty={"outcome": _imply("answered", RequestOutcome.ANSWERED)},
    since={"answered": "sent"},
    anywhere=True,
)
AGREEMENTS = Table(
    Agreement,
    "network/agreements.csv",
    "Agreements",
    empty={"title": lambda cells: cells["id"]},
    unique=True,
    anywhere=True,
)
OPERATIONS = Table(
    JointOperation,
    "network/operations.csv",
    "Joint operations",
    empty={"title": lambda cells: cells["id"]},
    unique=True,
    anywhere=True,
)
DELIVERIES = Table(
    Delivery,
    "training/deliveries.csv",
    "Deliveries",
    columns="delivery activity title start end place host language trainers criteria cancelled",
    fields={"id": "delivery", "course": "activity"},
    empty={"activity": lambda cells: cells["delivery"], "end": lambda cells: cells["start"]},
    kept={"activity": Severity.ERROR},
    unique=True,
)
ENROLMENTS = Table(
    Enrolment,
    "training/enrolments.csv",
    "Enrolments",
    key="participant delivery",
    columns="participant delivery country role sex status",
    readers={"participant": _person_reader(PARTICIPANTS_FILE)},
    kept={"role": Severity.ERROR},
    unique=True,
    lenient=True,
)
EVALUATIONS = Table(
    Evaluation,
    "training/evaluations.csv",
    "Evaluations of training",
    key="delivery participant level moment instrument",
    empty={"value": lambda _: Missing.NO_ANSWER},
    readers={"moment": _read_lower, "value": _read_measurement},
)
COMPETENCES = Table(
    CompetenceRow,
    "training/competences.csv",
    "Competences of people",
    key="participant role competence",
    required="participant",
    readers={
        "participant": _person_reader(PARTICIPANTS_FILE),
        **dict.fromkeys(("test", "own", "manager"), _read_competence_level),
    },
)
BUDGET = Table(
    BudgetLine,
    "budget.csv",
    "The budget",
    key="line year",
    columns="line title year planned committed spent currency recurring rate_date as_of result",
    fields={"id": "line", "amount": "planned"},
    readers=dict.fromkeys(("planned", "committed", "spent"), _read_dollars),
    check=_check_budget,
    unique=True,
)
STATES = Table(
    StateRecord,
    "reviews/states.csv",
    "States of assessments",
    key="country round state date",
    empty={"state": lambda _: AssessmentState.DRAFT},
    lenient=True,
    origin="state",
)
PROPOSALS = Table(
    Proposal,
    "reviews/proposals.csv",
    "Proposals of countries, and decisions",
    key="country round target by date",
    lenient=True,
    origin="target",
)
EVIDENCE = Table(
    Evidence,
    "evidence.csv",
    "Evidence",
    columns="id country title criteria kind date valid_until marking language file sha256 link source",
    required="id country",
    empty={"title": lambda cells: cells.get("link") or cells.get("file")},
    readers={"sha256": _read_lower},
    since={"valid_until": "date"},
    unique=True,
    origin="id",
)
ACTIONS = Table(
    Recommendation,
    "actions.csv",
    "Agreed actions",
    columns=ACTION_COLUMNS,
    fields={"text": "action", "answer": "note"},
    required="id country",
    empty={"action": lambda cells: cells.get("target"), "status": _imply("closed", RecommendationStatus.DONE)},
    # No finding can confirm an action without a known target.
    kept={"target": Severity.WARNING, "round": Severity.WARNING},
    check=_check_action,
    unique=True,
)
MAPPINGS = Table(
    QuestionMapping,
    "mappings/*",
    "Mapping of questions to criteria: {}",
    key="file question target choice",
    columns="file question target choice answers factor",
    readers={"answers": _read_meanings},
)
SPELLINGS = Table(object, "countries/spellings.csv", "Spellings of countries", columns="text code")
CODE_LISTS = Table(object, "countries/*", "Codes of countries: {}", columns="code country")
PARTICIPANTS = Table(object, PARTICIPANTS_FILE, "Private: {}", columns="pseudonym name country office email telephone")
PRIVATE = Table(object, "private/*", "Private: {}", columns="pseudonym name email telephone office")

ACTIVITIES = Table(
    Activity,
    "catalogue/activities.csv",
    columns=(
        "activity title kind addresses effect days lead_months mode seats seats_min countries_min languages roles "
        "competences prerequisites one_of requires intrusive days_away trainer_days hosts prerequisite_share "
        "objective syllabus assessment providers"
    ),
    empty={"kind": lambda _: ActivityKind.COURSE},
    lenient=True,
    anywhere=True,
)
PRICES = Table(
    Cost,
    "catalogue/prices.csv",
    columns="activity currency one_time per_session per_seat travel_per_seat recurring invented",
)
ROLES = Table(Role, "catalogue/roles.csv", columns=("role", "title", "competences", *map(str, SizeProfile)))
ABILITIES = Table(Competence, "catalogue/competences.csv", columns="competence title critical")
#: Tables of the catalogue by name: files in `catalogue/`, or sheets of `catalogue.xlsx`.
CATALOGUE_TABLES: Mapping[str, Table[Any]] = {
    "catalogue": Table(object, "catalogue/catalogue.csv", columns="field value"),
    "activities": ACTIVITIES,
    "prices": PRICES,
    "roles": ROLES,
    "competences": ABILITIES,
    "kinds": Table(object, "catalogue/kinds.csv", columns="target kind"),
    "translations": Table(object, "catalogue/translations.csv", key="item language", columns="item language title"),
    "checklist": Table(object, "catalogue/checklist.csv", key="target title", columns="target title place"),
}

#: Every table of the folder; the first whose name fits declares a file.
TABLES: tuple[Table[Any], ...] = (
    REGISTER, VISIT_FINDINGS, DECISIONS, MEETING_FINDINGS, DESK_FINDINGS, CONTACTS, REQUESTS, AGREEMENTS, OPERATIONS,
    DELIVERIES, ENROLMENTS, EVALUATIONS, COMPETENCES, BUDGET, STATES, PROPOSALS, EVIDENCE, ACTIONS, MAPPINGS,
    SPELLINGS, CODE_LISTS, PARTICIPANTS, PRIVATE, *CATALOGUE_TABLES.values(),
)  # fmt: skip
