"""Codes and extensions of FHIR: missing values, units, translations, conditions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from capbuild.formats import json_list, json_object
from capbuild.model import Missing, SkipRule
from capbuild_fhir.resources import address_end, extensions, is_true, numbered, plain, value_of

Json = Mapping[str, Any]
#: Codes of `data-absent-reason`, and null flavours of HL7.
_ABSENT = {
    "unknown": Missing.DONT_KNOW,
    "asked-unknown": Missing.DONT_KNOW,
    "asked-declined": Missing.REFUSED,
    "asked": Missing.NO_ANSWER,
    "temp-unknown": Missing.NO_ANSWER,
    "not-asked": Missing.NOT_ASKED,
    "not-applicable": Missing.NOT_APPLICABLE,
    "not-performed": Missing.NOT_COLLECTED,
    "masked": Missing.CONFIDENTIAL,
    "not-permitted": Missing.CONFIDENTIAL,
    "error": Missing.INVALID,
    "not-a-number": Missing.INVALID,
    "unsupported": Missing.INVALID,
    "UNK": Missing.DONT_KNOW,
    "ASKU": Missing.DONT_KNOW,
    "NASK": Missing.NOT_ASKED,
    "NA": Missing.NOT_APPLICABLE,
    "NI": Missing.NO_ANSWER,
    "NAV": Missing.NO_ANSWER,
    "MSK": Missing.CONFIDENTIAL,
    "INV": Missing.INVALID,
}
_SYSTEMS = ("data-absent-reason", "v3-NullFlavor")
_EXPRESSION = "sdc-questionnaire-enableWhenExpression"


def coding_key(value: object) -> tuple[str, str]:
    """Return an option's text, and the key of it.

    Example:
        >>> coding_key({"system": "s", "code": "y", "display": "Yes"}), coding_key({"display": "Yes"}), coding_key(3)
        (('y', 'code'), ('Yes', 'display'), ('3', ''))
    """
    part = json_object(value)
    if not part:
        return plain(value), ""
    keys = ("code", "display", "reference", "title", "url", "value")
    return next(((plain(part[key]), key) for key in keys if plain(part.get(key))), ("", ""))


def coded_absence(value: object) -> Missing | None:
    """Return a coding's kind of missing by its system."""
    part = json_object(value)
    if plain(part.get("system")).rpartition("/")[2] not in _SYSTEMS:
        return None
    return _ABSENT.get(plain(part.get("code")), Missing.NO_ANSWER)


def absence(answer: Json) -> tuple[Missing, str, tuple[str | int, ...]] | None:
    """Return an answer's kind of missing, code and path.

    The kind follows from the answer's data-absent-reason. The result is None without one.
    """
    values = [(key, json_object(value)) for key, value in answer.items() if key.lstrip("_").startswith("value")]
    for key, part in (("", answer), *values):
        for place, extension in numbered(part, "extension"):
            if address_end(extension) == "data-absent-reason":
                name, code = value_of(extension)
                steps = (*((key,) if key else ()), "extension", place, *((name,) if name else ()))
                return _ABSENT.get(plain(code), Missing.NO_ANSWER), plain(code), steps
    return None


def concepts(value_set: Json) -> Iterator[Json]:
    """Yield the codings listed in a value set."""
    for part in json_list(json_object(value_set.get("compose")).get("include")):
        for concept in json_list(part.get("concept")):
            yield {"system": part.get("system"), **concept}
    waiting = json_list(json_object(value_set.get("expansion")).get("contains"))
    while waiting:
        concept = waiting.pop(0)
        waiting[:0] = json_list(concept.get("contains"))
        if not is_true(concept.get("abstract")):
            yield concept


def number_of(found: Sequence[Json]) -> float | None:
    """Return the number in the first of some extensions."""
    value = value_of(found[0])[1] if found else None
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and abs(number) < 1e300 else None


def unit_of(part: object) -> str:
    """Return the unit of a quantity or unit coding."""
    coded = json_object(part)
    return plain(coded.get("unit")) or plain(coded.get("display")) or plain(coded.get("code"))


def translations(part: object, language: str) -> dict[str, str]:
    """Return the translations of a text, from its extensions."""
    texts: dict[str, str] = {}
    for extension in extensions(json_object(part), "translation"):
        named = {plain(inner.get("url")): plain(value_of(inner)[1]) for inner in json_list(extension.get("extension"))}
        tag, text = named.get("lang", ""), named.get("content", "")
        if tag and text and tag != language:
            texts[tag] = text
    return texts


def condition(item: Json) -> str:
    """Return the condition of an item, empty for none.

    The condition is an expression for `is_false`.

    Example:
        >>> condition({"enableWhen": [{"question": "law", "operator": "=", "answerCoding": {"code": "y"}}]})
        '(v("law") == "y")'
    """
    if extensions(item, _EXPRESSION):
        return "unknown()"
    parts: list[str] = []
    for rule in json_list(item.get("enableWhen")):
        value, operator = coding_key(value_of(rule, "answer")[1])[0], plain(rule.get("operator"))
        if operator == "exists":
            value, operator = "", "!=" if value == "true" else "="
        sign = "==" if operator in ("", "=") else operator
        parts.append(f"v({json.dumps(plain(rule.get('question')))}) {sign} {json.dumps(value)}")
    connective = " and " if plain(item.get("enableBehavior")) == "all" else " or "
    return f"({connective.join(parts)})" if parts else ""


def skip_rule(item: Json) -> SkipRule | None:
    """Return an item's condition with its link ids."""
    for extension in extensions(item, _EXPRESSION):
        expression = plain(json_object(value_of(extension)[1]).get("expression"))
        if expression:
            return SkipRule(expression=expression, dialect="fhirpath")
    parts: list[str] = []
    asked: list[str] = []
    for rule in json_list(item.get("enableWhen")):
        value = coding_key(value_of(rule, "answer")[1])[0]
        operator = plain(rule.get("operator")) or "="
        asked.append(plain(rule.get("question")))
        parts.append(" ".join(part for part in (asked[-1], operator, value) if part))
    if not parts:
        return None
    connective = " and " if plain(item.get("enableBehavior")) == "all" else " or "
    return SkipRule(
        expression=connective.join(parts), dialect="fhir", questions=tuple(question for question in asked if question)
    )
