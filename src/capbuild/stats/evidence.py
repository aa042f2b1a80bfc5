"""Evidence fused from a plain list of reports: who says which level of what.

The list may come from anywhere: three columns, item, source and level. Behind it stands the rater model of `raters`,
run from several starts.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from statistics import median_low
from typing import TypeAlias

import numpy as np
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.stats.arrays import Floats
from capbuild.stats.raters import RaterFit, SourceQuality, chains_agree, fit_raters
from capbuild.undefined import Undefined

__all__ = ["FusedLevels", "fuse"]

Level: TypeAlias = Hashable
_SEPARATOR = "|"
_CHAINS, _WARM_UP = 2, 300


@frozen(kw_only=True, eq=False)
class FusedLevels:
    """Levels of items, fused from what several sources reported.

    Attributes:
        scale: The levels, lowest first.
        best: The likeliest level of each item, the lower of two alike.
        probabilities: Probability of each level, by item: `fused.probabilities["Jamaica|TEC-2"][3]`.
        sources: What was learnt of each source: its bias in levels, and how often it was right.
        agreed: Whether chains from different starts tell the same; where they do not, take no probability as a promise.
        repeated: Reports of one source on one item beyond the first: their lower median counts.
    """

    scale: tuple[Level, ...]
    best: FrozenMap[Hashable, Level]
    probabilities: FrozenMap[Hashable, FrozenMap[Level, float]]
    sources: FrozenMap[str, SourceQuality]
    agreed: bool
    repeated: int

    def rows(self) -> list[dict[str, object]]:
        """Return one row an item: the item, its level, how likely that is, and the probability of every level."""
        return [
            {"item": item, "level": self.best[item], "probability": shares[self.best[item]]}
            | {f"P({level})": share for level, share in shares.items()}
            for item, shares in self.probabilities.items()
        ]


def fuse(
    reports: Iterable[Sequence[Hashable]],
    *,
    scale: Sequence[Level] | None = None,
    reference: Iterable[str] = ("visit",),
    draws: int = 500,
    seed: int = 0,
) -> FusedLevels | Undefined:
    """Find out the level of each item from reports of several sources that disagree.

    How each source errs is learnt from all items together: how often it lies how many levels too high or too low. Items
    are `(country, capacity)` or texts such as `Jamaica|TEC-2`; sources may then flatter more in one country than in
    another, and countries and capacities are strong or weak throughout as far as the reports show it. Items of another
    form stand for themselves.

    Args:
        reports: Rows of item, source and level, such as `csv.reader` gives.
        scale: The levels, lowest first; whole numbers from the lowest to the highest reported when None.
        reference: Sources taken as close to unbiased, as far as they report; without one, biases are relative to the
            mean of all sources.
        draws: Draws that each chain keeps; fewer are quicker and rougher.
        seed: Seed of the chains.

    Returns:
        Levels and probabilities; undefined when nobody reported, or one source only that is no reference.

    Raises:
        ModelError: A row has not three cells, a level is not on the scale, or without a scale is no whole number.

    Example:
        >>> reports = [(f"X{n}|LAB", source, 1 + (n + (source == "survey")) % 2) for n in range(4)
        ...            for source in ("survey", "visit", "desk")]
        >>> fused = fuse(reports, draws=50)
        >>> fused.scale, fused.best["X0|LAB"]
        ((1, 2), 1)
    """
    told = _Told.of(_checked(reports), scale)
    trusted = [number for number, name in enumerate(told.names) if name in set(reference)]
    size = max(len(told.scale), 2)
    fits: list[RaterFit] = []
    warm_up = min(_WARM_UP, draws)
    for chain in range(_CHAINS):
        fit = fit_raters(told.table, levels=size, reference=trusted, draws=draws, warm_up=warm_up, seed=seed + chain)
        if isinstance(fit, Undefined):
            return fit
        fits.append(fit)
    mean = np.mean([fit.probabilities for fit in fits], axis=0)
    shares = {item: mean[place][: len(told.scale)] for item, place in told.places.items()}
    qualities = zip(told.names, fits[0].sources, strict=True)
    return FusedLevels(
        scale=told.scale,
        best=FrozenMap({item: told.scale[int(share.argmax())] for item, share in shares.items()}),
        probabilities=FrozenMap(
            {item: FrozenMap(zip(told.scale, map(float, share), strict=True)) for item, share in shares.items()}
        ),
        sources=FrozenMap({name: found for name, found in qualities if not isinstance(found, Undefined)}),
        agreed=chains_agree(np.stack([fit.draws for fit in fits])),
        repeated=told.repeated,
    )


@frozen(kw_only=True, eq=False)
class _Told:
    """Reports as a table of positions on the scale.

    Attributes:
        scale: The levels, lowest first.
        places: Country and capacity of each item, as positions.
        names: The sources.
        table: Levels, shape (countries, capacities, sources), NaN for no report.
        repeated: Reports of a source on an item beyond the first.
    """

    scale: tuple[Level, ...]
    places: Mapping[Hashable, tuple[int, int]]
    names: tuple[str, ...]
    table: Floats
    repeated: int

    @classmethod
    def of(cls, rows: Sequence[tuple[Hashable, str, Level]], scale: Sequence[Level] | None) -> "_Told":
        levels = tuple(scale) if scale is not None else _whole_numbers(row[2] for row in rows)
        places = _places(tuple(dict.fromkeys(item for item, _, _ in rows)))
        names = tuple(dict.fromkeys(source for _, source, _ in rows))
        order = {level: number for number, level in enumerate(levels)}
        said: dict[tuple[int, int, int], list[int]] = {}
        for item, source, level in rows:
            if level not in order:
                raise ModelError("reports", level, f"must be a level of the scale {list(levels)}")
            said.setdefault((*places[item], names.index(source)), []).append(order[level])
        shape = [max((place[axis] for place in places.values()), default=-1) + 1 for axis in (0, 1)]
        table = np.full((*shape, len(names)), np.nan)
        for place, values in said.items():
            table[place] = median_low(values)
        beyond = sum(len(values) - 1 for values in said.values())
        return cls(scale=levels, places=places, names=names, table=table, repeated=beyond)


def _checked(reports: Iterable[Sequence[Hashable]]) -> list[tuple[Hashable, str, Level]]:
    found = []
    for row in reports:
        if len(row) != 3:
            raise ModelError("reports", tuple(row), "must be rows of item, source and level")
        item, source, level = row
        found.append((item, str(source), int(level) if isinstance(level, str) and level.isdecimal() else level))
    return found


def _whole_numbers(levels: Iterable[Level]) -> tuple[int, ...]:
    told = list(levels)
    for level in told:
        if not isinstance(level, int | float) or level != int(level):
            raise ModelError("reports", level, "must have a whole number as level, or give the scale")
    whole = [int(level) for level in told if isinstance(level, int | float)]
    return tuple(range(min(whole), max(whole) + 1)) if whole else ()


def _places(items: Sequence[Hashable]) -> dict[Hashable, tuple[int, int]]:
    """Country and capacity of each item, as positions; all in one row where items do not say."""
    pairs = [tuple(item.split(_SEPARATOR)) if isinstance(item, str) else item for item in items]
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        return {item: (0, number) for number, item in enumerate(items)}
    ends = [list(dict.fromkeys(pair[axis] for pair in pairs if isinstance(pair, tuple))) for axis in (0, 1)]
    order = [{name: number for number, name in enumerate(names)} for names in ends]
    return {
        item: (order[0][pair[0]], order[1][pair[1]])
        for item, pair in zip(items, pairs, strict=True)
        if isinstance(pair, tuple)
    }
