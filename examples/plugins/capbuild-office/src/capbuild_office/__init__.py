"""Plugin of a regional office.

The office and its data are invented.
"""

from importlib.resources import files
from typing import TYPE_CHECKING

from capbuild.countries import CodeList
from capbuild.frameworks import framework_from_toml
from capbuild.model import (
    Activity,
    AssessmentSet,
    Catalogue,
    Cost,
    Framework,
    Money,
    Question,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Survey,
)
from capbuild.plugins import ChartKind, DerivedAnswers, LazyFunction, RegisteredMethod, hookimpl
from capbuild.reports import Paragraph, Report, ReportSection

if TYPE_CHECKING:
    import click

CAPBUILD_API = 1

#: What the office's staff write for a place.
_SPELLINGS = {"head office": "BB", "the mainland": "BZ"}


@hookimpl
def register_frameworks() -> list[Framework]:
    """Return the office's framework."""
    return [framework_from_toml((files("capbuild_office") / "framework.toml").read_text("utf-8"), "framework.toml")]


@hookimpl
def register_questionnaires() -> list[Questionnaire]:
    """Return the office's monthly form."""
    questions = {"cases": "Share of cases answered in time, in per cent", "staff": "Share of posts filled, in per cent"}
    return [
        Questionnaire(
            id="office-monthly",
            version="1",
            title="Monthly form of the office",
            questions=[
                Question(id=name, type=QuestionType.DECIMAL, text=text, minimum=0, maximum=100)
                for name, text in questions.items()
            ],
            mappings=[
                QuestionMapping(question="cases", target="SERVICE"),
                QuestionMapping(question="staff", target="STAFF"),
            ],
        )
    ]


@hookimpl
def enrich_reading(reading: Survey) -> list[DerivedAnswers]:
    """Return the lower of each monthly form's two shares."""
    shares = {
        response.id: [one.value for one in response if isinstance(one.value, int | float)]
        for response in reading.responses
    }
    asked = (
        {question.id for question in reading.questionnaire.questions} if reading.questionnaire is not None else set()
    )
    if not asked >= {"cases", "staff"}:
        return []
    lowest = Question(id="lowest", text="Lower of both shares, in per cent", type=QuestionType.DECIMAL)
    return [DerivedAnswers(question=lowest, values={name: min(both) for name, both in shares.items() if both})]


def weakest(values: tuple[float, ...], weights: tuple[float, ...]) -> float:
    """Return the lowest weighted value, the weakest link."""
    return min(value for value, weight in zip(values, weights, strict=True) if weight)


@hookimpl
def register_methods() -> list[RegisteredMethod]:
    """Return the office's aggregation method."""
    return [RegisteredMethod(name="weakest", title="Weakest link", function=weakest, source="the office's own")]


@hookimpl
def register_charts() -> list[ChartKind]:
    """Return the office's chart."""
    draw = LazyFunction("capbuild_office.charts:draw_coverage")
    return [ChartKind(name="coverage", title="Criteria answered", accepts=(AssessmentSet,), draw=draw)]


@hookimpl
def register_commands() -> "list[click.Command]":
    """Return the command `office-form`."""
    import click  # only the command line asks, and it has click

    @click.command("office-form")
    def form() -> None:
        """Print the questions of the office's monthly form."""
        for questionnaire in register_questionnaires():
            for question in questionnaire.questions:
                click.echo(f"{question.id}: {question.text}")

    return [form]


@hookimpl
def register_catalogues() -> list[Catalogue]:
    """Return the office's catalogue of activities for the built-in framework."""
    desk = Activity(
        id="OFFICE-1",
        kind="mentoring",
        title="An officer of the office answers calls with you for a month",
        addresses=["COO-1.2a"],
        cost=Cost(one_time=Money(4_000, "USD")),
        invented=True,
    )
    return [Catalogue(id="office", title="What the office offers", framework="police-cyber 1.0", activities=[desk])]


@hookimpl
def register_code_lists() -> list[CodeList]:
    """Return the office's country numbers."""
    return [CodeList(id="office", title="The office's numbers", codes={"CAR-01": "JM", "CAR-02": "BB"})]


@hookimpl
def resolve_country(text: str) -> str | None:
    """Return the country of an office's own name, or None."""
    return _SPELLINGS.get(text.strip().casefold())


@hookimpl
def report_sections(report: Report) -> list[ReportSection]:
    """Return a final section with the contact."""
    whom = Paragraph(text="The office (invented) answers questions about this report.")
    return [ReportSection(id="office", order=990, title="Questions", blocks=[whom])]
