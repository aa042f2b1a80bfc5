"""SDMX code lists.

Any name has a valid id; missing values have the codes of CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2.
"""

import re
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from capbuild.frozen import FrozenMap
from capbuild.model import TLP, Country, CriterionState, Framework, Missing, Round, Verdict
from capbuild.text import Text, numbered_name

NORMAL, UNVALIDATED, MISSING, NOT_COLLECTED, CANNOT_EXIST, SUPPRESSED = "A", "V", "O", "L", "M", "Q"

FREE, INTERNAL, CONFIDENTIAL = "F", "N", "C"

#: Codes in use, with their meaning.
OBSERVATION_STATUS = {
    NORMAL: "Normal value",
    NOT_COLLECTED: "Missing value: data exist but were not collected",
    CANNOT_EXIST: "Missing value: data cannot exist",
    MISSING: "Missing value",
    SUPPRESSED: "Missing value: suppressed",
    UNVALIDATED: "Unvalidated value",
}

CONFIDENTIALITY = {
    FREE: "Free for publication",
    INTERNAL: "Not for publication, for internal use only",
    CONFIDENTIAL: "Confidential",
}

_STATUS = {
    Missing.NOT_ASKED: NOT_COLLECTED,
    Missing.NOT_COLLECTED: NOT_COLLECTED,
    Missing.NOT_APPLICABLE: CANNOT_EXIST,
    Missing.CONFIDENTIAL: SUPPRESSED,
    Missing.DONT_KNOW: MISSING,
    Missing.REFUSED: MISSING,
    Missing.NO_ANSWER: MISSING,
    Missing.NOT_OBSERVED: MISSING,
    Missing.INVALID: MISSING,
}


def find_observation_status(missing: Missing) -> str:
    """Return the observation status of a missing value.

    Five kinds share one status; the attribute `MISSING_KIND` tells them apart.

    Example:
        >>> find_observation_status(Missing.NOT_APPLICABLE), find_observation_status(Missing.DONT_KNOW)
        ('M', 'O')
    """
    return _STATUS[missing]


def find_confidentiality(label: TLP | None, *, confidential: bool) -> str:
    """Return the confidentiality status; only TLP:CLEAR files are free."""
    if confidential:
        return CONFIDENTIAL
    return FREE if label is TLP.CLEAR else INTERNAL


_FORBIDDEN = re.compile(r"[^A-Za-z0-9_-]")


@frozen
class Code:
    """One code.

    Attributes:
        id: Id that SDMX allows.
        name: Meaning of the code.
        original: The id of the model, where it is another.
        parent: Id of the code above.
    """

    id: str
    name: Text
    original: str = ""
    parent: str = ""


@frozen
class Codelist:
    """A code list.

    Attributes:
        id: Its id.
        name: Its name.
        codes: Its codes by the ids of the model.
    """

    id: str
    name: str
    codes: FrozenMap[str, Code] = field(converter=FrozenMap)

    def __getitem__(self, original: str) -> str:
        return self.codes[original].id


def make_codelists(framework: Framework, round_: Round, countries: Iterable[Country]) -> Mapping[str, Codelist]:
    """Return the code lists by id.

    The list of countries has only those that may be named.
    """
    nodes, labels = list(framework.walk()), framework.labels
    parents = {child.id: node.id for node in nodes for child in node.children}
    lists = [
        _make_codelist("CL_AREA", "Countries (ISO 3166-1 alpha-2)", {c.alpha_2: Text(c.name, "en") for c in countries}),
        _make_codelist("CL_CAPACITY", "Capacities", {node.id: node.title for node in nodes}, parents),
        _make_codelist("CL_CRITERION", "Criteria", {c.id: c.text for c in framework.criteria.values()}),
        _make_codelist("CL_ROUND", "Rounds of assessment", {round_.id: round_.title}),
        _make_codelist(
            "CL_ANSWER", "Answers", {v.value: labels.get(f"answer.{v.value}", _mark_english(v.value)) for v in Verdict}
        ),
        _make_codelist("CL_STATE", "What the evidence says", {s.value: _mark_english(s.value) for s in CriterionState}),
        _make_codelist("CL_MISSING_KIND", "Why there is no value", {m.value: _mark_english(m.value) for m in Missing}),
        _make_codelist(
            "CL_OBS_STATUS", "Observation status", {k: _mark_english(v) for k, v in OBSERVATION_STATUS.items()}
        ),
        _make_codelist(
            "CL_CONF_STATUS", "Confidentiality status", {k: _mark_english(v) for k, v in CONFIDENTIALITY.items()}
        ),
    ]
    return {list_.id: list_ for list_ in lists}


def _mark_english(text: str) -> Text:
    return Text(text, "en")


def _make_codelist(
    name: str, title: str, names: Mapping[str, Text], parents: Mapping[str, str] | None = None
) -> Codelist:
    ids: dict[str, str] = {}
    used: set[str] = set()
    for original in names:
        ids[original] = numbered_name(_clean_id(original), used.__contains__, "{}_{}")
        used.add(ids[original])
    codes = {
        original: Code(
            ids[original],
            text,
            "" if ids[original] == original else original,
            ids.get((parents or {}).get(original, ""), ""),
        )
        for original, text in names.items()
    }
    return Codelist(name, title, FrozenMap(codes))


def _clean_id(original: str) -> str:
    """Return the nearest valid SDMX id.

    It never begins like a spreadsheet formula.

    Example:
        >>> _clean_id("COO-1.3a"), _clean_id("=1+1"), _clean_id("don't know")
        ('COO-1_3a', '_1_1', 'don_t_know')
    """
    allowed = _FORBIDDEN.sub("_", original)
    return f"_{allowed[1:]}" if allowed.startswith("-") else allowed
