"""Design-based estimates from responses.

`tally` leaves only the sums to the engine of the table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import Country, Issue, Issues, QuestionMapping, Questionnaire, QuestionType, Scale, Survey
from capbuild.model.survey_questions import answer_code, answer_label
from capbuild.stats.estimate import LEVEL, check_probability_level
from capbuild.tables.codebook import Coding
from capbuild.tables.estimates import estimate_mean, fill_cell, quantile_cells, suppress
from capbuild.tables.measures import Measure, ParsedValue, make_measures
from capbuild.tables.options import check_not_personal, option_measures
from capbuild.tables.result import Tally, TallyCell
from capbuild.tables.sums import (
    DomainSums,
    SampleDesign,
    Sums,
    counted_rows,
    make_plan,
    number_column,
    sums,
    weighted_rows,
)
from capbuild.tables.table import ResponseTable


def tally(
    table: ResponseTable,
    mapping: Iterable[QuestionMapping | str],
    *,
    by: str | Sequence[str] = ("country",),
    design: SampleDesign = SampleDesign(),  # noqa: B008 - a frozen value
    scales: Mapping[str, Scale] | None = None,
    read: ParsedValue | None = None,
    at_least: float = 0.5,
    minimum_n: int = 1,
    level: float = LEVEL,
    quantiles: Sequence[float] | float = (),
) -> Tally:
    """Estimate criteria, capacities or shares of options by domain.

    A respondent's figure is the mean over the answered questions of a target; it needs answers to at least the share
    `at_least` of the questions asked. A domain's figure is the weighted mean over its respondents, and its standard
    error is design-based (linearised, first-stage clusters within strata). The interval of a mean is Student's t with
    the degrees of freedom of the domain; that of a share lies between 0 and 1 (`Estimate.proportion`). A respondent
    with weight zero counts in the design but in no figure, and one without a weight in neither (`Tally.issues`).
    Withdrawn, replaced and test responses (`ResponseStatus.counts`) are left out. The engine of the table's frame
    computes the sums, and returns one row for each domain and stratum.

    Args:
        table: The responses, on any engine.
        mapping: Targets of the questions, such as `table.questionnaire.mappings`. A question mapped to two targets
            counts for both; several questions of one target form a composite. The id of a question means the share of
            each of its options among those who answered: choices of the form and all other answers, such as numbers on
            a scale. Cells of options come last.
        by: Facts (`country`), questions or physical columns that define the domains; empty for the whole.
        design: The sample design.
        scales: Scale of each numeric capacity: numbers off it are invalid. A target without a scale is a criterion, for
            which numbers do not count. None: every number counts.
        read: Interprets a value as a verdict, a number or a kind of missing; called once for each distinct value. None:
            by the mapping's answers and the choices' scores.
        at_least: Share of the questions asked that a respondent must have answered.
        minimum_n: Minimum number of respondents of a cell; others are suppressed.
        level: Confidence level of the intervals.
        quantiles: Probabilities of quantiles of numbers to add, such as 0.5 for the median: see
            `capbuild.tables.estimates`.

    Raises:
        ModelError: A name or a mapping is not in the table or reveals a person, a weight is negative, a level or
            quantile is not between 0 and 1, or `minimum_n` is not 1 or more.

    Source:
        Sarndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 5 (linearised variance of a ratio);
        Kish (1965), Survey Sampling, sec. 11.7 (effective size). Intervals of shares: see `Estimate.proportion`.

    Example:
        >>> from capbuild.model import Answer, Response
        >>> given = [Response(id=str(n), place="Cuba", answers=[Answer("q1", n % 2 + 3)]) for n in range(10)]
        >>> about = [QuestionMapping(question="q1", target="TRN-1")]
        >>> cell = tally(ResponseTable.from_responses(given), about, by=["place"])["Cuba", "TRN-1"]
        >>> cell.n, cell.estimate.value, round(cell.estimate.se, 4)
        (10, 3.5, 0.1667)
        >>> shares = tally(ResponseTable.from_responses(given), ["q1"], by=["place"])
        >>> [(cell.option, cell.mean, round(cell.estimate.low, 2)) for cell in shares]
        [('3', 0.5, 0.23), ('4', 0.5, 0.23)]
    """
    by = (by,) if isinstance(by, str) else by
    check_probability_level(level)
    probabilities = tuple(quantiles) if isinstance(quantiles, Sequence) else (quantiles,)
    for probability in probabilities:
        check_probability_level(probability, "quantiles")
    if minimum_n < 1:
        raise ModelError("minimum_n", minimum_n, "must be 1 or more")
    if not 0 <= at_least <= 1:
        raise ModelError("at_least", at_least, "must be a share from 0 to 1")
    for name in by:
        check_not_personal(table.codebook, name, "by")
    given = (mapping,) if isinstance(mapping, str) else tuple(mapping)
    mapped = [question_mapping for question_mapping in given if not isinstance(question_mapping, str)]
    measures = make_measures(table.codebook, mapped, scales, read) if mapped or not given else ()
    asked = [target for target in given if isinstance(target, str)]
    frame = counted_rows(table.codebook, table.frame)
    measures += option_measures(table.codebook, frame, asked)
    weight = number_column(table.codebook, frame.collect_schema().names(), design.weight, "weight")
    weighted = weighted_rows(frame, weight)
    plan = make_plan(
        table.codebook, weighted.frame, measures, by, design=design, at_least=at_least, has_zero=weighted.zero > 0
    )
    domain_sums = sums(plan, weighted.frame)
    cells = _make_cells(domain_sums, measures, minimum_n, level, design.lonely)
    if probabilities:
        cells += quantile_cells(
            plan, weighted.frame, domain_sums, probabilities, minimum_n=minimum_n, level=level, lonely=design.lonely
        )
    targets = [*(item if isinstance(item, str) else item.target for item in given), *(item.target for item in measures)]
    cells.sort(key=lambda cell: (_order(cell.domain), targets.index(cell.target)))
    return Tally(
        by=by,
        cells=[_label_cell(cell, by, table.questionnaire) for cell in cells],
        minimum_n=minimum_n,
        issues=Issues([*weighted.issues(design.weight), *_repeat_issues(measures)]),
        texts={name: question.text.source for name in targets if (question := table.questionnaire.by_id.get(name))},
    )


def _repeat_issues(measures: Sequence[Measure]) -> list[Issue]:
    """Report targets with repeated answers of one respondent."""
    issues = {}
    for measure in measures:
        counts = Counter(item.column.question for item in measure.items)
        most = max(counts.values())
        if most > 1:
            figure = "share of the answers" if measure.option else "mean of the answers"
            issues[measure.target] = Issue.note(
                "CB224",
                f"{measure.target} is asked up to {most} times in a response: its figure is the {figure}",
                remedy="`survey.wide(repeat=...)` has a row for each time",
            )
    return list(issues.values())


def _label_cell(cell: TallyCell, by: Sequence[str], form: Questionnaire) -> TallyCell:
    """Label the option and domain of a cell."""

    def label_of(name: str, code: Any) -> str:
        question = form.by_id.get(name)
        if question is None or isinstance(code, Country):
            return str(code)
        label = answer_label(question, code)
        return ", ".join(label) if isinstance(label, tuple) else answer_code(label)

    domain = [None if part is None else label_of(name, part) for name, part in zip(by, cell.domain, strict=True)]
    label = label_of(cell.target, cell.option) if cell.option else cell.label
    return evolve(cell, label=label, domain_labels=domain)


def tally_survey(
    survey: Survey,
    questions: Sequence[str],
    by: Sequence[str],
    *,
    weight: str | None,
    strata: Sequence[str],
    cluster: str | None,
    population: str | None,
    level: float,
    minimum_n: int,
    lonely: str,
    quantiles: Sequence[float] | float,
) -> Tally:
    """Return the tally of a survey's questions; see `Survey.tally`."""
    if not questions:
        raise ModelError("questions", questions, "must name a question")
    known = survey.questions
    for name in questions:
        if name not in known:
            raise ModelError(
                "question", name, f"must be a question{did_you_mean(name, [question.id for question in known])}"
            )
    table = ResponseTable.from_responses(survey.responses, survey.questionnaire)
    in_table = {column.question for column in table.codebook.columns}
    asked = [name for name in questions if name in in_table]
    if not asked:  # without answers there are no domains
        return Tally(by=by, cells=(), minimum_n=minimum_n)
    return tally(
        table,
        [QuestionMapping(question=name, target=name) if _is_numeric(table, name) else name for name in asked],
        by=by,
        design=SampleDesign(
            weight=weight,
            strata=strata,
            cluster=cluster,
            population=population,
            lonely=lonely,
        ),
        level=level,
        minimum_n=minimum_n,
        quantiles=quantiles,
    )


def _is_numeric(table: ResponseTable, name: str) -> bool:
    """True if a question's answers are numbers.

    A scale may have labels at its ends.
    """
    question = table.questionnaire.by_id.get(name)
    columns = [column for column in table.codebook.columns if column.question == name]
    numbers = all(column.coding in (Coding.INTEGER, Coding.NUMBER) for column in columns)
    numeric = question is None or not question.choices or question.type in (QuestionType.INTEGER, QuestionType.DECIMAL)
    return bool(columns) and numbers and numeric


def _order(domain: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a sort key of domains that suits all engines.

    It sorts by text, with nulls last.
    """
    return tuple((v is None, v.alpha_2 if isinstance(v, Country) else str(v)) for v in domain)


def _make_cells(
    domain_sums: DomainSums, measures: Sequence[Measure], minimum_n: int, level: float, lonely: str
) -> list[TallyCell]:
    domains: dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, tuple[Sums, ...]]]] = {}
    for (domain, stratum), domain_cells in domain_sums.by_domain.items():
        domains.setdefault(domain, {})[stratum] = domain_cells
    cells = []
    for domain in sorted(domains, key=_order):
        parts = domains[domain]
        rows = sum(count for count, _ in parts.values())
        for number, measure in enumerate(measures):
            own = {stratum: domain_cells[number] for stratum, (_, domain_cells) in parts.items()}
            blank = TallyCell(
                domain=domain,
                target=measure.target,
                option=measure.option,
                estimate=estimate_mean(own, domain_sums.strata, measure, level, lonely),
                rows=rows,
                n=sum(part.n for part in own.values()),
                is_verdict=measure.is_verdict,
            )
            cells.append(suppress(blank, minimum_n) or fill_cell(blank, own, measure.centre))
    return cells
