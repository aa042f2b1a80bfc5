"""Conditions of surveys made before relevance equations: one row a comparison, turned into one equation a question."""

import re
from collections.abc import Iterable, Mapping

from capbuild_limesurvey.tables import Dump, Row

__all__ = ["equations"]

_COMPARED = frozenset(("==", "!=", "<", "<=", ">", ">="))


def _variable(row: Row, codes: Mapping[str, str]) -> str | None:
    """Return the name of what a condition looks at, as an equation writes it; None where no question bears it."""
    place = row["cfieldname"].strip()
    if place.startswith("{") and place.endswith("}"):
        return place[1:-1]
    asked = row["cqid"].strip()
    found = re.fullmatch(rf"\+?\d+X\d+X{re.escape(asked)}(.*)", place, re.DOTALL)
    code = codes.get(asked)
    if found is None or code is None:
        return None
    tail = found[1]
    return f"{code}_{tail.replace('#', '_')}.NAOK" if tail else f"{code}.NAOK"


def _compared(row: Row, codes: Mapping[str, str]) -> str | None:
    name = _variable(row, codes)
    method, value = row["method"].strip(), row["value"].strip()
    if name is None or '"' in value:
        return None
    if not method or (method == "==" and not value):
        return f"is_empty({name})"
    if method == "RX":
        return f'regexMatch("{value}", {name})'
    return f'{name} {method} "{value}"' if method in _COMPARED else None


def _joined(parts: Iterable[str], word: str) -> str:
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else f" {word} ".join(f"({part})" for part in found)


def equations(dump: Dump, codes: Mapping[str, str]) -> Mapping[str, str]:
    """Return the equation of each question that has conditions, by its number.

    Within a scenario, comparisons with one variable are alternatives and those with several must all hold; scenarios
    are alternatives. A question with a comparison that no equation can say gets none.

    Args:
        dump: The dumped tables.
        codes: Codes of the questions by their numbers.
    """
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    unsaid: set[str] = set()
    for row in dump.rows("conditions"):
        said = _compared(row, codes)
        if said is None:
            unsaid.add(row["qid"])
            continue
        scenario = found.setdefault(row["qid"], {}).setdefault(row["scenario"].strip() or "1", {})
        scenario.setdefault(row["cfieldname"], []).append(said)
    return {question: _whole(scenarios) for question, scenarios in found.items() if question not in unsaid}


def _whole(scenarios: Mapping[str, Mapping[str, list[str]]]) -> str:
    both = (_joined((_joined(said, "or") for said in found.values()), "and") for found in scenarios.values())
    return _joined(both, "or")
