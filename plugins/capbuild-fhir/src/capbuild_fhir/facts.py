"""Counts of items, options and answers in FHIR files."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from capbuild.formats import json_list
from capbuild.plugins import InputFile
from capbuild_fhir.resources import is_true, load_resources, plain

Json = Mapping[str, Any]


def _items(part: Json, depth: int = 1) -> Iterator[tuple[Json, int]]:
    for item in json_list(part.get("item")):
        yield item, depth
        yield from _items(item, depth + 1)
        for answer in json_list(item.get("answer")):
            yield from _items(answer, depth + 1)


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the counts of a Questionnaire, or of a response.

    Raises:
        ReadError: It is not a FHIR file.
    """
    resources = load_resources(source)
    documents = [*resources.of("QuestionnaireResponse"), *resources.of("Questionnaire")]
    top = next((resource for resource in documents if not resource.steps), documents[0])
    items = list(_items(top.data))
    types = Counter(plain(item.get("type")) for item, _ in items if plain(item.get("type")))
    links = Counter(plain(item.get("linkId")) for item, _ in items)
    options = sum(len(json_list(item.get(key))) for item, _ in items for key in ("answerOption", "option"))
    return {
        "resourceType": top.kind,
        "status": top.data.get("status"),
        "items": len(items),
        "types": dict(types),
        "groups": types["group"],
        "questions": types.total() - types["group"] - types["display"],
        "max_depth": max((depth for _, depth in items), default=0),
        "answerOptions": options,
        "answerValueSets": sum("answerValueSet" in item for item, _ in items),
        "repeating": sum(is_true(item.get("repeats")) for item, _ in items),
        "answers": sum(len(json_list(item.get("answer"))) for item, _ in items),
        "duplicate_linkIds": sum(count - 1 for count in links.values()),
    }
