"""True state of the invented world.

There is a level for each country and indicator, and from it each criterion.
"""

from collections.abc import Collection, Mapping

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
#: How often an indicator rises by a level where the programme worked on its topic, and elsewhere; how often one falls
#: since staff left, where the work is that of staff; and how often a single criterion is met by chance.
_RISES, _RISES_ALONE, _FALLS, _GAINS = 0.7, 0.05, 0.07, 0.03
_OF_STAFF = ("TRA", "OPS", "TEC", "COO")
_MET = ("yes", "elsewhere")


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
    """Return the state of a criterion that is not met."""
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
    """Return each criterion's state at the baseline.

    It is `yes`, `partly`, `no`, `elsewhere` or `not_applicable`.
    """
    return {
        name: state for indicator in framework.indicators for name, state in _indicator(draws, who, indicator).items()
    }


def _steps(indicator: Capacity, before: Mapping[str, str]) -> tuple[int, int]:
    """Return the highest complete step, and the next.

    All steps up to it are met; 0 for none.
    """
    steps = sorted({c.step for c in indicator.criteria})
    full = [
        all(before[c.id] in (*_MET, "not_applicable") for c in indicator.criteria if c.step <= step) for step in steps
    ]
    reached = steps[sum(full) - 1] if any(full) else 0
    return reached, next((step for step in steps if step > reached), 0)


def _later(
    draws: Draws, who: Participant, indicator: Capacity, before: Mapping[str, str], worked: bool
) -> dict[str, str]:
    reached, following = _steps(indicator, before)
    key = who.code, indicator.id
    rises = draws.chance(_RISES if worked and following <= 4 else _RISES_ALONE, "rises", *key)
    falls = not rises and indicator.id.startswith(_OF_STAFF) and draws.chance(_FALLS, "falls", *key)
    own = [c.id for c in indicator.criteria if c.step == reached]
    left = draws.among(own, "left", *key) if falls and own else ""
    found = {}
    for criterion in indicator.criteria:
        state = before[criterion.id]
        gained = (rises and criterion.step == following) or draws.chance(_GAINS, "gained", who.code, criterion.id)
        if criterion.id == left or (
            criterion.id in own and falls and draws.chance(0.5, "lost", who.code, criterion.id)
        ):
            found[criterion.id] = "no"
        else:
            found[criterion.id] = _met(criterion, who, draws) if gained and state not in _MET else state
    return found


def later(
    framework: Framework, draws: Draws, who: Participant, before: Mapping[str, str], topics: Collection[str]
) -> dict[str, str]:
    """Return each criterion's state at the end.

    Levels rise where the programme worked; a few fall as staff leave.

    Args:
        framework: The framework.
        draws: Where the lot comes from.
        who: The participant.
        before: How each criterion stood at the baseline.
        topics: Ids of the indicators that courses, operations and equipment of the country were about.
    """
    return {
        name: state
        for one in framework.indicators
        for name, state in _later(draws, who, one, before, one.id in topics).items()
    }
