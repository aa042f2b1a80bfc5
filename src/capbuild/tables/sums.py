"""The sums that the engine makes: one row for each domain and stratum, whatever the number of respondents."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.model import Missing
from capbuild.tables.codebook import KIND_OF_CODE, Codebook, Coding, Column
from capbuild.tables.design import SampleDesign
from capbuild.tables.expressions import Answers, answered
from capbuild.tables.measures import Measure

__all__ = ["DomainSums", "Key", "Stratum", "Sums", "collect_rows", "is_null", "key_of", "lazy_frame", "sums"]


#: Columns of the smallest and the largest population of a group.
_ENDS = ("population_low_", "population_high_")


@frozen(eq=False)
class Key:
    """A column that respondents are told apart by.

    Attributes:
        given: Name as given: a fact, a question, or a physical column.
        physical: Name of the physical column; empty where every row has the same value.
        column: Its entry in the codebook; None for a physical column that the codebook does not know.
    """

    given: str
    physical: str
    column: Column | None = None

    def decode(self, cell: Any) -> Any:
        """Return the value that a cell stands for; None where there is none."""
        if self.column is None:
            return None if is_null(cell) else cell
        if self.column.coding is Coding.CONSTANT:
            return self.column.values[0]
        if is_null(cell):
            return None
        return self.column.values[int(cell)] if self.column.coding is Coding.CODED else cell


def is_null(cell: Any) -> bool:
    """Tell whether a cell is a null: NaN in pandas, and `NA`, which equals nothing and is no truth value."""
    return cell is None or type(cell).__name__ == "NAType" or (isinstance(cell, float) and math.isnan(cell))


def key_of(codebook: Codebook, physical: Sequence[str], name: str) -> Key:
    """Return the column of a name.

    Raises:
        ModelError: There is none, or its values cannot be told apart in the frame.
    """
    column = codebook.find(name)
    if column is not None and column.coding not in (Coding.FROM_ROW, Coding.TAGGED):
        return Key(name, column.name if column.is_stored else "", column)
    if column is None and name in physical:
        return Key(name, name)
    known = [*codebook.facts, *(column.question for column in codebook.columns)]
    raise ModelError("by", name, f"must be a fact or a question of the table, such as {', '.join(known[:8])}")


@frozen(kw_only=True)
class Sums:
    """Sums over the respondents of one domain and stratum, for one measure. Figures are less the centre.

    Attributes:
        n: Respondents with a figure.
        clusters: First-stage clusters that they are in.
        short: Respondents who answered something, and too little for a figure.
        weight: Sum of weights of those with a figure.
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
        population: How many there are; None: many more.
    """

    clusters: int
    population: float | None = None


@frozen(kw_only=True)
class DomainSums:
    """What the engine gave back.

    Attributes:
        by_domain: For each domain and stratum, by their cells: respondents, and the sums of each measure.
        strata: The strata, by their cells.
    """

    by_domain: Mapping[tuple[tuple[Any, ...], tuple[Any, ...]], tuple[int, tuple[Sums, ...]]]
    strata: Mapping[tuple[Any, ...], Stratum]


@frozen(eq=False)
class _Plan:
    """The names and parts of one query.

    `like` has for each measure the first one that is known of the same respondents: options of one question share
    everything but their shares, and it is summed once.
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

    @property
    def groups(self) -> list[str]:
        """Names of the physical columns that respondents are grouped by."""
        return list(dict.fromkeys(key.physical for key in (*self.keys, *self.strata) if key.physical))

    @property
    def clustered(self) -> bool:
        return self.cluster is not None and bool(self.cluster.physical)


def _scores(plan: _Plan, frame: Any) -> Any:
    """Return one row a respondent: groups, weight, and the columns that are summed."""
    groups = plan.groups + ([plan.cluster.physical] if plan.cluster is not None and plan.clustered else [])
    keep = [nw.col(name) for name in dict.fromkeys(groups)]
    weight = nw.col(plan.weight).cast(nw.Float64) if plan.weight else nw.lit(1.0)
    extra = [nw.lit(1).cast(nw.Int64).alias("rows_"), weight.alias("w_")]
    if plan.weight:
        bad = (nw.col(plan.weight).is_null() | ~(nw.col(plan.weight) > 0)).fill_null(True)
        extra.append(bad.cast(nw.Int64).alias("bad_"))
    if plan.population:
        population = nw.col(plan.population).cast(nw.Float64)
        extra += [population.alias(name) for name in _ENDS]
    first = frame.select(*keep, *extra, *(made for answers in plan.answers for made in answers.made))
    second: list[nw.Expr] = []
    for number, answers in enumerate(plan.answers):
        second.append(answers.figure.alias(f"m{number}_y"))
        if answers.some is not None and plan.like[number] == number:
            second.append(answers.some.alias(f"m{number}_some"))
    return first.with_columns(*second)


def _products(plan: _Plan, frame: Any) -> Any:
    """Add the products of weights and figures that are summed."""
    made = []
    w = nw.col("w_")
    for number in range(len(plan.measures)):
        y = nw.col(f"m{number}_y")
        there = ~y.is_null()
        total = y * w if plan.weight else y
        made.append(total.alias(f"m{number}_a"))
        if plan.like[number] == number:
            made.append(there.cast(nw.Int64).alias(f"m{number}_n"))
        if plan.like[number] == number and plan.weight:
            of = nw.when(there).then(w)
            made.append(of.alias(f"m{number}_w"))
            made.append((of * w).alias(f"m{number}_w2"))
        if not plan.clustered:
            made.append((total * total).alias(f"m{number}_aa"))
            if plan.weight:
                made.append((total * w).alias(f"m{number}_ab"))
    return frame.with_columns(*made)


def _summed(plan: _Plan) -> list[str]:
    """Names of the columns that are summed over respondents."""
    names = ["rows_", *(["bad_"] if plan.weight else [])]
    for number, answers in enumerate(plan.answers):
        parts = ["a"] if plan.clustered else ["a", "aa", *(["ab"] if plan.weight else [])]
        if plan.like[number] == number:
            parts += ["n", *(["w", "w2"] if plan.weight else []), *(["some"] if answers.some is not None else [])]
            names += answers.kinds.values()
        names += [f"m{number}_{part}" for part in parts]
    return names


def _over_clusters(plan: _Plan, frame: Any, groups: list[str]) -> Any:
    """Sum over the clusters of each group, with the products of their sums."""
    made: dict[str, nw.Expr] = {}
    for number, like in enumerate(plan.like):
        a = nw.col(f"m{number}_a")
        b = nw.col(f"m{like}_w" if plan.weight else f"m{like}_n").cast(nw.Float64)
        made |= {f"m{number}_aa": a * a, f"m{number}_ab": a * b}
        if like == number:
            made |= {f"m{number}_bb": b * b, f"m{number}_c": (nw.col(f"m{number}_n") > 0).cast(nw.Int64)}
    names = [*_summed(plan), *made]
    ends = _ends(plan)
    products = frame.with_columns(*(expression.alias(name) for name, expression in made.items()))
    return products.group_by(*groups).agg(*(nw.col(name).sum() for name in names), *ends)


def _ends(plan: _Plan) -> list[nw.Expr]:
    """Return the smallest and the largest population of a group, which must be equal in a stratum."""
    return [nw.col(_ENDS[0]).min(), nw.col(_ENDS[1]).max()] if plan.population else []


def _query(plan: _Plan, frame: Any) -> Any:
    products = _products(plan, _scores(plan, frame))
    groups = plan.groups or ["all_"]
    if not plan.groups:
        products = products.with_columns(nw.lit(0).alias("all_"))
    ends = _ends(plan)
    added = [nw.col(name).sum() for name in _summed(plan)]
    if plan.cluster is None or not plan.clustered:
        return products.group_by(*groups).agg(*added, *ends)
    nested = list(dict.fromkeys([*groups, plan.cluster.physical]))
    return _over_clusters(plan, products.group_by(*nested).agg(*added, *ends), groups)


def collect_rows(frame: Any) -> list[dict[str, Any]]:
    """Bring a small result to this process."""
    if isinstance(frame, nw.LazyFrame):
        polars = frame.implementation is nw.Implementation.POLARS
        frame = frame.collect(backend="polars", engine="streaming") if polars else frame.collect()
    return list(frame.iter_rows(named=True))


def lazy_frame(native: Any) -> Any:
    """Return a frame for narwhals; one of polars becomes lazy, so that it is never copied whole."""
    frame = nw.from_native(native)
    eager = isinstance(frame, nw.DataFrame) and frame.implementation is nw.Implementation.POLARS
    return frame.lazy() if eager else frame


def _strata(plan: _Plan, frame: Any, found: list[dict[str, Any]]) -> dict[tuple[Any, ...], Stratum]:
    names = [key.physical for key in plan.strata if key.physical]
    populations: dict[tuple[Any, ...], set[float]] = {}
    clusters: dict[tuple[Any, ...], int] = {}
    for row in found:
        cells = _cells(plan.strata, row)
        clusters[cells] = clusters.get(cells, 0) + int(row["rows_"])
        populations.setdefault(cells, set()).update(row[end] for end in _ENDS if not is_null(row.get(end)))
    if plan.cluster is not None and plan.clustered:
        counted = nw.col(plan.cluster.physical).n_unique().alias("clusters_")
        if names:
            drawn = collect_rows(frame.select(*names, plan.cluster.physical).group_by(*names).agg(counted))
        else:
            drawn = collect_rows(frame.select(counted))
        clusters = {_cells(plan.strata, row): int(row["clusters_"]) for row in drawn}
    elif plan.cluster is not None:
        clusters = dict.fromkeys(clusters, 1)  # every row has the same
    for cells, sizes in populations.items():
        if len(sizes) > 1:
            raise ModelError("SampleDesign.population", sorted(sizes), f"must be the same in all of stratum {cells}")
    return {
        cells: Stratum(clusters=n, population=max(populations[cells], default=None)) for cells, n in clusters.items()
    }


def _cells(keys: Sequence[Key], row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(key.decode(row.get(key.physical)) for key in keys)


def _sums(plan: _Plan, number: int, row: Mapping[str, Any]) -> Sums:
    own, shared = f"m{number}_", f"m{plan.like[number]}_"

    def part(name: str, otherwise: str) -> float:
        value = row.get(name)
        return float(row[otherwise] if value is None else value)

    kinds = plan.answers[number].kinds
    counts = {KIND_OF_CODE[code]: int(row[name]) for code, name in kinds.items()}
    n = int(row[f"{shared}n"])
    # Without weights every weight is 1, and the sums of weights and of their products are counts and totals.
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


def _like(measures: Sequence[Measure]) -> tuple[int, ...]:
    """Return for each measure the first of the same question's options, else itself."""
    firsts: dict[str, int] = {}
    return tuple(
        firsts.setdefault(measure.target, number) if measure.option else number
        for number, measure in enumerate(measures)
    )


def _answers(measures: Sequence[Measure], like: Sequence[int], at_least: float) -> tuple[Answers, ...]:
    made: list[Answers] = []
    for number, measure in enumerate(measures):
        kinds = made[like[number]].kinds if like[number] < number else None
        made.append(answered(measure, f"m{number}", at_least, kinds))
    return tuple(made)


def _numbers(codebook: Codebook, physical: Sequence[str], name: str | None, what: str) -> str:
    """Return the physical column of numbers of the design; empty for none."""
    if name is None:
        return ""
    key = key_of(codebook, physical, name)
    if key.column is not None and key.column.coding not in (Coding.INTEGER, Coding.NUMBER):
        raise ModelError(f"SampleDesign.{what}", name, "must be a column of numbers, and it holds texts")
    return key.physical


def _plan_of(
    codebook: Codebook,
    physical: Sequence[str],
    measures: tuple[Measure, ...],
    *,
    by: Sequence[str],
    design: SampleDesign,
    at_least: float,
) -> _Plan:
    """Find the columns that a tally names."""
    like = _like(measures)
    return _Plan(
        codebook=codebook,
        measures=measures,
        answers=_answers(measures, like, at_least),
        like=like,
        keys=tuple(key_of(codebook, physical, name) for name in by),
        strata=tuple(key_of(codebook, physical, name) for name in design.strata),
        cluster=None if design.cluster is None else key_of(codebook, physical, design.cluster),
        weight=_numbers(codebook, physical, design.weight, "weight"),
        population=_numbers(codebook, physical, design.population, "population"),
    )


def sums(
    codebook: Codebook,
    native: Any,
    measures: tuple[Measure, ...],
    by: Sequence[str],
    *,
    design: SampleDesign,
    at_least: float,
) -> DomainSums:
    """Let the engine make the sums of a tally.

    Args:
        codebook: What the columns hold.
        native: The frame of any engine.
        measures: What is measured.
        by: What respondents are told apart by.
        design: How they were drawn.
        at_least: Share of the items that a respondent must have answered.

    Raises:
        ModelError: A column is not there, or a weight is missing or not positive.
    """
    frame = lazy_frame(native)
    plan = _plan_of(codebook, frame.collect_schema().names(), measures, by=by, design=design, at_least=at_least)
    found = collect_rows(_query(plan, frame))
    bad = sum(int(row["bad_"]) for row in found) if plan.weight else 0
    if bad:
        raise ModelError(f"{bad} values of {design.weight}", "missing or not positive", "must be more than 0")
    return DomainSums(
        by_domain={
            (_cells(plan.keys, row), _cells(plan.strata, row)): (
                int(row["rows_"]),
                tuple(_sums(plan, number, row) for number in range(len(measures))),
            )
            for row in found
        },
        strata=_strata(plan, frame, found),
    )
