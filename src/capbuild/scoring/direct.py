"""Capacities that sources judge as a whole: levels behind reports that differ, drawn together for all countries."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from statistics import median_low
from typing import TypeAlias

import numpy as np
from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Capacity, Finding, Missing, Scale, Source, SourceKind
from capbuild.scoring.cases import Case, Setting
from capbuild.stats.arrays import Floats, Ints
from capbuild.stats.raters import RaterFit, SourceQuality, chains_agree, fit_raters
from capbuild.undefined import Undefined

__all__ = ["DirectFit", "fit_direct", "latest_values"]

_Speaker: TypeAlias = tuple[SourceKind, str]

_MOST_LEVELS = 12  # a scale with more steps is taken as one of values
_CHAINS, _DRAWS, _WARM_UP = 3, 150, 150


@frozen(kw_only=True, eq=False)
class DirectFit:
    """Levels of capacities on one scale, in all countries.

    Attributes:
        nodes: Position of each capacity.
        kinds: Kind of source of each column: agencies of one country flatter alike, so they count as one voice.
        lowest: Value of the lowest level.
        chains: Draws of each chain, shape (chains, draws, countries, capacities).
        fit: Levels and sources, estimated together.
    """

    nodes: Mapping[str, int]
    kinds: tuple[SourceKind, ...] = field(converter=to_tuple)
    lowest: int
    chains: Ints
    fit: RaterFit

    @cached_property
    def measured(self) -> bool:
        """Whether chains from different starts agree, so that a probability can be promised."""
        return chains_agree(self.chains)

    def values(self, node: str) -> Floats:
        """Return draws of a capacity's value, shape (draws, countries)."""
        drawn = self.chains[:, :, :, self.nodes[node]]
        # Draw by draw through all chains, so that few replications hear each of them.
        return np.asarray(drawn.swapaxes(0, 1).reshape(-1, drawn.shape[2]) + self.lowest, dtype=np.float64)

    def probabilities(self, node: str) -> Floats:
        """Return the probability of each level of a capacity, shape (countries, levels)."""
        size = self.fit.probabilities.shape[-1]
        drawn = self.chains[:, :, :, self.nodes[node]]
        return np.asarray((drawn[..., None] == np.arange(size)).mean(axis=(0, 1)))

    def qualities(self) -> dict[SourceKind, SourceQuality]:
        """Return what was learnt of each kind of source that reported."""
        pairs = zip(self.kinds, self.fit.sources, strict=True)
        return {kind: found for kind, found in pairs if not isinstance(found, Undefined)}


def latest_values(findings: Sequence[Finding], sources: Mapping[str, Source]) -> dict[_Speaker, float]:
    """Return the latest value that each kind of speaker gave."""
    latest: dict[_Speaker, tuple[str, float]] = {}
    for finding in findings:
        source = sources.get(finding.source)
        if source is None or isinstance(finding.value, Missing) or not isinstance(finding.value, int | float):
            continue
        speaker = (source.kind, source.respondent)
        day = str(finding.as_of or source.end or source.start or "")
        if speaker not in latest or day >= latest[speaker][0]:
            latest[speaker] = (day, float(finding.value))
    return {speaker: value for speaker, (_, value) in latest.items()}


def _ends(scale: Scale) -> tuple[int, int] | None:
    """Lowest and highest of a scale of few whole steps; None for another."""
    low, high = (1, len(scale.levels)) if scale.levels else (scale.minimum, scale.maximum)
    whole = low == int(low) and high == int(high) and 2 <= high - low + 1 <= _MOST_LEVELS
    return (int(low), int(high)) if whole else None


def _voices(case: Case, node: Capacity) -> dict[SourceKind, float]:
    """One value for each kind of source: the lower median of those of its respondents."""
    said: dict[SourceKind, list[float]] = {}
    for (kind, _), value in latest_values(case.findings.get(node.id, ()), case.sources).items():
        said.setdefault(kind, []).append(value)
    return {kind: median_low(values) for kind, values in said.items()}


def _fit(nodes: Sequence[Capacity], ends: tuple[int, int], cases: Sequence[Case], seed: int) -> DirectFit | None:
    """Fit one scale where visits and others judged alike capacities; None where nothing tells a bias from a level."""
    cells = {(row, column): _voices(case, node) for column, node in enumerate(nodes) for row, case in enumerate(cases)}
    kinds = [kind for kind in SourceKind if any(kind in found for found in cells.values())]
    values = {value for found in cells.values() for value in found.values()}
    on_scale = all(value == int(value) and ends[0] <= value <= ends[1] for value in values)
    if SourceKind.VISIT not in kinds or len(kinds) == 1 or not on_scale:
        return None
    reports = np.full((len(cases), len(nodes), len(kinds)), np.nan)
    for (row, column), found in cells.items():
        for kind, value in found.items():
            reports[row, column, kinds.index(kind)] = value - ends[0]
    fits = [
        fit_raters(
            reports,
            levels=ends[1] - ends[0] + 1,
            reference=[kinds.index(SourceKind.VISIT)],
            draws=_DRAWS,
            warm_up=_WARM_UP,
            seed=(seed + chain) % (1 << 63),
        )
        for chain in range(_CHAINS)
    ]
    known = [fit for fit in fits if not isinstance(fit, Undefined)]
    if not known:
        return None
    places = {node.id: at for at, node in enumerate(nodes)}
    chains = np.stack([fit.draws for fit in known])
    return DirectFit(nodes=places, kinds=kinds, lowest=ends[0], chains=chains, fit=known[0])


def fit_direct(cases: Sequence[Case], setting: Setting) -> dict[str, DirectFit]:
    """Return the fit of each directly judged capacity that has one.

    Capacities on one scale are fitted together. A fit needs a visit beside another source: without one, nothing tells
    a bias from a level, and none is made up.

    Args:
        cases: The countries.
        setting: What they are judged by, and the seed.
    """
    groups: dict[tuple[int, int], list[Capacity]] = {}
    for node in setting.framework.indicators:
        ends = None if node.criteria else _ends(setting.framework.scale_of(node))
        if ends is not None:
            groups.setdefault(ends, []).append(node)
    fits: dict[str, DirectFit] = {}
    for ends, nodes in groups.items():
        found = _fit(nodes, ends, cases, setting.recipe.seed)
        fits |= {} if found is None else {node.id: found for node in nodes}
    return fits
