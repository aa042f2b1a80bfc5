"""Sums over the rows of a frame, by domain."""

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.display import counted
from capbuild.errors import ModelError, did_you_mean
from capbuild.model import Issue, Missing, ResponseStatus
from capbuild.tables.codebook import KIND_OF_CODE, Codebook, Coding, Column
from capbuild.tables.expressions import Answers, answered
from capbuild.tables.measures import Measure

#: Contributions of a stratum with one cluster to the variance, as `survey.lonely.psu` of R's survey.
LONELY = ("fail", "certainty", "adjust")


@frozen(kw_only=True)
class SampleDesign:
    """Columns of the sample design.

    A name is a fact (`country`), a question, or a physical column of the frame. The variance is between first-stage
    clusters within strata.

    Attributes:
        weight: Members of the population that a respondent represents; None: equal weights.
        strata: Strata; empty for one sample of the whole. Countries are strata if each drew its own sample.
        cluster: First-stage cluster, such as a police station; None: the respondents themselves.
        population: Clusters of the stratum in the population; None: many more than were drawn.
        lonely: Contribution of a stratum with one cluster to the variance: `fail`, the error is undefined; `certainty`,
            none, for a cluster selected with certainty; `adjust`, its deviation from the overall mean.

    Example:
        >>> SampleDesign(weight="weight", strata=["country"]).strata
        ('country',)
    """

    weight: str | None = None
    strata: tuple[str, ...] = field(default=(), converter=to_tuple)
    cluster: str | None = None
    population: str | None = None
    lonely: str = "fail"

    def __attrs_post_init__(self) -> None:
        if self.lonely not in LONELY:
            remedy = f"must be one of {', '.join(LONELY)}{did_you_mean(self.lonely, LONELY)}"
            raise ModelError("SampleDesign.lonely", self.lonely, remedy)


@frozen(eq=False)
class Key:
    """Column that defines domains, strata or clusters.

    Attributes:
        given: Name as given: a fact, a question, or a physical column.
        physical: Name of the physical column; empty if every row has the same value.
        column: Its entry in the codebook; None for a physical column outside the codebook.
    """

    given: str
    physical: str
    column: Column | None = None

    def decode(self, cell: Any) -> Any:
        """Return the value of a cell, or None."""
        if self.column is None:
            return None if is_null(cell) else cell
        if self.column.coding is Coding.CONSTANT:
            return self.column.values[0]
        if is_null(cell):
            return None
        return self.column.values[int(cell)] if self.column.coding is Coding.CODED else cell


def is_null(cell: Any) -> bool:
    """True if a cell is null.

    None, NaN and the `NA` of pandas are null.
    """
    return cell is None or type(cell).__name__ == "NAType" or (isinstance(cell, float) and math.isnan(cell))


def key_of(codebook: Codebook, physical: Sequence[str], name: str, argument: str = "by") -> Key:
    """Return the column with a name.

    Args:
        codebook: Codebook of the table.
        physical: Columns of the frame.
        name: The name.
        argument: Argument that names it, for the message.

    Raises:
        ModelError: There is none, or the frame cannot group by its values.
    """
    column = codebook.find(name)
    if column is not None and column.coding not in (Coding.FROM_ROW, Coding.TAGGED):
        return Key(name, column.name if column.is_stored else "", column)
    if column is None and name in physical:
        return Key(name, name)
    known = [*codebook.facts, *(column.question for column in codebook.columns)]
    hint = did_you_mean(name, known) or f", such as {', '.join(known[:8])}"
    raise ModelError(argument, name, f"must be a fact or a question of the table{hint}")


def number_column(codebook: Codebook, physical: Sequence[str], name: str | None, what: str) -> str:
    """Return the number column that a design names.

    The name is empty if the design names none.

    Raises:
        ModelError: There is no such column, or it has texts.
    """
    if name is None:
        return ""
    key = key_of(codebook, physical, name, what)
    if key.column is not None and key.column.coding not in (Coding.INTEGER, Coding.NUMBER):
        raise ModelError(f"SampleDesign.{what}", name, "must be a column of numbers, and it contains texts")
    return key.physical


def collect_rows(frame: Any) -> list[dict[str, Any]]:
    """Collect a small result into this process."""
    if isinstance(frame, nw.LazyFrame):
        polars = frame.implementation is nw.Implementation.POLARS
        frame = frame.collect(backend="polars", engine="streaming") if polars else frame.collect()
    return list(frame.iter_rows(named=True))


def lazy_frame(native: Any) -> Any:
    """Return a narwhals frame; one of polars becomes lazy.

    A lazy frame is never copied whole.
    """
    frame = nw.from_native(native)
    eager = isinstance(frame, nw.DataFrame) and frame.implementation is nw.Implementation.POLARS
    return frame.lazy() if eager else frame


def counted_rows(codebook: Codebook, native: Any) -> Any:
    """Return the responses whose status counts, as a narwhals frame.

    Args:
        codebook: Codebook of the frame.
        native: The frame of any engine.
    """
    frame, status = lazy_frame(native), codebook.facts.get("status")
    if status is None:
        return frame
    aside = [
        code
        for code, known_status in enumerate(status.values)
        if isinstance(known_status, ResponseStatus) and not known_status.counts
    ]
    if not aside:
        return frame
    if status.coding is not Coding.CODED:
        return frame.head(0)
    return frame.filter(~nw.col(status.name).is_in(aside))


@frozen(kw_only=True)
class WeightedRows:
    """Rows that have a weight.

    Attributes:
        frame: The frame (narwhals) without rows with a missing weight.
        zero: Number of zero weights: their respondents count in the sample design but in no estimate.
        missing: Number of missing weights.
    """

    frame: Any
    zero: int = 0
    missing: int = 0

    def issues(self, name: str | None) -> list[Issue]:
        """Return warnings about the weights."""
        issues = []
        if self.zero:
            message = f"{counted(self.zero, 'respondent')} with a weight of zero in {name} count in no figure"
            issues.append(Issue.note("CB223", message))
        if self.missing:
            message = f"{counted(self.missing, 'respondent')} without a weight in {name} are left out"
            remedy = "find out why they have none: the other weights may no longer add up to the population"
            issues.append(Issue.warning("CB223", message, remedy=remedy))
        return issues


def weighted_rows(frame: Any, weight: str) -> WeightedRows:
    """Return the rows that have a weight.

    Args:
        frame: The frame (narwhals).
        weight: Physical column of the weights; empty for none.

    Raises:
        ModelError: A weight is negative.
    """
    if not weight:
        return WeightedRows(frame=frame)
    column = nw.col(weight).cast(nw.Float64)
    # NaN, infinite and null weights match neither test.
    tests = {"zero": column == 0, "below": (column < 0) & (column > -float("inf"))}
    has_weight = ((column >= 0) & (column < float("inf"))).fill_null(False)
    counted_tests = frame.select(**{name: test.fill_null(False).cast(nw.Int64) for name, test in tests.items()},
                        absent=(~(has_weight | tests["below"].fill_null(False))).cast(nw.Int64))  # fmt: skip
    (row,) = collect_rows(counted_tests.select(*(nw.col(name).sum() for name in ("zero", "below", "absent"))))
    zero, below, absent = (int(row[name] or 0) for name in ("zero", "below", "absent"))
    if below:
        raise ModelError(f"{below} values of {weight}", "negative", "must be 0 or more")
    return WeightedRows(frame=frame.filter(has_weight) if absent else frame, zero=zero, missing=absent)


#: Constant column to group by if there are no groups.
_ALL = "all_"

#: Columns of the smallest and the largest population size in a group.
_ENDS = ("population_low_", "population_high_")


@frozen(kw_only=True)
class Sums:
    """Sums of one measure over a domain and stratum.

    Figures are deviations from the measure's centre.

    Attributes:
        n: Respondents with a figure.
        clusters: Their first-stage clusters.
        short: Respondents who answered something, but too little for a figure.
        weight: Sum of weights of respondents with a figure.
        squares: Sum of their squared weights.
        total: Weighted sum of figures.
        total_squares: Sum over clusters of the squared weighted sum of figures.
        total_weights: Sum over clusters of weighted sum of figures times sum of weights.
        weight_squares: Sum over clusters of squared sums of weights.
        missing: Items missing, by kind.
    """

    n: int
    clusters: int
    short: int
    weight: float
    squares: float
    total: float
    total_squares: float
    total_weights: float
    weight_squares: float
    missing: Mapping[Missing, int] = field(factory=dict)


@frozen(kw_only=True)
class Stratum:
    """One stratum of the design.

    Attributes:
        clusters: First-stage clusters that were drawn.
        population: Clusters in the population; None: many more.
    """

    clusters: int
    population: float | None = None


@frozen(kw_only=True)
class DomainSums:
    """Sums returned by the engine.

    Attributes:
        by_domain: For each domain and stratum, by their cells: respondents, and the sums of each measure.
        strata: The strata, by their cells.
    """

    by_domain: Mapping[tuple[tuple[Any, ...], tuple[Any, ...]], tuple[int, tuple[Sums, ...]]]
    strata: Mapping[tuple[Any, ...], Stratum]


@frozen(eq=False)
class SumPlan:
    """Names and parts of one query.

    `like` maps each measure to the first one with the same respondents. Options of a question differ in their shares
    only; everything else is summed once.
    """

    codebook: Codebook
    measures: tuple[Measure, ...]
    answers: tuple[Answers, ...]
    like: tuple[int, ...]
    keys: tuple[Key, ...]
    strata: tuple[Key, ...]
    cluster: Key | None
    weight: str
    population: str
    has_zero: bool = False

    @property
    def groups(self) -> list[str]:
        """Names of the grouping columns."""
        return list(dict.fromkeys(key.physical for key in (*self.keys, *self.strata) if key.physical)) or [_ALL]

    @property
    def nested(self) -> list[str]:
        """Names of the grouping and cluster columns."""
        return list(
            dict.fromkeys([*self.groups, *([self.cluster.physical] if self.clustered and self.cluster else [])])
        )

    @property
    def clustered(self) -> bool:
        """True if clusters may have several respondents."""
        return self.cluster is not None and bool(self.cluster.physical)


def _select(frame: Any, kept: Iterable[str], made: Mapping[str, nw.Expr]) -> Any:
    """Select existing and new columns in one step.

    Columns added one by one would fragment a pandas frame.
    """
    names = [name for name in dict.fromkeys(kept) if name not in made]
    return frame.select(*names, *(expression.alias(name) for name, expression in made.items()))


def score_rows(plan: SumPlan, frame: Any) -> Any:
    """Return groups, weight and figures, one row per respondent."""
    weight = nw.col(plan.weight).cast(nw.Float64) if plan.weight else nw.lit(1.0)
    extra = {"rows_": nw.lit(1).cast(nw.Int64), "w_": weight}
    if plan.groups == [_ALL]:
        extra[_ALL] = nw.lit(0)
    if plan.population:
        extra |= dict.fromkeys(_ENDS, nw.col(plan.population).cast(nw.Float64))
    kept = [name for name in plan.nested if name not in extra]
    expressions = [figures for answers in plan.answers for figures in answers.made]
    first = frame.select(*kept, *(expression.alias(name) for name, expression in extra.items()), *expressions)
    figures: dict[str, nw.Expr] = {}
    for number, answers in enumerate(plan.answers):
        figures[f"m{number}_y"] = answers.figure
        if answers.some is not None and plan.like[number] == number:
            figures[f"m{number}_some"] = answers.some
    kinds = [name for answers in plan.answers for name in answers.kinds.values()]
    if plan.has_zero:  # a zero weight is outside every domain, but stays in the stratum
        figures |= {name: nw.when(nw.col("w_") > 0).then(figure) for name, figure in figures.items()}
        figures |= {name: nw.when(nw.col("w_") > 0).then(nw.col(name)).otherwise(0) for name in kinds}
    return _select(first, [*kept, *extra, *kinds], figures)


def _make_products(plan: SumPlan, frame: Any) -> Any:
    """Return groups, with weighted figures to sum."""
    products: dict[str, nw.Expr] = {}
    w = nw.col("w_")
    for number in range(len(plan.measures)):
        y = nw.col(f"m{number}_y")
        there = ~y.is_null()
        total = y * w if plan.weight else y
        products[f"m{number}_a"] = total
        if plan.like[number] == number:
            products[f"m{number}_n"] = there.cast(nw.Int64)
        if plan.like[number] == number and plan.weight:
            of = nw.when(there).then(w)
            products |= {f"m{number}_w": of, f"m{number}_w2": of * w}
        if not plan.clustered:
            products[f"m{number}_aa"] = total * total
        if not plan.clustered and plan.weight:
            products[f"m{number}_ab"] = total * w
    return _select(frame, [*plan.nested, *(_ENDS if plan.population else ()), *_list_summed(plan)], products)


def _list_summed(plan: SumPlan) -> list[str]:
    """Return the columns that are summed over respondents."""
    names = ["rows_"]
    for number, answers in enumerate(plan.answers):
        parts = ["a"] if plan.clustered else ["a", "aa", *(["ab"] if plan.weight else [])]
        if plan.like[number] == number:
            parts += ["n", *(["w", "w2"] if plan.weight else []), *(["some"] if answers.some is not None else [])]
            names += answers.kinds.values()
        names += [f"m{number}_{part}" for part in parts]
    return names


def _sum_clusters(plan: SumPlan, frame: Any) -> Any:
    """Sum over the clusters of each group."""
    squares: dict[str, nw.Expr] = {}
    for number, like in enumerate(plan.like):
        a = nw.col(f"m{number}_a")
        b = nw.col(f"m{like}_w" if plan.weight else f"m{like}_n").cast(nw.Float64)
        squares |= {f"m{number}_aa": a * a, f"m{number}_ab": a * b}
        if like == number:
            squares |= {f"m{number}_bb": b * b, f"m{number}_c": (nw.col(f"m{number}_n") > 0).cast(nw.Int64)}
    names = [*_list_summed(plan), *squares]
    products = _select(frame, [*plan.groups, *(_ENDS if plan.population else ()), *names], squares)
    return products.group_by(*plan.groups).agg(*(nw.col(name).sum() for name in names), *_list_ends(plan))


def _list_ends(plan: SumPlan) -> list[nw.Expr]:
    """Return the smallest and largest population size of a group.

    They must be equal in a stratum.
    """
    return [nw.col(_ENDS[0]).min(), nw.col(_ENDS[1]).max()] if plan.population else []


def _make_query(plan: SumPlan, frame: Any) -> Any:
    products = _make_products(plan, score_rows(plan, frame))
    added = [*(nw.col(name).sum() for name in _list_summed(plan)), *_list_ends(plan)]
    summed = products.group_by(*plan.nested).agg(*added)
    return _sum_clusters(plan, summed) if plan.clustered else summed


def _index_strata(plan: SumPlan, frame: Any, found: list[dict[str, Any]]) -> dict[tuple[Any, ...], Stratum]:
    names = [key.physical for key in plan.strata if key.physical]
    populations: dict[tuple[Any, ...], set[float]] = {}
    clusters: dict[tuple[Any, ...], int] = {}
    for row in found:
        cells = decode_cells(plan.strata, row)
        clusters[cells] = clusters.get(cells, 0) + int(row["rows_"])
        populations.setdefault(cells, set()).update(row[end] for end in _ENDS if not is_null(row.get(end)))
    if plan.cluster is not None and plan.clustered:
        counted = nw.col(plan.cluster.physical).n_unique().alias("clusters_")
        if names:
            drawn = collect_rows(frame.select(*names, plan.cluster.physical).group_by(*names).agg(counted))
        else:
            drawn = collect_rows(frame.select(counted))
        clusters = {decode_cells(plan.strata, row): int(row["clusters_"]) for row in drawn}
    elif plan.cluster is not None:
        clusters = dict.fromkeys(clusters, 1)  # constant cluster: the same in every row
    for cells, sizes in populations.items():
        if len(sizes) > 1:
            raise ModelError("SampleDesign.population", sorted(sizes), f"must be the same in all of stratum {cells}")
    return {
        cells: Stratum(clusters=n, population=max(populations[cells], default=None)) for cells, n in clusters.items()
    }


def decode_cells(keys: Sequence[Key], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the decoded values of key columns in a row."""
    return tuple(key.decode(row.get(key.physical)) for key in keys)


def _make_sums(plan: SumPlan, number: int, row: Mapping[str, Any]) -> Sums:
    own, shared = f"m{number}_", f"m{plan.like[number]}_"

    def part(name: str, otherwise: str) -> float:
        value = row.get(name)
        return float(row[otherwise] if value is None else value)

    kinds = plan.answers[number].kinds
    counts = {KIND_OF_CODE[code]: int(row[name]) for code, name in kinds.items()}
    n = int(row[f"{shared}n"])
    # Without weights every weight is 1: sums of weights are counts, sums of their products are totals.
    return Sums(
        n=n,
        clusters=int(part(f"{shared}c", f"{shared}n")),
        short=int(row.get(f"{shared}some", n)) - n,
        weight=part(f"{shared}w", f"{shared}n"),
        squares=part(f"{shared}w2", f"{shared}n"),
        total=float(row[f"{own}a"]),
        total_squares=float(row[f"{own}aa"]),
        total_weights=part(f"{own}ab", f"{own}a"),
        weight_squares=part(f"{shared}bb", f"{shared}w2" if plan.weight else f"{shared}n"),
        missing={kind: count for kind, count in counts.items() if count},
    )


def _find_representatives(measures: Sequence[Measure]) -> tuple[int, ...]:
    """Return the index of the measure that represents each measure.

    It is the first option of the same question; a measure that is not an option represents itself.
    """
    firsts: dict[str, int] = {}
    return tuple(
        firsts.setdefault(measure.target, number) if measure.option else number
        for number, measure in enumerate(measures)
    )


def _split_answers(measures: Sequence[Measure], like: Sequence[int], at_least: float) -> tuple[Answers, ...]:
    split: list[Answers] = []
    for number, measure in enumerate(measures):
        kinds = split[like[number]].kinds if like[number] < number else None
        split.append(answered(measure, f"m{number}", at_least, kinds))
    return tuple(split)


def make_plan(
    codebook: Codebook,
    frame: Any,
    measures: tuple[Measure, ...],
    by: Sequence[str],
    *,
    design: SampleDesign,
    at_least: float,
    has_zero: bool = False,
) -> SumPlan:
    """Plan the query of a tally.

    Args:
        codebook: Codebook of the table.
        frame: The frame (narwhals).
        measures: The measures.
        by: Columns that define the domains.
        design: The sample design.
        at_least: Share of the items that a respondent must have answered.
        has_zero: True if some weights are zero.

    Raises:
        ModelError: A column does not exist.
    """
    like, physical = _find_representatives(measures), frame.collect_schema().names()
    return SumPlan(
        codebook=codebook,
        measures=measures,
        answers=_split_answers(measures, like, at_least),
        like=like,
        keys=tuple(key_of(codebook, physical, name) for name in by),
        strata=tuple(key_of(codebook, physical, name, "strata") for name in design.strata),
        cluster=None if design.cluster is None else key_of(codebook, physical, design.cluster, "cluster"),
        weight=number_column(codebook, physical, design.weight, "weight"),
        population=number_column(codebook, physical, design.population, "population"),
        has_zero=has_zero,
    )


def sums(plan: SumPlan, frame: Any) -> DomainSums:
    """Compute the sums of a tally with the engine.

    Args:
        plan: Plan of the query.
        frame: The frame (narwhals).
    """
    with warnings.catch_warnings():
        # narwhals makes pandas re-insert the groups among hundreds of columns; the result has few rows.
        warnings.filterwarnings("ignore", message="DataFrame is highly fragmented")
        rows = collect_rows(_make_query(plan, frame))
    return DomainSums(
        by_domain={
            (decode_cells(plan.keys, row), decode_cells(plan.strata, row)): (
                int(row["rows_"]),
                tuple(_make_sums(plan, number, row) for number in range(len(plan.measures))),
            )
            for row in rows
        },
        strata=_index_strata(plan, frame, rows),
    )
