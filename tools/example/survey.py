"""Answers of a service to a survey.

They are the truth, seen favourably, with gaps.
"""

from collections.abc import Iterable, Mapping

from capbuild.model import Capacity, Criterion, Framework

from .draws import Draws

__all__ = ["KINDS", "answers", "indicators_of"]

#: Kinds of respondents and the offices that answer in each, as the framework names them.
KINDS = {
    "police": ("CHF", "UNI", "LAB", "FRO", "ACA"),
    "prosecution": ("PRO", "CAU"),
    "laboratory": ("LAB",),
    "academy": ("ACA",),
    "bureau": ("NCB",),
    "cert": ("CRT",),
}
_KEPT = {"yes": 0.95, "partly": 0.03, "no": 0.02}
#: Said of what is not met, by how it could be checked: where nobody looks at a paper, the answer is kinder.
_KIND = {
    ("no", True): {"yes": 0.5, "partly": 0.2, "no": 0.3},
    ("no", False): {"yes": 0.16, "partly": 0.2, "no": 0.64},
    ("partly", True): {"yes": 0.6, "partly": 0.35, "no": 0.05},
    ("partly", False): {"yes": 0.3, "partly": 0.55, "no": 0.15},
}
#: Others see less of the police and are not kinder than the truth.
_STRICT = {"no": {"yes": 0.08, "partly": 0.15, "no": 0.77}, "partly": {"yes": 0.15, "partly": 0.6, "no": 0.25}}
_SENSITIVE = ("MAN-3.4a", "OPS-3.4b", "OPS-3.2b", "COO-1.3a", "INF-3.4a", "INF-3.5a", "TRA-1.2b", "TEC-2.4a")
_PASSES = ("yes", "elsewhere")


def indicators_of(framework: Framework, kind: str) -> list[Capacity]:
    """Return the indicators that a respondent kind is asked.

    The police are asked about all.
    """
    if kind == "police":
        return list(framework.indicators)
    offices = set(KINDS[kind])
    return [i for i in framework.indicators if offices & set(i.respondents)]


def _absence(draws: Draws, criterion: Criterion, key: tuple[str, ...]) -> str | None:
    """Return a random reason for a missing answer.

    None if the answer is not missing.
    """
    outsider = key[1] != "police"
    sensitive = criterion.id in _SENSITIVE
    weights: dict[str | None, float] = {
        "dont_know": 0.12 if outsider else 0.035,
        "refused": 0.05 if sensitive else 0.005,
        "confidential": 0.06 if sensitive else 0.003,
        "": 0.02,
    }
    weights[None] = 1 - sum(weights.values())
    return draws.weighted(weights, "absence", *key, criterion.id)


def _answer(draws: Draws, criterion: Criterion, state: str, key: tuple[str, ...]) -> str:
    """Return an answer.

    A service sees a criterion as favourably in every round; gaps differ.
    """
    absence = _absence(draws, criterion, key)
    if absence is not None:
        return absence
    turn = ("said", *key[:2], criterion.id)
    if state == "not_applicable":
        return state
    if state in _PASSES:
        said = draws.weighted(_KEPT, *turn)
        return state if said == "yes" else said
    if key[1] == "police":
        return draws.weighted(_KIND[state, criterion.check.needs_visit], *turn)
    return draws.weighted(_STRICT[state], *turn)


def _asked(indicator: Capacity, step: int, given: Mapping[str, str]) -> bool:
    """Return whether a step is asked about.

    From the fourth on, all of the step below must be claimed.
    """
    below = [given[c.id] for c in indicator.criteria if c.step == step - 1]
    return step < 4 or all(answer in _PASSES for answer in below)


def answers(
    indicators: Iterable[Capacity], draws: Draws, state: Mapping[str, str], key: tuple[str, ...]
) -> dict[str, str]:
    """Return one respondent's answers as codes.

    An empty text is a blank; the form skipped `not_asked`.

    Args:
        indicators: What is asked about.
        draws: Where the lot comes from.
        state: How each criterion stands.
        key: Country, kind of respondent, and what tells this return from an earlier one.
    """
    given: dict[str, str] = {}
    for indicator in indicators:
        for criterion in indicator.criteria:
            asked = _asked(indicator, criterion.step, given)
            given[criterion.id] = _answer(draws, criterion, state[criterion.id], key) if asked else "not_asked"
    return given
