"""`tally`: from respondents to findings. The engine makes sums; everything after them is the same code for all."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import Country, Missing, Questionnaire, QuestionType, Scale, Survey
from capbuild.model import Mapping as QuestionMapping
from capbuild.stats.estimate import LEVEL, Estimate, check_probability_level
from capbuild.tables.codebook import Coding
from capbuild.tables.design import SampleDesign
from capbuild.tables.measures import Measure, make_measures
from capbuild.tables.options import option_measures
from capbuild.tables.reading import ReadValue
from capbuild.tables.result import Tally, TallyCell
from capbuild.tables.sums import DomainSums, Stratum, Sums, counted_rows, sums
from capbuild.tables.table import ResponseTable
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["tally", "tally_survey"]

#: A spread below this share of what it was computed from is rounding, and the figures are all equal.
_ROUNDING = 1e-12

#: The sums of one measure in one domain, by stratum.
_ByStratum = dict[tuple[Any, ...], Sums]


def tally(
    table: ResponseTable,
    mapping: Iterable[QuestionMapping | str],
    *,
    by: Sequence[str] = ("country",),
    design: SampleDesign = SampleDesign(),  # noqa: B008 - a frozen value
    scales: Mapping[str, Scale] | None = None,
    read: ReadValue | None = None,
    at_least: float = 0.5,
    minimum_n: int = 5,
    level: float = LEVEL,
) -> Tally:
    """Return what respondents say of each criterion or capacity, or how many chose each option of a question.

    A respondent's figure is the mean over the questions of a target that were answered, and there is one where at
    least half of those that were asked were. A domain's figure is the weighted mean over its respondents, its error
    that of the sample design (linearised, first-stage clusters within strata). The interval of a mean is Student's
    with the degrees of freedom of the domain; that of a share lies between 0 and 1 (`Estimate.proportion`). The engine
    of the table's frame makes the sums; what it hands over is one row for each domain and stratum. Responses withdrawn,
    replaced or made as a test (`ResponseStatus.counts`) are left out.

    Args:
        table: The responses, on any engine.
        mapping: Which question speaks of what, such as `table.questionnaire.mappings`. A question mapped to two
            targets counts for both; several questions of one target make a composite. The id of a question stands for
            the share of each of its options among those who answered: choices of the form, and whatever else was
            answered, such as numbers on a scale. Cells of options come last.
        by: Facts (`country`), questions or physical columns that tell domains apart; none for the whole.
        design: How the respondents were drawn.
        scales: Scale of each capacity that numbers are about: numbers off it are invalid. What has none is then a
            criterion, of which a number says nothing. None: every number counts.
        read: What a value says of a mapping's target, asked once for each value of a dictionary: a verdict, a number
            or a kind of missing. By the mapping's words and the choices' scores when None.
        at_least: Share of the questions asked that a respondent must have answered.
        minimum_n: Fewest respondents of a cell that is shown; others are suppressed.
        level: Confidence level of the intervals.

    Raises:
        ModelError: A name or a mapping is not of the table, a weight is not positive, or a level not between 0 and 1.

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
    check_probability_level(level)
    if not 0 <= at_least <= 1:
        raise ModelError("at_least", at_least, "must be a share from 0 to 1")
    given = (mapping,) if isinstance(mapping, str) else tuple(mapping)
    mapped = [one for one in given if not isinstance(one, str)]
    measures = make_measures(table.codebook, mapped, scales, read) if mapped or not given else ()
    asked = [one for one in given if isinstance(one, str)]
    frame = counted_rows(table.codebook, table.frame)
    measures += option_measures(table.codebook, frame, asked)
    found = sums(table.codebook, frame, measures, tuple(by), design=design, at_least=at_least)
    cells = _cells(found, measures, minimum_n, level)
    return Tally(by=by, cells=[_labelled(cell, table.questionnaire) for cell in cells], minimum_n=minimum_n)


def _labelled(cell: TallyCell, form: Questionnaire) -> TallyCell:
    """Return a cell with the label of its option."""
    question = form.by_id.get(cell.target) if cell.option else None
    choice = None if question is None else question.choice(cell.option)
    return cell if not cell.option else evolve(cell, label=cell.option if choice is None else choice.label.source)


def tally_survey(
    survey: Survey,
    questions: Sequence[str],
    by: str | Sequence[str],
    *,
    weight: str | None,
    strata: str | Sequence[str],
    cluster: str | None,
    population: str | None,
    level: float,
    minimum_n: int,
) -> Tally:
    """Return the tally of a survey's questions; see `Survey.tally`."""
    if not questions:
        raise ModelError("questions", questions, "must name a question")
    known = survey.questions
    for name in questions:
        if name not in known:
            raise ModelError("question", name, f"must be a question{did_you_mean(name, [one.id for one in known])}")
    table = ResponseTable.from_responses(survey.responses, survey.questionnaire)
    held = {column.question for column in table.codebook.columns}
    asked = [name for name in questions if name in held]
    if not asked:  # nobody answered: there are no domains either
        return Tally(by=(by,) if isinstance(by, str) else tuple(by), cells=(), minimum_n=minimum_n)
    found = tally(
        table,
        [QuestionMapping(question=name, target=name) if _is_numeric(table, name) else name for name in asked],
        by=(by,) if isinstance(by, str) else tuple(by),
        design=SampleDesign(
            weight=weight,
            strata=(strata,) if isinstance(strata, str) else strata,
            cluster=cluster,
            population=population,
        ),
        level=level,
        minimum_n=minimum_n,
    )
    domains = {domain: place for place, domain in enumerate(dict.fromkeys(cell.domain for cell in found))}
    ordered = sorted(found, key=lambda cell: (domains[cell.domain], questions.index(cell.target)))
    return evolve(found, cells=ordered)


def _is_numeric(table: ResponseTable, name: str) -> bool:
    """True for a question whose answers are numbers: labels at the ends of a scale leave it one."""
    question = table.questionnaire.by_id.get(name)
    columns = [column for column in table.codebook.columns if column.question == name]
    numbers = all(column.coding in (Coding.INTEGER, Coding.NUMBER) for column in columns)
    numeric = question is None or not question.choices or question.type in (QuestionType.INTEGER, QuestionType.DECIMAL)
    return bool(columns) and numbers and numeric


def _order(domain: tuple[Any, ...]) -> tuple[Any, ...]:
    """Order domains the same whatever the engine: by their texts, those without a value last."""
    return tuple((v is None, v.alpha_2 if isinstance(v, Country) else str(v)) for v in domain)


def _cells(found: DomainSums, measures: Sequence[Measure], minimum_n: int, level: float) -> list[TallyCell]:
    domains: dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, tuple[Sums, ...]]]] = {}
    for (domain, stratum), held in found.by_domain.items():
        domains.setdefault(domain, {})[stratum] = held
    cells = []
    for domain in sorted(domains, key=_order):
        parts = domains[domain]
        rows = sum(count for count, _ in parts.values())
        for number, measure in enumerate(measures):
            own = {stratum: held[number] for stratum, (_, held) in parts.items()}
            blank = TallyCell(
                domain=domain,
                target=measure.target,
                option=measure.option,
                estimate=_estimate(own, found.strata, measure, level),
                rows=rows,
                n=sum(part.n for part in own.values()),
                is_verdict=measure.is_verdict,
            )
            cells.append(_suppressed(blank, minimum_n) or _filled(blank, own, measure.centre))
    return cells


def _suppressed(cell: TallyCell, minimum_n: int) -> TallyCell | None:
    """Return a cell without what could point at a respondent; None where it has enough of them."""
    small = cell.rows is not None and cell.rows < minimum_n
    if not small and (not cell.n or cell.n >= minimum_n):
        return None
    few = Undefined(UndefinedReason.TOO_FEW, f"fewer than {minimum_n} respondents")
    return evolve(cell, estimate=few, rows=None if small else cell.rows, n=None, short=None, suppressed=True)


def _filled(cell: TallyCell, own: _ByStratum, centre: float) -> TallyCell:
    """Return a cell with its mean, its counts and its effective size."""
    missing: dict[Missing, int] = {}
    for part in own.values():
        for kind, count in part.missing.items():
            missing[kind] = missing.get(kind, 0) + count
    weight = math.fsum(part.weight for part in own.values())
    squares = math.fsum(part.squares for part in own.values())
    return evolve(
        cell,
        mean=centre + math.fsum(part.total for part in own.values()) / weight if cell.n else None,
        short=sum(part.short for part in own.values()),
        effective=weight**2 / squares if cell.n else 0.0,
        missing={kind: missing[kind] for kind in Missing if kind in missing},
    )


def _estimate(
    own: _ByStratum, strata: Mapping[tuple[Any, ...], Stratum], measure: Measure, level: float
) -> Estimate | Undefined:
    """Return a domain's mean with its design-based error and an interval of what can be."""
    inside = {name: part for name, part in own.items() if part.n}
    if not inside:
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    left = {name: _unsampled(strata[name]) for name in inside}
    if any(strata[name].clusters < 2 and left[name] > 0 for name in inside):
        return Undefined(UndefinedReason.TOO_FEW, "a stratum has one cluster only")
    df = sum(part.clusters for part in inside.values()) - len(inside)
    if df < 1:
        return Undefined(UndefinedReason.TOO_FEW, "no degree of freedom is left")
    n = sum(part.n for part in inside.values())
    weight = math.fsum(part.weight for part in inside.values())
    shift = math.fsum(part.total for part in inside.values()) / weight
    value = measure.centre + shift
    se = math.sqrt(math.fsum(_spread(part, strata[name], shift) for name, part in inside.items())) / weight
    squares = math.fsum(left[name] * part.squares for name, part in inside.items())
    if measure.is_verdict:
        effective = weight**2 / squares if squares else math.inf
        return Estimate.proportion(value, se, n=n, effective=effective, df=df, level=level)
    if squares and all(one <= rounding for one, rounding in (_squares(part, shift) for part in inside.values())):
        return Undefined(UndefinedReason.CONSTANT, "their spread is unknown")
    found = Estimate.symmetric(value, se, level=level, df=df, n=n)
    return evolve(found, low=max(found.low, measure.limits.low), high=min(found.high, measure.limits.high))


def _unsampled(stratum: Stratum) -> float:
    """Return the share of a stratum's clusters that was not drawn."""
    if stratum.population is None:
        return 1.0
    if stratum.clusters > stratum.population + 1e-9:
        raise ModelError("population", stratum.population, f"must be at least the {stratum.clusters} drawn")
    return 1.0 - min(stratum.clusters / stratum.population, 1.0)


def _spread(part: Sums, stratum: Stratum, mean: float) -> float:
    """Return what one stratum adds to the variance of the weighted total of what the mean leaves."""
    drawn, left = stratum.clusters, _unsampled(stratum)
    if left <= 0:
        return 0.0
    squares, rounding = _squares(part, mean)
    between = squares - (part.total - mean * part.weight) ** 2 / drawn
    return left * drawn / (drawn - 1) * between if between > rounding else 0.0


def _squares(part: Sums, mean: float) -> tuple[float, float]:
    """Return the sum over clusters of the squared weighted total of what the mean leaves, and what is rounding."""
    scale = part.total_squares + mean**2 * part.weight_squares
    return scale - 2 * mean * part.total_weights, _ROUNDING * scale
