"""Counts of questions and responses in Typeform and Formbricks files."""

from collections import Counter
from typing import Any

from capbuild.formats import is_json_list, json_list, json_object, load_json
from capbuild.plugins import InputFile
from capbuild_forms.formbricks import list_surveys, questions_of
from capbuild_forms.reading import Json


def typeform_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of a Typeform file.

    Args:
        source: The file.
    """
    known = json_object(load_json(source))
    webhook = json_object(known.get("form_response"))
    fields = json_list(json_object(webhook.get("definition") or known).get("fields"))
    items = [webhook] if webhook else json_list(known.get("items"))
    answers = [answer for item in items for answer in json_list(item.get("answers"))]
    counts: dict[str, Any] = {"questions": _count(fields)} if fields else {}
    return {**counts, "answered": len(answers)} if items else counts


def _count(fields: list[Json]) -> int:
    return sum(1 + _count(json_list(json_object(field.get("properties")).get("fields"))) for field in fields)


def formbricks_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of a Formbricks file.

    Args:
        source: The file.
    """
    value = load_json(source)
    known = json_object(value)
    counts: dict[str, Any] = {"top": list(known)} if known else {}
    if is_json_list(known.get("data")):
        return {**counts, "records": len(known["data"])}
    surveys = list_surveys(value)
    if not surveys:
        return counts
    asked = questions_of(surveys[0])
    return {
        **counts,
        "questions": len(asked),
        "question_types": dict(Counter(str(question["type"]) for question in asked)),
        "choices": sum(len(json_list(question.get("choices"))) for question in asked),
        "languages": len(json_list(surveys[0].get("languages"))),
    }
