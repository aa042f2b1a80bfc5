"""What is true in the invented world: a level for each country and indicator, and from it each criterion."""

from collections.abc import Mapping

from capbuild.model import Capacity, Criterion, Elsewhere, Framework

from .draws import Draws
from .facts import Participant

__all__ = ["later", "standing"]

#: How far an indicator tends to lie above or below the others: laws are older than units, cryptocurrency is new.
_EASE = {
    "MAN-1": 0.5, "MAN-2": 0.2, "MAN-3": -0.1, "INF-1": -0.1, "INF-3": -0.1, "TRA-1": 0.1, "TRA-2": -0.1,
    "TRA-4": -0.2, "OPS-1": 0.1, "OPS-3": -0.3, "OPS-4": -0.7, "OPS-5": -0.1, "TEC-3": -0.1, "TEC-4": -0.3,
    "COO-1": 0.2, "COO-5": 0.2,
}  # fmt: skip
#: Small services are not worse; they have fewer ways to do a thing alone.
_SIZE = {"solo": -0.15, "small": 0.0, "standard": 0.2}
_MIDDLE, _BY_COUNTRY, _BY_DIMENSION, _BY_INDICATOR = 2.35, 0.28, 0.35, 0.65
#: Criteria that a service without a laboratory of its own meets through a partner, if at all.
_THROUGH_PARTNER = (
    "INF-2.4b", "INF-3.2a", "TRA-2.3a", "TEC-2.2a", "TEC-2.3a", "TEC-2.3b", "TEC-2.3c", "TEC-2.5a", "TEC-3.2a",
    "TEC-3.2b", "TEC-3.3a", "TEC-3.3b", "TEC-3.3c", "TEC-3.5b", "TEC-4.3c", "TEC-4.4a", "OPS-4.3b",
)  # fmt: skip
#: What training, mentoring and equipment of the programme could move.
_TRAINED = ("TRA", "OPS", "TEC", "COO-1", "COO-2", "COO-5", "INF-3")


def _level(draws: Draws, who: Participant, indicator: str) -> int:
    dimension = indicator.split("-")[0]
    height = (
        _MIDDLE
        + _EASE.get(indicator, 0.0)
        + _SIZE[who.size]
        + _BY_COUNTRY * draws.normal("country", who.code)
        + _BY_DIMENSION * draws.normal("dimension", who.code, dimension)
        + _BY_INDICATOR * draws.normal("indicator", who.code, indicator)
    )
    return min(5, max(1, round(height)))


def _without(criterion: Criterion, draws: Draws, who: Participant) -> str:
    """Return how a criterion that is not met stands."""
    if criterion.no_cases and who.size != "standard" and draws.chance(0.5, "cases", who.code, criterion.id):
        return "not_applicable"
    return "partly" if draws.chance(0.3, "partly", who.code, criterion.id) else "no"


def _met(criterion: Criterion, who: Participant, draws: Draws) -> str:
    alone = who.size == "standard" or criterion.elsewhere is not Elsewhere.ALLOWED
    if criterion.id in _THROUGH_PARTNER and not alone and draws.chance(0.6, "partner", who.code):
        return "elsewhere"
    return "yes"


def _indicator(draws: Draws, who: Participant, indicator: Capacity) -> dict[str, str]:
    level = _level(draws, who, indicator.id)
    following = [c.id for c in indicator.criteria if c.step == level + 1]
    lacking = draws.among(following, "lacking", who.code, indicator.id) if following else ""
    found = {}
    for criterion in indicator.criteria:
        above = criterion.step - level
        likely = 1.0 if above <= 0 else 0.5 / above
        met = criterion.id != lacking and draws.chance(likely, "met", who.code, criterion.id)
        found[criterion.id] = _met(criterion, who, draws) if met else _without(criterion, draws, who)
    return found


def standing(framework: Framework, draws: Draws, who: Participant) -> dict[str, str]:
    """Return how each criterion stands at the baseline: `yes`, `partly`, `no`, `elsewhere` or `not_applicable`."""
    return {
        name: state for indicator in framework.indicators for name, state in _indicator(draws, who, indicator).items()
    }


def _moved(state: str, criterion: Criterion, draws: Draws, who: Participant) -> str:
    if state in ("yes", "elsewhere"):
        return "no" if draws.chance(0.02, "lost", who.code, criterion.id) else state
    near = criterion.id.startswith(_TRAINED) and criterion.step <= 3
    likely = 0.45 if near else 0.1
    return _met(criterion, who, draws) if draws.chance(likely, "gained", who.code, criterion.id) else state


def later(framework: Framework, draws: Draws, who: Participant, before: Mapping[str, str]) -> dict[str, str]:
    """Return how each criterion stands after the training phase: some gained, a few lost."""
    return {name: _moved(state, framework.criteria[name], draws, who) for name, state in before.items()}
