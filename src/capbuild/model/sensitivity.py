"""Effect of each assumption on a round's results."""

from collections.abc import Iterator
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_tuple
from capbuild.display import NotebookDisplay, counted
from capbuild.errors import did_you_mean


class Assumption(StrEnum):
    """Choice that affects results and does not follow from the answers."""

    POLICY = "policy"
    TRUST = "trust"
    WEIGHTS = "weights"
    TARGETS = "targets"
    MISSING = "missing answers"


@model(kw_only=True)
class Alternative:
    """Another choice for one assumption.

    Attributes:
        name: The choice, such as `minimum`.
        moved: Number of results that it moves.
        distance: Mean distance over all results, moved or not, 0 to 1.
    """

    name: str = field(validator=identifier)
    moved: int = field(validator=between(0))
    distance: float = field(validator=between(0, 1))


@model(kw_only=True)
class AssumptionEffect:
    """Effect of one assumption.

    Attributes:
        assumption: The assumption.
        alternatives: Other choices, most effective first.
        effect: Mean squared distance of results, over the alternatives.
        share: Share of the effects of all assumptions, 0 to 1.
    """

    assumption: Assumption
    alternatives: tuple[Alternative, ...] = field(default=(), converter=to_tuple)
    effect: float = field(validator=between(0, 1))
    share: float = field(validator=between(0, 1))

    def __str__(self) -> str:
        text = f"{self.assumption.value}: {self.share:.0%} of all movement"
        first = next(iter(self.alternatives), None)
        if first is None:
            return text
        return f"{text}; with {first.name!r}, {counted(first.moved, 'result moves', 'results move')}"


@model(kw_only=True)
class Sensitivity(NotebookDisplay):
    """Sensitivity of a round's results to assumptions, strongest first.

    Attributes:
        round: Id of the round.
        results: Number of results: one per country and indicator.
        effects: One per assumption with an alternative.
    """

    round: str = field(validator=identifier)
    results: int = field(validator=between(0))
    effects: tuple[AssumptionEffect, ...] = field(default=(), converter=to_tuple)

    def __iter__(self) -> Iterator[AssumptionEffect]:
        return iter(self.effects)

    def __getitem__(self, assumption: Assumption | str) -> AssumptionEffect:
        for one in self.effects:
            if one.assumption == assumption:
                return one
        raise KeyError(f"no assumption {assumption!r}{did_you_mean(assumption, self._ipython_key_completions_())}")

    def _ipython_key_completions_(self) -> list[str]:
        return [one.assumption.value for one in self.effects]

    def __repr__(self) -> str:
        found = f"{counted(len(self.effects), 'assumption')}, {counted(self.results, 'result')}"
        return f"Sensitivity({self.round!r}, {found})"

    def __str__(self) -> str:
        title = f"{self.round}: {counted(self.results, 'result')}, one assumption changed at a time"
        return "\n".join([title, *(f"  {one}" for one in self.effects)])
